namespace BigMap.Analysis.Numerics;

/// <summary>How strongly two quantities go together.</summary>
/// <param name="Coefficient">The coefficient, −1 to 1; NaN for fewer than two pairs or a constant side.</param>
/// <param name="PValue">Chance of a coefficient at least as far from 0 if the two were independent; two-sided.</param>
/// <param name="Lower">Lower end of the confidence interval; NaN for fewer than four pairs.</param>
/// <param name="Upper">Upper end of the confidence interval.</param>
/// <param name="Count">Pairs that were used.</param>
/// <param name="Missing">Pairs of which one side is NaN; they are left out.</param>
public readonly record struct CorrelationResult(double Coefficient, double PValue, double Lower, double Upper, int Count, int Missing);

/// <summary>Pearson's and Spearman's correlation coefficients.</summary>
/// <remarks>
/// <para>Pearson: r = Σ(x − x̄)(y − ȳ)/√(Σ(x − x̄)² Σ(y − ȳ)²), deviations corrected for the rounding of the means. p = I₁₋ᵣ²((n − 2)/2, 1/2), which is
/// Student's t with n − 2 degrees of freedom and exact for normal pairs. The interval is Fisher's, tanh(artanh r ± z/√(n − 3)).</para>
/// <para>Spearman: r of the ranks, ties with their mean rank; p from the same t distribution, an approximation that is good from about ten pairs on.
/// The interval takes the variance (1 + ρ²/2)/(n − 3) of artanh ρ (D. G. Bonett, T. A. Wright, doi:10.1007/BF02294183).</para>
/// <para>Pairs with a NaN are left out; an infinity gives NaN for Pearson and is the largest rank for Spearman. Rows of a run that drifts depend on each other: then p is too small. Thread-safe.</para>
/// </remarks>
/// <example><code>CorrelationResult r = Correlation.Pearson(voltage, position); // r.Coefficient, r.PValue, r.Lower … r.Upper</code></example>
public static class Correlation
{
    /// <summary>Pearson's coefficient: how close the pairs are to a straight line.</summary>
    /// <param name="x">One side.</param>
    /// <param name="y">The other side, as many values.</param>
    /// <param name="confidence">Probability of the confidence interval, between 0 and 1. Default 0.95.</param>
    /// <returns>Coefficient, p-value, interval.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The confidence is not between 0 and 1.</exception>
    public static CorrelationResult Pearson(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double confidence = 0.95)
    {
        (double[] a, double[] b) = Pairs(x, y, confidence);
        return Result(Coefficient(a, b), x.Length - a.Length, a.Length, confidence, rank: false);
    }

    /// <summary>Spearman's coefficient: how close one side is to a rising or falling function of the other.</summary>
    /// <param name="x">One side.</param>
    /// <param name="y">The other side, as many values.</param>
    /// <param name="confidence">Probability of the confidence interval, between 0 and 1. Default 0.95.</param>
    /// <returns>Coefficient, p-value, interval.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The confidence is not between 0 and 1.</exception>
    public static CorrelationResult Spearman(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double confidence = 0.95)
    {
        (double[] a, double[] b) = Pairs(x, y, confidence);
        int n = a.Length;
        Ranks(a, a);
        Ranks(b, b);
        return Result(Coefficient(a, b), x.Length - n, n, confidence, rank: true);
    }

    /// <summary>Ranks from 1; equal values share the mean of their ranks.</summary>
    /// <param name="values">The values, none NaN.</param>
    /// <param name="ranks">Receives one rank per value; may be the same memory.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a value is NaN.</exception>
    public static void Ranks(ReadOnlySpan<double> values, Span<double> ranks)
    {
        if (values.Length != ranks.Length)
            throw new ArgumentException($"There are {values.Length} values but room for {ranks.Length} ranks.", nameof(ranks));
        double[] sorted = values.ToArray();
        var order = new int[sorted.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
            if (double.IsNaN(sorted[i]))
                throw new ArgumentException($"Value {i} is NaN and has no rank; leave it out first.", nameof(values));
        }

        Array.Sort(sorted, order);
        for (int i = 0; i < sorted.Length;)
        {
            int end = i + 1;
            while (end < sorted.Length && sorted[end] == sorted[i])
                end++;
            double rank = 0.5 * (i + 1 + end);
            for (; i < end; i++)
                ranks[order[i]] = rank;
        }
    }

    private static (double[] X, double[] Y) Pairs(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double confidence)
    {
        if (x.Length != y.Length)
            throw new ArgumentException($"There are {x.Length} values on one side and {y.Length} on the other.", nameof(y));
        if (!(confidence > 0 && confidence < 1))
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "A confidence lies between 0 and 1.");
        int n = 0;
        for (int i = 0; i < x.Length; i++)
        {
            if (!double.IsNaN(x[i]) && !double.IsNaN(y[i]))
                n++;
        }

        var a = new double[n];
        var b = new double[n];
        for (int i = 0, at = 0; i < x.Length; i++)
        {
            if (!double.IsNaN(x[i]) && !double.IsNaN(y[i]))
                (a[at], b[at++]) = (x[i], y[i]);
        }

        return (a, b);
    }

    private static double Coefficient(double[] x, double[] y)
    {
        if (x.Length < 2 || !Centre(x) || !Centre(y))
            return double.NaN;
        CompensatedSum xx = default, yy = default, xy = default;
        for (int i = 0; i < x.Length; i++)
        {
            xx.Add(x[i] * x[i]);
            yy.Add(y[i] * y[i]);
            xy.Add(x[i] * y[i]);
        }

        return Math.Clamp(xy.Value / Math.Sqrt(xx.Value * yy.Value), -1, 1);
    }

    /// <summary>Deviations from the mean, of the size of 1; false when there are none.</summary>
    private static bool Centre(double[] x)
    {
        double largest = 0;
        bool constant = true;
        foreach (double v in x)
        {
            largest = Math.Max(largest, Math.Abs(v));
            constant &= v == x[0];
        }

        if (constant || !double.IsFinite(largest))
            return false;
        Scale(x, largest);
        for (int pass = 0; pass < 2; pass++)
        {
            var sum = default(CompensatedSum);
            foreach (double v in x)
                sum.Add(v);
            double mean = sum.Value / x.Length;
            largest = 0;
            for (int i = 0; i < x.Length; i++)
            {
                x[i] -= mean;
                largest = Math.Max(largest, Math.Abs(x[i]));
            }
        }

        Scale(x, largest);
        return true;
    }

    private static void Scale(double[] x, double largest)
    {
        int exponent = Math.ILogB(largest);
        for (int i = 0; i < x.Length; i++)
            x[i] = Math.ScaleB(x[i], -exponent);
    }

    private static CorrelationResult Result(double r, int missing, int n, double confidence, bool rank)
    {
        double p = double.NaN, lower = double.NaN, upper = double.NaN;
        if (!double.IsNaN(r))
        {
            double rest = (1 - r) * (1 + r);
            p = n == 2 ? 1 : SpecialFunctions.RegularizedBeta(rest, r * r, 0.5 * (n - 2), 0.5);
            if (n > 3)
            {
                double half = -Distributions.NormalQuantile(0.5 * (1 - confidence)) * Math.Sqrt((rank ? 1 + (0.5 * r * r) : 1) / (n - 3));
                lower = Math.Abs(r) == 1 ? r : Math.Tanh(Math.Atanh(r) - half);
                upper = Math.Abs(r) == 1 ? r : Math.Tanh(Math.Atanh(r) + half);
            }
        }

        return new CorrelationResult(r, p, lower, upper, n, missing);
    }
}
