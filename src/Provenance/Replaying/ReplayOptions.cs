namespace BigMap.Analysis.Provenance;

/// <summary>How a record is replayed.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed record ReplayOptions
{
    /// <summary>Where the data are now; null for where the record says. Default null.</summary>
    public string? InputOverride { get; init; }

    /// <summary>Folder for the files of the replay; null for a new folder among the temporary files. Default null. Never the folder of the record: originals are not overwritten.</summary>
    public string? OutputFolder { get; init; }

    /// <summary>Threads, progress and clock. Its provenance sink is not used. Default <see cref="AnalysisContext.Default"/>.</summary>
    public AnalysisContext Context { get; init; } = AnalysisContext.Default;

    /// <summary>Whether to go on when an input file has changed, so that the report shows which outputs change with it. Default true.</summary>
    public bool RunOnChangedInput { get; init; } = true;
}
