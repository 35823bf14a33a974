namespace BigMap.Analysis.Numerics;

/// <summary>How data were measured, which decides what is unusual; see <see cref="QualityLimits.For"/>.</summary>
public enum Technique : byte
{
    /// <summary>Not stated: limits that suit most.</summary>
    General,

    /// <summary>X-ray powder diffraction, laboratory or synchrotron.</summary>
    Xrd,

    /// <summary>Raman spectroscopy with a CCD.</summary>
    Raman,

    /// <summary>Fourier-transform infrared spectroscopy.</summary>
    Ftir,

    /// <summary>Neutron powder diffraction by time of flight.</summary>
    NeutronTof,

    /// <summary>Neutron powder diffraction at constant wavelength.</summary>
    NeutronCw,

    /// <summary>X-ray photoelectron spectroscopy.</summary>
    Xps,

    /// <summary>Tomography: slices or projections; a row is a frame, see <see cref="QualityOptions.FrameWidth"/>.</summary>
    Tomography,
}
