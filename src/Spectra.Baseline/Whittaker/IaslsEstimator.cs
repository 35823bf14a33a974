using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Improved asymmetric least squares (IAsLS) baseline of one spectrum after the other.</summary>
/// <remarks>
/// <para>Minimises Σ wᵢ²(yᵢ − zᵢ)² + λ₁ Σ (Δ(y − z))ᵢ² + λ Σ (Δᵈz)ᵢ², wᵢ = p where yᵢ &gt; zᵢ, else 1 − p: the baseline also follows the slope of the data. The first weights come from a parabola in x through the data.</para>
/// <para>S. He et al., Anal. Methods 6, 4402 (2014), doi:10.1039/C4AY00068D.</para>
/// <para>
/// Positions are used for the first weights alone; variances are not used. Excluded points have weight 0. Owns its scratch memory, allocates nothing per estimate. Not thread-safe.
/// </para>
/// </remarks>
/// <example><code>
/// var estimator = new IaslsEstimator(y.Length, new IaslsOptions { Lambda = 1e6 });
/// BaselineInfo info = estimator.Estimate(y, baseline);
/// </code></example>
public sealed class IaslsEstimator : BaselineEstimator<IaslsOptions>
{
    private readonly ReweightedLoop<IaslsOptions> _loop;

    /// <summary>Makes an estimator.</summary>
    /// <param name="length">Number of points of every spectrum, at least 1.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public IaslsEstimator(int length, IaslsOptions? options = null)
        : base(length, options, IaslsOptions.Set) => _loop = ReweightedLoop<IaslsOptions>.With(length, static row => new FirstOrderSystem(row, differencesOfData: true), static row => new IaslsRule(row));

    private protected override BaselineInfo EstimateRow(IaslsOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken) =>
        _loop.Run(options, input, output, cancellationToken);
}
