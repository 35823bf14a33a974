using System.Runtime.CompilerServices;

namespace BigMap.Analysis.Numerics;

public static partial class LaneMath
{
    private const double InverseSpacing = 1.9544100476116797;
    private const double TwoSpacingsOverPi = 0.32573500793527993;
    private const double PiOverSpacing = 6.139960247678931;
    private const double TwoPiOverSpacing = 12.279920495357862;
    private const double InverseRootPi = 0.5641895835477563;

    // Nodes squared and exp(−node²) of the midpoint rule, (k + ½)h, and of the trapezoidal rule, kh (the first weight halved); h = √(π/12).
    private static ReadOnlySpan<double> MidpointSquares =>
        [0.06544984694978737, 0.5890486225480862, 1.636246173744684, 3.2070425005395804, 5.301437602932776, 7.9194314809242705, 11.061024134514064, 14.726215563702155, 18.915005768488548, 23.627394748873236, 28.863382504856226, 34.62296903643751];

    private static ReadOnlySpan<double> MidpointWeights =>
        [0.9366460212365959, 0.5548549101598534, 0.1947095780852903, 0.04047614460380574, 0.004984423132468586, 0.00036360898638930446, 1.571296901780048e-05, 4.022405421564814e-07, 6.0998249159121596e-09, 5.479650239757527e-11, 2.916031755179499e-13, 9.192541525134372e-16];

    private static ReadOnlySpan<double> TrapezoidSquares =>
        [0.0, 0.26179938779914946, 1.0471975511965979, 2.356194490192345, 4.188790204786391, 6.544984694978736, 9.42477796076938, 12.828170002158322, 16.755160819145566, 21.205750411731103, 26.179938779914945, 31.677725923697082];

    private static ReadOnlySpan<double> TrapezoidWeights =>
        [0.5, 0.7696654124932398, 0.350919807178411, 0.09478022484215486, 0.01516461986454657, 0.0014373060804075317, 8.06995175703046e-05, 2.684086793096743e-06, 5.2884221169441576e-08, 6.17247886522431e-10, 4.267731135455224e-12, 1.7479879405655014e-14];

    /// <summary>Faddeeva's function w(z) = exp(−z²) erfc(−iz) in the upper half plane, z = x + iy with y ≥ 0. Its real part is the Voigt function.</summary>
    /// <remarks>
    /// Trapezoidal and midpoint rules of 12 points with the pole taken out; the rule is chosen whose nodes are farther from x. Every term of the
    /// real part of the sum is positive, so that the real part keeps its relative accuracy down to y = 0, where it is exp(−x²), and out to the
    /// wings, where it is y/(√π |z|²). M. Al Azah, S. N. Chandler-Wilde, SIAM J. Numer. Anal. 59 (2021) 2346, doi:10.1137/20M1373037.
    /// Relative error of the real part below 1e-13.
    /// </remarks>
    /// <typeparam name="TLanes">The vector.</typeparam>
    /// <param name="x">Re z.</param>
    /// <param name="y">Im z, 0 or more; NaN results below.</param>
    /// <param name="re">Re w.</param>
    /// <param name="im">Im w.</param>
    public static void Faddeeva<TLanes>(TLanes x, TLanes y, out TLanes re, out TLanes im)
        where TLanes : unmanaged, ILanes<TLanes> => Faddeeva(x, y, false, out re, out im, out _, out _);

    /// <summary>w(z) and its derivative dw/dz = ∂w/∂x; ∂w/∂y = i dw/dz.</summary>
    /// <typeparam name="TLanes">The vector.</typeparam>
    /// <param name="x">Re z.</param>
    /// <param name="y">Im z, 0 or more; NaN results below.</param>
    /// <param name="re">Re w.</param>
    /// <param name="im">Im w.</param>
    /// <param name="slopeRe">Re dw/dz: the derivative of the real part by x.</param>
    /// <param name="slopeIm">Im dw/dz: minus the derivative of the real part by y.</param>
    public static void Faddeeva<TLanes>(TLanes x, TLanes y, out TLanes re, out TLanes im, out TLanes slopeRe, out TLanes slopeIm)
        where TLanes : unmanaged, ILanes<TLanes> => Faddeeva(x, y, true, out re, out im, out slopeRe, out slopeIm);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Faddeeva<TLanes>(TLanes x, TLanes y, bool slopes, out TLanes re, out TLanes im, out TLanes slopeRe, out TLanes slopeIm)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes zero = TLanes.Create(0), one = TLanes.Create(1), two = TLanes.Create(2), shifter = TLanes.Create(Shifter);
        TLanes size = TLanes.Max(TLanes.Abs(x), y), far = ~TLanes.LessThanOrEqual(size, TLanes.Create(1e7));

