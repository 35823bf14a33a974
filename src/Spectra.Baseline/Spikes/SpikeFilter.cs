using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Removal of spikes from one spectrum after the other.</summary>
/// <remarks>
/// <para>D. A. Whitaker, K. Hayes, Chemom. Intell. Lab. Syst. 179, 82 (2018), doi:10.1016/j.chemolab.2018.06.009; a limit on the width spares real peaks.</para>
/// <para>Points that are no spike keep their bits. A replaced point has the variance of the mean that replaces it. Owns its scratch memory; not thread-safe.</para>
/// </remarks>
/// <example><code>
/// var filter = new SpikeFilter(axis, new SpikeOptions { Threshold = 8 });
/// RowStatus status = filter.Process(y, variance, clean, cleanVariance);
/// </code></example>
public sealed class SpikeFilter : RowFilter<SpikeOptions>
{
    // Mean absolute deviation of normal values: √(2/π) σ.
    private const double MeanToDeviation = 1.2533141373155001;

    private readonly double[] _raw;
    private readonly double[] _difference;
    private readonly double[] _sorted;
    private readonly bool[] _spike;

    /// <summary>Makes a filter.</summary>
    /// <param name="axis">The axis of every spectrum.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public SpikeFilter(Axis axis, SpikeOptions? options = null)
        : base(axis, options, SpikeOptions.Set)
    {
        _raw = new double[axis.Length - 1];
        _difference = new double[axis.Length - 1];
        _sorted = new double[axis.Length - 1];
        _spike = new bool[axis.Length];
    }

    private protected override RowStatus ProcessRow(SpikeOptions options, ReadOnlySpan<double> intensity, ReadOnlySpan<double> variance, Span<double> result, Span<double> resultVariance, out double value)
    {
        value = 0;
        intensity.CopyTo(result);
        variance.CopyTo(resultVariance);
        int n = Axis.Length;
        if (n < 5)
            return RowStatus.TooFewPoints;
        for (int i = 0; i < n - 1; i++)
            _raw[i] = intensity[i + 1] - intensity[i];
        TakeOffSlope(Math.Min((2 * options.MaxWidth) + 1, (n - 2) / 2));
        (double median, double deviation) = Scale();
        if (!(deviation > 0))
            return double.IsFinite(deviation) ? RowStatus.Ok : RowStatus.NotFinite;
        value = Mark(options, median, options.Threshold * deviation);
        for (int i = 0; i < n; i++)
        {
            if (!_spike[i])
                continue;
            (double sum, double sumVariance, int count) = (0, 0, 0);
            for (int side = -1; side <= 1; side += 2)
            {
                int found = 0;
                for (int j = i + side; j >= 0 && j < n && found < options.Neighbours; j += side)
                {
                    if (_spike[j])
                        continue;
                    found++;
                    sum += intensity[j];
                    sumVariance += variance.IsEmpty ? 0 : variance[j];
                }

                count += found;
            }

            result[i] = sum / count;
            if (!variance.IsEmpty)
                resultVariance[i] = sumVariance / ((double)count * count);
        }

        return RowStatus.Ok;
    }

    /// <summary>Takes a running median off the differences, so that a spike on the flank of a peak stands out, too.</summary>
    private void TakeOffSlope(int reach)
    {
        for (int i = 0; i < _raw.Length; i++)
        {
            int start = Math.Clamp(i - reach, 0, Math.Max(0, _raw.Length - (2 * reach) - 1));
            Span<double> window = _sorted.AsSpan(0, Math.Min((2 * reach) + 1, _raw.Length));
            _raw.AsSpan(start, window.Length).CopyTo(window);
            _difference[i] = _raw[i] - Statistics.MedianInPlace(window);
        }
    }

    /// <summary>Median of the differences and their deviation; where more than half are equal the deviation comes from the mean (Iglewicz and Hoaglin).</summary>
    private (double Median, double Deviation) Scale()
    {
        _difference.CopyTo(_sorted, 0);
        double median = Statistics.MedianInPlace(_sorted), sum = 0;
        for (int i = 0; i < _sorted.Length; i++)
        {
            _sorted[i] = Math.Abs(_difference[i] - median);
            sum += _sorted[i];
        }

        double deviation = 1.4826022185056018 * Statistics.MedianInPlace(_sorted);
        return (median, deviation > 0 ? deviation : MeanToDeviation * sum / _sorted.Length);
    }

    /// <summary>Marks the points of every group of jumps that goes up first, down last, and is narrow enough. Beyond the ends of the data anything may be.</summary>
    private int Mark(SpikeOptions options, double median, double limit)
    {
        Array.Clear(_spike);
        int marked = 0, differences = _difference.Length;
        for (int k = 0; k < differences; k++)
        {
            if (!(Math.Abs(_difference[k] - median) > limit))
                continue;

            // The jumps that belong together: at most one quiet difference between two.
            int last = k;
            for (int j = k + 1; j < differences && j <= last + 2; j++)
            {
                if (Math.Abs(_difference[j] - median) > limit)
                    last = j;
            }

            bool up = _difference[k] > median, down = _difference[last] < median;
            int start = up ? k + 1 : k == 0 ? 0 : -1, end = down ? last : last == differences - 1 ? differences : -1;
            if (start >= 0 && end >= start && end - start < options.MaxWidth)
            {
                for (int i = start; i <= end; i++)
                    _spike[i] = true;
                marked += end - start + 1;
            }

            k = last;
        }

        return marked;
    }
}
