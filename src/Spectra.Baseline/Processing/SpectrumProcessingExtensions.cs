namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Smoothing, spikes, normalisation and infrared conversions of a series: the steps of <see cref="BaselineSteps"/> as methods.</summary>
public static class SpectrumProcessingExtensions
{
    /// <summary>Smooths every row by penalised least squares; variances are propagated.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">λ and the difference order.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The rows after the step and how each went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ProcessedSeries Smooth(this SpectrumSeries series, WhittakerSmoothingOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.SmoothWhittaker.Run(series, new StepRequest<WhittakerSmoothingOptions>(options), context, cancellationToken);

    /// <summary>Smooths every row by local polynomials, or takes derivatives; points may lie at any distances, variances are propagated.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">The window, the order and the derivative.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The rows after the step and how each went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ProcessedSeries Smooth(this SpectrumSeries series, SavitzkyGolayOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.SmoothSavitzkyGolay.Run(series, new StepRequest<SavitzkyGolayOptions>(options), context, cancellationToken);

    /// <summary>Replaces cosmic rays in single spectra by the mean of the sound points beside them.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">The threshold and the largest width.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The rows after the step and how each went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ProcessedSeries RemoveSpikes(this SpectrumSeries series, SpikeOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.RemoveSpikes.Run(series, new StepRequest<SpikeOptions>(options), context, cancellationToken);

    /// <summary>Replaces what stands out from the rows before and after it, over few points.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">The threshold and the number of rows.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The rows after the step and how each went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="DataMismatchException">The series has one row.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ProcessedSeries RemoveSpikesBetweenRows(this SpectrumSeries series, SeriesSpikeOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.RemoveSpikesBetweenRows.Run(series, new StepRequest<SeriesSpikeOptions>(options), context, cancellationToken);

    /// <summary>Scales every row to the same area, maximum or norm, or to mean 0 and standard deviation 1.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">What is made equal, over which interval.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The rows after the step and how each went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="DataMismatchException">The interval lies outside the data.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ProcessedSeries Normalise(this SpectrumSeries series, NormalisationOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.Normalise.Run(series, new StepRequest<NormalisationOptions>(options), context, cancellationToken);

    /// <summary>Converts transmittance to absorbance.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">How transmittance is written.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The rows after the step and how each went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="DataMismatchException">Quantity or unit of intensity or axis are not those that the conversion starts from.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ProcessedSeries ToAbsorbance(this SpectrumSeries series, AbsorbanceOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.ToAbsorbance.Run(series, new StepRequest<AbsorbanceOptions>(options), context, cancellationToken);

    /// <summary>Converts absorbance to transmittance.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">Percent or fraction.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The rows after the step and how each went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="DataMismatchException">Quantity or unit of intensity or axis are not those that the conversion starts from.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ProcessedSeries ToTransmittance(this SpectrumSeries series, TransmittanceOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.ToTransmittance.Run(series, new StepRequest<TransmittanceOptions>(options), context, cancellationToken);

    /// <summary>Corrects ATR spectra for the depth that light reaches, which is proportional to its wavelength.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">Refractive indices, angle and reference.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The rows after the step and how each went; a bad row has a status and NaN.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="DataMismatchException">Quantity or unit of intensity or axis are not those that the conversion starts from.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ProcessedSeries CorrectAtr(this SpectrumSeries series, AtrOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        BaselineSteps.CorrectAtr.Run(series, new StepRequest<AtrOptions>(options), context, cancellationToken);
}
