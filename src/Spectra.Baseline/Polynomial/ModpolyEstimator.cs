using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Modified polynomial baseline (modpoly) of one spectrum after the other.</summary>
/// <remarks>
/// <para>C. A. Lieber, A. Mahadevan-Jansen, Appl. Spectrosc. 57, 1363 (2003), doi:10.1366/000370203322554518.</para>
/// <para>
/// Fits run on polynomials that are orthonormal over the used points, so that no digits are lost to the degree. Positions are used, variances are not; excluded points are in no fit.
/// Weights are 1 for points in the (last) fit. <see cref="BaselineInfo.Solves"/> counts fits; <see cref="BaselineInfo.LastChange"/> is what the tolerance is compared with.
/// Owns its scratch memory, allocates nothing per estimate. Not thread-safe.
/// </para>
/// </remarks>
/// <example><code>
/// var estimator = new ModpolyEstimator(y.Length, new ModpolyOptions { Order = 3 });
/// BaselineInfo info = estimator.Estimate(new BaselineInput(y) { X = x }, baseline);
/// </code></example>
public sealed class ModpolyEstimator : BaselineEstimator<ModpolyOptions>
{
    private readonly PolynomialRow _row;

    /// <summary>Makes an estimator.</summary>
    /// <param name="length">Number of points of every spectrum, at least 1.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public ModpolyEstimator(int length, ModpolyOptions? options = null)
        : base(length, options, ModpolyOptions.Set) => _row = new PolynomialRow(length);

    private protected override BaselineInfo EstimateRow(ModpolyOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken)
    {
        RowStatus status = _row.Load(input, options.Order);
        if (status != RowStatus.Ok)
            return new BaselineInfo(status);
        _row.Fit();
        if (options.MaskInitialPeaks && !_row.Mask(_row.Deviation(), options.Order))
            return new BaselineInfo(RowStatus.TooFewPoints) { Solves = 1 };
        var info = new BaselineInfo { Status = RowStatus.MaxIterations, Solves = 1, LastChange = double.NaN };
        while (info.Solves <= options.MaxIterations && !info.Converged)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _row.Z.CopyTo(_row.Before, 0);
            for (int i = 0; i < Length; i++)
                _row.Y[i] = Math.Min(options.UseOriginal ? _row.Data.Y[i] : _row.Y[i], _row.Z[i]);
            _row.Fit();
            double change = _row.Change();
            bool met = change < options.Tolerance || change == 0;
            info = info with { Solves = info.Solves + 1, LastChange = change, Converged = met, Status = met ? RowStatus.Ok : RowStatus.MaxIterations };
        }

        return _row.Finish(output, info);
    }
}
