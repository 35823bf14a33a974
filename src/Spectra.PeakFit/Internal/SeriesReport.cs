using System.Globalization;
using System.Text;

namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>A fitted series in a few lines for a person.</summary>
internal static class SeriesReport
{
    public static string Build(FitSeries fits)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{fits.Count} fits");
        foreach (IGrouping<RowStatus, int> group in Enumerable.Range(0, fits.Count).GroupBy(fits.StatusOf).OrderBy(g => g.Key))
            text.Append(CultureInfo.InvariantCulture, $", {group.Count()} {group.Key.ToText()}");
        text.Append('\n');
        int[] usable = [.. Enumerable.Range(0, fits.Count).Where(row => fits.StatusOf(row).IsUsable())];
        if (usable.Length == 0)
            return text.ToString();

        string[][] lines =
        [
            ["parameter", "unit", "median", "smallest", "largest", "median error", "rows with error", "slope per row", "error", "varies"],
            .. fits.Columns.OfType<NumberColumn>().Where(c => (c.HasStandardErrors && fits.Model.Layout.Quantities.Any(q => q.Name == c.Name && q.Kind != QuantityKind.SplineCoefficient)) || c.Name == "reduced_chi_square").Select(c => Line(fits, c, usable)),
        ];
        int[] widths = [.. Enumerable.Range(0, lines[0].Length).Select(i => lines.Max(l => l[i].Length))];
        foreach (string[] line in lines)
        {
            text.Append("  ").Append(line[0].PadRight(widths[0])).Append("  ").Append(line[1].PadRight(widths[1]));
            for (int i = 2; i < line.Length; i++)
                text.Append("  ").Append(line[i].PadLeft(widths[i]));
            text.Append('\n');
        }

        foreach (string peak in fits.Model.Options.Peaks.Select(p => p.Name))
        {
            int absent = usable.Count(row => !fits[row].IsPresent(peak));
            if (absent > 0)
                text.Append(CultureInfo.InvariantCulture, $"{peak} is absent in {absent} of {usable.Length} rows\n");
        }

        foreach (StepWarning warning in fits.Warnings)
            text.Append(CultureInfo.InvariantCulture, $"{warning.Code}: {warning.Message}\n");
        return text.ToString();
    }

    private static string[] Line(FitSeries fits, NumberColumn column, int[] usable)
    {
        SeriesTrend? trend = column.HasStandardErrors ? fits.Trend(column.Name) : null;
        double[] values = [.. usable.Select(row => column[row]).Where(double.IsFinite).Order()];
        double[] errors = column.HasStandardErrors ? [.. usable.Select(row => column.StandardErrors.Span[row]).Where(double.IsFinite).Order()] : [];
        return
        [
            column.Name,
            column.Unit,
            values.Length == 0 ? string.Empty : Number(Median(values)),
            values.Length == 0 ? string.Empty : Number(values[0]),
            values.Length == 0 ? string.Empty : Number(values[^1]),
            errors.Length == 0 ? string.Empty : Median(errors).ToString("G2", CultureInfo.InvariantCulture),
            column.HasStandardErrors ? errors.Length.ToString(CultureInfo.InvariantCulture) : string.Empty,
            trend is null || double.IsNaN(trend.Slope) ? string.Empty : trend.Slope.ToString("G3", CultureInfo.InvariantCulture),
            trend is null || double.IsNaN(trend.Slope) ? string.Empty : trend.SlopeError.ToString("G2", CultureInfo.InvariantCulture),
            trend is { Varies: true } ? "yes" : string.Empty,
        ];
    }

    private static double Median(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;

    private static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
