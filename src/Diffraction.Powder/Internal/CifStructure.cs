using System.Globalization;

namespace BigMap.Analysis.Diffraction.Powder.Internal;

/// <summary>Cell, space group and atoms from the items of a CIF.</summary>
internal static class CifStructure
{
    private static readonly string[] Symops = ["_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz", "_space_group_symop.operation_xyz"];
    private static readonly string[] AtomX = ["_atom_site_fract_x", "_atom_site.fract_x"];

    public static CrystalStructure Read(IReadOnlyList<CifBlock> blocks, string file, CifReadOptions options)
    {
        CifBlock? block = options.Block.Length > 0
            ? blocks.FirstOrDefault(b => b.Name.Equals(options.Block, StringComparison.OrdinalIgnoreCase))
            : blocks.FirstOrDefault(b => b.Loop(AtomX) is not null);
        if (block is null)
        {
            throw options.Block.Length > 0
                ? new InputFormatException(file, 0, $"There is no block data_{options.Block}.", $"The file has {string.Join(", ", blocks.Select(b => b.Name))}.")
                : new InputFormatException(file, 0, "There are no atoms.", "A structure needs a loop with _atom_site_fract_x, _y and _z.");
        }

        var warnings = new List<string>();
        UnitCell cell = Cell(block, file);
        SpaceGroup group = Group(block, cell, file, warnings);
        if (!group.IsCompatible(cell))
            throw new InputFormatException(file, block.Line, $"The cell {cell} does not have the symmetry of {group}.", "Check the cell, and the setting of the space group.");
        List<Atom> atoms = Atoms(block, cell, file, warnings);
        string name = block.Find("_chemical_name_common", "_pd_phase_name", "_chemical_name_mineral")?.Text.Trim() is { Length: > 0 } common ? common
            : block.Name.Length > 0 ? block.Name
            : Path.GetFileNameWithoutExtension(file);
        var structure = new CrystalStructure(name, cell, group, atoms, warnings);
        return Overlapping(structure) is { } overlap ? new CrystalStructure(name, cell, group, atoms, [.. warnings, overlap]) : structure;
    }

    public static string BlockName(string name) => name.Length == 0 ? "structure" : string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' ? c : '_'));

    public static string Word(string label) => label.Length > 0 && !label.Any(char.IsWhiteSpace) && char.IsAsciiLetterOrDigit(label[0]) ? label : $"'{label}'";

    private static UnitCell Cell(CifBlock block, string file)
    {
        double[] v = [Needed("length_a"), Needed("length_b"), Needed("length_c"), Angle("angle_alpha"), Angle("angle_beta"), Angle("angle_gamma")];
        try
        {
            return new UnitCell(v[0], v[1], v[2], v[3], v[4], v[5]);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new InputFormatException(file, block.Line, $"The cell is impossible. {e.Message}", "Lengths are in Å, angles in degrees.");
        }

        double Needed(string item) => block.Find("_cell_" + item, "_cell." + item) is { } value ? Number(value, file, "_cell_" + item)
            : throw new InputFormatException(file, block.Line, $"_cell_{item} is missing.", "Add it.");

        double Angle(string item) => block.Find("_cell_" + item, "_cell." + item) is { } value ? Number(value, file, "_cell_" + item) : 90;
    }

    private static SpaceGroup Group(CifBlock block, UnitCell cell, string file, List<string> warnings)
    {
        CifValue? name = block.Find("_space_group_name_H-M_alt", "_symmetry_space_group_name_H-M", "_space_group.name_H-M_alt", "_space_group_name_H-M_ref");
        CifValue? hall = block.Find("_space_group_name_Hall", "_symmetry_space_group_name_Hall", "_space_group.name_Hall");
        CifValue? number = block.Find("_space_group_IT_number", "_symmetry_Int_Tables_number", "_space_group.IT_number");
        SpaceGroup? listed = FromList(block, file);
        SpaceGroup? named = null;
        string? why = null;
        try
        {
            if (hall is { } h)
                named = SpaceGroup.FromHall(h.Text);
        }
        catch (FormatException e)
        {
            why = e.Message;
        }

        try
        {
            if (named is null && name is { } n)
                named = SpaceGroup.FromName(n.Text, cell);
        }
        catch (FormatException e)
        {
            why = e.Message;
        }

        if (listed is not null)
        {
            if (listed.Operations.Count == 1 && named is { Operations.Count: > 1 })
                throw new InputFormatException(file, block.Line, $"The list of operations holds the identity only, but the space group is {named}.", "Delete the list, or correct the space group to P 1.");
            if (named is not null && named.Number != 0 && listed.Number != named.Number)
                warnings.Add($"The operations are those of {listed}, but the file names {named}; the operations count.");
            return listed;
        }

        if (named is not null)
            return named;
        if (number is { } it && int.TryParse(it.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int tables) && tables is >= 1 and <= 230 && why is null)
        {
            SpaceGroup reference = SpaceGroup.FromNumber(tables);
            if (reference.HermannMauguin.Contains(':', StringComparison.Ordinal))
                throw new InputFormatException(file, it.Line, $"Space group {tables} has several settings, and the file gives the number only.", $"Add _space_group_name_H-M_alt, such as '{reference.HermannMauguin}', or the operations.");
            warnings.Add($"The file gives the number {tables} of the space group only; the reference setting {reference.HermannMauguin} is used.");
            return reference;
        }

        throw new InputFormatException(file, name?.Line ?? hall?.Line ?? block.Line, why ?? "There is no space group.", "Add _space_group_symop_operation_xyz with all operations.");
    }

