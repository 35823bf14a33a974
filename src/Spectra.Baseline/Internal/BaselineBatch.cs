using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>The loop over the rows of a series, the same for every method.</summary>
internal static class BaselineBatch
{
    /// <summary>One row by a method: the thread's estimator, the options of the row.</summary>
    public delegate BaselineInfo RowMethod<in TEstimator, in TOptions>(TEstimator estimator, TOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken);

    public static BaselineSeries RunAsls(SpectrumSeries series, StepRequest<AslsOptions> request, StepScope scope, CancellationToken cancellationToken) => Run(
        series,
        request,
        scope,
        () => new AslsEstimator(series.Length, request.Options),
        static (estimator, options, input, output, ct) => estimator.Estimate(options, input, output, ct),
        cancellationToken);

    public static BaselineSeries Run<TEstimator, TOptions>(
        SpectrumSeries series,
        StepRequest<TOptions> request,
        StepScope scope,
        Func<TEstimator> estimator,
        RowMethod<TEstimator, TOptions> method,
        CancellationToken cancellationToken)
        where TOptions : class
    {
        int n = series.Length;
        var baselines = new double[checked(series.Count * n)];
        var corrected = new double[baselines.Length];
        var variance = series.HasVariance ? new double[baselines.Length] : [];
        var info = new BaselineInfo[series.Count];
        var atEnds = new (double Lower, double Upper)[series.Count];
        RowScheduler.Run(
            new RowPlan(series.Count, scope.Operation),
            scope.Context,
            () => (Estimator: estimator(), Scratch: new double[n]),
            (row, workspace) =>
            {
                Span<double> z = baselines.AsSpan(row * n, n), c = corrected.AsSpan(row * n, n);
                ReadOnlySpan<double> y = series[row];
                if (series.HasVariance)
                    series.Variance(row).CopyTo(variance.AsSpan(row * n, n));
                if (request.OptionsFor(series.SourceRow(row)) is not { } options)
                {
                    info[row] = new BaselineInfo(RowStatus.Excluded);
                    z.Fill(double.NaN);
                    c.Fill(double.NaN);
                    return false;
                }

                info[row] = method(workspace.Estimator, options, new BaselineInput(y) { X = series.Axis.Values, Variance = series.Variance(row) }, z, cancellationToken);
                for (int i = 0; i < n; i++)
                    c[i] = y[i] - z[i];
                if (!info[row].Status.IsUsable())
                    return false;
                atEnds[row] = (WindowMargin.ShareAt(upperEnd: false, y, c, workspace.Scratch), WindowMargin.ShareAt(upperEnd: true, y, c, workspace.Scratch));
                return true;
            },
            cancellationToken);
        int judged = info.Count(i => i.Status.IsUsable());
        return new BaselineSeries(series.WithIntensity(baselines, default), series.WithIntensity(corrected, variance), info, WindowMargin.Describe(series, atEnds, judged));
    }
}
