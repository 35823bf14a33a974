using System.Text.Json.Nodes;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Provenance.Tests;

public class RecorderTests
{
    [Fact]
    public async Task TheRecordUnderAFixedClockIsGolden()
    {
        using var folder = new TemporaryFolder();
        (_, string path) = await Runs.RecordAsync(folder);
        string json = await File.ReadAllTextAsync(path);
        Golden.Check(ReferenceData.Shipped("tests/data/recipes/test-steps/demo-rows.provenance.txt"), WithoutMachine(json));
        using var other = new TemporaryFolder();
        (_, string again) = await Runs.RecordAsync(other);
        Assert.Equal(json, await File.ReadAllTextAsync(again));
    }

    [Fact]
    public async Task TheRecordDoesNotDependOnThreadsOrCulture()
    {
        string[] texts = new string[2];
        for (int i = 0; i < texts.Length; i++)
        {
            using var folder = new TemporaryFolder();
            AnalysisContext context = AnalysisContext.Default with { Time = new FixedClock(), MaxDegreeOfParallelism = i + 1 };
            (_, string path) = await RecipeTests.InCulture(i == 0 ? "" : "de-DE", () => Runs.RecordAsync(folder, context));
            string json = await File.ReadAllTextAsync(path);
            Assert.Contains($"\"threads\": {i + 1}", json, StringComparison.Ordinal);
            Assert.Contains(i == 0 ? "\"culture\": \"\"" : "\"culture\": \"de-DE\"", json, StringComparison.Ordinal);
            texts[i] = WithoutMachine(json);
        }

        Assert.Equal(texts[0], texts[1]);
    }

    [Fact]
    public async Task TheRecordIsReadBackUnchanged()
    {
        using var folder = new TemporaryFolder();
        (_, string path) = await Runs.RecordAsync(folder);
        ProvenanceRecord record = await ProvenanceRecord.ReadAsync(path);
        Assert.Equal(await File.ReadAllTextAsync(path), record.ToJson());
        Assert.Equal("data/in.txt", record.InputPath);
        Assert.Equal(["data/in.txt"], record.InputFiles.Select(f => f.Path));
        Assert.Equal(["scaled.txt", "sums.csv", "raw/raw.txt"], record.OutputFiles.Select(f => f.Path));
        Assert.Equal(Runs.Recipe.ToJson(), Recipe.Parse(record.RecipeJson!, TestSteps.Catalogue).ToJson());
        Assert.Contains(record.Software, s => s.Name == "BigMap.Analysis.Provenance.Tests");
        Assert.Contains(record.Software, s => s.Name == "BigMap.Analysis.Abstractions");
    }

