namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Options of the polynomial baseline: the least-squares polynomial in x through all points that are not excluded.</summary>
/// <remarks>It passes through the peaks, too, unless they are excluded. Immutable, thread-safe.</remarks>
/// <example><code>var options = new PolynomialOptions { Order = 3 };</code></example>
public sealed record PolynomialOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<PolynomialOptions> Set { get; } = OptionSet.For(new PolynomialOptions())
        .Integer("order", o => o.Order, (o, v) => o with { Order = v }, PolynomialOptionInfo.Order);

    /// <summary>Degree of the polynomial; 0 to 30. Default 2.</summary>
    public int Order { get; init; } = 2;

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsException">At least one is out of range; the message names all.</exception>
    public void Validate() => Set.Validate(this);
}

/// <summary>The wording of what polynomial methods have in common.</summary>
internal static class PolynomialOptionInfo
{
    public static OptionInfo Order { get; } = new("Order", "Degree of the polynomial; more bends with a higher one.") { Minimum = 0, Maximum = 30 };

    public static OptionInfo Iterations { get; } = new("Iterations", "Largest number of fits after the first.") { Minimum = 0, Maximum = 100000 };

    public static OptionInfo UseOriginal { get; } = new("Clip the data", "Whether every iteration clips the data themselves. Otherwise it clips what the last one left, so that the baseline can only sink.");

    public static OptionInfo MaskInitialPeaks { get; } = new("Leave out peaks", "Whether points more than one standard deviation above the first fit are left out of all others.");
}
