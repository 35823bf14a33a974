namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>
/// The part of a cubic spline on equal intervals that is no straight line: columns of B Dᵀ(DDᵀ)⁻¹, B the B-splines and D their second differences,
/// so that the coefficients are these differences.
/// </summary>
internal sealed class SplineBasis
{
    private readonly int _intervals;
    private readonly double[] _map;
    private readonly double[] _x;
    private readonly double[] _columns;
    private bool _isMade;

    public SplineBasis(int intervals, int length)
    {
        _intervals = intervals;
        Count = intervals == 0 ? 0 : intervals + 1;
        _map = MakeMap(intervals);
        _x = new double[length];
        _columns = new double[Count * length];
    }

    /// <summary>Number of columns.</summary>
    public int Count { get; }

    public ReadOnlySpan<double> Column(int j) => _columns.AsSpan(j * _x.Length, _x.Length);

    /// <summary>Makes the columns for an axis; the same axis as before costs a comparison.</summary>
    public void Set(ReadOnlySpan<double> x)
    {
        if (Count == 0 || (_isMade && x.SequenceEqual(_x)))
            return;
        x.CopyTo(_x);
        _isMade = true;
        Evaluate(x, x[0], x[^1], _columns);
    }

    /// <summary>Columns over the interval from first to last, at any points of it.</summary>
    private void Evaluate(ReadOnlySpan<double> x, double first, double last, Span<double> columns)
    {
        int n = x.Length, all = _intervals + 3;
        Span<double> b = stackalloc double[4];
        for (int i = 0; i < n; i++)
        {
            double t = last > first ? (x[i] - first) / (last - first) * _intervals : 0;
            int cell = Math.Clamp((int)t, 0, _intervals - 1);
            double u = t - cell, v = 1 - u;
            b[0] = v * v * v / 6;
            b[1] = ((((3 * u) - 6) * u * u) + 4) / 6;
            b[2] = ((((((-3 * u) + 3) * u) + 3) * u) + 1) / 6;
            b[3] = u * u * u / 6;
            for (int j = 0; j < Count; j++)
            {
                ReadOnlySpan<double> row = _map.AsSpan((j * all) + cell, 4);
                columns[(j * n) + i] = (b[0] * row[0]) + (b[1] * row[1]) + (b[2] * row[2]) + (b[3] * row[3]);
            }
        }
    }

    /// <summary>(DDᵀ)⁻¹D, a row for each second difference.</summary>
    private static double[] MakeMap(int intervals)
    {
        if (intervals == 0)
            return [];
        int m = intervals + 1, all = intervals + 3;

        // DDᵀ has the rows 1 −4 6 −4 1; Cholesky's factors, then a column at a time.
        double[] l = new double[m * m], map = new double[m * all], z = new double[m];
        for (int i = 0; i < m; i++)
        {
            for (int j = Math.Max(0, i - 2); j <= i; j++)
            {
                double sum = (i - j) switch { 0 => 6, 1 => -4, _ => 1 };
                for (int k = Math.Max(0, i - 2); k < j; k++)
                    sum -= l[(i * m) + k] * l[(j * m) + k];
                l[(i * m) + j] = i == j ? Math.Sqrt(sum) : sum / l[(j * m) + j];
            }
        }

        for (int c = 0; c < all; c++)
        {
            for (int i = 0; i < m; i++)
            {
                // D has 1 −2 1 in row i, from column i on.
                double sum = (c - i) switch { 0 => 1, 1 => -2, 2 => 1, _ => 0 };
                for (int k = Math.Max(0, i - 2); k < i; k++)
                    sum -= l[(i * m) + k] * z[k];
                z[i] = sum / l[(i * m) + i];
            }

            for (int i = m - 1; i >= 0; i--)
            {
                double sum = z[i];
                for (int k = i + 1; k <= Math.Min(m - 1, i + 2); k++)
                    sum -= l[(k * m) + i] * z[k];
                z[i] = sum / l[(i * m) + i];
                map[(i * all) + c] = z[i];
            }
        }

        return map;
    }
}
