namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>Polynomials in x, orthonormal over the used points: no digits are lost to the degree.</summary>
/// <remarks>
/// x is mapped onto −1 … 1. Each polynomial is x times the one before, orthogonalised twice against all before it (twice is enough: Kahan's rule;
/// Giraud et al., doi:10.1007/s00211-005-0615-4). They are evaluated at the points that are not used, too.
/// </remarks>
internal sealed class OrthogonalPolynomials(int length, int expectedDegree)
{
    private double[] _q = new double[length * (expectedDegree + 1)];
    private readonly double[] _x = new double[length];
    private readonly double[] _used = new double[length];
    private int _degree = -1;

    /// <summary>Builds the basis; nothing is done when it is the same as the last one. Weights are 0 or 1.</summary>
    public void Prepare(ReadOnlySpan<double> x, ReadOnlySpan<double> used, int degree)
    {
        if (degree == _degree && x.SequenceEqual(_x) && used.SequenceEqual(_used))
            return;
        if (_q.Length < length * (degree + 1))
            _q = new double[length * (degree + 1)];
        x.CopyTo(_x);
        used.CopyTo(_used);
        _degree = degree;
        double middle = (0.5 * x[0]) + (0.5 * x[^1]), half = (0.5 * x[^1]) - (0.5 * x[0]);
        for (int k = 0; k <= degree; k++)
        {
            Span<double> q = Column(k);
            for (int i = 0; i < length; i++)
                q[i] = k == 0 ? 1 : (length == 1 ? 0 : (x[i] - middle) / half) * _q[((k - 1) * length) + i];
            double before = Math.Sqrt(Product(q, q));
            for (int pass = 0; pass < 2; pass++)
            {
                for (int j = 0; j < k; j++)
                {
                    double overlap = Product(Column(j), q);
                    Add(q, -overlap, Column(j));
                }
            }

            // With no more points than polynomials before it nothing but rounding is left of this one.
            double norm = Math.Sqrt(Product(q, q));
            bool independent = norm > 1e-10 * before;
            for (int i = 0; i < length; i++)
                q[i] = independent ? q[i] / norm : 0;
        }
    }

    /// <summary>The least-squares polynomial through the used points, at every point.</summary>
    public void Project(ReadOnlySpan<double> y, Span<double> fit)
    {
        fit.Clear();
        for (int k = 0; k <= _degree; k++)
        {
            ReadOnlySpan<double> q = Column(k);
            Add(fit, Product(q, y), q);
        }
    }

    private static void Add(Span<double> sum, double factor, ReadOnlySpan<double> q)
    {
        for (int i = 0; i < sum.Length; i++)
            sum[i] += factor * q[i];
    }

    private Span<double> Column(int k) => _q.AsSpan(k * length, length);

    private double Product(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += _used[i] * a[i] * b[i];
        return sum;
    }
}
