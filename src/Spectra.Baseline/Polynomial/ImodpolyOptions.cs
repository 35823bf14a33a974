namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Options of the improved modified polynomial baseline (imodpoly).</summary>
/// <remarks>
/// <para>
/// As modpoly, but the data are clipped at the polynomial plus a number of standard deviations σ of what lies off it, so that the baseline runs through the
/// noise and not below it; until σ changes by less than the tolerance. J. Zhao, H. Lui, D. I. McLean, H. Zeng, Appl. Spectrosc. 61, 1225 (2007), doi:10.1366/000370207782597003.
/// </para>
/// <para>Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>var options = new ImodpolyOptions { Order = 5 };</code></example>
public sealed record ImodpolyOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<ImodpolyOptions> Set { get; } = OptionSet.For(new ImodpolyOptions())
        .Integer("order", o => o.Order, (o, v) => o with { Order = v }, PolynomialOptionInfo.Order)
        .Integer("maxIterations", o => o.MaxIterations, (o, v) => o with { MaxIterations = v }, PolynomialOptionInfo.Iterations)
        .Number("tolerance", o => o.Tolerance, (o, v) => o with { Tolerance = v }, new("Tolerance", "The iteration ends when the relative change of the standard deviation is below this.") { Minimum = 0, Maximum = 1, Scale = OptionScale.Logarithmic })
        .Number("deviations", o => o.Deviations, (o, v) => o with { Deviations = v }, new("Standard deviations", "How many standard deviations above the polynomial the data are clipped.") { Minimum = 0, Maximum = 100 })
        .Boolean("useOriginal", o => o.UseOriginal, (o, v) => o with { UseOriginal = v }, PolynomialOptionInfo.UseOriginal)
        .Boolean("maskInitialPeaks", o => o.MaskInitialPeaks, (o, v) => o with { MaskInitialPeaks = v }, PolynomialOptionInfo.MaskInitialPeaks);

    /// <summary>Degree of the polynomial; 0 to 30. Default 5.</summary>
    public int Order { get; init; } = 5;

    /// <summary>Largest number of fits after the first; 0 to 100000. Default 250.</summary>
    public int MaxIterations { get; init; } = 250;

    /// <summary>Relative change of the standard deviation below which the iteration ends; 0 to 1. Default 1e-3.</summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>Standard deviations above the polynomial at which the data are clipped; 0 to 100. Default 1.</summary>
    public double Deviations { get; init; } = 1;

    /// <summary>Whether the data themselves are clipped every time, instead of what the last iteration left. Default false.</summary>
    public bool UseOriginal { get; init; }

    /// <summary>Whether points more than one standard deviation above the first fit are left out of all others. Default true, as in the paper.</summary>
    public bool MaskInitialPeaks { get; init; } = true;

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsException">At least one is out of range; the message names all.</exception>
    public void Validate() => Set.Validate(this);
}
