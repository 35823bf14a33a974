using System.Collections.Concurrent;
using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>The loop over the rows of a series, the same for every method.</summary>
internal static class BaselineBatch
{
    /// <summary>One row by a method: the thread's estimator, the options of the row.</summary>
    public delegate BaselineInfo RowMethod<in TEstimator, in TOptions>(TEstimator estimator, TOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken);

    public static BaselineSeries RunAsls(SpectrumSeries series, StepRequest<AslsOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        RefuseOverrides(request, scope, "standardErrors", static (own, all) => own.StandardErrors != all.StandardErrors);
        RowMethod<AslsEstimator, AslsOptions> method = static (estimator, options, input, output, ct) => estimator.Estimate(options, input, output, ct);
        Func<AslsEstimator> estimator = () => new AslsEstimator(series.Length, request.Options);
        AslsOptions options = request.Options;
        double meanStep = 1;
        bool even = true;
        if (options.UsesPositions)
        {
            var axis = new AxisSpacing(series.Length);
            axis.Set(series.Axis.Values);
            (even, meanStep) = (axis.IsEven, axis.MeanStep);
        }

        bool together = even && LockstepAsls.Takes(options, series.Length) && series.Count > 1;
        double lambda = options.LambdaFor(meanStep);
        Func<LockstepAsls>? lockstep = together ? () => LockstepAsls.For(series.Length, options, lambda) : null;
        Func<int, IBaselineCovariance> covariance = row =>
        {
            if (request.OptionsFor(series.SourceRow(row)) is not { } own)
                return new NoCovariance(series.Length);
            var one = new AslsEstimator(series.Length, own);
            one.Estimate(own, InputOf(series, row), new BaselineOutput(new double[series.Length]) { StandardErrors = new double[series.Length] }, CancellationToken.None);
            return one.Covariance;
        };
        return Run(series, request, scope, estimator, method, new Extras<AslsOptions>
        {
            Lockstep = lockstep,
            StandardErrors = options.StandardErrors,
            LockstepErrors = (errors, own, row, z, e) => errors.Compute(own.P, (lambda, 2), null, InputOf(series, row), z, e),
            Covariance = covariance,
        }, cancellationToken);
    }

    public static BaselineSeries RunReml(SpectrumSeries series, StepRequest<RemlOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        RefuseOverrides(request, scope, "standardErrors", static (own, all) => own.StandardErrors != all.StandardErrors);
        RefuseOverrides(request, scope, "shared", static (own, all) => own.Shared && !all.Shared);
        SharedBackground? shared = request.Options.Shared ? SharedBackground.Find(series, request, scope, cancellationToken) : null;
        return Run(
            series,
            request,
            scope,
            () => new RemlEstimator(series.Length, request.Options),
            (estimator, options, input, output, ct) =>
            {
                BaselineInfo info = estimator.Estimate(options, input, output, ct);
                if (shared is null || !options.Shared || info.Lambda is null)
                    return info;
                info = estimator.Model.Again(options, info, shared.Lambda, shared.LeftOut, output);
                if (!info.Status.IsUsable())
                {
                    output.Baseline.Fill(double.NaN);
                    output.StandardErrors.Fill(double.NaN);
                }

                return info;
            },
            new Extras<RemlOptions> { StandardErrors = request.Options.StandardErrors },
            cancellationToken);
    }

    public static BaselineSeries Run<TEstimator, TOptions>(
        SpectrumSeries series,
        StepRequest<TOptions> request,
        StepScope scope,
        Func<TEstimator> estimator,
        RowMethod<TEstimator, TOptions> method,
        CancellationToken cancellationToken)
        where TEstimator : class
        where TOptions : class => Run(series, request, scope, estimator, method, new Extras<TOptions>(), cancellationToken);

