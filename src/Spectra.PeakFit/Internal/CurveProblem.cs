using System.Numerics.Tensors;
using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>Weighted residuals of a peak model, (f − y)·w, with their exact Jacobian by the roots of the layout.</summary>
internal sealed class CurveProblem : ILeastSquaresProblem
{
    private readonly ModelLayout _layout;
    private readonly double[] _parameters;
    private readonly double[] _scratch;
    private readonly bool[] _written;
    private readonly double[] _gradient;
    private double _middle;
    private bool _weighted;

    public CurveProblem(ModelLayout layout, int length)
    {
        _layout = layout;
        Points = length;
        Spline = new SplineBasis(layout.Options.Spline.Intervals, length);
        ResidualCount = length + layout.SplineCount + layout.Priors.Length;
        Calculus = new QuantityCalculus(layout);
        _gradient = new double[layout.Roots.Length];
        X = new double[length];
        Y = new double[length];
        Weights = new double[length];
        Offsets = new double[length];
        _parameters = new double[layout.Parameters];
        _scratch = new double[length * Math.Max(1, layout.Lines.Max(l => l.Parameters.Count))];
        _written = new bool[layout.Roots.Length];
        Active = new bool[layout.Lines.Length];
        Array.Fill(Active, true);
    }

    public int ParameterCount => _layout.Roots.Length;

    public int ResidualCount { get; }

    /// <summary>Points of the row; behind their residuals come those of the penalty.</summary>
    public int Points { get; }

    public SplineBasis Spline { get; }

    public QuantityCalculus Calculus { get; }

    /// <summary>λ of the spline.</summary>
    public double Smoothness { get; set; } = 1;

    public double[] X { get; }

    public double[] Y { get; }

    /// <summary>1/σ.</summary>
    public double[] Weights { get; }

    /// <summary>x − x₀.</summary>
    public double[] Offsets { get; }

    public double Middle => _middle;

    /// <summary>The peaks that are part of the model; the others are not there.</summary>
    public bool[] Active { get; }

    /// <summary>Takes a row. False when a number of it is not finite.</summary>
    public bool Load(FitData data, Weighting weighting)
    {
        data.X.CopyTo(X);
        data.Y.CopyTo(Y);
        _middle = 0.5 * (X[0] + X[^1]);
        _weighted = weighting != Weighting.None;
        Spline.Set(X);
        bool finite = true;
        for (int i = 0; i < X.Length; i++)
        {
            Offsets[i] = X[i] - _middle;
            double variance = weighting switch
            {
                Weighting.Sigma => data.Variance[i],
                Weighting.Poisson => Math.Max(Y[i], 1),
                _ => 1,
            };
            Weights[i] = weighting == Weighting.None ? 1 : 1 / Math.Sqrt(variance);
            finite &= double.IsFinite(Y[i]) && double.IsFinite(X[i]) && variance > 0 && double.IsFinite(variance);
        }

        return finite;
    }

    /// <summary>Values of all parameters from those of the roots.</summary>
    public ReadOnlySpan<double> Expand(ReadOnlySpan<double> roots)
    {
        for (int i = 0; i < _parameters.Length; i++)
        {
            if (!_layout.IsTied[i])
            {
                _parameters[i] = roots[_layout.RootIndex[i]];
                continue;
            }

            double sum = 0;
            foreach (Term term in _layout.Terms[i])
                sum += term.Factor * roots[term.Root];
            _parameters[i] = sum + _layout.Offset[i];
        }

        return _parameters;
    }

    public bool Evaluate(ReadOnlySpan<double> parameters, Span<double> residuals, Span<double> jacobian)
    {
        Expand(parameters);
        if (!HasWidths())
            return false;
        int n = ResidualCount;
        Span<double> all = residuals;
        residuals = residuals[..Points];
        Background(residuals);
        int peaks = _layout.Lines.Length;
        if (jacobian.IsEmpty)
        {
            for (int k = 0; k < peaks; k++)
            {
                if (Active[k])
                    _layout.Lines[k].Add(X, PeakParameters(k), residuals);
            }
        }
        else
        {
            Array.Clear(_written);
            for (int k = 0; k < peaks; k++)
            {
                if (Active[k] && _layout.WritesDirectly[k])
                    AddDirectly(k, residuals, jacobian);
            }

            for (int k = 0; k < peaks; k++)
            {
                if (Active[k] && !_layout.WritesDirectly[k])
                    AddTied(k, residuals, jacobian);
            }

            BackgroundJacobian(jacobian);
            for (int r = 0; r < _written.Length; r++)
            {
                Span<double> column = jacobian.Slice(r * n, Points);
                jacobian.Slice((r * n) + Points, n - Points).Clear();
                if (!_written[r])
                    column.Clear();
                else if (_weighted)
                    TensorPrimitives.Multiply(column, Weights, column);
            }
        }

        TensorPrimitives.Subtract(residuals, Y, residuals);
        if (_weighted)
            TensorPrimitives.Multiply(residuals, Weights, residuals);
        Penalise(parameters, all, jacobian);
        for (int j = 0; j < _layout.Priors.Length; j++)
            AddPrior(j, all, jacobian);
        return true;
    }

