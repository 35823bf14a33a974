using BigMap.Analysis.Numerics.Internal;

namespace BigMap.Analysis.Numerics;

/// <summary>Special functions of a real argument: error functions, gamma and beta functions, and (in the complex plane) Faddeeva's function with the Voigt profile.</summary>
/// <remarks>
/// Relative errors are stated with each function and tested against values of 30 digits. Arguments outside the domain give NaN, never an
/// exception. Thread-safe. DLMF: NIST Digital Library of Mathematical Functions, https://dlmf.nist.gov.
/// </remarks>
/// <example><code>
/// double p = SpecialFunctions.RegularizedGammaQ(0.5 * degrees, 0.5 * chiSquare); // chance of a larger χ²
/// </code></example>
public static partial class SpecialFunctions
{
    private const double Epsilon = 1.1102230246251565e-16;
    private const double HalfLogTwoPi = 0.9189385332046728;

    // Enough for a of some 1e9.
    private const int MaxTerms = 1_000_000;

    // (−1)ᵏ(ζ(k) − 1)/k, k = 2, 3, …
    private static ReadOnlySpan<double> ZetaSeries =>
    [
        0.3224670334241132, -0.0673523010531981, 0.020580808427784546, -0.007385551028673986, 0.0028905103307415234, -0.001192753911703261,
        0.0005096695247430425, -0.00022315475845357939, 9.945751278180853e-05, -4.492623673813314e-05, 2.050721277567069e-05, -9.439488275268397e-06,
        4.374866789907488e-06, -2.039215753801366e-06, 9.55141213040742e-07, -4.492469198764566e-07, 2.1207184805554665e-07, -1.0043224823968099e-07,
        4.7698101693639804e-08, -2.2711094608943164e-08, 1.0838659214896955e-08, -5.183475041970047e-09, 2.4836745438024785e-09, -1.1921401405860912e-09,
        5.731367241678862e-10, -2.7595228851242334e-10,
    ];

    // B₂ₖ/(2k(2k − 1)), k = 1, 2, …
    private static ReadOnlySpan<double> StirlingSeries =>
        [0.08333333333333333, -0.002777777777777778, 0.0007936507936507937, -0.0005952380952380953, 0.0008417508417508417, -0.0019175269175269176, 0.00641025641025641, -0.029550653594771242];

    /// <summary>erf x = (2/√π)∫₀ˣ exp(−t²)dt; relative error below 1e-15.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>erf x.</returns>
    public static double Erf(double x)
    {
        if (!(Math.Abs(x) < 1))
            return double.IsNaN(x) ? x : x > 0 ? 1 - Erfc(x) : Erfc(-x) - 1;

        // DLMF 7.6.2: every term positive.
        double s = 2 * x * x, term = 1, sum = 1;
        for (int k = 3; term > Epsilon * sum; k += 2)
        {
            term *= s / k;
            sum += term;
        }

        return 1.1283791670955126 * x * Math.Exp(-x * x) * sum;
    }

    /// <summary>erfc x = 1 − erf x, relative error below 1e-14 down to the smallest numbers.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>erfc x.</returns>
    public static double Erfc(double x)
    {
        if (x < 0.5)
            return 1 - Erf(x);
        if (x > 27)
            return 0;

        // x² in two parts: its rounding error would be x²ε of the result.
        double square = x * x, rest = Math.FusedMultiplyAdd(x, x, -square);
        return Math.Exp(-square) * (1 - rest) * Erfcx(x);
    }

    /// <summary>erfcx x = exp(x²) erfc x; relative error below 1e-14. +∞ below −26.6.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>erfcx x.</returns>
    public static double Erfcx(double x)
    {
        if (double.IsNaN(x) || double.IsPositiveInfinity(x))
            return double.IsNaN(x) ? x : 0;
        if (x >= 0)
        {
            LaneMath.Faddeeva(new Lanes64(0), new Lanes64(x), out Lanes64 w, out _);
            return w.Value;
        }

        double square = x * x, rest = Math.FusedMultiplyAdd(x, x, -square), growth = Math.Exp(square);
        return double.IsPositiveInfinity(growth) ? growth : (2 * growth * (1 + rest)) - Erfcx(-x);
    }

