namespace BigMap.Analysis.Spectra.Baseline.Tests;

/// <summary>Polynomial fits by normal equations of powers in 32 digits.</summary>
internal static class PolynomialReference
{
    public static double[] Fit(double[] x, double[] y, int order, double[]? weights = null)
    {
        double middle = (x[0] + x[^1]) / 2, half = (x[^1] - x[0]) / 2;
        double[] t = [.. x.Select(v => (v - middle) / half)];
        int m = order + 1;
        var a = new DoubleDouble[m, m];
        var b = new DoubleDouble[m];
        for (int i = 0; i < x.Length; i++)
        {
            DoubleDouble[] powers = Powers(t[i], m);
            double w = weights?[i] ?? 1;
            for (int k = 0; k < m; k++)
            {
                b[k] += powers[k] * y[i] * w;
                for (int l = 0; l < m; l++)
                    a[k, l] += powers[k] * powers[l] * w;
            }
        }

        for (int k = 0; k < m; k++)
        {
            for (int i = k + 1; i < m; i++)
            {
                DoubleDouble f = a[i, k] / a[k, k];
                for (int j = k; j < m; j++)
                    a[i, j] -= f * a[k, j];
                b[i] -= f * b[k];
            }
        }

        for (int k = m - 1; k >= 0; k--)
        {
            for (int j = k + 1; j < m; j++)
                b[k] -= a[k, j] * b[j];
            b[k] /= a[k, k];
        }

        return [.. t.Select(v =>
        {
            DoubleDouble sum = 0;
            DoubleDouble[] powers = Powers(v, m);
            for (int k = 0; k < m; k++)
                sum += b[k] * powers[k];
            return (double)sum;
        })];
    }

    private static DoubleDouble[] Powers(double t, int count)
    {
        var powers = new DoubleDouble[count];
        DoubleDouble power = 1;
        for (int k = 0; k < count; k++)
        {
            powers[k] = power;
            power *= t;
        }

        return powers;
    }
}
