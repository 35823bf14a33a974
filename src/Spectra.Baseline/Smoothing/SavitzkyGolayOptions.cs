namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Options of Savitzky–Golay smoothing and derivatives.</summary>
/// <remarks>
/// <para>
/// Around every point a polynomial in x is fitted to the points of a window; its value, or a derivative, at the point is the result. At the ends the window stays inside the data and the
/// polynomial is evaluated off its middle. A. Savitzky, M. J. E. Golay, Anal. Chem. 36, 1627 (1964), doi:10.1021/ac60214a047; unequal distances: P. A. Gorry, Anal. Chem. 63, 534 (1991), doi:10.1021/ac00005a031.
/// </para>
/// <para>Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>var options = new SavitzkyGolayOptions { HalfWindow = 7, Derivative = 1 };</code></example>
public sealed record SavitzkyGolayOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<SavitzkyGolayOptions> Set { get; } = OptionSet.For(new SavitzkyGolayOptions())
        .Integer("halfWindow", o => o.HalfWindow, (o, v) => o with { HalfWindow = v }, new("Half window", "Points on either side in the window; it should not be wider than the narrowest peak at half height.") { Unit = "points", Minimum = 1, Maximum = 1000 })
        .Integer("order", o => o.Order, (o, v) => o with { Order = v }, new("Order", "Degree of the polynomial; a higher one smooths less and keeps peaks higher.") { Minimum = 0, Maximum = 8 })
        .Integer("derivative", o => o.Derivative, (o, v) => o with { Derivative = v }, new("Derivative", "0 smooths; 1, 2, … give the derivative with respect to the axis.") { Minimum = 0, Maximum = 4 })
        .Rule(o => o.Order > 2 * o.HalfWindow ? "order must not be above twice halfWindow: the window has too few points." : null)
        .Rule(o => o.Derivative > o.Order ? "derivative must not be above order." : null);

    /// <summary>Points on either side; the window has 2 · <see cref="HalfWindow"/> + 1. 1 to 1000. Default 5.</summary>
    public int HalfWindow { get; init; } = 5;

    /// <summary>Degree of the polynomial; 0 to 8. Default 3.</summary>
    public int Order { get; init; } = 3;

    /// <summary>Order of the derivative; 0 (smoothing) to 4. Default 0.</summary>
    public int Derivative { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsException">At least one is out of range; the message names all.</exception>
    public void Validate() => Set.Validate(this);
}
