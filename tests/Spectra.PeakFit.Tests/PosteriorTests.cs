using BigMap.Analysis.Spectra.PeakFit.Internal;

namespace BigMap.Analysis.Spectra.PeakFit.Tests;

/// <summary>Priors, evidence and posterior sampling, against problems whose answers are known.</summary>
public class PosteriorTests
{
    private const double Sigma = 0.5;

    private static readonly double[] X = [.. Enumerable.Range(0, 120).Select(i => 0.1 * i)];

    /// <summary>Linear: two areas and a constant.</summary>
    private static readonly PeakFitOptions Linear = new()
    {
        Peaks =
        [
            new() { Name = "a", Shape = LineShapes.Gaussian, Center = Parameter.Fixed(5), Fwhm = Parameter.Fixed(2), Area = new(Min: -100, Max: 100), Presence = PeakPresence.Required },
            new() { Name = "b", Shape = LineShapes.Gaussian, Center = Parameter.Fixed(6.5), Fwhm = Parameter.Fixed(2), Area = new(Min: -100, Max: 100), Presence = PeakPresence.Required },
        ],
        Background = new() { Degree = 0, Coefficients = [Parameter.Between(-50, 50)] },
        Weighting = Weighting.Sigma,
        Derived = [new() { Name = "total", Kind = DerivedKind.Sum, Of = ["a.area", "b.area"] }],
    };

    [Theory]
    [InlineData("a.area")]
    [InlineData("a.height")]
    [InlineData("total")]
    public void A_prior_on_a_linear_value_is_one_more_measurement(string name)
    {
        FitResult free = Made().Fit(Linear)[0];
        double mean = free[name] + 2, sigma = 0.7;
        FitResult with = Made().Fit(Linear with { Priors = [new() { Of = name, Mean = mean, StandardDeviation = sigma }] })[0];

        // C' = C − C g gᵀ C/(σ² + gᵀ C g), p' = p + C g (μ − v)/(σ² + gᵀ C g)
        double own = Math.Pow(free.StandardError(name), 2), denominator = (sigma * sigma) + own;
        foreach (string other in new[] { "a.area", "b.area", "background.c0", "total" })
        {
            double error = free.StandardError(other), covariance = free.Correlation(other, name) * error * free.StandardError(name);
            Assert.Equal(free[other] + (covariance * 2 / denominator), with[other], 1e-8);
            Assert.Equal(Math.Sqrt((error * error) - (covariance * covariance / denominator)), with.StandardError(other), 1e-6 * error);
        }

        // n − tr(hat matrix), and χ² of the data alone.
        Assert.Equal(with.Info.ChiSquare / (X.Length - 3 + (own * sigma * sigma / denominator / (sigma * sigma))), with.Info.ReducedChiSquare, 1e-8);
        Assert.Equal(free.Info.ChiSquare + (4 * own / (denominator * denominator)), with.Info.ChiSquare, 1e-6);
    }

    [Fact]
    public void A_prior_of_an_absent_peak_says_nothing_and_the_Jacobian_is_exact()
    {
        PeakFitOptions options = Linear with
        {
            Peaks = [new() { Name = "a", Center = Parameter.Between(4, 6), Fwhm = Parameter.Between(0.5, 4) }, new() { Name = "b", Shape = LineShapes.Gaussian, Center = Parameter.Between(9, 11), Fwhm = Parameter.Between(0.5, 3) }],
            Derived = [new() { Name = "fraction", Of = ["b.area"], Over = ["a.area", "b.area"] }],
        };
        PeakFitOptions with = options with { Priors = [new() { Of = "b.center", Mean = 10, StandardDeviation = 0.1 }, new() { Of = "a.height", Mean = 9, StandardDeviation = 3 }, new() { Of = "fraction", Mean = 0.1, StandardDeviation = 0.2 }] };
        FitResult plain = Made(b: 0).Fit(options)[0], fit = Made(b: 0).Fit(with)[0];
        Assert.False(plain.IsPresent("b"));
        Assert.False(fit.IsPresent("b"));
        Assert.True(double.IsNaN(fit["b.center"]));
        var layout = new ModelLayout(with);
        var problem = new CurveProblem(layout, X.Length);
        SpectrumSeries series = Made();
        problem.Load(new FitData(X, series[0], series.Variance(0)), Weighting.Sigma);
        double[] roots = [.. layout.Roots.Select(p => layout.Names[p] switch { "a.area" => 20.0, "a.center" => 5, "a.fwhm" => 2, "a.eta" => 0.3, "b.area" => 6, "b.center" => 9.7, "b.fwhm" => 1.1, _ => 3 })];
        int m = problem.ResidualCount;
        Assert.Equal(X.Length + 3, m);
        double[] r = new double[m], j = new double[m * roots.Length], plus = new double[m], minus = new double[m];
        problem.Evaluate(roots, r, j);
        Assert.Equal(-3, r[X.Length], 1e-9);
        for (int k = 0; k < roots.Length; k++)
        {
            double at = roots[k], h = 1e-5;
            roots[k] = at + h;
            problem.Evaluate(roots, plus, []);
            roots[k] = at - h;
            problem.Evaluate(roots, minus, []);
            roots[k] = at;
            for (int i = X.Length; i < m; i++)
                Assert.Equal((plus[i] - minus[i]) / (2 * h), j[(k * m) + i], 1e-6);
        }
    }

