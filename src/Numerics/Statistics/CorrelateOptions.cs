namespace BigMap.Analysis.Numerics;

/// <summary>Which coefficient is computed.</summary>
public enum CorrelationMethod : byte
{
    /// <summary>How close the pairs are to a straight line.</summary>
    Pearson,

    /// <summary>How close one side is to a rising or falling function of the other; outliers count little.</summary>
    Spearman,
}

/// <summary>Options of the correlation of table columns.</summary>
public sealed record CorrelateOptions
{
    /// <summary>The one description.</summary>
    public static OptionSet<CorrelateOptions> Set { get; } = OptionSet.For(new CorrelateOptions())
        .Choice("method", o => o.Method, (o, v) => o with { Method = v }, new OptionInfo("Method", "Pearson (straight line) or Spearman (ranks)."))
        .TextList("columns", o => o.Columns, (o, v) => o with { Columns = v }, new OptionInfo("Columns", "Columns of numbers; empty for all of them."))
        .Number("confidence", o => o.Confidence, (o, v) => o with { Confidence = v }, new OptionInfo("Confidence", "Probability of the confidence intervals.") { Minimum = 0, MinimumExcluded = true, Maximum = 1, MaximumExcluded = true });

    /// <summary>Which coefficient. Default <see cref="CorrelationMethod.Pearson"/>.</summary>
    public CorrelationMethod Method { get; init; }

    /// <summary>Columns of numbers or whole numbers; empty for all of them. Default empty.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Probability of the confidence intervals, between 0 and 1. Default 0.95.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);
}
