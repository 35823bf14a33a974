namespace BigMap.Analysis.Formats;

/// <summary>How diffractometer files (.xrdml, .brml, .raw of version 3) are read.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed record XrdReadOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<XrdReadOptions> Set { get; } = OptionSet.For(new XrdReadOptions())
        .Text("axis", o => o.Axis, (o, v) => o with { Axis = v }, new("Axis", "Name of the goniometer axis over which the intensities lie, as the file names it."))
        .Choice("onAxisMismatch", o => o.OnAxisMismatch, (o, v) => o with { OnAxisMismatch = v }, new("Differing axes", "What is done with a scan that has another axis than the first one."))
        .Choice("order", o => o.Order, (o, v) => o with { Order = v }, new("Order of files", "The order of the files of a folder or pattern."))
        .Text("filePattern", o => o.FilePattern, (o, v) => o with { FilePattern = v }, new("File pattern", "Which files of a folder are read, with * and ?; empty for .xrdml and .brml; *.raw for Bruker .raw."))
        .Boolean("waitForStable", o => o.WaitForStable, (o, v) => o with { WaitForStable = v }, new("Wait for complete files", "Wait until a file is no longer being written before it is read."))
        .Group("stability", o => o.Stability, (o, v) => o with { Stability = v }, FileStability.Set, new("Complete files", "When a file counts as complete; used with waitForStable."))
        .Rule(o => string.IsNullOrWhiteSpace(o.Axis) ? "axis must name an axis." : null);

    /// <summary>Name of the goniometer axis over which the intensities lie; case and signs do not matter. Default <c>2Theta</c>; <c>Omega</c> (or <c>Theta</c>) for rocking curves.</summary>
    public string Axis { get; init; } = "2Theta";

    /// <summary>What is done with a scan that has another axis than the first one. Default <see cref="AxisMismatch.Refuse"/>.</summary>
    public AxisMismatch OnAxisMismatch { get; init; }

    /// <summary>The order of the files of a folder or pattern. Default <see cref="FileOrder.Natural"/>.</summary>
    public FileOrder Order { get; init; }

    /// <summary>Which files of a folder are read, with <c>*</c> and <c>?</c>. Default empty: <c>.xrdml .brml</c>; <c>*.raw</c> for Bruker .raw files, an ending that other makers use too.</summary>
    public string FilePattern { get; init; } = string.Empty;

    /// <summary>Wait until a file is no longer being written before it is read. Default false.</summary>
    public bool WaitForStable { get; init; }

    /// <summary>When a file counts as complete; used with <see cref="WaitForStable"/>. Default: 1 s without change.</summary>
    public FileStability Stability { get; init; } = new() { Completeness = FileCompleteness.Unchanged };

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);
}
