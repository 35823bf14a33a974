using System.Text;
using BigMap.Analysis.Provenance.Internal;

namespace BigMap.Analysis.Provenance;

/// <summary>What <c>provenance.json</c> holds: which steps ran, with what options, on what, and what they made; the recipe that repeats them.</summary>
/// <remarks>Immutable, thread-safe. Made by <see cref="ProvenanceRecorder.Snapshot"/> or read from a file.</remarks>
public sealed record ProvenanceRecord
{
    /// <summary>The format that this release writes. It reads it, and <c>bigmap-provenance/1.N</c>; members that it does not know are skipped.</summary>
    public const string Format = "bigmap-provenance/1";

    /// <summary>One line for people.</summary>
    public required string Title { get; init; }

    /// <summary>When the record was taken, by the clock of the context; UTC.</summary>
    public required DateTimeOffset Written { get; init; }

    /// <summary>The recipe that repeats what was recorded, as JSON, with every option and override; null when there is none (<see cref="NotReplayable"/>).</summary>
    public required string? RecipeJson { get; init; }

    /// <summary>Path that the recipe starts from: relative to the folder of the record when it lies below it, otherwise as it was given; null when there is none.</summary>
    public required string? InputPath { get; init; }

    /// <summary>Why the record cannot be replayed; empty when it can.</summary>
    public string NotReplayable { get; init; } = string.Empty;

    /// <summary>Actions that the recipe does not repeat, with the reason: direct calls with several inputs, or on something that was not recorded.</summary>
    public IReadOnlyList<string> OutsideRecipe { get; init; } = [];

    /// <summary>What was done, in the order of the starts.</summary>
    public required IReadOnlyList<RecordedAction> Actions { get; init; }

    /// <summary>Files and values that actions used or made, in the order of their first appearance.</summary>
    public required IReadOnlyList<RecordedEntity> Entities { get; init; }

    /// <summary>What people wrote down about sample, experiment and run, with the history of every change.</summary>
    public MetadataBook Metadata { get; init; } = MetadataBook.Empty;

    /// <summary>Packages with their versions, by name.</summary>
    public required IReadOnlyList<SoftwareVersion> Software { get; init; }

    /// <summary>What differs between machines.</summary>
    public required RecordedEnvironment Environment { get; init; }

    /// <summary>Files that were read and not made by an earlier action.</summary>
    public IReadOnlyList<RecordedEntity> InputFiles
    {
        get
        {
            var made = new HashSet<string>();
            var files = new List<RecordedEntity>();
            foreach (RecordedAction action in Actions)
            {
                foreach (string id in action.Uses)
                {
                    if (Entity(id) is { IsFile: true } file && !made.Contains(id) && !files.Contains(file))
                        files.Add(file);
                }

                made.UnionWith(action.Makes);
            }

            return files;
        }
    }

    /// <summary>Files that were written.</summary>
    public IReadOnlyList<RecordedEntity> OutputFiles =>
        [.. Actions.SelectMany(a => a.Makes).Distinct().Select(Entity).Where(e => e.IsFile)];

    /// <summary>A file or value by its id.</summary>
    /// <param name="id">Id, unique in the record.</param>
    /// <returns>The file or value.</returns>
    /// <exception cref="ArgumentException">There is none with this id.</exception>
    public RecordedEntity Entity(string id) =>
        Entities.FirstOrDefault(e => e.Id == id) ?? throw new ArgumentException($"The record has no {id}.", nameof(id));

    /// <summary>Reads a record from JSON.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">File name, for error messages.</param>
    /// <returns>The record.</returns>
    /// <exception cref="InputFormatException">It is not a complete record of a format that this release knows.</exception>
    public static ProvenanceRecord Parse(string json, string source = "provenance.json")
    {
        ArgumentNullException.ThrowIfNull(json);
        return ProvenanceJson.Read(json, source);
    }

    /// <summary>Reads a record from a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The record.</returns>
    /// <exception cref="InputFormatException">The file does not exist, or is not a complete record of a format that this release knows.</exception>
    public static async Task<ProvenanceRecord> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new InputFormatException(path, 0, "there is no such file.", "Check the path.");
        try
        {
            return Parse(await CanonicalJson.ReadFileAsync(path, cancellationToken).ConfigureAwait(false), path);
        }
        catch (DecoderFallbackException)
        {
            throw new InputFormatException(path, 0, "this is not UTF-8 text.", "Give the provenance.json of a complete run.");
        }
    }

    /// <summary>Writes the record to a file (under a temporary name first), e.g. after metadata were edited.</summary>
    /// <param name="path">The file; it must lie in the folder that the paths of the record are relative to. Replaced when it exists.</param>
    /// <param name="cancellationToken">Stops writing.</param>
    /// <returns>A task.</returns>
    public Task WriteAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return CanonicalJson.WriteFileAsync(path, ToJson(), cancellationToken);
    }

    /// <summary>The record as JSON: indented, LF, fixed order.</summary>
    /// <returns>The text.</returns>
    public string ToJson() => CanonicalJson.Text(w => ProvenanceJson.Write(w, this));
}

/// <summary>How an action ended.</summary>
public enum ActionState : byte
{
    /// <summary>It ended well.</summary>
    Completed,

    /// <summary>It raised an error.</summary>
    Failed,

    /// <summary>A person or program cancelled it.</summary>
    Cancelled,

