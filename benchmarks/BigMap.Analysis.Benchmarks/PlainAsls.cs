namespace BigMap.Analysis.Benchmarks;

/// <summary>AsLS as one would write it down: pentadiagonal L D Lᵀ in scalar code, weights until they repeat. The peer of the same language.</summary>
internal static class PlainAsls
{
    /// <summary>To the fixed point, at most so many solves; or exactly <paramref name="exactly"/>.</summary>
    public static int Estimate(double[] y, double lambda, double p, int solves, double[] z, int exactly = 0)
    {
        int n = y.Length;
        double[] w = new double[n], d = new double[n], e = new double[n], f = new double[n];
        Array.Fill(w, 1);
        for (int iteration = 1; ; iteration++)
        {
            Solve(y, w, lambda, d, e, f, z);
            bool same = true;
            for (int i = 0; i < n; i++)
            {
                double weight = y[i] > z[i] ? p : 1 - p;
                same &= weight == w[i];
                w[i] = weight;
            }

            if (exactly > 0 ? iteration == exactly : same || iteration == solves)
                return iteration;
        }
    }

    private static void Solve(double[] y, double[] w, double lambda, double[] d, double[] e, double[] f, double[] z)
    {
        int n = y.Length;
        for (int i = 0; i < n; i++)
        {
            double diagonal = (i is 0 || i == n - 1 ? 1 : i == 1 || i == n - 2 ? 5 : 6) * lambda;
            double first = i == 0 || i == n - 2 ? -2 * lambda : -4 * lambda;
            double pivot = w[i] + diagonal;
            double value = w[i] * y[i];
            double off = i < n - 1 ? first : 0;
            if (i > 0)
            {
                pivot -= d[i - 1] * e[i - 1] * e[i - 1];
                value -= e[i - 1] * z[i - 1];
                off -= i < n - 1 ? d[i - 1] * e[i - 1] * f[i - 1] : 0;
            }

            if (i > 1)
            {
                pivot -= d[i - 2] * f[i - 2] * f[i - 2];
                value -= f[i - 2] * z[i - 2];
            }

            d[i] = pivot;
            e[i] = off / pivot;
            f[i] = i < n - 2 ? lambda / pivot : 0;
            z[i] = value;
        }

        for (int i = n - 1; i >= 0; i--)
        {
            double value = z[i] / d[i];
            if (i < n - 1)
                value -= e[i] * z[i + 1];
            if (i < n - 2)
                value -= f[i] * z[i + 2];
            z[i] = value;
        }
    }
}
