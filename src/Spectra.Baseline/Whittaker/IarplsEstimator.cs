using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Improved asymmetrically reweighted penalised least squares (IarPLS) baseline of one spectrum after the other.</summary>
/// <remarks>
/// <para>Whittaker smoothing with w = ½(1 − s/√(1 + s²)), s = eᵗ(d − 2σ)/σ in iteration t (at most 100), σ of the negative residuals: a step that grows sharper with every iteration.</para>
/// <para>J. Ye et al., Appl. Opt. 59, 10933 (2020), doi:10.1364/AO.404863.</para>
/// <para>
/// Positions and variances of the input are not used: λ counts points. Excluded points have weight 0. The iteration also ends where fewer than two points lie below
/// the baseline. Owns its scratch memory, allocates nothing per estimate. Not thread-safe.
/// </para>
/// </remarks>
/// <example><code>
/// var estimator = new IarplsEstimator(y.Length, new IarplsOptions { Lambda = 1e5 });
/// BaselineInfo info = estimator.Estimate(y, baseline);
/// </code></example>
public sealed class IarplsEstimator : BaselineEstimator<IarplsOptions>
{
    private readonly ReweightedLoop<IarplsOptions> _loop;

    /// <summary>Makes an estimator.</summary>
    /// <param name="length">Number of points of every spectrum, at least 1.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public IarplsEstimator(int length, IarplsOptions? options = null)
        : base(length, options, IarplsOptions.Set) => _loop = ReweightedLoop<IarplsOptions>.Plain(length, static row => new IarplsRule(row));

    private protected override BaselineInfo EstimateRow(IarplsOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken) =>
        _loop.Run(options, input, output, cancellationToken);
}
