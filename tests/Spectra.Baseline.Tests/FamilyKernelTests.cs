using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Spectra.Baseline.Tests;

/// <summary>Each member of the family against full matrices in 32 digits.</summary>
public sealed class FamilyKernelTests
{
    private const int N = 90;

    public static TheoryData<string, int> Cases()
    {
        var data = new TheoryData<string, int>();
        foreach (string method in new[] { "iasls", "airpls", "arpls", "drpls", "iarpls", "aspls", "psalsa", "derpsalsa", "lsrpls", "pspline" })
        {
            foreach (int order in new[] { 1, 2, 3 })
                data.Add(method, order);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_first_solves_agree_with_full_matrices_in_32_digits(string method, int order)
    {
        // Few solves: later ones of the methods whose weights become a step multiply rounding, the reference's own included.
        for (int s = 0; s < 3; s++)
        {
            foreach (double lambda in new[] { 10, 1e4 })
            {
                double[] y = Workloads.W1(s, N), x = [.. Enumerable.Range(0, N).Select(i => i + (0.3 * Math.Sin(i)))], z = new double[N];
                const int iterations = 3;
                (double Lambda, int Order) penalty = (lambda, order);
                (IBaselineEstimator estimator, string rule, FamilyReference.Solver solver) = method switch
                {
                    "iasls" => ((IBaselineEstimator)new IaslsEstimator(N, new IaslsOptions { Lambda = lambda, DifferenceOrder = order, Lambda1 = 0.01, MaxIterations = iterations, Tolerance = 0 }), "iasls", FamilyReference.Iasls(0.01)),
                    "airpls" => (new AirplsEstimator(N, new AirplsOptions { Lambda = lambda, DifferenceOrder = order, MaxIterations = iterations, Tolerance = 0 }), "airpls", FamilyReference.Dense),
                    "arpls" => (new ArplsEstimator(N, new ArplsOptions { Lambda = lambda, DifferenceOrder = order, MaxIterations = iterations, Tolerance = 0 }), "arpls", FamilyReference.Dense),
                    "drpls" => (new DrplsEstimator(N, new DrplsOptions { Lambda = lambda, DifferenceOrder = order, Eta = 0.7, MaxIterations = iterations, Tolerance = 0 }), "drpls", FamilyReference.Drpls(0.7)),
                    "iarpls" => (new IarplsEstimator(N, new IarplsOptions { Lambda = lambda, DifferenceOrder = order, MaxIterations = iterations, Tolerance = 0 }), "iarpls", FamilyReference.Dense),
                    "aspls" => (new AsplsEstimator(N, new AsplsOptions { Lambda = lambda, DifferenceOrder = order, MaxIterations = 0, Tolerance = 0 }), "aspls", FamilyReference.Dense),
                    "psalsa" => (new PsalsaEstimator(N, new PsalsaOptions { Lambda = lambda, DifferenceOrder = order, MaxIterations = iterations, Tolerance = 0 }), "psalsa", FamilyReference.Dense),
                    "derpsalsa" => (new DerpsalsaEstimator(N, new DerpsalsaOptions { Lambda = lambda, DifferenceOrder = order, SmoothHalfWindow = 0, MaxIterations = iterations, Tolerance = 0 }), "derpsalsa", FamilyReference.Dense),
                    "lsrpls" => (new LsrplsEstimator(N, new LsrplsOptions { Lambda = lambda, DifferenceOrder = order, MaxIterations = 2, Tolerance = 0 }), "lsrpls", FamilyReference.Dense),
                    _ => (new PsplineArplsEstimator(N, new PsplineArplsOptions { Lambda = lambda, DifferenceOrder = order, Knots = 20, SplineDegree = order + 1, MaxIterations = iterations, Tolerance = 0 }), "arpls", FamilyReference.Splines(x, 20, order + 1)),
                };
                BaselineInfo info = estimator.Estimate(new BaselineInput(y) { X = x }, z);
                (double[] expected, int solves) = FamilyReference.Run(
                    rule,
                    y,
                    penalty,
                    info.Solves - 1,
                    0,
                    solver,
                    method == "iasls" ? Parabola(x, y) : null,
                    method == "derpsalsa" ? Screen(y) : null);
                Assert.Equal(solves, info.Solves);
                double error = AslsReference.LargestDifference(z, expected) / AslsReference.Range(y);
                Assert.True(error < 1e-10, $"λ = {lambda}: {error:E2}");
                Assert.InRange(info.ErrorEstimate, 0, 1e-12);
            }
        }
    }

    [Fact]
    public void A_first_order_term_keeps_its_accuracy_for_stiff_baselines()
    {
        double[] y = Workloads.W1(3, 120), z = new double[120];
        foreach (double lambda in new[] { 1e6, 1e8, 1e10, 1e12, 1e14 })
        {
            foreach (bool data in new[] { true, false })
            {
                IBaselineEstimator estimator = data
                    ? new IaslsEstimator(120, new IaslsOptions { Lambda = lambda, MaxIterations = 0 })
                    : new DrplsEstimator(120, new DrplsOptions { Lambda = lambda, MaxIterations = 0 });
                BaselineInfo info = estimator.Estimate(y, z);
                double[] exact = data
                    ? FamilyReference.Iasls(1e-4)(y, Parabola([.. Enumerable.Range(0, 120).Select(i => (double)i)], y), (lambda, 2))
                    : FamilyReference.Drpls(0.5)(y, FamilyReference.Ones(120), (lambda, 2));
                double actual = AslsReference.LargestDifference(z, exact) / AslsReference.Range(y);
                Assert.True(actual < (10 * info.ErrorEstimate) + 1e-12, $"{lambda} {data} {actual:E2} {info}");

                // Where 32 digits are no longer enough for the reference, the limit of large λ is reached.
                double[] stiff = new double[120], stiffest = new double[120];
                IBaselineEstimator Of(double l) => data ? new IaslsEstimator(120, new IaslsOptions { Lambda = l, MaxIterations = 0 }) : new DrplsEstimator(120, new DrplsOptions { Lambda = l, MaxIterations = 0 });
                Of(1e22).Estimate(y, stiff);
                Of(1e40).Estimate(y, stiffest);
                Assert.InRange(AslsReference.LargestDifference(stiff, stiffest) / AslsReference.Range(y), 0, 1e-12);
            }
        }
    }

    [Fact]
    public void Weights_come_with_the_baseline_they_gave()
    {
        double[] y = Workloads.W1(1, 300), z = new double[300], w = new double[300];
        new ArplsEstimator(300, new ArplsOptions { Lambda = 1e5 }).Estimate(y, new BaselineOutput(z) { Weights = w });
        Assert.InRange(AslsReference.LargestDifference(z, AslsReference.ExactSolve(y, w, 1e5, 2)), 0, 1e-11 * AslsReference.Range(y));
        new BrplsEstimator(300, new BrplsOptions { Lambda = 1e5 }).Estimate(y, new BaselineOutput(z) { Weights = w });
        Assert.InRange(AslsReference.LargestDifference(z, AslsReference.ExactSolve(y, w, 1e5, 2)), 0, 1e-11 * AslsReference.Range(y));
    }

    [Fact]
    public void BrPLS_weighs_by_the_probability_of_its_two_distributions()
    {
        // Background: a normal density; peaks: that convolved with an exponential one, integrated numerically.
        double sigma = 1.3, mu = 4.1, beta = 0.37;
        foreach (double d in new[] { -6.0, -2, -0.5, 0, 0.4, 2, 5, 12 })
        {
            double peak = 0, step = 1e-3;
            for (double a = 0.5 * step; a < 60; a += step)
                peak += step * Math.Exp(-a / mu) / mu * Normal(d - a, sigma);
            double expected = (1 - beta) * Normal(d, sigma) / (((1 - beta) * Normal(d, sigma)) + (beta * peak));
            double u = ((d / sigma) - (sigma / mu)) / Math.Sqrt(2);
            double formula = 1 / (1 + (Math.Sqrt(Math.PI / 2) * beta / (1 - beta) * sigma / mu * Internal.ErrorFunction.Scaled(-u)));
            Assert.Equal(expected, formula, 1e-6);
        }

        // erfcx, from scipy.special 1.10.1.
        foreach ((double at, double value) in new[] { (-26.0, 7.657724931490568e+293), (-3, 16205.988853999586), (-0.5, 1.952360489182557), (0.0, 1.0), (0.5, 0.6156903441929258), (1.9999999, 0.2553956869901524), (2, 0.2553956763105058), (10, 0.05614099274382259), (100000000.0, 5.641895835477563e-09) })
            Assert.Equal(1, Internal.ErrorFunction.Scaled(at) / value, 1e-13);
    }

    private static double Normal(double x, double sigma) => Math.Exp(-0.5 * x * x / (sigma * sigma)) / (sigma * Math.Sqrt(2 * Math.PI));

    /// <summary>First weights of IAsLS: a parabola by normal equations.</summary>
    private static double[] Parabola(double[] x, double[] y)
    {
        double[] fit = PolynomialReference.Fit(x, y, 2);
        return [.. y.Zip(fit, (a, b) => a > b ? 0.01 : 0.99)];
    }

    private static double[] Screen(double[] y)
    {
        double[] first = Gradient(y), second = Gradient(first);
        double rms1 = Math.Sqrt(first.Average(v => v * v)), rms2 = Math.Sqrt(second.Average(v => v * v));
        return [.. first.Zip(second, (a, b) => Math.Exp(-0.5 * ((a * a / (rms1 * rms1)) + (b * b / (rms2 * rms2)))))];
    }

    private static double[] Gradient(double[] y) =>
        [.. Enumerable.Range(0, y.Length).Select(i => i == 0 ? y[1] - y[0] : i == y.Length - 1 ? y[i] - y[i - 1] : (y[i + 1] - y[i - 1]) / 2)];
}
