using System.Globalization;
using BigMap.Analysis.Formats;
using BigMap.Analysis.Provenance;
using BigMap.Analysis.Reporting;
using BigMap.Analysis.Spectra.Baseline;
using BigMap.Analysis.Spectra.PeakFit;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.MainJob.Tests;

/// <summary>The main job through the public surface only: files, recipe, tables, record, replay.</summary>
public sealed class MainJobTests : IDisposable
{
    private const string FixedColumns = "index,label,status,iterations,chi_square,reduced_chi_square";
    private static readonly StepCatalogue Catalogue = new(SeriesSteps.All, FormatsSteps.All, BaselineSteps.All, PeakFitSteps.All, ReportingSteps.All);
    private readonly string _folder = Directory.CreateTempSubdirectory("bigmap-").FullName;

    private static string Patterns => ReferenceData.Shipped("samples/data/operando-lno-003/patterns.csv");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_shipped_series_gives_a_table_with_the_agreed_columns_and_areas_near_the_truth()
    {
        FitSeries fits = (await Run("a")).Result<FitSeries>("fit");
        string header = File.ReadLines(Path.Combine(_folder, "a", "fits.csv")).First();
        Assert.StartsWith(FixedColumns + ",H1.center,H1.center.stderr,", header, StringComparison.Ordinal);
        foreach (string name in (string[])["center", "fwhm", "area", "height", "eta"])
        {
            foreach (string peak in (string[])["H1", "H3"])
                Assert.Contains($",{peak}.{name},{peak}.{name}.stderr", header, StringComparison.Ordinal);
        }

        Assert.Equal(150, fits.Count);
        Assert.All(Enumerable.Range(0, 150), row => Assert.True(fits.StatusOf(row).IsUsable()));

        // What the recipe is for: where a component has a fifth of the intensity or more, its area is right in the median within 1 %, and an
        // absent one stays below 2 % of the other.
        var truth = new GoldenCsv(ReferenceData.Shipped("samples/data/operando-lno-003/truth.csv"));
        foreach ((string peak, string other, string number) in ((string, string, string)[])[("H1", "H3", "1"), ("H3", "H1", "2")])
        {
            double[] area = truth["area" + number], rest = truth["area" + (number == "1" ? "2" : "1")];
            int[] strong = [.. Enumerable.Range(0, 150).Where(row => area[row] >= 0.2 * (area[row] + rest[row]))];
            double[] bias = [.. strong.Select(row => (fits[row][$"{peak}.area"] / area[row]) - 1).Order()];
            Assert.InRange(bias[bias.Length / 2], -0.01, 0.01);
            double[] shift = [.. strong.Select(row => Math.Abs(fits[row][$"{peak}.center"] - truth["centre" + number][row]) / fits[row].StandardError($"{peak}.center")).Order()];
            Assert.InRange(shift[shift.Length / 2], 0.3, 1.2);
            foreach (int row in Enumerable.Range(0, 150).Where(row => area[row] == 0))
                Assert.InRange(fits[row][$"{peak}.area"] / fits[row][$"{other}.area"], 0, 0.02);
        }
    }

    [Fact]
    public async Task The_table_is_the_same_for_any_number_of_threads_any_culture_and_with_or_without_a_record()
    {
        await Run("one", AnalysisContext.Default with { MaxDegreeOfParallelism = 1 });
        await Run("two", AnalysisContext.Default with { MaxDegreeOfParallelism = 2, Provenance = new ProvenanceRecorder("t") });
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            await Run("de", AnalysisContext.Default with { MaxDegreeOfParallelism = 2 });
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        foreach (string file in (string[])["fits.csv", "corrected.csv"])
        {
            byte[] one = File.ReadAllBytes(Path.Combine(_folder, "one", file));
            Assert.Equal(one, File.ReadAllBytes(Path.Combine(_folder, "two", file)));
            Assert.Equal(one, File.ReadAllBytes(Path.Combine(_folder, "de", file)));
        }
    }

