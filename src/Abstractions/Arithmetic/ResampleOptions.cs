namespace BigMap.Analysis;

/// <summary>Options of <see cref="SeriesArithmetic.Resample(SpectrumSeries, ResampleOptions, AnalysisContext?, CancellationToken)"/>: a uniform grid.</summary>
public sealed record ResampleOptions
{
    /// <summary>First point in the axis unit. Required.</summary>
    public double From { get; init; } = double.NaN;

    /// <summary>Last point in the axis unit, inside the data. Required.</summary>
    public double To { get; init; } = double.NaN;

    /// <summary>Number of points, at least 2. Required.</summary>
    public int Points { get; init; }

    /// <summary>Description of the options.</summary>
    public static OptionSet<ResampleOptions> Set { get; } = OptionSet.For(new ResampleOptions { From = 0, To = 1, Points = 2 })
        .Number("from", o => o.From, (o, v) => o with { From = v }, new OptionInfo("From", "First point of the new grid.") { Unit = "axis" })
        .Number("to", o => o.To, (o, v) => o with { To = v }, new OptionInfo("To", "Last point of the new grid.") { Unit = "axis" })
        .Integer("points", o => o.Points, (o, v) => o with { Points = v }, new OptionInfo("Points", "Number of points of the new grid.") { Minimum = 2, Maximum = 1 << 28 })
        .Rule(o => o.From >= o.To ? "from must be below to." : null);

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);
}
