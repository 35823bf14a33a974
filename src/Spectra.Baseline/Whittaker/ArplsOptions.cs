using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Options of the arPLS baseline: asymmetrically reweighted penalised least squares (arPLS).</summary>
/// <remarks>
/// <para>Whittaker smoothing with w = 1/(1 + exp(2(d − (2σ − m))/σ)), d = y − z, m and σ mean and standard deviation (n − 1) of the negative residuals: points within the noise count alike on both sides.</para>
/// <para>S.-J. Baek, A. Park, Y.-J. Ahn, J. Choo, Analyst 140, 250 (2015), doi:10.1039/C4AN01061B.</para>
/// <para>For noisy data: runs through the middle of the noise, not below it. Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>var options = new ArplsOptions { Lambda = 1e5 };</code></example>
public sealed record ArplsOptions : IReweightedOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<ArplsOptions> Set { get; } = OptionSet.For(new ArplsOptions())
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
