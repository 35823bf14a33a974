namespace BigMap.Analysis.Electrochemistry;

/// <summary>What a scan is given of the records around it.</summary>
public enum AlignMethod : byte
{
    /// <summary>The values of the nearest record; of two as near, that of the lower index.</summary>
    Nearest,

    /// <summary>
    /// Numbers interpolated linearly between the record before and after, clamped at the ends; whole numbers and text of the nearest record. Where the
    /// two belong to different half-cycles, cycles, steps (<c>Ns</c>) or loops, everything is of the nearest.
    /// </summary>
    Linear,
}

/// <summary>How scans and records are brought onto one time axis.</summary>
/// <remarks>
/// t(record clock) = t₀ + (t(scan) − clockOffset − t₀)/(1 + drift), where t₀ is the time of the first record: a record clock that is slow by 10 s
/// has clockOffset 10, one that loses 1 s in 1000 s has drift 0.001. Immutable, thread-safe.
/// </remarks>
public sealed record AlignOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<AlignOptions> Set { get; } = OptionSet.For(new AlignOptions())
        .OptionalText("scanTime", o => o.ScanTime, (o, v) => o with { ScanTime = v }, new OptionInfo("Time of scans", "Column of the series or table that says when a scan was taken.") { NullMeaning = "the column of instants, or the one named time" })
        .OptionalText("recordTime", o => o.RecordTime, (o, v) => o with { RecordTime = v }, new OptionInfo("Time of records", "Column of the records.") { NullMeaning = "the one named time" })
        .TextList("columns", o => o.Columns, (o, v) => o with { Columns = v }, new OptionInfo("Columns", "Columns of the records that scans are given; empty for all but the time."))
        .Choice("method", o => o.Method, (o, v) => o with { Method = v }, new OptionInfo("Method", "Nearest record, or linear interpolation."))
        .OptionalNumber("tolerance", o => o.Tolerance, (o, v) => o with { Tolerance = v }, new OptionInfo("Tolerance", "Scans farther than this from every record are given nothing and are flagged.") { Unit = "s", Minimum = 0, NullMeaning = "no limit" })
        .Number("clockOffset", o => o.ClockOffset, (o, v) => o with { ClockOffset = v }, new OptionInfo("Clock offset", "Scan clock minus record clock at the first record.") { Unit = "s" })
        .Number("drift", o => o.Drift, (o, v) => o with { Drift = v }, new OptionInfo("Drift", "By how much faster the scan clock runs than the record clock, as a fraction.") { Minimum = -0.5, Maximum = 0.5 })
        .OptionalNumber("utcOffset", o => o.UtcOffset, (o, v) => o with { UtcOffset = v }, new OptionInfo("Zone of the record clock", "Local time minus UTC of the computer that measured the records; needed where scans have instants and records a local start.") { Unit = "h", Minimum = -14, Maximum = 14, NullMeaning = "not known" })
        .Text("prefix", o => o.Prefix, (o, v) => o with { Prefix = v }, new OptionInfo("Prefix", "Put before the names of the columns that are added."));

    /// <summary>Column that says when a scan was taken: numbers in a unit of time, or instants. Null for the only column of instants, otherwise <c>time</c>.</summary>
    public string? ScanTime { get; init; }

    /// <summary>Column that says when a record was taken. Null for <c>time</c>.</summary>
    public string? RecordTime { get; init; }

    /// <summary>Columns of the records that scans are given; empty for all but the time. Default empty.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Nearest record or interpolation. Default: nearest.</summary>
    public AlignMethod Method { get; init; }

    /// <summary>Largest distance of the nearest record, s; farther scans are flagged and given nothing. Null for no limit. Default 60 s.</summary>
    public double? Tolerance { get; init; } = 60;

    /// <summary>Scan clock minus record clock at the first record, s. Default 0.</summary>
    public double ClockOffset { get; init; }

    /// <summary>Relative difference of the clocks' speeds. Default 0, −0.5 to 0.5.</summary>
    public double Drift { get; init; }

    /// <summary>Local time minus UTC on the computer that measured the records, h; EC-Lab does not store it. Default: not known.</summary>
    public double? UtcOffset { get; init; }

    /// <summary>Put before the names of the columns that are added. Default empty; a name that exists already gets <c>electrochem.</c> before it.</summary>
    public string Prefix { get; init; } = string.Empty;

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);
}
