using System.Globalization;
using System.Text;
using BigMap.Analysis.Formats;
using BigMap.Analysis.Spectra.Baseline;
using BigMap.Analysis.Spectra.PeakFit;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Provenance.Tests;

public class TraceTests
{
    private static readonly StepCatalogue Catalogue = new(SeriesSteps.All, FormatsSteps.All, BaselineSteps.All, PeakFitSteps.All, [TestSteps.Scale, TestSteps.Sum]);

    [Fact]
    public async Task FourHundredNumbersOfTheMainJobGoBackToTheirBytes()
    {
        using var folder = new TemporaryFolder();
        string input = folder["patterns.csv"];
        File.Copy(ReferenceData.Shipped("samples/data/operando-lno-003/patterns.csv"), input);
        Recipe recipe = (await Recipe.ReadAsync(ReferenceData.Shipped("samples/recipes/lno-003.json"), Catalogue, TestContext.Current.CancellationToken)).WithExclusion("fit", 7, "beam dump");
        await RunAsync(recipe, input, folder);
        Trace trace = await Trace.OpenAsync(folder["out/provenance.json"], Catalogue, cancellationToken: TestContext.Current.CancellationToken);

        // Where the fields of the input begin and end, found by counting commas and line ends.
        byte[] bytes = await File.ReadAllBytesAsync(input, TestContext.Current.CancellationToken);
        List<List<ByteRange>> cells = Cells(bytes);
        double[] x = [.. cells.Skip(1).Select(l => Number(bytes, l[0]))];
        int[] used = [.. Enumerable.Range(0, x.Length).Where(i => x[i] is >= 17.6 and <= 20.6)];
        string[] table = File.ReadAllLines(folder["out/fits.csv"]), series = File.ReadAllLines(folder["out/corrected.csv"]);
        string[] names = table[0].Split(',');
        string[] labels = series[0].Split(',');
        var random = new Random(1);
        for (int n = 0; n < 400; n++)
        {
            bool ofTable = n % 2 == 0;
            int line = random.Next(ofTable ? table.Length - 1 : series.Length - 1), column = random.Next(1, ofTable ? names.Length : labels.Length);
            TraceAnswer answer = trace.Number(ofTable ? "fits.csv" : "corrected.csv", line, ofTable ? names[column] : labels[column]);
            int row = ofTable ? line : column - 1;
            Assert.Equal([row], answer.SourceRows);
            Assert.Equal((ofTable ? table : series)[line + 1].Split(',')[column], answer.Text);
            Assert.Equal(answer.Text, Encoding.UTF8.GetString(File.ReadAllBytes(folder["out/" + answer.File.Path]), (int)answer.Bytes!.Value.Start, (int)answer.Bytes.Value.Length));
            TraceInput file = Assert.Single(answer.Inputs);
            Assert.Equal((ReplayFileState.Identical, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))), (file.State, file.File.Sha256));
            Assert.Equal([row, -1], file.Locations.Select(l => l.SourceRow));
            Assert.Equal(used.Select(i => cells[i + 1][row + 1]), file.Locations[0].Bytes);
            Assert.Equal(used.Select(i => cells[i + 1][0]), file.Locations[1].Bytes);
            Assert.Equal((used[0] + 2, used[^1] + 2, row + 2), (file.Locations[0].FirstLine, file.Locations[0].LastLine, file.Locations[0].FirstField));
            string[] steps = ofTable ? ["read", "counts", "trim", "baseline", "fit", "fits.csv"] : ["read", "counts", "trim", "baseline", "corrected.csv"];
            Assert.Equal(steps, answer.Steps.Select(s => s.Action.StepId));
            Assert.Equal(ofTable && row == 7, answer.Steps.Any(s => s.Decision.Contains("beam dump", StringComparison.Ordinal)));
            Assert.Empty(answer.Notes);
        }

        string report = trace.Number("fits.csv", 119, "H3.center").Report();
        foreach (string part in (string[])["fits.csv, row 119, H3.center = ", "sha256 ", "row 119: lines 62 to 362, field 121, 301 values, bytes ", "baseline.asls version 1, BigMap.Analysis.Spectra.Baseline 0.1.0", "\"lambda\":100000000"])
            Assert.Contains(part, report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Arrangement.Columns, ';', true, false)]
    [InlineData(Arrangement.Columns, '\t', false, true)]
    [InlineData(Arrangement.Rows, ',', false, false)]
    [InlineData(Arrangement.Rows, '\t', false, true)]
    [InlineData(Arrangement.Folder, ' ', false, false)]
    [InlineData(Arrangement.Folder, '\t', false, true)]
    public async Task AHundredNumbersOfEveryArrangementGoBackToTheirBytes(Arrangement arrangement, char separator, bool decimalComma, bool descending)
    {
        using var folder = new TemporaryFolder();
        var written = new WrittenData(arrangement, separator, decimalComma, descending, folder);
        var recipe = new Recipe("sums", [
            RecipeStep.Of("read", FormatsSteps.ReadText, new TextReadOptions { AxisQuantity = AxisQuantity.RamanShift, AxisUnit = "cm^-1", Layout = arrangement == Arrangement.Rows ? TextLayout.RowPerSpectrum : TextLayout.Columns }),
            RecipeStep.Of("trim", BaselineSteps.Trim, new TrimOptions { From = 103.1, To = 118.6 }),
            RecipeStep.Of("scale", TestSteps.Scale, new ScaleOptions { Factor = 3 }),
            RecipeStep.Of("sum", TestSteps.Sum),
            RecipeStep.Of("sums.csv", FormatsSteps.WriteTable, new TableCsvOptions { File = "sums.csv" }),
            RecipeStep.Of("scaled.csv", FormatsSteps.WriteSeries, new SeriesCsvOptions { File = "scaled.csv" }, "scale"),
        ]);
        await RunAsync(recipe, written.Path, folder);
        Trace trace = await Trace.OpenAsync(folder["out/provenance.json"], Catalogue, cancellationToken: TestContext.Current.CancellationToken);
        string[] labels = File.ReadLines(folder["out/scaled.csv"]).First().Split(',');
        var random = new Random(2);
        for (int n = 0; n < 100; n++)
        {
            int row = random.Next(WrittenData.Count);
            TraceAnswer answer = n % 2 == 0 ? trace.Number("sums.csv", row, "sum") : trace.Number("scaled.csv", random.Next(5), labels[row + 1]);
            Assert.Equal([row], answer.SourceRows);
            TraceInput input = Assert.Single(answer.Inputs);
            Assert.Equal(System.IO.Path.GetFileName(written.FileOf(row)), System.IO.Path.GetFileName(input.File.Path));
            Assert.Equal(written.Bytes(row), Covered(input.Locations.Single(l => l.SourceRow == row), arrangement == Arrangement.Rows));
            Assert.Equal(written.AxisBytes(row), Covered(input.Locations.Single(l => l.SourceRow == -1), arrangement == Arrangement.Rows));
            Assert.Equal(n % 2 == 0 ? 1 : 0, answer.Notes.Count);
        }
    }

    [Fact]
    public async Task AnHdf5DatasetIsNamedByItsPath()
    {
        using var folder = new TemporaryFolder();
        SpectrumSeries series = TestSteps.MakeSeries(6);
        await FormatsSteps.WriteSeriesHdf5.RunAsync(series, new(new SeriesHdf5Options { File = "in.h5" }), new StepEnvironment(AnalysisContext.Default, folder.Path), TestContext.Current.CancellationToken);
        foreach (bool named in (bool[])[true, false])
        {
            ReadResult plain = await SeriesReader.ReadHdf5Async(folder["in.h5"], cancellationToken: TestContext.Current.CancellationToken);
            string dataset = plain.Report.Files[0].Decision("dataset")!.Value;
            var recipe = new Recipe("sums", [
                RecipeStep.Of("read", FormatsSteps.ReadHdf5, new Hdf5ReadOptions { Dataset = named ? dataset : string.Empty }),
                RecipeStep.Of("sum", TestSteps.Sum),
                RecipeStep.Of("sums.csv", FormatsSteps.WriteTable, new TableCsvOptions { File = "sums.csv" }),
            ]);
            await RunAsync(recipe, folder["in.h5"], folder);
            Trace trace = await Trace.OpenAsync(folder["out/provenance.json"], Catalogue, new TraceOptions { Locators = named ? [] : [new Hdf5Locator()] }, TestContext.Current.CancellationToken);
            TraceAnswer answer = trace.Number("sums.csv", 4, "sum");
            InputLocation location = Assert.Single(Assert.Single(answer.Inputs).Locations);
            Assert.Equal((dataset + "[4,:]", 5), (location.Hdf5Path, location.Points));
        }
    }

    [Fact]
    public async Task WhatCannotBeFoundOutIsSaid()
    {
        using var folder = new TemporaryFolder();
        await Runs.RecordAsync(folder);
        Trace trace = await Trace.OpenAsync(folder["out/provenance.json"], TestSteps.Catalogue, cancellationToken: TestContext.Current.CancellationToken);
        TraceAnswer answer = trace.Number("sums.csv", 3, "sum");
        Assert.Equal([3], answer.SourceRows);
        Assert.Equal(5, answer.Inputs[0].Locations[0].FirstLine);
        Assert.Contains("beam dump", answer.Steps.Single(s => s.Action.StepId == "scale").Decision, StringComparison.Ordinal);
        Assert.Contains(answer.Notes, n => n.Contains("same order", StringComparison.Ordinal));
        Assert.Throws<ArgumentException>(() => trace.Number("none.csv", 0, "sum"));
        Assert.Throws<ArgumentException>(() => trace.Number("sums.csv", 6, "sum"));
        Assert.Throws<ArgumentException>(() => trace.Number("sums.csv", 0, "none"));
        Assert.Contains(trace.Number("scaled.txt", 2, "0").Notes, n => n.Contains("no text of one line for each row", StringComparison.Ordinal));

        // A catalogue without the reading step, a changed input, no input.
        Trace without = await Trace.OpenAsync(folder["out/provenance.json"], new StepCatalogue([TestSteps.Sum]), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains("no reading step of this catalogue", without.Number("sums.csv", 3, "sum").Report(), StringComparison.Ordinal);
        File.AppendAllText(folder["out/data/in.txt"], "1 2 3 4 5\n");
        Trace changed = await Trace.OpenAsync(folder["out/provenance.json"], TestSteps.Catalogue, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(ReplayFileState.Differs, changed.Number("sums.csv", 3, "sum").Inputs[0].State);
        Assert.Contains("HAS CHANGED SINCE", changed.Number("sums.csv", 3, "sum").Report(), StringComparison.Ordinal);
        File.Delete(folder["out/data/in.txt"]);
        Trace missing = await Trace.OpenAsync(folder["out/provenance.json"], TestSteps.Catalogue, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(ReplayFileState.Missing, missing.Number("sums.csv", 3, "sum").Inputs[0].State);
        Assert.Empty(missing.Number("sums.csv", 3, "sum").Inputs[0].Locations);
    }

    [Fact]
    public async Task RowsThatWereChosenGoBackToTheirOwnNumbers()
    {
        using var folder = new TemporaryFolder();
        string input = folder.Write("in.txt", TestSteps.Text(TestSteps.MakeSeries(9)));
        var recipe = new Recipe("chosen", [
            RecipeStep.Of("read", TestSteps.Read),
            RecipeStep.Of("select", SeriesSteps.Select, new SelectOptions { First = 2, Last = 7, Every = 2 }),
            RecipeStep.Of("sum", TestSteps.Sum),
            RecipeStep.Of("sums.csv", FormatsSteps.WriteTable, new TableCsvOptions { File = "sums.csv" }),
        ]);
        await RunAsync(recipe, input, folder, new StepCatalogue(TestSteps.All, SeriesSteps.All, [FormatsSteps.WriteTable]));
        Trace trace = await Trace.OpenAsync(folder["out/provenance.json"], new StepCatalogue(TestSteps.All, SeriesSteps.All, [FormatsSteps.WriteTable]), cancellationToken: TestContext.Current.CancellationToken);
        for (int row = 0; row < 3; row++)
        {
            TraceAnswer answer = trace.Number("sums.csv", row, "sum");
            Assert.Equal([2 + (2 * row)], answer.SourceRows);
            Assert.Equal(2 + 2 + (2 * row), answer.Inputs[0].Locations[0].FirstLine);
        }
    }

    [Fact]
    public async Task AllPointsAreGivenWhereAStepChangedTheAxis()
    {
        using var folder = new TemporaryFolder();
        string input = folder.Write("in.txt", TestSteps.Text(TestSteps.MakeSeries(3, points: 12)));
        var catalogue = new StepCatalogue(TestSteps.All, SeriesSteps.All, [FormatsSteps.WriteTable]);
        var recipe = new Recipe("rebinned", [
            RecipeStep.Of("read", TestSteps.Read),
            RecipeStep.Of("rebin", SeriesSteps.Rebin, new RebinOptions { Width = 1.5 }),
            RecipeStep.Of("sum", TestSteps.Sum),
            RecipeStep.Of("sums.csv", FormatsSteps.WriteTable, new TableCsvOptions { File = "sums.csv" }),
        ]);
        await RunAsync(recipe, input, folder, catalogue);
        Trace trace = await Trace.OpenAsync(folder["out/provenance.json"], catalogue, cancellationToken: TestContext.Current.CancellationToken);
        TraceAnswer answer = trace.Number("sums.csv", 1, "sum");

        // The middles of the bins begin behind the first points, which went into them all the same.
        InputLocation row = answer.Inputs[0].Locations[0];
        Assert.Equal((1, 12, 3L), (row.SourceRow, row.Points, row.FirstLine));
        string line = File.ReadAllLines(input)[2];
        Assert.Equal(line, Encoding.UTF8.GetString(File.ReadAllBytes(input), (int)row.Bytes[0].Start, (int)row.Bytes[0].Length));
        Assert.Contains(answer.Notes, n => n.Contains("changed the axis", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("x,a,b\n1,5,5\n2,6,6\n3,7,7\n", true, true)]
    [InlineData("x,a,b\n1,5,5\n2,6,6\n3,7,7\n", false, false)]
    [InlineData("x,a,b\n1,5,5\n2,6,6\n3,7,8\n", true, false)]
    public async Task NumbersThatStandTwiceAreSaidToBe(string text, bool oneColumn, bool twice)
    {
        using var folder = new TemporaryFolder();
        string input = folder.Write("in.csv", text);
        var recipe = new Recipe("twice", [
            RecipeStep.Of("read", FormatsSteps.ReadText, new TextReadOptions { AxisQuantity = AxisQuantity.RamanShift, AxisUnit = "cm^-1", Columns = oneColumn ? ["1", "3"] : [] }),
            RecipeStep.Of("sum", TestSteps.Sum),
            RecipeStep.Of("sums.csv", FormatsSteps.WriteTable, new TableCsvOptions { File = "sums.csv" }),
        ]);
        await RunAsync(recipe, input, folder);
        Trace trace = await Trace.OpenAsync(folder["out/provenance.json"], Catalogue, cancellationToken: TestContext.Current.CancellationToken);
        TraceAnswer answer = trace.Number("sums.csv", 0, "sum");
        Assert.Equal(twice, answer.Notes.Any(n => n.Contains("another place", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("utf-8", false, "\r\n")]
    [InlineData("utf-8", true, "\n")]
    [InlineData("utf-16", true, "\r\n")]
    [InlineData("utf-16BE", true, "\n")]
    public async Task BytesAreRightInEveryEncoding(string encoding, bool mark, string lineEnd)
    {
        using var folder = new TemporaryFolder();
        Encoding code = Encoding.GetEncoding(encoding);
        string text = string.Join(lineEnd, "# µ 2024 1 2", "x;a;b", "1.0e+00;5,0E2;-1e-3".Replace(',', '.'), "2;6;0", "3;+7;0", "4;.5;0", string.Empty);
        string input = folder["in.csv"];
        File.WriteAllBytes(input, [.. mark ? code.GetPreamble() : [], .. code.GetBytes(text)]);
        var recipe = new Recipe("encoded", [
            RecipeStep.Of("read", FormatsSteps.ReadText, new TextReadOptions { AxisQuantity = AxisQuantity.RamanShift, AxisUnit = "cm^-1" }),
            RecipeStep.Of("sum", TestSteps.Sum),
            RecipeStep.Of("sums.csv", FormatsSteps.WriteTable, new TableCsvOptions { File = "sums.csv" }),
        ]);
        await RunAsync(recipe, input, folder);
        Trace trace = await Trace.OpenAsync(folder["out/provenance.json"], Catalogue, cancellationToken: TestContext.Current.CancellationToken);
        byte[] bytes = File.ReadAllBytes(input);
        InputLocation[] places = [.. trace.Number("sums.csv", 0, "sum").Inputs[0].Locations];
        Assert.Equal(["5.0E2", "6", "+7", ".5"], places[0].Bytes.Select(b => code.GetString(bytes, (int)b.Start, (int)b.Length)));
        Assert.Equal(["1.0e+00", "2", "3", "4"], places[1].Bytes.Select(b => code.GetString(bytes, (int)b.Start, (int)b.Length)));
        Assert.Equal((3L, 6L, 2), (places[0].FirstLine, places[0].LastLine, places[0].FirstField));
    }

    private static async Task RunAsync(Recipe recipe, string input, TemporaryFolder folder, StepCatalogue? catalogue = null)
    {
        var recorder = new ProvenanceRecorder(recipe.Name);
        _ = catalogue;
        await recipe.RunAsync(new InputPath(input), new StepEnvironment(recorder.Context, folder["out"]), TestContext.Current.CancellationToken);
        await recorder.SaveAsync(folder["out/provenance.json"], TestContext.Current.CancellationToken);
    }

    // Numbers that stand side by side are given as one range; without its separators it is the numbers.
    private static ByteRange[] Covered(InputLocation location, bool asRun) => asRun && location.Bytes.Count > 1
        ? [new ByteRange(location.Bytes.Min(b => b.Start), location.Bytes.Max(b => b.End) - location.Bytes.Min(b => b.Start))]
        : [.. location.Bytes];

    private static double Number(byte[] bytes, ByteRange cell) => double.Parse(Encoding.UTF8.GetString(bytes, (int)cell.Start, (int)cell.Length), CultureInfo.InvariantCulture);

    private static List<List<ByteRange>> Cells(byte[] bytes)
    {
        var lines = new List<List<ByteRange>> { new() };
        int start = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] is not ((byte)',' or (byte)'\n'))
                continue;
            lines[^1].Add(new ByteRange(start, i - start));
            start = i + 1;
            if (bytes[i] == '\n' && i + 1 < bytes.Length)
                lines.Add([]);
        }

        return lines;
    }

    public enum Arrangement
    {
        Columns,
        Rows,
        Folder,
    }

    private sealed class Hdf5Locator : IInputLocator
    {
        public InputLocation? Locate(object read, RecordedEntity file, string path, int sourceRow) => read is ReadResult { Report.Files: [var one] } result && one.Decision("dataset") is { } dataset
            ? new InputLocation { SourceRow = sourceRow, Points = result.Series.Length, Hdf5Path = $"{dataset.Value}[{sourceRow},:]" }
            : null;
    }

    /// <summary>Files that note, while they are written, at which byte each number begins.</summary>
    private sealed class WrittenData
    {
        public const int Count = 12;
        private const int Points = 40;
        private readonly Dictionary<(int Row, int Point), (string File, ByteRange Bytes)> _numbers = [];
        private readonly Arrangement _arrangement;

        public WrittenData(Arrangement arrangement, char separator, bool decimalComma, bool descending, TemporaryFolder folder)
        {
            _arrangement = arrangement;
            var random = new Random(3);
            double[] x = [.. Enumerable.Range(0, Points).Select(i => 100 + (0.5 * i))];
            double[][] y = [.. Enumerable.Range(0, Count).Select(_ => Enumerable.Range(0, Points).Select(_ => Math.Round(random.NextDouble() * 1000, 2)).ToArray())];
            y[4] = [.. y[3]];
            int[] order = descending ? [.. Enumerable.Range(0, Points).Reverse()] : [.. Enumerable.Range(0, Points)];
            string Text(double v) => v.ToString("R", CultureInfo.InvariantCulture).Replace('.', decimalComma ? ',' : '.');
            var text = new StringBuilder();
            string file = string.Empty;
            void Put(int row, int point, double value)
            {
                string number = Text(value);
                _numbers[(row, point)] = (file, new ByteRange(text.Length, number.Length));
                text.Append(number);
            }

            switch (arrangement)
            {
                case Arrangement.Columns:
                    file = folder["data.txt"];
                    text.Append("# made for a test\r\nshift");
                    for (int row = 0; row < Count; row++)
                        text.Append(separator).Append("s").Append(row);
                    text.Append("\r\n");
                    foreach (int i in order)
                    {
                        Put(-1, i, x[i]);
                        for (int row = 0; row < Count; row++)
                        {
                            text.Append(separator);
                            Put(row, i, y[row][i]);
                        }

                        text.Append("\r\n");
                    }

                    File.WriteAllText(file, text.ToString());
                    Path = file;
                    break;
                case Arrangement.Rows:
                    file = folder["data.csv"];
                    text.Append("x_um").Append(separator).Append("y_um");
                    foreach (int i in order)
                    {
                        text.Append(separator);
                        Put(-1, i, x[i]);
                    }

                    for (int row = 0; row < Count; row++)
                    {
                        text.Append('\n').Append(row).Append(separator).Append('7');
                        foreach (int i in order)
                        {
                            text.Append(separator);
                            Put(row, i, y[row][i]);
                        }
                    }

                    text.Append('\n');
                    File.WriteAllText(file, text.ToString());
                    Path = file;
                    break;
                default:
                    Path = Directory.CreateDirectory(folder["scans"]).FullName;
                    for (int row = 0; row < Count; row++)
                    {
                        text.Clear();
                        file = System.IO.Path.Combine(Path, $"scan{row}.txt");
                        foreach (int i in order)
                        {
                            Put(-1 - row, i, x[i]);
                            text.Append(separator);
                            Put(row, i, y[row][i]);
                            text.Append('\n');
                        }

                        File.WriteAllText(file, text.ToString());
                    }

                    break;
            }
        }

        public string Path { get; }

        public string FileOf(int row) => _numbers[(row, 0)].File;

        public ByteRange[] Bytes(int row) => Ranges(row);

        public ByteRange[] AxisBytes(int row) => Ranges(_arrangement == Arrangement.Folder ? -1 - row : -1);

        // The points from 103.5 to 118.5.
        private ByteRange[] Ranges(int row)
        {
            ByteRange[] each = [.. Enumerable.Range(7, 31).Select(i => _numbers[(row, i)].Bytes).OrderBy(b => b.Start)];
            return _arrangement == Arrangement.Rows ? [new ByteRange(each[0].Start, each[^1].End - each[0].Start)] : each;
        }
    }
}
