using System.Globalization;
using System.Runtime.InteropServices;

namespace BigMap.Analysis.Numerics;

/// <summary>Looks at a series row by row, then at how its rows follow each other.</summary>
internal sealed class SeriesChecks(SpectrumSeries series, QualityOptions options, Func<int, bool> isExcluded, StepScope scope)
{
    // How long, not when.
    private static readonly string[] Durations = ["counting", "count", "exposure", "integration", "dwell", "live", "real", "dead", "step"];
    private readonly QualityLimits _limits = options.Limits();
    private readonly RowFacts[] _facts = new RowFacts[series.Count];
    private readonly List<QualityFinding>[] _ofRow = new List<QualityFinding>[series.Count];

    /// <summary>Every finding, in the order of rows; those of the whole series at the end.</summary>
    public List<QualityFinding> Run(CancellationToken cancellationToken)
    {
        if (options.FrameWidth is { } width && series.Length % width != 0)
            throw new DataMismatchException($"Rows of {series.Length} points are not whole lines of {width}. Set frameWidth to the points of one line of a frame.");
        foreach (string name in options.TimeColumns)
        {
            IsClock(series.Columns.FirstOrDefault(c => c.Name == name)
                ?? throw new DataMismatchException($"The series has no column {name}. Its columns: {string.Join(", ", series.Columns.Select(c => c.Name))}."));
        }

        RowScheduler.Run(
            new RowPlan(series.Count, scope.Operation),
            scope.Context,
            () => new RowChecks(series, options, _limits),
            (row, checks) =>
            {
                _ofRow[row] = [];
                _facts[row] = isExcluded(row) ? default : checks.Run(row, _ofRow[row]);
                return _facts[row].IsUsable;
            },
            cancellationToken);
        int[] rows = [.. Enumerable.Range(0, series.Count).Where(row => _facts[row].IsUsable)];
        Repeats(rows);
        FindPersistent(rows);
        if (rows.Length >= 3)
            Neighbours(rows, cancellationToken);
        OutlierFrames(rows);
        var all = new List<QualityFinding>();
        foreach (List<QualityFinding> found in _ofRow)
            all.AddRange(found);
        foreach (TableColumn column in TimesOf(series.Columns, options.TimeColumns))
            Times(column, _limits.Gap, series.Label, options, all);
        Drifts(rows, all);
        return all;
    }

    /// <summary>Instants, and numbers with the word time in their name; a lag, a duration in s or how long each row was counted is no clock.</summary>
    public static IEnumerable<TableColumn> TimesOf(IReadOnlyList<TableColumn> columns, IReadOnlyList<string> wanted) => columns.Where(c => wanted.Count > 0
        ? wanted.Contains(c.Name)
        : c is TimeColumn || (c is NumberColumn or IntegerColumn && c.Name.Split([' ', '_', '.', '-', '/']) is var words
            && words.Contains("time", StringComparer.OrdinalIgnoreCase) && !words.Intersect(Durations, StringComparer.OrdinalIgnoreCase).Any()));

    /// <summary>Refuses a column that was named as one of times and holds none.</summary>
    public static void IsClock(TableColumn column)
    {
        if (column is not (TimeColumn or NumberColumn or IntegerColumn))
            throw new DataMismatchException($"Column {column.Name} holds neither instants nor numbers, so its gaps cannot be looked for. Name another one in timeColumns.");
    }

