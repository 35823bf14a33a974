using System.Numerics.Tensors;

namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>
/// λ by restricted maximum likelihood for residuals y − Zu, u ~ N(0, φ/λ), everything without penalty projected out before. In the eigenvectors of
/// ZᵀZ every λ costs a sum. H. D. Patterson, R. Thompson, Biometrika 58 (1971) 545, doi:10.1093/biomet/58.3.545; as a smoothing parameter:
/// G. Wahba, Ann. Stat. 13 (1985) 1378, doi:10.1214/aos/1176349743.
/// </summary>
internal sealed class SmoothnessEstimate(int count)
{
    // ln λ over the mean eigenvalue: beyond, the spline is free or a straight line.
    private const double Reach = 28;
    private const int Steps = 112;

    private readonly double[] _matrix = new double[count * count];
    private readonly double[] _vectors = new double[count * count];
    private readonly double[] _values = new double[count];
    private readonly double[] _parts = new double[count];
    private double _rest;

    /// <summary>Takes the projected columns and residuals.</summary>
    /// <param name="columns">Columns Z, one after the other.</param>
    /// <param name="stride">From a column to the next.</param>
    /// <param name="residuals">y.</param>
    public void Load(ReadOnlySpan<double> columns, int stride, ReadOnlySpan<double> residuals)
    {
        int n = residuals.Length;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<double> a = columns.Slice(i * stride, n);
            for (int j = 0; j <= i; j++)
                _matrix[(i * count) + j] = _matrix[(j * count) + i] = TensorPrimitives.Dot(a, columns.Slice(j * stride, n));
        }

        Diagonalise();
        for (int k = 0; k < count; k++)
        {
            double sum = 0;
            for (int i = 0; i < count; i++)
                sum += _vectors[(i * count) + k] * TensorPrimitives.Dot(columns.Slice(i * stride, n), residuals);
            _parts[k] = sum;
        }

        _rest = TensorPrimitives.SumOfSquares(residuals);
    }

    /// <summary>Number of parameters that the penalised ones amount to: Σ Λ/(Λ + λ).</summary>
    public double Effective(double lambda)
    {
        double sum = 0;
        foreach (double value in _values)
            sum += value / (value + lambda);
        return sum;
    }

    /// <summary>The best λ.</summary>
    /// <param name="freedom">Points minus parameters without penalty.</param>
    /// <param name="known">Whether φ is 1; otherwise it is estimated as well.</param>
    public double Find(double freedom, bool known)
    {
        double mean = 0, best = double.PositiveInfinity;
        foreach (double value in _values)
            mean += value / count;
        if (!(mean > 0) || !(_rest > 0))
            return 1;
        int at = 0;
        for (int k = 0; k <= Steps; k++)
        {
            double value = Criterion(mean * Math.Exp(Reach * ((2.0 * k / Steps) - 1)), freedom, known);
            if (value < best)
                (best, at) = (value, k);
        }

        double low = Reach * ((2.0 * Math.Max(0, at - 1) / Steps) - 1), high = Reach * ((2.0 * Math.Min(Steps, at + 1) / Steps) - 1);
        for (int k = 0; k < 60; k++)
        {
            double middle = 0.5 * (low + high);
            if (Slope(mean * Math.Exp(middle), freedom, known) > 0)
                high = middle;
            else
                low = middle;
        }

        return mean * Math.Exp(0.5 * (low + high));
    }

    private double Dispersion(double lambda, double freedom)
    {
        double sum = _rest;
        for (int k = 0; k < count; k++)
            sum -= _parts[k] * _parts[k] / (_values[k] + lambda);
        return Math.Max(sum, 1e-14 * _rest) / freedom;
    }

    /// <summary>−2 ln of the restricted likelihood.</summary>
    private double Criterion(double lambda, double freedom, bool known)
    {
        double dispersion = Dispersion(lambda, freedom), sum = known ? freedom * dispersion : freedom * Math.Log(dispersion);
        foreach (double value in _values)
            sum += Math.Log((value / lambda) + 1);
        return sum;
    }

    /// <summary>Its derivative by ln λ.</summary>
    private double Slope(double lambda, double freedom, bool known)
    {
        double penalty = 0;
        for (int k = 0; k < count; k++)
        {
            double u = _parts[k] / (_values[k] + lambda);
            penalty += lambda * u * u;
        }

        return (penalty / (known ? 1 : Dispersion(lambda, freedom))) - Effective(lambda);
    }

    /// <summary>Jacobi's rotations (G. H. Golub, C. F. Van Loan, Matrix Computations, 4th ed., section 8.5).</summary>
    private void Diagonalise()
    {
        int n = count;
        Array.Clear(_vectors);
        for (int i = 0; i < n; i++)
            _vectors[(i * n) + i] = 1;
        for (int sweep = 0; sweep < 30; sweep++)
        {
            double off = 0, all = 0;
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    double square = _matrix[(i * n) + j] * _matrix[(i * n) + j];
                    all += square;
                    off += i == j ? 0 : square;
                }
            }

            if (off <= 1e-30 * all)
                break;
            for (int p = 0; p < n - 1; p++)
            {
                for (int q = p + 1; q < n; q++)
                    Rotate(p, q);
            }
        }

        for (int i = 0; i < n; i++)
            _values[i] = Math.Max(0, _matrix[(i * n) + i]);
    }

    private void Rotate(int p, int q)
    {
        int n = count;
        double apq = _matrix[(p * n) + q];
        if (apq * apq <= 1e-34 * Math.Abs(_matrix[(p * n) + p] * _matrix[(q * n) + q]))
            return;
        double theta = (_matrix[(q * n) + q] - _matrix[(p * n) + p]) / (2 * apq);
        double t = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1)), c = 1 / Math.Sqrt((t * t) + 1), s = t * c;
        for (int k = 0; k < n; k++)
        {
            (double a, double b) = (_matrix[(k * n) + p], _matrix[(k * n) + q]);
            (_matrix[(k * n) + p], _matrix[(k * n) + q]) = ((c * a) - (s * b), (s * a) + (c * b));
        }

        for (int k = 0; k < n; k++)
        {
            (double a, double b) = (_matrix[(p * n) + k], _matrix[(q * n) + k]);
            (_matrix[(p * n) + k], _matrix[(q * n) + k]) = ((c * a) - (s * b), (s * a) + (c * b));
            (double v, double w) = (_vectors[(k * n) + p], _vectors[(k * n) + q]);
            (_vectors[(k * n) + p], _vectors[(k * n) + q]) = ((c * v) - (s * w), (s * v) + (c * w));
        }
    }
}
