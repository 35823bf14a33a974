namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>What follows from a baseline.</summary>
internal readonly record struct Reweighted
{
    /// <summary>Go on until the weights change little.</summary>
    public static Reweighted ByWeights { get; } = new() { Change = double.NaN };

    /// <summary>No further weights can be had from these residuals: the iteration has done what it can.</summary>
    public static Reweighted Nothing { get; } = new() { Change = double.NaN, End = true, Met = true };

    /// <summary>What is compared with the tolerance; NaN for the relative change of the weights.</summary>
    public double Change { get; init; }

    /// <summary>Whether the iteration ends here whatever the tolerance.</summary>
    public bool End { get; init; }

    /// <summary>With <see cref="End"/>: whether because a stop rule of the method was met.</summary>
    public bool Met { get; init; }
}

/// <summary>The rule by which a member of the family weighs points: all that tells it from the others.</summary>
internal abstract class Reweighting<TOptions>(PenalisedRow row)
    where TOptions : class, IReweightedOptions
{
    protected PenalisedRow Row { get; } = row;

    /// <summary>Sets the first weights, and computes what depends on the data alone. Default: 1 for every used point.</summary>
    public virtual void Begin(TOptions options, Span<double> w) => Row.Data.Used.CopyTo(w);

    /// <summary>Puts weights into the system. Default: as they are.</summary>
    public virtual void Apply(TOptions options, ReadOnlySpan<double> w, PenalisedSystem system) => w.CopyTo(system.A);

    /// <summary>Weights that follow from the residuals; 0 for points that are not used.</summary>
    /// <param name="options">The options.</param>
    /// <param name="solves">Systems solved so far, from 1: t of the papers.</param>
    /// <param name="w">Weights with which the baseline was computed.</param>
    /// <param name="next">Receives the weights that follow; undefined with <see cref="Reweighted.End"/>.</param>
    public abstract Reweighted Next(TOptions options, int solves, ReadOnlySpan<double> w, Span<double> next);

    /// <summary>Called at the end; may put another baseline and other weights in the place of the last ones.</summary>
    public virtual void Finish(Span<double> w)
    {
    }
}
