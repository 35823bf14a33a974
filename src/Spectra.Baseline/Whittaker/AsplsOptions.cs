using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Options of the asPLS baseline: adaptive smoothness penalised least squares (asPLS).</summary>
/// <remarks>
/// <para>Solves (W + λ diag(α) DᵀD) z = W y, w = 1/(1 + exp(k(d − σ)/σ)), α = |d| / max |d| of the solution before: stiff where the data leave the baseline, soft where they follow it. The iteration is chaotic: rounding in the last digit can move the result by 1e-4 of the range and change the number of solves, in any implementation.</para>
/// <para>F. Zhang et al., Spectrosc. Lett. 53, 222 (2020), doi:10.1080/00387010.2020.1730908.</para>
/// <para>For infrared bands on a background that bends sharply between them. Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>var options = new AsplsOptions { Lambda = 1e5 };</code></example>
public sealed record AsplsOptions : IReweightedOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<AsplsOptions> Set { get; } = OptionSet.For(new AsplsOptions())
        .Number("lambda", o => o.Lambda, (o, v) => o with { Lambda = v }, ReweightedOptionInfo.Lambda)
        .Number("asymmetricCoefficient", o => o.AsymmetricCoefficient, (o, v) => o with { AsymmetricCoefficient = v }, new("Steepness k", "How sharply weights fall from background to peak. The paper prints 2; 0.5 is what reproduces its tables.") { Minimum = 0.01, Maximum = 100, Scale = OptionScale.Logarithmic })
        .Integer("differenceOrder", o => o.DifferenceOrder, (o, v) => o with { DifferenceOrder = v }, ReweightedOptionInfo.DifferenceOrder)
        .Integer("maxIterations", o => o.MaxIterations, (o, v) => o with { MaxIterations = v }, ReweightedOptionInfo.Iterations)
        .Number("tolerance", o => o.Tolerance, (o, v) => o with { Tolerance = v }, ReweightedOptionInfo.Tolerance);

    /// <summary>λ, the weight of the roughness penalty; a pure number, 1e-100 to 1e100. Default 1e5.</summary>
    public double Lambda { get; init; } = 1e5;

    /// <summary>k, the steepness of the weights; 0.01 to 100. Default 0.5.</summary>
    public double AsymmetricCoefficient { get; init; } = 0.5;

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
