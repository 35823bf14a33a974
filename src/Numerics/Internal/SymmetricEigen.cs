namespace BigMap.Analysis.Numerics;

/// <summary>
/// Eigenvectors of a symmetric matrix: Householder's reduction to tridiagonal form, then the implicit QL iteration (G. H. Golub, C. F. Van Loan,
/// Matrix Computations, 8.3). The rotations of the iteration are collected and applied to columns of the vectors in parallel.
/// </summary>
internal static class SymmetricEigen
{
    private const int ColumnsAtOnce = 64, RotationsAtOnce = 1 << 20;

    /// <summary>Decomposes a matrix.</summary>
    /// <param name="a">n × n, symmetric, row-major; overwritten.</param>
    /// <param name="n">Size.</param>
    /// <param name="context">Threads.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>Eigenvalues in no order, and the eigenvectors as the rows of a matrix.</returns>
    public static (double[] Values, double[] Vectors) Decompose(double[] a, int n, AnalysisContext context, CancellationToken cancellationToken)
    {
        var d = new double[n];
        var e = new double[n];
        double[] q = Reduce(a, n, d, e, cancellationToken);
        var rotations = new List<(int At, double C, double S)>();
        void Apply()
        {
            RowScheduler.Run(
                new RowPlan((n + ColumnsAtOnce - 1) / ColumnsAtOnce, string.Empty),
                context with { Progress = null },
                () => 0,
                (chunk, _) =>
                {
                    int first = chunk * ColumnsAtOnce, length = Math.Min(ColumnsAtOnce, n - first);
                    foreach ((int at, double c, double s) in rotations)
                        VectorKernels.Rotate(q.AsSpan((at * n) + first, length), q.AsSpan(((at + 1) * n) + first, length), c, s);
                    return true;
                },
                cancellationToken);
            rotations.Clear();
        }

        for (int l = 0; l < n; l++)
        {
            for (int iteration = 0; iteration < 60; iteration++)
            {
                int m = l;
                while (m < n - 1 && Math.Abs(e[m]) > 1.1e-16 * (Math.Abs(d[m]) + Math.Abs(d[m + 1])))
                    m++;
                if (m == l)
                    break;
                if (rotations.Count > RotationsAtOnce)
                    Apply();
                cancellationToken.ThrowIfCancellationRequested();

                // Wilkinson's shift, chased from m − 1 up to l.
                double g = (d[l + 1] - d[l]) / (2 * e[l]), r = double.Hypot(g, 1);
                g = d[m] - d[l] + (e[l] / (g + Math.CopySign(r, g)));
                double s = 1, c = 1, p = 0;
                int i = m - 1;
                for (; i >= l; i--)
                {
                    double f = s * e[i], b = c * e[i];
                    r = double.Hypot(f, g);
                    e[i + 1] = r;
                    if (r == 0)
                    {
                        d[i + 1] -= p;
                        e[m] = 0;
                        break;
                    }

                    s = f / r;
                    c = g / r;
                    g = d[i + 1] - p;
                    r = ((d[i] - g) * s) + (2 * c * b);
                    p = s * r;
                    d[i + 1] = g + p;
                    g = (c * r) - b;
                    rotations.Add((i, c, -s));
                }

                if (r == 0 && i >= l)
                    continue;
                d[l] -= p;
                e[l] = g;
                e[m] = 0;
            }
        }

        Apply();
        return (d, q);
    }

    /// <summary>Tridiagonal form: diagonal in d, what stands beside it in e; returns Qᵀ.</summary>
    private static double[] Reduce(double[] a, int n, double[] d, double[] e, CancellationToken cancellationToken)
    {
        var v = new double[n];
        var w = new double[n];
        var beta = new double[n];
        for (int k = 0; k < n - 2; k++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int size = n - k - 1;
            Span<double> x = a.AsSpan((k * n) + k + 1, size);
            double norm = Math.Sqrt(VectorKernels.Dot(x, x));
            if (norm == 0)
                continue;
            double alpha = -Math.CopySign(norm, x[0]);
            e[k] = alpha;
            x[0] -= alpha;
            beta[k] = -1 / (alpha * x[0]);
            x.CopyTo(v);
            ReadOnlySpan<double> vk = v.AsSpan(0, size);
            Span<double> wk = w.AsSpan(0, size);
            for (int i = 0; i < size; i++)
                wk[i] = beta[k] * VectorKernels.Dot(a.AsSpan(((k + 1 + i) * n) + k + 1, size), vk);
            VectorKernels.AddScaled(wk, -0.5 * beta[k] * VectorKernels.Dot(wk, vk), vk);
            for (int i = 0; i < size; i++)
            {
                Span<double> row = a.AsSpan(((k + 1 + i) * n) + k + 1, size);
                VectorKernels.AddScaled(row, -vk[i], wk);
                VectorKernels.AddScaled(row, -wk[i], vk);
            }
        }

        if (n > 1)
            e[n - 2] = a[((n - 2) * n) + n - 1];
        for (int i = 0; i < n; i++)
            d[i] = a[(i * n) + i];

        var q = new double[n * n];
        for (int i = 0; i < n; i++)
            q[(i * n) + i] = 1;
        for (int k = n - 3; k >= 0; k--)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (beta[k] == 0)
                continue;
            int size = n - k - 1;
            ReadOnlySpan<double> vk = a.AsSpan((k * n) + k + 1, size);
            Span<double> wk = w.AsSpan(0, size);
            wk.Clear();
            for (int i = 0; i < size; i++)
                VectorKernels.AddScaled(wk, vk[i], q.AsSpan(((k + 1 + i) * n) + k + 1, size));
            for (int i = 0; i < size; i++)
                VectorKernels.AddScaled(q.AsSpan(((k + 1 + i) * n) + k + 1, size), -beta[k] * vk[i], wk);
        }

        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < i; j++)
                (q[(i * n) + j], q[(j * n) + i]) = (q[(j * n) + i], q[(i * n) + j]);
        }

        return q;
    }
}
