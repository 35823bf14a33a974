namespace BigMap.Analysis.Numerics;

/// <summary>
/// Singular values and vectors of a matrix A whose n vectors (its rows) have m ≥ n elements. One-sided Jacobi rotations (J. Demmel, K. Veselić, doi:10.1137/0613074)
/// make the vectors orthogonal; they start from the eigenvectors of AAᵀ, so that one or two sweeps are enough, and give small singular values the digits
/// that AAᵀ has lost.
/// </summary>
internal sealed class ThinSvd
{
    private const double UnitRoundoff = 1.1102230246251565e-16, SmallAngle = 1e-11;

    // Of a cosine this small a singular value has an error of its square, below rounding.
    private const double SmallError = 5e-9;
    private const int Margin = 5, VectorsAtOnce = 8, ColumnsAtOnce = 1024, MaxSweeps = 40;

    private ThinSvd(double[] values, double[] left, double[] right, int rank) => (Values, Left, Right, Rank) = (values, left, right, rank);

    /// <summary>Singular values, descending.</summary>
    public double[] Values { get; }

    /// <summary>Row k: the n elements of the k-th left vector.</summary>
    public double[] Left { get; }

    /// <summary>Row k: the m elements of the k-th right vector.</summary>
    public double[] Right { get; }

    /// <summary>Singular values above m·2⁻⁵³ of the largest.</summary>
    public int Rank { get; }

