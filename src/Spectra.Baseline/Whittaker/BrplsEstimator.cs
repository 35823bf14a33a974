using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Bayesian reweighted penalised least squares (BrPLS) baseline of one spectrum after the other.</summary>
/// <remarks>
/// <para>Whittaker smoothing with w the probability that a point is background: w = 1/(1 + √(π/2) β/(1 − β) σ/μ exp(u²)(1 + erf u)), u = (d/σ − σ/μ)/√2, σ the root mean square of the negative residuals, μ the mean of the positive ones, β the share of peak points, iterated until β = 1 − mean w. The result is the last baseline that differed from the one before by the tolerance.</para>
/// <para>Q. Wang et al., Nucl. Sci. Tech. 33, 148 (2022), doi:10.1007/s41365-022-01132-9.</para>
/// <para>
/// Positions and variances of the input are not used: λ counts points. Excluded points have weight 0. The iteration also ends where fewer than two points lie below
/// the baseline. Owns its scratch memory, allocates nothing per estimate. Not thread-safe.
/// </para>
/// </remarks>
/// <example><code>
/// var estimator = new BrplsEstimator(y.Length, new BrplsOptions { Lambda = 1e5 });
/// BaselineInfo info = estimator.Estimate(y, baseline);
/// </code></example>
public sealed class BrplsEstimator : BaselineEstimator<BrplsOptions>
{
    private readonly ReweightedLoop<BrplsOptions> _loop;

    /// <summary>Makes an estimator.</summary>
    /// <param name="length">Number of points of every spectrum, at least 1.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public BrplsEstimator(int length, BrplsOptions? options = null)
        : base(length, options, BrplsOptions.Set) => _loop = ReweightedLoop<BrplsOptions>.Plain(length, static row => new BrplsRule(row));

    private protected override BaselineInfo EstimateRow(BrplsOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken) =>
        _loop.Run(options, input, output, cancellationToken);
}
