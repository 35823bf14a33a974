namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>How transmittance is written.</summary>
public enum TransmittanceScale : byte
{
    /// <summary>As the series says: quantity transmittance with unit %, or none.</summary>
    Declared,

    /// <summary>0 to 1, whatever the series says.</summary>
    Fraction,

    /// <summary>0 to 100, whatever the series says.</summary>
    Percent,
}

/// <summary>Options of the conversion of transmittance to absorbance, A = −log₁₀ T.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
/// <example><code>var options = new AbsorbanceOptions { Scale = TransmittanceScale.Percent };</code></example>
public sealed record AbsorbanceOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<AbsorbanceOptions> Set { get; } = OptionSet.For(new AbsorbanceOptions())
        .Choice("scale", o => o.Scale, (o, v) => o with { Scale = v }, new("Transmittance", "declared: the series must say that it holds transmittance, with unit % or none. fraction, percent: it does not say so, but is."));

    /// <summary>How transmittance is written. Default <see cref="TransmittanceScale.Declared"/>.</summary>
    public TransmittanceScale Scale { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsException">At least one is out of range; the message names all.</exception>
    public void Validate() => Set.Validate(this);
}

/// <summary>Options of the conversion of absorbance to transmittance, T = 10⁻ᴬ.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
/// <example><code>var options = new TransmittanceOptions { Percent = true };</code></example>
public sealed record TransmittanceOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<TransmittanceOptions> Set { get; } = OptionSet.For(new TransmittanceOptions())
        .Boolean("percent", o => o.Percent, (o, v) => o with { Percent = v }, new("In percent", "Whether transmittance runs from 0 to 100 instead of 0 to 1."))
        .Boolean("assumeAbsorbance", o => o.AssumeAbsorbance, (o, v) => o with { AssumeAbsorbance = v }, InfraredOptionInfo.AssumeAbsorbance);

    /// <summary>Whether transmittance runs from 0 to 100 instead of 0 to 1. Default false.</summary>
    public bool Percent { get; init; }

    /// <summary>Whether the intensities are absorbances although the series does not say so. Default false.</summary>
    public bool AssumeAbsorbance { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsException">At least one is out of range; the message names all.</exception>
    public void Validate() => Set.Validate(this);
}

/// <summary>Options of the correction of ATR spectra for the depth that light reaches, which is proportional to its wavelength.</summary>
/// <remarks>
/// <para>
/// d = λ / (2π n₁ √(sin²θ − (n₂/n₁)²)), the depth at which the field has fallen to 1/e. With a reference wavenumber ν₀ absorbances are multiplied by d(ν₀)/d(ν) = ν/ν₀, so that bands have the heights of a
/// transmission spectrum and those at ν₀ keep theirs. Without one they are divided by d in µm. Refractive indices are taken as constant: the shift of strong bands by dispersion is not corrected.
/// N. J. Harrick, Internal Reflection Spectroscopy, Wiley (1967).
/// </para>
/// <para>Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>var options = new AtrOptions { CrystalIndex = 4.0 };   // germanium</code></example>
public sealed record AtrOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<AtrOptions> Set { get; } = OptionSet.For(new AtrOptions())
        .OptionalNumber("referenceWavenumber", o => o.ReferenceWavenumber, (o, v) => o with { ReferenceWavenumber = v }, new("Reference wavenumber", "Where intensities stay as they are.") { Unit = "cm^-1", Minimum = 0, MinimumExcluded = true, NullMeaning = "absorbance per µm of depth" })
        .Number("crystalIndex", o => o.CrystalIndex, (o, v) => o with { CrystalIndex = v }, new("Refractive index of the crystal n₁", "Diamond and ZnSe 2.4, silicon 3.4, germanium 4.0.") { Minimum = 1, Maximum = 10 })
        .Number("sampleIndex", o => o.SampleIndex, (o, v) => o with { SampleIndex = v }, new("Refractive index of the sample n₂", "Organic liquids and polymers about 1.4 to 1.5.") { Minimum = 1, Maximum = 10 })
        .Number("angle", o => o.Angle, (o, v) => o with { Angle = v }, new("Angle of incidence θ", "Between the beam and the normal of the surface.") { Unit = "deg", Minimum = 0, MinimumExcluded = true, Maximum = 90, MaximumExcluded = true })
        .Boolean("assumeAbsorbance", o => o.AssumeAbsorbance, (o, v) => o with { AssumeAbsorbance = v }, InfraredOptionInfo.AssumeAbsorbance)
        .Rule(o => Math.Sin(o.Angle * Math.PI / 180) <= o.SampleIndex / o.CrystalIndex ? "angle is not above the critical angle, sin(angle) = sampleIndex / crystalIndex: there is no total reflection." : null);

    /// <summary>Where intensities stay as they are, in cm⁻¹, above 0; null for absorbance per µm of depth. Default 1000.</summary>
    public double? ReferenceWavenumber { get; init; } = 1000;

    /// <summary>n₁, refractive index of the crystal; 1 to 10. Default 2.4 (diamond, ZnSe). It changes absorbances per depth only.</summary>
    public double CrystalIndex { get; init; } = 2.4;

    /// <summary>n₂, refractive index of the sample; 1 to 10. Default 1.5.</summary>
    public double SampleIndex { get; init; } = 1.5;

    /// <summary>θ, angle of incidence in degrees, above the critical angle and below 90. Default 45.</summary>
    public double Angle { get; init; } = 45;

    /// <summary>Whether the intensities are absorbances although the series does not say so. Default false.</summary>
    public bool AssumeAbsorbance { get; init; }

    /// <summary>Depth d at which the field has fallen to 1/e.</summary>
    /// <param name="wavenumber">Wavenumber in cm⁻¹, above 0.</param>
    /// <returns>The depth in µm.</returns>
    public double PenetrationDepth(double wavenumber)
    {
        double sine = Math.Sin(Angle * Math.PI / 180), ratio = SampleIndex / CrystalIndex;
        return 1e4 / wavenumber / (2 * Math.PI * CrystalIndex * Math.Sqrt((sine * sine) - (ratio * ratio)));
    }

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsException">At least one is out of range; the message names all.</exception>
    public void Validate() => Set.Validate(this);
}

/// <summary>The wording of what infrared steps have in common.</summary>
internal static class InfraredOptionInfo
{
    public static OptionInfo AssumeAbsorbance { get; } = new("Are absorbances", "Whether the intensities are absorbances although the series does not say so.");
}
