namespace BigMap.Analysis.Numerics;

/// <summary>Solves A z = b for a symmetric positive definite band matrix by A = L D Lᵀ, without pivoting.</summary>
/// <remarks>
/// Storage: <c>bands[d·n + i]</c> holds A(i, i+d) for d = 0 … k, i = 0 … n−d−1; the rest of each diagonal is not read. Cost n·k². Methods
/// allocate nothing and are thread-safe: all state is the caller's. Golub and Van Loan, Matrix Computations, 4th ed., section 4.3.
/// </remarks>
/// <example><code>
/// double[] bands = { 2, 2, 2, -1, -1, 0 }; // tridiagonal, n = 3
/// double[] z = { 1, 0, 1 };
/// if (BandedLdlt.Factor(bands, n: 3, k: 1))
///     BandedLdlt.Solve(bands, 3, 1, z); // 1, 1, 1
/// </code></example>
public static class BandedLdlt
{
    /// <summary>Replaces A by its factors: D on the main diagonal, L(i+d, i) on the d-th.</summary>
    /// <param name="bands">Matrix in, factors out; (k+1)·n values.</param>
    /// <param name="n">Order of the matrix, at least 1.</param>
    /// <param name="k">Number of diagonals above the main one, 0 or more.</param>
    /// <returns>False when a pivot is not positive: the matrix is not positive definite in double precision, and the content of <paramref name="bands"/> is undefined.</returns>
    /// <exception cref="ArgumentException">Too few values.</exception>
    public static bool Factor(Span<double> bands, int n, int k)
    {
        CheckSize(bands.Length, n, k);
        for (int j = 0; j < n; j++)
        {
            double pivot = bands[j];
            if (!(pivot > 0) || double.IsPositiveInfinity(pivot))
                return false;
            double inverse = 1 / pivot;
            int last = Math.Min(k, n - 1 - j);
            for (int a = 1; a <= last; a++)
            {
                double l = bands[(a * n) + j] * inverse;
                for (int b = a; b <= last; b++)
                    bands[((b - a) * n) + j + a] -= l * bands[(b * n) + j];
            }

            // L is stored only after the rows below have used A(j, j+b).
            for (int a = 1; a <= last; a++)
                bands[(a * n) + j] *= inverse;
        }

        return true;
    }

    /// <summary>Solves with factors from <see cref="Factor"/>.</summary>
    /// <param name="bands">The factors.</param>
    /// <param name="n">Order of the matrix.</param>
    /// <param name="k">Number of diagonals above the main one.</param>
    /// <param name="z">Right-hand side in, solution out; n values.</param>
    /// <exception cref="ArgumentException">Too few values.</exception>
    public static void Solve(ReadOnlySpan<double> bands, int n, int k, Span<double> z)
    {
        CheckSize(bands.Length, n, k);
        if (z.Length != n)
            throw new ArgumentException($"The right-hand side has {z.Length} values, the matrix order is {n}.", nameof(z));
        for (int i = 0; i < n; i++)
        {
            double value = z[i];
            int last = Math.Min(k, n - 1 - i);
            for (int d = 1; d <= last; d++)
                z[i + d] -= bands[(d * n) + i] * value;
        }

        for (int i = n - 1; i >= 0; i--)
        {
            double value = z[i] / bands[i];
            int last = Math.Min(k, n - 1 - i);
            for (int d = 1; d <= last; d++)
                value -= bands[(d * n) + i] * z[i + d];
            z[i] = value;
        }
    }

    private static void CheckSize(int length, int n, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        if (length < (long)(k + 1) * n)
            throw new ArgumentException($"A matrix of order {n} with {k} diagonals above the main one needs {(long)(k + 1) * n} values, but there are {length}.", nameof(length));
    }
}
