namespace BigMap.Analysis.Numerics;

/// <summary>Factors of a matrix X of n rows and p columns: X ≈ C S with C (n × k) and S (k × p) not negative.</summary>
/// <remarks>
/// <para><c>Nmf</c> finds C and S from random starts by hierarchical alternating least squares (A. Cichocki, A. H. Phan, doi:10.1587/transfun.E92.A.708); the
/// start with the fewest squares counts. <c>Mcr</c> starts from the purest rows (successive projections, M. C. U. Araújo et al.,
/// doi:10.1016/S0169-7439(01)00119-8) and alternates exact non-negative least squares for C and S, with the constraints asked for (MCR-ALS, J. Jaumot, A. de Juan,
/// R. Tauler, doi:10.1016/j.chemolab.2014.10.003). A unimodal profile is the closest one that rises to the present maximum and falls behind it.</para>
/// <para>Every spectrum in S has a largest value of 1 and C carries the amounts, except under closure. Components come with the largest contribution ‖c‖‖s‖ first.
/// Solutions need not be unique: profiles can often be mixed without changing the fit (rotational ambiguity). Noise may make X slightly negative. Components that
/// the data do not support are zero. Memory: a copy of X (and its transpose for MCR). The same bits for any number of threads. Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>CurveResolution model = CurveResolution.Mcr(values, columns: 400, new McrOptions { Components = 2, Closure = true });</code></example>
public sealed class CurveResolution
{
    private CurveResolution(double[] c, double[] s, (int Rows, int Columns, int Components) size, (int Iterations, bool Converged, double[] Residuals, double Squares) end)
    {
        Concentrations = c;
        Spectra = s;
        Count = size.Components;
        Iterations = end.Iterations;
        Converged = end.Converged;
        Residuals = end.Residuals;
        double left = 0;
        foreach (double r in end.Residuals)
            left += r;
        double share = end.Squares > 0 ? left / end.Squares : 0;
        LackOfFit = 100 * Math.Sqrt(share);
        ExplainedVariance = 100 * (1 - share);
    }

    /// <summary>Number of components.</summary>
    public int Count { get; }

    /// <summary>C, row after row: rows × <see cref="Count"/>.</summary>
    public ReadOnlyMemory<double> Concentrations { get; }

    /// <summary>S, one component after the other: <see cref="Count"/> × columns.</summary>
    public ReadOnlyMemory<double> Spectra { get; }

    /// <summary>Sum of the squares left over in each row.</summary>
    public ReadOnlyMemory<double> Residuals { get; }

    /// <summary>100 √(Σ(x − cs)²/Σx²), in %.</summary>
    public double LackOfFit { get; }

    /// <summary>100 (1 − Σ(x − cs)²/Σx²), in %.</summary>
    public double ExplainedVariance { get; }

    /// <summary>Iterations of the result.</summary>
    public int Iterations { get; }

    /// <summary>Whether the tolerance was reached.</summary>
    public bool Converged { get; }

    /// <summary>Non-negative matrix factorisation.</summary>
    /// <param name="values">X, row after row; not changed.</param>
    /// <param name="columns">Columns, at least 1.</param>
    /// <param name="options">Options; null for the defaults.</param>
    /// <param name="context">Threads and progress; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The factors.</returns>
    /// <exception cref="ArgumentException">Not whole rows, or a value that is not finite.</exception>
    public static CurveResolution Nmf(ReadOnlySpan<double> values, int columns, NmfOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default)
    {
        options ??= new NmfOptions();
        options.Validate();
        int rows = Matrix.Rows(values, columns);
        return Nmf(values.ToArray(), (rows, columns), options, context ?? AnalysisContext.Default, cancellationToken);
    }

