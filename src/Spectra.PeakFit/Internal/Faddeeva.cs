namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>
/// w(z) = exp(−z²) erfc(−iz) for Im z ≥ 0, to about 1e-15 of |w|: trapezoidal and midpoint rules with the contribution of the pole added
/// (M. Al Azah, S. N. Chandler-Wilde, SIAM J. Numer. Anal. 59 (2021) 2346, doi:10.1137/20M1373037), N = 11. The terms of the real part are
/// all positive, so that it keeps its relative accuracy in the tails.
/// </summary>
internal static class Faddeeva
{
    private const int N = 11;
    private const double InverseRootPi = 0.56418958354775628695;
    private static readonly double Step = Math.Sqrt(Math.PI / (N + 1));
    private static readonly double[] Trapezoid = Nodes(0);
    private static readonly double[] TrapezoidWeights = [.. Trapezoid.Select(t => Math.Exp(-t * t))];
    private static readonly double[] Midpoint = Nodes(0.5);
    private static readonly double[] MidpointWeights = [.. Midpoint.Select(t => Math.Exp(-t * t))];

    /// <summary>w(x + iy).</summary>
    /// <param name="x">Real part.</param>
    /// <param name="y">Imaginary part, at least 0.</param>
    /// <returns>Real and imaginary part.</returns>
    public static (double Re, double Im) W(double x, double y)
    {
        double a = Math.Abs(x), square = (a * a) + (y * y);
        if (square > 1e4)
            return Far(x, y, square);
        (double re, double im) = Quadrant(a, y);
        return (re, x < 0 ? -im : im);
    }

    /// <summary>w and w′ = 2i/√π − 2 z w.</summary>
    /// <param name="x">Real part.</param>
    /// <param name="y">Imaginary part, at least 0.</param>
    /// <param name="slope">Real and imaginary part of w′.</param>
    /// <returns>Real and imaginary part of w.</returns>
    public static (double Re, double Im) W(double x, double y, out (double Re, double Im) slope)
    {
        (double re, double im) = W(x, y);
        double square = (x * x) + (y * y);
        slope = square > 900
            ? FarSlope(x, y, square)
            : (-2 * ((x * re) - (y * im)), (2 * InverseRootPi) - (2 * ((x * im) + (y * re))));
        return (re, im);
    }

    /// <summary>exp(x²) erfc(x) for x ≥ 0.</summary>
    public static double Erfcx(double x) => W(0, x).Re;

    /// <summary>erfc(x).</summary>
    public static double Erfc(double x) => x >= 0 ? Math.Exp(-x * x) * Erfcx(x) : 2 - (Math.Exp(-x * x) * Erfcx(-x));

    private static (double Re, double Im) Quadrant(double x, double y)
    {
        if (y >= Math.Max(x, Math.PI / Step))
            return Sum(x, y, Midpoint, MidpointWeights);
        double phase = x / Step;
        phase -= Math.Floor(phase);

        // The rule whose nodes are further away from x.
        bool trapezoid = y < x && phase is >= 0.25 and <= 0.75;
        (double re, double im) = trapezoid ? Sum(x, y, Trapezoid, TrapezoidWeights) : Sum(x, y, Midpoint, MidpointWeights);
        if (trapezoid)
        {
            double square = (x * x) + (y * y);
            re += Step / Math.PI * y / square;
            im += Step / Math.PI * x / square;
        }

        // 2 exp(−z²)/(1 ∓ exp(−2πiz/h)) = 2 exp(−z² + 2πiz/h)/(exp(2πiz/h) ∓ 1)
        double decay = 2 * Math.PI * y / Step, angle = 2 * Math.PI * x / Step;
        (double sin, double cos) = Math.SinCos(angle);
        double e = Math.Exp(-decay), sign = trapezoid ? -1 : 1;
        double dr = (e * cos) + sign, di = e * sin, size = (dr * dr) + (di * di);

        // The magnitude in one exponential, because each factor alone may overflow.
        double magnitude = 2 * Math.Exp((y * y) - (x * x) - decay);
        (double s, double c) = Math.SinCos(angle - (2 * x * y));
        return (re + (magnitude * ((c * dr) + (s * di)) / size), im + (magnitude * ((s * dr) - (c * di)) / size));
    }

    /// <summary>(2ihz/π) Σ exp(−t²)/(z² − t²).</summary>
    private static (double Re, double Im) Sum(double x, double y, double[] nodes, double[] weights)
    {
        double re = 0, im = 0, square = (x * x) + (y * y), real = (x - y) * (x + y), imaginary = 2 * x * y;
        for (int k = nodes.Length - 1; k >= 0; k--)
        {
            double t = nodes[k] * nodes[k], d = real - t, weight = weights[k] / ((d * d) + (imaginary * imaginary));
            re += weight * (square + t);
            im += weight * (square - t);
        }

        double factor = 2 * Step / Math.PI;
        return (factor * y * re, factor * x * im);
    }

    /// <summary>w = (i/√π)(1/z + 1/(2z³) + 3/(4z⁵) + 15/(8z⁷) + 105/(16z⁹)).</summary>
    private static (double Re, double Im) Far(double x, double y, double square)
    {
        // u = 1/z
        double ur = x / square, ui = -y / square, sr = (ur * ur) - (ui * ui), si = 2 * ur * ui;
        double pr = 105.0 / 16, pi = 0;
        foreach (double c in new ReadOnlySpan<double>([15.0 / 8, 0.75, 0.5, 1]))
            (pr, pi) = ((pr * sr) - (pi * si) + c, (pr * si) + (pi * sr));
        double re = (pr * ur) - (pi * ui), im = (pr * ui) + (pi * ur);
        return (-InverseRootPi * im, InverseRootPi * re);
    }

    /// <summary>w′ = −(i/√π)(1/z² + 3/(2z⁴) + 15/(4z⁶) + 105/(8z⁸) + 945/(16z¹⁰) + 10395/(32z¹²)).</summary>
    private static (double Re, double Im) FarSlope(double x, double y, double square)
    {
        double ur = x / square, ui = -y / square, sr = (ur * ur) - (ui * ui), si = 2 * ur * ui;
        double pr = 10395.0 / 32, pi = 0;
        foreach (double c in new ReadOnlySpan<double>([945.0 / 16, 105.0 / 8, 3.75, 1.5, 1]))
            (pr, pi) = ((pr * sr) - (pi * si) + c, (pr * si) + (pi * sr));
        double re = (pr * sr) - (pi * si), im = (pr * si) + (pi * sr);
        return (InverseRootPi * im, -InverseRootPi * re);
    }

    private static double[] Nodes(double shift)
    {
        double h = Math.Sqrt(Math.PI / (N + 1));
        return [.. Enumerable.Range(shift == 0 ? 1 : 0, shift == 0 ? N : N + 1).Select(k => (k + shift) * h)];
    }
}
