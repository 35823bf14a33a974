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
}
