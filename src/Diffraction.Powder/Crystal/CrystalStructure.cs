using System.Globalization;
using System.Text;
using BigMap.Analysis.Diffraction.Powder.Internal;

namespace BigMap.Analysis.Diffraction.Powder;

/// <summary>A crystal structure: cell, space group and the atoms of the asymmetric unit.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
/// <example><code>
/// CrystalStructure lno = await CrystalStructure.ReadCifAsync("LNO_H1.cif");
/// Console.WriteLine(lno);                        // LNO_H1: R -3 m:H (166), 2.876 2.876 14.19 Å, 90 90 120°, 3 atoms
/// </code></example>
public sealed class CrystalStructure
{
    /// <summary>Atoms nearer to a symmetry element than this (Å) are taken to lie on it.</summary>
    private const double SiteTolerance = 0.1;

    /// <summary>Makes a structure.</summary>
    /// <param name="name">Its name in tables and reports.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="spaceGroup">The space group, in the setting of the cell.</param>
    /// <param name="atoms">Atoms of the asymmetric unit, at least one.</param>
    /// <param name="warnings">What a reader found strange; empty by default.</param>
    /// <exception cref="DataMismatchException">The cell does not have the symmetry of the group, there are no atoms, or an atom has impossible values.</exception>
    public CrystalStructure(string name, UnitCell cell, SpaceGroup spaceGroup, IReadOnlyList<Atom> atoms, IReadOnlyList<string>? warnings = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(spaceGroup);
        ArgumentNullException.ThrowIfNull(atoms);
        if (!spaceGroup.IsCompatible(cell))
            throw new DataMismatchException($"{name}: the cell {cell} does not have the symmetry of {spaceGroup}. Check the cell, or the setting of the space group.");
        if (atoms.Count == 0)
            throw new DataMismatchException($"{name}: there are no atoms.");
        foreach (Atom atom in atoms)
        {
            if (!double.IsFinite(atom.X + atom.Y + atom.Z + atom.Uiso) || !(atom.Occupancy is >= 0 and <= 1.001))
                throw new DataMismatchException($"{name}: atom {atom.Label} has coordinates or displacements that are not finite, or an occupancy that is not between 0 and 1.");
            if (!ScatteringTables.IsElement(atom.Scatterer))
                throw new DataMismatchException($"{name}: atom {atom.Label} is \"{atom.Scatterer}\", which is no element or ion. Use a symbol such as Ni or Ni3+.");
        }

        Name = name;
        Cell = cell;
        SpaceGroup = spaceGroup;
        Atoms = [.. atoms];
        Warnings = warnings is null ? [] : [.. warnings];
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The cell.</summary>
    public UnitCell Cell { get; }

    /// <summary>The space group.</summary>
    public SpaceGroup SpaceGroup { get; }

    /// <summary>Atoms of the asymmetric unit.</summary>
    public IReadOnlyList<Atom> Atoms { get; }

    /// <summary>What the reader found strange but could read.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Reads a structure from a CIF and records the file with the SHA-256 of its bytes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Which block; null for the first with a structure.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The structure.</returns>
    /// <exception cref="InputFormatException">The file cannot be read as a CIF, or holds no complete structure; the message names line and remedy.</exception>
    public static async Task<CrystalStructure> ReadCifAsync(string path, CifReadOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        await DiffractionPowderSteps.ReadCif
            .RunAsync(new InputPath(path), new StepRequest<CifReadOptions>(options ?? new CifReadOptions()), new StepEnvironment(context ?? AnalysisContext.Default), cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Reads a structure from the text of a CIF; nothing is recorded.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="options">Which block; null for the first with a structure.</param>
    /// <returns>The structure.</returns>
    /// <exception cref="InputFormatException">The text cannot be read as a CIF, or holds no complete structure; the message names line and remedy.</exception>
    public static CrystalStructure ParseCif(string text, string name, CifReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return CifStructure.Read(CifParser.Parse(text, name), name, options ?? new CifReadOptions());
    }

    /// <summary>Number of places that an atom has in the cell.</summary>
    /// <param name="atom">An atom.</param>
    /// <returns>The multiplicity of its site.</returns>
    public int SiteMultiplicity(Atom atom) => Site(atom).Multiplicity;

    /// <summary>The structure as a CIF.</summary>
    /// <returns>The text.</returns>
    public string ToCif()
    {
        var text = new StringBuilder();
        text.Append("data_").Append(CifStructure.BlockName(Name)).Append('\n');
        Item("_chemical_name_common", "'" + Name.Replace('\'', ' ') + "'");
        Item("_cell_length_a", Number(Cell.A));
        Item("_cell_length_b", Number(Cell.B));
        Item("_cell_length_c", Number(Cell.C));
        Item("_cell_angle_alpha", Number(Cell.Alpha));
        Item("_cell_angle_beta", Number(Cell.Beta));
        Item("_cell_angle_gamma", Number(Cell.Gamma));
        Item("_cell_volume", Cell.Volume.ToString("G8", CultureInfo.InvariantCulture));
        if (SpaceGroup.Number > 0)
        {
            Item("_space_group_name_H-M_alt", "'" + SpaceGroup.HermannMauguin + "'");
            Item("_space_group_IT_number", SpaceGroup.Number.ToString(CultureInfo.InvariantCulture));
        }

        if (SpaceGroup.Hall.Length > 0)
            Item("_space_group_name_Hall", SpaceGroup.Hall.Contains('"', StringComparison.Ordinal) ? $"'{SpaceGroup.Hall}'" : $"\"{SpaceGroup.Hall}\"");
        text.Append("loop_\n_space_group_symop_operation_xyz\n");
        foreach (SymmetryOperation operation in SpaceGroup.Operations)
            text.Append('\'').Append(operation.ToString()).Append("'\n");
        text.Append("loop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n_atom_site_occupancy\n_atom_site_adp_type\n_atom_site_U_iso_or_equiv\n");
        foreach (Atom atom in Atoms)
        {
            string type = atom.Anisotropic is null ? "Uiso" : "Uani";
            text.Append(CultureInfo.InvariantCulture, $"{CifStructure.Word(atom.Label)} {atom.Scatterer} {Number(atom.X)} {Number(atom.Y)} {Number(atom.Z)} {Number(atom.Occupancy)} {type} {Number(atom.Uiso)}\n");
        }

        if (Atoms.Any(a => a.Anisotropic is not null))
        {
            text.Append("loop_\n_atom_site_aniso_label\n_atom_site_aniso_U_11\n_atom_site_aniso_U_22\n_atom_site_aniso_U_33\n_atom_site_aniso_U_12\n_atom_site_aniso_U_13\n_atom_site_aniso_U_23\n");
            foreach (Atom atom in Atoms)
            {
                if (atom.Anisotropic is { } u)
                    text.Append(CultureInfo.InvariantCulture, $"{CifStructure.Word(atom.Label)} {Number(u.U11)} {Number(u.U22)} {Number(u.U33)} {Number(u.U12)} {Number(u.U13)} {Number(u.U23)}\n");
            }
        }

        return text.ToString();

        void Item(string name, string value) => text.Append(CultureInfo.InvariantCulture, $"{name,-32} {value}\n");

        static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
    }

    /// <summary>Writes the structure as a CIF, to a temporary name first.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="cancellationToken">Stops writing.</param>
    /// <returns>The file that was written, with its SHA-256.</returns>
    public Task<FileRef> WriteCifAsync(string path, CancellationToken cancellationToken = default) =>
        OutputFile.WriteAsync(path, Encoding.UTF8.GetBytes(ToCif()), "chemical/x-cif", cancellationToken);

    /// <summary>Name, space group, cell and number of atoms.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Name}: {SpaceGroup}, {Cell}, {Atoms.Count} atom{(Atoms.Count == 1 ? string.Empty : "s")}";

    /// <summary>
    /// The place of an atom, moved onto the symmetry elements that it is meant to lie on (0.3333 is 1/3), how often it occurs in the cell, and the
    /// number of operations that leave it where it is.
    /// </summary>
    internal (double X, double Y, double Z, int Multiplicity) Site(Atom atom)
    {
        double sx = 0, sy = 0, sz = 0;
        int stabiliser = 0;
        foreach (SymmetryOperation operation in SpaceGroup.Operations)
        {
            (double x, double y, double z) = operation.Apply((atom.X, atom.Y, atom.Z));
            double dx = x - atom.X, dy = y - atom.Y, dz = z - atom.Z;
            dx -= Math.Round(dx);
            dy -= Math.Round(dy);
            dz -= Math.Round(dz);
            if (Cell.DistanceSquared(dx, dy, dz) > SiteTolerance * SiteTolerance)
                continue;
            stabiliser++;
            sx += dx;
            sy += dy;
            sz += dz;
        }

        return (atom.X + (sx / stabiliser), atom.Y + (sy / stabiliser), atom.Z + (sz / stabiliser), SpaceGroup.Operations.Count / stabiliser);
    }
}
