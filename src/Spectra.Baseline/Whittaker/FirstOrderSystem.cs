namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>(A + D₁ᵀ C D₁ + λ S DᵀD) z = A r + D₁ᵀ C D₁ t: a term in first differences beside the roughness, and rows that may be scaled.</summary>
/// <remarks>
/// A, C, S diagonal; t is r where the data enter through their differences (IAsLS), or 0 (drPLS). With S the matrix is not symmetric: band LU with
/// partial pivoting. Its rounding grows as 16 ε λ/A; each solve is therefore refined with a residual formed through differences, and
/// the polynomial part, which large λ hides from the factors, is corrected by itself. What the refinement cannot settle is reported.
/// </remarks>
internal sealed class FirstOrderSystem(PenalisedRow row, bool differencesOfData) : PenalisedSystem(row)
{
    private const double RefinementTarget = 1e-13;
    private const double SmallestScale = 1e-9;

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
        double largestWeight = 0, sum = 0;
        foreach (double a in A)
        {
            largestWeight = Math.Max(largestWeight, a);
            sum += a;
        }

        // Up to there the factors know the polynomials well enough for refinement to do the rest.
        bool stiff = !(16 * Detrending.Epsilon * Lambda < 1e-6 * sum / n);
        for (int step = 0; step < 6; step++)
        {
            double residual = FormResidual();

            // From there on λ Dᵀ(Dz) is but the rounding of z, and a step would do harm.
            if (step > 0 && !(residual <= 2 * largestWeight * Row.Size))
                break;
            _lu.Solve(_residual);
            double size = 0;
            for (int i = 0; i < n; i++)
                size = Math.Max(size, A[i] > 0 ? Math.Abs(_residual[i]) : 0);
            if (step > 0 && !(size < _lastStep))
                break;
            for (int i = 0; i < n; i++)
                Row.Z[i] += _residual[i];
            double polynomial = stiff ? CorrectPolynomial() : 0;
            _lastStep = step == 0 ? double.PositiveInfinity : Math.Max(size, polynomial);
            if (_lastStep <= RefinementTarget * Row.Range)
                break;
        }

        // Nothing could be refined: what is known of the error is what the polynomial part shows.
        if (double.IsPositiveInfinity(_lastStep))
            _lastStep = CorrectPolynomial();
        return true;
    }

    public override double Refine() => Row.Range > 0 ? _lastStep / Row.Range : 0;

    /// <summary>Adds the polynomial of a degree below d that weighted least squares still finds, and returns its size.</summary>
    /// <remarks>For large λ the factors know nothing of polynomials, which the penalty does not see. The condition that none is left does not contain λ.</remarks>
    private double CorrectPolynomial()
    {
        FormResidual(penalised: false);
        Span<double> m = stackalloc double[9], b = stackalloc double[3];
        m.Clear();
        b.Clear();
        int n = Row.Length, count = Order;
        double middle = (n - 1) / 2.0;
        for (int k = 0; k < count; k++)
        {
            for (int i = 0; i < n; i++)
            {
                double q = Legendre(k, (i - middle) / (middle + 1)) / Math.Max(S[i], SmallestScale);
                b[k] += q * _residual[i];
                for (int l = 0; l < count; l++)
                    m[(3 * k) + l] += q * Data(l, i, middle);
            }
        }

        for (int k = 0; k < count; k++)
        {
            if (!(Math.Abs(m[4 * k]) > 0))
                return double.PositiveInfinity;
            for (int i = k + 1; i < count; i++)
            {
                double f = m[(3 * i) + k] / m[4 * k];
                for (int l = k; l < count; l++)
                    m[(3 * i) + l] -= f * m[(3 * k) + l];
                b[i] -= f * b[k];
            }
        }

        double size = 0;
        for (int k = count - 1; k >= 0; k--)
        {
            for (int l = k + 1; l < count; l++)
                b[k] -= m[(3 * k) + l] * b[l];
            b[k] /= m[4 * k];
            size += Math.Abs(b[k]);
            for (int i = 0; i < n; i++)
                Row.Z[i] += b[k] * Legendre(k, (i - middle) / (middle + 1));
        }

        return size;
    }

    private static double Legendre(int degree, double t) => degree switch { 0 => 1, 1 => t, _ => (1.5 * t * t) - 0.5 };

    /// <summary>Element i of (A + D₁ᵀCD₁) q.</summary>
    private double Data(int degree, int i, double middle)
    {
        double q = Legendre(degree, (i - middle) / (middle + 1));
        double value = A[i] * q;
        if (i > 0)
            value += C[i - 1] * (q - Legendre(degree, (i - 1 - middle) / (middle + 1)));
        if (i < Row.Length - 1)
            value -= C[i] * (Legendre(degree, (i + 1 - middle) / (middle + 1)) - q);
        return value;
    }

    /// <summary>Right-hand side minus matrix times z, with or without the penalty; returns the largest element.</summary>
    private double FormResidual(bool penalised = true)
    {
        double[] z = Row.Z, r = Row.R;
        z.CopyTo(_work, 0);
        if (penalised)
            Differences.PenaltyProduct(_work, Order);
        double before = 0, largest = 0, lambda = penalised ? Lambda : 0;
        for (int i = 0; i < z.Length; i++)
        {
            double after = 0;
            if (i < z.Length - 1)
                after = C[i] * ((differencesOfData ? r[i + 1] - r[i] : 0) - (z[i + 1] - z[i]));
            _residual[i] = (A[i] * (r[i] - z[i])) + before - after - (lambda * S[i] * _work[i]);
            largest = Math.Max(largest, Math.Abs(_residual[i]));
            before = after;
        }

        return largest;
    }
}
