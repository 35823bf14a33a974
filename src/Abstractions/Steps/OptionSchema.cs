using System.Text.Json;

namespace BigMap.Analysis;

/// <summary>Writes option descriptors as JSON Schema, draft 2020-12.</summary>
internal static class OptionSchema
{
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<OptionDescriptor> options)
    {
        writer.WriteStartObject();
        WriteObjectBody(writer, options);
        writer.WriteEndObject();
    }

    private static void WriteObjectBody(Utf8JsonWriter writer, IReadOnlyList<OptionDescriptor> options)
    {
        writer.WriteString("type", "object");
        writer.WriteBoolean("additionalProperties", false);
        writer.WriteStartObject("properties");
        foreach (OptionDescriptor option in options)
        {
            writer.WriteStartObject(option.Name);
            writer.WriteString("title", option.Info.Label);
            writer.WriteString("description", option.Info.NullMeaning.Length == 0 ? option.Info.Description : $"{option.Info.Description} null: {option.Info.NullMeaning}.");
            if (option.Info.Unit.Length > 0)
                writer.WriteString("x-unit", option.Info.Unit);
            if (option.Info.Scale == OptionScale.Logarithmic)
                writer.WriteString("x-scale", "logarithmic");
            WriteType(writer, option);
            writer.WritePropertyName("default");
            writer.WriteRawValue(option.DefaultJson);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteType(Utf8JsonWriter writer, OptionDescriptor option)
    {
        switch (option.Kind)
        {
            case OptionKind.Group:
                WriteObjectBody(writer, option.Children);
                break;
            case OptionKind.GroupList:
                writer.WriteString("type", "array");
                writer.WriteStartObject("items");
                WriteObjectBody(writer, option.Children);
                writer.WriteEndObject();
                break;
            case OptionKind.NumberList:
                writer.WriteString("type", "array");
                writer.WriteStartObject("items");
                writer.WriteString("type", "number");
                WriteRange(writer, option.Info);
                writer.WriteEndObject();
                break;
            case OptionKind.TextList:
                writer.WriteString("type", "array");
                writer.WriteStartObject("items");
                writer.WriteString("type", "string");
                writer.WriteEndObject();
                break;
            case OptionKind.Choice:
                writer.WriteStartArray("enum");
                foreach (string choice in option.Choices)
                    writer.WriteStringValue(choice);
                writer.WriteEndArray();
                break;
            default:
                WriteScalar(writer, option);
                break;
        }
    }

    private static void WriteScalar(Utf8JsonWriter writer, OptionDescriptor option)
    {
        string type = option.Kind switch
        {
            OptionKind.Number => "number",
            OptionKind.Integer => "integer",
            OptionKind.Boolean => "boolean",
            _ => "string",
        };
        if (option.Nullable)
        {
            writer.WriteStartArray("type");
            writer.WriteStringValue(type);
            writer.WriteStringValue("null");
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteString("type", type);
        }

        if (option.Kind is OptionKind.Number or OptionKind.Integer)
            WriteRange(writer, option.Info);
    }

    private static void WriteRange(Utf8JsonWriter writer, OptionInfo info)
    {
        if (double.IsFinite(info.Minimum))
            writer.WriteNumber(info.MinimumExcluded ? "exclusiveMinimum" : "minimum", info.Minimum);
        if (double.IsFinite(info.Maximum))
            writer.WriteNumber(info.MaximumExcluded ? "exclusiveMaximum" : "maximum", info.Maximum);
    }
}
