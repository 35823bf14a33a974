using System.Globalization;

namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>The step of a method: its estimator, run over the rows of a series.</summary>
internal static class EstimatorStep
{
    public static Step<SpectrumSeries, TOptions, BaselineSeries> Of<TOptions, TEstimator>(string name, OptionSet<TOptions> set, Func<int, TOptions, TEstimator> make, string title, string description)
        where TOptions : class
        where TEstimator : BaselineEstimator<TOptions> => new(
        "baseline." + name,
        1,
        set,
        (series, request, scope, cancellationToken) =>
        {
            CheckAnchors(series.Axis, request);
            return BaselineBatch.Run(
                series,
                request,
                scope,
                () => make(series.Length, request.Options),
                static (estimator, options, input, output, ct) => estimator.Estimate(options, input, output, ct),
                cancellationToken);
        })
    {
        Title = title,
        Description = description,
    };

    /// <summary>Anchors outside the axis are the same fault in every row: it is found before the work.</summary>
    private static void CheckAnchors<TOptions>(Axis axis, StepRequest<TOptions> request)
        where TOptions : class
    {
        Check(axis, request.Options as AnchorOptions);
        foreach (RowOverride one in request.Overrides)
            Check(axis, one.Options as AnchorOptions);
    }

    private static void Check(Axis axis, AnchorOptions? options)
    {
        foreach (double point in options?.Points ?? [])
        {
            if (point < axis.First || point > axis.Last)
            {
                throw new DataMismatchException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The anchor at {point:R} {axis.Unit} lies outside the data, which run from {axis.First:R} to {axis.Last:R} {axis.Unit}. Choose anchors inside the data."));
            }
        }
    }
}
