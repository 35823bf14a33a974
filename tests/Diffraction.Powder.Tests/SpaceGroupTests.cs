using System.IO.Compression;
using System.Text.Json;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Diffraction.Powder.Tests;

public sealed class SpaceGroupTests
{
    [Fact]
    public void Every_tabulated_setting_has_the_operations_of_International_Tables()
    {
        int settings = 0;
        foreach (JsonElement setting in Tabulated())
        {
            string name = setting.GetProperty("xhm").GetString()!, hall = setting.GetProperty("hall").GetString()!;
            var expected = setting.GetProperty("ops").EnumerateArray().Select(o => SymmetryOperation.Parse(o.GetString()!)).ToHashSet();
            foreach (SpaceGroup group in new[] { SpaceGroup.FromHall(hall), SpaceGroup.FromName(name), SpaceGroup.FromOperations(expected) })
            {
                Assert.Equal(expected.Count, group.Operations.Count);
                Assert.True(expected.SetEquals(group.Operations), name);
                Assert.Equal(SymmetryOperation.Identity, group.Operations[0]);
                Assert.Equal(setting.GetProperty("number").GetInt32(), group.Number);
                Assert.Equal(setting.GetProperty("centrosymmetric").GetBoolean(), group.IsCentrosymmetric);
                Assert.Equal(setting.GetProperty("crystal_system").GetString(), group.CrystalSystem.ToString().ToLowerInvariant());
            }

            Assert.Equal(name, SpaceGroup.FromName(name).HermannMauguin);
            settings++;
        }

        Assert.Equal(559, settings);
    }

    [Fact]
    public void Every_number_has_a_reference_setting()
    {
        Assert.Equal(559, SpaceGroup.Names.Count);
        for (int number = 1; number <= 230; number++)
            Assert.Equal(number, SpaceGroup.FromNumber(number).Number);
        Assert.Equal("P 1 21/c 1", SpaceGroup.FromNumber(14).HermannMauguin);
        Assert.Equal("R -3 m:H", SpaceGroup.FromNumber(166).HermannMauguin);
        Assert.Equal("F d -3 m:2", SpaceGroup.FromNumber(227).HermannMauguin);
        Assert.Throws<ArgumentOutOfRangeException>(() => SpaceGroup.FromNumber(231));
        Assert.Throws<ArgumentOutOfRangeException>(() => SpaceGroup.FromNumber(0));
    }

    [Theory]
    [InlineData("P63/mmc", "P 63/m m c")]
    [InlineData("p 63/m m c", "P 63/m m c")]
    [InlineData("P_21/c", "P 1 21/c 1")]
    [InlineData("C2/m", "C 1 2/m 1")]
    [InlineData("P 21", "P 1 21 1")]
    [InlineData("R -3 m", "R -3 m:H")]
    [InlineData("R-3mH", "R -3 m:H")]
    [InlineData("R -3 c :H", "R -3 c:H")]
    [InlineData("R -3 m R", "R -3 m:R")]
    [InlineData("Fd-3mZ", "F d -3 m:2")]
    [InlineData("F d -3 m S", "F d -3 m:1")]
    [InlineData("F m 3 m", "F m -3 m")]
    [InlineData("I a 3 d", "I a -3 d")]
    [InlineData("P n m a", "P n m a")]
    public void Names_are_read_as_people_write_them(string name, string full) =>
        Assert.Equal(full, SpaceGroup.FromName(name).HermannMauguin);

    [Fact]
    public void An_R_group_follows_the_cell()
    {
        Assert.Equal("R -3 m:R", SpaceGroup.FromName("R -3 m", new UnitCell(5, 5, 5, 33, 33, 33)).HermannMauguin);
        Assert.Equal("R -3 m:H", SpaceGroup.FromName("R -3 m", UnitCell.Hexagonal(2.9, 14)).HermannMauguin);
    }

    [Theory]
    [InlineData("F d -3 m", "two origins")]
    [InlineData("P n n n", "two origins")]
    [InlineData("P 7", "no space group")]
    [InlineData("", "no space group")]
    public void What_is_no_name_or_not_unique_is_refused(string name, string why) =>
        Assert.Contains(why, Assert.Throws<FormatException>(() => SpaceGroup.FromName(name)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("X 2")]
    [InlineData("P 5")]
    [InlineData("P 2q")]
    [InlineData("P 2 (0 0")]
    [InlineData("P 2 (x,y)")]
    [InlineData("P 4'")]
    [InlineData("P 3*2")]
    public void What_is_no_Hall_symbol_is_refused(string symbol) => Assert.Throws<FormatException>(() => SpaceGroup.FromHall(symbol));

    [Theory]
    [InlineData("x,y,z", "x,y,z")]
    [InlineData("1/2+X, .5 - y , -Z", "x+1/2,-y+1/2,-z")]
    [InlineData("-y,x-y,z+0.3333", "-y,x-y,z+1/3")]
    [InlineData("Y-X,-X,Z-1/3", "-x+y,-x,z+2/3")]
    [InlineData("x+1,y,z-2", "x,y,z")]
    [InlineData("1*x,1y,z", "x,y,z")]
    public void Triplets_are_read_and_written(string triplet, string canonical)
    {
        SymmetryOperation operation = SymmetryOperation.Parse(triplet);
        Assert.Equal(canonical, operation.ToString());
        Assert.Equal(operation, SymmetryOperation.Parse(operation.ToString()));
    }

    [Theory]
    [InlineData("x,y")]
    [InlineData("x,y,")]
    [InlineData("x,y,w")]
    [InlineData("x,x,z")]
    [InlineData("x,y,z+0.1")]
    [InlineData("x+y,y,z")]
    [InlineData("x,y,1/0")]
    [InlineData("2x,y,z")]
    public void What_is_no_symmetry_is_refused(string triplet) => Assert.Throws<FormatException>(() => SymmetryOperation.Parse(triplet));

    [Fact]
    public void Operations_that_are_no_group_are_refused()
    {
        // Fourfold axes along z and a threefold along z cannot meet in one lattice.
        Assert.Throws<FormatException>(() => SpaceGroup.FromOperations([SymmetryOperation.Parse("-y,x,z"), SymmetryOperation.Parse("-y,x-y,z")]));
        Assert.Equal(0, SpaceGroup.FromOperations([SymmetryOperation.Parse("x+1/8,y,z")]).Number);
        Assert.Equal("P 1", SpaceGroup.FromOperations([]).HermannMauguin);
    }

    [Fact]
    public void A_cell_must_have_the_symmetry_of_the_group()
    {
        SpaceGroup cubic = SpaceGroup.FromName("F m -3 m"), trigonal = SpaceGroup.FromName("R -3 m:H");
        Assert.True(cubic.IsCompatible(UnitCell.Cubic(4)));
        Assert.False(cubic.IsCompatible(UnitCell.Tetragonal(4, 4.1)));
        Assert.True(trigonal.IsCompatible(UnitCell.Hexagonal(2.9, 14)));
        Assert.False(trigonal.IsCompatible(new UnitCell(2.9, 2.9, 14)));
        Assert.True(SpaceGroup.FromNumber(1).IsCompatible(new UnitCell(3, 4, 5, 80, 95, 103)));
    }

    private static List<JsonElement> Tabulated()
    {
        using var stream = new GZipStream(File.OpenRead(ReferenceData.File("diffraction/tables/spacegroup_operations.json.gz")), CompressionMode.Decompress);
        using JsonDocument document = JsonDocument.Parse(stream);
        return [.. document.RootElement.Clone().EnumerateArray()];
    }
}
