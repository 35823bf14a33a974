namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>What the residuals of a fit say about its model.</summary>
internal static class ResidualTests
{
    /// <summary>Standard normal deviate of χ² with ν degrees of freedom (E. B. Wilson, M. M. Hilferty, PNAS 17 (1931) 684, doi:10.1073/pnas.17.12.684).</summary>
    public static double ChiSquare(double chiSquare, int freedom)
    {
        double v = 2 / (9.0 * freedom);
        return (Math.Cbrt(chiSquare / freedom) - (1 - v)) / Math.Sqrt(v);
    }

    /// <summary>Number of runs of one sign, and its deviation from what independent residuals give (A. Wald, J. Wolfowitz, Ann. Math. Stat. 11 (1940) 147, doi:10.1214/aoms/1177731909), in standard deviations.</summary>
    public static (int Runs, double Z) Runs(ReadOnlySpan<double> r)
    {
        int runs = 0, plus = 0, minus = 0, last = 0;
        foreach (double v in r)
        {
            int sign = Math.Sign(v);
            if (sign == 0)
                continue;
            plus += sign > 0 ? 1 : 0;
            minus += sign < 0 ? 1 : 0;
            runs += sign != last ? 1 : 0;
            last = sign;
        }

        double n = plus + minus, product = 2.0 * plus * minus;
        if (n < 2 || product == 0)
            return (runs, double.NaN);
        double mean = (product / n) + 1, variance = product * (product - n) / (n * n * (n - 1));
        return (runs, variance > 0 ? (runs - mean) / Math.Sqrt(variance) : double.NaN);
    }

    /// <summary>Lag-1 autocorrelation.</summary>
    public static double Lag1(ReadOnlySpan<double> r)
    {
        double product = 0, square = 0;
        for (int i = 0; i < r.Length; i++)
        {
            square += r[i] * r[i];
            if (i > 0)
                product += r[i] * r[i - 1];
        }

        return square > 0 ? product / square : double.NaN;
    }

    /// <summary>The deviate that a standard normal value exceeds with a probability.</summary>
    public static double NormalQuantile(double probability)
    {
        double low = 0, high = 38;
        for (int k = 0; k < 60; k++)
        {
            double middle = 0.5 * (low + high);
            if (0.5 * Faddeeva.Erfc(middle / Math.Sqrt(2)) > probability)
                low = middle;
            else
                high = middle;
        }

        return high;
    }
}