    /// <summary>Gaps, repeated and backward steps of a column of times.</summary>
    public static void Times(TableColumn column, double limit, Func<int, string> label, QualityOptions options, List<QualityFinding> found)
    {
        double[] t = Seconds(column);
        string unit = column is TimeColumn ? " s" : column.Unit.Length == 0 ? string.Empty : " " + column.Unit;
        int[] rows = [.. Enumerable.Range(0, t.Length).Where(i => double.IsFinite(t[i]))];
        var steps = new List<double>();
        for (int i = 1; i < rows.Length; i++)
        {
            if (t[rows[i]] > t[rows[i - 1]])
                steps.Add(t[rows[i]] - t[rows[i - 1]]);
        }

        double median = Statistics.Median(CollectionsMarshal.AsSpan(steps));
        for (int i = 1; i < rows.Length; i++)
        {
            int row = rows[i];
            double step = t[row] - t[rows[i - 1]];
            if (step == 0 && options.LooksFor(FindingKind.DuplicateTime))
                found.Add(new(FindingKind.DuplicateTime, row, -1, -1, 0, 0, QualityAction.Inspect, $"{label(row)} has the {column.Name} of the row before it.", column.Name));
            else if (step < 0 && options.LooksFor(FindingKind.TimeReversal))
                found.Add(new(FindingKind.TimeReversal, row, -1, -1, step, 0, QualityAction.Inspect, Text($"{column.Name} goes back by {-step:G4}{unit} at {label(row)}."), column.Name));
            else if (step > limit * median && options.LooksFor(FindingKind.TimeGap))
                found.Add(new(FindingKind.TimeGap, row, -1, -1, step / median, limit, QualityAction.Inspect, Text($"{step:G4}{unit} of {column.Name} lie before {label(row)}, {step / median:F1} times the usual step of {median:G4}."), column.Name));
        }
    }

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static double[] Seconds(TableColumn column)
    {
        if (column is not TimeColumn times)
            return TableStatistics.Values(column) ?? [];
        ReadOnlySpan<DateTimeOffset?> values = times.Values.Span;
        var seconds = new double[values.Length];
        DateTimeOffset? start = null;
        for (int i = 0; i < seconds.Length; i++)
        {
            start ??= values[i];
            seconds[i] = values[i] is { } at ? (at - start!.Value).TotalSeconds : double.NaN;
        }

        return seconds;
    }

    private void Add(QualityFinding finding)
    {
        if (options.LooksFor(finding.Kind))
            _ofRow[finding.Row].Add(finding);
    }

    private void Repeats(int[] rows)
    {
        var seen = new Dictionary<long, List<int>>();
        foreach (int row in rows)
        {
            List<int> same = CollectionsMarshal.GetValueRefOrAddDefault(seen, _facts[row].Hash, out _) ??= [];
            int first = same.FindIndex(other => MemoryMarshal.Cast<double, long>(series[other]).SequenceEqual(MemoryMarshal.Cast<double, long>(series[row])));
            if (first >= 0 && !_facts[row].IsConstant)
                Add(new(FindingKind.DuplicateRow, row, -1, -1, 0, 0, QualityAction.Filter, $"{series.Label(row)} repeats {series.Label(same[first])} bit for bit."));
            if (first < 0)
                same.Add(row);
        }
    }

    /// <summary>
    /// A white point of a spectrum that the rows beside it have too is a hot element or a narrow line, not a cosmic ray. In frames pixels of neighbours meet by chance: there it
    /// takes half of the rows.
    /// </summary>
    private void FindPersistent(int[] rows)
    {
        var marked = new HashSet<(int Row, int Point)>();
        var counts = new Dictionary<int, int>();
        foreach (int row in rows)
        {
            foreach (QualityFinding finding in _ofRow[row])
            {
                for (int i = finding.First; finding.Kind == FindingKind.WhitePixel && i <= finding.Last; i++)
                {
                    marked.Add((row, i));
                    counts[i] = counts.GetValueOrDefault(i) + 1;
                }
            }
        }

        int many = Math.Max(3, (rows.Length + 1) / 2);
        for (int at = 0; at < rows.Length && marked.Count > 0; at++)
        {
            List<QualityFinding> found = _ofRow[rows[at]];
            for (int k = 0; k < found.Count; k++)
            {
                QualityFinding finding = found[k];
                if (finding.Kind != FindingKind.WhitePixel)
                    continue;
                IEnumerable<int> points = Enumerable.Range(finding.First, finding.Last - finding.First + 1);
                bool persists = options.FrameWidth is null
                    ? points.Any(i => (at > 0 && marked.Contains((rows[at - 1], i))) || (at < rows.Length - 1 && marked.Contains((rows[at + 1], i))))
                    : points.All(i => counts[i] >= many);
                if (persists)
                    found[k] = finding with { Kind = FindingKind.HotPoint, Action = options.FrameWidth is null ? QualityAction.Inspect : QualityAction.Impute, Detail = finding.Detail + " Other rows have it too." };
            }

            if (!options.LooksFor(FindingKind.HotPoint))
                found.RemoveAll(f => f.Kind == FindingKind.HotPoint);
        }
    }

