using System.Globalization;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Diffraction.Powder.Tests;

public sealed class PowderProfileTests
{
    [Fact]
    public void Profiles_are_those_of_the_definitions()
    {
        double worstSymmetric = 0, worstAxial = 0;
        var kernel = new PowderProfile();
        foreach (IGrouping<(double, double, double, double), double[]> set in File.ReadLines(ReferenceData.File("diffraction/golden/profile_tch_fcj_gsas2.csv")).Skip(1)
            .Select(line => line.Split(',').Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray())
            .GroupBy(v => (v[0], v[1], v[2], v[3])))
        {
            double[] x = [.. set.Select(v => v[4])], tch = [.. set.Select(v => v[6])], fcj = [.. set.Select(v => v[7])];
            (double center, double variance, double lorentz, double axial) = set.Key;
            var line = new LineProfile(center, Math.Sqrt(8 * Math.Log(2) * variance) / 100, lorentz / 100, axial);
            double[] y = new double[x.Length], z = new double[x.Length];
            kernel.Add(x, line with { Asymmetry = 0 }, 1, y);
            kernel.Add(x, line, 1, z);
            worstSymmetric = Math.Max(worstSymmetric, Largest(tch, y));
            worstAxial = Math.Max(worstAxial, Largest(fcj, z));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"largest difference of the peak height: TCH {worstSymmetric:E1}, FCJ {worstAxial:E1}");
        Assert.InRange(worstSymmetric, 0, 1e-4);
        Assert.InRange(worstAxial, 0, 1e-4);

        static double Largest(double[] expected, double[] actual) => expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max() / expected.Max();
    }

    [Fact]
    public void Axial_divergence_is_the_plain_integral_of_its_definition()
    {
        var random = new Random(3);
        var kernel = new PowderProfile();
        double worst = 0;
        for (int n = 0; n < 300; n++)
        {
            double center = 3 + (165 * random.NextDouble()), axial = 0.06 * random.NextDouble();
            var line = new LineProfile(center, 0.01 + (0.15 * random.NextDouble()), 0.3 * random.NextDouble() * random.NextDouble(), axial);
            double[] x = [.. Enumerable.Range(-150, 301).Select(i => center + (0.02 * i * line.GaussianFwhm))], y = new double[x.Length], plain = new double[x.Length];
            kernel.Add(x, line, 1, y);

            // Midpoint rule with many points, straight from D(2φ) dφ in the variable h.
            const int Steps = 4000;
            double sum = 0, degree = Math.PI / 180, end = Math.Min(axial, center < 90 ? 0.999 * Math.Tan(center * degree) : 1);
            for (int k = 0; k < Steps; k++)
            {
                double h = end * (k + 0.5) / Steps, phi = Math.Acos(Math.Cos(center * degree) * Math.Sqrt(1 + (h * h)));
                double w = (axial - h) / ((1 + (h * h)) * Math.Sin(phi));
                sum += w;
                kernel.Add(x, line with { Center = phi / degree, Asymmetry = 0 }, w, plain);
            }

            double height = y.Max();
            for (int i = 0; i < x.Length; i++)
                worst = Math.Max(worst, Math.Abs(y[i] - (plain[i] / sum)) / height);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"largest difference of the peak height: {worst:E1}");
        Assert.InRange(worst, 0, 1e-5);
    }

    [Fact]
    public void The_area_is_one()
    {
        // A Lorentzian of 0.02 degrees keeps 2·0.02/(2π·60) of its area beyond 60 degrees to either side.
        double[] x = [.. Enumerable.Range(0, 240_001).Select(i => 30 + (i * 0.0005))], y = new double[x.Length];
        new PowderProfile().Add(x, new LineProfile(90, 0.08, 0.02, 0), 1, y);
        Assert.Equal(1, y.Sum() * 0.0005, 2e-4);
        foreach (double center in new[] { 60.0, 90.0, 120.0 })
        {
            y.AsSpan().Clear();
            new PowderProfile().Add(x, new LineProfile(center, 0.08, 0.02, 0.05), 1, y);
            Assert.Equal(1, y.Sum() * 0.0005, 5e-4);
        }
    }

