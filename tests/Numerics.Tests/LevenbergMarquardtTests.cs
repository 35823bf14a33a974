using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Numerics.Tests;

public class LevenbergMarquardtTests
{
    private static readonly double[] T = [.. Enumerable.Range(0, 30).Select(i => 0.1 * i)];

    [Fact]
    public void A_solve_allocates_nothing()
    {
        FitCase data = Workloads.W2c(3);
        var problem = new PeakProblem(data);
        var solver = new LevenbergMarquardt(10, 100);
        double[] p = new double[10], covariance = new double[100];
        var status = new StandardErrorStatus[10];
        for (int turn = 0; turn < 2; turn++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            data.Start.CopyTo(p, 0);
            solver.Solve(problem, p, new ParameterBounds(data.Lower, data.Upper));
            solver.Covariance(covariance, status);
            if (turn == 1)
                Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void A_used_workspace_gives_the_bits_of_a_fresh_one()
    {
        var used = new LevenbergMarquardt(12, 150);
        for (int s = 0; s < 30; s++)
        {
            FitCase data = WorkloadFitTests.Case(s % 2 == 0 ? "W2a" : "W2c", s);
            var problem = new PeakProblem(data);
            double[] p = [.. data.Start], q = [.. data.Start];
            LeastSquaresResult a = used.Solve(problem, p, new ParameterBounds(data.Lower, data.Upper));
            LeastSquaresResult b = new LevenbergMarquardt(p.Length, problem.ResidualCount).Solve(problem, q, new ParameterBounds(data.Lower, data.Upper));
            Assert.Equal(b, a);
            Assert.Equal(q, p);
        }
    }

    [Fact]
    public void Data_and_parameters_in_other_units_give_the_same_iterates()
    {
        for (int s = 0; s < 50; s++)
        {
            FitCase data = Workloads.W2a(s);
            foreach ((double y, double x) in new[] { (1e9, 1.0), (1e-9, 1.0), (1.0, 1e4), (1.0, 1e-4) })
            {
                double[] unit = [y, x, x, y];
                double[] Times(double[] v) => [.. v.Select((a, i) => a * unit[i])];
                var scaled = new FitCase([.. data.X.Select(v => v * x)], [.. data.Y.Select(v => v * y)], Times(data.Truth), Times(data.Start), Times(data.Lower), Times(data.Upper));
                double[] p = [.. data.Start], q = [.. scaled.Start];
                var solver = new LevenbergMarquardt(4, 100);
                LeastSquaresResult a = solver.Solve(new PeakProblem(data), p, new ParameterBounds(data.Lower, data.Upper));
                LeastSquaresResult b = solver.Solve(new PeakProblem(scaled), q, new ParameterBounds(scaled.Lower, scaled.Upper));
                Assert.Equal(a.Status, b.Status);
                Assert.InRange(b.Iterations - a.Iterations, -2, 2);
                Assert.True(a.Iterations > 2);
                Assert.Equal(1, b.ChiSquare / (y * y) / a.ChiSquare, 1e-12);
                for (int i = 0; i < 4; i++)
                    Assert.Equal(1, q[i] / unit[i] / p[i], 1e-9);
            }
        }
    }

    [Fact]
    public void A_linear_problem_is_solved_exactly_and_its_covariance_is_that_of_the_normal_equations()
    {
        // y = a + b t + c t²; (JᵀJ)⁻¹ by Cramer's rule.
        var problem = new Polynomial([.. T.Select((t, i) => 2 - (3 * t) + (0.5 * t * t) + (0.1 * Math.Sin(7.7 * i)))], 3);
        double[] p = [100, 100, 100], covariance = new double[9];
        var solver = new LevenbergMarquardt(3, T.Length);
        LeastSquaresResult fit = solver.Solve(problem, p);
        Assert.Equal(RowStatus.Ok, fit.Status);
        Assert.Equal(3, solver.Covariance(covariance, new StandardErrorStatus[3]));
        double[,] a = new double[3, 3];
        double[] g = new double[3];
        for (int i = 0; i < T.Length; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                g[j] += Math.Pow(T[i], j) * problem.Y[i];
                for (int k = 0; k < 3; k++)
                    a[j, k] += Math.Pow(T[i], j + k);
            }
        }

        double[,] inverse = Invert(a);
        for (int j = 0; j < 3; j++)
        {
            double expected = Enumerable.Range(0, 3).Sum(k => inverse[j, k] * g[k]);
            Assert.Equal(expected, p[j], 1e-10);
            for (int k = 0; k < 3; k++)
                Assert.Equal(inverse[j, k], covariance[(3 * j) + k], 1e-10 * Math.Abs(inverse[j, j]));
        }
    }

    [Fact]
    public void A_parameter_that_starts_on_its_bound_may_leave_it()
    {
        var problem = new Polynomial([.. T.Select(t => 2 + (3 * t))], 2);
        double[] p = [0, 0];
        LeastSquaresResult fit = new LevenbergMarquardt(2, T.Length).Solve(problem, p, new ParameterBounds([0, 0], [10, 10]));
        Assert.Equal(RowStatus.Ok, fit.Status);
        Assert.Equal(2, p[0], 1e-9);
        Assert.Equal(3, p[1], 1e-9);
    }

    [Fact]
    public void A_parameter_on_its_bound_is_left_out_of_the_covariance()
    {
        // Best slope −3, bound 0: then the mean is the best constant, with variance 1/n.
        var problem = new Polynomial([.. T.Select(t => 20 - (3 * t))], 2);
        double[] p = [1, 1], covariance = new double[4];
        var status = new StandardErrorStatus[2];
        var solver = new LevenbergMarquardt(2, T.Length);
        Assert.Equal(RowStatus.AtBound, solver.Solve(problem, p, new ParameterBounds([-100, 0], [100, 100])).Status);
        Assert.Equal(0, p[1]);
        Assert.Equal(problem.Y.Average(), p[0], 1e-10);
        Assert.Equal(-1, solver.BoundState(1));
        Assert.Equal(1, solver.Covariance(covariance, status));
        Assert.Equal([StandardErrorStatus.Given, StandardErrorStatus.OnBound], status);
        Assert.Equal(1.0 / T.Length, covariance[0], 1e-14);
        Assert.Equal(0, covariance[3]);
    }

    [Fact]
    public void Fixed_parameters_stay_and_infinite_bounds_are_allowed()
    {
        var problem = new Polynomial([.. T.Select((t, i) => 2 + (3 * t) + (0.1 * (i % 3)))], 2);
        double[] p = [1, 2.5];
        var status = new StandardErrorStatus[2];
        var solver = new LevenbergMarquardt(2, T.Length);
        LeastSquaresResult fit = solver.Solve(problem, p, new ParameterBounds([double.NegativeInfinity, 2.5], [double.PositiveInfinity, 2.5]));
        Assert.Equal(RowStatus.Ok, fit.Status);
        Assert.Equal(2.5, p[1]);
        Assert.Equal(1, solver.Covariance(new double[4], status));
        Assert.Equal(StandardErrorStatus.Fixed, status[1]);
    }

    [Theory]
    [InlineData(1e-165)]
    [InlineData(1e-160)]
    [InlineData(1e-157)]
    [InlineData(1e-150)]
    public void A_column_near_the_end_of_the_range_of_doubles_counts_as_zero(double size)
    {
        // The derivatives of a peak that is narrower than the gap in the data where it stands.
        double[] y = [.. T.Select((_, i) => 5 + (0.1 * (i % 4)))], p = [1, 1];
        var status = new StandardErrorStatus[2];
        var covariance = new double[4];
        var solver = new LevenbergMarquardt(2, T.Length);
        LeastSquaresResult fit = solver.Solve(new Faint(y, size), p);
        Assert.Equal(RowStatus.Singular, fit.Status);

        // 1e-9 standard errors is what the stop rule promises.
        Assert.Equal(y.Average(), p[0], 1e-9 * 0.11);
        Assert.Equal(1, p[1]);
        Assert.Equal(1, solver.Covariance(covariance, status));
        Assert.Equal([StandardErrorStatus.Given, StandardErrorStatus.Undetermined], status);
        Assert.Equal(1.0 / T.Length, covariance[0], 1e-12);
    }

    [Fact]
    public void A_direction_that_changes_nothing_is_singular_and_the_others_keep_their_errors()
    {
        // c0 + c1 + c2·t with c0 and c1 the same column.
        var problem = new Twin([.. T.Select((t, i) => 5 + (2 * t) + (0.1 * (i % 4)))]);
        double[] p = [1, 1, 1];
        var status = new StandardErrorStatus[3];
        var covariance = new double[9];
        var solver = new LevenbergMarquardt(3, T.Length);
        Assert.Equal(RowStatus.Singular, solver.Solve(problem, p).Status);
        Assert.Equal(1, solver.Covariance(covariance, status));
        Assert.Equal([StandardErrorStatus.Undetermined, StandardErrorStatus.Undetermined, StandardErrorStatus.Given], status);
        double mean = T.Average();
        Assert.Equal(1 / T.Sum(t => (t - mean) * (t - mean)), covariance[8], 1e-12);
    }

    [Fact]
    public void What_is_not_finite_or_too_short_gets_a_status_and_leaves_the_parameters()
    {
        var solver = new LevenbergMarquardt(3, T.Length);
        double[] p = [1, 2, 3];
        Assert.Equal(RowStatus.NotFinite, solver.Solve(new Polynomial([.. T.Select((t, i) => i == 4 ? double.NaN : t)], 3), p).Status);
        Assert.Equal(RowStatus.TooFewPoints, solver.Solve(new Polynomial([1, 2], 3), p).Status);
        Assert.Equal([1, 2, 3], p);
        double[] bad = [1, double.NaN, 3];
        Assert.Equal(RowStatus.NotFinite, solver.Solve(new Polynomial(T, 3), bad).Status);
        Assert.Equal(0, solver.Covariance(new double[9], new StandardErrorStatus[3]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1e-120)]
    [InlineData(1e120)]
    public void A_start_at_zero_is_as_good_as_any(double scale)
    {
        var problem = new Polynomial([.. T.Select((t, i) => scale * (2 + (3 * t) + (0.1 * (i % 3))))], 2);
        double[] p = [0, 0];
        LeastSquaresResult fit = new LevenbergMarquardt(2, T.Length).Solve(problem, p);
        Assert.Equal(RowStatus.Ok, fit.Status);
        Assert.Equal(3, p[1] / scale, 0.01);
    }

    [Fact]
    public void Squares_outside_the_range_of_doubles_are_not_a_perfect_fit()
    {
        double[] p = [0, 0];
        Assert.Equal(RowStatus.NotFinite, new LevenbergMarquardt(2, T.Length).Solve(new Polynomial([.. T.Select(t => 1e-200 * (1 + t))], 2), p).Status);
        Assert.Equal(RowStatus.NotFinite, new LevenbergMarquardt(2, T.Length).Solve(new Polynomial([.. T.Select(t => 1e200 * (1 + t))], 2), p).Status);
    }

    [Fact]
    public void A_problem_without_varied_parameters_is_its_own_optimum()
    {
        double[] p = [1, 2];
        Assert.Equal(RowStatus.Ok, new LevenbergMarquardt(2, T.Length).Solve(new Polynomial(T, 2), p, new ParameterBounds([1, 2], [1, 2])).Status);
        Assert.Equal([1, 2], p);
    }

    [Fact]
    public void A_wrong_Jacobian_ends_and_is_not_called_converged()
    {
        double[] p = [1, 1];
        LeastSquaresResult fit = new LevenbergMarquardt(2, T.Length).Solve(new WrongSign(T), p);
        Assert.Equal(RowStatus.MaxIterations, fit.Status);
    }

    [Fact]
    public void An_exhausted_iteration_says_so()
    {
        FitCase data = Workloads.W2b(0);
        double[] p = [.. data.Start];
        LeastSquaresResult fit = new LevenbergMarquardt(10, 100, new LeastSquaresOptions { MaxIterations = 2 }).Solve(new PeakProblem(data), p);
        Assert.Equal(RowStatus.MaxIterations, fit.Status);
        Assert.Equal(2, fit.Iterations);
    }

    [Fact]
    public void A_cancelled_solve_stops_at_once()
    {
        FitCase data = Workloads.W2b(0);
        using var source = new CancellationTokenSource();
        var problem = new CancelWhenEvaluated(new PeakProblem(data), source);
        Assert.Throws<OperationCanceledException>(() => new LevenbergMarquardt(10, 100).Solve(problem, data.Start.ToArray(), default, source.Token));
        Assert.InRange(problem.Evaluations, 1, 3);
    }

    [Fact]
    public void Wrong_sizes_and_bounds_are_refused()
    {
        var solver = new LevenbergMarquardt(2, 10);
        Assert.Throws<ArgumentException>(() => solver.Solve(new Polynomial(T, 2), new double[2]));
        var big = new LevenbergMarquardt(2, T.Length);
        Assert.Throws<ArgumentException>(() => big.Solve(new Polynomial(T, 2), new double[3]));
        Assert.Throws<ArgumentException>(() => big.Solve(new Polynomial(T, 2), new double[2], new ParameterBounds([1, 1], [0, 2])));
        Assert.Throws<ArgumentException>(() => big.Solve(new Polynomial(T, 2), new double[2], new ParameterBounds([1], [])));
        Assert.Contains("maxIterations", Assert.Throws<OptionsException>(() => new LevenbergMarquardt(1, 1, new LeastSquaresOptions { MaxIterations = 0 })).Message);
    }

    [Fact]
    public void Inspecting_an_optimum_gives_its_covariance()
    {
        FitCase data = Workloads.W2c(11);
        var problem = new PeakProblem(data);
        double[] p = [.. data.Start], a = new double[100], b = new double[100];
        var status = new StandardErrorStatus[10];
        var solver = new LevenbergMarquardt(10, 100);
        LeastSquaresResult fit = solver.Solve(problem, p, new ParameterBounds(data.Lower, data.Upper));
        solver.Covariance(a, status);
        LeastSquaresResult seen = new LevenbergMarquardt(10, 100).Inspect(problem, p, new ParameterBounds(data.Lower, data.Upper));
        Assert.Equal(fit.Status, seen.Status);
        Assert.Equal(fit.ChiSquare, seen.ChiSquare);
        var other = new LevenbergMarquardt(10, 100);
        other.Inspect(problem, p, new ParameterBounds(data.Lower, data.Upper));
        other.Covariance(b, status);
        for (int i = 0; i < 100; i++)
            Assert.Equal(a[i], b[i], 1e-9 * Math.Sqrt(a[i / 10 * 11] * a[i % 10 * 11]) + 1e-300);
    }

    internal static double[,] Invert(double[,] a)
    {
        int n = a.GetLength(0);
        var work = (double[,])a.Clone();
        var inverse = new double[n, n];
        for (int i = 0; i < n; i++)
            inverse[i, i] = 1;
        for (int k = 0; k < n; k++)
        {
            int pivot = Enumerable.Range(k, n - k).MaxBy(i => Math.Abs(work[i, k]));
            for (int j = 0; j < n; j++)
            {
                (work[k, j], work[pivot, j]) = (work[pivot, j], work[k, j]);
                (inverse[k, j], inverse[pivot, j]) = (inverse[pivot, j], inverse[k, j]);
            }

            double d = work[k, k];
            for (int j = 0; j < n; j++)
            {
                work[k, j] /= d;
                inverse[k, j] /= d;
            }

            for (int i = 0; i < n; i++)
            {
                double f = i == k ? 0 : work[i, k];
                for (int j = 0; j < n && f != 0; j++)
                {
                    work[i, j] -= f * work[k, j];
                    inverse[i, j] -= f * inverse[k, j];
                }
            }
        }

        return inverse;
    }

    private sealed class Polynomial(double[] y, int count) : ILeastSquaresProblem
    {
        public double[] Y => y;

        public int ParameterCount => count;

        public int ResidualCount => y.Length;

        public bool Evaluate(ReadOnlySpan<double> parameters, Span<double> residuals, Span<double> jacobian)
        {
            for (int i = 0; i < y.Length; i++)
            {
                double power = 1;
                residuals[i] = -y[i];
                for (int k = 0; k < count; k++, power *= T[i])
                {
                    residuals[i] += parameters[k] * power;
                    if (!jacobian.IsEmpty)
                        jacobian[(k * y.Length) + i] = power;
                }
            }

            return true;
        }
    }

    private sealed class WrongSign(double[] y) : ILeastSquaresProblem
    {
        public int ParameterCount => 2;

        public int ResidualCount => y.Length;

        public bool Evaluate(ReadOnlySpan<double> parameters, Span<double> residuals, Span<double> jacobian)
        {
            for (int i = 0; i < y.Length; i++)
            {
                residuals[i] = parameters[0] + (parameters[1] * parameters[1] * T[i]) - (3 * y[i]) - 2;
                if (!jacobian.IsEmpty)
                    (jacobian[i], jacobian[y.Length + i]) = (-1, -2 * parameters[1] * T[i]);
            }

            return true;
        }
    }

    private sealed class Faint(double[] y, double size) : ILeastSquaresProblem
    {
        public int ParameterCount => 2;

        public int ResidualCount => y.Length;

        public bool Evaluate(ReadOnlySpan<double> parameters, Span<double> residuals, Span<double> jacobian)
        {
            for (int i = 0; i < y.Length; i++)
            {
                double faint = size * Math.Sin(i + 1);
                residuals[i] = parameters[0] + (parameters[1] * faint) - y[i];
                if (!jacobian.IsEmpty)
                    (jacobian[i], jacobian[y.Length + i]) = (1, faint);
            }

            return true;
        }
    }

    private sealed class Twin(double[] y) : ILeastSquaresProblem
    {
        public int ParameterCount => 3;

        public int ResidualCount => y.Length;

        public bool Evaluate(ReadOnlySpan<double> parameters, Span<double> residuals, Span<double> jacobian)
        {
            for (int i = 0; i < y.Length; i++)
            {
                residuals[i] = parameters[0] + parameters[1] + (parameters[2] * T[i]) - y[i];
                if (!jacobian.IsEmpty)
                    (jacobian[i], jacobian[y.Length + i], jacobian[(2 * y.Length) + i]) = (1, 1, T[i]);
            }

            return true;
        }
    }

    private sealed class CancelWhenEvaluated(PeakProblem inner, CancellationTokenSource source) : ILeastSquaresProblem
    {
        public int ParameterCount => inner.ParameterCount;

        public int ResidualCount => inner.ResidualCount;

        public int Evaluations => inner.Evaluations;

        public bool Evaluate(ReadOnlySpan<double> parameters, Span<double> residuals, Span<double> jacobian)
        {
            source.Cancel();
            return inner.Evaluate(parameters, residuals, jacobian);
        }
    }
}
