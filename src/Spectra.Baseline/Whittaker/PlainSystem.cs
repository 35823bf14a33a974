namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>(A + λ DᵀD) z = A r, one value per point: <see cref="WhittakerSolver"/>, free of cancellation at any λ.</summary>
internal sealed class PlainSystem : PenalisedSystem
{
    private const double RefinementTarget = 1e-12;

    private readonly WhittakerSolver _solver;
    private readonly double[] _a;
    private readonly double[] _r;
    private readonly double[] _z;
    private readonly double[] _residual;
    private readonly double[] _correction;

    public PlainSystem(PenalisedRow row)
        : base(row)
    {
        _solver = new WhittakerSolver(row.Length);
        int folded = _solver.FoldedLength;
        _a = new double[folded];
        _r = new double[folded];
        _z = new double[folded + WhittakerResidual.Room];
        _residual = new double[folded];
        _correction = new double[folded];
    }

    private int Folded => _solver.FoldedLength;

    public override void Load(IReweightedOptions options)
    {
        base.Load(options);
        WhittakerSolver.Fold(Row.R, _r);
    }

    public override bool Solve()
    {
        WhittakerSolver.Fold(A, _a);
        if (!_solver.Solve(_a, _r, Lambda, Order, _z.AsSpan(0, Folded)))
            return false;
        WhittakerSolver.Unfold(_z.AsSpan(0, Folded), Row.Z);
        return true;
    }

    public override double Refine()
    {
        if (!(Row.Range > 0))
            return 0;
        double size = double.PositiveInfinity, largestWeight = 0;
        foreach (double a in A)
            largestWeight = Math.Max(largestWeight, a);
        for (int step = 0; step < 4; step++)
        {
            WhittakerResidual.Compute((Lambda, Order), _a, _r, _z, _residual);

            // From there on λ Dᵀ(Dz) is but the rounding of z, and a step would do harm.
            if (!(Lambda * Largest(_residual) <= 2 * largestWeight * Row.Size))
                return Math.Max(PolynomialLeft() / Row.Range, 10 * Detrending.Epsilon);
            _solver.SolveAgain(_residual, _correction);
            double next = LargestUsed(_correction) / Row.Range;
            if (!(next < size))
                return size;
            size = next;
            for (int i = 0; i < Folded; i++)
                _z[i] += _correction[i];
            if (size <= RefinementTarget)
                break;
        }

        WhittakerSolver.Unfold(_z.AsSpan(0, Folded), Row.Z);
        return size;
    }

    /// <summary>What weighted least squares by a polynomial of degree below d would still find in the residuals: 0 for the exact solution, whatever λ is.</summary>
    private double PolynomialLeft()
    {
        double middle = (Row.Length - 1) / 2.0, largest = 0;
        for (int degree = 0; degree < Order; degree++)
        {
            double moment = 0, norm = 0;
            for (int i = 0; i < Row.Length; i++)
            {
                double q = Math.Pow((i - middle) / (middle + 1), degree);
                moment += q * A[i] * (Row.R[i] - Row.Z[i]);
                norm += q * q * A[i];
            }

            largest = Math.Max(largest, Math.Abs(moment) / norm);
        }

        return largest;
    }

    private static double Largest(double[] values)
    {
        double largest = 0;
        foreach (double v in values)
            largest = Math.Max(largest, Math.Abs(v));
        return largest;
    }

    // Extrapolated ends move more than what is determined by data.
    private double LargestUsed(double[] folded)
    {
        double largest = 0;
        for (int i = 0; i < Folded; i++)
        {
            if (_a[i] > 0)
                largest = Math.Max(largest, Math.Abs(folded[i]));
        }

        return largest;
    }
}
