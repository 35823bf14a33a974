namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>From what the smoothness of a baseline is chosen.</summary>
public enum SmoothnessCriterion : byte
{
    /// <summary>Restricted maximum likelihood: the λ under which the background points are most probable.</summary>
    Reml,

    /// <summary>Generalised cross-validation: the λ that predicts left-out background points best.</summary>
    Gcv,
}

/// <summary>Options of the baseline with automatic smoothness.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
/// <example><code>BaselineSeries result = series.EstimateBaseline(new RemlOptions());</code></example>
public sealed record RemlOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<RemlOptions> Set { get; } = OptionSet.For(new RemlOptions())
        .Choice("criterion", o => o.Criterion, (o, v) => o with { Criterion = v }, new("Criterion", "From what the smoothness is chosen. reml: restricted maximum likelihood. gcv: generalised cross-validation."))
        .Boolean("peakTails", o => o.PeakTails, (o, v) => o with { PeakTails = v }, new("Peak tails", "Whether Lorentzian tails of the detected peaks are estimated together with the baseline, so that they do not lift it."))
        .Integer("maxIterations", o => o.MaxIterations, (o, v) => o with { MaxIterations = v }, new("Iterations", "Largest number of rounds of finding peaks and smoothing what lies between them.") { Minimum = 1, Maximum = 1000 })
        .Boolean("shared", o => o.Shared, (o, v) => o with { Shared = v }, new("Shared", "Whether all rows of a series get one smoothness and one set of background points, on which more than half of them agree."))
        .Boolean("standardErrors", o => o.StandardErrors, (o, v) => o with { StandardErrors = v }, new("Standard errors", "Whether the result holds the standard error of the baseline at every point."));

    /// <summary>From what λ is chosen. Default <see cref="SmoothnessCriterion.Reml"/>.</summary>
    public SmoothnessCriterion Criterion { get; init; } = SmoothnessCriterion.Reml;

    /// <summary>Whether Lorentzian tails of the detected peaks are estimated together with the baseline. Default true.</summary>
    public bool PeakTails { get; init; } = true;

    /// <summary>Largest number of rounds, 1 to 1000. Default 12.</summary>
    public int MaxIterations { get; init; } = 12;

    /// <summary>
    /// Whether all rows of a series get one λ and one set of background points: the points that more than half of the rows leave out are left out in all, and λ is the best for all
    /// together. For rows that differ by little but noise. A spectrum by itself is not affected. Default false.
    /// </summary>
    public bool Shared { get; init; }

    /// <summary>Whether the result of a series holds the standard errors. Default true.</summary>
    public bool StandardErrors { get; init; } = true;

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsException">At least one is out of range; the message names all.</exception>
    public void Validate() => Set.Validate(this);
}
