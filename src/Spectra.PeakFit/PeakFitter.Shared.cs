using System.Numerics.Tensors;
using BigMap.Analysis.Numerics;
using BigMap.Analysis.Spectra.PeakFit.Internal;

namespace BigMap.Analysis.Spectra.PeakFit;

/// <content>One row of a fit whose shared parameters come from outside.</content>
public sealed partial class PeakFitter
{
    /// <summary>The roots of the last fit.</summary>
    internal ReadOnlySpan<double> Roots => _roots;

    /// <summary>Variance of a root in the last fit; NaN without one. Not scaled.</summary>
    internal double VarianceOf(int root) => _rootStatus[root] == StandardErrorStatus.Given ? _covariance[(root * _roots.Length) + root] : double.NaN;

    internal (double Lower, double Upper) BoundsOf(int root) => (_freeLower[root], _freeUpper[root]);

    /// <summary>Fits the parameters of the row alone, from given roots; false when that is not possible.</summary>
    internal bool SolveOwn(FitData data, ReadOnlySpan<double> shared, Span<double> roots, CancellationToken cancellationToken)
    {
        if (!_problem.Load(data, Model.Options.Weighting))
            return false;
        SetBounds(data.X);
        roots.CopyTo(_roots);
        HoldFixed();
        Hold(shared);
        Begin();
        LeastSquaresResult fit = Solve(cancellationToken);
        _roots.CopyTo(roots);
        return fit.Status is not (RowStatus.NotFinite or RowStatus.TooFewPoints);
    }

    /// <summary>Weighted residuals at the last point, and their derivatives by the shared parameters, made orthogonal to those by the parameters of the row: how the residuals change while the row follows.</summary>
    internal void Eliminate(Span<double> residuals, Span<double> jacobian)
    {
        int n = Length;
        _problem.Evaluate(_roots, residuals, jacobian.IsEmpty ? [] : _basis);
        if (jacobian.IsEmpty)
            return;
        for (int s = 0; s < _layout.Shared.Length; s++)
            _basis.AsSpan(_layout.Shared[s] * n, n).CopyTo(jacobian.Slice(s * n, n));
        Orthonormalise(onlyFree: true);
        for (int s = 0; s < _layout.Shared.Length; s++)
        {
            Project(jacobian.Slice(s * n, n), _basisCount);
            Project(jacobian.Slice(s * n, n), _basisCount);
        }
    }

    /// <summary>The fit of a row with shared parameters that are known with a covariance: it finds which peaks are there, and carries that covariance into every error.</summary>
    internal FitInfo FitWithShared(FitData data, int row, SharedValues shared, Span<double> values, Span<double> standardErrors, CancellationToken cancellationToken)
    {
        Check(data, values.Length, standardErrors.Length);
        if (!_problem.Load(data, Model.Options.Weighting))
            return Fail(RowStatus.NotFinite, values, standardErrors);
        SetBounds(data.X);
        SetStarts(values);
        shared.Rows.GetValueOrDefault(row)?.CopyTo(_roots, 0);
        Hold(shared.Values);
        Begin();
        LeastSquaresResult fit = Solve(cancellationToken);
        if (fit.Status is RowStatus.NotFinite or RowStatus.TooFewPoints)
            return Fail(fit.Status, values, standardErrors);
        if (Model.Options.TestPeaks && _layout.GroupCount > 0)
            fit = Select(fit, touched: false, cancellationToken);
        _shared = shared;
        try
        {
            return Finish(fit, values, standardErrors);
        }
        finally
        {
            _shared = null;
        }
    }

    private void Hold(ReadOnlySpan<double> shared)
    {
        for (int s = 0; s < _layout.Shared.Length; s++)
        {
            int k = _layout.Shared[s];
            _rootLower[k] = _rootUpper[k] = _roots[k] = shared[s];
        }
    }

    /// <summary>
    /// C = C_b + G C_s Gᵀ for the parameters b of the row, G C_s between them and the shared ones, with G = −C_b Bᵀ A: what they change when a shared
    /// parameter does.
    /// </summary>
    private void AddSharedCovariance(SharedValues shared, double rowScale)
    {
        int n = _roots.Length, count = _layout.Shared.Length, m = Length;
        _problem.Evaluate(_roots, _residuals, _basis);
        double[] gain = shared.Gain;
        for (int i = 0; i < n; i++)
        {
            for (int s = 0; s < count; s++)
            {
                double sum = 0;
                if (_rootStatus[i] == StandardErrorStatus.Given)
                {
                    for (int j = 0; j < n; j++)
                    {
                        if (_covariance[(i * n) + j] != 0)
                            sum -= _covariance[(i * n) + j] * TensorPrimitives.Dot<double>(_basis.AsSpan(j * m, m), _basis.AsSpan(_layout.Shared[s] * m, m));
                    }
                }

                gain[(i * count) + s] = sum;
            }
        }

        for (int s = 0; s < count; s++)
        {
            gain[(_layout.Shared[s] * count) + s] = 1;
            if (IsInUse(_layout.Shared[s]))
                _rootStatus[_layout.Shared[s]] = shared.Status[s];
        }

        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = 0;
                for (int s = 0; s < count; s++)
                {
                    for (int t = 0; t < count; t++)
                        sum += gain[(i * count) + s] * shared.Covariance[(s * count) + t] * gain[(j * count) + t];
                }

                _covariance[(i * n) + j] += sum / rowScale;
            }
        }
    }
}
