using System.Globalization;
using System.Text;
using System.Text.Json;
using BigMap.Analysis.Provenance.Internal;

namespace BigMap.Analysis.Provenance;

/// <summary>A recorded run as an entry of a laboratory notebook.</summary>
public static class NotebookEntry
{
    /// <summary>The entry: what was done to what, with which parameters, decisions and results, and how to repeat it.</summary>
    /// <param name="record">The record.</param>
    /// <param name="form">A report form that goes into the entry; null for none.</param>
    /// <returns>Markdown, the same text for the same record.</returns>
    /// <example><code>await File.WriteAllTextAsync("entry.md", NotebookEntry.ToMarkdown(record));</code></example>
    public static string ToMarkdown(ProvenanceRecord record, ReportForm? form = null)
    {
        ArgumentNullException.ThrowIfNull(record);
        var text = new StringBuilder();
        text.Append("# ").Append(Line(record.Title)).Append("\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{record.Written.UtcDateTime:yyyy-MM-dd HH:mm} UTC\n");
        if (record.Metadata.Entries.Count > 0)
        {
            text.Append("\n## Sample and experiment\n\n| Entry | Value |\n|---|---|\n");
            foreach (MetadataEntry entry in record.Metadata.Entries)
                text.Append(CultureInfo.InvariantCulture, $"| {Cell(entry.Key)} | {Cell(entry.Value)}{(entry.Unit.Length > 0 ? " " + Cell(entry.Unit) : string.Empty)} |\n");
        }

        Files(text, "Input", record.InputFiles);
        text.Append("\n## Steps\n\n| | Step | Operation | Rows | Not usable | Ended |\n|---|---|---|---|---|---|\n");
        foreach (RecordedAction action in record.Actions.Where(a => a.Within is null))
            text.Append(CultureInfo.InvariantCulture, $"| {action.Number} | {Cell(action.StepId)} | {action.Step.Operation} version {action.Step.Version}, {action.Step.Package} {action.Step.PackageVersion} | {action.Rows} | {action.Failed} | {Cell(End(action))} |\n");
        Decisions(text, record);
        Warnings(text, record);
        Files(text, "Results", record.OutputFiles);
        if (form is not null)
            text.Append('\n').Append(form.ToMarkdown(2));
        text.Append("\n## Parameters\n");
        foreach (RecordedAction action in record.Actions.Where(a => a.Within is null))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{action.Number}. {(action.StepId.Length > 0 ? action.StepId : action.Step.Operation)}: ");
            text.AppendJoin(", ", OptionsJson.Flatten(action.Step.OptionsJson).Where(o => o.Path.Length > 0).Select(o => $"{o.Path} = `{OptionsJson.Plain(o.Value)}`")).Append('\n');
        }

        RecordedEnvironment at = record.Environment;
        text.Append("\n## Repeat it\n\n");
        text.Append(record.NotReplayable.Length > 0 ? $"It cannot be replayed: {Line(record.NotReplayable)}\n" : "`provenance.json` beside the results holds everything: `Replay.RunAsync(\"provenance.json\", catalogue)`.\n");
        text.Append(CultureInfo.InvariantCulture, $"\n{string.Join(", ", record.Software.Select(s => $"{s.Name} {s.Version}"))}; {Line(at.Runtime)}, {Line(at.OperatingSystem)}, {at.Architecture}.\n");
        return text.ToString();
    }

    private static string End(RecordedAction action) => action.State switch
    {
        ActionState.Completed => "well",
        ActionState.Running => "not yet",
        ActionState.Cancelled => "cancelled",
        _ => action.Error.Length > 0 ? action.Error : "failed",
    };

    private static void Files(StringBuilder text, string title, IReadOnlyList<RecordedEntity> files)
    {
        if (files.Count == 0)
            return;
        text.Append("\n## ").Append(title).Append("\n\n| File | Bytes | SHA-256 |\n|---|---|---|\n");
        foreach (RecordedEntity file in files)
            text.Append(CultureInfo.InvariantCulture, $"| {Cell(file.Path)} | {file.Length} | `{file.Sha256}` |\n");
    }

    private static void Decisions(StringBuilder text, ProvenanceRecord record)
    {
        bool any = false;
        foreach (RecordedAction action in record.Actions.Where(a => a.Within is null))
        {
            using JsonDocument overrides = JsonDocument.Parse(action.Step.RowOverridesJson);
            foreach (JsonElement one in overrides.RootElement.EnumerateArray())
            {
                if (!any)
                    text.Append("\n## Decisions\n\n");
                any = true;
                string what = one.TryGetProperty("exclude", out _) ? "left out" : "other parameters";
                text.Append(CultureInfo.InvariantCulture, $"- {Line(action.StepId.Length > 0 ? action.StepId : action.Step.Operation)}, row {one.GetProperty("row").GetRawText()}: {what}, {Line(one.GetProperty("reason").GetString()!)}\n");
            }
        }
    }

    private static void Warnings(StringBuilder text, ProvenanceRecord record)
    {
        IGrouping<(int, string), (RecordedAction Action, StepWarning Warning)>[] alike = [.. record.Actions.SelectMany(a => a.Warnings.Select(w => (Action: a, Warning: w))).GroupBy(w => (w.Action.Number, w.Warning.Code))];
        if (alike.Length == 0)
            return;
        text.Append("\n## Warnings\n\n");
        foreach (IGrouping<(int, string), (RecordedAction Action, StepWarning Warning)> group in alike)
        {
            (RecordedAction action, StepWarning warning) = group.First();
            text.Append(CultureInfo.InvariantCulture, $"- {Line(action.StepId.Length > 0 ? action.StepId : action.Step.Operation)}: {Line(warning.ToString())}{(group.Count() > 1 ? $" (and {group.Count() - 1} more)" : string.Empty)}\n");
        }
    }

    private static string Line(string text) => text.ReplaceLineEndings(" ");

    private static string Cell(string text) => Line(text).Replace("|", "\\|", StringComparison.Ordinal);
}
