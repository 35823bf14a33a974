namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>A second line of every peak at a fixed ratio of wavelengths, as Kα₂ beside Kα₁: 2θ₂ = 2 asin(R sin θ₁), the same width and form.</summary>
/// <remarks>The axis must be 2θ in degrees; <c>center</c> and <c>height</c> are those of the first line, <c>area</c> that of both.</remarks>
/// <example><code>new PeakDefinition { Name = "104", SecondLine = SecondLine.CopperKAlpha2 }</code></example>
public sealed record SecondLine
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<SecondLine> Set { get; } = OptionSet.For(new SecondLine())
        .Number("wavelengthRatio", o => o.WavelengthRatio, (o, v) => o with { WavelengthRatio = v }, new("Wavelength ratio", "Wavelength of the second line over that of the first; 0 for no second line.") { Minimum = 0, Maximum = 2 })
        .Number("intensityRatio", o => o.IntensityRatio, (o, v) => o with { IntensityRatio = v }, new("Intensity ratio", "Area of the second line over that of the first.") { Minimum = 0, Maximum = 10 });

    /// <summary>No second line.</summary>
    public static SecondLine None { get; } = new();

    /// <summary>Cu Kα: 1.544426/1.540598 Å, intensities 1 : 0.5.</summary>
    public static SecondLine CopperKAlpha2 { get; } = new() { WavelengthRatio = 1.544426 / 1.540598 };

    /// <summary>λ₂/λ₁, 0 to 2; 0 for no second line. Default 0.</summary>
    public double WavelengthRatio { get; init; }

    /// <summary>Area of the second line over that of the first, 0 to 10. Default 0.5.</summary>
    public double IntensityRatio { get; init; } = 0.5;
}
