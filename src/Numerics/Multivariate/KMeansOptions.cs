namespace BigMap.Analysis.Numerics;

/// <summary>Options of k-means clustering.</summary>
public sealed record KMeansOptions
{
    /// <summary>The one description.</summary>
    public static OptionSet<KMeansOptions> Set { get; } = OptionSet.For(new KMeansOptions())
        .OptionalInteger("clusters", o => o.Clusters, (o, v) => o with { Clusters = v }, new OptionInfo("Clusters", "Number of clusters.") { Minimum = 1, Maximum = 10_000, NullMeaning = "the number with the best silhouette" })
        .Integer("maxClusters", o => o.MaxClusters, (o, v) => o with { MaxClusters = v }, new OptionInfo("Largest number", "Where the number is not given, those from 2 to this are tried.") { Minimum = 2, Maximum = 100 })
        .Integer("starts", o => o.Starts, (o, v) => o with { Starts = v }, new OptionInfo("Starts", "Random starts; the smallest inertia is taken.") { Minimum = 1, Maximum = 10_000 })
        .Integer("seed", o => o.Seed, (o, v) => o with { Seed = v }, new OptionInfo("Seed", "Seed of the random starts; the same seed gives the same result.") { Minimum = 0 })
        .Integer("maxIterations", o => o.MaxIterations, (o, v) => o with { MaxIterations = v }, new OptionInfo("Iterations", "Largest number of passes of a start.") { Minimum = 1, Maximum = 100_000, Scale = OptionScale.Logarithmic })
        .Choice("normalization", o => o.Normalization, (o, v) => o with { Normalization = v }, new OptionInfo("Normalisation", "What is done to every row first: nothing, unit area, or standard normal variate."));

    /// <summary>Number of clusters; null for the number with the best silhouette. Default null.</summary>
    public int? Clusters { get; init; }

    /// <summary>Where <see cref="Clusters"/> is null, the numbers from 2 to this are tried. Default 8.</summary>
    public int MaxClusters { get; init; } = 8;

    /// <summary>Random starts, of which the smallest inertia is taken. Default 10.</summary>
    public int Starts { get; init; } = 10;

    /// <summary>Seed of the random starts, 0 or more. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Largest number of passes of a start. Default 300.</summary>
    public int MaxIterations { get; init; } = 300;

    /// <summary>What is done to every row of a series first. Default <see cref="RowNormalization.None"/>.</summary>
    public RowNormalization Normalization { get; init; }

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);
}

/// <summary>What is done to every row before rows are compared.</summary>
public enum RowNormalization : byte
{
    /// <summary>Nothing: amount and shape count.</summary>
    None,

    /// <summary>Divided by the mean of its magnitudes: the shape counts.</summary>
    Area,

    /// <summary>Less its mean, divided by its standard deviation (standard normal variate): the shape counts, whatever the offset.</summary>
    Snv,
}
