using System.Text.Json;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Provenance.Tests;

public class RecipeTests
{
    private static readonly StepCatalogue Catalogue = TestSteps.Catalogue;

    [Fact]
    public void JsonRoundTripIsByteIdentical()
    {
        Recipe recipe = Runs.Recipe;
        string json = recipe.ToJson();
        Recipe again = Recipe.Parse(json, Catalogue);
        Assert.Equal(json, again.ToJson());
        Assert.Equal(recipe, again);
        Assert.DoesNotContain('\r', json);
        Assert.EndsWith("}\n", json, StringComparison.Ordinal);
        Assert.Contains("\"repeats\": 1", json, StringComparison.Ordinal);
        Assert.True(json.IndexOf("\"row\": 1,", StringComparison.Ordinal) < json.IndexOf("\"row\": 3,", StringComparison.Ordinal));
    }

    [Fact]
    public void EqualRecipesHaveEqualTextHoweverTheyWereWritten()
    {
        Recipe a = Recipe.Parse(OneStep("""{ "factor": 2, "limits": { "max": 3.50, "min": 1e0 } }"""), Catalogue);
        Recipe b = Recipe.Parse(OneStep("""{ "limits": { "min": 1, "max": 35e-1 }, "repeats": 1, "factor": 2.0 }""").Replace("\n", "\r\n", StringComparison.Ordinal), Catalogue);
        Recipe c = new("one", [RecipeStep.Of("a", TestSteps.Scale, new ScaleOptions { Factor = 2, Limits = new ScaleLimits { Min = 1, Max = 3.5 } }, from: RecipeStep.RunInput)]);
        Assert.Equal(a.ToJson(), b.ToJson());
        Assert.Equal(a.ToJson(), c.ToJson());
        Assert.Equal(a.GetHashCode(), c.GetHashCode());
    }

    [Fact]
    public void DefaultSourceSkipsWriters()
    {
        Recipe recipe = Runs.Recipe;
        Assert.Equal("input", recipe.SourceOf("read"));
        Assert.Equal("scale", recipe.SourceOf("scaled.txt"));
        Assert.Equal("scale", recipe.SourceOf("sum"));
        Assert.Equal("sum", recipe.SourceOf("sums.csv"));
        Assert.Equal("read", recipe.SourceOf("raw.csv"));
        Assert.Equal(typeof(InputPath), recipe.InputType);
    }

    [Fact]
    public void OverridesFollowLaterChangesOfTheOtherOptions()
    {
        Recipe recipe = Runs.Recipe;
        recipe = recipe.WithOptions("scale", (ScaleOptions)recipe["scale"].Options with { Offset = 7, Factor = 9 });
        var row1 = (ScaleOptions)recipe.OverridesOf("scale").Single(o => o.Row == 1).Options!;
        Assert.Equal((0.5, 7, 30), (row1.Factor, row1.Offset, row1.Limits.Max));
    }

    [Fact]
    public void AnOverrideKeepsOnlyWhatDiffers()
    {
        var options = (ScaleOptions)Runs.Recipe["scale"].Options;
        Recipe recipe = Runs.Recipe.WithOverride("scale", 5, options with { Repeats = 2, Limits = options.Limits with { Min = 1 } }, "twice");
        Assert.Equal("""{"repeats":2,"limits":{"min":1}}""", recipe["scale"].Overrides[^1].OptionsJson);
        Assert.Equal(recipe, Recipe.Parse(recipe.ToJson(), Catalogue));
        recipe = recipe.WithExclusion("scale", 5, "no");
        Assert.True(recipe["scale"].Overrides[^1].IsExcluded);
        Assert.Equal(Runs.Recipe, recipe.WithoutOverride("scale", 5));
        Assert.Throws<RecipeException>(() => recipe.WithExclusion("scale", 5, " "));
        Assert.Throws<RecipeException>(() => recipe.WithOverride("scale", 5, new NoOptions(), "wrong type"));
        Assert.Throws<RecipeException>(() => recipe.WithOverride("scale", 5, options with { Repeats = 77 }, "out of range"));
    }

