using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Options of the IAsLS baseline: improved asymmetric least squares (IAsLS).</summary>
/// <remarks>
/// <para>Minimises Σ wᵢ²(yᵢ − zᵢ)² + λ₁ Σ (Δ(y − z))ᵢ² + λ Σ (Δᵈz)ᵢ², wᵢ = p where yᵢ &gt; zᵢ, else 1 − p: the baseline also follows the slope of the data. The first weights come from a parabola in x through the data.</para>
/// <para>S. He et al., Anal. Methods 6, 4402 (2014), doi:10.1039/C4AY00068D.</para>
/// <para>For fluorescence backgrounds that bend where there are no peaks. Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>var options = new IaslsOptions { Lambda = 1e6 };</code></example>
public sealed record IaslsOptions : IReweightedOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<IaslsOptions> Set { get; } = OptionSet.For(new IaslsOptions())
        .Number("lambda", o => o.Lambda, (o, v) => o with { Lambda = v }, ReweightedOptionInfo.Lambda)
        .Number("p", o => o.P, (o, v) => o with { P = v }, new("Asymmetry p", "Weight of points above the baseline; those below have 1 − p. Smaller lets the baseline run lower through the noise.") { Minimum = 1e-9, Maximum = 1 - 1e-9, Scale = OptionScale.Logarithmic })
        .Number("lambda1", o => o.Lambda1, (o, v) => o with { Lambda1 = v }, new("Slope weight λ₁", "How much the baseline follows the slope of the data; 0 gives AsLS with squared weights.") { Minimum = 0, Maximum = 1e6 })
        .Integer("differenceOrder", o => o.DifferenceOrder, (o, v) => o with { DifferenceOrder = v }, ReweightedOptionInfo.DifferenceOrder)
        .Integer("maxIterations", o => o.MaxIterations, (o, v) => o with { MaxIterations = v }, ReweightedOptionInfo.Iterations)
        .Number("tolerance", o => o.Tolerance, (o, v) => o with { Tolerance = v }, ReweightedOptionInfo.Tolerance);

    /// <summary>λ, the weight of the roughness penalty; a pure number, 1e-100 to 1e100. Default 1e6.</summary>
    public double Lambda { get; init; } = 1e6;

    /// <summary>p, the weight of points above the baseline; it enters squared. 1e-9 to 1 − 1e-9. Default 0.01.</summary>
    public double P { get; init; } = 0.01;

    /// <summary>λ₁, the weight of the differences between slopes of data and baseline; 0 to 1e6. Default 1e-4.</summary>
    public double Lambda1 { get; init; } = 1e-4;

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
