namespace BigMap.Analysis.Numerics;

/// <summary>The limits above which a check speaks, for a technique.</summary>
/// <remarks>
/// They are starting points with a reason each, meant to be changed where an instrument is known better; <c>docs/data-quality.md</c> has all of them in one table.
/// Immutable, thread-safe.
/// </remarks>
/// <example><code>QualityLimits limits = QualityLimits.For(Technique.Raman) with { IntensityDrift = 0.3 };</code></example>
public sealed record QualityLimits
{
    /// <summary>
    /// How many standard deviations of the noise a white or dead pixel stands out. 8: the chance for normal noise is 1e-15 a point. Raman 6: CCD noise is close to normal
    /// and weak cosmic rays are worth finding. Neutrons 10: few counts have longer tails. FTIR 10: light does not hit single points. Tomography 10: texture adds to the noise.
    /// </summary>
    public double WhitePixel { get; init; } = 8;

    /// <summary>
    /// How far a white point stands above its neighbours, in heights of these above their surroundings. 1: sharper than any line of two points width at half maximum or more.
    /// Raman, FTIR, XPS 0.5: their lines are many points wide.
    /// </summary>
    public double Sharpness { get; init; } = 1;

    /// <summary>Score of an outlying frame by <see cref="OutlierRule.Mad"/> or <see cref="OutlierRule.ZScore"/>. 5: among 1000 normal rows none is expected; with n rows it is raised to 1 + 8/n of itself for MAD and interquartile range. Raman, FTIR, tomography 6: focus, purge and beam scatter beyond normal noise.</summary>
    public double Outlier { get; init; } = 5;

    /// <summary>Distance of a frame to the nearer neighbour over that between its neighbours. Noise gives 1. 3: clearly alone; Raman, FTIR 4: focus and purge jump; neutrons 2: frames are noisy and compared over many points.</summary>
    public double Isolation { get; init; } = 3;

    /// <summary>Step in time over the median step. 3: two frames missing. Neutrons, XPS 5: frames last until a dose or sweep is complete. Tomography 1.5: one missing projection already leaves a streak.</summary>
    public double Gap { get; init; } = 3;

    /// <summary>Relative change of the mean intensity over the run. 0.05 for monitored sources; Raman 0.2: laser and focus; neutron time of flight, XPS 0.1: source and charging; tomography 0.02: flat fields hold to that.</summary>
    public double IntensityDrift { get; init; } = 0.05;

    /// <summary>Movement of the centre of the intensity over the run, in steps of the axis. 1: a point; FTIR 0.5: the laser fixes its wavenumbers; XPS 2: charging of 0.2 eV at 0.1 eV a step.</summary>
    public double PositionDrift { get; init; } = 1;

    /// <summary>p-value below which a trend counts. 1e-3: chance alone gives it once in a thousand runs.</summary>
    public double DriftPValue { get; init; } = 1e-3;

    /// <summary>Distance of two rows over that of independent noise, below which one is a copy. 0.05: a copy that was rounded, never a second measurement.</summary>
    public double NearDuplicate { get; init; } = 0.05;

    /// <summary>The ceiling of the detector; null when there is none that all share. Raman, tomography 65535: 16 bits. A row that goes above these was accumulated or scaled and has none. FTIR 3 (only for absorbance): 0.1 % of the light is left.</summary>
    public double? SaturationLevel { get; init; }

    /// <summary>Equal points at the top of a row that make a plateau. 3; where single counts are recorded 4, since equal counts occur by chance.</summary>
    public int SaturationRun { get; init; } = 3;

    /// <summary>The limits of a technique.</summary>
    /// <param name="technique">The technique.</param>
    /// <returns>Its limits.</returns>
    public static QualityLimits For(Technique technique) => technique switch
    {
        Technique.Xrd => new() { SaturationRun = 4 },
        Technique.Raman => new() { WhitePixel = 6, Sharpness = 0.5, Outlier = 6, Isolation = 4, IntensityDrift = 0.2, SaturationLevel = 65535 },
        Technique.Ftir => new() { WhitePixel = 10, Sharpness = 0.5, Outlier = 6, Isolation = 4, PositionDrift = 0.5, SaturationLevel = 3 },
        Technique.NeutronTof => new() { WhitePixel = 10, Isolation = 2, Gap = 5, IntensityDrift = 0.1, SaturationRun = 4 },
        Technique.NeutronCw => new() { WhitePixel = 10, Isolation = 2, Gap = 5, SaturationRun = 4 },
        Technique.Xps => new() { Sharpness = 0.5, Gap = 5, IntensityDrift = 0.1, PositionDrift = 2, SaturationRun = 4 },
        Technique.Tomography => new() { WhitePixel = 10, Outlier = 6, Gap = 1.5, IntensityDrift = 0.02, SaturationLevel = 65535 },
        _ => new(),
    };
}
