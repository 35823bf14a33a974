using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>Compares a row with the median of its neighbours; one per thread.</summary>
internal sealed class SeriesSpikes(SpectrumSeries series)
{
    private readonly double[] _median = new double[series.Length];
    private readonly double[] _variance = new double[series.Length];
    private readonly double[] _difference = new double[series.Length];
    private readonly double[] _sorted = new double[series.Length];
    private double[] _values = [];

    public RowStatus Process(SeriesSpikeOptions options, int row, Span<double> result, Span<double> resultVariance, out double value)
    {
        value = double.NaN;
        ReadOnlySpan<double> y = series[row];
        RowStatus status = Compare(options, row, y) ? RowStatus.Ok : RowStatus.NotFinite;
        foreach (double v in y)
        {
            if (!double.IsFinite(v))
                status = RowStatus.NotFinite;
        }

        if (status != RowStatus.Ok)
        {
            result.Fill(double.NaN);
            resultVariance.Fill(double.NaN);
            return status;
        }

        y.CopyTo(result);
        if (!resultVariance.IsEmpty)
            series.Variance(row).CopyTo(resultVariance);
        _difference.CopyTo(_sorted, 0);
        double level = Statistics.MedianInPlace(_sorted);
        _difference.CopyTo(_sorted, 0);
        double limit = options.Threshold * Statistics.MadInPlace(_sorted);
        int replaced = 0;
        for (int i = 0; i < y.Length; i++)
        {
            if (!(_difference[i] - level > limit))
                continue;
            int end = i;
            double height = _difference[i] - level;
            for (; end + 1 < y.Length && _difference[end + 1] - level > limit; end++)
                height = Math.Max(height, _difference[end + 1] - level);

            // The width counts at half height: a peak that has grown may reach over the limit with its tip alone.
            int from = i, to = end;
            while (from > 0 && _difference[from - 1] - level > 0.5 * height)
                from--;
            while (to + 1 < y.Length && _difference[to + 1] - level > 0.5 * height)
                to++;
            if (to - from < options.MaxWidth)
            {
                replaced += to - from + 1;
                for (int k = from; k <= to; k++)
                {
                    result[k] = _median[k] + level;
                    if (!resultVariance.IsEmpty)
                        resultVariance[k] = _variance[k];
                }
            }

            i = to;
        }

        value = replaced;
        return RowStatus.Ok;
    }

    /// <summary>Median of the neighbouring rows that are finite at every point; false when there are none.</summary>
    private bool Compare(SeriesSpikeOptions options, int row, ReadOnlySpan<double> y)
    {
        int first = Math.Max(0, row - options.Rows), last = Math.Min(series.Count - 1, row + options.Rows);
        if (_values.Length < (2 * options.Rows) + 1)
            _values = new double[(2 * options.Rows) + 1];
        for (int i = 0; i < y.Length; i++)
        {
            int count = 0;
            double variance = 0;
            for (int other = first; other <= last; other++)
            {
                if (other == row || !double.IsFinite(series[other][i]))
                    continue;
                _values[count++] = series[other][i];
                variance += series.HasVariance ? series.Variance(other)[i] : 0;
            }

            if (count == 0)
                return false;
            _median[i] = Statistics.MedianInPlace(_values.AsSpan(0, count));

            // The median of one or two values is their mean; of more it has π/2 times its variance.
            _variance[i] = (count > 2 ? 0.5 * Math.PI : 1) * variance / ((double)count * count);
            _difference[i] = y[i] - _median[i];
        }

        return true;
    }
}