    /// <summary>ln Γ(x) for x &gt; 0; relative error below 1e-14, next to the zeros at 1 and 2 too. NaN for x &lt; 0.</summary>
    /// <param name="x">The argument.</param>
    /// <returns>ln Γ(x).</returns>
    public static double LogGamma(double x)
    {
        if (!(x > 0))
            return x == 0 ? double.PositiveInfinity : double.NaN;
        if (double.IsPositiveInfinity(x))
            return x;
        if (x >= 10)
            return ((x - 0.5) * Math.Log(x)) - x + HalfLogTwoPi + StirlingTail(x);
        if (x < 0.5)
            return LogGamma(x + 1) - Math.Log(x);
        if (x < 1.5)
            return NearTwo(x - 1) - LogOnePlus(x - 1);

        // Down to 1.5 … 2.5, where the series about 2 holds.
        double product = 1;
        while (x > 2.5)
            product *= x -= 1;
        return NearTwo(x - 2) + Math.Log(product);
    }

    /// <summary>P(a, x) = γ(a, x)/Γ(a), the lower incomplete gamma function over the whole. Relative error below 1e-12 for a up to 1e6; NaN where the series does not end within a million terms.</summary>
    /// <param name="a">a &gt; 0.</param>
    /// <param name="x">x ≥ 0.</param>
    /// <returns>P(a, x), 0 to 1.</returns>
    public static double RegularizedGammaP(double a, double x) => !(a > 0 && x >= 0) || double.IsInfinity(a) ? double.NaN
        : x == 0 ? 0
        : double.IsPositiveInfinity(x) ? 1
        : x < a + 1 ? GammaSeries(a, x) : 1 - GammaFraction(a, x);

    /// <summary>Q(a, x) = 1 − P(a, x), without the cancellation. Relative error below 1e-12 for a up to 1e6; NaN where the series does not end within a million terms.</summary>
    /// <param name="a">a &gt; 0.</param>
    /// <param name="x">x ≥ 0.</param>
    /// <returns>Q(a, x), 0 to 1.</returns>
    public static double RegularizedGammaQ(double a, double x) => !(a > 0 && x >= 0) || double.IsInfinity(a) ? double.NaN
        : x == 0 ? 1
        : double.IsPositiveInfinity(x) ? 0
        : x < a + 1 ? 1 - GammaSeries(a, x) : GammaFraction(a, x);

    /// <summary>I(x; a, b), the incomplete beta function over the whole. Relative error below 1e-12 for a and b up to 1e4; NaN where the fraction does not end within a million terms.</summary>
    /// <param name="x">0 ≤ x ≤ 1.</param>
    /// <param name="a">a &gt; 0.</param>
    /// <param name="b">b &gt; 0.</param>
    /// <returns>I, 0 to 1.</returns>
    public static double RegularizedBeta(double x, double a, double b) => RegularizedBeta(x, 1 - x, a, b);

    /// <summary>With 1 − x given, for x next to 1.</summary>
    internal static double RegularizedBeta(double x, double rest, double a, double b)
    {
        if (!(x >= 0 && rest >= 0 && a > 0 && b > 0) || double.IsInfinity(a) || double.IsInfinity(b))
            return double.NaN;
        if (x == 0)
            return 0;
        if (rest == 0)
            return 1;

        // The fraction converges where x lies below the mean.
        return x < (a + 1) / (a + b + 2) ? BetaFraction(x, rest, a, b) : 1 - BetaFraction(rest, x, b, a);
    }

    /// <summary>ln Γ(x + 1) − (x + ½)ln x + x − ½ ln 2π (C. Loader, Fast and accurate computation of binomial probabilities, 2000).</summary>
    private static double StirlingError(double x) => x >= 10 ? StirlingTail(x) : LogGamma(x + 1) - ((x + 0.5) * Math.Log(x)) + x - HalfLogTwoPi;

    private static double StirlingTail(double x)
    {
        double s = 1 / (x * x), sum = 0;
        for (int k = StirlingSeries.Length - 1; k >= 0; k--)
            sum = (sum * s) + StirlingSeries[k];
        return sum / x;
    }

