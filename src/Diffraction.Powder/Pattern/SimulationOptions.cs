namespace BigMap.Analysis.Diffraction.Powder;

/// <summary>How patterns are simulated.</summary>
public sealed record SimulationOptions
{
    /// <summary>The options with their documentation.</summary>
    public static OptionSet<SimulationOptions> Set { get; } = OptionSet.For(new SimulationOptions())
        .Number("from", o => o.From, (o, v) => o with { From = v }, new OptionInfo("From", "First point.") { Unit = "deg", Minimum = 0.001, Maximum = 179 })
        .Number("to", o => o.To, (o, v) => o with { To = v }, new OptionInfo("To", "Last point, at most.") { Unit = "deg", Minimum = 0.01, Maximum = 179.9 })
        .Number("step", o => o.Step, (o, v) => o with { Step = v }, new OptionInfo("Step", "Distance of the points.") { Unit = "deg", Minimum = 1e-5, Maximum = 10 })
        .Number("peakCounts", o => o.PeakCounts, (o, v) => o with { PeakCounts = v }, new OptionInfo("Peak counts", "Counts of the highest point above the background.") { Unit = "counts", Minimum = 1e-3, Maximum = 1e12 })
        .NumberList("background", o => o.Background, (o, v) => o with { Background = v }, new OptionInfo("Background", "Coefficients of a polynomial in 2θ mapped to −1 … 1, counts, from the constant on."))
        .Boolean("noise", o => o.Noise, (o, v) => o with { Noise = v }, new OptionInfo("Noise", "Whether counts are drawn from Poisson's distribution."))
        .Integer("seed", o => o.Seed, (o, v) => o with { Seed = v }, new OptionInfo("Seed", "Of the noise; the same seed gives the same bits."))
        .Rule(o => o.To > o.From ? null : "to must be above from.");

    /// <summary>First point, 2θ in degrees; default 10.</summary>
    public double From { get; init; } = 10;

    /// <summary>Last point at most, 2θ in degrees; default 90.</summary>
    public double To { get; init; } = 90;

    /// <summary>Distance of the points in degrees; default 0.02.</summary>
    public double Step { get; init; } = 0.02;

    /// <summary>Counts of the highest point above the background; default 5000.</summary>
    public double PeakCounts { get; init; } = 5000;

    /// <summary>Background in counts: a polynomial in x = −1 … 1 over the range, from the constant on; default 100.</summary>
    public IReadOnlyList<double> Background { get; init; } = [100];

    /// <summary>Whether counts are drawn from Poisson's distribution; default true.</summary>
    public bool Noise { get; init; } = true;

    /// <summary>Seed of the noise; default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Checks the options.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);

    /// <inheritdoc/>
    public bool Equals(SimulationOptions? other) =>
        other is not null && (From, To, Step, PeakCounts, Noise, Seed) == (other.From, other.To, other.Step, other.PeakCounts, other.Noise, other.Seed) && Background.SequenceEqual(other.Background);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(From, To, Step, PeakCounts, Noise, Seed);
}
