using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Least-squares polynomial baseline of one spectrum after the other.</summary>
/// <remarks>
/// <para>z is the polynomial in x that minimises Σ (yᵢ − zᵢ)² over the points that are not excluded.</para>
/// <para>
/// Fits run on polynomials that are orthonormal over the used points, so that no digits are lost to the degree. Positions are used, variances are not; excluded points are in no fit.
/// Weights are 1 for points in the (last) fit. <see cref="BaselineInfo.Solves"/> counts fits; <see cref="BaselineInfo.LastChange"/> is what the tolerance is compared with.
/// Owns its scratch memory, allocates nothing per estimate. Not thread-safe.
/// </para>
/// </remarks>
/// <example><code>
/// var estimator = new PolynomialEstimator(y.Length, new PolynomialOptions { Order = 3 });
/// BaselineInfo info = estimator.Estimate(new BaselineInput(y) { X = x }, baseline);
/// </code></example>
public sealed class PolynomialEstimator : BaselineEstimator<PolynomialOptions>
{
    private readonly PolynomialRow _row;

    /// <summary>Makes an estimator.</summary>
    /// <param name="length">Number of points of every spectrum, at least 1.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public PolynomialEstimator(int length, PolynomialOptions? options = null)
        : base(length, options, PolynomialOptions.Set) => _row = new PolynomialRow(length);

    private protected override BaselineInfo EstimateRow(PolynomialOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken)
    {
        RowStatus status = _row.Load(input, options.Order);
        if (status != RowStatus.Ok)
            return new BaselineInfo(status);
        _row.Fit();
        return _row.Finish(output, new BaselineInfo { Solves = 1, Converged = true });
    }
}
