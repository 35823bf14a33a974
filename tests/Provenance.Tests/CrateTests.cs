using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using BigMap.Analysis.Formats;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Provenance.Tests;

public class CrateTests
{
    private const string Base = "https://example.org/crate/";
    private static readonly CrateAgent Person = new("A. Operator", "https://orcid.org/0000-0002-1825-0097", "Example laboratory");

    private static readonly CrateOptions Options = new()
    {
        Catalogue = TestSteps.Catalogue,
        Operator = Person,
        Archive = new ArchiveRecord { Title = "Sums of scaled patterns", Creators = [Person], Publisher = new CrateAgent("Example laboratory"), Keywords = ["LiNiO2", "operando"], Licence = Licence.CcBy4, RelatedIdentifiers = ["https://doi.org/10.5281/zenodo.7693672"] },
        Characterisation = new CharacterisationDescription
        {
            UseCase = "Phase transitions of LiNiO2 during charge.",
            Sample = "LNO half cell 42",
            SampleTerms = [Ontology.LithiumNickelOxide],
            Technique = Ontology.NeutronPowderDiffraction,
            Experiment = "Operando, C/20.",
            Instrument = "D2B",
            Laboratory = new CrateAgent("ILL"),
            RawData = "Reduced patterns.",
        },
        OutputTerms = new Dictionary<string, OntologyTerm> { ["test.scale"] = Ontology.PrimaryData },
    };

    private static IReadOnlyDictionary<string, string> Own => new Dictionary<string, string> { [RoCrate.ContextAddress] = RoCrate.OfflineContext() };

    private static IReadOnlyDictionary<string, string> Real => new Dictionary<string, string> { [RoCrate.ContextAddress] = File.ReadAllText(ReferenceData.File("provenance/context/ro-crate-1.2-context.jsonld")) };

    private static IReadOnlyDictionary<string, string> Nothing { get; } = new Dictionary<string, string> { [RoCrate.ContextAddress] = """{"@context":{}}""" };

    [Fact]
    public void TheExampleEqualsItsTriples()
    {
        string json = File.ReadAllText(ReferenceData.File("provenance/crate-example/ro-crate-metadata.json"));
        string[] expected = [.. File.ReadAllLines(ReferenceData.File("provenance/crate-example/expected.nt")).Where(l => l.Length > 0).Order(StringComparer.Ordinal)];
        Assert.Equal(74, expected.Length);
        Assert.Equal(expected, JsonLd.Triples(json, Base, Real));

        // Read and written again by this package, with its own context and with none at all.
        string again = RoCrate.Parse(json).ToJson();
        Assert.Equal(expected, JsonLd.Triples(again, Base, Real));
        Assert.Equal(expected, JsonLd.Triples(again, Base, Own));
        Assert.Equal(expected, JsonLd.Triples(again, Base, Nothing));
    }

    [Fact]
    public async Task ACrateMeansTheSameWithTheRealContextWithOursAndWithNone()
    {
        using var folder = new TemporaryFolder();
        string json = (await MakeAsync(folder)).ToJson();
        string[] triples = JsonLd.Triples(json, Base, Nothing);
        Assert.True(triples.Length > 300);
        Assert.Equal(triples, JsonLd.Triples(json, Base, Own));
        Assert.Equal(triples, JsonLd.Triples(json, Base, Real));
    }

    [Fact]
    public async Task RdflibReadsTheSameTriplesWithoutNetwork()
    {
        using var folder = new TemporaryFolder();
        string json = (await MakeAsync(folder)).ToJson();
        string context = folder.Write("context.json", RoCrate.OfflineContext());
        var start = new ProcessStartInfo("/usr/bin/python3", [ReferenceData.Shipped("tests/Provenance.Tests/check-crate.py"), folder["out/ro-crate-metadata.json"], Base, context]) { RedirectStandardOutput = true };
        if (!File.Exists(start.FileName))
            Assert.Skip("There is no Python here.");
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (process.ExitCode == 77)
            Assert.Skip("rdflib is not installed.");
        Assert.Equal(0, process.ExitCode);
        string[] read = [.. output.Split('\n').Order(StringComparer.Ordinal)];
        Assert.Equal(JsonLd.Triples(json, Base, Own), read);
    }

