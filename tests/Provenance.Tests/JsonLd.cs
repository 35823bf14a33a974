using System.Text;
using System.Text.Json;

namespace BigMap.Analysis.Provenance.Tests;

/// <summary>
/// The part of JSON-LD 1.1 that a flattened RO-Crate uses, turned into N-Triples: term and prefix definitions, @id, @type, text and references.
/// Written from the specification, apart from the code that writes crates; anything else raises an error.
/// </summary>
internal static class JsonLd
{
    /// <summary>The triples, one a line, sorted; context addresses are looked up in <paramref name="contexts"/>, nothing is fetched.</summary>
    public static string[] Triples(string json, string baseIri, IReadOnlyDictionary<string, string> contexts)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        var terms = new Dictionary<string, string>(StringComparer.Ordinal);
        ReadContext(document.RootElement.GetProperty("@context"), terms, contexts);
        var triples = new SortedSet<string>(StringComparer.Ordinal);
        foreach (JsonElement node in document.RootElement.GetProperty("@graph").EnumerateArray())
        {
            string subject = $"<{Resolve(node.GetProperty("@id").GetString()!, baseIri)}>";
            foreach (JsonProperty property in node.EnumerateObject())
            {
                if (property.Name == "@id")
                    continue;
                string predicate = property.Name == "@type" ? "http://www.w3.org/1999/02/22-rdf-syntax-ns#type" : Expand(property.Name, terms);
                foreach (JsonElement value in property.Value.ValueKind == JsonValueKind.Array ? [.. property.Value.EnumerateArray()] : new[] { property.Value })
                {
                    string target = property.Name == "@type" ? $"<{Expand(value.GetString()!, terms)}>"
                        : value.ValueKind == JsonValueKind.Object ? $"<{Resolve(value.GetProperty("@id").GetString()!, baseIri)}>"
                        : value.ValueKind == JsonValueKind.String ? Literal(value.GetString()!)
                        : throw new NotSupportedException(value.GetRawText());
                    triples.Add($"{subject} <{predicate}> {target} .");
                }
            }
        }

        return [.. triples];
    }

    private static void ReadContext(JsonElement context, Dictionary<string, string> terms, IReadOnlyDictionary<string, string> contexts)
    {
        switch (context.ValueKind)
        {
            case JsonValueKind.Array:
                foreach (JsonElement one in context.EnumerateArray())
                    ReadContext(one, terms, contexts);
                break;
            case JsonValueKind.String:
                using (JsonDocument other = JsonDocument.Parse(contexts[context.GetString()!]))
                    ReadContext(other.RootElement.GetProperty("@context"), terms, contexts);
                break;
            default:
                foreach (JsonProperty term in context.EnumerateObject())
                    terms[term.Name] = term.Value.GetString()!;
                break;
        }
    }

    private static string Expand(string name, Dictionary<string, string> terms)
    {
        if (terms.TryGetValue(name, out string? iri))
            return iri;
        int colon = name.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && terms.TryGetValue(name[..colon], out string? prefix))
            return prefix + name[(colon + 1)..];
        return colon > 0 ? name : throw new InvalidDataException($"{name} is not defined by any context.");
    }

    private static string Resolve(string id, string baseIri)
    {
        int colon = id.IndexOf(':', StringComparison.Ordinal);
        bool absolute = colon > 0 && id[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.');
        return absolute ? id : baseIri + (id.StartsWith("./", StringComparison.Ordinal) ? id[2..] : id);
    }

    private static string Literal(string text)
    {
        var escaped = new StringBuilder("\"");
        foreach (char c in text)
        {
            _ = c switch
            {
                '\\' => escaped.Append("\\\\"),
                '"' => escaped.Append("\\\""),
                '\n' => escaped.Append("\\n"),
                '\r' => escaped.Append("\\r"),
                _ => escaped.Append(c),
            };
        }

        return escaped.Append('"').ToString();
    }
}
