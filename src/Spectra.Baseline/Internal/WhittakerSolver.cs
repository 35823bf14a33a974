using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>Solves (W + λ DᵀD) z = W r for difference orders 1 to 3, in the coordinates (value, slope, curvature) instead of z.</summary>
/// <remarks>
/// <para>
/// Why not LDLᵀ of the band matrix itself: its entries are W + multiples of λ, so the information that the data hold about a straight line
/// (W) is lost under the rounding of λ: an error of about 16·ε·λ/w. Eliminating z₀, z₁, … from the left leaves a quadratic form in the last d
/// values. Written in (a, b) = (zᵢ, zᵢ − zᵢ₋₁) for d = 2, that form holds only sums over the data, J = Σ w (1, −k)ᵀ(1, −k), damped by the
/// penalty: every update is a sum of terms of one sign, and λ enters only through the factor λ/(γ + λ). Nothing cancels, whatever λ is. This
/// is the information form of the Kalman filter of the integrated random walk of which the Whittaker smoother is the posterior mean.
/// </para>
/// <para>
/// The elimination runs from both ends at once (lane 0 from the left, lane 1 from the right) and meets in the middle. Arrays are folded:
/// value 2k is point k, value 2k + 1 is point N − 1 − k, N = 2m. Where N exceeds the number of points, points of weight 0 follow at the right,
/// which changes nothing: a point without weight is extrapolated at no cost.
/// </para>
/// <para>Symbols: w weight, r data, J information matrix with elements α β γ (d = 2), h information vector, g = 1/(γ + λ).</para>
/// </remarks>
internal sealed class WhittakerSolver
{
    private readonly double[] _keep;
    private readonly double[] _gainA;
    private readonly double[] _gainB;
    private readonly double[] _drive;
    private int _m;
    private double _lambda;
    private int _order;
    private Middle _middle;

    public WhittakerSolver(int points)
    {
        Use(points);
        _keep = new double[FoldedLength];
        _gainA = new double[FoldedLength];
        _gainB = new double[FoldedLength];
        _drive = new double[FoldedLength];
    }

    /// <summary>Number of values in a folded array.</summary>
    public int FoldedLength => 2 * _m;

    /// <summary>Goes on with another number of points, at most as many as the solver was made for.</summary>
    public void Use(int points)
    {
        // At least 3 a side, so that a difference of order 3 that starts on one side ends on the other.
        _m = Math.Max((points + 1) / 2, 3);
    }

    /// <summary>Puts points into folded order; the places that no point has get 0.</summary>
    public static void Fold(ReadOnlySpan<double> points, Span<double> folded)
    {
        int m = folded.Length / 2, k = 0, absent = folded.Length - points.Length;
        ref double p0 = ref MemoryMarshal.GetReference(points);
        ref double f0 = ref MemoryMarshal.GetReference(folded);
        if (absent is 0 or 1)
        {
            // Two places at a time; the first one alone where its partner is absent.
            folded[0] = points[0];
            folded[1] = absent == 0 ? points[^1] : 0;
            for (k = 1; k <= m - 2; k += 2)
            {
                Vector128<double> left = Vector128.LoadUnsafe(ref p0, (nuint)k), right = Vector128.LoadUnsafe(ref p0, (nuint)(folded.Length - 2 - k));
                Vector128.Create(left[0], right[1]).StoreUnsafe(ref f0, (nuint)(2 * k));
                Vector128.Create(left[1], right[0]).StoreUnsafe(ref f0, (nuint)((2 * k) + 2));
            }
        }

        for (; k < m; k++)
        {
            int right = folded.Length - 1 - k;
            folded[2 * k] = k < points.Length ? points[k] : 0;
            folded[(2 * k) + 1] = right < points.Length ? points[right] : 0;
        }
    }

