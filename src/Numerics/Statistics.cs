namespace BigMap.Analysis.Numerics;

/// <summary>Descriptive statistics with stated definitions.</summary>
/// <remarks>
/// One rule for all: a NaN among the values gives NaN, and so do too few values; nothing is skipped. The order of summation is that of the
/// values. Methods whose name ends in <c>InPlace</c> reorder the values and allocate nothing; the others copy. Thread-safe.
/// </remarks>
/// <example><code>double sigma = Statistics.Mad(residuals); // standard deviation, not moved by outliers</code></example>
public static class Statistics
{
    // 1/Φ⁻¹(3/4): makes the median absolute deviation of normal values their standard deviation.
    internal const double NormalConsistency = 1.4826022185056018;

    /// <summary>Arithmetic mean, x̄ = Σxᵢ/n, with one correction for rounding.</summary>
    /// <param name="values">At least one value.</param>
    /// <returns>The mean; NaN for no values.</returns>
    public static double Mean(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
            return double.NaN;
        double sum = 0;
        foreach (double v in values)
            sum += v;
        double mean = sum / values.Length;
        if (!double.IsFinite(mean))
            return mean;
        double rest = 0;
        foreach (double v in values)
            rest += v - mean;
        return mean + (rest / values.Length);
    }

    /// <summary>Unbiased variance, Σ(xᵢ − x̄)²/(n − 1), in two passes.</summary>
    /// <param name="values">At least two values.</param>
    /// <returns>The variance; NaN for fewer than two values.</returns>
    public static double Variance(ReadOnlySpan<double> values)
    {
        if (values.Length < 2)
            return double.NaN;
        double mean = Mean(values);
        double sum = 0;
        foreach (double v in values)
            sum += (v - mean) * (v - mean);
        return sum / (values.Length - 1);
    }

    /// <summary>Standard deviation, the square root of <see cref="Variance"/>.</summary>
    /// <param name="values">At least two values.</param>
    /// <returns>The standard deviation; NaN for fewer than two values.</returns>
    public static double StandardDeviation(ReadOnlySpan<double> values) => Math.Sqrt(Variance(values));

    /// <summary>Median: the middle value, or the mean of the two middle ones.</summary>
    /// <param name="values">At least one value.</param>
    /// <returns>The median; NaN for no values.</returns>
    public static double Median(ReadOnlySpan<double> values) => Quantile(values, 0.5);

    /// <summary>Median of values that may be reordered; allocates nothing.</summary>
    /// <param name="values">At least one value; reordered.</param>
    /// <returns>The median; NaN for no values.</returns>
    public static double MedianInPlace(Span<double> values) => QuantileInPlace(values, 0.5);

    /// <summary>Quantile by linear interpolation at position (n − 1)·p of the sorted values (type 7 of Hyndman and Fan, doi:10.1080/00031305.1996.10473566).</summary>
    /// <param name="values">At least one value.</param>
    /// <param name="p">Probability, 0 to 1.</param>
    /// <returns>The quantile; NaN for no values.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not between 0 and 1.</exception>
    public static double Quantile(ReadOnlySpan<double> values, double p) => QuantileInPlace(values.ToArray(), p);

    /// <summary>Quantile of values that may be reordered; allocates nothing.</summary>
    /// <param name="values">At least one value; reordered.</param>
    /// <param name="p">Probability, 0 to 1.</param>
    /// <returns>The quantile, as <see cref="Quantile"/> defines it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not between 0 and 1.</exception>
    public static double QuantileInPlace(Span<double> values, double p)
    {
        if (!(p >= 0 && p <= 1))
            throw new ArgumentOutOfRangeException(nameof(p), p, "A probability lies between 0 and 1.");
        if (values.IsEmpty || HasNaN(values))
            return double.NaN;
        double position = (values.Length - 1) * p;
        int k = (int)Math.Floor(position);
        Select(values, k);
        double low = values[k];
        double fraction = position - k;
        if (fraction == 0)
            return low;
        double high = double.PositiveInfinity;
        foreach (double v in values[(k + 1)..])
            high = Math.Min(high, v);
        return low == high ? low : low + (fraction * (high - low));
    }

    /// <summary>Median absolute deviation from the median, times 1.4826: for normal values the standard deviation.</summary>
    /// <param name="values">At least one value.</param>
    /// <returns>The deviation; NaN for no values.</returns>
    public static double Mad(ReadOnlySpan<double> values) => MadInPlace(values.ToArray());

    /// <summary>As <see cref="Mad"/>, for values that may be overwritten; allocates nothing.</summary>
    /// <param name="values">At least one value; overwritten.</param>
    /// <returns>The deviation; NaN for no values.</returns>
    public static double MadInPlace(Span<double> values)
    {
        double median = MedianInPlace(values);
        for (int i = 0; i < values.Length; i++)
            values[i] = Math.Abs(values[i] - median);
        return NormalConsistency * MedianInPlace(values);
    }

    private static bool HasNaN(ReadOnlySpan<double> values)
    {
        foreach (double v in values)
        {
            if (double.IsNaN(v))
                return true;
        }

        return false;
    }

    /// <summary>Hoare's selection: afterwards values[k] is the k-th smallest, smaller ones stand before it.</summary>
    private static void Select(Span<double> values, int k)
    {
        int low = 0, high = values.Length - 1;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            double a = values[low], b = values[middle], c = values[high];
            double pivot = Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
            int i = low, j = high;
            while (i <= j)
            {
                while (values[i] < pivot)
                    i++;
                while (values[j] > pivot)
                    j--;
                if (i <= j)
                {
                    (values[i], values[j]) = (values[j], values[i]);
                    i++;
                    j--;
                }
            }

            if (k <= j)
                high = j;
            else if (k >= i)
                low = i;
            else
                return;
        }
    }
}
