using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using BigMap.Analysis.Formats;
using BigMap.Analysis.Spectra.Baseline;
using BigMap.Analysis.Spectra.PeakFit;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Provenance.Tests;

/// <summary>Replays of many recipes in other processes, and of records in which one thing was changed.</summary>
public class ReplayMatrixTests
{
    private const string FolderVariable = "BIGMAP_REPLAY_FOLDER";
    private static readonly StepCatalogue Catalogue = new(SeriesSteps.All, FormatsSteps.All, BaselineSteps.All, PeakFitSteps.All);

    [Fact]
    public async Task TwentyRecipesAreIdenticalInFreshProcessesWithOneAndTwoThreadsAndAnyCulture()
    {
        using var folder = new TemporaryFolder();
        int recipes = 0;
        foreach ((string name, Recipe recipe) in Recipes())
        {
            var recorder = new ProvenanceRecorder(name, AnalysisContext.Default with { MaxDegreeOfParallelism = 2 });
            RecipeRun run = await recipe.RunAsync(new InputPath(Patterns(folder)), new StepEnvironment(recorder.Context, folder[name]), TestContext.Current.CancellationToken);
            await recorder.SaveAsync(folder[name + "/provenance.json"], TestContext.Current.CancellationToken);
            Assert.NotEmpty(run.Files);
            recipes++;
        }

        Assert.True(recipes >= 20, $"{recipes} recipes");
        foreach (string culture in (string[])[string.Empty, "de-DE"])
        {
            string program = Path.Combine(AppContext.BaseDirectory, "BigMap.Analysis.Provenance.Tests" + (OperatingSystem.IsWindows() ? ".exe" : string.Empty));
            var start = new ProcessStartInfo(program, ["--filter-method", "*." + nameof(ReplaysAFolderInThisProcess)]) { RedirectStandardOutput = true };
            start.Environment[FolderVariable] = folder.Path;
            start.Environment["BIGMAP_REPLAY_CULTURE"] = culture;
            using Process process = Process.Start(start)!;
            string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, output);
            foreach (int threads in (int[])[1, 2])
                Assert.Equal(recipes.ToString(CultureInfo.InvariantCulture), await File.ReadAllTextAsync(folder[$"replayed-{threads}-{culture}.txt"], TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task ReplaysAFolderInThisProcess()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is not { Length: > 0 } folder)
        {
            Assert.Skip("Carried out by the test of fresh processes.");
            return;
        }

        string culture = Environment.GetEnvironmentVariable("BIGMAP_REPLAY_CULTURE") ?? string.Empty;
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        string[] records = [.. Directory.GetFiles(folder, "provenance.json", SearchOption.AllDirectories)];
        foreach (int threads in (int[])[1, 2])
        {
            int identical = await ReplayAllAsync(folder, records, threads, culture);
            await File.WriteAllTextAsync(Path.Combine(folder, $"replayed-{threads}-{culture}.txt"), identical.ToString(CultureInfo.InvariantCulture), TestContext.Current.CancellationToken);
        }
    }

    private static async Task<int> ReplayAllAsync(string folder, string[] records, int threads, string culture)
    {
        var context = AnalysisContext.Default with { MaxDegreeOfParallelism = threads };
        int identical = 0;
        foreach (string record in records)
        {
            string again = Path.Combine(folder, $"again-{threads}-{culture}", Path.GetFileName(Path.GetDirectoryName(record))!);
            ReplayReport report = await Replay.RunAsync(record, Catalogue, new ReplayOptions { Context = context, OutputFolder = again }, TestContext.Current.CancellationToken);
            Assert.True(report.IsIdentical && report.Outputs.Count > 0 && report.RecordedError.Length == 0, report.Report());
            foreach (ReplayFile file in report.Outputs)
                Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(Path.GetDirectoryName(record)!, file.Path), TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(file.CurrentPath, TestContext.Current.CancellationToken));
            identical++;
        }

        return identical;
    }

