using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BigMap.Analysis.Numerics;

/// <summary>Sums over spans in vectors. The order of summation depends on the vector width of the machine and on nothing else.</summary>
internal static class VectorKernels
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ReadOnlySpan<Vector<double>> va = MemoryMarshal.Cast<double, Vector<double>>(a), vb = MemoryMarshal.Cast<double, Vector<double>>(b[..a.Length]);
        Vector<double> s0 = default, s1 = default, s2 = default, s3 = default;
        int i = 0;
        for (; i + 3 < va.Length; i += 4)
        {
            s0 += va[i] * vb[i];
            s1 += va[i + 1] * vb[i + 1];
            s2 += va[i + 2] * vb[i + 2];
            s3 += va[i + 3] * vb[i + 3];
        }

        for (; i < va.Length; i++)
            s0 += va[i] * vb[i];
        double sum = Vector.Sum(s0 + s1 + (s2 + s3));
        for (int k = va.Length * Vector<double>.Count; k < a.Length; k++)
            sum += a[k] * b[k];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double SquaredDistance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ReadOnlySpan<Vector<double>> va = MemoryMarshal.Cast<double, Vector<double>>(a), vb = MemoryMarshal.Cast<double, Vector<double>>(b[..a.Length]);
        Vector<double> s0 = default, s1 = default;
        int i = 0;
        for (; i + 1 < va.Length; i += 2)
        {
            Vector<double> d0 = va[i] - vb[i], d1 = va[i + 1] - vb[i + 1];
            s0 += d0 * d0;
            s1 += d1 * d1;
        }

        for (; i < va.Length; i++)
            s0 += (va[i] - vb[i]) * (va[i] - vb[i]);
        double sum = Vector.Sum(s0 + s1);
        for (int k = va.Length * Vector<double>.Count; k < a.Length; k++)
            sum += (a[k] - b[k]) * (a[k] - b[k]);
        return sum;
    }

    /// <summary>y ← y + factor·x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(Span<double> y, double factor, ReadOnlySpan<double> x)
    {
        Span<Vector<double>> vy = MemoryMarshal.Cast<double, Vector<double>>(y);
        ReadOnlySpan<Vector<double>> vx = MemoryMarshal.Cast<double, Vector<double>>(x[..y.Length]);
        var f = new Vector<double>(factor);
        for (int i = 0; i < vy.Length; i++)
            vy[i] += f * vx[i];
        for (int k = vy.Length * Vector<double>.Count; k < y.Length; k++)
            y[k] += factor * x[k];
    }

    /// <summary>(a, b) ← (c·a + s·b, c·b − s·a).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rotate(Span<double> a, Span<double> b, double c, double s)
    {
        Span<Vector<double>> va = MemoryMarshal.Cast<double, Vector<double>>(a), vb = MemoryMarshal.Cast<double, Vector<double>>(b[..a.Length]);
        Vector<double> vc = new(c), vs = new(s);
        for (int i = 0; i < va.Length; i++)
        {
            Vector<double> x = va[i], y = vb[i];
            va[i] = (vc * x) + (vs * y);
            vb[i] = (vc * y) - (vs * x);
        }

        for (int k = va.Length * Vector<double>.Count; k < a.Length; k++)
        {
            double x = a[k], y = b[k];
            a[k] = (c * x) + (s * y);
            b[k] = (c * y) - (s * x);
        }
    }
}
