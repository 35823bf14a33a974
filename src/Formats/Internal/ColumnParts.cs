namespace BigMap.Analysis.Formats.Internal;

/// <summary>Puts the parts of a column, from files or blocks, one after the other.</summary>
internal static class ColumnParts
{
    /// <summary>Whether parts belong to one column.</summary>
    public static bool Fit(TableColumn first, TableColumn other) =>
        first.Name == other.Name && first.Unit == other.Unit && first.GetType() == other.GetType();

    public static TableColumn Join(IReadOnlyList<TableColumn> parts)
    {
        TableColumn first = parts[0];
        if (parts.Count == 1)
            return first;
        foreach (TableColumn part in parts)
        {
            if (!Fit(first, part))
                throw new DataMismatchException($"Column {first.Name} is not the same in every part.");
        }

        return first switch
        {
            NumberColumn => Numbers(first, [.. parts.Cast<NumberColumn>()]),
            IntegerColumn => new IntegerColumn(first.Name, Concat(parts, p => ((IntegerColumn)p).Values)),
            TimeColumn => new TimeColumn(first.Name, Concat(parts, p => ((TimeColumn)p).Values)),
            StatusColumn => new StatusColumn(first.Name, Concat(parts, p => ((StatusColumn)p).Values)),
            _ => new TextColumn(first.Name, [.. parts.SelectMany(p => ((TextColumn)p).Values)]),
        };
    }

    private static NumberColumn Numbers(TableColumn first, IReadOnlyList<NumberColumn> parts)
    {
        double[] values = Concat(parts, p => p.Values);
        if (parts.All(p => !p.HasStandardErrors))
            return new NumberColumn(first.Name, first.Unit, values);
        double[] errors = Concat(parts, p => p.HasStandardErrors ? p.StandardErrors : Enumerable.Repeat(double.NaN, p.Count).ToArray());
        StandardErrorStatus[] status = [.. parts.SelectMany(p => Enumerable.Range(0, p.Count).Select(p.ErrorStatusOf))];
        return new NumberColumn(first.Name, first.Unit, values, errors, parts.All(p => p.ErrorStatus.IsEmpty && p.HasStandardErrors) ? default(ReadOnlyMemory<StandardErrorStatus>) : status);
    }

    private static TValue[] Concat<TPart, TValue>(IReadOnlyList<TPart> parts, Func<TPart, ReadOnlyMemory<TValue>> get)
    {
        var all = new TValue[parts.Sum(p => get(p).Length)];
        int at = 0;
        foreach (TPart part in parts)
        {
            ReadOnlyMemory<TValue> values = get(part);
            values.CopyTo(all.AsMemory(at));
            at += values.Length;
        }

        return all;
    }
}
