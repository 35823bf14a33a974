namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>A = LU of a band matrix that need not be symmetric, with partial pivoting. Golub and Van Loan, Matrix Computations, 4th ed., section 4.3.</summary>
/// <remarks>As many diagonals below the main one as above; row exchanges widen the upper part to twice that.</remarks>
internal sealed class BandedLu(int n, int largestBand)
{
    private readonly double[] _rows = new double[n * ((3 * largestBand) + 1)];
    private readonly double[] _multipliers = new double[n * largestBand];
    private readonly int[] _pivots = new int[n];
    private int _band;

    private int Width => (3 * _band) + 1;

    /// <summary>Starts a matrix of zeros with so many diagonals on either side.</summary>
    public void Clear(int band)
    {
        _band = band;
        Array.Clear(_rows);
    }

    public void Add(int row, int column, double value) => _rows[At(row, column)] += value;

    /// <summary>Factorises in place. False when the matrix is singular.</summary>
    public bool Factor()
    {
        for (int k = 0; k < n; k++)
        {
            int last = Math.Min(k + _band, n - 1), lastColumn = Math.Min(k + (2 * _band), n - 1), pivot = k;
            for (int i = k + 1; i <= last; i++)
            {
                if (Math.Abs(_rows[At(i, k)]) > Math.Abs(_rows[At(pivot, k)]))
                    pivot = i;
            }

            _pivots[k] = pivot;
            if (pivot != k)
            {
                for (int j = k; j <= lastColumn; j++)
                    (_rows[At(k, j)], _rows[At(pivot, j)]) = (_rows[At(pivot, j)], _rows[At(k, j)]);
            }

            double head = _rows[At(k, k)];
            if (!(Math.Abs(head) > 0) || !double.IsFinite(head))
                return false;
            for (int i = k + 1; i <= last; i++)
            {
                double l = _rows[At(i, k)] / head;
                _multipliers[(k * _band) + i - k - 1] = l;
                if (l == 0)
                    continue;
                for (int j = k + 1; j <= lastColumn; j++)
                    _rows[At(i, j)] -= l * _rows[At(k, j)];
            }
        }

        return true;
    }

    /// <summary>Solves in place with the factors.</summary>
    public void Solve(Span<double> z)
    {
        for (int k = 0; k < n; k++)
        {
            int pivot = _pivots[k];
            (z[k], z[pivot]) = (z[pivot], z[k]);
            for (int i = k + 1; i <= Math.Min(k + _band, n - 1); i++)
                z[i] -= _multipliers[(k * _band) + i - k - 1] * z[k];
        }

        for (int k = n - 1; k >= 0; k--)
        {
            double value = z[k];
            for (int j = k + 1; j <= Math.Min(k + (2 * _band), n - 1); j++)
                value -= _rows[At(k, j)] * z[j];
            z[k] = value / _rows[At(k, k)];
        }
    }

    private int At(int row, int column) => (row * Width) + column - row + _band;
}
