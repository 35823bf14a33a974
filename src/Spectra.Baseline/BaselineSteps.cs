using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>The steps of this package.</summary>
/// <example><code>SpectrumSeries trimmed = BaselineSteps.Trim.Run(series, new StepRequest&lt;TrimOptions&gt;(new TrimOptions { From = 900, To = 1800 }));</code></example>
public static class BaselineSteps
{
    /// <summary>Keeps an interval of the axis: <c>spectra.trim</c>. The result is a view, nothing is copied.</summary>
    public static Step<SpectrumSeries, TrimOptions, SpectrumSeries> Trim { get; } = new("spectra.trim", 1, TrimOptions.Set, TrimCode.Run)
    {
        Title = "Trim",
        Description = "Keeps the points inside an interval of the axis.",
    };

    /// <summary>States that intensities are raw counts and gives them the variance of a Poisson variable, max(y, 1): <c>spectra.poisson-variance</c>. Must come before a baseline is subtracted.</summary>
    public static Step<SpectrumSeries, PoissonVarianceOptions, SpectrumSeries> PoissonVariance { get; } = new("spectra.poisson-variance", 1, PoissonVarianceOptions.Set, static (series, _, _, _) => series.WithPoissonVariance())
    {
        Title = "Counts",
        Description = "States that the intensities are raw counts, so that the variance of each is the count itself. Must come before a baseline is subtracted.",
    };

    /// <summary>Asymmetric least-squares baseline: <c>baseline.asls</c>.</summary>
    public static Step<SpectrumSeries, AslsOptions, BaselineSeries> Asls { get; } = new("baseline.asls", 1, AslsOptions.Set, BaselineBatch.RunAsls)
    {
        Title = "AsLS baseline",
        Description = "Estimates a smooth baseline below the peaks by asymmetric least squares and subtracts it.",
    };

    /// <summary>IAsLS baseline: <c>baseline.iasls</c>.</summary>
    public static Step<SpectrumSeries, IaslsOptions, BaselineSeries> Iasls { get; } = EstimatorStep.Of<IaslsOptions, IaslsEstimator>("iasls", IaslsOptions.Set, static (length, options) => new(length, options), "IAsLS baseline", "Asymmetric least squares that also follows the slope of the data.");

    /// <summary>airPLS baseline: <c>baseline.airpls</c>.</summary>
    public static Step<SpectrumSeries, AirplsOptions, BaselineSeries> Airpls { get; } = EstimatorStep.Of<AirplsOptions, AirplsEstimator>("airpls", AirplsOptions.Set, static (length, options) => new(length, options), "airPLS baseline", "Estimates a baseline along the lower edge of the data by adaptive weights and subtracts it.");

    /// <summary>arPLS baseline: <c>baseline.arpls</c>.</summary>
    public static Step<SpectrumSeries, ArplsOptions, BaselineSeries> Arpls { get; } = EstimatorStep.Of<ArplsOptions, ArplsEstimator>("arpls", ArplsOptions.Set, static (length, options) => new(length, options), "arPLS baseline", "Estimates a baseline through the middle of the noise by weights from the noise itself and subtracts it.");

    /// <summary>drPLS baseline: <c>baseline.drpls</c>.</summary>
    public static Step<SpectrumSeries, DrplsOptions, BaselineSeries> Drpls { get; } = EstimatorStep.Of<DrplsOptions, DrplsEstimator>("drpls", DrplsOptions.Set, static (length, options) => new(length, options), "drPLS baseline", "As arPLS, with a smoothness that is lower where there is background.");

    /// <summary>IarPLS baseline: <c>baseline.iarpls</c>.</summary>
    public static Step<SpectrumSeries, IarplsOptions, BaselineSeries> Iarpls { get; } = EstimatorStep.Of<IarplsOptions, IarplsEstimator>("iarpls", IarplsOptions.Set, static (length, options) => new(length, options), "IarPLS baseline", "As arPLS, with weights that sharpen from one iteration to the next.");

