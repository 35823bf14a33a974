using BigMap.Analysis.Spectra.Baseline.Internal;
using BigMap.Analysis.Tests;
using Xunit;

namespace BigMap.Analysis.Spectra.Baseline.Tests;

/// <summary>λ as a length, on any axis.</summary>
public sealed class AxisTests
{
    private static readonly (double Center, double HalfWidth, double Height)[] Peaks = [(200, 10, 500), (450, 6, 800), (700, 12, 300)];

    public static TheoryData<int, int> Orders => new() { { 1, 5 }, { 1, 40 }, { 2, 5 }, { 2, 6 }, { 2, 41 }, { 3, 6 }, { 3, 7 }, { 3, 40 } };

    [Theory]
    [MemberData(nameof(Orders))]
    public void The_solver_is_that_of_the_dense_system_of_divided_differences(int order, int n)
    {
        var random = new Random(n + (100 * order));
        double[] x = Uneven(n, random);
        var axis = new AxisSpacing(n);
        axis.Set(x);
        double[,] d = Differences(axis.Position, order, out double[] measure);
        foreach (double lambda in new[] { 1e-3, 1, 50 })
        {
            double[] w = [.. x.Select(_ => random.NextDouble() < 0.2 ? 0 : 0.01 + random.NextDouble())];
            double[] r = [.. x.Select(_ => random.NextDouble() - 0.5)];
            var a = new double[n, n];
            for (int row = 0; row < n - order; row++)
            {
                for (int i = row; i <= row + order; i++)
                {
                    for (int j = row; j <= row + order; j++)
                        a[i, j] += lambda * measure[row] * d[row, i] * d[row, j];
                }
            }

            for (int i = 0; i < n; i++)
                a[i, i] += w[i];
            double[] expected = Solve(a, [.. w.Zip(r, (p, q) => p * q)]);
            int folded = new WhittakerSolver(n).FoldedLength;
            var (fw, fr, fz, fs) = (new double[folded], new double[folded], new double[folded], new double[folded]);
            WhittakerSolver.Fold(w, fw);
            WhittakerSolver.Fold(r, fr);
            var solver = new SpacedWhittakerSolver(n, folded);
            Assert.True(solver.Solve(fw, fr, (lambda, order), axis, fz));
            var z = new double[n];
            WhittakerSolver.Unfold(fz, z);
            for (int i = 0; i < n; i++)
                Assert.Equal(expected[i], z[i], 1e-9);

            // The residual of another z, and the solution for it as right side.
            double[] other = [.. x.Select(_ => random.NextDouble())];
            WhittakerSolver.Fold(other, fz);
            solver.Residual(fw, fr, fz, fs);
            var residual = new double[n];
            for (int i = 0; i < n; i++)
            {
                residual[i] = w[i] * r[i] / lambda;
                for (int j = 0; j < n; j++)
                    residual[i] -= a[i, j] * other[j] / lambda;
            }

            var s = new double[n];
            WhittakerSolver.Unfold(fs, s);
            for (int i = 0; i < n; i++)
                Assert.Equal(residual[i], s[i], 1e-9 * (1 + residual.Max(Math.Abs)));
            solver.SolveAgain(fs, fz);
            WhittakerSolver.Unfold(fz, z);
            for (int i = 0; i < n; i++)
                Assert.Equal(expected[i] - other[i], z[i], 1e-9);
        }
    }

    [Fact]
    public void On_an_even_axis_positions_are_points()
    {
        double[] y = Workloads.W1(3, 501), x = [.. Enumerable.Range(0, 501).Select(i => 17 + (i * 0.01))];
        double[] points = Baseline(x, y, new AslsOptions { Lambda = 1e5 }), positions = Baseline(x, y, new AslsOptions { Lambda = 1e5, Distance = BaselineDistance.Positions });
        Assert.Equal(points, positions);

        // 2π h λ^(1/4) is the cut-off of λ.
        double[] length = Baseline(x, y, new AslsOptions { CutOff = 2 * Math.PI * ((x[^1] - x[0]) / 500) * Math.Pow(1e5, 0.25) });
        Assert.All(points.Zip(length), pair => Assert.Equal(pair.First, pair.Second, 1e-9));

        // The general solver on the same axis, by distances that are just not even.
        double[] shaken = [.. x.Select((v, i) => v + (i % 2 == 0 ? 1e-4 : -1e-4))];
        double[] uneven = Baseline(shaken, y, new AslsOptions { Lambda = 1e5, Distance = BaselineDistance.Positions });
        Assert.All(points.Zip(uneven), pair => Assert.Equal(pair.First, pair.Second, 1e-2 * (y.Max() - y.Min())));
        Assert.NotEqual(points, uneven);
    }

