namespace BigMap.Analysis;

/// <summary>How rows are brought together.</summary>
public enum AverageMode : byte
{
    /// <summary>Arithmetic mean: Σy/n, variance Σσ²/n².</summary>
    Mean,

    /// <summary>Sum: Σy, variance Σσ². Sums of raw counts stay raw counts.</summary>
    Sum,

    /// <summary>Mean with weights 1/σ²: variance 1/Σ(1/σ²). Biased low for Poisson variances taken from the counts themselves.</summary>
    InverseVariance,
}

/// <summary>Where the variance of a mean or sum comes from.</summary>
public enum AverageVariance : byte
{
    /// <summary>From the variances of the rows; none when they have none.</summary>
    Propagated,

    /// <summary>From the scatter of the rows about their mean, s²/n (n − 1 degrees of freedom); needs two rows or more in every group.</summary>
    Scatter,
}

/// <summary>Options of <see cref="SeriesArithmetic.Average(SpectrumSeries, AverageOptions?, AnalysisContext?, CancellationToken)"/>.</summary>
public sealed record AverageOptions
{
    /// <summary>Consecutive rows in one group; null for all rows. The last group can be smaller. Default null.</summary>
    public int? GroupSize { get; init; }

    /// <summary>How the rows of a group are brought together. Default <see cref="AverageMode.Mean"/>.</summary>
    public AverageMode Mode { get; init; } = AverageMode.Mean;

    /// <summary>Where the variance comes from. Default <see cref="AverageVariance.Propagated"/>.</summary>
    public AverageVariance Variance { get; init; } = AverageVariance.Propagated;

    /// <summary>Description of the options.</summary>
    public static OptionSet<AverageOptions> Set { get; } = OptionSet.For(new AverageOptions())
        .OptionalInteger("groupSize", o => o.GroupSize, (o, v) => o with { GroupSize = v }, new OptionInfo("Rows per group", "Consecutive rows that become one.") { Minimum = 1, NullMeaning = "all rows" })
        .Choice("mode", o => o.Mode, (o, v) => o with { Mode = v }, new OptionInfo("Mode", "Mean, sum, or mean weighted by the inverse variance."))
        .Choice("variance", o => o.Variance, (o, v) => o with { Variance = v }, new OptionInfo("Variance", "Propagated from the rows, or from their scatter."))
        .Rule(o => o is { Variance: AverageVariance.Scatter, Mode: AverageMode.InverseVariance } ? "The variance of a weighted mean is propagated; choose the mode mean for a variance from the scatter." : null);

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);
}
