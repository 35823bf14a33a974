using System.Globalization;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>The curve between anchors.</summary>
public enum AnchorInterpolation : byte
{
    /// <summary>Straight lines.</summary>
    Linear,

    /// <summary>Piecewise cubic that does not overshoot: monotonic wherever the anchors are.</summary>
    Pchip,

    /// <summary>Natural cubic spline: the smoothest curve through the anchors; it may overshoot.</summary>
    CubicSpline,
}

/// <summary>Options of the baseline through anchor points: places where a person knows that there is background alone.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
/// <example><code>var options = new AnchorOptions { Points = [600, 850, 1120, 1700], HalfWidth = 10, Interpolation = AnchorInterpolation.Pchip };</code></example>
public sealed record AnchorOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<AnchorOptions> Set { get; } = OptionSet.For(new AnchorOptions())
        .NumberList("points", o => o.Points, (o, v) => o with { Points = v }, new("Anchors", "Positions on the axis where there is background alone, ascending; at least two. Empty: the two ends of the data.") { Unit = "axis" })
        .Number("halfWidth", o => o.HalfWidth, (o, v) => o with { HalfWidth = v }, new("Half width", "How far around an anchor intensities are averaged. 0: the intensity at the anchor itself, interpolated between the two nearest points.") { Unit = "axis", Minimum = 0 })
        .Choice("interpolation", o => o.Interpolation, (o, v) => o with { Interpolation = v }, new("Curve", "linear: straight lines. pchip: smooth without overshoot. cubicSpline: smoothest."))
        .Rule(o => Fault(o.Points));

    /// <summary>Positions of the anchors, in the axis unit, ascending; none, or at least two. None: the first and the last used point. Default none.</summary>
    public IReadOnlyList<double> Points { get; init; } = [];

    /// <summary>How far around an anchor intensities are averaged, in the axis unit; 0 or more. Default 0: the intensity at the anchor, interpolated between the nearest two used points.</summary>
    public double HalfWidth { get; init; }

    /// <summary>The curve between anchors. Default <see cref="AnchorInterpolation.Linear"/>.</summary>
    public AnchorInterpolation Interpolation { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsException">At least one is out of range; the message names all.</exception>
    public void Validate() => Set.Validate(this);

    /// <inheritdoc/>
    public bool Equals(AnchorOptions? other) =>
        other is not null && HalfWidth.Equals(other.HalfWidth) && Interpolation == other.Interpolation && Points.SequenceEqual(other.Points);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(HalfWidth, Interpolation, Points.Count);

    private static string? Fault(IReadOnlyList<double> points)
    {
        if (points.Count == 1)
            return "points must hold at least two positions, or none for the ends of the data.";
        for (int i = 1; i < points.Count; i++)
        {
            if (!(points[i] > points[i - 1]))
                return string.Create(CultureInfo.InvariantCulture, $"points must ascend, but {points[i]:R} follows {points[i - 1]:R}.");
        }

        return null;
    }
}