    /// <summary>ln Γ(2 + z), |z| ≤ ½.</summary>
    private static double NearTwo(double z)
    {
        double sum = 0;
        for (int k = ZetaSeries.Length - 1; k >= 0; k--)
            sum = (sum * z) + ZetaSeries[k];
        return z * (0.42278433509846713 + (z * sum));
    }

    internal static double LogOnePlus(double z)
    {
        double u = 1 + z;
        return u == 1 ? z : Math.Log(u) * z / (u - 1);
    }

    /// <summary>x ln(x/m) + m − x without cancellation next to x = m (Loader's deviance).</summary>
    internal static double Deviance(double x, double m)
    {
        double v = (x - m) / (x + m);
        if (Math.Abs(v) > 0.1)
            return (x * Math.Log(x / m)) + m - x;
        double sum = (x - m) * v, term = 2 * x * v, square = v * v;
        for (int k = 3; ; k += 2)
        {
            term *= square;
            double next = sum + (term / k);
            if (next == sum)
                return sum;
            sum = next;
        }
    }

    /// <summary>xᵃe⁻ˣ/Γ(a + 1), without the cancellation of its logarithms for large a.</summary>
    private static double PoissonTerm(double a, double x) => a < 1e-300 ? Math.Exp(-x)
        : Math.Exp(-StirlingError(a) - Deviance(a, x)) / (RootTwoPi * Math.Sqrt(a));

    /// <summary>DLMF 8.11.4.</summary>
    private static double GammaSeries(double a, double x)
    {
        double term = 1, sum = 1;
        int count = 0;
        for (double k = a + 1; term > 0.5 * Epsilon * sum; k++)
        {
            if (count++ == MaxTerms)
                return double.NaN;
            term *= x / k;
            sum += term;
        }

        return Math.Min(1, PoissonTerm(a, x) * sum);
    }

    /// <summary>DLMF 8.9.2 by Lentz's method.</summary>
    private static double GammaFraction(double a, double x)
    {
        const double Tiny = 1e-300;
        double b = x + 1 - a, c = 1 / Tiny, d = 1 / b, h = d;
        for (int i = 1; i < MaxTerms; i++)
        {
            double n = -i * (i - a);
            b += 2;
            d = (n * d) + b;
            d = 1 / (Math.Abs(d) < Tiny ? Tiny : d);
            c = b + (n / c);
            c = Math.Abs(c) < Tiny ? Tiny : c;
            double factor = d * c;
            h *= factor;
            if (Math.Abs(factor - 1) <= 2 * Epsilon)
                return PoissonTerm(a, x) * a * h;
        }

        return double.NaN;
    }

    /// <summary>DLMF 8.17.22 by Lentz's method; the factor before it as a binomial probability (Loader).</summary>
    private static double BetaFraction(double x, double rest, double a, double b)
    {
        const double Tiny = 1e-300;
        double c = 1, d = 1 - ((a + b) * x / (a + 1));
        d = 1 / (Math.Abs(d) < Tiny ? Tiny : d);
        double h = d;
        for (int m = 1; ; m++)
        {
            double even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = 1 + (even * d);
            d = 1 / (Math.Abs(d) < Tiny ? Tiny : d);
            c = 1 + (even / c);
            c = Math.Abs(c) < Tiny ? Tiny : c;
            h *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 + (odd * d);
            d = 1 / (Math.Abs(d) < Tiny ? Tiny : d);
            c = 1 + (odd / c);
            c = Math.Abs(c) < Tiny ? Tiny : c;
            double factor = d * c;
            h *= factor;
            if (Math.Abs(factor - 1) <= 2 * Epsilon)
                break;
            if (m == MaxTerms)
                return double.NaN;
        }

        double n = a + b;
        double binomial = Math.Exp(StirlingError(n) - StirlingError(a) - StirlingError(b) - Deviance(a, n * x) - Deviance(b, n * rest));
        return binomial * Math.Sqrt(b / (a * n)) / RootTwoPi * h;
    }
}
