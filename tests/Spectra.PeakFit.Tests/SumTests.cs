using BigMap.Analysis.Spectra.PeakFit.Internal;

namespace BigMap.Analysis.Spectra.PeakFit.Tests;

/// <summary>Parameters that are sums of others.</summary>
public class SumTests
{
    private static readonly double[] X = [.. Enumerable.Range(0, 200).Select(i => 0.1 * i)];

    private static readonly PeakFitOptions Three = new()
    {
        Peaks = [.. new[] { ("a", 5.0), ("b", 9), ("c", 14) }.Select(p => new PeakDefinition { Name = p.Item1, Shape = LineShapes.Gaussian, Center = new(p.Item2, p.Item2 - 1, p.Item2 + 1), Fwhm = new(1.5, 0.3, 5), Presence = PeakPresence.Required })],
        Weighting = Weighting.Sigma,
    };

    private static SumTie Total(double total) => new() { Parameter = "c.area", Constant = total, Terms = [new() { Of = "a.area", Factor = -1 }, new() { Of = "b.area", Factor = -1 }] };

    /// <summary>Linear in the areas: the constrained minimum follows from the free one and its covariance (Lagrange).</summary>
    [Fact]
    public void A_known_total_gives_the_constrained_minimum_of_the_linear_problem()
    {
        PeakFitOptions linear = Three with { Peaks = [.. Three.Peaks.Select(p => p with { Center = Parameter.Fixed(p.Center.Value!.Value), Fwhm = Parameter.Fixed(1.5), Area = new(Min: -1000) })] };
        SpectrumSeries series = Made();
        FitResult free = series.Fit(linear)[0], held = series.Fit(linear with { Peaks = [linear.Peaks[0], linear.Peaks[1], linear.Peaks[2] with { Area = Parameter.Automatic }], Sums = [Total(62)] })[0];
        string[] names = ["a.area", "b.area", "c.area", "background.c0", "background.c1"];
        double[,] c = new double[5, 5];
        for (int i = 0; i < 5; i++)
        {
            for (int j = 0; j < 5; j++)
                c[i, j] = free.Correlation(names[i], names[j]) * free.StandardError(names[i]) * free.StandardError(names[j]);
        }

        double[] sums = [.. Enumerable.Range(0, 5).Select(i => c[i, 0] + c[i, 1] + c[i, 2])];
        double all = sums[0] + sums[1] + sums[2], excess = free["a.area"] + free["b.area"] + free["c.area"] - 62;
        for (int i = 0; i < 5; i++)
        {
            double error = Math.Sqrt(c[i, i] - (sums[i] * sums[i] / all));
            Assert.Equal(free[names[i]] - (sums[i] * excess / all), held[names[i]], 1e-8);
            Assert.Equal(error, held.StandardError(names[i]), 1e-6 * error);
        }

        Assert.Equal(62, held["a.area"] + held["b.area"] + held["c.area"], 1e-12);
        Assert.Equal(free.Info.ChiSquare + (excess * excess / all), held.Info.ChiSquare, 1e-6);
        Assert.Equal(free.Variables - 1, held.Variables);
    }

    [Fact]
    public void Derivatives_are_exact_for_sums_of_widths_centres_and_of_followers()
    {
        PeakFitOptions options = Three with
        {
            Peaks = [.. Three.Peaks.Select(p => p with { Shape = LineShapes.PseudoVoigt })],
            Sums =
            [
                new() { Parameter = "c.fwhm", Constant = 0.1, Terms = [new() { Of = "a.fwhm", Factor = 0.5 }, new() { Of = "b.fwhm", Factor = 0.4 }] },
                new() { Parameter = "c.center", Terms = [new() { Of = "b.center", Factor = 2 }, new() { Of = "a.center", Factor = -1 }] },
                new() { Parameter = "c.area", Terms = [new() { Of = "b.area" }, new() { Of = "a.area", Factor = 0.3 }] },
            ],
            Ties = [new() { Parameter = "b.eta", To = "a.eta" }, new() { Parameter = "b.area", To = "a.area", Factor = 1.5, Offset = 2 }],
        };
        var layout = new ModelLayout(options);
        var problem = new CurveProblem(layout, X.Length);
        SpectrumSeries series = Made();
        problem.Load(new FitData(X, series[0], series.Variance(0)), Weighting.Sigma);
        double[] roots = [.. layout.Roots.Select(p => layout.Names[p].Split('.') switch
        {
            [_, "area"] => 12.0,
            ["a", "center"] => 5.1,
            [_, "center"] => 9.2,
            [_, "fwhm"] => 1.4,
            [_, "eta"] => 0.4,
            _ => 1.3,
        })];
        int m = X.Length;
        double[] r = new double[m], jacobian = new double[m * roots.Length], plus = new double[m], minus = new double[m];
        Assert.True(problem.Evaluate(roots, r, jacobian));

        // c.area = 1.5·a.area + 2 + 0.3·a.area
        Assert.Equal((1.8 * 12) + 2, problem.Expand(roots)[Array.IndexOf(layout.Names, "c.area")], 1e-12);
        for (int k = 0; k < roots.Length; k++)
        {
            double h = 1e-5, at = roots[k];
            roots[k] = at + h;
            problem.Evaluate(roots, plus, []);
            roots[k] = at - h;
            problem.Evaluate(roots, minus, []);
            roots[k] = at;
            double largest = jacobian.AsSpan(k * m, m).ToArray().Max(Math.Abs);
            for (int i = 0; i < m; i++)
                Assert.Equal((plus[i] - minus[i]) / (2 * h), jacobian[(k * m) + i], 1e-6 * largest);
        }
    }

