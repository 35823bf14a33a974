using BigMap.Analysis.Diffraction.Powder.Internal;

namespace BigMap.Analysis.Diffraction.Powder;

/// <summary>Preferred orientation: A. March (1932), W. A. Dollase, J. Appl. Cryst. 19 (1986) 267, doi:10.1107/S0021889886089458.</summary>
/// <param name="Direction">The plane whose normal is the axis of the texture.</param>
/// <param name="Ratio">r: 1 is random, below 1 platelets that lie flat, above 1 needles.</param>
public readonly record struct MarchDollase((int H, int K, int L) Direction, double Ratio);

/// <summary>A phase of a powder: its structure and what broadens and scales its lines.</summary>
/// <param name="Structure">The structure.</param>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed record PowderPhase(CrystalStructure Structure)
{
    /// <summary>Scale factor S of the intensities S m |F|² LP, F of the whole cell; default 1.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Apparent size of the crystallites in µm; infinite (default) does not broaden. Γ_L gains λ/(D cos θ) (Scherrer, K = 1).</summary>
    public double Size { get; init; } = double.PositiveInfinity;

    /// <summary>Microstrain in 10⁻⁶; 0 (default) does not broaden. Γ_L gains ε tan θ in radians of 2θ, which is the convention of GSAS.</summary>
    public double Microstrain { get; init; }

    /// <summary>Preferred orientation; null (default) for a random powder.</summary>
    public MarchDollase? Texture { get; init; }

    /// <summary>Mass of the cell's content in unified atomic mass units.</summary>
    public double CellMass => Structure.Atoms.Sum(a => a.Occupancy * Structure.SiteMultiplicity(a) * ScatteringTables.AtomicWeight(a.Scatterer));

    /// <summary>X-ray density in g/cm³.</summary>
    public double Density => CellMass * 1.66053906892 / Structure.Cell.Volume;

    /// <summary>Weight fractions of a mixture, w ∝ S M V with M the mass and V the volume of the cell (R. J. Hill, C. J. Howard, J. Appl. Cryst. 20 (1987) 467, doi:10.1107/S0021889887086199).</summary>
    /// <param name="phases">All crystalline phases.</param>
    /// <returns>One fraction per phase; they add to 1.</returns>
    /// <exception cref="ArgumentException">There is no phase, or all scales are zero.</exception>
    public static double[] WeightFractions(IReadOnlyList<PowderPhase> phases)
    {
        ArgumentNullException.ThrowIfNull(phases);
        double[] weights = [.. phases.Select(p => p.Scale * p.CellMass * p.Structure.Cell.Volume)];
        double sum = weights.Sum();
        if (!(sum > 0))
            throw new ArgumentException("Weight fractions need a phase with a scale above zero.", nameof(phases));
        for (int i = 0; i < weights.Length; i++)
            weights[i] /= sum;
        return weights;
    }
}
