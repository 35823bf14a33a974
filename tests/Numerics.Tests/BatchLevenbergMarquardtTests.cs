using System.Runtime.InteropServices;
using BigMap.Analysis.Numerics.Internal;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Numerics.Tests;

public class BatchLevenbergMarquardtTests
{
    [Theory]
    [InlineData("W2a", 1000)]
    [InlineData("W2b", 1000)]
    [InlineData("W2c", 1000)]
    public void Fits_end_where_the_scalar_core_ends(string workload, int count)
    {
        FitCase[] cases = Cases(workload, count);
        int n = cases[0].Start.Length;
        var results = new PeakLanes.Results(count, n);
        var batch = new BatchLevenbergMarquardt(n, 100);
        batch.Solve(new PeakLanes(cases, results), 0, count);
        var solver = new LevenbergMarquardt(n, 100);
        double[] covariance = new double[n * n];
        var status = new StandardErrorStatus[n];
        int worse = 0, better = 0;
        for (int s = 0; s < count; s++)
        {
            double[] p = [.. cases[s].Start];
            LeastSquaresResult one = solver.Solve(new PeakProblem(cases[s]), p, new ParameterBounds(cases[s].Lower, cases[s].Upper));
            solver.Covariance(covariance, status);
            Assert.True(results.Fits[s].Status.IsUsable(), $"{workload} {s}: {results.Fits[s]}");
            if (results.Fits[s].ChiSquare > one.ChiSquare * (1 + 1e-9))
                worse++;
            else if (results.Fits[s].ChiSquare < one.ChiSquare * (1 - 1e-9))
                better++;
            else
                AssertSame(s, results, one, p, covariance, status);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{workload}: {worse} worse, {better} better, {batch.FallbackCount} finished by the scalar core, {batch.Ticks * batch.LaneCount / (double)count:F1} iterations a fit");
        Assert.True(worse <= count / 1000, $"{worse} fits ended in a worse minimum.");
        Assert.InRange(batch.FallbackCount, 0, count / 100);
    }

    [Fact]
    public void Ten_peaks_on_two_thousand_points()
    {
        FitCase[] cases = [.. Enumerable.Range(0, 4).Select(Workloads.W3)];
        var results = new PeakLanes.Results(4, 40);
        var batch = new BatchLevenbergMarquardt(40, 2000);
        batch.Solve(new PeakLanes(cases, results), 0, 4);
        double[] p = [.. cases[1].Start], covariance = new double[1600];
        var status = new StandardErrorStatus[40];
        var solver = new LevenbergMarquardt(40, 2000);
        LeastSquaresResult one = solver.Solve(new PeakProblem(cases[1]), p, new ParameterBounds(cases[1].Lower, cases[1].Upper));
        solver.Covariance(covariance, status);
        AssertSame(1, results, one, p, covariance, status);
        Assert.InRange(batch.FallbackCount, 0, 1);
    }

    [Fact]
    public void Starts_up_to_half_off_end_no_worse_than_in_the_scalar_core()
    {
        FitCase[] cases = [.. Cases("W2c", 1000).Select(Workloads.HalfOff)];
        var results = new PeakLanes.Results(cases.Length, 10);
        new BatchLevenbergMarquardt(10, 100).Solve(new PeakLanes(cases, results), 0, cases.Length);
        var solver = new LevenbergMarquardt(10, 100);
        int worse = 0, better = 0;
        for (int s = 0; s < cases.Length; s++)
        {
            double[] p = [.. cases[s].Start];
            double one = solver.Solve(new PeakProblem(cases[s]), p, new ParameterBounds(cases[s].Lower, cases[s].Upper)).ChiSquare;
            Assert.True(results.Fits[s].Status.IsUsable(), $"{s}: {results.Fits[s]}");
            worse += results.Fits[s].ChiSquare > one * (1 + 1e-6) ? 1 : 0;
            better += one > results.Fits[s].ChiSquare * (1 + 1e-6) ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{worse} worse, {better} better");
        Assert.InRange(worse, 0, 1);
    }

    [Fact]
    public void A_fit_depends_on_nothing_but_its_own_data()
    {
        FitCase[] cases = Cases("W2c", 60);

        // Neighbours of every kind: data that are not finite, a flat curve, a start far off.
        cases[7] = cases[7] with { Y = [.. cases[7].Y.Select((v, i) => i == 40 ? double.NaN : v)] };
        cases[11] = cases[11] with { Y = new double[100] };
        cases[20] = cases[20] with { Start = [1, 5, 30, 1, 1, 95, 0.5, 0, 0, 0] };
        PeakLanes.Results wide = Run(cases, 8), middle = Run(cases, 4), narrow = Run(cases, 2), backwards = Run([.. cases.Reverse()], 8);
        for (int s = 0; s < cases.Length; s++)
        {
            PeakLanes.Results alone = Run([cases[s]], 8);
            AssertBits(wide, s, middle, s);
            AssertBits(wide, s, narrow, s);
            AssertBits(wide, s, alone, 0);
            AssertBits(wide, s, backwards, cases.Length - 1 - s);
        }

        Assert.Equal(RowStatus.NotFinite, wide.Fits[7].Status);
        Assert.Equal(cases[7].Start, wide.Parameters(7).ToArray());
    }

    [Fact]
    public void Two_threads_give_what_one_gives()
    {
        FitCase[] cases = Cases("W2c", 120);
        PeakLanes.Results one = Run(cases, 4), two = new(cases.Length, 10);
        var problem = new PeakLanes(cases, two);
        var progress = new LastProgress();
        RowScheduler.RunBlocks(
            new RowPlan(cases.Length, "fit", blockLength: 17),
            new AnalysisContext { MaxDegreeOfParallelism = 2, Progress = progress },
            () => new BatchLevenbergMarquardt(10, 100),
            (first, count, solver) =>
            {
                solver.Solve(problem, first, count);
                return count - (first == 0 ? 1 : 0);
            });
        Assert.Equal(new BatchProgress(cases.Length, 1, cases.Length, "fit"), progress.Last);
        for (int s = 0; s < cases.Length; s++)
            AssertBits(one, s, two, s);
    }

    [Fact]
    public void A_batch_allocates_nothing()
    {
        FitCase[] cases = Cases("W2c", 60);
        var results = new PeakLanes.Results(cases.Length, 10);
        var problem = new PeakLanes(cases, results);
        var solver = new BatchLevenbergMarquardt(10, 100);
        cases[3] = cases[3] with { Y = new double[100] };
        for (int turn = 0; turn < 2; turn++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            solver.Solve(problem, 0, cases.Length);
            if (turn > 0)
                Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    [Fact]
    public void A_workspace_serves_smaller_problems()
    {
        FitCase[] cases = Cases("W2a", 20);
        PeakLanes.Results fresh = Run(cases, 4), used = new(cases.Length, 4);
        var solver = new BatchLevenbergMarquardt(23, 300, null, 4);
        solver.Solve(new PeakLanes(Cases("W2b", 8), new PeakLanes.Results(8, 10)), 0, 8);
        solver.Solve(new PeakLanes(cases, used), 0, cases.Length);
        for (int s = 0; s < cases.Length; s++)
            AssertBits(fresh, s, used, s);
    }

    [Fact]
    public void Fixed_parameters_keep_their_value()
    {
        FitCase[] cases = [.. Cases("W2b", 20).Select(c => c with { Start = [.. c.Start[..3], 0.5, .. c.Start[4..]], Lower = [.. c.Lower[..3], 0.5, .. c.Lower[4..]], Upper = [.. c.Upper[..3], 0.5, .. c.Upper[4..]] })];
        PeakLanes.Results results = Run(cases, 8);
        var solver = new LevenbergMarquardt(10, 100);
        double[] covariance = new double[100];
        var status = new StandardErrorStatus[10];
        for (int s = 0; s < cases.Length; s++)
        {
            double[] p = [.. cases[s].Start];
            LeastSquaresResult one = solver.Solve(new PeakProblem(cases[s]), p, new ParameterBounds(cases[s].Lower, cases[s].Upper));
            solver.Covariance(covariance, status);
            AssertSame(s, results, one, p, covariance, status);
            Assert.Equal(0.5, results.Parameters(s)[3]);
            Assert.Equal(StandardErrorStatus.Fixed, results.Status(s)[3]);
        }
    }

    [Fact]
    public void Weights_are_those_of_the_residuals()
    {
        FitCase data = Workloads.W2a(5);
        double[] weights = [.. data.Y.Select((_, i) => 1 / (1 + (0.05 * i)))];
        var weighted = new WeightedLine(data.Y, weights);
        new BatchLevenbergMarquardt(2, 100).Solve(weighted, 0, 3);

        // A straight line has a closed answer.
        double sw = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
        for (int i = 0; i < 100; i++)
        {
            double w = weights[i] * weights[i];
            (sw, sx, sy, sxx, sxy) = (sw + w, sx + (w * i), sy + (w * data.Y[i]), sxx + (w * i * i), sxy + (w * i * data.Y[i]));
        }

        double det = (sw * sxx) - (sx * sx);
        Assert.Equal(((sxx * sy) - (sx * sxy)) / det, weighted.Found[0], 1e-8);
        Assert.Equal(((sw * sxy) - (sx * sy)) / det, weighted.Found[1], 1e-9);
        Assert.Equal(sxx / det, weighted.Found[2], 1e-9 * sxx / det);
        double[] plain = Enumerable.Range(0, 100).Select(i => data.Y[i]).ToArray();
        Assert.NotEqual(plain.Average(), weighted.Found[0]);
    }

    [Fact]
    public void Units_do_not_matter()
    {
        FitCase[] cases = Cases("W2b", 40);
        PeakLanes.Results results = Run(cases, 8);
        foreach (double scale in new[] { 1e-9, 1e9 })
        {
            double[] factor = [scale, 1, 1, 1, scale, 1, 1, 1, scale, scale];
            FitCase[] scaled = [.. cases.Select(c => c with { Y = Times(c.Y, scale), Start = Each(c.Start, factor), Lower = Each(c.Lower, factor), Upper = Each(c.Upper, factor) })];
            PeakLanes.Results other = Run(scaled, 8);
            for (int s = 0; s < cases.Length; s++)
            {
                Assert.Equal(results.Fits[s].Status, other.Fits[s].Status);
                Assert.Equal(1, other.Fits[s].ChiSquare / scale / scale / results.Fits[s].ChiSquare, 1e-9);
                double sigma = Math.Sqrt(results.Fits[s].ChiSquare / 90);
                for (int k = 0; k < 10; k++)
                    Assert.Equal(results.Parameters(s)[k], other.Parameters(s)[k] / factor[k], 1e-6 * sigma * Math.Sqrt(results.Covariance(s)[11 * k]) + 1e-300);
            }
        }

        static double[] Times(double[] y, double f) => [.. y.Select(v => v * f)];
        static double[] Each(double[] p, double[] f) => [.. p.Zip(f, (a, b) => a * b)];
    }

    [Fact]
    public void A_chain_runs_in_order()
    {
        var chains = new Chained(Workloads.W2a(1).Y);
        new BatchLevenbergMarquardt(2, 100).Solve(chains, 3, 50, chainLength: 7);
        for (int fit = 3; fit < 53; fit++)
        {
            Assert.True(chains.Stored[fit]);
            Assert.Equal((fit - 3) % 7 == 0, !chains.SawBefore[fit]);
        }
    }

    [Fact]
    public void Few_points_and_starts_that_are_no_numbers_have_a_status()
    {
        FitCase[] cases = Cases("W2a", 3);
        cases[1] = cases[1] with { Start = [1, double.NaN, 1, 1] };
        PeakLanes.Results results = Run(cases, 4);
        Assert.Equal(RowStatus.Ok, results.Fits[0].Status);
        Assert.Equal(RowStatus.NotFinite, results.Fits[1].Status);
        Assert.Equal(RowStatus.Ok, results.Fits[2].Status);
        FitCase[] few = [cases[0] with { X = [1, 2], Y = [1, 2] }];
        PeakLanes.Results short_ = Run(few, 4);
        Assert.Equal(RowStatus.TooFewPoints, short_.Fits[0].Status);
        Assert.Equal(StandardErrorStatus.NoResult, short_.Status(0)[0]);
    }

    [Fact]
    public void Wrong_sizes_and_bounds_are_refused()
    {
        FitCase[] cases = Cases("W2a", 2);
        Assert.Throws<ArgumentException>(() => new BatchLevenbergMarquardt(3, 100).Solve(new PeakLanes(cases, new PeakLanes.Results(2, 4)), 0, 2));
        cases[1] = cases[1] with { Lower = [9, 9, 9, 9], Upper = [1, 1, 1, 1] };
        Assert.Throws<ArgumentException>(() => Run(cases, 4));
        Assert.Throws<OptionsException>(() => new BatchLevenbergMarquardt(1, 1, new LeastSquaresOptions { MaxIterations = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchLevenbergMarquardt(0, 1));
    }

    [Fact]
    public void A_cancelled_batch_stops()
    {
        FitCase[] cases = Cases("W2a", 2);
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => new BatchLevenbergMarquardt(4, 100).Solve(new PeakLanes(cases, new PeakLanes.Results(2, 4)), 0, 2, cancellationToken: source.Token));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(11)]
    [InlineData(12)]
    public void The_Gram_matrix_is_the_plain_sum(int columns)
    {
        const int Rows = 37;
        var random = new Random(columns);
        double[] a = [.. Enumerable.Range(0, columns * Rows * 4).Select(_ => random.NextDouble() - 0.5)], g = new double[columns * columns * 4];
        Span<Lanes256> tile = MemoryMarshal.Cast<double, Lanes256>(a.AsSpan()), gram = MemoryMarshal.Cast<double, Lanes256>(g.AsSpan());
        LaneGram.Add(ref tile[0], Rows * 4, Rows, columns, ref gram[0]);
        for (int i = 0; i < columns; i++)
        {
            for (int j = i; j < columns; j++)
            {
                for (int lane = 0; lane < 4; lane++)
                {
                    double sum = 0;
                    for (int r = 0; r < Rows; r++)
                        sum = Math.FusedMultiplyAdd(a[(((i * Rows) + r) * 4) + lane], a[(((j * Rows) + r) * 4) + lane], sum);
                    Assert.Equal(sum, g[(((i * columns) + j) * 4) + lane]);
                }
            }
        }
    }

    [Theory]
    [InlineData(16, 64)]
    [InlineData(17, 203)]
    [InlineData(40, 1001)]
    public void R_of_the_normal_equations_is_that_of_the_orthogonal_factorisation(int n, int m)
    {
        var random = new Random(n);
        double[] j = [.. Enumerable.Range(0, n * m).Select(i => (1 + (i / m)) * (random.NextDouble() - 0.4))], residuals = [.. Enumerable.Range(0, m).Select(_ => random.NextDouble() - 0.5)];
        double[] norms = [.. Enumerable.Range(0, n).Select(k => Math.Sqrt(j.Skip(k * m).Take(m).Sum(v => v * v)))], r = new double[n * n], rotated = new double[n];
        Assert.True(new GramFactor(n).TryFactor(j, residuals, norms, r, rotated));
        double[] diagonal = new double[n], b = [.. residuals];
        Householder.Factor(j, m, n, b, diagonal);
        for (int k = 0; k < n; k++)
        {
            // Signs of rows are free.
            Assert.Equal(Math.Abs(diagonal[k]), r[(k * n) + k], 1e-12 * norms[k]);
            Assert.Equal(b[k] * Math.Sign(diagonal[k]), rotated[k], 1e-11);
            for (int i = 0; i < k; i++)
                Assert.Equal(j[(k * m) + i] * Math.Sign(diagonal[i]), r[(k * n) + i], 1e-12 * norms[k]);
        }

        // Nearly the same column twice.
        double[] twin = [.. j.Take(m * (n - 1)), .. j.Take(m).Select((v, i) => v * (1 + (1e-3 * (i % 2))))];
        norms[n - 1] = Math.Sqrt(twin.Skip((n - 1) * m).Sum(v => v * v));
        Assert.False(new GramFactor(n).TryFactor(twin, residuals, [.. Enumerable.Range(0, n).Select(k => Math.Sqrt(twin.Skip(k * m).Take(m).Sum(v => v * v)))], r, rotated));
    }

    internal static FitCase[] Cases(string workload, int count) => [.. Enumerable.Range(0, count).Select(s => WorkloadFitTests.Case(workload, s))];

    internal static PeakLanes.Results Run(FitCase[] cases, int lanes)
    {
        int n = cases[0].Start.Length;
        var results = new PeakLanes.Results(cases.Length, n);
        new BatchLevenbergMarquardt(n, cases[0].Y.Length, null, lanes).Solve(new PeakLanes(cases, results), 0, cases.Length);
        return results;
    }

    private static void AssertBits(PeakLanes.Results a, int i, PeakLanes.Results b, int j)
    {
        Assert.Equal(a.Fits[i], b.Fits[j]);
        Assert.True(a.Parameters(i).SequenceEqual(b.Parameters(j)), $"parameters of {i} and {j} differ");
        Assert.True(a.Covariance(i).SequenceEqual(b.Covariance(j)), $"covariances of {i} and {j} differ");
        Assert.True(a.Status(i).SequenceEqual(b.Status(j)), $"reasons of {i} and {j} differ");
    }

    /// <summary>Parameters to 1e-6 of a standard error, standard errors to 1e-6, the same words about both.</summary>
    private static void AssertSame(int s, PeakLanes.Results results, LeastSquaresResult one, double[] p, double[] covariance, StandardErrorStatus[] status)
    {
        int n = p.Length;
        Assert.Equal(one.Status, results.Fits[s].Status);
        Assert.True(status.AsSpan(0, n).SequenceEqual(results.Status(s)), $"{s}: {string.Join(' ', status)} | {string.Join(' ', results.Status(s).ToArray())}");
        double sigma = Math.Sqrt(one.ChiSquare / 90);
        for (int a = 0; a < n; a++)
        {
            double error = Math.Sqrt(covariance[(a * n) + a]);
            Assert.True(Math.Abs(p[a] - results.Parameters(s)[a]) <= (1e-6 * sigma * error) + (1e-15 * Math.Abs(p[a])), $"{s}: parameter {a} is {results.Parameters(s)[a]:R}, not {p[a]:R}");
            for (int b = 0; b < n; b++)
            {
                double scale = error * Math.Sqrt(covariance[(b * n) + b]);
                Assert.True(Math.Abs(covariance[(a * n) + b] - results.Covariance(s)[(a * n) + b]) <= 1e-6 * scale, $"{s}: covariance {a},{b}");
            }
        }
    }

    private sealed class LastProgress : IProgress<BatchProgress>
    {
        public BatchProgress? Last { get; private set; }

        public void Report(BatchProgress value) => Last = value;
    }

    /// <summary>A straight line; three fits of the same curve with the same weights but the middle one has none.</summary>
    private readonly struct WeightedLine(double[] y, double[] weights) : ILaneProblem
    {
        public double[] Found { get; } = new double[3];

        public int ParameterCount => 2;

        public int PointCount => y.Length;

        public void Load(int fit, LaneData data)
        {
            y.CopyTo(data.Y);
            if (fit != 1)
                weights.CopyTo(data.Weights);
            data.Parameters.Clear();
        }

        public void Evaluate<TLanes>(ReadOnlySpan<TLanes> parameters, int first, Span<TLanes> values, Span<TLanes> jacobian)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            for (int i = 0; i < values.Length; i++)
            {
                TLanes x = TLanes.Create(first + i);
                values[i] = TLanes.MultiplyAdd(parameters[1], x, parameters[0]);
                (jacobian[i], jacobian[values.Length + i]) = (TLanes.Create(1), x);
            }
        }

        public void Store(int fit, LaneFit result)
        {
            if (fit == 0)
                (Found[0], Found[1], Found[2]) = (result.Parameters[0], result.Parameters[1], result.Covariance[0]);
        }
    }

    private readonly struct Chained(double[] y) : ILaneProblem
    {
        public bool[] Stored { get; } = new bool[60];

        public bool[] SawBefore { get; } = new bool[60];

        public int ParameterCount => 2;

        public int PointCount => y.Length;

        public void Load(int fit, LaneData data)
        {
            SawBefore[fit] = Stored[fit - 1] && (fit - 3) % 7 != 0;
            y.CopyTo(data.Y);
            data.Parameters.Clear();
        }

        public void Evaluate<TLanes>(ReadOnlySpan<TLanes> parameters, int first, Span<TLanes> values, Span<TLanes> jacobian)
            where TLanes : unmanaged, ILanes<TLanes> => new WeightedLine(y, y).Evaluate(parameters, first, values, jacobian);

        public void Store(int fit, LaneFit result) => Stored[fit] = true;
    }
}
