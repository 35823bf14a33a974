namespace BigMap.Analysis.Reporting.Internal;

/// <summary>Where the rows of a series stand along a direction: their index, or a column.</summary>
internal sealed record Coordinates(string Quantity, string Unit, double[] Values, bool IsIndex)
{
    public static Coordinates Of(SpectrumSeries series, string? column)
    {
        if (column is null)
        {
            var index = new double[series.Count];
            for (int i = 0; i < index.Length; i++)
                index[i] = series.SourceRow(i);
            return new Coordinates("row", string.Empty, index, true);
        }

        foreach (TableColumn candidate in series.Columns)
        {
            if (candidate.Name == column)
                return Of(candidate);
        }

        throw new DataMismatchException(series.Columns.Count == 0
            ? $"The series has no column {column}; it has no columns at all. Leave the column out to draw against the row index."
            : $"The series has no column {column}. Its columns: {string.Join(", ", series.Columns.Select(c => c.Name))}.");
    }

    public static Coordinates Of(TableColumn column)
    {
        switch (column)
        {
            case NumberColumn numbers:
                return new Coordinates(numbers.Name, numbers.Unit, numbers.Values.ToArray(), false);
            case IntegerColumn integers:
                return new Coordinates(integers.Name, string.Empty, [.. integers.Values.ToArray().Select(v => v == IntegerColumn.Missing ? double.NaN : v)], true);
            case TimeColumn times:
                DateTimeOffset?[] instants = times.Values.ToArray();
                DateTimeOffset? first = instants.Min();
                return new Coordinates($"{times.Name} since the first", "h", [.. instants.Select(t => t is { } at && first is { } zero ? (at - zero).TotalHours : double.NaN)], false);
            default:
                throw new DataMismatchException($"Column {column.Name} holds neither numbers nor times, so nothing can be drawn against it.");
        }
    }

    /// <summary>Rows with a finite coordinate, in ascending order of it.</summary>
    public int[] Order()
    {
        int[] order = [.. Enumerable.Range(0, Values.Length).Where(i => double.IsFinite(Values[i]) && Math.Abs(Values[i]) < 1e300)];
        double[] keys = [.. order.Select(i => Values[i])];
        // Ties stay in row order.
        return [.. order.Select((row, k) => (row, key: keys[k])).OrderBy(p => p.key).ThenBy(p => p.row).Select(p => p.row)];
    }
}
