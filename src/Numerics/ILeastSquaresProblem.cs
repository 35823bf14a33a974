namespace BigMap.Analysis.Numerics;

/// <summary>A sum of squares to be minimised: residuals r(p) and their exact Jacobian ∂r/∂p.</summary>
/// <remarks>
/// Weights are part of the residual: rᵢ = (f(xᵢ; p) − yᵢ)/σᵢ. An instance need not be thread-safe; a solver calls it from one thread. It
/// should allocate nothing when evaluated.
/// </remarks>
/// <example><code>
/// sealed class Decay(double[] t, double[] y) : ILeastSquaresProblem // y = a exp(−k t)
/// {
///     public int ParameterCount => 2;
///     public int ResidualCount => t.Length;
///     public bool Evaluate(ReadOnlySpan&lt;double&gt; p, Span&lt;double&gt; r, Span&lt;double&gt; jacobian)
///     {
///         for (int i = 0; i &lt; t.Length; i++)
///         {
///             double e = Math.Exp(-p[1] * t[i]);
///             r[i] = (p[0] * e) - y[i];
///             if (!jacobian.IsEmpty)
///                 (jacobian[i], jacobian[t.Length + i]) = (e, -p[0] * t[i] * e);
///         }
///
///         return true;
///     }
/// }
/// </code></example>
public interface ILeastSquaresProblem
{
    /// <summary>Number of parameters, at least 1.</summary>
    int ParameterCount { get; }

    /// <summary>Number of residuals, at least 1.</summary>
    int ResidualCount { get; }

    /// <summary>Evaluates the residuals and, when asked, their Jacobian.</summary>
    /// <param name="parameters"><see cref="ParameterCount"/> values, inside the bounds.</param>
    /// <param name="residuals">Receives <see cref="ResidualCount"/> values.</param>
    /// <param name="jacobian">Empty when it is not wanted; otherwise receives one block of <see cref="ResidualCount"/> derivatives per parameter (parameter-major).</param>
    /// <returns>False when the model is not defined here; a value that is not finite has the same effect.</returns>
    bool Evaluate(ReadOnlySpan<double> parameters, Span<double> residuals, Span<double> jacobian);
}