    /// <summary>asPLS baseline: <c>baseline.aspls</c>.</summary>
    public static Step<SpectrumSeries, AsplsOptions, BaselineSeries> Aspls { get; } = EstimatorStep.Of<AsplsOptions, AsplsEstimator>("aspls", AsplsOptions.Set, static (length, options) => new(length, options), "asPLS baseline", "As arPLS, with a smoothness that follows the distance between data and baseline.");

    /// <summary>psalsa baseline: <c>baseline.psalsa</c>.</summary>
    public static Step<SpectrumSeries, PsalsaOptions, BaselineSeries> Psalsa { get; } = EstimatorStep.Of<PsalsaOptions, PsalsaEstimator>("psalsa", PsalsaOptions.Set, static (length, options) => new(length, options), "psalsa baseline", "Asymmetric least squares in which high peaks lose all weight.");

    /// <summary>derpsalsa baseline: <c>baseline.derpsalsa</c>.</summary>
    public static Step<SpectrumSeries, DerpsalsaOptions, BaselineSeries> Derpsalsa { get; } = EstimatorStep.Of<DerpsalsaOptions, DerpsalsaEstimator>("derpsalsa", DerpsalsaOptions.Set, static (length, options) => new(length, options), "derpsalsa baseline", "As psalsa, with flanks and summits of peaks screened out by derivatives.");

    /// <summary>BrPLS baseline: <c>baseline.brpls</c>.</summary>
    public static Step<SpectrumSeries, BrplsOptions, BaselineSeries> Brpls { get; } = EstimatorStep.Of<BrplsOptions, BrplsEstimator>("brpls", BrplsOptions.Set, static (length, options) => new(length, options), "BrPLS baseline", "Weights are the probability that a point is background; the share of peaks is estimated, too.");

    /// <summary>LSRPLS baseline: <c>baseline.lsrpls</c>.</summary>
    public static Step<SpectrumSeries, LsrplsOptions, BaselineSeries> Lsrpls { get; } = EstimatorStep.Of<LsrplsOptions, LsrplsEstimator>("lsrpls", LsrplsOptions.Set, static (length, options) => new(length, options), "LSRPLS baseline", "As arPLS, with weights that sharpen tenfold from one iteration to the next.");

    /// <summary>P-spline arPLS baseline: <c>baseline.pspline-arpls</c>.</summary>
    public static Step<SpectrumSeries, PsplineArplsOptions, BaselineSeries> PsplineArpls { get; } = EstimatorStep.Of<PsplineArplsOptions, PsplineArplsEstimator>("pspline-arpls", PsplineArplsOptions.Set, static (length, options) => new(length, options), "P-spline arPLS baseline", "arPLS on splines over the axis: for points at unequal distances.");

    /// <summary>SNIP baseline: <c>baseline.snip</c>.</summary>
    public static Step<SpectrumSeries, SnipOptions, BaselineSeries> Snip { get; } = EstimatorStep.Of<SnipOptions, SnipEstimator>("snip", SnipOptions.Set, static (length, options) => new(length, options), "SNIP baseline", "Clips peaks in windows of changing width and subtracts what is left.");

    /// <summary>Rolling-ball baseline: <c>baseline.rolling-ball</c>.</summary>
    public static Step<SpectrumSeries, RollingBallOptions, BaselineSeries> RollingBall { get; } = EstimatorStep.Of<RollingBallOptions, RollingBallEstimator>("rolling-ball", RollingBallOptions.Set, static (length, options) => new(length, options), "Rolling-ball baseline", "Subtracts what a ball leaves that rolls below the data.");

    /// <summary>Morphological baseline: <c>baseline.morphological</c>.</summary>
    public static Step<SpectrumSeries, MorphologicalOptions, BaselineSeries> Morphological { get; } = EstimatorStep.Of<MorphologicalOptions, MorphologicalEstimator>("morphological", MorphologicalOptions.Set, static (length, options) => new(length, options), "Morphological baseline", "Subtracts the opening of the data by a window, with its steps rounded off.");

