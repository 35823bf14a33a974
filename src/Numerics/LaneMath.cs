using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using BigMap.Analysis.Numerics.Internal;

namespace BigMap.Analysis.Numerics;

/// <summary>Elementary functions for models in lanes, see <see cref="ILanes{TSelf}"/>.</summary>
/// <remarks>Results are the same bits in every lane and at every vector width. Thread-safe.</remarks>
public static partial class LaneMath
{
    // 1.5·2⁵²: adding it rounds to a whole number.
    internal const double Shifter = 6755399441055744.0;

    private const double Log2E = 1.4426950408889634;

    // ln 2 in two parts; the first has 32 bits, so its product with an exponent is exact.
    private const double Ln2High = 0.6931471803691238;
    private const double Ln2Low = 1.9082149292705877e-10;

    /// <summary>eˣ with an error below 1 unit in the last place.</summary>
    /// <remarks>x = n ln 2 + r; eʳ = 1 + r + r²Q(r) with Q of degree 9 (error 2e-17), times 2ⁿ. Above 709.78: +∞; below −708, next to the denormal numbers: 0; NaN: NaN.</remarks>
    /// <typeparam name="TLanes">The vector.</typeparam>
    /// <param name="x">The argument.</param>
    /// <returns>eˣ.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Exp<TLanes>(TLanes x)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes n = TLanes.MultiplyAdd(x, TLanes.Create(Log2E), TLanes.Create(Shifter)) - TLanes.Create(Shifter);
        TLanes r = TLanes.MultiplyAdd(n, TLanes.Create(-Ln2Low), TLanes.MultiplyAdd(n, TLanes.Create(-Ln2High), x));
        TLanes s = r * r;

        // Two chains, odd and even powers, so that one does not wait for the other.
        TLanes odd = TLanes.MultiplyAdd(TLanes.Create(2.510038549551032e-08), s, TLanes.Create(2.7557268459997064e-06));
        TLanes even = TLanes.MultiplyAdd(TLanes.Create(2.7620088445409746e-07), s, TLanes.Create(2.4801521295954376e-05));
        odd = TLanes.MultiplyAdd(odd, s, TLanes.Create(0.00019841269863053618));
        even = TLanes.MultiplyAdd(even, s, TLanes.Create(0.0013888888917213717));
        odd = TLanes.MultiplyAdd(odd, s, TLanes.Create(0.008333333333330062));
        even = TLanes.MultiplyAdd(even, s, TLanes.Create(0.04166666666662413));
        odd = TLanes.MultiplyAdd(odd, s, TLanes.Create(0.16666666666666669));
        even = TLanes.MultiplyAdd(even, s, TLanes.Create(0.5000000000000001));
        TLanes q = TLanes.MultiplyAdd(odd, r, even);
        TLanes y = TLanes.Create(1) + TLanes.MultiplyAdd(q, s, r);

        // In two steps: 2¹⁰²⁴ is no double. Outside the range whatever comes is replaced.
        y = TLanes.Scale(y, n - TLanes.Create(1)) * TLanes.Create(2);
        y = TLanes.Select(TLanes.LessThan(x, TLanes.Create(-708)), TLanes.Create(0), y);
        return TLanes.Select(TLanes.LessThan(TLanes.Create(709.782712893384), x), TLanes.Create(double.PositiveInfinity), y);
    }

    /// <summary>The same for several points of one curve. Unlike the library's vector function it does not slow down where results vanish, as in the tails of peaks.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>eˣ, the bits of <see cref="Exp{TLanes}(TLanes)"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<double> Exp(Vector<double> x) => Vector<double>.Count switch
    {
        8 => Exp(new Lanes512(x.AsVector512())).Value.AsVector(),
        4 => Exp(new Lanes256(x.AsVector256())).Value.AsVector(),
        _ => Exp(new Lanes128(x.AsVector128())).Value.AsVector(),
    };

    /// <summary>sin x and cos x, for |x| below 1e6; errors below 1e-16 plus 2e-16 · |sin x| or |cos x|.</summary>
    /// <remarks>x = n π/2 + r with π/2 in two parts; sin r and cos r as polynomials of degree 13 and 14 (errors 2e-17).</remarks>
    /// <typeparam name="TLanes">The vector.</typeparam>
    /// <param name="x">The argument.</param>
    /// <param name="sin">sin x.</param>
    /// <param name="cos">cos x.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos<TLanes>(TLanes x, out TLanes sin, out TLanes cos)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes shifter = TLanes.Create(Shifter);
        TLanes n = TLanes.MultiplyAdd(x, TLanes.Create(0.6366197723675814), shifter) - shifter;
        TLanes r = TLanes.MultiplyAdd(n, TLanes.Create(-6.123233995736766e-17), TLanes.MultiplyAdd(n, TLanes.Create(-1.5707963267948966), x));
        TLanes s = r * r;
        TLanes p = TLanes.MultiplyAdd(TLanes.Create(1.591810123167728e-10), s, TLanes.Create(-2.5051131455447428e-08));
        TLanes q = TLanes.MultiplyAdd(TLanes.Create(-1.1382614869434128e-11), s, TLanes.Create(2.087614602470193e-09));
        p = TLanes.MultiplyAdd(p, s, TLanes.Create(2.755731610068312e-06));
        q = TLanes.MultiplyAdd(q, s, TLanes.Create(-2.7557317270560385e-07));
        p = TLanes.MultiplyAdd(p, s, TLanes.Create(-0.0001984126983675497));
        q = TLanes.MultiplyAdd(q, s, TLanes.Create(2.4801587298763433e-05));
        p = TLanes.MultiplyAdd(p, s, TLanes.Create(0.008333333333330946));
        q = TLanes.MultiplyAdd(q, s, TLanes.Create(-0.0013888888888887395));
        p = TLanes.MultiplyAdd(p, s, TLanes.Create(-0.16666666666666666));
        q = TLanes.MultiplyAdd(q, s, TLanes.Create(0.041666666666666664));
        TLanes sinR = TLanes.MultiplyAdd(r * s, p, r);
        TLanes cosR = TLanes.MultiplyAdd(s * s, q, TLanes.MultiplyAdd(s, TLanes.Create(-0.5), TLanes.Create(1)));

        // The quarter of the circle, −2 … 2.
        TLanes quarter = TLanes.MultiplyAdd(TLanes.MultiplyAdd(n, TLanes.Create(0.25), shifter) - shifter, TLanes.Create(-4), n);
        TLanes half = TLanes.Create(0.5), size = TLanes.Abs(quarter), other = TLanes.LessThan(TLanes.Abs(size - TLanes.Create(1)), half);
        TLanes a = TLanes.Select(other, cosR, sinR), b = TLanes.Select(other, sinR, cosR);
        TLanes opposite = TLanes.LessThan(TLanes.Create(1.5), size);
        sin = TLanes.Select(opposite | TLanes.LessThan(quarter, -half), -a, a);
        cos = TLanes.Select(opposite | TLanes.LessThan(half, quarter), -b, b);
    }
}