    /// <summary>Puts folded values back into the order of the points.</summary>
    public static void Unfold(ReadOnlySpan<double> folded, Span<double> points)
    {
        int m = folded.Length / 2, k = 0, absent = folded.Length - points.Length;
        ref double p0 = ref MemoryMarshal.GetReference(points);
        ref double f0 = ref MemoryMarshal.GetReference(folded);
        if (absent is 0 or 1)
        {
            points[0] = folded[0];
            if (absent == 0)
                points[^1] = folded[1];
            for (k = 1; k <= m - 2; k += 2)
            {
                Vector128<double> first = Vector128.LoadUnsafe(ref f0, (nuint)(2 * k)), second = Vector128.LoadUnsafe(ref f0, (nuint)((2 * k) + 2));
                Vector128.Create(first[0], second[0]).StoreUnsafe(ref p0, (nuint)k);
                Vector128.Create(second[1], first[1]).StoreUnsafe(ref p0, (nuint)(folded.Length - 2 - k));
            }
        }

        for (; k < m; k++)
        {
            int right = folded.Length - 1 - k;
            if (k < points.Length)
                points[k] = folded[2 * k];
            if (right < points.Length)
                points[right] = folded[(2 * k) + 1];
        }
    }

    /// <summary>Factorises and solves. False when fewer than d points have a weight, so that z is not determined.</summary>
    public bool Solve(ReadOnlySpan<double> weights, ReadOnlySpan<double> r, double lambda, int order, Span<double> z)
    {
        Debug.Assert(weights.Length == FoldedLength && r.Length == FoldedLength && z.Length == FoldedLength, "folded lengths");
        _lambda = lambda;
        _order = order;
        return order switch
        {
            1 => Solve1(weights, r, z),
            2 => Solve2(weights, r, z),
            _ => Solve3(weights, r, z),
        };
    }

    /// <summary>Solves (W + λ DᵀD) z = λ s with the factors of the last <see cref="Solve"/>.</summary>
    public void SolveAgain(ReadOnlySpan<double> s, Span<double> z)
    {
        switch (_order)
        {
            case 1:
                Again1(s, z);
                break;
            case 2:
                Again2(s, z);
                break;
            default:
                Again3(s, z);
                break;
        }
    }

    /// <summary>log det (W/λ + DᵀD) of the last solve of order 2.</summary>
    public double LogDeterminant()
    {
        Debug.Assert(_order == 2, "order 2");
        double sum = 0, product = 1;
        foreach (double keep in _keep)
        {
            // 1 + γ, the pivot of every elimination, is 1/keep.
            product *= keep;
            if (product < 1e-200)
            {
                sum -= Math.Log(product);
                product = 1;
            }
        }

        return sum - Math.Log(product) + Math.Log(_middle.A) + Math.Log(_middle.C - (_middle.B / _middle.A * _middle.B));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> Load(ref double start, int k) => Vector128.LoadUnsafe(ref start, (nuint)(2 * k));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<double> value, ref double start, int k) => value.StoreUnsafe(ref start, (nuint)(2 * k));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> Fma(Vector128<double> x, Vector128<double> y, Vector128<double> plus) => Vector128.FusedMultiplyAdd(x, y, plus);

    // d = 1: state a, information α.
    private bool Solve1(ReadOnlySpan<double> weights, ReadOnlySpan<double> r, Span<double> z)
    {
        ref double w0 = ref MemoryMarshal.GetReference(weights);
        ref double r0 = ref MemoryMarshal.GetReference(r);
        ref double keep0 = ref MemoryMarshal.GetArrayDataReference(_keep);
        ref double drive0 = ref MemoryMarshal.GetArrayDataReference(_drive);
        Vector128<double> lambda = Vector128.Create(_lambda);
        Vector128<double> alpha = default, h = default, alphaMeasured = default, hMeasured = default;
        for (int k = 0; k < _m; k++)
        {
            Vector128<double> w = Load(ref w0, k);
            alphaMeasured = alpha + w;
            hMeasured = Fma(w, Load(ref r0, k), h);
            Vector128<double> g = Vector128<double>.One / (alphaMeasured + lambda);
            Vector128<double> keep = lambda * g;
            Store(keep, ref keep0, k);
            Store(hMeasured * g, ref drive0, k);
            alpha = alphaMeasured * keep;
            h = hMeasured * keep;
        }

        double information = alpha[0] + alphaMeasured[1];
        _middle = new Middle { A = information };
        if (!(information > 0))
            return false;
        Back1((h[0] + hMeasured[1]) / information, z);
        return true;
    }

