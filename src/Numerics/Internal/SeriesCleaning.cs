namespace BigMap.Analysis.Numerics;

/// <summary>Leaves rows out, replaces points, makes points NaN, and writes down every change.</summary>
internal static class SeriesCleaning
{
    public static CleanedSeries Filter(SpectrumSeries series, StepRequest<FilterOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        FilterOptions options = request.Options;
        bool IsExcluded(int row) => request.OptionsFor(series.SourceRow(row)) is null;
        var byHand = options.Rows.Select(r => (int)r).ToHashSet();
        var reasons = new Dictionary<int, string>();
        for (int row = 0; row < series.Count; row++)
        {
            if (IsExcluded(row) || byHand.Contains(series.SourceRow(row)))
                reasons[row] = "by hand";
        }

        foreach (QualityFinding finding in new SeriesChecks(series, options.Check, reasons.ContainsKey, scope).Run(cancellationToken))
        {
            if (finding.Row >= 0 && options.Kinds.Contains(FindingNames.Of(finding.Kind)))
                reasons.TryAdd(finding.Row, FindingNames.Of(finding.Kind));
        }

        int[] kept = [.. Enumerable.Range(0, series.Count).Where(row => !reasons.ContainsKey(row))];
        var statuses = new RowStatus[series.Count];
        var changes = new List<CleanedSeries.Change>();
        for (int row = 0; row < series.Count; row++)
        {
            if (!reasons.TryGetValue(row, out string? reason))
                continue;
            statuses[row] = RowStatus.Excluded;
            changes.Add(new(series.SourceRow(row), series.Label(row), reason, "filtered", -1, double.NaN, double.NaN, double.NaN, double.NaN));
        }

        return new CleanedSeries("Filter", changes.Count == 0 ? series : series.Select(kept), statuses, changes, series.IntensityUnit);
    }

    public static CleanedSeries Remove(SpectrumSeries series, StepRequest<RemoveOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        RemoveOptions options = request.Options;
        bool IsExcluded(int row) => request.OptionsFor(series.SourceRow(row)) is null;
        string?[] reasons = Reasons(series, options.Kinds, new SeriesChecks(series, options.Check, IsExcluded, scope).Run(cancellationToken));
        foreach (AxisInterval interval in options.Intervals)
        {
            (int first, int length) = series.Axis.IndexRange(interval.From, interval.To).GetOffsetAndLength(series.Length);
            if (length == 0)
                throw new DataMismatchException(SeriesChecks.Text($"No point lies between {interval.From:R} and {interval.To:R} {series.Axis.Unit}: the data run from {series.Axis.First:R} to {series.Axis.Last:R}."));
            for (int row = 0; row < series.Count; row++)
            {
                for (int i = first; i < first + length && !IsExcluded(row); i++)
                    reasons[(row * series.Length) + i] ??= "interval";
            }
        }

        var block = new Block(series);
        for (int row = 0; row < series.Count; row++)
        {
            for (int i = 0; i < series.Length; i++)
            {
                if (reasons[(row * series.Length) + i] is { } reason && !double.IsNaN(series[row][i]))
                    block.Set(row, i, (double.NaN, double.NaN, double.NaN), reason, "removed");
            }
        }

        return block.Finish("Remove", keepsKind: true, IsExcluded);
    }

