using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace BigMap.Analysis.Formats.Tests;

/// <summary>pandas, numpy and h5py read every table and array that is written here, in one line each.</summary>
public class PeerReadingTests
{
    [Fact]
    public async Task Pandas_numpy_and_h5py_read_what_is_written()
    {
        using var folder = new TempFolder();
        ResultTable table = Hdf5WritingTests.Table();
        SpectrumSeries series = Hdf5WritingTests.Series(5);
        await table.WriteCsvAsync(folder["fits.csv"]);
        await table.WriteCsvAsync(folder["units.csv"], new TableCsvOptions { UnitsRow = true });
        await table.WriteCsvAsync(folder["tabs.txt"], new TableCsvOptions { UnitsRow = true, Tabs = true });
        await series.WriteCsvAsync(folder["series.txt"], new SeriesCsvOptions { UnitsRow = true, Tabs = true });
        await Hdf5WritingTests.Series(0).WriteHdf5Async(folder["none.h5"]);
        await table.WriteNpyAsync(folder["fits.npy"]);
        await new ResultTable("g", [new NumberColumn("θ", "deg", new[] { 1.5 }), new TextColumn("it's", ["ö\u0301𝛼"])]).WriteNpyAsync(folder["greek.npy"]);
        await new ResultTable("w", [.. Enumerable.Range(0, 3000).Select(i => new NumberColumn($"a rather long name of a column {i}", "", new[] { 1.5 }))]).WriteNpyAsync(folder["wide.npy"]);
        await table.WriteHdf5Async(folder["fits.h5"], new TableHdf5Options { Title = "fits", Notes = [new Hdf5Note { Name = "provenance", MediaType = "application/json", Text = "{\"α\":1}" }] });
        await series.WriteCsvAsync(folder["series.csv"]);
        await series.WriteNpyAsync(folder["series.npy"]);
        await series.WriteHdf5Async(folder["series.h5"]);
        await new MemorySeriesSource(series).WriteHdf5Async(folder["source.h5"]);
        byte[] bits = [.. Enumerable.Range(0, 96).Select(i => (byte)((i * 37) + 11))];
        await Write<double>(folder, "f8", bits);
        await Write<float>(folder, "f4", bits);
        await Write<Half>(folder, "f2", bits);
        await Write<sbyte>(folder, "i1", bits);
        await Write<short>(folder, "i2", bits);
        await Write<int>(folder, "i4", bits);
        await Write<long>(folder, "i8", bits);
        await Write<byte>(folder, "u1", bits);
        await Write<ushort>(folder, "u2", bits);
        await Write<uint>(folder, "u4", bits);
        await Write<ulong>(folder, "u8", bits);
        await Write<bool>(folder, "b1", [.. bits.Select(b => (byte)(b & 1))]);
        await Write<Complex>(folder, "c16", bits);

        using JsonDocument found = JsonDocument.Parse(Python.Run("read_everything.py", ["numpy", "pandas", "h5py"], folder.Path));
        JsonElement all = found.RootElement;
        string center = Hex(table.Numbers("H1.center").Values.Span);
        string[] labels = ["a", "b, c"];
        foreach (string kind in (string[])["csv", "npy_table"])
        {
            Assert.Equal(["index", "label", "status", "H1.center", "H1.center.stderr", "time"], Texts(all.GetProperty(kind).GetProperty("columns")));
            Assert.Equal(center, all.GetProperty(kind).GetProperty("center").GetString());
            Assert.Equal(labels, Texts(all.GetProperty(kind).GetProperty("label")));
        }

        Assert.Equal(center, all.GetProperty("units_csv").GetProperty("center").GetString());
        Assert.Equal(center, all.GetProperty("tabs_csv").GetProperty("center").GetString());
        Assert.Equal(labels, Texts(all.GetProperty("tabs_csv").GetProperty("label")));
        Assert.Equal(Enumerable.Range(0, series.Count).Select(r => Hex(series[r])), Texts(all.GetProperty("series_tabs").GetProperty("rows")));
        Assert.Equal("[0, 3]", all.GetProperty("none").GetProperty("shape").GetRawText());
        Assert.Equal(Hex(series.Axis.Values), all.GetProperty("none").GetProperty("axis").GetString());
        Assert.Equal(3, all.GetProperty("npy_greek").GetProperty("version").GetInt32());
        Assert.Equal(["θ", "it's"], Texts(all.GetProperty("npy_greek").GetProperty("columns")));
        Assert.Equal((2, 3000), (all.GetProperty("npy_wide").GetProperty("version").GetInt32(), all.GetProperty("npy_wide").GetProperty("columns").GetInt32()));
        JsonElement h5 = all.GetProperty("h5_table");
        Assert.Equal("NXdata", h5.GetProperty("class").GetString());
        Assert.Equal(center, h5.GetProperty("center").GetString());
        Assert.Equal(Hex(table.Numbers("H1.center").StandardErrors.Span), h5.GetProperty("errors").GetString());
        Assert.Equal("deg", h5.GetProperty("units").GetString());
        Assert.Equal(labels, Texts(h5.GetProperty("label")));
        Assert.Equal("BigMap.Analysis.Formats", h5.GetProperty("program").GetString());
        Assert.Equal(("{\"α\":1}", "NXnote"), (h5.GetProperty("note").GetString(), h5.GetProperty("note_class").GetString()));

        string block = Hex([.. Enumerable.Range(0, series.Count).SelectMany(r => series[r].ToArray())]);
        string sigma = Hex([.. Enumerable.Range(0, series.Count).SelectMany(r => series.Variance(r).ToArray().Select(Math.Sqrt))]);
        Assert.Equal(Enumerable.Range(0, series.Count).Select(r => Hex(series[r])), Texts(all.GetProperty("series_csv").GetProperty("rows")));
        Assert.Equal(Hex(series.Axis.Values), all.GetProperty("series_csv").GetProperty("axis").GetString());
        Assert.Equal(block, all.GetProperty("series_npy").GetProperty("bits").GetString());
        foreach (string name in (string[])["series.h5", "source.h5"])
        {
            JsonElement one = all.GetProperty(name);
            Assert.Equal("NXdata", one.GetProperty("class").GetString());
            Assert.Equal(block, one.GetProperty("bits").GetString());
            Assert.Equal(sigma, one.GetProperty("sigma").GetString());
            Assert.Equal(Hex(series.Axis.Values), one.GetProperty("axis").GetString());
            Assert.Equal("deg", one.GetProperty("axis_units").GetString());
            Assert.Equal(Enumerable.Range(0, series.Count).Select(series.Label), Texts(one.GetProperty("labels")));
            Assert.Equal("V", one.GetProperty("voltage_units").GetString());
        }

        foreach (string kind in (string[])["f8", "f4", "f2", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "c16"])
            Assert.Equal(Convert.ToHexStringLower(bits), all.GetProperty(kind).GetProperty("hex").GetString());
        Assert.Equal(Convert.ToHexStringLower([.. bits.Select(b => (byte)(b & 1))]), all.GetProperty("b1").GetProperty("hex").GetString());
    }

    private static async Task Write<T>(TempFolder folder, string kind, byte[] bits)
        where T : unmanaged
    {
        T[] values = MemoryMarshal.Cast<byte, T>(bits).ToArray();
        await NpyWriter.WriteAsync<T>(folder[$"type_{kind}.npy"], values, [2, values.Length / 2]);
    }

    private static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(t => t.GetString()!)];

    private static string Hex(ReadOnlySpan<double> values) => Convert.ToHexStringLower(MemoryMarshal.AsBytes(values));
}
