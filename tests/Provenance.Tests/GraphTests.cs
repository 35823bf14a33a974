using System.Xml.Linq;

namespace BigMap.Analysis.Provenance.Tests;

public class GraphTests
{
    [Fact]
    public async Task TheGraphHasFilesStepsDecisionsAndMetadata()
    {
        using var folder = new TemporaryFolder();
        await CrateTests.MakeAsync(folder);
        ProvenanceRecord record = await ProvenanceRecord.ReadAsync(folder["out/provenance.json"], TestContext.Current.CancellationToken);
        string dot = ProvenanceGraph.ToDot(record);
        foreach (string edge in (string[])["\"f1\" -> \"a1\"", "\"a1\" -> \"a2\"", "\"da2\" -> \"a2\"", "\"a2\" -> \"a3\"", "\"a3\" -> \"f2\""])
            Assert.Contains(edge, dot, StringComparison.Ordinal);
        Assert.Contains("2 decisions of a person", dot, StringComparison.Ordinal);
        Assert.Contains("temperature = 300 K", dot, StringComparison.Ordinal);
        string svg = ProvenanceGraph.ToSvg(record);
        XDocument document = XDocument.Parse(svg);
        XNamespace xml = "http://www.w3.org/2000/svg";
        Assert.Contains(document.Descendants(xml + "text"), t => t.Value == "scaled.txt");
        Assert.Equal(svg, ProvenanceGraph.ToSvg(record));

        // No two boxes overlap.
        (double X, double Y, double Right, double Bottom)[] boxes = [.. document.Descendants(xml + "rect").Skip(1).Select(r => (N(r, "x"), N(r, "y"), N(r, "x") + N(r, "width"), N(r, "y") + N(r, "height")))];
        Assert.True(boxes.Length >= 11);
        for (int i = 0; i < boxes.Length; i++)
        {
            for (int j = 0; j < i; j++)
                Assert.True(boxes[i].X >= boxes[j].Right || boxes[j].X >= boxes[i].Right || boxes[i].Y >= boxes[j].Bottom || boxes[j].Y >= boxes[i].Bottom);
        }

        static double N(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void AnEmptyRecordAndAwkwardNamesAreDrawnToo()
    {
        var recorder = new ProvenanceRecorder("empty");
        Assert.Contains("nothing was recorded", ProvenanceGraph.ToSvg(recorder.Snapshot()), StringComparison.Ordinal);
        recorder.Metadata = recorder.Metadata.With(new MetadataEntry("a\"<&>\\", "\u0001x"), "A", string.Empty, DateTimeOffset.UnixEpoch);
        XDocument.Parse(ProvenanceGraph.ToSvg(recorder.Snapshot()));
        Assert.Contains("\\\"<&>\\\\", ProvenanceGraph.ToDot(recorder.Snapshot()), StringComparison.Ordinal);
    }
}
