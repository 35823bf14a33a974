using System.Globalization;
using System.Text;

namespace BigMap.Analysis.Provenance;

/// <summary>How a file of the record compares with the file of now.</summary>
public enum ReplayFileState : byte
{
    /// <summary>Every byte is the same.</summary>
    Identical,

    /// <summary>The bytes differ.</summary>
    Differs,

    /// <summary>The record has it, but it is not there now.</summary>
    Missing,

    /// <summary>The replay made it, but the record does not have it.</summary>
    Added,

    /// <summary>The replay did not come that far.</summary>
    NotReplayed,

    /// <summary>It was made by a direct call that the recipe of the record does not repeat (<see cref="ProvenanceRecord.OutsideRecipe"/>).</summary>
    OutsideRecipe,
}

/// <summary>A file that was compared.</summary>
/// <param name="Path">Path as the record has it.</param>
/// <param name="State">How it compares.</param>
/// <param name="RecordedSha256">Hash in the record; empty when it has none.</param>
/// <param name="Sha256">Hash now; empty when there is no file.</param>
/// <param name="CurrentPath">Where the file is now; empty when there is none.</param>
public sealed record ReplayFile(string Path, ReplayFileState State, string RecordedSha256, string Sha256, string CurrentPath)
{
    /// <summary>For an input that differs: the parts of it with other bytes, to a block of 4096 bytes (larger in files above 4 MiB); empty when the record does not tell.</summary>
    public IReadOnlyList<ByteRange> ChangedBytes { get; init; } = [];
}

/// <summary>Something that is not as the record says.</summary>
/// <param name="Subject">What: a parameter (<c>flat: lambda</c>), a package, a part of the environment.</param>
/// <param name="Recorded">Value in the record; empty when it has none.</param>
/// <param name="Replayed">Value now; empty when there is none.</param>
public sealed record ReplayDifference(string Subject, string Recorded, string Replayed)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Subject}: {(Recorded.Length == 0 ? "nothing" : Recorded)} in the record, {(Replayed.Length == 0 ? "nothing" : Replayed)} now";
}

