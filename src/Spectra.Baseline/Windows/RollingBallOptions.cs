using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Options of the rolling-ball baseline.</summary>
/// <remarks>
/// <para>
/// The smallest value in a moving window, then the largest of those, then their moving average: what a ball leaves that rolls below the data.
/// M. A. Kneen, H. J. Annegarn, Nucl. Instrum. Methods B 109, 209 (1996), doi:10.1016/0168-583X(95)00908-6.
/// </para>
/// <para>Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>var options = new RollingBallOptions { HalfWindow = 60 };</code></example>
public sealed record RollingBallOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<RollingBallOptions> Set { get; } = OptionSet.For(new RollingBallOptions())
        .Integer("halfWindow", o => o.HalfWindow, (o, v) => o with { HalfWindow = v }, WindowOptionInfo.HalfWindow)
        .OptionalInteger("smoothHalfWindow", o => o.SmoothHalfWindow, (o, v) => o with { SmoothHalfWindow = v }, new("Smoothing half window", "Points on either side in the moving average at the end; 0 does not smooth.") { Unit = "points", Minimum = 0, Maximum = 1000000, NullMeaning = "as halfWindow" });

    /// <summary>Points on either side in the windows of smallest and largest value; 1 to 1000000. Default 40.</summary>
    public int HalfWindow { get; init; } = 40;

    /// <summary>Points on either side in the moving average; 0 to 1000000 (more than there are data is as many as there are). Null: as <see cref="HalfWindow"/>.</summary>
    public int? SmoothHalfWindow { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsException">At least one is out of range; the message names all.</exception>
    public void Validate() => Set.Validate(this);
}
