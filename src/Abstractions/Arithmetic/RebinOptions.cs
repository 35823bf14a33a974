namespace BigMap.Analysis;

/// <summary>What a bin holds.</summary>
public enum RebinMode : byte
{
    /// <summary>Mean intensity in the bin: for intensities per unit of the axis, or of any density.</summary>
    Mean,

    /// <summary>Sum over the bin: for counts, which it conserves.</summary>
    Sum,
}

/// <summary>Options of <see cref="SeriesArithmetic.Rebin(SpectrumSeries, RebinOptions, AnalysisContext?, CancellationToken)"/>.</summary>
public sealed record RebinOptions
{
    /// <summary>Bin width in the axis unit, above 0. Required.</summary>
    public double Width { get; init; } = double.NaN;

    /// <summary>Lower edge of the first bin in the axis unit; null for the lower edge of the first point.</summary>
    public double? From { get; init; }

    /// <summary>Upper limit in the axis unit; bins that would end above it are left out. null for the upper edge of the last point.</summary>
    public double? To { get; init; }

    /// <summary>What a bin holds. Default <see cref="RebinMode.Mean"/>.</summary>
    public RebinMode Mode { get; init; } = RebinMode.Mean;

    /// <summary>Description of the options.</summary>
    public static OptionSet<RebinOptions> Set { get; } = OptionSet.For(new RebinOptions { Width = 1 })
        .Number("width", o => o.Width, (o, v) => o with { Width = v }, new OptionInfo("Bin width", "Width of the new bins.") { Unit = "axis", Minimum = 0, MinimumExcluded = true })
        .OptionalNumber("from", o => o.From, (o, v) => o with { From = v }, new OptionInfo("From", "Lower edge of the first bin.") { Unit = "axis", NullMeaning = "the lower edge of the first point" })
        .OptionalNumber("to", o => o.To, (o, v) => o with { To = v }, new OptionInfo("To", "Bins end at or below this value.") { Unit = "axis", NullMeaning = "the upper edge of the last point" })
        .Choice("mode", o => o.Mode, (o, v) => o with { Mode = v }, new OptionInfo("Mode", "Mean of a density, or sum of counts."))
        .Rule(o => o.From >= o.To ? "from must be below to." : null);

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);
}