    [Fact]
    public async Task TwentyChangedParametersAreNamed()
    {
        using var folder = new TemporaryFolder();
        string record = await RecordAsync(folder);
        JsonNode original = JsonNode.Parse(await File.ReadAllTextAsync(record, TestContext.Current.CancellationToken))!;
        (string Step, string Path, JsonNode Value)[] changes =
        [
            ("trim", "from", 17.8), ("trim", "to", 20.4), ("baseline", "lambda", 2e7), ("baseline", "p", 0.02), ("baseline", "maxIterations", 49),
            ("baseline", "differenceOrder", 1), ("normalise", "kind", "maximum"), ("smooth", "halfWindow", 4), ("smooth", "order", 4), ("fit", "maxIterations", 60),
            ("fit", "background.degree", 2), ("fit", "weighting", "none"), ("fit", "peaks[0].center.min", 18.25), ("fit", "peaks[0].center.max", 18.9),
            ("fit", "peaks[0].fwhm.min", 0.02), ("fit", "peaks[0].fwhm.max", 0.6), ("fit", "peaks[1].center.min", 19.3), ("fit", "peaks[1].shape", "gaussian"),
            ("fits.csv", "file", "other.csv"), ("fit", "peaks[0].name", "H2"),
        ];
        int named = 0;
        foreach ((string step, string path, JsonNode value) in changes)
        {
            JsonNode json = original.DeepClone();
            JsonNode options = json["run"]!["recipe"]!["steps"]!.AsArray().Single(s => s!["id"]!.GetValue<string>() == step)!["options"]!;
            string before = Set(options, path, value.DeepClone());
            string changed = folder["out/changed.json"];
            await File.WriteAllTextAsync(changed, json.ToJsonString(), TestContext.Current.CancellationToken);
            ReplayReport report = await Replay.RunAsync(changed, Catalogue, new ReplayOptions { OutputFolder = folder[$"p{named}"] }, TestContext.Current.CancellationToken);
            ReplayDifference difference = Assert.Single(report.Parameters);
            Assert.Equal($"{step}: {path}", difference.Subject);
            Assert.Equal((before, value.ToJsonString()), (difference.Recorded, difference.Replayed));
            Assert.Contains(difference.ToString(), report.Report(), StringComparison.Ordinal);
            Assert.Empty(report.Packages);
            Assert.All(report.Inputs, i => Assert.Equal(ReplayFileState.Identical, i.State));
            named++;
        }

        Assert.Equal(20, named);
    }

    [Fact]
    public async Task TwentyChangedBytesAreNamed()
    {
        using var folder = new TemporaryFolder();
        string record = await RecordAsync(folder);
        byte[] original = await File.ReadAllBytesAsync(folder["patterns.csv"], TestContext.Current.CancellationToken);
        var random = new Random(5);
        for (int n = 0; n < 20; n++)
        {
            byte[] bytes = [.. original];
            int at;
            do
            {
                at = random.Next(bytes.Length);
            }
            while (bytes[at] is < (byte)'1' or > (byte)'8' || at < 200);
            bytes[at]++;
            await File.WriteAllBytesAsync(folder["patterns.csv"], bytes, TestContext.Current.CancellationToken);
            ReplayReport report = await Replay.RunAsync(record, Catalogue, new ReplayOptions { OutputFolder = folder[$"b{n}"] }, TestContext.Current.CancellationToken);
            ReplayFile file = Assert.Single(report.Inputs);
            Assert.Equal((ReplayFileState.Differs, "../patterns.csv"), (file.State, file.Path));
            ByteRange block = Assert.Single(file.ChangedBytes);
            Assert.InRange(at, block.Start, block.End - 1);
            Assert.True(block.Length <= 4096);
            Assert.Contains(FormattableString.Invariant($"DIFFERS           ../patterns.csv, in bytes {block.Start} to {block.End - 1}"), report.Report(), StringComparison.Ordinal);
            Assert.Empty(report.Parameters);
            Assert.Empty(report.Packages);
        }

        // A file that grew, and one that was cut.
        await File.WriteAllBytesAsync(folder["patterns.csv"], [.. original, (byte)'\n'], TestContext.Current.CancellationToken);
        ReplayReport grown = await Replay.RunAsync(record, Catalogue, new ReplayOptions { OutputFolder = folder["grown"] }, TestContext.Current.CancellationToken);
        Assert.Equal(original.Length + 1, Assert.Single(grown.Inputs[0].ChangedBytes).End);
        await File.WriteAllBytesAsync(folder["patterns.csv"], original[..^5000], TestContext.Current.CancellationToken);
        ReplayReport cut = await Replay.RunAsync(record, Catalogue, new ReplayOptions { OutputFolder = folder["cut"] }, TestContext.Current.CancellationToken);
        Assert.Equal(original.Length, cut.Inputs[0].ChangedBytes[^1].End);
        Assert.False(cut.IsIdentical);
    }