    [Fact]
    public async Task EveryTermIsOfTheTableOfRoCrateOrOursAndNoneIsDeprecated()
    {
        using var folder = new TemporaryFolder();
        RoCrate crate = await MakeAsync(folder);
        var table = File.ReadLines(ReferenceData.File("provenance/ontology-terms.csv")).Skip(1).Select(l => l.Split(',')).ToDictionary(f => f[2], f => (Label: f[3], IsDeprecated: f.Contains("True")));
        using JsonDocument context = JsonDocument.Parse(Real[RoCrate.ContextAddress]);
        var known = context.RootElement.GetProperty("@context").EnumerateObject().Select(t => t.Value.GetString()!).ToHashSet();
        bool IsTerm(string iri) => iri.Contains("/emmo", StringComparison.Ordinal) || iri.StartsWith(Ontology.OwnNamespace, StringComparison.Ordinal) || iri.StartsWith("http://schema.org/", StringComparison.Ordinal);
        void Check(string iri)
        {
            bool fine = (table.TryGetValue(iri, out (string Label, bool IsDeprecated) term) && !term.IsDeprecated) || known.Contains(iri)
                || Ontology.All.Any(t => t.IsOwn && t.Iri == iri) || iri.StartsWith("https://w3id.org/ro/terms/workflow-run#", StringComparison.Ordinal)
                || iri.StartsWith("http://www.w3.org/2000/01/rdf-schema#", StringComparison.Ordinal) || iri.StartsWith("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", StringComparison.Ordinal);
            Assert.True(fine, iri);
        }

        int checkedTerms = 0;
        foreach (string triple in JsonLd.Triples(crate.ToJson(), Base, Real))
        {
            string[] parts = triple.Split(' ', 3);
            Check(parts[1].Trim('<', '>'));
            string target = parts[2][..^2];
            if (target[0] == '<' && (parts[1].EndsWith("#type>", StringComparison.Ordinal) || IsTerm(target.Trim('<', '>'))))
            {
                Check(target.Trim('<', '>'));
                checkedTerms++;
            }
        }

        Assert.True(checkedTerms > 100);

        // The catalogue of terms itself: published ones as the table has them, ours below a published one.
        Assert.All(Ontology.All, term =>
        {
            if (term.IsOwn)
            {
                Assert.True(table.TryGetValue(term.Parent, out (string Label, bool IsDeprecated) parent) && !parent.IsDeprecated, term.Label);
                Assert.NotEmpty(term.Definition);
                Assert.DoesNotContain(table.Values, t => string.Equals(t.Label, term.Label, StringComparison.OrdinalIgnoreCase));
            }
            else
            {
                Assert.Equal((term.Label, false), table[term.Iri]);
            }
        });
        Assert.Equal(Ontology.All.Count, Ontology.All.Select(t => t.Iri).Distinct().Count());
    }