    /// <summary>It had not ended when the record was taken.</summary>
    Running,
}

/// <summary>One step that was carried out.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed record RecordedAction
{
    /// <summary>Number of the action, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Id of its step in the record's recipe; empty for an action inside another one, or one that the recipe does not repeat.</summary>
    public string StepId { get; init; } = string.Empty;

    /// <summary>Number of the action that it was carried out inside of; null for none.</summary>
    public int? Within { get; init; }

    /// <summary>What was carried out: operation, version, package, options, row overrides.</summary>
    public required StepInfo Step { get; init; }

    /// <summary>When it began; UTC.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>When it ended; UTC; null when it had not.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>How it ended.</summary>
    public required ActionState State { get; init; }

    /// <summary>Type and message of the error; empty when there was none, or when it was raised outside of a recipe.</summary>
    public string Error { get; init; } = string.Empty;

    /// <summary>Rows worked on.</summary>
    public int Rows { get; init; }

    /// <summary>Rows without a usable result.</summary>
    public int Failed { get; init; }

    /// <summary>Ids of the files and values that it read.</summary>
    public IReadOnlyList<string> Uses { get; init; } = [];

    /// <summary>Ids of the files and values that it made.</summary>
    public IReadOnlyList<string> Makes { get; init; } = [];

    /// <summary>What it warned of.</summary>
    public IReadOnlyList<StepWarning> Warnings { get; init; } = [];
}

/// <summary>A file or a value in memory.</summary>
/// <param name="Id">Id in the record: <c>f1</c>, <c>v1</c>.</param>
/// <param name="Description">For a value: what it is.</param>
/// <param name="Path">For a file: relative to the folder of the record, with <c>/</c>, when it lies below it; otherwise as it was given. Empty for a value.</param>
/// <param name="Sha256">For a file: SHA-256 of its bytes, lower-case hexadecimal.</param>
/// <param name="Length">For a file: number of bytes.</param>
/// <param name="MediaType">For a file: media type.</param>
public sealed record RecordedEntity(string Id, string Description, string Path = "", string Sha256 = "", long Length = 0, string MediaType = "")
{
    /// <summary>Whether it is a file.</summary>
    public bool IsFile => Path.Length > 0;

    /// <summary>For a value with rows: which rows of what was read they are; null where that is not known, and in records of release 0.1.</summary>
    public RecordedRows? Rows { get; init; }

    /// <summary>For an input file of at most 64 MiB: marks of its blocks, so that a replay can say which bytes changed; null otherwise, and in records of release 0.1.</summary>
    public RecordedBlocks? Blocks { get; init; }
}

/// <summary>Marks of the blocks of a file.</summary>
/// <param name="Size">Bytes in a block; the last one can be shorter.</param>
/// <param name="Marks">The first eight hexadecimal digits of the SHA-256 of each block, one after the other.</param>
public sealed record RecordedBlocks(int Size, string Marks);

/// <summary>Which rows of what was read the rows of a value are, and which part of the axis it holds.</summary>
/// <param name="SourceRows">Source row of each row, as ranges: <c>0-149</c>, <c>0-9,12,14-20</c>.</param>
/// <param name="ByOrder">Whether rows were taken to correspond because the value has as many as its input; otherwise the value itself says so.</param>
/// <param name="Axis">Axis of a series; null for a table.</param>
public sealed record RecordedRows(string SourceRows, bool ByOrder = false, RecordedAxis? Axis = null)
{
    /// <summary>The source rows, one for each row.</summary>
    /// <returns>Source rows, from 0.</returns>
    /// <exception cref="FormatException"><see cref="SourceRows"/> is not a list of ranges.</exception>
    public IReadOnlyList<int> ToRows() => RowRanges.Parse(SourceRows);
}

/// <summary>Axis of a recorded series.</summary>
/// <param name="Quantity">Quantity.</param>
/// <param name="Unit">Unit.</param>
/// <param name="First">First value.</param>
/// <param name="Last">Last value.</param>
/// <param name="Points">Number of points.</param>
/// <param name="IntensityUnit">Unit of the intensities.</param>
public sealed record RecordedAxis(string Quantity, string Unit, double First, double Last, int Points, string IntensityUnit);

/// <summary>A package and its version.</summary>
/// <param name="Name">Name of the package.</param>
/// <param name="Version">Its version.</param>
public sealed record SoftwareVersion(string Name, string Version);

/// <summary>What differs between machines; apart, so that a comparison can leave it out.</summary>
/// <param name="Runtime">.NET runtime.</param>
/// <param name="OperatingSystem">Operating system.</param>
/// <param name="Architecture">Architecture of the process.</param>
/// <param name="VectorDoubles">Doubles in one vector register, <c>Vector&lt;double&gt;.Count</c>.</param>
/// <param name="InstructionSets">Which of Vector128, Vector256, Vector512, AVX2, FMA, AVX-512F, AdvSimd are there.</param>
/// <param name="Threads">Threads allowed; null when the recorder was not told.</param>
/// <param name="Culture">Culture of the process; empty for the invariant one. No number depends on it.</param>
public sealed record RecordedEnvironment(
    string Runtime,
    string OperatingSystem,
    string Architecture,
    int VectorDoubles,
    IReadOnlyList<string> InstructionSets,
    int? Threads,
    string Culture);