/// <summary>What a replay found.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed record ReplayReport
{
    private const int MostListed = 5;

    /// <summary>The record that was replayed.</summary>
    public required ProvenanceRecord Record { get; init; }

    /// <summary>Whether the recipe was run; not when an input is missing, or has changed and the options say to stop then.</summary>
    public required bool Ran { get; init; }

    /// <summary>Folder with the files of the replay.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>Input files, compared before the run.</summary>
    public required IReadOnlyList<ReplayFile> Inputs { get; init; }

    /// <summary>Output files.</summary>
    public required IReadOnlyList<ReplayFile> Outputs { get; init; }

    /// <summary>Options, row overrides and operation versions that differ.</summary>
    public required IReadOnlyList<ReplayDifference> Parameters { get; init; }

    /// <summary>Packages whose version differs.</summary>
    public required IReadOnlyList<ReplayDifference> Packages { get; init; }

    /// <summary>Runtime, machine, threads and culture where they differ. Numbers do not depend on threads and culture; across instruction sets they may differ within the stated tolerance.</summary>
    public required IReadOnlyList<ReplayDifference> Environment { get; init; }

    /// <summary>Error of the recorded run; empty when it ended well.</summary>
    public string RecordedError { get; init; } = string.Empty;

    /// <summary>Error of the replay; empty when it ended well.</summary>
    public string Error { get; init; } = string.Empty;

    /// <summary>What was upgraded while the recipe was read.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Changes of the metadata since the record was taken. No number depends on them.</summary>
    public IReadOnlyList<MetadataEdit> MetadataEdits { get; init; } = [];

    /// <summary>Whether both ended well, or the same step raised the same type of error.</summary>
    public required bool EndedAlike { get; init; }

    /// <summary>Whether the replay ran, ended as the record did, and every output file of the recipe has the same bytes. False where nothing was compared: a run that ended well and wrote no file.</summary>
    public bool IsIdentical => Ran && EndedAlike && (RecordedError.Length > 0 || Outputs.Any(f => f.State == ReplayFileState.Identical)) && Outputs.All(f => f.State is ReplayFileState.Identical or ReplayFileState.OutsideRecipe);

    /// <summary>A short account for people.</summary>
    /// <returns>Lines of text.</returns>
    public string Report()
    {
        var text = new StringBuilder();
        text.Append("Replay of ").Append(Record.Title).Append(", recorded ").Append(Record.Written.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)).Append('\n');
        text.Append(IsIdentical ? "IDENTICAL: " : Ran && EndedAlike && Outputs.All(f => f.State == ReplayFileState.OutsideRecipe) ? "NOTHING TO COMPARE: " : Ran ? "NOT IDENTICAL: " : "NOT RUN: ");
        int compared = Outputs.Count(f => f.State != ReplayFileState.OutsideRecipe);
        text.Append(CultureInfo.InvariantCulture, $"{Outputs.Count(f => f.State == ReplayFileState.Identical)} of {compared} output files have the same bytes");
        int inputs = Inputs.Count(f => f.State != ReplayFileState.Identical);
        if (inputs > 0)
            text.Append(CultureInfo.InvariantCulture, $", but {inputs} of {Inputs.Count} input files are not those of the record");
        text.Append(".\n");
        Append(text, "Inputs", Inputs);
        if (Inputs.Any(f => f.State == ReplayFileState.Missing))
            text.Append("  A relative path was looked up beside the record and in the current folder. Say where the data are now (ReplayOptions.InputOverride).\n");
        Append(text, "Outputs", Outputs);
        Append(text, "Parameters that differ", Parameters);
        Append(text, "Package versions that differ", Packages);
        Append(text, "Environment that differs", Environment);
        if (MetadataEdits.Count > 0)
            text.Append("Metadata edited since the run (no number depends on them):\n");
        foreach (MetadataEdit edit in MetadataEdits)
            text.Append(CultureInfo.InvariantCulture, $"  {edit.Key}: {Value(edit.Before)} before, {Value(edit.After)} now, by {edit.Who}: {edit.Reason}\n");
        if (Error.Length > 0)
            text.Append(EndedAlike ? "Failed as recorded: " : "Error: ").Append(Error).Append('\n');
        else if (RecordedError.Length > 0 && Ran)
            text.Append("The recorded run did not end well, the replay did: ").Append(RecordedError).Append('\n');
        foreach (string one in Record.OutsideRecipe)
            text.Append("Not of the recipe: ").Append(one).Append('\n');
        foreach (string note in Notes)
            text.Append("Note: ").Append(note).Append('\n');
        if (Ran)
            text.Append("Files of the replay: ").Append(OutputFolder).Append('\n');
        return text.ToString();
    }

    private static string Value(MetadataEntry? entry) => entry is null ? "nothing" : entry.Unit.Length == 0 ? entry.Value : $"{entry.Value} {entry.Unit}";

    private static void Append(StringBuilder text, string title, IReadOnlyList<ReplayFile> files)
    {
        if (files.Count == 0)
            return;
        text.Append(title).Append(":\n");
        ReplayFile[] identical = [.. files.Where(f => f.State == ReplayFileState.Identical)];
        if (identical.Length > MostListed)
            text.Append(CultureInfo.InvariantCulture, $"  {"identical",-18}{identical[0].Path} to {identical[^1].Path}, {identical.Length} files\n");
        foreach (ReplayFile file in identical.Length > MostListed ? files.Where(f => f.State != ReplayFileState.Identical) : files)
        {
            string state = file.State switch
            {
                ReplayFileState.Identical => "identical",
                ReplayFileState.Differs => "DIFFERS",
                ReplayFileState.Missing => "MISSING",
                ReplayFileState.Added => "not in the record",
                ReplayFileState.OutsideRecipe => "not of the recipe",
                _ => "not replayed",
            };
            text.Append("  ").Append(state.PadRight(18)).Append(file.Path);
            foreach (ByteRange changed in file.ChangedBytes.Take(MostListed))
                text.Append(CultureInfo.InvariantCulture, $", in bytes {changed.Start} to {changed.End - 1}");
            if (file.ChangedBytes.Count > MostListed)
                text.Append(CultureInfo.InvariantCulture, $" and {file.ChangedBytes.Count - MostListed} other places");
            text.Append('\n');
        }
    }

    private static void Append(StringBuilder text, string title, IReadOnlyList<ReplayDifference> differences)
    {
        if (differences.Count == 0)
            return;
        text.Append(title).Append(":\n");
        foreach (ReplayDifference one in differences)
            text.Append("  ").Append(one).Append('\n');
    }
}
