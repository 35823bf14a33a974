using System.Globalization;
using System.Text;

namespace BigMap.Analysis.Electrochemistry.Internal;

/// <summary>Parses an EC-Lab text export. Values are read from the bytes directly; memory grows with the cells that are really there.</summary>
internal sealed class MptParser(string file, EcLabReadOptions options, CancellationToken cancellationToken)
{
    private const int LongestNumber = 64;

    private static readonly Dictionary<string, (string Short, byte Id)> Techniques = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Galvanostatic Cycling with Potential Limitation"] = ("GCPL", 0x04),
        ["Cyclic Voltammetry"] = ("CV", 0x06),
        ["Open Circuit Voltage"] = ("OCV", 0x0B),
        ["Chronoamperometry / Chronocoulometry"] = ("CA", 0x18),
        ["Chronopotentiometry"] = ("CP", 0x19),
        ["Wait"] = ("WAIT", 0x1C),
        ["Potentio Electrochemical Impedance Spectroscopy"] = ("PEIS", 0x1D),
        ["Galvano Electrochemical Impedance Spectroscopy"] = ("GEIS", 0x1E),
        ["IR compensation (PEIS)"] = ("ZIR", 0x32),
        ["Cyclic Voltammetry Advanced"] = ("CVA", 0x33),
        ["Linear Sweep Voltammetry"] = ("LSV", 0x6C),
        ["Constant Voltage"] = ("coV", 0x75),
        ["Constant Current"] = ("coC", 0x76),
        ["Modulo Bat"] = ("MB", 0x7F),
        ["Battery Capacity Determination"] = ("BCD", 0x88),
    };

    private static readonly string[] DateFormats = ["MM/dd/yyyy HH:mm:ss.fff", "MM/dd/yyyy HH:mm:ss.ffffff", "MM/dd/yyyy HH:mm:ss.ff", "MM/dd/yyyy HH:mm:ss.f", "MM/dd/yyyy HH:mm:ss.ffff", "MM/dd/yyyy HH:mm:ss"];
    private readonly List<StepWarning> _warnings = [];

    private enum Kind : byte
    {
        Number,
        Date,
        Text,
    }

    public static bool Recognises(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> start = bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        return start.StartsWith("EC-Lab ASCII FILE"u8) || start.StartsWith("BT-Lab ASCII FILE"u8) || IsHeading(FirstLine(start));
    }

    public EcLabFile Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("\uFEFF"u8))
            bytes = bytes[3..];
        if (bytes.Contains((byte)0))
            throw Fault(0, "The file holds zero bytes, which a text export does not.", "The file is damaged: copy it again, or export it again in EC-Lab.");
        int at = 0;
        List<string> header = ReadHeader(bytes, ref at);
        string[] headings = header[^1].Split('\t');
        if (headings.Length > 1 && headings[^1].Trim().Length == 0)
            headings = headings[..^1];

        // Some versions write headings, after an empty one, for which the rows have no values.
        if (CountValues(bytes, at) is { } values && values < headings.Length && headings[values].Trim().Length == 0)
        {
            Warn("headings_without_values", $"The headings {string.Join(", ", headings.Skip(values + 1))} have no values and were passed over.");
            headings = headings[..values];
        }

        Metadata meta = ReadMetadata(header);
        Column[] columns = Columns(headings);
        ReadRows(bytes, at, header.Count, columns);
        DateTime? start = meta.Start;
        (TableColumn[] table, EcLabColumn[] stored) = Build(columns, ref start);
        foreach (TableColumn column in table)
        {
            if (ValueChecks.Find(column) is { } doubt)
                Warn("values_doubtful", doubt);
        }

        int rows = table[0].Count;
        return new EcLabFile(file, table, rows)
        {
            Format = EcLabFormat.Mpt,
            StoredColumns = stored,
            Settings = meta.Settings,
            AcquisitionStart = start,
            LoopStarts = [.. meta.Loops.Where(l => l < rows)],
            HeaderLines = header,
            Warnings = _warnings,
        };
    }

    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> bytes) => bytes[..(bytes.IndexOf((byte)'\n') is >= 0 and var end ? end : bytes.Length)].TrimEnd((byte)'\r');

    private static bool IsHeading(ReadOnlySpan<byte> line) => line.Contains((byte)'\t') && (line.IndexOf("time/s"u8) >= 0 || line.IndexOf("freq/Hz"u8) >= 0);

    /// <summary>Values of the first row; null when there is none.</summary>
    private static int? CountValues(ReadOnlySpan<byte> bytes, int at)
    {
        while (at < bytes.Length)
        {
            ReadOnlySpan<byte> line = NextLine(bytes, ref at).TrimEnd(" \t"u8);
            if (!line.IsEmpty)
                return line.Count((byte)'\t') + 1;
        }

        return null;
    }

    private List<string> ReadHeader(ReadOnlySpan<byte> bytes, ref int at)
    {
        var lines = new List<string>();
        int count = 1;
        bool headingOnly = IsHeading(FirstLine(bytes)) && !bytes.StartsWith("EC-Lab"u8) && !bytes.StartsWith("BT-Lab"u8);
        for (int line = 1; line <= (headingOnly ? 1 : Math.Max(2, count)); line++)
        {
            if (at >= bytes.Length)
                throw Fault(line - 1, $"The file ends in its header: it says that the header has {count} lines.", "The file is truncated: export it again in EC-Lab.");
            ReadOnlySpan<byte> text = NextLine(bytes, ref at);
            lines.Add(Decode(text));
            if (line == 2 && !headingOnly)
            {
                int colon = lines[1].IndexOf(':', StringComparison.Ordinal);
                if (!lines[1].StartsWith("Nb header lines", StringComparison.Ordinal) || colon < 0 || !int.TryParse(lines[1].AsSpan(colon + 1), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out count) || count < 3)
                    throw Fault(2, "The second line does not say \"Nb header lines : N\" with N of at least 3.", "Check whether this is an export of EC-Lab.");
            }
        }

        if (!lines[^1].Contains('\t', StringComparison.Ordinal) && UnitText.Split(lines[^1]).Unit.Length == 0)
            throw Fault(lines.Count, "The last line of the header should hold the headings of the columns, divided by tabs.", "The number of header lines is wrong, or the file was changed: export it again in EC-Lab.");
        return lines;
    }

    private Column[] Columns(string[] headings)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var columns = new Column[headings.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            (string quantity, string unit) = UnitText.Split(headings[i]);

            // EC-Lab itself leaves some headings empty.
            if (quantity.Length == 0)
                quantity = string.Create(CultureInfo.InvariantCulture, $"column {i + 1}");
            (string name, unit) = EcLabQuantities.FromHeader(quantity, unit);
            string unique = name;
            for (int k = 2; !names.Add(unique); k++)
                unique = string.Create(CultureInfo.InvariantCulture, $"{name} ({k})");
            if (unique != name)
                Warn("columns_doubtful", $"Two columns are named {name}.");
            columns[i] = new Column(unique, unit, headings[i].Trim());
        }

        if (!names.Overlaps(["time", "freq", "Ewe", "<Ewe>", "Ecell"]))
            Warn("columns_doubtful", $"None of the headings is one of a measurement: {string.Join(", ", headings.Take(6))}.");
        return columns;
    }

    private void ReadRows(ReadOnlySpan<byte> bytes, int at, int lineNumber, Column[] columns)
    {
        int row = 0;
        while (at < bytes.Length)
        {
            bool complete = bytes[at..].Contains((byte)'\n');
            ReadOnlySpan<byte> line = NextLine(bytes, ref at);
            lineNumber++;
            if (lineNumber % 1024 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (line.Trim(" \t"u8).IsEmpty)
                continue;
            int cell = 0;
            ReadOnlySpan<byte> rest = line;
            while (true)
            {
                int tab = rest.IndexOf((byte)'\t');
                ReadOnlySpan<byte> text = (tab < 0 ? rest : rest[..tab]).Trim((byte)' ');
                if (cell < columns.Length)
                    ReadCell(text, columns[cell], row, lineNumber);
                else if (!text.IsEmpty || tab >= 0)
                    throw Fault(lineNumber, $"The line has more than {columns.Length} values.", "The file was changed: export it again in EC-Lab.");
                if (cell < columns.Length || !text.IsEmpty)
                    cell++;
                if (tab < 0)
                    break;
                rest = rest[(tab + 1)..];
            }

            if (cell != columns.Length)
                throw Fault(lineNumber, $"The line has {cell} values, but there are {columns.Length} columns.", complete ? "The file was changed: export it again in EC-Lab." : "The file is truncated: export it again in EC-Lab.");
            if (!complete)
                Warn("incomplete_last_line", $"The last line ({lineNumber}) does not end with a line end, so its last number may be cut off.");
            row++;
        }
    }

    private void ReadCell(ReadOnlySpan<byte> text, Column column, int row, int line)
    {
        if (row == 0)
            column.Kind = TryNumber(text, column, line, out _) ? Kind.Number : TryDate(text, out _) ? Kind.Date : Kind.Text;
        switch (column.Kind)
        {
            case Kind.Number when TryNumber(text, column, line, out double value):
                column.Numbers.Add(value);
                break;
            case Kind.Date when TryDate(text, out DateTime date):
                column.Dates.Add(date);
                break;
            case Kind.Text:
                column.Texts.Add(Decode(text));
                break;
            default:
                throw Fault(line, $"\"{Shorten(text)}\" in column {column.Header} is not {(column.Kind == Kind.Number ? "a number" : "a date")} as in the lines before.", "The file was changed or damaged: export it again in EC-Lab.");
        }
    }

    private bool TryNumber(ReadOnlySpan<byte> text, Column column, int line, out double value)
    {
        value = double.NaN;
        if (text.IsEmpty || text.SequenceEqual("XXX"u8) || text.SequenceEqual("NaN"u8) || text.IndexOf("#IND"u8) > 0 || text.IndexOf("#QNAN"u8) > 0)
            return true;
        if (text.Length > LongestNumber)
            return false;
        int comma = text.IndexOf((byte)',');
        bool point = text.Contains((byte)'.');
        if ((comma >= 0 && options.DecimalSeparator == EcLabDecimal.Point) || (point && options.DecimalSeparator == EcLabDecimal.Comma))
            throw Fault(line, $"\"{Shorten(text)}\" in column {column.Header} has another decimal separator than the one asked for.", "Set decimalSeparator to automatic.");
        if (comma < 0)
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
        if (point)
            return false;
        Span<byte> copy = stackalloc byte[LongestNumber];
        text.CopyTo(copy);
        copy[comma] = (byte)'.';
        return double.TryParse(copy[..text.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }

    private static bool TryDate(ReadOnlySpan<byte> text, out DateTime date)
    {
        date = default;
        return text.Length is >= 19 and <= 26 && TryDate(Encoding.Latin1.GetString(text), out date);
    }

    private static bool TryDate(string text, out DateTime date) =>
        DateTime.TryParseExact(text.Trim().Replace(',', '.'), DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    private static (TableColumn[] Table, EcLabColumn[] Stored) Build(Column[] columns, ref DateTime? start)
    {
        var table = new TableColumn[columns.Length];
        var stored = new EcLabColumn[columns.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            Column column = columns[i];
            string unit = column.Unit;
            if (column.Kind == Kind.Date)
            {
                // Exported with absolute times: back to seconds since the start.
                start ??= column.Dates[0];
                DateTime zero = start.Value;
                unit = "s";
                table[i] = new NumberColumn(column.Name, unit, column.Dates.Select(d => (d - zero).TotalSeconds).ToArray());
            }
            else if (column.Kind == Kind.Text)
            {
                unit = string.Empty;
                table[i] = new TextColumn(column.Name, column.Texts);
            }
            else if (unit.Length == 0 && EcLabQuantities.IsIntegerName(column.Name) && column.Numbers.TrueForAll(v => v == Math.Floor(v) && Math.Abs(v) <= uint.MaxValue))
            {
                table[i] = new IntegerColumn(column.Name, column.Numbers.Select(v => (long)v).ToArray());
            }
            else
            {
                table[i] = new NumberColumn(column.Name, unit, column.Numbers.ToArray());
            }

            stored[i] = new EcLabColumn(column.Name, unit, "text", null, i, column.Header);
        }

        return (table, stored);
    }

    private static Metadata ReadMetadata(List<string> header)
    {
        var settings = new EcLabSettings();
        DateTime? start = null;
        var comments = new List<string>();
        var loops = new List<int>();
        for (int i = 2; i < header.Count - 1; i++)
        {
            string line = header[i].Trim();
            if (Techniques.TryGetValue(line, out (string Short, byte Id) technique) && settings.Technique.Length == 0)
                settings = settings with { Technique = technique.Short, TechniqueId = technique.Id };
            int colon = line.IndexOf(" :", StringComparison.Ordinal);
            string key = colon < 0 ? line : line[..colon].TrimEnd(), value = colon < 0 ? string.Empty : line[(colon + 2)..].Trim();
            switch (key)
            {
                case "Acquisition started on" when TryDate(value, out DateTime date):
                    start ??= date;
                    break;
                case "Comments" when value.Length > 0:
                    comments.Add(value);
                    break;
                case "Electrode material":
                    settings = settings with { ElectrodeMaterial = value };
                    break;
                case "Electrolyte":
                    settings = settings with { Electrolyte = value };
                    break;
                case "Mass of active material":
                    settings = settings with { ActiveMass = Entered(value, UnitText.ToMilligrams, "mg") };
                    break;
                case "Molecular weight of active material (at x = 0)":
                    settings = settings with { MolarMass = Entered(value, static u => u == "g/mol" ? 1 : null, "g/mol") };
                    break;
                case "Atomic weight of intercalated ion":
                    settings = settings with { IonMolarMass = Entered(value, static u => u == "g/mol" ? 1 : null, "g/mol") };
                    break;
                case "Acquisition started at" when value.StartsWith("xo =", StringComparison.Ordinal) && settings.ActiveMass is not null:
                    settings = settings with { StartX = Measure(value[4..]).Value };
                    break;
                case "Number of e- transfered per intercalated ion":
                    settings = settings with { ElectronsPerIon = Measure(value).Value is > 0 and < 10 and var n ? (int)n : null };
                    break;
                case "Battery capacity":
                    (double? capacity, string capacityUnit) = Measure(value);
                    settings = settings with { BatteryCapacity = capacity > 0 ? capacity * UnitText.ToMilliampereHours(capacityUnit) : null };
                    break;
                case "Electrode surface area":
                    settings = settings with { SurfaceArea = Entered(value, UnitText.ToSquareCentimetres, "cm²") };
                    break;
                case "Characteristic mass":
                    settings = settings with { CharacteristicMass = Entered(value, UnitText.ToMilligrams, "g") };
                    break;
                default:
                    if (key.StartsWith("at x =", StringComparison.Ordinal) && settings.ActiveMass is not null)
                        settings = settings with { MassAtX = Measure(key[6..]).Value };
                    else if (LoopStart(key) is { } loop)
                        loops.Add(loop);
                    break;
            }
        }

        return new Metadata(settings with { Comments = string.Join('\n', comments) }, start, loops);
    }

    // "Loop 2 from point number 66 to 98"
    private static int? LoopStart(string line)
    {
        const string middle = " from point number ";
        int at = line.IndexOf(middle, StringComparison.Ordinal);
        if (!line.StartsWith("Loop ", StringComparison.Ordinal) || at < 0)
            return null;
        ReadOnlySpan<char> rest = line.AsSpan(at + middle.Length);
        int end = rest.IndexOf(' ');
        return int.TryParse(end < 0 ? rest : rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out int start) ? start : null;
    }

    /// <summary>A value that a user entered; EC-Lab writes 0.001 in its own unit where nothing was entered.</summary>
    private static double? Entered(string text, Func<string, double?> factor, string placeholderUnit)
    {
        (double? value, string unit) = Measure(text);
        return value > 0 && !(value == 0.001 && unit == placeholderUnit) ? value * factor(unit) : null;
    }

    private static (double? Value, string Unit) Measure(string text)
    {
        text = text.Trim();
        int space = text.IndexOf(' ', StringComparison.Ordinal);
        string number = (space < 0 ? text : text[..space]).Replace(',', '.');
        return (double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : null, space < 0 ? string.Empty : text[(space + 1)..].Trim());
    }

    private static ReadOnlySpan<byte> NextLine(ReadOnlySpan<byte> bytes, ref int at)
    {
        ReadOnlySpan<byte> rest = bytes[at..];
        int end = rest.IndexOf((byte)'\n');
        at = end < 0 ? bytes.Length : at + end + 1;
        return (end < 0 ? rest : rest[..end]).TrimEnd((byte)'\r');
    }

    // EC-Lab writes Windows-1252; what went through an editor may be UTF-8, which Windows-1252 text with special characters practically never is.
    private static string Decode(ReadOnlySpan<byte> bytes) =>
        System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : Windows1252.Decode(bytes);

    private static string Shorten(ReadOnlySpan<byte> text) =>
        string.Concat(Decode(text.Length > 40 ? text[..40] : text).Select(c => char.IsControl(c) ? '?' : c));

    private void Warn(string code, string message) => _warnings.Add(new StepWarning(code, message));

    private InputFormatException Fault(int line, string problem, string remedy) => new(file, line, problem, remedy);

    private sealed record Metadata(EcLabSettings Settings, DateTime? Start, List<int> Loops);

    private sealed class Column(string name, string unit, string header)
    {
        public string Name { get; } = name;

        public string Unit { get; } = unit;

        public string Header { get; } = header;

        public Kind Kind { get; set; }

        public List<double> Numbers { get; } = [];

        public List<DateTime> Dates { get; } = [];

        public List<string> Texts { get; } = [];
    }
}
