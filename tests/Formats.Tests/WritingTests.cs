using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace BigMap.Analysis.Formats.Tests;

public class WritingTests
{
    [Fact]
    public async Task Tabs_and_a_line_of_units_come_back()
    {
        using var folder = new TempFolder();
        ResultTable table = Hdf5WritingTests.Table();
        await table.WriteCsvAsync(folder["fits.txt"], new TableCsvOptions { Tabs = true, UnitsRow = true });
        string[] lines = File.ReadAllLines(folder["fits.txt"]);
        Assert.Equal("index\tlabel\tstatus\tH1.center\tH1.center.stderr\ttime", lines[0]);
        Assert.Equal("\t\t\tdeg\tdeg\t", lines[1]);
        Assert.StartsWith("0\ta\t", lines[2], StringComparison.Ordinal);
        Assert.Contains("\tb, c\t", lines[3], StringComparison.Ordinal);
        IResultTable back = await TableReader.ReadCsvAsync(folder["fits.txt"]);
        Assert.Equal(table.Columns.Select(c => (c.Name, c.Unit, c.GetType())), back.Columns.Select(c => (c.Name, c.Unit, c.GetType())));
        for (int c = 0; c < table.Columns.Count; c++)
            Assert.Equal(Enumerable.Range(0, table.RowCount).Select(table.Columns[c].Text), Enumerable.Range(0, table.RowCount).Select(back.Columns[c].Text));

        // Without the units file the tabs are seen.
        await table.WriteCsvAsync(folder["bare.txt"], new TableCsvOptions { Tabs = true, Units = false });
        Assert.Equal(table.Numbers("H1.center").Values.ToArray(), (await TableReader.ReadCsvAsync(folder["bare.txt"])).Numbers("H1.center").Values.ToArray());

        SpectrumSeries series = Hdf5WritingTests.Series(2);
        await series.WriteCsvAsync(folder["series.txt"], new SeriesCsvOptions { Tabs = true, UnitsRow = true, Variance = true, RowTable = true });
        Assert.Equal(["2theta\t\"p0, \"\"x\"\"\"\t\"p1, \"\"x\"\"\"", "deg\tcounts\tcounts"], File.ReadAllLines(folder["series.txt"]).Take(2).Select(l => l.Replace(AxisQuantity.TwoTheta, "2theta", StringComparison.Ordinal)));
        SpectrumSeries read = (await SeriesReader.ReadAsync(folder["series.txt"])).Series;
        Assert.Equal((series.Axis.Quantity, series.Axis.Unit, 2), (read.Axis.Quantity, read.Axis.Unit, read.Count));
        for (int row = 0; row < 2; row++)
            Assert.Equal(series[row].ToArray(), read[row].ToArray());
        Assert.Equal("deg\t(counts)²\t(counts)²", File.ReadAllLines(folder["series.variance.txt"])[1]);
        Assert.Equal(2, (await TableReader.ReadCsvAsync(folder["series.rows.txt"])).RowCount);
    }

    private static readonly string[] Words = ["", "a", "comma, here", "quote \" here", "line\nbreak", " blank around ", "é≤", "1.5", "ok", "#x", "'", "\r\n"];