    private void Again1(ReadOnlySpan<double> s, Span<double> z)
    {
        ref double s0 = ref MemoryMarshal.GetReference(s);
        ref double keep0 = ref MemoryMarshal.GetArrayDataReference(_keep);
        ref double drive0 = ref MemoryMarshal.GetArrayDataReference(_drive);
        Vector128<double> lambda = Vector128.Create(_lambda), inverse = Vector128.Create(1 / _lambda);
        Vector128<double> h = default, hMeasured = default;
        for (int k = 0; k < _m; k++)
        {
            hMeasured = Fma(Load(ref s0, k), lambda, h);
            h = hMeasured * Load(ref keep0, k);
            Store(h * inverse, ref drive0, k);
        }

        Back1((h[0] + hMeasured[1]) / _middle.A, z);
    }

    private void Back1(double middle, Span<double> z)
    {
        ref double z0 = ref MemoryMarshal.GetReference(z);
        ref double keep0 = ref MemoryMarshal.GetArrayDataReference(_keep);
        ref double drive0 = ref MemoryMarshal.GetArrayDataReference(_drive);
        int last = _m - 1;
        Vector128<double> a = Fma(Load(ref keep0, last), Vector128.Create(middle), Load(ref drive0, last)).WithElement(1, middle);
        Store(a, ref z0, last);
        for (int k = last - 1; k >= 0; k--)
        {
            a = Fma(Load(ref keep0, k), a, Load(ref drive0, k));
            Store(a, ref z0, k);
        }
    }

