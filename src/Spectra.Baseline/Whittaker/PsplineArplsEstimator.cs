using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>arPLS on penalised B-splines baseline of one spectrum after the other.</summary>
/// <remarks>
/// <para>The baseline is a spline z = B c with knots at equal distances of x, and c solves (BᵀWB + λDᵀD) c = BᵀW y with the weights of arPLS: its stiffness follows x, not the number of points, and the cost of a solve the number of knots.</para>
/// <para>S.-J. Baek et al., Analyst 140, 250 (2015), doi:10.1039/C4AN01061B; P. H. C. Eilers, B. D. Marx, Stat. Sci. 11, 89 (1996), doi:10.1214/ss/1038425655.</para>
/// <para>
/// Positions are used; variances are not. Excluded points have weight 0. The iteration also ends where fewer than two points lie below
/// the baseline. Owns its scratch memory, allocates nothing per estimate. Not thread-safe.
/// </para>
/// </remarks>
/// <example><code>
/// var estimator = new PsplineArplsEstimator(y.Length, new PsplineArplsOptions { Lambda = 1e3 });
/// BaselineInfo info = estimator.Estimate(y, baseline);
/// </code></example>
public sealed class PsplineArplsEstimator : BaselineEstimator<PsplineArplsOptions>
{
    private readonly ReweightedLoop<PsplineArplsOptions> _loop;

    /// <summary>Makes an estimator.</summary>
    /// <param name="length">Number of points of every spectrum, at least 1.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public PsplineArplsEstimator(int length, PsplineArplsOptions? options = null)
        : base(length, options, PsplineArplsOptions.Set) => _loop = ReweightedLoop<PsplineArplsOptions>.With(length, static row => new SplineSystem(row), static row => new ArplsRule<PsplineArplsOptions>(row));

    private protected override BaselineInfo EstimateRow(PsplineArplsOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken) =>
        _loop.Run(options, input, output, cancellationToken);
}
