using System.Globalization;
using System.Text;
using BigMap.Analysis.Formats.Internal;

namespace BigMap.Analysis.Formats;

/// <summary>How a series is written as CSV.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed record SeriesCsvOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<SeriesCsvOptions> Set { get; } = OptionSet.For(new SeriesCsvOptions())
        .Text("file", o => o.File, (o, v) => o with { File = v }, new("File", "Name of the file; inside the output folder where there is one."))
        .Boolean("variance", o => o.Variance, (o, v) => o with { Variance = v }, new("Variances", "Write the variances into <name>.variance.csv, in the same layout."))
        .Boolean("rowTable", o => o.RowTable, (o, v) => o with { RowTable = v }, new("Row table", "Write label, source row and columns of every spectrum into <name>.rows.csv."))
        .Boolean("unitsRow", o => o.UnitsRow, (o, v) => o with { UnitsRow = v }, new("Units line", "Write the units into a second line below the names, as Origin expects them."))
        .Boolean("tabs", o => o.Tabs, (o, v) => o with { Tabs = v }, new("Tabs", "Separate fields by tabs instead of commas."))
        .Rule(o => string.IsNullOrWhiteSpace(o.File) ? "file must name a file." : null);

    /// <summary>Name of the file. Default <c>series.csv</c>.</summary>
    public string File { get; init; } = "series.csv";

    /// <summary>Whether variances are written into <c>&lt;name&gt;.variance.csv</c>, in the same layout; ignored for a series without them. Default false.</summary>
    public bool Variance { get; init; }

    /// <summary>Whether label, source row and columns of every spectrum are written into <c>&lt;name&gt;.rows.csv</c>. Default false.</summary>
    public bool RowTable { get; init; }

    /// <summary>Whether the units stand in a second line below the names, as Origin expects them, and not behind the name of the axis. Default false.</summary>
    public bool UnitsRow { get; init; }

    /// <summary>Whether fields are separated by tabs instead of commas, for programs that take columns so (Origin, CasaXPS). Default false.</summary>
    public bool Tabs { get; init; }

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option cannot be used.</exception>
    public void Validate() => Set.Validate(this);
}

