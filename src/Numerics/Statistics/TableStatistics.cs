namespace BigMap.Analysis.Numerics;

/// <summary>Statistics of tables and series.</summary>
/// <remarks>Every method is one recorded step; inputs are not changed. Thread-safe.</remarks>
public static class TableStatistics
{
    /// <summary>Describes every column of numbers: count, missing, mean, standard deviation, quartiles and the rest of <see cref="Description"/>.</summary>
    /// <param name="table">A table: fits, cycles, scores.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>One row per column of numbers.</returns>
    /// <example><code>Console.WriteLine(fits.Describe());</code></example>
    public static ResultTable Describe(this IResultTable table, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        QualitySteps.Describe.Run(table, new(NoOptions.Instance), context, cancellationToken);

    /// <summary>Describes every row of a series.</summary>
    /// <param name="series">The series.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>One row per row of the series.</returns>
    public static ResultTable RowStatistics(this SpectrumSeries series, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        QualitySteps.DescribeRows.Run(series, new(NoOptions.Instance), context, cancellationToken);

    /// <summary>Correlates the columns of a table with each other, pair by pair.</summary>
    /// <param name="table">A table, at least two columns of numbers.</param>
    /// <param name="options">Options; null for Pearson's coefficient of all columns.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>Coefficients with p-values and intervals, and as a matrix.</returns>
    /// <exception cref="DataMismatchException">A column does not exist or does not hold numbers.</exception>
    /// <example><code>CorrelationTable r = joined.Correlate(new CorrelateOptions { Columns = ["voltage", "003.center"], Method = CorrelationMethod.Spearman });</code></example>
    public static CorrelationTable Correlate(this IResultTable table, CorrelateOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        QualitySteps.Correlate.Run(table, new(options ?? new CorrelateOptions()), context, cancellationToken);

    internal static ResultTable DescribeCore(IResultTable table)
    {
        var statistics = new DescriptiveStatistics();
        List<string> names = [], units = [];
        List<Description> found = [];
        foreach (TableColumn column in table.Columns)
        {
            if (Values(column) is not { } values)
                continue;
            names.Add(column.Name);
            units.Add(column.Unit);
            found.Add(statistics.Describe(values));
        }

        return Table("statistics", [new TextColumn("column", names), new TextColumn("unit", units)], string.Empty, found);
    }

    internal static ResultTable DescribeRowsCore(SpectrumSeries series, StepScope scope, CancellationToken cancellationToken)
    {
        var found = new Description[series.Count];
        RowScheduler.Run(
            new RowPlan(series.Count, scope.Operation),
            scope.Context,
            () => new DescriptiveStatistics(),
            (row, statistics) =>
            {
                found[row] = statistics.Describe(series[row]);
                return found[row].Count > 0;
            },
            cancellationToken);
        var index = new long[series.Count];
        var labels = new string[series.Count];
        for (int row = 0; row < index.Length; row++)
            (index[row], labels[row]) = (series.SourceRow(row), series.Label(row));
        return Table("row statistics", [new IntegerColumn("index", index), new TextColumn("label", labels)], series.IntensityUnit, found);
    }

    internal static CorrelationTable CorrelateCore(IResultTable table, CorrelateOptions options, CancellationToken cancellationToken)
    {
        List<string> names = [];
        List<double[]> values = [];
        if (options.Columns.Count == 0)
        {
            foreach (TableColumn column in table.Columns)
            {
                if (Values(column) is { } numbers)
                {
                    names.Add(column.Name);
                    values.Add(numbers);
                }
            }
        }

        foreach (string name in options.Columns)
        {
            values.Add(Values(table.Column(name)) ?? throw new DataMismatchException($"Column {name} of table {table.Name} does not hold numbers."));
            names.Add(name);
        }

        int n = names.Count;
        if (n < 2)
            throw new DataMismatchException($"A correlation needs two columns of numbers, and table {table.Name} offers {n}.");
        var results = new CorrelationResult[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = i; j < n; j++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                results[(i * n) + j] = results[(j * n) + i] = options.Method == CorrelationMethod.Pearson
                    ? Correlation.Pearson(values[i], values[j], options.Confidence)
                    : Correlation.Spearman(values[i], values[j], options.Confidence);
            }
        }

        return new CorrelationTable([.. names], results);
    }

    /// <summary>A column as numbers, NaN where missing; null for text, instants and statuses.</summary>
    internal static double[]? Values(TableColumn column) => column switch
    {
        NumberColumn numbers => numbers.Values.ToArray(),
        IntegerColumn integers => [.. integers.Values.ToArray().Select(v => v == IntegerColumn.Missing ? double.NaN : v)],
        _ => null,
    };

    private static ResultTable Table(string name, TableColumn[] head, string unit, IReadOnlyList<Description> found)
    {
        return new ResultTable(name,
        [
            .. head,
            new IntegerColumn("count", found.Select(d => (long)d.Count).ToArray()),
            new IntegerColumn("missing", found.Select(d => (long)d.Missing).ToArray()),
            Numbers("mean", d => d.Mean),
            Numbers("standard deviation", d => d.StandardDeviation),
            Numbers("minimum", d => d.Minimum),
            Numbers("lower quartile", d => d.LowerQuartile),
            Numbers("median", d => d.Median),
            Numbers("upper quartile", d => d.UpperQuartile),
            Numbers("maximum", d => d.Maximum),
            Numbers("mad", d => d.Mad),
            new NumberColumn("skewness", string.Empty, found.Select(d => d.Skewness).ToArray()),
            new NumberColumn("kurtosis", string.Empty, found.Select(d => d.Kurtosis).ToArray()),
        ]);
        NumberColumn Numbers(string column, Func<Description, double> of) => new(column, unit, found.Select(of).ToArray());
    }
}
