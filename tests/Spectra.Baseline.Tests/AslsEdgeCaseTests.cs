using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Spectra.Baseline.Tests;

public sealed class AslsEdgeCaseTests
{
    private static readonly AslsStopRule[] Rules = Enum.GetValues<AslsStopRule>();

    private static double[] Row(int n) => Workloads.W1(1, n);

    private static (double[] Baseline, BaselineInfo Info) Estimate(double[] y, AslsOptions? options = null, bool[]? excluded = null)
    {
        var z = new double[y.Length];
        return (z, new AslsEstimator(y.Length, options).Estimate(new BaselineInput(y) { Excluded = excluded }, z));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_row_that_is_not_finite_has_a_status_and_NaN(double bad)
    {
        foreach (int at in new[] { 0, 1, 50, 98, 99 })
        {
            double[] y = Row(100);
            y[at] = bad;
            (double[] z, BaselineInfo info) = Estimate(y);
            Assert.Equal((RowStatus.NotFinite, 0, false), (info.Status, info.Solves, info.Converged));
            Assert.All(z, v => Assert.True(double.IsNaN(v)));
            Assert.True(double.IsNaN(info.LastChange) && double.IsNaN(info.ErrorEstimate));
        }
    }

    [Fact]
    public void Too_few_points_have_a_status()
    {
        foreach (int order in new[] { 1, 2, 3 })
        {
            for (int n = 1; n <= 6; n++)
            {
                double[] y = Row(n + 1)[..n];
                (double[] z, BaselineInfo info) = Estimate(y, new AslsOptions { DifferenceOrder = order });
                Assert.Equal(n > order ? RowStatus.Ok : RowStatus.TooFewPoints, info.Status);
                Assert.All(z, v => Assert.Equal(n <= order, double.IsNaN(v)));
            }
        }
    }

    [Fact]
    public void Constant_zero_straight_and_parabolic_rows_are_their_own_baseline()
    {
        foreach (AslsStopRule rule in Rules)
        {
            foreach (double lambda in new[] { 1e-3, 1e6, 1e14, 1e100 })
            {
                foreach (int order in new[] { 1, 2, 3 })
                {
                    var options = new AslsOptions { Lambda = lambda, DifferenceOrder = order, StopRule = rule };
                    foreach (double level in new[] { 0.0, 5, -0.1, 1e300, 1e-300, double.Epsilon, double.MaxValue })
                    {
                        (double[] z, BaselineInfo info) = Estimate([.. Enumerable.Repeat(level, 40)], options);
                        Assert.Equal(RowStatus.Ok, info.Status);
                        Assert.All(z, v => Assert.Equal(level, v));
                        Assert.Equal(0, info.ErrorEstimate);
                    }

                    double[] polynomial = [.. Enumerable.Range(0, 40).Select(i => 1e3 + (order > 1 ? 7.3 * i : 0) + (order > 2 ? 0.31 * i * i : 0))];
                    (double[] line, BaselineInfo lineInfo) = Estimate(polynomial, options);
                    Assert.InRange(AslsReference.LargestDifference(line, polynomial), 0, 1e-11);
                    if (rule != AslsStopRule.WeightNorm)
                        Assert.Equal(RowStatus.Ok, lineInfo.Status);
                }
            }
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    public void Ties_do_not_keep_the_iteration_going(double slope)
    {
        // Noise-free flat stretches with one peak: at the minimiser most points lie on the baseline to within rounding, or exactly.
        foreach (double lambda in new[] { 1e-3, 1, 1e4, 1e9, 1e14 })
        {
            foreach (double p in new[] { 1e-4, 0.01, 0.5 })
            {
                double[] y = [.. Enumerable.Range(0, 200).Select(i => (slope * i) + (i is > 90 and < 110 ? 50 : 0))];
                (double[] z, BaselineInfo info) = Estimate(y, new AslsOptions { Lambda = lambda, P = p });
                Assert.True(info is { Status: RowStatus.Ok, IsFixedPoint: true }, $"{lambda} {p}: {info}");

                // Behind the step z rings about the data down to 1e-32 in exact arithmetic; sides below rounding are not followed, at a cost of 64 ε/p.
                Assert.InRange(AslsReference.LargestDifference(z, AslsReference.Exact(y, lambda, p).Baseline), 0, 1e-11 * AslsReference.Range(y));
            }
        }
    }

    [Fact]
    public void The_largest_lambda_gives_the_weighted_straight_line_and_the_smallest_the_data()
    {
        double[] y = Row(300);
        (double[] stiff, BaselineInfo a) = Estimate(y, new AslsOptions { Lambda = 1e100 });
        (double[] soft, BaselineInfo b) = Estimate(y, new AslsOptions { Lambda = 1e-100 });
        Assert.True(a is { Status: RowStatus.Ok, IsFixedPoint: true } && b is { Status: RowStatus.Ok });
        for (int i = 1; i < 299; i++)
            Assert.Equal(0, stiff[i - 1] - (2 * stiff[i]) + stiff[i + 1], 1e-9);
        Assert.InRange(AslsReference.LargestDifference(soft, y), 0, 1e-9);

        // The straight line that solves the weighted normal equations.
        double[] w = [.. y.Select((v, i) => v > stiff[i] ? 0.01 : 0.99)];
        Assert.Equal(0, w.Select((v, i) => v * (y[i] - stiff[i])).Sum() / w.Sum(), 1e-9);
        Assert.Equal(0, w.Select((v, i) => v * (y[i] - stiff[i]) * i / 300).Sum() / w.Sum(), 1e-9);
    }

    [Fact]
    public void A_row_that_does_not_reach_its_fixed_point_says_so_and_keeps_the_last_iterate()
    {
        double[] y = Row(2000);
        (double[] z, BaselineInfo info) = Estimate(y, new AslsOptions { MaxIterations = 2 });
        Assert.Equal((RowStatus.MaxIterations, 3, false, false), (info.Status, info.Solves, info.Converged, info.IsFixedPoint));
        Assert.True(info.LastChange > 0);
        Assert.InRange(AslsReference.LargestDifference(z, AslsReference.Exact(y, 1e6, 0.01, maxSolves: 3).Baseline), 0, 1e-11 * AslsReference.Range(y));
        Assert.Equal(1, Estimate(y, new AslsOptions { MaxIterations = 0 }).Info.Solves);

        // A tolerance of 0 carries out every iteration; where the last ones change nothing, the fixed point is still that.
        (double[] forced, BaselineInfo all) = Estimate(y, new AslsOptions { MaxIterations = 29, StopRule = AslsStopRule.WeightChange, Tolerance = 0 });
        Assert.Equal((RowStatus.Ok, 30, true, true), (all.Status, all.Solves, all.Converged, all.IsFixedPoint));
        Assert.Equal(Estimate(y).Baseline, forced);
    }

    [Theory]
    [InlineData(1e-9)]
    [InlineData(1e9)]
    [InlineData(1e-200)]
    [InlineData(1e200)]
    [InlineData(1.0 / 1024)]
    public void Scaled_data_give_the_scaled_baseline_with_as_many_solves(double factor)
    {
        double[] y = Row(1500), scaled = [.. y.Select(v => v * factor)];
        foreach (AslsStopRule rule in Rules)
        {
            var options = new AslsOptions { Lambda = 1e7, P = 1e-3, StopRule = rule };
            (double[] z, BaselineInfo info) = Estimate(y, options);
            (double[] zScaled, BaselineInfo scaledInfo) = Estimate(scaled, options);
            Assert.Equal((info.Status, info.Solves), (scaledInfo.Status, scaledInfo.Solves));
            Assert.InRange(AslsReference.LargestDifference([.. zScaled.Select(v => v / factor)], z), 0, 1e-12 * AslsReference.Range(y));
            if (factor == 1.0 / 1024)
                Assert.Equal(z, zScaled.Select(v => v / factor));
        }
    }

    [Fact]
    public void A_range_beyond_the_largest_double_does_not_overflow()
    {
        double[] y = [.. Row(200).Select(v => (v - 700) * 1e305)];
        Assert.True(double.IsInfinity(y.Max() - y.Min()) || y.Max() > 1e307);
        (double[] z, BaselineInfo info) = Estimate(y, new AslsOptions { Lambda = 1e4 });
        Assert.True(info.Status == RowStatus.Ok && z.All(double.IsFinite));
        double[] extreme = [.. Enumerable.Range(0, 50).Select(i => i % 2 == 0 ? double.MaxValue : -double.MaxValue)];
        (z, info) = Estimate(extreme, new AslsOptions { Lambda = 1e4 });
        Assert.True(info.Status == RowStatus.Ok && z.All(double.IsFinite));
    }

    [Fact]
    public void A_large_offset_costs_no_more_than_the_rounding_of_the_data()
    {
        double[] y = Row(2000), shifted = [.. y.Select(v => v + 1e9)];
        double[] z = Estimate(y).Baseline, zShifted = Estimate(shifted).Baseline;
        Assert.InRange(AslsReference.LargestDifference([.. zShifted.Select(v => v - 1e9)], z), 0, 4e-7);
    }

    [Fact]
    public void Excluded_points_are_never_read_and_the_baseline_runs_through_them()
    {
        double[] y = Row(600);
        var excluded = new bool[600];
        for (int i = 0; i < 600; i++)
            excluded[i] = i < 9 || (i > 250 && i < 320) || i > 595;
        (double[] z, BaselineInfo info) = Estimate(y, null, excluded);
        foreach (double stored in new[] { double.NaN, double.PositiveInfinity, 0, 1e300 })
        {
            double[] other = [.. y.Select((v, i) => excluded[i] ? stored : v)];
            (double[] again, BaselineInfo againInfo) = Estimate(other, null, excluded);
            Assert.Equal(info, againInfo);
            Assert.Equal(z, again);
        }

        // Solved with weight 0 there by the reference.
        var w = new double[600];
        new AslsEstimator(600).Estimate(new BaselineInput(y) { Excluded = excluded }, new BaselineOutput(z) { Weights = w });
        Assert.All(Enumerable.Range(0, 600), i => Assert.Equal(excluded[i] ? 0 : y[i] > z[i] ? 0.01 : 0.99, w[i]));
        Assert.InRange(AslsReference.LargestDifference(z, AslsReference.ExactSolve(y, w, 1e6, 2)), 0, 1e-12 * AslsReference.Range(y));

        Array.Fill(excluded, true);
        excluded[3] = excluded[7] = false;
        Assert.Equal(RowStatus.TooFewPoints, Estimate(y, null, excluded).Info.Status);
        excluded[9] = false;
        Assert.Equal(RowStatus.Ok, Estimate(y, null, excluded).Info.Status);
    }

    [Fact]
    public void Wrong_lengths_and_options_throw_before_any_work()
    {
        var estimator = new AslsEstimator(10);
        Assert.Throws<ArgumentException>(() => estimator.Estimate(new double[9], new double[10]));
        Assert.Throws<ArgumentException>(() => estimator.Estimate(new double[10], new double[11]));
        Assert.Throws<ArgumentException>(() => estimator.Estimate(new BaselineInput(new double[10]) { X = new double[3] }, new double[10]));
        Assert.Throws<ArgumentException>(() => estimator.Estimate(new BaselineInput(new double[10]) { Variance = new double[3] }, new double[10]));
        Assert.Throws<ArgumentException>(() => estimator.Estimate(new BaselineInput(new double[10]) { Excluded = new bool[3] }, new double[10]));
        Assert.Throws<ArgumentException>(() => estimator.Estimate(new double[10], new BaselineOutput(new double[10]) { Weights = new double[3] }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AslsEstimator(0));
        var error = Assert.Throws<OptionsException>(() => new AslsEstimator(10, new AslsOptions { Lambda = 0, P = 1, DifferenceOrder = 4, MaxIterations = -1, Tolerance = double.NaN }));
        Assert.Equal(["lambda", "p", "differenceOrder", "maxIterations", "tolerance"], error.Faults.Select(f => f.Path));
    }

    [Fact]
    public void An_estimate_may_be_written_over_its_input_and_does_not_touch_it_otherwise()
    {
        double[] y = Row(500), copy = [.. y], z = new double[500];
        var estimator = new AslsEstimator(500);
        estimator.Estimate(y, z);
        Assert.Equal(copy, y);
        estimator.Estimate(y, y);
        Assert.Equal(z, y);
    }

    [Fact]
    public void What_was_estimated_before_changes_nothing_and_an_estimate_allocates_nothing()
    {
        double[][] rows = [Row(777), [.. Enumerable.Repeat(double.NaN, 777)], Workloads.W1(2, 777), new double[777]];
        var excluded = new bool[777];
        excluded[5] = true;
        foreach (AslsStopRule rule in Rules)
        {
            foreach (int order in new[] { 1, 2, 3 })
            {
                var options = new AslsOptions { StopRule = rule, DifferenceOrder = order };
                var reused = new AslsEstimator(777, options);
                double[] z = new double[777], w = new double[777];
                for (int i = 0; i < 12; i++)
                {
                    double[] y = rows[i % 4];
                    long before = GC.GetAllocatedBytesForCurrentThread();
                    BaselineInfo info = reused.Estimate(new BaselineInput(y) { Excluded = i % 3 == 0 ? excluded : default(ReadOnlySpan<bool>) }, new BaselineOutput(z) { Weights = w });
                    Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
                    (double[] fresh, BaselineInfo freshInfo) = Estimate(y, options, i % 3 == 0 ? excluded : null);
                    Assert.Equal(freshInfo, info);
                    Assert.Equal(fresh, z);
                }
            }
        }
    }
}
