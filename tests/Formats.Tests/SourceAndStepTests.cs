using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace BigMap.Analysis.Formats.Tests;

public class SourceAndStepTests
{
    [Theory]
    [InlineData("utf8", "\n")]
    [InlineData("utf8", "\r\n")]
    [InlineData("utf8", "\r")]
    [InlineData("mark", "\n")]
    [InlineData("latin", "\n")]
    [InlineData("wide", "\r\n")]
    [InlineData("wide big mark", "\n")]
    public async Task The_source_gives_what_the_reader_gives(string encoding, string end)
    {
        // More than one buffer of 256 KiB and more than the 1 MiB on which decisions are taken.
        using var folder = new TempFolder();
        var text = new StringBuilder("# größer" + end + "label,x_um");
        for (int c = 0; c < 400; c++)
            text.Append(CultureInfo.InvariantCulture, $",{900.25 - (0.5 * c)}");
        text.Append(end);
        for (int row = 0; row < 600; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"p{row},{row / 7}");
            for (int c = 0; c < 400; c++)
                text.Append(',').Append(c == 7 && row % 5 == 0 ? "" : (((row * 31) + c) * 0.125).ToString(CultureInfo.InvariantCulture));
            text.Append(row == 300 ? end + "# ü" + end + end : end);
        }

