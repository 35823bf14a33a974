using System.Globalization;
using System.Text;
using System.Text.Json;
using BigMap.Analysis.Provenance.Internal;

namespace BigMap.Analysis.Provenance;

/// <summary>A form that is filled. It is a table with one row for each field, so every writer of tables (CSV, HDF5) writes it, and <see cref="FromTable"/> reads it back without loss.</summary>
/// <remarks>Immutable, thread-safe. Fields that nobody filled stay empty: a form never guesses.</remarks>
/// <example><code>
/// ReportForm form = ReportForm.Empty(FormDefinition.Xrd)
///     .With("sample_description", "LiNiO2, half cell 42")
///     .FillFrom(record);
/// await File.WriteAllTextAsync("report.md", form.ToMarkdown());
/// await form.WriteCsvAsync("report.csv");
/// </code></example>
public sealed class ReportForm : IResultTable
{
    private const string Format = "bigmap-form/1";
    private const string Remedy = "Give a form that this package wrote.";

    private readonly SortedDictionary<(int Section, int Entry, int Field), string> _values;
    private readonly Lazy<IReadOnlyList<TableColumn>> _columns;
    private readonly int[] _entries;

    private ReportForm(FormDefinition definition, SortedDictionary<(int Section, int Entry, int Field), string> values, int[] entries)
    {
        Definition = definition;
        _values = values;
        _entries = entries;
        _columns = new Lazy<IReadOnlyList<TableColumn>>(MakeColumns);
    }

    /// <summary>The form.</summary>
    public FormDefinition Definition { get; }

    /// <inheritdoc/>
    public string Name => Definition.Name + "-form";

    /// <summary>Columns <c>section</c>, <c>entry</c>, <c>key</c>, <c>label</c>, <c>unit</c>, <c>value</c>.</summary>
    public IReadOnlyList<TableColumn> Columns => _columns.Value;

    /// <inheritdoc/>
    public int RowCount => Columns[0].Count;

    /// <summary>The value of a field of a part that is not repeated; empty when nobody filled it.</summary>
    /// <param name="key">Name of the field.</param>
    /// <exception cref="ArgumentException">There is no such field, or its part is repeated.</exception>
    public string this[string key] => this[key, 0];

    /// <summary>The value of a field; empty when nobody filled it.</summary>
    /// <param name="key">Name of the field.</param>
    /// <param name="entry">Which one of a repeated part, from 0.</param>
    /// <exception cref="ArgumentException">There is no such field.</exception>
    public string this[string key, int entry]
    {
        get
        {
            (int section, int field) = Find(key);
            return _values.GetValueOrDefault((section, entry, field)) ?? string.Empty;
        }
    }

    /// <summary>A form without any answer.</summary>
    /// <param name="definition">The form.</param>
    /// <returns>The empty form.</returns>
    /// <exception cref="ArgumentException">Two fields have the same name, or two parts the same title.</exception>
    public static ReportForm Empty(FormDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        if (definition.Sections.SelectMany(s => s.Fields).GroupBy(f => f.Key).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"The form {definition.Name} has two fields {twice.Key}.", nameof(definition));
        if (definition.Sections.GroupBy(s => s.Title).FirstOrDefault(g => g.Count() > 1) is { } part)
            throw new ArgumentException($"The form {definition.Name} has two parts {part.Key}.", nameof(definition));
        return new ReportForm(definition, [], [.. definition.Sections.Select(s => s.IsRepeated ? 0 : 1)]);
    }

    /// <summary>How often a part is filled.</summary>
    /// <param name="title">Title of the part.</param>
    /// <returns>1 for a part that is not repeated.</returns>
    /// <exception cref="ArgumentException">There is no such part.</exception>
    public int Entries(string title) => _entries[SectionIndex(title)];

