namespace BigMap.Analysis.Numerics;

/// <summary>Options of a check of data quality. Limits that are left open are those of the technique.</summary>
public sealed record QualityOptions
{
    /// <summary>The one description.</summary>
    public static OptionSet<QualityOptions> Set { get; } = OptionSet.For(new QualityOptions())
        .Choice("technique", o => o.Technique, (o, v) => o with { Technique = v }, new OptionInfo("Technique", "How the data were measured; decides the limits that are left open."))
        .OptionalInteger("frameWidth", o => o.FrameWidth, (o, v) => o with { FrameWidth = v }, new OptionInfo("Frame width", "Points per line where every row is a frame, line after line.") { Minimum = 1, NullMeaning = "rows are spectra or patterns" })
        .TextList("skip", o => o.Skip, (o, v) => o with { Skip = v }, new OptionInfo("Skip", "Kinds of findings that are not looked for."))
        .Choice("rule", o => o.Rule, (o, v) => o with { Rule = v }, new OptionInfo("Outlier rule", "MAD, z-score or interquartile range."))
        .Integer("trendRows", o => o.TrendRows, (o, v) => o with { TrendRows = v }, new OptionInfo("Trend rows", "Rows around each whose line of median slope is the trend from which it can stand out; 0 for none.") { Minimum = 0, Maximum = 201 })
        .TextList("timeColumns", o => o.TimeColumns, (o, v) => o with { TimeColumns = v }, new OptionInfo("Time columns", "Columns with times; empty for columns of instants and those with the word time in their name."))
        .OptionalNumber("whitePixel", o => o.WhitePixel, (o, v) => o with { WhitePixel = v }, Limit("White pixel", "Standard deviations of the noise."))
        .OptionalNumber("sharpness", o => o.Sharpness, (o, v) => o with { Sharpness = v }, Limit("Sharpness", "Height of a white point over its neighbours, in heights of these over their surroundings.", zero: true))
        .OptionalNumber("outlier", o => o.Outlier, (o, v) => o with { Outlier = v }, Limit("Outlier", "Score of an outlying frame."))
        .OptionalNumber("isolation", o => o.Isolation, (o, v) => o with { Isolation = v }, Limit("Isolation", "Distance of a frame to its neighbours over that between them."))
        .OptionalNumber("gap", o => o.Gap, (o, v) => o with { Gap = v }, Limit("Gap", "Step in time over the median step."))
        .OptionalNumber("intensityDrift", o => o.IntensityDrift, (o, v) => o with { IntensityDrift = v }, Limit("Intensity drift", "Relative change of the mean intensity over the run.", zero: true))
        .OptionalNumber("positionDrift", o => o.PositionDrift, (o, v) => o with { PositionDrift = v }, Limit("Position drift", "Movement of the centre of the intensity over the run, in steps of the axis.", zero: true))
        .OptionalNumber("saturationLevel", o => o.SaturationLevel, (o, v) => o with { SaturationLevel = v }, new OptionInfo("Saturation level", "The ceiling of the detector.") { Unit = "intensity", NullMeaning = "that of the technique, if it has one" })
        .Rule(o => o.Skip.FirstOrDefault(s => !FindingNames.Know(s)) is { } unknown ? $"skip: there is no kind {unknown}; kinds are {string.Join(", ", Enum.GetValues<FindingKind>().Select(FindingNames.Of))}." : null);

    /// <summary>How the data were measured. Default <see cref="Technique.General"/>.</summary>
    public Technique Technique { get; init; }

    /// <summary>Points per line where every row is a frame, line after line; null when rows are spectra or patterns. Default null.</summary>
    public int? FrameWidth { get; init; }

    /// <summary>Kinds that are not looked for, e.g. <c>drift</c>. Default none.</summary>
    public IReadOnlyList<string> Skip { get; init; } = [];

    /// <summary>How the distance of a frame from the others is measured. Default <see cref="OutlierRule.Mad"/>.</summary>
    public OutlierRule Rule { get; init; }

    /// <summary>Rows around each whose line of median slope is the trend from which it can stand out, 0 to 201; below 3 it is compared with all rows. Default 15.</summary>
    public int TrendRows { get; init; } = 15;

    /// <summary>Columns with times; empty for columns of instants and those with the word <c>time</c> in their name, but not how long was counted (<c>counting time</c>, <c>exposure_time</c> …). Default empty.</summary>
    public IReadOnlyList<string> TimeColumns { get; init; } = [];

    /// <summary>Replaces <see cref="QualityLimits.WhitePixel"/>.</summary>
    public double? WhitePixel { get; init; }

    /// <summary>Replaces <see cref="QualityLimits.Sharpness"/>.</summary>
    public double? Sharpness { get; init; }

    /// <summary>Replaces <see cref="QualityLimits.Outlier"/>; for <see cref="OutlierRule.Iqr"/> the limit is 3 where this is null.</summary>
    public double? Outlier { get; init; }

    /// <summary>Replaces <see cref="QualityLimits.Isolation"/>.</summary>
    public double? Isolation { get; init; }

    /// <summary>Replaces <see cref="QualityLimits.Gap"/>.</summary>
    public double? Gap { get; init; }

    /// <summary>Replaces <see cref="QualityLimits.IntensityDrift"/>.</summary>
    public double? IntensityDrift { get; init; }

    /// <summary>Replaces <see cref="QualityLimits.PositionDrift"/>.</summary>
    public double? PositionDrift { get; init; }

    /// <summary>Replaces <see cref="QualityLimits.SaturationLevel"/>.</summary>
    public double? SaturationLevel { get; init; }

    /// <summary>The limits that apply: those of the technique, with what is set here.</summary>
    /// <returns>The limits.</returns>
    public QualityLimits Limits()
    {
        QualityLimits of = QualityLimits.For(Technique);
        return of with
        {
            WhitePixel = WhitePixel ?? of.WhitePixel,
            Sharpness = Sharpness ?? of.Sharpness,
            Outlier = Outlier ?? (Rule == OutlierRule.Iqr ? 3 : of.Outlier),
            Isolation = Isolation ?? of.Isolation,
            Gap = Gap ?? of.Gap,
            IntensityDrift = IntensityDrift ?? of.IntensityDrift,
            PositionDrift = PositionDrift ?? of.PositionDrift,
            SaturationLevel = SaturationLevel ?? of.SaturationLevel,
        };
    }

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);

    internal bool LooksFor(FindingKind kind) => !Skip.Contains(FindingNames.Of(kind));

    private static OptionInfo Limit(string label, string description, bool zero = false) =>
        new(label, description) { Minimum = 0, MinimumExcluded = !zero, NullMeaning = "the limit of the technique", Scale = OptionScale.Logarithmic };
}
