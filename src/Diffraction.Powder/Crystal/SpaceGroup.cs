using BigMap.Analysis.Diffraction.Powder.Internal;

namespace BigMap.Analysis.Diffraction.Powder;

/// <summary>The seven crystal systems.</summary>
public enum CrystalSystem : byte
{
    /// <summary>No axis of order 2 or more; six free cell parameters.</summary>
    Triclinic,

    /// <summary>One direction of order 2.</summary>
    Monoclinic,

    /// <summary>Three directions of order 2.</summary>
    Orthorhombic,

    /// <summary>One direction of order 4.</summary>
    Tetragonal,

    /// <summary>One direction of order 3.</summary>
    Trigonal,

    /// <summary>One direction of order 6.</summary>
    Hexagonal,

    /// <summary>Four directions of order 3.</summary>
    Cubic,
}

/// <summary>A space group in one setting: its operations, generated from the Hall symbol or taken from a list.</summary>
/// <remarks>Immutable, thread-safe. 559 settings of the 230 groups have names; any other setting works from its operations or its Hall symbol.</remarks>
/// <example><code>
/// SpaceGroup group = SpaceGroup.FromName("R -3 m:H");
/// Console.WriteLine($"{group}: {group.Operations.Count} operations");
/// </code></example>
public sealed class SpaceGroup
{
    private const int MostOperations = 192 * 2;
    private static readonly Lazy<SpaceGroupTable> Table = new(() => new SpaceGroupTable());
    private readonly SymmetryOperation[] _operations;

    private SpaceGroup(SymmetryOperation[] operations, int number, string hermannMauguin, string hall)
    {
        _operations = operations;
        Number = number;
        HermannMauguin = hermannMauguin;
        Hall = hall;
        CrystalSystem = SystemOf(operations);
    }

    /// <summary>Number in International Tables, 1 to 230; 0 for operations that are in none of the tabulated settings.</summary>
    public int Number { get; }

    /// <summary>Full Hermann–Mauguin symbol with the setting after a colon, <c>R -3 m:H</c>; empty when the setting is not tabulated.</summary>
    public string HermannMauguin { get; }

    /// <summary>Hall symbol, <c>-R 3 2"</c>; empty when the setting is not tabulated.</summary>
    public string Hall { get; }

    /// <summary>The crystal system of the operations (a rhombohedral group is trigonal).</summary>
    public CrystalSystem CrystalSystem { get; }

    /// <summary>All operations with those of the centring, the identity first.</summary>
    public IReadOnlyList<SymmetryOperation> Operations => _operations;

    /// <summary>Whether there is an inversion, at whatever place.</summary>
    public bool IsCentrosymmetric => Array.Exists(_operations, o => o.HasRotationOf(SymmetryOperation.Inversion));

    /// <summary>Number of lattice points of the cell: 1, 2 (A, B, C, I), 3 (R) or 4 (F).</summary>
    public int LatticePoints => _operations.Count(o => o.IsTranslation);

    /// <summary>Names of all tabulated settings, in the order of International Tables.</summary>
    public static IReadOnlyList<string> Names => Table.Value.Names;

    /// <summary>The group of a Hall symbol.</summary>
    /// <param name="symbol">Such as <c>-F 4 2 3</c>; a shift of origin in twelfths may follow, <c>P 31 2 (0 0 4)</c>.</param>
    /// <returns>The group.</returns>
    /// <exception cref="FormatException">The symbol cannot be read, or its operations are no group.</exception>
    public static SpaceGroup FromHall(string symbol)
    {
        ArgumentNullException.ThrowIfNull(symbol);
        return Make(Close(HallSymbol.Generators(symbol)), symbol);
    }

    /// <summary>The group of a Hermann–Mauguin symbol.</summary>
    /// <param name="name">
    /// Such as <c>P 63/m m c</c>, <c>Fd-3m:2</c>, <c>R -3 m H</c>, <c>P 21/c</c>; spaces, underscores and case do not matter. A short
    /// monoclinic symbol means unique axis b where that exists.
    /// </param>
    /// <param name="cell">The cell, which tells the hexagonal from the rhombohedral axes of an R group; null means hexagonal.</param>
    /// <returns>The group.</returns>
    /// <exception cref="FormatException">There is no such symbol, or it has two origins and does not say which.</exception>
    public static SpaceGroup FromName(string name, UnitCell? cell = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Of(Table.Value.Find(name, cell));
    }

