namespace BigMap.Analysis.Numerics.Tests;

/// <summary>Robust and Poisson sums against brute force: a grid that is refined around its best point.</summary>
public class LossTests
{
    private static readonly double[] T = [.. Enumerable.Range(0, 40).Select(i => 0.1 * i)];

    [Theory]
    [InlineData(Loss.SoftL1, 1.0)]
    [InlineData(Loss.Huber, 1.345)]
    [InlineData(Loss.Cauchy, 2.385)]
    [InlineData(Loss.Tukey, 4.685)]
    public void Robust_sums_have_their_minimum_where_brute_force_finds_it(Loss loss, double scale)
    {
        double[] y = Outliers();
        double[] p = [y[0], 0.5];
        var solver = new LevenbergMarquardt(2, T.Length);
        LeastSquaresResult fit = solver.Solve(new LossProblem(new Decay(y), loss, scale), p);
        Assert.Equal(RowStatus.Ok, fit.Status);
        double Sum(double a, double k)
        {
            double sum = 0;
            for (int i = 0; i < T.Length; i++)
                sum += scale * scale * Rho(loss, Math.Pow(((a * Math.Exp(-k * T[i])) - y[i]) / scale, 2));
            return sum;
        }

        Assert.Equal(1, Sum(p[0], p[1]) / fit.ChiSquare, 1e-12);
        (double a, double k) = Search(Sum, p[0], p[1]);
        Assert.Equal(a, p[0], 2e-6 * a);
        Assert.Equal(k, p[1], 2e-6 * k);

        // The truth is 100 and 0.7; least squares is drawn away from it by the outliers.
        double[] plain = [y[0], 0.5];
        solver.Solve(new Decay(y), plain);
        Assert.True(Math.Abs(p[1] - 0.7) < 0.3 * Math.Abs(plain[1] - 0.7), $"{p[1]} against {plain[1]}");
    }

    [Fact]
    public void Poisson_likelihood_has_its_maximum_where_brute_force_finds_it()
    {
        double[] y = Counts();
        double[] p = [8, 0.5];
        var problem = new PoissonProblem(new Decay(y), y);
        var solver = new LevenbergMarquardt(2, T.Length);
        LeastSquaresResult fit = solver.Solve(problem, p);
        Assert.Equal(RowStatus.Ok, fit.Status);
        double Deviance(double a, double k)
        {
            double sum = 0;
            for (int i = 0; i < T.Length; i++)
            {
                double f = a * Math.Exp(-k * T[i]);
                sum += 2 * (f - y[i] + (y[i] > 0 ? y[i] * Math.Log(y[i] / f) : 0));
            }

            return sum;
        }

        Assert.Equal(1, Deviance(p[0], p[1]) / fit.ChiSquare, 1e-11);
        (double a, double k) = Search(Deviance, p[0], p[1]);
        Assert.Equal(a, p[0], 2e-6 * a);
        Assert.Equal(k, p[1], 2e-6 * k);

        // The score equations, which define the estimate: Σ(1 − y/f) ∂f/∂p = 0.
        double first = 0, second = 0, i00 = 0, i01 = 0, i11 = 0;
        for (int i = 0; i < T.Length; i++)
        {
            double e = Math.Exp(-p[1] * T[i]), f = p[0] * e;
            (first, second) = (first + ((1 - (y[i] / f)) * e), second - ((1 - (y[i] / f)) * f * T[i]));
            (i00, i01, i11) = (i00 + (e * e / f), i01 - (e * T[i]), i11 + (f * T[i] * T[i]));
        }

        Assert.Equal(0, first, 1e-7);
        Assert.Equal(0, second, 1e-6);
        var covariance = new double[4];
        Assert.Equal(RowStatus.Ok, solver.Inspect(problem.Information, p).Status);
        Assert.Equal(2, solver.Covariance(covariance, new StandardErrorStatus[2]));
        double det = (i00 * i11) - (i01 * i01);
        Assert.Equal(i11 / det, covariance[0], 1e-10 * i11 / det);
        Assert.Equal(i00 / det, covariance[3], 1e-10 * i00 / det);
    }

