using BigMap.Analysis.Numerics;
using BigMap.Analysis.Provenance.Internal;

namespace BigMap.Analysis.Provenance;

/// <summary>How a protocol is watched.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed record MonitorOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<MonitorOptions> Set { get; } = OptionSet.For(new MonitorOptions())
        .Number("weight", o => o.Weight, (o, v) => o with { Weight = v }, new("Weight", "Weight of the newest run in the moving average; small ones find slow drifts, 1 looks at single runs.") { Minimum = 0.01, Maximum = 1, Scale = OptionScale.Logarithmic })
        .Number("falseAlarmRate", o => o.FalseAlarmRate, (o, v) => o with { FalseAlarmRate = v }, new("False alarms", "False alarms per run while nothing changes.") { Minimum = 1e-6, Maximum = 0.1, Scale = OptionScale.Logarithmic })
        .OptionalNumber("centre", o => o.Centre, (o, v) => o with { Centre = v }, new("Centre", "Known mean of the figure.") { NullMeaning = "learnt from the runs" })
        .OptionalNumber("standardDeviation", o => o.StandardDeviation, (o, v) => o with { StandardDeviation = v }, new("Standard deviation", "Known standard deviation of the figure between runs.") { Minimum = 0, MinimumExcluded = true, NullMeaning = "learnt from the runs" })
        .Rule(o => o.Centre is null != o.StandardDeviation is null ? "centre and standardDeviation are given together, or not at all." : null);

    /// <summary>Weight of the newest run in the moving average, 0.01 to 1. Default 0.2.</summary>
    public double Weight { get; init; } = 0.2;

    /// <summary>False alarms per run while nothing changes, 1e-6 to 0.1; the limits are computed from it. Default 0.002, one in 500 runs.</summary>
    public double FalseAlarmRate { get; init; } = 0.002;

    /// <summary>Known mean of the figure, in its unit. Default null: learnt from the runs.</summary>
    public double? Centre { get; init; }

    /// <summary>Known standard deviation between runs. Default null: learnt from the runs.</summary>
    public double? StandardDeviation { get; init; }

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option cannot be used.</exception>
    public void Validate() => Set.Validate(this);
}

/// <summary>What the monitor makes of a figure.</summary>
/// <param name="Scores">For each run: how far its value is from those before it, as a standard normal deviate; NaN for the first two and for missing values.</param>
/// <param name="Average">For each run: the moving average of the scores.</param>
/// <param name="Limit">The average raises the alarm when it leaves ±Limit.</param>
/// <param name="Alarms">Runs that raised the alarm, from 0.</param>
/// <param name="Trend">Slope of the figure per run by least squares; NaN for fewer than three values.</param>
/// <param name="TrendError">Its standard error.</param>
public sealed record MonitorResult(IReadOnlyList<double> Scores, IReadOnlyList<double> Average, double Limit, IReadOnlyList<int> Alarms, double Trend, double TrendError);

/// <summary>Watches a key figure of a protocol from run to run, and raises an alarm when it leaves its band.</summary>
/// <remarks>
/// Self-starting chart: each run is compared with the mean and standard deviation of the runs before it; Student's t of the comparison, taken as a normal
/// deviate, is independent of the others and exactly standard normal while nothing changes (D. M. Hawkins, The Statistician 36, 299 (1987),
/// doi:10.2307/2348827), so no runs have to be set aside to learn the band. Exponentially weighted moving average with the limit for which the
/// average number of runs to a false alarm is 1/rate (Markov chain of D. Brook, D. A. Evans, Biometrika 59, 539 (1972), doi:10.1093/biomet/59.3.539;
/// J. M. Lucas, M. S. Saccucci, Technometrics 32, 1 (1990), doi:10.1080/00401706.1990.10484583). After an alarm the average begins anew and
/// the runs since it began to move are not learnt from.
/// </remarks>
public static class ProtocolMonitor
{
    private const double LargestScore = 8;

    /// <summary>Looks at all runs until now.</summary>
    /// <param name="values">The figure of each run, in order; NaN for none.</param>
    /// <param name="options">Weight, false-alarm rate, known band; null for the defaults.</param>
    /// <returns>Scores, average, limit, alarms, trend.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public static MonitorResult Watch(ReadOnlySpan<double> values, MonitorOptions? options = null)
    {
        options ??= new MonitorOptions();
        options.Validate();
        double limit = EwmaDesign.Limit(options.Weight, options.FalseAlarmRate);
        var scores = new double[values.Length];
        var average = new double[values.Length];
        var alarms = new List<int>();
        var learnt = new List<double>();
        double ewma = 0;
        int since = 0;
        for (int i = 0; i < values.Length; i++)
        {
            scores[i] = !double.IsFinite(values[i]) ? double.NaN : options.Centre is { } centre ? Clamp((values[i] - centre) / options.StandardDeviation!.Value) : Score(values[i], learnt);
            if (double.IsFinite(values[i]))
                learnt.Add(values[i]);
            if (double.IsFinite(scores[i]))
            {
                double before = ewma;
                ewma = ((1 - options.Weight) * ewma) + (options.Weight * scores[i]);
                if (Math.Sign(before) != Math.Sign(ewma))
                    since = learnt.Count - 1;
            }

            average[i] = ewma;
            if (Math.Abs(ewma) <= limit)
                continue;
            alarms.Add(i);
            if (learnt.Count > since && since >= 3)
                learnt.RemoveRange(since, learnt.Count - since);
            ewma = 0;
            since = learnt.Count;
        }

        (double slope, double error) = Trend(values);
        return new MonitorResult(scores, average, limit, alarms, slope, error);
    }

    // Student's t with n − 2 degrees of freedom of the n-th value against the n − 1 before it.
    private static double Score(double value, List<double> before)
    {
        int n = before.Count;
        if (n < 2)
            return double.NaN;
        Span<double> earlier = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(before);
        double mean = Statistics.Mean(earlier), s = Statistics.StandardDeviation(earlier);
        if (s == 0)
            return value == mean ? 0 : Math.CopySign(LargestScore, value - mean);
        double t = (value - mean) / (s * Math.Sqrt(1 + (1.0 / n)));
        return Clamp(Math.CopySign(-Distributions.NormalQuantile(Math.Max(Distributions.StudentTCdf(-Math.Abs(t), n - 1), double.Epsilon)), t));
    }

    private static double Clamp(double score) => double.IsNaN(score) ? score : Math.Clamp(score, -LargestScore, LargestScore);

    private static (double Slope, double Error) Trend(ReadOnlySpan<double> values)
    {
        var x = new List<double>();
        var y = new List<double>();
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
                continue;
            x.Add(i);
            y.Add(values[i]);
        }

        if (x.Count < 3)
            return (double.NaN, double.NaN);
        double meanX = x.Sum() / x.Count, meanY = y.Sum() / y.Count, xx = 0, xy = 0, rest = 0;
        for (int i = 0; i < x.Count; i++)
        {
            xx += (x[i] - meanX) * (x[i] - meanX);
            xy += (x[i] - meanX) * (y[i] - meanY);
        }

        double slope = xy / xx;
        for (int i = 0; i < x.Count; i++)
            rest += Math.Pow(y[i] - meanY - (slope * (x[i] - meanX)), 2);
        return (slope, Math.Sqrt(rest / (x.Count - 2) / xx));
    }
}
