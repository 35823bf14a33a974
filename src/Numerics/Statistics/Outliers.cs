namespace BigMap.Analysis.Numerics;

/// <summary>How the distance of a value from the others is measured.</summary>
public enum OutlierRule : byte
{
    /// <summary>Modified z-score, |x − median|/(1.4826 MAD): not moved by the outliers themselves. Usual limit 3.5 (B. Iglewicz, D. C. Hoaglin, How to Detect and Handle Outliers, 1993).</summary>
    Mad,

    /// <summary>|x − mean|/s with n − 1 degrees of freedom. Usual limit 3; among n values no score is above (n − 1)/√n.</summary>
    ZScore,

    /// <summary>Distance outside the quartiles in interquartile ranges. Usual limit 1.5 (J. W. Tukey, Exploratory Data Analysis, 1977).</summary>
    Iqr,
}

/// <summary>Scores that say how far each value lies from the others.</summary>
/// <remarks>
/// NaN is left out and has the score NaN; an infinity is left out and has the score +∞. Where more than half of the values are equal, the MAD is 0 and 1.2533 × the mean absolute deviation takes its
/// place (Iglewicz and Hoaglin). Where the scale is 0 all the same, a value that equals the centre has the score 0, another one +∞. Thread-safe.
/// </remarks>
/// <example><code>
/// var scores = new double[values.Length];
/// Outliers.Score(values, OutlierRule.Mad, scores); // outliers: scores above 3.5
/// </code></example>
public static class Outliers
{
    // √(π/2): makes the mean absolute deviation of normal values their standard deviation.
    private const double MeanDeviationConsistency = 1.2533141373155003;

    /// <summary>The usual limit of a rule: 3.5 for MAD, 3 for z-scores, 1.5 for the interquartile range.</summary>
    /// <param name="rule">The rule.</param>
    /// <returns>The limit; a score above it is an outlier.</returns>
    public static double UsualLimit(OutlierRule rule) => rule switch
    {
        OutlierRule.Mad => 3.5,
        OutlierRule.ZScore => 3,
        _ => 1.5,
    };

    /// <summary>Scores every value.</summary>
    /// <param name="values">The values.</param>
    /// <param name="rule">How distance is measured.</param>
    /// <param name="scores">Receives one score per value, 0 or more.</param>
    /// <exception cref="ArgumentException">There is not one place per value.</exception>
    public static void Score(ReadOnlySpan<double> values, OutlierRule rule, Span<double> scores)
    {
        if (values.Length != scores.Length)
            throw new ArgumentException($"There are {values.Length} values but room for {scores.Length} scores.", nameof(scores));
        double[] finite = new double[values.Length];
        int n = 0;
        foreach (double v in values)
        {
            if (double.IsFinite(v))
                finite[n++] = v;
        }

        Description d = new DescriptiveStatistics().Describe(finite.AsSpan(0, n));
        double centre = rule == OutlierRule.ZScore ? d.Mean : d.Median;
        double scale = rule switch { OutlierRule.Mad => d.Mad, OutlierRule.ZScore => d.StandardDeviation, _ => d.InterquartileRange };
        if (rule == OutlierRule.Mad && scale == 0)
        {
            var sum = default(CompensatedSum);
            foreach (double v in finite.AsSpan(0, n))
                sum.Add(Math.Abs(v - centre));

            scale = MeanDeviationConsistency * sum.Value / d.Count;
        }

        for (int i = 0; i < values.Length; i++)
        {
            double distance = rule == OutlierRule.Iqr ? Math.Max(0, Math.Max(d.LowerQuartile - values[i], values[i] - d.UpperQuartile)) : Math.Abs(values[i] - centre);
            scores[i] = !double.IsFinite(values[i]) ? Math.Abs(values[i]) : distance == 0 ? 0 : distance / scale;
        }
    }
}
