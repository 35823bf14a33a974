using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Adaptive iteratively reweighted penalised least squares (airPLS) baseline of one spectrum after the other.</summary>
/// <remarks>
/// <para>Whittaker smoothing with w = 0 above the baseline and exp(t |dᵢ| / Σ|d⁻|) below it in iteration t (at most 50), d = y − z, d⁻ the negative ones. Ends when Σ|d⁻| is below the tolerance times Σ|y|: adding a constant to the data changes when it stops.</para>
/// <para>Z.-M. Zhang, S. Chen, Y.-Z. Liang, Analyst 135, 1138 (2010), doi:10.1039/B922045C.</para>
/// <para>
/// Positions and variances of the input are not used: λ counts points. Excluded points have weight 0. The iteration also ends where fewer than two points lie below
/// the baseline. Owns its scratch memory, allocates nothing per estimate. Not thread-safe.
/// </para>
/// </remarks>
/// <example><code>
/// var estimator = new AirplsEstimator(y.Length, new AirplsOptions { Lambda = 1e6 });
/// BaselineInfo info = estimator.Estimate(y, baseline);
/// </code></example>
public sealed class AirplsEstimator : BaselineEstimator<AirplsOptions>
{
    private readonly ReweightedLoop<AirplsOptions> _loop;

    /// <summary>Makes an estimator.</summary>
    /// <param name="length">Number of points of every spectrum, at least 1.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public AirplsEstimator(int length, AirplsOptions? options = null)
        : base(length, options, AirplsOptions.Set) => _loop = ReweightedLoop<AirplsOptions>.Plain(length, static row => new AirplsRule(row));

    private protected override BaselineInfo EstimateRow(AirplsOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken) =>
        _loop.Run(options, input, output, cancellationToken);
}