    /// <summary>The same form with a field filled.</summary>
    /// <param name="key">Name of the field.</param>
    /// <param name="value">The value; empty to take it away.</param>
    /// <param name="entry">Which one of a repeated part, from 0, at most one above those there are.</param>
    /// <returns>A form.</returns>
    /// <exception cref="ArgumentException">There is no such field, or the value is no number, or not one of those allowed.</exception>
    public ReportForm With(string key, string value, int entry = 0)
    {
        ArgumentNullException.ThrowIfNull(value);
        (int section, int field) = Find(key);
        FormSection part = Definition.Sections[section];
        if (entry < 0 || entry > (part.IsRepeated ? _entries[section] : 0))
            throw new ArgumentException($"{part.Title} has no entry {entry.ToString(CultureInfo.InvariantCulture)}.", nameof(entry));
        Check(part.Fields[field], value);
        var values = new SortedDictionary<(int, int, int), string>(_values);
        if (value.Length == 0)
            values.Remove((section, entry, field));
        else
            values[(section, entry, field)] = value;
        int[] entries = [.. _entries];
        entries[section] = Math.Max(entries[section], entry + 1);
        return new ReportForm(Definition, values, entries);
    }

    /// <summary>The same form with a number filled in, with every digit.</summary>
    /// <param name="key">Name of the field.</param>
    /// <param name="value">The number; NaN leaves the field empty.</param>
    /// <param name="entry">Which one of a repeated part, from 0.</param>
    /// <returns>A form.</returns>
    public ReportForm With(string key, double value, int entry = 0) =>
        With(key, double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : string.Empty, entry);

    /// <summary>Fills what a record knows into fields that are still empty: metadata entries of the same name, and what every form asks for.</summary>
    /// <param name="record">The record of the run.</param>
    /// <returns>A form. <c>raw_data_format</c>: media types of the input; <c>output_format</c>: those of the output; <c>refinement_software</c>: the packages; <c>pre_treatment</c>: rows that a person left out or treated otherwise; <c>sample_description</c>: entry <c>sample</c>.</returns>
    public ReportForm FillFrom(ProvenanceRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        ReportForm form = this;
        foreach (MetadataEntry entry in record.Metadata.Entries)
            form = form.Fill(entry.Key, entry.Value);
        form = form.Fill("sample_description", record.Metadata["sample"] ?? string.Empty);
        form = form.Fill("laboratory_name", record.Metadata["laboratory"] ?? string.Empty);
        form = form.Fill("raw_data_format", Kinds(record.InputFiles));
        form = form.Fill("output_format", Kinds(record.OutputFiles));
        form = form.Fill("refinement_software", string.Join(", ", record.Software.Select(s => $"{s.Name} {s.Version}")));
        return form.Fill("pre_treatment", Treatment(record));

        static string Kinds(IEnumerable<RecordedEntity> files) => string.Join(", ", files.Select(f => $"{Path.GetExtension(f.Path)} ({f.MediaType})").Distinct());
    }

