namespace BigMap.Analysis.Numerics;

/// <summary>When <see cref="LevenbergMarquardt"/> stops. Every rule is relative, so none depends on the units of the data or of the parameters.</summary>
/// <remarks>Immutable, thread-safe. The defaults suit every fit of this SDK; the first phase hands over to the polish, which decides on convergence.</remarks>
public sealed record LeastSquaresOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<LeastSquaresOptions> Set { get; } = OptionSet.For(new LeastSquaresOptions())
        .Integer("maxIterations", o => o.MaxIterations, (o, v) => o with { MaxIterations = v }, new("Maximum iterations", "Number of Jacobians that may be evaluated, polish included.") { Minimum = 1, Maximum = 1_000_000, Scale = OptionScale.Logarithmic })
        .Number("costTolerance", o => o.CostTolerance, (o, v) => o with { CostTolerance = v }, new("Cost tolerance", "Relative reduction of the sum of squares, predicted and found, below which the polish takes over.") { Minimum = 0, Maximum = 0.1, Scale = OptionScale.Logarithmic })
        .Number("stepTolerance", o => o.StepTolerance, (o, v) => o with { StepTolerance = v }, new("Step tolerance", "Length of a step relative to the scaled parameters below which the polish takes over.") { Minimum = 0, Maximum = 0.1, Scale = OptionScale.Logarithmic })
        .Number("optimumTolerance", o => o.OptimumTolerance, (o, v) => o with { OptimumTolerance = v }, new("Optimum tolerance", "Distance to the optimum, in standard errors of every parameter, at which a fit is converged.") { MinimumExcluded = true, Minimum = 0, Maximum = 0.1, Scale = OptionScale.Logarithmic });

    /// <summary>Number of Jacobians that may be evaluated, polish included. 1 to 1,000,000. Default 500.</summary>
    public int MaxIterations { get; init; } = 500;

    /// <summary>Relative reduction of the sum of squares, predicted and found, below which the polish takes over. 0 to 0.1. Default 1e-6.</summary>
    public double CostTolerance { get; init; } = 1e-6;

    /// <summary>Length of a step relative to the scaled parameters, ‖Dδ‖/‖Dp‖, below which the polish takes over. 0 to 0.1. Default 1e-8.</summary>
    public double StepTolerance { get; init; } = 1e-8;

    /// <summary>
    /// A fit is converged when the Gauss–Newton step that is left is shorter than this many standard errors in every parameter. Above 0, at
    /// most 0.1. Default 1e-9.
    /// </summary>
    public double OptimumTolerance { get; init; } = 1e-9;

    /// <summary>Raises one error that names every option out of range.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);
}
