namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>Start value and bounds of a parameter that only some shapes have.</summary>
/// <example><code>new NamedParameter { Name = "lorentzianFwhm", Value = 2.5, Vary = false }</code></example>
public sealed record NamedParameter
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<NamedParameter> Set { get; } = OptionSet.For(new NamedParameter())
        .Text("name", o => o.Name, (o, v) => o with { Name = v }, new("Name", "Name of the parameter, e.g. asymmetry."))
        .OptionalNumber("value", o => o.Value, (o, v) => o with { Value = v }, new("Value", "Start value, or the value of a parameter that is not varied.") { NullMeaning = "from the data, or the start of the shape" })
        .OptionalNumber("min", o => o.Min, (o, v) => o with { Min = v }, new("Minimum", "Smallest value allowed.") { NullMeaning = "default of the parameter" })
        .OptionalNumber("max", o => o.Max, (o, v) => o with { Max = v }, new("Maximum", "Largest value allowed.") { NullMeaning = "default of the parameter" })
        .Boolean("vary", o => o.Vary, (o, v) => o with { Vary = v }, new("Vary", "Whether the fit may change the value."))
        .Rule(o => o.Definition.FindFault());

    /// <summary>Name of the parameter, as the shape calls it.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>Start value, or the value of a parameter that is not varied; null takes the default of the shape.</summary>
    public double? Value { get; init; }

    /// <summary>Smallest value; null takes the default of the shape.</summary>
    public double? Min { get; init; }

    /// <summary>Largest value; null takes the default of the shape.</summary>
    public double? Max { get; init; }

    /// <summary>Whether the fit may change it. Default true.</summary>
    public bool Vary { get; init; } = true;

    internal Parameter Definition => new(Value, Min, Max, Vary);
}
