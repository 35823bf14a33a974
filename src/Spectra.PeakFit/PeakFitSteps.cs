using BigMap.Analysis.Spectra.PeakFit.Internal;

namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>The steps of this package.</summary>
public static class PeakFitSteps
{
    /// <summary>Fits a peak model to every row: <c>peakfit.fit</c>.</summary>
    public static Step<SpectrumSeries, PeakFitOptions, FitSeries> Fit { get; } = MakeFit(PeakFitOptions.Set);

    /// <summary>Finds peaks in the mean of a series: <c>peakfit.find</c>.</summary>
    public static Step<SpectrumSeries, PeakSearchOptions, PeakSearchResult> Find { get; } = new("peakfit.find", 1, PeakSearchOptions.Set, PeakSearch.Run)
    {
        Title = "Find peaks",
        Description = "Finds peaks in the mean of all spectra with a matched filter, to start a model from.",
    };

    /// <summary>Samples the posterior distribution of every fit: <c>peakfit.sample</c>.</summary>
    public static Step<FitSeries, PosteriorOptions, PosteriorSeries> Sample { get; } = new("peakfit.sample", 1, PosteriorOptions.Set, PosteriorSampling.Run)
    {
        Title = "Sample posterior",
        Description = "Samples the posterior distribution of every fit with an affine-invariant ensemble: quantiles of every value, with figures of convergence.",
    };

    /// <summary>Compares a value of every fit with values computed by simulations: <c>peakfit.compare</c>.</summary>
    public static Step<FitSeries, ComparisonOptions, ComparisonTable> Compare { get; } = new("peakfit.compare", 1, ComparisonOptions.Set, Comparison.Run)
    {
        Title = "Compare with simulations",
        Description = "Puts a fitted or derived value beside values computed by simulations, with the difference in standard errors.",
    };

    /// <summary>Finds the lines of a lamp and the correction of the axis that follows: <c>peakfit.calibrate-raman</c>.</summary>
    public static Step<SpectrumSeries, RamanCalibrationOptions, RamanCalibration> CalibrateRaman { get; } = new("peakfit.calibrate-raman", 1, RamanCalibrationOptions.Set, AxisCalibration.Calibrate)
    {
        Title = "Calibrate Raman axis",
        Description = "Fits the lines of a neon lamp in the mean of all spectra and a polynomial to their distances from where they belong.",
    };

    /// <summary>Corrects an axis by a polynomial: <c>peakfit.correct-axis</c>.</summary>
    public static Step<SpectrumSeries, AxisCorrectionOptions, CalibratedSeries> CorrectAxis { get; } = new("peakfit.correct-axis", 1, AxisCorrectionOptions.Set, AxisCalibration.Apply)
    {
        Title = "Correct axis",
        Description = "Adds the polynomial of a calibration to the axis; intensities stay as they are.",
    };

    /// <summary>Reads a model and its values from a file of lmfit: <c>peakfit.import-lmfit</c>.</summary>
    public static Step<InputPath, LmfitImportOptions, LmfitImport> ImportLmfit { get; } = new(
        "peakfit.import-lmfit",
        1,
        LmfitImportOptions.Set,
        async (input, request, scope, cancellationToken) =>
        {
            (byte[] bytes, FileRef file) = await InputFile.ReadAsync(input.Path, "application/json", cancellationToken).ConfigureAwait(false);
            scope.Use(file);
            LmfitImport imported = LmfitImport.Parse(InputText.Decode(bytes), request.Options, input.Path);
            foreach (UnmappedItem one in imported.Unmapped)
                scope.Warn(new StepWarning("not_mapped", one.ToString()));
            return imported;
        })
    {
        Title = "Import from lmfit",
        Description = "Reads parameters or a saved result of lmfit as a model of this package, and says what has no counterpart.",
    };

    /// <summary>Reads the table of peak parameters that PRISMA writes: <c>peakfit.import-prisma</c>.</summary>
    public static Step<InputPath, PrismaImportOptions, PrismaResults> ImportPrisma { get; } = new(
        "peakfit.import-prisma",
        1,
        PrismaImportOptions.Set,
        async (input, request, scope, cancellationToken) =>
        {
            (byte[] bytes, FileRef file) = await InputFile.ReadAsync(input.Path, "text/csv", cancellationToken).ConfigureAwait(false);
            scope.Use(file);
            return PrismaResults.Parse(InputText.Decode(bytes), request.Options.Lineshape, input.Path);
        })
    {
        Title = "Import from PRISMA",
        Description = "Reads PRISMA's table of peak parameters; heights and half widths become centre, full width, area and height.",
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<IStep> All { get; } = [Fit, Find, Sample, Compare, CalibrateRaman, CorrectAxis, ImportLmfit, ImportPrisma];

    internal static Step<SpectrumSeries, PeakFitOptions, FitSeries> MakeFit(OptionSet<PeakFitOptions> set) => new("peakfit.fit", 1, set, SeriesFit.Run)
    {
        Title = "Fit peaks",
        Description = "Fits peaks on a background to every spectrum by bounded least squares, with standard errors; finds out which peaks are there.",
    };
}

/// <summary>Fits of spectra and series.</summary>
public static class PeakFitExtensions
{
    /// <summary>Fits a peak model to one spectrum.</summary>
    /// <param name="spectrum">The spectrum.</param>
    /// <param name="options">The model and how it is fitted.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the fit within an iteration.</param>
    /// <returns>The fit; a bad spectrum gives a status, see <see cref="FitResult.EnsureUsable"/>.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="DataMismatchException">The weights need variances that are not there.</exception>
    public static FitResult Fit(this Spectrum spectrum, PeakFitOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(spectrum);
        return spectrum.AsSeries().Fit(options, context, cancellationToken)[0];
    }

