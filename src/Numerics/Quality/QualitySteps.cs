namespace BigMap.Analysis.Numerics;

/// <summary>The steps of statistics and data quality.</summary>
public static class QualitySteps
{
    internal const string PcaOperation = "statistics.pca", NmfOperation = "statistics.nmf", McrOperation = "statistics.mcr", KMeansOperation = "statistics.kmeans";

    /// <summary><c>statistics.describe</c>: descriptive statistics of the columns of a table.</summary>
    public static Step<IResultTable, NoOptions, ResultTable> Describe { get; } = new("statistics.describe", 1, NoOptions.Set, (table, _, _, _) => TableStatistics.DescribeCore(table))
    {
        Title = "Describe columns",
        Description = "Count, mean, standard deviation, quartiles, skewness and kurtosis of every column of numbers.",
    };

    /// <summary><c>statistics.describe-rows</c>: descriptive statistics of the rows of a series.</summary>
    public static Step<SpectrumSeries, NoOptions, ResultTable> DescribeRows { get; } = new("statistics.describe-rows", 1, NoOptions.Set, (series, _, scope, ct) => TableStatistics.DescribeRowsCore(series, scope, ct))
    {
        Title = "Describe rows",
        Description = "Count, mean, standard deviation, quartiles, skewness and kurtosis of every row.",
    };

    /// <summary><c>statistics.correlate</c>: correlation of table columns.</summary>
    public static Step<IResultTable, CorrelateOptions, CorrelationTable> Correlate { get; } = new("statistics.correlate", 1, CorrelateOptions.Set, (table, request, _, ct) => TableStatistics.CorrelateCore(table, request.Options, ct))
    {
        Title = "Correlate columns",
        Description = "Pearson's or Spearman's coefficient of every pair of columns, with p-values and confidence intervals.",
    };

    /// <summary><c>statistics.pca</c>: principal components of a series.</summary>
    public static Step<SpectrumSeries, PcaOptions, PcaResult> PrincipalComponents { get; } = new(PcaOperation, 1, PcaOptions.Set, SeriesMultivariate.PcaCore)
    {
        Title = "Principal components",
        Description = "Scores, loadings and explained variance of the rows.",
    };

    /// <summary><c>statistics.nmf</c>: non-negative matrix factorisation of a series.</summary>
    public static Step<SpectrumSeries, NmfOptions, CurveResolutionResult> Nmf { get; } = new(NmfOperation, 1, NmfOptions.Set, SeriesMultivariate.NmfCore)
    {
        Title = "Non-negative factors",
        Description = "Non-negative spectra of components and their amounts in every row, from random starts.",
    };

    /// <summary><c>statistics.mcr</c>: multivariate curve resolution of a series.</summary>
    public static Step<SpectrumSeries, McrOptions, CurveResolutionResult> Mcr { get; } = new(McrOperation, 1, McrOptions.Set, SeriesMultivariate.McrCore)
    {
        Title = "Curve resolution",
        Description = "MCR-ALS: non-negative spectra and concentrations, with closure and unimodality where wanted.",
    };

    /// <summary><c>statistics.kmeans</c>: clusters of rows.</summary>
    public static Step<SpectrumSeries, KMeansOptions, KMeansResult> KMeans { get; } = new(KMeansOperation, 1, KMeansOptions.Set, SeriesMultivariate.KMeansCore)
    {
        Title = "Clusters",
        Description = "k-means clusters of rows; the number is given or chosen by the silhouette.",
    };

    /// <summary><c>quality.check</c>: what is unusual in a series.</summary>
    public static Step<SpectrumSeries, QualityOptions, QualityReport> Check { get; } = new("quality.check", 1, QualityOptions.Set, DataQuality.CheckCore)
    {
        Title = "Check quality",
        Description = "Missing, white, dead and saturated points, frames that stand out or repeat others, gaps in time, drift. Changes nothing.",
    };

    /// <summary><c>quality.check-table</c>: what is unusual in a table.</summary>
    public static Step<IResultTable, QualityOptions, QualityReport> CheckTable { get; } = new("quality.check-table", 1, QualityOptions.Set, (table, request, scope, ct) => DataQuality.CheckTableCore(table, request.Options, scope, ct))
    {
        Title = "Check a table",
        Description = "Missing and outlying values, repeated rows, gaps in time, drift of columns. Changes nothing.",
    };

    /// <summary><c>quality.filter</c>: leaves rows out.</summary>
    public static Step<SpectrumSeries, FilterOptions, CleanedSeries> Filter { get; } = new("quality.filter", 1, FilterOptions.Set, SeriesCleaning.Filter)
    {
        Title = "Filter rows",
        Description = "Leaves out rows with findings of the kinds named, and rows named by hand.",
    };

    /// <summary><c>quality.impute</c>: replaces points.</summary>
    public static Step<SpectrumSeries, ImputeOptions, CleanedSeries> Impute { get; } = new("quality.impute", 1, ImputeOptions.Set, SeriesCleaning.Impute)
    {
        Title = "Impute points",
        Description = "Replaces missing, white and dead points by what their neighbours say, with the variance of that.",
    };

    /// <summary><c>quality.remove</c>: makes points NaN.</summary>
    public static Step<SpectrumSeries, RemoveOptions, CleanedSeries> Remove { get; } = new("quality.remove", 1, RemoveOptions.Set, SeriesCleaning.Remove)
    {
        Title = "Remove points",
        Description = "Makes white, dead and saturated points, and intervals of the axis, NaN.",
    };

    /// <summary>All steps of this package.</summary>
    public static IReadOnlyList<IStep> All { get; } = [Check, CheckTable, Filter, Impute, Remove, Describe, DescribeRows, Correlate, PrincipalComponents, Nmf, Mcr, KMeans];
}
