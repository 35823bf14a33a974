using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Options of the SNIP baseline: statistics-sensitive non-linear iterative peak clipping.</summary>
/// <remarks>
/// <para>
/// For half windows k from 1 to m, or from m to 1, every value is replaced by the mean of the values k points before and after it where that is smaller. Filters of order 4, 6 and 8 follow a
/// curved background better. Beyond the ends the data are continued by straight lines through the first and last m points.
/// C. G. Ryan et al., Nucl. Instrum. Methods B 34, 396 (1988), doi:10.1016/0168-583X(88)90063-8; M. Morháč, V. Matoušek, Appl. Spectrosc. 62, 91 (2008), doi:10.1366/000370208783412762.
/// </para>
/// <para>Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>var options = new SnipOptions { HalfWindow = 30 };</code></example>
public sealed record SnipOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<SnipOptions> Set { get; } = OptionSet.For(new SnipOptions())
        .Integer("halfWindow", o => o.HalfWindow, (o, v) => o with { HalfWindow = v }, WindowOptionInfo.HalfWindow)
        .Boolean("decreasing", o => o.Decreasing, (o, v) => o with { Decreasing = v }, new("Decreasing window", "Whether the window shrinks, which gives a smoother baseline, instead of growing."))
        .Integer("filterOrder", o => o.FilterOrder, (o, v) => o with { FilterOrder = v }, new("Filter order", "2, 4, 6 or 8: how curved a background may be without being clipped.") { Minimum = 2, Maximum = 8 })
        .Rule(o => o.FilterOrder % 2 != 0 ? "filterOrder must be 2, 4, 6 or 8." : null);

    /// <summary>m, the largest half window, in points; 1 to 1000000, and more than half the data is as much as half the data. Default 40.</summary>
    public int HalfWindow { get; init; } = 40;

    /// <summary>Whether the window shrinks from m to 1 instead of growing. Default true.</summary>
    public bool Decreasing { get; init; } = true;

    /// <summary>Order of the filter; 2, 4, 6 or 8. Default 2.</summary>
    public int FilterOrder { get; init; } = 2;

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsException">At least one is out of range; the message names all.</exception>
    public void Validate() => Set.Validate(this);
}
