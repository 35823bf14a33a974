namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>Start value, bounds and whether a parameter is varied.</summary>
/// <remarks>Immutable. A number converts to a start value: <c>Center = 1585</c>.</remarks>
/// <example><code>var center = new Parameter(1585, Min: 1560, Max: 1610);</code></example>
/// <param name="Value">Start value, or the value of a parameter that is not varied; null takes it from the data, inside the bounds.</param>
/// <param name="Min">Smallest value; null takes the default of the parameter (area 0, fwhm one step, eta 0, centre the start of the window, background none).</param>
/// <param name="Max">Largest value; null takes the default of the parameter (fwhm the width of the window, eta 1, centre the end of the window, others none).</param>
/// <param name="Vary">Whether the fit may change it. Default true.</param>
public sealed record Parameter(double? Value = null, double? Min = null, double? Max = null, bool Vary = true)
{
    /// <summary>Started from the data, with default bounds.</summary>
    public static Parameter Automatic { get; } = new();

    /// <summary>The description of a parameter.</summary>
    public static OptionSet<Parameter> Set { get; } = OptionSet.For(new Parameter())
        .OptionalNumber("value", o => o.Value, (o, v) => o with { Value = v }, new("Value", "Start value, or the value of a parameter that is not varied.") { NullMeaning = "from the data" })
        .OptionalNumber("min", o => o.Min, (o, v) => o with { Min = v }, new("Minimum", "Smallest value allowed.") { NullMeaning = "default of the parameter" })
        .OptionalNumber("max", o => o.Max, (o, v) => o with { Max = v }, new("Maximum", "Largest value allowed.") { NullMeaning = "default of the parameter" })
        .Boolean("vary", o => o.Vary, (o, v) => o with { Vary = v }, new("Vary", "Whether the fit may change the value."))
        .Rule(o => o.FindFault());

    /// <summary>A start value with default bounds.</summary>
    /// <param name="value">The start value.</param>
    public static implicit operator Parameter(double value) => new(value);

    /// <summary>Bounds, started from the data.</summary>
    /// <param name="min">Smallest value.</param>
    /// <param name="max">Largest value.</param>
    /// <returns>The parameter.</returns>
    public static Parameter Between(double min, double max) => new(null, min, max);

    /// <summary>A value that the fit does not change.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The parameter.</returns>
    public static Parameter Fixed(double value) => new(value, Vary: false);

    internal string? FindFault()
    {
        if (Min > Max)
            return $"the minimum {Text(Min)} is above the maximum {Text(Max)}.";
        if (Value < Min)
            return $"the value {Text(Value)} is below the minimum {Text(Min)}.";
        return Value > Max ? $"the value {Text(Value)} is above the maximum {Text(Max)}." : null;
    }

    private static string Text(double? value) => value?.ToString("R", System.Globalization.CultureInfo.InvariantCulture) ?? "none";
}
