namespace BigMap.Analysis.Numerics;

/// <summary>Options of multivariate curve resolution.</summary>
public sealed record McrOptions
{
    /// <summary>The one description.</summary>
    public static OptionSet<McrOptions> Set { get; } = OptionSet.For(new McrOptions())
        .Integer("components", o => o.Components, (o, v) => o with { Components = v }, new OptionInfo("Components", "Number of components.") { Minimum = 1, Maximum = 100 })
        .Boolean("closure", o => o.Closure, (o, v) => o with { Closure = v }, new OptionInfo("Closure", "Concentrations of every row add up to 1."))
        .Boolean("unimodal", o => o.Unimodal, (o, v) => o with { Unimodal = v }, new OptionInfo("Unimodal", "The concentration of every component rises to one maximum and falls."))
        .Integer("maxIterations", o => o.MaxIterations, (o, v) => o with { MaxIterations = v }, new OptionInfo("Iterations", "Largest number of iterations.") { Minimum = 1, Maximum = 1_000_000, Scale = OptionScale.Logarithmic })
        .Number("tolerance", o => o.Tolerance, (o, v) => o with { Tolerance = v }, new OptionInfo("Tolerance", "Relative change of the lack of fit per iteration at which it ends.") { Minimum = 0, Maximum = 0.1, Scale = OptionScale.Logarithmic });

    /// <summary>Number of components, 1 to 100. Default 3.</summary>
    public int Components { get; init; } = 3;

    /// <summary>Whether the concentrations of every row add up to 1: right where the amount of material in the beam does not change. Default false.</summary>
    public bool Closure { get; init; }

    /// <summary>Whether the concentration of every component rises to one maximum and falls, along the rows. Right for one half-cycle, not for several. Default false.</summary>
    public bool Unimodal { get; init; }

    /// <summary>Largest number of iterations. Default 500.</summary>
    public int MaxIterations { get; init; } = 500;

    /// <summary>Relative change of the lack of fit per iteration at which it ends, 0 to 0.1. Default 1e-6.</summary>
    public double Tolerance { get; init; } = 1e-6;

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);
}
