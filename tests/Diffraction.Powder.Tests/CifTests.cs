using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Diffraction.Powder.Tests;

public sealed class CifTests
{
    private const string Small = """
        data_NiO
        _cell_length_a 4.177(2)
        _cell_length_b 4.177
        _cell_length_c 4.177
        _cell_angle_alpha 90
        _cell_angle_beta 90
        _cell_angle_gamma 90
        _symmetry_space_group_name_H-M 'F m -3 m'
        loop_
        _atom_site_label
        _atom_site_type_symbol
        _atom_site_fract_x
        _atom_site_fract_y
        _atom_site_fract_z
        _atom_site_B_iso_or_equiv
        Ni1 Ni2+ 0 0 0 0.4
        O1 O2- 0.5 0.5 0.5 0.6
        """;

    [Theory]
    [InlineData("Al", "F m -3 m", 1)]
    [InlineData("Al2O3", "R -3 c:H", 2)]
    [InlineData("CaF2", "F m -3 m", 2)]
    [InlineData("CeO2", "F m -3 m", 2)]
    [InlineData("Cu", "F m -3 m", 1)]
    [InlineData("CuCr2O4", "F d d d:2", 3)]
    [InlineData("CuO", "C 1 2/c 1", 2)]
    [InlineData("Graphite_2H", "P 63/m m c", 2)]
    [InlineData("LNO_H1", "R -3 m:H", 3)]
    [InlineData("LNO_M", "C 1 2/m 1", 3)]
    [InlineData("LaB6", "P m -3 m", 2)]
    [InlineData("LiCoO2", "R -3 m:H", 3)]
    [InlineData("LiF", "F m -3 m", 2)]
    [InlineData("PbSO4", "P n m a", 5)]
    [InlineData("Si", "F d -3 m:2", 1)]
    [InlineData("ZnO", "P 63 m c", 2)]
    public async Task Structures_of_the_field_are_read(string name, string group, int atoms)
    {
        CrystalStructure structure = await CrystalStructure.ReadCifAsync(ReferenceData.File($"diffraction/structures/{name}.cif"), cancellationToken: TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine($"{structure}; {string.Join(" ", structure.Warnings)}");
        Assert.Equal(group, structure.SpaceGroup.HermannMauguin);
        Assert.Equal(atoms, structure.Atoms.Count);
        Same(structure, CrystalStructure.ParseCif(structure.ToCif(), "written"));
    }

    [Fact]
    public void What_a_cif_leaves_out_has_a_default_and_what_is_doubtful_a_warning()
    {
        CrystalStructure structure = CrystalStructure.ParseCif(Small, "NiO.cif");
        Assert.Equal("NiO: F m -3 m (225), 4.177 4.177 4.177 Å, 90 90 90°, 2 atoms", structure.ToString());
        Assert.Equal("Ni2+", structure.Atoms[0].Scatterer);
        Assert.Equal(1, structure.Atoms[0].Occupancy);
        Assert.Equal(0.4 / (8 * Math.PI * Math.PI), structure.Atoms[0].Uiso, 1e-15);
        Assert.Empty(structure.Warnings);
        Assert.Contains("U = 0", Assert.Single(CrystalStructure.ParseCif(Small.Replace(" 0.4", " ?", StringComparison.Ordinal), "NiO.cif").Warnings), StringComparison.Ordinal);
        Assert.Contains("one place", Assert.Single(CrystalStructure.ParseCif(Small.Replace("O1 O2- 0.5 0.5 0.5", "O1 O2- 0.5 0.5 0", StringComparison.Ordinal), "NiO.cif").Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Operations_count_more_than_the_name()
    {
        string list = "loop_\n_symmetry_equiv_pos_as_xyz\n'x,y,z'\n'-x,-y,-z'\n";
        CrystalStructure structure = CrystalStructure.ParseCif(Small + "\n" + list, "NiO.cif");
        Assert.Equal("P -1", structure.SpaceGroup.HermannMauguin);
        Assert.Contains("operations count", Assert.Single(structure.Warnings), StringComparison.Ordinal);
        Refused(Small + "\nloop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n", "identity only");
        Refused(Small + "\nloop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n-x,-y,z\n-x,y,-z\n", "generate 4");
    }

    [Fact]
    public void Quotes_texts_comments_and_several_blocks_are_read()
    {
        string text = "#\\#CIF_1.1\r\ndata_global\r\n_publ_section_title\r\n;\r\n data_no _cell_length_a\r\n;\r\n_note 'it's odd'\r\n\r\n" + Small.ReplaceLineEndings("\r\n") + "\r\n# end\r\ndata_second\r\n";
        Assert.Equal("NiO", CrystalStructure.ParseCif(text, "two.cif").Name);
        Assert.Equal("NiO", CrystalStructure.ParseCif(text, "two.cif", new CifReadOptions { Block = "nio" }).Name);
        Assert.Contains("global, NiO, second", Assert.Throws<InputFormatException>(() => CrystalStructure.ParseCif(text, "two.cif", new CifReadOptions { Block = "x" })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4.177(2)", "four", 2)]
    [InlineData("4.177(2)", "-4.177", 1)]
    [InlineData("4.177(2)", "4.5", 1)]
    [InlineData("_cell_angle_gamma 90", "_cell_angle_gamma 190", 1)]
    [InlineData("'F m -3 m'", "'F m -7 m'", 8)]
    [InlineData("'F m -3 m'", "'F d -3 m'", 8)]
    [InlineData("'F m -3 m'", "?", 1)]
    [InlineData("'F m -3 m'", "'F m -3 m", 8)]
    [InlineData("O1 O2- 0.5 0.5 0.5 0.6", "O1 O2- 0.5 0.5", 17)]
    [InlineData("O1 O2- 0.5 0.5 0.5 0.6", "O1 Xx 0.5 0.5 0.5 0.6", 17)]
    [InlineData("O1 O2- 0.5 0.5 0.5 0.6", "O1 O2- 0.5 a 0.5 0.6", 17)]
    [InlineData("_atom_site_fract_z", "_atom_site_fract_w", 9)]
    [InlineData("data_NiO", "NiO", 1)]
    [InlineData("_cell_length_b 4.177", "", 1)]
    public void Faults_name_file_line_and_remedy(string good, string bad, long line)
    {
        InputFormatException fault = Assert.Throws<InputFormatException>(() => CrystalStructure.ParseCif(Small.Replace(good, bad, StringComparison.Ordinal), "NiO.cif"));
        Assert.StartsWith("NiO.cif", fault.Message, StringComparison.Ordinal);
        Assert.Equal(line, fault.Line);
        Assert.NotEmpty(fault.Remedy);
    }

    [Fact]
    public void Nothing_but_typed_errors_comes_from_a_damaged_file()
    {
        const string Marks = "\0\n;'\"_#x9-./( loop_\uFFFF";
        var random = new Random(11);
        string whole = CrystalStructure.ParseCif(Small, "NiO.cif").ToCif();
        int read = 0, refused = 0;
        for (int k = 0; k < 4000; k++)
        {
            char[] text = whole.ToCharArray();
            for (int n = random.Next(1, 4); n > 0; n--)
                text[random.Next(text.Length)] = Marks[random.Next(Marks.Length)];
            string damaged = new(text);
            if (k % 2 == 0)
                damaged = damaged[..random.Next(damaged.Length)];
            try
            {
                CrystalStructure.ParseCif(damaged, "damaged.cif");
                read++;
            }
            catch (InputFormatException)
            {
                refused++;
            }
        }

        Assert.True(read > 0 && refused > 1000);
    }

    [Theory]
    [InlineData("Ni", "Ni")]
    [InlineData("NI1", "Ni")]
    [InlineData("Ni+3", "Ni3+")]
    [InlineData("O2-", "O2-")]
    [InlineData("O-2", "O2-")]
    [InlineData("Li+", "Li1+")]
    [InlineData("Ow1", "O")]
    [InlineData("D1", "D")]
    [InlineData("Co12", "Co")]
    public void Scatterers_are_read_as_people_write_them(string written, string scatterer) =>
        Assert.Equal(scatterer, CrystalStructure.ParseCif(Small.Replace("Ni1 Ni2+", "Ni1 " + written, StringComparison.Ordinal), "x").Atoms[0].Scatterer);

    [Fact]
    public async Task A_written_file_is_read_again()
    {
        using var folder = new TempFolder();
        string path = folder["NiO.cif"];
        CrystalStructure structure = CrystalStructure.ParseCif(Small, "NiO.cif");
        await structure.WriteCifAsync(path, TestContext.Current.CancellationToken);
        var sink = new RecordingSink();
        Same(structure, await CrystalStructure.ReadCifAsync(path, context: AnalysisContext.Default with { Provenance = sink }, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains(sink.Used, i => i is FileRef file && file.Path == path && file.Sha256.Length == 64);
        await Assert.ThrowsAsync<InputFormatException>(() => CrystalStructure.ReadCifAsync(folder["none.cif"], cancellationToken: TestContext.Current.CancellationToken));
    }

    private static void Refused(string text, string why) =>
        Assert.Contains(why, Assert.Throws<InputFormatException>(() => CrystalStructure.ParseCif(text, "NiO.cif")).Message, StringComparison.Ordinal);

    private static void Same(CrystalStructure expected, CrystalStructure actual)
    {
        Assert.Equal(expected.Cell, actual.Cell);
        Assert.Equal(expected.Name, actual.Name);
        Assert.True(expected.SpaceGroup.Operations.ToHashSet().SetEquals(actual.SpaceGroup.Operations));
        Assert.Equal(expected.Atoms, actual.Atoms);
    }
}
