namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>A polynomial background that is fitted together with the peaks: Σ cₖ (x − x₀)ᵏ, x₀ the midpoint of the first and last x of the window.</summary>
/// <example><code>var background = new PolynomialBackground { Degree = 2 };</code></example>
public sealed record PolynomialBackground
{
    /// <summary>The description of a background.</summary>
    public static OptionSet<PolynomialBackground> Set { get; } = OptionSet.For(new PolynomialBackground())
        .Integer("degree", o => o.Degree, (o, v) => o with { Degree = v }, new("Degree", "Degree of the polynomial; -1 for no background. More follows curved backgrounds, and takes from broad peaks.") { Minimum = -1, Maximum = 8 })
        .GroupList("coefficients", o => o.Coefficients, (o, v) => o with { Coefficients = v }, Parameter.Set, new("Coefficients", "Start values and bounds of c0, c1, ...; those left out are automatic."))
        .Rule(o => o.Coefficients.Count > o.Degree + 1 ? $"there are {o.Coefficients.Count} coefficients, but a polynomial of degree {o.Degree} has {o.Degree + 1}." : null);

    /// <summary>Degree, −1 (no background) to 8. Default 1.</summary>
    public int Degree { get; init; } = 1;

    /// <summary>Start values and bounds of c0, c1, …; those left out are automatic and without bounds. Default none.</summary>
    public IReadOnlyList<Parameter> Coefficients { get; init; } = [];
}
