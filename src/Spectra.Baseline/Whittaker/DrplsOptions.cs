using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Options of the drPLS baseline: doubly reweighted penalised least squares (drPLS).</summary>
/// <remarks>
/// <para>Solves (W + D₁ᵀD₁ + λ(I − ηW)DᵀD) z = W y, w = ½(1 − s/(1 + |s|)), s = eᵗ(d − (2σ − m))/σ in iteration t (at most 100), m and σ of the negative residuals: stiffer under peaks than elsewhere.</para>
/// <para>D. Xu, S. Liu, Y. Cai, C. Yang, Appl. Opt. 58, 3913 (2019), doi:10.1364/AO.58.003913.</para>
/// <para>For noisy data with broad peaks: softer where there is background, stiff under peaks. Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>var options = new DrplsOptions { Lambda = 1e5 };</code></example>
public sealed record DrplsOptions : IReweightedOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<DrplsOptions> Set { get; } = OptionSet.For(new DrplsOptions())
        .Number("lambda", o => o.Lambda, (o, v) => o with { Lambda = v }, ReweightedOptionInfo.Lambda)
        .Number("eta", o => o.Eta, (o, v) => o with { Eta = v }, new("Softness η", "How much less the roughness counts where there is background. 0: the same everywhere.") { Minimum = 0, Maximum = 1 })
        .Integer("differenceOrder", o => o.DifferenceOrder, (o, v) => o with { DifferenceOrder = v }, ReweightedOptionInfo.DifferenceOrder)
        .Integer("maxIterations", o => o.MaxIterations, (o, v) => o with { MaxIterations = v }, ReweightedOptionInfo.Iterations)
        .Number("tolerance", o => o.Tolerance, (o, v) => o with { Tolerance = v }, ReweightedOptionInfo.Tolerance);

    /// <summary>λ, the weight of the roughness penalty; a pure number, 1e-100 to 1e100. Default 1e5.</summary>
    public double Lambda { get; init; } = 1e5;

    /// <summary>η, how much less the roughness counts at background points; 0 to 1. Default 0.5.</summary>
    public double Eta { get; init; } = 0.5;

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
