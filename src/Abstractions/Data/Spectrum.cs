namespace BigMap.Analysis;

/// <summary>One spectrum or pattern.</summary>
/// <remarks>Immutable and thread-safe as long as the memory it wraps is not written to.</remarks>
public sealed class Spectrum
{
    /// <summary>Wraps intensities without copying them.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="intensity">One value per point of the axis.</param>
    /// <param name="variance">One variance per point, or empty.</param>
    /// <param name="label">A label. Default empty.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public Spectrum(Axis axis, ReadOnlyMemory<double> intensity, ReadOnlyMemory<double> variance = default, string label = "")
    {
        ArgumentNullException.ThrowIfNull(axis);
        ArgumentNullException.ThrowIfNull(label);
        if (intensity.Length != axis.Length)
            throw new ArgumentException($"The axis has {axis.Length} points, but there are {intensity.Length} intensities.", nameof(intensity));
        if (!variance.IsEmpty && variance.Length != axis.Length)
            throw new ArgumentException($"The axis has {axis.Length} points, but there are {variance.Length} variances.", nameof(variance));
        Axis = axis;
        Intensity = intensity;
        Variance = variance;
        Label = label;
    }

    /// <summary>The axis.</summary>
    public Axis Axis { get; }

    /// <summary>The intensities.</summary>
    public ReadOnlyMemory<double> Intensity { get; }

    /// <summary>The variances, or empty.</summary>
    public ReadOnlyMemory<double> Variance { get; }

    /// <summary>The label.</summary>
    public string Label { get; }

    /// <summary>Name of the intensity. Default <c>intensity</c>.</summary>
    public string IntensityQuantity { get; init; } = "intensity";

    /// <summary>Unit of the intensity. Default empty.</summary>
    public string IntensityUnit { get; init; } = string.Empty;

    /// <summary>What the intensities are. Default unspecified.</summary>
    public IntensityKind Kind { get; init; }

    /// <summary>This spectrum as a series of one row; shares the memory.</summary>
    /// <returns>The series.</returns>
    public SpectrumSeries AsSeries() => SpectrumSeries.Wrap(Axis, Intensity, 1, new SeriesAttributes
    {
        Variance = Variance,
        Labels = [Label],
        IntensityQuantity = IntensityQuantity,
        IntensityUnit = IntensityUnit,
        Kind = Kind,
    });

    /// <inheritdoc/>
    public override string ToString() => $"{Label} {Axis}".TrimStart();
}
