namespace BigMap.Analysis.Electrochemistry;

/// <summary>What a row of the summary is.</summary>
public enum SummaryRows : byte
{
    /// <summary>A cycle.</summary>
    Cycle,

    /// <summary>A half-cycle.</summary>
    HalfCycle,
}

/// <summary>What a coulombic efficiency is.</summary>
public enum EfficiencyDefinition : byte
{
    /// <summary>Discharge over charge: full cells, and cathodes against lithium.</summary>
    DischargeOverCharge,

    /// <summary>Charge over discharge: anodes against lithium, which are lithiated on discharge.</summary>
    ChargeOverDischarge,
}

/// <summary>How capacities are summed up.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed record CapacityOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<CapacityOptions> Set { get; } = OptionSet.For(new CapacityOptions())
        .Choice("rows", o => o.Rows, (o, v) => o with { Rows = v }, new OptionInfo("Rows", "A row for each cycle, or for each half-cycle."))
        .Choice("efficiency", o => o.Efficiency, (o, v) => o with { Efficiency = v }, new OptionInfo("Coulombic efficiency", "Discharge over charge, or charge over discharge for an anode against lithium."));

    /// <summary>What a row is. Default: a cycle.</summary>
    public SummaryRows Rows { get; init; }

    /// <summary>What a coulombic efficiency is. Default: discharge over charge.</summary>
    public EfficiencyDefinition Efficiency { get; init; }

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option cannot be used.</exception>
    public void Validate() => Set.Validate(this);
}