    [Fact]
    public void A_symmetric_smoother_halves_a_wave_of_the_cut_off_length()
    {
        // p = 1/2: the weights never change, and the baseline is the Whittaker smoother with w = 1/2, whose λ is twice as large for the data.
        const int n = 4001;
        double[] x = [.. Enumerable.Range(0, n).Select(i => 0.25 * i)];
        double[] y = [.. x.Select(v => Math.Sin(2 * Math.PI * v / 50))];
        foreach (int order in new[] { 1, 2, 3 })
        {
            double[] z = Baseline(x, y, new AslsOptions { CutOff = 50 * Math.Pow(0.5, 1.0 / (2 * order)), P = 0.5, DifferenceOrder = order });
            double amplitude = z.AsSpan(1500, 1000).ToArray().Max();
            Assert.Equal(0.5, amplitude, 0.001);
        }
    }

    [Fact]
    public void A_cut_off_gives_the_same_baseline_at_any_density()
    {
        foreach (int order in new[] { 1, 2, 3 })
        {
            foreach ((double cutOff, double p) in new[] { (150.0, 0.01), (400, 1e-3), (2000, 0.01) })
            {
                var options = new AslsOptions { CutOff = cutOff, P = p, DifferenceOrder = order };
                double[] x1 = Grid(1001), y1 = [.. x1.Select(Curve)], z1 = Baseline(x1, y1, options);
                double range = y1.Max() - y1.Min();
                foreach (double[] x in new[] { Grid(4001), Mixed() })
                {
                    double[] z = Baseline(x, [.. x.Select(Curve)], options);
                    for (int i = 0; i < x1.Length; i++)
                        Assert.InRange(Math.Abs(At(x, z, x1[i]) - z1[i]), 0, 2e-4 * range);
                }
            }
        }
    }

    [Fact]
    public void The_stitched_raman_axis_gives_the_baseline_of_an_even_one()
    {
        double[][] rows = [.. File.ReadLines(ReferenceData.File("spectra/raman/ps_633.csv")).Skip(1).Select(l => l.Split(',').Select(v => double.Parse(v, System.Globalization.CultureInfo.InvariantCulture)).ToArray())];
        double[] x = [.. rows.Select(r => r[0])], y = [.. rows.Select(r => r[1])];
        double range = y.Max() - y.Min();
        foreach (double cutOff in new[] { 200.0, 500, 1000 })
        {
            var options = new AslsOptions { CutOff = cutOff };
            double[] z = Baseline(x, y, options);
            int n = (int)((x[^1] - x[0]) / 0.05) + 1;
            double[] even = [.. Enumerable.Range(0, n).Select(i => x[0] + (i * (x[^1] - x[0]) / (n - 1)))];
            double[] fine = Baseline(even, [.. even.Select(v => At(x, y, v))], options);
            for (int i = 0; i < x.Length; i++)
                Assert.InRange(Math.Abs(At(even, fine, x[i]) - z[i]), 0, 1e-3 * range);
        }
    }

    [Fact]
    public void Refinement_and_fixed_point_hold_on_an_uneven_axis()
    {
        double[] x = Mixed(), y = [.. x.Select((v, i) => Curve(v) + (5 * Math.Sin(i * 12.9898)))];
        foreach (double cutOff in new[] { 20.0, 300, 5000, 1e5 })
        {
            var z = new double[x.Length];
            BaselineInfo info = new AslsEstimator(x.Length, new AslsOptions { CutOff = cutOff, P = 1e-3 }).Estimate(new BaselineInput(y) { X = x }, z);
            Assert.True(info is { Status: RowStatus.Ok, IsFixedPoint: true } && info.ErrorEstimate < 1e-10, $"{cutOff}: {info}");

            // A straight line in x costs nothing.
            var shifted = new double[x.Length];
            new AslsEstimator(x.Length, new AslsOptions { CutOff = cutOff, P = 1e-3 }).Estimate(new BaselineInput([.. y.Zip(x, (a, b) => a + (3 * b) - 1000)]) { X = x }, shifted);
            for (int i = 0; i < x.Length; i++)
                Assert.Equal(z[i] + (3 * x[i]) - 1000, shifted[i], 1e-7);
        }
    }

