using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>z = B c with (BᵀAB + λ DᵀD) c = BᵀA r: B-splines on equidistant knots over x, differences of neighbouring coefficients penalised.</summary>
/// <remarks>P. H. C. Eilers, B. D. Marx, Stat. Sci. 11, 89 (1996), doi:10.1214/ss/1038425655. Any rule of reweighting runs on it as on the plain system.</remarks>
internal sealed class SplineSystem(PenalisedRow row) : PenalisedSystem(row)
{
    private const int LargestDegree = 5;
    private const double RefinementTarget = 1e-13;

    private readonly double[] _basis = new double[row.Length * (LargestDegree + 1)];
    private readonly int[] _first = new int[row.Length];
    private readonly double[] _x = new double[row.Length];
    private double[] _bands = [];
    private double[] _c = [];
    private double[] _step = [];
    private double[] _work = [];
    private int _degree = -1;
    private int _knots;
    private double _lastStep;

    /// <summary>Number of splines: knots − 1 intervals, degree more splines.</summary>
    private int Count => _knots - 1 + _degree;

    public override int DetrendOrder(int order) => 1;

    public override void Load(IReweightedOptions options)
    {
        base.Load(options);
        (int knots, int degree) = options is ISplineOptions spline ? (spline.Knots, spline.SplineDegree) : throw new InvalidOperationException("The options of this method do not choose splines.");
        if (knots == _knots && degree == _degree && Row.Data.X.SequenceEqual(_x))
            return;
        Row.Data.X.CopyTo(_x);
        (_knots, _degree) = (knots, degree);
        if (_c.Length < Count)
        {
            _bands = new double[Count * (LargestDegree + 1)];
            _c = new double[Count];
            _step = new double[Count];
            _work = new double[Count];
        }

        double low = _x[0], high = _x[^1], step = (high - low) / (knots - 1);
        for (int i = 0; i < _x.Length; i++)
        {
            double at = step > 0 ? (_x[i] - low) / step : 0;
            int interval = Math.Clamp((int)Math.Floor(at), 0, knots - 2);
            _first[i] = interval;
            Evaluate(at - interval, degree, _basis.AsSpan(i * (LargestDegree + 1), degree + 1));
        }
    }

    public override bool Solve()
    {
        int m = Count, band = Math.Max(_degree, Order);
        Span<double> bands = _bands.AsSpan(0, m * (band + 1));
        bands.Clear();
        for (int i = 0; i < _first.Length; i++)
        {
            if (A[i] == 0)
                continue;
            ReadOnlySpan<double> b = Basis(i);
            for (int s = 0; s < b.Length; s++)
            {
                for (int t = s; t < b.Length; t++)
                    bands[((t - s) * m) + _first[i] + s] += A[i] * b[s] * b[t];
            }
        }

        ReadOnlySpan<double> d = Differences.Coefficients(Order);
        for (int k = 0; k < m - Order; k++)
        {
            for (int s = 0; s <= Order; s++)
            {
                for (int t = s; t <= Order; t++)
                    bands[((t - s) * m) + k + s] += Lambda * d[s] * d[t];
            }
        }

        if (!BandedLdlt.Factor(bands, m, band))
            return false;
        _c.AsSpan(0, m).Clear();
        Array.Clear(Row.Z);
        _lastStep = double.PositiveInfinity;
        for (int refinement = 0; refinement < 6; refinement++)
        {
            Span<double> change = _step.AsSpan(0, m);
            FormResidual(change);
            BandedLdlt.Solve(bands, m, band, change);
            double size = 0;
            foreach (double v in change)
                size = Math.Max(size, Math.Abs(v));
            if (!(size < _lastStep))
                break;
            _lastStep = size;
            for (int k = 0; k < m; k++)
                _c[k] += change[k];
            for (int i = 0; i < _first.Length; i++)
                Row.Z[i] = Value(i);
            if (size <= RefinementTarget * Row.Range)
                break;
        }

        return true;
    }

    public override double Refine() => Row.Range > 0 ? _lastStep / Row.Range : 0;

    /// <summary>The splines that do not vanish at a place 0 ≤ u ≤ 1 of a knot interval: de Boor's recurrence for equidistant knots.</summary>
    private static void Evaluate(double u, int degree, Span<double> b)
    {
        b[0] = 1;
        for (int k = 1; k <= degree; k++)
        {
            double saved = 0;
            for (int j = 0; j < k; j++)
            {
                double part = b[j] / k;
                b[j] = saved + ((j + 1 - u) * part);
                saved = (u + k - 1 - j) * part;
            }

            b[k] = saved;
        }
    }

    private ReadOnlySpan<double> Basis(int i) => _basis.AsSpan(i * (LargestDegree + 1), _degree + 1);

    private double Value(int i)
    {
        double sum = 0;
        ReadOnlySpan<double> b = Basis(i);
        for (int s = 0; s < b.Length; s++)
            sum += b[s] * _c[_first[i] + s];
        return sum;
    }

    private void FormResidual(Span<double> residual)
    {
        Span<double> work = _work.AsSpan(0, residual.Length);
        _c.AsSpan(0, residual.Length).CopyTo(work);
        Differences.PenaltyProduct(work, Order);
        for (int k = 0; k < residual.Length; k++)
            residual[k] = -Lambda * work[k];
        for (int i = 0; i < _first.Length; i++)
        {
            if (A[i] == 0)
                continue;
            double weighted = A[i] * (Row.R[i] - Row.Z[i]);
            ReadOnlySpan<double> b = Basis(i);
            for (int s = 0; s < b.Length; s++)
                residual[_first[i] + s] += weighted * b[s];
        }
    }
}
