using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Options of the airPLS baseline: adaptive iteratively reweighted penalised least squares (airPLS).</summary>
/// <remarks>
/// <para>Whittaker smoothing with w = 0 above the baseline and exp(t |dᵢ| / Σ|d⁻|) below it in iteration t (at most 50), d = y − z, d⁻ the negative ones. Ends when Σ|d⁻| is below the tolerance times Σ|y|: adding a constant to the data changes when it stops.</para>
/// <para>Z.-M. Zhang, S. Chen, Y.-Z. Liang, Analyst 135, 1138 (2010), doi:10.1039/B922045C.</para>
/// <para>For a first try: λ is all there is to choose; runs along the lower edge of the noise. Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>var options = new AirplsOptions { Lambda = 1e6 };</code></example>
public sealed record AirplsOptions : IReweightedOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<AirplsOptions> Set { get; } = OptionSet.For(new AirplsOptions())
        .Number("lambda", o => o.Lambda, (o, v) => o with { Lambda = v }, ReweightedOptionInfo.Lambda)
        .Integer("differenceOrder", o => o.DifferenceOrder, (o, v) => o with { DifferenceOrder = v }, ReweightedOptionInfo.DifferenceOrder)
        .Integer("maxIterations", o => o.MaxIterations, (o, v) => o with { MaxIterations = v }, ReweightedOptionInfo.Iterations)
        .Number("tolerance", o => o.Tolerance, (o, v) => o with { Tolerance = v }, new("Tolerance", "The iteration ends when what lies below the baseline is less than this share of the data: Σ|d⁻| < tolerance × Σ|y|.") { Minimum = 0, Maximum = 1, Scale = OptionScale.Logarithmic });

    /// <summary>λ, the weight of the roughness penalty; a pure number, 1e-100 to 1e100. Default 1e6.</summary>
    public double Lambda { get; init; } = 1e6;

    /// <summary>d, the order of the differences that are penalised; 1, 2 or 3. Default 2.</summary>
    public int DifferenceOrder { get; init; } = 2;

    /// <summary>Largest number of reweightings; at most one more system is solved. 0 to 100000. Default 500.</summary>
    public int MaxIterations { get; init; } = 500;

    /// <summary>Share of Σ|y| below which Σ|d⁻| ends the iteration; 0 to 1. Default 1e-3.</summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsException">At least one is out of range; the message names all.</exception>
    public void Validate() => Set.Validate(this);
}
