using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Options of the derpsalsa baseline: derivative peak-screening asymmetric least squares (derpsalsa).</summary>
/// <remarks>
/// <para>Whittaker smoothing with w = s p exp(−(d/k)²/2) above the baseline and s(1 − p) below it, d = y − z; s = exp(−(y′/rms y′)²/2) exp(−(y″/rms y″)²/2) from the data smoothed 16 times: points on flanks and summits count little, whatever the baseline.</para>
/// <para>V. I. Korepanov, J. Raman Spectrosc. 51, 2061 (2020), doi:10.1002/jrs.5952.</para>
/// <para>For many peaks close together, so that little background is seen between them. Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>var options = new DerpsalsaOptions { Lambda = 1e6 };</code></example>
public sealed record DerpsalsaOptions : IReweightedOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<DerpsalsaOptions> Set { get; } = OptionSet.For(new DerpsalsaOptions())
        .Number("lambda", o => o.Lambda, (o, v) => o with { Lambda = v }, ReweightedOptionInfo.Lambda)
        .Number("p", o => o.P, (o, v) => o with { P = v }, new("Asymmetry p", "Weight of points above the baseline; those below have 1 − p. Smaller lets the baseline run lower through the noise.") { Minimum = 1e-9, Maximum = 1 - 1e-9, Scale = OptionScale.Logarithmic })
        .OptionalNumber("k", o => o.K, (o, v) => o with { K = v }, new("Height k", "Height above the baseline from which on points count as peak.") { Unit = "intensity", Minimum = 0, MinimumExcluded = true, NullMeaning = "a tenth of the standard deviation of the intensities" })
        .OptionalInteger("smoothHalfWindow", o => o.SmoothHalfWindow, (o, v) => o with { SmoothHalfWindow = v }, new("Half width of smoothing", "Half width of the smoothing before derivatives are taken; more for noisy data.") { Unit = "points", Minimum = 0, Maximum = 100000, NullMeaning = "a 200th of the number of points" })
        .Integer("differenceOrder", o => o.DifferenceOrder, (o, v) => o with { DifferenceOrder = v }, ReweightedOptionInfo.DifferenceOrder)
        .Integer("maxIterations", o => o.MaxIterations, (o, v) => o with { MaxIterations = v }, ReweightedOptionInfo.Iterations)
        .Number("tolerance", o => o.Tolerance, (o, v) => o with { Tolerance = v }, ReweightedOptionInfo.Tolerance);

    /// <summary>λ, the weight of the roughness penalty; a pure number, 1e-100 to 1e100. Default 1e6.</summary>
    public double Lambda { get; init; } = 1e6;

    /// <summary>p, the weight of points just above the baseline; 1e-9 to 1 − 1e-9. Default 0.01.</summary>
    public double P { get; init; } = 0.01;

    /// <summary>k, the height above the baseline over which weights fall, in the unit of the intensity; above 0. Null: a tenth of the standard deviation of the intensities.</summary>
    public double? K { get; init; }

    /// <summary>Half width of the smoothing before the derivatives, in points; 0 or 1 does not smooth. Null: a 200th of the number of points.</summary>
    public int? SmoothHalfWindow { get; init; }

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
