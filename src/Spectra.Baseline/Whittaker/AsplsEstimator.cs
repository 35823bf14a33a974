using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Adaptive smoothness penalised least squares (asPLS) baseline of one spectrum after the other.</summary>
/// <remarks>
/// <para>Solves (W + λ diag(α) DᵀD) z = W y, w = 1/(1 + exp(k(d − σ)/σ)), α = |d| / max |d| of the solution before: stiff where the data leave the baseline, soft where they follow it. The iteration is chaotic: rounding in the last digit can move the result by 1e-4 of the range and change the number of solves, in any implementation.</para>
/// <para>F. Zhang et al., Spectrosc. Lett. 53, 222 (2020), doi:10.1080/00387010.2020.1730908.</para>
/// <para>
/// Positions and variances of the input are not used: λ counts points. Excluded points have weight 0. The iteration also ends where fewer than two points lie below
/// the baseline. Owns its scratch memory, allocates nothing per estimate. Not thread-safe.
/// </para>
/// </remarks>
/// <example><code>
/// var estimator = new AsplsEstimator(y.Length, new AsplsOptions { Lambda = 1e5 });
/// BaselineInfo info = estimator.Estimate(y, baseline);
/// </code></example>
public sealed class AsplsEstimator : BaselineEstimator<AsplsOptions>
{
    private readonly ReweightedLoop<AsplsOptions> _loop;

    /// <summary>Makes an estimator.</summary>
    /// <param name="length">Number of points of every spectrum, at least 1.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public AsplsEstimator(int length, AsplsOptions? options = null)
        : base(length, options, AsplsOptions.Set) => _loop = ReweightedLoop<AsplsOptions>.Plain(length, static row => new AsplsRule(row));

    private protected override BaselineInfo EstimateRow(AsplsOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken) =>
        _loop.Run(options, input, output, cancellationToken);
}