    [Fact]
    public void Evidence_of_a_linear_model_is_its_integral()
    {
        PeakFitOptions one = Linear with { Peaks = [Linear.Peaks[0]], Background = new() { Degree = 0, Coefficients = [Parameter.Fixed(3)] }, Derived = [] };
        SpectrumSeries series = Made();
        double[] y = series[0].ToArray(), shape = [.. X.Select(x => ScalarShapes.Value("gaussian", x, 1, 5, 2))];
        double Likelihood(double area) => -0.5 * y.Select((v, i) => Math.Pow((v - 3 - (area * shape[i])) / Sigma, 2) + Math.Log(2 * Math.PI * Sigma * Sigma)).Sum();
        FitResult flat = series.Fit(one)[0], prior = series.Fit(one with { Priors = [new() { Of = "a.area", Mean = 20, StandardDeviation = 1.5 }] })[0];
        Assert.Equal(Integral(a => Likelihood(a) - Math.Log(200)), flat.LaplaceEvidence(), 1e-6);
        Assert.Equal(Integral(a => Likelihood(a) - (0.5 * Math.Pow((a - 20) / 1.5, 2)) - Math.Log(1.5 * Math.Sqrt(2 * Math.PI))), prior.LaplaceEvidence(), 1e-6);
        Assert.True(double.IsNaN(series.Fit(one with { Peaks = [one.Peaks[0] with { Area = Parameter.Automatic }] })[0].LaplaceEvidence()));
        Assert.True(double.IsNaN(series.Fit(one with { Weighting = Weighting.None })[0].LaplaceEvidence()));

        double Integral(Func<double, double> ln)
        {
            double h = 1e-3, top = Enumerable.Range(0, 400).Max(i => ln(0.1 * i)), sum = 0;
            for (double a = 0; a < 60; a += h)
                sum += h * Math.Exp(ln(a) - top);
            return top + Math.Log(sum);
        }
    }

    [Fact]
    public void A_linear_posterior_is_the_normal_distribution_of_the_fit()
    {
        FitSeries fits = Made().Fit(Linear with { Priors = [new() { Of = "b.area", Mean = 11, StandardDeviation = 1 }] });
        PosteriorSeries posterior = fits.SamplePosterior(new PosteriorOptions { Steps = 1500, BurnIn = 300 });
        Assert.Equal(RowStatus.Ok, posterior.StatusOf(0));
        Assert.Empty(posterior.Warnings);
        foreach (string name in new[] { "a.area", "b.area", "a.height", "background.c0", "total" })
        {
            PosteriorValue value = posterior.Of(0, name);
            double error = fits[0].StandardError(name);
            Assert.Equal(fits[0][name], value.Median, 0.08 * error);
            Assert.Equal(1, value.StandardDeviation / error, 0.06);
            Assert.Equal(fits[0][name] - (1.96 * error), value.Q025, 0.2 * error);
            Assert.Equal(fits[0][name] + error, value.Q84, 0.12 * error);
            Assert.InRange(value.RHat, 1, 1.02);
            Assert.InRange(value.AutocorrelationTime, 5, 70);
        }

        Assert.Equal(posterior.Of(0, "total").Median, posterior.Numbers("total")[0]);
        Assert.True(double.IsNaN(posterior.Of(0, "a.center").Median) || posterior.Of(0, "a.center").StandardDeviation == 0);
        Assert.InRange(posterior.Numbers("acceptance")[0], 0.2, 0.8);
    }

