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

    /// <summary>All steps.</summary>
    public static IReadOnlyList<IStep> All { get; } = [Trim, PoissonVariance, Asls];
}