    [Fact]
    public void Options_and_positions_are_checked()
    {
        Assert.Throws<OptionsException>(() => new AslsOptions { StopRule = AslsStopRule.WeightNorm, CutOff = 3 }.Validate());
        Assert.Throws<OptionsException>(() => new AslsOptions { CutOff = 0 }.Validate());
        var asls = new AslsEstimator(4, new AslsOptions { CutOff = 3 });
        Assert.Throws<ArgumentException>(() => asls.Estimate(new BaselineInput([1, 2, 3, 4]) { X = [1, 2, 2, 3] }, new double[4]));
        Assert.Throws<ArgumentException>(() => asls.Estimate(new BaselineInput([1, 2, 3, 4]) { X = [1, 2, double.NaN, 3] }, new double[4]));
    }

    private static double[] Baseline(double[] x, double[] y, AslsOptions options)
    {
        var z = new double[x.Length];
        BaselineInfo info = new AslsEstimator(x.Length, options).Estimate(new BaselineInput(y) { X = x }, z);
        Assert.Equal(RowStatus.Ok, info.Status);
        return z;
    }

    private static double Curve(double x)
    {
        double t = x / 1000;
        return 100 + (80 * (t - 0.5)) + (150 * (t - 0.5) * (t - 0.5)) + (200 * Math.Exp(-3 * t))
            + Peaks.Sum(p => p.Height * Math.Exp(-Math.Log(2) * Math.Pow((x - p.Center) / p.HalfWidth, 2)));
    }

    private static double[] Grid(int n) => [.. Enumerable.Range(0, n).Select(i => 1000.0 * i / (n - 1))];

    private static double[] Mixed()
    {
        var x = new List<double>();
        for (double at = 0; at < 1000; at += at < 300 ? 1 : at < 600 ? 0.25 : at < 800 ? 0.6 : 0.1 + (0.9 * (at * 7.3 % 1)))
            x.Add(at);
        x.Add(1000);
        return [.. x];
    }

    private static double[] Uneven(int n, Random random)
    {
        var x = new double[n];
        for (int i = 1; i < n; i++)
            x[i] = x[i - 1] + 0.05 + (2 * random.NextDouble());
        return x;
    }

    private static double At(double[] x, double[] y, double at)
    {
        int k = Math.Clamp(Array.BinarySearch(x, at) is var i && i < 0 ? ~i : i, 1, x.Length - 1);
        return y[k - 1] + ((y[k] - y[k - 1]) * (at - x[k - 1]) / (x[k] - x[k - 1]));
    }

    // Gaussian elimination with row exchange.
    private static double[] Solve(double[,] matrix, double[] right)
    {
        int n = right.Length;
        var a = (double[,])matrix.Clone();
        for (int k = 0; k < n; k++)
        {
            int pivot = Enumerable.Range(k, n - k).MaxBy(i => Math.Abs(a[i, k]));
            (right[k], right[pivot]) = (right[pivot], right[k]);
            for (int j = 0; j < n; j++)
                (a[k, j], a[pivot, j]) = (a[pivot, j], a[k, j]);
            for (int i = k + 1; i < n; i++)
            {
                double factor = a[i, k] / a[k, k];
                for (int j = k; j < n; j++)
                    a[i, j] -= factor * a[k, j];
                right[i] -= factor * right[k];
            }
        }

        for (int i = n - 1; i >= 0; i--)
        {
            for (int j = i + 1; j < n; j++)
                right[i] -= a[i, j] * right[j];
            right[i] /= a[i, i];
        }

        return right;
    }

    // Rows: derivatives of order d at the places where they exist; measure: the length that each stands for.
    private static double[,] Differences(double[] x, int order, out double[] measure)
    {
        int n = x.Length;
        var d = new double[n - order, n];
        measure = new double[n - order];
        for (int i = 0; i < n - order; i++)
        {
            // d! times the divided difference of x[i..i+d].
            double factorial = order == 3 ? 6 : order;
            for (int j = i; j <= i + order; j++)
            {
                double product = 1;
                for (int k = i; k <= i + order; k++)
                    product *= k == j ? 1 : x[j] - x[k];
                d[i, j] = factorial / product;
            }

            measure[i] = (x[i + order] - x[i]) / order;
        }

        return d;
    }
}
