using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Derivative peak-screening asymmetric least squares (derpsalsa) baseline of one spectrum after the other.</summary>
/// <remarks>
/// <para>Whittaker smoothing with w = s p exp(−(d/k)²/2) above the baseline and s(1 − p) below it, d = y − z; s = exp(−(y′/rms y′)²/2) exp(−(y″/rms y″)²/2) from the data smoothed 16 times: points on flanks and summits count little, whatever the baseline.</para>
/// <para>V. I. Korepanov, J. Raman Spectrosc. 51, 2061 (2020), doi:10.1002/jrs.5952.</para>
/// <para>
/// Positions and variances of the input are not used: λ counts points. Excluded points have weight 0. Owns its scratch memory, allocates nothing per estimate. Not thread-safe.
/// </para>
/// </remarks>
/// <example><code>
/// var estimator = new DerpsalsaEstimator(y.Length, new DerpsalsaOptions { Lambda = 1e6 });
/// BaselineInfo info = estimator.Estimate(y, baseline);
/// </code></example>
public sealed class DerpsalsaEstimator : BaselineEstimator<DerpsalsaOptions>
{
    private readonly ReweightedLoop<DerpsalsaOptions> _loop;

    /// <summary>Makes an estimator.</summary>
    /// <param name="length">Number of points of every spectrum, at least 1.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public DerpsalsaEstimator(int length, DerpsalsaOptions? options = null)
        : base(length, options, DerpsalsaOptions.Set) => _loop = ReweightedLoop<DerpsalsaOptions>.Plain(length, static row => new DerpsalsaRule(row));

    private protected override BaselineInfo EstimateRow(DerpsalsaOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken) =>
        _loop.Run(options, input, output, cancellationToken);
}
