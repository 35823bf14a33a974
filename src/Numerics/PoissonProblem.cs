namespace BigMap.Analysis.Numerics;

/// <summary>Maximum likelihood for counts: Poisson's deviance 2 Σ (fᵢ − yᵢ + yᵢ ln(yᵢ/fᵢ)) as a sum of squares, so that <see cref="LevenbergMarquardt"/> minimises it exactly.</summary>
/// <remarks>
/// <para>
/// Least squares with weights 1/y is biased where counts are few: low points weigh too much. The deviance is not, and a row with y = 0 takes
/// part. Residuals are sign(f − y) times the root of twice each term, derivatives (1 − y/f)/R · ∂f/∂p. The model must be positive at every
/// point; where it is not a step is not taken. T. A. Laurence, B. A. Chromy, Nature Methods 7 (2010) 338, doi:10.1038/nmeth0510-338.
/// </para>
/// <para>
/// χ² of the result is the deviance. For the covariance use <see cref="Information"/>, whose JᵀJ is Fisher's information Σ (∂f/∂p)(∂f/∂p)ᵀ/f;
/// it needs no factor χ²/(n − p). Allocates nothing; as thread-safe as the problem inside.
/// </para>
/// </remarks>
/// <example><code>
/// var poisson = new PoissonProblem(new Decay(t, counts), counts);
/// LeastSquaresResult fit = solver.Solve(poisson, p, bounds);
/// solver.Inspect(poisson.Information, p, bounds);
/// solver.Covariance(covariance, status);
/// </code></example>
public sealed class PoissonProblem : ILeastSquaresProblem
{
    private readonly ILeastSquaresProblem _inner;
    private readonly double[] _counts;

    /// <summary>Wraps a problem.</summary>
    /// <param name="inner">The problem with residuals f − y, without weights.</param>
    /// <param name="counts">y, 0 or more, one per residual; kept, not copied.</param>
    /// <exception cref="ArgumentException">A count that is negative or not finite, or a wrong number of counts.</exception>
    public PoissonProblem(ILeastSquaresProblem inner, double[] counts)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(counts);
        if (counts.Length != inner.ResidualCount)
            throw new ArgumentException($"There are {inner.ResidualCount} residuals but {counts.Length} counts.", nameof(counts));
        for (int i = 0; i < counts.Length; i++)
        {
            if (!(counts[i] >= 0 && double.IsFinite(counts[i])))
                throw new ArgumentException($"Count {i} is {counts[i]}; counts are finite and not negative.", nameof(counts));
        }

        _inner = inner;
        _counts = counts;
        Information = new Fisher(this);
    }

    /// <summary>The same model with Pearson's residuals (f − y)/√f and derivatives ∂f/∂p/√f: look at the optimum with it to get the covariance.</summary>
    public ILeastSquaresProblem Information { get; }

    /// <inheritdoc/>
    public int ParameterCount => _inner.ParameterCount;

    /// <inheritdoc/>
    public int ResidualCount => _inner.ResidualCount;

    /// <inheritdoc/>
    public bool Evaluate(ReadOnlySpan<double> parameters, Span<double> residuals, Span<double> jacobian)
    {
        if (!_inner.Evaluate(parameters, residuals, jacobian))
            return false;
        int m = residuals.Length;
        for (int i = 0; i < m; i++)
        {
            double y = _counts[i], difference = residuals[i], f = difference + y;
            if (!(f > 0))
                return false;
            double size = Math.Sqrt(2 * (y > 0 ? SpecialFunctions.Deviance(y, f) : f));
            double factor = size > 0 ? Math.Abs(difference) / (f * size) : 1 / Math.Sqrt(f);
            residuals[i] = difference < 0 ? -size : size;
            for (int at = i; at < jacobian.Length; at += m)
                jacobian[at] *= factor;
        }

        return true;
    }

    private sealed class Fisher(PoissonProblem problem) : ILeastSquaresProblem
    {
        public int ParameterCount => problem.ParameterCount;

        public int ResidualCount => problem.ResidualCount;

        public bool Evaluate(ReadOnlySpan<double> parameters, Span<double> residuals, Span<double> jacobian)
        {
            if (!problem._inner.Evaluate(parameters, residuals, jacobian))
                return false;
            int m = residuals.Length;
            for (int i = 0; i < m; i++)
            {
                double f = residuals[i] + problem._counts[i];
                if (!(f > 0))
                    return false;
                double factor = 1 / Math.Sqrt(f);
                residuals[i] *= factor;
                for (int at = i; at < jacobian.Length; at += m)
                    jacobian[at] *= factor;
            }

            return true;
        }
    }
}
