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
        Array.Clear(_rows, 0, n * Width);
    }

    public void Add(int row, int column, double value) => _rows[At(row, column)] += value;

    /// <summary>Factorises in place. False when the matrix is singular.</summary>
    public bool Factor()
    {
        // Element (i, j) lies at i · width + j − i + band, so a row's neighbour in a column lies width − 1 further. Columns beyond the matrix hold zeros.
        int band = _band, width = Width, reach = 2 * band;
        double[] rows = _rows;
        for (int k = 0; k < n; k++)
        {
            int last = Math.Min(band, n - 1 - k), at = (k * width) + band, pivot = 0;
            for (int r = 1; r <= last; r++)
            {
                if (Math.Abs(rows[at + (r * (width - 1))]) > Math.Abs(rows[at + (pivot * (width - 1))]))
                    pivot = r;
            }

            _pivots[k] = k + pivot;
            if (pivot != 0)
            {
                int other = at + (pivot * (width - 1));
                for (int j = 0; j <= reach; j++)
                    (rows[at + j], rows[other + j]) = (rows[other + j], rows[at + j]);
            }

            double head = rows[at];
            if (!(Math.Abs(head) > 0) || !double.IsFinite(head))
                return false;
            ReadOnlySpan<double> top = rows.AsSpan(at + 1, reach);
            double inverse = 1 / head;
            for (int r = 1; r <= last; r++)
            {
                int from = at + (r * (width - 1));
                double l = rows[from] * inverse;
                _multipliers[(k * band) + r - 1] = l;
                Span<double> row = rows.AsSpan(from + 1, reach);
                for (int j = 0; j < top.Length; j++)
                    row[j] -= l * top[j];
            }
        }

        return true;
    }

    /// <summary>Solves in place with the factors.</summary>
    public void Solve(Span<double> z)
    {
        int band = _band, width = Width;
        for (int k = 0; k < n; k++)
        {
            int pivot = _pivots[k], last = Math.Min(band, n - 1 - k);
            double value = z[pivot];
            (z[pivot], z[k]) = (z[k], value);
            for (int r = 1; r <= last; r++)
                z[k + r] -= _multipliers[(k * band) + r - 1] * value;
        }

        for (int k = n - 1; k >= 0; k--)
        {
            int last = Math.Min(2 * band, n - 1 - k);
            ReadOnlySpan<double> row = _rows.AsSpan((k * width) + band, last + 1);
            double value = z[k];
            for (int j = 1; j < row.Length; j++)
                value -= row[j] * z[k + j];
            z[k] = value / row[0];
        }
    }

    private int At(int row, int column) => (row * Width) + column - row + _band;
}
