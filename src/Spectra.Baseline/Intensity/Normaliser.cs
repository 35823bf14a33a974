namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Normalisation of one spectrum after the other.</summary>
/// <remarks>
/// <para>
/// y′ = T y/F(y), or T (y − μ)/s for the standard normal variate. The factor comes from the data, so Var y′ᵢ = Σⱼ (∂y′ᵢ/∂yⱼ)² Var yⱼ, to first order: a point that decides the factor
/// itself has less variance than y/F alone would suggest. What points then have in common is not kept.
/// </para>
/// <para>An area or maximum that is not above 0, and a constant row, give <see cref="RowStatus.Singular"/>. Not thread-safe.</para>
/// </remarks>
/// <example><code>
/// var normaliser = new Normaliser(axis, new NormalisationOptions { Kind = NormalisationKind.Area });
/// RowStatus status = normaliser.Process(y, variance, scaled, scaledVariance);
/// </code></example>
public sealed class Normaliser : RowFilter<NormalisationOptions>
{
    private readonly double[] _gradient;

    /// <summary>Makes a normaliser.</summary>
    /// <param name="axis">The axis of every spectrum.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public Normaliser(Axis axis, NormalisationOptions? options = null)
        : base(axis, options, NormalisationOptions.Set) => _gradient = new double[axis.Length];

    internal static (int Start, int Length) Interval(Axis axis, NormalisationOptions options) =>
        axis.IndexRange(options.From ?? double.NegativeInfinity, options.To ?? double.PositiveInfinity).GetOffsetAndLength(axis.Length);

    private protected override RowStatus ProcessRow(NormalisationOptions options, ReadOnlySpan<double> intensity, ReadOnlySpan<double> variance, Span<double> result, Span<double> resultVariance, out double value)
    {
        value = double.NaN;
        (int start, int length) = Interval(Axis, options);
        if (length < (options.Kind is NormalisationKind.Area or NormalisationKind.Snv ? 2 : 1))
            return RowStatus.TooFewPoints;
        ReadOnlySpan<double> y = intensity.Slice(start, length), v = variance.IsEmpty ? default : variance.Slice(start, length);
        Span<double> g = _gradient.AsSpan(0, length);
        if (options.Kind == NormalisationKind.Snv)
            return Snv((options.Target, start), intensity, variance, new Inside(y, v), new Results(result, resultVariance), out value);
        double factor = Factor(options.Kind, Axis.Values.Slice(start, length), y, g);
        if (!(factor > 0) || !double.IsFinite(factor))
            return double.IsNaN(factor) || double.IsPositiveInfinity(factor) ? RowStatus.NotFinite : RowStatus.Singular;
        double scale = options.Target / factor, common = 0;
        value = scale;
        for (int j = 0; j < v.Length; j++)
            common += g[j] / factor * (g[j] / factor) * v[j];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = intensity[i] * scale;
            if (variance.IsEmpty)
                continue;
            double slope = i >= start && i < start + length ? g[i - start] : 0, relative = slope * intensity[i] / factor;
            resultVariance[i] = scale * scale * Math.Max(0, ((1 - (2 * relative)) * variance[i]) + (intensity[i] * intensity[i] * common));
        }

        return RowStatus.Ok;
    }

    /// <summary>F and its derivatives.</summary>
    private static double Factor(NormalisationKind kind, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> gradient)
    {
        gradient.Clear();
        double factor = 0;
        switch (kind)
        {
            case NormalisationKind.Area:
                for (int j = 1; j < y.Length; j++)
                {
                    double half = 0.5 * (x[j] - x[j - 1]);
                    gradient[j - 1] += half;
                    gradient[j] += half;
                }

                for (int j = 0; j < y.Length; j++)
                    factor += gradient[j] * y[j];
                return factor;
            case NormalisationKind.Maximum:
                int at = 0;
                for (int j = 1; j < y.Length; j++)
                    at = y[j] > y[at] ? j : at;
                gradient[at] = 1;
                return y[at];
            default:
                double largest = 0;
                foreach (double value in y)
                    largest = Math.Max(largest, Math.Abs(value));
                if (largest == 0)
                    return 0;
                foreach (double value in y)
                    factor += value / largest * (value / largest);
                factor = largest * Math.Sqrt(factor);
                for (int j = 0; j < y.Length; j++)
                    gradient[j] = y[j] / factor;
                return factor;
        }
    }

    private static RowStatus Snv(
        (double Target, int Start) how,
        ReadOnlySpan<double> intensity,
        ReadOnlySpan<double> variance,
        in Inside inside,
        in Results results,
        out double value)
    {
        value = double.NaN;
        int n = inside.Y.Length;
        double mean = Numerics.Statistics.Mean(inside.Y), deviation = Numerics.Statistics.StandardDeviation(inside.Y);
        if (!double.IsFinite(deviation))
            return RowStatus.NotFinite;
        if (!(deviation > 1e-15 * Math.Abs(mean)))
            return RowStatus.Singular;
        value = how.Target / deviation;
        double a = 0, b = 0, c = 0;
        for (int j = 0; j < inside.V.Length; j++)
        {
            double u = (inside.Y[j] - mean) / deviation;
            a += inside.V[j];
            b += u * inside.V[j];
            c += u * u * inside.V[j];
        }

        // ∂y′ᵢ/∂yⱼ = (δᵢⱼ − 1/n − uᵢuⱼ/(n − 1)) / s for j in the interval.
        for (int i = 0; i < results.Y.Length; i++)
        {
            double u = (intensity[i] - mean) / deviation;
            results.Y[i] = how.Target * u;
            if (variance.IsEmpty)
                continue;
            double own = i >= how.Start && i < how.Start + n ? (1.0 / n) + (u * u / (n - 1)) : 0;
            double common = (a / ((double)n * n)) + (2 * u * b / ((double)n * (n - 1))) + (u * u * c / ((double)(n - 1) * (n - 1)));
            results.V[i] = value * value * Math.Max(0, ((1 - (2 * own)) * variance[i]) + common);
        }

        return RowStatus.Ok;
    }

    private readonly ref struct Inside(ReadOnlySpan<double> y, ReadOnlySpan<double> v)
    {
        public ReadOnlySpan<double> Y { get; } = y;

        public ReadOnlySpan<double> V { get; } = v;
    }

    private readonly ref struct Results(Span<double> y, Span<double> v)
    {
        public Span<double> Y { get; } = y;

        public Span<double> V { get; } = v;
    }
}
