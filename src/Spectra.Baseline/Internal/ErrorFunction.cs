namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>The scaled complementary error function.</summary>
internal static class ErrorFunction
{
    private const double TwoOverRootPi = 1.1283791670955126;

    /// <summary>erfcx(x) = exp(x²) erfc(x), to about 1e-14; infinity below −26.6.</summary>
    public static double Scaled(double x)
    {
        double u = Math.Abs(x);
        if (u >= 2)
        {
            // Laplace's continued fraction, from the inside; below 0 erfc(x) = 2 − erfc(−x).
            double fraction = u;
            for (int k = 20 + (int)(400 / (u * u)); k >= 1; k--)
                fraction = u + (0.5 * k / fraction);
            double positive = 0.5 * TwoOverRootPi / fraction;
            return x > 0 ? positive : (2 * Math.Exp(u * u)) - positive;
        }

        // exp(u²) erf(u) = 2/√π Σ 2ᵏ u²ᵏ⁺¹ / (2k + 1)!!, all terms positive.
        double term = u, sum = 0;
        for (int k = 0; term > 1e-17 * sum; k++)
        {
            sum += term;
            term *= 2 * u * u / ((2 * k) + 3);
        }

        double scaledErf = TwoOverRootPi * sum;
        return x > 0 ? Math.Exp(u * u) - scaledErf : Math.Exp(u * u) + scaledErf;
    }
}
