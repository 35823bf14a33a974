using System.Globalization;
using System.Text.Json;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Spectra.Baseline.Tests;

/// <summary>What every baseline method must do, AsLS included.</summary>
public sealed class EstimatorConformanceTests
{
    private const int N = 321;

    private static bool IsResult(RowStatus status) => status is RowStatus.Ok or RowStatus.MaxIterations;

    private static (double[] Baseline, double[] Weights, BaselineInfo Info) Run(IBaselineEstimator estimator, double[] y, bool[]? excluded = null)
    {
        double[] z = new double[y.Length], w = new double[y.Length];
        BaselineInfo info = estimator.Estimate(new BaselineInput(y) { Excluded = excluded }, new BaselineOutput(z) { Weights = w });
        return (z, w, info);
    }

    private static SpectrumSeries Series(int rows)
    {
        var y = new double[rows * N];
        for (int row = 0; row < rows; row++)
            Workloads.W1(row, N).CopyTo(y, row * N);
        return SpectrumSeries.Wrap(new Axis(Enumerable.Range(0, N).Select(i => (double)i).ToArray(), AxisQuantity.Index, string.Empty), y, rows);
    }

    [Fact]
    public void Every_step_that_gives_baselines_is_listed_here()
    {
        IEnumerable<string> steps = BaselineSteps.All.Where(s => s.OutputType == typeof(BaselineSeries)).Select(s => s.Operation);
        Assert.Equal(steps.Order(), Estimators.All.Select(m => "baseline." + m.Name).Order());
        foreach (IStep step in BaselineSteps.All)
        {
            Assert.True(step.Title.Length > 0 && step.Description.Length > 0 && step.Version == 1);
            string text = step.OptionSet.ToJson(step.OptionSet.Default);
            using JsonDocument json = JsonDocument.Parse(text);
            var faults = new List<OptionFault>();
            object read = step.OptionSet.Read(json.RootElement, null, string.Empty, faults);
            step.OptionSet.Check(read, string.Empty, faults);
            Assert.Empty(faults);
            Assert.Equal(step.OptionSet.Default, read);
            Assert.Equal(text, step.OptionSet.ToJson(read));
        }
    }

