namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>Where the weights of a fit come from.</summary>
public enum Weighting : byte
{
    /// <summary>Equal weights: χ² = Σr², standard errors scaled by √(reduced χ²).</summary>
    None,

    /// <summary>The variances of the series: χ² = Σr²/σ², standard errors absolute.</summary>
    Sigma,

    /// <summary>Raw counts: χ² = Σr²/max(y, 1), standard errors absolute.</summary>
    Poisson,
}

/// <summary>Where the start values of a row come from.</summary>
public enum Seeding : byte
{
    /// <summary>From the options and the data of the row alone.</summary>
    Independent,

    /// <summary>From the row before, in blocks of fixed length.</summary>
    FromPrevious,

    /// <summary>In blocks of fixed length from the row before, then from the row after; the fit with the lower χ² counts.</summary>
    BothDirections,
}

/// <summary>A peak model and how it is fitted.</summary>
/// <remarks>Immutable, thread-safe. The same record is called directly, put into a recipe and replayed.</remarks>
/// <example><code>
/// var options = new PeakFitOptions
/// {
///     Peaks = [new() { Name = "H1", Center = Parameter.Between(18.3, 18.8) }, new() { Name = "H3", Center = Parameter.Between(19.35, 19.8) }],
///     Background = new() { Degree = 2 },
///     Weighting = Weighting.Poisson,
/// };
/// FitSeries fits = patterns.Trim(17.6, 20.6).Fit(options);
/// </code></example>
public sealed record PeakFitOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<PeakFitOptions> Set { get; } = SetFor(LineShapes.All);

    /// <summary>The peaks, at least one. Default none.</summary>
    public IReadOnlyList<PeakDefinition> Peaks { get; init; } = [];

    /// <summary>Polynomial background. Default degree 1.</summary>
    public PolynomialBackground Background { get; init; } = new();

    /// <summary>Penalised spline beside the polynomial, for backgrounds that no low polynomial follows. Default none.</summary>
    public SplineBackground Spline { get; init; } = new();

    /// <summary>Parameters that follow others. Default none.</summary>
    public IReadOnlyList<Tie> Ties { get; init; } = [];

    /// <summary>Parameters that are sums of others: totals that are known, fractions that add up. Default none.</summary>
    public IReadOnlyList<SumTie> Sums { get; init; } = [];

    /// <summary>Weights. Default <see cref="Weighting.None"/>.</summary>
    public Weighting Weighting { get; init; }

    /// <summary>Start values. Default <see cref="Seeding.Independent"/>.</summary>
    public Seeding Seeding { get; init; }

    /// <summary>Rows after which a row starts by itself again, with <see cref="Seeding.FromPrevious"/>. At least 1. Default 64.</summary>
    public int BlockLength { get; init; } = 64;

    /// <summary>Jacobians that may be evaluated for one row. At least 2. Default 400.</summary>
    public int MaxIterations { get; init; } = 400;

    /// <summary>Warn when the window ends fewer FWHM than this from a centre. 0 to 100. Default 1.5.</summary>
    public double MarginWidths { get; init; } = 1.5;

    /// <summary>Warn when two parameters are correlated more strongly than this. 0 to 1. Default 0.99.</summary>
    public double CorrelationLimit { get; init; } = 0.99;

    /// <summary>Whether peaks are tested for being there. Default true; single peaks are left out of it by <see cref="PeakDefinition.Presence"/>.</summary>
    public bool TestPeaks { get; init; } = true;

    /// <summary>Probability with which noise alone, anywhere within the bounds of a peak, passes for that peak. 1e-12 to 0.5. Default 0.001.</summary>
    public double FalseAlarmRate { get; init; } = 1e-3;

    /// <summary>Probability with which a test of the residuals flags a fit that is right. 0 (never flag) to 0.5. Default 0.0001.</summary>
    public double MisfitLevel { get; init; } = 1e-4;

    /// <summary>Starts of every row; the first is the usual one, the others have centres and widths drawn within their bounds. The lowest χ² counts. 1 to 1000. Default 1.</summary>
    public int Starts { get; init; } = 1;

    /// <summary>Seed of the drawn starts: the same in every row. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Parameters that have one value in the whole series, e.g. <c>p838.fwhm</c>: fitted to all rows together. Default none.</summary>
    public IReadOnlyList<string> Shared { get; init; } = [];

    /// <summary>Numbers computed from the values of a fit, with their standard errors. Default none.</summary>
    public IReadOnlyList<DerivedQuantity> Derived { get; init; } = [];

    /// <summary>What is known of values before the fit. Default none.</summary>
    public IReadOnlyList<Prior> Priors { get; init; } = [];

    /// <summary>Raises one error that names every fault: names, values outside bounds, ties to unknown parameters or in a circle.</summary>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public void Validate() => (Peaks is null || Peaks.All(p => p is null || LineShapes.All.Contains(p.Shape)) ? Set : SetFor([.. LineShapes.All, .. Peaks.Select(p => p.Shape)])).Validate(this);

    internal static OptionSet<PeakFitOptions> SetFor(IReadOnlyList<ILineShape> shapes) => OptionSet.For(new PeakFitOptions())
        .GroupList("peaks", o => o.Peaks, (o, v) => o with { Peaks = v }, ReferenceEquals(shapes, LineShapes.All) ? PeakDefinition.Set : PeakDefinition.SetFor(shapes), new("Peaks", "The peaks of the model, at least one."))
        .Group("background", o => o.Background, (o, v) => o with { Background = v }, PolynomialBackground.Set, new("Background", "Polynomial fitted together with the peaks."))
        .Group("spline", o => o.Spline, (o, v) => o with { Spline = v }, SplineBackground.Set, new("Spline background", "Penalised spline fitted together with the peaks, beside the polynomial."))
        .GroupList("ties", o => o.Ties, (o, v) => o with { Ties = v }, Tie.Set, new("Ties", "Parameters that follow others."))
        .GroupList("sums", o => o.Sums, (o, v) => o with { Sums = v }, SumTie.Set, new("Sums", "Parameters that are a constant and a sum of others."))
        .Choice("weighting", o => o.Weighting, (o, v) => o with { Weighting = v }, new("Weights", "none: equal weights; sigma: variances of the series; poisson: raw counts."))
        .Choice("seeding", o => o.Seeding, (o, v) => o with { Seeding = v }, new("Start values", "independent: every row by itself; fromPrevious: from the row before; bothDirections: from the row before and from the row after, the better one counts."))
        .Integer("blockLength", o => o.BlockLength, (o, v) => o with { BlockLength = v }, new("Block length", "With start values from neighbouring rows: rows after which a row starts by itself again. Results do not depend on the number of threads, but on this.") { Minimum = 1, Maximum = 1_000_000, Scale = OptionScale.Logarithmic })
        .Integer("maxIterations", o => o.MaxIterations, (o, v) => o with { MaxIterations = v }, new("Maximum iterations", "Jacobians that may be evaluated for one fit of a row.") { Minimum = 2, Maximum = 1_000_000, Scale = OptionScale.Logarithmic })
        .Number("marginWidths", o => o.MarginWidths, (o, v) => o with { MarginWidths = v }, new("Margin", "Warn when the window ends fewer FWHM than this from a centre.") { Minimum = 0, Maximum = 100 })
        .Number("correlationLimit", o => o.CorrelationLimit, (o, v) => o with { CorrelationLimit = v }, new("Correlation limit", "Warn when two parameters are correlated more strongly than this.") { Minimum = 0, Maximum = 1 })
        .Boolean("testPeaks", o => o.TestPeaks, (o, v) => o with { TestPeaks = v }, new("Test peaks", "Whether a peak that noise explains as well is reported absent."))
        .Number("falseAlarmRate", o => o.FalseAlarmRate, (o, v) => o with { FalseAlarmRate = v }, new("False alarm rate", "Probability with which noise alone, anywhere within the bounds of a peak, passes for that peak.") { Minimum = 1e-12, Maximum = 0.5, Scale = OptionScale.Logarithmic })
        .Number("misfitLevel", o => o.MisfitLevel, (o, v) => o with { MisfitLevel = v }, new("Misfit level", "Probability with which a test of the residuals flags a fit that is right; 0 never flags.") { Minimum = 0, Maximum = 0.5, Scale = OptionScale.Logarithmic })
        .Integer("starts", o => o.Starts, (o, v) => o with { Starts = v }, new("Starts", "Starts of every row; the lowest chi-square counts.") { Minimum = 1, Maximum = 1000, Scale = OptionScale.Logarithmic })
        .Integer("seed", o => o.Seed, (o, v) => o with { Seed = v }, new("Seed", "Seed of the starts after the first."))
        .TextList("shared", o => o.Shared, (o, v) => o with { Shared = v }, new("Shared parameters", "Parameters that have one value in the whole series, e.g. p838.fwhm."))
        .GroupList("derived", o => o.Derived, (o, v) => o with { Derived = v }, DerivedQuantity.Set, new("Derived quantities", "Numbers computed from the values of a fit, with their standard errors."))
        .GroupList("priors", o => o.Priors, (o, v) => o with { Priors = v }, Prior.Set, new("Priors", "What is known of values before the fit: normal distributions."))
        .Rule(o => Internal.ModelLayout.FindFault(o));
}
