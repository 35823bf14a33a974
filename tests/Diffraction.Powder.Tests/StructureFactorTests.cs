using System.Text.Json;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Diffraction.Powder.Tests;

public sealed class StructureFactorTests
{
    private const double CuKa1 = 1.5405929;

    [Theory]
    [InlineData("Al")]
    [InlineData("Al2O3")]
    [InlineData("CaF2")]
    [InlineData("CeO2")]
    [InlineData("Cu")]
    [InlineData("CuCr2O4")]
    [InlineData("CuO")]
    [InlineData("Graphite_2H")]
    [InlineData("LNO_H1")]
    [InlineData("LNO_H2")]
    [InlineData("LNO_H3")]
    [InlineData("LNO_M")]
    [InlineData("LaB6")]
    [InlineData("LiCoO2")]
    [InlineData("LiF")]
    [InlineData("PbSO4")]
    [InlineData("Si")]
    [InlineData("ZnO")]
    public void Reflections_and_structure_factors_are_those_of_independent_programs(string name)
    {
        CrystalStructure structure = Golden(name);
        GoldenRow[] golden = Rows(name);
        IReadOnlyList<Reflection> mine = Reflection.List(structure.Cell, structure.SpaceGroup, CuKa1 / (2 * Math.Sin(70 * Math.PI / 180)));

        // The sets of reflections, their multiplicities and spacings.
        Assert.Equal(golden.Length, mine.Count);
        Dictionary<(int, int, int), GoldenRow> byIndices = golden.ToDictionary(r => Standing(structure.SpaceGroup, r.H));
        var it = new StructureFactors(structure, new XRays(CuKa1) { UseDispersion = false });
        var wk = new StructureFactors(structure, new XRays(CuKa1) { UseDispersion = false, FormFactors = FormFactorTable.WaasmaierKirfel1995 });
        var dispersive = new StructureFactors(structure, new XRays(CuKa1) { FormFactors = FormFactorTable.WaasmaierKirfel1995 });
        var neutrons = new StructureFactors(structure, new Neutrons(CuKa1));
        double[] worst = new double[4];
        foreach (Reflection reflection in mine)
        {
            Assert.True(byIndices.TryGetValue(Standing(structure.SpaceGroup, reflection.Indices), out GoldenRow row), $"{name} {reflection} is not expected.");
            Assert.Equal(row.Multiplicity, reflection.Multiplicity);
            Assert.Equal(row.D, reflection.D, 1e-8);
            Near(0, row.It, it.SquaredModulus(reflection.Indices), 1e-6);
            Near(1, row.Wk, wk.SquaredModulus(reflection.Indices), 1e-6);
            Near(2, row.Dispersive, dispersive.SquaredModulus(reflection.Indices), 1e-5);
            Near(3, row.Neutron, neutrons.SquaredModulus(reflection.Indices), 1e-6);
            Assert.False(structure.SpaceGroup.IsAbsent(reflection.Indices));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {mine.Count} reflections, largest difference {string.Join(" ", worst.Select(w => w.ToString("G3")))} of its tolerance (IT 1992, WK 1995, with dispersion, neutrons)");

        Assert.All(worst, w => Assert.True(w <= 1, $"{name}: {string.Join(" ", worst)}"));

        void Near(int kind, double expected, double actual, double relative)
        {
            double allowed = Math.Max(6e-7, relative * expected);
            worst[kind] = Math.Max(worst[kind], Math.Abs(actual - expected) / allowed);
        }
    }

    [Fact]
    public void Absent_reflections_have_no_structure_factor()
    {
        var random = new Random(7);
        foreach (string name in SpaceGroup.Names.Where((_, i) => i % 7 == 0))
        {
            SpaceGroup group = SpaceGroup.FromName(name);
            UnitCell cell = CellOf(group, name);
            var structure = new CrystalStructure(name, cell, group, [new Atom("Ni1", "Ni", random.NextDouble(), random.NextDouble(), random.NextDouble())]);
            var factors = new StructureFactors(structure, new Neutrons(1.5));
            for (int h = -4; h <= 4; h++)
            {
                for (int k = -4; k <= 4; k++)
                {
                    for (int l = -4; l <= 4; l++)
                    {
                        if (group.IsAbsent((h, k, l)))
                            Assert.True(factors.SquaredModulus((h, k, l)) < 1e-15 * Math.Pow(10.3 * group.Operations.Count, 2), $"{name} {h} {k} {l}");
                    }
                }
            }
        }
    }

    [Fact]
    public void Structure_factors_are_a_plain_sum_over_the_cell()
    {
        // Independent of the operations: all atoms of rock salt written out, anisotropic displacements of a cubic site.
        CrystalStructure short_ = new("LiF", UnitCell.Cubic(4.03), SpaceGroup.FromName("F m -3 m"), [new Atom("Li", "Li", 0, 0, 0) { Uiso = 0.012 }, new Atom("F", "F", 0.5, 0.5, 0.5) { Anisotropic = new(0.009, 0.009, 0.009, 0, 0, 0) }]);
        Atom[] all =
        [
            .. new[] { (0.0, 0.0, 0.0), (0, .5, .5), (.5, 0, .5), (.5, .5, 0) }.SelectMany((t, i) => new[]
            {
                new Atom($"Li{i}", "Li", t.Item1, t.Item2, t.Item3) { Uiso = 0.012 },
                new Atom($"F{i}", "F", t.Item1 + .5, t.Item2 + .5, t.Item3 + .5) { Uiso = 0.009 },
            }),
        ];
        CrystalStructure whole = new("LiF", UnitCell.Cubic(4.03), SpaceGroup.FromNumber(1), all);
        StructureFactors a = new(short_, new XRays(CuKa1)), b = new(whole, new XRays(CuKa1));
        foreach ((int, int, int) h in new[] { (1, 1, 1), (2, 0, 0), (3, 1, 1), (2, 1, 0) })
            Assert.Equal(b.SquaredModulus(h), a.SquaredModulus(h), 1e-9);
    }

    [Fact]
    public void Dispersion_is_on_by_default_and_refused_where_it_is_not_known()
    {
        CrystalStructure copper = new("Cu", UnitCell.Cubic(3.61), SpaceGroup.FromName("F m -3 m"), [new Atom("Cu", "Cu", 0, 0, 0)]);
        double with = new StructureFactors(copper, new XRays(CuKa1)).SquaredModulus((1, 1, 1));
        double without = new StructureFactors(copper, new XRays(CuKa1) { UseDispersion = false }).SquaredModulus((1, 1, 1));
        Assert.InRange(with / without, 0.7, 0.95);
        Assert.Contains("1.2", Assert.Throws<DataMismatchException>(() => new StructureFactors(copper, new XRays(1.2))).Message, StringComparison.Ordinal);
        var own = new XRays(1.2) { Dispersion = new Dictionary<string, AnomalousDispersion> { ["Cu"] = new(-1.9, 2.4) } };
        Assert.True(new StructureFactors(copper, own).SquaredModulus((1, 1, 1)) > 0);
        Assert.Equal(8.0478, XRays.OfEnergy(8.0478).Energy, 1e-12);
    }

    [Fact]
    public void A_table_holds_what_a_person_looks_for()
    {
        CrystalStructure copper = new("Cu", UnitCell.Cubic(3.6149), SpaceGroup.FromName("F m -3 m"), [new Atom("Cu", "Cu", 0, 0, 0)]);
        IResultTable table = new StructureFactors(copper, new XRays(CuKa1)).Table();
        Assert.Equal(["h", "k", "l", "multiplicity", "d", "two_theta", "F2"], table.Columns.Select(c => c.Name));
        Assert.Equal(8, ((IntegerColumn)table.Columns[3]).Values.Span[0]);
        Assert.Equal(43.318, ((NumberColumn)table.Columns[5])[0], 1e-3);
        Assert.Equal(8, table.RowCount);
    }

    [Fact]
    public void Coordinates_with_few_digits_lie_on_their_site()
    {
        CrystalStructure rounded = new("C", UnitCell.Hexagonal(2.464, 6.711), SpaceGroup.FromName("P 63/m m c"), [new Atom("C2", "C", 0.333, 0.667, 0.25)]);
        CrystalStructure exact = new("C", UnitCell.Hexagonal(2.464, 6.711), SpaceGroup.FromName("P 63/m m c"), [new Atom("C2", "C", 1 / 3.0, 2 / 3.0, 0.25)]);
        Assert.Equal(2, rounded.SiteMultiplicity(rounded.Atoms[0]));
        Assert.Equal(new StructureFactors(exact, new Neutrons(1)).SquaredModulus((1, 0, 1)), new StructureFactors(rounded, new Neutrons(1)).SquaredModulus((1, 0, 1)), 1e-9);
    }

    /// <summary>A cell with the metric of a group: the mean of an arbitrary metric over all its rotations.</summary>
    private static UnitCell CellOf(SpaceGroup group, string name)
    {
        double[] g = [9, 0.4, 0.5, 0.4, 16, 0.7, 0.5, 0.7, 25], mean = new double[9];
        foreach (SymmetryOperation operation in group.Operations)
        {
            for (int i = 0; i < 9; i++)
            {
                for (int k = 0; k < 9; k++)
                    mean[i] += operation.Rotation(k / 3, i / 3) * g[k] * operation.Rotation(k % 3, i % 3) / group.Operations.Count;
            }
        }

        double a = Math.Sqrt(mean[0]), b = Math.Sqrt(mean[4]), c = Math.Sqrt(mean[8]);
        var cell = new UnitCell(a, b, c, Angle(mean[5] / (b * c)), Angle(mean[2] / (a * c)), Angle(mean[1] / (a * b)));
        Assert.True(group.IsCompatible(cell, 1e-9), name);
        return cell;

        static double Angle(double cosine) => Math.Acos(cosine) * (180 / Math.PI);
    }

    private static (int, int, int) Standing(SpaceGroup group, (int H, int K, int L) h) =>
        group.Operations.Select(o => o.Transform(h)).SelectMany(e => new[] { (e.L, e.K, e.H), (-e.L, -e.K, -e.H) }).Max();

    private static CrystalStructure Golden(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(ReferenceData.File("diffraction/golden/sf_summary.json")));
        JsonElement one = document.RootElement.GetProperty(name);
        double[] c = [.. one.GetProperty("cell").EnumerateArray().Select(v => v.GetDouble())];
        var atoms = new List<Atom>();
        foreach (JsonElement site in one.GetProperty("sites_label_el_mult_x_y_z_occ_Uiso").EnumerateArray())
        {
            JsonElement[] v = [.. site.EnumerateArray()];
            atoms.Add(new Atom(v[0].GetString()!, v[1].GetString()!, v[3].GetDouble(), v[4].GetDouble(), v[5].GetDouble()) { Occupancy = v[6].GetDouble(), Uiso = v[7].GetDouble() });
        }

        var structure = new CrystalStructure(name, new UnitCell(c[0], c[1], c[2], c[3], c[4], c[5]), SpaceGroup.FromHall(one.GetProperty("hall").GetString()!), atoms);
        int i = 0;
        foreach (JsonElement site in one.GetProperty("sites_label_el_mult_x_y_z_occ_Uiso").EnumerateArray())
            Assert.Equal(site[2].GetInt32(), structure.SiteMultiplicity(structure.Atoms[i++]));
        return structure;
    }

    private static GoldenRow[] Rows(string name) =>
    [
        .. File.ReadLines(ReferenceData.File($"diffraction/golden/sf_{name}.csv")).Skip(1).Select(line =>
        {
            double[] v = [.. line.Split(',').Select(t => double.Parse(t, System.Globalization.CultureInfo.InvariantCulture))];
            return new GoldenRow(((int)v[0], (int)v[1], (int)v[2]), (int)v[3], v[4], v[6], v[7], v[8], v[9]);
        }),
    ];

    private readonly record struct GoldenRow((int H, int K, int L) H, int Multiplicity, double D, double It, double Wk, double Dispersive, double Neutron);
}
