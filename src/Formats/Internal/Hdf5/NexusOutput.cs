using System.Text;

namespace BigMap.Analysis.Formats.Internal.Hdf5;

/// <summary>Names and groups of NeXus files that are written here, and the names by which they are read back.</summary>
internal static class NexusOutput
{
    /// <summary>Attribute that says what a dataset was: <c>axis</c>, <c>number</c>, <c>integer</c>, <c>text</c>, <c>time</c>, <c>status</c>, <c>label</c>, <c>source row</c>.</summary>
    public const string Role = "bigmap_type";

    /// <summary>Attribute with the name that a column had; names in NeXus allow fewer signs.</summary>
    public const string OriginalName = "long_name";

    public const string Kind = "bigmap_intensity_kind";

    public const string Direction = "bigmap_direction";

    public const string Columns = "bigmap_columns";

    /// <summary>The root with one entry.</summary>
    public static (Hdf5OutGroup Root, Hdf5OutGroup Entry) File(string title)
    {
        var root = new Hdf5OutGroup("/", "NXroot");
        root.Set("default", "entry");
        root.Set("creator", "BigMap.Analysis.Formats");
        Hdf5OutGroup entry = root.Group("entry", "NXentry");
        if (title.Length > 0)
            entry.Text("title", title);
        return (root, entry);
    }

    /// <summary>The step that wrote the file, and documents.</summary>
    public static void Process(Hdf5OutGroup entry, string operation, string optionsJson, IReadOnlyList<Hdf5Note> notes)
    {
        Hdf5OutGroup process = entry.Group("process", "NXprocess");
        process.Text("program", "BigMap.Analysis.Formats");
        process.Text("version", FormatsSteps.ReadText.PackageVersion);
        Note(process, new Hdf5Note { Name = "parameters", MediaType = "application/json", Text = optionsJson }, "parameters", operation);
        var names = new List<string> { "program", "version", "parameters" };
        foreach (Hdf5Note note in notes)
            Note(process, note, Unique(note.Name, names), note.Name);
    }

    /// <summary>A name that NeXus allows and that is not taken yet.</summary>
    public static string Unique(string name, List<string> taken)
    {
        var text = new StringBuilder(name.Length);
        foreach (char c in name)
            text.Append(char.IsAsciiLetterOrDigit(c) || c == '_' || (c == '.' && text.Length > 0) ? c : '_');
        string clean = text.ToString().TrimEnd('.');
        if (clean.Length == 0)
            clean = "column";
        string candidate = clean;
        for (int n = 2; taken.Contains(candidate); n++)
            candidate = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{clean}_{n}");
        taken.Add(candidate);
        return candidate;
    }

    /// <summary>Writes columns of a table or series as datasets of one dimension.</summary>
    /// <returns>The names under which they stand.</returns>
    public static List<string> Write(Hdf5OutGroup group, IReadOnlyList<TableColumn> columns, List<string> taken)
    {
        var names = new List<string>();
        foreach (TableColumn column in columns)
        {
            string name = Unique(column.Name, taken);
            names.Add(name);
            Hdf5OutDataset dataset;
            switch (column)
            {
                case NumberColumn numbers:
                    dataset = group.Doubles(name, numbers.Values);
                    dataset.Set(Role, "number");
                    break;
                case IntegerColumn integers:
                    dataset = group.Longs(name, integers.Values);
                    dataset.Set(Role, "integer");
                    dataset.Set("missing_value", IntegerColumn.Missing);
                    break;
                default:
                    dataset = group.Texts(name, [.. Enumerable.Range(0, column.Count).Select(column.Text)]);
                    dataset.Set(Role, column switch { TimeColumn => "time", StatusColumn => "status", _ => "text" });
                    break;
            }

            dataset.Set(OriginalName, column.Name);
            if (column is NumberColumn)
                dataset.Set("units", column.Unit);
            if (column is NumberColumn { HasStandardErrors: true } measured)
            {
                Hdf5OutDataset errors = group.Doubles(Unique(name + "_errors", taken), measured.StandardErrors);
                errors.Set("units", column.Unit);
                dataset.Set("uncertainties", errors.Name);
                if (!measured.ErrorStatus.IsEmpty)
                {
                    Hdf5OutDataset reasons = group.Texts(Unique(name + "_errors_status", taken), [.. measured.ErrorStatus.ToArray().Select(s => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(s.ToString()))]);
                    dataset.Set("bigmap_errors_status", reasons.Name);
                }
            }
        }

        return names;
    }

    private static void Note(Hdf5OutGroup parent, Hdf5Note note, string name, string description)
    {
        Hdf5OutGroup group = parent.Group(name, "NXnote");
        group.Text("type", note.MediaType);
        group.Text("description", description);
        group.Text("data", note.Text);
    }
}
