using BigMap.Analysis.Spectra.Baseline.Internal;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Spectra.Baseline.Tests;

public sealed class AslsKernelTests
{
    private const int Circles = 100;

    public static TheoryData<int, int> Sizes()
    {
        var data = new TheoryData<int, int>();
        foreach (int order in new[] { 1, 2, 3 })
        {
            foreach (int n in new[] { order + 1, order + 2, order + 3, 7, 8, 9, 10, 51, 300 })
                data.Add(order, n);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Every_length_and_order_agrees_with_the_plain_reference(int order, int n)
    {
        double[] y = Series(n, order), z = new double[n];
        foreach (double lambda in new[] { 1e-6, 0.1, 1, 30, 1e4, 1e7, 1e11, 1e14 })
        {
            foreach (double p in new[] { 1e-4, 0.01, 0.3, 0.5, 0.9 })
            {
                (double[] exact, int solves) = AslsReference.Exact(y, lambda, p, order);
                BaselineInfo info = new AslsEstimator(n, new AslsOptions { Lambda = lambda, P = p, DifferenceOrder = order }).Estimate(y, z);
                double error = AslsReference.LargestDifference(z, exact) / AslsReference.Range(y);

                Assert.True(error < 1e-12 || solves == Circles, $"lambda {lambda}, p {p}: {error:E2}, {info}");
                Assert.True(info.Converged && info.Solves <= solves, $"lambda {lambda}, p {p}: {info}, reference {solves} solves");
            }
        }
    }

    [Fact]
    public void A_row_on_which_full_steps_go_round_in_a_circle_reaches_its_minimiser()
    {
        double[] y = Series(51, 3), z = new double[51], w = new double[51];
        Assert.Equal(Circles, AslsReference.Exact(y, 1e4, 1e-4, 3).Solves);
        var options = new AslsOptions { Lambda = 1e4, P = 1e-4, DifferenceOrder = 3 };
        BaselineInfo info = new AslsEstimator(51, options).Estimate(y, new BaselineOutput(z) { Weights = w });
        Assert.True(info is { Status: RowStatus.Ok, IsFixedPoint: true }, info.ToString());

        // The minimiser is the one z that solves the system with the weights that follow from it.
        double[] solved = AslsReference.ExactSolve(y, w, 1e4, 3);
        Assert.InRange(AslsReference.LargestDifference(z, solved), 0, 1e-12 * AslsReference.Range(y));
        for (int i = 0; i < y.Length; i++)
            Assert.Equal(y[i] > solved[i] ? 1e-4 : 1 - 1e-4, w[i]);

        // PRISMA and pybaselines have no way out of the circle, and their modes say so.
        Assert.Equal(RowStatus.MaxIterations, new AslsEstimator(51, options with { StopRule = AslsStopRule.WeightChange }).Estimate(y, z).Status);
    }

    [Fact]
    public void The_plain_double_reference_agrees_where_it_is_accurate()
    {
        double[] y = Workloads.W1(3, 2000), z = new double[2000];
        (double[] plain, int solves) = AslsReference.Double(y, 1e5, 0.01);
        Assert.Equal(solves, new AslsEstimator(2000, new AslsOptions { Lambda = 1e5, Start = AslsStart.EqualWeights }).Estimate(y, z).Solves);
        Assert.InRange(AslsReference.LargestDifference(plain, z), 0, 1e-8 * AslsReference.Range(y));
    }

    [Fact]
    public void A_hundred_thousand_points_at_a_large_lambda_agree_with_32_digits()
    {
        double[] y = Workloads.W1(0, 100_000), z = new double[y.Length];
        Assert.Equal(Workloads.W1LongSum, y.Sum(), Workloads.W1LongSum * 1e-12);
        (double[] exact, int solves) = AslsReference.Exact(y, 6.25e12, 0.01);
        BaselineInfo info = new AslsEstimator(y.Length, new AslsOptions { Lambda = 6.25e12, P = 0.01, Start = AslsStart.EqualWeights }).Estimate(y, z);
        double error = AslsReference.LargestDifference(z, exact) / AslsReference.Range(y);
        Assert.True(error < 1e-12, $"{error:E2}");
        Assert.Equal(solves, info.Solves);
        Assert.InRange(info.ErrorEstimate, 0, 1e-12);
    }

    [Fact]
    public void Every_row_of_the_workload_reaches_its_fixed_point()
    {
        var estimator = new AslsEstimator(2000, new AslsOptions { Lambda = 1e6, P = 0.01 });
        var z = new double[2000];
        double sum = 0;
        for (int s = 0; s < 1000; s++)
        {
            double[] y = Workloads.W1(s, 2000);
            sum += y.Sum();
            BaselineInfo info = estimator.Estimate(y, z);
            Assert.True(info is { Status: RowStatus.Ok, IsFixedPoint: true, Solves: <= 12 } && info.ErrorEstimate < 1e-14, $"{s}: {info}");
        }

        Assert.Equal(Workloads.W1Sum, sum, Workloads.W1Sum * 1e-12);
    }

    [Theory]
    [InlineData(1e-3, 1e-13)]
    [InlineData(1e-6, 1e-11)]
    [InlineData(1e-9, 1e-8)]
    public void No_lambda_is_too_large(double p, double tolerance)
    {
        foreach (int n in new[] { 30, 299, 2000 })
        {
            double[] y = Workloads.W1(5, n), z = new double[n], w = new double[n];
            foreach (double lambda in new[] { 1e4, 1e10, 1e14, 1e15, 1e16, 1e18, 1e21, 1e30, 1e100 })
            {
                BaselineInfo info = new AslsEstimator(n, new AslsOptions { Lambda = lambda, P = p }).Estimate(y, new BaselineOutput(z) { Weights = w });
                double[] exact = AslsReference.ExactSolveAnyLambda(y, w, lambda);
                if (lambda < 1e5)
                    Assert.InRange(AslsReference.LargestDifference(exact, AslsReference.ExactSolve(y, w, lambda, 2)), 0, 1e-15 * y.Max());
                double error = AslsReference.LargestDifference(z, exact) / AslsReference.Range(y);
                Assert.True(info is { Status: RowStatus.Ok, IsFixedPoint: true } && error < tolerance, $"n {n}, lambda {lambda}: {error:E2}, {info}");
                Assert.True(error < (10 * info.ErrorEstimate) + 1e-14, $"n {n}, lambda {lambda}: {error:E2}, estimated {info.ErrorEstimate:E2}");
                for (int i = 0; i < n; i++)
                    Assert.Equal(y[i] > exact[i] ? p : 1 - p, w[i]);
            }
        }
    }

    [Fact]
    public void The_residual_is_that_of_the_dense_system()
    {
        foreach (int order in new[] { 1, 2, 3 })
        {
            foreach (int n in new[] { 6, 7, 12, 13 })
            {
                var solver = new WhittakerSolver(n);
                int folded = solver.FoldedLength;
                double[] z = Series(n, 1), r = Series(n, 2), w = Series(n, 3);
                var (fz, fr, fw, fout) = (new double[folded + WhittakerResidual.Room], new double[folded], new double[folded], new double[folded]);
                WhittakerSolver.Fold(z, fz.AsSpan(0, folded));
                WhittakerSolver.Fold(r, fr);
                WhittakerSolver.Fold(w, fw);
                double[,] penalty = AslsReference.Penalty(order, folded);
                double[] padded = new double[folded];
                z.CopyTo(padded, 0);
                WhittakerResidual.Compute((7, order), fw, fr, fz, fout);
                var natural = new double[folded];
                WhittakerSolver.Unfold(fout, natural);
                for (int i = 0; i < n; i++)
                {
                    double expected = w[i] * (r[i] - z[i]);
                    for (int k = -order; k <= order; k++)
                    {
                        if (i + k >= 0 && i + k < folded)
                            expected -= 7 * penalty[Math.Abs(k), Math.Min(i, i + k)] * padded[i + k];
                    }

                    Assert.Equal(expected, 7 * natural[i], 1e-9);
                }
            }
        }
    }

    private static double[] Series(int n, int seed)
    {
        var y = new double[n];
        for (int i = 0; i < n; i++)
            y[i] = 3 + (0.2 * i) + Math.Sin((1.7 * i) + seed) + (4 * Math.Exp(-(i - (n / 3.0)) * (i - (n / 3.0)) / 9));
        return y;
    }
}
