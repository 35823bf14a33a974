using System.Globalization;

namespace BigMap.Analysis;

/// <summary>Series arithmetic: average, sum, concatenate, merge, rebin, resample, select, join. Variance is propagated and every operation is recorded.</summary>
/// <remarks>
/// Inputs are never changed. A NaN makes NaN of every result it enters. Results of means and interpolations are
/// <see cref="IntensityKind.Derived"/>: their variance is only what was propagated. Thread-safe.
/// </remarks>
public static class SeriesArithmetic
{
    // Of the distance to the neighbours: the same grid computed in two ways (0.3 and 3 · 0.1) has the same points.
    private const double CoincidenceTolerance = 1e-9;

    /// <summary>Brings consecutive rows together: mean, sum or weighted mean.</summary>
    /// <param name="series">The series, at least one row.</param>
    /// <param name="options">Group size, mode, source of the variance; null for the mean of all rows.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>One row per group. Numeric columns become their mean, others the value of the group's first row.</returns>
    /// <exception cref="DataMismatchException">No rows, weights without variances, or a scatter asked of a group of one row.</exception>
    /// <example><code>SpectrumSeries everyFive = series.Average(new AverageOptions { GroupSize = 5 });</code></example>
    public static SpectrumSeries Average(this SpectrumSeries series, AverageOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        SeriesSteps.Average.Run(series, new StepRequest<AverageOptions>(options ?? new AverageOptions()), context, cancellationToken);

    /// <summary>Collects points into bins of equal width.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">Width, limits and mode.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The series over bin centres.</returns>
    /// <remarks>
    /// A point stands for the interval between the midpoints to its neighbours. Where a bin edge cuts it, the point is divided in proportion;
    /// the fraction f enters the variance as f²σ², exact for each bin, while bins that share a point are correlated. Raw counts without
    /// variance give raw counts only as long as no point is divided; otherwise the result is derived.
    /// </remarks>
    /// <exception cref="DataMismatchException">No whole bin lies inside the data.</exception>
    public static SpectrumSeries Rebin(this SpectrumSeries series, RebinOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        SeriesSteps.Rebin.Run(series, new StepRequest<RebinOptions>(options), context, cancellationToken);

    /// <summary>Interpolates linearly onto a uniform grid.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">The grid, inside the data.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The series over the new grid; variance (1−t)²σ₀² + t²σ₁², neighbouring points correlated.</returns>
    /// <exception cref="DataMismatchException">The grid reaches beyond the data: nothing is extrapolated.</exception>
    public static SpectrumSeries Resample(this SpectrumSeries series, ResampleOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        SeriesSteps.Resample.Run(series, new StepRequest<ResampleOptions>(options), context, cancellationToken);

    /// <summary>Interpolates linearly onto another axis.</summary>
    /// <param name="series">The series.</param>
    /// <param name="target">The axis, of the same quantity and unit, inside the data.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The series over <paramref name="target"/>.</returns>
    /// <exception cref="DataMismatchException">Quantity or unit differ, or the axis reaches beyond the data.</exception>
    public static SpectrumSeries Resample(this SpectrumSeries series, Axis target, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        SeriesSteps.ResampleOnto.Run(new ResampleInput(series, target), new StepRequest<NoOptions>(NoOptions.Instance), context, cancellationToken);

    /// <summary>Keeps some rows.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">First, last, every.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The rows that stay; they keep their source rows and labels.</returns>
    /// <exception cref="DataMismatchException">No row stays.</exception>
    public static SpectrumSeries Select(this SpectrumSeries series, SelectOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        SeriesSteps.Select.Run(series, new StepRequest<SelectOptions>(options), context, cancellationToken);

    /// <summary>Appends the rows of other series over the same axis.</summary>
    /// <param name="first">The first series.</param>
    /// <param name="second">The second series.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>All rows, renumbered. Columns that both have are kept; variances when both have them; the kind when it is the same.</returns>
    /// <exception cref="DataMismatchException">The axes differ.</exception>
    public static SpectrumSeries Concatenate(this SpectrumSeries first, SpectrumSeries second, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        SeriesSteps.Concatenate.Run(new SeriesPair(first, second), new StepRequest<NoOptions>(NoOptions.Instance), context, cancellationToken);

    /// <summary>Joins two ranges of the abscissa row by row, e.g. two overlapping detector banks or spectrograph settings.</summary>
    /// <param name="lower">The one range.</param>
    /// <param name="upper">The other range, same number of rows, same quantity and unit.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>
    /// The points of both, in order. Where points coincide (within 1e-9 of the distance to their neighbours) they become their mean, weighted by 1/σ² where both have variances. Nothing is
    /// rescaled: a step in the overlap stays visible.
    /// </returns>
    /// <exception cref="DataMismatchException">Numbers of rows, quantity or unit differ.</exception>
    public static SpectrumSeries Merge(this SpectrumSeries lower, SpectrumSeries upper, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        SeriesSteps.Merge.Run(new SeriesPair(lower, upper), new StepRequest<NoOptions>(NoOptions.Instance), context, cancellationToken);

    /// <summary>Adds the columns of a table to the rows of a series.</summary>
    /// <param name="series">The series; its table has the columns <c>index</c> (source row), <c>label</c> and its own.</param>
    /// <param name="table">The table.</param>
    /// <param name="options">What to join on.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <returns>The series with the columns added, and the distance of each match.</returns>
    /// <exception cref="DataMismatchException">A key column is missing or has the wrong type.</exception>
    /// <example><code>series.Join(cycler, new JoinOptions { On = JoinOn.Nearest, LeftKeys = ["time"], RightKeys = ["time"], Tolerance = 15 });</code></example>
    public static SpectrumSeries Join(this SpectrumSeries series, IResultTable table, JoinOptions options, AnalysisContext? context = null) =>
        SeriesSteps.Join.Run(new SeriesJoinInput(series, table), new StepRequest<JoinOptions>(options), context);

    /// <summary>Rows of a series as a table: <c>index</c>, <c>label</c> and its columns.</summary>
    /// <param name="series">The series.</param>
    /// <returns>The table.</returns>
    public static ResultTable RowTable(this SpectrumSeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        var index = new long[series.Count];
        var labels = new string[series.Count];
        for (int row = 0; row < index.Length; row++)
            (index[row], labels[row]) = (series.SourceRow(row), series.Label(row));
        return new ResultTable("series", [new IntegerColumn("index", index), new TextColumn("label", labels), .. series.Columns.Where(c => c.Name is not ("index" or "label"))]);
    }

    internal static SpectrumSeries AverageCore(SpectrumSeries series, AverageOptions options, CancellationToken cancellationToken)
    {
        if (series.Count == 0)
            throw new DataMismatchException("A series without rows has no average.");
        if (options.Mode == AverageMode.InverseVariance && !series.HasVariance)
            throw new DataMismatchException("A weighted mean needs variances: assign them first, e.g. with WithPoissonVariance() for raw counts.");
        int size = Math.Min(options.GroupSize ?? series.Count, series.Count), n = series.Length;
        int groups = ((series.Count - 1) / size) + 1;
        bool scatter = options.Variance == AverageVariance.Scatter;
        if (scatter && (size < 2 || series.Count % size == 1))
            throw new DataMismatchException($"A variance from the scatter needs two rows in every group; {series.Count} rows in groups of {size} leave a group of one. Choose another group size.");
        var y = new double[groups * n];
        double[] v = scatter || series.HasVariance ? new double[y.Length] : [];
        for (int g = 0; g < groups; g++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int start = g * size, end = Math.Min(series.Count, start + size);
            AverageGroup(series, (start, end), options, y.AsSpan(g * n, n), v.Length == 0 ? [] : v.AsSpan(g * n, n));
        }

        bool counts = series.Kind == IntensityKind.Counts && (options.Mode == AverageMode.Sum || size == 1);
        return SpectrumSeries.Wrap(series.Axis, y, groups, GroupAttributes(series, size, groups) with
        {
            Variance = v,
            Kind = counts ? IntensityKind.Counts : IntensityKind.Derived,
        });
    }

    internal static SpectrumSeries RebinCore(SpectrumSeries series, RebinOptions options)
    {
        ReadOnlySpan<double> x = series.Axis.Values;
        if (x.Length < 2)
            throw new DataMismatchException("Rebinning needs at least two points.");
        var edges = new double[x.Length + 1];
        for (int i = 1; i < x.Length; i++)
            edges[i] = (x[i - 1] + x[i]) / 2;
        edges[0] = x[0] - (edges[1] - x[0]);
        edges[^1] = x[^1] + (x[^1] - edges[^2]);
        double from = options.From ?? edges[0], to = options.To ?? edges[^1];

        // A relative slack of 1e-9 of a width: limits that were printed and read again still close the last bin.
        double slack = 1e-9 * options.Width;
        double exact = Math.Floor(((to - from) / options.Width) + 1e-9);
        if (from < edges[0] - slack || to > edges[^1] + slack || exact < 1 || exact > 1 << 28)
        {
            throw new DataMismatchException(string.Create(
                CultureInfo.InvariantCulture,
                $"Bins of {options.Width:R} between {from:R} and {to:R} {series.Axis.Unit} do not fit into the data, whose points cover {edges[0]:R} to {edges[^1]:R}. Choose limits inside and a width that fits between them."));
        }

        int bins = (int)exact;
        var centres = new double[bins];
        for (int b = 0; b < bins; b++)
            centres[b] = from + ((b + 0.5) * options.Width);
        var y = new double[Size(series.Count, bins)];
        double[] v = series.HasVariance ? new double[y.Length] : [];
        bool divided = false;
        for (int row = 0; row < series.Count; row++)
        {
            ReadOnlySpan<double> source = series[row], variance = series.Variance(row);
            int first = 0;
            for (int b = 0; b < bins; b++)
            {
                double low = from + (b * options.Width), high = from + ((b + 1) * options.Width);
                double sum = 0, sumVariance = 0, covered = 0;
                while (first < x.Length - 1 && edges[first + 1] <= low)
                    first++;
                for (int i = first; i < x.Length && edges[i] < high; i++)
                {
                    // The slack is that of the narrower of point and bin: a point that is much narrower than a bin is not lost in it.
                    double width = edges[i + 1] - edges[i], rounding = 1e-9 * Math.Min(width, options.Width);
                    double overlap = Math.Min(edges[i + 1], high) - Math.Max(edges[i], low);
                    if (overlap <= rounding)
                        continue;
                    double fraction = width - overlap <= rounding ? 1 : overlap / width;
                    divided |= fraction < 1;
                    double factor = options.Mode == RebinMode.Sum ? fraction : overlap;
                    covered += overlap;
                    sum += factor * source[i];
                    if (v.Length > 0)
                        sumVariance += factor * factor * variance[i];
                }

                double scale = options.Mode == RebinMode.Sum ? 1 : 1 / covered;
                y[(row * bins) + b] = sum * scale;
                if (v.Length > 0)
                    v[(row * bins) + b] = sumVariance * scale * scale;
            }
        }

        bool counts = series.Kind == IntensityKind.Counts && options.Mode == RebinMode.Sum && !divided;
        var axis = new Axis(centres, series.Axis.Quantity, series.Axis.Unit, series.Axis.Direction);
        return SpectrumSeries.Wrap(axis, y, series.Count, series.DescribeRows() with { Variance = v, Kind = counts ? IntensityKind.Counts : IntensityKind.Derived });
    }

    internal static SpectrumSeries ResampleCore(SpectrumSeries series, Axis target)
    {
        if (target.Quantity != series.Axis.Quantity || target.Unit != series.Axis.Unit)
            throw new DataMismatchException($"The target axis is {target.Label}, the series is over {series.Axis.Label}. Convert the axis first.");
        if (target.First < series.Axis.First || target.Last > series.Axis.Last)
        {
            throw new DataMismatchException(string.Create(
                CultureInfo.InvariantCulture,
                $"The target axis runs from {target.First:R} to {target.Last:R} {target.Unit}, the data only from {series.Axis.First:R} to {series.Axis.Last:R}. Nothing is extrapolated: choose a range inside the data."));
        }

        ReadOnlySpan<double> x = series.Axis.Values, t = target.Values;
        var left = new int[t.Length];
        var weight = new double[t.Length];
        for (int i = 0, j = 0; i < t.Length; i++)
        {
            while (j < x.Length - 2 && x[j + 1] <= t[i])
                j++;
            left[i] = j;
            weight[i] = x.Length == 1 ? 0 : (t[i] - x[j]) / (x[j + 1] - x[j]);
        }

        var y = new double[Size(series.Count, t.Length)];
        double[] v = series.HasVariance ? new double[y.Length] : [];
        for (int row = 0; row < series.Count; row++)
        {
            ReadOnlySpan<double> source = series[row], variance = series.Variance(row);
            for (int i = 0; i < t.Length; i++)
            {
                int j = left[i], at = (row * t.Length) + i;
                double w = weight[i];

                // A point of the old axis is taken alone, so that a NaN beside it stays there.
                y[at] = w == 0 ? source[j] : w == 1 ? source[j + 1] : ((1 - w) * source[j]) + (w * source[j + 1]);
                if (v.Length > 0)
                    v[at] = w == 0 ? variance[j] : w == 1 ? variance[j + 1] : ((1 - w) * (1 - w) * variance[j]) + (w * w * variance[j + 1]);
            }
        }

        return SpectrumSeries.Wrap(target, y, series.Count, series.DescribeRows() with { Variance = v, Kind = IntensityKind.Derived });
    }

    internal static SpectrumSeries SelectCore(SpectrumSeries series, SelectOptions options)
    {
        var rows = new List<int>();
        for (long row = options.First; row <= Math.Min(options.Last ?? int.MaxValue, series.Count - 1); row += options.Every)
            rows.Add((int)row);
        return rows.Count == 0
            ? throw new DataMismatchException($"No row stays: the series has {series.Count} rows, and the first asked for is {options.First}.")
            : series.Select(rows.ToArray());
    }

    internal static SpectrumSeries ConcatenateCore(SpectrumSeries first, SpectrumSeries second)
    {
        if (!first.Axis.SameAs(second.Axis))
            throw new DataMismatchException($"The axes differ: {first.Axis} against {second.Axis}. Resample one series onto the axis of the other first.");
        int n = first.Length, count = checked(first.Count + second.Count);
        bool hasVariance = first.HasVariance && second.HasVariance;
        var y = new double[Size(count, n)];
        double[] v = hasVariance ? new double[y.Length] : [];
        var labels = new string[count];
        for (int row = 0; row < count; row++)
        {
            (SpectrumSeries source, int at) = row < first.Count ? (first, row) : (second, row - first.Count);
            source[at].CopyTo(y.AsSpan(row * n));
            if (hasVariance)
                source.Variance(at).CopyTo(v.AsSpan(row * n));
            labels[row] = source.Label(at);
        }

        var columns = new List<TableColumn>();
        foreach (TableColumn column in first.Columns)
        {
            TableColumn? other = second.Columns.FirstOrDefault(c => c.Name == column.Name && c.Unit == column.Unit && c.GetType() == column.GetType());
            if (other is not null)
                columns.Add(ColumnArithmetic.Append(column, other));
        }

        return SpectrumSeries.Wrap(first.Axis, y, count, first.DescribeRows() with
        {
            Variance = v,
            Labels = labels,
            Columns = columns,
            SourceRows = default,
            Kind = first.Kind == second.Kind ? first.Kind : IntensityKind.Unspecified,
        });
    }

    internal static SpectrumSeries MergeCore(SpectrumSeries a, SpectrumSeries b)
    {
        if (a.Count != b.Count)
            throw new DataMismatchException($"One series has {a.Count} rows, the other {b.Count}: merging joins them row by row. Select or join the rows first.");
        if (a.Axis.Quantity != b.Axis.Quantity || a.Axis.Unit != b.Axis.Unit)
            throw new DataMismatchException($"One series is over {a.Axis.Label}, the other over {b.Axis.Label}. Convert one of the axes first.");
        ReadOnlySpan<double> xa = a.Axis.Values, xb = b.Axis.Values;
        var x = new List<double>(xa.Length + xb.Length);
        var from = new List<(int A, int B)>(x.Capacity);
        for (int i = 0, j = 0; i < xa.Length || j < xb.Length;)
        {
            if (i < xa.Length && j < xb.Length && Math.Abs(xa[i] - xb[j]) <= CoincidenceTolerance * Math.Min(Gap(xa, i), Gap(xb, j)))
                Take(xa[i], (i++, j++));
            else if (j == xb.Length || (i < xa.Length && xa[i] < xb[j]))
                Take(xa[i], (i++, -1));
            else
                Take(xb[j], (-1, j++));
        }

        void Take(double value, (int A, int B) source)
        {
            x.Add(value);
            from.Add(source);
        }

        bool hasVariance = a.HasVariance && b.HasVariance;
        var y = new double[Size(a.Count, x.Count)];
        double[] v = hasVariance ? new double[y.Length] : [];
        bool anyMean = false;
        for (int row = 0; row < a.Count; row++)
        {
            for (int i = 0; i < x.Count; i++)
            {
                (int ia, int ib) = from[i];
                int at = (row * x.Count) + i;
                anyMean |= ia >= 0 && ib >= 0;
                if (ib < 0 || ia < 0)
                {
                    y[at] = ib < 0 ? a[row][ia] : b[row][ib];
                    if (hasVariance)
                        v[at] = ib < 0 ? a.Variance(row)[ia] : b.Variance(row)[ib];
                }
                else if (hasVariance && a.Variance(row)[ia] > 0 && b.Variance(row)[ib] > 0)
                {
                    double wa = 1 / a.Variance(row)[ia], wb = 1 / b.Variance(row)[ib];
                    y[at] = ((wa * a[row][ia]) + (wb * b[row][ib])) / (wa + wb);
                    v[at] = 1 / (wa + wb);
                }
                else
                {
                    y[at] = (a[row][ia] + b[row][ib]) / 2;
                    if (hasVariance)
                        v[at] = (a.Variance(row)[ia] + b.Variance(row)[ib]) / 4;
                }
            }
        }

        var axis = new Axis(x.ToArray(), a.Axis.Quantity, a.Axis.Unit, a.Axis.Direction);
        return SpectrumSeries.Wrap(axis, y, a.Count, a.DescribeRows() with
        {
            Variance = v,
            Kind = anyMean || a.Kind != b.Kind ? IntensityKind.Derived : a.Kind,
        });
    }

    /// <summary>Distance to the nearer neighbour; 0 without one, so that a lone point coincides only with its equal.</summary>
    private static double Gap(ReadOnlySpan<double> x, int i)
    {
        double below = i > 0 ? x[i] - x[i - 1] : double.PositiveInfinity, above = i < x.Length - 1 ? x[i + 1] - x[i] : double.PositiveInfinity;
        double gap = Math.Min(below, above);
        return double.IsFinite(gap) ? gap : 0;
    }

    private static int Size(int rows, int points) => (long)rows * points <= Array.MaxLength
        ? rows * points
        : throw new DataMismatchException($"{rows} rows of {points} points are more than one series can hold. Work on a part of the rows or with fewer points.");

    private static void AverageGroup(SpectrumSeries series, (int Start, int End) rows, AverageOptions options, Span<double> y, Span<double> v)
    {
        int count = rows.End - rows.Start;
        bool weighted = options.Mode == AverageMode.InverseVariance, scatter = options.Variance == AverageVariance.Scatter;
        for (int i = 0; i < y.Length; i++)
        {
            double sum = 0, sumVariance = 0, sumWeight = 0;
            for (int row = rows.Start; row < rows.End; row++)
            {
                double value = series[row][i];
                if (weighted)
                {
                    double w = 1 / series.Variance(row)[i];
                    sum += w * value;
                    sumWeight += w;
                }
                else
                {
                    sum += value;
                    if (series.HasVariance)
                        sumVariance += series.Variance(row)[i];
                }
            }

            double mean = weighted ? sum / sumWeight : sum / count;
            y[i] = options.Mode == AverageMode.Sum ? sum : mean;
            if (v.Length == 0)
                continue;
            if (weighted)
            {
                v[i] = 1 / sumWeight;
                continue;
            }

            if (scatter)
            {
                double squares = 0;
                for (int row = rows.Start; row < rows.End; row++)
                    squares += (series[row][i] - mean) * (series[row][i] - mean);
                sumVariance = squares * count / (count - 1);
            }

            v[i] = options.Mode == AverageMode.Sum ? sumVariance : sumVariance / ((double)count * count);
        }
    }

    private static SeriesAttributes GroupAttributes(SpectrumSeries series, int size, int groups)
    {
        var labels = new string[groups];
        var source = new int[groups];
        for (int g = 0; g < groups; g++)
        {
            int start = g * size, end = Math.Min(series.Count, start + size) - 1;
            labels[g] = start == end ? series.Label(start) : $"{series.Label(start)}..{series.Label(end)}";
            source[g] = series.SourceRow(start);
        }

        return series.DescribeRows() with { Labels = labels, SourceRows = source, Columns = [.. series.Columns.Select(c => ColumnArithmetic.Group(c, size, groups))] };
    }
}
