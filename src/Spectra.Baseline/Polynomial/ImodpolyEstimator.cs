using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Improved modified polynomial baseline (imodpoly) of one spectrum after the other.</summary>
/// <remarks>
/// <para>J. Zhao, H. Lui, D. I. McLean, H. Zeng, Appl. Spectrosc. 61, 1225 (2007), doi:10.1366/000370207782597003.</para>
/// <para>
/// Fits run on polynomials that are orthonormal over the used points, so that no digits are lost to the degree. Positions are used, variances are not; excluded points are in no fit.
/// Weights are 1 for points in the (last) fit. <see cref="BaselineInfo.Solves"/> counts fits; <see cref="BaselineInfo.LastChange"/> is what the tolerance is compared with.
/// Owns its scratch memory, allocates nothing per estimate. Not thread-safe.
/// </para>
/// </remarks>
/// <example><code>
/// var estimator = new ImodpolyEstimator(y.Length, new ImodpolyOptions { Order = 3 });
/// BaselineInfo info = estimator.Estimate(new BaselineInput(y) { X = x }, baseline);
/// </code></example>
public sealed class ImodpolyEstimator : BaselineEstimator<ImodpolyOptions>
{
    private readonly PolynomialRow _row;

    /// <summary>Makes an estimator.</summary>
    /// <param name="length">Number of points of every spectrum, at least 1.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public ImodpolyEstimator(int length, ImodpolyOptions? options = null)
        : base(length, options, ImodpolyOptions.Set) => _row = new PolynomialRow(length);

    private protected override BaselineInfo EstimateRow(ImodpolyOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken)
    {
        RowStatus status = _row.Load(input, options.Order);
        if (status != RowStatus.Ok)
            return new BaselineInfo(status);
        _row.Fit();
        double deviation = _row.Deviation();
        if (options.MaskInitialPeaks && !_row.Mask(deviation, options.Order))
            return new BaselineInfo(RowStatus.TooFewPoints) { Solves = 1 };
        var info = new BaselineInfo { Status = RowStatus.MaxIterations, Solves = 1, LastChange = double.NaN };
        while (info.Solves <= options.MaxIterations && !info.Converged)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double limit = options.Deviations * deviation;
            for (int i = 0; i < Length; i++)
                _row.Y[i] = Math.Min(options.UseOriginal ? _row.Data.Y[i] : _row.Y[i], _row.Z[i] + limit);
            _row.Fit();
            double next = _row.Deviation(), change = Math.Abs(next - deviation) / Math.Max(next, Detrending.Epsilon);
            deviation = next;
            bool met = change < options.Tolerance || change == 0;
            info = info with { Solves = info.Solves + 1, LastChange = change, Converged = met, Status = met ? RowStatus.Ok : RowStatus.MaxIterations };
        }

        return _row.Finish(output, info);
    }
}
