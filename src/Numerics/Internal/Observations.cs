namespace BigMap.Analysis.Numerics;

/// <summary>The rows of a series that can be analysed together, in one block without gaps.</summary>
internal sealed class Observations
{
    private Observations(SpectrumSeries series, double[] values, int[] rows, RowStatus[] statuses) =>
        (Series, Values, Rows, Statuses) = (series, values, rows, statuses);

    public SpectrumSeries Series { get; }

    public double[] Values { get; }

    /// <summary>Rows of the series, in order.</summary>
    public int[] Rows { get; }

    public RowStatus[] Statuses { get; }

    public int Count => Rows.Length;

    /// <summary>Takes the rows that are finite and not excluded.</summary>
    public static Observations Of<TOptions>(SpectrumSeries series, StepRequest<TOptions> request)
        where TOptions : class
    {
        var statuses = new RowStatus[series.Count];
        var rows = new List<int>(series.Count);
        for (int row = 0; row < series.Count; row++)
        {
            statuses[row] = request.OptionsFor(series.SourceRow(row)) is null ? RowStatus.Excluded : IsFinite(series[row]) ? RowStatus.Ok : RowStatus.NotFinite;
            if (statuses[row] == RowStatus.Ok)
                rows.Add(row);
        }

        if ((long)rows.Count * series.Length > Array.MaxLength)
            throw new DataMismatchException($"{rows.Count} rows of {series.Length} points are more than one matrix can hold. Select some of the rows, trim or rebin first.");
        var values = new double[rows.Count * series.Length];
        for (int i = 0; i < rows.Count; i++)
            series[rows[i]].CopyTo(values.AsSpan(i * series.Length));
        return new Observations(series, values, [.. rows], statuses);
    }

    /// <summary>Index, label and status of every row of the series: how the tables begin.</summary>
    public TableColumn[] Head()
    {
        var index = new long[Series.Count];
        var labels = new string[Series.Count];
        for (int row = 0; row < index.Length; row++)
            (index[row], labels[row]) = (Series.SourceRow(row), Series.Label(row));
        return [new IntegerColumn("index", index), new TextColumn("label", labels), new StatusColumn("status", Statuses)];
    }

    /// <summary>A value per analysed row as a column of every row; NaN for the others.</summary>
    public NumberColumn Column(string name, string unit, Func<int, double> valueOf)
    {
        var values = new double[Series.Count];
        Array.Fill(values, double.NaN);
        for (int i = 0; i < Rows.Length; i++)
            values[Rows[i]] = valueOf(i);
        return new NumberColumn(name, unit, values);
    }

    /// <summary>Columns that are not yet in the table, so that results can be plotted against time or voltage.</summary>
    public static IReadOnlyList<TableColumn> Join(IReadOnlyList<TableColumn> head, IReadOnlyList<TableColumn> others)
    {
        var names = new HashSet<string>(head.Select(c => c.Name), StringComparer.Ordinal);
        var all = new List<TableColumn>(head);
        foreach (TableColumn column in others)
            all.Add(names.Add(column.Name) ? column : column.WithName(Free(names, column.Name)));
        return all;
    }

    /// <summary>A series of curves over the axis of another, one per component.</summary>
    public static SpectrumSeries Curves(SpectrumSeries like, double[] values, IReadOnlyList<string> labels, string quantity, string unit) =>
        SpectrumSeries.Wrap(like.Axis, values, labels.Count, new SeriesAttributes { Labels = labels, IntensityQuantity = quantity, IntensityUnit = unit, Kind = IntensityKind.Derived });

    public static string[] Names(string stem, int count)
    {
        var names = new string[count];
        for (int k = 0; k < count; k++)
            names[k] = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{stem}{k + 1}");
        return names;
    }

    private static string Free(HashSet<string> names, string name)
    {
        string free = "series." + name;
        while (!names.Add(free))
            free += "'";
        return free;
    }

    public static bool IsFinite(ReadOnlySpan<double> values)
    {
        foreach (double v in values)
        {
            if (!double.IsFinite(v))
                return false;
        }

        return true;
    }
}
