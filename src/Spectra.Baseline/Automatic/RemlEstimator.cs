using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Baseline with automatic smoothness and honest standard errors: smooth background between the peaks, with λ by REML or GCV.</summary>
/// <remarks>
/// <para>
/// In turns: peaks are found in what lies above the baseline; their cores (3.5 half widths) and whatever else rises significantly are left out; the rest is
/// taken as smooth background z plus a Lorentzian tail of free amplitude for each peak plus noise, Σ wᵢ(yᵢ − zᵢ − tailsᵢ)² + λ Σ (Δ²z)², and λ is the one that
/// maximises the restricted likelihood (or minimises the cross-validation score) — until the points that are left out no longer change. Weights are
/// symmetric, so the baseline runs through the middle of the noise, not below it as an expectile does: it is the bias-corrected counterpart of AsLS.
/// </para>
/// <para>
/// REML for smoothing: G. Wahba, Ann. Statist. 13, 1378 (1985), doi:10.1214/aos/1176349743; G. Biessy, arXiv:2306.06932 (2023). GCV: P. Craven and G. Wahba, Numer. Math. 31,
/// 377 (1979), doi:10.1007/BF01404567. The standard error is the root of the mean of the Bayesian and the sampling variance; it covers noise and the
/// smoothing bias that is to be expected, not a wrong choice of what is a peak.
/// </para>
/// <para>
/// The noise comes from the variances of the input (those of raw counts are replaced by the counts of the model), or from second differences. λ counts points and is kept
/// above (0.8 F)⁴, F the usual width of the peaks: a baseline cannot be told from peaks of its own width. Tails that are not Lorentzian, and a peak that is cut by the end of the data,
/// are taken for background. <see cref="BaselineOutput.Weights"/> are 1 for background and 0 for what was left out.
/// </para>
/// <para>Owns its scratch memory (about 100 doubles per point). Not thread-safe.</para>
/// </remarks>
/// <example><code>
/// var estimator = new RemlEstimator(y.Length);
/// BaselineInfo info = estimator.Estimate(y, new BaselineOutput(baseline) { StandardErrors = errors });
/// Console.WriteLine($"λ = {info.Lambda:G3}");
/// </code></example>
public sealed class RemlEstimator : BaselineEstimator<RemlOptions>
{
    private readonly PeaksAndBackground _model;

    /// <summary>Makes an estimator.</summary>
    /// <param name="length">Number of points of every spectrum, at least 1.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public RemlEstimator(int length, RemlOptions? options = null)
        : base(length, options, RemlOptions.Set) => _model = new PeaksAndBackground(length);

    /// <summary>The criterion over λ for the last baseline, with the peaks that it was found with.</summary>
    /// <param name="points">Number of values of λ, evenly spaced in log λ over the range that was searched; at least 2.</param>
    /// <returns>The curve; empty when the last estimate failed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 2 points.</exception>
    public IReadOnlyList<LambdaScore> Curve(int points = 41)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        return _model.Curve(points);
    }

    internal PeaksAndBackground Model => _model;

    private protected override BaselineInfo EstimateRow(RemlOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken) =>
        _model.Run(options, input, output, cancellationToken);
}
