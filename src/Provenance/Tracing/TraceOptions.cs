namespace BigMap.Analysis.Provenance;

/// <summary>Finds where in a file the numbers of a row lie, for formats that are no text; give one to <see cref="TraceOptions.Locators"/>.</summary>
public interface IInputLocator
{
    /// <summary>Finds the numbers of a row.</summary>
    /// <param name="read">What the reading step gave.</param>
    /// <param name="file">The input file, as the record has it.</param>
    /// <param name="path">Where the file is now.</param>
    /// <param name="sourceRow">Row of what was read, from 0.</param>
    /// <returns>Where they lie; null when they are not in this file, or the format is another one.</returns>
    InputLocation? Locate(object read, RecordedEntity file, string path, int sourceRow);
}

/// <summary>How numbers are traced.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed record TraceOptions
{
    /// <summary>Where the data are now; null for where the record says. Default null.</summary>
    public string? InputOverride { get; init; }

    /// <summary>Asked before text is searched. Default: none; a dataset that the options of the reading step name is found without.</summary>
    public IReadOnlyList<IInputLocator> Locators { get; init; } = [];

    /// <summary>Threads and progress of reading the input again. Its provenance sink is not used. Default <see cref="AnalysisContext.Default"/>.</summary>
    public AnalysisContext Context { get; init; } = AnalysisContext.Default;
}
