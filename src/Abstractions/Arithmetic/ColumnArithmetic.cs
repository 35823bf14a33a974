namespace BigMap.Analysis;

/// <summary>What becomes of the columns of a series when its rows are brought together.</summary>
internal static class ColumnArithmetic
{
    /// <summary>Numbers become the mean of the group (standard errors propagated), others the value of its first row.</summary>
    public static TableColumn Group(TableColumn column, int size, int groups)
    {
        if (column is not NumberColumn numbers)
            return column.Take([.. Enumerable.Range(0, groups).Select(g => g * size)]);
        var values = new double[groups];
        double[] errors = numbers.HasStandardErrors ? new double[groups] : [];
        for (int g = 0; g < groups; g++)
        {
            int start = g * size, end = Math.Min(numbers.Count, start + size);
            double sum = 0, squares = 0;
            for (int row = start; row < end; row++)
            {
                sum += numbers[row];
                if (errors.Length > 0)
                    squares += numbers.StandardErrors.Span[row] * numbers.StandardErrors.Span[row];
            }

            values[g] = sum / (end - start);
            if (errors.Length > 0)
                errors[g] = Math.Sqrt(squares) / (end - start);
        }

        return new NumberColumn(numbers.Name, numbers.Unit, values, errors);
    }

    /// <summary>The rows of one column after those of another of the same type.</summary>
    public static TableColumn Append(TableColumn first, TableColumn second) => (first, second) switch
    {
        (NumberColumn a, NumberColumn b) => new NumberColumn(
            a.Name,
            a.Unit,
            Join(a.Values, b.Values),
            a.HasStandardErrors && b.HasStandardErrors ? Join(a.StandardErrors, b.StandardErrors) : default(ReadOnlyMemory<double>)),
        (IntegerColumn a, IntegerColumn b) => new IntegerColumn(a.Name, Join(a.Values, b.Values)),
        (TextColumn a, TextColumn b) => new TextColumn(a.Name, [.. a.Values, .. b.Values]),
        (TimeColumn a, TimeColumn b) => new TimeColumn(a.Name, Join(a.Values, b.Values)),
        (StatusColumn a, StatusColumn b) => new StatusColumn(a.Name, Join(a.Values, b.Values)),
        _ => throw new DataMismatchException($"Column {first.Name} has two different types."),
    };

    private static T[] Join<T>(ReadOnlyMemory<T> a, ReadOnlyMemory<T> b) => [.. a.Span, .. b.Span];
}
