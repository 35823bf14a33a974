namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>How the posterior distribution of a fit is sampled.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
/// <example><code>PosteriorSeries posterior = fits.SamplePosterior(new PosteriorOptions { Steps = 8000 }, context, ct);</code></example>
public sealed record PosteriorOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<PosteriorOptions> Set { get; } = OptionSet.For(new PosteriorOptions())
        .Integer("walkers", o => o.Walkers, (o, v) => o with { Walkers = v }, new("Walkers", "Walkers of each of the two ensembles; at least twice the number of varied parameters are used.") { Minimum = 4, Maximum = 10_000 })
        .Integer("burnIn", o => o.BurnIn, (o, v) => o with { BurnIn = v }, new("Burn-in", "Steps that are made before any is kept.") { Minimum = 0, Maximum = 10_000_000 })
        .Integer("steps", o => o.Steps, (o, v) => o with { Steps = v }, new("Steps", "Steps that are kept, of every walker.") { Minimum = 100, Maximum = 1_000_000, Scale = OptionScale.Logarithmic })
        .Integer("seed", o => o.Seed, (o, v) => o with { Seed = v }, new("Seed", "Seed of the draws; every row draws its own."));

    /// <summary>Walkers of each of the two ensembles, 4 to 10,000; at least twice the number of varied parameters are used. Default 32.</summary>
    public int Walkers { get; init; } = 32;

    /// <summary>Steps before any is kept. Default 1000.</summary>
    public int BurnIn { get; init; } = 1000;

    /// <summary>Steps that are kept, of every walker. 100 to 1,000,000. Default 2000.</summary>
    public int Steps { get; init; } = 2000;

    /// <summary>Seed of the draws. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Raises one error that names every fault.</summary>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public void Validate() => Set.Validate(this);
}
