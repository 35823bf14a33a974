namespace BigMap.Analysis.Electrochemistry;

/// <summary>Which character divides whole numbers from decimals in an export.</summary>
public enum EcLabDecimal : byte
{
    /// <summary>Decide from the file; columns are divided by tabs, so it is never in doubt.</summary>
    Automatic,

    /// <summary>A point.</summary>
    Point,

    /// <summary>A comma.</summary>
    Comma,
}

/// <summary>How an EC-Lab file is read.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed record EcLabReadOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<EcLabReadOptions> Set { get; } = OptionSet.For(new EcLabReadOptions())
        .Choice("decimalSeparator", o => o.DecimalSeparator, (o, v) => o with { DecimalSeparator = v }, new OptionInfo("Decimal separator", "Of a text export; automatic decides from the file."))
        .Boolean("refuseDoubtful", o => o.RefuseDoubtful, (o, v) => o with { RefuseDoubtful = v }, new OptionInfo("Refuse doubtful files", "Whether a file that looks damaged or unusual is refused instead of read with a warning."));

    /// <summary>Decimal separator of an export. Default: decide from the file.</summary>
    public EcLabDecimal DecimalSeparator { get; init; }

    /// <summary>Whether a file that would give a warning is refused. Default false.</summary>
    public bool RefuseDoubtful { get; init; }

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option cannot be used.</exception>
    public void Validate() => Set.Validate(this);
}
