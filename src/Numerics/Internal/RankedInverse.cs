namespace BigMap.Analysis.Numerics.Internal;

/// <summary>
/// Rank and covariance of a small matrix by column-pivoted orthogonalisation (Golub and Van Loan, 4th ed., section 5.4): which columns are
/// determined, and (RᵀR)⁻¹ over them.
/// </summary>
internal sealed class RankedInverse
{
    private readonly double[] _columns;
    private readonly int[] _index;
    private readonly double[] _triangle;
    private readonly double[] _inverse;
    private readonly bool[] _determined;
    private int _rows;
    private int _rank;

    public RankedInverse(int capacity)
    {
        _columns = new double[capacity * capacity];
        _index = new int[capacity];
        _triangle = new double[capacity * capacity];
        _inverse = new double[capacity * capacity];
        _determined = new bool[capacity];
    }

    public int Count { get; private set; }

    public int ZeroCount { get; private set; }

    public void Begin(int rows)
    {
        _rows = rows;
        Count = 0;
        ZeroCount = 0;
    }

    public void Add(int index, ReadOnlySpan<double> column, double factor)
    {
        Span<double> target = _columns.AsSpan(Count * _rows, _rows);
        target.Clear();
        for (int i = 0; i < column.Length; i++)
            target[i] = column[i] * factor;
        if (factor == 0)
            ZeroCount++;
        _index[Count++] = index;
    }

    public int Column(int a) => _index[a];

    public bool IsDetermined(int a) => _determined[a];

    public int Factor(double tolerance)
    {
        int n = Count;
        double largest = 0;
        _rank = n;
        for (int k = 0; k < n; k++)
        {
            int pivot = k;
            double best = -1;
            for (int j = k; j < n; j++)
            {
                double norm = Householder.SumOfSquares(ColumnOf(j));
                if (norm > best)
                {
                    best = norm;
                    pivot = j;
                }
            }

            Swap(k, pivot, k);
            double length = Math.Sqrt(best);
            largest = Math.Max(largest, length);
            if (!(length > tolerance * largest))
            {
                _rank = k;
                break;
            }

            Span<double> q = ColumnOf(k);
            for (int i = 0; i < q.Length; i++)
                q[i] /= length;
            _triangle[(k * n) + k] = length;

            // Twice is enough (Kahan, Parlett): the second pass removes what rounding left of q.
            for (int j = k + 1; j < n; j++)
            {
                Span<double> v = ColumnOf(j);
                double total = 0;
                for (int pass = 0; pass < 2; pass++)
                {
                    double s = 0;
                    for (int i = 0; i < q.Length; i++)
                        s += q[i] * v[i];
                    for (int i = 0; i < q.Length; i++)
                        v[i] -= s * q[i];
                    total += s;
                }

                _triangle[(j * n) + k] = total;
            }
        }

        Invert(n);
        return _rank;
    }

    /// <summary>((RᵀR)⁻¹)ₐᵦ for a, b below the rank, in pivoted order.</summary>
    public double Covariance(int a, int b)
    {
        double sum = 0;
        for (int i = Math.Max(a, b); i < _rank; i++)
            sum += _inverse[(i * Count) + a] * _inverse[(i * Count) + b];
        return sum;
    }

    private Span<double> ColumnOf(int j) => _columns.AsSpan(j * _rows, _rows);

    private void Swap(int a, int b, int done)
    {
        if (a == b)
            return;
        (_index[a], _index[b]) = (_index[b], _index[a]);
        Span<double> x = ColumnOf(a), y = ColumnOf(b);
        for (int i = 0; i < x.Length; i++)
            (x[i], y[i]) = (y[i], x[i]);
        int n = Count;
        for (int i = 0; i < done; i++)
            (_triangle[(a * n) + i], _triangle[(b * n) + i]) = (_triangle[(b * n) + i], _triangle[(a * n) + i]);
    }

    private void Invert(int n)
    {
        // _inverse[k·n + i] = (R⁻¹)(i, k), upper triangle of the leading block.
        for (int k = 0; k < _rank; k++)
        {
            _inverse[(k * n) + k] = 1 / _triangle[(k * n) + k];
            for (int i = k - 1; i >= 0; i--)
            {
                double sum = 0;
                for (int j = i + 1; j <= k; j++)
                    sum += _triangle[(j * n) + i] * _inverse[(k * n) + j];
                _inverse[(k * n) + i] = -sum / _triangle[(i * n) + i];
            }
        }

        // A direction that changes nothing runs along the dropped columns −(R₁⁻¹ R₂, −1): every parameter that takes part is undetermined.
        for (int a = 0; a < n; a++)
        {
            _determined[a] = a < _rank;
            for (int d = _rank; d < n && a < _rank; d++)
            {
                double share = 0;
                for (int j = a; j < _rank; j++)
                    share += _inverse[(j * n) + a] * _triangle[(d * n) + j];
                if (Math.Abs(share) > 1e-6)
                    _determined[a] = false;
            }
        }
    }
}