        // In the far wings the leading term; what is computed there otherwise is replaced.
        TLanes u = TLanes.Select(far, zero, x), v = TLanes.Select(far, one, y);
        TLanes cycles = u * TLanes.Create(InverseSpacing);
        cycles -= TLanes.MultiplyAdd(one, cycles, shifter) - shifter;
        TLanes trapezoid = TLanes.LessThan(TLanes.Create(0.25), TLanes.Abs(cycles)) & TLanes.LessThan(v, TLanes.Abs(u));
        TLanes sum = TLanes.MultiplyAdd(u, u, v * v), difference = (u - v) * (u + v), cross = two * u * v, crossSquared = cross * cross;
        TLanes a = zero, b = zero, slopeA = zero, slopeB = zero;
        for (int k = 0; k < 12; k++)
        {
            TLanes square = TLanes.Select(trapezoid, TLanes.Create(TrapezoidSquares[k]), TLanes.Create(MidpointSquares[k]));
            TLanes weight = TLanes.Select(trapezoid, TLanes.Create(TrapezoidWeights[k]), TLanes.Create(MidpointWeights[k]));
            TLanes d = difference - square;
            TLanes inverse = one / TLanes.MultiplyAdd(d, d, crossSquared);
            TLanes part = weight * inverse;
            a = TLanes.MultiplyAdd(part, sum + square, a);
            b = TLanes.MultiplyAdd(part, sum - square, b);
            if (slopes)
            {
                // −(z² + t²)/(z² − t²)²
                part *= inverse;
                TLanes plus = difference + square, real = TLanes.MultiplyAdd(d, d, -crossSquared), imaginary = two * d * cross;
                slopeA = TLanes.MultiplyAdd(part, -TLanes.MultiplyAdd(plus, real, cross * imaginary), slopeA);
                slopeB = TLanes.MultiplyAdd(part, TLanes.MultiplyAdd(plus, imaginary, -(cross * real)), slopeB);
            }
        }

        TLanes factor = TLanes.Create(TwoSpacingsOverPi);
        re = factor * v * a;
        im = factor * u * b;
        slopeRe = -(factor * slopeB);
        slopeIm = factor * slopeA;

        // The pole: 2 exp(−z²)/(1 ± exp(−2πiz/h)).
        TLanes near = TLanes.LessThan(v, TLanes.Create(PiOverSpacing)) & TLanes.LessThan(TLanes.Abs(u), TLanes.Create(30));
        if (TLanes.Bits(near) != 0)
        {
            TLanes sign = TLanes.Select(trapezoid, -one, one);
            TLanes p = TLanes.Select(near, u, zero), q = TLanes.Select(near, v, zero);
            SinCos(two * p * q, out TLanes sin, out TLanes cos);
            SinCos(cycles * TLanes.Create(2 * Math.PI), out TLanes sinF, out TLanes cosF);
            TLanes e = Exp((q - p) * (q + p)), growth = Exp(q * TLanes.Create(TwoPiOverSpacing));
            TLanes f = sign * growth * cosF, g = -(sign * growth * sinF), real = one + f;
            TLanes inverse = one / TLanes.MultiplyAdd(real, real, g * g), size2 = two * e * inverse;
            TLanes cr = size2 * ((cos * real) - (sin * g)), ci = -(size2 * ((cos * g) + (sin * real)));
            re = TLanes.Select(near, re + cr, re);
            im = TLanes.Select(near, im + ci, im);
            if (slopes)
            {
                // f′ = f (−2z + (2πi/h) F/(1 + F)), F = ±exp(−2πiz/h).
                TLanes gr = inverse * ((f * real) + (g * g)), gi = inverse * ((g * real) - (f * g)), turn = TLanes.Create(TwoPiOverSpacing);
                TLanes fr = -(two * p) - (turn * gi), fi = (turn * gr) - (two * q);
                slopeRe = TLanes.Select(near, slopeRe + ((cr * fr) - (ci * fi)), slopeRe);
                slopeIm = TLanes.Select(near, slopeIm + ((cr * fi) + (ci * fr)), slopeIm);
            }
        }

        if (TLanes.Bits(far) != 0)
        {
            // w = i/(√π z), in parts that neither overflow nor vanish.
            TLanes xs = x / size, ys = y / size, q = one / TLanes.MultiplyAdd(xs, xs, ys * ys), scale = TLanes.Create(InverseRootPi) / size;
            re = TLanes.Select(far, scale * ys * q, re);
            im = TLanes.Select(far, scale * xs * q, im);
            TLanes slope = scale / size * q * q;
            slopeRe = TLanes.Select(far, -(two * xs * ys * slope), slopeRe);
            slopeIm = TLanes.Select(far, (ys - xs) * (ys + xs) * slope, slopeIm);
        }

        // Below the axis other formulas hold.
        TLanes below = TLanes.LessThan(y, zero), none = TLanes.Create(double.NaN);
        re = TLanes.Select(below, none, re);
        im = TLanes.Select(below, none, im);
        slopeRe = TLanes.Select(below, none, slopeRe);
        slopeIm = TLanes.Select(below, none, slopeIm);
    }
}
