namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>How peaks are looked for.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
/// <example><code>
/// PeakSearchResult found = series.FindPeaks(new PeakSearchOptions { MaxFwhm = 40 });
/// FitSeries fits = series.Fit(new PeakFitOptions { Peaks = found.Definitions(LineShapes.PseudoVoigt), Background = new() { Degree = 2 } });
/// </code></example>
public sealed record PeakSearchOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<PeakSearchOptions> Set { get; } = OptionSet.For(new PeakSearchOptions())
        .OptionalNumber("minFwhm", o => o.MinFwhm, (o, v) => o with { MinFwhm = v }, new("Smallest FWHM", "Narrowest peak that is looked for.") { Unit = "axis", Minimum = 0, MinimumExcluded = true, NullMeaning = "three steps of the axis" })
        .OptionalNumber("maxFwhm", o => o.MaxFwhm, (o, v) => o with { MaxFwhm = v }, new("Largest FWHM", "Broadest peak that is looked for.") { Unit = "axis", Minimum = 0, MinimumExcluded = true, NullMeaning = "an eighth of the window" })
        .Number("falseAlarmRate", o => o.FalseAlarmRate, (o, v) => o with { FalseAlarmRate = v }, new("False alarm rate", "Probability that noise alone gives a peak anywhere.") { Minimum = 1e-12, Maximum = 0.5, Scale = OptionScale.Logarithmic })
        .Integer("maxPeaks", o => o.MaxPeaks, (o, v) => o with { MaxPeaks = v }, new("Most peaks", "Number of peaks that are kept, the most significant first.") { Minimum = 1, Maximum = 1000 })
        .Rule(o => o.MinFwhm > o.MaxFwhm ? "minFwhm must not be above maxFwhm." : null);

    /// <summary>Narrowest peak that is looked for, in the axis unit, above 0; null for three steps of the axis.</summary>
    public double? MinFwhm { get; init; }

    /// <summary>Broadest peak that is looked for, in the axis unit, above 0; null for an eighth of the window.</summary>
    public double? MaxFwhm { get; init; }

    /// <summary>Probability that noise alone gives a peak anywhere. 1e-12 to 0.5. Default 0.001.</summary>
    public double FalseAlarmRate { get; init; } = 1e-3;

    /// <summary>Number of peaks that are kept, the most significant first. 1 to 1000. Default 50.</summary>
    public int MaxPeaks { get; init; } = 50;

    /// <summary>Raises one error that names every fault.</summary>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public void Validate() => Set.Validate(this);
}