    // d = 2: state (a, b), b = slope from the point before; information α β γ, all divided by λ, so that keep = 1/(1 + γ).
    // By themselves, not inlined into the caller: its variables would take the registers. LockstepAsls does the same operations in the same order on several spectra: change both together.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Solve2(ReadOnlySpan<double> weights, ReadOnlySpan<double> r, Span<double> z)
    {
        ref double w0 = ref MemoryMarshal.GetReference(weights);
        ref double r0 = ref MemoryMarshal.GetReference(r);
        ref double keep0 = ref MemoryMarshal.GetArrayDataReference(_keep);
        ref double gain0 = ref MemoryMarshal.GetArrayDataReference(_gainB);
        ref double drive0 = ref MemoryMarshal.GetArrayDataReference(_drive);
        Lanes128 inverse = Lanes128.All(1 / _lambda), one = Lanes128.All(1), two = Lanes128.All(2);
        Lanes128 alpha = default, beta = default, gamma = default, ha = default, hb = default, damped = one;
        int last = _m - 1;
        for (int k = 0; ; k++)
        {
            nuint at = (nuint)(2 * k);
            Lanes128 w = Lanes128.Load(ref w0, at) * inverse;
            alpha += w;
            ha = Lanes128.Fma(w, Lanes128.Load(ref r0, at), ha);

            // Only the division and one multiply-add lie on the chain from 1 + γ to the next one; the rest is computed beside it.
            Lanes128 keep = one / damped;
            Lanes128 gain = beta * keep, drive = hb * keep;
            Lanes128.Store(keep, ref keep0, at);
            Lanes128.Store(gain, ref gain0, at);
            Lanes128.Store(drive, ref drive0, at);
            ha = Lanes128.Fnma(gain, hb, ha);
            if (k == last)
            {
                alpha = Lanes128.Fnma(gain, beta, alpha);
                beta = gain;
                gamma *= keep;
                hb = drive;
                break;
            }

            hb = drive - ha;
            Lanes128 turn = Lanes128.Fnma(beta, beta + two, gamma);
            damped = Lanes128.Fma(keep, turn, one + alpha);
            gamma = Lanes128.Fma(keep, turn, alpha);
            Lanes128 next = Lanes128.Fnma(gain, beta, alpha);
            beta = Lanes128.Fms(gain, one + beta, alpha);
            alpha = next;
        }

        // Both sides now know (z of point m−1, s = slope across the middle): the right one as (z of point m, −s).
        Vector128<double> a = alpha.Value, b = beta.Value, c = gamma.Value;
        _middle = new Middle
        {
            A = a[0] + a[1],
            B = b[0] - b[1] + a[1],
            C = c[0] + c[1] + a[1] - (2 * b[1]),
        };

        // By division: the product of two small weights may be too small for a double.
        if (!(_middle.A > 0) || !(_middle.C - (_middle.B / _middle.A * _middle.B) > 0))
            return false;
        Back2(ha, hb, z);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Again2(ReadOnlySpan<double> s, Span<double> z)
    {
        ref double s0 = ref MemoryMarshal.GetReference(s);
        ref double keep0 = ref MemoryMarshal.GetArrayDataReference(_keep);
        ref double gain0 = ref MemoryMarshal.GetArrayDataReference(_gainB);
        ref double drive0 = ref MemoryMarshal.GetArrayDataReference(_drive);
        Lanes128 ha = default, hb = default;
        for (int k = 0; ; k++)
        {
            nuint at = (nuint)(2 * k);
            Lanes128 drive = hb * Lanes128.Load(ref keep0, at);
            Lanes128.Store(drive, ref drive0, at);
            ha = Lanes128.Fnma(Lanes128.Load(ref gain0, at), hb, ha + Lanes128.Load(ref s0, at));
            if (k == _m - 1)
            {
                hb = drive;
                break;
            }

            hb = drive - ha;
        }

        Back2(ha, hb, z);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Back2(Lanes128 ha, Lanes128 hb, Span<double> z)
    {
        ref double z0 = ref MemoryMarshal.GetReference(z);
        ref double keep0 = ref MemoryMarshal.GetArrayDataReference(_keep);
        ref double gain0 = ref MemoryMarshal.GetArrayDataReference(_gainB);
        ref double drive0 = ref MemoryMarshal.GetArrayDataReference(_drive);
        Vector128<double> u = ha.Value, v = hb.Value;
        double ra = u[0] + u[1], rs = v[0] + u[1] - v[1];
        double ratio = _middle.B / _middle.A;
        double s = (rs - (ratio * ra)) / (_middle.C - (ratio * _middle.B));
        double middle = (ra - (_middle.B * s)) / _middle.A;
        var a = new Lanes128(Vector128.Create(middle, middle + s));
        var b = new Lanes128(Vector128.Create(s, -s));
        for (int k = _m - 1; k >= 0; k--)
        {
            nuint at = (nuint)(2 * k);
            Lanes128.Store(a, ref z0, at);
            b = Lanes128.Fnma(Lanes128.Load(ref gain0, at), a, Lanes128.Fma(Lanes128.Load(ref keep0, at), b, Lanes128.Load(ref drive0, at)));
            a -= b;
        }
    }

    // d = 3: state (a, b, c), c = curvature at the point before; information matrix J.
    private bool Solve3(ReadOnlySpan<double> weights, ReadOnlySpan<double> r, Span<double> z)
    {
        ref double w0 = ref MemoryMarshal.GetReference(weights);
        ref double r0 = ref MemoryMarshal.GetReference(r);
        ref double keep0 = ref MemoryMarshal.GetArrayDataReference(_keep);
        ref double gainA0 = ref MemoryMarshal.GetArrayDataReference(_gainA);
        ref double gainB0 = ref MemoryMarshal.GetArrayDataReference(_gainB);
        ref double drive0 = ref MemoryMarshal.GetArrayDataReference(_drive);
        Vector128<double> lambda = Vector128.Create(_lambda);
        Vector128<double> jaa = default, jab = default, jac = default, jbb = default, jbc = default, jcc = default;
        Vector128<double> ha = default, hb = default, hc = default;
        Information left = default, right = default;
        for (int k = 0; k <= _m; k++)
        {
            // The step m has no measurement and only lane 0 counts: it brings the left side to the coordinates of the right one.
            if (k < _m)
            {
                Vector128<double> w = Load(ref w0, k);
                jaa += w;
                ha = Fma(w, Load(ref r0, k), ha);
            }

            Vector128<double> g = Vector128<double>.One / (jcc + lambda);
            Vector128<double> gainA = jac * g, gainB = jbc * g, keep = lambda * g, drive = hc * g;
            if (k < _m)
            {
                Store(keep, ref keep0, k);
                Store(gainA, ref gainA0, k);
                Store(gainB, ref gainB0, k);
                Store(drive, ref drive0, k);
            }

            Vector128<double> naa = Fma(-gainA, jac, jaa), nab = Fma(-gainA, jbc, jab), nbb = Fma(-gainB, jbc, jbb);
            Vector128<double> nac = jac * keep, nbc = jbc * keep, ncc = jcc * keep;
            ha = Fma(-gainA, hc, ha);
            hb = Fma(-gainB, hc, hb);
            hc *= keep;
            if (k == _m - 1)
                right = Information.Lane(1, naa, nab, nac, nbb, nbc, ncc, ha, hb, hc);
            if (k == _m)
            {
                left = Information.Lane(0, naa, nab, nac, nbb, nbc, ncc, ha, hb, hc);
                _middle.LeftKeep = keep[0];
                _middle.LeftGainA = gainA[0];
                _middle.LeftGainB = gainB[0];
                _middle.LeftDrive = drive[0];
            }

            jaa = naa;
            jab = nab - naa;
            jac = nac - nab;
            jcc = nbb - nbc - nbc + ncc;
            jbc = nab - nac - nbb + nbc;
            jbb = nbb - nab - nab + naa;
            hc -= hb;
            hb -= ha;
        }

        _middle.A = left.Jaa + right.Jaa;
        _middle.B = left.Jab - right.Jab;
        _middle.D = left.Jac - right.Jab + right.Jac;
        _middle.C = left.Jbb + right.Jbb;
        _middle.E = left.Jbc + right.Jbb - right.Jbc;
        _middle.F = left.Jcc + right.Jbb - (2 * right.Jbc) + right.Jcc;
        if (!_middle.FactorThree())
            return false;
        Back3(left, right, z);
        return true;
    }

    private void Again3(ReadOnlySpan<double> s, Span<double> z)
    {
        ref double s0 = ref MemoryMarshal.GetReference(s);
        ref double keep0 = ref MemoryMarshal.GetArrayDataReference(_keep);
        ref double gainA0 = ref MemoryMarshal.GetArrayDataReference(_gainA);
        ref double gainB0 = ref MemoryMarshal.GetArrayDataReference(_gainB);
        ref double drive0 = ref MemoryMarshal.GetArrayDataReference(_drive);
        Vector128<double> lambda = Vector128.Create(_lambda), inverse = Vector128.Create(1 / _lambda);
        Vector128<double> ha = default, hb = default, hc = default;
        Information left = default, right = default;
        for (int k = 0; k < _m; k++)
        {
            Vector128<double> kept = Load(ref keep0, k) * hc;
            Store(kept * inverse, ref drive0, k);
            ha = Fma(-Load(ref gainA0, k), hc, Fma(Load(ref s0, k), lambda, ha));
            hb = Fma(-Load(ref gainB0, k), hc, hb);
            hc = kept;
            if (k == _m - 1)
                (right.Ha, right.Hb, right.Hc) = (ha[1], hb[1], hc[1]);
            hc -= hb;
            hb -= ha;
        }

        double h = hc[0];
        left.Ha = ha[0] - (_middle.LeftGainA * h);
        left.Hb = hb[0] - (_middle.LeftGainB * h);
        left.Hc = _middle.LeftKeep * h;
        _middle.LeftDrive = left.Hc / _lambda;
        Back3(left, right, z);
    }

    private void Back3(in Information left, in Information right, Span<double> z)
    {
        ref double z0 = ref MemoryMarshal.GetReference(z);
        ref double keep0 = ref MemoryMarshal.GetArrayDataReference(_keep);
        ref double gainA0 = ref MemoryMarshal.GetArrayDataReference(_gainA);
        ref double gainB0 = ref MemoryMarshal.GetArrayDataReference(_gainB);
        ref double drive0 = ref MemoryMarshal.GetArrayDataReference(_drive);
        (double a1, double b1, double c1) = _middle.SolveThree(left.Ha + right.Ha, left.Hb - right.Hb, left.Hc - right.Hb + right.Hc);
        double cLeft = (_middle.LeftKeep * c1) + _middle.LeftDrive - (_middle.LeftGainA * a1) - (_middle.LeftGainB * b1);
        Vector128<double> a = Vector128.Create(a1 - b1, a1);
        Vector128<double> b = Vector128.Create(b1 - cLeft, -(b1 + c1));
        Vector128<double> c = Vector128.Create(cLeft, c1);
        for (int k = _m - 1; k >= 0; k--)
        {
            Store(a, ref z0, k);
            c = Fma(-Load(ref gainA0, k), a, Fma(-Load(ref gainB0, k), b, Fma(Load(ref keep0, k), c, Load(ref drive0, k))));
            a -= b;
            b -= c;
        }
    }

    /// <summary>The quadratic form where the two sides meet: A a² + 2B ab + C b² + 2D ac + 2E bc + F c², and the extra step of the left side for d = 3.</summary>
    private struct Middle
    {
        public double A, B, C, D, E, F;
        public double LeftKeep, LeftGainA, LeftGainB, LeftDrive;

        public readonly (double A, double B, double C) SolveThree(double ra, double rb, double rc)
        {
            double b = rb - (B * ra);
            double c = rc - (D * ra) - (E * b);
            c /= F;
            b = (b / C) - (E * c);
            double a = (ra / A) - (B * b) - (D * c);
            return (a, b, c);
        }

        // LDLᵀ in place: B, D, E become the elements of L.
        public bool FactorThree()
        {
            if (!(A > 0))
                return false;
            double b = B / A, d = D / A;
            C -= b * B;
            if (!(C > 0))
                return false;
            double e = (E - (d * B)) / C;
            F -= (d * D) + (e * e * C);
            (B, D, E) = (b, d, e);
            return F > 0;
        }
    }

    private struct Information
    {
        public double Jaa, Jab, Jac, Jbb, Jbc, Jcc, Ha, Hb, Hc;

        public static Information Lane(
            int lane,
            Vector128<double> jaa,
            Vector128<double> jab,
            Vector128<double> jac,
            Vector128<double> jbb,
            Vector128<double> jbc,
            Vector128<double> jcc,
            Vector128<double> ha,
            Vector128<double> hb,
            Vector128<double> hc) => new()
        {
            Jaa = jaa[lane],
            Jab = jab[lane],
            Jac = jac[lane],
            Jbb = jbb[lane],
            Jbc = jbc[lane],
            Jcc = jcc[lane],
            Ha = ha[lane],
            Hb = hb[lane],
            Hc = hc[lane],
        };
    }
}
