using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Which baseline is made from a morphological opening.</summary>
public enum MorphologicalKind : byte
{
    /// <summary>The smaller of the opening and the mean of its dilation and erosion: steps are rounded off.</summary>
    Averaged,

    /// <summary>The opening itself (the top-hat transform subtracts it): the largest of the smallest values in the window.</summary>
    Opening,
}

/// <summary>Options of the morphological baseline.</summary>
/// <remarks>
/// <para>R. Perez-Pueyo, M. J. Soneira, S. Ruiz-Moreno, Appl. Spectrosc. 64, 595 (2010), doi:10.1366/000370210791414281. Windows are cut off at the ends of the data.</para>
/// <para>Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>var options = new MorphologicalOptions { HalfWindow = 60 };</code></example>
public sealed record MorphologicalOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<MorphologicalOptions> Set { get; } = OptionSet.For(new MorphologicalOptions())
        .Integer("halfWindow", o => o.HalfWindow, (o, v) => o with { HalfWindow = v }, WindowOptionInfo.HalfWindow)
        .Choice("kind", o => o.Kind, (o, v) => o with { Kind = v }, new("Kind", "averaged: steps are rounded off. opening: the plain opening, with its steps."));

    /// <summary>Points on either side; 1 to 1000000. Default 40.</summary>
    public int HalfWindow { get; init; } = 40;

    /// <summary>Which baseline is made from the opening. Default <see cref="MorphologicalKind.Averaged"/>.</summary>
    public MorphologicalKind Kind { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsException">At least one is out of range; the message names all.</exception>
    public void Validate() => Set.Validate(this);
}
