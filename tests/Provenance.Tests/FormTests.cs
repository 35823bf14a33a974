using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using BigMap.Analysis.Formats;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Provenance.Tests;

public class FormTests
{
    [Theory]
    [InlineData("xrd")]
    [InlineData("xps")]
    public async Task AFormComesBackFromJsonCsvAndHdf5AsItWas(string name)
    {
        using var folder = new TemporaryFolder();
        FormDefinition definition = FormDefinition.All.Single(d => d.Name == name);
        string[] awkward = ["plain", "a, b; \"c\"", "two\nlines", "  blanks  ", "1e5", "nan", "ok", "naïve Å 2θ µ 日本", "2026-01-02", "|", "-0.1", "'", "\\", "true", "a\r\nb", "x,y\n\"z\""];
        ReportForm form = ReportForm.Empty(definition);
        int n = 0;
        foreach (FormSection section in definition.Sections)
        {
            for (int entry = 0; entry < (section.IsRepeated ? 3 : 1); entry++)
            {
                foreach (FormField field in section.Fields)
                {
                    // Every fifth field stays empty.
                    if (n++ % 5 == 4)
                        continue;
                    form = field.Choices.Count > 0 ? form.With(field.Key, field.Choices[^1], entry)
                        : field.Kind == FormFieldKind.Text ? form.With(field.Key, awkward[n % awkward.Length], entry)
                        : form.With(field.Key, 0.1 + n, entry);
                }
            }
        }

        string json = form.ToJson();
        Assert.Equal(json, ReportForm.Parse(json, definition).ToJson());
        await form.WriteCsvAsync(folder["form.csv"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(json, ReportForm.FromTable(await TableReader.ReadCsvAsync(folder["form.csv"], TestContext.Current.CancellationToken), definition).ToJson());
        await form.WriteHdf5Async(folder["form.h5"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(json, ReportForm.FromTable(TableReader.ReadHdf5(folder["form.h5"]), definition).ToJson());
        Assert.Equal(form.ToMarkdown(), ReportForm.Parse(json, definition).ToMarkdown());
    }

    [Fact]
    public void TheFormsHaveTheFieldsOfTheDeliverable()
    {
        using JsonDocument xrd = JsonDocument.Parse(File.ReadAllText(ReferenceData.File("provenance/forms/xrd-form.json")));
        string[] expected = [.. xrd.RootElement.GetProperty("header").EnumerateArray().Select(h => h.GetString()!), .. xrd.RootElement.GetProperty("tables").EnumerateArray().SelectMany(t => t.GetProperty("fields").EnumerateArray()).Select(f => f.GetProperty("key").GetString()!)];
        Assert.Equal(expected, FormDefinition.Xrd.Sections.SelectMany(s => s.Fields).Select(f => f.Key));

        using JsonDocument xps = JsonDocument.Parse(File.ReadAllText(ReferenceData.File("provenance/forms/xps-form.json")));
        foreach ((JsonElement section, FormSection ours) in xps.RootElement.GetProperty("sections").EnumerateArray().Zip(FormDefinition.Xps.Sections))
        {
            Assert.Equal(section.GetProperty("title").GetString(), ours.Title);
            foreach (JsonElement field in section.GetProperty("fields").EnumerateArray())
            {
                string key = field.GetProperty("key").GetString()!;
                string[] keys = field.TryGetProperty("properties", out JsonElement parts) ? [.. parts.EnumerateArray().Select(p => $"{key}.{p.GetString()}")] : [key];
                Assert.All(keys, k => Assert.Contains(ours.Fields, f => f.Key == k || (f.Unit.Length > 0 && k == $"{f.Key}_{f.Unit}")));
            }
        }

        Assert.All(FormDefinition.All, d => Assert.Equal(d.Sections.Sum(s => s.Fields.Count), d.Sections.SelectMany(s => s.Fields).Select(f => f.Key).Distinct().Count()));
    }

    [Fact]
    public async Task AFormIsFilledFromARunAndNeverOverAPersonsWord()
    {
        using var folder = new TemporaryFolder();
        await CrateTests.MakeAsync(folder);
        ProvenanceRecord record = await ProvenanceRecord.ReadAsync(folder["out/provenance.json"], TestContext.Current.CancellationToken);
        record = record with { Metadata = record.Metadata.With(new MetadataEntry("sample", "LNO-42"), "A", string.Empty, DateTimeOffset.UnixEpoch).With(new MetadataEntry("operando_or_in_situ", "Operando"), "A", string.Empty, DateTimeOffset.UnixEpoch) };
        ReportForm form = ReportForm.Empty(FormDefinition.Xrd).With("output_format", "csv, said by a person").FillFrom(record).FillFromStep(record, "test.scale", "background_subtraction", "factor", "mode");
        Assert.Equal("csv, said by a person", form["output_format"]);
        Assert.Equal("LNO-42", form["sample_description"]);
        Assert.Equal("Operando", form["operando_or_in_situ"]);
        Assert.Equal(".txt (text/plain)", form["raw_data_format"]);
        Assert.Equal("row 1 with other parameters in test.scale (stronger); row 3 left out in test.scale (beam dump)", form["pre_treatment"]);
        Assert.Equal("test.scale version 2: factor 2.5, mode divideBy", form["background_subtraction"]);
        Assert.Contains("BigMap.Analysis.Provenance ", form["refinement_software"], StringComparison.Ordinal);
        Assert.Equal(string.Empty, form["fitting_function"]);
        Assert.Contains("| Description of the sample | LNO-42 |", form.ToMarkdown(), StringComparison.Ordinal);
    }

    [Fact]
    public void WrongAnswersAreRefused()
    {
        ReportForm form = ReportForm.Empty(FormDefinition.Xps);
        Assert.Throws<ArgumentException>(() => form.With("nothing", "x"));
        Assert.Throws<ArgumentException>(() => form.With("knowledge_xps", "4"));
        Assert.Throws<ArgumentException>(() => form.With("statistics.chi2", "1,5"));
        Assert.Throws<ArgumentException>(() => form.With("statistics.chi2", "1.5", 1));
        Assert.Throws<ArgumentException>(() => form.With("position", "1.5", 1));
        Assert.Equal(2, form.With("position", 685, 0).With("position", 687.25, 1).Entries("Result per core level and peak"));
        Assert.Equal("687.25", form.With("position", 685, 0).With("position", 687.25, 1)["position", 1]);
        Assert.Equal(form.ToJson(), form.With("field_of_expertise", "a").With("field_of_expertise", string.Empty).ToJson());
        Assert.Equal(string.Empty, form.With("statistics.rms", double.NaN)["statistics.rms"]);
        foreach (string bad in (string[])["", "{}", form.ToJson().Replace("\"xps\"", "\"xrd\"", StringComparison.Ordinal), form.ToJson().Replace("\"knowledge_xps\"", "\"nothing\"", StringComparison.Ordinal)])
            Assert.Throws<InputFormatException>(() => ReportForm.Parse(bad, FormDefinition.Xps));
        Assert.Throws<DataMismatchException>(() => ReportForm.FromTable(new ResultTable("t", [new TextColumn("section", ["x"])]), FormDefinition.Xps));
        Assert.Throws<DataMismatchException>(() => ReportForm.FromTable(form, FormDefinition.Xrd));
    }

    [Fact]
    public async Task ADepositHasRecordFilesAndChecksums()
    {
        using var folder = new TemporaryFolder();
        await CrateTests.MakeAsync(folder);
        var archive = new ArchiveRecord { Title = "LNO", Creators = [new CrateAgent("Ada B. Example", "https://orcid.org/0000-0002-1825-0097", "CEA")], Keywords = ["LiNiO2"], Licence = Licence.CcBy4, RelatedIdentifiers = ["https://doi.org/10.1/x"] };
        ReportForm form = ReportForm.Empty(FormDefinition.Xrd).With("sample_description", "LNO");
        IReadOnlyList<FileRef> files = await ArchiveDeposit.WriteAsync(folder["out/provenance.json"], folder["deposit"], archive, form, TestContext.Current.CancellationToken);
        string[] expected = ["data/in.txt", "provenance.json", "raw/raw.txt", "ro-crate-metadata.json", "scaled.txt", "sums.csv", "xrd-form.json", "xrd-form.md"];
        Assert.Equal(expected.Select(f => "files/" + f), files.Select(f => f.Path));
        foreach (string line in File.ReadAllLines(folder["deposit/sha256.txt"]))
            Assert.Equal(line[..64], Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder["deposit"], line[66..])))));
        JsonNode record = JsonNode.Parse(await File.ReadAllTextAsync(folder["deposit/record.json"], TestContext.Current.CancellationToken))!;
        JsonNode creator = record["metadata"]!["creators"]![0]!;
        Assert.Equal(("Example", "Ada B.", "0000-0002-1825-0097", "CEA"), ((string)creator["person_or_org"]!["family_name"]!, (string)creator["person_or_org"]!["given_name"]!, (string)creator["person_or_org"]!["identifiers"]![0]!["identifier"]!, (string)creator["affiliations"]![0]!["name"]!));
        Assert.Equal(expected, record["files"]!["entries"]!.AsArray().Select(e => (string)e!["key"]!));

        // The files of a deposit are a run that can be replayed.
        ReplayReport report = await Replay.RunAsync(folder["deposit/files/provenance.json"], TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["again"] }, TestContext.Current.CancellationToken);
        Assert.True(report.IsIdentical, report.Report());

