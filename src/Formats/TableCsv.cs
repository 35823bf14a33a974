using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using BigMap.Analysis.Formats.Internal;
using CsvHelper;
using CsvHelper.Configuration;

namespace BigMap.Analysis.Formats;

/// <summary>How a table is written as CSV.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed record TableCsvOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<TableCsvOptions> Set { get; } = OptionSet.For(new TableCsvOptions())
        .Text("file", o => o.File, (o, v) => o with { File = v }, new("File", "Name of the file; inside the output folder where there is one."))
        .Boolean("units", o => o.Units, (o, v) => o with { Units = v }, new("Units file", "Write units and column types into <file>.units.json."))
        .Boolean("unitsRow", o => o.UnitsRow, (o, v) => o with { UnitsRow = v }, new("Units line", "Write the units into a second line below the names, as Origin expects them."))
        .Boolean("tabs", o => o.Tabs, (o, v) => o with { Tabs = v }, new("Tabs", "Separate fields by tabs instead of commas."))
        .Rule(o => string.IsNullOrWhiteSpace(o.File) ? "file must name a file." : null);

    /// <summary>Name of the file. Default <c>table.csv</c>.</summary>
    public string File { get; init; } = "table.csv";

    /// <summary>Whether units and column types are written into <c>&lt;file&gt;.units.json</c>. Default true.</summary>
    public bool Units { get; init; } = true;

    /// <summary>Whether the units stand in a second line below the names, as Origin expects them; pandas then needs <c>skiprows=[1]</c>. Default false.</summary>
    public bool UnitsRow { get; init; }

    /// <summary>Whether fields are separated by tabs instead of commas, for programs that take columns so (Origin, CasaXPS). Default false.</summary>
    public bool Tabs { get; init; }

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option cannot be used.</exception>
    public void Validate() => Set.Validate(this);
}

/// <summary>Writes result tables as CSV.</summary>
/// <remarks>
/// UTF-8 without byte order mark, LF, comma (or tab), decimal point. The first line holds the names; a column with standard errors is followed by
/// <c>&lt;name&gt;.stderr</c>. Numbers are written so that reading them gives the same bits; a missing value is an empty field; quotes stand only
/// where they are needed. Equal tables give equal bytes. Both files appear under their names only when they are complete.
/// </remarks>
public static class TableCsv
{
    /// <summary>What is appended to a column's name for its standard errors.</summary>
    public const string StandardErrorSuffix = ".stderr";

    /// <summary>What is appended to the file's name for units and column types.</summary>
    public const string UnitsSuffix = ".units.json";

