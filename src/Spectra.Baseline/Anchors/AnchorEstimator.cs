using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Baseline through anchor points of one spectrum after the other.</summary>
/// <remarks>
/// <para>z runs through the mean intensity around every anchor, at the mean position of the points that were averaged; beyond the first and last anchor it goes on straight. PCHIP: F. N. Fritsch, J. Butland, SIAM J. Sci. Stat. Comput. 5, 300 (1984), doi:10.1137/0905021.</para>
/// <para>
/// Positions are used, variances are not. An anchor without a usable point around it gives the status TooFewPoints, anchors that share their points give Singular. The weights in the output are 1 for points that were averaged.
/// Owns its scratch memory, allocates nothing per estimate. Not thread-safe.
/// </para>
/// </remarks>
/// <example><code>
/// var estimator = new AnchorEstimator(y.Length, new AnchorOptions { Points = [600, 850, 1700], HalfWidth = 10 });
/// BaselineInfo info = estimator.Estimate(y, baseline);
/// </code></example>
public sealed class AnchorEstimator : BaselineEstimator<AnchorOptions>
{
    private readonly ScaledRow _row;
    private AnchorCurve _curve;

    /// <summary>Makes an estimator.</summary>
    /// <param name="length">Number of points of every spectrum, at least 1.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public AnchorEstimator(int length, AnchorOptions? options = null)
        : base(length, options, AnchorOptions.Set)
    {
        _row = new ScaledRow(length);
        _curve = new AnchorCurve(Math.Max(2, (options ?? AnchorOptions.Set.Default).Points.Count));
    }

    private protected override BaselineInfo EstimateRow(AnchorOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken)
    {
        RowStatus status = _row.Load(input, 1);
        if (status != RowStatus.Ok)
            return new BaselineInfo(status);
        int count = Math.Max(2, options.Points.Count);
        if (count > _curve.Capacity)
            _curve = new AnchorCurve(count);
        status = _curve.Load(_row, options);
        if (status != RowStatus.Ok)
            return new BaselineInfo(status);
        ReadOnlySpan<double> x = _row.X;
        for (int i = 0; i < Length; i++)
            output.Baseline[i] = _curve.At(x[i]);
        _row.Restore(output.Baseline);
        if (!output.Weights.IsEmpty)
            _curve.Weights(_row, options, output.Weights);
        double range = _row.Max - _row.Min;
        return new BaselineInfo { Converged = true, ErrorEstimate = range > 0 ? 4 * Detrending.Epsilon * Math.Max(Math.Abs(_row.Max), Math.Abs(_row.Min)) / range : 0 };
    }
}
