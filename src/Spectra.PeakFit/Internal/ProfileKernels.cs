using System.Numerics;
using System.Runtime.CompilerServices;
using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>One vector of points of a profile: value and derivatives by area, centre, fwhm and mixing.</summary>
internal interface IProfileKernel
{
    int Count { get; }

    Vector<double> Value(Vector<double> x);

    Vector<double> ValueAndDerivatives(Vector<double> x, out Vector<double> area, out Vector<double> center, out Vector<double> fwhm, out Vector<double> eta);
}

/// <summary>Runs a profile over points. The last points go through the same vector code, padded: a value does not depend on where its point stands.</summary>
internal static class Profiles
{
    public static void Add<TKernel>(TKernel kernel, ReadOnlySpan<double> x, Span<double> y)
        where TKernel : struct, IProfileKernel
    {
        y = y[..x.Length];
        int i = 0;
        for (; i <= x.Length - Vector<double>.Count; i += Vector<double>.Count)
            (new Vector<double>(y[i..]) + kernel.Value(new Vector<double>(x[i..]))).CopyTo(y[i..]);
        if (i == x.Length)
            return;
        Span<double> pad = stackalloc double[Vector<double>.Count];
        pad.Fill(x[^1]);
        x[i..].CopyTo(pad);
        kernel.Value(new Vector<double>(pad)).CopyTo(pad);
        for (int k = 0; i < x.Length; i++, k++)
            y[i] += pad[k];
    }

    public static void AddWithJacobian<TKernel>(TKernel kernel, ReadOnlySpan<double> x, Span<double> y, Span<double> jacobian)
        where TKernel : struct, IProfileKernel
    {
        int n = x.Length;
        y = y[..n];
        Span<double> ja = jacobian[..n], jc = jacobian.Slice(n, n), jw = jacobian.Slice(2 * n, n), je = kernel.Count > 3 ? jacobian.Slice(3 * n, n) : default;
        int i = 0;
        for (; i <= n - Vector<double>.Count; i += Vector<double>.Count)
        {
            Vector<double> f = kernel.ValueAndDerivatives(new Vector<double>(x[i..]), out Vector<double> a, out Vector<double> c, out Vector<double> w, out Vector<double> e);
            (new Vector<double>(y[i..]) + f).CopyTo(y[i..]);
            a.CopyTo(ja[i..]);
            c.CopyTo(jc[i..]);
            w.CopyTo(jw[i..]);
            if (kernel.Count > 3)
                e.CopyTo(je[i..]);
        }

        if (i < n)
            Tail(kernel, x[i..], y[i..], new JacobianBlocks(ja[i..], jc[i..], jw[i..], je.IsEmpty ? je : je[i..]));
    }

    private static void Tail<TKernel>(TKernel kernel, ReadOnlySpan<double> x, Span<double> y, JacobianBlocks j)
        where TKernel : struct, IProfileKernel
    {
        Span<double> pad = stackalloc double[Vector<double>.Count];
        pad.Fill(x[^1]);
        x.CopyTo(pad);
        Vector<double> f = kernel.ValueAndDerivatives(new Vector<double>(pad), out Vector<double> a, out Vector<double> c, out Vector<double> w, out Vector<double> e);
        for (int k = 0; k < x.Length; k++)
        {
            y[k] += f[k];
            j.Area[k] = a[k];
            j.Center[k] = c[k];
            j.Fwhm[k] = w[k];
            if (kernel.Count > 3)
                j.Eta[k] = e[k];
        }
    }

    private readonly ref struct JacobianBlocks(Span<double> area, Span<double> center, Span<double> fwhm, Span<double> eta)
    {
        public Span<double> Area { get; } = area;

        public Span<double> Center { get; } = center;

        public Span<double> Fwhm { get; } = fwhm;

        public Span<double> Eta { get; } = eta;
    }
}

internal static class ProfileConstants
{
    /// <summary>4 ln 2.</summary>
    public const double FourLn2 = 2.772588722239781;

