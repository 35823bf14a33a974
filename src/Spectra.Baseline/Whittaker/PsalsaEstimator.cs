using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Peaked signal’s asymmetric least squares (psalsa) baseline of one spectrum after the other.</summary>
/// <remarks>
/// <para>Whittaker smoothing with w = p exp(−d/k) above the baseline and 1 − p below it, d = y − z: AsLS in which high peaks lose all weight, so that p may be large and the baseline run through the noise.</para>
/// <para>S. Oller-Moreno et al., 11th Int. Multi-Conf. Systems, Signals and Devices (2014), doi:10.1109/SSD.2014.6808837.</para>
/// <para>
/// Positions and variances of the input are not used: λ counts points. Excluded points have weight 0. Owns its scratch memory, allocates nothing per estimate. Not thread-safe.
/// </para>
/// </remarks>
/// <example><code>
/// var estimator = new PsalsaEstimator(y.Length, new PsalsaOptions { Lambda = 1e5 });
/// BaselineInfo info = estimator.Estimate(y, baseline);
/// </code></example>
public sealed class PsalsaEstimator : BaselineEstimator<PsalsaOptions>
{
    private readonly ReweightedLoop<PsalsaOptions> _loop;

    /// <summary>Makes an estimator.</summary>
    /// <param name="length">Number of points of every spectrum, at least 1.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public PsalsaEstimator(int length, PsalsaOptions? options = null)
        : base(length, options, PsalsaOptions.Set) => _loop = ReweightedLoop<PsalsaOptions>.Plain(length, static row => new PsalsaRule(row));

    private protected override BaselineInfo EstimateRow(PsalsaOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken) =>
        _loop.Run(options, input, output, cancellationToken);
}
