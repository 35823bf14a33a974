using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Spectra.Baseline.Tests;

/// <summary>AsLS as the papers write it, nothing else: band matrix, LDLᵀ, reweight, until the weights repeat. In double, and in 32 digits for large λ.</summary>
internal static class AslsReference
{
    /// <summary>DᵀD by diagonals: element [k, i] is (DᵀD)(i, i + k).</summary>
    public static double[,] Penalty(int order, int n)
    {
        double[] c = order switch { 1 => [-1, 1], 2 => [1, -2, 1], _ => [-1, 3, -3, 1] };
        var bands = new double[order + 1, n];
        for (int row = 0; row < n - order; row++)
        {
            for (int a = 0; a <= order; a++)
            {
                for (int b = a; b <= order; b++)
                    bands[b - a, row + a] += c[a] * c[b];
            }
        }

        return bands;
    }

    public static (double[] Baseline, int Solves) Double(double[] y, double lambda, double p, int order = 2, int maxSolves = 100)
    {
        int n = y.Length;
        double[,] penalty = Penalty(order, n);
        var w = new double[n];
        Array.Fill(w, 1);
        var bands = new double[(order + 1) * n];
        var z = new double[n];
        for (int solves = 1; ; solves++)
        {
            for (int j = 0; j < bands.Length; j++)
                bands[j] = (lambda * penalty[j / n, j % n]) + (j < n ? w[j] : 0);
            for (int i = 0; i < n; i++)
                z[i] = w[i] * y[i];
            Assert.True(BandedLdlt.Factor(bands, n, order), "the reference loses positive definiteness");
            BandedLdlt.Solve(bands, n, order, z);
            bool same = true;
            for (int i = 0; i < n; i++)
            {
                double next = y[i] > z[i] ? p : 1 - p;
                same &= next == w[i];
                w[i] = next;
            }

            if (same || solves == maxSolves)
                return (z, solves);
        }
    }

    /// <summary>In 32 digits.</summary>
    public static (double[] Baseline, int Solves) Exact(double[] y, double lambda, double p, int order = 2, int maxSolves = 100)
    {
        var w = new double[y.Length];
        Array.Fill(w, 1);
        for (int solves = 1; ; solves++)
        {
            DoubleDouble[] z = Solve(y, w, lambda, order);
            bool same = true;
            for (int i = 0; i < w.Length; i++)
            {
                double next = (DoubleDouble)y[i] > z[i] ? p : 1 - p;
                same &= next == w[i];
                w[i] = next;
            }

            if (same || solves == maxSolves)
                return ([.. z.Select(v => (double)v)], solves);
        }
    }

    /// <summary>(W + λ DᵀD) z = W y in 32 digits.</summary>
    public static double[] ExactSolve(double[] y, double[] w, double lambda, int order) => [.. Solve(y, w, lambda, order).Select(v => (double)v)];

    /// <summary>d = 2 in 32 digits where λ is too large even for those: the same elimination as the product's, from one side only, plainly written.</summary>
    public static double[] ExactSolveAnyLambda(double[] y, double[] w, double lambda)
    {
        int n = y.Length;
        DoubleDouble alpha = 0, beta = 0, gamma = 0, ha = 0, hb = 0;
        var (keep, gain, drive) = (new DoubleDouble[n], new DoubleDouble[n], new DoubleDouble[n]);
        for (int k = 0; k < n; k++)
        {
            // Measure point k; then let the slope change by a step of precision λ; then go to the next point.
            alpha += w[k];
            ha += (DoubleDouble)w[k] * y[k];
            if (k == n - 1)
                break;
            DoubleDouble g = (DoubleDouble)1 / (gamma + lambda);
            (keep[k], gain[k], drive[k]) = (g * lambda, beta * g, hb * g);
            (alpha, beta, gamma) = (alpha - (beta * gain[k]), beta * keep[k], gamma * keep[k]);
            (ha, hb) = (ha - (gain[k] * hb), hb * keep[k]);
            (beta, gamma) = (beta - alpha, gamma - beta - beta + alpha);
            hb -= ha;
        }

        DoubleDouble slope = ((alpha * hb) - (beta * ha)) / ((alpha * gamma) - (beta * beta));
        DoubleDouble value = (ha - (beta * slope)) / alpha;
        var z = new double[n];
        z[n - 1] = (double)value;
        for (int k = n - 2; k >= 0; k--)
        {
            value -= slope;
            z[k] = (double)value;
            slope = (keep[k] * slope) + drive[k] - (gain[k] * value);
        }

        return z;
    }

    private static DoubleDouble[] Solve(double[] y, double[] w, double lambda, int order)
    {
        int n = y.Length;
        double[,] penalty = Penalty(order, n);
        var d = new DoubleDouble[n];
        var l = new DoubleDouble[order, n];
        var z = new DoubleDouble[n];
        for (int i = 0; i < n; i++)
        {
            // L(i, i−k) for k = order … 1, then D(i).
            for (int k = Math.Min(order, i); k >= 1; k--)
            {
                DoubleDouble value = (DoubleDouble)lambda * penalty[k, i - k];
                for (int m = k + 1; m <= Math.Min(order, i); m++)
                    value -= l[m - 1, i] * d[i - m] * l[m - k - 1, i - k];
                l[k - 1, i] = value / d[i - k];
            }

            d[i] = ((DoubleDouble)lambda * penalty[0, i]) + w[i];
            z[i] = (DoubleDouble)w[i] * y[i];
            for (int k = 1; k <= Math.Min(order, i); k++)
            {
                d[i] -= l[k - 1, i] * l[k - 1, i] * d[i - k];
                z[i] -= l[k - 1, i] * z[i - k];
            }
        }

        for (int i = n - 1; i >= 0; i--)
        {
            z[i] /= d[i];
            for (int k = 1; k <= order && i + k < n; k++)
                z[i] -= l[k - 1, i + k] * z[i + k];
        }

        return z;
    }

    public static double Range(double[] y) => y.Max() - y.Min();

    public static double LargestDifference(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        Assert.Equal(a.Length, b.Length);
        double largest = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double difference = Math.Abs(a[i] - b[i]);
            largest = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(largest, difference);
        }

        return largest;
    }
}
