using System.Text.Json;

namespace BigMap.Analysis.Provenance.Internal;

/// <summary>Entities of a crate as JSON-LD.</summary>
internal static class CrateJson
{
    private const string Remedy = "Give the ro-crate-metadata.json of a flattened RO-Crate.";

    public static void Write(Utf8JsonWriter writer, IReadOnlyList<CrateEntity> entities)
    {
        writer.WriteStartObject();
        CrateContext.Write(writer, entities.SelectMany(e => e.Types.Concat(e.Properties.Select(p => p.Key))), withAddress: true);
        writer.WriteStartArray("@graph");
        foreach (CrateEntity entity in entities)
        {
            writer.WriteStartObject();
            writer.WriteString("@id", entity.Id);
            WriteValues(writer, "@type", [.. entity.Types.Select(t => (CrateValue)t)]);
            foreach ((string name, IReadOnlyList<CrateValue> values) in entity.Properties)
                WriteValues(writer, name, values);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static CrateEntity Read(JsonElement json, string source)
    {
        string id = json.GetProperty("@id").GetString()!;
        JsonElement type = json.GetProperty("@type");
        var entity = new CrateEntity(id, type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(t => t.GetString()!)] : [type.GetString()!]);
        foreach (JsonProperty property in json.EnumerateObject().Where(p => !p.Name.StartsWith('@')))
        {
            entity = entity.With(property.Name, property.Value.ValueKind == JsonValueKind.Array
                ? property.Value.EnumerateArray().Select(v => ReadValue(v, id, property.Name, source))
                : [ReadValue(property.Value, id, property.Name, source)]);
        }

        return entity;
    }

    private static void WriteValues(Utf8JsonWriter writer, string name, IReadOnlyList<CrateValue> values)
    {
        writer.WritePropertyName(name);
        if (values.Count != 1)
            writer.WriteStartArray();
        foreach (CrateValue value in values)
        {
            if (value.IsReference)
            {
                writer.WriteStartObject();
                writer.WriteString("@id", value.Value);
                writer.WriteEndObject();
            }
            else
            {
                writer.WriteStringValue(value.Value);
            }
        }

        if (values.Count != 1)
            writer.WriteEndArray();
    }

    // Numbers and truth values become their text: this package writes text only, so that a value keeps every digit that a person gave.
    private static CrateValue ReadValue(JsonElement value, string id, string name, string source) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        JsonValueKind.Object when value.TryGetProperty("@id", out JsonElement to) && value.EnumerateObject().Count() == 1 => CrateValue.To(to.GetString()!),
        JsonValueKind.Object when value.TryGetProperty("@value", out JsonElement text) => text.ToString(),
        _ => throw new InputFormatException(source, 0, $"{name} of {id} is neither text nor a reference.", Remedy),
    };
}
