namespace BigMap.Analysis.Reporting.Internal;

/// <summary>One direction of a map: cells around ascending positions. Where neighbours are far apart (a pause, a missing range) a gap stays.</summary>
internal sealed class CellAxis
{
    // A cell reaches at most this many median half steps to either side; a longer way to the neighbour is a gap.
    public const double WidestCell = 4;
    private readonly double[] _centers;
    private readonly double[] _low;
    private readonly double[] _high;

    /// <summary>Makes cells around ascending, finite positions; equal positions share a cell.</summary>
    public CellAxis(ReadOnlySpan<double> positions)
    {
        _centers = positions.ToArray();
        _low = new double[positions.Length];
        _high = new double[positions.Length];
        double[] steps = [.. Steps(positions)];
        Array.Sort(steps);
        double median = steps.Length == 0 ? 1 : steps[steps.Length / 2];
        for (int i = 0; i < _centers.Length; i++)
        {
            int before = i - 1, after = i + 1;
            while (before >= 0 && _centers[before] == _centers[i])
                before--;
            while (after < _centers.Length && _centers[after] == _centers[i])
                after++;
            double left = before < 0 ? double.NaN : _centers[i] - _centers[before];
            double right = after == _centers.Length ? double.NaN : _centers[after] - _centers[i];
            double widest = WidestCell * median;
            double l = double.IsNaN(left) ? double.IsNaN(right) ? median : Math.Min(right, median) : left <= widest ? left : median;
            double r = double.IsNaN(right) ? double.IsNaN(left) ? median : Math.Min(left, median) : right <= widest ? right : median;
            _low[i] = _centers[i] - (l / 2);
            _high[i] = _centers[i] + (r / 2);
        }
    }

    public int Count => _centers.Length;

    public Limits Limits => Count == 0 ? new Limits(0, 1) : new Limits(_low[0], _high[^1]) is { Span: > 0 } limits ? limits : new Limits(_centers[0], _centers[^1]).Padded(0, 0);

    /// <summary>How many samples a length in pixels takes: two per pixel while the cells are fewer than pixels, so that cell edges stay sharp, otherwise one.</summary>
    public int SamplesFor(double pixels) => Math.Max(1, (int)Math.Round(pixels) * (Count <= pixels ? 2 : 1));

    /// <summary>For every sample the range of cells that it shows: the one at its middle, or all whose centres lie in it. Empty in a gap.</summary>
    public Range[] Sample(int samples, Limits limits)
    {
        var ranges = new Range[samples];
        for (int k = 0; k < samples; k++)
        {
            double a = limits.Min + (limits.Span * k / samples), b = limits.Min + (limits.Span * (k + 1) / samples);
            int start = LowerBound(_centers, a), end = k == samples - 1 ? Count : LowerBound(_centers, b);
            if (k == samples - 1)
            {
                while (end > start && _centers[end - 1] > b)
                    end--;
            }

            if (end - start < 1)
            {
                double middle = 0.5 * (a + b);
                start = LowerBound(_high, middle);
                end = start;
                while (end < Count && _low[end] <= middle)
                    end++;
            }

            ranges[k] = start..end;
        }

        return ranges;
    }

    private static List<double> Steps(ReadOnlySpan<double> positions)
    {
        var steps = new List<double>(positions.Length);
        for (int i = 1; i < positions.Length; i++)
        {
            if (positions[i] > positions[i - 1])
                steps.Add(positions[i] - positions[i - 1]);
        }

        return steps;
    }

    private static int LowerBound(double[] sorted, double value)
    {
        int lo = 0, hi = sorted.Length;
        while (lo < hi)
        {
            int mid = (lo + hi) >>> 1;
            if (sorted[mid] < value)
                lo = mid + 1;
            else
                hi = mid;
        }

        return lo;
    }
}
