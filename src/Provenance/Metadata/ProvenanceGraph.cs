using System.Globalization;
using System.Text;

namespace BigMap.Analysis.Provenance;

/// <summary>A record as a picture: files, steps, decisions of people and metadata, and what went from one to the other.</summary>
/// <remarks>The same text for the same record on every machine. Times and versions are left to the record.</remarks>
/// <example><code>await File.WriteAllTextAsync("out/provenance.svg", ProvenanceGraph.ToSvg(record));</code></example>
public static class ProvenanceGraph
{
    private const int MostFiles = 4;
    private const int LongestLine = 40;
    private const double LineHeight = 15;
    private const double CharacterWidth = 6.4;
    private const double Gap = 28;

    private enum Kind
    {
        File,
        Step,
        FailedStep,
        Decision,
        Metadata,
    }

    /// <summary>The graph in the language of Graphviz.</summary>
    /// <param name="record">The record.</param>
    /// <returns>Text for <c>dot</c>.</returns>
    public static string ToDot(ProvenanceRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        (List<Node> nodes, List<(string From, string To)> edges) = Build(record);
        var text = new StringBuilder("digraph provenance {\n  rankdir=TB;\n  node [fontname=\"sans-serif\", fontsize=11];\n");
        foreach (Node node in nodes)
        {
            string style = node.Kind switch
            {
                Kind.File => "shape=note",
                Kind.Step => "shape=box",
                Kind.FailedStep => "shape=box, color=red",
                Kind.Decision => "shape=ellipse",
                _ => "shape=plaintext",
            };
            text.Append(CultureInfo.InvariantCulture, $"  \"{node.Id}\" [{style}, label=\"{string.Join("\\n", node.Lines.Select(EscapeDot))}\"];\n");
        }

        foreach ((string from, string to) in edges)
            text.Append(CultureInfo.InvariantCulture, $"  \"{from}\" -> \"{to}\";\n");
        return text.Append("}\n").ToString();
    }

    /// <summary>The graph as a picture.</summary>
    /// <param name="record">The record.</param>
    /// <returns>SVG, inputs at the top.</returns>
    public static string ToSvg(ProvenanceRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        (List<Node> nodes, List<(string From, string To)> edges) = Build(record);
        Place(nodes, edges);
        double width = nodes.Max(n => n.X + n.Width) + Gap, height = nodes.Max(n => n.Y + n.Height) + Gap;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:0.#}\" height=\"{height:0.#}\" viewBox=\"0 0 {width:0.#} {height:0.#}\" font-family=\"sans-serif\" font-size=\"11\">\n");
        text.Append("<defs><marker id=\"arrow\" markerWidth=\"8\" markerHeight=\"8\" refX=\"7\" refY=\"4\" orient=\"auto\"><path d=\"M0,0 L8,4 L0,8 z\" fill=\"#555\"/></marker></defs>\n");
        text.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        Dictionary<string, Node> byId = nodes.ToDictionary(n => n.Id);
        foreach ((string from, string to) in edges)
        {
            Node a = byId[from], b = byId[to];
            double x1 = a.X + (a.Width / 2), y1 = a.Y + a.Height, x2 = b.X + (b.Width / 2), y2 = b.Y, middle = (y1 + y2) / 2;
            text.Append(CultureInfo.InvariantCulture, $"<path d=\"M{x1:0.#},{y1:0.#} C{x1:0.#},{middle:0.#} {x2:0.#},{middle:0.#} {x2:0.#},{y2:0.#}\" fill=\"none\" stroke=\"#555\" marker-end=\"url(#arrow)\"/>\n");
        }

        foreach (Node node in nodes)
        {
            (string fill, string stroke, double round) = node.Kind switch
            {
                Kind.File => ("#eef3fa", "#4a6fa5", 0),
                Kind.Step => ("#f6f6f6", "#444", 6),
                Kind.FailedStep => ("#fdecea", "#c0392b", 6),
                Kind.Decision => ("#fff6e0", "#b8860b", 12),
                _ => ("#ffffff", "#bbb", 0),
            };
            text.Append(CultureInfo.InvariantCulture, $"<rect x=\"{node.X:0.#}\" y=\"{node.Y:0.#}\" width=\"{node.Width:0.#}\" height=\"{node.Height:0.#}\" rx=\"{round:0.#}\" fill=\"{fill}\" stroke=\"{stroke}\"/>\n");
            for (int i = 0; i < node.Lines.Length; i++)
                text.Append(CultureInfo.InvariantCulture, $"<text x=\"{node.X + (node.Width / 2):0.#}\" y=\"{node.Y + 17 + (i * LineHeight):0.#}\" text-anchor=\"middle\"{(i == 0 ? " font-weight=\"bold\"" : string.Empty)}>{EscapeXml(node.Lines[i])}</text>\n");
        }

