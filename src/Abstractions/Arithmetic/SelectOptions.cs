namespace BigMap.Analysis;

/// <summary>Options of <see cref="SeriesArithmetic.Select(SpectrumSeries, SelectOptions, AnalysisContext?, CancellationToken)"/>: which rows stay.</summary>
public sealed record SelectOptions
{
    /// <summary>First row, from 0. Default 0.</summary>
    public int First { get; init; }

    /// <summary>Last row; null for the last of the series. Default null.</summary>
    public int? Last { get; init; }

    /// <summary>Distance between rows that stay, at least 1. Default 1.</summary>
    public int Every { get; init; } = 1;

    /// <summary>Description of the options.</summary>
    public static OptionSet<SelectOptions> Set { get; } = OptionSet.For(new SelectOptions())
        .Integer("first", o => o.First, (o, v) => o with { First = v }, new OptionInfo("First row", "First row that stays, from 0.") { Minimum = 0 })
        .OptionalInteger("last", o => o.Last, (o, v) => o with { Last = v }, new OptionInfo("Last row", "Last row that can stay.") { Minimum = 0, NullMeaning = "the last row of the series" })
        .Integer("every", o => o.Every, (o, v) => o with { Every = v }, new OptionInfo("Every", "Distance between rows that stay.") { Minimum = 1 })
        .Rule(o => o.Last < o.First ? "last must not be below first." : null);

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);
}