    /// <summary>Finds peaks in the mean of a series. Shoulders without a top of their own are not found.</summary>
    /// <param name="series">The series; rows with values that are not finite are left out.</param>
    /// <param name="options">How peaks are looked for; null for the defaults.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>The peaks, by position.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public static PeakSearchResult FindPeaks(this SpectrumSeries series, PeakSearchOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        PeakFitSteps.Find.Run(series, new StepRequest<PeakSearchOptions>(options ?? new PeakSearchOptions()), context, cancellationToken);

    /// <summary>Samples the posterior distribution of every fit: where errors are not symmetric, bounds cut, or priors count.</summary>
    /// <remarks>Flat within the bounds, times the priors of the options. Peaks that are absent stay absent; λ of a spline is held.</remarks>
    /// <param name="fits">Fits without shared parameters.</param>
    /// <param name="options">How it is sampled; null for the defaults.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops within a row.</param>
    /// <returns>Quantiles of every value in every row.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="DataMismatchException">The fits share parameters.</exception>
    public static PosteriorSeries SamplePosterior(this FitSeries fits, PosteriorOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        PeakFitSteps.Sample.Run(fits, new StepRequest<PosteriorOptions>(options ?? new PosteriorOptions()), context, cancellationToken);

    /// <summary>Compares a value of the fits with values computed by simulations, e.g. coordination numbers with molecular dynamics.</summary>
    /// <param name="fits">Fits.</param>
    /// <param name="options">What is compared with what.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Measured, computed, difference and z, and whether they agree.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="DataMismatchException">There is no such value or column.</exception>
    public static ComparisonTable Compare(this FitSeries fits, ComparisonOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        PeakFitSteps.Compare.Run(fits, new StepRequest<ComparisonOptions>(options), context, cancellationToken);

    /// <summary>Calibrates the wavenumber axis of a Raman instrument from a spectrum of a lamp.</summary>
    /// <param name="lamp">Spectra of the lamp; their mean is used.</param>
    /// <param name="options">Laser, lines, degree; null for the defaults.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The lines and the correction.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="DataMismatchException">The axis is not in cm⁻¹, or too few lines were found.</exception>
    public static RamanCalibration CalibrateRaman(this SpectrumSeries lamp, RamanCalibrationOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        PeakFitSteps.CalibrateRaman.Run(lamp, new StepRequest<RamanCalibrationOptions>(options ?? new RamanCalibrationOptions()), context, cancellationToken);

    /// <summary>Puts a series on its corrected axis.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">The correction, from <see cref="RamanCalibration.ToOptions"/>.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The series, with the error of its axis.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="DataMismatchException">The corrected axis would not ascend.</exception>
    public static CalibratedSeries CorrectAxis(this SpectrumSeries series, AxisCorrectionOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        PeakFitSteps.CorrectAxis.Run(series, new StepRequest<AxisCorrectionOptions>(options), context, cancellationToken);

    /// <summary>Fits a peak model to every row of a series.</summary>
    /// <param name="series">The series, trimmed to the window of the fit.</param>
    /// <param name="options">The model and how it is fitted.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops within one row.</param>
    /// <returns>One fit per row; a bad row has a status and does not stop the others.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    /// <exception cref="DataMismatchException">The weights need variances that are not there, or raw counts where there are none.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <example><code>
    /// FitSeries fits = corrected.Fit(options, context, ct);
    /// foreach (RowMisfit worst in fits.RankByMisfit().Take(3))
    ///     Console.WriteLine(fits[worst.Row].Report());
    /// </code></example>
    public static FitSeries Fit(this SpectrumSeries series, PeakFitOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ILineShape[] own = [.. options.Peaks.Select(p => p.Shape).Where(s => !LineShapes.All.Contains(s)).Distinct()];
        Step<SpectrumSeries, PeakFitOptions, FitSeries> step = own.Length == 0 ? PeakFitSteps.Fit : new LineShapeCatalogue(own).Fit;
        return step.Run(series, new StepRequest<PeakFitOptions>(options), context, cancellationToken);
    }
}