    [Fact]
    public void A_total_holds_in_a_nonlinear_fit_and_its_error_follows_from_the_parts()
    {
        FitResult fit = Made().Fit(Three with { Sums = [Total(60)], Derived = [new() { Name = "total", Kind = DerivedKind.Sum, Of = ["a.area", "b.area", "c.area"] }] })[0];
        Assert.True(fit.IsUsable);
        double a = fit.StandardError("a.area"), b = fit.StandardError("b.area");
        Assert.Equal(Math.Sqrt((a * a) + (b * b) + (2 * a * b * fit.Correlation("a.area", "b.area"))), fit.StandardError("c.area"), 1e-9);
        Assert.Equal(60, fit["total"], 1e-10);
        Assert.Equal(StandardErrorStatus.Fixed, fit.ErrorStatus("total"));
        foreach ((string name, double truth) in new[] { ("a.area", 30.0), ("b.area", 20), ("c.area", 10), ("c.center", 14), ("c.fwhm", 1.5) })
            Assert.Equal(truth, fit[name], 4 * fit.StandardError(name));

        // Amplitudes in a sum are not tested.
        FitResult tested = Made().Fit(Three with { Peaks = [.. Three.Peaks.Select(p => p with { Presence = PeakPresence.Tested })], Sums = [Total(60)] })[0];
        Assert.Equal(fit["a.area"], tested["a.area"], 1e-6);
    }

    [Fact]
    public void A_sum_of_one_term_is_a_tie()
    {
        FitResult tie = Made().Fit(Three with { Ties = [new() { Parameter = "b.fwhm", To = "a.fwhm", Factor = 1.1, Offset = -0.1 }] })[0];
        FitResult sum = Made().Fit(Three with { Sums = [new() { Parameter = "b.fwhm", Constant = -0.1, Terms = [new() { Of = "a.fwhm", Factor = 1.1 }] }] })[0];
        Assert.All(tie.ValueNames, n => Assert.Equal(tie[n], sum[n]));
    }

    [Fact]
    public void A_width_that_would_vanish_gives_no_result_and_no_exception()
    {
        FitResult fit = Made().Fit(Three with { Peaks = [Three.Peaks[0], Three.Peaks[1], Three.Peaks[2] with { Fwhm = Parameter.Automatic }], Sums = [new() { Parameter = "c.fwhm", Constant = -9, Terms = [new() { Of = "a.fwhm" }, new() { Of = "b.fwhm" }] }] })[0];
        Assert.False(fit.IsUsable && fit["c.fwhm"] <= 0);
        Assert.NotEmpty(fit.Report());
    }

    [Theory]
    [InlineData("x.area", "a.area", "not a parameter")]
    [InlineData("c.area", "q.area", "not a parameter")]
    [InlineData("c.area", "c.area", "circle")]
    [InlineData("b.fwhm", "a.area", "tied twice")]
    [InlineData("a.area", "b.area", "circle")]
    [InlineData("a.center", "b.center", "cannot have bounds")]
    public void Faults_are_named_before_any_work(string parameter, string of, string message)
    {
        PeakFitOptions options = Three with
        {
            Peaks = [.. Three.Peaks.Select(p => p with { Shape = LineShapes.PseudoVoigt })],
            Ties = [new() { Parameter = "b.fwhm", To = "a.fwhm" }, new() { Parameter = "b.area", To = "a.area" }],
            Sums = [new() { Parameter = parameter, Terms = [new() { Of = of }, new() { Of = "c.eta" }] }],
        };
        Assert.Contains(message, Assert.Throws<OptionsException>(options.Validate).Message);
    }

    [Fact]
    public void A_follower_of_a_sum_has_no_bounds_either()
    {
        PeakFitOptions options = Three with { Sums = [Total(60)], Ties = [new() { Parameter = "a.fwhm", To = "c.area", Factor = 0.01 }] };
        Assert.Contains("a.fwhm is a sum", Assert.Throws<OptionsException>(options.Validate).Message);
    }

    [Fact]
    public void A_sum_without_terms_or_with_a_factor_of_zero_is_refused()
    {
        Assert.Throws<OptionsException>((Three with { Sums = [new() { Parameter = "c.area" }] }).Validate);
        Assert.Throws<OptionsException>((Three with { Sums = [new() { Parameter = "c.area", Terms = [new() { Of = "a.area", Factor = 0 }] }] }).Validate);
    }

    private static SpectrumSeries Made()
    {
        var random = new Random(3);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double[] y = [.. X.Select(x => 5 + (0.1 * x) + ScalarShapes.Value("gaussian", x, 30, 5, 1.5) + ScalarShapes.Value("gaussian", x, 20, 9, 1.5) + ScalarShapes.Value("gaussian", x, 10, 14, 1.5) + (0.5 * Normal()))];
        return SpectrumSeries.Wrap(new Axis(X, "x", "u"), y, 1, new SeriesAttributes { Variance = Enumerable.Repeat(0.25, y.Length).ToArray() });
    }
}
