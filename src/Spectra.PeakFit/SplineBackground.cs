namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>A penalised spline that is fitted together with the peaks, added to the polynomial: for backgrounds that no low polynomial follows.</summary>
/// <remarks>
/// A cubic spline on equal intervals, without the straight line, which the polynomial has. With u the second differences of its B-spline
/// coefficients, χ² + λ‖u‖² is minimised (P. H. C. Eilers, B. D. Marx, Stat. Sci. 11 (1996) 89, doi:10.1214/ss/1038425655). λ is the larger the
/// stiffer the curve; without a stated one it maximises the restricted likelihood, u taken as drawn from a normal distribution.
/// </remarks>
/// <example><code>var options = new PeakFitOptions { Peaks = peaks, Spline = new() { Intervals = 20 } };</code></example>
public sealed record SplineBackground
{
    /// <summary>The description of a spline background.</summary>
    public static OptionSet<SplineBackground> Set { get; } = OptionSet.For(new SplineBackground())
        .Integer("intervals", o => o.Intervals, (o, v) => o with { Intervals = v }, new("Intervals", "Equal parts of the window between the knots of the spline; 0 for no spline. More than some 20 to 40 hardly change the curve, for the penalty decides how stiff it is.") { Minimum = 0, Maximum = 200 })
        .OptionalNumber("smoothness", o => o.Smoothness, (o, v) => o with { Smoothness = v }, new("Smoothness", "Weight of the squared second differences of the coefficients beside chi-square.") { Minimum = 1e-100, Maximum = 1e100, Scale = OptionScale.Logarithmic, NullMeaning = "by restricted maximum likelihood, for every row" })
        .Rule(o => o.Intervals is > 0 and < 4 ? "a spline needs at least 4 intervals, or 0 for none." : null);

    /// <summary>Equal parts of the window, 4 to 200; 0 for no spline. Default 0.</summary>
    public int Intervals { get; init; }

    /// <summary>λ, above 0; null: by restricted maximum likelihood, for every row. Default null.</summary>
    public double? Smoothness { get; init; }
}