    public static CleanedSeries Impute(SpectrumSeries series, StepRequest<ImputeOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        bool IsExcluded(int row) => request.OptionsFor(series.SourceRow(row)) is null;
        ImputeOptions options = request.Options;
        string?[] reasons = Reasons(series, options.Kinds, new SeriesChecks(series, options.Check, IsExcluded, scope).Run(cancellationToken));
        var block = new Block(series);
        var good = new List<(double Y, double V)>();
        var work = new double[series.Length];
        int noiseRow = -1;
        double noise = double.NaN;
        for (int row = 0; row < series.Count; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int at = row * series.Length;
            ReadOnlySpan<double> y = series[row];
            for (int i = 0; i < series.Length; i++)
            {
                if (reasons[at + i] is null)
                    continue;
                int last = i;
                while (last + 1 < series.Length && (reasons[at + last + 1] is not null || !double.IsFinite(y[last + 1])) && (options.Check.FrameWidth is not { } width || (last + 1) % width != 0))
                    last++;
                for (int k = i; k <= last; k++)
                {
                    if (reasons[at + k] is not { } reason)
                        continue;
                    (double Y, double V, double Error)? value = last - i + 1 > options.MaxPoints ? null
                        : options.Check.FrameWidth is { } lineWidth ? FromFrame(row, k, lineWidth)
                        : options.Method == ImputeMethod.Median ? FromMedian(row, k)
                        : FromLine(row, (i, last), k);
                    if (value is { } found)
                        block.Set(row, k, found, reason, "imputed");
                    else if (!double.IsNaN(y[k]))
                        block.Set(row, k, (double.NaN, double.NaN, double.NaN), reason, "removed");
                }

                i = last;
            }
        }

        return block.Finish("Impute", keepsKind: false, IsExcluded);

        bool IsGood(int row, int point) => reasons[(row * series.Length) + point] is null && double.IsFinite(series[row][point]);

        double VarianceAt(int row, int point) => series.HasVariance ? series.Variance(row)[point] : double.NaN;

        (double, double, double)? FromLine(int row, (int First, int Last) run, int k)
        {
            int left = run.First - 1, right = run.Last + 1;
            if (left < 0 || right >= series.Length || !IsGood(row, left) || !IsGood(row, right))
                return null;
            ReadOnlySpan<double> x = series.Axis.Values;
            double t = (x[k] - x[left]) / (x[right] - x[left]), a = (1 - t) * (1 - t), b = t * t;
            double v = series.HasVariance ? (a * VarianceAt(row, left)) + (b * VarianceAt(row, right)) : double.NaN;
            if (noiseRow != row && !series.HasVariance)
                (noiseRow, noise) = (row, WhitePixels.Noise(series[row], work));
            return (((1 - t) * series[row][left]) + (t * series[row][right]), v, series.HasVariance ? Math.Sqrt(v) : noise * Math.Sqrt(a + b));
        }

        (double, double, double)? FromMedian(int row, int k)
        {
            good.Clear();
            for (int i = k - 1, n = 0; i >= 0 && n < options.Neighbors && k - i <= options.MaxPoints + options.Neighbors; i--)
                n += Take(row, i);
            int before = good.Count;
            for (int i = k + 1, n = 0; i < series.Length && n < options.Neighbors && i - k <= options.MaxPoints + options.Neighbors; i++)
                n += Take(row, i);

            // Points on one side alone say where the row was, not where it is.
            return before > 0 && good.Count > before ? MedianOfGood() : null;
        }

        (double, double, double)? FromFrame(int row, int k, int width)
        {
            good.Clear();
            int line = k / width, column = k % width, height = series.Length / width;
            for (int reach = 1; reach <= 3 && good.Count < 3; reach++)
            {
                good.Clear();
                for (int r = Math.Max(0, line - reach); r <= Math.Min(height - 1, line + reach); r++)
                {
                    for (int c = Math.Max(0, column - reach); c <= Math.Min(width - 1, column + reach); c++)
                        Take(row, (r * width) + c);
                }
            }

            return MedianOfGood();
        }

        int Take(int row, int point)
        {
            if (!IsGood(row, point))
                return 0;
            good.Add((series[row][point], VarianceAt(row, point)));
            return 1;
        }

        (double, double, double)? MedianOfGood()
        {
            if (good.Count == 0)
                return null;
            double[] values = [.. good.Select(g => g.Y)];
            double s = good.Count > 1 ? Statistics.Mad(values) : double.NaN, square = series.HasVariance ? good.Average(g => g.V) : s * s;

            // The median of n normal values has π/2 times the variance of their mean; of two it is the mean.
            double v = square * (good.Count > 2 ? Math.PI / 2 : 1) / good.Count;
            return (Statistics.Median(values), series.HasVariance ? v : double.NaN, Math.Sqrt(v));
        }
    }

    private static string?[] Reasons(SpectrumSeries series, IReadOnlyList<string> kinds, List<QualityFinding> findings)
    {
        var reasons = new string?[series.Count * series.Length];
        foreach (QualityFinding finding in findings)
        {
            string name = FindingNames.Of(finding.Kind);
            for (int i = finding.First; finding.First >= 0 && i <= finding.Last && kinds.Contains(name); i++)
                reasons[(finding.Row * series.Length) + i] ??= name;
        }

        return reasons;
    }

    /// <summary>A copy of the block that is made with the first change.</summary>
    private sealed class Block(SpectrumSeries series)
    {
        private readonly List<CleanedSeries.Change> _changes = [];
        private double[]? _y;
        private double[] _v = [];

        public void Set(int row, int point, (double Y, double V, double Error) value, string reason, string action)
        {
            if (_y is null)
            {
                _y = new double[series.Count * series.Length];
                _v = series.HasVariance ? new double[_y.Length] : [];
                for (int r = 0; r < series.Count; r++)
                {
                    series[r].CopyTo(_y.AsSpan(r * series.Length));
                    if (series.HasVariance)
                        series.Variance(r).CopyTo(_v.AsSpan(r * series.Length));
                }
            }

            int at = (row * series.Length) + point;
            _changes.Add(new(series.SourceRow(row), series.Label(row), reason, action, point, series.Axis.Values[point], _y[at], value.Y, value.Error));
            _y[at] = value.Y;
            if (_v.Length > 0)
                _v[at] = value.V;
        }

        public CleanedSeries Finish(string what, bool keepsKind, Func<int, bool> isExcluded)
        {
            SpectrumSeries result = _y is null ? series : SpectrumSeries.Wrap(series.Axis, _y, series.Count, series.DescribeRows() with
            {
                Variance = _v,
                Kind = keepsKind ? series.Kind : IntensityKind.Derived,
            });
            var statuses = new RowStatus[series.Count];
            for (int row = 0; row < statuses.Length; row++)
                statuses[row] = isExcluded(row) ? RowStatus.Excluded : Observations.IsFinite(result[row]) ? RowStatus.Ok : RowStatus.NotFinite;
            return new CleanedSeries(what, result, statuses, _changes, series.IntensityUnit);
        }
    }
}
