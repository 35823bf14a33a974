namespace BigMap.Analysis.Formats;

/// <summary>How a series is read from HDF5 or NeXus files.</summary>
/// <remarks>
/// With the defaults the file says what is plotted: <c>default</c> attributes from the root to an <c>NXdata</c> group, its <c>signal</c> and <c>axes</c>. Every
/// decision is in <see cref="ReadResult.Report"/>. Immutable, thread-safe.
/// </remarks>
/// <example><code>var options = new Hdf5ReadOptions { Dataset = "/entry/detector/counts", Axis = "/entry/detector/two_theta" };</code></example>
public sealed record Hdf5ReadOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<Hdf5ReadOptions> Set { get; } = OptionSet.For(new Hdf5ReadOptions())
        .Text("dataset", o => o.Dataset, (o, v) => o with { Dataset = v }, new("Dataset", "Path of the intensities, or of their NXdata group; empty for what the file says is plotted."))
        .Text("axis", o => o.Axis, (o, v) => o with { Axis = v }, new("Axis", "Path of the axis, or its name beside the intensities; index for point numbers; empty for what the file says."))
        .Text("errors", o => o.Errors, (o, v) => o with { Errors = v }, new("Errors", "Path of the standard deviations, or their name beside the intensities; none to leave them out; empty for what the file says."))
        .TextList("columns", o => o.Columns, (o, v) => o with { Columns = v }, new("Columns", "Paths of further values, one for each row or one for all; added to those that the file names."))
        .OptionalText("axisQuantity", o => o.AxisQuantity, (o, v) => o with { AxisQuantity = v }, new("Axis quantity", "Quantity of the axis.") { NullMeaning = "taken from the file" })
        .OptionalText("axisUnit", o => o.AxisUnit, (o, v) => o with { AxisUnit = v }, new("Axis unit", "Unit of the axis; one that contradicts the file is refused.") { NullMeaning = "taken from the file" })
        .OptionalText("intensityQuantity", o => o.IntensityQuantity, (o, v) => o with { IntensityQuantity = v }, new("Intensity quantity", "Quantity of the intensities.") { NullMeaning = "taken from the file" })
        .OptionalText("intensityUnit", o => o.IntensityUnit, (o, v) => o with { IntensityUnit = v }, new("Intensity unit", "Unit of the intensities.") { NullMeaning = "taken from the file" })
        .Choice("intensityKind", o => o.IntensityKind, (o, v) => o with { IntensityKind = v }, new("Intensity kind", "What the intensities are; decides what weights a fit may use."))
        .Boolean("sortAxis", o => o.SortAxis, (o, v) => o with { SortAxis = v }, new("Sort axis", "Sort points whose axis values are in no order; otherwise such a file is refused."))
        .Choice("duplicates", o => o.Duplicates, (o, v) => o with { Duplicates = v }, new("Equal axis values", "What is done with points that have the same axis value."))
        .Choice("onAxisMismatch", o => o.OnAxisMismatch, (o, v) => o with { OnAxisMismatch = v }, new("Differing axes", "What is done with a file that has another axis than the first one."))
        .Choice("order", o => o.Order, (o, v) => o with { Order = v }, new("Order of files", "The order of the files of a folder or pattern."))
        .Text("filePattern", o => o.FilePattern, (o, v) => o with { FilePattern = v }, new("File pattern", "Which files of a folder are read, with * and ?; empty for the usual endings of HDF5 files."))
        .Boolean("waitForStable", o => o.WaitForStable, (o, v) => o with { WaitForStable = v }, new("Wait for complete files", "Wait until a file is no longer being written before it is read."))
        .Group("stability", o => o.Stability, (o, v) => o with { Stability = v }, FileStability.Set, new("Complete files", "When a file counts as complete; used with waitForStable."));

    /// <summary>Path of the intensities, or of their NXdata group. Default empty: what the file says is plotted.</summary>
    public string Dataset { get; init; } = string.Empty;

    /// <summary>Path of the axis, or its name beside the intensities; <c>index</c> for point numbers. Default empty: what the file says.</summary>
    public string Axis { get; init; } = string.Empty;

    /// <summary>Path of the standard deviations, or their name beside the intensities; <c>none</c> to leave them out. Default empty: what the file says.</summary>
    public string Errors { get; init; } = string.Empty;

    /// <summary>Paths of further values, one for each row or one for all. Default: empty.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Quantity of the axis. Default null: from the file.</summary>
    public string? AxisQuantity { get; init; }

    /// <summary>Unit of the axis. Default null: from the file.</summary>
    public string? AxisUnit { get; init; }

    /// <summary>Quantity of the intensities. Default null: from the file.</summary>
    public string? IntensityQuantity { get; init; }

    /// <summary>Unit of the intensities. Default null: from the file.</summary>
    public string? IntensityUnit { get; init; }

    /// <summary>What the intensities are. Default <see cref="TextIntensityKind.Auto"/>: counts where the file's unit or name says so and the values are stored as whole numbers.</summary>
    public TextIntensityKind IntensityKind { get; init; }

    /// <summary>Sort points whose axis values are in no order. Default false: such a file is refused.</summary>
    public bool SortAxis { get; init; }

    /// <summary>What is done with equal axis values. Default <see cref="DuplicatePoints.Refuse"/>.</summary>
    public DuplicatePoints Duplicates { get; init; }

    /// <summary>What is done with a file that has another axis than the first one. Default <see cref="AxisMismatch.Refuse"/>.</summary>
    public AxisMismatch OnAxisMismatch { get; init; }

    /// <summary>The order of the files of a folder or pattern. Default <see cref="FileOrder.Natural"/>.</summary>
    public FileOrder Order { get; init; }

    /// <summary>Which files of a folder are read, with <c>*</c> and <c>?</c>. Default empty: <c>.h5 .hdf5 .hdf .nxs .nx5</c>.</summary>
    public string FilePattern { get; init; } = string.Empty;

    /// <summary>Wait until a file is no longer being written before it is read. Default false.</summary>
    public bool WaitForStable { get; init; }

    /// <summary>When a file counts as complete; used with <see cref="WaitForStable"/>. Default: 1 s without change.</summary>
    public FileStability Stability { get; init; } = new() { Completeness = FileCompleteness.Unchanged };

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);
}
