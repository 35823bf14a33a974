using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BigMap.Analysis.Provenance.Internal;

/// <summary>Options as JSON: reading with every fault, parts of them, differences, single values.</summary>
internal static class OptionsJson
{
    /// <summary>Reads options, and checks what could be read even when something else could not.</summary>
    public static object Read(IOptionSet set, JsonElement json, object? start, string path, List<OptionFault> faults)
    {
        var found = new List<OptionFault>();
        object value = set.Read(json, start, path, found);
        if (found.Count > 0)
        {
            // A value that could not be read kept its start value; what the check says about that one would mislead.
            var more = new List<OptionFault>();
            set.Check(value, path, more);
            found.AddRange([.. more.Where(m => !found.Exists(f => IsWithin(f.Path, m.Path) || IsWithin(m.Path, f.Path)))]);
        }

        faults.AddRange(found);
        return value;
    }

    /// <summary>The options of one row: the step's options with the override's laid over them.</summary>
    public static object Merge(IOptionSet set, object options, string partialJson, string path, List<OptionFault> faults)
    {
        using JsonDocument document = JsonDocument.Parse(partialJson);
        return Read(set, document.RootElement, options, path, faults);
    }

    /// <summary>The part of an options object that another object names, in the order and number format of the description.</summary>
    public static string Pick(IOptionSet set, object merged, string partialJson)
    {
        using JsonDocument full = JsonDocument.Parse(set.ToJson(merged));
        using JsonDocument partial = JsonDocument.Parse(partialJson);
        return CanonicalJson.Text(w => WritePart(w, set.Options, full.RootElement, partial.RootElement), indented: false);
    }

    /// <summary>Names of the members of an object.</summary>
    public static IReadOnlyList<string> Names(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateObject().Select(p => p.Name)];
    }

    /// <summary>The part of options in which they differ from others.</summary>
    public static string Difference(IOptionSet set, object from, object to)
    {
        using JsonDocument a = JsonDocument.Parse(set.ToJson(from));
        using JsonDocument b = JsonDocument.Parse(set.ToJson(to));
        return CanonicalJson.Text(w => WriteDifference(w, set.Options, a.RootElement, b.RootElement), indented: false);
    }

    /// <summary>Every value with its path, in order: <c>peaks[0].center.min</c> → <c>17.9</c>.</summary>
    public static IReadOnlyList<(string Path, string Value)> Flatten(string json)
    {
        var values = new List<(string, string)>();
        using JsonDocument document = JsonDocument.Parse(json);
        Flatten(document.RootElement, string.Empty, values);
        return values;
    }

    /// <summary>Options with one value replaced; the path is one that <see cref="Flatten(string)"/> gives.</summary>
    public static object With(IOptionSet set, object options, string path, string valueJson, string subject)
    {
        JsonNode root = JsonNode.Parse(set.ToJson(options))!;
        JsonNode? parent = null, node = root;
        string key = string.Empty;
        int index = -1;
        foreach (string part in path.Replace("[", ".[", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            parent = node;
            if (part[0] == '[')
            {
                bool number = int.TryParse(part.AsSpan(1).TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out index);
                if (!number || parent is not JsonArray array || index >= array.Count)
                    throw NoOption(set, options, path, subject);
                node = array[index];
            }
            else
            {
                index = -1;
                key = part;
                if (parent is not JsonObject group || !group.TryGetPropertyValue(part, out node))
                    throw NoOption(set, options, path, subject);
            }
        }

        if (parent is null)
            throw NoOption(set, options, path, subject);
        if (index >= 0)
            parent[index] = JsonNode.Parse(valueJson);
        else
            parent[key] = JsonNode.Parse(valueJson);
        var faults = new List<OptionFault>();
        using JsonDocument changed = JsonDocument.Parse(root.ToJsonString());
        object result = Read(set, changed.RootElement, null, string.Empty, faults);
        return faults.Count == 0 ? result : throw new OptionsException(subject, faults);
    }

    /// <summary>A JSON value as plain text: text without its quotes, everything else as it stands.</summary>
    public static string Plain(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind == JsonValueKind.String ? document.RootElement.GetString()! : json;
    }

    private static OptionsException NoOption(IOptionSet set, object options, string path, string subject) => new(
        subject,
        [new OptionFault(path, $"is not an option here; there are {string.Join(", ", Flatten(set.ToJson(options)).Select(v => v.Path))}.")]);

    private static bool IsWithin(string path, string parent) =>
        path.StartsWith(parent, StringComparison.Ordinal) && (path.Length == parent.Length || path[parent.Length] is '.' or '[');

    private static void WritePart(Utf8JsonWriter writer, IReadOnlyList<OptionDescriptor> options, JsonElement full, JsonElement partial)
    {
        writer.WriteStartObject();
        foreach (OptionDescriptor option in options)
        {
            if (!partial.TryGetProperty(option.Name, out JsonElement named) || !full.TryGetProperty(option.Name, out JsonElement value))
                continue;
            writer.WritePropertyName(option.Name);
            if (option.Kind == OptionKind.Group && named.ValueKind == JsonValueKind.Object)
                WritePart(writer, option.Children, value, named);
            else
                value.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private static void WriteDifference(Utf8JsonWriter writer, IReadOnlyList<OptionDescriptor> options, JsonElement from, JsonElement to)
    {
        writer.WriteStartObject();
        foreach (OptionDescriptor option in options)
        {
            JsonElement a = from.GetProperty(option.Name), b = to.GetProperty(option.Name);
            if (a.GetRawText() == b.GetRawText())
                continue;
            writer.WritePropertyName(option.Name);
            if (option.Kind == OptionKind.Group && a.ValueKind == JsonValueKind.Object && b.ValueKind == JsonValueKind.Object)
                WriteDifference(writer, option.Children, a, b);
            else
                b.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private static void Flatten(JsonElement element, string path, List<(string, string)> values)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object when element.EnumerateObject().Any():
                foreach (JsonProperty property in element.EnumerateObject())
                    Flatten(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}", values);
                break;
            case JsonValueKind.Array when element.GetArrayLength() > 0:
                int i = 0;
                foreach (JsonElement item in element.EnumerateArray())
                    Flatten(item, string.Create(CultureInfo.InvariantCulture, $"{path}[{i++}]"), values);
                break;
            default:
                values.Add((path, element.GetRawText()));
                break;
        }
    }
}
