using System.Globalization;

namespace BigMap.Analysis.Formats.Internal.Hdf5;

/// <summary>Reads columns and tables back.</summary>
internal static class NexusTable
{
    /// <summary>A dataset of one dimension as a column; a single value is repeated.</summary>
    public static TableColumn Plain(Hdf5Dataset dataset, long rows)
    {
        string name = dataset.Path[(dataset.Path.LastIndexOf('/') + 1)..];
        if (dataset.Type.Kind == Hdf5Kind.Text)
            return new TextColumn(name, Repeat(dataset.ReadText(), rows));
        return dataset.IsNumeric
            ? new NumberColumn(name, AxisName.CanonicalUnit(dataset.Unit), Repeat(dataset.Read<double>(), rows))
            : throw dataset.Refuse($"it holds {dataset.Type}, not numbers or text", "Leave it out.");
    }

    /// <summary>A column that this package wrote.</summary>
    public static TableColumn ReadColumn(Hdf5File file, Hdf5Group group, string name, HashSet<string> used)
    {
        Hdf5Dataset dataset = file.Dataset(Hdf5File.Join(group.Path, name));
        used.Add(dataset.Path);
        string original = Hdf5File.TextOf(dataset, NexusOutput.OriginalName) is { Length: > 0 } given ? given : name;
        switch (Hdf5File.TextOf(dataset, NexusOutput.Role))
        {
            case "integer":
                return new IntegerColumn(original, dataset.Read<long>());
            case "time":
                return new TimeColumn(original, Parse(dataset, Time));
            case "status":
                return new StatusColumn(original, Parse(dataset, Status));
            case "number":
                double[] values = dataset.Read<double>();
                if (Hdf5File.TextOf(dataset, "uncertainties") is not { Length: > 0 } errorName)
                    return new NumberColumn(original, dataset.Unit, values);
                Hdf5Dataset errors = file.Dataset(Hdf5File.Join(group.Path, errorName));
                used.Add(errors.Path);
                if (errors.Count != values.Length)
                    throw errors.Refuse("it has not one value for each row", "Write the table again.");
                if (Hdf5File.TextOf(dataset, "bigmap_errors_status") is not { Length: > 0 } statusName)
                    return new NumberColumn(original, dataset.Unit, values, errors.Read<double>());
                Hdf5Dataset reasons = file.Dataset(Hdf5File.Join(group.Path, statusName));
                used.Add(reasons.Path);
                StandardErrorStatus[] status = Parse(reasons, Reason);
                return status.Length == values.Length
                    ? new NumberColumn(original, dataset.Unit, values, errors.Read<double>(), status)
                    : throw reasons.Refuse("it has not one value for each row", "Write the table again.");
            default:
                return Plain(dataset, dataset.Count).WithName(original);
        }
    }

    /// <summary>A table that this package wrote.</summary>
    public static ResultTable Read(Hdf5File file, string group)
    {
        Hdf5Group found;
        if (group.Length > 0)
        {
            found = file.Group(group);
        }
        else
        {
            Hdf5Group[] tables = [.. file.Objects().OfType<Hdf5Group>().Where(g => Hdf5File.TextOf(g, NexusOutput.Role) == "table")];
            found = tables.Length == 1
                ? tables[0]
                : throw new InputFormatException(file.Path, 0, $"The file holds {tables.Length} tables that were written by this package.", "Name the group of the table.");
        }

        if (found.Attributes.FirstOrDefault(a => a.Name == NexusOutput.Columns) is not { Type.Kind: Hdf5Kind.Text } names)
            throw new InputFormatException(file.Path, 0, $"{found.Path} is not a table that was written by this package.", "Read its datasets with Hdf5File.");
        var used = new HashSet<string>(StringComparer.Ordinal);
        TableColumn[] columns = [.. names.ReadText().Select(n => ReadColumn(file, found, n, used))];
        try
        {
            return new ResultTable(Hdf5File.TextOf(found, NexusOutput.OriginalName) is { Length: > 0 } name ? name : "table", columns);
        }
        catch (ArgumentException e)
        {
            throw new InputFormatException(file.Path, 0, $"The columns of {found.Path} do not fit together: {e.Message}", "Write the table again.");
        }
    }

    private static T[] Repeat<T>(T[] values, long rows)
    {
        if (values.Length == rows)
            return values;
        var all = new T[rows];
        Array.Fill(all, values[0]);
        return all;
    }

    private static T[] Parse<T>(Hdf5Dataset dataset, Func<string, (bool Ok, T Value)> parse)
    {
        string[] texts = dataset.ReadText();
        var values = new T[texts.Length];
        for (int i = 0; i < texts.Length; i++)
        {
            (bool ok, values[i]) = parse(texts[i]);
            if (!ok)
                throw dataset.Refuse(string.Create(CultureInfo.InvariantCulture, $"value {i}, \"{texts[i]}\", is not what the column holds"), "Write the table again.");
        }

        return values;
    }

    private static (bool, DateTimeOffset?) Time(string text) =>
        text.Length == 0 ? (true, null) : DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTimeOffset time) ? (true, time) : (false, null);

    private static (bool, RowStatus) Status(string text) => (RowStatusText.TryParse(text, out RowStatus status), status);

    private static (bool, StandardErrorStatus) Reason(string text) => (Enum.TryParse(text, ignoreCase: true, out StandardErrorStatus reason) && Enum.IsDefined(reason), reason);
}
