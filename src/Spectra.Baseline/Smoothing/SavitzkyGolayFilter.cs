namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Savitzky–Golay smoothing and derivatives of one spectrum after the other, for points at any distances.</summary>
/// <remarks>
/// <para>A. Savitzky, M. J. E. Golay, Anal. Chem. 36, 1627 (1964), doi:10.1021/ac60214a047; unequal distances: P. A. Gorry, Anal. Chem. 63, 534 (1991), doi:10.1021/ac00005a031.</para>
/// <para>Var zᵢ = Σ cᵢⱼ² Var yⱼ, exact; what neighbouring points then have in common is not kept. Owns its coefficients, one set per point of the axis; not thread-safe.</para>
/// </remarks>
/// <example><code>
/// var filter = new SavitzkyGolayFilter(axis, new SavitzkyGolayOptions { HalfWindow = 7 });
/// RowStatus status = filter.Process(y, variance, smooth, smoothVariance);
/// </code></example>
public sealed class SavitzkyGolayFilter : RowFilter<SavitzkyGolayOptions>
{
    private double[] _coefficients = [];
    private SavitzkyGolayOptions? _present;

    /// <summary>Makes a filter.</summary>
    /// <param name="axis">The axis of every spectrum.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public SavitzkyGolayFilter(Axis axis, SavitzkyGolayOptions? options = null)
        : base(axis, options, SavitzkyGolayOptions.Set) => Prepare(options ?? SavitzkyGolayOptions.Set.Default);

    private protected override RowStatus ProcessRow(SavitzkyGolayOptions options, ReadOnlySpan<double> intensity, ReadOnlySpan<double> variance, Span<double> result, Span<double> resultVariance, out double value)
    {
        value = double.NaN;
        int width = (2 * options.HalfWindow) + 1;
        if (Axis.Length < width)
            return RowStatus.TooFewPoints;
        Prepare(options);
        for (int i = 0; i < result.Length; i++)
        {
            int start = Start(i, width);
            ReadOnlySpan<double> c = _coefficients.AsSpan(i * width, width), y = intensity.Slice(start, width);

            // About the point itself: the coefficients of a derivative sum to 0, those of smoothing to 1.
            double sum = 0, level = intensity[i];
            for (int j = 0; j < width; j++)
                sum += c[j] * (y[j] - level);
            result[i] = options.Derivative == 0 ? level + sum : sum;
            if (variance.IsEmpty)
                continue;
            ReadOnlySpan<double> v = variance.Slice(start, width);
            double squares = 0;
            for (int j = 0; j < width; j++)
                squares += c[j] * c[j] * v[j];
            resultVariance[i] = squares;
        }

        return RowStatus.Ok;
    }

    private int Start(int i, int width) => Math.Clamp(i - (width / 2), 0, Axis.Length - width);

    private void Prepare(SavitzkyGolayOptions options)
    {
        if (options == _present)
            return;
        int width = (2 * options.HalfWindow) + 1, terms = options.Order + 1;
        if (Axis.Length < width)
            return;
        _present = options;
        _coefficients = new double[Axis.Length * width];
        ReadOnlySpan<double> x = Axis.Values;
        double[] q = new double[terms * width], r = new double[terms * terms], u = new double[width], unit = new double[terms];
        double factorial = 1;
        for (int k = 2; k <= options.Derivative; k++)
            factorial *= k;
        for (int i = 0; i < Axis.Length; i++)
        {
            ReadOnlySpan<double> window = x.Slice(Start(i, width), width);
            double scale = Math.Max(window[^1] - x[i], x[i] - window[0]);
            for (int j = 0; j < width; j++)
                u[j] = (window[j] - x[i]) / scale;
            Orthonormalise(u, terms, q, r);

            // a = R⁻¹Qᵀy are the coefficients of powers about the point; row k of R⁻¹Qᵀ is Q R⁻ᵀ e_k.
            Array.Clear(unit);
            unit[options.Derivative] = 1;
            for (int k = 0; k < terms; k++)
            {
                for (int l = 0; l < k; l++)
                    unit[k] -= r[(l * terms) + k] * unit[l];
                unit[k] /= r[(k * terms) + k];
            }

            double factor = factorial / Math.Pow(scale, options.Derivative);
            Span<double> c = _coefficients.AsSpan(i * width, width);
            for (int j = 0; j < width; j++)
            {
                double sum = 0;
                for (int k = 0; k < terms; k++)
                    sum += q[(k * width) + j] * unit[k];
                c[j] = factor * sum;
            }
        }
    }

    /// <summary>Powers of u = Q R, by Gram–Schmidt, twice.</summary>
    private static void Orthonormalise(double[] u, int terms, double[] q, double[] r)
    {
        int width = u.Length;
        Array.Clear(r);
        for (int k = 0; k < terms; k++)
        {
            Span<double> column = q.AsSpan(k * width, width);
            for (int j = 0; j < width; j++)
                column[j] = Math.Pow(u[j], k);
            for (int pass = 0; pass < 2; pass++)
            {
                for (int l = 0; l < k; l++)
                {
                    ReadOnlySpan<double> before = q.AsSpan(l * width, width);
                    double overlap = 0;
                    for (int j = 0; j < width; j++)
                        overlap += before[j] * column[j];
                    r[(l * terms) + k] += overlap;
                    for (int j = 0; j < width; j++)
                        column[j] -= overlap * before[j];
                }
            }

            double squares = 0;
            foreach (double v in column)
                squares += v * v;
            double norm = Math.Sqrt(squares);
            r[(k * terms) + k] = norm;
            for (int j = 0; j < width; j++)
                column[j] /= norm;
        }
    }
}
