using BigMap.Analysis.Spectra.Baseline.Internal;
using BigMap.Analysis.Tests;
using Xunit;

namespace BigMap.Analysis.Spectra.Baseline.Tests;

/// <summary>Standard errors of a baseline mean what they say. BIGMAP_NOISE_SEEDS sets how many noise seeds are drawn.</summary>
public sealed class UncertaintyTests
{
    private static readonly int Seeds = int.TryParse(Environment.GetEnvironmentVariable("BIGMAP_NOISE_SEEDS"), out int seeds) ? seeds : 100;

    public static TheoryData<string, double, double> Settings => new()
    {
        { "gauss", 1e5, 0.01 }, { "gauss", 1e6, 0.01 }, { "gauss", 1e6, 0.05 }, { "gauss", 1e7, 1e-3 }, { "mixed", 1e6, 0.01 }, { "counts", 1e6, 0.01 },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void The_band_covers_the_mean_of_the_estimates(string kind, double lambda, double p)
    {
        var truth = Truth.Of(kind, 1000);
        int n = truth.Baseline.Length;
        var estimator = new AslsEstimator(n, new AslsOptions { Lambda = lambda, P = p });
        var (z, se) = (new double[Seeds][], new double[Seeds][]);
        for (int s = 0; s < Seeds; s++)
        {
            (z[s], se[s]) = (new double[n], new double[n]);
            double[] y = truth.Draw(s);
            estimator.Estimate(new BaselineInput(y) { Variance = truth.VarianceOf(y) }, new BaselineOutput(z[s]) { StandardErrors = se[s] });
        }

        double coverage = Coverage(truth, z, se, i => z.Average(row => row[i]));
        TestContext.Current.TestOutputHelper?.WriteLine($"{kind}, lambda {lambda:G}, p {p}: {coverage:F3}");
        Assert.InRange(coverage, 0.60, 0.76);
    }

    [Theory]
    [InlineData("gauss")]
    [InlineData("mixed")]
    [InlineData("counts")]
    public void The_band_of_the_automatic_baseline_covers_the_truth(string kind)
    {
        var truth = Truth.Of(kind, 1000);
        int n = truth.Baseline.Length;
        var estimator = new RemlEstimator(n);
        int seeds = Math.Max(40, Seeds / 2);
        var (z, se) = (new double[seeds][], new double[seeds][]);
        int converged = 0;
        for (int s = 0; s < seeds; s++)
        {
            (z[s], se[s]) = (new double[n], new double[n]);
            double[] y = truth.Draw(s);
            BaselineInfo info = estimator.Estimate(new BaselineInput(y) { Variance = truth.VarianceOf(y) }, new BaselineOutput(z[s]) { StandardErrors = se[s] });
            Assert.True(info.Status.IsUsable(), info.ToString());
            converged += info.Converged ? 1 : 0;
        }

        double coverage = Coverage(truth, z, se, i => truth.Baseline[i]);
        TestContext.Current.TestOutputHelper?.WriteLine($"{kind}: {coverage:F3}, converged {converged} of {seeds}");
        Assert.InRange(coverage, 0.60, 0.76);
        Assert.InRange(converged, 0.95 * seeds, seeds);
    }

    [Fact]
    public void An_expectile_lies_below_the_truth_and_the_automatic_baseline_does_not()
    {
        var truth = Truth.Of("gauss", 1000);
        int n = truth.Baseline.Length;
        var asls = new AslsEstimator(n, new AslsOptions { Lambda = 1e7, P = 0.01 });
        var reml = new RemlEstimator(n);
        double offset = 0, corrected = 0;
        var z = new double[n];
        for (int s = 0; s < 20; s++)
        {
            asls.Estimate(truth.Draw(s), z);
            offset += truth.Outside.Average(i => z[i] - truth.Baseline[i]) / 20 / 5;
            reml.Estimate(truth.Draw(s), z);
            corrected += truth.Outside.Average(i => z[i] - truth.Baseline[i]) / 20 / 5;
        }

        Assert.InRange(offset, -2.2, -1.2);
        Assert.InRange(corrected, -0.1, 0.1);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public void The_covariance_has_the_squared_standard_errors_on_its_diagonal_and_is_symmetric(int order, bool uneven)
    {
        var truth = Truth.Of("gauss", 120);
        double[] x = [.. Enumerable.Range(0, 120).Select(i => uneven ? i + (0.3 * Math.Sin(i)) : i)];
        var asls = new AslsEstimator(120, new AslsOptions { Lambda = 300, P = 0.02, DifferenceOrder = order, Distance = BaselineDistance.Positions });
        var (z, se) = (new double[120], new double[120]);
        bool[] excluded = [.. x.Select((_, i) => i is > 40 and < 46)];
        asls.Estimate(new BaselineInput(truth.Draw(1)) { X = x, Excluded = excluded }, new BaselineOutput(z) { StandardErrors = se });
        var (unit, column, row) = (new double[120], new double[120], new double[120]);
        foreach (int i in new[] { 0, 1, 43, 60, 119 })
        {
            unit[i] = 1;
            asls.Covariance.Multiply(unit, column);
            Assert.Equal(1, column[i] / (se[i] * se[i]), 1e-6);
            (unit[i], unit[77]) = (0, 1);
            asls.Covariance.Multiply(unit, row);
            Assert.Equal(column[77], row[i], 1e-9 * Math.Abs(column[i]));
            unit[77] = 0;
        }
    }

    [Fact]
    public void A_series_has_the_standard_errors_of_the_estimator()
    {
        var truth = Truth.Of("gauss", 300);
        double[][] rows = [.. Enumerable.Range(0, 11).Select(truth.Draw)];
        rows[4][7] = double.NaN;
        SpectrumSeries series = SpectrumSeries.Wrap(new Axis(Enumerable.Range(0, 300).Select(i => (double)i).ToArray(), AxisQuantity.Index, string.Empty), rows.SelectMany(r => r).ToArray(), rows.Length);
        var options = new AslsOptions { StandardErrors = true };
        BaselineSeries result = series.EstimateBaseline(options), automatic = series.EstimateBaseline(new RemlOptions());
        Assert.Null(series.EstimateBaseline(new AslsOptions()).StandardErrors);
        Assert.NotNull(result.StandardErrors);
        Assert.NotNull(automatic.StandardErrors);
        var (z, se) = (new double[300], new double[300]);
        var asls = new AslsEstimator(300, options);
        var reml = new RemlEstimator(300);
        for (int row = 0; row < rows.Length; row++)
        {
            asls.Estimate(rows[row], new BaselineOutput(z) { StandardErrors = se });
            Assert.Equal(se, result.StandardErrors[row].ToArray());
            Assert.Equal(row == 4, se.All(double.IsNaN));
            BaselineInfo info = reml.Estimate(rows[row], new BaselineOutput(z) { StandardErrors = se });
            Assert.Equal(se, automatic.StandardErrors[row].ToArray());
            Assert.Equal(z, automatic.Baselines[row].ToArray());
            Assert.Equal(info, automatic.Info[row]);
        }

        var (v, product) = (Enumerable.Range(0, 300).Select(i => Math.Sin(i)).ToArray(), new double[300]);
        result.CovarianceOf(2).Multiply(v, product);
        Assert.True(v.Zip(product, (a, b) => a * b).Sum() > 0);
        Assert.Throws<NotSupportedException>(() => automatic.CovarianceOf(2));
        Assert.NotNull(automatic.ToTable().Columns.SingleOrDefault(c => c.Name == "lambda"));
    }

    [Fact]
    public void The_chosen_lambda_is_the_minimum_of_the_curve_and_does_not_depend_on_scale_offset_or_direction()
    {
        var truth = Truth.Of("gauss", 800);
        double[] y = truth.Draw(3), z = new double[800], other = new double[800];
        foreach (SmoothnessCriterion criterion in Enum.GetValues<SmoothnessCriterion>())
        {
            var estimator = new RemlEstimator(800, new RemlOptions { Criterion = criterion });
            BaselineInfo info = estimator.Estimate(y, z);
            Assert.Equal(RowStatus.Ok, info.Status);
            LambdaScore best = estimator.Curve(81).MinBy(s => s.Score);
            Assert.InRange(Math.Abs(Math.Log10(best.Lambda / info.Lambda!.Value)), 0, 0.15);
            BaselineInfo scaled = estimator.Estimate(y.Select(v => 1024 * v).ToArray(), other);
            Assert.Equal(info.Lambda, scaled.Lambda);
            Assert.Equal(z.Select(v => 1024 * v), other);
            BaselineInfo shifted = estimator.Estimate(y.Select((v, i) => v + 300 - (2 * i)).ToArray(), other);
            Assert.Equal(info.Lambda, shifted.Lambda);
            for (int i = 0; i < 800; i++)
                Assert.Equal(z[i] + 300 - (2 * i), other[i], 1e-6);
            BaselineInfo reversed = estimator.Estimate(y.Reverse().ToArray(), other);
            Assert.Equal(info.Lambda, reversed.Lambda);
        }
    }

    [Fact]
    public void Reml_finds_the_smoothness_with_which_a_curve_was_made()
    {
        // An integrated random walk with steps of variance q in white noise of variance 1: λ = 1/q.
        const int n = 1500;
        double sum = 0;
        for (int s = 0; s < 12; s++)
        {
            var random = new Random(s);
            double[] y = new double[n];
            double slope = 0, value = 0;
            for (int i = 0; i < n; i++)
            {
                slope += 1e-2 * Normal(random);
                value += slope;
                y[i] = value + Normal(random);
            }

            var fit = new SmoothWithTails(n);
            bool[] all = new bool[n], none = new bool[n];
            all.AsSpan().Fill(true);
            var variance = new double[n];
            variance.AsSpan().Fill(1);
            fit.Load(y, variance, all, none, []);
            sum += Math.Log10(fit.ChooseLambda(1, 9, double.NaN, SmoothnessCriterion.Reml, TestContext.Current.CancellationToken)) / 12;
        }

        Assert.InRange(sum, 3.8, 4.2);
    }

    [Fact]
    public void Rows_that_share_their_background_have_one_lambda_and_one_set_of_points()
    {
        var truth = Truth.Of("gauss", 600);
        double[][] rows = [.. Enumerable.Range(0, 9).Select(truth.Draw)];
        rows[2][5] = double.NaN;
        SpectrumSeries series = SpectrumSeries.Wrap(new Axis(Enumerable.Range(0, 600).Select(i => (double)i).ToArray(), AxisQuantity.Index, string.Empty), rows.SelectMany(r => r).ToArray(), rows.Length);
        BaselineSeries own = series.EstimateBaseline(new RemlOptions()), shared = series.EstimateBaseline(new RemlOptions { Shared = true });
        BaselineSeries again = series.EstimateBaseline(new RemlOptions { Shared = true }, AnalysisContext.Default with { MaxDegreeOfParallelism = 1 });
        Assert.Equal(RowStatus.NotFinite, shared.StatusOf(2));
        Assert.Single(shared.Info.ToArray().Where(i => i.Lambda is not null).Select(i => i.Lambda).Distinct());
        Assert.True(own.Info.ToArray().Where(i => i.Lambda is not null).Select(i => i.Lambda).Distinct().Count() > 1);
        for (int row = 0; row < rows.Length; row++)
        {
            Assert.Equal(shared.Baselines[row].ToArray(), again.Baselines[row].ToArray());
            if (row != 2)
                Assert.InRange(truth.Outside.Average(i => Math.Pow(shared.Baselines[row][i] - truth.Baseline[i], 2)), 0, 2);
        }
    }

    [Fact]
    public void Rows_that_agree_on_no_background_keep_their_own_and_failures_are_NaN()
    {
        var random = new Random(5);
        double[][] rows = [new double[400], new double[400]];
        for (int row = 0; row < 2; row++)
        {
            for (int i = 0; i < 400; i++)
            {
                rows[row][i] = 100 + Normal(random);
                for (int k = 0; k < 6; k++)
                    rows[row][i] += 60 * Math.Exp(-Math.Pow((i - (15 + (30 * k) + (200 * row))) / 6.0, 2));
            }
        }

        SpectrumSeries series = SpectrumSeries.Wrap(new Axis(Enumerable.Range(0, 400).Select(i => (double)i).ToArray(), AxisQuantity.Index, string.Empty), rows.SelectMany(r => r).ToArray(), 2);
        BaselineSeries result = series.EstimateBaseline(new RemlOptions { Shared = true });
        for (int row = 0; row < 2; row++)
            Assert.Equal(result.StatusOf(row).IsUsable(), result.Baselines[row].ToArray().All(double.IsFinite));
    }

    [Fact]
    public void Variances_that_are_no_numbers_and_counts_that_are_mostly_zero_give_no_false_certainty()
    {
        var random = new Random(2);
        double[] y = [.. Enumerable.Range(0, 400).Select(i => (random.NextDouble() < 0.1 ? 1.0 : 0) + Math.Round(80 * Math.Exp(-Math.Pow((i - 200) / 8.0, 2))))];
        var (z, se) = (new double[400], new double[400]);
        var estimator = new RemlEstimator(400);
        estimator.Estimate(y, new BaselineOutput(z) { StandardErrors = se });
        Assert.InRange(se[50], 0.005, 1);
        double[] variance = [.. Enumerable.Repeat(4.0, 400)];
        variance[50] = double.NaN;
        Assert.Equal(RowStatus.NotFinite, estimator.Estimate(new BaselineInput(y) { Variance = variance }, z).Status);
        variance.AsSpan().Clear();
        estimator.Estimate(new BaselineInput(y) { Variance = variance }, z);
        Assert.InRange(y.Zip(z, (a, b) => a - b).Max(), 50, 100);
    }

    [Fact]
    public void The_stiff_end_of_the_range_is_searched_and_said()
    {
        foreach (int n in new[] { 300, 500, 700, 900 })
        {
            var random = new Random(n);
            double[] y = [.. Enumerable.Range(0, n).Select(i => 100 + (0.1 * i) + (200 / (1 + Math.Pow((i - (0.3 * n)) / 10, 2))) + (300 / (1 + Math.Pow((i - (0.7 * n)) / 10, 2))) + Normal(random))];
            var estimator = new RemlEstimator(n);
            BaselineInfo info = estimator.Estimate(y, new double[n]);
            IReadOnlyList<LambdaScore> curve = estimator.Curve(101);
            LambdaScore best = curve.MinBy(s => s.Score);
            Assert.InRange(Math.Abs(Math.Log10(best.Lambda / info.Lambda!.Value)), 0, 0.2);
            if (best == curve[^1])
                Assert.True(info.LambdaAtBound, info.ToString());
        }
    }

    [Fact]
    public void An_excluded_row_has_no_covariance()
    {
        var truth = Truth.Of("gauss", 100);
        SpectrumSeries series = SpectrumSeries.Wrap(new Axis(Enumerable.Range(0, 100).Select(i => (double)i).ToArray(), AxisQuantity.Index, string.Empty), truth.Draw(1).Concat(truth.Draw(2)).ToArray(), 2);
        BaselineSeries result = BaselineSteps.Asls.Run(series, new StepRequest<AslsOptions>(new AslsOptions(), [new RowOverride(0, null, "bad")]));
        var product = new double[100];
        result.CovarianceOf(0).Multiply(new double[100], product);
        Assert.All(product, v => Assert.True(double.IsNaN(v)));
    }

    [Fact]
    public void A_row_may_have_its_own_extension()
    {
        var truth = Truth.Of("gauss", 300);
        var (a, b) = (new double[300], new double[300]);
        var estimator = new ExtendedRangeEstimator(300);
        BaselineInfo own = estimator.Estimate(new ExtendedRangeOptions { Extension = 0.5 }, truth.Draw(1), a, CancellationToken.None);
        BaselineInfo made = new ExtendedRangeEstimator(300, new ExtendedRangeOptions { Extension = 0.5 }).Estimate(truth.Draw(1), b);
        Assert.Equal(made, own);
        Assert.Equal(b, a);
    }

    [Fact]
    public void Extended_range_takes_the_lambda_that_recovers_the_added_lines_best()
    {
        var truth = Truth.Of("gauss", 700);
        var estimator = new ExtendedRangeEstimator(700);
        var z = new double[700];
        BaselineInfo info = estimator.Estimate(truth.Draw(1), z);
        LambdaScore best = estimator.Curve.ToArray().MinBy(s => s.Score);
        Assert.Equal(RowStatus.Ok, info.Status);
        Assert.Equal(best.Lambda, info.Lambda);
        Assert.False(info.LambdaAtBound);
        Assert.InRange(truth.Outside.Average(i => Math.Abs(z[i] - truth.Baseline[i])), 0, 20);
    }

    [Fact]
    public void The_two_determinants_agree()
    {
        double[] w = [.. Enumerable.Range(0, 61).Select(i => i % 5 == 0 ? 0 : 0.3 + (0.01 * i))];
        var solver = new WhittakerSolver(61);
        var (fw, fr, fz, inverse) = (new double[62], new double[62], new double[62], new double[61]);
        WhittakerSolver.Fold(w, fw);
        Assert.True(solver.Solve(fw, fr, 1e4, 2, fz));
        var information = new WhittakerInformation(61);
        Assert.True(information.Compute(w, [], (1e4, 2), null, inverse, []));
        Assert.Equal(information.LogDeterminant, solver.LogDeterminant(), 1e-9);
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double Coverage(Truth truth, double[][] z, double[][] se, Func<int, double> target)
    {
        long inside = 0, all = 0;
        foreach (int i in truth.Outside)
        {
            double at = target(i);
            for (int s = 0; s < z.Length; s++, all++)
                inside += Math.Abs(z[s][i] - at) <= se[s][i] ? 1 : 0;
        }

        return (double)inside / all;
    }

    /// <summary>A baseline and peaks that are known, and noise that is drawn.</summary>
    private sealed class Truth
    {
        private readonly double[] _curve;
        private readonly bool _counts;

        private Truth(double[] baseline, double[] curve, int[] outside, bool counts) => (Baseline, _curve, Outside, _counts) = (baseline, curve, outside, counts);

        public double[] Baseline { get; }

        /// <summary>Points outside ±3 full widths at half maximum of the peaks.</summary>
        public int[] Outside { get; }

        public static Truth Of(string kind, int n)
        {
            (double Center, double HalfWidth, double Height)[] peaks = [(0.15, 0.006, 700), (0.33, 0.010, 400), (0.5, 0.005, 900), (0.72, 0.008, 250), (0.88, 0.006, 500)];
            var baseline = new double[n];
            var curve = new double[n];
            for (int i = 0; i < n; i++)
            {
                double t = (double)i / (n - 1);
                baseline[i] = 300 + (60 * (t - 0.5)) + (150 * (t - 0.5) * (t - 0.5)) + (200 * Math.Exp(-3 * t));
                curve[i] = baseline[i];
                for (int k = 0; k < peaks.Length; k++)
                {
                    double u = (t - peaks[k].Center) / peaks[k].HalfWidth;
                    curve[i] += peaks[k].Height * (kind == "mixed" && k % 2 == 1 ? 1 / (1 + (u * u)) : Math.Exp(-Math.Log(2) * u * u));
                }
            }

            int[] outside = [.. Enumerable.Range(0, n).Where(i => peaks.All(p => Math.Abs(((double)i / (n - 1)) - p.Center) > 6 * p.HalfWidth))];
            return new Truth(baseline, curve, outside, kind == "counts");
        }

        public double[] Draw(int seed)
        {
            var random = new Random(1000 + seed);
            return [.. _curve.Select(v => _counts ? Math.Round(v + (Math.Sqrt(v) * Normal(random))) : v + (5 * Normal(random)))];
        }

        public double[] VarianceOf(double[] y) => _counts ? [.. y.Select(v => Math.Max(v, 1))] : [];
    }
}