    /// <summary>Multivariate curve resolution by alternating least squares.</summary>
    /// <param name="values">X, row after row; not changed.</param>
    /// <param name="columns">Columns, at least 1.</param>
    /// <param name="options">Options; null for the defaults.</param>
    /// <param name="context">Threads and progress; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The factors.</returns>
    /// <exception cref="ArgumentException">Not whole rows, or a value that is not finite.</exception>
    public static CurveResolution Mcr(ReadOnlySpan<double> values, int columns, McrOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default)
    {
        options ??= new McrOptions();
        options.Validate();
        int rows = Matrix.Rows(values, columns);
        return Mcr(values.ToArray(), (rows, columns), options, context ?? AnalysisContext.Default, cancellationToken);
    }

    internal static CurveResolution Nmf(double[] x, (int Rows, int Columns) size, NmfOptions options, AnalysisContext context, CancellationToken cancellationToken)
    {
        var results = new CurveResolution[options.Starts];
        RowScheduler.Run(
            new RowPlan(options.Starts, QualitySteps.NmfOperation),
            context,
            () => 0,
            (start, _) =>
            {
                results[start] = new HierarchicalLeastSquares(x, size.Rows, size.Columns, options).Run(start, cancellationToken);
                return results[start].Converged;
            },
            cancellationToken);
        CurveResolution best = results[0];
        foreach (CurveResolution result in results)
        {
            if (result.LackOfFit < best.LackOfFit)
                best = result;
        }

        return best;
    }

    internal static CurveResolution Mcr(double[] x, (int Rows, int Columns) size, McrOptions options, AnalysisContext context, CancellationToken cancellationToken) =>
        new AlternatingLeastSquares(x, size.Rows, size.Columns, options, context).Run(cancellationToken);

    /// <summary>Orders and scales the factors, and computes what they leave.</summary>
    internal static CurveResolution Finish(double[] x, double[] c, double[] s, (int Rows, int Columns, int Components) size, bool scale, (int Iterations, bool Converged) end)
    {
        (int rows, int columns, int k) = size;
        var contribution = new double[k];
        for (int a = 0; a < k; a++)
        {
            double largest = 0, squares = 0;
            for (int j = 0; j < columns; j++)
                largest = Math.Max(largest, s[(a * columns) + j]);
            if (scale && largest > 0)
            {
                for (int j = 0; j < columns; j++)
                    s[(a * columns) + j] /= largest;
                for (int i = 0; i < rows; i++)
                    c[(i * k) + a] *= largest;
            }

            for (int i = 0; i < rows; i++)
                squares += c[(i * k) + a] * c[(i * k) + a];
            ReadOnlySpan<double> spectrum = s.AsSpan(a * columns, columns);
            contribution[a] = squares * VectorKernels.Dot(spectrum, spectrum);

            // A profile without amounts is what a start drew, not what the data say.
            if (contribution[a] == 0)
            {
                s.AsSpan(a * columns, columns).Clear();
                for (int i = 0; i < rows; i++)
                    c[(i * k) + a] = 0;
            }
        }

        int[] order = [.. Enumerable.Range(0, k).OrderByDescending(a => contribution[a])];
        var cOut = new double[rows * k];
        var sOut = new double[k * columns];
        for (int a = 0; a < k; a++)
        {
            s.AsSpan(order[a] * columns, columns).CopyTo(sOut.AsSpan(a * columns));
            for (int i = 0; i < rows; i++)
                cOut[(i * k) + a] = c[(i * k) + order[a]];
        }

        var residuals = new double[rows];
        var left = new double[columns];
        double total = 0;
        for (int i = 0; i < rows; i++)
        {
            ReadOnlySpan<double> row = x.AsSpan(i * columns, columns);
            row.CopyTo(left);
            for (int a = 0; a < k; a++)
                VectorKernels.AddScaled(left, -cOut[(i * k) + a], sOut.AsSpan(a * columns, columns));
            residuals[i] = VectorKernels.Dot(left, left);
            total += VectorKernels.Dot(row, row);
        }

        return new CurveResolution(cOut, sOut, size, (end.Iterations, end.Converged, residuals, total));
    }
}