    [Fact]
    public async Task EveryFileThatTheRunUsedOrMadeIsInAnActionWithItsHash()
    {
        using var folder = new TemporaryFolder();
        RoCrate crate = await MakeAsync(folder);
        string[] parts = [.. crate.Root["hasPart"].Select(p => p.Value)];
        CrateEntity[] actions = [.. crate.Entities.Where(e => e.Types.Contains("CreateAction"))];
        foreach (string file in Directory.EnumerateFiles(folder["out"], "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(RoCrate.FileName, StringComparison.Ordinal)))
        {
            string id = Path.GetRelativePath(folder["out"], file).Replace('\\', '/');
            CrateEntity entity = crate[id];
            Assert.Contains(id, parts);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))), entity.Text("sha256"));
            Assert.Equal(new FileInfo(file).Length.ToString(System.Globalization.CultureInfo.InvariantCulture), entity.Text("contentSize"));
            if (id != "provenance.json")
                Assert.Contains(actions, a => a["object"].Concat(a["result"]).Contains(CrateValue.To(id)));
        }

        Assert.Equal(Ontology.RawData.Iri, crate["data/in.txt"].Text("additionalType"));
        Assert.Equal(Ontology.PrimaryData.Iri, crate["scaled.txt"].Text("additionalType"));
        Assert.Equal(Ontology.SecondaryData.Iri, crate["sums.csv"].Text("additionalType"));
    }

    [Fact]
    public async Task TheCrateHasWhatTheValidatorsOfRoCrateAskFor()
    {
        using var folder = new TemporaryFolder();
        RoCrate crate = await MakeAsync(folder);
        foreach (string property in (string[])["name", "description", "datePublished", "license", "publisher", "conformsTo", "hasPart", "mentions", "author", "keywords"])
            Assert.NotEmpty(crate.Root[property]);
        Assert.Equal("https://w3id.org/ro/crate/1.2", crate[RoCrate.FileName].Text("conformsTo"));
        foreach (CrateEntity action in crate.Entities.Where(e => e.Types.Any(t => t is "CreateAction" or "UpdateAction")))
        {
            Assert.Contains(CrateValue.To(action.Id), crate.Root["mentions"]);
            CrateEntity instrument = crate[action.Text("instrument")];
            Assert.Contains("SoftwareApplication", instrument.Types);
            Assert.All((string[])["name", "url", "version"], p => Assert.True(instrument.Text(p).Length > 0 || !instrument.Text("name").StartsWith("BigMap.Analysis.P", StringComparison.Ordinal)));
            Assert.True(action.Text("name").Length > 0 && action.Text("description").Length > 0 && action["result"].Count > 0, action.Id);
            Assert.True(action["error"].Count == 0 || action.Text("actionStatus") == "http://schema.org/FailedActionStatus");
        }

        // References inside the crate lead somewhere.
        foreach (CrateEntity entity in crate.Entities)
        {
            foreach (CrateValue value in entity.Properties.SelectMany(p => p.Value).Where(v => v.IsReference && v.Value.StartsWith('#')))
                Assert.True(crate.Contains(value.Value), $"{entity.Id} refers to {value.Value}");
        }

        foreach (string chada in (string[])["#use-case", "#experiment", "#raw-data", "#data-processing"])
            Assert.Contains(CrateValue.To(chada), crate.Root["mentions"]);
        Assert.Equal(Ontology.NeutronPowderDiffraction.Iri, crate["#experiment"].Text("measurementTechnique"));
        Assert.Contains("rdfs:Class", crate[Ontology.NeutronPowderDiffraction.Iri].Types);
    }

    [Fact]
    public async Task ParametersHaveLabelsAndTheUnitsOfTheData()
    {
        using var folder = new TemporaryFolder();
        RoCrate crate = await MakeAsync(folder);
        CrateEntity factor = crate["#action-2.factor"];
        Assert.Equal(("scale.factor", "2.5", "Factor: Factor on every value."), (factor.Text("name"), factor.Text("value"), factor.Text("description")));
        Assert.Contains(CrateValue.To("#action-2.factor"), crate["#action-2"]["object"]);
        Assert.Equal("divideBy", crate["#action-2.mode"].Text("value"));
        Assert.Equal("intensity", crate["#action-2.offset"].Text("unitText"));
        Assert.Equal("1", crate["#action-2.windows.0.min"].Text("value"));
    }

    [Fact]
    public async Task DecisionsOfAPersonAndEditedMetadataAreActionsOfTheirOwn()
    {
        using var folder = new TemporaryFolder();
        RoCrate crate = await MakeAsync(folder);
        CrateEntity excluded = crate["#override-2-3"], changed = crate["#override-2-1"];
        Assert.Equal(("beam dump", Person.Identifier), (excluded.Text("description"), excluded.Text("agent")));
        Assert.Equal("true", crate[excluded.Text("result")].Text("value"));
        Assert.Equal(["scale.row[1].factor=0.5", "scale.row[1].limits.max=30"], changed["result"].Select(r => $"{crate[r.Value].Text("name")}={crate[r.Value].Text("value")}").Order(StringComparer.Ordinal));
        Assert.Contains(changed["result"][0], crate["#action-2"]["object"]);

        CrateEntity temperature = crate["#metadata-temperature"];
        Assert.Equal(("300", "K", "https://w3id.org/emmo#Kelvin", Ontology.Temperature.Iri), (temperature.Text("value"), temperature.Text("unitText"), temperature.Text("unitCode"), temperature.Text("propertyID")));
        CrateEntity edit = crate["#edit-2"];
        Assert.Equal("298", crate[edit.Text("object")].Text("value"));
        Assert.Equal("300", crate[edit.Text("result")].Text("value"));
        Assert.Equal(("the thermostat was read again", "B. Operator"), (edit.Text("description"), crate[edit.Text("agent")].Text("name")));
    }

    [Fact]
    public async Task FilesOfAnyNameAreNamedByAddressesThatLeadToThem()
    {
        using var folder = new TemporaryFolder();
        CancellationToken ct = TestContext.Current.CancellationToken;
        string[] names = ["a b#1.txt", "100%.txt", "Å 日本 'q' \"x\".txt", "c%20d?.txt", "e&f;[g].txt", "ro-crate:x.txt", "~/-_.txt"];
        string input = folder.Write("out/in #1.txt", TestSteps.Text(TestSteps.MakeSeries(3)));
        var recorder = new ProvenanceRecorder("odd \"names\" \\ \u0001");
        var recipe = new Recipe("odd", [RecipeStep.Of("read", TestSteps.Read), .. names.Select((n, i) => RecipeStep.Of($"w{i}", TestSteps.WriteSeries, new WriteOptions { File = n }, "read"))]);
        await recipe.RunAsync(input, new StepEnvironment(recorder.Context, folder["out"]), ct);
        await recorder.SaveAsync(folder["out/provenance.json"], new CrateOptions(), ct);
        RoCrate crate = await RoCrate.ReadAsync(folder["out"], ct);
        string[] ids = [.. crate.Root["hasPart"].Select(p => p.Value)];
        foreach (string name in names.Append("in #1.txt").Append("provenance.json"))
        {
            string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(folder["out/" + name])));
            string id = name.Contains(':', StringComparison.Ordinal) ? ids.Single(i => crate[i]["alternateName"].Any(a => a.Value == name)) : ids.Single(i => Uri.UnescapeDataString(i) == name);
            Assert.Equal(hash, crate[id].Text("sha256"));
            Assert.True(Uri.IsWellFormedUriString(id, UriKind.RelativeOrAbsolute), id);
        }

        Assert.DoesNotContain(folder.Path, File.ReadAllText(folder["out/ro-crate-metadata.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheErrorOfACrateNamesNoFolderOfThisMachine()
    {
        using var folder = new TemporaryFolder();
        string input = folder.Write("in.csv", "x,y\n1,one\n2,two\n");
        var recorder = new ProvenanceRecorder("fails");
        var recipe = new Recipe("failing", [RecipeStep.Of("read", FormatsSteps.ReadText, new TextReadOptions { AxisQuantity = AxisQuantity.RamanShift, AxisUnit = "cm^-1" })]);
        await Assert.ThrowsAsync<InputFormatException>(() => recipe.RunAsync(new InputPath(input), new StepEnvironment(recorder.Context, folder["out"])));
        RoCrate crate = await recorder.SaveAsync(folder["out/provenance.json"], new CrateOptions(), TestContext.Current.CancellationToken);
        Assert.Contains("in.csv", crate["#action-1"].Text("error"), StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Path, crate.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFailedRunIsInTheCrate()
    {
        using var folder = new TemporaryFolder();
        string input = folder.Write("in.txt", TestSteps.Text(TestSteps.MakeSeries(3)));
        Recipe recipe = new("failing", [RecipeStep.Of("read", TestSteps.Read), RecipeStep.Of("raw", TestSteps.WriteSeries, new WriteOptions { File = "raw.txt" }), RecipeStep.Of("fail", TestSteps.Fail)]);
        var recorder = new ProvenanceRecorder("fails");
        await Assert.ThrowsAsync<DataMismatchException>(() => recipe.RunAsync(input, new StepEnvironment(recorder.Context, folder["out"])));
        RoCrate crate = await recorder.SaveAsync(folder["out/provenance.json"], new CrateOptions(), TestContext.Current.CancellationToken);
        CrateEntity failed = crate["#action-3"];
        Assert.Equal("http://schema.org/FailedActionStatus", failed.Text("actionStatus"));
        Assert.Equal("DataMismatchException: this step always fails.", failed.Text("error"));
        Assert.Equal("http://schema.org/CompletedActionStatus", crate["#action-2"].Text("actionStatus"));

        // The input lies outside the folder: it is named by its hash, and its path is kept.
        CrateEntity outside = crate.Entities.Single(e => e.Id.StartsWith("ni:///sha-256;", StringComparison.Ordinal));
        Assert.Equal(Path.GetFileName(input), outside.Text("alternateName"));
        Assert.DoesNotContain(folder.Path, outside.ToString(), StringComparison.Ordinal);
        Assert.Equal("No licence stated", crate[crate.Root.Text("license")].Text("name"));
        ReplayReport report = await Replay.RunAsync(folder["out/provenance.json"], TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["again"] }, TestContext.Current.CancellationToken);
        Assert.True(report.IsIdentical, report.Report());
    }

    [Fact]
    public async Task ACrateIsReadChangedAndWrittenAgain()
    {
        using var folder = new TemporaryFolder();
        RoCrate made = await MakeAsync(folder);
        RoCrate crate = await RoCrate.ReadAsync(folder["out"], TestContext.Current.CancellationToken);
        Assert.Equal(made.ToJson(), crate.ToJson());
        await crate.With(crate.Root.With("description", "Changed.")).WriteAsync(folder["out"], TestContext.Current.CancellationToken);
        Assert.Equal("Changed.", (await RoCrate.ReadAsync(folder["out"], TestContext.Current.CancellationToken)).Root.Text("description"));
        Assert.Empty(Directory.GetFiles(folder["out"], "*.tmp"));
        Assert.Throws<InvalidOperationException>(() => crate.With(new CrateEntity("#x", "NoSuchThing")).ToJson());
        Assert.Throws<ArgumentException>(() => new RoCrate([new CrateEntity("a", "File"), new CrateEntity("a", "File")]));
        foreach (string bad in (string[])["", "{", "[]", "{}", """{"@graph":1}""", """{"@graph":[{"@id":"a"}]}""", """{"@graph":[{"@id":"a","@type":"File","name":{"x":1}}]}"""])
            Assert.Throws<InputFormatException>(() => RoCrate.Parse(bad));
        await Assert.ThrowsAsync<InputFormatException>(() => RoCrate.ReadAsync(folder["nowhere"]));
    }

    [Fact]
    public async Task TheSameRunGivesTheSameCrateByteForByte()
    {
        using TemporaryFolder one = new(), two = new();
        Assert.Equal((await MakeAsync(one)).ToJson(), (await MakeAsync(two)).ToJson());
    }

    internal static async Task<RoCrate> MakeAsync(TemporaryFolder folder)
    {
        string input = folder.Write("out/data/in.txt", TestSteps.Text(TestSteps.MakeSeries(6)));
        var when = new DateTimeOffset(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);
        var recorder = new ProvenanceRecorder("A demo", AnalysisContext.Default with { Time = new FixedClock() });
        recorder.Metadata = recorder.Metadata
            .With(new MetadataEntry("temperature", "298", "K", Ontology.Temperature.Iri), "A. Operator", "logbook", when)
            .With(new MetadataEntry("temperature", "300", "K", Ontology.Temperature.Iri), "B. Operator", "the thermostat was read again", when.AddHours(1));
        await Runs.Recipe.RunAsync(new InputPath(input), new StepEnvironment(recorder.Context, folder["out"]), TestContext.Current.CancellationToken);
        return await recorder.SaveAsync(folder["out/provenance.json"], Options, TestContext.Current.CancellationToken);
    }
}
