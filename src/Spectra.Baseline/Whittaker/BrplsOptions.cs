using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Options of the BrPLS baseline: Bayesian reweighted penalised least squares (BrPLS).</summary>
/// <remarks>
/// <para>Whittaker smoothing with w the probability that a point is background: w = 1/(1 + √(π/2) β/(1 − β) σ/μ exp(u²)(1 + erf u)), u = (d/σ − σ/μ)/√2, σ the root mean square of the negative residuals, μ the mean of the positive ones, β the share of peak points, iterated until β = 1 − mean w. The result is the last baseline that differed from the one before by the tolerance.</para>
/// <para>Q. Wang et al., Nucl. Sci. Tech. 33, 148 (2022), doi:10.1007/s41365-022-01132-9.</para>
/// <para>For spectra full of peaks: how many points are background is estimated, too. Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>var options = new BrplsOptions { Lambda = 1e5 };</code></example>
public sealed record BrplsOptions : IReweightedOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<BrplsOptions> Set { get; } = OptionSet.For(new BrplsOptions())
        .Number("lambda", o => o.Lambda, (o, v) => o with { Lambda = v }, ReweightedOptionInfo.Lambda)
        .Integer("shareIterations", o => o.ShareIterations, (o, v) => o with { ShareIterations = v }, new("Iterations of the share", "Largest number of updates of the share of peaks β.") { Minimum = 0, Maximum = 1000 })
        .Number("shareTolerance", o => o.ShareTolerance, (o, v) => o with { ShareTolerance = v }, new("Tolerance of the share", "The iteration ends when the share of peaks β changes by less than this.") { Minimum = 0, Maximum = 1, Scale = OptionScale.Logarithmic })
        .Integer("differenceOrder", o => o.DifferenceOrder, (o, v) => o with { DifferenceOrder = v }, ReweightedOptionInfo.DifferenceOrder)
        .Integer("maxIterations", o => o.MaxIterations, (o, v) => o with { MaxIterations = v }, ReweightedOptionInfo.Iterations)
        .Number("tolerance", o => o.Tolerance, (o, v) => o with { Tolerance = v }, new("Tolerance", "For a share of peaks the baseline is iterated until its relative change, ‖z⁺ − z‖/‖z‖, is below this.") { Minimum = 0, Maximum = 1, Scale = OptionScale.Logarithmic });

    /// <summary>λ, the weight of the roughness penalty; a pure number, 1e-100 to 1e100. Default 1e5.</summary>
    public double Lambda { get; init; } = 1e5;

    /// <summary>Largest number of updates of β; 0 to 1000. Default 50.</summary>
    public int ShareIterations { get; init; } = 50;

    /// <summary>Change of β below which the iteration ends; 0 to 1. Default 1e-3.</summary>
    public double ShareTolerance { get; init; } = 1e-3;

    /// <summary>d, the order of the differences that are penalised; 1, 2 or 3. Default 2.</summary>
    public int DifferenceOrder { get; init; } = 2;

    /// <summary>Largest number of reweightings for one β; 0 to 100000. Default 50.</summary>
    public int MaxIterations { get; init; } = 50;

    /// <summary>Relative change of the baseline, ‖z⁺ − z‖/‖z‖, below which β is updated; 0 to 1. It counts the offset of the data. Default 1e-3.</summary>
    public double Tolerance { get; init; } = 1e-3;

    // The loop ends by its own count; this one is only never to be reached before it.
    int IReweightedOptions.MaxIterations => (int)Math.Min(int.MaxValue - 1L, (MaxIterations + 1L) * (ShareIterations + 1L));

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsException">At least one is out of range; the message names all.</exception>
    public void Validate() => Set.Validate(this);
}