    [Fact]
    public void OneOptionCanBeChangedByItsPath()
    {
        Recipe recipe = Runs.Recipe.WithOption("scale", "limits.max", "12").WithOption("scale", "windows[0].min", "-2").WithOption("scale", "weights[1]", "5");
        var options = (ScaleOptions)recipe["scale"].Options;
        Assert.Equal((12, -2, 5), (options.Limits.Max, options.Windows[0].Min, options.Weights[1]));
        foreach (string path in (string[])["nothing", "limits.nothing", "windows[1].min", "windows[x].min", "weights[2]", "limits.max.more"])
            Assert.Contains(path, Assert.Throws<OptionsException>(() => recipe.WithOption("scale", path, "1")).Message, StringComparison.Ordinal);
        Assert.Contains("repeats", Assert.Throws<OptionsException>(() => recipe.WithOption("scale", "repeats", "1.5")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunsAndGivesTypedResults()
    {
        using var folder = new TemporaryFolder();
        string input = folder.Write("in.txt", TestSteps.Text(TestSteps.MakeSeries(6)));
        RecipeRun run = await Runs.Recipe.RunAsync(input, Catalogue, new StepEnvironment(AnalysisContext.Default, folder.Path));
        SpectrumSeries raw = TestSteps.MakeSeries(6);
        SpectrumSeries scaled = run.Result<SpectrumSeries>("scale");
        Assert.Equal(raw[0][2] / 2.5, scaled[0][2]);
        Assert.Equal(raw[1][2] / 0.5, scaled[1][2]);
        Assert.True(double.IsNaN(scaled[3][0]));
        StepRun step = run.Steps.Single(s => s.Step.Id == "scale");
        Assert.Equal((6, 1), (step.Rows, step.Failed));
        Assert.Equal(1, step.Statuses[RowStatus.Excluded]);
        Assert.Equal(["scaled.txt", "sums.csv", "raw.txt"], run.Files.Select(f => Path.GetFileName(f.Path)));
        Assert.Equal(TestSteps.Text(scaled), await File.ReadAllTextAsync(folder["scaled.txt"]));
        Assert.Equal("read_note", Assert.Single(run.Warnings).Code);
        Assert.Contains("6 rows: 1 excluded", run.Report(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => run.Result<SpectrumSeries>("sum"));
        Assert.Throws<ArgumentException>(() => run.Result<SpectrumSeries>("nothing"));
    }

    [Fact]
    public async Task ResultsDoNotDependOnThreadsOrCultureOrRecording()
    {
        SpectrumSeries series = TestSteps.MakeSeries(40, 33);
        Recipe recipe = new("one", [RecipeStep.Of("scale", TestSteps.Scale, new ScaleOptions { Factor = 1.1, Repeats = 7 }), RecipeStep.Of("sum", TestSteps.Sum)]);
        string[] texts = new string[4];
        for (int i = 0; i < texts.Length; i++)
        {
            AnalysisContext context = AnalysisContext.Default with { MaxDegreeOfParallelism = 1 + (i % 2) };
            if (i >= 2)
                context = new ProvenanceRecorder("x", context).Context;
            RecipeRun run = await InCulture(i == 3 ? "de-DE" : "", () => recipe.RunAsync(series, new StepEnvironment(context)));
            texts[i] = TestSteps.Text(run.Result<SpectrumSeries>("scale")) + string.Join(' ', run.Result<ResultTable>("sum").Numbers("sum").Values.ToArray().Select(BitConverter.DoubleToInt64Bits));
        }

        Assert.All(texts, t => Assert.Equal(texts[0], t));
    }

    [Fact]
    public async Task ProgressAndCancellationPassThrough()
    {
        var seen = new List<BatchProgress>();
        var context = AnalysisContext.Default with { Progress = new Collect(seen) };
        Recipe recipe = new("one", [RecipeStep.Of("scale", TestSteps.Scale), RecipeStep.Of("again", TestSteps.Scale)]);
        await recipe.RunAsync(TestSteps.MakeSeries(4), new StepEnvironment(context));
        Assert.Equal(["test.scale 4/4", "test.scale 4/4"], seen.Select(p => p.ToString()));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => recipe.RunAsync(TestSteps.MakeSeries(4), new StepEnvironment(context), cancelled.Token));
    }

    [Fact]
    public async Task AReadingStepCanBePutInFront()
    {
        using var folder = new TemporaryFolder();
        string input = folder.Write("in.txt", TestSteps.Text(TestSteps.MakeSeries(4)));
        Recipe loaded = new("one", [RecipeStep.Of("scale", TestSteps.Scale), RecipeStep.Of("raw", TestSteps.Sum, from: RecipeStep.RunInput)]);
        Recipe recipe = loaded.Prepend(RecipeStep.Of("read", TestSteps.Read));
        Assert.Equal(["input", "read", "read"], recipe.Steps.Select(s => recipe.SourceOf(s.Id)));
        ResultTable sums = (await recipe.RunAsync(input)).Result<ResultTable>("raw");
        Assert.Equal((await loaded.RunAsync(TestSteps.MakeSeries(4))).Result<ResultTable>("raw").Numbers("sum").Values.ToArray(), sums.Numbers("sum").Values.ToArray());
        Assert.Throws<RecipeException>(() => loaded.Prepend(RecipeStep.Of("scale", TestSteps.Read)));
    }

    [FsCheck.Xunit.Property]
    public void AnyRecipeSurvivesJson(FsCheck.NormalFloat offset, FsCheck.PositiveInt repeats, string note, (FsCheck.NonNegativeInt Row, FsCheck.NormalFloat Min, string Reason)[] rows)
    {
        var options = new ScaleOptions { Offset = offset.Get, Repeats = 1 + (repeats.Get % 10), Note = note ?? string.Empty, Weights = [Math.Abs(offset.Get)] };
        Recipe recipe = new(note is { Length: > 0 } && note.Trim().Length > 0 ? note : "x", [RecipeStep.Of("scale", TestSteps.Scale, options)], note ?? string.Empty);
        foreach ((FsCheck.NonNegativeInt row, FsCheck.NormalFloat min, string reason) in rows ?? [])
        {
            recipe = row.Get % 3 == 0
                ? recipe.WithExclusion("scale", row.Get, "r" + reason)
                : recipe.WithOverride("scale", row.Get, options with { Limits = new ScaleLimits { Min = min.Get } }, "r" + reason);
        }

        Recipe again = Recipe.Parse(recipe.ToJson(), Catalogue);
        Assert.Equal(recipe.ToJson(), again.ToJson());
        Assert.Equal(offset.Get, ((ScaleOptions)again["scale"].Options).Offset);
        Assert.Equal(recipe.OverridesOf("scale").Select(o => (o.Row, o.Reason, (o.Options as ScaleOptions)?.Limits.Min)), again.OverridesOf("scale").Select(o => (o.Row, o.Reason, (o.Options as ScaleOptions)?.Limits.Min)));
    }

    [Fact]
    public async Task WrongInputIsNamed()
    {
        Recipe fromSeries = new("one", [RecipeStep.Of("scale", TestSteps.Scale)]);
        Assert.Contains("Read the file first", (await Assert.ThrowsAsync<DataMismatchException>(() => fromSeries.RunAsync("file.txt"))).Message, StringComparison.Ordinal);
        Assert.Contains("path", (await Assert.ThrowsAsync<DataMismatchException>(() => Runs.Recipe.RunAsync(TestSteps.MakeSeries(2)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnOverrideOfARowThatIsNotThereIsAWarning()
    {
        Recipe recipe = new Recipe("one", [RecipeStep.Of("scale", TestSteps.Scale)]).WithExclusion("scale", 99, "typing error");
        RecipeRun run = await recipe.RunAsync(TestSteps.MakeSeries(4));
        Assert.Equal(("override_row_absent", 99), Assert.Single(run.Warnings) is var w ? (w.Code, w.Row) : default);
    }

    [Fact]
    public async Task TwoStepsThatWriteOneFileAreAWarning()
    {
        using var folder = new TemporaryFolder();
        Recipe recipe = new("two", [RecipeStep.Of("a", TestSteps.WriteSeries, new WriteOptions { File = "x.txt" }), RecipeStep.Of("b", TestSteps.WriteSeries, new WriteOptions { File = "x.txt" })]);
        RecipeRun run = await recipe.RunAsync(TestSteps.MakeSeries(2), new StepEnvironment(AnalysisContext.Default, folder["new"]));
        Assert.Equal("file_overwritten", Assert.Single(run.Warnings).Code);
        Assert.Contains("step a", run.Report(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WarningsOfOneKindAreCountedInTheReport()
    {
        Recipe recipe = new("many", [RecipeStep.Of("scale", TestSteps.Scale)]);
        for (int row = 10; row < 40; row++)
            recipe = recipe.WithExclusion("scale", row, "typing error");
        RecipeRun run = await recipe.RunAsync(TestSteps.MakeSeries(2));
        Assert.Equal(30, run.Warnings.Count);
        Assert.Contains("29 more of this kind (override_row_absent)", run.Report(), StringComparison.Ordinal);
        Assert.InRange(run.Report().Split('\n').Length, 3, 6);
    }

    [Fact]
    public async Task WrittenFilesAreReadAgain()
    {
        using var folder = new TemporaryFolder();
        await Runs.Recipe.WriteAsync(folder["r/recipe.json"]);
        Assert.Equal(Runs.Recipe, await Recipe.ReadAsync(folder["r/recipe.json"], Catalogue));
        Assert.Single(Directory.GetFiles(folder["r"]));
        byte[] bom = [0xEF, 0xBB, 0xBF, .. await File.ReadAllBytesAsync(folder["r/recipe.json"])];
        await File.WriteAllBytesAsync(folder["bom.json"], bom);
        Assert.Equal(Runs.Recipe, await Recipe.ReadAsync(folder["bom.json"], Catalogue));
        await Assert.ThrowsAsync<InputFormatException>(() => Recipe.ReadAsync(folder["none.json"], Catalogue));
        await File.WriteAllBytesAsync(folder["latin1.json"], System.Text.Encoding.Latin1.GetBytes(Runs.RecipeJson.Replace("demo", "d\u00E9mo", StringComparison.Ordinal)));
        await Assert.ThrowsAsync<RecipeException>(() => Recipe.ReadAsync(folder["latin1.json"], Catalogue));
        await Assert.ThrowsAsync<InputFormatException>(() => ProvenanceRecord.ReadAsync(folder["latin1.json"]));
    }

    [Fact]
    public void RecipesOfOlderReleasesAreRead()
    {
        string folder = ReferenceData.Shipped("tests/data/recipes/test-steps");
        string[] files = Directory.GetFiles(folder, "*.json");
        Assert.NotEmpty(files);
        StepCatalogue catalogue = Catalogue.WithUpgrade("test.scale", 1, UpgradeScale);
        foreach (string file in files)
        {
            Recipe recipe = Recipe.Parse(File.ReadAllText(file), catalogue, file);
            string canonical = Path.ChangeExtension(file, ".canonical.txt");
            Golden.Check(canonical, recipe.ToJson());
        }
    }

    [Fact]
    public void OlderOperationVersionsAreUpgraded()
    {
        string json = OneStep("""{ "gain": 4, "limits": { "max": 9 } }""").Replace("\"version\": 2", "\"version\": 1, \"overrides\": [ { \"row\": 2, \"reason\": \"r\", \"options\": { \"gain\": 8 } } ]", StringComparison.Ordinal);
        Assert.Contains("version 1 of test.scale is not here", Assert.Throws<RecipeException>(() => Recipe.Parse(json, Catalogue)).Message, StringComparison.Ordinal);
        Recipe recipe = Recipe.Parse(json, Catalogue.WithUpgrade("test.scale", 1, UpgradeScale));
        Assert.Equal(4, ((ScaleOptions)recipe["a"].Options).Factor);
        Assert.Equal(8, ((ScaleOptions)recipe.OverridesOf("a")[0].Options!).Factor);
        Assert.Contains("upgraded from version 1 to 2", Assert.Single(recipe.Notes), StringComparison.Ordinal);
        Assert.Equal(2, recipe["a"].Version);
        RecipeException broken = Assert.Throws<RecipeException>(() => Recipe.Parse(json, Catalogue.WithUpgrade("test.scale", 1, _ => throw new InvalidOperationException("boom"))));
        Assert.Contains("boom", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ANewerMinorFormatIsReadWithANote()
    {
        string json = OneStep("{}").Replace("recipe/1\"", "recipe/1.3\", \"accuracy\": { \"rms\": 1 }", StringComparison.Ordinal);
        Assert.Contains("1.3", Assert.Single(Recipe.Parse(json, Catalogue).Notes), StringComparison.Ordinal);
        Assert.Contains("factr", Assert.Throws<RecipeException>(() => Recipe.Parse(json.Replace("{}", "{ \"factr\": 1 }", StringComparison.Ordinal), Catalogue)).Message, StringComparison.Ordinal);
        Recipe own = Recipe.Parse(OneStep("{}").Replace("\"name\"", "\"$schema\": \"s.json\", \"x-lab\": [1], \"name\"", StringComparison.Ordinal), Catalogue);
        Assert.Empty(own.Notes);
    }

    [Fact]
    public void CatalogueRefusesTwoStepsOfTheSameName()
    {
        Assert.Contains("test.sum", Assert.Throws<ArgumentException>(() => new StepCatalogue(TestSteps.All, [TestSteps.Sum])).Message, StringComparison.Ordinal);
        Assert.Same(TestSteps.Scale, Catalogue.Find("test.scale"));
        Assert.Same(TestSteps.Scale, Catalogue.Find("test.scale", 2));
        Assert.Null(Catalogue.Find("test.scale", 1));
        Assert.Equal(Catalogue.Steps.Select(s => s.Operation).Order(StringComparer.Ordinal), Catalogue.Steps.Select(s => s.Operation));
    }

    [Fact]
    public void SchemaDescribesEveryStepAndOption()
    {
        using JsonDocument schema = JsonDocument.Parse(Catalogue.RecipeSchema());
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", schema.RootElement.GetProperty("$schema").GetString());
        JsonElement definitions = schema.RootElement.GetProperty("$defs");
        foreach (IStep step in Catalogue.Steps)
        {
            JsonElement options = definitions.GetProperty($"{step.Operation}.v{step.Version}").GetProperty("properties").GetProperty("options");
            AssertDescribed(step.OptionSet.Options, options);
        }

        JsonElement factor = definitions.GetProperty("test.scale.v2").GetProperty("properties").GetProperty("options").GetProperty("properties").GetProperty("factor");
        Assert.Equal(0, factor.GetProperty("exclusiveMinimum").GetDouble());
        foreach (JsonElement one in schema.RootElement.GetProperty("properties").GetProperty("steps").GetProperty("items").GetProperty("oneOf").EnumerateArray())
            Assert.True(definitions.TryGetProperty(one.GetProperty("$ref").GetString()!["#/$defs/".Length..], out _));

        static void AssertDescribed(IReadOnlyList<OptionDescriptor> options, JsonElement schema)
        {
            JsonElement properties = schema.GetProperty("properties");
            Assert.Equal(options.Select(o => o.Name), properties.EnumerateObject().Select(p => p.Name));
            foreach (OptionDescriptor option in options)
            {
                JsonElement described = properties.GetProperty(option.Name);
                Assert.NotEqual(string.Empty, described.GetProperty("description").GetString());
                if (option.Children.Count > 0)
                    AssertDescribed(option.Children, option.Kind == OptionKind.GroupList ? described.GetProperty("items") : described);
            }
        }
    }

    internal static async Task<T> InCulture<T>(string culture, Func<Task<T>> work)
    {
        System.Globalization.CultureInfo before = System.Globalization.CultureInfo.CurrentCulture;
        try
        {
            System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.GetCultureInfo(culture);
            return await work();
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }

    internal static string OneStep(string options) => $$"""
        {
          "format": "bigmap-recipe/1",
          "name": "one",
          "steps": [
            { "id": "a", "operation": "test.scale", "version": 2,
              "options": {{options}} }
          ]
        }
        """;

    // What 0.1.0 called gain is called factor from version 2 on.
    internal static System.Text.Json.Nodes.JsonObject UpgradeScale(System.Text.Json.Nodes.JsonObject old)
    {
        if (old["gain"] is { } gain)
        {
            old.Remove("gain");
            old["factor"] = gain;
        }

        return old;
    }

    private sealed class Collect(List<BatchProgress> seen) : IProgress<BatchProgress>
    {
        public void Report(BatchProgress value)
        {
            lock (seen)
                seen.Add(value);
        }
    }
}
