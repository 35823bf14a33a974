using System.Diagnostics;
using System.Text.Json.Nodes;

namespace BigMap.Analysis.Provenance.Tests;

public class ReplayTests
{
    [Fact]
    public async Task TheFolderOfTheRecordIsKnownByAnyName()
    {
        using var folder = new TemporaryFolder();
        (_, string record) = await Runs.RecordAsync(folder);
        Directory.CreateSymbolicLink(folder["link"], folder["out"]);
        await Assert.ThrowsAsync<DataMismatchException>(() => Replay.RunAsync(record, TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["link"] }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ARunThatWroteNothingIsNotCalledIdentical()
    {
        using var folder = new TemporaryFolder();
        string input = folder.Write("in.txt", TestSteps.Text(TestSteps.MakeSeries(3)));
        var recorder = new ProvenanceRecorder("no files");
        await new Recipe("none", [RecipeStep.Of("read", TestSteps.Read), RecipeStep.Of("sum", TestSteps.Sum)]).RunAsync(new InputPath(input), new StepEnvironment(recorder.Context, folder["out"]), TestContext.Current.CancellationToken);
        await recorder.SaveAsync(folder["out/provenance.json"], TestContext.Current.CancellationToken);
        File.AppendAllText(input, "9 9 9 9 9\n");
        ReplayReport report = await Replay.RunAsync(folder["out/provenance.json"], TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["again"] }, TestContext.Current.CancellationToken);
        Assert.False(report.IsIdentical);
        Assert.Contains("NOTHING TO COMPARE", report.Report(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AReplayIsIdenticalForAnyThreadsAndCulture()
    {
        using var folder = new TemporaryFolder();
        (_, string path) = await Runs.RecordAsync(folder);
        foreach ((int threads, string culture) in ((int, string)[])[(1, ""), (2, ""), (1, "de-DE"), (2, "de-DE")])
        {
            var options = new ReplayOptions { Context = AnalysisContext.Default with { MaxDegreeOfParallelism = threads }, OutputFolder = folder[$"again-{threads}-{culture}"] };
            ReplayReport report = await RecipeTests.InCulture(culture, () => Replay.RunAsync(path, TestSteps.Catalogue, options));
            Assert.True(report.IsIdentical, report.Report());
            Assert.Equal(3, report.Outputs.Count);
            Assert.Empty(report.Parameters);
            Assert.Empty(report.Packages);
            foreach (ReplayFile file in report.Outputs)
                Assert.Equal(await File.ReadAllBytesAsync(folder["out/" + file.Path]), await File.ReadAllBytesAsync(file.CurrentPath));
            Assert.Contains("IDENTICAL: 3 of 3", report.Report(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AReplayInAFreshProcessIsIdentical()
    {
        const string variable = "BIGMAP_TEST_REPLAY";
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } asked)
        {
            // This is the fresh process.
            ReplayReport report = await Replay.RunAsync(asked, TestSteps.Catalogue, new ReplayOptions { OutputFolder = asked + ".replay" });
            await File.WriteAllTextAsync(asked + ".report", report.Report());
            Assert.True(report.IsIdentical, report.Report());
            return;
        }

        using var folder = new TemporaryFolder();
        (_, string path) = await Runs.RecordAsync(folder);
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["--filter-method", "*" + nameof(AReplayInAFreshProcessIsIdentical)])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
            start.ArgumentList.Insert(0, typeof(ReplayTests).Assembly.Location);
        start.Environment[variable] = path;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync() + await errors;
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output);
        Assert.Contains("IDENTICAL: 3 of 3", await File.ReadAllTextAsync(path + ".report"), StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllBytesAsync(folder["out/sums.csv"]), await File.ReadAllBytesAsync(path + ".replay/sums.csv"));
    }

    [Fact]
    public async Task AChangedInputByteIsNamed()
    {
        using var folder = new TemporaryFolder();
        (_, string path) = await Runs.RecordAsync(folder);
        byte[] bytes = await File.ReadAllBytesAsync(folder["out/data/in.txt"]);
        bytes[^3] = (byte)(bytes[^3] == '1' ? '2' : '1');
        await File.WriteAllBytesAsync(folder["out/data/in.txt"], bytes);
        ReplayReport report = await Replay.RunAsync(path, TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["again"] });
        Assert.Equal(("data/in.txt", ReplayFileState.Differs), (Assert.Single(report.Inputs).Path, report.Inputs[0].State));
        Assert.All(report.Outputs, f => Assert.Equal(ReplayFileState.Differs, f.State));
        Assert.False(report.IsIdentical);
        Assert.Empty(report.Parameters);
        Assert.Empty(report.Packages);
        Assert.Contains("DIFFERS           data/in.txt", report.Report(), StringComparison.Ordinal);

        ReplayReport stopped = await Replay.RunAsync(path, TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["none"], RunOnChangedInput = false });
        Assert.False(stopped.Ran);
        Assert.False(Directory.Exists(folder["none"]));
    }

    [Fact]
    public async Task AMissingInputIsNamedAndNothingRuns()
    {
        using var folder = new TemporaryFolder();
        (_, string path) = await Runs.RecordAsync(folder);
        File.Delete(folder["out/data/in.txt"]);
        ReplayReport report = await Replay.RunAsync(path, TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["again"] });
        Assert.False(report.Ran);
        Assert.Equal(ReplayFileState.Missing, Assert.Single(report.Inputs).State);
        Assert.All(report.Outputs, f => Assert.Equal(ReplayFileState.NotReplayed, f.State));
        Assert.StartsWith("Replay of A demo", report.Report(), StringComparison.Ordinal);
        Assert.Contains("NOT RUN", report.Report(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("factor", "2.5", "2.75", "scale: factor", true)]
    [InlineData("repeats", "1", "2", "scale: repeats", true)]
    [InlineData("max", "40", "0.6", "scale: limits.max", true)]
    [InlineData("note", "\"\"", "\"other\"", "scale: note", false)]
    public async Task AChangedParameterIsNamed(string option, string from, string to, string subject, bool changesNumbers)
    {
        using var folder = new TemporaryFolder();
        (_, string path) = await Runs.RecordAsync(folder);
        string json = await File.ReadAllTextAsync(path);
        string old = $"\"{option}\": {from}";
        await File.WriteAllTextAsync(path, ReplaceFirst(json, old, $"\"{option}\": {to}"));
        ReplayReport report = await Replay.RunAsync(path, TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["again"] });
        Assert.Equal((subject, from, to), report.Parameters[0] is var d ? (d.Subject, d.Recorded, d.Replayed) : default);
        Assert.All(report.Parameters.Skip(1), p => Assert.StartsWith("scale: overrides[", p.Subject, StringComparison.Ordinal));
        Assert.Equal(changesNumbers, report.Outputs.Any(f => f.State == ReplayFileState.Differs));
        Assert.Equal(ReplayFileState.Identical, report.Outputs.Single(f => f.Path == "raw/raw.txt").State);
        Assert.Empty(report.Packages);
        Assert.Equal(ReplayFileState.Identical, Assert.Single(report.Inputs).State);
    }

    [Fact]
    public async Task AChangedOverrideIsNamed()
    {
        using var folder = new TemporaryFolder();
        (_, string path) = await Runs.RecordAsync(folder);
        string json = await File.ReadAllTextAsync(path);
        await File.WriteAllTextAsync(path, ReplaceFirst(json, "\"factor\": 0.5,", "\"factor\": 0.25,"));
        ReplayReport report = await Replay.RunAsync(path, TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["again"] });
        Assert.Equal("scale: overrides[0].options.factor: 0.5 in the record, 0.25 now", Assert.Single(report.Parameters).ToString());
    }

    [Fact]
    public async Task AChangedLinkAndALostStepAreNamed()
    {
        using var folder = new TemporaryFolder();
        (_, string path) = await Runs.RecordAsync(folder);
        JsonNode root = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        JsonArray steps = root["run"]!["recipe"]!["steps"]!.AsArray();
        steps[5]!["from"] = "scale";
        steps.RemoveAt(2);
        await File.WriteAllTextAsync(path, root.ToJsonString());
        ReplayReport report = await Replay.RunAsync(path, TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["again"] });
        Assert.Equal(["step scaled.txt: write.series in the record, nothing now", "raw.csv: from: read in the record, scale now"], report.Parameters.Select(p => p.ToString()));
        Assert.Equal([ReplayFileState.NotReplayed, ReplayFileState.Identical, ReplayFileState.Differs], report.Outputs.Select(f => f.State));
    }

