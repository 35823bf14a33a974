namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Options of Whittaker smoothing.</summary>
/// <remarks>
/// <para>
/// z minimises Σ (yᵢ − zᵢ)² + λ Σ (Δᵈz)ᵢ². E. T. Whittaker, Proc. Edinburgh Math. Soc. 41, 63 (1923), doi:10.1017/S0013091500077853; P. H. C. Eilers, Anal. Chem. 75, 3631 (2003),
/// doi:10.1021/ac034173t.
/// </para>
/// <para>λ counts points: the positions of the axis are not used. Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>var options = new WhittakerSmoothingOptions { Lambda = 100 };</code></example>
public sealed record WhittakerSmoothingOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<WhittakerSmoothingOptions> Set { get; } = OptionSet.For(new WhittakerSmoothingOptions())
        .Number("lambda", o => o.Lambda, (o, v) => o with { Lambda = v }, new("Smoothness λ", "Weight of the roughness; larger is smoother. 10 evens out noise from point to point, 1e4 what is narrower than some 60 points.") { Minimum = 1e-6, Maximum = 1e8, Scale = OptionScale.Logarithmic })
        .Integer("differenceOrder", o => o.DifferenceOrder, (o, v) => o with { DifferenceOrder = v }, new("Difference order d", "What is not smoothed at all: 1 a constant, 2 a straight line, 3 a parabola. 3 keeps peaks higher.") { Minimum = 1, Maximum = 3 });

    /// <summary>λ, the weight of the roughness; 1e-6 to 1e8. Default 10.</summary>
    public double Lambda { get; init; } = 10;

    /// <summary>d, the order of the differences; 1, 2 or 3. Default 2.</summary>
    public int DifferenceOrder { get; init; } = 2;

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsException">At least one is out of range; the message names all.</exception>
    public void Validate() => Set.Validate(this);
}