    /// <summary>Polynomial baseline: <c>baseline.polynomial</c>.</summary>
    public static Step<SpectrumSeries, PolynomialOptions, BaselineSeries> Polynomial { get; } = EstimatorStep.Of<PolynomialOptions, PolynomialEstimator>("polynomial", PolynomialOptions.Set, static (length, options) => new(length, options), "Polynomial baseline", "Subtracts a least-squares polynomial.");

    /// <summary>modpoly baseline: <c>baseline.modpoly</c>.</summary>
    public static Step<SpectrumSeries, ModpolyOptions, BaselineSeries> Modpoly { get; } = EstimatorStep.Of<ModpolyOptions, ModpolyEstimator>("modpoly", ModpolyOptions.Set, static (length, options) => new(length, options), "modpoly baseline", "Fits a polynomial again and again to data clipped at the last one.");

    /// <summary>imodpoly baseline: <c>baseline.imodpoly</c>.</summary>
    public static Step<SpectrumSeries, ImodpolyOptions, BaselineSeries> Imodpoly { get; } = EstimatorStep.Of<ImodpolyOptions, ImodpolyEstimator>("imodpoly", ImodpolyOptions.Set, static (length, options) => new(length, options), "imodpoly baseline", "As modpoly, clipping above the noise, so that the baseline runs through its middle.");

    /// <summary>Penalised polynomial baseline: <c>baseline.penalised-polynomial</c>.</summary>
    public static Step<SpectrumSeries, PenalisedPolynomialOptions, BaselineSeries> PenalisedPolynomial { get; } = EstimatorStep.Of<PenalisedPolynomialOptions, PenalisedPolynomialEstimator>("penalised-polynomial", PenalisedPolynomialOptions.Set, static (length, options) => new(length, options), "Penalised polynomial baseline", "Fits a polynomial under a cost that does not care for peaks.");

    /// <summary>Anchor-point baseline: <c>baseline.anchors</c>.</summary>
    public static Step<SpectrumSeries, AnchorOptions, BaselineSeries> Anchors { get; } = EstimatorStep.Of<AnchorOptions, AnchorEstimator>("anchors", AnchorOptions.Set, static (length, options) => new(length, options), "Anchor-point baseline", "Interpolates between places where there is background alone.");

    /// <summary>Smooths every row by penalised least squares; variances are propagated: <c>spectra.smooth-whittaker</c>.</summary>
    public static Step<SpectrumSeries, WhittakerSmoothingOptions, ProcessedSeries> SmoothWhittaker { get; } = new("spectra.smooth-whittaker", 1, WhittakerSmoothingOptions.Set, ProcessingCode.SmoothWhittaker)
    {
        Title = "Whittaker smoothing",
        Description = "Smooths every row by penalised least squares; variances are propagated.",
    };

    /// <summary>Smooths every row by local polynomials, or takes derivatives; points may lie at any distances, variances are propagated: <c>spectra.smooth-savitzky-golay</c>.</summary>
    public static Step<SpectrumSeries, SavitzkyGolayOptions, ProcessedSeries> SmoothSavitzkyGolay { get; } = new("spectra.smooth-savitzky-golay", 1, SavitzkyGolayOptions.Set, ProcessingCode.SmoothSavitzkyGolay)
    {
        Title = "Savitzky–Golay",
        Description = "Smooths every row by local polynomials, or takes derivatives; points may lie at any distances, variances are propagated.",
    };

    /// <summary>Replaces cosmic rays in single spectra by the mean of the sound points beside them: <c>spectra.remove-spikes</c>.</summary>
    public static Step<SpectrumSeries, SpikeOptions, ProcessedSeries> RemoveSpikes { get; } = new("spectra.remove-spikes", 1, SpikeOptions.Set, ProcessingCode.RemoveSpikes)
    {
        Title = "Remove spikes",
        Description = "Replaces cosmic rays in single spectra by the mean of the sound points beside them.",
    };