    [Theory]
    [MemberData(nameof(Estimators.Names), MemberType = typeof(Estimators))]
    public void An_estimate_allocates_nothing_and_does_not_depend_on_earlier_ones(string name)
    {
        Method method = Estimators.Named(name);
        double[][] rows = [Workloads.W1(1, N), [.. Enumerable.Repeat(double.NaN, N)], Workloads.W1(2, N), new double[N]];
        bool[] excluded = [.. Enumerable.Range(0, N).Select(i => i is < 4 or (> 100 and < 130))];
        double[] x = [.. Enumerable.Range(0, N).Select(i => i + (0.2 * Math.Sin(i)))];
        IBaselineEstimator reused = method.Make(N);
        double[] z = new double[N], w = new double[N], fresh = new double[N], freshWeights = new double[N];
        for (int i = 0; i < 24; i++)
        {
            double[] y = rows[i % 4], copy = [.. y];
            var input = new BaselineInput(y) { Excluded = i % 3 == 0 ? excluded : default(ReadOnlySpan<bool>), X = i % 5 == 0 ? x : default(ReadOnlySpan<double>) };
            BaselineInfo info = reused.Estimate(input, new BaselineOutput(z) { Weights = w });

            // A collection that other tests cause can move the count by the rest of this thread's buffer: the least of a few calls is what the call does.
            long allocated = long.MaxValue;
            for (int call = 0; call < 4 && allocated != 0; call++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                reused.Estimate(input, new BaselineOutput(z) { Weights = w });
                allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            Assert.Equal(0, allocated);
            Assert.Equal(copy, y);
            Assert.Equal(method.Make(N).Estimate(input, new BaselineOutput(fresh) { Weights = freshWeights }), info);
            Assert.Equal(fresh, z);
            Assert.Equal(freshWeights, w);
        }
    }

    [Theory]
    [MemberData(nameof(Estimators.Names), MemberType = typeof(Estimators))]
    public void Series_threads_culture_and_order_of_rows_change_no_bit(string name)
    {
        Method method = Estimators.Named(name);
        SpectrumSeries series = Series(7);
        BaselineSeries one = method.Series(series, AnalysisContext.Default with { MaxDegreeOfParallelism = 1 }, default);
        BaselineSeries two = method.Series(series, AnalysisContext.Default with { MaxDegreeOfParallelism = 2 }, default);
        BaselineSeries permuted = method.Series(series.Select([3, 0, 6, 1, 2, 5, 4]), null, default);
        CultureInfo before = CultureInfo.CurrentCulture;
        BaselineSeries german;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            german = method.Series(series, null, default);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        IBaselineEstimator estimator = method.Make(N);
        int[] order = [3, 0, 6, 1, 2, 5, 4];
        for (int row = 0; row < 7; row++)
        {
            double[] z = new double[N];
            BaselineInfo info = estimator.Estimate(new BaselineInput(series[row]) { X = series.Axis.Values }, z);
            Assert.True(IsResult(info.Status), info.ToString());
            Assert.Equal(info, one.Info[row]);
            Assert.Equal(z, one.Baselines[row].ToArray());
            Assert.Equal(z, two.Baselines[row].ToArray());
            Assert.Equal(z, german.Baselines[row].ToArray());
            Assert.Equal(z, permuted.Baselines[Array.IndexOf(order, row)].ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Estimators.Names), MemberType = typeof(Estimators))]
    public void What_is_stored_under_a_mask_changes_no_bit(string name)
    {
        Method method = Estimators.Named(name);
        double[] y = Workloads.W1(5, N);
        foreach (bool[] excluded in new[]
        {
            Enumerable.Range(0, N).Select(i => i is < 9 or (> 150 and < 200) or > 315).ToArray(),
            [.. Enumerable.Range(0, N).Select(i => i % 3 != 1)],
        })
        {
            (double[] z, double[] w, BaselineInfo info) = Run(method.Make(N), y, excluded);
            Assert.True(IsResult(info.Status) && z.All(double.IsFinite), info.ToString());
            foreach (double stored in new[] { double.NaN, double.PositiveInfinity, 0, 1e300, -3 })
            {
                (double[] other, double[] otherWeights, BaselineInfo otherInfo) = Run(method.Make(N), [.. y.Select((v, i) => excluded[i] ? stored : v)], excluded);
                Assert.Equal(info, otherInfo);
                Assert.Equal(z, other);
                Assert.Equal(w, otherWeights);
            }

            Assert.All(Enumerable.Range(0, N).Where(i => excluded[i]), i => Assert.Equal(0, w[i]));
        }
    }

    [Theory]
    [MemberData(nameof(Estimators.Names), MemberType = typeof(Estimators))]
    public void Bad_rows_have_a_status_and_NaN(string name)
    {
        Method method = Estimators.Named(name);
        foreach (double bad in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            foreach (int at in new[] { 0, 1, 160, N - 1 })
            {
                double[] y = Workloads.W1(0, N);
                y[at] = bad;
                (double[] z, double[] w, BaselineInfo info) = Run(method.Make(N), y);
                Assert.Equal((RowStatus.NotFinite, false), (info.Status, info.Converged));
                Assert.True(z.All(double.IsNaN) && w.All(double.IsNaN) && double.IsNaN(info.LastChange) && double.IsNaN(info.ErrorEstimate));
            }
        }

        for (int n = 1; n < 9; n++)
        {
            (double[] z, _, BaselineInfo info) = Run(method.Make(n), Workloads.W1(0, n + 1)[..n]);
            if (n < method.LeastPoints)
                Assert.True((info.Status is RowStatus.TooFewPoints or RowStatus.Singular) && z.All(double.IsNaN), $"{n}: {info}");
            else
                Assert.True(info.Status is RowStatus.Ok or RowStatus.MaxIterations or RowStatus.Singular, $"{n}: {info}");
            Assert.Equal(IsResult(info.Status), z.All(double.IsFinite));
        }

        Assert.Equal(RowStatus.TooFewPoints, Run(method.Make(N), Workloads.W1(0, N), [.. Enumerable.Repeat(true, N)]).Info.Status);
    }

    [Theory]
    [MemberData(nameof(Estimators.Names), MemberType = typeof(Estimators))]
    public void A_constant_row_is_its_own_baseline_and_extreme_sizes_do_not_overflow(string name)
    {
        Method method = Estimators.Named(name);
        foreach (double level in new[] { 0.0, 5, -0.1, 1e300, 1e-300, double.Epsilon, double.MaxValue })
        {
            (double[] z, _, BaselineInfo info) = Run(method.Make(N), [.. Enumerable.Repeat(level, N)]);
            Assert.Equal((RowStatus.Ok, true, true), (info.Status, info.Converged, !(info.LastChange > 1e-3)));
            Assert.All(z, v => Assert.InRange(Math.Abs(v - level), 0, Math.Max(1e-14 * Math.Abs(level), 0)));
        }

        double[] y = Workloads.W1(0, N);
        foreach (int exponent in new[] { -1070, -1020, 1013 })
        {
            (double[] z, _, BaselineInfo info) = Run(method.Make(N), [.. y.Select(v => Math.ScaleB(v, exponent))]);

            // A scale in intensity units (k of psalsa) that is nothing against the data leaves a single point with a weight.
            bool noScale = (name is "psalsa" or "derpsalsa") && exponent > 0 && info.Status == RowStatus.Singular;
            Assert.True(noScale || (IsResult(info.Status) && z.All(double.IsFinite)), $"2^{exponent}: {info}");
        }

        (double[] wild, _, BaselineInfo wildInfo) = Run(method.Make(50), [.. Enumerable.Range(0, 50).Select(i => i % 2 == 0 ? double.MaxValue : -double.MaxValue)]);
        Assert.Equal(IsResult(wildInfo.Status), wild.All(double.IsFinite));
    }

    [Theory]
    [MemberData(nameof(Estimators.Names), MemberType = typeof(Estimators))]
    public void Wrong_lengths_options_and_positions_throw_and_cancelling_stops(string name)
    {
        Method method = Estimators.Named(name);
        IBaselineEstimator estimator = method.Make(10);
        Assert.Equal(10, estimator.Length);
        Assert.Throws<ArgumentException>(() => estimator.Estimate(new double[9], new double[10]));
        Assert.Throws<ArgumentException>(() => estimator.Estimate(new double[10], new double[11]));
        Assert.Throws<ArgumentException>(() => estimator.Estimate(new BaselineInput(new double[10]) { X = new double[3] }, new double[10]));
        Assert.Throws<ArgumentException>(() => estimator.Estimate(new BaselineInput(new double[10]) { Variance = new double[3] }, new double[10]));
        Assert.Throws<ArgumentException>(() => estimator.Estimate(new BaselineInput(new double[10]) { Excluded = new bool[3] }, new double[10]));
        Assert.Throws<ArgumentException>(() => estimator.Estimate(new double[10], new BaselineOutput(new double[10]) { Weights = new double[3] }));
        Assert.Throws<ArgumentOutOfRangeException>(() => method.Make(0));
        var error = Assert.Throws<OptionsException>(method.MakeInvalid);
        Assert.Equal(method.Faults, error.Faults.Select(f => f.Path));

        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => estimator.Estimate(new double[10], new double[10], cancelled.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => method.Series(Series(2), null, cancelled.Token));
    }

    [Theory]
    [MemberData(nameof(Estimators.Names), MemberType = typeof(Estimators))]
    public void A_bad_row_stops_nothing_in_a_series(string name)
    {
        Method method = Estimators.Named(name);
        SpectrumSeries good = Series(3);
        double[] y = [.. Enumerable.Range(0, 3).SelectMany(r => good[r].ToArray())];
        y[N + 5] = double.NaN;
        BaselineSeries result = method.Series(SpectrumSeries.Wrap(good.Axis, y, 3), null, default), all = method.Series(good, null, default);
        Assert.Equal(RowStatus.NotFinite, result.StatusOf(1));
        Assert.True(result.Corrected[1].ToArray().All(double.IsNaN));
        Assert.Equal(all.Corrected[2].ToArray(), result.Corrected[2].ToArray());
    }
}
