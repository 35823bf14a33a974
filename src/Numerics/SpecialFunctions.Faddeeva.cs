using System.Numerics;
using BigMap.Analysis.Numerics.Internal;

namespace BigMap.Analysis.Numerics;

public static partial class SpecialFunctions
{
    private const double RootTwo = 1.4142135623730951;
    private const double RootTwoPi = 2.5066282746310002;

    /// <summary>Faddeeva's function w(z) = exp(−z²) erfc(−iz).</summary>
    /// <remarks>The body of <see cref="LaneMath.Faddeeva{TLanes}(TLanes, TLanes, out TLanes, out TLanes)"/>; below the real axis w(z) = 2 exp(−z²) − w(−z), which may overflow. Relative error of the real part above the axis below 1e-13.</remarks>
    /// <param name="z">The argument.</param>
    /// <returns>w(z).</returns>
    public static Complex Faddeeva(Complex z)
    {
        bool below = z.Imaginary < 0;
        LaneMath.Faddeeva(new Lanes64(below ? -z.Real : z.Real), new Lanes64(Math.Abs(z.Imaginary)), out Lanes64 re, out Lanes64 im);
        var w = new Complex(re.Value, im.Value);
        if (!below)
            return w;
        double size = 2 * Math.Exp((z.Imaginary - z.Real) * (z.Imaginary + z.Real)), angle = -2 * z.Real * z.Imaginary;
        return new Complex(size * Math.Cos(angle), size * Math.Sin(angle)) - w;
    }

    /// <summary>The Voigt profile of area 1: a Gaussian of standard deviation σ convoluted with a Lorentzian of half width at half maximum γ.</summary>
    /// <remarks>V = Re w((x + iγ)/(σ√2))/(σ√(2π)). Relative error below 1e-12. σ = 0: the Lorentzian; γ = 0: the Gaussian; both: infinite at 0. Negative widths: NaN.</remarks>
    /// <param name="x">Distance from the centre.</param>
    /// <param name="sigma">σ, 0 or more.</param>
    /// <param name="gamma">γ, 0 or more.</param>
    /// <returns>V(x).</returns>
    public static double Voigt(double x, double sigma, double gamma) => Voigt(x, sigma, gamma, out _, out _, out _);

    /// <summary>The Voigt profile and its derivatives.</summary>
    /// <param name="x">Distance from the centre.</param>
    /// <param name="sigma">σ, 0 or more.</param>
    /// <param name="gamma">γ, 0 or more.</param>
    /// <param name="byX">∂V/∂x.</param>
    /// <param name="bySigma">∂V/∂σ = σ ∂²V/∂x².</param>
    /// <param name="byGamma">∂V/∂γ.</param>
    /// <returns>V(x).</returns>
    public static double Voigt(double x, double sigma, double gamma, out double byX, out double bySigma, out double byGamma)
    {
        if (!(sigma >= 0 && gamma >= 0) || (sigma == 0 && gamma == 0))
        {
            byX = bySigma = byGamma = sigma == 0 && x != 0 ? 0 : double.NaN;
            return sigma == 0 && gamma == 0 ? x == 0 ? double.PositiveInfinity : x * 0 : double.NaN;
        }

        if (sigma == 0)
        {
            double q = 1 / ((x * x) + (gamma * gamma)), value = gamma * q / Math.PI;
            byX = -2 * x * q * value;
            bySigma = 0;
            byGamma = ((x - gamma) * (x + gamma)) * q * q / Math.PI;
            return value;
        }

        double inverse = 1 / (sigma * RootTwo), scale = 1 / (sigma * RootTwoPi);
        double u = x * inverse, v = gamma * inverse;
        LaneMath.Faddeeva(new Lanes64(u), new Lanes64(v), out Lanes64 re, out Lanes64 im, out Lanes64 slopeRe, out Lanes64 slopeIm);
        byX = scale * inverse * slopeRe.Value;
        byGamma = -(scale * inverse * slopeIm.Value);
        bySigma = scale / (2 * sigma) * SecondDerivative(new Complex(u, v), re.Value, slopeRe.Value, slopeIm.Value);
        return scale * re.Value;
    }

    /// <summary>Re w″: −2(w + z w′), and far out, where that cancels, from the asymptotic series.</summary>
    private static double SecondDerivative(Complex z, double re, double slopeRe, double slopeIm)
    {
        if (Math.Abs(z.Real) + Math.Abs(z.Imaginary) < 100)
            return -2 * (re + (z.Real * slopeRe) - (z.Imaginary * slopeIm));
        Complex inverse = 1 / z, s = inverse * inverse;
        Complex series = 2 + (s * (6 + (s * (22.5 + (s * (105 + (s * 590.625)))))));
        return (new Complex(0, 0.5641895835477563) * inverse * s * series).Real;
    }
}
