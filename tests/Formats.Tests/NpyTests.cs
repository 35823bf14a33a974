using System.Globalization;
using System.Security.Cryptography;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Formats.Tests;

public class NpyTests
{
    [Fact]
    public void Every_payload_has_the_hash_that_numpy_gives()
    {
        string[] lines = File.ReadAllLines(ReferenceData.Shipped("tests/data/npy/index.csv"));
        foreach (string line in lines.Skip(1))
        {
            // The type may hold quoted commas.
            string[] tail = line.Split(',')[^6..];
            string name = line[..line.IndexOf(',', StringComparison.Ordinal)];
            NpyArray array = NpyArray.Read(ReferenceData.Shipped("tests/data/npy/" + name));
            Assert.Equal(tail[0], string.Join('x', array.Shape));
            Assert.Equal(tail[1] == "1", array.IsFortranOrder);
            Assert.Equal(tail[2], array.Version);
            Assert.True(tail[4] == Convert.ToHexStringLower(SHA256.HashData(array.ReadBytes())), name);
            if (tail[5].Length > 0)
            {
                // numpy had summed in the type of the array.
                double[] finite = [.. array.Read<double>().Where(double.IsFinite)];
                Assert.Equal(double.Parse(tail[5], CultureInfo.InvariantCulture), finite.Sum(), (array.Descriptor switch { "<f2" => 1e-3, "<f4" or ">f4" => 1e-6, _ => 1e-12 }) * (1 + finite.Sum(Math.Abs)));
            }
        }

        Assert.Equal(22, lines.Length);
    }

    [Fact]
    public void Values_come_as_what_they_are()
    {
        NpyArray structured = Shipped("structured.npy");
        Assert.Equal(["time", "n"], structured.Fields);
        Assert.Equal(2, structured.Field("time").Read<double>().Length);
        Assert.Equal(2, structured.Field("n").Read<int>().Length);
        Assert.Equal(["θ", "n"], Shipped("v3_unicode_field.npy").Fields);
        Assert.Equal(2, Shipped("str_U.npy").ReadText().Length);
        Assert.Equal(15, Shipped("d_b1.npy").ReadLogical().Length);
        Assert.Equal(15, Shipped("d_lec16.npy").ReadComplex().Length);
        Assert.Equal([3.25], Shipped("zero_dim.npy").Read<double>());
        Assert.Throws<InputFormatException>(() => structured.Read<double>());
        Assert.Throws<InputFormatException>(() => structured.Field("none"));
        Assert.Throws<InputFormatException>(() => Shipped("d_lef8.npy").Read<int>());
        Assert.Throws<InputFormatException>(() => Shipped("d_lef8.npy").ReadText());
        Assert.Throws<ArgumentException>(() => Shipped("d_lef8.npy").Read<decimal>());
    }

    [Theory]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "Python objects")]
    [InlineData("{'descr': [('a', 'O')], 'fortran_order': False, 'shape': (1,), }", "Python objects")]
    [InlineData("{'descr': '<f16', 'fortran_order': False, 'shape': (1,), }", "<f16")]
    [InlineData("{'descr': '<f8', 'fortran_order': 1, 'shape': (1,), }", "fortran_order")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }", "shape")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999,), }", "cut off")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999999,9999999999999,9999999999999,), }", "cut off")]
    [InlineData("{'descr': '<f8', 'fortran_order': False}", "missing")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (0,), }", "Several arrays")]
    [InlineData("{'descr': '<U99999999999', 'fortran_order': False, 'shape': (1,), }", "")]
    [InlineData("__import__('os')", "missing")]
    [InlineData("", "missing")]
    public void What_cannot_be_read_is_refused(string header, string reason)
    {
        using var folder = new TempFolder();
        byte[] bytes = [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. System.Text.Encoding.ASCII.GetBytes(header), .. new byte[8]];
        string path = folder.WriteBytes("a.npy", bytes);
        InputFormatException error = Assert.Throws<InputFormatException>(() => NpyArray.Read(path));
        Assert.Equal(path, error.File);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_are_read_or_refused()
    {
        using var folder = new TempFolder();
        var random = new Random(77);
        foreach (string source in (string[])["fortran.npy", "structured.npy", "v3_unicode_field.npy", "str_U.npy", "d_beu2.npy"])
        {
            byte[] whole = File.ReadAllBytes(ReferenceData.Shipped("tests/data/npy/" + source));
            for (int length = 0; length < whole.Length; length++)
                Assert.Throws<InputFormatException>(() => NpyArray.Read(folder.WriteBytes("cut.npy", whole[..length])));
            for (int trial = 0; trial < 150; trial++)
            {
                string path = folder.WriteBytes("changed.npy", Mutations.Apply(whole, random));
                try
                {
                    NpyArray array = NpyArray.Read(path);
                    _ = array.ReadBytes();
                    _ = array.ToString();
                }
                catch (InputFormatException error)
                {
                    Assert.Equal(path, error.File);
                }
            }
        }
    }

    [Fact]
    public async Task What_is_written_comes_back()
    {
        using var folder = new TempFolder();
        await NpyWriter.WriteAsync<int>(folder["i.npy"], new[] { 1, -2, 3, 4, 5, 6 }, [1, 2, 3]);
        NpyArray array = NpyArray.Read(folder["i.npy"]);
        Assert.Equal([1L, 2, 3], array.Shape);
        Assert.Equal([1, -2, 3, 4, 5, 6], array.Read<int>());
        await NpyWriter.WriteAsync<double>(folder["s.npy"], new[] { 2.5 }, []);
        Assert.Equal([2.5], NpyArray.Read(folder["s.npy"]).Read<double>());
        await Hdf5WritingTests.Table().WriteNpyAsync(folder["t.npy"]);
        Assert.Equal(["a", "b, c"], NpyArray.Read(folder["t.npy"]).Field("label").ReadText());
        await Assert.ThrowsAsync<ArgumentException>(() => NpyWriter.WriteAsync<int>(folder["x.npy"], new[] { 1 }, [2]));
        await Assert.ThrowsAsync<ArgumentException>(() => NpyWriter.WriteAsync<decimal>(folder["x.npy"], new[] { 1m }, [1]));
        Assert.False(File.Exists(folder["x.npy"]));
    }

    private static NpyArray Shipped(string name) => NpyArray.Read(ReferenceData.Shipped("tests/data/npy/" + name));
}
