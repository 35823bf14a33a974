using System.Globalization;
using System.Text;
using System.Text.Json;
using BigMap.Analysis.Formats.Internal;
using CsvHelper;

namespace BigMap.Analysis.Formats;

/// <summary>Reads result tables that <see cref="TableCsv"/> wrote, so that results can be joined with other tables.</summary>
/// <remarks>
/// With the file of units beside it, names, types, units, standard errors and the reasons of missing ones come back as they were. Without it
/// the types are those that every cell of a column allows, tried in this order: whole numbers, numbers, times with offset, status names in a
/// column named <c>status</c>, text; a column <c>&lt;name&gt;.stderr</c> after a column <c>&lt;name&gt;</c> becomes its standard errors. Stateless, thread-safe.
/// </remarks>
public static class TableReader
{
    /// <summary>Reads a table.</summary>
    /// <param name="path">A CSV file with one line of names: comma or tab, decimal point, UTF-8. Tabs where the units file says so; without one, where the first line has tabs and no comma.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The table; named by the units file, otherwise as the file without its ending.</returns>
    /// <exception cref="InputFormatException">The file is not such a table, or does not fit its units file; the message names file and line.</exception>
    /// <example><code>IResultTable fits = await TableReader.ReadCsvAsync("fits.csv");</code></example>
    public static async Task<IResultTable> ReadCsvAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] bytes = await ReadBytesAsync(path, cancellationToken).ConfigureAwait(false);
        string unitsPath = path + TableCsv.UnitsSuffix;
        if (!File.Exists(unitsPath))
        {
            (string[] found, List<string[]> cells, List<int> at) = Cells(path, bytes, HasTabs(bytes), cancellationToken);
            return new ResultTable(Path.GetFileNameWithoutExtension(path), new Source(path, found, cells, at).InferColumns());
        }

        byte[] json = await ReadBytesAsync(unitsPath, cancellationToken).ConfigureAwait(false);
        try
        {
            using JsonDocument units = JsonDocument.Parse(json);
            bool tabs = units.RootElement.TryGetProperty("tabs", out JsonElement said) && said.GetBoolean();
            (string[] names, List<string[]> rows, List<int> lines) = Cells(path, bytes, tabs, cancellationToken);
            var source = new Source(path, names, rows, lines);
            if (units.RootElement.TryGetProperty("unitsRow", out JsonElement row) && row.GetBoolean() && rows.Count > 0)
            {
                rows.RemoveAt(0);
                lines.RemoveAt(0);
            }

            string name = units.RootElement.GetProperty("table").GetString() is { Length: > 0 } given ? given : Path.GetFileNameWithoutExtension(path);
            return new ResultTable(name, source.DeclaredColumns(units.RootElement.GetProperty("columns"), unitsPath));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException or FormatException)
        {
            throw new InputFormatException(unitsPath, 0, $"This is not a file of units: {e.Message}", "Write the table again, or remove this file to read the table without units.");
        }
    }

    /// <summary>Reads a table that <see cref="TableHdf5"/> wrote: names, types, units, standard errors and their reasons come back as they were.</summary>
    /// <param name="path">An HDF5 file.</param>
    /// <param name="group">Path of the table's group; empty for the only one.</param>
    /// <returns>The table.</returns>
    /// <exception cref="InputFormatException">The file cannot be read, or holds no such table.</exception>
    /// <example><code>IResultTable fits = TableReader.ReadHdf5("fits.h5");</code></example>
    public static IResultTable ReadHdf5(string path, string group = "")
    {
        ArgumentNullException.ThrowIfNull(group);
        using Hdf5File file = Hdf5File.Open(path);
        return Internal.Hdf5.NexusTable.Read(file, group);
    }

    private static async Task<byte[]> ReadBytesAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputFormatException(path, 0, $"The file cannot be read: {e.Message}", "Check path and permissions.");
        }
    }

    private static bool HasTabs(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> line = bytes[..(bytes.IndexOf((byte)'\n') is >= 0 and var end ? end : bytes.Length)];
        return line.Contains((byte)'\t') && !line.Contains((byte)',');
    }

    private static (string[] Names, List<string[]> Rows, List<int> Lines) Cells(string path, byte[] bytes, bool tabs, CancellationToken cancellationToken)
    {
        if (!System.Text.Unicode.Utf8.IsValid(bytes) || bytes.Contains((byte)0))
            throw new InputFormatException(path, 0, "The file is not UTF-8 text.", "Save it as UTF-8.");
        using var parser = CsvText.Parser(new StreamReader(new MemoryStream(bytes), new UTF8Encoding(false)), tabs);
        if (!parser.Read() || parser.Record is not { } names)
            throw new InputFormatException(path, 0, "The file is empty.", "Check whether it was written completely.");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (name.Length == 0 || !seen.Add(name))
                throw new InputFormatException(path, 1, name.Length == 0 ? "A column has no name." : $"Two columns are named {name}.", "Give every column a name of its own.");
        }

        var rows = new List<string[]>();
        var lines = new List<int>();
        while (parser.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            string[] cells = parser.Record!;
            // RawRow is the last line of the record.
            if (cells.Length == 1 && cells[0].Length == 0 && !parser.RawRecord.Contains('"', StringComparison.Ordinal))
                continue;
            if (cells.Length != names.Length)
                throw new InputFormatException(path, parser.RawRow, $"The line has {cells.Length} fields, the header {names.Length}.", "Correct the line.");
            rows.Add(cells);
            lines.Add(parser.RawRow);
        }

        return (names, rows, lines);
    }

    private sealed class Source(string path, string[] names, List<string[]> rows, List<int> lines)
    {
        public List<TableColumn> InferColumns()
        {
            var columns = new List<TableColumn>();
            for (int c = 0; c < names.Length; c++)
            {
                if (c + 1 < names.Length && names[c + 1] == names[c] + TableCsv.StandardErrorSuffix && TryNumbers(c) is { } values && TryNumbers(c + 1) is { } errors)
                {
                    columns.Add(new NumberColumn(names[c], string.Empty, values, errors));
                    c++;
                    continue;
                }

                columns.Add(Infer(c));
            }

            return columns;
        }

        public List<TableColumn> DeclaredColumns(JsonElement declared, string unitsPath)
        {
            var columns = new List<TableColumn>();
            int c = 0;
            foreach (JsonElement one in declared.EnumerateArray())
            {
                string name = one.GetProperty("name").GetString()!;
                if (c >= names.Length || names[c] != name)
                    throw new InputFormatException(unitsPath, 0, $"Column {c + 1} is {(c < names.Length ? names[c] : "missing")} in the table, but {name} here.", "The two files do not belong together; write the table again, or remove this file.");
                columns.Add(Declared(one, name, ref c, unitsPath));
            }

            return c == names.Length
                ? columns
                : throw new InputFormatException(unitsPath, 0, $"The table has {names.Length} columns, but only {c} are described here.", "The two files do not belong together; write the table again, or remove this file.");
        }

        private TableColumn Declared(JsonElement one, string name, ref int c, string unitsPath)
        {
            int at = c++;
            switch (one.GetProperty("type").GetString())
            {
                case "number":
                    double[] values = Require(at, TryNumbers, "numbers");
                    double[]? errors = null;
                    StandardErrorStatus[]? reasons = null;
                    if (one.TryGetProperty("stderr", out JsonElement stderr))
                    {
                        if (c >= names.Length || names[c] != stderr.GetString())
                            throw new InputFormatException(unitsPath, 0, $"The table has no column {stderr.GetString()} after {name}.", "Write the table again, or remove this file.");
                        errors = Require(c++, TryNumbers, "numbers");
                        reasons = Reasons(one);
                    }

                    return new NumberColumn(name, one.GetProperty("unit").GetString()!, values, errors ?? default(ReadOnlyMemory<double>), reasons ?? default(ReadOnlyMemory<StandardErrorStatus>));
                case "integer":
                    return new IntegerColumn(name, Require(at, TryIntegers, "whole numbers"));
                case "time":
                    return new TimeColumn(name, Require(at, TryTimes, "times with offset"));
                case "status":
                    return new StatusColumn(name, Require(at, TryStatus, "status names"));
                case "text":
                    return Texts(at);
                default:
                    throw new InputFormatException(unitsPath, 0, $"Column {name} has the unknown type {one.GetProperty("type").GetString()}.", "Read it with a newer version, or remove this file.");
            }
        }

        private StandardErrorStatus[]? Reasons(JsonElement one)
        {
            if (!one.TryGetProperty("missingStderr", out JsonElement missing))
                return null;
            var reasons = new StandardErrorStatus[rows.Count];
            foreach (JsonProperty reason in missing.EnumerateObject())
            {
                StandardErrorStatus status = Enum.Parse<StandardErrorStatus>(reason.Name, ignoreCase: true);
                foreach (JsonElement row in reason.Value.EnumerateArray())
                {
                    int at = row.GetInt32();
                    if (at < 0 || at >= reasons.Length)
                        throw new FormatException($"row {at} does not exist.");
                    reasons[at] = status;
                }
            }

            return reasons;
        }

        private TableColumn Infer(int c)
        {
            if (rows.Count == 0 || rows.All(r => r[c].Length == 0))
                return Texts(c);
            if (TryIntegers(c) is { } whole)
                return new IntegerColumn(names[c], whole);
            if (TryNumbers(c) is { } numbers)
                return new NumberColumn(names[c], string.Empty, numbers);
            if (TryTimes(c) is { } times)
                return new TimeColumn(names[c], times);
            if (names[c] == "status" && TryStatus(c) is { } status)
                return new StatusColumn(names[c], status);
            return Texts(c);
        }

        private TextColumn Texts(int c) => new(names[c], [.. rows.Select(r => r[c])]);

        private T[] Require<T>(int c, Func<int, T[]?> read, string what)
        {
            if (read(c) is { } values)
                return values;
            for (int row = 0; row < rows.Count; row++)
            {
                if (new Source(path, names, [rows[row]], [lines[row]]).Fails(c, what))
                    throw new InputFormatException(path, lines[row], $"Column {names[c]} holds {what}, but here it is \"{rows[row][c]}\".", "Correct the cell.");
            }

            throw new InputFormatException(path, 0, $"Column {names[c]} does not hold {what}.", "Correct the column.");
        }

        private bool Fails(int c, string what) => what switch
        {
            "numbers" => TryNumbers(c) is null,
            "whole numbers" => TryIntegers(c) is null,
            "times with offset" => TryTimes(c) is null,
            _ => TryStatus(c) is null,
        };

        private double[]? TryNumbers(int c)
        {
            var values = new double[rows.Count];
            for (int row = 0; row < values.Length; row++)
            {
                string cell = rows[row][c];
                if (cell.Length == 0)
                    values[row] = double.NaN;
                else if (NumberParser.Parse(Encoding.UTF8.GetBytes(cell), false, out values[row]) == TokenKind.Text)
                    return null;
            }

            return values;
        }

        private long[]? TryIntegers(int c)
        {
            var values = new long[rows.Count];
            for (int row = 0; row < values.Length; row++)
            {
                string cell = rows[row][c];
                if (cell.Length == 0)
                    values[row] = IntegerColumn.Missing;
                else if (!long.TryParse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out values[row]) || values[row].ToString(CultureInfo.InvariantCulture) != cell)
                    return null;
            }

            return values;
        }

        private DateTimeOffset?[]? TryTimes(int c)
        {
            var values = new DateTimeOffset?[rows.Count];
            for (int row = 0; row < values.Length; row++)
            {
                string cell = rows[row][c];
                if (cell.Length == 0)
                    continue;
                if (!DateTimeOffset.TryParseExact(cell, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTimeOffset time))
                    return null;
                values[row] = time;
            }

            return values;
        }

        private RowStatus[]? TryStatus(int c)
        {
            var values = new RowStatus[rows.Count];
            for (int row = 0; row < values.Length; row++)
            {
                if (!RowStatusText.TryParse(rows[row][c], out values[row]))
                    return null;
            }

            return values;
        }
    }
}