    private void Neighbours(int[] rows, CancellationToken cancellationToken)
    {
        // one[i]: from usable row i to the next, two[i]: to the one after that; per point, so that rows with NaN compare.
        var one = new double[rows.Length];
        var two = new double[rows.Length];
        RowScheduler.Run(
            new RowPlan(rows.Length, scope.Operation, 8),
            scope.Context with { Progress = null },
            () => 0,
            (i, _) =>
            {
                one[i] = i + 1 < rows.Length ? Distance(rows[i], rows[i + 1]) : double.NaN;
                two[i] = i + 2 < rows.Length ? Distance(rows[i], rows[i + 2]) : double.NaN;
                return true;
            },
            cancellationToken);
        double typical = Statistics.Median([.. one.Where(double.IsFinite)]);
        int n = rows.Length;
        for (int i = 0; i < n; i++)
        {
            (double near, double across) = i == 0 ? (Math.Min(one[0], two[0]), one[1])
                : i == n - 1 ? (Math.Min(one[n - 2], two[n - 3]), one[n - 3])
                : (Math.Min(one[i - 1], one[i]), two[i - 1]);
            double ratio = near / Math.Max(across, typical);
            if (ratio > _limits.Isolation)
                Add(new(FindingKind.IsolatedFrame, rows[i], -1, -1, ratio, _limits.Isolation, QualityAction.Filter, Text($"{series.Label(rows[i])} lies {ratio:F1} times farther from its neighbours than they from each other.")));
            if (i == 0)
                continue;
            double noise = Math.Sqrt(2) * Math.Min(_facts[rows[i]].Noise, _facts[rows[i - 1]].Noise), share = one[i - 1] / noise;
            if (one[i - 1] > 0 && share < _limits.NearDuplicate)
                Add(new(FindingKind.NearDuplicateRow, rows[i], -1, -1, share, _limits.NearDuplicate, QualityAction.Filter, Text($"{series.Label(rows[i])} differs from {series.Label(rows[i - 1])} by {share:G2} of what independent noise would give.")));
        }
    }

    private double Distance(int first, int second)
    {
        ReadOnlySpan<double> a = series[first], b = series[second];
        if (_facts[first].IsWhole && _facts[second].IsWhole)
            return Math.Sqrt(VectorKernels.SquaredDistance(a, b) / a.Length);
        double sum = 0;
        int n = 0;
        for (int i = 0; i < a.Length; i++)
        {
            if (!double.IsFinite(a[i]) || !double.IsFinite(b[i]) || _facts[first].Bad.Contains(i) || _facts[second].Bad.Contains(i))
                continue;
            sum += (a[i] - b[i]) * (a[i] - b[i]);
            n++;
        }

        return n == 0 ? double.NaN : Math.Sqrt(sum / n);
    }

    private void OutlierFrames(int[] rows)
    {
        if (rows.Length < 5 || !options.LooksFor(FindingKind.OutlierFrame))
            return;
        foreach ((string what, Func<RowFacts, double> of) in (ReadOnlySpan<(string, Func<RowFacts, double>)>)[("mean", f => f.Mean), ("spread", f => f.Spread)])
        {
            double[] values = [.. rows.Select(row => of(_facts[row]))];
            foreach ((int i, double score, double limit) in StandingOut(values, options, _limits.Outlier))
            {
                if (!_ofRow[rows[i]].Any(f => f.Kind == FindingKind.OutlierFrame))
                    Add(new(FindingKind.OutlierFrame, rows[i], -1, -1, score, limit, QualityAction.Inspect, Text($"The {what} of {series.Label(rows[i])}, {values[i]:G5}, has a score of {score:F1} against the rows around it.")));
            }
        }
    }

