using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Options of the P-spline arPLS baseline: arPLS on penalised B-splines.</summary>
/// <remarks>
/// <para>The baseline is a spline z = B c with knots at equal distances of x, and c solves (BᵀWB + λDᵀD) c = BᵀW y with the weights of arPLS: its stiffness follows x, not the number of points, and the cost of a solve the number of knots.</para>
/// <para>S.-J. Baek et al., Analyst 140, 250 (2015), doi:10.1039/C4AN01061B; P. H. C. Eilers, B. D. Marx, Stat. Sci. 11, 89 (1996), doi:10.1214/ss/1038425655.</para>
/// <para>For axes whose points lie at unequal distances, long spectra. Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>var options = new PsplineArplsOptions { Lambda = 1e3 };</code></example>
public sealed record PsplineArplsOptions : IReweightedOptions, ISplineOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<PsplineArplsOptions> Set { get; } = OptionSet.For(new PsplineArplsOptions())
        .Number("lambda", o => o.Lambda, (o, v) => o with { Lambda = v }, new("Smoothness λ", "Weight of the roughness penalty of the spline coefficients; larger is stiffer. It counts knots, not points.") { Minimum = 1e-100, Maximum = 1e100, Scale = OptionScale.Logarithmic })
        .Integer("knots", o => o.Knots, (o, v) => o with { Knots = v }, new("Knots", "Number of knots from end to end of the data; several per bend of the background. More than needed do no harm: λ sets the smoothness.") { Minimum = 2, Maximum = 100000, Scale = OptionScale.Logarithmic })
        .Integer("splineDegree", o => o.SplineDegree, (o, v) => o with { SplineDegree = v }, new("Degree", "Degree of the spline pieces; 3 is a cubic spline.") { Minimum = 1, Maximum = 5 })
        .Integer("differenceOrder", o => o.DifferenceOrder, (o, v) => o with { DifferenceOrder = v }, ReweightedOptionInfo.DifferenceOrder)
        .Integer("maxIterations", o => o.MaxIterations, (o, v) => o with { MaxIterations = v }, ReweightedOptionInfo.Iterations)
        .Number("tolerance", o => o.Tolerance, (o, v) => o with { Tolerance = v }, ReweightedOptionInfo.Tolerance);

    /// <summary>λ, the weight of the roughness penalty of the spline coefficients; 1e-100 to 1e100. Default 1e3.</summary>
    public double Lambda { get; init; } = 1e3;

    /// <summary>Number of knots from the first to the last point; 2 to 100000. Default 100.</summary>
    public int Knots { get; init; } = 100;

    /// <summary>Degree of the spline pieces; 1 to 5. Default 3.</summary>
    public int SplineDegree { get; init; } = 3;

    /// <summary>d, the order of the differences that are penalised; 1, 2 or 3. Default 2.</summary>
    public int DifferenceOrder { get; init; } = 2;

    /// <summary>Largest number of reweightings; at most one more system is solved. 0 to 100000. Default 500.</summary>
    public int MaxIterations { get; init; } = 500;

    /// <summary>Relative change of the weights vector, ‖w⁺ − w‖/‖w‖, below which the iteration ends; 0 to 1, and with 0 all iterations are carried out. Default 1e-3.</summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsException">At least one is out of range; the message names all.</exception>
    public void Validate() => Set.Validate(this);
}
