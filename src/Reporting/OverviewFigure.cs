using BigMap.Analysis.Reporting.Internal;

namespace BigMap.Analysis.Reporting;

/// <summary>The picture of a fitted series on one page: heat map, one fit with residuals, peak positions and amounts against the series coordinate.</summary>
/// <remarks>When the series has two position columns (a mapping measurement), amounts are drawn as maps instead.</remarks>
public static class OverviewFigure
{
    private const int StackedPositions = 3;

    /// <summary>Makes the overview.</summary>
    /// <param name="series">The series as fitted, or as measured.</param>
    /// <param name="table">One row per row of the series: <c>peak.parameter</c> columns and a status.</param>
    /// <param name="fit">The fit of one row, or null when none can be shown; rows of the series then take its place.</param>
    /// <param name="options">What to show and to say, or null for the defaults.</param>
    /// <returns>The figure, 1200 × 900 pixels.</returns>
    /// <exception cref="DataMismatchException">Table and series differ in length, or a named column does not exist.</exception>
    public static Figure Create(SpectrumSeries series, IResultTable table, FitCurve? fit, OverviewOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(table);
        options ??= new OverviewOptions();
        if (table.RowCount != series.Count)
            throw new DataMismatchException($"The table {table.Name} has {table.RowCount} rows, the series {series.Count}; the overview needs one row of results for each row of the series.");
        string[] peaks = options.Peaks.Count > 0 ? [.. options.Peaks] : FindPeaks(table, options.PositionParameter);
        if (peaks.Length == 0)
            throw new DataMismatchException($"Table {table.Name} has no column named peak.{options.PositionParameter}. Its columns: {string.Join(", ", table.Columns.Select(c => c.Name))}.");
        Panel shown = fit is null
            ? new SeriesPanel { Series = series, Title = "Rows of the series" }
            : new FitPanel { Curve = fit, Title = "One fit" };
        NumberColumn? x = Position(series, options.MapX, "x"), y = Position(series, options.MapY, "y");
        Figure figure = x is not null && y is not null
            ? Map(series, table, (x, y, peaks), shown, options)
            : Sequence(series, table, peaks, shown, options);
        return figure with { Title = options.Title, Caption = Caption(table, options), Width = 1200, Height = 900 };
    }

    private static Figure Sequence(SpectrumSeries series, IResultTable table, string[] peaks, Panel shown, OverviewOptions options)
    {
        var heat = new HeatMapPanel { Series = series, Against = options.Against, Rows = RowDirection.Right, Binning = options.Binning, Title = "Series" };
        _ = Coordinates.Of(series, options.Against);
        TableColumn against = options.Against is null ? RowIndex(series) : series.Columns.First(c => c.Name == options.Against);
        (double, double)? range = series.Count > 0 ? heat.RowInterval() : null;
        bool stacked = peaks.Length <= StackedPositions;
        int panels = stacked ? peaks.Length : 1;
        var placed = new List<PlacedPanel> { new(heat) };
        for (int i = 0; i < panels; i++)
        {
            string[] shownPeaks = stacked ? [peaks[i]] : peaks;
            placed.Add(new PlacedPanel(
                new ColumnPanel
                {
                    Columns = [.. shownPeaks.Select(p => table.Numbers($"{p}.{options.PositionParameter}"))],
                    Against = against,
                    Status = Status(table),
                    Pale = [.. shownPeaks.Select(p => Pale(table, p, options))],
                    PaleText = FormattableString.Invariant($"{options.AmountParameter} below {options.Significance:0.##} σ"),
                    XRange = range,
                    FirstColor = i,
                    Title = i > 0 ? string.Empty : peaks.Length == 1 ? "Peak position" : "Peak positions",
                    ShowXLabels = i == panels - 1,
                },
                1 + i));
        }

        NumberColumn[] amounts = [.. peaks.Select(p => Find(table, $"{p}.{options.AmountParameter}")).OfType<NumberColumn>()];
        placed.Add(new PlacedPanel(shown, 0, 1, amounts.Length == 0 ? 1 + panels : 1));
        if (amounts.Length > 0)
        {
            string what = options.AmountParameter;
            placed.Add(new PlacedPanel(
                new ColumnPanel { Columns = amounts, Against = against, Status = Status(table), XRange = range, Title = $"Peak {what}{(peaks.Length > 1 ? "s" : string.Empty)}" },
                1,
                1,
                panels));
        }

        return new Figure
        {
            ColumnWidths = [1.15, 1],
            RowHeights = [1.25, .. Enumerable.Repeat(1.0 / panels, panels)],
            Panels = placed,
        };
    }

