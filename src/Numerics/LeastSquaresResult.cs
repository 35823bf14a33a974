namespace BigMap.Analysis.Numerics;

/// <summary>How a least-squares fit ended. The parameters are in the span that the caller passed.</summary>
/// <param name="Status">
/// <see cref="RowStatus.Ok"/> or <see cref="RowStatus.AtBound"/> at an optimum; <see cref="RowStatus.Singular"/> at an optimum that is not
/// unique; <see cref="RowStatus.MaxIterations"/> when there was no convergence; <see cref="RowStatus.NotFinite"/> when the model is not
/// finite at the start; <see cref="RowStatus.TooFewPoints"/> with fewer residuals than varied parameters.
/// </param>
/// <param name="StopReason">Which rule ended the iteration.</param>
/// <param name="Iterations">Jacobians evaluated.</param>
/// <param name="Evaluations">Residual vectors evaluated.</param>
/// <param name="ChiSquare">Sum of the squared residuals; NaN when it was never finite.</param>
public readonly record struct LeastSquaresResult(RowStatus Status, StopReason StopReason, int Iterations, int Evaluations, double ChiSquare);

/// <summary>Which rule ended a least-squares iteration.</summary>
public enum StopReason : byte
{
    /// <summary>It did not start.</summary>
    NotStarted,

    /// <summary>The remaining Gauss–Newton step is a negligible part of every standard error.</summary>
    Optimum,

    /// <summary>Rounding errors of the model are all that is left.</summary>
    Rounding,

    /// <summary>The iteration limit.</summary>
    IterationLimit,

    /// <summary>No step reduces the sum of squares although the gradient is not zero: the Jacobian does not belong to the residuals, or the model is not smooth here.</summary>
    Stalled,
}

/// <summary>Bounds of parameters. A parameter with equal bounds is fixed.</summary>
/// <param name="lower">Lower bounds, or empty for none; −∞ is allowed.</param>
/// <param name="upper">Upper bounds, or empty for none; +∞ is allowed.</param>
public readonly ref struct ParameterBounds(ReadOnlySpan<double> lower, ReadOnlySpan<double> upper)
{
    /// <summary>Lower bounds, or empty.</summary>
    public ReadOnlySpan<double> Lower { get; } = lower;

    /// <summary>Upper bounds, or empty.</summary>
    public ReadOnlySpan<double> Upper { get; } = upper;
}
