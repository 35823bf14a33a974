using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Locally symmetric reweighted penalised least squares (LSRPLS) baseline of one spectrum after the other.</summary>
/// <remarks>
/// <para>Whittaker smoothing with w = ½(1 − s/(1 + |s|)), s = 10ᵗ(d − (2σ − m))/σ in iteration t (at most 100), m and σ of the negative residuals.</para>
/// <para>Z. Heng et al., Chin. J. Lasers 45, 1211001 (2018), doi:10.3788/CJL201845.1211001.</para>
/// <para>
/// Positions and variances of the input are not used: λ counts points. Excluded points have weight 0. The iteration also ends where fewer than two points lie below
/// the baseline. Owns its scratch memory, allocates nothing per estimate. Not thread-safe.
/// </para>
/// </remarks>
/// <example><code>
/// var estimator = new LsrplsEstimator(y.Length, new LsrplsOptions { Lambda = 1e5 });
/// BaselineInfo info = estimator.Estimate(y, baseline);
/// </code></example>
public sealed class LsrplsEstimator : BaselineEstimator<LsrplsOptions>
{
    private readonly ReweightedLoop<LsrplsOptions> _loop;

    /// <summary>Makes an estimator.</summary>
    /// <param name="length">Number of points of every spectrum, at least 1.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public LsrplsEstimator(int length, LsrplsOptions? options = null)
        : base(length, options, LsrplsOptions.Set) => _loop = ReweightedLoop<LsrplsOptions>.Plain(length, static row => new LsrplsRule(row));

    private protected override BaselineInfo EstimateRow(LsrplsOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken) =>
        _loop.Run(options, input, output, cancellationToken);
}
