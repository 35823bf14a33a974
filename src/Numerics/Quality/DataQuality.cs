namespace BigMap.Analysis.Numerics;

/// <summary>Data quality of a series or table: look at it, then leave out, replace or remove, every change written down.</summary>
/// <remarks>
/// Nothing is changed unless asked for, and what is changed stands in the table of the result and in the record. Memory: besides the series its findings; impute and remove copy the
/// series and keep 8 bytes a point more. Results do not depend on the number of threads. Thread-safe.
/// </remarks>
/// <example><code>
/// QualityReport report = series.CheckQuality(new QualityOptions { Technique = Technique.Raman });
/// Console.WriteLine(report.Report());
/// SpectrumSeries clean = series.Filter().Series.Impute(new ImputeOptions { Check = report.Options }).Series;
/// </code></example>
public static class DataQuality
{
    /// <summary>Looks for missing, white, dead and saturated points, for frames that stand out or repeat others, for gaps in time and for drift.</summary>
    /// <param name="series">The series, best with its time column.</param>
    /// <param name="options">Options; null for limits that suit most techniques.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The findings.</returns>
    /// <exception cref="DataMismatchException">Rows are not whole frames, or a time column does not exist.</exception>
    public static QualityReport CheckQuality(this SpectrumSeries series, QualityOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        QualitySteps.Check.Run(series, new(options ?? new QualityOptions()), context, cancellationToken);

    /// <summary>Looks for missing and outlying values, repeated rows, gaps in time and drift in the columns of a table.</summary>
    /// <param name="table">A table of an operando run: fits, cycles, scores.</param>
    /// <param name="options">Options; null for limits that suit most techniques.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The findings.</returns>
    /// <exception cref="DataMismatchException">A time column does not exist.</exception>
    public static QualityReport CheckQuality(this IResultTable table, QualityOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        QualitySteps.CheckTable.Run(table, new(options ?? new QualityOptions()), context, cancellationToken);

    /// <summary>Leaves rows out: those with findings of the kinds named, and those named by hand.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">Options; null for empty, constant, isolated and repeated rows.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The series without them, source rows kept, and the table of what was left out.</returns>
    public static CleanedSeries Filter(this SpectrumSeries series, FilterOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        QualitySteps.Filter.Run(series, new(options ?? new FilterOptions()), context, cancellationToken);

    /// <summary>Replaces points by what their neighbours in the row, or around them in the frame, say.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">Options; null for points that are not finite, white or dead.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The series, of kind <see cref="IntensityKind.Derived"/> where anything was replaced, and the table of old and new values.</returns>
    /// <remarks>
    /// Variance of an imputed point: (1 − t)²σ₁² + t²σ₂² on the line, t the relative position between the two neighbours; (π/2)·σ̄²/n for the median of n points. Without variances in the series the
    /// standard error in the table comes from the scatter of the row or of the points used. It says nothing about a curvature that the neighbours do not show. Runs that are longer than
    /// <see cref="ImputeOptions.MaxPoints"/> or lie at an end become NaN.
    /// </remarks>
    public static CleanedSeries Impute(this SpectrumSeries series, ImputeOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        QualitySteps.Impute.Run(series, new(options ?? new ImputeOptions()), context, cancellationToken);

    /// <summary>Makes points NaN, so that later steps leave them out.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">Options; null for white, dead and saturated points.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The series, of the same kind, and the table of what was removed.</returns>
    /// <exception cref="DataMismatchException">An interval holds no point.</exception>
    public static CleanedSeries Remove(this SpectrumSeries series, RemoveOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        QualitySteps.Remove.Run(series, new(options ?? new RemoveOptions()), context, cancellationToken);

    internal static QualityReport CheckCore(SpectrumSeries series, StepRequest<QualityOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        List<QualityFinding> found = new SeriesChecks(series, request.Options, row => request.OptionsFor(series.SourceRow(row)) is null, scope).Run(cancellationToken);
        var report = new QualityReport(series, $"{series.Count} rows of {series.Length} points", found, request.Options, row => (series.SourceRow(row), series.Label(row)));
        if (!report.IsClean)
            scope.Warn(new StepWarning("data_quality", report.Report(0).TrimEnd()));
        return report;
    }

    internal static QualityReport CheckTableCore(IResultTable table, QualityOptions options, StepScope scope, CancellationToken cancellationToken)
    {
        List<QualityFinding> found = TableChecks.Run(table, options, cancellationToken);
        var label = table.Columns.FirstOrDefault(c => c.Name == "label");
        var report = new QualityReport(null, $"{table.Name}, {table.RowCount} rows", found, options, row => (row, label?.Text(row) ?? string.Empty));
        if (!report.IsClean)
            scope.Warn(new StepWarning("data_quality", report.Report(0).TrimEnd()));
        return report;
    }
}
