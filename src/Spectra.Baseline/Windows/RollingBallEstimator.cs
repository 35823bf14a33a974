using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Rolling-ball baseline of one spectrum after the other.</summary>
/// <remarks>
/// <para>M. A. Kneen, H. J. Annegarn, Nucl. Instrum. Methods B 109, 209 (1996), doi:10.1016/0168-583X(95)00908-6.</para>
/// <para>
/// Windows count points: positions and variances are not used. Excluded points are taken to lie on the straight line between their neighbours. There are no weights: the output holds 1 for used points.
/// Owns its scratch memory, allocates nothing per estimate. Not thread-safe.
/// </para>
/// </remarks>
/// <example><code>
/// var estimator = new RollingBallEstimator(y.Length, new RollingBallOptions { HalfWindow = 30 });
/// BaselineInfo info = estimator.Estimate(y, baseline);
/// </code></example>
public sealed class RollingBallEstimator : BaselineEstimator<RollingBallOptions>
{
    // A moving sum is formed anew after so many points, so that its rounding cannot pile up.
    private const int FreshSum = 64;

    private readonly ScaledRow _row;
    private readonly MovingExtremum _extremum;
    private readonly EdgePadding _edges;
    private readonly double[] _eroded;
    private readonly double[] _opened;

    /// <summary>Makes an estimator.</summary>
    /// <param name="length">Number of points of every spectrum, at least 1.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public RollingBallEstimator(int length, RollingBallOptions? options = null)
        : base(length, options, RollingBallOptions.Set)
    {
        _row = new ScaledRow(length);
        _extremum = new MovingExtremum(length);
        _edges = new EdgePadding(length, length);
        _eroded = new double[length];
        _opened = new double[length];
    }

    private protected override BaselineInfo EstimateRow(RollingBallOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken)
    {
        RowStatus status = _row.Load(input, 1);
        if (status != RowStatus.Ok)
            return new BaselineInfo(status);
        _extremum.Smallest(_row.Y, options.HalfWindow, _eroded);
        _extremum.Largest(_eroded, options.HalfWindow, _opened);
        int s = Math.Min(options.SmoothHalfWindow ?? options.HalfWindow, Length);
        ReadOnlySpan<double> padded = _edges.Pad(_opened, s);
        double sum = 0;
        for (int i = 0; i < Length; i++)
        {
            if (i % FreshSum == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                sum = 0;
                foreach (double value in padded.Slice(i, (2 * s) + 1))
                    sum += value;
            }
            else
            {
                sum += padded[i + (2 * s)] - padded[i - 1];
            }

            output.Baseline[i] = sum / ((2 * s) + 1);
        }

        _row.Restore(output.Baseline);
        if (!output.Weights.IsEmpty)
            _row.Used.CopyTo(output.Weights);
        double range = _row.Max - _row.Min;
        return new BaselineInfo { Converged = true, ErrorEstimate = range > 0 ? FreshSum * Detrending.Epsilon * Math.Max(Math.Abs(_row.Max), Math.Abs(_row.Min)) / range : 0 };
    }
}
