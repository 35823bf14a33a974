namespace BigMap.Analysis.Numerics;

/// <summary>Multivariate analysis of a series: its rows are the observations, its points the variables.</summary>
/// <remarks>Rows that hold a value that is not finite, and rows that a person excluded, are left out and have a status. Every method is one recorded step. Thread-safe.</remarks>
public static class SeriesMultivariate
{
    /// <summary>Principal components.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">Options; null for the defaults.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>Scores, loadings and explained variances.</returns>
    /// <example><code>PcaResult pca = series.PrincipalComponents(new PcaOptions { Components = 3 });</code></example>
    public static PcaResult PrincipalComponents(this SpectrumSeries series, PcaOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        QualitySteps.PrincipalComponents.Run(series, new(options ?? new PcaOptions()), context, cancellationToken);

    /// <summary>Non-negative matrix factorisation.</summary>
    /// <param name="series">The series; a background of its own belongs subtracted first.</param>
    /// <param name="options">Options; null for the defaults.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>Amounts and spectra of the components.</returns>
    public static CurveResolutionResult FactoriseNonNegative(this SpectrumSeries series, NmfOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        QualitySteps.Nmf.Run(series, new(options ?? new NmfOptions()), context, cancellationToken);

    /// <summary>Multivariate curve resolution by alternating least squares (MCR-ALS).</summary>
    /// <param name="series">The series; a background of its own belongs subtracted first.</param>
    /// <param name="options">Options; null for the defaults.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>Concentrations and spectra of the components.</returns>
    /// <example><code>CurveResolutionResult mcr = flat.Corrected.ResolveCurves(new McrOptions { Components = 2, Closure = true });</code></example>
    public static CurveResolutionResult ResolveCurves(this SpectrumSeries series, McrOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        QualitySteps.Mcr.Run(series, new(options ?? new McrOptions()), context, cancellationToken);

    /// <summary>k-means clusters of rows.</summary>
    /// <param name="series">The series.</param>
    /// <param name="options">Options; null for the number of clusters with the best silhouette.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The cluster of every row, and the mean of every cluster.</returns>
    /// <example><code>KMeansResult clusters = series.Cluster(new KMeansOptions { Clusters = 4 });</code></example>
    public static KMeansResult Cluster(this SpectrumSeries series, KMeansOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        QualitySteps.KMeans.Run(series, new(options ?? new KMeansOptions()), context, cancellationToken);

    internal static PcaResult PcaCore(SpectrumSeries series, StepRequest<PcaOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        Observations rows = Observations.Of(series, request);
        PrincipalComponents model = Numerics.PrincipalComponents.Fit(rows.Values, (rows.Count, series.Length), request.Options, scope.Context, scope.Operation, cancellationToken);
        string[] warnings = model.Count == request.Options.Components ? [] : [$"{model.Count} of the {request.Options.Components} components asked for: the data have no more."];
        if (rows.Count < 2)
            MarkTooFew(rows);
        return new PcaResult(rows, model, warnings);
    }

    internal static CurveResolutionResult NmfCore(SpectrumSeries series, StepRequest<NmfOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        Observations rows = Observations.Of(series, request);
        return new CurveResolutionResult(rows, CurveResolution.Nmf(rows.Values, (rows.Count, series.Length), request.Options, scope.Context, cancellationToken), "nmf");
    }

    internal static CurveResolutionResult McrCore(SpectrumSeries series, StepRequest<McrOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        Observations rows = Observations.Of(series, request);
        return new CurveResolutionResult(rows, CurveResolution.Mcr(rows.Values, (rows.Count, series.Length), request.Options, scope.Context, cancellationToken), "mcr");
    }

    internal static KMeansResult KMeansCore(SpectrumSeries series, StepRequest<KMeansOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        Observations rows = Observations.Of(series, request);
        for (int i = 0; i < rows.Count; i++)
            Normalize(rows.Values.AsSpan(i * series.Length, series.Length), request.Options.Normalization);
        KMeans model = Numerics.KMeans.Fit((double[])rows.Values.Clone(), (rows.Count, series.Length), request.Options, scope.Context, cancellationToken);
        return new KMeansResult(rows, model);
    }

    private static void MarkTooFew(Observations rows)
    {
        foreach (int row in rows.Rows)
            rows.Statuses[row] = RowStatus.TooFewPoints;
    }

    private static void Normalize(Span<double> row, RowNormalization normalization)
    {
        if (normalization == RowNormalization.None)
            return;
        double offset = 0, scale = 0;
        if (normalization == RowNormalization.Snv)
        {
            offset = Statistics.Mean(row);
            scale = Statistics.StandardDeviation(row);
        }
        else
        {
            foreach (double v in row)
                scale += Math.Abs(v) / row.Length;
        }

        // A row without any signal has no shape; it stays where it is.
        for (int i = 0; i < row.Length && scale > 0; i++)
            row[i] = (row[i] - offset) / scale;
    }
}
