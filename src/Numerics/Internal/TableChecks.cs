using System.Globalization;

namespace BigMap.Analysis.Numerics;

/// <summary>Looks at the columns of a table, and at whole rows that repeat.</summary>
internal static class TableChecks
{
    public static List<QualityFinding> Run(IResultTable table, QualityOptions options, CancellationToken cancellationToken)
    {
        foreach (string name in options.TimeColumns)
            SeriesChecks.IsClock(table.Column(name));
        QualityLimits limits = options.Limits();
        var found = new List<QualityFinding>();
        double[] at = [.. Enumerable.Range(0, table.RowCount).Select(i => (double)i)];
        TableColumn[] times = [.. SeriesChecks.TimesOf(table.Columns, options.TimeColumns)];
        foreach (TableColumn column in table.Columns)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (times.Contains(column))
            {
                SeriesChecks.Times(column, limits.Gap, Row, options, found);
                continue;
            }

            if (column is not NumberColumn numbers)
                continue;
            double[] values = numbers.Values.ToArray();
            Missing(column, values, options, found);
            Outlying(column, values, (options, limits), found);
            if (options.LooksFor(FindingKind.Drift) && values.Count(double.IsFinite) >= 8)
            {
                double[] finite = [.. values.Select(v => double.IsFinite(v) ? v : double.NaN)];
                (double change, double p) = SeriesChecks.Trend(at, finite);
                double relative = change / Math.Abs(Statistics.Median([.. finite.Where(v => !double.IsNaN(v))]));
                if (p < limits.DriftPValue && Math.Abs(relative) > limits.IntensityDrift)
                    found.Add(new(FindingKind.Drift, -1, -1, -1, relative, limits.IntensityDrift, QualityAction.Inspect, SeriesChecks.Text($"{column.Name} changes by {change:G4} {column.Unit} over the rows ({100 * relative:F1} %, p = {p:G2})."), column.Name));
            }
        }

        if (options.LooksFor(FindingKind.DuplicateRow))
            Repeats(table, found);
        return found;
    }

    private static string Row(int row) => string.Create(CultureInfo.InvariantCulture, $"row {row}");

    private static void Missing(TableColumn column, double[] values, QualityOptions options, List<QualityFinding> found)
    {
        // A column that is NaN throughout holds nothing; that is no finding about its rows.
        if (!options.LooksFor(FindingKind.NotFinite) || !values.Any(double.IsFinite))
            return;
        for (int row = 0; row < values.Length; row++)
        {
            if (!double.IsFinite(values[row]))
                found.Add(new(FindingKind.NotFinite, row, -1, -1, values[row], 0, QualityAction.Inspect, $"{column.Name} has no finite value in {Row(row)}.", column.Name));
        }
    }

    private static void Outlying(TableColumn column, double[] values, (QualityOptions Options, QualityLimits Limits) how, List<QualityFinding> found)
    {
        if (!how.Options.LooksFor(FindingKind.OutlierValue))
            return;
        int[] rows = [.. Enumerable.Range(0, values.Length).Where(i => double.IsFinite(values[i]))];
        if (rows.Length < 5)
            return;
        foreach ((int i, double score, double limit) in SeriesChecks.StandingOut([.. rows.Select(i => values[i])], how.Options, how.Limits.Outlier))
            found.Add(new(FindingKind.OutlierValue, rows[i], -1, -1, values[rows[i]], limit, QualityAction.Inspect, SeriesChecks.Text($"{column.Name} is {values[rows[i]]:G6} {column.Unit} in {Row(rows[i])}, a score of {score:F1} against the rows around it."), column.Name));
    }

    private static void Repeats(IResultTable table, List<QualityFinding> found)
    {
        // The number of a row tells nothing about it.
        TableColumn[] columns = [.. table.Columns.Where(c => c.Name is not ("index" or "label"))];
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int row = 0; row < table.RowCount && columns.Length > 0; row++)
        {
            string text = string.Join('\u001f', columns.Select(c => c.Text(row)));
            if (columns.All(c => c.Text(row).Length == 0 || c is StatusColumn))
                continue;
            if (!seen.TryAdd(text, row))
                found.Add(new(FindingKind.DuplicateRow, row, -1, -1, 0, 0, QualityAction.Filter, $"{Row(row)} repeats {Row(seen[text])}."));
        }
    }
}
