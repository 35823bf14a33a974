using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Doubly reweighted penalised least squares (drPLS) baseline of one spectrum after the other.</summary>
/// <remarks>
/// <para>Solves (W + D₁ᵀD₁ + λ(I − ηW)DᵀD) z = W y, w = ½(1 − s/(1 + |s|)), s = eᵗ(d − (2σ − m))/σ in iteration t (at most 100), m and σ of the negative residuals: stiffer under peaks than elsewhere.</para>
/// <para>D. Xu, S. Liu, Y. Cai, C. Yang, Appl. Opt. 58, 3913 (2019), doi:10.1364/AO.58.003913.</para>
/// <para>
/// Positions and variances of the input are not used: λ counts points. Excluded points have weight 0. The iteration also ends where fewer than two points lie below
/// the baseline. Owns its scratch memory, allocates nothing per estimate. Not thread-safe.
/// </para>
/// </remarks>
/// <example><code>
/// var estimator = new DrplsEstimator(y.Length, new DrplsOptions { Lambda = 1e5 });
/// BaselineInfo info = estimator.Estimate(y, baseline);
/// </code></example>
public sealed class DrplsEstimator : BaselineEstimator<DrplsOptions>
{
    private readonly ReweightedLoop<DrplsOptions> _loop;

    /// <summary>Makes an estimator.</summary>
    /// <param name="length">Number of points of every spectrum, at least 1.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public DrplsEstimator(int length, DrplsOptions? options = null)
        : base(length, options, DrplsOptions.Set) => _loop = ReweightedLoop<DrplsOptions>.With(length, static row => new FirstOrderSystem(row, differencesOfData: false), static row => new DrplsRule(row));

    private protected override BaselineInfo EstimateRow(DrplsOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken) =>
        _loop.Run(options, input, output, cancellationToken);
}