    [Fact]
    public async Task TwentyChangedVersionsAreNamed()
    {
        using var folder = new TemporaryFolder();
        string record = await RecordAsync(folder);
        JsonNode original = JsonNode.Parse(await File.ReadAllTextAsync(record, TestContext.Current.CancellationToken))!;
        string[] packages = [.. original["software"]!.AsArray().Select(s => s!["name"]!.GetValue<string>())];
        Assert.True(packages.Length >= 5);
        int named = 0;
        foreach (string version in (string[])["0.0.9", "0.1.0-beta.1", "0.2.0", "1.0.0"])
        {
            foreach (string package in packages.Take(5))
            {
                JsonNode json = original.DeepClone();
                json["software"]!.AsArray().Single(s => s!["name"]!.GetValue<string>() == package)!["version"] = version;
                await File.WriteAllTextAsync(folder["out/changed.json"], json.ToJsonString(), TestContext.Current.CancellationToken);
                ReplayReport report = await Replay.RunAsync(folder["out/changed.json"], Catalogue, new ReplayOptions { OutputFolder = folder[$"v{named}"] }, TestContext.Current.CancellationToken);
                ReplayDifference difference = Assert.Single(report.Packages);
                Assert.Equal((package, version, "0.1.0"), (difference.Subject, difference.Recorded, difference.Replayed));
                Assert.Contains(difference.ToString(), report.Report(), StringComparison.Ordinal);
                Assert.Empty(report.Parameters);
                Assert.True(report.IsIdentical);
                named++;
            }
        }

        Assert.Equal(20, named);
    }

    /// <summary>One recipe for every step that takes a series and needs nothing else, with what it gives written to a file; and the shipped one.</summary>
    private static IEnumerable<(string Name, Recipe Recipe)> Recipes()
    {
        foreach (IStep step in Catalogue.Steps.Where(s => s.InputType == typeof(SpectrumSeries) && !s.Operation.StartsWith("write.", StringComparison.Ordinal)))
        {
            if (Options(step) is not { } options)
                continue;
            bool series = typeof(ISeriesResult).IsAssignableFrom(step.OutputType) || step.OutputType == typeof(SpectrumSeries);
            RecipeStep write = series
                ? RecipeStep.Of("out", FormatsSteps.WriteSeries, new SeriesCsvOptions { File = "out.csv" }, "step")
                : RecipeStep.Of("out", FormatsSteps.WriteTable, new TableCsvOptions { File = "out.csv" }, "step");
            yield return (step.Operation, new Recipe(step.Operation, [RecipeStep.Of("read", FormatsSteps.ReadText), RecipeStep.Of("trim", BaselineSteps.Trim, new TrimOptions { From = 18, To = 19.8 }), new RecipeStep("step", step, options), write]));
        }

        yield return ("lno-003", Recipe.Parse(File.ReadAllText(ReferenceData.Shipped("samples/recipes/lno-003.json")), Catalogue));
    }