    /// <summary>The same form with fields filled from the options of a step of the recorded run.</summary>
    /// <param name="record">The record of the run.</param>
    /// <param name="operation">Operation, or the beginning of one: <c>baseline.</c>.</param>
    /// <param name="key">Field to fill, when it is still empty.</param>
    /// <param name="options">Options to name; empty for all.</param>
    /// <returns>A form; the same one when no such step was carried out. The field holds the operation with its version and options.</returns>
    public ReportForm FillFromStep(ProvenanceRecord record, string operation, string key, params IReadOnlyList<string> options)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentException.ThrowIfNullOrEmpty(operation);
        ArgumentNullException.ThrowIfNull(options);
        string text = string.Join("; ", record.Actions.Where(a => a.State == ActionState.Completed && a.Step.Operation.StartsWith(operation, StringComparison.Ordinal)).Select(a =>
        {
            IEnumerable<string> named = OptionsJson.Flatten(a.Step.OptionsJson).Where(o => options.Count == 0 || options.Contains(o.Path)).Select(o => $"{o.Path} {OptionsJson.Plain(o.Value)}");
            return $"{a.Step.Operation} version {a.Step.Version.ToString(CultureInfo.InvariantCulture)}: {string.Join(", ", named)}";
        }));
        return Fill(key, text);
    }

    /// <summary>The form as JSON: indented, LF, every field.</summary>
    /// <returns>The text.</returns>
    public string ToJson() => CanonicalJson.Text(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("format", Format);
        writer.WriteString("form", Definition.Name);
        writer.WriteString("title", Definition.Title);
        writer.WriteStartArray("fields");
        foreach ((int section, int entry, int field) in Fields())
        {
            writer.WriteStartObject();
            writer.WriteString("section", Definition.Sections[section].Title);
            if (Definition.Sections[section].IsRepeated)
                writer.WriteNumber("entry", entry);
            FormField one = Definition.Sections[section].Fields[field];
            writer.WriteString("key", one.Key);
            writer.WriteString("label", one.Label);
            if (one.Unit.Length > 0)
                writer.WriteString("unit", one.Unit);
            writer.WriteString("value", _values.GetValueOrDefault((section, entry, field)) ?? string.Empty);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    /// <summary>Reads what <see cref="ToJson"/> writes.</summary>
    /// <param name="json">The text.</param>
    /// <param name="definition">The form.</param>
    /// <param name="source">File name, for error messages.</param>
    /// <returns>The form with its answers.</returns>
    /// <exception cref="InputFormatException">It is another form, or none.</exception>
    public static ReportForm Parse(string json, FormDefinition definition, string source = "form.json")
    {
        ArgumentNullException.ThrowIfNull(json);
        ReportForm form = Empty(definition);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            if (root.GetProperty("format").GetString() != Format || root.GetProperty("form").GetString() != definition.Name)
                throw new FormatException($"it is not the form {definition.Name}.");
            foreach (JsonElement field in root.GetProperty("fields").EnumerateArray())
                form = form.Put(field.GetProperty("section").GetString()!, field.TryGetProperty("entry", out JsonElement entry) ? entry.GetInt32() : 0, field.GetProperty("key").GetString()!, field.GetProperty("value").GetString()!);
            return form;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InputFormatException(source, e is JsonException { LineNumber: { } line } ? line + 1 : 0, $"this form cannot be read: {e.Message}", Remedy);
        }
    }

    /// <summary>Reads a form from the table that a writer of tables made of it, e.g. after <c>TableReader.ReadCsvAsync</c>.</summary>
    /// <param name="table">A table with the columns <c>section</c>, <c>entry</c>, <c>key</c> and <c>value</c>.</param>
    /// <param name="definition">The form.</param>
    /// <returns>The form with its answers.</returns>
    /// <exception cref="DataMismatchException">The table is no such form.</exception>
    public static ReportForm FromTable(IResultTable table, FormDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(table);
        TableColumn section = table.Column("section"), entry = table.Column("entry"), key = table.Column("key"), value = table.Column("value");
        ReportForm form = Empty(definition);
        for (int row = 0; row < table.RowCount; row++)
        {
            try
            {
                int at = int.Parse(entry.Text(row), CultureInfo.InvariantCulture);
                form = form.Put(section.Text(row), at, key.Text(row), value.Text(row));
            }
            catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
            {
                throw new DataMismatchException($"Row {row.ToString(CultureInfo.InvariantCulture)} of table {table.Name} is no field of the form {definition.Name}: {e.Message}");
            }
        }

        return form;
    }

    /// <summary>The form for people: a title, and a table for each part.</summary>
    /// <returns>Markdown.</returns>
    public string ToMarkdown() => ToMarkdown(1);

    internal string ToMarkdown(int level)
    {
        var text = new StringBuilder();
        text.Append('#', level).Append(' ').Append(Definition.Title).Append('\n');
        for (int section = 0; section < Definition.Sections.Count; section++)
        {
            FormSection part = Definition.Sections[section];
            text.Append('\n').Append('#', level + 1).Append(' ').Append(part.Title).Append("\n\n");
            if (part.IsRepeated)
            {
                text.Append("| ").AppendJoin(" | ", part.Fields.Select(f => f.Unit.Length == 0 ? f.Label : $"{f.Label} ({f.Unit})")).Append(" |\n|");
                text.Append(string.Concat(Enumerable.Repeat("---|", part.Fields.Count))).Append('\n');
                for (int entry = 0; entry < _entries[section]; entry++)
                    text.Append("| ").AppendJoin(" | ", part.Fields.Select((_, f) => Cell(section, entry, f))).Append(" |\n");
                continue;
            }

            text.Append("| Field | Value |\n|---|---|\n");
            for (int field = 0; field < part.Fields.Count; field++)
            {
                string value = Cell(section, 0, field), unit = part.Fields[field].Unit;
                text.Append("| ").Append(part.Fields[field].Label).Append(" | ").Append(value).Append(value.Length > 0 && unit.Length > 0 ? " " + unit : string.Empty).Append(" |\n");
            }
        }

        return text.ToString();
    }

    private string Cell(int section, int entry, int field) =>
        (_values.GetValueOrDefault((section, entry, field)) ?? string.Empty).Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings("<br>");

    private ReportForm Put(string section, int entry, string key, string value)
    {
        int at = SectionIndex(section);
        if (!Definition.Sections[at].Fields.Any(f => f.Key == key))
            throw new ArgumentException($"{section} has no field {key}.");
        return With(key, value, entry);
    }

    private ReportForm Fill(string key, string value)
    {
        (int Section, FormField Field)[] found = [.. Definition.Sections.SelectMany((s, i) => s.IsRepeated ? [] : s.Fields.Where(f => f.Key == key).Select(f => (i, f)))];
        if (value.Length == 0 || found.Length == 0 || this[key].Length > 0)
            return this;
        try
        {
            return With(key, value);
        }
        catch (ArgumentException)
        {
            // What does not fit the field stays open for a person.
            return this;
        }
    }

    private static string Treatment(ProvenanceRecord record)
    {
        var lines = new List<string>();
        foreach (RecordedAction action in record.Actions)
        {
            using JsonDocument overrides = JsonDocument.Parse(action.Step.RowOverridesJson);
            foreach (JsonElement one in overrides.RootElement.EnumerateArray())
            {
                string what = one.TryGetProperty("exclude", out _) ? "left out" : "with other parameters";
                lines.Add($"row {one.GetProperty("row").GetRawText()} {what} in {action.Step.Operation} ({one.GetProperty("reason").GetString()})");
            }
        }

        return string.Join("; ", lines);
    }

    private static void Check(FormField field, string value)
    {
        if (value.Length == 0)
            return;
        bool fits = field.Kind switch
        {
            FormFieldKind.Number => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number),
            FormFieldKind.Integer => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
            _ => true,
        };
        if (!fits)
            throw new ArgumentException($"{field.Key} takes a {(field.Kind == FormFieldKind.Integer ? "whole number" : "number with a point")}, not {value}.", nameof(value));
        if (field.Choices.Count > 0 && !field.Choices.Contains(value))
            throw new ArgumentException($"{field.Key} takes {string.Join(", ", field.Choices)}, not {value}.", nameof(value));
    }

    private IEnumerable<(int Section, int Entry, int Field)> Fields()
    {
        for (int section = 0; section < Definition.Sections.Count; section++)
        {
            for (int entry = 0; entry < _entries[section]; entry++)
            {
                for (int field = 0; field < Definition.Sections[section].Fields.Count; field++)
                    yield return (section, entry, field);
            }
        }
    }

    private TableColumn[] MakeColumns()
    {
        (int Section, int Entry, int Field)[] all = [.. Fields()];
        FormField Of((int Section, int Entry, int Field) at) => Definition.Sections[at.Section].Fields[at.Field];
        return
        [
            new TextColumn("section", [.. all.Select(a => Definition.Sections[a.Section].Title)]),
            new IntegerColumn("entry", all.Select(a => (long)a.Entry).ToArray()),
            new TextColumn("key", [.. all.Select(a => Of(a).Key)]),
            new TextColumn("label", [.. all.Select(a => Of(a).Label)]),
            new TextColumn("unit", [.. all.Select(a => Of(a).Unit)]),
            new TextColumn("value", [.. all.Select(a => _values.GetValueOrDefault(a) ?? string.Empty)]),
        ];
    }

    private int SectionIndex(string title)
    {
        for (int i = 0; i < Definition.Sections.Count; i++)
        {
            if (Definition.Sections[i].Title == title)
                return i;
        }

        throw new ArgumentException($"The form {Definition.Name} has no part {title}; there are {string.Join(", ", Definition.Sections.Select(s => s.Title))}.", nameof(title));
    }

    private (int Section, int Field) Find(string key)
    {
        for (int section = 0; section < Definition.Sections.Count; section++)
        {
            for (int field = 0; field < Definition.Sections[section].Fields.Count; field++)
            {
                if (Definition.Sections[section].Fields[field].Key == key)
                    return (section, field);
            }
        }

        throw new ArgumentException($"The form {Definition.Name} has no field {key}; there are {string.Join(", ", Definition.Sections.SelectMany(s => s.Fields).Select(f => f.Key))}.", nameof(key));
    }
}