    /// <summary>Replaces what stands out from the rows before and after it, over few points: <c>spectra.remove-spikes-between-rows</c>.</summary>
    public static Step<SpectrumSeries, SeriesSpikeOptions, ProcessedSeries> RemoveSpikesBetweenRows { get; } = new("spectra.remove-spikes-between-rows", 1, SeriesSpikeOptions.Set, ProcessingCode.RemoveSpikesBetweenRows)
    {
        Title = "Remove spikes by comparison",
        Description = "Replaces what stands out from the rows before and after it, over few points.",
    };

    /// <summary>Scales every row to the same area, maximum or norm, or to mean 0 and standard deviation 1: <c>spectra.normalise</c>.</summary>
    public static Step<SpectrumSeries, NormalisationOptions, ProcessedSeries> Normalise { get; } = new("spectra.normalise", 1, NormalisationOptions.Set, ProcessingCode.Normalise)
    {
        Title = "Normalise",
        Description = "Scales every row to the same area, maximum or norm, or to mean 0 and standard deviation 1.",
    };

    /// <summary>Converts transmittance to absorbance: <c>spectra.to-absorbance</c>.</summary>
    public static Step<SpectrumSeries, AbsorbanceOptions, ProcessedSeries> ToAbsorbance { get; } = new("spectra.to-absorbance", 1, AbsorbanceOptions.Set, Infrared.ToAbsorbance)
    {
        Title = "Absorbance",
        Description = "Converts transmittance to absorbance.",
    };

    /// <summary>Converts absorbance to transmittance: <c>spectra.to-transmittance</c>.</summary>
    public static Step<SpectrumSeries, TransmittanceOptions, ProcessedSeries> ToTransmittance { get; } = new("spectra.to-transmittance", 1, TransmittanceOptions.Set, Infrared.ToTransmittance)
    {
        Title = "Transmittance",
        Description = "Converts absorbance to transmittance.",
    };

    /// <summary>Corrects ATR spectra for the depth that light reaches, which is proportional to its wavelength: <c>spectra.correct-atr</c>.</summary>
    public static Step<SpectrumSeries, AtrOptions, ProcessedSeries> CorrectAtr { get; } = new("spectra.correct-atr", 1, AtrOptions.Set, Infrared.CorrectAtr)
    {
        Title = "ATR correction",
        Description = "Corrects ATR spectra for the depth that light reaches, which is proportional to its wavelength.",
    };

    /// <summary>Baseline with automatic smoothness and standard errors: <c>baseline.reml</c>.</summary>
    public static Step<SpectrumSeries, RemlOptions, BaselineSeries> Reml { get; } = new("baseline.reml", 1, RemlOptions.Set, BaselineBatch.RunReml)
    {
        Title = "Automatic baseline",
        Description = "Estimates the smooth background between the peaks, with the smoothness that the data support, and subtracts it.",
    };

    /// <summary>AsLS with the smoothness chosen by extended range: <c>baseline.extended-range</c>.</summary>
    public static Step<SpectrumSeries, ExtendedRangeOptions, BaselineSeries> ExtendedRange { get; } = EstimatorStep.Of<ExtendedRangeOptions, ExtendedRangeEstimator>("extended-range", ExtendedRangeOptions.Set, static (length, options) => new(length, options), "Extended-range baseline", "Asymmetric least squares with the smoothness that best recovers a known baseline beyond the ends of the data.");

    /// <summary>All steps.</summary>
    public static IReadOnlyList<IStep> All { get; } =
    [
        Trim, PoissonVariance, Asls, Reml, ExtendedRange,
        Iasls, Airpls, Arpls, Drpls, Iarpls, Aspls, Psalsa, Derpsalsa, Brpls, Lsrpls, PsplineArpls,
        Snip, RollingBall, Morphological, Polynomial, Modpoly, Imodpoly, PenalisedPolynomial, Anchors,
        SmoothWhittaker, SmoothSavitzkyGolay, RemoveSpikes, RemoveSpikesBetweenRows, Normalise, ToAbsorbance, ToTransmittance, CorrectAtr,
    ];
}
