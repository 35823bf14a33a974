using BigMap.Analysis.Diffraction.Powder.Internal;

namespace BigMap.Analysis.Diffraction.Powder;

/// <summary>
/// Structure factors of a structure, F(h) = Σ o f T exp(2πi h·x) over all atoms of the cell; for X-rays f = f₀ + f′ + i f″, in electrons, for neutrons
/// f = b, in fm. T = exp(−8π² U sin²θ/λ²), or with the anisotropic displacements.
/// </summary>
/// <remarks>Immutable, thread-safe.</remarks>
/// <example><code>
/// var factors = new StructureFactors(structure, new XRays(XRays.CopperKAlpha1));
/// Console.WriteLine(factors.Table(smallestD: 1.0));           // h, k, l, multiplicity, d, 2θ, |F|²
/// </code></example>
public sealed class StructureFactors
{
    private readonly Scatterer[] _scatterers;
    private readonly SymmetryOperation[] _operations;
    private readonly double[] _reciprocalLengths;

    /// <summary>Prepares the sums.</summary>
    /// <param name="structure">The structure.</param>
    /// <param name="radiation">X-rays or neutrons.</param>
    /// <exception cref="DataMismatchException">An atom has no form factor, no dispersion at this wavelength, or no scattering length.</exception>
    public StructureFactors(CrystalStructure structure, Radiation radiation)
    {
        ArgumentNullException.ThrowIfNull(structure);
        ArgumentNullException.ThrowIfNull(radiation);
        Structure = structure;
        Radiation = radiation;
        _operations = [.. structure.SpaceGroup.Operations];
        ReadOnlySpan<double> g = structure.Cell.ReciprocalMetricTensor;
        _reciprocalLengths = [Math.Sqrt(g[0]), Math.Sqrt(g[4]), Math.Sqrt(g[8])];
        var neutral = new SortedSet<string>(StringComparer.Ordinal);
        _scatterers = [.. structure.Atoms.Select(a => Prepare(a, neutral))];
        NeutralFormFactors = [.. neutral];
    }

    /// <summary>The structure.</summary>
    public CrystalStructure Structure { get; }

    /// <summary>The radiation.</summary>
    public Radiation Radiation { get; }

    /// <summary>Ions whose form factor is not tabulated: that of the neutral atom is used.</summary>
    public IReadOnlyList<string> NeutralFormFactors { get; }

    /// <summary>|F|² of the cell; for X-rays with dispersion the mean of both Friedel mates, as a powder shows it.</summary>
    /// <param name="h">Miller indices.</param>
    /// <returns>|F|² in electrons² or fm².</returns>
    public double SquaredModulus((int H, int K, int L) h)
    {
        double inverse = Structure.Cell.InverseDSquared(h), s2 = 0.25 * inverse;

        // A + iB of everything that scatters in phase, and of f″ apart: the mean over h and −h has no cross term.
        double a = 0, b = 0, a2 = 0, b2 = 0;
        foreach (Scatterer atom in _scatterers)
        {
            double f = atom.Amplitude(s2), isotropic = atom.Anisotropic is null ? Math.Exp(-8 * Math.PI * Math.PI * atom.Uiso * s2) : 1;
            double c = 0, s = 0;
            foreach (SymmetryOperation operation in _operations)
            {
                (int H, int K, int L) e = operation.Transform(h);
                double shift = (h.H * operation.TranslationPart(0)) + (h.K * operation.TranslationPart(1)) + (h.L * operation.TranslationPart(2));
                double phase = (e.H * atom.X) + (e.K * atom.Y) + (e.L * atom.Z) + (shift / SymmetryOperation.Denominator);
                (double sin, double cos) = Math.SinCos(2 * Math.PI * (phase - Math.Round(phase)));
                double t = atom.Anisotropic is { } u ? Displacement(u, e) : isotropic;
                c += t * cos;
                s += t * sin;
            }

            double weight = atom.Weight;
            a += weight * f * c;
            b += weight * f * s;
            a2 += weight * atom.Imaginary * c;
            b2 += weight * atom.Imaginary * s;
        }

        return (a * a) + (b * b) + (a2 * a2) + (b2 * b2);
    }

