namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>What the options of all members of the Whittaker family have in common.</summary>
internal interface IReweightedOptions
{
    double Lambda { get; }

    int DifferenceOrder { get; }

    int MaxIterations { get; }

    double Tolerance { get; }
}

/// <summary>Options of a member that runs on splines.</summary>
internal interface ISplineOptions
{
    int Knots { get; }

    int SplineDegree { get; }
}

/// <summary>The wording of what they have in common.</summary>
internal static class ReweightedOptionInfo
{
    public static OptionInfo Lambda { get; } = new("Smoothness λ", "Weight of the roughness penalty; larger is stiffer. It counts points: on a k times denser grid multiply it by k to the power 2 × difference order.") { Minimum = 1e-100, Maximum = 1e100, Scale = OptionScale.Logarithmic };

    public static OptionInfo DifferenceOrder { get; } = new("Difference order d", "What costs nothing: 1 a constant, 2 a straight line, 3 a parabola.") { Minimum = 1, Maximum = 3 };

    public static OptionInfo Iterations { get; } = new("Iterations", "Largest number of reweightings. The first solve has the initial weights, so there is at most one solve more.") { Minimum = 0, Maximum = 100000 };

    public static OptionInfo Tolerance { get; } = new("Tolerance", "The iteration ends when the relative change of the weights vector is below this; with 0 all iterations are carried out.") { Minimum = 0, Maximum = 1, Scale = OptionScale.Logarithmic };
}
