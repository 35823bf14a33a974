using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>Takes off the polynomial of degree d − 1 that the penalty does not see, and brings the data to a size near 1 by a power of two.</summary>
/// <remarks>
/// The baseline of y + polynomial is that of y + the same polynomial, so any polynomial may be taken off; the least-squares one leaves small
/// numbers. Powers of two are exact, so scaling y by one gives the same bits, and intensities near the ends of the double range neither
/// overflow nor underflow. The discrete polynomials 1, t, t² − (n² − 1)/12 with t = i − (n − 1)/2 are orthogonal. Vectors have four lanes on
/// every machine, so that the order of summation does not depend on it. On an uneven axis t is the position, and the polynomials are made orthogonal for it.
/// </remarks>
internal sealed class Detrending(int length)
{
    /// <summary>Distance from 1 to the next double.</summary>
    public const double Epsilon = 2.220446049250313e-16;

    private readonly double _middle = (length - 1) / 2.0;
    private readonly double _offset = (((double)length * length) - 1) / 12;
    private AxisSpacing? _axis;
    private double _center;
    private double _tilt;
    private double _bow;
    private double _norm1;
    private double _norm2;
    private double _unscale;
    private double _largest;
    private double _level;
    private double _c0;
    private double _c1;
    private double _c2;

    /// <summary>max − min of the intensities, scaled.</summary>
    public double Range { get; private set; }

    /// <summary>Largest detrended value, scaled.</summary>
    public double Size { get; private set; }

    /// <summary>Distance from the baseline, scaled, within which a point is on it: a few roundings of the detrended values, or of the intensities themselves where those are larger.</summary>
    public double Rounding { get; private set; }

    /// <summary>Polynomials in the positions of an axis; null: in the number of the point.</summary>
    public void Use(AxisSpacing? axis)
    {
        _axis = axis;
        if (axis is null)
            return;

        // p₁ = t − center, p₂ = p₁² − tilt p₁ − bow.
        double[] x = axis.Position;
        _center = x[^1] / 2;
        double sum = 0, square = 0, cube = 0;
        foreach (double position in x)
            sum += position - _center;
        _center += sum / x.Length;
        foreach (double position in x)
        {
            double t = position - _center;
            square += t * t;
            cube += t * t * t;
        }

        _norm1 = square;
        _bow = square / x.Length;
        _tilt = square > 0 ? cube / square : 0;
        _norm2 = 0;
        for (int i = 0; i < x.Length; i++)
            _norm2 += Basis(i).P2 * Basis(i).P2;
    }

    /// <summary>What intensities are multiplied with, a power of two.</summary>
    public double Scale { get; private set; }

    /// <summary>Middle of the scaled intensities, taken off first.</summary>
    public double Level => _level;

    /// <summary>Coefficient of the constant.</summary>
    public double Constant => _c0;

    /// <summary>Coefficient of the straight line t.</summary>
    public double Line => _c1;

    /// <summary>Undoes <see cref="Scale"/>.</summary>
    public double Unscale => _unscale;

    /// <summary>Replaces intensities by their scaled, detrended values. False when one of them is not finite.</summary>
    public bool Remove(Span<double> r, int order)
    {
        (double min, double max, bool finite) = Extremes(r);
        if (!finite)
            return false;
        TakeExtremes(min, max);
        TakeSums(_axis is null ? ScaleAndSum(r, Scale) : ScaleAndSumAt(r, Scale), order);
        TakeSize(_axis is null ? Subtract(r) : SubtractAt(r));
        return true;
    }

    /// <summary>Scale and level from the extremes, which are finite. With <see cref="TakeSums"/> and <see cref="TakeSize"/> for a kernel that does the sums itself.</summary>
    public void TakeExtremes(double min, double max)
    {
        _largest = Math.Max(Math.Abs(min), Math.Abs(max));

        // Beyond ±1000 the scale itself would overflow or become subnormal.
        int exponent = _largest > 0 ? Math.Clamp(Math.ILogB(_largest), -1000, 1000) : 0;
        Scale = Math.ScaleB(1, -exponent);
        _unscale = Math.ScaleB(1, exponent);
        _level = (0.5 * (min * Scale)) + (0.5 * (max * Scale));
        Range = (max * Scale) - (min * Scale);
    }

    /// <summary>The polynomial, from sums of the scaled values times 1, t and t² − (n² − 1)/12.</summary>
    public void TakeSums((double S0, double S1, double S2) sums, int order)
    {
        double n = length;
        _c0 = sums.S0 / n;
        _c1 = order > 1 ? sums.S1 / (_axis is null ? n * ((n * n) - 1) / 12 : _norm1) : 0;
        _c2 = order > 2 ? sums.S2 / (_axis is null ? n * ((n * n) - 1) * ((n * n) - 4) / 180 : _norm2) : 0;
    }

    /// <summary>The largest detrended value.</summary>
    public void TakeSize(double size)
    {
        Size = size;
        Rounding = Math.Max(64 * Epsilon * Size, 2 * Epsilon * _largest * Scale);
    }