    [Fact]
    public async Task A_replay_is_identical_and_names_a_changed_byte()
    {
        string input = Path.Combine(_folder, "patterns.csv");
        File.Copy(Patterns, input);
        var recorder = new ProvenanceRecorder("main job");
        Recipe shipped = await Read("lno-003");
        var recipe = new Recipe(shipped.Name, [.. shipped.Steps, RecipeStep.Of("overview", ReportingSteps.WriteOverview, new OverviewFileOptions { Title = "t" }, "fit")], shipped.Title, shipped.Description);
        await recipe.RunAsync(new InputPath(input), new StepEnvironment(AnalysisContext.Default with { Provenance = recorder }, Path.Combine(_folder, "first")), TestContext.Current.CancellationToken);
        string record = Path.Combine(_folder, "first", "provenance.json");
        await recorder.SaveAsync(record, TestContext.Current.CancellationToken);
        ReplayReport same = await Replay.RunAsync(record, Catalogue, new ReplayOptions { OutputFolder = Path.Combine(_folder, "again") }, TestContext.Current.CancellationToken);
        Assert.True(same.IsIdentical, same.Report());
        foreach (string file in (string[])["fits.csv", "fits.csv.units.json", "corrected.csv", "overview.svg"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "first", file)), File.ReadAllBytes(Path.Combine(_folder, "again", file)));

