using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Options of the LSRPLS baseline: locally symmetric reweighted penalised least squares (LSRPLS).</summary>
/// <remarks>
/// <para>Whittaker smoothing with w = ½(1 − s/(1 + |s|)), s = 10ᵗ(d − (2σ − m))/σ in iteration t (at most 100), m and σ of the negative residuals.</para>
/// <para>Z. Heng et al., Chin. J. Lasers 45, 1211001 (2018), doi:10.3788/CJL201845.1211001.</para>
/// <para>For like IarPLS, sharper still. Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>var options = new LsrplsOptions { Lambda = 1e5 };</code></example>
public sealed record LsrplsOptions : IReweightedOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<LsrplsOptions> Set { get; } = OptionSet.For(new LsrplsOptions())
        .Number("lambda", o => o.Lambda, (o, v) => o with { Lambda = v }, ReweightedOptionInfo.Lambda)
        .Integer("differenceOrder", o => o.DifferenceOrder, (o, v) => o with { DifferenceOrder = v }, ReweightedOptionInfo.DifferenceOrder)
        .Integer("maxIterations", o => o.MaxIterations, (o, v) => o with { MaxIterations = v }, ReweightedOptionInfo.Iterations)
        .Number("tolerance", o => o.Tolerance, (o, v) => o with { Tolerance = v }, ReweightedOptionInfo.Tolerance);

    /// <summary>λ, the weight of the roughness penalty; a pure number, 1e-100 to 1e100. Default 1e5.</summary>
    public double Lambda { get; init; } = 1e5;

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
