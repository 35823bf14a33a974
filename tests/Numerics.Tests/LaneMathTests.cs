using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using BigMap.Analysis.Numerics.Internal;

namespace BigMap.Analysis.Numerics.Tests;

public class LaneMathTests
{
    [Fact]
    public void Exp_is_right_to_one_unit_in_the_last_place()
    {
        var random = new Random(7);
        double worst = 0;
        for (int i = 0; i < 4000; i++)
        {
            double x = (random.NextDouble() * 60) - 3;
            decimal exact = DecimalExp(Exact(x));
            worst = Math.Max(worst, (double)(Math.Abs(Exact(Exp(x)) - exact) / exact * (decimal)Math.Pow(2, 52)));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"largest relative error {worst:F3} · 2^-52");
        Assert.InRange(worst, 0, 1);
    }

    [Fact]
    public void Exp_keeps_to_the_library_in_the_whole_range()
    {
        var random = new Random(8);
        for (int i = 0; i < 20000; i++)
        {
            double x = -708 + (random.NextDouble() * (709.78 + 708));
            Assert.Equal(1, Exp(x) / Math.Exp(x), 4e-16);
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1e-300, 1)]
    [InlineData(-800, 0)]
    [InlineData(-1e300, 0)]
    [InlineData(double.NegativeInfinity, 0)]
    [InlineData(710, double.PositiveInfinity)]
    [InlineData(1e300, double.PositiveInfinity)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.NaN, double.NaN)]
    public void Exp_at_the_ends(double x, double expected) => Assert.Equal(expected, Exp(x));

    [Fact]
    public void Exp_of_the_largest_argument() => Assert.Equal(1, Exp(709.782712893384) / Math.Exp(709.782712893384), 4e-16);

    [Fact]
    public void Operations_are_those_of_doubles_at_every_width()
    {
        Operations<Lanes128>();
        Operations<Lanes256>();
        Operations<Lanes512>();
    }

    [Fact]
    public void Exp_has_the_same_bits_at_every_width()
    {
        var random = new Random(9);
        double[] x = [.. Enumerable.Range(0, 800).Select(_ => (random.NextDouble() * 1500) - 750)];
        double[] a = All<Lanes128>(x), b = All<Lanes256>(x), c = All<Lanes512>(x);
        Assert.Equal(a, b);
        Assert.Equal(a, c);
        for (int i = 0; i < x.Length; i += System.Numerics.Vector<double>.Count)
            Assert.Equal(a[i], LaneMath.Exp(new System.Numerics.Vector<double>(x, i))[0]);
    }

    private static double[] All<TLanes>(double[] x)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var y = new double[x.Length];
        ReadOnlySpan<TLanes> from = MemoryMarshal.Cast<double, TLanes>(x);
        Span<TLanes> to = MemoryMarshal.Cast<double, TLanes>(y.AsSpan());
        for (int i = 0; i < from.Length; i++)
            to[i] = LaneMath.Exp(from[i]);
        return y;
    }

    private static void Operations<TLanes>()
        where TLanes : unmanaged, ILanes<TLanes>
    {
        double[] values = [0, -0.0, 1, -1.5, 3e-300, 7e200, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0.1];
        foreach (double a in values)
        {
            foreach (double b in values)
            {
                TLanes x = TLanes.Create(a), y = TLanes.Create(b), c = TLanes.Create(0.3);
                Same(x + y, a + b);
                Same(x - y, a - b);
                Same(x * y, a * b);
                Same(x / y, a / b);
                Same(-x, -a);
                Same(TLanes.MultiplyAdd(x, y, c), Math.FusedMultiplyAdd(a, b, 0.3));
                Same(TLanes.Sqrt(x), Math.Sqrt(a));
                Same(TLanes.Abs(x), Math.Abs(a));
                Same(TLanes.Min(x, y), a < b ? a : b);
                Same(TLanes.Max(x, y), b < a ? a : b);
                Same(TLanes.Select(TLanes.LessThan(x, y), x, c), a < b ? a : 0.3);
                Same(TLanes.Select(TLanes.LessThanOrEqual(x, y), x, c), a <= b ? a : 0.3);
                Same(TLanes.Select(~TLanes.LessThan(x, y) & TLanes.LessThanOrEqual(x, y), x, c), !(a < b) && a <= b ? a : 0.3);
                Same(TLanes.Select(TLanes.LessThan(y, x) | TLanes.LessThan(x, y), x, c), a < b || b < a ? a : 0.3);
                Assert.Equal(a < b ? (1u << TLanes.Count) - 1 : 0, TLanes.Bits(TLanes.LessThan(x, y)));
            }
        }

        Same(TLanes.Scale(TLanes.Create(1.25), TLanes.Create(-1022)), 1.25 * Math.Pow(2, -1022));
        Same(TLanes.Scale(TLanes.Create(1.25), TLanes.Create(1023)), 1.25 * Math.Pow(2, 1023));

        static void Same(TLanes lanes, double expected)
        {
            foreach (double value in MemoryMarshal.Cast<TLanes, double>([lanes]))
                Assert.Equal(expected, value);
        }
    }

    private static double Exp(double x)
    {
        Lanes256 y = LaneMath.Exp(Lanes256.Create(x));
        return MemoryMarshal.Cast<Lanes256, double>([y])[2];
    }

    /// <summary>Taylor's series of e^(x/2⁷) in 28 digits, squared seven times.</summary>
    private static decimal DecimalExp(decimal x)
    {
        decimal term = 1, sum = 1, small = x / 128;
        for (int k = 1; k < 30; k++)
            sum += term *= small / k;
        for (int k = 0; k < 7; k++)
            sum *= sum;
        return sum;
    }

    /// <summary>The language's conversion rounds to 15 digits.</summary>
    private static decimal Exact(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x), mantissa = (bits & 0xFFFFFFFFFFFFF) | 0x10000000000000;
        int exponent = (int)((bits >> 52) & 0x7FF) - 1075;
        decimal value = mantissa;
        for (; exponent > 0; exponent--)
            value *= 2;
        for (; exponent < 0; exponent++)
            value /= 2;
        return x < 0 ? -value : value;
    }
}
