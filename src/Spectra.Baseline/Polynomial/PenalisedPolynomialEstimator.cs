using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Penalised polynomial baseline of one spectrum after the other.</summary>
/// <remarks>
/// <para>V. Mazet, C. Carteret, D. Brie, J. Idier, B. Humbert, Chemom. Intell. Lab. Syst. 76, 121 (2005), doi:10.1016/j.chemolab.2004.10.003.</para>
/// <para>
/// Fits run on polynomials that are orthonormal over the used points, so that no digits are lost to the degree. Positions are used, variances are not; excluded points are in no fit.
/// Weights are 1 for points in the (last) fit. <see cref="BaselineInfo.Solves"/> counts fits; <see cref="BaselineInfo.LastChange"/> is what the tolerance is compared with.
/// Owns its scratch memory, allocates nothing per estimate. Not thread-safe.
/// </para>
/// </remarks>
/// <example><code>
/// var estimator = new PenalisedPolynomialEstimator(y.Length, new PenalisedPolynomialOptions { Order = 3 });
/// BaselineInfo info = estimator.Estimate(new BaselineInput(y) { X = x }, baseline);
/// </code></example>
public sealed class PenalisedPolynomialEstimator : BaselineEstimator<PenalisedPolynomialOptions>
{
    private readonly PolynomialRow _row;

    /// <summary>Makes an estimator.</summary>
    /// <param name="length">Number of points of every spectrum, at least 1.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public PenalisedPolynomialEstimator(int length, PenalisedPolynomialOptions? options = null)
        : base(length, options, PenalisedPolynomialOptions.Set) => _row = new PolynomialRow(length);

    private protected override BaselineInfo EstimateRow(PenalisedPolynomialOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken)
    {
        RowStatus status = _row.Load(input, options.Order);
        if (status != RowStatus.Ok)
            return new BaselineInfo(status);
        double threshold = options.Threshold is { } s ? _row.Data.Scale(s) : _row.Data.Moments(_row.Data.Y).Deviation / 10;
        _row.Fit();
        var info = new BaselineInfo { Status = RowStatus.MaxIterations, Solves = 1, LastChange = double.NaN };
        while (info.Solves <= options.MaxIterations && !info.Converged)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _row.Z.CopyTo(_row.Before, 0);
            for (int i = 0; i < Length; i++)
                _row.Y[i] = _row.Data.Y[i] + Auxiliary(options.Cost, _row.Data.Y[i] - _row.Z[i], threshold, 0.5 * options.Alpha);
            _row.Fit();
            double change = _row.Change();
            bool met = change < options.Tolerance || change == 0;
            info = info with { Solves = info.Solves + 1, LastChange = change, Converged = met, Status = met ? RowStatus.Ok : RowStatus.MaxIterations };
        }

        return _row.Finish(output, info);
    }

    /// <summary>d of the paper: α φ′(e) − e, with φ = e² up to the threshold s.</summary>
    private static double Auxiliary(PolynomialCost cost, double e, double s, double alpha)
    {
        bool symmetric = cost is PolynomialCost.SymmetricTruncatedQuadratic or PolynomialCost.SymmetricHuber or PolynomialCost.SymmetricIndec;
        if (symmetric ? Math.Abs(e) < s : e < s)
            return e * ((2 * alpha) - 1);
        int sign = symmetric ? Math.Sign(e) : 1;
        return cost switch
        {
            PolynomialCost.AsymmetricTruncatedQuadratic or PolynomialCost.SymmetricTruncatedQuadratic => -e,
            PolynomialCost.AsymmetricHuber or PolynomialCost.SymmetricHuber => (2 * alpha * s * sign) - e,
            _ => -e - (alpha * sign * s * s * s / Math.Max(2 * e * e, Detrending.Epsilon * Detrending.Epsilon)),
        };
    }
}
