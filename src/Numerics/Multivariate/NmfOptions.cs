namespace BigMap.Analysis.Numerics;

/// <summary>Options of non-negative matrix factorisation.</summary>
public sealed record NmfOptions
{
    /// <summary>The one description.</summary>
    public static OptionSet<NmfOptions> Set { get; } = OptionSet.For(new NmfOptions())
        .Integer("components", o => o.Components, (o, v) => o with { Components = v }, new OptionInfo("Components", "Number of components.") { Minimum = 1, Maximum = 100 })
        .Integer("starts", o => o.Starts, (o, v) => o with { Starts = v }, new OptionInfo("Starts", "Random starts; the best result is taken.") { Minimum = 1, Maximum = 1000 })
        .Integer("seed", o => o.Seed, (o, v) => o with { Seed = v }, new OptionInfo("Seed", "Seed of the random starts; the same seed gives the same result.") { Minimum = 0 })
        .Integer("maxIterations", o => o.MaxIterations, (o, v) => o with { MaxIterations = v }, new OptionInfo("Iterations", "Largest number of iterations of a start.") { Minimum = 1, Maximum = 1_000_000, Scale = OptionScale.Logarithmic })
        .Number("tolerance", o => o.Tolerance, (o, v) => o with { Tolerance = v }, new OptionInfo("Tolerance", "Relative decrease of the squares per iteration at which a start ends.") { Minimum = 0, Maximum = 0.1, Scale = OptionScale.Logarithmic });

    /// <summary>Number of components, 1 to 100. Default 3.</summary>
    public int Components { get; init; } = 3;

    /// <summary>Random starts, 1 to 1000; the best result is taken. Default 4.</summary>
    public int Starts { get; init; } = 4;

    /// <summary>Seed of the random starts, 0 or more. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Largest number of iterations of a start. Default 1000.</summary>
    public int MaxIterations { get; init; } = 1000;

    /// <summary>Relative decrease of the sum of squares per iteration at which a start ends, 0 to 0.1. Default 1e-7.</summary>
    public double Tolerance { get; init; } = 1e-7;

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);
}