    /// <summary>Writes a table as CSV.</summary>
    /// <param name="table">The table.</param>
    /// <param name="path">The file; replaced when it exists.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops writing; then no file is left.</param>
    /// <returns>The file with its SHA-256.</returns>
    /// <exception cref="DataMismatchException">Two columns would have the same name in the file.</exception>
    /// <example><code>FileRef written = await fits.WriteCsvAsync("fits.csv");</code></example>
    public static async Task<FileRef> WriteCsvAsync(this IResultTable table, string path, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        await FormatsSteps.WriteTable
            .RunAsync(table, new StepRequest<TableCsvOptions>(new TableCsvOptions { File = path }), new StepEnvironment(context ?? AnalysisContext.Default), cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Writes a table as CSV.</summary>
    /// <param name="table">The table.</param>
    /// <param name="path">The file; replaced when it exists.</param>
    /// <param name="options">What else is written; its file name is replaced by <paramref name="path"/>.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops writing; then no file is left.</param>
    /// <returns>The file with its SHA-256.</returns>
    /// <exception cref="DataMismatchException">Two columns would have the same name in the file.</exception>
    /// <example><code>await fits.WriteCsvAsync("fits.csv", new TableCsvOptions { UnitsRow = true, Tabs = true });</code></example>
    public static async Task<FileRef> WriteCsvAsync(this IResultTable table, string path, TableCsvOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return await FormatsSteps.WriteTable
            .RunAsync(table, new StepRequest<TableCsvOptions>(options with { File = path }), new StepEnvironment(context ?? AnalysisContext.Default), cancellationToken)
            .ConfigureAwait(false);
    }

    internal static async ValueTask<FileRef> WriteAsync(IResultTable table, TableCsvOptions options, StepScope scope, CancellationToken cancellationToken)
    {
        string path = OutputName.Resolve(options.File, scope.OutputFolder, scope.Operation);
        List<(string Name, string Unit, Func<int, string> Cell)> columns = Columns(table);
        FileRef written;
        OutputFile file = OutputFile.Create(path, options.File);
        await using (file.ConfigureAwait(false))
        {
            var text = new StreamWriter(file.Stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
            await using (text.ConfigureAwait(false))
            {
                var csv = CsvText.Writer(text, options.Tabs);
                await using (csv.ConfigureAwait(false))
                {
                    foreach ((string name, _, _) in columns)
                        csv.WriteField(name);
                    await csv.NextRecordAsync().ConfigureAwait(false);
                    if (options.UnitsRow)
                    {
                        foreach ((_, string unit, _) in columns)
                            csv.WriteField(unit, shouldQuote: columns.Count == 1 && unit.Length == 0);
                        await csv.NextRecordAsync().ConfigureAwait(false);
                    }

                    for (int row = 0; row < table.RowCount; row++)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        // A line without any character would be a blank line, not a missing value.
                        bool alone = columns.Count == 1;
                        foreach ((_, _, Func<int, string> cell) in columns)
                        {
                            string value = cell(row);
                            if (alone && value.Length == 0)
                                csv.WriteField(value, shouldQuote: true);
                            else
                                csv.WriteField(value);
                        }

                        await csv.NextRecordAsync().ConfigureAwait(false);
                    }
                }
            }

            written = await file.CommitAsync(options.Tabs ? "text/tab-separated-values" : "text/csv", cancellationToken).ConfigureAwait(false);
        }

        scope.Produce(written);
        if (options.Units)
        {
            OutputFile units = OutputFile.Create(path + UnitsSuffix, options.File + UnitsSuffix);
            await using (units.ConfigureAwait(false))
            {
                await units.Stream.WriteAsync(UnitsJson(table, options), cancellationToken).ConfigureAwait(false);
                scope.Produce(await units.CommitAsync("application/json", cancellationToken).ConfigureAwait(false));
            }
        }

        return written;
    }

    private static List<(string Name, string Unit, Func<int, string> Cell)> Columns(IResultTable table)
    {
        var columns = new List<(string, string, Func<int, string>)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (TableColumn column in table.Columns)
        {
            Add(column.Name, column.Unit, column.Text);
            if (column is NumberColumn { HasStandardErrors: true } numbers)
                Add(column.Name + StandardErrorSuffix, column.Unit, numbers.StandardErrorText);
        }

        return columns;

        void Add(string name, string unit, Func<int, string> cell)
        {
            if (!names.Add(name))
                throw new DataMismatchException($"Two columns of table {table.Name} would be named {name} in the file. Rename one of them.");
            columns.Add((name, unit, cell));
        }
    }

    private static ReadOnlyMemory<byte> UnitsJson(IResultTable table, TableCsvOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("format", "BigMap.Analysis table units");
            json.WriteNumber("version", 1);
            json.WriteString("table", table.Name);
            if (options.UnitsRow)
                json.WriteBoolean("unitsRow", true);
            if (options.Tabs)
                json.WriteBoolean("tabs", true);
            json.WriteStartArray("columns");
            foreach (TableColumn column in table.Columns)
            {
                json.WriteStartObject();
                json.WriteString("name", column.Name);
                json.WriteString("type", TypeName(column));
                json.WriteString("unit", column.Unit);
                if (column is NumberColumn { HasStandardErrors: true } numbers)
                {
                    json.WriteString("stderr", column.Name + StandardErrorSuffix);
                    WriteReasons(json, numbers);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }

    /// <summary>Why standard errors are missing, as rows by reason.</summary>
    private static void WriteReasons(Utf8JsonWriter json, NumberColumn column)
    {
        if (column.ErrorStatus.IsEmpty)
            return;
        json.WriteStartObject("missingStderr");
        foreach (StandardErrorStatus reason in Enum.GetValues<StandardErrorStatus>())
        {
            if (reason == StandardErrorStatus.Given || !column.ErrorStatus.Span.Contains(reason))
                continue;
            json.WriteStartArray(JsonNamingPolicy.CamelCase.ConvertName(reason.ToString()));
            for (int row = 0; row < column.Count; row++)
            {
                if (column.ErrorStatus.Span[row] == reason)
                    json.WriteNumberValue(row);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static string TypeName(TableColumn column) => column switch
    {
        NumberColumn => "number",
        IntegerColumn => "integer",
        TimeColumn => "time",
        StatusColumn => "status",
        _ => "text",
    };
}