    private static Figure Map(SpectrumSeries series, IResultTable table, (NumberColumn X, NumberColumn Y, string[] Peaks) map, Panel shown, OverviewOptions options)
    {
        var placed = new List<PlacedPanel>
        {
            new(new HeatMapPanel { Series = series, Binning = options.Binning, Title = "Series" }, 0, 0, 1, 6),
            new(shown, 0, 6, 1, 6),
        };
        var columns = new List<NumberColumn>();
        foreach (string parameter in (ReadOnlySpan<string>)[options.AmountParameter, options.PositionParameter])
        {
            foreach (string peak in map.Peaks)
            {
                if (columns.Count < 3 && Find(table, $"{peak}.{parameter}") is { } column)
                    columns.Add(column);
            }
        }

        int span = 12 / columns.Count;
        for (int i = 0; i < columns.Count; i++)
        {
            placed.Add(new PlacedPanel(
                new MapPanel { X = map.X, Y = map.Y, Value = columns[i], Status = Status(table), Title = $"Map of {columns[i].Name.Replace('.', ' ')}" },
                1,
                i * span,
                1,
                span));
        }

        return new Figure { ColumnWidths = [.. Enumerable.Repeat(1.0, 12)], RowHeights = [1, 1], Panels = placed };
    }

    private static string Caption(IResultTable table, OverviewOptions options)
    {
        var parts = new List<string>();
        if (options.Source.Length > 0)
            parts.Add(options.Source);
        string rows = $"{Typography.Integer(table.RowCount)} {(table.RowCount == 1 ? "row" : "rows")}";
        if (table.Columns.OfType<StatusColumn>().FirstOrDefault() is { } status)
        {
            rows += ": " + string.Join(", ", status.Values.ToArray().GroupBy(s => s).OrderBy(g => g.Key)
                .Select(g => $"{Typography.Integer(g.Count())} {g.Key.ToText().Replace('_', ' ')}"));
        }

        parts.Add(rows);
        if (options.RecipeName.Length > 0)
            parts.Add("recipe " + options.RecipeName);
        return string.Join(" · ", parts);
    }

    private static string[] FindPeaks(IResultTable table, string parameter) =>
        [.. table.Columns.OfType<NumberColumn>().Where(c => c.Name.EndsWith("." + parameter, StringComparison.Ordinal)).Select(c => c.Name[..^(parameter.Length + 1)])];

    private static NumberColumn? Find(IResultTable table, string name) => table.Columns.OfType<NumberColumn>().FirstOrDefault(c => c.Name == name);

    private static ReadOnlyMemory<RowStatus> Status(IResultTable table) => table.Columns.OfType<StatusColumn>().FirstOrDefault()?.Values ?? default;

    private static IntegerColumn RowIndex(SpectrumSeries series)
    {
        var rows = new long[series.Count];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = series.SourceRow(i);
        return new IntegerColumn("row", rows);
    }

    private static ReadOnlyMemory<bool> Pale(IResultTable table, string peak, OverviewOptions options)
    {
        if (!(options.Significance > 0) || Find(table, $"{peak}.{options.AmountParameter}") is not { HasStandardErrors: true } amount)
            return default;
        var pale = new bool[table.RowCount];
        for (int i = 0; i < pale.Length; i++)
            pale[i] = amount[i] <= 0 || amount[i] < options.Significance * amount.StandardErrors.Span[i];
        return pale;
    }

    private static NumberColumn? Position(SpectrumSeries series, string? name, string letter)
    {
        if (name is not null)
        {
            return series.Columns.OfType<NumberColumn>().FirstOrDefault(c => c.Name == name)
                ?? throw new DataMismatchException($"The series has no column of numbers named {name}. Its columns: {string.Join(", ", series.Columns.Select(c => c.Name))}.");
        }

        return series.Columns.OfType<NumberColumn>().FirstOrDefault(c => c.Name.Equals(letter, StringComparison.OrdinalIgnoreCase))
            ?? series.Columns.OfType<NumberColumn>().FirstOrDefault(c => c.Name.StartsWith(letter + "_", StringComparison.OrdinalIgnoreCase));
    }
}