    /// <summary>One parameter, whose likelihood a bound cuts: a truncated normal distribution.</summary>
    [Fact]
    public void A_bound_cuts_the_posterior()
    {
        PeakFitOptions one = Linear with { Peaks = [Linear.Peaks[0]], Background = new() { Degree = 0, Coefficients = [Parameter.Fixed(3)] }, Derived = [] };
        FitResult free = Made().Fit(one)[0];
        double best = free["a.area"], s = free.StandardError("a.area"), bound = best + (0.5 * s);
        PosteriorSeries cut = Made().Fit(one with { Peaks = [one.Peaks[0] with { Area = new(bound + s, bound, 100) }] }).SamplePosterior(new PosteriorOptions { Steps = 2000 });
        Assert.Equal(RowStatus.Ok, cut.StatusOf(0));

        // Φ(z) = Φ(½) + p (1 − Φ(½))
        double Quantile(double p) => best + (s * Numerics.Distributions.NormalQuantile(Numerics.Distributions.NormalCdf(0.5) + (p * (1 - Numerics.Distributions.NormalCdf(0.5)))));
        Assert.Equal(Quantile(0.5), cut.Of(0, "a.area").Median, 0.06 * s);
        Assert.Equal(Quantile(0.975), cut.Of(0, "a.area").Q975, 0.15 * s);
        Assert.Equal(Quantile(0.025), cut.Of(0, "a.area").Q025, 0.03 * s);
    }

    /// <summary>Without variances the noise is integrated out: Student's distribution, whose standard deviation for many points is the scaled error.</summary>
    [Fact]
    public void Without_variances_the_noise_is_integrated_out()
    {
        FitSeries fits = Made().Fit(Linear with { Weighting = Weighting.None });
        PosteriorSeries posterior = fits.SamplePosterior(new PosteriorOptions { Steps = 1500, BurnIn = 300 });
        foreach (string name in new[] { "a.area", "total" })
        {
            Assert.Equal(fits[0][name], posterior.Of(0, name).Median, 0.1 * fits[0].StandardError(name));
            Assert.Equal(1, posterior.Of(0, name).StandardDeviation / fits[0].StandardError(name), 0.07);
        }
    }

    [Fact]
    public void Threads_and_repetition_do_not_change_a_bit_and_seeds_do()
    {
        SpectrumSeries series = Made(rows: 3);
        FitSeries fits = series.Fit(Linear);
        var options = new PosteriorOptions { Steps = 100, BurnIn = 20 };
        PosteriorSeries one = fits.SamplePosterior(options, AnalysisContext.Default with { MaxDegreeOfParallelism = 1 }), many = fits.SamplePosterior(options, AnalysisContext.Default with { MaxDegreeOfParallelism = 3 });
        PosteriorSeries other = fits.SamplePosterior(options with { Seed = 2 }), last = series.Slice(2..3).Fit(Linear).SamplePosterior(options);
        for (int row = 0; row < 3; row++)
        {
            Assert.Equal(one.Of(row, "a.area"), many.Of(row, "a.area"));
            Assert.NotEqual(one.Of(row, "a.area"), other.Of(row, "a.area"));
        }

        Assert.Equal(one.Of(2, "b.area"), last.Of(0, "b.area"));
    }