        Encoding chosen = encoding switch
        {
            "mark" => new UTF8Encoding(true),
            "latin" => Encoding.Latin1,
            "wide" => new UnicodeEncoding(false, false),
            "wide big mark" => new UnicodeEncoding(true, true),
            _ => new UTF8Encoding(false),
        };
        string path = folder.Write("m.csv", text.ToString(), chosen);
        SpectrumSeries whole = (await SeriesReader.ReadAsync(path)).Series;
        Assert.Equal(600, whole.Count);
        RowSpectrumSource source = await RowSpectrumSource.OpenAsync(path);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))), source.File.Sha256);
        Assert.Equal(new FileInfo(path).Length, source.File.Length);
        Assert.True(whole.Axis.SameAs(source.Axis));
        foreach (int rows in (int[])[64, 1000])
        {
            int at = 0;
            await foreach (SpectrumSeries block in source.ReadBlocksAsync(rows))
            {
                for (int i = 0; i < block.Count; i++, at++)
                {
                    Assert.Equal(whole[at].ToArray(), block[i].ToArray());
                    Assert.Equal(whole.Label(at), block.Label(i));
                    Assert.Equal(at, block.SourceRow(i));
                }
            }

            Assert.Equal(600, at);
        }
    }

    [Fact]
    public async Task A_source_notices_that_its_file_has_changed()
    {
        using var folder = new TempFolder();
        const string Text = "x_um,y_um,100.5,101.5\n0,0,1,2\n0,1,3,4\n0,2,5,6\n";
        string path = folder.Write("m.csv", Text);
        RowSpectrumSource source = await RowSpectrumSource.OpenAsync(path);
        foreach (string other in (string[])[Text.Replace("3,4", "3,5", StringComparison.Ordinal), Text + "0,3,7,8\n", Text[..^8]])
        {
            File.WriteAllText(path, other);
            int rows = 0;
            await Assert.ThrowsAsync<InputFormatException>(async () =>
            {
                await foreach (SpectrumSeries block in source.ReadBlocksAsync(1))
                    rows += block.Count;
            });
            Assert.True(rows < 3);
        }
    }

    [Theory]
    [InlineData("two_theta_deg,a\n1,2\n2,3\n")]
    [InlineData("x_um,y_um,100.5,101.5\n")]
    [InlineData("")]
    public async Task A_source_over_another_layout_is_refused(string text)
    {
        using var folder = new TempFolder();
        string path = folder.Write("m.csv", text);
        Assert.Equal(path, (await Assert.ThrowsAsync<InputFormatException>(() => RowSpectrumSource.OpenAsync(path))).File);
        await Assert.ThrowsAsync<InputFormatException>(() => RowSpectrumSource.OpenAsync(folder["none.csv"]));
    }

    [Fact]
    public async Task Reading_records_every_file_with_its_hash_and_every_warning()
    {
        using var folder = new TempFolder();
        folder.Write("s/a.csv", ",m,m\n1,2,3\n2,3,4\n");
        folder.Write("s/b.csv", ",m,m\n1,2,3\n2,3,4\n");
        var sink = new RecordingSink();
        var progress = new List<BatchProgress>();
        ReadResult read = await SeriesReader.ReadAsync(folder["s"], null, AnalysisContext.Default with { Provenance = sink, Progress = new Direct(progress.Add) });
        Assert.Equal("read.text", Assert.Single(sink.Steps).Operation);
        Assert.Equal(read.Files, sink.Used);
        Assert.Equal([folder["s/a.csv"], folder["s/b.csv"]], read.Files.Select(f => f.Path));
        Assert.All(read.Files, f => Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(f.Path))), f.Sha256));
        Assert.Same(read, Assert.IsType<ValueRef>(Assert.Single(sink.Produced)).Value);
        Assert.Equal(read.Report.Warnings, sink.Warnings);
        Assert.Equal(["a:m", "a:m (2)", "b:m", "b:m (2)"], Enumerable.Range(0, 4).Select(read.Series.Label));
        Assert.Equal(new BatchProgress(2, 0, 2, "read.text"), progress[^1]);
        string text = read.Report.ToString();
        Assert.Contains("layout = columns", text, StringComparison.Ordinal);
        Assert.Contains("b.csv: read as the one before", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_report_of_a_folder_shows_each_way_of_reading_once()
    {
        using var folder = new TempFolder();
        for (int i = 0; i < 40; i++)
            folder.Write($"s/scan{i}.xy", i == 20 ? "# note\n1 2\n2 3\n3 4\n" : "1 2\n2 3\n3 4\n");
        string text = (await SeriesReader.ReadAsync(folder["s"])).Report.ToString();
        Assert.Contains("scan0.xy: 1 spectrum of 3 points\n", text, StringComparison.Ordinal);
        Assert.Contains("scan1.xy to ", text, StringComparison.Ordinal);
        Assert.Contains("scan19.xy: 19 files read as the one before\n", text, StringComparison.Ordinal);
        Assert.Contains("scan20.xy: 1 spectrum of 3 points\n", text, StringComparison.Ordinal);
        Assert.Contains("scan39.xy: 18 files read as the one before\n", text, StringComparison.Ordinal);
        Assert.Contains("warning: 39 more of this kind (axis_unit_unknown)\n", text, StringComparison.Ordinal);
        Assert.InRange(text.Split('\n').Length, 10, 45);
    }

    [Fact]
    public async Task Reading_without_a_recorder_gives_the_same_numbers()
    {
        using var folder = new TempFolder();
        string path = folder.Write("a.csv", "two_theta_deg,a\n1,0.1\n2,0.2\n");
        SpectrumSeries bare = (await SeriesReader.ReadAsync(path)).Series;
        SpectrumSeries recorded = (await SeriesReader.ReadAsync(path, null, AnalysisContext.Default with { Provenance = new RecordingSink() })).Series;
        Assert.Equal(bare[0].ToArray(), recorded[0].ToArray());
    }

    [Fact]
    public async Task Reading_can_be_cancelled()
    {
        using var folder = new TempFolder();
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SeriesReader.ReadAsync(folder.Write("a.csv", "x,y\n1,2\n"), cancellationToken: stop.Token));
    }

    [Fact]
    public void Options_survive_JSON_and_unknown_ones_are_named()
    {
        foreach (IStep step in FormatsSteps.All)
        {
            string json = step.OptionSet.ToJson(step.OptionSet.Default);
            var faults = new List<OptionFault>();
            object back = step.OptionSet.Read(JsonDocument.Parse(json).RootElement, null, string.Empty, faults);
            Assert.Empty(faults);
            Assert.Equal(json, step.OptionSet.ToJson(back));
            Assert.NotEmpty(step.Title);
            Assert.NotEmpty(step.Description);
        }

        var options = new TextReadOptions { Layout = TextLayout.RowPerSpectrum, CoordinateNames = ["x_um"], AxisUnit = "deg", Stability = new FileStability { QuietSeconds = 3 } };
        string given = TextReadOptions.Set.ToJson(options);
        Assert.Equal(given, TextReadOptions.Set.ToJson(TextReadOptions.Set.Read(JsonDocument.Parse(given).RootElement)));
        OptionsException error = Assert.Throws<OptionsException>(() => TextReadOptions.Set.Read(JsonDocument.Parse("{\"stability\":{\"quietSeconds\":-1},\"headerLines\":-2}").RootElement));
        Assert.Equal(["headerLines", "stability.quietSeconds"], error.Faults.Select(f => f.Path));
        Assert.Equal("colour", Assert.Single(Assert.Throws<OptionsException>(() => TextReadOptions.Set.Read(JsonDocument.Parse("{\"colour\":1}").RootElement)).Faults).Path);
    }

    [Fact]
    public void Names_are_ordered_as_people_do()
    {
        string[] names = ["scan10", "scan2", "scan1b", "scan1a", "scan02", "scan", "Scan3", "a100b2", "a100b10", "a99b1", "99999999999999999999999", "100000000000000000000000"];
        Array.Sort(names, Internal.NaturalOrder.Instance);
        Assert.Equal(["99999999999999999999999", "100000000000000000000000", "Scan3", "a99b1", "a100b2", "a100b10", "scan", "scan1a", "scan1b", "scan02", "scan2", "scan10"], names);
    }

    private sealed class Direct(Action<BatchProgress> act) : IProgress<BatchProgress>
    {
        public void Report(BatchProgress value) => act(value);
    }
}