        byte[] bytes = File.ReadAllBytes(input);
        int digit = bytes.Length / 2;
        while (bytes[digit] is < (byte)'1' or > (byte)'8')
            digit++;
        bytes[digit]++;
        File.WriteAllBytes(input, bytes);
        ReplayReport changed = await Replay.RunAsync(record, Catalogue, new ReplayOptions { OutputFolder = Path.Combine(_folder, "changed") }, TestContext.Current.CancellationToken);
        Assert.False(changed.IsIdentical);
        Assert.Contains("patterns.csv", changed.Report(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_row_gets_a_status_and_changes_no_other()
    {
        string[] lines = File.ReadAllLines(Patterns);
        string bad = Path.Combine(_folder, "bad.csv");
        var values = new Dictionary<int, string> { [3] = "nan", [5] = "0", [7] = "1e12" };
        File.WriteAllLines(bad, lines.Select((line, i) =>
        {
            string[] cells = line.Split(',');
            foreach ((int row, string value) in values)
            {
                if (i > 0 && (row != 3 || i == 200))
                    cells[row + 1] = value;
            }

            return string.Join(',', cells);
        }));
        await Run("good");
        FitSeries fits = (await Run("bad", input: bad)).Result<FitSeries>("fit");
        Assert.Equal(RowStatus.NotFinite, fits.StatusOf(3));
        Assert.True(double.IsNaN(fits[3]["H1.center"]));
        string[] good = File.ReadAllLines(Path.Combine(_folder, "good", "fits.csv")), table = File.ReadAllLines(Path.Combine(_folder, "bad", "fits.csv"));
        Assert.Equal(good.Length, table.Length);
        for (int row = 0; row < 150; row++)
        {
            if (!values.ContainsKey(row))
                Assert.Equal(good[row + 1], table[row + 1]);
        }

        Assert.All([5, 7], row => Assert.NotEqual(RowStatus.Ok, fits.StatusOf(row)));
    }

    [Fact]
    public async Task Counts_times_a_billion_give_the_same_fit_times_a_billion()
    {
        Recipe recipe = await Read("lno-003");
        recipe = recipe.WithOption("fit", "weighting", "\"none\"");
        SpectrumSeries raw = (await SeriesReader.ReadAsync(Patterns, cancellationToken: TestContext.Current.CancellationToken)).Series.Slice(100..120);
        var trim = (TrimOptions)recipe["trim"].Options;
        var asls = (AslsOptions)recipe["baseline"].Options;
        var model = (PeakFitOptions)recipe["fit"].Options;
        FitSeries reference = raw.Trim(trim.From!.Value, trim.To!.Value).EstimateBaseline(asls).Corrected.Fit(model);
        foreach (double scale in (double[])[1e-9, 1e9])
        {
            double[] y = [.. Enumerable.Range(0, raw.Count).SelectMany(row => raw[row].ToArray().Select(v => v * scale))];
            FitSeries scaled = raw.WithIntensity(y, default).Trim(trim.From.Value, trim.To.Value).EstimateBaseline(asls).Corrected.Fit(model);
            for (int row = 0; row < raw.Count; row++)
            {
                Assert.Equal(reference.StatusOf(row), scaled.StatusOf(row));
                double chi = reference[row].Info.ChiSquare;
                Assert.Equal(chi, scaled[row].Info.ChiSquare / scale / scale, 1e-9 * chi);
                Assert.Equal(reference[row]["H1.center"], scaled[row]["H1.center"], 1e-6 * reference[row].StandardError("H1.center"));
            }
        }
    }

    [Fact]
    public async Task Cancelling_leaves_a_record_of_what_was_done_and_no_half_written_table()
    {
        using var stop = new CancellationTokenSource();
        var recorder = new ProvenanceRecorder("cancelled");
        var context = AnalysisContext.Default with { Provenance = recorder, MaxDegreeOfParallelism = 1, Progress = new Hook(p => { if (p.Step == "baseline.asls") stop.Cancel(); }) };
        Recipe recipe = await Read("lno-003");
        string folder = Path.Combine(_folder, "cancelled");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => recipe.RunAsync(new InputPath(Patterns), new StepEnvironment(context, folder), stop.Token));
        Assert.Empty(Directory.GetFiles(folder));
        await recorder.SaveAsync(Path.Combine(folder, "provenance.json"), TestContext.Current.CancellationToken);
        ProvenanceRecord record = await ProvenanceRecord.ReadAsync(Path.Combine(folder, "provenance.json"), TestContext.Current.CancellationToken);
        Assert.Contains(record.Actions, a => a.Step.Operation == "spectra.trim" && a.State == ActionState.Completed);
    }

    [Fact]
    public async Task A_file_that_is_still_being_written_is_waited_for()
    {
        byte[] bytes = File.ReadAllBytes(Patterns);
        string folder = Path.Combine(_folder, "scans");
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, "patterns.csv");
        File.WriteAllBytes(file, bytes[..(bytes.Length / 3)]);
        Recipe recipe = (await Read("lno-003"))
            .WithOption("read", "waitForStable", "true")
            .WithOption("read", "stability.quietSeconds", "0.5")
            .WithOption("read", "stability.pollSeconds", "0.05");
        Task<RecipeRun> run = recipe.RunAsync(new InputPath(folder), new StepEnvironment(AnalysisContext.Default, Path.Combine(_folder, "waited")), TestContext.Current.CancellationToken);
        for (int part = 1; part < 3; part++)
        {
            await Task.Delay(150, TestContext.Current.CancellationToken);
            using FileStream stream = new(file, FileMode.Append);
            stream.Write(bytes, part * (bytes.Length / 3), part == 2 ? bytes.Length - (2 * (bytes.Length / 3)) : bytes.Length / 3);
        }

        await run;
        await Run("whole");
        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "whole", "fits.csv")), File.ReadAllBytes(Path.Combine(_folder, "waited", "fits.csv")));
    }

    [Theory]
    [InlineData("lno-003")]
    [InlineData("raman-map")]
    [InlineData("xrd-repeats")]
    public async Task Recipes_written_by_0_1_0_are_read_and_mean_the_same(string name)
    {
        Recipe kept = await Recipe.ReadAsync(ReferenceData.Shipped($"tests/data/recipes/0.1.0/{name}.json"), Catalogue, TestContext.Current.CancellationToken);
        Assert.Equal(kept.ToJson(), Recipe.Parse(kept.ToJson(), Catalogue).ToJson());

        // The kept file holds every option; one that a later version adds may only have a default.
        foreach (string line in File.ReadLines(ReferenceData.Shipped($"tests/data/recipes/0.1.0/{name}.json")).Select(l => l.Trim().TrimEnd(',')).Where(l => l.Contains(':', StringComparison.Ordinal) && !l.EndsWith('{') && !l.EndsWith('[')))
            Assert.Contains(line, kept.ToJson(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("raman-map/map.csv", "raman-map", 300)]
    [InlineData("xrd-lab/repeat_scans_c1_c6.csv", "xrd-repeats", 6)]
    public async Task Measured_series_run_through_the_same_job(string input, string recipe, int rows)
    {
        string path = ReferenceData.File("spectra/" + input);
        FitSeries fits = (await (await Read(recipe)).RunAsync(new InputPath(path), new StepEnvironment(AnalysisContext.Default, Path.Combine(_folder, recipe)), TestContext.Current.CancellationToken)).Result<FitSeries>("fit");
        Assert.Equal(rows, fits.Count);
        Assert.InRange(Enumerable.Range(0, rows).Count(row => fits.StatusOf(row).IsUsable()), (int)(0.99 * rows), rows);
        Assert.Equal(rows + 1, File.ReadLines(Path.Combine(_folder, recipe, "fits.csv")).Count());
    }

    private static Task<Recipe> Read(string name) => Recipe.ReadAsync(ReferenceData.Shipped($"samples/recipes/{name}.json"), Catalogue, TestContext.Current.CancellationToken);

    private async Task<RecipeRun> Run(string folder, AnalysisContext? context = null, string? input = null) =>
        await (await Read("lno-003")).RunAsync(new InputPath(input ?? Patterns), new StepEnvironment(context ?? AnalysisContext.Default, Path.Combine(_folder, folder)), TestContext.Current.CancellationToken);

    private sealed class Hook(Action<BatchProgress> action) : IProgress<BatchProgress>
    {
        public void Report(BatchProgress value) => action(value);
    }
}
