using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace BigMap.Analysis.Numerics.Internal;

/// <summary>
/// R and Qᵀr from JᵀJ = RᵀR (Cholesky) instead of an orthogonal factorisation: a third of the work, all of it in registers. It loses twice
/// the digits, so it is used only where there are digits to lose.
/// </summary>
internal sealed class GramFactor(int capacity)
{
    /// <summary>Below this order an orthogonal factorisation costs little.</summary>
    public const int SmallestOrder = 16;

    // Pivots are 1 − R² of a column on those before it; above this R has at least ten digits and Qᵀr is as good as rounding of r allows.
    private const double SmallestPivot = 1e-4;

    // 128 rows of some tens of columns stay near the core.
    private const int BlockRows = 128;

    private readonly double[] _lanes = new double[8 * capacity * capacity];
    private readonly double[] _gram = new double[capacity * capacity];

    /// <param name="jacobian">Columns of as many values as there are residuals.</param>
    /// <param name="residuals">r.</param>
    /// <param name="norms">Receives the norms of the columns, as many as there are.</param>
    /// <param name="r">Receives R, column-major, upper triangle.</param>
    /// <param name="rotated">Receives the first values of Qᵀr.</param>
    /// <returns>False when a pivot is too small or a column is nought or not finite; nothing useful was written.</returns>
    public bool TryFactor(ReadOnlySpan<double> jacobian, ReadOnlySpan<double> residuals, Span<double> norms, Span<double> r, Span<double> rotated)
    {
        int n = norms.Length, m = residuals.Length;
        if (Avx512F.IsSupported)
            Multiply<Lanes512>(jacobian, m, n);
        else
            Multiply<Lanes256>(jacobian, m, n);

        for (int j = 0; j < n; j++)
        {
            double squares = _gram[(j * n) + j];
            if (!(squares >= Householder.SmallestSquares && double.IsFinite(squares)))
                return false;
            norms[j] = Math.Sqrt(squares);
        }

        // Cholesky in scaled columns, r as Lᵀ: column j holds the j-th row of L. Rows of L are contiguous.
        for (int j = 0; j < n; j++)
        {
            Span<double> rowJ = r.Slice(j * n, j + 1);
            for (int i = 0; i < j; i++)
            {
                ReadOnlySpan<double> rowI = r.Slice(i * n, i + 1);
                double sum = _gram[(i * n) + j] / (norms[i] * norms[j]);
                sum -= Householder.Product(rowJ[..i], rowI[..i]);
                rowJ[i] = sum / rowI[i];
            }

            double pivot = (_gram[(j * n) + j] / (norms[j] * norms[j])) - Householder.SumOfSquares(rowJ[..j]);
            if (!(pivot >= SmallestPivot))
                return false;
            rowJ[j] = Math.Sqrt(pivot);
        }

        // Qᵀr = R⁻ᵀJᵀr.
        for (int j = 0; j < n; j++)
        {
            double g = Householder.Product(jacobian.Slice(j * m, m), residuals) / norms[j];
            rotated[j] = (g - Householder.Product(r.Slice(j * n, j), rotated[..j])) / r[(j * n) + j];
        }

        for (int j = 0; j < n; j++)
        {
            for (int i = 0; i <= j; i++)
                r[(j * n) + i] *= norms[j];
        }

        return true;
    }

    private void Multiply<TLanes>(ReadOnlySpan<double> jacobian, int m, int n)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        // Lanes are partial sums over rows here.
        int width = TLanes.Count, vectors = m / width;
        Span<double> sums = _lanes.AsSpan(0, n * n * width);
        sums.Clear();
        for (int first = 0; first < vectors; first += BlockRows / width)
        {
            LaneGram.Add(
                ref Unsafe.As<double, TLanes>(ref Unsafe.Add(ref MemoryMarshal.GetReference(jacobian), first * width)),
                m,
                Math.Min(BlockRows / width, vectors - first),
                n,
                ref Unsafe.As<double, TLanes>(ref MemoryMarshal.GetReference(sums)));
        }

        for (int i = 0; i < n; i++)
        {
            for (int j = i; j < n; j++)
            {
                double sum = 0;
                for (int lane = 0; lane < width; lane++)
                    sum += sums[(((i * n) + j) * width) + lane];
                for (int row = vectors * width; row < m; row++)
                    sum += jacobian[(i * m) + row] * jacobian[(j * m) + row];
                _gram[(i * n) + j] = sum;
            }
        }
    }
}
