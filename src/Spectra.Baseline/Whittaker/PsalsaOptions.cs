using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Options of the psalsa baseline: peaked signal’s asymmetric least squares (psalsa).</summary>
/// <remarks>
/// <para>Whittaker smoothing with w = p exp(−d/k) above the baseline and 1 − p below it, d = y − z: AsLS in which high peaks lose all weight, so that p may be large and the baseline run through the noise.</para>
/// <para>S. Oller-Moreno et al., 11th Int. Multi-Conf. Systems, Signals and Devices (2014), doi:10.1109/SSD.2014.6808837.</para>
/// <para>For high peaks on noisy background; the fastest that runs near the middle of the noise. Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>var options = new PsalsaOptions { Lambda = 1e5 };</code></example>
public sealed record PsalsaOptions : IReweightedOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<PsalsaOptions> Set { get; } = OptionSet.For(new PsalsaOptions())
        .Number("lambda", o => o.Lambda, (o, v) => o with { Lambda = v }, ReweightedOptionInfo.Lambda)
        .Number("p", o => o.P, (o, v) => o with { P = v }, new("Asymmetry p", "Weight of points above the baseline; those below have 1 − p. Smaller lets the baseline run lower through the noise.") { Minimum = 1e-9, Maximum = 1 - 1e-9, Scale = OptionScale.Logarithmic })
        .OptionalNumber("k", o => o.K, (o, v) => o with { K = v }, new("Height k", "Height above the baseline from which on points count as peak.") { Unit = "intensity", Minimum = 0, MinimumExcluded = true, NullMeaning = "a tenth of the standard deviation of the intensities" })
        .Integer("differenceOrder", o => o.DifferenceOrder, (o, v) => o with { DifferenceOrder = v }, ReweightedOptionInfo.DifferenceOrder)
        .Integer("maxIterations", o => o.MaxIterations, (o, v) => o with { MaxIterations = v }, ReweightedOptionInfo.Iterations)
        .Number("tolerance", o => o.Tolerance, (o, v) => o with { Tolerance = v }, ReweightedOptionInfo.Tolerance);

    /// <summary>λ, the weight of the roughness penalty; a pure number, 1e-100 to 1e100. Default 1e5.</summary>
    public double Lambda { get; init; } = 1e5;

    /// <summary>p, the weight of points just above the baseline; 1e-9 to 1 − 1e-9. Default 0.5.</summary>
    public double P { get; init; } = 0.5;

    /// <summary>k, the height above the baseline over which weights fall by e, in the unit of the intensity; above 0. Null: a tenth of the standard deviation of the intensities.</summary>
    public double? K { get; init; }

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