    /// <summary>
    /// Values that stand out from the trend of those around them, and from one of the two before and one of the two after by as much: where a trend bends, neighbours bend together. Few values
    /// scatter more about their own median and MAD: the limit is (1 + 8/n) of that for many; a z-score is bounded by itself.
    /// </summary>
    internal static List<(int At, double Score, double Limit)> StandingOut(double[] values, QualityOptions options, double limit)
    {
        var found = new List<(int, double, double)>();
        double[] left = Detrended(values, options.TrendRows), scores = new double[values.Length];
        Outliers.Score(left, options.Rule, scores);
        double rounding = 1e-12 * values.Max(Math.Abs);
        limit *= options.Rule == OutlierRule.ZScore ? 1 : 1 + (8.0 / values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            double far = Math.Abs(left[i]) * limit / scores[i];
            if (scores[i] > limit && Math.Abs(left[i]) > rounding && (i == 0 || Beside(i, -1) >= far) && (i == values.Length - 1 || Beside(i, 1) >= far))
                found.Add((i, scores[i], limit));
        }

        return found;

        double Beside(int i, int side)
        {
            double one = Math.Abs(left[i] - left[i + side]);
            return i + (2 * side) >= 0 && i + (2 * side) < left.Length ? Math.Max(one, Math.Abs(left[i] - left[i + (2 * side)])) : one;
        }
    }

    /// <summary>Values less their local trend: in the rows around each, the line with the median slope of all pairs (P. K. Sen, doi:10.1080/01621459.1968.10480934).</summary>
    internal static double[] Detrended(double[] values, int window)
    {
        if (window < 3)
            return values;
        int length = Math.Min(window, values.Length);
        var left = new double[values.Length];
        var slopes = new double[length * (length - 1) / 2];
        var level = new double[length];
        for (int i = 0; i < values.Length; i++)
        {
            int first = Math.Clamp(i - (length / 2), 0, values.Length - length), n = 0;
            for (int a = 0; a < length; a++)
            {
                for (int b = a + 1; b < length; b++)
                    slopes[n++] = (values[first + b] - values[first + a]) / (b - a);
            }

            double slope = Statistics.MedianInPlace(slopes);
            for (int a = 0; a < length; a++)
                level[a] = values[first + a] - (slope * (first + a - i));
            left[i] = values[i] - Statistics.MedianInPlace(level);
        }

        return left;
    }

    private void Drifts(int[] rows, List<QualityFinding> found)
    {
        if (rows.Length < 8)
            return;
        double[] at = [.. rows.Select(row => (double)row)];
        if (options.LooksFor(FindingKind.Drift))
        {
            double[] mean = [.. rows.Select(row => _facts[row].Mean)];
            (double change, double p) = Trend(at, mean);
            double relative = change / Math.Abs(Statistics.Median(mean));
            if (p < _limits.DriftPValue && Math.Abs(relative) > _limits.IntensityDrift)
                found.Add(new(FindingKind.Drift, -1, -1, -1, relative, _limits.IntensityDrift, QualityAction.Inspect, Text($"The mean intensity changes by {100 * relative:F1} % over the run (p = {p:G2}).")));
        }

        if (options.LooksFor(FindingKind.PositionDrift) && options.FrameWidth is null && series.Length > 2)
        {
            double[] centre = [.. rows.Select(row => _facts[row].Centre)];
            (double change, double p) = Trend(at, centre);
            double step = (series.Axis.Last - series.Axis.First) / (series.Length - 1), moved = change / step;
            if (p < _limits.DriftPValue && Math.Abs(moved) > _limits.PositionDrift)
                found.Add(new(FindingKind.PositionDrift, -1, -1, -1, moved, _limits.PositionDrift, QualityAction.Inspect, Text($"The centre of the intensity moves by {change:G4} {series.Axis.Unit}, {moved:F1} points, over the run (p = {p:G2}).")));
        }
    }

    /// <summary>Change over the run by a straight line through the rows, and Spearman's p-value of the order.</summary>
    internal static (double Change, double P) Trend(double[] at, double[] values)
    {
        CorrelationResult rank = Correlation.Spearman(at, values), line = Correlation.Pearson(at, values);
        if (double.IsNaN(rank.Coefficient))
            return (0, 1);
        double[] kept = [.. values.Where(v => !double.IsNaN(v))], x = [.. at.Where((_, i) => !double.IsNaN(values[i]))];
        double slope = line.Coefficient * Statistics.StandardDeviation(kept) / Statistics.StandardDeviation(x);
        return (slope * (x[^1] - x[0]), rank.PValue);
    }
}
