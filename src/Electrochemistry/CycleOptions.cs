namespace BigMap.Analysis.Electrochemistry;

/// <summary>What divides a measurement into half-cycles.</summary>
public enum HalfCycleSource : byte
{
    /// <summary>The sign of the current; a rest belongs to the half-cycle before it.</summary>
    Current,

    /// <summary>The instrument's column <c>half cycle</c>.</summary>
    Instrument,
}

/// <summary>With what a cycle begins.</summary>
public enum CycleStart : byte
{
    /// <summary>With the first half-cycle, whichever it is: half-cycles 1 and 2 are cycle 1, 3 and 4 are cycle 2.</summary>
    FirstHalfCycle,

    /// <summary>With every charge; a discharge before the first one is cycle 0.</summary>
    Charge,

    /// <summary>With every discharge; a charge before the first one is cycle 0.</summary>
    Discharge,
}

/// <summary>Which sign of the current is a charge.</summary>
public enum ChargeSign : byte
{
    /// <summary>Positive current (oxidation of the working electrode), as EC-Lab has it.</summary>
    Positive,

    /// <summary>Negative current.</summary>
    Negative,
}

/// <summary>How records become half-cycles and cycles.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed record CycleOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<CycleOptions> Set { get; } = OptionSet.For(new CycleOptions())
        .OptionalText("time", o => o.Time, (o, v) => o with { Time = v }, new OptionInfo("Time", "Column of times.") { NullMeaning = "found by its name" })
        .OptionalText("voltage", o => o.Voltage, (o, v) => o with { Voltage = v }, new OptionInfo("Voltage", "Column of the voltage, or the difference of two, e.g. Ewe-Ece.") { NullMeaning = "found by its name" })
        .OptionalText("current", o => o.Current, (o, v) => o with { Current = v }, new OptionInfo("Current", "Column of the current.") { NullMeaning = "found by its name; without one, charge per time" })
        .OptionalText("charge", o => o.Charge, (o, v) => o with { Charge = v }, new OptionInfo("Charge", "Column of the charge passed since the start.") { NullMeaning = "found by its name; without one, the integral of the current" })
        .Choice("halfCycles", o => o.HalfCycles, (o, v) => o with { HalfCycles = v }, new OptionInfo("Half-cycles", "Divided by the sign of the current, or by the instrument's column."))
        .Choice("cycleStart", o => o.CycleStart, (o, v) => o with { CycleStart = v }, new OptionInfo("Cycle starts with", "The first half-cycle, every charge, or every discharge."))
        .Choice("chargeSign", o => o.ChargeSign, (o, v) => o with { ChargeSign = v }, new OptionInfo("Sign of charge", "Sign of the current during charge."))
        .OptionalNumber("restCurrent", o => o.RestCurrent, (o, v) => o with { RestCurrent = v }, new OptionInfo("Rest current", "Largest current that counts as rest.") { Unit = "mA", Minimum = 0, NullMeaning = "a thousandth of the typical current" })
        .OptionalNumber("minimumCharge", o => o.MinimumCharge, (o, v) => o with { MinimumCharge = v }, new OptionInfo("Smallest half-cycle", "Less net charge in the other direction does not begin a half-cycle.") { Unit = "mA·h", Minimum = 0, NullMeaning = "a thousandth of the largest half-cycle" })
        .Number("holdTolerance", o => o.HoldTolerance, (o, v) => o with { HoldTolerance = v }, new OptionInfo("Hold tolerance", "How much the voltage may vary during a hold at constant voltage.") { Unit = "V", Minimum = 0, Maximum = 1 })
        .OptionalNumber("activeMass", o => o.ActiveMass, (o, v) => o with { ActiveMass = v }, new OptionInfo("Active mass", "For specific capacities.") { Unit = "mg", Minimum = 0, MinimumExcluded = true, NullMeaning = "that of the file, if it has one" });

    /// <summary>Column of times; null to find it (<c>time</c>).</summary>
    public string? Time { get; init; }

    /// <summary>Column of the voltage; null to find it (<c>Ewe</c>, <c>Ecell</c>, <c>&lt;Ewe&gt;</c>, <c>voltage</c>). <c>A-B</c> is the difference of the columns A and B: <c>Ewe-Ece</c> is the voltage of a three-electrode cell.</summary>
    public string? Voltage { get; init; }

    /// <summary>Column of the current; null to find it (<c>I</c>, <c>&lt;I&gt;</c>, <c>current</c>). Where there is none, it is charge per time.</summary>
    public string? Current { get; init; }

    /// <summary>Column of the charge since the start; null to find it (<c>dq</c>, <c>(Q-Qo)</c>). Where there is none, it is the integral of the current.</summary>
    public string? Charge { get; init; }

    /// <summary>What divides the records into half-cycles. Default: the sign of the current.</summary>
    public HalfCycleSource HalfCycles { get; init; }

    /// <summary>With what a cycle begins. Default: the first half-cycle.</summary>
    public CycleStart CycleStart { get; init; }

    /// <summary>Which sign of the current is a charge. Default: positive, as in EC-Lab.</summary>
    public ChargeSign ChargeSign { get; init; }

    /// <summary>Largest current that counts as rest, mA; null for a thousandth of the charge-weighted mean current.</summary>
    public double? RestCurrent { get; init; }

    /// <summary>Less net charge than this in the other direction does not begin a half-cycle, mA·h; null for a thousandth of the largest stretch of one sign.</summary>
    public double? MinimumCharge { get; init; }

    /// <summary>How much the voltage may vary, up and down, during a hold at constant voltage, V. Default 0.005, 0 to 1.</summary>
    public double HoldTolerance { get; init; } = 0.005;

    /// <summary>Mass of active material for specific capacities, mg; null for that of the file, if it has one.</summary>
    public double? ActiveMass { get; init; }

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);
}
