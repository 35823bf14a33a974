namespace BigMap.Analysis.Diffraction.Powder;

/// <summary>A wavelength of the beam.</summary>
/// <param name="Wavelength">λ in Å.</param>
/// <param name="RelativeIntensity">Integrated intensity relative to the other lines.</param>
public readonly record struct EmissionLine(double Wavelength, double RelativeIntensity);

/// <summary>A diffractometer: wavelengths, resolution, asymmetry, and where its angles are off.</summary>
/// <remarks>
/// Widths are full widths at half maximum in degrees of 2θ: Γ_G² = U tan²θ + V tan θ + W, Γ_L = X tan θ + Y/cos θ (Thompson, Cox and Hastings 1987).
/// The U, V, W of GSAS are variances in centidegrees²: multiply them by 8 ln 2 · 10⁻⁴; its X and Y, in centidegrees, change places: ours are Y/100 and
/// X/100. Measured 2θ = true 2θ + zero − (2 s/R) cos θ · 180/π. Immutable, thread-safe.
/// </remarks>
/// <example><code>var d8 = new PowderInstrument { U = 0.001, V = -0.001, W = 0.002, Y = 0.02, Asymmetry = 0.03 };</code></example>
public sealed record PowderInstrument
{
    /// <summary>Wavelengths; by default Cu Kα₁ and Kα₂ (Hölzer et al. 1997, doi:10.1103/PhysRevA.56.4554) with half the intensity.</summary>
    public IReadOnlyList<EmissionLine> Lines { get; init; } = [new(1.5405929, 1), new(1.5444274, 0.5)];

    /// <summary>U in degrees².</summary>
    public double U { get; init; }

    /// <summary>V in degrees²; negative for most instruments.</summary>
    public double V { get; init; }

    /// <summary>W in degrees²; default 0.005.</summary>
    public double W { get; init; } = 0.005;

    /// <summary>X in degrees: Lorentzian width that grows with tan θ.</summary>
    public double X { get; init; }

    /// <summary>Y in degrees: Lorentzian width that grows with 1/cos θ.</summary>
    public double Y { get; init; }

    /// <summary>(S + H)/L of the axial divergence, 0 to 1; default 0.</summary>
    public double Asymmetry { get; init; }

    /// <summary>Zero error: measured 2θ − true 2θ, degrees; default 0.</summary>
    public double Zero { get; init; }

    /// <summary>Specimen displacement s in mm, positive away from the focusing circle; needs <see cref="Radius"/>.</summary>
    public double Displacement { get; init; }

    /// <summary>Goniometer radius R in mm; default 217.5.</summary>
    public double Radius { get; init; } = 217.5;

    /// <summary>
    /// A in the Lorentz-polarisation factor (1 + A cos²2θ)/((1 + A) sin²θ cos θ): 1 (default) without a monochromator, cos²2θₘ with one, near 0 for a
    /// synchrotron with a vertical plane of diffraction. Neutrons have no polarisation factor.
    /// </summary>
    public double Polarization { get; init; } = 1;

    /// <summary>How far a line is calculated, in full widths to either side; default 60.</summary>
    public double Reach { get; init; } = 60;

    /// <summary>Checks the instrument.</summary>
    /// <exception cref="ArgumentException">A value out of range; the message names it.</exception>
    public void Validate()
    {
        if (Lines.Count == 0 || Lines.Any(l => !(l.Wavelength is > 0.01 and < 100) || !(l.RelativeIntensity > 0)))
            throw new ArgumentException("An instrument has at least one wavelength, between 0.01 and 100 Å, with an intensity above 0.");
        if (!double.IsFinite(U + V + W + X + Y + Zero + Displacement) || !(Asymmetry is >= 0 and <= 1) || !(Radius > 0) || !(Polarization is >= 0 and <= 1) || !(Reach is >= 5 and <= 1e4))
            throw new ArgumentException("U, V, W, X, Y, zero and displacement are finite, the asymmetry and the polarisation between 0 and 1, the radius above 0, the reach between 5 and 1e4.");
    }

    /// <summary>Where a spacing is seen.</summary>
    /// <param name="d">d in Å.</param>
    /// <param name="wavelength">λ in Å.</param>
    /// <returns>Measured 2θ in degrees; NaN when d is below λ/2.</returns>
    public double TwoTheta(double d, double wavelength)
    {
        double theta = Math.Asin(wavelength / (2 * d));
        return ((2 * theta) - (2 * Displacement / Radius * Math.Cos(theta))) * (180 / Math.PI) + Zero;
    }

    /// <summary>Widths at an angle, of the instrument alone.</summary>
    /// <param name="twoTheta">2θ in degrees.</param>
    /// <returns>Γ_G and Γ_L in degrees; NaN for Γ_G where U tan²θ + V tan θ + W is negative.</returns>
    public (double GaussianFwhm, double LorentzianFwhm) Widths(double twoTheta)
    {
        double theta = twoTheta * (Math.PI / 360), tan = Math.Tan(theta);
        return (Math.Sqrt((((U * tan) + V) * tan) + W), (X * tan) + (Y / Math.Cos(theta)));
    }
}