    /// <summary>Whether a prior counts: one of a peak that is not there says nothing.</summary>
    public bool Counts(int prior)
    {
        Quantity quantity = _layout.Quantities[_layout.Priors[prior]];
        return (quantity.Peak < 0 || Active[quantity.Peak]) && double.IsFinite(Calculus.Value(quantity, _parameters, Active));
    }

    /// <summary>(value − mean)/σ.</summary>
    private void AddPrior(int j, Span<double> residuals, Span<double> jacobian)
    {
        int row = Points + _layout.SplineCount + j;
        residuals[row] = 0;
        if (!Counts(j))
            return;
        Prior prior = _layout.Options.Priors[j];
        Quantity quantity = _layout.Quantities[_layout.Priors[j]];
        residuals[row] = (Calculus.Value(quantity, _parameters, Active) - prior.Mean) / prior.StandardDeviation;
        if (jacobian.IsEmpty)
            return;
        Array.Clear(_gradient);
        Calculus.AddGradient(quantity, _parameters, Active, 1 / prior.StandardDeviation, _gradient);
        for (int k = 0; k < _gradient.Length; k++)
            jacobian[(k * ResidualCount) + row] = double.IsFinite(_gradient[k]) ? _gradient[k] : 0;
    }

    /// <summary>√λ u, whose squares the penalty is.</summary>
    private void Penalise(ReadOnlySpan<double> roots, Span<double> residuals, Span<double> jacobian)
    {
        double factor = Math.Sqrt(Smoothness);
        for (int j = 0; j < _layout.SplineCount; j++)
        {
            int root = _layout.RootIndex[_layout.SplineStart + j];
            residuals[Points + j] = factor * roots[root];
            if (!jacobian.IsEmpty)
                jacobian[(root * ResidualCount) + Points + j] = factor;
        }
    }

    private ReadOnlySpan<double> PeakParameters(int peak) => _parameters.AsSpan(_layout.PeakStarts[peak], _layout.Lines[peak].Parameters.Count);

    private void Background(Span<double> f)
    {
        ReadOnlySpan<double> c = _parameters.AsSpan(_layout.BackgroundStart, _layout.SplineStart - _layout.BackgroundStart);
        if (c.IsEmpty)
        {
            f.Clear();
            return;
        }

        f.Fill(c[^1]);
        for (int k = c.Length - 2; k >= 0; k--)
        {
            TensorPrimitives.Multiply(f, Offsets, f);
            TensorPrimitives.Add(f, c[k], f);
        }

        for (int j = 0; j < _layout.SplineCount; j++)
            TensorPrimitives.MultiplyAdd(Spline.Column(j), _parameters[_layout.SplineStart + j], f, f);
    }

    private void AddDirectly(int peak, Span<double> f, Span<double> jacobian)
    {
        int n = Points, first = _layout.RootIndex[_layout.PeakStarts[peak]];
        ReadOnlySpan<double> p = PeakParameters(peak);
        _layout.Lines[peak].AddWithJacobian(X, p, f, jacobian.Slice(first * n, p.Length * n));
        _written.AsSpan(first, p.Length).Fill(true);
    }

    private void AddTied(int peak, Span<double> f, Span<double> jacobian)
    {
        int n = Points, start = _layout.PeakStarts[peak];
        ReadOnlySpan<double> p = PeakParameters(peak);
        Span<double> scratch = _scratch.AsSpan(0, p.Length * n);
        _layout.Lines[peak].AddWithJacobian(X, p, f, scratch);
        for (int i = 0; i < p.Length; i++)
            AddColumn(start + i, scratch.Slice(i * n, n), jacobian);
    }

    private void BackgroundJacobian(Span<double> jacobian)
    {
        Span<double> power = _scratch.AsSpan(0, Points);
        power.Fill(1);
        for (int i = _layout.BackgroundStart; i < _layout.SplineStart; i++)
        {
            AddColumn(i, power, jacobian);
            TensorPrimitives.Multiply(power, Offsets, power);
        }

        for (int j = 0; j < _layout.SplineCount; j++)
            AddColumn(_layout.SplineStart + j, Spline.Column(j), jacobian);
    }

    /// <summary>A width that is a sum is in no bounds; where it vanishes there is no curve.</summary>
    private bool HasWidths()
    {
        for (int i = 0; i < _layout.BackgroundStart; i++)
        {
            if (_layout.IsSum(i) && _layout.Shapes[i]!.Role == ShapeParameterRole.Width && !(_parameters[i] > 0))
                return false;
        }

        return true;
    }

    /// <summary>∂f/∂root gains factor · ∂f/∂p, for every root of the parameter.</summary>
    private void AddColumn(int parameter, ReadOnlySpan<double> column, Span<double> jacobian)
    {
        foreach (Term term in _layout.Terms[parameter])
            AddColumn(term.Root, term.Factor, column, jacobian);
    }

    private void AddColumn(int root, double factor, ReadOnlySpan<double> column, Span<double> jacobian)
    {
        Span<double> target = jacobian.Slice(root * ResidualCount, Points);
        if (_written[root])
            TensorPrimitives.MultiplyAdd(column, factor, target, target);
        else if (factor == 1)
            column.CopyTo(target);
        else
            TensorPrimitives.Multiply(column, factor, target);
        _written[root] = true;
    }
}