    /// <summary>Puts polynomial, level and scale back.</summary>
    public void Restore(Span<double> z)
    {
        ref double z0 = ref MemoryMarshal.GetReference(z);
        int i = 0;
        if (_axis is not null)
        {
            for (; i < z.Length; i++)
                z[i] = (z[i] + PolynomialAt(i) + _level) * _unscale;
            return;
        }

        Vector256<double> t = First();
        for (; i <= z.Length - 4; i += 4)
        {
            Vector256<double> value = Vector256.LoadUnsafe(ref z0, (nuint)i) + Polynomial(t);
            ((value + Vector256.Create(_level)) * _unscale).StoreUnsafe(ref z0, (nuint)i);
            t += Vector256.Create(4.0);
        }

        for (; i < z.Length; i++)
            z[i] = (z[i] + Polynomial(Vector256.Create(i - _middle))[0] + _level) * _unscale;
    }

    private static (double Min, double Max, bool Finite) Extremes(ReadOnlySpan<double> y)
    {
        ref double y0 = ref MemoryMarshal.GetReference(y);
        Vector256<double> low = Vector256.Create(double.PositiveInfinity), high = Vector256.Create(double.NegativeInfinity);
        Vector256<double> nothing = default;
        int i = 0;
        for (; i <= y.Length - 4; i += 4)
        {
            Vector256<double> value = Vector256.LoadUnsafe(ref y0, (nuint)i);
            low = Vector256.MinNative(low, value);
            high = Vector256.MaxNative(high, value);

            // 0 · x is NaN for a NaN and an infinity alike.
            nothing += value * Vector256<double>.Zero;
        }

        double min = double.PositiveInfinity, max = double.NegativeInfinity, zero = Vector256.Sum(nothing);
        for (int lane = 0; lane < 4; lane++)
        {
            min = Math.Min(min, low[lane]);
            max = Math.Max(max, high[lane]);
        }

        for (; i < y.Length; i++)
        {
            min = Math.Min(min, y[i]);
            max = Math.Max(max, y[i]);
            zero += y[i] * 0;
        }

        return (min, max, zero == 0);
    }

    private (double S0, double S1, double S2) ScaleAndSum(Span<double> r, double scale)
    {
        ref double r0 = ref MemoryMarshal.GetReference(r);
        Vector256<double> s0 = default, s1 = default, s2 = default, t = First();
        int i = 0;
        for (; i <= r.Length - 4; i += 4)
        {
            Vector256<double> value = (Vector256.LoadUnsafe(ref r0, (nuint)i) * scale) - Vector256.Create(_level);
            value.StoreUnsafe(ref r0, (nuint)i);
            s0 += value;
            s1 += value * t;
            s2 += value * ((t * t) - Vector256.Create(_offset));
            t += Vector256.Create(4.0);
        }

        (double S0, double S1, double S2) sum = (Vector256.Sum(s0), Vector256.Sum(s1), Vector256.Sum(s2));
        for (; i < r.Length; i++)
        {
            double at = i - _middle;
            r[i] = (r[i] * scale) - _level;
            sum.S0 += r[i];
            sum.S1 += r[i] * at;
            sum.S2 += r[i] * ((at * at) - _offset);
        }

        return sum;
    }

    private double Subtract(Span<double> r)
    {
        ref double r0 = ref MemoryMarshal.GetReference(r);
        Vector256<double> size = default, t = First();
        int i = 0;
        for (; i <= r.Length - 4; i += 4)
        {
            Vector256<double> value = Vector256.LoadUnsafe(ref r0, (nuint)i) - Polynomial(t);
            value.StoreUnsafe(ref r0, (nuint)i);
            size = Vector256.MaxNative(size, Vector256.Abs(value));
            t += Vector256.Create(4.0);
        }

        double largest = Math.Max(Math.Max(size[0], size[1]), Math.Max(size[2], size[3]));
        for (; i < r.Length; i++)
        {
            r[i] -= Polynomial(Vector256.Create(i - _middle))[0];
            largest = Math.Max(largest, Math.Abs(r[i]));
        }

        return largest;
    }

    private (double S0, double S1, double S2) ScaleAndSumAt(Span<double> r, double scale)
    {
        (double S0, double S1, double S2) sum = default;
        for (int i = 0; i < r.Length; i++)
        {
            r[i] = (r[i] * scale) - _level;
            (double p1, double p2) = Basis(i);
            sum.S0 += r[i];
            sum.S1 += r[i] * p1;
            sum.S2 += r[i] * p2;
        }

        return sum;
    }

    private double SubtractAt(Span<double> r)
    {
        double largest = 0;
        for (int i = 0; i < r.Length; i++)
        {
            r[i] -= PolynomialAt(i);
            largest = Math.Max(largest, Math.Abs(r[i]));
        }

        return largest;
    }

    private double PolynomialAt(int i)
    {
        (double p1, double p2) = Basis(i);
        return _c0 + (p1 * _c1) + (p2 * _c2);
    }

    private (double P1, double P2) Basis(int i)
    {
        double p1 = _axis!.Position[i] - _center;
        return (p1, (p1 * p1) - (_tilt * p1) - _bow);
    }

    private Vector256<double> First() => Vector256.Create(0.0, 1, 2, 3) - Vector256.Create(_middle);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<double> Polynomial(Vector256<double> t) =>
        Vector256.Create(_c0) + (t * _c1) + (((t * t) - Vector256.Create(_offset)) * _c2);
}
