namespace BigMap.Analysis.Formats;

/// <summary>How a series is written as HDF5.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed record SeriesHdf5Options
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<SeriesHdf5Options> Set { get; } = OptionSet.For(new SeriesHdf5Options())
        .Text("file", o => o.File, (o, v) => o with { File = v }, new("File", "Name of the file; inside the output folder where there is one."))
        .Text("title", o => o.Title, (o, v) => o with { Title = v }, new("Title", "Title of the entry; empty for none."))
        .GroupList("notes", o => o.Notes, (o, v) => o with { Notes = v }, Hdf5Note.Set, new("Notes", "Documents kept inside the file, e.g. the provenance."))
        .Rule(o => string.IsNullOrWhiteSpace(o.File) ? "file must name a file." : null);

    /// <summary>Name of the file. Default <c>series.h5</c>.</summary>
    public string File { get; init; } = "series.h5";

    /// <summary>Title of the entry. Default empty: none.</summary>
    public string Title { get; init; } = string.Empty;

    /// <summary>Documents kept inside the file, e.g. the provenance. Default: none.</summary>
    public IReadOnlyList<Hdf5Note> Notes { get; init; } = [];

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option cannot be used.</exception>
    public void Validate() => Set.Validate(this);
}

/// <summary>How a table is written as HDF5.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed record TableHdf5Options
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<TableHdf5Options> Set { get; } = OptionSet.For(new TableHdf5Options())
        .Text("file", o => o.File, (o, v) => o with { File = v }, new("File", "Name of the file; inside the output folder where there is one."))
        .Text("title", o => o.Title, (o, v) => o with { Title = v }, new("Title", "Title of the entry; empty for none."))
        .GroupList("notes", o => o.Notes, (o, v) => o with { Notes = v }, Hdf5Note.Set, new("Notes", "Documents kept inside the file, e.g. the provenance."))
        .Rule(o => string.IsNullOrWhiteSpace(o.File) ? "file must name a file." : null);

    /// <summary>Name of the file. Default <c>table.h5</c>.</summary>
    public string File { get; init; } = "table.h5";

    /// <summary>Title of the entry. Default empty: none.</summary>
    public string Title { get; init; } = string.Empty;

    /// <summary>Documents kept inside the file, e.g. the provenance. Default: none.</summary>
    public IReadOnlyList<Hdf5Note> Notes { get; init; } = [];

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option cannot be used.</exception>
    public void Validate() => Set.Validate(this);
}
