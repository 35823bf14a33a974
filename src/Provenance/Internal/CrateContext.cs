using System.Text.Json;

namespace BigMap.Analysis.Provenance.Internal;

/// <summary>The terms that crates of this package use, with their IRIs: those of RO-Crate 1.2, Workflow Run RO-Crate, RDF Schema.</summary>
internal static class CrateContext
{
    private const string Schema = "http://schema.org/";

    private static readonly string[] OfSchema =
    [
        "about", "actionStatus", "additionalProperty", "additionalType", "affiliation", "agent", "alternateName", "author", "comment", "contentSize", "contributor", "creator",
        "dateCreated", "dateModified", "datePublished", "description", "encodingFormat", "endTime", "error", "hasPart", "identifier", "instrument",
        "isBasedOn", "isPartOf", "keywords", "license", "measurementTechnique", "mentions", "name", "object", "propertyID", "publisher", "result",
        "softwareVersion", "startTime", "text", "unitCode", "unitText", "url", "value", "version",
        "Action", "ActivateAction", "Comment", "CreateAction", "CreativeWork", "Dataset", "DefinedTerm", "Organization", "Person", "Product", "PropertyValue",
        "SoftwareApplication", "Thing", "UpdateAction",
    ];

    public static IReadOnlyDictionary<string, string> Terms { get; } = Make();

    /// <summary>Writes the member <c>@context</c> with the terms that are needed, in a fixed order; a name with a prefix needs the prefix.</summary>
    public static void Write(Utf8JsonWriter writer, IEnumerable<string> terms, bool withAddress = false)
    {
        string[] needed = [.. terms.Select(t => t.Contains(':', StringComparison.Ordinal) ? t[..t.IndexOf(':', StringComparison.Ordinal)] : t).Distinct().Order(StringComparer.Ordinal)];
        writer.WritePropertyName("@context");
        if (withAddress)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(RoCrate.ContextAddress);
        }

        writer.WriteStartObject();
        foreach (string term in needed)
        {
            if (!Terms.TryGetValue(term, out string? iri))
                throw new InvalidOperationException($"{term} is not a term of RO-Crate that this package knows.");
            writer.WriteString(term, iri);
        }

        writer.WriteEndObject();
        if (withAddress)
            writer.WriteEndArray();
    }

    private static SortedDictionary<string, string> Make()
    {
        var terms = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in OfSchema)
            terms.Add(name, Schema + name);
        terms.Add("File", Schema + "MediaObject");
        terms.Add("conformsTo", "http://purl.org/dc/terms/conformsTo");
        terms.Add("Profile", "http://www.w3.org/ns/dx/prof/Profile");
        terms.Add("sha256", "https://w3id.org/ro/terms/workflow-run#sha256");
        terms.Add("environment", "https://w3id.org/ro/terms/workflow-run#environment");
        terms.Add("rdfs", "http://www.w3.org/2000/01/rdf-schema#");
        return terms;
    }
}
