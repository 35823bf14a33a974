namespace BigMap.Analysis.Electrochemistry;

/// <summary>How dQ/dV is computed.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed record DqDvOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<DqDvOptions> Set { get; } = OptionSet.For(new DqDvOptions())
        .Number("step", o => o.Step, (o, v) => o with { Step = v }, new OptionInfo("Voltage step", "Distance of the points of the uniform voltage axis.") { Unit = "V", Minimum = 1e-6, Maximum = 1, Scale = OptionScale.Logarithmic })
        .OptionalNumber("from", o => o.From, (o, v) => o with { From = v }, new OptionInfo("From", "Lower end of the axis.") { Unit = "V", NullMeaning = "the lowest voltage" })
        .OptionalNumber("to", o => o.To, (o, v) => o with { To = v }, new OptionInfo("To", "Upper end of the axis.") { Unit = "V", NullMeaning = "the highest voltage" })
        .Number("smoothing", o => o.Smoothing, (o, v) => o with { Smoothing = v }, new OptionInfo("Smoothing window", "Width of the Savitzky–Golay window; 0 for none. Peaks narrower than it are flattened.") { Unit = "V", Minimum = 0, Maximum = 10 })
        .Integer("order", o => o.Order, (o, v) => o with { Order = v }, new OptionInfo("Order", "Order of the polynomial in the window.") { Minimum = 0, Maximum = 6 })
        .Boolean("holds", o => o.Holds, (o, v) => o with { Holds = v }, new OptionInfo("Include holds", "Whether charge that passes at constant voltage is included."))
        .Boolean("specific", o => o.Specific, (o, v) => o with { Specific = v }, new OptionInfo("Per mass", "Whether dQ/dV is divided by the active mass."))
        .Rule(o => o.From >= o.To ? "from must be below to." : null);

    /// <summary>Distance of the points of the voltage axis, V. Default 0.005, 1e-6 to 1.</summary>
    public double Step { get; init; } = 0.005;

    /// <summary>Lower end of the axis, V; null for the lowest voltage of all half-cycles.</summary>
    public double? From { get; init; }

    /// <summary>Upper end of the axis, V; null for the highest voltage of all half-cycles.</summary>
    public double? To { get; init; }

    /// <summary>Width of the smoothing window, V; 0 for none. Default 0.025, 0 to 10.</summary>
    public double Smoothing { get; init; } = 0.025;

    /// <summary>Order of the polynomial in the window. Default 2, 0 to 6.</summary>
    public int Order { get; init; } = 2;

    /// <summary>Whether charge that passes at constant voltage is included; it makes a spike at that voltage. Default false.</summary>
    public bool Holds { get; init; }

    /// <summary>Whether dQ/dV is divided by the active mass. Default false.</summary>
    public bool Specific { get; init; }

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);
}
