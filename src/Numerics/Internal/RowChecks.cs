using System.Runtime.InteropServices;

namespace BigMap.Analysis.Numerics;

/// <summary>What is known of a row after it was looked at. Bad points, white and dead ones, count neither in the numbers nor in distances: one cosmic ray makes no bad frame.</summary>
internal readonly record struct RowFacts(bool IsUsable, bool IsWhole, bool IsConstant, long Hash, double Mean, double Spread, double Centre, double Noise, IReadOnlySet<int> Bad);

/// <summary>Checks of one row by itself; one workspace per thread.</summary>
internal sealed class RowChecks(SpectrumSeries series, QualityOptions options, QualityLimits limits)
{
    private readonly WhitePixels _finder = new(series.Length);
    private readonly sbyte[] _marks = new sbyte[series.Length];
    private readonly double[] _work = new double[series.Length];
    private readonly bool _hasCeiling = limits.SaturationLevel is not null
        && (options.SaturationLevel is not null || options.Technique != Technique.Ftir || series.IntensityQuantity.Contains("absorbance", StringComparison.OrdinalIgnoreCase));

    public RowFacts Run(int row, List<QualityFinding> found)
    {
        ReadOnlySpan<double> y = series[row];
        string label = series.Label(row);
        int finite = 0;
        double min = double.PositiveInfinity, max = double.NegativeInfinity;
        foreach (double v in y)
        {
            if (!double.IsFinite(v))
                continue;
            finite++;
            min = Math.Min(min, v);
            max = Math.Max(max, v);
        }

        if (finite == 0)
        {
            Add(found, FindingKind.EmptyRow, (row, -1, -1), (0, 0), QualityAction.Filter, $"{label} has no finite point.");
            return default;
        }

        if (finite < y.Length)
            Runs(y, v => !double.IsFinite(v), (first, last) => Add(found, FindingKind.NotFinite, (row, first, last), (last - first + 1, 0), QualityAction.Impute, SeriesChecks.Text($"{label} is not finite at {Place(first, last)} ({last - first + 1} points).")));
        bool constant = min == max && y.Length > 1;
        if (constant)
            Add(found, FindingKind.ConstantRow, (row, -1, -1), (min, 0), QualityAction.Filter, SeriesChecks.Text($"Every point of {label} is {min:G6}."));
        double noise = WhitePixels.Noise(y, _work);
        var bad = new HashSet<int>();
        if (!constant)
        {
            Pixels(row, y, label, found, bad);
            Saturation(row, y, (max, noise), label, found);
        }

        (double mean, double spread, double centre) = Numbers(y, bad);
        return new RowFacts(true, finite == y.Length && bad.Count == 0, constant, Hash(y), mean, spread, centre, noise, bad);
    }

    private (double Mean, double Spread, double Centre) Numbers(ReadOnlySpan<double> y, HashSet<int> bad)
    {
        int n = 0;
        double sum = 0, min = double.PositiveInfinity;
        for (int i = 0; i < y.Length; i++)
        {
            if (!double.IsFinite(y[i]) || bad.Contains(i))
                continue;
            n++;
            sum += y[i];
            min = Math.Min(min, y[i]);
        }

        double mean = sum / n, squares = 0, weight = 0, moment = 0;
        ReadOnlySpan<double> x = series.Axis.Values;
        for (int i = 0; i < y.Length; i++)
        {
            if (!double.IsFinite(y[i]) || bad.Contains(i))
                continue;
            squares += (y[i] - mean) * (y[i] - mean);
            weight += y[i] - min;
            moment += (y[i] - min) * (x[i] - x[0]);
        }

        return (mean, Math.Sqrt(squares / n), weight > 0 ? x[0] + (moment / weight) : double.NaN);
    }

    private static long Hash(ReadOnlySpan<double> y)
    {
        ulong h = 1469598103934665603;
        foreach (long bits in MemoryMarshal.Cast<double, long>(y))
            h = ((h ^ (ulong)bits) * 1099511628211) ^ (h >> 29);
        return (long)h;
    }

