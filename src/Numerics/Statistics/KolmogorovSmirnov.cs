namespace BigMap.Analysis.Numerics;

/// <summary>How the chance of a Kolmogorov–Smirnov distance is computed.</summary>
public enum KolmogorovSmirnovMethod : byte
{
    /// <summary><see cref="Exact"/> up to 10,000 values on either side, otherwise <see cref="Asymptotic"/>.</summary>
    Automatic,

    /// <summary>The exact distribution for samples without ties, by the lattice-path recursion; time grows with the product of the numbers of values.</summary>
    Exact,

    /// <summary>The limit for many values, with its first two corrections.</summary>
    Asymptotic,
}

/// <summary>Whether two samples come from one distribution.</summary>
/// <param name="Statistic">Largest distance between the two empirical distribution functions, D.</param>
/// <param name="PValue">Chance of a distance at least as large if both samples came from one continuous distribution; NaN when a side has no values.</param>
/// <param name="Location">The smallest value at which the distance is reached.</param>
/// <param name="FirstCount">Values of the first sample that were used.</param>
/// <param name="SecondCount">Values of the second sample that were used.</param>
/// <param name="IsExact">Whether the chance is exact.</param>
public readonly record struct KolmogorovSmirnovResult(double Statistic, double PValue, double Location, int FirstCount, int SecondCount, bool IsExact);

/// <summary>The two-sample test of Kolmogorov and Smirnov, two-sided.</summary>
/// <remarks>
/// <para>D = max |F₁(x) − F₂(x)| = max |i·n₂ − j·n₁|/(n₁n₂) is found in whole numbers and divided once. NaN is left out.</para>
/// <para>Exact: under the hypothesis every order of the pooled values is as likely, so the path (i, j) goes one step right with the chance
/// (n₁ − i)/(n₁ + n₂ − i − j). The chances of the paths are followed cell by cell (J. L. Hodges, doi:10.1007/BF02589501), and what crosses
/// the boundary |i·n₂ − j·n₁| = D·n₁n₂ is added up: nothing is subtracted, small chances keep their digits. With ties the result is an upper bound.</para>
/// <para>Asymptotic: Q(z + 1/(6√m) + (z − 1)/(4m)) with m = n₁n₂/(n₁ + n₂), z = D√m and Q(z) = 2 Σ (−1)ᵏ⁻¹ exp(−2k²z²) (corrections: J. Vrbik, Pioneer Journal of
/// Theoretical and Applied Statistics 15 (2018) 15). Thread-safe.</para>
/// </remarks>
/// <example><code>KolmogorovSmirnovResult test = KolmogorovSmirnov.TwoSample(widthsBefore, widthsAfter); // test.PValue</code></example>
public static class KolmogorovSmirnov
{
    private const int LargestExact = 10_000;

    /// <summary>Compares two samples.</summary>
    /// <param name="first">One sample; NaN is left out.</param>
    /// <param name="second">The other sample; NaN is left out.</param>
    /// <param name="method">How the chance is computed. Default <see cref="KolmogorovSmirnovMethod.Automatic"/>.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>Distance, where it is, and its chance.</returns>
    public static KolmogorovSmirnovResult TwoSample(
        ReadOnlySpan<double> first,
        ReadOnlySpan<double> second,
        KolmogorovSmirnovMethod method = KolmogorovSmirnovMethod.Automatic,
        CancellationToken cancellationToken = default)
    {
        double[] a = Sorted(first), b = Sorted(second);
        int n1 = a.Length, n2 = b.Length;
        if (n1 == 0 || n2 == 0)
            return new KolmogorovSmirnovResult(double.NaN, double.NaN, double.NaN, n1, n2, false);
        long distance = 0;
        double location = Math.Min(a[0], b[0]);
        for (int i = 0, j = 0; i < n1 || j < n2;)
        {
            double at = j == n2 || (i < n1 && a[i] <= b[j]) ? a[i] : b[j];
            while (i < n1 && a[i] == at)
                i++;
            while (j < n2 && b[j] == at)
                j++;
            long here = Math.Abs(((long)i * n2) - ((long)j * n1));
            if (here > distance)
                (distance, location) = (here, at);
        }

        double statistic = distance / ((double)n1 * n2);
        bool exact = method == KolmogorovSmirnovMethod.Exact || (method == KolmogorovSmirnovMethod.Automatic && Math.Max(n1, n2) <= LargestExact);
        double p = exact ? Exact(n1, n2, distance, cancellationToken) : Asymptotic(statistic, n1 / (double)(n1 + n2) * n2);
        return new KolmogorovSmirnovResult(statistic, p, location, n1, n2, exact);
    }

    private static double[] Sorted(ReadOnlySpan<double> values)
    {
        var kept = new double[values.Length];
        int n = 0;
        foreach (double v in values)
        {
            if (!double.IsNaN(v))
                kept[n++] = v;
        }

        Array.Resize(ref kept, n);
        Array.Sort(kept);
        return kept;
    }

    private static double Exact(int n1, int n2, long distance, CancellationToken cancellationToken)
    {
        if (distance == 0)
            return 1;

        // The longer side runs along the inner loop; chance[j] holds the paths that have reached (i, j) inside the boundary.
        (int m, int n) = n1 <= n2 ? (n1, n2) : (n2, n1);
        var chance = new double[n + 1];
        var outside = default(CompensatedSum);
        long low = 0, high = -1;
        for (long i = 0; i <= m; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Inside: |i·n − j·m| < distance.
            long first = Math.Max(0, FloorDivide((i * n) - distance, m) + 1), last = Math.Min(n, -FloorDivide(-((i * n) + distance), m) - 1);
            if (i > 0)
            {
                // What stood below the new boundary leaves with its step to the right.
                for (long j = low; j < Math.Min(first, high + 1); j++)
                {
                    outside.Add(chance[j] * ((m - i + 1) / (double)(m + n - i + 1 - j)));
                    chance[j] = 0;
                }
            }
            else
            {
                chance[0] = 1;
            }

            double up = 0;
            for (long j = first; j <= last; j++)
            {
                double right = i == 0 ? (j == 0 ? 1 : 0) : j <= high ? chance[j] * ((m - i + 1) / (double)(m + n - i + 1 - j)) : 0;
                double here = right + up;
                chance[j] = here;
                long left = m + n - i - j;
                up = left == 0 ? 0 : here * ((n - j) / (double)left);
            }

            if (last < n)
                outside.Add(up);
            (low, high) = (first, last);
        }

        return Math.Min(1, outside.Value);
    }

    private static long FloorDivide(long a, long b) => a >= 0 ? a / b : -((b - 1 - a) / b);

    private static double Asymptotic(double statistic, double m)
    {
        double root = Math.Sqrt(m), z = statistic * root;
        z += (1 / (6 * root)) + ((z - 1) / (4 * m));
        if (z <= 0)
            return 1;
        double q = 0;
        if (z < 1)
        {
            // The same function by its other series, which converges where this one does not.
            for (int k = 1; k <= 7; k += 2)
                q += Math.Exp(-k * k * Math.PI * Math.PI / (8 * z * z));
            return Math.Clamp(1 - (Math.Sqrt(2 * Math.PI) / z * q), 0, 1);
        }

        for (int k = 1; k <= 7; k++)
            q += (k % 2 == 1 ? 2 : -2) * Math.Exp(-2.0 * k * k * z * z);
        return Math.Clamp(q, 0, 1);
    }
}
