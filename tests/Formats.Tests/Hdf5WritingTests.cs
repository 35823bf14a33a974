using System.Security.Cryptography;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Formats.Tests;

/// <summary>What is written as HDF5 comes back as it was; reading of series by NeXus conventions and by options.</summary>
public class Hdf5WritingTests
{
    [Fact]
    public async Task A_series_comes_back_with_everything()
    {
        using var folder = new TempFolder();
        SpectrumSeries series = Series(7);
        FileRef written = await series.WriteHdf5Async(folder["s.h5"], new SeriesHdf5Options { Title = "scan" });
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(folder["s.h5"]))), written.Sha256);
        Assert.Equal(written.Sha256, (await series.WriteHdf5Async(folder["s.h5"], new SeriesHdf5Options { Title = "scan" })).Sha256);
        Assert.Single(Directory.GetFiles(folder.Path));
        ReadResult read = await SeriesReader.ReadHdf5Async(folder["s.h5"]);
        AssertSame(series, read.Series);
        Assert.Equal(written.Sha256, read.Files[0].Sha256);
        Assert.Equal("/entry/data/intensity", read.Report.Files[0].Decision("dataset")!.Value);

        FileRef streamed = await new MemorySeriesSource(series).WriteHdf5Async(folder["t.h5"], new SeriesHdf5Options { Title = "scan" });
        AssertSame(series, (await SeriesReader.ReadHdf5Async(folder["t.h5"])).Series);
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
        Assert.Equal(written.Length, streamed.Length);

        using Hdf5SeriesSource source = await Hdf5SeriesSource.OpenAsync(folder["s.h5"]);
        Assert.Equal(7, source.Count);
        int at = 0;
        await foreach (SpectrumSeries block in source.ReadBlocksAsync(3))
        {
            for (int i = 0; i < block.Count; i++, at++)
            {
                Assert.Equal(series[at].ToArray(), block[i].ToArray());
                Assert.Equal((series.Label(at), series.SourceRow(at)), (block.Label(i), block.SourceRow(i)));
                Assert.Equal(((NumberColumn)series.Columns[0])[at], ((NumberColumn)block.Columns[0])[i]);
            }
        }

        Assert.Equal(7, at);
    }

    [Fact]
    public async Task A_series_without_rows_comes_back()
    {
        using var folder = new TempFolder();
        SpectrumSeries none = Series(0);
        await none.WriteHdf5Async(folder["a.h5"]);
        await new MemorySeriesSource(none).WriteHdf5Async(folder["b.h5"]);
        foreach (string path in (string[])[folder["a.h5"], folder["b.h5"]])
        {
            SpectrumSeries read = (await SeriesReader.ReadHdf5Async(path)).Series;
            Assert.Equal((0, 3), (read.Count, read.Length));
            Assert.True(none.Axis.SameAs(read.Axis));
            using Hdf5SeriesSource source = await Hdf5SeriesSource.OpenAsync(path);
            Assert.Equal(0, source.Count);
            await foreach (SpectrumSeries block in source.ReadBlocksAsync(10))
                Assert.Equal(0, block.Count);
        }

        Assert.Equal(none.Columns.Select(c => (c.Name, c.Unit)), (await SeriesReader.ReadHdf5Async(folder["a.h5"])).Series.Columns.Select(c => (c.Name, c.Unit)));
    }

    [Fact]
    public async Task A_table_comes_back_with_types_units_errors_and_reasons()
    {
        using var folder = new TempFolder();
        ResultTable table = Table();
        await table.WriteHdf5Async(folder["t.h5"]);
        IResultTable back = TableReader.ReadHdf5(folder["t.h5"]);
        Assert.Equal(table.Name, back.Name);
        Assert.Equal(table.Columns.Select(c => (c.Name, c.Unit, c.GetType())), back.Columns.Select(c => (c.Name, c.Unit, c.GetType())));
        for (int c = 0; c < table.Columns.Count; c++)
        {
            for (int row = 0; row < table.RowCount; row++)
                Assert.Equal(table.Columns[c].Text(row), back.Columns[c].Text(row));
        }

        NumberColumn a = table.Numbers("H1.center"), b = back.Numbers("H1.center");
        Assert.Equal(a.StandardErrors.ToArray(), b.StandardErrors.ToArray());
        Assert.Equal(a.ErrorStatus.ToArray(), b.ErrorStatus.ToArray());
        Assert.Throws<InputFormatException>(() => TableReader.ReadHdf5(folder["t.h5"], "/entry"));
        var empty = new ResultTable("empty", [new NumberColumn("v w", "", Array.Empty<double>()), new TextColumn("v_w", [])]);
        await empty.WriteHdf5Async(folder["e.h5"]);
        Assert.Equal(["v w", "v_w"], TableReader.ReadHdf5(folder["e.h5"]).Columns.Select(c => c.Name));
    }

    [Fact]
    public async Task A_cancelled_write_leaves_no_file_and_steps_stay_in_their_folder()
    {
        using var folder = new TempFolder();
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Series(3).WriteHdf5Async(folder["s.h5"], cancellationToken: stop.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new MemorySeriesSource(Series(3)).WriteHdf5Async(folder["s.h5"], cancellationToken: stop.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Table().WriteHdf5Async(folder["s.h5"], cancellationToken: stop.Token));
        Assert.Empty(Directory.GetFiles(folder.Path));
        var sink = new RecordingSink();
        var environment = new StepEnvironment(AnalysisContext.Default with { Provenance = sink }, folder["out"]);
        FileRef written = await FormatsSteps.WriteSeriesHdf5.RunAsync(Series(2), new StepRequest<SeriesHdf5Options>(new SeriesHdf5Options { File = "sub/s.h5" }), environment);
        Assert.Equal("sub/s.h5", written.Path);
        Assert.Equal(written, Assert.Single(sink.Produced.OfType<FileRef>()));
        await Assert.ThrowsAsync<OptionsException>(async () => await FormatsSteps.WriteTableHdf5.RunAsync(Table(), new StepRequest<TableHdf5Options>(new TableHdf5Options { File = "../t.h5" }), environment));
    }

    [Fact]
    public async Task A_flip_in_the_structures_never_changes_shape_or_numbers()
    {
        // Object headers have checksums: a flip in one is refused. Texts lie in heaps, which have none.
        using var folder = new TempFolder();
        await Series(3).WriteHdf5Async(folder["s.h5"]);
        byte[] whole = File.ReadAllBytes(folder["s.h5"]);
        int refused = 0, located = 0, structures = whole.Length - (3 * 3 * 8 * 2) - 400;
        for (int bit = 0; bit < structures * 8; bit += 101)
        {
            byte[] bytes = [.. whole];
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            string path = folder.WriteBytes("f.h5", bytes);
            try
            {
                SpectrumSeries read = (await SeriesReader.ReadHdf5Async(path)).Series;
                Assert.Equal((3, 3), (read.Count, read.Length));
                for (int row = 0; row < 3; row++)
                    Assert.Equal(Series(3)[row].ToArray(), read[row].ToArray());
            }
            catch (InputFormatException e)
            {
                refused++;
                located += e.Offset >= 0 ? 1 : 0;
                Assert.InRange(e.Offset, -1, whole.Length);
            }
        }

        // A path that leads nowhere has no place.
        Assert.True(refused > 100 && located >= refused - 5, $"{located} of {refused} errors name the byte");
    }

    [Fact]
    public async Task A_real_NeXus_file_says_itself_what_it_shows()
    {
        ReadResult read = await SeriesReader.ReadHdf5Async(ReferenceData.File("provenance/hdf5/xrd-panalytical-NXxrd_pan.nxs"));
        Assert.Equal((1, 5027), (read.Series.Count, read.Series.Length));
        Assert.Equal((AxisQuantity.TwoTheta, "deg"), (read.Series.Axis.Quantity, read.Series.Axis.Unit));
        Assert.Equal((1305.0, 4.00656514), (read.Series[0][0], read.Series.Axis.First));
        ReadResult simple = await SeriesReader.ReadHdf5Async(ReferenceData.File("provenance/hdf5/mock_output.nxs"));
        Assert.Equal("/entry/data/data", simple.Report.Files[0].Decision("dataset")!.Value);
        Assert.Equal(-10.0, simple.Series.Axis.First);
        InputFormatException error = await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadHdf5Async(ReferenceData.File("provenance/hdf5/voltage_and_temperature.nxs")));
        Assert.Contains("/entry/data/voltage", error.Remedy, StringComparison.Ordinal);
        ReadResult chosen = await SeriesReader.ReadHdf5Async(ReferenceData.File("provenance/hdf5/voltage_and_temperature.nxs"), new Hdf5ReadOptions { Dataset = "/entry/data/voltage", Axis = "index" });
        Assert.Equal(84, chosen.Series.Length);
    }

    [Fact]
    public async Task Datasets_and_axes_are_chosen_by_path()
    {
        string path = ReferenceData.Shipped("tests/data/hdf5/syn-types.h5");
        SpectrumSeries rows = (await SeriesReader.ReadHdf5Async(path, new Hdf5ReadOptions { Dataset = "/entry/u2", Axis = "index", IntensityKind = TextIntensityKind.Counts, IntensityQuantity = "counts" })).Series;
        Assert.Equal((3, 4), (rows.Count, rows.Length));
        Assert.Equal([47883.0, 8027, 58608, 7713], rows[0].ToArray());
        Assert.Equal(IntensityKind.Counts, rows.Kind);
        foreach (Hdf5ReadOptions options in (Hdf5ReadOptions[])[new() { Dataset = "/entry/u2" }, new() { Dataset = "/none" }, new() { Dataset = "/entry/scalar", Axis = "index" }, new() { Dataset = "/entry/vlen_str", Axis = "index" }, new() { Dataset = "/entry/u2", Axis = "/entry/nan_inf" }, new() { Dataset = "/vds", Axis = "index" }, new() { Dataset = "/external/x" }])
            Assert.Equal(path, (await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadHdf5Async(path, options))).File);
    }

    [Fact]
    public async Task A_folder_becomes_one_series_and_a_file_that_is_written_is_waited_for()
    {
        using var folder = new TempFolder();
        await Series(2).WriteHdf5Async(folder["in/scan2.h5"]);
        await Series(3).WriteHdf5Async(folder["in/scan10.h5"]);
        SpectrumSeries all = (await SeriesReader.ReadHdf5Async(folder["in"])).Series;
        Assert.Equal(5, all.Count);
        Assert.Equal("scan2:p0, \"x\"", all.Label(0));
        byte[] whole = File.ReadAllBytes(folder["in/scan10.h5"]);
        string late = folder["late.h5"];
        File.WriteAllBytes(late, whole[..(whole.Length / 2)]);
        Task writer = Task.Run(async () =>
        {
            await Task.Delay(600);
            await File.WriteAllBytesAsync(late, whole);
        });
        var options = new Hdf5ReadOptions { WaitForStable = true, Stability = new FileStability { Completeness = FileCompleteness.Unchanged, QuietSeconds = 0.1, PollSeconds = 0.05, TimeoutSeconds = 30 } };
        AssertSame(Series(3), (await SeriesReader.ReadHdf5Async(late, options)).Series);
        await writer;
        Assert.Contains("cut off", (await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadHdf5Async(folder.WriteBytes("cut.h5", whole[..^9])))).Message, StringComparison.Ordinal);
    }

    internal static ResultTable Table() => new("fits of 003",
    [
        new IntegerColumn("index", new long[] { 0, 1 }),
        new TextColumn("label", ["a", "b, c"]),
        new StatusColumn("status", new[] { RowStatus.Ok, RowStatus.MaxIterations }),
        new NumberColumn("H1.center", "deg", new[] { 18.5, 0.1 + 0.2 }, new[] { 0.25, double.NaN }, new[] { StandardErrorStatus.Given, StandardErrorStatus.NoResult }),
        new TimeColumn("time", new DateTimeOffset?[] { new(2024, 1, 1, 0, 0, 0, TimeSpan.FromHours(1)), null }),
    ]);

    internal static SpectrumSeries Series(int rows)
    {
        double[] y = [.. Enumerable.Range(0, 3 * rows).Select(i => Math.Sqrt(i) - 1)];
        return SpectrumSeries.Wrap(new Axis(new[] { 17, 17.1, 17.2 }, AxisQuantity.TwoTheta, "deg"), y, rows, new SeriesAttributes
        {
            Variance = Enumerable.Range(0, 3 * rows).Select(i => (double)i * i).ToArray(),
            Labels = [.. Enumerable.Range(0, rows).Select(i => $"p{i}, \"x\"")],
            SourceRows = Enumerable.Range(0, rows).Select(i => 10 + i).ToArray(),
            Columns =
            [
                new NumberColumn("voltage", "V", Enumerable.Range(0, rows).Select(i => 3.5 + (0.1 * i)).ToArray()),
                new TextColumn("state", [.. Enumerable.Range(0, rows).Select(i => i % 2 == 0 ? "charge" : "Entladung ä")]),
                new IntegerColumn("cycle", Enumerable.Range(0, rows).Select(i => (long)i).ToArray()),
            ],
            IntensityQuantity = "intensity (raw)",
            IntensityUnit = "counts",
            Kind = IntensityKind.Counts,
        });
    }

    private static void AssertSame(SpectrumSeries expected, SpectrumSeries actual)
    {
        Assert.True(expected.Axis.SameAs(actual.Axis));
        Assert.Equal((expected.Count, expected.IntensityQuantity, expected.IntensityUnit, expected.Kind), (actual.Count, actual.IntensityQuantity, actual.IntensityUnit, actual.Kind));
        Assert.Equal(expected.Columns.Select(c => (c.Name, c.Unit, c.GetType())), actual.Columns.Select(c => (c.Name, c.Unit, c.GetType())));
        for (int row = 0; row < expected.Count; row++)
        {
            Assert.Equal(expected[row].ToArray(), actual[row].ToArray());
            // σ is what is kept.
            Assert.Equal(expected.Variance(row).ToArray().Select(v => Math.Sqrt(v) * Math.Sqrt(v)), actual.Variance(row).ToArray());
            Assert.Equal((expected.Label(row), expected.SourceRow(row)), (actual.Label(row), actual.SourceRow(row)));
            for (int c = 0; c < expected.Columns.Count; c++)
                Assert.Equal(expected.Columns[c].Text(row), actual.Columns[c].Text(row));
        }
    }
}