    private void Pixels(int row, ReadOnlySpan<double> y, string label, List<QualityFinding> found, HashSet<int> bad)
    {
        if (!options.LooksFor(FindingKind.WhitePixel) && !options.LooksFor(FindingKind.DeadPixel) && !options.LooksFor(FindingKind.HotPoint))
            return;
        int n = options.FrameWidth is { } width
            ? _finder.FindInFrame(y, width, limits.WhitePixel, _marks)
            : _finder.FindInSpectrum(y, limits.WhitePixel, limits.Sharpness, _marks);
        for (int i = 0; i < y.Length && n > 0; i++)
        {
            if (_marks[i] == 0)
                continue;
            int last = i;
            while (last + 1 < y.Length && _marks[last + 1] == _marks[i] && (options.FrameWidth is not { } w || (last + 1) % w != 0))
                last++;
            bool white = _marks[i] > 0;
            double value = y[i];
            bad.Add(i);
            for (int k = i + 1; k <= last; k++)
            {
                bad.Add(k);
                value = white ? Math.Max(value, y[k]) : Math.Min(value, y[k]);
            }

            Add(
                found,
                white ? FindingKind.WhitePixel : FindingKind.DeadPixel,
                (row, i, last),
                (value, limits.WhitePixel),
                QualityAction.Impute,
                SeriesChecks.Text($"{label} is {value:G6} at {Place(i, last)}, far {(white ? "above" : "below")} its surroundings."));
            i = last;
        }
    }

    private void Saturation(int row, ReadOnlySpan<double> y, (double Max, double Noise) top, string label, List<QualityFinding> found)
    {
        if (!options.LooksFor(FindingKind.Saturated))
            return;
        // A detector gives nothing above its ceiling: accumulated or scaled intensities have another one. Absorbance is noise above its own.
        bool isOther = options.SaturationLevel is null && options.Technique != Technique.Ftir && top.Max > limits.SaturationLevel;
        if (_hasCeiling && !isOther && top.Max >= limits.SaturationLevel)
        {
            double level = limits.SaturationLevel!.Value;
            Runs(y, v => v >= level, (first, last) => Add(found, FindingKind.Saturated, (row, first, last), (top.Max, level), QualityAction.Remove, SeriesChecks.Text($"{label} reaches the ceiling of {level:G6} at {Place(first, last)}.")));
            return;
        }

        // A plateau at the very top, and well above the rest: low counts repeat by chance.
        double median = Median(y);
        if (options.FrameWidth is null && top.Max - median > 10 * top.Noise && top.Noise > 0)
        {
            Runs(y, v => v == top.Max, (first, last) =>
            {
                if (last - first + 1 >= limits.SaturationRun)
                    Add(found, FindingKind.Saturated, (row, first, last), (top.Max, limits.SaturationRun), QualityAction.Remove, SeriesChecks.Text($"{last - first + 1} points of {label} at {Place(first, last)} have the same highest value, {top.Max:G6}."));
            });
        }
    }

    private double Median(ReadOnlySpan<double> y)
    {
        int n = 0;
        foreach (double v in y)
        {
            if (double.IsFinite(v))
                _work[n++] = v;
        }

        return Statistics.MedianInPlace(_work.AsSpan(0, n));
    }

    private string Place(int first, int last)
    {
        if (options.FrameWidth is { } width)
            return SeriesChecks.Text($"line {first / width}, column {first % width}{(last > first ? SeriesChecks.Text($" to {last % width}") : string.Empty)}");
        ReadOnlySpan<double> x = series.Axis.Values;
        string unit = series.Axis.Unit.Length == 0 ? string.Empty : " " + series.Axis.Unit;
        return first == last ? SeriesChecks.Text($"{x[first]:G6}{unit}") : SeriesChecks.Text($"{x[first]:G6} to {x[last]:G6}{unit}");
    }

    private void Add(List<QualityFinding> found, FindingKind kind, (int Row, int First, int Last) at, (double Value, double Threshold) size, QualityAction action, string detail)
    {
        if (options.LooksFor(kind))
            found.Add(new QualityFinding(kind, at.Row, at.First, at.Last, size.Value, size.Threshold, action, detail));
    }

    private static void Runs(ReadOnlySpan<double> y, Func<double, bool> isIn, Action<int, int> report)
    {
        for (int i = 0; i < y.Length; i++)
        {
            if (!isIn(y[i]))
                continue;
            int last = i;
            while (last + 1 < y.Length && isIn(y[last + 1]))
                last++;
            report(i, last);
            i = last;
        }
    }
}
