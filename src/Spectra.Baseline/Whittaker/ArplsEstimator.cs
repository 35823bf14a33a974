using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Asymmetrically reweighted penalised least squares (arPLS) baseline of one spectrum after the other.</summary>
/// <remarks>
/// <para>Whittaker smoothing with w = 1/(1 + exp(2(d − (2σ − m))/σ)), d = y − z, m and σ mean and standard deviation (n − 1) of the negative residuals: points within the noise count alike on both sides.</para>
/// <para>S.-J. Baek, A. Park, Y.-J. Ahn, J. Choo, Analyst 140, 250 (2015), doi:10.1039/C4AN01061B.</para>
/// <para>
/// Positions and variances of the input are not used: λ counts points. Excluded points have weight 0. The iteration also ends where fewer than two points lie below
/// the baseline. Owns its scratch memory, allocates nothing per estimate. Not thread-safe.
/// </para>
/// </remarks>
/// <example><code>
/// var estimator = new ArplsEstimator(y.Length, new ArplsOptions { Lambda = 1e5 });
/// BaselineInfo info = estimator.Estimate(y, baseline);
/// </code></example>
public sealed class ArplsEstimator : BaselineEstimator<ArplsOptions>
{
    private readonly ReweightedLoop<ArplsOptions> _loop;

    /// <summary>Makes an estimator.</summary>
    /// <param name="length">Number of points of every spectrum, at least 1.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public ArplsEstimator(int length, ArplsOptions? options = null)
        : base(length, options, ArplsOptions.Set) => _loop = ReweightedLoop<ArplsOptions>.Plain(length, static row => new ArplsRule<ArplsOptions>(row));

    private protected override BaselineInfo EstimateRow(ArplsOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken) =>
        _loop.Run(options, input, output, cancellationToken);
}