    [Fact]
    public async Task AnotherPackageVersionIsNamed()
    {
        using var folder = new TemporaryFolder();
        (_, string path) = await Runs.RecordAsync(folder);
        foreach (string name in (string[])["BigMap.Analysis.Abstractions", "BigMap.Analysis.Numerics", "BigMap.Analysis.Provenance.Tests"])
        {
            JsonNode root = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
            JsonNode software = root["software"]!.AsArray().Single(s => (string)s!["name"]! == name)!;
            string version = (string)software["version"]!;
            software["version"] = "0.0.7";
            await File.WriteAllTextAsync(path + ".changed.json", root.ToJsonString());
            ReplayReport report = await Replay.RunAsync(path + ".changed.json", TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["again"] });
            Assert.Equal($"{name}: 0.0.7 in the record, {version} now", Assert.Single(report.Packages).ToString());
            Assert.True(report.IsIdentical, report.Report());
            Assert.Empty(report.Parameters);
        }
    }

    [Fact]
    public async Task ChangedAndLostOutputsAreNamed()
    {
        using var folder = new TemporaryFolder();
        (_, string path) = await Runs.RecordAsync(folder);
        JsonNode root = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        root["entities"]!.AsArray().Single(e => (string?)e!["path"] == "sums.csv")!["sha256"] = new string('0', 64);
        await File.WriteAllTextAsync(path, root.ToJsonString());
        ReplayReport report = await Replay.RunAsync(path, TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["again"] });
        Assert.Equal([ReplayFileState.Identical, ReplayFileState.Differs, ReplayFileState.Identical], report.Outputs.Select(f => f.State));
    }

    [Fact]
    public async Task DataThatMovedAreFound()
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 3; i++)
            folder.Write($"raw/s{i}.txt", TestSteps.Text(TestSteps.MakeSeries(2 + i)));
        var recorder = new ProvenanceRecorder("folder");
        await Runs.Recipe.RunAsync(new InputPath(folder["raw"]), new StepEnvironment(recorder.Context, folder["out"]));
        await recorder.SaveAsync(folder["out/provenance.json"]);
        Directory.Move(folder["raw"], folder["archive"]);

        ReplayReport lost = await Replay.RunAsync(folder["out/provenance.json"], TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["x"] });
        Assert.Equal(3, lost.Inputs.Count(f => f.State == ReplayFileState.Missing));
        ReplayReport found = await Replay.RunAsync(folder["out/provenance.json"], TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["again"], InputOverride = folder["archive"] });
        Assert.True(found.IsIdentical, found.Report());
        File.AppendAllText(folder["archive/s1.txt"], "1 2 3 4 5\n");
        ReplayReport changed = await Replay.RunAsync(folder["out/provenance.json"], TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["more"], InputOverride = folder["archive"] });
        Assert.Equal(folder["raw/s1.txt"], changed.Inputs.Single(f => f.State == ReplayFileState.Differs).Path);
        Assert.False(changed.IsIdentical);
        folder.Write("archive/s9.txt", "1 2 3 4 5\n9 9 9 9 9\n");
        ReplayReport added = await Replay.RunAsync(folder["out/provenance.json"], TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["most"], InputOverride = folder["archive"] });
        Assert.Equal(folder["archive/s9.txt"], added.Inputs.Single(f => f.State == ReplayFileState.Added).Path);
    }

    [Fact]
    public async Task AWholeFolderCanMove()
    {
        using var folder = new TemporaryFolder();
        (_, _) = await Runs.RecordAsync(folder);
        Directory.Move(folder["out"], folder["elsewhere"]);
        ReplayReport report = await Replay.RunAsync(folder["elsewhere/provenance.json"], TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["again"] });
        Assert.True(report.IsIdentical, report.Report());
    }

    [Fact]
    public async Task ARelativePathIsKeptRelativeToTheRecordSoThatARecordIsReplayedFromAnyFolder()
    {
        using var folder = new TemporaryFolder();
        string input = folder.Write("cell/raw/in.txt", TestSteps.Text(TestSteps.MakeSeries(6)));
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, input);
        var recorder = new ProvenanceRecorder("relative");
        await Runs.Recipe.RunAsync(relative, new StepEnvironment(recorder.Context, folder["cell/deep/out"]));
        await recorder.SaveAsync(folder["cell/deep/out/provenance.json"]);
        ProvenanceRecord record = await ProvenanceRecord.ReadAsync(folder["cell/deep/out/provenance.json"]);
        Assert.Equal("../../raw/in.txt", record.InputPath);
        Assert.Equal("../../raw/in.txt", Assert.Single(record.InputFiles).Path);
        Assert.Equal(relative, recorder.Snapshot().InputPath);

        // Nothing lies where the current folder and the path of then would lead now.
        Directory.Move(folder["cell"], folder["moved"]);
        ReplayReport report = await Replay.RunAsync(folder["moved/deep/out/provenance.json"], TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["again"] });
        Assert.True(report.IsIdentical, report.Report());
        Assert.Equal(ReplayFileState.Identical, Assert.Single(report.Inputs).State);
    }

    [Fact]
    public async Task TheReportNamesWhatDiffersAndCountsManyIdenticalFiles()
    {
        using var folder = new TemporaryFolder();
        (_, string path) = await Runs.RecordAsync(folder);
        ReplayReport report = await Replay.RunAsync(path, TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["again"] });
        ReplayFile[] files = [.. Enumerable.Range(0, 20).Select(i => new ReplayFile($"scan{i}.xy", i == 7 ? ReplayFileState.Differs : ReplayFileState.Identical, "a", "a", "here"))];
        string text = (report with { Inputs = files }).Report();
        Assert.Contains("scan0.xy to scan19.xy, 19 files", text, StringComparison.Ordinal);
        Assert.Contains("DIFFERS           scan7.xy", text, StringComparison.Ordinal);
        Assert.DoesNotContain("scan8.xy", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APathRelativeToTheCurrentFolderIsFoundToo()
    {
        using var folder = new TemporaryFolder();
        (_, string path) = await Runs.RecordAsync(folder);
        string here = Path.GetRelativePath(Environment.CurrentDirectory, folder["out/data/in.txt"]).Replace('\\', '/');
        await File.WriteAllTextAsync(folder["elsewhere.json"], (await File.ReadAllTextAsync(path)).Replace("\"data/in.txt\"", $"\"{here}\"", StringComparison.Ordinal));
        ReplayReport report = await Replay.RunAsync(folder["elsewhere.json"], TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["again"] });
        Assert.True(report.IsIdentical, report.Report());
    }

    [Fact]
    public async Task TheReportSaysThatAnInputIsNotThatOfTheRecordEvenWhenTheFilesAreTheSame()
    {
        using var folder = new TemporaryFolder();
        (_, string path) = await Runs.RecordAsync(folder);
        JsonNode json = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        json["entities"]!.AsArray().Single(e => e!["path"]?.GetValue<string>() == "data/in.txt")!["sha256"] = new string('0', 64);
        await File.WriteAllTextAsync(path, json.ToJsonString());
        ReplayReport report = await Replay.RunAsync(path, TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["again"] });
        Assert.Contains("IDENTICAL: 3 of 3 output files have the same bytes, but 1 of 1 input files are not those of the record.", report.Report(), StringComparison.Ordinal);

        File.Delete(folder["out/data/in.txt"]);
        ReplayReport missing = await Replay.RunAsync(path, TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["again"] });
        Assert.False(missing.Ran);
        Assert.Contains("InputOverride", missing.Report(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFailedRunFailsAgainInTheSameWay()
    {
        using var folder = new TemporaryFolder();
        string input = folder.Write("in.txt", TestSteps.Text(TestSteps.MakeSeries(3)));
        Recipe recipe = new("failing", [RecipeStep.Of("read", TestSteps.Read), RecipeStep.Of("raw", TestSteps.WriteSeries, new WriteOptions { File = "raw.txt" }), RecipeStep.Of("fail", TestSteps.Fail)]);
        var recorder = new ProvenanceRecorder("fails");
        await Assert.ThrowsAsync<DataMismatchException>(() => recipe.RunAsync(input, new StepEnvironment(recorder.Context, folder.Path)));
        await recorder.SaveAsync(folder["provenance.json"]);
        ReplayReport report = await Replay.RunAsync(folder["provenance.json"], TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["again"] });
        Assert.True(report.IsIdentical, report.Report());
        Assert.Contains("Failed as recorded", report.Report(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FilesOfAStepInsideAStepAreComparedToo()
    {
        using var folder = new TemporaryFolder();
        string input = folder.Write("in.txt", TestSteps.Text(TestSteps.MakeSeries(3)));
        var outer = new Step<SpectrumSeries, NoOptions, SpectrumSeries>("test.outer-write", 1, NoOptions.Set, async (series, _, scope, ct) =>
        {
            await TestSteps.WriteSeries.RunAsync(series, new(new WriteOptions { File = "inner.txt" }), new StepEnvironment(scope.Context, scope.OutputFolder), ct);
            return series;
        });
        var catalogue = new StepCatalogue(TestSteps.All, [outer]);
        Recipe recipe = new("nested", [RecipeStep.Of("read", TestSteps.Read), RecipeStep.Of("outer", outer)]);
        var recorder = new ProvenanceRecorder("nested");
        RecipeRun run = await recipe.RunAsync(input, new StepEnvironment(recorder.Context, folder["out"]));
        Assert.Equal("inner.txt", Path.GetFileName(Assert.Single(run.Files).Path));
        await recorder.SaveAsync(folder["out/provenance.json"]);
        ReplayReport report = await Replay.RunAsync(folder["out/provenance.json"], catalogue, new ReplayOptions { OutputFolder = folder["again"] });
        Assert.True(report.IsIdentical, report.Report());
        Assert.Equal("inner.txt", Assert.Single(report.Outputs).Path);
    }

    [Fact]
    public async Task OriginalsAreNeverOverwritten()
    {
        using var folder = new TemporaryFolder();
        (_, string path) = await Runs.RecordAsync(folder);
        await Assert.ThrowsAsync<DataMismatchException>(() => Replay.RunAsync(path, TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["out"] + "/" }));
        await Assert.ThrowsAsync<RecipeException>(() => Replay.RunAsync(path, new StepCatalogue([TestSteps.Read])));
        await Assert.ThrowsAsync<InputFormatException>(() => Replay.RunAsync(folder["none.json"], TestSteps.Catalogue));
    }

    // The recipe comes first in the file; the actions after it say what was really done.
    private static string ReplaceFirst(string text, string old, string changed)
    {
        int at = text.IndexOf(old, StringComparison.Ordinal);
        Assert.True(at > 0);
        return text[..at] + changed + text[(at + old.Length)..];
    }
}