    /// <summary>√(4 ln 2/π): height of a Gaussian of area and fwhm 1.</summary>
    public const double GaussianHeight = 0.93943727869965133;

    /// <summary>2/π: height of a Lorentzian of area and fwhm 1.</summary>
    public const double LorentzianHeight = 2 / Math.PI;
}

internal readonly struct GaussianKernel(double area, double center, double fwhm) : IProfileKernel
{
    private readonly double _inverse = 1 / fwhm;

    public int Count => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<double> Value(Vector<double> x)
    {
        Vector<double> u = (x - new Vector<double>(center)) * _inverse;
        return LaneMath.Exp(u * u * -ProfileConstants.FourLn2) * (area * ProfileConstants.GaussianHeight * _inverse);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<double> ValueAndDerivatives(Vector<double> x, out Vector<double> a, out Vector<double> c, out Vector<double> w, out Vector<double> e)
    {
        Vector<double> u = (x - new Vector<double>(center)) * _inverse;
        Vector<double> t = u * u * ProfileConstants.FourLn2;
        a = LaneMath.Exp(-t) * (ProfileConstants.GaussianHeight * _inverse);
        Vector<double> f = a * area, g = f * _inverse;
        c = g * u * (2 * ProfileConstants.FourLn2);
        w = g * (t + t - Vector<double>.One);
        e = Vector<double>.Zero;
        return f;
    }
}

internal readonly struct LorentzianKernel(double area, double center, double fwhm) : IProfileKernel
{
    private readonly double _inverse = 1 / fwhm;

    public int Count => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<double> Value(Vector<double> x)
    {
        Vector<double> u = (x - new Vector<double>(center)) * _inverse;
        return new Vector<double>(area * ProfileConstants.LorentzianHeight * _inverse) / (Vector<double>.One + (u * u * 4));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<double> ValueAndDerivatives(Vector<double> x, out Vector<double> a, out Vector<double> c, out Vector<double> w, out Vector<double> e)
    {
        Vector<double> u = (x - new Vector<double>(center)) * _inverse;
        Vector<double> q = Vector<double>.One / (Vector<double>.One + (u * u * 4));
        a = q * (ProfileConstants.LorentzianHeight * _inverse);
        Vector<double> f = a * area, g = f * _inverse;
        c = g * u * q * 8;
        w = g * (Vector<double>.One - q - q);
        e = Vector<double>.Zero;
        return f;
    }
}

internal readonly struct PseudoVoigtKernel(double area, double center, double fwhm, double eta) : IProfileKernel
{
    private readonly double _inverse = 1 / fwhm;

    public int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<double> Value(Vector<double> x)
    {
        Vector<double> u = (x - new Vector<double>(center)) * _inverse, s = u * u;
        Vector<double> g = LaneMath.Exp(s * -ProfileConstants.FourLn2) * (area * (1 - eta) * ProfileConstants.GaussianHeight * _inverse);
        return g + (new Vector<double>(area * eta * ProfileConstants.LorentzianHeight * _inverse) / (Vector<double>.One + (s * 4)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<double> ValueAndDerivatives(Vector<double> x, out Vector<double> a, out Vector<double> c, out Vector<double> w, out Vector<double> e)
    {
        Vector<double> u = (x - new Vector<double>(center)) * _inverse, s = u * u;
        Vector<double> t = s * ProfileConstants.FourLn2;
        Vector<double> gauss = LaneMath.Exp(-t) * (ProfileConstants.GaussianHeight * _inverse);
        Vector<double> q = Vector<double>.One / (Vector<double>.One + (s * 4));
        Vector<double> lorentz = q * (ProfileConstants.LorentzianHeight * _inverse);
        Vector<double> partG = gauss * (1 - eta), partL = lorentz * eta;
        double slope = area * _inverse;
        a = partG + partL;
        c = ((partG * (2 * ProfileConstants.FourLn2)) + (partL * q * 8)) * u * slope;
        w = ((partG * (t + t - Vector<double>.One)) + (partL * (Vector<double>.One - q - q))) * slope;
        e = (lorentz - gauss) * area;
        return a * area;
    }
}
