namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>(A + D₁ᵀ C D₁ + λ S DᵀD) z = A r + D₁ᵀ C D₁ t: a term in first differences beside the roughness, and rows that may be scaled.</summary>
/// <remarks>
/// A, C, S diagonal; t is r where the data enter through their differences (IAsLS), or 0 (drPLS). With S the matrix is not symmetric: band LU with
/// partial pivoting. Its rounding grows as 16 ε λ/A; each solve is therefore refined with a residual formed through differences, and
/// what the refinement cannot settle is reported.
/// </remarks>
internal sealed class FirstOrderSystem(PenalisedRow row, bool differencesOfData) : PenalisedSystem(row)
{
    private const double RefinementTarget = 1e-13;

    private readonly BandedLu _lu = new(row.Length, 3);
    private readonly double[] _residual = new double[row.Length];
    private readonly double[] _work = new double[row.Length];
    private double _lastStep;

    /// <summary>Weight of the difference between a point and the next.</summary>
    public double[] C { get; } = new double[row.Length];

    /// <summary>Factor of λ in each row.</summary>
    public double[] S { get; } = new double[row.Length];

    // D₁ z is free of the constant only, where the data do not enter through their differences.
    public override int DetrendOrder(int order) => differencesOfData ? order : 1;

    public override bool Solve()
    {
        int n = Row.Length, order = Order;
        _lu.Clear(order);
        ReadOnlySpan<double> d = Differences.Coefficients(order);
        for (int i = 0; i < n; i++)
            _lu.Add(i, i, A[i]);
        for (int k = 0; k < n - order; k++)
        {
            for (int a = 0; a <= order; a++)
            {
                for (int b = 0; b <= order; b++)
                    _lu.Add(k + a, k + b, Lambda * S[k + a] * d[a] * d[b]);
            }
        }

        for (int i = 0; i < n - 1; i++)
        {
            _lu.Add(i, i, C[i]);
            _lu.Add(i + 1, i + 1, C[i]);
            _lu.Add(i, i + 1, -C[i]);
            _lu.Add(i + 1, i, -C[i]);
        }

        if (!_lu.Factor())
            return false;
        Array.Clear(Row.Z);
        _lastStep = double.PositiveInfinity;
        for (int step = 0; step < 6; step++)
        {
            FormResidual();
            _lu.Solve(_residual);
            double size = 0;
            for (int i = 0; i < n; i++)
                size = Math.Max(size, A[i] > 0 ? Math.Abs(_residual[i]) : 0);
            if (!(size < _lastStep))
                break;
            _lastStep = size;
            for (int i = 0; i < n; i++)
                Row.Z[i] += _residual[i];
            if (size <= RefinementTarget * Row.Range)
                break;
        }

        return true;
    }

    public override double Refine() => Row.Range > 0 ? _lastStep / Row.Range : 0;

    private void FormResidual()
    {
        double[] z = Row.Z, r = Row.R;
        z.CopyTo(_work, 0);
        Differences.PenaltyProduct(_work, Order);
        double before = 0;
        for (int i = 0; i < z.Length; i++)
        {
            double after = 0;
            if (i < z.Length - 1)
                after = C[i] * ((differencesOfData ? r[i + 1] - r[i] : 0) - (z[i + 1] - z[i]));
            _residual[i] = (A[i] * (r[i] - z[i])) + before - after - (Lambda * S[i] * _work[i]);
            before = after;
        }
    }
}