    [Fact]
    public async Task FilesAndValuesAreLinkedFromInputToOutput()
    {
        using var folder = new TemporaryFolder();
        (_, string path) = await Runs.RecordAsync(folder);
        ProvenanceRecord record = await ProvenanceRecord.ReadAsync(path);

        // From sums.csv back to in.txt, over the values in memory.
        string at = record.OutputFiles.Single(f => f.Path == "sums.csv").Id;
        var way = new List<string>();
        while (record.Actions.FirstOrDefault(a => a.Makes.Contains(at)) is { } action)
        {
            way.Add(action.StepId);
            at = Assert.Single(action.Uses);
        }

        Assert.Equal(["sums.csv", "sum", "scale", "read"], way);
        Assert.Equal("data/in.txt", record.Entity(at).Path);
        RecordedAction scale = record.Actions.Single(a => a.StepId == "scale");
        Assert.Equal((6, 1, ActionState.Completed), (scale.Rows, scale.Failed, scale.State));
        Assert.Contains("\"exclude\":true", scale.Step.RowOverridesJson, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AResultThatMakesItsSeriesAnewIsLinkedToo()
    {
        var step = new Step<SpectrumSeries, NoOptions, Lazily>("test.lazy", 1, NoOptions.Set, (series, _, _, _) => new Lazily(series));
        var recorder = new ProvenanceRecorder("lazy");
        await new Recipe("lazy", [RecipeStep.Of("a", step), RecipeStep.Of("b", TestSteps.Sum)]).RunAsync(TestSteps.MakeSeries(2), new StepEnvironment(recorder.Context));
        ProvenanceRecord record = recorder.Snapshot();
        Assert.Equal(record.Actions[0].Makes, record.Actions[1].Uses);
    }

    [Fact]
    public async Task AFailedRunIsRecordedUpToItsError()
    {
        using var folder = new TemporaryFolder();
        string input = folder.Write("in.txt", TestSteps.Text(TestSteps.MakeSeries(3)));
        Recipe recipe = new("failing", [RecipeStep.Of("read", TestSteps.Read), RecipeStep.Of("fail", TestSteps.Fail), RecipeStep.Of("sum", TestSteps.Sum)]);
        var recorder = new ProvenanceRecorder("fails");
        await Assert.ThrowsAsync<DataMismatchException>(() => recipe.RunAsync(input, new StepEnvironment(recorder.Context, folder.Path)));
        ProvenanceRecord record = recorder.Snapshot(folder.Path);
        Assert.Equal([ActionState.Completed, ActionState.Failed], record.Actions.Select(a => a.State));
        Assert.Equal("DataMismatchException: this step always fails.", record.Actions[1].Error);
        Assert.Equal(3, Recipe.Parse(record.RecipeJson!, TestSteps.Catalogue).Steps.Count);
        Assert.Equal(record.ToJson(), ProvenanceRecord.Parse(record.ToJson()).ToJson());
    }

    [Fact]
    public async Task ACancelledStepIsRecordedAsCancelled()
    {
        var recorder = new ProvenanceRecorder("cancelled");
        using var source = new CancellationTokenSource();
        AnalysisContext context = recorder.Context with { Progress = new CancelAt(source) };
        Recipe recipe = new("two", [RecipeStep.Of("a", TestSteps.Scale), RecipeStep.Of("b", TestSteps.Outer), RecipeStep.Of("c", TestSteps.Scale)]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => recipe.RunAsync(TestSteps.MakeSeries(3), new StepEnvironment(context), source.Token));
        Assert.Equal([ActionState.Completed], recorder.Snapshot().Actions.Select(a => a.State));

        using var inside = new CancellationTokenSource();
        var step = new Step<SpectrumSeries, NoOptions, SpectrumSeries>("test.cancel", 1, NoOptions.Set, (series, _, _, ct) =>
        {
            inside.Cancel();
            ct.ThrowIfCancellationRequested();
            return series;
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new Recipe("stop", [RecipeStep.Of("stop", step)]).RunAsync(TestSteps.MakeSeries(3), new StepEnvironment(recorder.Context), inside.Token));
        Assert.Equal(ActionState.Cancelled, recorder.Snapshot().Actions[^1].State);

        IProvenanceScope scope = recorder.Begin(new StepInfo("x", 1, "p", "1", "{}", "[]"));
        Assert.Equal(ActionState.Running, recorder.Snapshot().Actions[^1].State);
        scope.Dispose();
        scope.Dispose();
        Assert.Equal(ActionState.Failed, recorder.Snapshot().Actions[^1].State);
    }

    [Fact]
    public void AStepInsideAnotherIsMarkedSo()
    {
        var recorder = new ProvenanceRecorder("nested");
        TestSteps.Outer.Run(TestSteps.MakeSeries(3), new(new NoOptions()), recorder.Context);
        TestSteps.Outer.Run(TestSteps.MakeSeries(3), new(new NoOptions()), recorder.Context);
        Assert.Equal([null, 1, null, 3], recorder.Snapshot().Actions.Select(a => a.Within));
    }

    [Fact]
    public async Task DirectCallsBecomeAReplayableRecipe()
    {
        using var folder = new TemporaryFolder();
        string input = folder.Write("in.txt", TestSteps.Text(TestSteps.MakeSeries(3)));
        var recorder = new ProvenanceRecorder("direct");
        var environment = new StepEnvironment(recorder.Context, folder.Path);
        SpectrumSeries series = await TestSteps.Read.RunAsync(new InputPath(input), new(new ReadOptions()), environment);
        Recipe recipe = new("scale", [RecipeStep.Of("scale", TestSteps.Scale, new ScaleOptions { Factor = 3 })]);
        RecipeRun run = await recipe.RunAsync(series, environment);
        ResultTable sums = TestSteps.Sum.Run(run.Result<SpectrumSeries>("scale"), new(new NoOptions()), recorder.Context);
        await TestSteps.WriteTable.RunAsync(sums, new(new WriteOptions { File = "sums.csv" }), environment);
        await recorder.SaveAsync(folder["provenance.json"]);

        ProvenanceRecord record = await ProvenanceRecord.ReadAsync(folder["provenance.json"]);
        Assert.Equal(["test.read", "scale", "test.sum", "write.table"], record.Actions.Select(a => a.StepId));
        ReplayReport report = await Replay.RunAsync(folder["provenance.json"], TestSteps.Catalogue);
        Assert.True(report.IsIdentical, report.Report());
        Assert.Equal("sums.csv", Assert.Single(report.Outputs).Path);
        Directory.Delete(report.OutputFolder, recursive: true);
    }

    [Fact]
    public async Task ADirectCallWithTwoInputsIsLeftOutOfTheReplay()
    {
        using var folder = new TemporaryFolder();
        string input = folder.Write("in.txt", TestSteps.Text(TestSteps.MakeSeries(6)));
        string other = folder.Write("other.txt", TestSteps.Text(TestSteps.MakeSeries(2)));
        var recorder = new ProvenanceRecorder("figure");
        await TestSteps.Read.RunAsync(new InputPath(other), new(new ReadOptions()), new StepEnvironment(recorder.Context));
        RecipeRun run = await Runs.Recipe.RunAsync(input, new StepEnvironment(recorder.Context, folder["out"]));
        using (IProvenanceScope scope = recorder.Begin(new StepInfo("figure.overview", 1, "Figures", "1.0", "{}", "[]")))
        {
            scope.Use(new ValueRef(run.Result<SpectrumSeries>("scale"), "series"));
            scope.Use(new ValueRef(run.Result<ResultTable>("sum"), "table"));
            scope.Produce(new FileRef(folder.Write("out/overview.svg", "<svg/>"), new string('0', 64), 6, "image/svg+xml"));
            scope.Complete(default);
        }

        await recorder.SaveAsync(folder["out/provenance.json"]);
        ProvenanceRecord record = await ProvenanceRecord.ReadAsync(folder["out/provenance.json"]);
        Assert.Equal(Runs.Recipe.ToJson(), Recipe.Parse(record.RecipeJson!, TestSteps.Catalogue).ToJson());
        Assert.Equal(input, record.InputPath);
        Assert.Equal(["action 1 (test.read): it read another file", "action 8 (figure.overview): it was called"], record.OutsideRecipe.Select(o => string.Join(' ', o.Split(' ').Take(o.Contains("read") ? 7 : 6))));
        ReplayReport report = await Replay.RunAsync(folder["out/provenance.json"], TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["again"] });
        Assert.True(report.IsIdentical, report.Report());
        Assert.Equal(("overview.svg", ReplayFileState.OutsideRecipe), report.Outputs[^1] is var f ? (f.Path, f.State) : default);
        Assert.Contains("IDENTICAL: 3 of 3", report.Report(), StringComparison.Ordinal);
        Assert.Equal(2, report.Inputs.Count);
    }

    [Fact]
    public async Task AValueFromElsewhereCannotBeReplayedAndSaysSo()
    {
        using var folder = new TemporaryFolder();
        var recorder = new ProvenanceRecorder("memory");
        await new Recipe("scale", [RecipeStep.Of("scale", TestSteps.Scale)]).RunAsync(TestSteps.MakeSeries(2), new StepEnvironment(recorder.Context));
        await recorder.SaveAsync(folder["provenance.json"]);
        Assert.Contains("did not come from a recorded step", recorder.Snapshot().NotReplayable, StringComparison.Ordinal);
        DataMismatchException error = await Assert.ThrowsAsync<DataMismatchException>(() => Replay.RunAsync(folder["provenance.json"], TestSteps.Catalogue));
        Assert.Contains("did not come from a recorded step", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ManyThreadsRecordAtOnce()
    {
        var recorder = new ProvenanceRecorder("parallel");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 50; i++)
                TestSteps.Outer.Run(TestSteps.MakeSeries(2), new(new NoOptions()), recorder.Context with { MaxDegreeOfParallelism = 1 });
        })));
        ProvenanceRecord record = recorder.Snapshot();
        Assert.Equal(800, record.Actions.Count);
        Assert.Equal(Enumerable.Range(1, 800), record.Actions.Select(a => a.Number));
        Assert.Equal(400, record.Actions.Count(a => a.Within is not null));
        Assert.All(record.Actions, a => Assert.Equal(ActionState.Completed, a.State));
    }

    [Fact]
    public void ValuesAreNotKeptAlive()
    {
        var recorder = new ProvenanceRecorder("weak");
        WeakReference value = RecordAndForget(recorder);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(value.IsAlive);
        Assert.Equal(2, recorder.Snapshot().Entities.Count);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static WeakReference RecordAndForget(ProvenanceRecorder recorder)
        {
            SpectrumSeries series = TestSteps.MakeSeries(3);
            TestSteps.Sum.Run(series, new(new NoOptions()), recorder.Context);
            return new WeakReference(series);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{ \"format\": \"other/1\" }")]
    [InlineData("{ \"format\": \"bigmap-provenance/2\" }")]
    [InlineData("{ \"format\": \"bigmap-provenance/1\" }")]
    [InlineData("not json")]
    public void AForeignFileIsATypedError(string text)
    {
        InputFormatException error = Assert.Throws<InputFormatException>(() => ProvenanceRecord.Parse(text, "p.json"));
        Assert.StartsWith("p.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AHalfWrittenFileIsATypedErrorWhereverItIsCut()
    {
        using var folder = new TemporaryFolder();
        (_, string path) = await Runs.RecordAsync(folder);
        string json = (await File.ReadAllTextAsync(path)).TrimEnd();
        for (int length = 0; length < json.Length; length += 97)
            Assert.Throws<InputFormatException>(() => ProvenanceRecord.Parse(json[..length]));
    }

    [Fact]
    public async Task EveryMissingOrWrongMemberIsATypedError()
    {
        using var folder = new TemporaryFolder();
        (_, string path) = await Runs.RecordAsync(folder);
        string json = await File.ReadAllTextAsync(path);
        var optional = new HashSet<string> { "run.input", "run.recipe", "actions.ended", "actions.step", "environment.threads", "entities.blocks" };
        int tried = 0;
        foreach (string member in Members(JsonNode.Parse(json)!.AsObject(), string.Empty).Distinct().ToArray())
        {
            JsonNode root = JsonNode.Parse(json)!;
            string[] parts = member.Split('.');
            JsonObject parent = parts.Length == 1 ? root.AsObject() : (root[parts[0]] as JsonArray)?[0]?.AsObject() ?? root[parts[0]]!.AsObject();
            if (!parent.ContainsKey(parts[^1]))
                continue;
            parent[parts[^1]] = new JsonArray(new JsonArray());
            Assert.Throws<InputFormatException>(() => ProvenanceRecord.Parse(root.ToJsonString()));
            parent.Remove(parts[^1]);
            if (!optional.Contains(member) && member != "run.replayable")
                Assert.Throws<InputFormatException>(() => ProvenanceRecord.Parse(root.ToJsonString()));
            tried++;
        }

        Assert.True(tried > 25);

        static IEnumerable<string> Members(JsonObject value, string path)
        {
            foreach ((string name, JsonNode? child) in value)
            {
                if (path + name is "run.replayable" or "actions.overrides" or "actions.warnings")
                    continue;
                yield return path + name;
                JsonObject? inner = child as JsonObject ?? (child as JsonArray)?.FirstOrDefault() as JsonObject;
                if (inner is not null && path.Length == 0)
                {
                    foreach (string one in Members(inner, name + "."))
                        yield return one;
                }
            }
        }
    }

    // What one machine has and another has not is in one block; versions belong to the release.
    private static string WithoutMachine(string json)
    {
        JsonNode root = JsonNode.Parse(json)!;
        root.AsObject().Remove("environment");
        return root.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true, NewLine = "\n" });
    }

    private sealed class Lazily(SpectrumSeries series) : ISeriesResult
    {
        public SpectrumSeries Series => series.Slice(..);
    }

    private sealed class CancelAt(CancellationTokenSource source) : IProgress<BatchProgress>
    {
        public void Report(BatchProgress value) => source.Cancel();
    }
}
