using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Numerics.Tests;

/// <summary>A thousand generated curves each: statuses, an independent check that every result is a minimum inside the bounds, and other starts.</summary>
public class WorkloadFitTests
{
    private const int Curves = 1000;

    [Theory]
    [InlineData("W2a")]
    [InlineData("W2b")]
    [InlineData("W2c")]
    public void Every_result_is_a_stationary_point_inside_the_bounds(string workload)
    {
        var counts = new int[8];
        int worse = 0, better = 0;
        LevenbergMarquardt? solver = null;
        for (int s = 0; s < Curves; s++)
        {
            FitCase data = Case(workload, s);
            var problem = new PeakProblem(data);
            solver ??= new LevenbergMarquardt(problem.ParameterCount, problem.ResidualCount);
            double[] p = [.. data.Start], q = [.. data.Truth];
            LeastSquaresResult fit = solver.Solve(problem, p, new ParameterBounds(data.Lower, data.Upper));
            counts[(int)fit.Status]++;
            Assert.True(fit.Status.IsUsable(), $"{workload} {s}: {fit}");
            AssertStationary(problem, data, p, $"{workload} {s}: {fit}");
            Assert.Equal(fit.Status == RowStatus.AtBound, Enumerable.Range(0, p.Length).Any(i => p[i] == data.Lower[i] || p[i] == data.Upper[i]));

            LeastSquaresResult other = solver.Solve(problem, q, new ParameterBounds(data.Lower, data.Upper));
            worse += fit.ChiSquare > other.ChiSquare * (1 + 1e-6) ? 1 : 0;
            better += other.ChiSquare > fit.ChiSquare * (1 + 1e-6) ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{workload}: {counts[(int)RowStatus.Ok]} ok, {counts[(int)RowStatus.AtBound]} at a bound; {worse} worse and {better} better than the minimum next to the truth");

        Assert.Equal(0, worse);
    }

    [Theory]
    [InlineData("W2b")]
    [InlineData("W2c")]
    public void Starts_up_to_half_off_end_at_stationary_points_too(string workload)
    {
        int worse = 0, failed = 0;
        var solver = new LevenbergMarquardt(10, 100);
        for (int s = 0; s < Curves; s++)
        {
            FitCase data = Workloads.HalfOff(Case(workload, s), s);
            var problem = new PeakProblem(data);
            double[] p = [.. data.Start], q = [.. data.Truth];
            LeastSquaresResult fit = solver.Solve(problem, p, new ParameterBounds(data.Lower, data.Upper));
            if (fit.Status.IsUsable())
                AssertStationary(problem, data, p, $"{workload} {s}: {fit}");
            else
                failed++;
            worse += fit.ChiSquare > solver.Solve(problem, q, new ParameterBounds(data.Lower, data.Upper)).ChiSquare * (1 + 1e-6) ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{workload} from starts up to 50 % off: {failed} without convergence, {worse} in another, worse minimum");
        Assert.Equal(0, failed);
        Assert.True(worse <= 2, $"{worse} fits ended in a worse minimum.");
    }

    [Fact]
    public void Ten_peaks_on_two_thousand_points()
    {
        for (int s = 0; s < 3; s++)
        {
            FitCase data = Workloads.W3(s);
            var problem = new PeakProblem(data);
            var solver = new LevenbergMarquardt(problem.ParameterCount, problem.ResidualCount);
            double[] p = [.. data.Start];
            LeastSquaresResult fit = solver.Solve(problem, p, new ParameterBounds(data.Lower, data.Upper));
            TestContext.Current.TestOutputHelper?.WriteLine($"W3 {s}: {fit}");
            Assert.True(fit.Status.IsUsable());
            AssertStationary(problem, data, p, $"W3 {s}");
        }
    }

    internal static FitCase Case(string workload, int s) => workload switch
    {
        "W2a" => Workloads.W2a(s),
        "W2b" => Workloads.W2b(s),
        _ => Workloads.W2c(s),
    };

    /// <summary>Karush–Kuhn–Tucker: the cosine between residuals and each column of J is nought, or pushes against a bound.</summary>
    private static void AssertStationary(PeakProblem problem, FitCase data, double[] p, string what)
    {
        int n = problem.ResidualCount;
        double[] r = new double[n], j = new double[n * p.Length];
        problem.Evaluate(p, r, j);
        double norm = Math.Sqrt(r.Sum(v => v * v));
        for (int k = 0; k < p.Length; k++)
        {
            Assert.InRange(p[k], data.Lower[k], data.Upper[k]);
            double dot = 0, length = 0;
            for (int i = 0; i < n; i++)
            {
                dot += r[i] * j[(k * n) + i];
                length += j[(k * n) + i] * j[(k * n) + i];
            }

            double cosine = length > 0 ? dot / (norm * Math.Sqrt(length)) : 0;
            bool held = (p[k] == data.Lower[k] && cosine >= 0) || (p[k] == data.Upper[k] && cosine <= 0);
            Assert.True(held || Math.Abs(cosine) < 1e-8, $"{what}: parameter {k} = {p[k]:R} has the cosine {cosine:E2}");
        }
    }
}
