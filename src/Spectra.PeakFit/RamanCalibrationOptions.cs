namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>How the wavenumber axis of a Raman instrument is calibrated from a lamp spectrum.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
/// <example><code>
/// RamanCalibration calibration = neon.CalibrateRaman(new RamanCalibrationOptions { LaserWavelength = 784.9 });
/// CalibratedSeries data = measured.CorrectAxis(calibration.ToOptions(siliconCenter: 521.3, siliconError: 0.02));
/// </code></example>
public sealed record RamanCalibrationOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<RamanCalibrationOptions> Set { get; } = OptionSet.For(new RamanCalibrationOptions())
        .Number("laserWavelength", o => o.LaserWavelength, (o, v) => o with { LaserWavelength = v }, new("Laser wavelength", "Wavelength of the laser in air.") { Unit = "nm", Minimum = 200, Maximum = 2000 })
        .NumberList("lines", o => o.Lines, (o, v) => o with { Lines = v }, new("Lines", "Wavelengths of the lines of the lamp in air, ascending; neon by default.") { Unit = "nm" })
        .Number("searchRange", o => o.SearchRange, (o, v) => o with { SearchRange = v }, new("Search range", "Distance from its place to which a line is looked for.") { Unit = "cm^-1", Minimum = 0, MinimumExcluded = true, Maximum = 1000 })
        .Integer("degree", o => o.Degree, (o, v) => o with { Degree = v }, new("Degree", "Degree of the polynomial of the correction.") { Minimum = 0, Maximum = 5 })
        .Rule(o => o.Lines.Any(l => !(l > 100)) || o.Lines.Zip(o.Lines.Skip(1)).Any(p => p.First >= p.Second) ? "the lines must be wavelengths in nm, ascending." : null);

    /// <summary>Wavelength of the laser in air, nm, 200 to 2000. Default 632.816 (helium-neon).</summary>
    public double LaserWavelength { get; init; } = 632.816;

    /// <summary>Wavelengths of the lines in air, nm, ascending. Default: the strong lines of neutral neon (E. B. Saloman, C. J. Sansonetti, J. Phys. Chem. Ref. Data 33 (2004) 1113, doi:10.1063/1.1797771).</summary>
    public IReadOnlyList<double> Lines { get; init; } =
    [
        585.24878, 588.18950, 594.48340, 597.55343, 602.99968, 607.43376, 609.61630, 614.30627, 616.35937, 621.72812, 626.64952, 630.47893,
        633.44276, 638.29914, 640.22480, 650.65277, 653.28824, 659.89528, 667.82766, 671.70430, 692.94672, 703.24128, 717.39380, 724.51665,
        743.88981, 747.24383, 748.88712, 753.57739, 754.40439, 808.24576, 813.64061, 830.03248, 837.76070, 841.84265, 849.53591,
    ];

    /// <summary>Distance from its place to which a line is looked for, cm⁻¹, above 0, at most 1000. Lines with another one closer than twice this are left out. Default 6.</summary>
    public double SearchRange { get; init; } = 6;

    /// <summary>Degree of the correction, 0 to 5. Default 3.</summary>
    public int Degree { get; init; } = 3;

    /// <summary>Raises one error that names every fault.</summary>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public void Validate() => Set.Validate(this);
}

/// <summary>A correction of an axis: true = x + Σ cₖ tᵏ, t = (x − origin)/scale.</summary>
/// <remarks>Usually made by <see cref="RamanCalibration.ToOptions"/>. Immutable, thread-safe.</remarks>
public sealed record AxisCorrectionOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<AxisCorrectionOptions> Set { get; } = OptionSet.For(new AxisCorrectionOptions())
        .NumberList("coefficients", o => o.Coefficients, (o, v) => o with { Coefficients = v }, new("Coefficients", "c0, c1, ..., at least one.") { Unit = "axis" })
        .NumberList("covariance", o => o.Covariance, (o, v) => o with { Covariance = v }, new("Covariance", "Covariance of the coefficients, row by row; empty when it is not known.") { Unit = "axis^2" })
        .Number("origin", o => o.Origin, (o, v) => o with { Origin = v }, new("Origin", "Where t is 0.") { Unit = "axis" })
        .Number("scale", o => o.Scale, (o, v) => o with { Scale = v }, new("Scale", "Distance at which t is 1.") { Unit = "axis", Minimum = 0, MinimumExcluded = true })
        .Number("from", o => o.From, (o, v) => o with { From = v }, new("From", "Where the lines began; below, the correction is extrapolated.") { Unit = "axis" })
        .Number("to", o => o.To, (o, v) => o with { To = v }, new("To", "Where the lines ended; above, the correction is extrapolated.") { Unit = "axis" })
        .Rule(o => o.Coefficients.Count == 0 ? "there must be at least one coefficient." : null)
        .Rule(o => o.Covariance.Count > 0 && o.Covariance.Count != o.Coefficients.Count * o.Coefficients.Count ? "the covariance must have as many rows and columns as there are coefficients, or be empty." : null);

    /// <summary>c₀, c₁, …, at least one. Default none.</summary>
    public IReadOnlyList<double> Coefficients { get; init; } = [];

    /// <summary>Covariance of the coefficients, row by row; empty when it is not known. Default empty.</summary>
    public IReadOnlyList<double> Covariance { get; init; } = [];

    /// <summary>Where t is 0, in the axis unit. Default 0.</summary>
    public double Origin { get; init; }

    /// <summary>Distance at which t is 1, in the axis unit, above 0. Default 1.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Where the lines began; below, the correction is extrapolated. Default −1e300.</summary>
    public double From { get; init; } = -1e300;

    /// <summary>Where the lines ended; above, the correction is extrapolated. Default 1e300.</summary>
    public double To { get; init; } = 1e300;

    /// <summary>Raises one error that names every fault.</summary>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public void Validate() => Set.Validate(this);

    /// <summary>What is added at a place of the axis as it was measured.</summary>
    internal double At(double x)
    {
        double t = (x - Origin) / Scale, value = 0;
        for (int k = Coefficients.Count - 1; k >= 0; k--)
            value = (value * t) + Coefficients[k];
        return value;
    }

    /// <summary>Its standard error; NaN when the covariance is not known.</summary>
    internal double ErrorAt(double x)
    {
        if (Covariance.Count == 0)
            return double.NaN;
        int n = Coefficients.Count;
        double t = (x - Origin) / Scale, sum = 0;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
                sum += Math.Pow(t, i) * Covariance[(i * n) + j] * Math.Pow(t, j);
        }

        return Math.Sqrt(Math.Max(0, sum));
    }
}
