namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Trimming and baselines of a series: the steps of <see cref="BaselineSteps"/> as methods.</summary>
public static class BaselineSeriesExtensions
{
    /// <summary>Keeps an interval of the axis; the result is a view.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">The interval.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The trimmed series.</returns>
    /// <exception cref="OptionsException">The interval is none.</exception>
    /// <exception cref="DataMismatchException">The interval lies outside the data; the message states their range.</exception>
    public static SpectrumSeries Trim(this SpectrumSeries series, TrimOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.Trim.Run(series, new StepRequest<TrimOptions>(options), context, cancellationToken);

    /// <summary>States that the intensities are raw counts and gives each the variance of a Poisson variable, max(y, 1); recorded as a step.</summary>
    /// <param name="series">The series.</param>
    /// <param name="context">Threads, progress, provenance.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The series with variances.</returns>
    /// <exception cref="DataMismatchException">The series was computed from others, so its noise is not that of counts.</exception>
    public static SpectrumSeries WithPoissonVariance(this SpectrumSeries series, AnalysisContext context, CancellationToken cancellationToken = default) =>
        BaselineSteps.PoissonVariance.Run(series, new StepRequest<PoissonVarianceOptions>(PoissonVarianceOptions.Set.Default), context, cancellationToken);

    /// <summary>Asymmetric least-squares baselines of every row.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">λ, p and the stop rule.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work within one row.</param>
    /// <returns>Baselines, corrected rows and how each estimate went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <example><code>BaselineSeries result = series.EstimateBaseline(new AslsOptions { Lambda = 1e6, P = 0.005 });</code></example>
    public static BaselineSeries EstimateBaseline(this SpectrumSeries series, AslsOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.Asls.Run(series, new StepRequest<AslsOptions>(options), context, cancellationToken);

    /// <summary>IAsLS baselines of every row. Asymmetric least squares that also follows the slope of the data.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">λ, p and λ₁.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work within one row.</param>
    /// <returns>Baselines, corrected rows and how each estimate went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static BaselineSeries EstimateBaseline(this SpectrumSeries series, IaslsOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.Iasls.Run(series, new StepRequest<IaslsOptions>(options), context, cancellationToken);

    /// <summary>airPLS baselines of every row. Estimates a baseline along the lower edge of the data by adaptive weights and subtracts it.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">λ and the tolerance.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work within one row.</param>
    /// <returns>Baselines, corrected rows and how each estimate went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static BaselineSeries EstimateBaseline(this SpectrumSeries series, AirplsOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.Airpls.Run(series, new StepRequest<AirplsOptions>(options), context, cancellationToken);

    /// <summary>arPLS baselines of every row. Estimates a baseline through the middle of the noise by weights from the noise itself and subtracts it.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">λ and the tolerance.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work within one row.</param>
    /// <returns>Baselines, corrected rows and how each estimate went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static BaselineSeries EstimateBaseline(this SpectrumSeries series, ArplsOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.Arpls.Run(series, new StepRequest<ArplsOptions>(options), context, cancellationToken);

    /// <summary>drPLS baselines of every row. As arPLS, with a smoothness that is lower where there is background.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">λ, η and the tolerance.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work within one row.</param>
    /// <returns>Baselines, corrected rows and how each estimate went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static BaselineSeries EstimateBaseline(this SpectrumSeries series, DrplsOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.Drpls.Run(series, new StepRequest<DrplsOptions>(options), context, cancellationToken);

    /// <summary>IarPLS baselines of every row. As arPLS, with weights that sharpen from one iteration to the next.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">λ and the tolerance.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work within one row.</param>
    /// <returns>Baselines, corrected rows and how each estimate went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static BaselineSeries EstimateBaseline(this SpectrumSeries series, IarplsOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.Iarpls.Run(series, new StepRequest<IarplsOptions>(options), context, cancellationToken);

    /// <summary>asPLS baselines of every row. As arPLS, with a smoothness that follows the distance between data and baseline.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">λ, k and the tolerance.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work within one row.</param>
    /// <returns>Baselines, corrected rows and how each estimate went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static BaselineSeries EstimateBaseline(this SpectrumSeries series, AsplsOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.Aspls.Run(series, new StepRequest<AsplsOptions>(options), context, cancellationToken);

    /// <summary>psalsa baselines of every row. Asymmetric least squares in which high peaks lose all weight.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">λ, p and k.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work within one row.</param>
    /// <returns>Baselines, corrected rows and how each estimate went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static BaselineSeries EstimateBaseline(this SpectrumSeries series, PsalsaOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.Psalsa.Run(series, new StepRequest<PsalsaOptions>(options), context, cancellationToken);

    /// <summary>derpsalsa baselines of every row. As psalsa, with flanks and summits of peaks screened out by derivatives.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">λ, p and k.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work within one row.</param>
    /// <returns>Baselines, corrected rows and how each estimate went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static BaselineSeries EstimateBaseline(this SpectrumSeries series, DerpsalsaOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.Derpsalsa.Run(series, new StepRequest<DerpsalsaOptions>(options), context, cancellationToken);

    /// <summary>BrPLS baselines of every row. Weights are the probability that a point is background; the share of peaks is estimated, too.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">λ and the tolerances.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work within one row.</param>
    /// <returns>Baselines, corrected rows and how each estimate went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static BaselineSeries EstimateBaseline(this SpectrumSeries series, BrplsOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.Brpls.Run(series, new StepRequest<BrplsOptions>(options), context, cancellationToken);

    /// <summary>LSRPLS baselines of every row. As arPLS, with weights that sharpen tenfold from one iteration to the next.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">λ and the tolerance.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work within one row.</param>
    /// <returns>Baselines, corrected rows and how each estimate went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static BaselineSeries EstimateBaseline(this SpectrumSeries series, LsrplsOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.Lsrpls.Run(series, new StepRequest<LsrplsOptions>(options), context, cancellationToken);

    /// <summary>P-spline arPLS baselines of every row. arPLS on splines over the axis: for points at unequal distances.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">λ and the knots.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work within one row.</param>
    /// <returns>Baselines, corrected rows and how each estimate went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static BaselineSeries EstimateBaseline(this SpectrumSeries series, PsplineArplsOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.PsplineArpls.Run(series, new StepRequest<PsplineArplsOptions>(options), context, cancellationToken);

    /// <summary>Estimates and subtracts a baseline whose smoothness the data choose: <see cref="BaselineSteps.Reml"/>.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">The criterion, and whether tails of peaks are taken into account.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work within one row.</param>
    /// <returns>Baselines, corrected rows and how each estimate went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static BaselineSeries EstimateBaseline(this SpectrumSeries series, RemlOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.Reml.Run(series, new StepRequest<RemlOptions>(options), context, cancellationToken);

    /// <summary>Estimates and subtracts a baseline whose smoothness is chosen by extended range: <see cref="BaselineSteps.ExtendedRange"/>.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">Asymmetry and the length that is added.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work within one row.</param>
    /// <returns>Baselines, corrected rows and how each estimate went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static BaselineSeries EstimateBaseline(this SpectrumSeries series, ExtendedRangeOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.ExtendedRange.Run(series, new StepRequest<ExtendedRangeOptions>(options), context, cancellationToken);

    /// <summary>SNIP baselines of every row. Clips peaks in windows of changing width and subtracts what is left.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">The window.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work within one row.</param>
    /// <returns>Baselines, corrected rows and how each estimate went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static BaselineSeries EstimateBaseline(this SpectrumSeries series, SnipOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.Snip.Run(series, new StepRequest<SnipOptions>(options), context, cancellationToken);

    /// <summary>Rolling-ball baselines of every row. Subtracts what a ball leaves that rolls below the data.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">The windows.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work within one row.</param>
    /// <returns>Baselines, corrected rows and how each estimate went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static BaselineSeries EstimateBaseline(this SpectrumSeries series, RollingBallOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.RollingBall.Run(series, new StepRequest<RollingBallOptions>(options), context, cancellationToken);

    /// <summary>Morphological baselines of every row. Subtracts the opening of the data by a window, with its steps rounded off.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">The window.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work within one row.</param>
    /// <returns>Baselines, corrected rows and how each estimate went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static BaselineSeries EstimateBaseline(this SpectrumSeries series, MorphologicalOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.Morphological.Run(series, new StepRequest<MorphologicalOptions>(options), context, cancellationToken);

    /// <summary>Polynomial baselines of every row. Subtracts a least-squares polynomial.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">The order.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work within one row.</param>
    /// <returns>Baselines, corrected rows and how each estimate went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static BaselineSeries EstimateBaseline(this SpectrumSeries series, PolynomialOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.Polynomial.Run(series, new StepRequest<PolynomialOptions>(options), context, cancellationToken);

    /// <summary>modpoly baselines of every row. Fits a polynomial again and again to data clipped at the last one.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">The order and the tolerance.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work within one row.</param>
    /// <returns>Baselines, corrected rows and how each estimate went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static BaselineSeries EstimateBaseline(this SpectrumSeries series, ModpolyOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.Modpoly.Run(series, new StepRequest<ModpolyOptions>(options), context, cancellationToken);

    /// <summary>imodpoly baselines of every row. As modpoly, clipping above the noise, so that the baseline runs through its middle.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">The order and the tolerance.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work within one row.</param>
    /// <returns>Baselines, corrected rows and how each estimate went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static BaselineSeries EstimateBaseline(this SpectrumSeries series, ImodpolyOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.Imodpoly.Run(series, new StepRequest<ImodpolyOptions>(options), context, cancellationToken);

    /// <summary>Penalised polynomial baselines of every row. Fits a polynomial under a cost that does not care for peaks.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">The order and the cost.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work within one row.</param>
    /// <returns>Baselines, corrected rows and how each estimate went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static BaselineSeries EstimateBaseline(this SpectrumSeries series, PenalisedPolynomialOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.PenalisedPolynomial.Run(series, new StepRequest<PenalisedPolynomialOptions>(options), context, cancellationToken);

    /// <summary>Anchor-point baselines of every row. Interpolates between places where there is background alone.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">The anchors.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work within one row.</param>
    /// <returns>Baselines, corrected rows and how each estimate went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="DataMismatchException">An anchor lies outside the axis.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static BaselineSeries EstimateBaseline(this SpectrumSeries series, AnchorOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.Anchors.Run(series, new StepRequest<AnchorOptions>(options), context, cancellationToken);
}
