using System.Globalization;
using System.Text;

namespace BigMap.Analysis.Provenance;

/// <summary>Some bytes of a file.</summary>
/// <param name="Start">First byte, from 0.</param>
/// <param name="Length">Number of bytes.</param>
public readonly record struct ByteRange(long Start, long Length)
{
    /// <summary>The byte after the last one.</summary>
    public long End => Start + Length;
}

/// <summary>Where in an input file some numbers lie.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed record InputLocation
{
    /// <summary>Row of what was read, from 0; −1 for the axis.</summary>
    public required int SourceRow { get; init; }

    /// <summary>Number of values.</summary>
    public required int Points { get; init; }

    /// <summary>In a text file: first line, from 1; 0 elsewhere.</summary>
    public long FirstLine { get; init; }

    /// <summary>In a text file: last line, from 1; 0 elsewhere.</summary>
    public long LastLine { get; init; }

    /// <summary>In a text file: first field of the line, from 1; 0 elsewhere.</summary>
    public int FirstField { get; init; }

    /// <summary>In a text file: last field of the line, from 1; 0 elsewhere.</summary>
    public int LastField { get; init; }

    /// <summary>In a text file: the bytes of the numbers, in the order of the file; one range where they stand side by side, otherwise one for each number.</summary>
    public IReadOnlyList<ByteRange> Bytes { get; init; } = [];

    /// <summary>In an HDF5 file: path of the dataset, with the part of it that was used: <c>/entry/data/counts[3,:]</c>; empty elsewhere.</summary>
    public string Hdf5Path { get; init; } = string.Empty;

    /// <inheritdoc/>
    public override string ToString()
    {
        string what = SourceRow < 0 ? "axis" : string.Create(CultureInfo.InvariantCulture, $"row {SourceRow}");
        if (Hdf5Path.Length > 0)
            return string.Create(CultureInfo.InvariantCulture, $"{what}: {Hdf5Path}, {Points} values");
        string lines = FirstLine == LastLine ? string.Create(CultureInfo.InvariantCulture, $"line {FirstLine}") : string.Create(CultureInfo.InvariantCulture, $"lines {FirstLine} to {LastLine}");
        string fields = FirstField == LastField ? string.Create(CultureInfo.InvariantCulture, $"field {FirstField}") : string.Create(CultureInfo.InvariantCulture, $"fields {FirstField} to {LastField}");
        return string.Create(CultureInfo.InvariantCulture, $"{what}: {lines}, {fields}, {Points} values, bytes {Bytes[0].Start} to {Bytes[^1].End - 1}{(Bytes.Count > 1 ? $" in {Bytes.Count} places" : string.Empty)}");
    }
}

/// <summary>An input file that a number goes back to.</summary>
/// <param name="File">The file as the record has it: path, hash, length.</param>
/// <param name="State">Whether it is still the file of the record.</param>
/// <param name="CurrentPath">Where it is now; empty when it is missing.</param>
/// <param name="Locations">Where in it the numbers lie, the axis among them; empty when that could not be found out, see the notes of the answer.</param>
public sealed record TraceInput(RecordedEntity File, ReplayFileState State, string CurrentPath, IReadOnlyList<InputLocation> Locations);

/// <summary>A step on the way to a number.</summary>
/// <param name="Action">The action: operation, package, version, options, times.</param>
/// <param name="Decision">What a person decided in this step for the row, as JSON; empty when nothing.</param>
public sealed record TraceStep(RecordedAction Action, string Decision);

/// <summary>Where a number comes from.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed record TraceAnswer
{
    private const int MostRows = 8;

    /// <summary>The file with the number, as the record has it.</summary>
    public required RecordedEntity File { get; init; }

    /// <summary>Row of the file, from 0, the header not counted.</summary>
    public required int Row { get; init; }

    /// <summary>Column of the file.</summary>
    public required string Column { get; init; }

    /// <summary>The number as the file has it; empty when the file is no text.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>The bytes of the number in its file; null when the file is no text.</summary>
    public ByteRange? Bytes { get; init; }

    /// <summary>Rows of what was read that the number was made of.</summary>
    public required IReadOnlyList<int> SourceRows { get; init; }

    /// <summary>Every step on the way, in the order in which they were carried out.</summary>
    public required IReadOnlyList<TraceStep> Steps { get; init; }

    /// <summary>The input files.</summary>
    public required IReadOnlyList<TraceInput> Inputs { get; init; }

    /// <summary>Packages with their versions.</summary>
    public required IReadOnlyList<SoftwareVersion> Software { get; init; }

    /// <summary>What could not be found out, and why.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>A short account for people.</summary>
    /// <returns>Lines of text.</returns>
    public string Report()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{File.Path}, row {Row}, {Column}");
        if (Text.Length > 0)
            text.Append(" = ").Append(Text);
        text.Append('\n');
        string rows = string.Join(", ", SourceRows.Take(MostRows));
        text.Append(CultureInfo.InvariantCulture, $"Made of row{(SourceRows.Count == 1 ? string.Empty : "s")} {rows}{(SourceRows.Count > MostRows ? $" and {SourceRows.Count - MostRows} more" : string.Empty)} of what was read.\n");
        text.Append("Input:\n");
        foreach (TraceInput input in Inputs)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {input.File.Path}  sha256 {input.File.Sha256}");
            text.Append(input.State switch
            {
                ReplayFileState.Identical => string.Empty,
                ReplayFileState.Differs => "  HAS CHANGED SINCE",
                _ => "  IS MISSING",
            }).Append('\n');
            foreach (InputLocation location in input.Locations.Take(MostRows))
                text.Append("    ").Append(location).Append('\n');
            if (input.Locations.Count > MostRows)
                text.Append(CultureInfo.InvariantCulture, $"    and {input.Locations.Count - MostRows} more\n");
        }

        text.Append("Steps:\n");
        foreach (TraceStep step in Steps)
        {
            RecordedAction action = step.Action;
            text.Append(CultureInfo.InvariantCulture, $"  {action.Number}. {(action.StepId.Length > 0 ? action.StepId : action.Step.Operation)}: {action.Step.Operation} version {action.Step.Version}, {action.Step.Package} {action.Step.PackageVersion}, {action.Started.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC\n");
            text.Append("     ").Append(action.Step.OptionsJson).Append('\n');
            if (step.Decision.Length > 0)
                text.Append("     decision of a person for this row: ").Append(step.Decision).Append('\n');
        }

        foreach (string note in Notes)
            text.Append("Note: ").Append(note).Append('\n');
        return text.ToString();
    }
}
