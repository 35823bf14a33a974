namespace BigMap.Analysis.Formats;

/// <summary>The steps of this package, for recipes and panels.</summary>
public static class FormatsSteps
{
    /// <summary><c>read.text</c>: delimited text into a series; records each file with the SHA-256 of the bytes that were parsed.</summary>
    public static Step<InputPath, TextReadOptions, ReadResult> ReadText { get; } = new(
        "read.text",
        1,
        TextReadOptions.Set,
        (input, request, scope, ct) => SeriesReader.ReadAsync(input, request.Options, scope, ct))
    {
        Title = "Read text",
        Description = "Reads columns, xye files, maps with one spectrum per line, or a folder of such files into one series.",
    };

    /// <summary><c>write.table-csv</c>: a result table as CSV with a file of units beside it.</summary>
    public static Step<IResultTable, TableCsvOptions, FileRef> WriteTable { get; } = new(
        "write.table-csv",
        1,
        TableCsvOptions.Set,
        (table, request, scope, ct) => TableCsv.WriteAsync(table, request.Options, scope, ct))
    {
        Title = "Write table",
        Description = "Writes a result table as CSV, names in the first line, standard errors beside their values, units in a file of their own.",
    };

    /// <summary><c>write.series-csv</c>: a series as CSV, axis first, one column per spectrum.</summary>
    public static Step<SpectrumSeries, SeriesCsvOptions, FileRef> WriteSeries { get; } = new(
        "write.series-csv",
        1,
        SeriesCsvOptions.Set,
        (series, request, scope, ct) => SeriesCsv.WriteAsync(series, request.Options, scope, ct))
    {
        Title = "Write spectra",
        Description = "Writes a series as CSV: the axis in the first column, one spectrum in each further one, labels in the first line.",
    };

    /// <summary><c>read.hdf5</c>: a series from HDF5 or NeXus; records each file with its SHA-256.</summary>
    public static Step<InputPath, Hdf5ReadOptions, ReadResult> ReadHdf5 { get; } = new(
        "read.hdf5",
        1,
        Hdf5ReadOptions.Set,
        (input, request, scope, ct) => Internal.Hdf5.Hdf5SeriesReader.ReadAsync(input, request.Options, scope, ct))
    {
        Title = "Read HDF5",
        Description = "Reads what a NeXus file says is plotted, or a dataset with its axis, from one file or a folder into one series.",
    };

    /// <summary><c>read.xrd</c>: diffractometer files, PANalytical .xrdml, Bruker .brml and .raw of version 3; records each file with its SHA-256.</summary>
    public static Step<InputPath, XrdReadOptions, ReadResult> ReadXrd { get; } = new(
        "read.xrd",
        1,
        XrdReadOptions.Set,
        (input, request, scope, ct) => Internal.Xrd.XrdReader.ReadAsync(input, request.Options, scope, ct))
    {
        Title = "Read diffractometer files",
        Description = "Reads the scans of .xrdml and .brml files into one series, with counting time, wavelength and start time as columns.",
    };

    /// <summary><c>write.series-hdf5</c>: a series as NeXus/HDF5.</summary>
    public static Step<SpectrumSeries, SeriesHdf5Options, FileRef> WriteSeriesHdf5 { get; } = new(
        "write.series-hdf5",
        1,
        SeriesHdf5Options.Set,
        (series, request, scope, ct) => SeriesHdf5.WriteAsync(series, request.Options, scope, ct))
    {
        Title = "Write spectra as HDF5",
        Description = "Writes a series as NeXus: intensities, axis, errors, labels and columns with their units in an NXdata group.",
    };

    /// <summary><c>write.source-hdf5</c>: a series that need not fit into memory as NeXus/HDF5; for code, not for recipes.</summary>
    public static Step<ISeriesSource, SeriesHdf5Options, FileRef> WriteSourceHdf5 { get; } = new(
        "write.source-hdf5",
        1,
        SeriesHdf5Options.Set,
        (source, request, scope, ct) => SeriesHdf5.WriteAsync(source, request.Options, scope, ct))
    {
        Title = "Write a source as HDF5",
        Description = "Writes a series block by block as NeXus, in bounded memory.",
    };

    /// <summary><c>write.table-hdf5</c>: a result table as NeXus/HDF5.</summary>
    public static Step<IResultTable, TableHdf5Options, FileRef> WriteTableHdf5 { get; } = new(
        "write.table-hdf5",
        1,
        TableHdf5Options.Set,
        (table, request, scope, ct) => TableHdf5.WriteAsync(table, request.Options, scope, ct))
    {
        Title = "Write table as HDF5",
        Description = "Writes a result table as NeXus: one dataset per column with its unit, standard errors beside their values.",
    };

    /// <summary>Every step of this package.</summary>
    public static IReadOnlyList<IStep> All { get; } = [ReadText, ReadHdf5, ReadXrd, WriteTable, WriteSeries, WriteTableHdf5, WriteSeriesHdf5, WriteSourceHdf5];
}
