namespace BigMap.Analysis.Numerics;

/// <summary>Distribution functions and quantiles: normal, Student's t, χ² and F.</summary>
/// <remarks>
/// Each tail is computed for itself, so that small probabilities keep their digits: relative errors below 1e-12 for up to 1e4 degrees of
/// freedom, which may be any positive numbers. Arguments outside the domain give NaN. Thread-safe.
/// </remarks>
/// <example><code>
/// double factor = Distributions.StudentTQuantile(0.975, degrees); // half width of a 95 % interval, in standard errors
/// </code></example>
public static class Distributions
{
    private const double RootHalf = 0.7071067811865476;

    /// <summary>Φ(x), the chance that a standard normal number is at most x.</summary>
    /// <param name="x">The argument; Φ(−x) is the upper tail.</param>
    /// <returns>0 to 1.</returns>
    public static double NormalCdf(double x) => 0.5 * SpecialFunctions.Erfc(-x * RootHalf);

    /// <summary>The x with Φ(x) = p.</summary>
    /// <param name="p">0 to 1.</param>
    /// <returns>x; ∓∞ at 0 and 1.</returns>
    public static double NormalQuantile(double p)
    {
        if (!(p >= 0 && p <= 1))
            return double.NaN;
        if (p > 0.5)
            return -NormalQuantile(1 - p);
        if (p == 0)
            return double.NegativeInfinity;

        // Halley's steps on ln Φ, from the leading terms of the tail.
        double t = Math.Sqrt(-2 * Math.Log(p)), x = -(t - ((2.515517 + (t * (0.802853 + (t * 0.010328)))) / (1 + (t * (1.432788 + (t * (0.189269 + (t * 0.001308))))))));
        for (int i = 0; i < 4; i++)
        {
            // Φ/φ = √(π/2) erfcx(−x/√2), which does not underflow.
            double mills = 1.2533141373155003 * SpecialFunctions.Erfcx(-x * RootHalf);
            double log = Math.Log(0.5 * SpecialFunctions.Erfcx(-x * RootHalf)) - (0.5 * x * x) - Math.Log(p);
            double newton = log * mills;
            x -= newton / (1 - (0.5 * newton * (-x - (1 / mills))));
        }

        return x;
    }

    /// <summary>Student's t: the chance of at most t.</summary>
    /// <param name="t">The argument; the value at −t is the upper tail.</param>
    /// <param name="degrees">Degrees of freedom, above 0.</param>
    /// <returns>0 to 1.</returns>
    public static double StudentTCdf(double t, double degrees)
    {
        if (!(degrees > 0) || double.IsNaN(t))
            return double.NaN;
        if (double.IsInfinity(t))
            return t > 0 ? 1 : 0;
        double square = t * t;
        double tail = double.IsInfinity(square) ? 0 : 0.5 * SpecialFunctions.RegularizedBeta(degrees / (degrees + square), square / (degrees + square), 0.5 * degrees, 0.5);
        return t > 0 ? 1 - tail : tail;
    }

    /// <summary>The t with <see cref="StudentTCdf"/> = p.</summary>
    /// <param name="p">0 to 1.</param>
    /// <param name="degrees">Degrees of freedom, above 0.</param>
    /// <returns>t; ∓∞ at 0 and 1.</returns>
    public static double StudentTQuantile(double p, double degrees)
    {
        if (!(p >= 0 && p <= 1 && degrees > 0))
            return double.NaN;
        double tail = Math.Min(p, 1 - p);
        if (tail == 0)
            return p == 0 ? double.NegativeInfinity : double.PositiveInfinity;
        if (tail == 0.5)
            return 0;
        double size = Invert(new Target(Kind.StudentT, degrees, 0), tail, upper: true);
        return p < 0.5 ? -size : size;
    }

    /// <summary>χ²: the chance of at most x.</summary>
    /// <param name="x">The argument, 0 or more.</param>
    /// <param name="degrees">Degrees of freedom, above 0.</param>
    /// <returns>0 to 1.</returns>
    public static double ChiSquareCdf(double x, double degrees) => SpecialFunctions.RegularizedGammaP(0.5 * degrees, 0.5 * x);

    /// <summary>χ²: the chance of more than x.</summary>
    /// <param name="x">The argument, 0 or more.</param>
    /// <param name="degrees">Degrees of freedom, above 0.</param>
    /// <returns>0 to 1.</returns>
    public static double ChiSquareSurvival(double x, double degrees) => SpecialFunctions.RegularizedGammaQ(0.5 * degrees, 0.5 * x);

    /// <summary>The x with <see cref="ChiSquareCdf"/> = p.</summary>
    /// <param name="p">0 to 1.</param>
    /// <param name="degrees">Degrees of freedom, above 0.</param>
    /// <returns>x; 0 and +∞ at 0 and 1.</returns>
    public static double ChiSquareQuantile(double p, double degrees) => Quantile(new Target(Kind.ChiSquare, degrees, 0), p);

