namespace BigMap.Analysis.Diffraction.Powder;

/// <summary>Which form factors of free atoms are used.</summary>
public enum FormFactorTable : byte
{
    /// <summary>Four Gaussians and a constant, International Tables C (1992); good to sin θ/λ = 2 Å⁻¹.</summary>
    InternationalTables1992,

    /// <summary>Five Gaussians and a constant, D. Waasmaier and A. Kirfel, doi:10.1107/S0108767394013292; good to 6 Å⁻¹.</summary>
    WaasmaierKirfel1995,
}

/// <summary>Dispersion corrections of a form factor, f = f₀ + f′ + i f″, in electrons.</summary>
/// <param name="Real">f′.</param>
/// <param name="Imaginary">f″.</param>
public readonly record struct AnomalousDispersion(double Real, double Imaginary);

/// <summary>What is scattered: <see cref="XRays"/> or <see cref="Neutrons"/>.</summary>
public abstract record Radiation
{
    private protected Radiation(double wavelength)
    {
        if (!(wavelength is > 0.01 and < 100))
            throw new ArgumentOutOfRangeException(nameof(wavelength), $"The wavelength is between 0.01 and 100 Å, not {wavelength.ToString(System.Globalization.CultureInfo.InvariantCulture)}.");
        Wavelength = wavelength;
    }

    /// <summary>Wavelength in Å.</summary>
    public double Wavelength { get; }

    /// <summary>Half the scattering angle that a spacing gives, by Bragg's law λ = 2 d sin θ.</summary>
    /// <param name="d">d in Å.</param>
    /// <returns>2θ in degrees; NaN when d is below λ/2.</returns>
    public double TwoTheta(double d) => 2 * Math.Asin(Wavelength / (2 * d)) * (180 / Math.PI);

    /// <summary>The spacing that is seen at an angle.</summary>
    /// <param name="twoTheta">2θ in degrees, above 0 up to 180.</param>
    /// <returns>d in Å.</returns>
    public double D(double twoTheta) => Wavelength / (2 * Math.Sin(twoTheta * (Math.PI / 360)));
}

/// <summary>X-rays.</summary>
/// <remarks>f′ and f″ come from a table of seven lines (Cr, Fe, Co, Cu, Mo, Ag Kα₁ and 0.4133 Å), which serves wavelengths within 0.3 %; for others they must be given.</remarks>
/// <example><code>var copper = new XRays(XRays.CopperKAlpha1);</code></example>
public sealed record XRays : Radiation
{
    /// <summary>Cu Kα₁, Å: G. Hölzer et al., Phys. Rev. A 56 (1997) 4554, doi:10.1103/PhysRevA.56.4554.</summary>
    public const double CopperKAlpha1 = 1.5405929;

    /// <summary>hc in keV Å.</summary>
    private const double HC = 12.398419843320026;

    /// <summary>X-rays of a wavelength.</summary>
    /// <param name="wavelength">λ in Å, between 0.01 and 100.</param>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public XRays(double wavelength)
        : base(wavelength)
    {
    }

    /// <summary>Photon energy in keV, hc/λ.</summary>
    public double Energy => HC / Wavelength;

    /// <summary>Form factors; International Tables 1992 by default.</summary>
    public FormFactorTable FormFactors { get; init; } = FormFactorTable.InternationalTables1992;

    /// <summary>Whether f′ and f″ are added; true by default.</summary>
    public bool UseDispersion { get; init; } = true;

    /// <summary>f′ and f″ of the user, by element; empty by default. They go before the table.</summary>
    public IReadOnlyDictionary<string, AnomalousDispersion> Dispersion { get; init; } = new Dictionary<string, AnomalousDispersion>();

    /// <summary>X-rays of an energy.</summary>
    /// <param name="energy">Photon energy in keV.</param>
    /// <returns>The radiation.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public static XRays OfEnergy(double energy) => new(HC / energy);
}

/// <summary>Neutrons of one wavelength.</summary>
/// <remarks>The real part of the bound coherent scattering length is used: V. F. Sears, Neutron News 3 (1992) 26, doi:10.1080/10448639208218770.</remarks>
public sealed record Neutrons : Radiation
{
    /// <summary>Neutrons of a wavelength.</summary>
    /// <param name="wavelength">λ in Å, between 0.01 and 100.</param>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public Neutrons(double wavelength)
        : base(wavelength)
    {
    }

    /// <summary>Scattering lengths of the user in fm, by element (isotopes); empty by default. They go before the table.</summary>
    public IReadOnlyDictionary<string, double> Lengths { get; init; } = new Dictionary<string, double>();
}
