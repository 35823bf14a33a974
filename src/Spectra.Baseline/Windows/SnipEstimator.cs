using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>SNIP baseline of one spectrum after the other.</summary>
/// <remarks>
/// <para>C. G. Ryan et al., Nucl. Instrum. Methods B 34, 396 (1988), doi:10.1016/0168-583X(88)90063-8; M. Morháč, V. Matoušek, Appl. Spectrosc. 62, 91 (2008), doi:10.1366/000370208783412762.</para>
/// <para>
/// Windows count points: positions and variances are not used. Excluded points are taken to lie on the straight line between their neighbours. There are no weights: the output holds 1 for used points.
/// Owns its scratch memory, allocates nothing per estimate. Not thread-safe.
/// </para>
/// </remarks>
/// <example><code>
/// var estimator = new SnipEstimator(y.Length, new SnipOptions { HalfWindow = 30 });
/// BaselineInfo info = estimator.Estimate(y, baseline);
/// </code></example>
public sealed class SnipEstimator : BaselineEstimator<SnipOptions>
{
    private readonly ScaledRow _row;
    private readonly EdgePadding _edges;
    private readonly double[] _filtered;

    /// <summary>Makes an estimator.</summary>
    /// <param name="length">Number of points of every spectrum, at least 1.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public SnipEstimator(int length, SnipOptions? options = null)
        : base(length, options, SnipOptions.Set)
    {
        _row = new ScaledRow(length);
        _edges = new EdgePadding(length, LargestWindow);
        _filtered = new double[length + (2 * LargestWindow)];
    }

    private int LargestWindow => (Length - 1) / 2;

    private protected override BaselineInfo EstimateRow(SnipOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken)
    {
        RowStatus status = _row.Load(input, 3);
        if (status != RowStatus.Ok)
            return new BaselineInfo(status);
        int m = Math.Min(options.HalfWindow, LargestWindow);
        Span<double> z = _edges.Pad(_row.Y, m), filtered = _filtered.AsSpan(0, z.Length);
        for (int pass = 1; pass <= m; pass++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int k = options.Decreasing ? m + 1 - pass : pass;
            for (int i = k; i < z.Length - k; i++)
                filtered[i] = Math.Min(z[i], Filter(z, i, k, options.FilterOrder));
            filtered[k..^k].CopyTo(z[k..^k]);
        }

        z.Slice(m, Length).CopyTo(output.Baseline);
        _row.Restore(output.Baseline);
        if (!output.Weights.IsEmpty)
            _row.Used.CopyTo(output.Weights);
        double range = _row.Max - _row.Min;
        return new BaselineInfo { Converged = true, ErrorEstimate = range > 0 ? 2 * Detrending.Epsilon * Math.Max(Math.Abs(_row.Max), Math.Abs(_row.Min)) / range : 0 };
    }

    /// <summary>The largest of the interpolations of order 2 up to the given one: each reproduces a polynomial of a degree below its order.</summary>
    private static double Filter(ReadOnlySpan<double> z, int i, int k, int order)
    {
        double ends = z[i - k] + z[i + k], value = ends / 2;
        if (order >= 4)
            value = Math.Max(value, ((4 * Pair(z, i, k / 2)) - ends) / 6);
        if (order >= 6)
            value = Math.Max(value, (ends - (6 * Pair(z, i, 2 * k / 3)) + (15 * Pair(z, i, k / 3))) / 20);
        if (order >= 8)
            value = Math.Max(value, ((8 * Pair(z, i, 3 * k / 4)) - ends - (28 * Pair(z, i, k / 2)) + (56 * Pair(z, i, k / 4))) / 70);
        return value;
    }

    private static double Pair(ReadOnlySpan<double> z, int i, int k) => z[i - k] + z[i + k];
}