    /// <summary>F: the chance of at most x.</summary>
    /// <param name="x">The argument, 0 or more.</param>
    /// <param name="numerator">Degrees of freedom of the numerator, above 0.</param>
    /// <param name="denominator">Degrees of freedom of the denominator, above 0.</param>
    /// <returns>0 to 1.</returns>
    public static double FCdf(double x, double numerator, double denominator) => F(x, numerator, denominator, upper: false);

    /// <summary>F: the chance of more than x.</summary>
    /// <param name="x">The argument, 0 or more.</param>
    /// <param name="numerator">Degrees of freedom of the numerator, above 0.</param>
    /// <param name="denominator">Degrees of freedom of the denominator, above 0.</param>
    /// <returns>0 to 1.</returns>
    public static double FSurvival(double x, double numerator, double denominator) => F(x, numerator, denominator, upper: true);

    /// <summary>The x with <see cref="FCdf"/> = p.</summary>
    /// <param name="p">0 to 1.</param>
    /// <param name="numerator">Degrees of freedom of the numerator, above 0.</param>
    /// <param name="denominator">Degrees of freedom of the denominator, above 0.</param>
    /// <returns>x; 0 and +∞ at 0 and 1.</returns>
    public static double FQuantile(double p, double numerator, double denominator) => Quantile(new Target(Kind.F, numerator, denominator), p);

    private static double F(double x, double numerator, double denominator, bool upper)
    {
        if (!(x >= 0 && numerator > 0 && denominator > 0))
            return double.NaN;
        double part = numerator * x, all = part + denominator;
        if (double.IsInfinity(all))
            return double.IsInfinity(numerator) || double.IsInfinity(denominator) ? double.NaN : upper ? 0 : 1;
        return upper
            ? SpecialFunctions.RegularizedBeta(denominator / all, part / all, 0.5 * denominator, 0.5 * numerator)
            : SpecialFunctions.RegularizedBeta(part / all, denominator / all, 0.5 * numerator, 0.5 * denominator);
    }

    private static double Quantile(Target target, double p)
    {
        if (!(p >= 0 && p <= 1 && target.A > 0) || (target.Kind == Kind.F && !(target.B > 0)))
            return double.NaN;
        if (p is 0 or 1)
            return p == 0 ? 0 : double.PositiveInfinity;
        return p > 0.5 ? Invert(target, 1 - p, upper: true) : Invert(target, p, upper: false);
    }

    /// <summary>The x at which a tail has its probability: bisection of ln x between bounds, quickened by secants of ln tail over ln x, which is nearly straight far out.</summary>
    private static double Invert(Target target, double tail, bool upper)
    {
        double aim = Math.Log(tail), low = -700, high = 700, fLow = Miss(low), fHigh = Miss(high);
        if (double.IsNaN(fLow) || double.IsNaN(fHigh))
            return double.NaN;
        if (fLow >= 0)
            return 0;
        if (fHigh <= 0)
            return double.PositiveInfinity;

        // First to where both ends are finite.
        while (high - low > 1)
        {
            double middle = 0.5 * (low + high), f = Miss(middle);
            if (double.IsNaN(f))
                return double.NaN;
            if (f < 0)
                (low, fLow) = (middle, f);
            else
                (high, fHigh) = (middle, f);
        }

        // Ridders' method: quadratic, and never outside.
        for (int i = 0; i < 60 && high - low > 1e-16 * Math.Max(1, Math.Abs(low)); i++)
        {
            double middle = 0.5 * (low + high), fMiddle = Miss(middle);
            double root = Math.Sqrt((fMiddle * fMiddle) - (fLow * fHigh));
            double next = double.IsFinite(root) && root > 0 ? middle - ((middle - low) * fMiddle / root) : middle;
            double fNext = Miss(next);
            if (fNext == 0)
                return Math.Exp(next);
            double before = high - low;
            if (fMiddle < 0)
                (low, fLow) = (middle, fMiddle);
            else
                (high, fHigh) = (middle, fMiddle);
            if (next > low && next < high)
            {
                if (fNext < 0)
                    (low, fLow) = (next, fNext);
                else
                    (high, fHigh) = (next, fNext);
            }

            if (high - low >= before)
                break;
        }

        return Math.Exp(Math.Abs(fLow) < Math.Abs(fHigh) ? low : high);

        // Grows with x.
        double Miss(double u)
        {
            double x = Math.Exp(u);
            return upper ? aim - Math.Log(target.Tail(x, true)) : Math.Log(target.Tail(x, false)) - aim;
        }
    }

    private enum Kind
    {
        StudentT,
        ChiSquare,
        F,
    }

    private readonly record struct Target(Kind Kind, double A, double B)
    {
        public double Tail(double x, bool upper) => Kind switch
        {
            Kind.StudentT => StudentTCdf(-x, A),
            Kind.ChiSquare => upper ? ChiSquareSurvival(x, A) : ChiSquareCdf(x, A),
            _ => F(x, A, B, upper),
        };
    }
}
