namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>What the residuals of a fit say about its model.</summary>
internal static class ResidualTests
{
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
}
