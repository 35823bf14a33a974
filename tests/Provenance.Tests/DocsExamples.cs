using BigMap.Analysis.Formats;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Provenance.Tests;

// The code of docs/provenance.md; the test below checks that both are the same.
public class DocsTests
{
    private static readonly StepCatalogue catalogue = new(TestSteps.All, AreaSteps.All);

    [Fact]
    public async Task TheExamplesOfTheProvenancePageRun()
    {
        using var temporary = new TemporaryFolder();
        string folder = temporary.Path;
        temporary.Write("scans/a.txt", TestSteps.Text(TestSteps.MakeSeries(5)));
        temporary.Write("areas.json", """
            {
              "format": "bigmap-recipe/1",
              "name": "areas",
              "steps": [
                { "id": "read", "operation": "test.read", "version": 1 },
                { "id": "norm", "operation": "normalise.area", "version": 1, "options": { "area": 100 } },
                { "id": "sum", "operation": "test.sum", "version": 1 },
                { "id": "sums.csv", "operation": "write.table", "version": 1, "options": { "file": "sums.csv" } }
              ]
            }
            """);
        CancellationToken ct = TestContext.Current.CancellationToken;
        await RecordAsync(folder, ct);
        ReplayReport report = await ReplayAsync(folder, ct);
        Assert.True(report.IsIdentical, report.Report());
        await CrateAsync(folder, ct);
        TraceAnswer answer = await TraceAsync(folder, ct);
        Assert.Equal([3], answer.SourceRows);
        await CompareAsync(folder, ct);
        await ReportAsync(folder, ct);
        await FolderAsync(folder, ct);
        RecipePreview preview = await TuneAsync(folder, ct);
        Assert.Equal(2, preview.Rows.Count);
        ResultTable table = await SweepAsync(folder, preview.Recipe, ct);
        Assert.Equal(4, table.RowCount);
        Assert.Equal("sum", InCode().Steps[^1].Id);
    }

    [Theory]
    [InlineData("docs/writing-a-step.md", "WritingAStep.cs")]
    [InlineData("docs/provenance.md", "DocsExamples.cs")]
    public void CodeInThePagesIsCodeOfTheTests(string page, string source)
    {
        string code = Squeezed(File.ReadAllLines(ReferenceData.Shipped("tests/Provenance.Tests/" + source)));
        int blocks = 0;
        var block = new List<string>();
        bool inside = false;
        foreach (string line in File.ReadAllLines(ReferenceData.Shipped(page)))
        {
            if (inside && line == "```")
            {
                Assert.Contains(Squeezed(block), code, StringComparison.Ordinal);
                blocks++;
                block.Clear();
                inside = false;
            }
            else if (inside)
            {
                block.Add(line);
            }
            else
            {
                inside = line == "```csharp";
            }
        }

        Assert.True(blocks >= 4);

        static string Squeezed(IEnumerable<string> lines) => string.Join('\n', lines.Select(l => l.Trim()).Where(l => l.Length > 0));
    }

    private static async Task RecordAsync(string folder, CancellationToken ct)
    {
        Recipe recipe = await Recipe.ReadAsync(Path.Combine(folder, "areas.json"), catalogue, ct);
        var recorder = new ProvenanceRecorder("LiNiO2 half cell, operando", AnalysisContext.Default);
        var environment = new StepEnvironment(recorder.Context, Path.Combine(folder, "out"));
        RecipeRun run = await recipe.RunAsync(new InputPath(Path.Combine(folder, "scans")), environment, ct);
        await recorder.SaveAsync(Path.Combine(folder, "out", "provenance.json"), ct);

        Console.WriteLine(run.Report());
        SpectrumSeries scaled = run.Result<SpectrumSeries>("norm");
        Assert.Equal(5, scaled.Count);
    }

    private static async Task CrateAsync(string folder, CancellationToken ct)
    {
        Recipe recipe = await Recipe.ReadAsync(Path.Combine(folder, "areas.json"), catalogue, ct);
        var recorder = new ProvenanceRecorder("LiNiO2 half cell, operando", AnalysisContext.Default);
        var clock = TimeProvider.System;
        await recipe.RunAsync(new InputPath(Path.Combine(folder, "scans")), new StepEnvironment(recorder.Context, Path.Combine(folder, "out")), ct);

        recorder.Metadata = recorder.Metadata
            .With(new MetadataEntry("temperature", "298", "K", Ontology.Temperature.Iri), who: "A. Operator", reason: "logbook", when: clock.GetUtcNow());
        RoCrate crate = await recorder.SaveAsync(
            Path.Combine(folder, "out", "provenance.json"),
            new CrateOptions
            {
                Catalogue = catalogue,
                Operator = new CrateAgent("A. Operator", "https://orcid.org/0000-0002-1825-0097"),
                Archive = new ArchiveRecord { Licence = Licence.CcBy4, Keywords = ["LiNiO2", "operando"] },
                Characterisation = new CharacterisationDescription { UseCase = "Phases during charge", Technique = Ontology.XrayPowderDiffraction, SampleTerms = [Ontology.LithiumNickelOxide] },
            },
            ct);
        Console.WriteLine($"{crate.Root.Text("name")}: {crate.Entities.Count} entities");
        Assert.True(File.Exists(Path.Combine(folder, "out", "ro-crate-metadata.json")));
    }

    private static async Task<ReplayReport> ReplayAsync(string folder, CancellationToken ct)
    {
        ReplayReport report = await Replay.RunAsync(Path.Combine(folder, "out", "provenance.json"), catalogue, cancellationToken: ct);
        Console.WriteLine(report.Report());
        Directory.Delete(report.OutputFolder, recursive: true);
        return report;
    }

