namespace BigMap.Analysis.Numerics;

/// <summary>What a residual costs, as a function of s = (r/c)².</summary>
public enum Loss : byte
{
    /// <summary>ρ = 2(√(1 + s) − 1): squares near zero, absolute values far out, smooth between. Usual c = 1 σ.</summary>
    SoftL1,

    /// <summary>ρ = s for s ≤ 1, 2√s − 1 beyond. 95 % efficient for normal errors with c = 1.345 σ.</summary>
    Huber,

    /// <summary>ρ = ln(1 + s): outliers lose influence. 95 % efficient with c = 2.385 σ.</summary>
    Cauchy,

    /// <summary>ρ = (1 − (1 − s)³)/3 for s ≤ 1, 1/3 beyond: Tukey's biweight, in which outliers have no influence at all. 95 % efficient with c = 4.685 σ. It has several minima: start from a fit with another loss.</summary>
    Tukey,
}

/// <summary>Robust fits: c² Σ ρ((rᵢ/c)²) as a sum of squares, so that <see cref="LevenbergMarquardt"/> minimises it exactly, inside bounds and with its own test of convergence.</summary>
/// <remarks>
/// <para>
/// Residuals become Rᵢ = sign(rᵢ) c √ρ, derivatives dR/dr = ρ′ (r/c)/√ρ. Value and gradient are those of the robust sum; the curvature,
/// ρ′² s/ρ for every row, is positive and lies between the weight of iterated least squares, ρ′, and the true ρ′ + 2sρ″.
/// </para>
/// <para>
/// χ² of the result is the robust sum. Its covariance is not that of the parameters. P. J. Huber, E. M. Ronchetti, Robust Statistics,
/// 2nd ed. 2009, doi:10.1002/9780470434697; R. A. Maronna et al., Robust Statistics, 2006, doi:10.1002/0470010940. Allocates nothing; as
/// thread-safe as the problem inside.
/// </para>
/// </remarks>
/// <example><code>
/// LeastSquaresResult fit = solver.Solve(new LossProblem(new Decay(t, y), Loss.SoftL1, scale: sigma), p);
/// </code></example>
public sealed class LossProblem : ILeastSquaresProblem
{
    private readonly ILeastSquaresProblem _inner;
    private readonly Loss _loss;
    private readonly double _scale;

    /// <summary>Wraps a problem.</summary>
    /// <param name="inner">The problem, with residuals as for least squares.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="scale">c, the residual beyond which a point counts less, above 0; in units of σ where residuals are divided by σ.</param>
    /// <exception cref="ArgumentOutOfRangeException">A scale that is not a positive number, or an unknown loss.</exception>
    public LossProblem(ILeastSquaresProblem inner, Loss loss, double scale)
    {
        ArgumentNullException.ThrowIfNull(inner);
        if (!(scale > 0 && double.IsFinite(scale)))
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "The scale of a loss must be a positive number.");
        if (loss > Loss.Tukey)
            throw new ArgumentOutOfRangeException(nameof(loss), loss, "There is no such loss.");
        _inner = inner;
        _loss = loss;
        _scale = scale;
    }

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
            double u = residuals[i] / _scale, s = u * u;
            (double rho, double slope) = Of(s);
            double root = Math.Sqrt(rho);
            residuals[i] = u < 0 ? -_scale * root : _scale * root;
            double factor = s < 1e-280 ? 1 : slope * Math.Abs(u) / root;
            for (int at = i; at < jacobian.Length; at += m)
                jacobian[at] *= factor;
        }

        return true;
    }

    private (double Rho, double Slope) Of(double s)
    {
        switch (_loss)
        {
            case Loss.SoftL1:
                double root = Math.Sqrt(1 + s);
                return (2 * s / (1 + root), 1 / root);
            case Loss.Huber:
                double size = Math.Sqrt(s);
                return s <= 1 ? (s, 1) : ((2 * size) - 1, 1 / size);
            case Loss.Cauchy:
                return (SpecialFunctions.LogOnePlus(s), 1 / (1 + s));
            default:
                return s <= 1 ? (s * (1 - s + (s * s / 3)), (1 - s) * (1 - s)) : (1.0 / 3, 0);
        }
    }
}
