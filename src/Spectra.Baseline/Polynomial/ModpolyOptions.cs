namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Options of the modified polynomial baseline (modpoly).</summary>
/// <remarks>
/// <para>
/// A polynomial in x is fitted, the data are clipped where they lie above it, and so on, until ‖z⁺ − z‖/‖z‖ of the baseline falls below the
/// tolerance (which therefore counts the offset of the data). C. A. Lieber, A. Mahadevan-Jansen, Appl. Spectrosc. 57, 1363 (2003), doi:10.1366/000370203322554518.
/// </para>
/// <para>Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>var options = new ModpolyOptions { Order = 5 };</code></example>
public sealed record ModpolyOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<ModpolyOptions> Set { get; } = OptionSet.For(new ModpolyOptions())
        .Integer("order", o => o.Order, (o, v) => o with { Order = v }, PolynomialOptionInfo.Order)
        .Integer("maxIterations", o => o.MaxIterations, (o, v) => o with { MaxIterations = v }, PolynomialOptionInfo.Iterations)
        .Number("tolerance", o => o.Tolerance, (o, v) => o with { Tolerance = v }, new("Tolerance", "The iteration ends when the relative change of the baseline is below this.") { Minimum = 0, Maximum = 1, Scale = OptionScale.Logarithmic })
        .Boolean("useOriginal", o => o.UseOriginal, (o, v) => o with { UseOriginal = v }, PolynomialOptionInfo.UseOriginal)
        .Boolean("maskInitialPeaks", o => o.MaskInitialPeaks, (o, v) => o with { MaskInitialPeaks = v }, PolynomialOptionInfo.MaskInitialPeaks);

    /// <summary>Degree of the polynomial; 0 to 30. Default 5.</summary>
    public int Order { get; init; } = 5;

    /// <summary>Largest number of fits after the first; 0 to 100000. Default 250.</summary>
    public int MaxIterations { get; init; } = 250;

    /// <summary>Relative change of the baseline below which the iteration ends; 0 to 1. Default 1e-3.</summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>Whether the data themselves are clipped every time, instead of what the last iteration left. Default false.</summary>
    public bool UseOriginal { get; init; }

    /// <summary>Whether points more than one standard deviation above the first fit are left out of all others. Default false.</summary>
    public bool MaskInitialPeaks { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsException">At least one is out of range; the message names all.</exception>
    public void Validate() => Set.Validate(this);
}
