namespace BigMap.Analysis.Numerics;

/// <summary>How the points of a series are scaled before principal components are computed.</summary>
public enum PcaScaling : byte
{
    /// <summary>Not at all: points with much variance count most. For spectra.</summary>
    None,

    /// <summary>Each point divided by its standard deviation: all count the same. For columns of different units.</summary>
    StandardDeviation,

    /// <summary>Each point divided by the square root of its standard deviation: in between (I. Noda, doi:10.1016/j.molstruc.2007.10.007).</summary>
    Pareto,
}

/// <summary>Options of principal component analysis.</summary>
public sealed record PcaOptions
{
    /// <summary>The one description.</summary>
    public static OptionSet<PcaOptions> Set { get; } = OptionSet.For(new PcaOptions())
        .Integer("components", o => o.Components, (o, v) => o with { Components = v }, new OptionInfo("Components", "How many components are kept; fewer where the data have fewer.") { Minimum = 1, Maximum = 1000 })
        .Boolean("center", o => o.Center, (o, v) => o with { Center = v }, new OptionInfo("Centre", "Subtract the mean of the rows first."))
        .Choice("scaling", o => o.Scaling, (o, v) => o with { Scaling = v }, new OptionInfo("Scaling", "None, standard deviation, or Pareto (its square root)."));

    /// <summary>How many components are kept, 1 to 1000; fewer where the data have fewer. Default 5.</summary>
    public int Components { get; init; } = 5;

    /// <summary>Whether the mean of the rows is subtracted first. Default true.</summary>
    public bool Center { get; init; } = true;

    /// <summary>How points are scaled. Default <see cref="PcaScaling.None"/>.</summary>
    public PcaScaling Scaling { get; init; }

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);
}
