namespace BigMap.Analysis.Formats;

/// <summary>How numbers are arranged in a text file.</summary>
public enum TextLayout : byte
{
    /// <summary>Decided from header and numbers; refused where two layouts are possible.</summary>
    Auto,

    /// <summary>The axis in the first column, one spectrum in each further column.</summary>
    Columns,

    /// <summary>The axis in the first column, then intensity and its standard deviation in turn (xye).</summary>
    ColumnsWithSigma,

    /// <summary>One line with the axis, then one spectrum per line, led by coordinate columns (maps, series).</summary>
    RowPerSpectrum,
}

/// <summary>What stands between two fields.</summary>
public enum TextSeparator : byte
{
    /// <summary>Decided from the lines.</summary>
    Auto,

    /// <summary>One tab.</summary>
    Tab,

    /// <summary>A semicolon.</summary>
    Semicolon,

    /// <summary>A comma.</summary>
    Comma,

    /// <summary>Any number of blanks and tabs.</summary>
    Blank,
}

/// <summary>What stands before the decimals of a number.</summary>
public enum DecimalMark : byte
{
    /// <summary>Decided from the numbers; refused where <c>1,234</c> could be either.</summary>
    Auto,

    /// <summary>A point.</summary>
    Point,

    /// <summary>A comma.</summary>
    Comma,
}

/// <summary>How characters are encoded.</summary>
public enum TextEncoding : byte
{
    /// <summary>By byte order mark; otherwise UTF-8, and Windows-1252 where the bytes are not UTF-8.</summary>
    Auto,

    /// <summary>UTF-8.</summary>
    Utf8,

    /// <summary>UTF-16, low byte first.</summary>
    Utf16LittleEndian,

    /// <summary>UTF-16, high byte first.</summary>
    Utf16BigEndian,

    /// <summary>Windows-1252 (Western European).</summary>
    Windows1252,
}

/// <summary>What the intensities are, as far as the reader is told.</summary>
public enum TextIntensityKind : byte
{
    /// <summary>Counts where the header says so and every value is a whole number of at least 0; otherwise not stated.</summary>
    Auto,

    /// <summary>Not stated.</summary>
    Unspecified,

    /// <summary>Raw counts.</summary>
    Counts,

    /// <summary>Computed from other values.</summary>
    Derived,
}

/// <summary>What is done with points that have the same axis value.</summary>
public enum DuplicatePoints : byte
{
    /// <summary>The file is refused.</summary>
    Refuse,

    /// <summary>Their mean is taken; variances are propagated.</summary>
    Average,

    /// <summary>The one that comes first in the file is kept.</summary>
    KeepFirst,
}

/// <summary>What is done with a file that has another axis than the first one.</summary>
public enum AxisMismatch : byte
{
    /// <summary>Reading is refused; the error names both files and the first point that differs.</summary>
    Refuse,

    /// <summary>Its spectra are interpolated linearly onto the axis of the first file; points outside its own range become NaN. Reported as a warning.</summary>
    Resample,
}

/// <summary>The order of the files of a series.</summary>
public enum FileOrder : byte
{
    /// <summary>By name, digits compared as numbers: <c>scan2</c> before <c>scan10</c>.</summary>
    Natural,

    /// <summary>By the time of last writing, equal times by name.</summary>
    Time,
}

