namespace BigMap.Analysis.Numerics;

/// <summary>What a set of numbers looks like; made by <see cref="DescriptiveStatistics"/>, which gives every definition.</summary>
/// <param name="Count">Numbers that were used, n.</param>
/// <param name="Missing">NaN among the values; they are left out.</param>
/// <param name="Mean">Arithmetic mean, x̄.</param>
/// <param name="Variance">Σ(x − x̄)²/(n − 1).</param>
/// <param name="Minimum">Smallest value.</param>
/// <param name="LowerQuartile">Quantile at 1/4.</param>
/// <param name="Median">Quantile at 1/2.</param>
/// <param name="UpperQuartile">Quantile at 3/4.</param>
/// <param name="Maximum">Largest value.</param>
/// <param name="RawMad">Median of |x − median|, not scaled.</param>
/// <param name="Skewness">m₃/m₂^(3/2), with mₖ = Σ(x − x̄)ᵏ/n; 0 for symmetric values.</param>
/// <param name="Kurtosis">m₄/m₂² − 3 (excess); 0 for normal values.</param>
public readonly record struct Description(
    int Count,
    int Missing,
    double Mean,
    double Variance,
    double Minimum,
    double LowerQuartile,
    double Median,
    double UpperQuartile,
    double Maximum,
    double RawMad,
    double Skewness,
    double Kurtosis)
{
    /// <summary>The square root of <see cref="Variance"/>.</summary>
    public double StandardDeviation => Math.Sqrt(Variance);

    /// <summary>Upper less lower quartile.</summary>
    public double InterquartileRange => UpperQuartile - LowerQuartile;

    /// <summary><see cref="RawMad"/> times 1.4826, the standard deviation of normal values; the same as <see cref="Statistics.Mad"/>.</summary>
    public double Mad => Statistics.NormalConsistency * RawMad;
}

/// <summary>Describes sets of numbers: one workspace for any number of sets, which allocates nothing once it has seen the longest.</summary>
/// <remarks>
/// NaN counts as missing and is left out. Quantiles interpolate linearly at (n − 1)p of the sorted values (type 7,
/// doi:10.1080/00031305.1996.10473566). Moments are taken about the mean of a first pass, summed with compensation (A. Neumaier,
/// doi:10.1002/zamm.19740540106) and corrected for the rounding of that mean, so that digits do not depend on an offset: 1e-12 relative at a
/// mean of 1e9 standard deviations. Values are scaled by a power of two first: moments neither overflow nor vanish. Without values every
/// number is NaN; variance, skewness and kurtosis need two values, the last two values that differ. An infinity makes NaN of mean and moments. Not
/// thread-safe.
/// </remarks>
/// <example><code>
/// var statistics = new DescriptiveStatistics();
/// for (int row = 0; row &lt; series.Count; row++)
///     Console.WriteLine(statistics.Describe(series[row]).Median);
/// </code></example>
public sealed class DescriptiveStatistics
{
    private double[] _values = [];

    /// <summary>Describes a set of numbers.</summary>
    /// <param name="values">The numbers, not changed; NaN is missing.</param>
    /// <returns>The description.</returns>
    public Description Describe(ReadOnlySpan<double> values)
    {
        if (_values.Length < values.Length)
            _values = new double[values.Length];
        int n = 0;
        double largest = 0, min = double.PositiveInfinity, max = double.NegativeInfinity;
        foreach (double v in values)
        {
            if (double.IsNaN(v))
                continue;
            _values[n++] = v;
            largest = Math.Max(largest, Math.Abs(v));
            min = Math.Min(min, v);
            max = Math.Max(max, v);
        }

        int missing = values.Length - n;
        if (n == 0)
            return new Description(0, missing, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
        Span<double> x = _values.AsSpan(0, n);
        (double mean, double variance, double skewness, double kurtosis) = double.IsFinite(largest)
            ? Moments(x, largest, min == max)
            : (double.NaN, double.NaN, double.NaN, double.NaN);
        double q1 = Statistics.QuantileInPlace(x, 0.25), median = Statistics.MedianInPlace(x), q3 = Statistics.QuantileInPlace(x, 0.75);
        for (int i = 0; i < n; i++)
            x[i] = x[i] == median ? 0 : Math.Abs(x[i] - median);
        return new Description(n, missing, mean, variance, min, q1, median, q3, max, Statistics.MedianInPlace(x), skewness, kurtosis);
    }

    private static (double Mean, double Variance, double Skewness, double Kurtosis) Moments(ReadOnlySpan<double> x, double largest, bool constant)
    {
        int n = x.Length;
        if (constant)
            return (x[0], n > 1 ? 0 : double.NaN, double.NaN, double.NaN);
        int exponent = Math.ILogB(largest);
        var sum = default(CompensatedSum);
        foreach (double v in x)
            sum.Add(Math.ScaleB(v, -exponent));
        double mean = sum.Value / n;

        // A second power of two for the deviations, which can be much smaller than the values.
        double widest = 0;
        foreach (double v in x)
            widest = Math.Max(widest, Math.Abs(Math.ScaleB(v, -exponent) - mean));
        int width = Math.ILogB(widest);
        CompensatedSum s1 = default, s2 = default, s3 = default, s4 = default;
        foreach (double v in x)
        {
            double d = Math.ScaleB(Math.ScaleB(v, -exponent) - mean, -width), square = d * d;
            s1.Add(d);
            s2.Add(square);
            s3.Add(d * square);
            s4.Add(square * square);
        }

        // Moments about the exact mean, which lies δ above the rounded one.
        double delta = s1.Value / n, a2 = s2.Value / n, a3 = s3.Value / n, a4 = s4.Value / n, d2 = delta * delta;
        double m2 = a2 - d2, m3 = a3 - (3 * delta * a2) + (2 * delta * d2), m4 = a4 - (4 * delta * a3) + (6 * d2 * a2) - (3 * d2 * d2);
        return (
            Math.ScaleB(mean + Math.ScaleB(delta, width), exponent),
            Math.ScaleB(m2 * n / (n - 1), 2 * (exponent + width)),
            m3 / (m2 * Math.Sqrt(m2)),
            (m4 / (m2 * m2)) - 3);
    }
}
