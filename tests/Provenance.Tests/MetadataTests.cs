using System.Text.Json.Nodes;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Provenance.Tests;

public class MetadataTests
{
    private static readonly DateTimeOffset When = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void NothingIsLost()
    {
        MetadataBook book = MetadataBook.Empty
            .With(new MetadataEntry("sample", "LNO-42"), "A", "label", When)
            .With(new MetadataEntry("temperature", "298", "K", Ontology.Temperature.Iri), "A", string.Empty, When)
            .With(new MetadataEntry("sample", "LNO-43"), "B", "the label was misread", When.AddDays(1))
            .Without("temperature", "B", "not measured", When.AddDays(2));
        Assert.Equal("LNO-43", book["sample"]);
        Assert.Null(book["temperature"]);
        Assert.Equal(4, book.Edits.Count);
        Assert.Equal(new MetadataEntry("sample", "LNO-42"), book.Edits[2].Before);
        Assert.Equal(book, MetadataBook.Parse(book.ToJson()));
        Assert.Same(book, book.With(new MetadataEntry("sample", "LNO-43"), "B", "again", When));
        Assert.NotEqual(book, MetadataBook.Empty);
    }

    [Fact]
    public void AChangeNeedsAPersonAndAReason()
    {
        MetadataBook book = MetadataBook.Empty.With(new MetadataEntry("sample", "1"), "A", string.Empty, When);
        Assert.Throws<ArgumentException>(() => book.With(new MetadataEntry("sample", "2"), "A", " ", When));
        Assert.Throws<ArgumentException>(() => book.With(new MetadataEntry("other", "2"), string.Empty, "r", When));
        Assert.Throws<ArgumentException>(() => book.With(new MetadataEntry(string.Empty, "2"), "A", "r", When));
        Assert.Throws<ArgumentException>(() => book.Without("none", "A", "r", When));
        foreach (string bad in (string[])["", "[]", "{}", """{"entries":[{}],"edits":[]}""", """{"entries":[],"edits":[{"when":"x","who":"a","reason":"b"}]}"""])
            Assert.Throws<InputFormatException>(() => MetadataBook.Parse(bad));
    }

    [Fact]
    public async Task MetadataEditedAfterTheRunAreInTheRecordAndTheReplaySaysSo()
    {
        using var folder = new TemporaryFolder();
        await CrateTests.MakeAsync(folder);
        ProvenanceRecord record = await ProvenanceRecord.ReadAsync(folder["out/provenance.json"], TestContext.Current.CancellationToken);
        Assert.Equal("300", record.Metadata["temperature"]);
        ProvenanceRecord edited = record with { Metadata = record.Metadata.With(new MetadataEntry("temperature", "301", "K"), "C. Operator", "calibrated", record.Written.AddDays(3)) };
        await edited.WriteAsync(folder["out/provenance.json"], TestContext.Current.CancellationToken);
        Assert.Equal(edited.Metadata, (await ProvenanceRecord.ReadAsync(folder["out/provenance.json"], TestContext.Current.CancellationToken)).Metadata);

        ReplayReport report = await Replay.RunAsync(folder["out/provenance.json"], TestSteps.Catalogue, new ReplayOptions { OutputFolder = folder["again"] }, TestContext.Current.CancellationToken);
        Assert.True(report.IsIdentical, report.Report());
        Assert.Equal("temperature", Assert.Single(report.MetadataEdits).Key);
        Assert.Contains("temperature: 300 K before, 301 K now, by C. Operator: calibrated", report.Report(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARecordOfTheFirstReleaseIsStillRead()
    {
        // Without the block of the machine, which the kept file leaves out.
        JsonNode json = JsonNode.Parse(await File.ReadAllTextAsync(ReferenceData.Shipped("tests/data/recipes/test-steps/demo.provenance.txt"), TestContext.Current.CancellationToken))!;
        json["environment"] ??= JsonNode.Parse("""{"runtime":"","operatingSystem":"","architecture":"","vectorDoubles":4,"instructionSets":[],"threads":1,"culture":""}""");
        json["software"] ??= new JsonArray();
        ProvenanceRecord record = ProvenanceRecord.Parse(json.ToJsonString());
        Assert.Equal(MetadataBook.Empty, record.Metadata);
        Assert.All(record.Entities, e => Assert.Null(e.Rows));
        Assert.True(RoCrate.From(record).Entities.Count > 10);
    }
}