    /// <summary>Decomposes a matrix of n vectors; bits do not depend on the number of threads.</summary>
    /// <param name="a">The vectors; overwritten.</param>
    /// <param name="size">How many vectors, how many elements, and how many singular vectors are wanted: the others are only as orthogonal as their singular values need.</param>
    /// <param name="context">Threads and progress.</param>
    /// <param name="operation">Name, for progress.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static ThinSvd Decompose(double[] a, (int N, int M, int Wanted) size, AnalysisContext context, string operation, CancellationToken cancellationToken)
    {
        (int n, int m, int wanted) = size;
        AnalysisContext quiet = context with { Progress = null };
        double largest = 0;
        foreach (double v in a)
            largest = Math.Max(largest, Math.Abs(v));
        if (n == 0 || largest == 0)
            return new ThinSvd(new double[n], new double[n * n], new double[n * m], 0);
        int exponent = Math.ILogB(largest);
        for (int i = 0; i < a.Length; i++)
            a[i] = Math.ScaleB(a[i], -exponent);

        double[] gram = new double[n * n];
        RowScheduler.Run(
            new RowPlan(n, operation),
            context,
            () => 0,
            (i, _) =>
            {
                for (int j = 0; j <= i; j++)
                    gram[(i * n) + j] = VectorKernels.Dot(a.AsSpan(i * m, m), a.AsSpan(j * m, m));
                return true;
            },
            cancellationToken);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < i; j++)
                gram[(j * n) + i] = gram[(i * n) + j];
        }

        (double[] values, double[] vectors) = SymmetricEigen.Decompose(gram, n, quiet, cancellationToken);
        int[] order = Descending(values);
        double[] left = gram;
        for (int k = 0; k < n; k++)
            vectors.AsSpan(order[k] * n, n).CopyTo(left.AsSpan(k * n));

        var b = new double[n * m];
        RowScheduler.Run(
            new RowPlan((n + VectorsAtOnce - 1) / VectorsAtOnce, operation),
            quiet,
            () => 0,
            (block, _) =>
            {
                int first = block * VectorsAtOnce, last = Math.Min(n, first + VectorsAtOnce);
                for (int column = 0; column < m; column += ColumnsAtOnce)
                {
                    int length = Math.Min(ColumnsAtOnce, m - column);
                    for (int i = 0; i < n; i++)
                    {
                        for (int k = first; k < last; k++)
                            VectorKernels.AddScaled(b.AsSpan((k * m) + column, length), left[(k * n) + i], a.AsSpan((i * m) + column, length));
                    }
                }

                return true;
            },
            cancellationToken);
        int strict = Math.Min(n, wanted + Margin);
        double[] squares = Orthogonalise(b, left, (n, m, strict), quiet, cancellationToken);
        order = Descending(squares);
        if (order.AsSpan(0, Math.Min(n, wanted)).ContainsAnyInRange(strict, int.MaxValue))
        {
            // Singular values so close that one from further down is among the wanted ones.
            squares = Orthogonalise(b, left, (n, m, n), quiet, cancellationToken);
            order = Descending(squares);
        }

        var sigma = new double[n];
        var u = vectors;
        double[] right = a;
        int rank = 0;
        for (int k = 0; k < n; k++)
        {
            ReadOnlySpan<double> vector = b.AsSpan(order[k] * m, m);
            sigma[k] = Math.Sqrt(VectorKernels.Dot(vector, vector));
            if (sigma[k] > m * UnitRoundoff * sigma[0])
                rank = k + 1;
            left.AsSpan(order[k] * n, n).CopyTo(u.AsSpan(k * n));
            for (int i = 0; i < m; i++)
                right[(k * m) + i] = sigma[k] > 0 ? vector[i] / sigma[k] : 0;
        }

        for (int k = 0; k < n; k++)
            sigma[k] = Math.ScaleB(sigma[k], exponent);
        return new ThinSvd(sigma, u, right, rank);
    }

    /// <summary>Rotates pairs of vectors until each is orthogonal to each other; the pairs of a round have no vector in common, so they can run side by side.</summary>
    private static double[] Orthogonalise(double[] b, double[] left, (int N, int M, int Strict) size, AnalysisContext context, CancellationToken cancellationToken)
    {
        (int n, int m, int strict) = size;
        var squares = new double[n];
        var cosines = new double[n];
        int players = n + (n & 1), half = players / 2;
        double tolerance = 2 * UnitRoundoff * Math.Sqrt(m);
        for (int sweep = 0; sweep < MaxSweeps; sweep++)
        {
            double largest = 0;
            for (int i = 0; i < n; i++)
            {
                squares[i] = VectorKernels.Dot(b.AsSpan(i * m, m), b.AsSpan(i * m, m));
                largest = Math.Max(largest, squares[i]);
            }

            double nothing = largest * (m * UnitRoundoff) * (m * UnitRoundoff);
            double widest = 0;
            for (int round = 0; round < players - 1; round++)
            {
                // The round of a tournament in which one player keeps his place.
                int turn = round;
                RowScheduler.Run(
                    new RowPlan(half, string.Empty, Math.Max(1, half / 16)),
                    context,
                    () => 0,
                    (pair, _) =>
                    {
                        int p = pair == 0 ? players - 1 : (turn + pair) % (players - 1), q = (turn + players - 1 - pair) % (players - 1);
                        (p, q) = (Math.Min(p, q), Math.Max(p, q));
                        cosines[pair] = q < n && squares[p] > nothing && squares[q] > nothing ? RotatePair(b, left, (p, q), (n, m), squares, p < strict ? tolerance : SmallError) : 0;
                        return true;
                    },
                    cancellationToken);
                for (int pair = 0; pair < half; pair++)
                    widest = Math.Max(widest, cosines[pair]);
            }

            // One sweep squares what is left; after one over angles this small nothing remains but rounding.
            if (widest < SmallAngle)
                break;
        }

        return squares;
    }

    /// <summary>Makes two vectors orthogonal; returns the cosine of the angle they had, 0 when they need no rotation.</summary>
    private static double RotatePair(double[] b, double[] left, (int P, int Q) pair, (int N, int M) size, double[] squares, double tolerance)
    {
        (int p, int q) = pair;
        (int n, int m) = size;
        Span<double> x = b.AsSpan(p * m, m), y = b.AsSpan(q * m, m);
        double dot = VectorKernels.Dot(x, y);
        double cosine = Math.Abs(dot) / (Math.Sqrt(squares[p]) * Math.Sqrt(squares[q]));
        if (cosine <= tolerance)
            return 0;
        double zeta = (squares[q] - squares[p]) / (2 * dot), t = Math.CopySign(1, zeta) / (Math.Abs(zeta) + double.Hypot(1, zeta)), c = 1 / double.Hypot(1, t), s = c * t;
        VectorKernels.Rotate(x, y, c, -s);
        VectorKernels.Rotate(left.AsSpan(p * n, n), left.AsSpan(q * n, n), c, -s);
        squares[p] = VectorKernels.Dot(x, x);
        squares[q] = VectorKernels.Dot(y, y);
        return cosine;
    }

    /// <summary>Places of values from the largest down; equal ones in their order.</summary>
    private static int[] Descending(double[] values)
    {
        var order = new int[values.Length];
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(order, (i, j) => values[i] != values[j] ? values[j].CompareTo(values[i]) : i.CompareTo(j));
        return order;
    }
}
