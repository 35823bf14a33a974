namespace BigMap.Analysis.Diffraction.Powder;

/// <summary>A powder reflection: one of a set of equivalent ones (Friedel mates together), and their number.</summary>
/// <param name="H">h.</param>
/// <param name="K">k.</param>
/// <param name="L">l.</param>
/// <param name="Multiplicity">Number of equivalent reflections.</param>
/// <param name="D">Spacing d in Å.</param>
public readonly record struct Reflection(int H, int K, int L, int Multiplicity, double D)
{
    /// <summary>The indices.</summary>
    public (int H, int K, int L) Indices => (H, K, L);

    /// <summary>Reflections of a lattice that the space group does not forbid, from the largest spacing on.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="spaceGroup">The space group.</param>
    /// <param name="smallestD">Smallest spacing in Å, above 0.</param>
    /// <param name="largestD">Largest spacing in Å; infinite by default.</param>
    /// <returns>One of each set of equivalent reflections.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No positive smallest spacing, or one that gives more than ten million reflections.</exception>
    public static IReadOnlyList<Reflection> List(UnitCell cell, SpaceGroup spaceGroup, double smallestD, double largestD = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(spaceGroup);
        if (!(smallestD > 0) || 4.2 * cell.Volume / (smallestD * smallestD * smallestD) > 1e7)
            throw new ArgumentOutOfRangeException(nameof(smallestD), $"With a smallest spacing of {smallestD.ToString(System.Globalization.CultureInfo.InvariantCulture)} Å a list of reflections is not possible.");
        SymmetryOperation[] rotations = spaceGroup.Rotations();
        double most = 1 / (smallestD * smallestD), least = 1 / (largestD * largestD);
        int hs = (int)(cell.A / smallestD) + 1, ks = (int)(cell.B / smallestD) + 1, ls = (int)(cell.C / smallestD) + 1;
        var list = new List<Reflection>();
        var equivalents = new HashSet<(int, int, int)>();

        // The largest of a set in the order l, k, h stands for it; its l is not negative.
        for (int l = 0; l <= ls; l++)
        {
            for (int k = l == 0 ? 0 : -ks; k <= ks; k++)
            {
                for (int h = l == 0 && k == 0 ? 1 : -hs; h <= hs; h++)
                {
                    (int, int, int) indices = (h, k, l);
                    double q = cell.InverseDSquared(indices);
                    if (q > most || q < least || !Stands(indices, rotations) || spaceGroup.IsAbsent(indices))
                        continue;
                    equivalents.Clear();
                    foreach (SymmetryOperation rotation in rotations)
                    {
                        (int H, int K, int L) e = rotation.Transform(indices);
                        equivalents.Add(e);
                        equivalents.Add((-e.H, -e.K, -e.L));
                    }

                    list.Add(new Reflection(h, k, l, equivalents.Count, 1 / Math.Sqrt(q)));
                }
            }
        }

        list.Sort((a, b) => a.D != b.D ? b.D.CompareTo(a.D) : (b.H, b.K, b.L).CompareTo((a.H, a.K, a.L)));
        return list;
    }

    private static bool Stands((int H, int K, int L) h, SymmetryOperation[] rotations)
    {
        foreach (SymmetryOperation rotation in rotations)
        {
            (int H, int K, int L) e = rotation.Transform(h);
            if ((e.L, e.K, e.H).CompareTo((h.L, h.K, h.H)) > 0 || (-e.L, -e.K, -e.H).CompareTo((h.L, h.K, h.H)) > 0)
                return false;
        }

        return true;
    }
}
