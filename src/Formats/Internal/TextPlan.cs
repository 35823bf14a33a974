namespace BigMap.Analysis.Formats.Internal;

/// <summary>How one text file is to be read: the outcome of all decisions.</summary>
internal sealed class TextPlan
{
    public required TextSeparator Separator { get; init; }

    public required bool DecimalComma { get; init; }

    /// <summary>Fields of a record, a trailing separator left aside.</summary>
    public required int FieldCount { get; set; }

    /// <summary>Whether every record ends with a separator.</summary>
    public bool TrailingSeparators { get; set; }

    /// <summary>Fields at the start of each record that hold text.</summary>
    public int LeadingText { get; set; }

    /// <summary>Fields at the start of each record that are always empty.</summary>
    public int SkipLeading { get; set; }

    /// <summary>Index of the first line that may hold a record.</summary>
    public int FirstData { get; set; }

    public TextLayout Layout { get; set; }

    /// <summary>Coordinate columns of a layout with one spectrum per line.</summary>
    public int Coordinates { get; set; }

    /// <summary>Fields to read in a layout with columns, axis first.</summary>
    public int[] Fields { get; set; } = [];

    /// <summary>Names of all fields, or empty.</summary>
    public string[] Names { get; set; } = [];

    /// <summary>Units of all fields from a line of their own, or empty.</summary>
    public string[] UnitNames { get; set; } = [];

    /// <summary>Line of the names, as an index; −1 when there is none.</summary>
    public int NameLine { get; set; } = -1;

    /// <summary>Axis values in the order of the file, for a layout with one spectrum per line.</summary>
    public double[] Axis { get; set; } = [];

    public string AxisQuantity { get; set; } = string.Empty;

    public string AxisUnit { get; set; } = string.Empty;

    public string IntensityQuantity { get; set; } = "intensity";

    public string IntensityUnit { get; set; } = string.Empty;

    /// <summary>Whether the header says that the intensities are counts.</summary>
    public bool HeaderSaysCounts { get; set; }

    public List<ReadDecision> Decisions { get; } = [];

    public List<string> Notes { get; } = [];

    public List<StepWarning> Warnings { get; } = [];

    public void Decide(string option, string value, string reason) => Decisions.Add(new ReadDecision(option, value, reason));

    public string Name(int field) => field < Names.Length ? Names[field] : string.Empty;
}