    private static SpaceGroup? FromList(CifBlock block, string file)
    {
        CifLoop? loop = block.Loop(Symops);
        IEnumerable<CifValue> values = loop is not null ? loop.Rows.Select(r => r[loop.Column(Symops)])
            : block.Find(Symops) is { } single ? [single]
            : [];
        var operations = new List<SymmetryOperation>();
        foreach (CifValue value in values)
        {
            if (value.IsMissing)
                continue;
            try
            {
                operations.Add(SymmetryOperation.Parse(value.Text));
            }
            catch (FormatException e)
            {
                throw new InputFormatException(file, value.Line, e.Message, "Operations look like -x, y+1/2, 1/2-z.");
            }
        }

        if (operations.Count == 0)
            return null;
        try
        {
            SpaceGroup group = SpaceGroup.FromOperations(operations);
            if (operations.Distinct().Count() is int given && given > 1 && given != group.Operations.Count)
                throw new FormatException($"{given} operations are listed, but they generate {group.Operations.Count}.");
            return group;
        }
        catch (FormatException e)
        {
            throw new InputFormatException(file, loop?.Line ?? block.Line, e.Message, "List every operation of the space group once, or delete the list and name the group.");
        }
    }

    private static List<Atom> Atoms(CifBlock block, UnitCell cell, string file, List<string> warnings)
    {
        CifLoop loop = block.Loop(AtomX) ?? throw new InputFormatException(file, block.Line, "There are no atoms.", "A structure needs a loop with _atom_site_fract_x, _y and _z.");
        int x = loop.Column(AtomX), y = Column("fract_y"), z = Column("fract_z"), label = Column("label"), type = Column("type_symbol");
        int occupancy = Column("occupancy"), u = Column("U_iso_or_equiv"), b = Column("B_iso_or_equiv");
        if (y < 0 || z < 0 || (label < 0 && type < 0))
            throw new InputFormatException(file, loop.Line, "The loop of the atoms lacks _atom_site_fract_y, _z, or a label and type.", "Add the columns.");
        Dictionary<string, AnisotropicDisplacement> anisotropic = Anisotropic(block, file);
        var atoms = new List<Atom>();
        var bare = new List<string>();
        foreach (CifValue[] row in loop.Rows)
        {
            CifValue named = label >= 0 ? row[label] : row[type];
            if (row[x].IsMissing || row[y].IsMissing || row[z].IsMissing)
            {
                warnings.Add($"Atom {named.Text} has no coordinates and was left out.");
                continue;
            }

            string scatterer = ScatteringTables.Normalise(type >= 0 && !row[type].IsMissing ? row[type].Text : named.Text)
                ?? throw new InputFormatException(file, named.Line, $"Atom {named.Text} is of no element or ion that is known.", "Give _atom_site_type_symbol, such as Ni or Ni3+.");
            double iso = u >= 0 && !row[u].IsMissing ? Number(row[u], file, "U_iso_or_equiv")
                : b >= 0 && !row[b].IsMissing ? Number(row[b], file, "B_iso_or_equiv") / (8 * Math.PI * Math.PI)
                : double.NaN;
            AnisotropicDisplacement? tensor = anisotropic.TryGetValue(named.Text, out AnisotropicDisplacement found) ? found : null;
            if (double.IsNaN(iso))
            {
                iso = 0;
                if (tensor is null)
                    bare.Add(named.Text);
                else
                    iso = Equivalent(tensor.Value, cell);
            }

            double share = occupancy >= 0 && !row[occupancy].IsMissing ? Number(row[occupancy], file, "occupancy") : 1;
            if (!(share is >= 0 and <= 1.001))
                throw new InputFormatException(file, row[occupancy].Line, $"Atom {named.Text} has the occupancy {share.ToString(CultureInfo.InvariantCulture)}.", "Occupancies lie between 0 and 1.");
            atoms.Add(new Atom(named.Text, scatterer, Number(row[x], file, "fract_x"), Number(row[y], file, "fract_y"), Number(row[z], file, "fract_z"))
            {
                Occupancy = Math.Min(1, share),
                Uiso = iso,
                Anisotropic = tensor,
            });
        }

        if (atoms.Count == 0)
            throw new InputFormatException(file, loop.Line, "No atom has coordinates.", "Add them.");
        if (bare.Count > 0)
            warnings.Add($"No displacement parameters for {string.Join(", ", bare)}: U = 0 is used.");
        return atoms;

        int Column(string item) => loop.Column("_atom_site_" + item, "_atom_site." + item);
    }