/// <summary>Writes series as CSV.</summary>
/// <remarks>
/// UTF-8 without byte order mark, LF, comma (or tab), decimal point. First line: <c>&lt;quantity&gt; (&lt;unit&gt;)</c> and the labels, equal ones made distinct.
/// Then one line per point of the axis, ascending. Numbers are written so that reading them gives the same bits; NaN is an empty field.
/// </remarks>
public static class SeriesCsv
{
    /// <summary>Writes a series as CSV: the axis first, one column per spectrum.</summary>
    /// <param name="series">The series; at least one spectrum.</param>
    /// <param name="path">The file; replaced when it exists.</param>
    /// <param name="options">What else is written; its file name is replaced by <paramref name="path"/>. Null for the defaults.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops writing; then no file is left.</param>
    /// <returns>The file with its SHA-256.</returns>
    /// <exception cref="DataMismatchException">The series has no spectrum.</exception>
    /// <example><code>await corrected.WriteCsvAsync("corrected.csv", new SeriesCsvOptions { Variance = true });</code></example>
    public static async Task<FileRef> WriteCsvAsync(this SpectrumSeries series, string path, SeriesCsvOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        await FormatsSteps.WriteSeries
            .RunAsync(series, new StepRequest<SeriesCsvOptions>((options ?? new SeriesCsvOptions()) with { File = path }), new StepEnvironment(context ?? AnalysisContext.Default), cancellationToken)
            .ConfigureAwait(false);

    internal static async ValueTask<FileRef> WriteAsync(SpectrumSeries series, SeriesCsvOptions options, StepScope scope, CancellationToken cancellationToken)
    {
        if (series.Count == 0)
            throw new DataMismatchException("A series without spectra cannot be written as columns. Check the selection before.");
        string path = OutputName.Resolve(options.File, scope.OutputFolder, scope.Operation);
        FileRef written = await WriteBlockAsync(series, (path, options.File), options, false, cancellationToken).ConfigureAwait(false);
        scope.Produce(written);
        if (options.Variance && series.HasVariance)
            scope.Produce(await WriteBlockAsync(series, (Beside(path, "variance"), Beside(options.File, "variance")), options, true, cancellationToken).ConfigureAwait(false));
        if (options.RowTable)
            await TableCsv.WriteAsync(RowTable(series), new TableCsvOptions { File = Beside(options.File, "rows"), UnitsRow = options.UnitsRow, Tabs = options.Tabs }, scope, cancellationToken).ConfigureAwait(false);
        return written;
    }

    private static string Beside(string file, string what) => Path.Combine(Path.GetDirectoryName(file) ?? string.Empty, $"{Path.GetFileNameWithoutExtension(file)}.{what}{Path.GetExtension(file)}");

    private static ResultTable RowTable(SpectrumSeries series)
    {
        var source = new long[series.Count];
        var labels = new string[series.Count];
        for (int row = 0; row < series.Count; row++)
            (source[row], labels[row]) = (series.SourceRow(row), series.Label(row));
        string[] names = ["index", "label", .. series.Columns.Select(c => c.Name)];
        UniqueNames.Make(names);
        return new ResultTable("rows", [new IntegerColumn(names[0], source), new TextColumn(names[1], labels), .. series.Columns.Select((c, i) => c.WithName(names[i + 2]))]);
    }

    private static async Task<FileRef> WriteBlockAsync(SpectrumSeries series, (string Path, string Given) name, SeriesCsvOptions options, bool variance, CancellationToken cancellationToken)
    {
        OutputFile file = OutputFile.Create(name.Path, name.Given);
        await using (file.ConfigureAwait(false))
        {
            var text = new StreamWriter(file.Stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
            await using (text.ConfigureAwait(false))
            {
                var labels = new string[series.Count];
                for (int row = 0; row < labels.Length; row++)
                    labels[row] = series.Label(row);
                string[] header = [series.Axis.Unit.Length == 0 || options.UnitsRow ? series.Axis.Quantity : $"{series.Axis.Quantity} ({series.Axis.Unit})", .. labels];
                UniqueNames.Make(header);
                var csv = CsvText.Writer(text, options.Tabs);
                await using (csv.ConfigureAwait(false))
                {
                    foreach (string one in header)
                        csv.WriteField(one);
                    await csv.NextRecordAsync().ConfigureAwait(false);
                    if (options.UnitsRow)
                    {
                        string unit = variance && series.IntensityUnit.Length > 0 ? $"({series.IntensityUnit})²" : series.IntensityUnit;
                        for (int c = 0; c < header.Length; c++)
                            csv.WriteField(c == 0 ? series.Axis.Unit : unit);
                        await csv.NextRecordAsync().ConfigureAwait(false);
                    }
                }

                // Numbers never need quotes, so they go straight into the text.
                var line = new StringBuilder();
                for (int i = 0; i < series.Length; i++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    line.Clear();
                    Append(line, series.Axis.Values[i]);
                    for (int row = 0; row < series.Count; row++)
                    {
                        line.Append(options.Tabs ? '\t' : ',');
                        Append(line, (variance ? series.Variance(row) : series[row])[i]);
                    }

                    line.Append('\n');
                    await text.WriteAsync(line, cancellationToken).ConfigureAwait(false);
                }
            }

            return await file.CommitAsync(options.Tabs ? "text/tab-separated-values" : "text/csv", cancellationToken).ConfigureAwait(false);
        }
    }

    private static void Append(StringBuilder line, double value)
    {
        if (!double.IsNaN(value))
            line.Append(CultureInfo.InvariantCulture, $"{value:R}");
    }
}