    /// <summary>The group of a number in its reference setting: unique axis b, hexagonal axes, the second origin (at the centre of symmetry).</summary>
    /// <param name="number">1 to 230.</param>
    /// <returns>The group.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No number from 1 to 230.</exception>
    public static SpaceGroup FromNumber(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, 230);
        return Of(Table.Value.Reference(number));
    }

    /// <summary>The group of a list of operations.</summary>
    /// <param name="operations">Operations; those that follow from them may be missing.</param>
    /// <returns>The group, with its name when the setting is tabulated.</returns>
    /// <exception cref="FormatException">They generate no crystallographic group.</exception>
    public static SpaceGroup FromOperations(IEnumerable<SymmetryOperation> operations)
    {
        ArgumentNullException.ThrowIfNull(operations);
        return Make(Close(operations), null);
    }

    /// <summary>Whether a reflection is absent for every structure of this group (centring, screw axes, glide planes).</summary>
    /// <param name="h">Miller indices.</param>
    /// <returns>Whether it is.</returns>
    public bool IsAbsent((int H, int K, int L) h)
    {
        foreach (SymmetryOperation operation in _operations)
        {
            int phase = (h.H * operation.TranslationPart(0)) + (h.K * operation.TranslationPart(1)) + (h.L * operation.TranslationPart(2));
            if (phase % SymmetryOperation.Denominator != 0 && operation.Transform(h) == h)
                return true;
        }

        return false;
    }

    /// <summary>Whether the operations leave lengths and angles of a cell as they are.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="tolerance">Largest relative change of a product of axes; default 1e-3 forgives rounded cells.</param>
    /// <returns>Whether they do.</returns>
    public bool IsCompatible(UnitCell cell, double tolerance = 1e-3)
    {
        ReadOnlySpan<double> g = cell.MetricTensor;
        for (int n = 0; n < _operations.Length; n++)
        {
            for (int i = 0; i < 3; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    double moved = 0;
                    for (int k = 0; k < 3; k++)
                    {
                        for (int l = 0; l < 3; l++)
                            moved += _operations[n].Rotation(k, i) * g[(3 * k) + l] * _operations[n].Rotation(l, j);
                    }

                    if (Math.Abs(moved - g[(3 * i) + j]) > tolerance * Math.Sqrt(g[4 * i] * g[4 * j]))
                        return false;
                }
            }
        }

        return true;
    }

    /// <summary>Name and number, <c>R -3 m:H (166)</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Number > 0 ? $"{HermannMauguin} ({Number})" : $"{_operations.Length} operations in a setting without a name";

    /// <summary>Rotations without translations, each once.</summary>
    internal SymmetryOperation[] Rotations()
    {
        var rotations = new List<SymmetryOperation>();
        foreach (SymmetryOperation operation in _operations)
        {
            if (!rotations.Exists(operation.HasRotationOf))
                rotations.Add(operation);
        }

        return [.. rotations];
    }

    /// <summary>The operations in an order that does not depend on how they were found.</summary>
    internal static SymmetryOperation[] Close(IEnumerable<SymmetryOperation> generators)
    {
        var found = new HashSet<SymmetryOperation> { SymmetryOperation.Identity };
        var queue = new List<SymmetryOperation> { SymmetryOperation.Identity };
        SymmetryOperation[] by = [.. generators.Distinct()];
        for (int next = 0; next < queue.Count; next++)
        {
            foreach (SymmetryOperation generator in by)
            {
                SymmetryOperation product = generator.After(queue[next]);
                if (!found.Add(product))
                    continue;
                queue.Add(product);
                if (queue.Count > MostOperations)
                    throw new FormatException("These operations generate no space group: their products do not come to an end.");
            }
        }

        SymmetryOperation[] all = [.. queue];
        Array.Sort(all, 1, all.Length - 1, Comparer<SymmetryOperation>.Create(Compare));
        return all;
    }

    private static SpaceGroup Of(SpaceGroupSetting setting) =>
        new(Close(HallSymbol.Generators(setting.Hall)), setting.Number, setting.Name, setting.Hall);

    private static SpaceGroup Make(SymmetryOperation[] operations, string? hall)
    {
        if (operations.GroupBy(o => (o.TranslationPart(0), o.TranslationPart(1), o.TranslationPart(2))).Any(g => g.Count() > 48))
            throw new FormatException("These operations generate no space group: there are more than 48 rotations.");
        return Table.Value.TryIdentify(operations, out SpaceGroupSetting? setting)
            ? new SpaceGroup(operations, setting.Number, setting.Name, setting.Hall)
            : new SpaceGroup(operations, 0, string.Empty, hall ?? string.Empty);
    }

    /// <summary>By translations of the centring, then rotations, then translations: a stable order for files.</summary>
    private static int Compare(SymmetryOperation a, SymmetryOperation b)
    {
        for (int k = 0; k < 9; k++)
        {
            int difference = b.Rotation(k / 3, k % 3).CompareTo(a.Rotation(k / 3, k % 3));
            if (difference != 0)
                return difference;
        }

        for (int k = 0; k < 3; k++)
        {
            int difference = a.TranslationPart(k).CompareTo(b.TranslationPart(k));
            if (difference != 0)
                return difference;
        }

        return 0;
    }

    private static CrystalSystem SystemOf(SymmetryOperation[] operations)
    {
        var kinds = new HashSet<(int, int, int, int, int, int, int, int, int)>();
        int two = 0, three = 0, four = 0, six = 0;
        foreach (SymmetryOperation o in operations)
        {
            // A rotation and its product with the inversion count once.
            int d = o.Determinant;
            if (!kinds.Add((d * o.Rotation(0, 0), d * o.Rotation(0, 1), d * o.Rotation(0, 2), d * o.Rotation(1, 0), d * o.Rotation(1, 1), d * o.Rotation(1, 2), d * o.Rotation(2, 0), d * o.Rotation(2, 1), d * o.Rotation(2, 2))))
                continue;
            int kind = d * o.Trace;
            two += kind == -1 ? 1 : 0;
            three += kind == 0 ? 1 : 0;
            four += kind == 1 ? 1 : 0;
            six += kind == 2 ? 1 : 0;
        }

        return three >= 8 ? CrystalSystem.Cubic
            : six > 0 ? CrystalSystem.Hexagonal
            : three > 0 ? CrystalSystem.Trigonal
            : four > 0 ? CrystalSystem.Tetragonal
            : two >= 3 ? CrystalSystem.Orthorhombic
            : two > 0 ? CrystalSystem.Monoclinic
            : CrystalSystem.Triclinic;
    }
}