    // Options where the defaults need something said; null where this series is not what the step is for.
    private static object? Options(IStep step) => step.Operation switch
    {
        "peakfit.fit" => Fit(),
        "spectra.to-absorbance" or "spectra.to-transmittance" or "spectra.correct-atr" or "series.resample" or "series.average" or "series.rebin" or "peakfit.calibrate-raman" => null,
        _ => Check(step) ? step.OptionSet.Default : null,
    };

    private static bool Check(IStep step)
    {
        var faults = new List<OptionFault>();
        step.OptionSet.Check(step.OptionSet.Default, string.Empty, faults);
        return faults.Count == 0;
    }

    private static PeakFitOptions Fit() => new()
    {
        Peaks =
        [
            new PeakDefinition { Name = "H1", Center = Parameter.Between(18.3, 18.8), Fwhm = Parameter.Between(0.03, 0.5) },
            new PeakDefinition { Name = "H3", Center = Parameter.Between(19.35, 19.8), Fwhm = Parameter.Between(0.03, 0.5) },
        ],
        Background = new PolynomialBackground { Degree = 1 },
    };

    // Every fortieth pattern of the shipped series.
    private static string Patterns(TemporaryFolder folder) => File.Exists(folder["patterns.csv"]) ? folder["patterns.csv"] : folder.Write(
        "patterns.csv",
        string.Join('\n', File.ReadLines(ReferenceData.Shipped("samples/data/operando-lno-003/patterns.csv")).Select(l => string.Join(',', l.Split(',').Where((_, i) => i == 0 || i % 40 == 1)))) + "\n");

    private static async Task<string> RecordAsync(TemporaryFolder folder)
    {
        var recipe = new Recipe("changes", [
            RecipeStep.Of("read", FormatsSteps.ReadText),
            RecipeStep.Of("counts", BaselineSteps.PoissonVariance),
            RecipeStep.Of("trim", BaselineSteps.Trim, new TrimOptions { From = 17.6, To = 20.6 }),
            RecipeStep.Of("baseline", BaselineSteps.Asls, new AslsOptions { Lambda = 1e8, P = 0.01 }),
            RecipeStep.Of("smooth", BaselineSteps.SmoothSavitzkyGolay, null, "baseline"),
            RecipeStep.Of("normalise", BaselineSteps.Normalise, null, "baseline"),
            RecipeStep.Of("fit", PeakFitSteps.Fit, Fit() with { Weighting = Weighting.Sigma }, "baseline"),
            RecipeStep.Of("fits.csv", FormatsSteps.WriteTable, new TableCsvOptions { File = "fits.csv" }, "fit"),
        ]);
        var recorder = new ProvenanceRecorder("changes");
        await recipe.RunAsync(new InputPath(Patterns(folder)), new StepEnvironment(recorder.Context, folder["out"]), TestContext.Current.CancellationToken);
        string path = folder["out/provenance.json"];
        await recorder.SaveAsync(path, TestContext.Current.CancellationToken);

        // Paths relative to the record, as when the program was started beside its data.
        string text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(path, text.Replace($"\"{folder["patterns.csv"]}\"", "\"../patterns.csv\"", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        return path;
    }

    private static string Set(JsonNode options, string path, JsonNode value)
    {
        string[] parts = path.Replace("[", ".", StringComparison.Ordinal).Replace("]", string.Empty, StringComparison.Ordinal).Split('.');
        JsonNode node = options;
        foreach (string part in parts[..^1])
            node = node is JsonArray list ? list[int.Parse(part, CultureInfo.InvariantCulture)]! : node[part]!;
        string before = node[parts[^1]]?.ToJsonString() ?? "null";
        node[parts[^1]] = value;
        return before;
    }
}
