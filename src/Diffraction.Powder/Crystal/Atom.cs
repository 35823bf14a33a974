namespace BigMap.Analysis.Diffraction.Powder;

/// <summary>Mean-square displacements of an atom along the axes, Å²: exp(−2π² Σ Uᵢⱼ hᵢ hⱼ a*ᵢ a*ⱼ).</summary>
/// <param name="U11">U₁₁.</param>
/// <param name="U22">U₂₂.</param>
/// <param name="U33">U₃₃.</param>
/// <param name="U12">U₁₂.</param>
/// <param name="U13">U₁₃.</param>
/// <param name="U23">U₂₃.</param>
public readonly record struct AnisotropicDisplacement(double U11, double U22, double U33, double U12, double U13, double U23);

/// <summary>An atom of the asymmetric unit.</summary>
/// <param name="Label">Its name, <c>Ni1</c>.</param>
/// <param name="Scatterer">Element or ion, <c>Ni</c> or <c>Ni3+</c>.</param>
/// <param name="X">Fractional coordinate x.</param>
/// <param name="Y">Fractional coordinate y.</param>
/// <param name="Z">Fractional coordinate z.</param>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed record Atom(string Label, string Scatterer, double X, double Y, double Z)
{
    /// <summary>Share of the places that are occupied, 1 by default.</summary>
    public double Occupancy { get; init; } = 1;

    /// <summary>Isotropic mean-square displacement U in Å², 0 by default; B = 8π² U. Not used when <see cref="Anisotropic"/> is given.</summary>
    public double Uiso { get; init; }

    /// <summary>Anisotropic displacements; null by default.</summary>
    public AnisotropicDisplacement? Anisotropic { get; init; }
}