    /// <summary>All reflections of a range with their |F|².</summary>
    /// <param name="smallestD">Smallest spacing in Å; null for λ/2, all that can be seen.</param>
    /// <param name="largestD">Largest spacing in Å; infinite by default.</param>
    /// <returns>A table with the columns h, k, l, multiplicity, d, two_theta, F2.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A range that gives no list, see <see cref="Reflection.List"/>.</exception>
    public IResultTable Table(double? smallestD = null, double largestD = double.PositiveInfinity)
    {
        IReadOnlyList<Reflection> list = Reflection.List(Structure.Cell, Structure.SpaceGroup, smallestD ?? Radiation.Wavelength / 2, largestD);
        string unit = Radiation is Neutrons ? "fm^2" : "electrons^2";
        return new ResultTable(
            Structure.Name,
            [
                new IntegerColumn("h", list.Select(r => (long)r.H).ToArray()),
                new IntegerColumn("k", list.Select(r => (long)r.K).ToArray()),
                new IntegerColumn("l", list.Select(r => (long)r.L).ToArray()),
                new IntegerColumn("multiplicity", list.Select(r => (long)r.Multiplicity).ToArray()),
                new NumberColumn("d", "angstrom", list.Select(r => r.D).ToArray()),
                new NumberColumn("two_theta", "deg", list.Select(r => Radiation.TwoTheta(r.D)).ToArray()),
                new NumberColumn("F2", unit, list.Select(r => SquaredModulus(r.Indices)).ToArray()),
            ]);
    }

    private Scatterer Prepare(Atom atom, SortedSet<string> neutral)
    {
        (double x, double y, double z, int multiplicity) = Structure.Site(atom);
        double weight = atom.Occupancy * multiplicity / _operations.Length;
        string element = ScatteringTables.ElementOf(atom.Scatterer);
        double[] gaussians;
        AnomalousDispersion dispersion = default;
        if (Radiation is Neutrons neutrons)
        {
            gaussians = [neutrons.Lengths.TryGetValue(atom.Scatterer, out double b) || neutrons.Lengths.TryGetValue(element, out b) ? b : ScatteringTables.NeutronLength(atom.Scatterer)];
        }
        else
        {
            var xrays = (XRays)Radiation;
            gaussians = ScatteringTables.FormFactor(atom.Scatterer, xrays.FormFactors, out bool isNeutral);
            if (isNeutral)
                neutral.Add(atom.Scatterer);
            if (xrays.UseDispersion && !xrays.Dispersion.TryGetValue(element, out dispersion))
                dispersion = ScatteringTables.Anomalous(atom.Scatterer, xrays.Wavelength);
        }

        return new Scatterer(x, y, z, weight, atom.Uiso, atom.Anisotropic, gaussians, dispersion.Real, dispersion.Imaginary);
    }

    private double Displacement(AnisotropicDisplacement u, (int H, int K, int L) h)
    {
        double x = h.H * _reciprocalLengths[0], y = h.K * _reciprocalLengths[1], z = h.L * _reciprocalLengths[2];
        return Math.Exp(-2 * Math.PI * Math.PI * ((u.U11 * x * x) + (u.U22 * y * y) + (u.U33 * z * z) + (2 * ((u.U12 * x * y) + (u.U13 * x * z) + (u.U23 * y * z)))));
    }

    private sealed record Scatterer(double X, double Y, double Z, double Weight, double Uiso, AnisotropicDisplacement? Anisotropic, double[] Gaussians, double Real, double Imaginary)
    {
        public double Amplitude(double s2)
        {
            double f = Gaussians[^1] + Real;
            for (int i = 0; i + 1 < Gaussians.Length; i += 2)
                f += Gaussians[i] * Math.Exp(-Gaussians[i + 1] * s2);
            return f;
        }
    }
}