    [Fact]
    public void Small_losses_are_squares()
    {
        double[] y = [.. T.Select(t => 100 * Math.Exp(-0.7 * t))], p = [100.001, 0.70001], r = new double[T.Length], j = new double[2 * T.Length], s = new double[T.Length], k = new double[2 * T.Length];
        new Decay(y).Evaluate(p, r, j);
        foreach (Loss loss in Enum.GetValues<Loss>())
        {
            new LossProblem(new Decay(y), loss, 1e6).Evaluate(p, s, k);
            for (int i = 0; i < r.Length; i++)
                Assert.Equal(r[i], s[i], 1e-14 * Math.Abs(r[i]));
            for (int i = 0; i < j.Length; i++)
                Assert.Equal(j[i], k[i], 1e-14 * Math.Abs(j[i]));
        }
    }

    [Fact]
    public void A_fit_with_a_loss_allocates_nothing()
    {
        double[] y = Counts(), p = new double[2];
        var solver = new LevenbergMarquardt(2, T.Length);
        ILeastSquaresProblem[] problems = [new LossProblem(new Decay(y), Loss.Cauchy, 1), new PoissonProblem(new Decay(y), y)];
        foreach (ILeastSquaresProblem problem in problems)
        {
            for (int turn = 0; turn < 2; turn++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                (p[0], p[1]) = (8, 0.5);
                solver.Solve(problem, p);
                if (turn > 0)
                    Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
            }
        }
    }

    [Fact]
    public void Bad_scales_and_counts_are_refused()
    {
        double[] y = Counts();
        Assert.Throws<ArgumentOutOfRangeException>(() => new LossProblem(new Decay(y), Loss.Huber, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LossProblem(new Decay(y), Loss.Huber, double.NaN));
        Assert.Throws<ArgumentException>(() => new PoissonProblem(new Decay(y), new double[3]));
        Assert.Throws<ArgumentException>(() => new PoissonProblem(new Decay(y), [.. y.Select(v => v - 5)]));
    }

    private static double Rho(Loss loss, double s) => loss switch
    {
        Loss.SoftL1 => 2 * (Math.Sqrt(1 + s) - 1),
        Loss.Huber => s <= 1 ? s : (2 * Math.Sqrt(s)) - 1,
        Loss.Cauchy => Math.Log(1 + s),
        _ => s <= 1 ? (1 - Math.Pow(1 - s, 3)) / 3 : 1.0 / 3,
    };

    private static double[] Outliers()
    {
        var random = new Random(4);
        return [.. T.Select((t, i) => (100 * Math.Exp(-0.7 * t)) + (2 * (random.NextDouble() - 0.5)) + (i % 9 == 5 ? 40 : 0))];
    }

    /// <summary>Few counts, many zeros: Knuth's way of drawing them.</summary>
    private static double[] Counts()
    {
        var random = new Random(2);
        return [.. T.Select(t =>
        {
            double limit = Math.Exp(-6 * Math.Exp(-0.9 * t)), product = random.NextDouble();
            int count = 0;
            for (; product > limit; count++)
                product *= random.NextDouble();
            return (double)count;
        })];
    }

    private static (double A, double K) Search(Func<double, double, double> sum, double a, double k)
    {
        // From a wide grid, so that the fit is not merely a local minimum of its own valley.
        double bestA = a, bestK = k, best = double.PositiveInfinity;
        for (double width = 0.3; width > 1e-8; width *= 0.6)
        {
            double middleA = bestA, middleK = bestK;
            for (int i = -6; i <= 6; i++)
            {
                for (int j = -6; j <= 6; j++)
                {
                    double x = middleA * (1 + (width * i / 6)), z = middleK * (1 + (width * j / 6)), value = sum(x, z);
                    if (value < best)
                        (best, bestA, bestK) = (value, x, z);
                }
            }
        }

        return (bestA, bestK);
    }

    private sealed class Decay(double[] y) : ILeastSquaresProblem
    {
        public int ParameterCount => 2;

        public int ResidualCount => y.Length;

        public bool Evaluate(ReadOnlySpan<double> parameters, Span<double> residuals, Span<double> jacobian)
        {
            for (int i = 0; i < y.Length; i++)
            {
                double e = Math.Exp(-parameters[1] * T[i]);
                residuals[i] = (parameters[0] * e) - y[i];
                if (!jacobian.IsEmpty)
                    (jacobian[i], jacobian[y.Length + i]) = (e, -parameters[0] * T[i] * e);
            }

            return true;
        }
    }
}
