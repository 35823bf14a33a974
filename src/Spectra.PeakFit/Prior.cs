namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>What is known of a value before the fit: a normal distribution, as if it had been measured beside the data.</summary>
/// <remarks>Adds ((value − mean)/standard deviation)² to χ². Needs weights from variances or counts, for only they say how much the data count beside it.</remarks>
/// <example><code>new Prior { Of = "H3.fwhm", Mean = 0.14, StandardDeviation = 0.01 }</code></example>
public sealed record Prior
{
    /// <summary>The description of a prior.</summary>
    public static OptionSet<Prior> Set { get; } = OptionSet.For(new Prior())
        .Text("of", o => o.Of, (o, v) => o with { Of = v }, new("Of", "A value of the fit: a parameter, a height, or a derived quantity."))
        .Number("mean", o => o.Mean, (o, v) => o with { Mean = v }, new("Mean", "Mean of the normal distribution."))
        .Number("standardDeviation", o => o.StandardDeviation, (o, v) => o with { StandardDeviation = v }, new("Standard deviation", "Standard deviation of the normal distribution.") { Minimum = 0, MinimumExcluded = true });

    /// <summary>A value of the fit, e.g. <c>H3.fwhm</c>, or the name of a derived quantity.</summary>
    public string Of { get; init; } = string.Empty;

    /// <summary>Mean, in the unit of the value. Default 0.</summary>
    public double Mean { get; init; }

    /// <summary>Standard deviation, in the unit of the value, above 0. Default 1.</summary>
    public double StandardDeviation { get; init; } = 1;
}
