using BigMap.Analysis.Numerics;
using BigMap.Analysis.Spectra.PeakFit.Internal;

namespace BigMap.Analysis.Spectra.PeakFit;

/// <content>The weight of the penalty of a spline background.</content>
public sealed partial class PeakFitter
{
    // ln λ is settled when it changes by less.
    private const double SmoothnessTolerance = 1e-7;

    private const int MaxSmoothnessTurns = 20;

    private readonly SmoothnessEstimate _smoothness;
    private double _splineFreedom;

    /// <summary>The stated λ, or the best one for the peaks as they start.</summary>
    private void StartSmoothness()
    {
        _splineFreedom = 0;
        if (_layout.SplineCount == 0)
            return;
        double sum = 0;
        for (int j = 0; j < _layout.SplineCount; j++)
        {
            ReadOnlySpan<double> column = _problem.Spline.Column(j);
            for (int i = 0; i < Length; i++)
                sum += column[i] * column[i] * _problem.Weights[i] * _problem.Weights[i];
        }

        _problem.Smoothness = Model.Options.Spline.Smoothness ?? (sum > 0 ? sum / _layout.SplineCount : 1);
        if (Model.Options.Spline.Smoothness is null && LoadSmoothness() is var free && free < Length && Best(Length - free) is var best && double.IsFinite(best) && best > 0)
            _problem.Smoothness = best;
    }

    private void ReadSmoothness(ReadOnlySpan<double> values)
    {
        if (_layout.SplineCount == 0)
            return;
        for (int q = 0; q < values.Length; q++)
        {
            if (_layout.Quantities[q].Kind == QuantityKind.Smoothness)
                _problem.Smoothness = double.IsNaN(values[q]) ? 1 : values[q];
        }
    }

    /// <summary>λ and the fit in turn, until neither moves: at the optimum the model is taken as linear (Laplace's approximation of the restricted likelihood).</summary>
    private LeastSquaresResult Smoothen(LeastSquaresResult fit, CancellationToken cancellationToken)
    {
        if (_layout.SplineCount == 0 || Model.Options.Spline.Smoothness is not null)
            return fit;
        for (int turn = 0; turn < MaxSmoothnessTurns && fit.Status is not (RowStatus.NotFinite or RowStatus.TooFewPoints); turn++)
        {
            int free = LoadSmoothness(), freedom = Length - free;
            if (freedom <= 0)
                break;
            double next = Best(freedom), before = _problem.Smoothness;
            if (!(next > 0) || !double.IsFinite(next) || Math.Abs(Math.Log(next / before)) < SmoothnessTolerance)
                break;
            _problem.Smoothness = next;
            fit = Sum(fit, Solve(cancellationToken));
        }

        return fit;
    }

    private double Best(int freedom) => _smoothness.Find(freedom, known: Model.Options.Weighting != Weighting.None);

    /// <summary>Columns and residuals of the spline without what the free other parameters follow; their number.</summary>
    private int LoadSmoothness()
    {
        int n = Length, rows = _problem.ResidualCount, first = _layout.RootIndex[_layout.SplineStart], count = _layout.SplineCount, free = 0;
        _problem.Evaluate(_roots, _residuals, _basis);

        // y − Zu at u = 0, linear in u whatever the peaks are.
        Span<double> rest = _residuals.AsSpan(0, n);
        for (int j = 0; j < count; j++)
        {
            ReadOnlySpan<double> column = _basis.AsSpan((first + j) * rows, n);
            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(column, -_roots[first + j], rest, rest);
        }

        System.Numerics.Tensors.TensorPrimitives.Negate(rest, rest);

        // The columns of the spline are the last roots: the others make the basis in front of them.
        _basisCount = 0;
        for (int k = 0; k < first; k++)
        {
            if (!(_rootLower[k] < _rootUpper[k]) || _roots[k] == _rootLower[k] || _roots[k] == _rootUpper[k])
                continue;
            free++;
            AddToBasis(_basis.AsSpan(k * rows, n));
        }

        for (int turn = 0; turn < 2; turn++)
        {
            Project(rest, _basisCount);
            for (int j = 0; j < count; j++)
                Project(_basis.AsSpan((first + j) * rows, n), _basisCount);
        }

        _smoothness.Load(_basis.AsSpan(first * rows), rows, rest);
        return free;
    }

    private void SetSplineFreedom()
    {
        if (_layout.SplineCount == 0)
            return;
        LoadSmoothness();
        _splineFreedom = _smoothness.Effective(_problem.Smoothness);
    }
}