    private static Dictionary<string, AnisotropicDisplacement> Anisotropic(CifBlock block, string file)
    {
        var all = new Dictionary<string, AnisotropicDisplacement>(StringComparer.Ordinal);
        CifLoop? loop = block.Loop("_atom_site_aniso_label");
        if (loop is null)
            return all;
        int label = loop.Column("_atom_site_aniso_label");
        bool isU = loop.Column("_atom_site_aniso_U_11") >= 0;
        int[] columns = [.. new[] { "11", "22", "33", "12", "13", "23" }.Select(k => loop.Column($"_atom_site_aniso_{(isU ? 'U' : 'B')}_{k}"))];
        if (Array.Exists(columns, c => c < 0))
            return all;
        double scale = isU ? 1 : 1 / (8 * Math.PI * Math.PI);
        foreach (CifValue[] row in loop.Rows)
        {
            if (Array.Exists(columns, c => row[c].IsMissing))
                continue;
            double[] v = [.. columns.Select(c => scale * Number(row[c], file, "aniso"))];
            all[row[label].Text] = new AnisotropicDisplacement(v[0], v[1], v[2], v[3], v[4], v[5]);
        }

        return all;
    }

    /// <summary>U(eq) = ⅓ Σ Uᵢⱼ a*ᵢ a*ⱼ aᵢ·aⱼ.</summary>
    private static double Equivalent(AnisotropicDisplacement u, UnitCell cell)
    {
        ReadOnlySpan<double> g = cell.MetricTensor, r = cell.ReciprocalMetricTensor;
        double a = Math.Sqrt(r[0]), b = Math.Sqrt(r[4]), c = Math.Sqrt(r[8]);
        return ((u.U11 * a * a * g[0]) + (u.U22 * b * b * g[4]) + (u.U33 * c * c * g[8])
            + (2 * ((u.U12 * a * b * g[1]) + (u.U13 * a * c * g[2]) + (u.U23 * b * c * g[5])))) / 3;
    }

    /// <summary>Two atoms on one place that together fill it more than once are a mistake of the file, or of its origin.</summary>
    private static string? Overlapping(CrystalStructure structure)
    {
        for (int i = 0; i < structure.Atoms.Count; i++)
        {
            Atom a = structure.Atoms[i];
            double share = a.Occupancy;
            string names = a.Label;
            for (int j = 0; j < i; j++)
            {
                Atom b = structure.Atoms[j];
                foreach (SymmetryOperation operation in structure.SpaceGroup.Operations)
                {
                    (double x, double y, double z) = operation.Apply((b.X, b.Y, b.Z));
                    double dx = x - a.X, dy = y - a.Y, dz = z - a.Z;
                    if (structure.Cell.DistanceSquared(dx - Math.Round(dx), dy - Math.Round(dy), dz - Math.Round(dz)) > 0.05 * 0.05)
                        continue;
                    share += b.Occupancy;
                    names += ", " + b.Label;
                    break;
                }
            }

            if (share > 1.01)
                return $"{names} lie on one place with occupancies that add to {share.ToString("G4", CultureInfo.InvariantCulture)}.";
        }

        return null;
    }

    private static double Number(CifValue value, string file, string item) => CifParser.TryNumber(value, out double number) ? number
        : throw new InputFormatException(file, value.Line, $"\"{value.Text}\" is not a number ({item}).", "Numbers look like 4.7605(5).");
}
