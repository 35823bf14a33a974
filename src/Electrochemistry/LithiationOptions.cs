namespace BigMap.Analysis.Electrochemistry;

/// <summary>What a charge does to the content x.</summary>
public enum LithiationDirection : byte
{
    /// <summary>Charge takes ions out: the working electrode, cathode or anode, with oxidation positive.</summary>
    ChargeRemoves,

    /// <summary>Charge puts ions in: the counter electrode, e.g. the graphite of a full cell.</summary>
    ChargeInserts,
}

/// <summary>How the content x of the intercalated ion follows from the charge.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed record LithiationOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<LithiationOptions> Set { get; } = OptionSet.For(new LithiationOptions())
        .OptionalNumber("activeMass", o => o.ActiveMass, (o, v) => o with { ActiveMass = v }, new OptionInfo("Active mass", "Mass of the active material.") { Unit = "mg", Minimum = 0, MinimumExcluded = true, NullMeaning = "that of the file" })
        .OptionalNumber("theoreticalCapacity", o => o.TheoreticalCapacity, (o, v) => o with { TheoreticalCapacity = v }, new OptionInfo("Capacity for Δx = 1", "Specific capacity for a change of x by one.") { Unit = "mA·h/g", Minimum = 0, MinimumExcluded = true, NullMeaning = "from the molar mass" })
        .OptionalNumber("molarMass", o => o.MolarMass, (o, v) => o with { MolarMass = v }, new OptionInfo("Molar mass", "Molar mass of the formula unit to which the mass belongs.") { Unit = "g/mol", Minimum = 0, MinimumExcluded = true, NullMeaning = "that of the file" })
        .OptionalInteger("electronsPerIon", o => o.ElectronsPerIon, (o, v) => o with { ElectronsPerIon = v }, new OptionInfo("Electrons per ion", "Electrons that a change of x by one takes.") { Minimum = 1, Maximum = 9, NullMeaning = "that of the file, otherwise 1" })
        .OptionalNumber("startX", o => o.StartX, (o, v) => o with { StartX = v }, new OptionInfo("x at the start", "Content x at the start, or at startTime.") { NullMeaning = "that of the file" })
        .OptionalNumber("startTime", o => o.StartTime, (o, v) => o with { StartTime = v }, new OptionInfo("Time of the start value", "Time at which x is startX; the last record not after it counts.") { Unit = "s", NullMeaning = "before the first record" })
        .Choice("direction", o => o.Direction, (o, v) => o with { Direction = v }, new OptionInfo("Direction", "Whether charge removes or inserts ions."))
        .Rule(o => o is { TheoreticalCapacity: not null, MolarMass: not null } ? "theoreticalCapacity and molarMass exclude each other." : null);

    /// <summary>Mass of the active material, mg; null for that of the cycling record.</summary>
    public double? ActiveMass { get; init; }

    /// <summary>Specific capacity for Δx = 1, mA·h/g (LiNiO2: 274.5); null to compute it from the molar mass.</summary>
    public double? TheoreticalCapacity { get; init; }

    /// <summary>Molar mass of the formula unit to which the mass belongs, g/mol; null for that of the file, at the content to which its mass belongs.</summary>
    public double? MolarMass { get; init; }

    /// <summary>Electrons that Δx = 1 takes, 1 to 9; null for that of the file, otherwise 1.</summary>
    public int? ElectronsPerIon { get; init; }

    /// <summary>Content x at the start; null for that of the file.</summary>
    public double? StartX { get; init; }

    /// <summary>Time at which x is <see cref="StartX"/>, s; null for the start, before any charge.</summary>
    public double? StartTime { get; init; }

    /// <summary>Whether charge removes or inserts ions. Default: removes.</summary>
    public LithiationDirection Direction { get; init; }

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);
}