    [Fact]
    public async Task Table_has_names_first_and_standard_errors_beside_values()
    {
        using var folder = new TempFolder();
        FileRef written = await Table().WriteCsvAsync(folder["t.csv"]);
        Assert.Equal(
            "index,label,status,H1.center,H1.center.stderr,time\n" +
            "0,a,ok,18.5,0.25,2024-01-01T00:00:00.0000000+01:00\n" +
            "1,\"b, c\",max_iterations,,,\n",
            File.ReadAllText(folder["t.csv"]));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(folder["t.csv"]))), written.Sha256);
        Assert.Equal(new FileInfo(folder["t.csv"]).Length, written.Length);
        Assert.Contains("\"deg\"", File.ReadAllText(folder["t.csv.units.json"]), StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public async Task Table_comes_back_with_types_units_errors_and_reasons()
    {
        using var folder = new TempFolder();
        ResultTable table = Table();
        await table.WriteCsvAsync(folder["t.csv"]);
        IResultTable back = await TableReader.ReadCsvAsync(folder["t.csv"]);
        AssertSame(table, back);
        File.Delete(folder["t.csv.units.json"]);
        IResultTable bare = await TableReader.ReadCsvAsync(folder["t.csv"]);
        Assert.Equal("t", bare.Name);
        Assert.Equal([typeof(IntegerColumn), typeof(TextColumn), typeof(StatusColumn), typeof(NumberColumn), typeof(TimeColumn)], bare.Columns.Select(c => c.GetType()));
        Assert.True(bare.Numbers("H1.center").HasStandardErrors);
    }

    [Property(MaxTest = 200)]
    public Property Any_table_comes_back_bit_for_bit()
    {
        Gen<double> number = Gen.Frequency((8, ArbMap.Default.GeneratorFor<double>()), (1, Gen.Constant(double.NaN)), (1, Gen.Elements(-0.0, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue, 1e22, 0.1)));
        Gen<ResultTable> tables =
            from rows in Gen.Choose(0, 12)
            from values in number.ArrayOf(rows)
            from errors in number.ArrayOf(rows)
            from whole in ArbMap.Default.GeneratorFor<long>().ArrayOf(rows)
            from words in Gen.Elements(Words).ArrayOf(rows)
            from ticks in Gen.Choose(0, int.MaxValue).ArrayOf(rows)
            from width in Gen.Choose(1, 5)
            select new ResultTable("generated", ((TableColumn[])[
                new NumberColumn("v", "deg", values, errors),
                new IntegerColumn("n", whole),
                new TextColumn("t, \"quoted\"", words),
                new TimeColumn("at", ticks.Select(t => t % 5 == 0 ? (DateTimeOffset?)null : new DateTimeOffset(t * 1_000_000_000L, TimeSpan.FromMinutes(t % 60))).ToArray()),
                new NumberColumn("w", string.Empty, values)])[..width]);
        return Prop.ForAll(tables.ToArbitrary(), table =>
        {
            using var folder = new TempFolder();
            table.WriteCsvAsync(folder["g.csv"]).GetAwaiter().GetResult();
            AssertSame(table, TableReader.ReadCsvAsync(folder["g.csv"]).GetAwaiter().GetResult());
        });
    }

    [Fact]
    public async Task Single_column_with_missing_values_keeps_its_rows()
    {
        using var folder = new TempFolder();
        var table = new ResultTable("one", [new NumberColumn("v", "", new[] { 1.5, double.NaN, double.NaN })]);
        await table.WriteCsvAsync(folder["o.csv"]);
        Assert.Equal("v\n1.5\n\"\"\n\"\"\n", File.ReadAllText(folder["o.csv"]));
        AssertSame(table, await TableReader.ReadCsvAsync(folder["o.csv"]));
    }

    [Fact]
    public async Task Names_that_would_clash_are_refused()
    {
        using var folder = new TempFolder();
        var table = new ResultTable("clash", [new NumberColumn("v", "", new[] { 1.0 }, new[] { 1.0 }), new NumberColumn("v.stderr", "", new[] { 1.0 })]);
        await Assert.ThrowsAsync<DataMismatchException>(() => table.WriteCsvAsync(folder["o.csv"]));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a,a\n1,2\n")]
    [InlineData("a,b\n1\n")]
    [InlineData("a,b\n1,2,3\n")]
    public async Task Broken_tables_are_refused(string text)
    {
        using var folder = new TempFolder();
        string path = folder.Write("t.csv", text);
        Assert.Equal(path, (await Assert.ThrowsAsync<InputFormatException>(() => TableReader.ReadCsvAsync(path))).File);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("{\"table\":\"x\",\"columns\":[{\"name\":\"a\",\"type\":\"number\",\"unit\":\"\"}]}")]
    [InlineData("{\"table\":\"x\",\"columns\":[{\"name\":\"a\",\"type\":\"number\",\"unit\":\"\"},{\"name\":\"b\",\"type\":\"strange\",\"unit\":\"\"}]}")]
    [InlineData("{\"table\":\"x\",\"columns\":[{\"name\":\"b\",\"type\":\"number\",\"unit\":\"\"},{\"name\":\"a\",\"type\":\"number\",\"unit\":\"\"}]}")]
    public async Task Units_that_do_not_belong_to_the_table_are_refused(string json)
    {
        using var folder = new TempFolder();
        string path = folder.Write("t.csv", "a,b\n1,2\n");
        folder.Write("t.csv.units.json", json);
        await Assert.ThrowsAsync<InputFormatException>(() => TableReader.ReadCsvAsync(path));
    }

    [Fact]
    public async Task A_cell_of_the_wrong_type_is_named_with_its_line()
    {
        using var folder = new TempFolder();
        await Table().WriteCsvAsync(folder["t.csv"]);
        File.WriteAllText(folder["t.csv"], File.ReadAllText(folder["t.csv"]).Replace("1,\"b, c\"", "x,\"b, c\"", StringComparison.Ordinal));
        InputFormatException error = await Assert.ThrowsAsync<InputFormatException>(() => TableReader.ReadCsvAsync(folder["t.csv"]));
        Assert.Equal(3, error.Line);
    }

    [Fact]
    public async Task Series_comes_back_bit_for_bit_and_equal_series_give_equal_bytes()
    {
        using var folder = new TempFolder();
        SpectrumSeries series = Series();
        FileRef first = await series.WriteCsvAsync(folder["s.csv"], new SeriesCsvOptions { Variance = true, RowTable = true });
        FileRef second = await series.WriteCsvAsync(folder["again.csv"]);
        Assert.Equal(first.Sha256, second.Sha256);
        Assert.StartsWith("2theta (deg),a,\"b, c\"\n17,", File.ReadAllText(folder["s.csv"]), StringComparison.Ordinal);
        ReadResult back = await SeriesReader.ReadAsync(folder["s.csv"]);
        Assert.True(series.Axis.SameAs(back.Series.Axis));
        ReadResult variance = await SeriesReader.ReadAsync(folder["s.variance.csv"]);
        for (int row = 0; row < 2; row++)
        {
            Assert.Equal(series[row].ToArray(), back.Series[row].ToArray());
            Assert.Equal(series.Variance(row).ToArray(), variance.Series[row].ToArray());
            Assert.Equal(series.Label(row), back.Series.Label(row));
        }

        IResultTable rows = await TableReader.ReadCsvAsync(folder["s.rows.csv"]);
        Assert.Equal(["index", "label", "voltage"], rows.Columns.Select(c => c.Name));
        Assert.Equal("V", rows.Column("voltage").Unit);
    }

    [Fact]
    public async Task A_cancelled_write_leaves_no_file()
    {
        using var folder = new TempFolder();
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Series().WriteCsvAsync(folder["s.csv"], cancellationToken: stop.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Table().WriteCsvAsync(folder["t.csv"], cancellationToken: stop.Token));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task Steps_write_into_the_output_folder_only_and_record_what_they_write()
    {
        using var folder = new TempFolder();
        var sink = new RecordingSink();
        var environment = new StepEnvironment(AnalysisContext.Default with { Provenance = sink }, folder["out"]);
        FileRef written = await FormatsSteps.WriteTable.RunAsync(Table(), new StepRequest<TableCsvOptions>(new TableCsvOptions { File = "sub/t.csv" }), environment);
        Assert.Equal("sub/t.csv", written.Path);
        Assert.True(File.Exists(folder["out/sub/t.csv"]));
        await FormatsSteps.WriteSeries.RunAsync(Series(), new StepRequest<SeriesCsvOptions>(new SeriesCsvOptions { File = "s.csv", Variance = true }), environment);
        Assert.Equal(["sub/t.csv", "sub/t.csv.units.json", "s.csv", "s.variance.csv"], sink.Produced.OfType<FileRef>().Select(f => f.Path));
        foreach (FileRef file in sink.Produced.OfType<FileRef>())
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(folder["out/" + file.Path]))), file.Sha256);
        foreach (string name in (string[])["../t.csv", "/tmp/t.csv", "a/../../t.csv", "..", ".", " ", "c:t.csv"])
            await Assert.ThrowsAsync<OptionsException>(async () => await FormatsSteps.WriteTable.RunAsync(Table(), new StepRequest<TableCsvOptions>(new TableCsvOptions { File = name }), environment));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task Npy_holds_the_block_byte_for_byte()
    {
        using var folder = new TempFolder();
        SpectrumSeries series = Series();
        await series.WriteNpyAsync(folder["s.npy"]);
        byte[] bytes = File.ReadAllBytes(folder["s.npy"]);
        Assert.Equal("\u0093NUMPY\u0001\0", Encoding.Latin1.GetString(bytes, 0, 8));
        int header = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        Assert.Equal(0, (10 + header) % 64);
        Assert.Equal("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }", Encoding.ASCII.GetString(bytes, 10, header).TrimEnd());
        Assert.Equal((byte)'\n', bytes[9 + header]);
        Assert.Equal(10 + header + (6 * 8), bytes.Length);
        for (int i = 0; i < 6; i++)
            Assert.Equal(BitConverter.DoubleToInt64Bits(series[i / 3][i % 3]), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(10 + header + (8 * i))));
        await ((NumberColumn)series.Columns[0]).WriteNpyAsync(folder["c.npy"]);
        Assert.Contains("'shape': (2,), }", Encoding.ASCII.GetString(File.ReadAllBytes(folder["c.npy"])), StringComparison.Ordinal);
        await series.Axis.WriteNpyAsync(folder["x.npy"]);
        for (int n = 1; n < 100_000_000; n *= 7)
            Assert.Equal(0, NpyWriter.Header([n, n]).Length % 64);
    }

    [Fact]
    public async Task NumPy_reads_what_is_written()
    {
        string python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
        if (Run(python, "import numpy") is not { ExitCode: 0 })
            Assert.Skip("python3 with numpy is not on this machine.");
        using var folder = new TempFolder();
        SpectrumSeries series = Series();
        await series.WriteNpyAsync(folder["s.npy"]);
        (int code, string output) = Run(python, $"import numpy; a = numpy.load('{folder["s.npy"]}'); print(a.shape, a.dtype, a.flags['C_CONTIGUOUS'], a.tobytes().hex())")!.Value;
        Assert.Equal(0, code);
        var bytes = new byte[48];
        for (int i = 0; i < 6; i++)
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(8 * i), series[i / 3][i % 3]);
        Assert.Equal($"(2, 3) float64 True {Convert.ToHexStringLower(bytes)}", output.Trim());
    }

    private static (int ExitCode, string Output)? Run(string python, string code)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(python, ["-c", code]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static ResultTable Table() => new("fits",
    [
        new IntegerColumn("index", new long[] { 0, 1 }),
        new TextColumn("label", ["a", "b, c"]),
        new StatusColumn("status", new[] { RowStatus.Ok, RowStatus.MaxIterations }),
        new NumberColumn("H1.center", "deg", new[] { 18.5, double.NaN }, new[] { 0.25, double.NaN }, new[] { StandardErrorStatus.Given, StandardErrorStatus.NoResult }),
        new TimeColumn("time", new DateTimeOffset?[] { new(2024, 1, 1, 0, 0, 0, TimeSpan.FromHours(1)), null }),
    ]);

    private static SpectrumSeries Series() => SpectrumSeries.Wrap(
        new Axis(new[] { 17, 17.1, 17.2 }, AxisQuantity.TwoTheta, "deg"),
        new[] { 1, 0.1 + 0.2, double.NaN, 4e-300, -0.0, 1e300 },
        2,
        new SeriesAttributes { Variance = new[] { 1, 2, double.NaN, 4, 5, 1.0 / 3 }, Labels = ["a", "b, c"], Columns = [new NumberColumn("voltage", "V", new[] { 3.5, 4 })] });

    private static void AssertSame(IResultTable expected, IResultTable actual)
    {
        Assert.Equal(expected.Name, actual.Name);
        Assert.Equal(expected.Columns.Select(c => (c.Name, c.Unit, c.GetType(), c.Count)), actual.Columns.Select(c => (c.Name, c.Unit, c.GetType(), c.Count)));
        for (int c = 0; c < expected.Columns.Count; c++)
        {
            for (int row = 0; row < expected.RowCount; row++)
                Assert.Equal(expected.Columns[c].Text(row), actual.Columns[c].Text(row));
            if (expected.Columns[c] is NumberColumn a && actual.Columns[c] is NumberColumn b)
            {
                Assert.Equal(Bits(a.Values), Bits(b.Values));
                Assert.Equal(Bits(a.StandardErrors), Bits(b.StandardErrors));
                Assert.Equal(a.ErrorStatus.ToArray(), b.ErrorStatus.ToArray());
            }
        }
    }

    // Every NaN is "missing"; all others must agree in every bit.
    private static long[] Bits(ReadOnlyMemory<double> values) => [.. values.ToArray().Select(v => BitConverter.DoubleToInt64Bits(double.IsNaN(v) ? double.NaN : v))];
}
