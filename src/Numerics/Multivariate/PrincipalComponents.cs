namespace BigMap.Analysis.Numerics;

/// <summary>Principal components of a matrix X of n observations (rows) and p variables (columns).</summary>
/// <remarks>
/// <para>(X − x̄)/s = T Pᵀ + E by singular value decomposition UΣVᵀ: scores T = UΣ, loadings P = V, variances σ²/(n − 1). Loadings have norm 1 and
/// are orthogonal. Sign: the element of a loading with the largest magnitude is positive, the first of those that are equal within 1e-9.</para>
/// <para>Small components keep their digits (one-sided Jacobi), large offsets cost none (means corrected for rounding). A constant column has the mean
/// as its only part and is not scaled. Components below p·2⁻⁵³ of the largest are rounding and are not given, so there may be fewer than asked for; none
/// for fewer than two rows. Memory: two copies of X and three matrices of min(n, p)². Time grows with n·p·min(n, p). Bits do not depend on the number of
/// threads. Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>
/// PrincipalComponents pca = PrincipalComponents.Fit(values, columns: 5, new PcaOptions { Components = 2 });
/// Console.WriteLine(pca.Variances.Span[0] / pca.TotalVariance);
/// </code></example>
public sealed class PrincipalComponents
{
    // Of two variables of one size the rounding decides which is the larger; the sign must not hang on that.
    private const double SameMagnitude = 1 + 1e-9;

    private PrincipalComponents()
    {
    }

    /// <summary>Number of components kept.</summary>
    public int Count { get; private init; }

    /// <summary>Mean of every column; zeros without centring.</summary>
    public ReadOnlyMemory<double> Mean { get; private init; }

    /// <summary>What every column was divided by.</summary>
    public ReadOnlyMemory<double> Scale { get; private init; }

    /// <summary>Loadings, one component after the other: <see cref="Count"/> × columns.</summary>
    public ReadOnlyMemory<double> Loadings { get; private init; }

    /// <summary>Scores, one row after the other: rows × <see cref="Count"/>.</summary>
    public ReadOnlyMemory<double> Scores { get; private init; }

    /// <summary>Sum of the squares of what the components leave of each row, Q.</summary>
    public ReadOnlyMemory<double> Residuals { get; private init; }

    /// <summary>All singular values, descending, also of components that are not kept.</summary>
    public ReadOnlyMemory<double> SingularValues { get; private init; }

    /// <summary>Variance of every component, σ²/(n − 1), also of those that are not kept.</summary>
    public ReadOnlyMemory<double> Variances { get; private init; }

    /// <summary>Sum of the variances of all columns after scaling (without centring: mean squares times n/(n − 1)).</summary>
    public double TotalVariance { get; private init; }

    /// <summary>Computes the components.</summary>
    /// <param name="values">X, row after row; not changed.</param>
    /// <param name="columns">Columns, at least 1.</param>
    /// <param name="options">Options; null for the defaults.</param>
    /// <param name="context">Threads and progress; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The components.</returns>
    /// <exception cref="ArgumentException">Not whole rows, or a value that is not finite.</exception>
    public static PrincipalComponents Fit(ReadOnlySpan<double> values, int columns, PcaOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default)
    {
        options ??= new PcaOptions();
        options.Validate();
        int rows = Matrix.Rows(values, columns);
        return Fit(values.ToArray(), (rows, columns), options, context ?? AnalysisContext.Default, QualitySteps.PcaOperation, cancellationToken);
    }

    internal static PrincipalComponents Fit(double[] x, (int Rows, int Columns) size, PcaOptions options, AnalysisContext context, string operation, CancellationToken cancellationToken)
    {
        (int rows, int columns) = size;
        var mean = new double[columns];
        var scale = new double[columns];
        Array.Fill(scale, 1);
        var column = new double[rows];
        double total = 0;
        for (int j = 0; j < columns && rows > 0; j++)
        {
            for (int i = 0; i < rows; i++)
                column[i] = x[(i * columns) + j];
            Description d = Moments(column);
            if (options.Center)
                mean[j] = d.Mean;
            double sd = d.Variance > 0 ? d.StandardDeviation : 1;
            scale[j] = options.Scaling switch { PcaScaling.StandardDeviation => sd, PcaScaling.Pareto => Math.Sqrt(sd), _ => 1 };
            for (int i = 0; i < rows; i++)
                x[(i * columns) + j] = (column[i] - mean[j]) / scale[j];
        }

        // What the rounding of a mean leaves is not a component.
        if (options.Center)
            RemoveRest(x, rows, columns);
        double[] centred = (double[])x.Clone();
        bool wide = rows <= columns;
        int n = Math.Min(rows, columns), m = Math.Max(rows, columns);
        ThinSvd svd = ThinSvd.Decompose(wide ? x : Matrix.Transpose(x, rows, columns), (n, m, options.Components), context, operation, cancellationToken);
        int kept = rows < 2 ? 0 : Math.Min(options.Components, options.Center ? Math.Min(svd.Rank, rows - 1) : svd.Rank);
        var loadings = new double[kept * columns];
        var scores = new double[rows * kept];
        double[] p = wide ? svd.Right : svd.Left, u = wide ? svd.Left : svd.Right;
        for (int k = 0; k < kept; k++)
        {
            ReadOnlySpan<double> vector = p.AsSpan(k * columns, columns);
            int largest = 0;
            for (int j = 1; j < columns; j++)
            {
                if (Math.Abs(vector[j]) > SameMagnitude * Math.Abs(vector[largest]))
                    largest = j;
            }

            double sign = vector[largest] < 0 ? -1 : 1;
            for (int j = 0; j < columns; j++)
                loadings[(k * columns) + j] = sign * vector[j];
            for (int i = 0; i < rows; i++)
                scores[(i * kept) + k] = sign * svd.Values[k] * u[(k * rows) + i];
        }

        var variances = new double[svd.Values.Length];
        for (int k = 0; k < variances.Length; k++)
        {
            variances[k] = rows > 1 ? svd.Values[k] * svd.Values[k] / (rows - 1) : double.NaN;
            total += variances[k];
        }

        var residuals = new double[rows];
        for (int i = 0; i < rows; i++)
        {
            Span<double> row = centred.AsSpan(i * columns, columns);
            for (int k = 0; k < kept; k++)
                VectorKernels.AddScaled(row, -scores[(i * kept) + k], loadings.AsSpan(k * columns, columns));
            residuals[i] = VectorKernels.Dot(row, row);
        }

        return new PrincipalComponents
        {
            Count = kept,
            Mean = mean,
            Scale = scale,
            Loadings = loadings,
            Scores = scores,
            Residuals = residuals,
            SingularValues = svd.Values,
            Variances = variances,
            TotalVariance = total,
        };
    }

    private static Description Moments(double[] column) => new DescriptiveStatistics().Describe(column);

    private static void RemoveRest(double[] x, int rows, int columns)
    {
        var rest = new double[columns];
        for (int i = 0; i < rows; i++)
            VectorKernels.AddScaled(rest, 1.0 / rows, x.AsSpan(i * columns, columns));
        for (int i = 0; i < rows; i++)
            VectorKernels.AddScaled(x.AsSpan(i * columns, columns), -1, rest);
    }
}