    [Fact]
    public void Sampling_that_has_not_converged_says_so_and_bad_rows_have_a_status()
    {
        double[] y = [.. Made()[0].ToArray(), .. Enumerable.Repeat(double.NaN, X.Length), .. Made()[0].ToArray()];
        SpectrumSeries series = SpectrumSeries.Wrap(new Axis(X, "x", "u"), y, 3, new SeriesAttributes { Variance = Enumerable.Repeat(Sigma * Sigma, y.Length).ToArray() });
        PeakFitOptions options = Linear with { Peaks = [Linear.Peaks[0] with { Center = Parameter.Between(4, 5.6), Fwhm = Parameter.Between(1, 4), Shape = LineShapes.PseudoVoigt }, Linear.Peaks[1] with { Center = Parameter.Between(5.7, 8), Fwhm = Parameter.Between(1, 4) }] };
        var request = new StepRequest<PosteriorOptions>(new PosteriorOptions { Steps = 100, BurnIn = 0 }, [new RowOverride(2, null, "left out")]);
        PosteriorSeries posterior = PeakFitSteps.Sample.Run(series.Fit(options), request);
        Assert.Equal((RowStatus.MaxIterations, RowStatus.NotFinite, RowStatus.Excluded), (posterior.StatusOf(0), posterior.StatusOf(1), posterior.StatusOf(2)));
        Assert.Equal("not_converged", Assert.Single(posterior.Warnings).Code);
        Assert.True(double.IsNaN(posterior.Of(1, "a.area").Median));
        Assert.Equal(StandardErrorStatus.NoResult, posterior.Numbers("a.area").ErrorStatusOf(1));
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => series.Fit(options).SamplePosterior(cancellationToken: source.Token));
    }

    [Fact]
    public void Autocorrelation_time_and_R_hat_of_chains_that_are_known()
    {
        // x' = ρx + noise: τ = (1 + ρ)/(1 − ρ).
        var random = new SplitMix(5);
        double rho = 0.9;
        double[] chain = new double[2 * 4000 * 8];
        for (int ensemble = 0; ensemble < 2; ensemble++)
        {
            for (int w = 0; w < 8; w++)
            {
                double x = random.Normal();
                for (int t = 0; t < 4000; t++)
                {
                    x = (rho * x) + (Math.Sqrt(1 - (rho * rho)) * random.Normal());
                    chain[(((ensemble * 4000) + t) * 8) + w] = x;
                }
            }
        }

        PosteriorValue value = PosteriorSampling.Summarise(chain, 4000, 8);
        Assert.Equal(19, value.AutocorrelationTime, 2.0);
        Assert.InRange(value.RHat, 1, 1.01);
        Assert.Equal(1, value.StandardDeviation, 0.05);
        for (int i = chain.Length / 2; i < chain.Length; i++)
            chain[i] += 0.8;
        Assert.True(PosteriorSampling.Summarise(chain, 4000, 8).RHat > 1.05);
    }

    [Fact]
    public void Faults_are_named_before_any_work()
    {
        Assert.Contains("sigma or poisson", Assert.Throws<OptionsException>((Linear with { Weighting = Weighting.None, Priors = [new() { Of = "a.area" }] }).Validate).Message);
        Assert.Contains("not a value", Assert.Throws<OptionsException>((Linear with { Priors = [new() { Of = "q.area" }] }).Validate).Message);
        Assert.Throws<OptionsException>((Linear with { Priors = [new() { Of = "a.area", StandardDeviation = 0 }] }).Validate);
        Assert.Throws<OptionsException>(new PosteriorOptions { Walkers = 2 }.Validate);
        SpectrumSeries series = Made(rows: 2);
        PeakFitOptions shared = Linear with { Peaks = [Linear.Peaks[0] with { Fwhm = Parameter.Between(1, 4) }, Linear.Peaks[1]], Shared = ["a.fwhm"] };
        Assert.Throws<DataMismatchException>(() => series.Fit(shared).SamplePosterior());
    }

    private static SpectrumSeries Made(double b = 10, int rows = 1)
    {
        var random = new SplitMix(77);
        var y = new double[rows * X.Length];
        for (int i = 0; i < y.Length; i++)
        {
            double x = X[i % X.Length];
            y[i] = 3 + ScalarShapes.Value("gaussian", x, 20, 5, 2) + (b == 0 ? 0 : ScalarShapes.Value("gaussian", x, b, 6.5, 2)) + (Sigma * random.Normal());
        }

        return SpectrumSeries.Wrap(new Axis(X, "x", "u"), y, rows, new SeriesAttributes { Variance = Enumerable.Repeat(Sigma * Sigma, y.Length).ToArray() });
    }
}
