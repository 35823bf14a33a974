using System.Numerics;
using System.Runtime.InteropServices;
using BigMap.Analysis.Numerics.Internal;

namespace BigMap.Analysis.Numerics.Tests;

public class SpecialFunctionsTests
{
    [Fact]
    public void Faddeeva_and_its_derivative()
    {
        double[,] t = SpecialValues.Faddeeva;
        double worst = 0, worstIm = 0, worstSlope = 0;
        for (int i = 0; i < t.GetLength(0); i++)
        {
            var z = new Complex(t[i, 0], t[i, 1]);
            Complex w = SpecialFunctions.Faddeeva(z), mirrored = SpecialFunctions.Faddeeva(new Complex(-z.Real, z.Imaginary));
            Assert.Equal(Complex.Conjugate(w), mirrored);
            LaneMath.Faddeeva(Lanes256.Create(z.Real), Lanes256.Create(z.Imaginary), out Lanes256 re, out Lanes256 im, out Lanes256 slopeRe, out Lanes256 slopeIm);
            Assert.Equal(w, new Complex(Value(re), Value(im)));
            double size = Math.Abs(t[i, 4]) + Math.Abs(t[i, 5]);
            Worst(ref worst, w.Real, t[i, 2], Math.Abs(t[i, 2]), z);
            Worst(ref worstIm, w.Imaginary, t[i, 3], Math.Sqrt((t[i, 2] * t[i, 2]) + (t[i, 3] * t[i, 3])), z);
            Worst(ref worstSlope, Value(slopeRe), t[i, 4], size, z);
            Worst(ref worstSlope, Value(slopeIm), t[i, 5], size, z);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{t.GetLength(0)} points: Re w {worst:E1}, Im w {worstIm:E1} of |w|, w' {worstSlope:E1} of |w'|");
        Assert.InRange(worst, 0, 1e-13);
        Assert.InRange(worstIm, 0, 1e-13);
        Assert.InRange(worstSlope, 0, 1e-12);

        static void Worst(ref double worst, double value, double expected, double scale, Complex z)
        {
            // Where the result is next to the denormal numbers it has no digits.
            if (scale < 1e-290)
            {
                Assert.True(Math.Abs(value - expected) < 1e-290, $"{z}: {value:R}, not {expected:R}");
                return;
            }

            double error = Math.Abs(value - expected) / scale;
            Assert.True(error < 1e-11, $"{z}: {value:R}, not {expected:R}");
            worst = Math.Max(worst, error);
        }
    }

    [Fact]
    public void Faddeeva_below_the_axis_follows_from_above()
    {
        var z = new Complex(0.7, -1.3);
        Complex sum = SpecialFunctions.Faddeeva(z) + SpecialFunctions.Faddeeva(-z), expected = 2 * Complex.Exp(-(z * z));
        Assert.Equal(expected.Real, sum.Real, 1e-13);
        Assert.Equal(expected.Imaginary, sum.Imaginary, 1e-13);
        LaneMath.Faddeeva(Lanes128.Create(0.7), Lanes128.Create(-1.3), out Lanes128 re, out _);
        Assert.True(double.IsNaN(Value(re)));
    }

    [Theory]
    [InlineData(0.3, 2e-3, 1.0)]
    [InlineData(-2.0, 0.7, 0.2)]
    [InlineData(5.0, 1.0, 1e-6)]
    [InlineData(0.0, 0.4, 0.0)]
    [InlineData(12.0, 1.0, 3.0)]
    [InlineData(300.0, 0.5, 1.0)]
    public void Voigt_derivatives_are_differences(double x, double sigma, double gamma)
    {
        double v = SpecialFunctions.Voigt(x, sigma, gamma, out double byX, out double bySigma, out double byGamma);
        Assert.Equal(v, SpecialFunctions.Voigt(x, sigma, gamma));
        Near(byX, Difference(h => SpecialFunctions.Voigt(x + h, sigma, gamma), 1e-4 * (sigma + gamma)), v / (sigma + gamma));
        Near(bySigma, Difference(h => SpecialFunctions.Voigt(x, sigma + h, gamma), (sigma < 0.1 * gamma ? 0.01 : 1e-3) * sigma), v / (sigma + gamma));
        if (gamma > 1e-3)
            Near(byGamma, Difference(h => SpecialFunctions.Voigt(x, sigma, gamma + h), 1e-4 * gamma), v / (sigma + gamma));

        static double Difference(Func<double, double> f, double h) => ((8 * (f(h) - f(-h))) - (f(2 * h) - f(-2 * h))) / (12 * h);
        static void Near(double value, double expected, double scale) => Assert.True(Math.Abs(value - expected) <= 1e-7 * Math.Max(Math.Abs(expected), 1e-3 * scale), $"{value:R}, not {expected:R}");
    }

    [Fact]
    public void Voigt_has_its_limits_and_its_area()
    {
        foreach (double x in new[] { 0, 0.3, 2, 17, 1e6 })
        {
            double lorentz = 0.5 / (Math.PI * ((x * x) + 0.25)), gauss = Math.Exp(-0.5 * x * x / 0.49) / (0.7 * Math.Sqrt(2 * Math.PI));
            Assert.Equal(1, SpecialFunctions.Voigt(x, 0, 0.5) / lorentz, 1e-14);
            Assert.Equal(1, SpecialFunctions.Voigt(x, 1e-9, 0.5) / lorentz, 1e-12);
            Assert.Equal(gauss, SpecialFunctions.Voigt(x, 0.7, 0), 1e-12 * gauss);
        }

        // Substituting x = tan t makes a finite integral of a smooth function.
        const int Steps = 4000;
        double area = 0;
        for (int i = 0; i < Steps; i++)
        {
            double t = Math.PI * (((i + 0.5) / Steps) - 0.5), c = Math.Cos(t);
            area += SpecialFunctions.Voigt(Math.Tan(t), 0.8, 0.4) / (c * c);
        }

        Assert.Equal(1, area * Math.PI / Steps, 1e-10);
        Assert.True(double.IsNaN(SpecialFunctions.Voigt(1, -1, 1)));
        Assert.True(double.IsPositiveInfinity(SpecialFunctions.Voigt(0, 0, 0)));
        Assert.Equal(0, SpecialFunctions.Voigt(1, 0, 0));
    }

    [Fact]
    public void Sine_and_cosine()
    {
        var random = new Random(3);
        for (int i = 0; i < 20000; i++)
        {
            double x = (random.NextDouble() - 0.5) * (i % 2 == 0 ? 10 : 2000);
            LaneMath.SinCos(Lanes128.Create(x), out Lanes128 sin, out Lanes128 cos);
            Assert.Equal(Math.Sin(x), Value(sin), 4e-16);
            Assert.Equal(Math.Cos(x), Value(cos), 4e-16);
        }
    }

    [Fact]
    public void Error_functions()
    {
        Check(SpecialValues.Erf, (t, i) => SpecialFunctions.Erf(t[i, 0]), 2e-15);
        Check(SpecialValues.Erfc, (t, i) => SpecialFunctions.Erfc(t[i, 0]), 1e-14);
        Check(SpecialValues.Erfcx, (t, i) => SpecialFunctions.Erfcx(t[i, 0]), 1e-14);
        Assert.Equal([1, -1, 0, 2, 0], [SpecialFunctions.Erf(double.PositiveInfinity), SpecialFunctions.Erf(double.NegativeInfinity), SpecialFunctions.Erfc(double.PositiveInfinity), SpecialFunctions.Erfc(double.NegativeInfinity), SpecialFunctions.Erfcx(double.PositiveInfinity)]);
        Assert.True(double.IsNaN(SpecialFunctions.Erf(double.NaN)) && double.IsNaN(SpecialFunctions.Erfc(double.NaN)));
    }

    [Fact]
    public void Gamma_functions()
    {
        Check(SpecialValues.LogGamma, (t, i) => SpecialFunctions.LogGamma(t[i, 0]), 1e-14);
        Check(SpecialValues.GammaP, (t, i) => SpecialFunctions.RegularizedGammaP(t[i, 0], t[i, 1]), 1e-12);
        Check(SpecialValues.GammaQ, (t, i) => SpecialFunctions.RegularizedGammaQ(t[i, 0], t[i, 1]), 1e-12);
        Assert.Equal(0, SpecialFunctions.LogGamma(1));
        Assert.Equal(0, SpecialFunctions.LogGamma(2));
        Assert.True(double.IsNaN(SpecialFunctions.LogGamma(-1)) && double.IsNaN(SpecialFunctions.RegularizedGammaP(-1, 1)) && double.IsNaN(SpecialFunctions.RegularizedGammaQ(1, -1)));
    }

    [Fact]
    public void Beta_function()
    {
        Check(SpecialValues.Beta, (t, i) => SpecialFunctions.RegularizedBeta(t[i, 0], t[i, 1], t[i, 2]), 1e-12);
        Assert.Equal(0, SpecialFunctions.RegularizedBeta(0, 1, 1));
        Assert.Equal(1, SpecialFunctions.RegularizedBeta(1, 1, 1));
        Assert.True(double.IsNaN(SpecialFunctions.RegularizedBeta(2, 1, 1)));
    }

    [Fact]
    public void Quantiles()
    {
        Check(SpecialValues.NormalQuantile, (t, i) => Distributions.NormalQuantile(t[i, 0]), 1e-12);
        Check(SpecialValues.StudentTQuantile, (t, i) => Distributions.StudentTQuantile(t[i, 0], t[i, 1]), 1e-12);
        Check(SpecialValues.ChiSquareQuantile, (t, i) => Distributions.ChiSquareQuantile(t[i, 0], t[i, 1]), 1e-12);
        Check(SpecialValues.FQuantile, (t, i) => Distributions.FQuantile(t[i, 0], t[i, 1], t[i, 2]), 1e-12);
        Assert.Equal(double.NegativeInfinity, Distributions.NormalQuantile(0));
        Assert.Equal(double.PositiveInfinity, Distributions.ChiSquareQuantile(1, 3));
        Assert.True(double.IsNaN(Distributions.FQuantile(1.5, 2, 2)) && double.IsNaN(Distributions.StudentTQuantile(0.5, -1)));
    }

    [Fact]
    public void Quantiles_undo_distribution_functions()
    {
        var random = new Random(11);
        for (int i = 0; i < 300; i++)
        {
            double p = Math.Exp(-20 * random.NextDouble()), a = Math.Exp(6 * (random.NextDouble() - 0.3)), b = Math.Exp(6 * (random.NextDouble() - 0.3));
            p = i % 2 == 0 ? p : 1 - p;
            Same(p, Distributions.NormalCdf(Distributions.NormalQuantile(p)));
            Same(p, Distributions.StudentTCdf(Distributions.StudentTQuantile(p, a), a));
            Same(p, Distributions.ChiSquareCdf(Distributions.ChiSquareQuantile(p, a), a));
            double x = Distributions.FQuantile(p, a, b);
            Same(p, Distributions.FCdf(x, a, b));
            Assert.Equal(1, Distributions.FCdf(x, a, b) + Distributions.FSurvival(x, a, b), 1e-13);
            Assert.Equal(1, Distributions.ChiSquareCdf(x, a) + Distributions.ChiSquareSurvival(x, a), 1e-13);
        }

        static void Same(double p, double back) => Assert.True(Math.Abs(back - p) <= 1e-11 * Math.Min(p, 1 - p) + 2e-16, $"{p:R} came back as {back:R}");
    }

    private static double Value<TLanes>(TLanes lanes)
        where TLanes : unmanaged, ILanes<TLanes> => MemoryMarshal.Cast<TLanes, double>([lanes])[0];

    private static void Check(double[,] table, Func<double[,], int, double> f, double tolerance)
    {
        int last = table.GetLength(1) - 1;
        double worst = 0;
        for (int i = 0; i < table.GetLength(0); i++)
        {
            double value = f(table, i), expected = table[i, last];
            double error = expected == 0 ? Math.Abs(value) : Math.Abs(expected) < 1e-300 ? Math.Abs(value - expected) / 1e-300 : Math.Abs((value / expected) - 1);
            Assert.True(error <= tolerance, $"row {i}, {table[i, 0]:R}: {value:R}, not {expected:R}; error {error:E1}");
            worst = Math.Max(worst, error);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{table.GetLength(0)} values, largest relative error {worst:E1}");
    }
}