    [Fact]
    public void Derivatives_are_those_of_differences()
    {
        var random = new Random(5);
        var kernel = new PowderProfile();
        for (int n = 0; n < 200; n++)
        {
            double[] p = [2 + (174 * random.NextDouble()), 0.02 + (0.2 * random.NextDouble()), 0.01 + (0.2 * random.NextDouble()), n % 5 == 0 ? 1e-3 : 0.002 + (0.06 * random.NextDouble())];
            double[] x = [.. Enumerable.Range(-60, 121).Select(i => p[0] + (0.05 * i * (p[1] + p[2])))], y = new double[x.Length], jacobian = new double[4 * x.Length], same = new double[x.Length];
            kernel.Evaluate(x, Line(p), y, jacobian);
            kernel.Add(x, Line(p), 1, same);
            for (int i = 0; i < x.Length; i++)
                Assert.Equal(same[i], y[i], 1e-12 * same.Max());
            for (int j = 0; j < 4; j++)
            {
                double[] slope = Richardson(j);
                double scale = slope.Max(Math.Abs);
                for (int i = 0; i < x.Length; i++)
                    Assert.True(Math.Abs(slope[i] - jacobian[(j * x.Length) + i]) <= 1e-5 * scale, $"{Line(p)} parameter {j}: {jacobian[(j * x.Length) + i]:R} instead of {slope[i]:R} at {x[i]}, scale {scale}");
            }

            double[] Richardson(int j)
            {
                double h = j == 0 ? 2e-4 * (p[1] + p[2]) : 2e-3 * p[j];
                double[] one = Difference(j, h), two = Difference(j, 2 * h);
                return [.. one.Zip(two, (a, b) => ((4 * a) - b) / 3)];
            }

            double[] Difference(int j, double h)
            {
                double[] up = [.. p], down = [.. p], above = new double[x.Length], below = new double[x.Length];
                up[j] += h;
                down[j] -= h;
                kernel.Add(x, Line(up), 1, above);
                kernel.Add(x, Line(down), 1, below);
                return [.. above.Zip(below, (a, b) => (a - b) / (2 * h))];
            }
        }

        static LineProfile Line(double[] p) => new(p[0], p[1], p[2], p[3]);
    }

    [Fact]
    public void Nothing_is_allocated_and_impossible_lines_are_refused()
    {
        var kernel = new PowderProfile();
        double[] x = [.. Enumerable.Range(0, 500).Select(i => 20 + (0.02 * i))], y = new double[500], jacobian = new double[2000];
        kernel.Add(x, new LineProfile(25, 0.1, 0.1, 0.03), 1, y);
        kernel.Evaluate(x, new LineProfile(25, 0.1, 0.1, 0.03), y, jacobian);
        long before = GC.GetAllocatedBytesForCurrentThread();
        kernel.Add(x, new LineProfile(25, 0.1, 0.1, 0.03), 1, y);
        kernel.Evaluate(x, new LineProfile(25, 0.1, 0.1, 0.03), y, jacobian);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        foreach (LineProfile bad in new LineProfile[] { new(0, 0.1, 0, 0), new(180, 0.1, 0, 0), new(double.NaN, 0.1, 0, 0), new(25, -0.1, 0.1, 0), new(25, 0, 0, 0), new(25, double.NaN, 0, 0), new(25, 0.1, 0, -0.1), new(25, 0.1, 0, 2) })
            Assert.Throws<ArgumentException>(() => kernel.Add(x, bad, 1, y));
        Assert.Throws<ArgumentException>(() => kernel.Add(x, new LineProfile(25, 0.1, 0, 0), 1, new double[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => PowderProfile.ThompsonCoxHastings(0, 0));
        Assert.Equal((0.1, 0), PowderProfile.ThompsonCoxHastings(0.1, 0));
        Assert.Equal(1, PowderProfile.ThompsonCoxHastings(0, 0.1).Eta, 1e-6);
    }
}