    private static async Task<TraceAnswer> TraceAsync(string folder, CancellationToken ct)
    {
        Trace trace = await Trace.OpenAsync(Path.Combine(folder, "out", "provenance.json"), catalogue, cancellationToken: ct);
        TraceAnswer answer = trace.Number("sums.csv", row: 3, column: "sum");
        Console.WriteLine(answer.Report());
        return answer;
    }

    private static async Task ReportAsync(string folder, CancellationToken ct)
    {
        ProvenanceRecord record = await ProvenanceRecord.ReadAsync(Path.Combine(folder, "out", "provenance.json"), ct);
        ReportForm form = ReportForm.Empty(FormDefinition.Xrd)
            .With("operando_or_in_situ", "Operando")
            .FillFrom(record)
            .FillFromStep(record, "normalise.", "background_subtraction", "area", "from");
        await form.WriteCsvAsync(Path.Combine(folder, "report.csv"), cancellationToken: ct);        // or WriteHdf5Async, form.ToJson()
        await File.WriteAllTextAsync(Path.Combine(folder, "report.md"), form.ToMarkdown(), ct);
        await File.WriteAllTextAsync(Path.Combine(folder, "entry.md"), NotebookEntry.ToMarkdown(record, form), ct);
        await ArchiveDeposit.WriteAsync(Path.Combine(folder, "out", "provenance.json"), Path.Combine(folder, "deposit"), new ArchiveRecord { Title = "LiNiO2, operando", Licence = Licence.CcBy4 }, form, ct);
        Assert.True(File.Exists(Path.Combine(folder, "deposit", "record.json")));
    }

    private static async Task FolderAsync(string folder, CancellationToken ct)
    {
        ProjectFolder project = ProjectFolder.Open(Path.Combine(folder, "cell42"));
        FileRef raw = await project.AddRawAsync(Path.Combine(folder, "scans", "a.txt"), new DateOnly(2026, 1, 31), cancellationToken: ct);
        string results = project.NewFolder(DataStage.Analysed, "areas", new DateOnly(2026, 2, 1));   // 4-analysed/2026-02-01_areas
        Assert.True(Directory.Exists(results) && File.Exists(raw.Path));
        File.SetAttributes(raw.Path, FileAttributes.Normal);
    }

    private static async Task CompareAsync(string folder, CancellationToken ct)
    {
        Recipe recipe = await Recipe.ReadAsync(Path.Combine(folder, "areas.json"), catalogue, ct);
        var clock = TimeProvider.System;
        RoundRobinParticipant[] participants =
        [
            new("anna", recipe, run => run.Result<ResultTable>("sum")),
            new("ben", recipe.WithOption("norm", "from", "17.5"), run => run.Result<ResultTable>("sum")),
        ];
        var tables = await RoundRobin.RunAsync(participants, Path.Combine(folder, "scans"), outputFolder: Path.Combine(folder, "round-robin"), cancellationToken: ct);
        ResultTable comparison = RoundRobin.CompareTables(tables, "sum");
        Console.WriteLine(comparison);
        Console.WriteLine(RoundRobin.Deviations(comparison, ["anna", "ben"]));

        ProtocolLog log = await ProtocolLog.ReadAsync(Path.Combine(folder, "areas.figures.jsonl"), ct);
        log = log.With(new ProtocolRun(clock.GetUtcNow(), recipe.Name, ProtocolLog.VersionOf(recipe), new Dictionary<string, double> { ["sum"] = comparison.Numbers("median")[0] }));
        await log.WriteAsync(Path.Combine(folder, "areas.figures.jsonl"), ct);
        MonitorResult state = ProtocolMonitor.Watch(log.Values("sum"));
        Console.WriteLine($"{state.Alarms.Count} alarms in {log.Runs.Count} runs");
        Assert.Empty(state.Alarms);
    }

    private static async Task<RecipePreview> TuneAsync(string folder, CancellationToken ct)
    {
        Recipe recipe = await Recipe.ReadAsync(Path.Combine(folder, "areas.json"), catalogue, ct);
        RecipePreview preview = await RecipePreview.OpenAsync(recipe, new InputPath(Path.Combine(folder, "scans")), [0, 4], cancellationToken: ct);
        preview.Update("norm", new AreaOptions { Area = 50 }, ct);       // the slider moved
        SpectrumSeries scaled = preview.Result<SpectrumSeries>("norm");  // rows 0 and 4

        Recipe tuned = preview.Recipe
            .WithOverride("norm", row: 4, new AreaOptions { Area = 50, From = 17.5 }, "glitch at the start")
            .WithExclusion("norm", row: 2, "beam dump");
        await preview.UpdateAsync(tuned, ct);
        Assert.Equal(2, scaled.Count);
        return preview;
    }

    private static async Task<ResultTable> SweepAsync(string folder, Recipe recipe, CancellationToken ct)
    {
        SweepResult sweep = await ParameterSweep.RunAsync(
            recipe,
            new InputPath(Path.Combine(folder, "scans")),
            sourceRows: [0, 1, 4],
            axes: [SweepAxis.Option("norm", "area", SweepAxis.LogRange(1, 1000, 4))],
            figures: [new KeyFigure("sum", "counts", run => run.Result<ResultTable>("sum").Numbers("sum")[0])],
            cancellationToken: ct);
        Console.WriteLine(sweep.Table);
        return sweep.Table;
    }

    private static Recipe InCode()
    {
        var recipe = new Recipe("areas", [
            RecipeStep.Of("read", TestSteps.Read),
            RecipeStep.Of("norm", AreaSteps.ToArea, new AreaOptions { Area = 100 }),
            RecipeStep.Of("sum", TestSteps.Sum),
        ]);
        return recipe;
    }
}