        await Assert.ThrowsAsync<DataMismatchException>(() => ArchiveDeposit.WriteAsync(folder["out/provenance.json"], folder["deposit"], archive));
        File.AppendAllText(folder["out/sums.csv"], "x");
        await Assert.ThrowsAsync<DataMismatchException>(() => ArchiveDeposit.WriteAsync(folder["out/provenance.json"], folder["other"], archive));
        File.Delete(folder["out/sums.csv"]);
        await Assert.ThrowsAsync<DataMismatchException>(() => ArchiveDeposit.WriteAsync(folder["out/provenance.json"], folder["other"], archive));
        Assert.Equal(["again", "deposit", "out"], Directory.GetDirectories(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task ADepositNeverReplacesAFileOfTheRun()
    {
        using var folder = new TemporaryFolder();
        string input = folder.Write("out/in.txt", TestSteps.Text(TestSteps.MakeSeries(3)));
        var recorder = new ProvenanceRecorder("taken");
        await new Recipe("taken", [RecipeStep.Of("read", TestSteps.Read), RecipeStep.Of("w", TestSteps.WriteSeries, new WriteOptions { File = "xrd-form.json" })]).RunAsync(input, new StepEnvironment(recorder.Context, folder["out"]), TestContext.Current.CancellationToken);
        await recorder.SaveAsync(folder["out/provenance.json"], TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<DataMismatchException>(() => ArchiveDeposit.WriteAsync(folder["out/provenance.json"], folder["deposit"], new ArchiveRecord(), ReportForm.Empty(FormDefinition.Xrd), TestContext.Current.CancellationToken));
        Assert.False(Directory.Exists(folder["deposit"]));
        Assert.Equal(3, (await ArchiveDeposit.WriteAsync(folder["out/provenance.json"], folder["deposit"], new ArchiveRecord(), null, TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task NumbersAndMarksInTextStayAsTheyAre()
    {
        using var folder = new TemporaryFolder();
        var definition = new FormDefinition("own", "Own", [new FormSection("Sample", [new("code", "Code"), new("dose", "Dose", FormFieldKind.Number), new("note", "Note")])]);
        ReportForm form = ReportForm.Empty(definition).With("code", "007").With("dose", "1.50").With("note", "1e5");
        await form.WriteCsvAsync(folder["own.csv"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(form.ToJson(), ReportForm.FromTable(await TableReader.ReadCsvAsync(folder["own.csv"], TestContext.Current.CancellationToken), definition).ToJson());

        await CrateTests.MakeAsync(folder);
        ProvenanceRecord record = await ProvenanceRecord.ReadAsync(folder["out/provenance.json"], TestContext.Current.CancellationToken);
        string text = NotebookEntry.ToMarkdown(record, form.With("note", "cell # 42, #### x"));
        Assert.Contains("| Note | cell # 42, #### x |", text, StringComparison.Ordinal);
        Assert.Contains("\n## Own\n\n### Sample\n", text, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ReportForm.Empty(definition with { Sections = [.. definition.Sections, new FormSection("Again", [new("code", "Code")])] }));
    }

    [Fact]
    public async Task ANotebookEntryTellsTheWholeRun()
    {
        using var folder = new TemporaryFolder();
        await CrateTests.MakeAsync(folder);
        ProvenanceRecord record = await ProvenanceRecord.ReadAsync(folder["out/provenance.json"], TestContext.Current.CancellationToken);
        string text = NotebookEntry.ToMarkdown(record, ReportForm.Empty(FormDefinition.Xrd).FillFrom(record));
        foreach (string part in (string[])["# A demo", "| temperature | 300 K |", "row 3: left out, beam dump", "| data/in.txt |", "| sums.csv |", "factor = `2.5`", "- read: read 1 files.", "## XRD data analysis reporting form", "### Information", "Replay.RunAsync"])
            Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.DoesNotContain("####", text, StringComparison.Ordinal);
        Assert.Equal(text, NotebookEntry.ToMarkdown(record, ReportForm.Empty(FormDefinition.Xrd).FillFrom(record)));
    }
}