        return text.Append("</svg>\n").ToString();
    }

    private static (List<Node> Nodes, List<(string From, string To)> Edges) Build(ProvenanceRecord record)
    {
        var nodes = new List<Node>();
        var edges = new List<(string, string)>();
        if (record.Metadata.Entries.Count > 0)
            nodes.Add(new Node("metadata", Kind.Metadata, ["metadata", .. record.Metadata.Entries.Select(e => Short(e.ToString()))]));
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (RecordedAction action in record.Actions)
        {
            string id = string.Create(CultureInfo.InvariantCulture, $"a{action.Number}");
            bool failed = action.State is ActionState.Failed or ActionState.Cancelled;
            var lines = new List<string> { action.StepId.Length > 0 ? action.StepId : action.Step.Operation, string.Create(CultureInfo.InvariantCulture, $"{action.Step.Operation} v{action.Step.Version}") };
            if (action.Rows > 0)
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{action.Rows} rows{(action.Failed > 0 ? $", {action.Failed} not usable" : string.Empty)}"));
            if (failed)
                lines.Add(Short(action.Error.Length > 0 ? action.Error : action.State == ActionState.Failed ? "failed" : "cancelled"));
            nodes.Add(new Node(id, failed ? Kind.FailedStep : Kind.Step, [.. lines.Select(Short)]));
            if (action.Within is { } outer)
                edges.Add((string.Create(CultureInfo.InvariantCulture, $"a{outer}"), id));
            Connect(record, action, id, action.Uses, nodes, edges, files, made: false);
            Connect(record, action, id, action.Makes, nodes, edges, files, made: true);
            int decisions = CountDecisions(action.Step.RowOverridesJson);
            if (decisions > 0)
            {
                nodes.Add(new Node("d" + id, Kind.Decision, [string.Create(CultureInfo.InvariantCulture, $"{decisions} decision{(decisions == 1 ? string.Empty : "s")} of a person")]));
                edges.Add(("d" + id, id));
            }
        }

        if (nodes.Count == 0)
            nodes.Add(new Node("none", Kind.Metadata, ["nothing was recorded"]));
        return (nodes, [.. edges.Distinct()]);
    }

    private static void Connect(ProvenanceRecord record, RecordedAction action, string id, IReadOnlyList<string> entities, List<Node> nodes, List<(string From, string To)> edges, Dictionary<string, string> files, bool made)
    {
        RecordedEntity[] used = [.. entities.Select(record.Entity)];
        foreach (RecordedEntity value in used.Where(e => !e.IsFile && !made))
        {
            if (record.Actions.LastOrDefault(a => a.Number < action.Number && a.Within is null && a.Makes.Contains(value.Id)) is { } maker)
                edges.Add((string.Create(CultureInfo.InvariantCulture, $"a{maker.Number}"), id));
        }

        RecordedEntity[] fresh = [.. used.Where(e => e.IsFile && !files.ContainsKey(e.Id))];
        if (fresh.Length > MostFiles)
        {
            string group = (made ? "out" : "in") + id;
            nodes.Add(new Node(group, Kind.File, [string.Create(CultureInfo.InvariantCulture, $"{fresh.Length} files"), End(fresh[0].Path), "to " + End(fresh[^1].Path)]));
            foreach (RecordedEntity file in fresh)
                files.Add(file.Id, group);
        }
        else
        {
            foreach (RecordedEntity file in fresh)
            {
                nodes.Add(new Node(file.Id, Kind.File, [End(file.Path), file.Sha256.Length > 12 ? file.Sha256[..12] + "…" : file.Sha256]));
                files.Add(file.Id, file.Id);
            }
        }

        foreach (RecordedEntity file in used.Where(e => e.IsFile))
            edges.Add(made ? (id, files[file.Id]) : (files[file.Id], id));
    }

    private static int CountDecisions(string json)
    {
        using var document = System.Text.Json.JsonDocument.Parse(json);
        return document.RootElement.GetArrayLength();
    }

    /// <summary>Layers by the longest way from an input; within a layer below what leads there.</summary>
    private static void Place(List<Node> nodes, List<(string From, string To)> edges)
    {
        Dictionary<string, Node> byId = nodes.ToDictionary(n => n.Id);
        for (int pass = 0; pass < nodes.Count; pass++)
        {
            bool moved = false;
            foreach ((string from, string to) in edges)
            {
                if (byId[to].Layer > byId[from].Layer || pass == nodes.Count - 1)
                    continue;
                byId[to].Layer = byId[from].Layer + 1;
                moved = true;
            }

            if (!moved)
                break;
        }

        // A decision and an input stand just above the step that takes them.
        foreach (Node node in nodes.Where(n => !edges.Any(e => e.To == n.Id)))
            node.Layer = Math.Max(0, edges.Where(e => e.From == node.Id).Select(e => byId[e.To].Layer - 1).DefaultIfEmpty(0).Min());
        double y = Gap;
        foreach (IGrouping<int, Node> layer in nodes.GroupBy(n => n.Layer).OrderBy(g => g.Key))
        {
            double x = Gap;
            foreach (Node node in layer.OrderBy(n => edges.Where(e => e.To == n.Id).Select(e => byId[e.From].X + (byId[e.From].Width / 2)).DefaultIfEmpty(double.MaxValue).Average()))
            {
                double[] above = [.. edges.Where(e => e.To == node.Id && byId[e.From].Layer < node.Layer).Select(e => byId[e.From].X + (byId[e.From].Width / 2))];
                node.X = Math.Max(x, above.Length == 0 ? x : above.Average() - (node.Width / 2));
                node.Y = y;
                x = node.X + node.Width + Gap;
            }

            y += layer.Max(n => n.Height) + (1.4 * Gap);
        }
    }

    private static string Short(string text) => text.Length <= LongestLine ? text : text[..(LongestLine - 1)] + "…";

    // The end of a path says more than its beginning.
    private static string End(string path) => path.Length <= LongestLine ? path : "…" + path[^(LongestLine - 1)..];

    private static string EscapeDot(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", " ", StringComparison.Ordinal);

    private static string EscapeXml(string text) =>
        string.Concat(text.Where(c => c >= ' ')).Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private sealed class Node(string id, Kind kind, string[] lines)
    {
        public string Id { get; } = id;

        public Kind Kind { get; } = kind;

        public string[] Lines { get; } = lines;

        public int Layer { get; set; }

        public double X { get; set; }

        public double Y { get; set; }

        public double Width { get; } = (lines.Max(l => l.Length) * CharacterWidth) + 18;

        public double Height { get; } = (lines.Length * LineHeight) + 12;
    }
}
