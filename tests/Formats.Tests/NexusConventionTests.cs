using BigMap.Analysis.Formats.Internal;
using BigMap.Analysis.Formats.Internal.Hdf5;

namespace BigMap.Analysis.Formats.Tests;

/// <summary>Arrangements of NXdata that instruments write, made with the package's own writer.</summary>
public class NexusConventionTests
{
    [Fact]
    public async Task A_map_becomes_rows_with_coordinates()
    {
        using var folder = new TempFolder();
        double[] y = [.. Enumerable.Range(0, 24).Select(i => (double)i)];
        await WriteAsync(folder["m.h5"], data =>
        {
            data.Set("signal", "counts");
            data.Set("axes", (string[])["y", "x", "energy"]);
            Block(data, "counts", [2, 3, 4], y).Set("units", "counts");
            Block(data, "counts_errors", [2, 3, 4], [.. y.Select(v => v / 2)]);
            data.Doubles("y", new[] { 0.5, 1.5 }).Set("units", "µm");
            data.Doubles("x", new[] { 10.0, 20, 30 }).Set("units", "um");
            data.Doubles("energy", new[] { 4.0, 3, 2, 1 }).Set("units", "eV");
        });
        ReadResult read = await SeriesReader.ReadHdf5Async(folder["m.h5"]);
        SpectrumSeries map = read.Series;
        Assert.Equal((6, 4, "energy", "eV"), (map.Count, map.Length, map.Axis.Quantity, map.Axis.Unit));
        Assert.Equal([1.0, 2, 3, 4], map.Axis.Values.ToArray());
        var columns = new ResultTable("c", map.Columns);
        for (int row = 0; row < 6; row++)
        {
            Assert.Equal([(4.0 * row) + 3, (4.0 * row) + 2, (4.0 * row) + 1, 4.0 * row], map[row].ToArray());
            Assert.Equal(((4 * row) + 3) * ((4 * row) + 3) / 4.0, map.Variance(row)[0]);
            Assert.Equal(10.0 * (1 + (row % 3)), columns.Numbers("x")[row]);
            Assert.Equal(0.5 + (row / 3), columns.Numbers("y")[row]);
        }

        Assert.Equal("um", columns.Column("y").Unit);
        using Hdf5SeriesSource source = await Hdf5SeriesSource.OpenAsync(folder["m.h5"]);
        foreach (int rows in (int[])[1, 2, 4, 5])
        {
            int at = 0;
            await foreach (SpectrumSeries block in source.ReadBlocksAsync(rows))
            {
                for (int i = 0; i < block.Count; i++, at++)
                    Assert.Equal(map[at].ToArray(), block[i].ToArray());
            }

            Assert.Equal(6, at);
        }
    }

    [Fact]
    public async Task Points_may_run_along_the_first_dimension()
    {
        using var folder = new TempFolder();
        await WriteAsync(folder["t.h5"], data =>
        {
            data.Set("signal", "data");
            data.Set("axes", (string[])["two_theta", "."]);
            Block(data, "data", [3, 2], [1, 10, 2, 20, 3, 30]);
            data.Doubles("two_theta", new[] { 10.0, 11, 12 }).Set("units", "degrees");
            data.Doubles("voltage", new[] { 3.5, 3.6 }).Set("units", "V");
            data.Set("voltage_indices", 1L);
        });
        SpectrumSeries series = (await SeriesReader.ReadHdf5Async(folder["t.h5"])).Series;
        Assert.Equal([1.0, 2, 3], series[0].ToArray());
        Assert.Equal([10.0, 20, 30], series[1].ToArray());
        Assert.Equal((AxisQuantity.TwoTheta, "deg"), (series.Axis.Quantity, series.Axis.Unit));
        Assert.Equal(3.6, ((NumberColumn)series.Columns[0])[1]);
    }