/// <summary>How delimited text is read. Everything that the reader would decide by itself can be fixed here.</summary>
/// <remarks>Immutable, thread-safe. The defaults decide from the file and report every decision in <see cref="ReadResult.Report"/>.</remarks>
/// <example><code>
/// var options = new TextReadOptions { AxisQuantity = AxisQuantity.TwoTheta, AxisUnit = "deg", DecimalSeparator = DecimalMark.Comma };
/// </code></example>
public sealed record TextReadOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<TextReadOptions> Set { get; } = OptionSet.For(new TextReadOptions())
        .Choice("layout", o => o.Layout, (o, v) => o with { Layout = v }, new("Layout", "Arrangement of the numbers; auto decides from header and numbers."))
        .Choice("separator", o => o.Separator, (o, v) => o with { Separator = v }, new("Separator", "What stands between two fields."))
        .Choice("decimalSeparator", o => o.DecimalSeparator, (o, v) => o with { DecimalSeparator = v }, new("Decimal separator", "What stands before the decimals."))
        .Choice("encoding", o => o.Encoding, (o, v) => o with { Encoding = v }, new("Encoding", "How characters are encoded."))
        .Integer("headerLines", o => o.HeaderLines, (o, v) => o with { HeaderLines = v }, new("Header lines", "Lines before the numbers, the line with column names included; -1 finds the first line of numbers.") { Minimum = -1 })
        .TextList("columns", o => o.Columns, (o, v) => o with { Columns = v }, new("Columns", "Columns to read, axis first, by name or by number from 1; empty reads all."))
        .Integer("coordinateColumns", o => o.CoordinateColumns, (o, v) => o with { CoordinateColumns = v }, new("Coordinate columns", "Columns before the first intensity in a layout with one spectrum per line; -1 takes them from the axis line.") { Minimum = -1 })
        .TextList("coordinateNames", o => o.CoordinateNames, (o, v) => o with { CoordinateNames = v }, new("Coordinate names", "Names of the coordinate columns with their units, e.g. x_um, where the file has none or others are wanted."))
        .OptionalText("axisQuantity", o => o.AxisQuantity, (o, v) => o with { AxisQuantity = v }, new("Axis quantity", "Quantity of the axis; one that contradicts the header is refused.") { NullMeaning = "taken from the header" })
        .OptionalText("axisUnit", o => o.AxisUnit, (o, v) => o with { AxisUnit = v }, new("Axis unit", "Unit of the axis; one that contradicts the header is refused.") { NullMeaning = "taken from the header" })
        .OptionalText("intensityQuantity", o => o.IntensityQuantity, (o, v) => o with { IntensityQuantity = v }, new("Intensity quantity", "Quantity of the intensities.") { NullMeaning = "taken from the header" })
        .OptionalText("intensityUnit", o => o.IntensityUnit, (o, v) => o with { IntensityUnit = v }, new("Intensity unit", "Unit of the intensities.") { NullMeaning = "taken from the header" })
        .Choice("intensityKind", o => o.IntensityKind, (o, v) => o with { IntensityKind = v }, new("Intensity kind", "What the intensities are; decides what weights a fit may use."))
        .Boolean("sortAxis", o => o.SortAxis, (o, v) => o with { SortAxis = v }, new("Sort axis", "Sort points whose axis values are in no order; otherwise such a file is refused."))
        .Choice("duplicates", o => o.Duplicates, (o, v) => o with { Duplicates = v }, new("Equal axis values", "What is done with points that have the same axis value."))
        .Choice("onAxisMismatch", o => o.OnAxisMismatch, (o, v) => o with { OnAxisMismatch = v }, new("Differing axes", "What is done with a file that has another axis than the first one."))
        .Choice("order", o => o.Order, (o, v) => o with { Order = v }, new("Order of files", "The order of the files of a folder or pattern."))
        .Text("filePattern", o => o.FilePattern, (o, v) => o with { FilePattern = v }, new("File pattern", "Which files of a folder are read, with * and ?; empty for the usual endings of text files."))
        .Boolean("waitForStable", o => o.WaitForStable, (o, v) => o with { WaitForStable = v }, new("Wait for complete files", "Wait until a file is no longer being written before it is read."))
        .Group("stability", o => o.Stability, (o, v) => o with { Stability = v }, FileStability.Set, new("Complete files", "When a file counts as complete; used with waitForStable."))
        .Rule(o => o.Separator == TextSeparator.Comma && o.DecimalSeparator == DecimalMark.Comma ? "separator and decimalSeparator cannot both be a comma." : null)
        .Rule(o => o.Columns.Count is 1 ? "columns must be empty, or name the axis and at least one intensity." : null)
        .Rule(o => (o.CoordinateColumns >= 0 || o.CoordinateNames.Count > 0) && (o.Columns.Count > 0 || o.Layout is TextLayout.Columns or TextLayout.ColumnsWithSigma) ? "coordinateColumns and coordinateNames belong to a layout with one spectrum per line." : null)
        .Rule(o => o.Columns.Count > 0 && o.Layout == TextLayout.RowPerSpectrum ? "columns cannot be chosen in a layout with one spectrum per line." : null);

    /// <summary>Arrangement of the numbers. Default <see cref="TextLayout.Auto"/>.</summary>
    public TextLayout Layout { get; init; }

    /// <summary>What stands between two fields. Default <see cref="TextSeparator.Auto"/>.</summary>
    public TextSeparator Separator { get; init; }

    /// <summary>What stands before the decimals. Default <see cref="DecimalMark.Auto"/>.</summary>
    public DecimalMark DecimalSeparator { get; init; }

    /// <summary>How characters are encoded. Default <see cref="TextEncoding.Auto"/>.</summary>
    public TextEncoding Encoding { get; init; }

    /// <summary>Lines before the numbers, the line with column names included; −1 finds the first line of numbers. Default −1.</summary>
    public int HeaderLines { get; init; } = -1;

    /// <summary>Columns to read, axis first, by name or by number from 1. Default: empty, all.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Columns before the first intensity in a layout with one spectrum per line; −1 takes them from the axis line. Default −1.</summary>
    public int CoordinateColumns { get; init; } = -1;

    /// <summary>Names of the coordinate columns with their units (<c>x_um</c>). Default: empty, those of the file.</summary>
    public IReadOnlyList<string> CoordinateNames { get; init; } = [];

    /// <summary>Quantity of the axis. Default null: from the header.</summary>
    public string? AxisQuantity { get; init; }

    /// <summary>Unit of the axis. Default null: from the header.</summary>
    public string? AxisUnit { get; init; }

    /// <summary>Quantity of the intensities. Default null: from the header.</summary>
    public string? IntensityQuantity { get; init; }

    /// <summary>Unit of the intensities. Default null: from the header.</summary>
    public string? IntensityUnit { get; init; }

    /// <summary>What the intensities are. Default <see cref="TextIntensityKind.Auto"/>.</summary>
    public TextIntensityKind IntensityKind { get; init; }

    /// <summary>Sort points whose axis values are in no order. Default false: such a file is refused.</summary>
    public bool SortAxis { get; init; }

    /// <summary>What is done with equal axis values. Default <see cref="DuplicatePoints.Refuse"/>.</summary>
    public DuplicatePoints Duplicates { get; init; }

    /// <summary>What is done with a file that has another axis than the first one. Default <see cref="AxisMismatch.Refuse"/>.</summary>
    public AxisMismatch OnAxisMismatch { get; init; }

    /// <summary>The order of the files of a folder or pattern. Default <see cref="FileOrder.Natural"/>.</summary>
    public FileOrder Order { get; init; }

    /// <summary>Which files of a folder are read, with <c>*</c> and <c>?</c>. Default empty: the endings <c>.txt .csv .tsv .xy .xye .dat .asc .prn .chi .int</c> of text files.</summary>
    public string FilePattern { get; init; } = string.Empty;

    /// <summary>Wait until a file is no longer being written before it is read. Default false.</summary>
    public bool WaitForStable { get; init; }

    /// <summary>When a file counts as complete; used with <see cref="WaitForStable"/>. Default: 1 s without change and a line end at the end.</summary>
    public FileStability Stability { get; init; } = new();

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option is out of range, or options contradict each other.</exception>
    public void Validate() => Set.Validate(this);
}
