using BigMap.Analysis.Numerics;
using BigMap.Analysis.Spectra.PeakFit.Internal;

namespace BigMap.Analysis.Spectra.PeakFit;

/// <content>Fits around a known optimum: profiles, repeated draws, the error of the curve.</content>
public sealed partial class PeakFitter
{
    /// <summary>Goes to an earlier result; its parameters become the start of <see cref="Refit"/>.</summary>
    internal LeastSquaresResult GoTo(FitData data, ReadOnlySpan<double> values, ReadOnlySpan<bool> present, SharedValues? shared)
    {
        Inspect(data, values.ToArray(), new double[values.Length], present, shared);
        return _solver.Inspect(_problem, _roots, new ParameterBounds(_rootLower, _rootUpper));
    }

    /// <summary>Bounds of a root in the present problem.</summary>
    internal (double Lower, double Upper) PresentBounds(int root) => (_rootLower[root], _rootUpper[root]);

    /// <summary>χ² with one parameter held at a value, the others fitted from given roots, which receive the result.</summary>
    internal double ChiSquareWith(int root, double value, Span<double> roots, CancellationToken cancellationToken)
    {
        (double lower, double upper) = (_rootLower[root], _rootUpper[root]);
        roots[root] = _rootLower[root] = _rootUpper[root] = value;
        var bounds = new ParameterBounds(_rootLower, _rootUpper);
        LeastSquaresResult fit = CountVaried() == 0 ? _solver.Inspect(_problem, roots, bounds) : _solver.Solve(_problem, roots, bounds, cancellationToken);
        (_rootLower[root], _rootUpper[root]) = (lower, upper);
        return fit.Status is RowStatus.NotFinite or RowStatus.TooFewPoints ? double.NaN : fit.ChiSquare;
    }

    /// <summary>Fits other intensities on the same points, with the same weights and peaks, from the present roots; false without an optimum.</summary>
    internal bool Refit(ReadOnlySpan<double> y, ReadOnlySpan<double> start, Span<double> values, CancellationToken cancellationToken)
    {
        y.CopyTo(_problem.Y);
        start.CopyTo(_roots);
        if (CountVaried() > 0 && !_solver.Solve(_problem, _roots, new ParameterBounds(_rootLower, _rootUpper), cancellationToken).Status.IsUsable())
            return false;
        WriteValues(values);
        WriteAbsent(values);
        WriteDerived(values);
        return true;
    }

    /// <summary>1/σ of every point.</summary>
    internal ReadOnlySpan<double> Weights => _problem.Weights;

    /// <summary>Standard error of the curve at every point: √(j C jᵀ).</summary>
    internal void CurveErrors(Span<double> errors, double scale)
    {
        int n = _roots.Length, m = Length, rows = _problem.ResidualCount;
        _problem.Evaluate(_roots, _residuals, _basis);
        for (int i = 0; i < m; i++)
        {
            for (int k = 0; k < n; k++)
                _gradient[k] = _basis[(k * rows) + i] / _problem.Weights[i];
            errors[i] = Math.Sqrt(Math.Max(0, Quadratic(_gradient, _gradient) * scale));
        }
    }
}
