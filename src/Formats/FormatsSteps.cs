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

    /// <summary>Every step of this package.</summary>
    public static IReadOnlyList<IStep> All { get; } = [ReadText, WriteTable, WriteSeries];
}