    [Fact]
    public async Task Edges_of_bins_and_the_older_conventions_are_understood()
    {
        using var folder = new TempFolder();
        await WriteAsync(folder["h.h5"], data =>
        {
            Hdf5OutDataset counts = data.Doubles("data", new[] { 5.0, 6, 7 });
            counts.Set("signal", 1L);
            counts.Set("axes", "time_of_flight");
            data.Doubles("time_of_flight", new[] { 100.0, 110, 130, 160 }).Set("units", "microseconds");
        });
        ReadResult read = await SeriesReader.ReadHdf5Async(folder["h.h5"]);
        Assert.Equal([105.0, 120, 145], read.Series.Axis.Values.ToArray());
        Assert.Equal((AxisQuantity.TimeOfFlight, "us"), (read.Series.Axis.Quantity, read.Series.Axis.Unit));
        Assert.Contains(read.Report.Files[0].Notes, n => n.Contains("edges", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_does_not_fit_together_is_refused()
    {
        using var folder = new TempFolder();
        (string Name, Action<Hdf5OutGroup> Build)[] cases =
        [
            ("lengths", data => { data.Set("signal", "s"); data.Set("axes", "x"); data.Doubles("s", new[] { 1.0, 2 }); data.Doubles("x", new[] { 1.0, 2, 3, 4 }); }),
            ("no axis", data => { data.Set("signal", "s"); data.Doubles("s", new[] { 1.0, 2 }); }),
            ("not finite", data => { data.Set("signal", "s"); data.Set("axes", "x"); data.Doubles("s", new[] { 1.0, 2 }); data.Doubles("x", new[] { 1.0, double.NaN }); }),
            ("no order", data => { data.Set("signal", "s"); data.Set("axes", "x"); data.Doubles("s", new[] { 1.0, 2, 3 }); data.Doubles("x", new[] { 1.0, 3, 2 }); }),
            ("text", data => { data.Set("signal", "s"); data.Set("axes", "x"); data.Texts("s", ["a", "b"]); data.Doubles("x", new[] { 1.0, 2 }); }),
            ("errors", data => { data.Set("signal", "s"); data.Set("axes", "x"); data.Doubles("s", new[] { 1.0, 2 }); data.Doubles("s_errors", new[] { 1.0 }); data.Doubles("x", new[] { 1.0, 2 }); }),
            ("negative", data => { data.Set("signal", "s"); data.Set("axes", "x"); data.Doubles("s", new[] { 1.0, 2 }); data.Doubles("errors", new[] { 1.0, -1 }); data.Doubles("x", new[] { 1.0, 2 }); }),
            ("unit", data => { data.Set("signal", "s"); data.Set("axes", "two_theta"); data.Doubles("s", new[] { 1.0, 2 }); data.Doubles("two_theta", new[] { 1.0, 2 }).Set("units", "nm"); }),
            ("empty", data => { data.Set("signal", "s"); data.Set("axes", "x"); data.Doubles("s", Array.Empty<double>()); data.Doubles("x", Array.Empty<double>()); }),
        ];
        foreach ((string name, Action<Hdf5OutGroup> build) in cases)
        {
            string path = folder[name + ".h5"];
            await WriteAsync(path, build);
            InputFormatException error = await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadHdf5Async(path));
            Assert.Equal(path, error.File);
            Assert.NotEmpty(error.Remedy);
        }
    }

    [Fact]
    public async Task Numbers_are_exact_or_refused()
    {
        using var folder = new TempFolder();
        await WriteAsync(folder["n.h5"], data =>
        {
            data.Longs("large", new[] { 1L << 53, (1L << 53) + 1, long.MaxValue, long.MinValue });
            data.Doubles("third", new[] { 1.0 / 3, 0.5 });
            data.Doubles("two63", new[] { 9223372036854775808.0 });
        });
        using Hdf5File file = Hdf5File.Open(folder["n.h5"]);
        Assert.Equal([1L << 53, (1L << 53) + 1, long.MaxValue, long.MinValue], file.Dataset("/entry/data/large").Read<long>());
        Assert.Contains("value 1 is 9007199254740993", Assert.Throws<InputFormatException>(() => file.Dataset("/entry/data/large").Read<double>()).Message, StringComparison.Ordinal);
        Assert.Contains("value 3", Assert.Throws<InputFormatException>(() => file.Dataset("/entry/data/large").Read<ulong>()).Message, StringComparison.Ordinal);
        Assert.Throws<InputFormatException>(() => file.Dataset("/entry/data/third").Read<float>());
        Assert.Throws<InputFormatException>(() => file.Dataset("/entry/data/third").Read<int>());
        Assert.Throws<InputFormatException>(() => file.Dataset("/entry/data/two63").Read<long>());
        Assert.Equal([1UL << 63], file.Dataset("/entry/data/two63").Read<ulong>());
        Assert.Throws<ArgumentException>(() => file.Dataset("/entry/data/third").Read<decimal>());
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Dataset("/entry/data/third").Read<double>([1], [2], new double[2]));
        Assert.Throws<ArgumentException>(() => file.Dataset("/entry/data/third").Read<double>([0], [2], new double[3]));
        Assert.Contains("/entry/data/third", Assert.Throws<InputFormatException>(() => file.Dataset("/none")).Remedy, StringComparison.Ordinal);
    }

    private static Hdf5OutDataset Block(Hdf5OutGroup group, string name, long[] shape, double[] values) =>
        group.Doubles(name, shape, (stream, ct) => LittleEndianStream.WriteAsync<double>(stream, values, ct));

    private static async Task WriteAsync(string path, Action<Hdf5OutGroup> build)
    {
        (Hdf5OutGroup root, Hdf5OutGroup entry) = NexusOutput.File(string.Empty);
        build(entry.Group("data", "NXdata"));
        await using FileStream stream = File.Create(path);
        await Hdf5Output.WriteAsync(root, stream, CancellationToken.None);
    }
}