    public static BaselineSeries Run<TEstimator, TOptions>(
        SpectrumSeries series,
        StepRequest<TOptions> request,
        StepScope scope,
        Func<TEstimator> estimator,
        RowMethod<TEstimator, TOptions> method,
        Extras<TOptions> extras,
        CancellationToken cancellationToken)
        where TEstimator : class
        where TOptions : class
    {
        int n = series.Length;

        // Left to the threads to touch first: that costs as much as a tenth of the estimate.
        double[] baselines = GC.AllocateUninitializedArray<double>(checked(series.Count * n));
        double[] standardErrors = extras.StandardErrors ? GC.AllocateUninitializedArray<double>(baselines.Length) : [];
        var info = new BaselineInfo[series.Count];
        var atEnds = new (double Lower, double Upper)[series.Count];
        int block = extras.Lockstep is null ? 1 : LockstepAsls.LanesFor(n);
        using var kernels = new Kernels(extras.Lockstep);
        RowScheduler.Run(
            new RowPlan(series.Count, scope.Operation, block),
            scope.Context,
            () => new Workspace<TEstimator>(estimator, kernels.Make(), extras.Lockstep is not null && extras.StandardErrors ? new ExpectileError(n) : null, n),
            (row, workspace) =>
            {
                if (workspace.Lockstep is { } together && row % block == 0)
                {
                    // The rows of a block at once; those that it leaves as they are follow one by one.
                    int rows = Math.Min(block, series.Count - row);
                    for (int i = row; i < row + rows; i++)
                        info[i] = new BaselineInfo(ReferenceEquals(request.OptionsFor(series.SourceRow(i)), request.Options) ? RowStatus.NotRun : RowStatus.Excluded);
                    together.Estimate(series, row, baselines.AsSpan(row * n, rows * n), info.AsSpan(row, rows), cancellationToken);
                }

                Span<double> z = baselines.AsSpan(row * n, n);
                Span<double> errors = extras.StandardErrors ? standardErrors.AsSpan(row * n, n) : default;
                ReadOnlySpan<double> y = series[row];
                if (request.OptionsFor(series.SourceRow(row)) is not { } options)
                {
                    info[row] = new BaselineInfo(RowStatus.Excluded);
                    z.Fill(double.NaN);
                    errors.Fill(double.NaN);
                    return false;
                }

                if (workspace.Lockstep is null || info[row].Status != RowStatus.Ok)
                    info[row] = method(workspace.Estimator, options, InputOf(series, row), new BaselineOutput(z) { StandardErrors = errors }, cancellationToken);
                else if (workspace.Errors is { } compute)
                    extras.LockstepErrors!(compute, options, row, z, errors);
                if (!info[row].Status.IsUsable())
                    return false;
                double largest = BaselineSeries.LargestDifference(y, z);
                atEnds[row] = (WindowMargin.ShareAt(upperEnd: false, y, z, largest, workspace.Scratch), WindowMargin.ShareAt(upperEnd: true, y, z, largest, workspace.Scratch));
                return true;
            },
            cancellationToken);
        int judged = info.Count(i => i.Status.IsUsable());
        return new BaselineSeries(series, series.WithIntensity(baselines, default), info, WindowMargin.Describe(series, atEnds, judged))
        {
            StandardErrors = extras.StandardErrors ? series.WithIntensity(standardErrors, default) : null,
            Covariances = extras.Covariance,
        };
    }

    /// <summary>Some options belong to the series: a row that asks for something else must not be ignored in silence.</summary>
    private static void RefuseOverrides<TOptions>(StepRequest<TOptions> request, StepScope scope, string option, Func<TOptions, TOptions, bool> differs)
        where TOptions : class
    {
        OptionFault[] faults = [.. request.Overrides
            .Where(one => one.Options is TOptions own && differs(own, request.Options))
            .Select(one => new OptionFault($"row {one.Row}, {option}", "is for the series as a whole and cannot differ in one row. Set it in the options of the step, or give the row the same value."))];
        if (faults.Length > 0)
            throw new OptionsException(scope.Operation, faults);
    }

    private static BaselineInput InputOf(SpectrumSeries series, int row) => new(series[row]) { X = series.Axis.Values, Variance = series.Variance(row) };

    /// <summary>What a thread has for itself.</summary>
    private sealed class Workspace<TEstimator>(Func<TEstimator> make, LockstepAsls? lockstep, ExpectileError? errors, int length)
        where TEstimator : class
    {
        private TEstimator? _estimator;

        /// <summary>Made when first needed: a series that goes through the lockstep kernel may never do.</summary>
        public TEstimator Estimator => _estimator ??= make();

        public LockstepAsls? Lockstep => lockstep;

        public ExpectileError? Errors => errors;

        public double[] Scratch { get; } = new double[length];
    }

    /// <summary>Of a row that a person has excluded.</summary>
    private sealed class NoCovariance(int length) : IBaselineCovariance
    {
        public int Length => length;

        public void Multiply(ReadOnlySpan<double> v, Span<double> product) => product.Fill(double.NaN);
    }

    /// <summary>The kernels of all threads, whose memory is given back at the end.</summary>
    private sealed class Kernels(Func<LockstepAsls>? make) : IDisposable
    {
        private readonly ConcurrentBag<LockstepAsls> _made = [];

        public LockstepAsls? Make()
        {
            if (make is null)
                return null;
            LockstepAsls kernel = make();
            _made.Add(kernel);
            return kernel;
        }

        public void Dispose()
        {
            foreach (LockstepAsls kernel in _made)
                kernel.Dispose();
        }
    }

    /// <summary>What only some methods do.</summary>
    internal readonly record struct Extras<TOptions>
    {
        public delegate void ErrorMethod(ExpectileError errors, TOptions options, int row, ReadOnlySpan<double> z, Span<double> standardErrors);

        /// <summary>Makes a kernel for several rows at once; null: one row at a time.</summary>
        public Func<LockstepAsls>? Lockstep { get; init; }

        public bool StandardErrors { get; init; }

        /// <summary>Standard errors of a row that the kernel has done.</summary>
        public ErrorMethod? LockstepErrors { get; init; }

        public Func<int, IBaselineCovariance>? Covariance { get; init; }
    }
}
