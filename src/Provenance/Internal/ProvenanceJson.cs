using System.Globalization;
using System.Text;
using System.Text.Json;

namespace BigMap.Analysis.Provenance.Internal;

/// <summary>Writes and reads provenance.json.</summary>
internal static class ProvenanceJson
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";
    private const string Remedy = "Give the provenance.json of a complete run.";

    private static readonly string[] States = ["completed", "failed", "cancelled", "running"];

    public static void Write(Utf8JsonWriter writer, ProvenanceRecord record)
    {
        writer.WriteStartObject();
        writer.WriteString("format", ProvenanceRecord.Format);
        writer.WriteString("title", record.Title);
        writer.WriteString("written", Text(record.Written));
        writer.WriteStartObject("run");
        writer.WriteBoolean("replayable", record.NotReplayable.Length == 0);
        if (record.NotReplayable.Length > 0)
            writer.WriteString("notReplayable", record.NotReplayable);
        WriteList(writer, "outsideRecipe", record.OutsideRecipe);
        writer.WriteString("input", record.InputPath);
        writer.WritePropertyName("recipe");
        if (record.RecipeJson is { } recipe)
            writer.WriteJson(recipe);
        else
            writer.WriteNullValue();
        writer.WriteEndObject();
        writer.WriteStartArray("actions");
        foreach (RecordedAction action in record.Actions)
            Write(writer, action);
        writer.WriteEndArray();
        writer.WriteStartArray("entities");
        foreach (RecordedEntity entity in record.Entities)
            Write(writer, entity);
        writer.WriteEndArray();
        if (record.Metadata != MetadataBook.Empty)
        {
            writer.WritePropertyName("metadata");
            record.Metadata.Write(writer);
        }

        writer.WriteStartArray("software");
        foreach (SoftwareVersion software in record.Software)
        {
            writer.WriteStartObject();
            writer.WriteString("name", software.Name);
            writer.WriteString("version", software.Version);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        Write(writer, record.Environment);
        writer.WriteEndObject();
    }

    public static ProvenanceRecord Read(string json, string source)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(json.TrimStart('\uFEFF'));
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(utf8);
        }
        catch (JsonException e)
        {
            throw new InputFormatException(source, (e.LineNumber ?? -1) + 1, "this is not complete JSON; the file was cut off or is something else.", Remedy);
        }

        using (document)
        {
            if (JsonLines.OfInvalidText(utf8) is var bad and > 0)
                throw new InputFormatException(source, bad, "it holds text that is not Unicode.", Remedy);
            var at = new Cursor(document.RootElement, string.Empty, source, new JsonLines(utf8));
            string format = at.Text("format");
            if (format != ProvenanceRecord.Format && !format.StartsWith(ProvenanceRecord.Format + ".", StringComparison.Ordinal))
                throw at.Error("format", $"must be {ProvenanceRecord.Format}, but is {format}.");
            Cursor run = at.Object("run");
            return Linked(at, new ProvenanceRecord
            {
                Title = at.Text("title"),
                Written = at.Time("written"),
                RecipeJson = run.OptionalObject("recipe"),
                InputPath = run.OptionalText("input"),
                OutsideRecipe = run.Texts("outsideRecipe"),
                NotReplayable = run.OptionalText("notReplayable") ?? string.Empty,
                Actions = [.. at.List("actions").Select(ReadAction)],
                Entities = [.. at.List("entities").Select(ReadEntity)],
                Metadata = at.Has("metadata") ? MetadataBook.Read(at.Object("metadata").Json, source) : MetadataBook.Empty,
                Software = [.. at.List("software").Select(s => new SoftwareVersion(s.Text("name"), s.Text("version")))],
                Environment = ReadEnvironment(at.Object("environment")),
            });
        }
    }

    private static ProvenanceRecord Linked(Cursor at, ProvenanceRecord record)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (RecordedEntity entity in record.Entities)
        {
            if (!ids.Add(entity.Id))
                throw at.Error("entities", $"two entities have the id {entity.Id}.");
        }

        foreach (RecordedAction action in record.Actions)
        {
            foreach (string id in action.Uses.Concat(action.Makes))
            {
                if (!ids.Contains(id))
                    throw at.Error("actions", string.Create(CultureInfo.InvariantCulture, $"action {action.Number} names {id}, which is not among the entities."));
            }
        }

        return record;
    }

    private static void Write(Utf8JsonWriter writer, RecordedAction action)
    {
        writer.WriteStartObject();
        writer.WriteNumber("number", action.Number);
        if (action.Within is { } within)
            writer.WriteNumber("within", within);
        else
            writer.WriteString("step", action.StepId);
        writer.WriteString("operation", action.Step.Operation);
        writer.WriteNumber("version", action.Step.Version);
        writer.WriteString("package", action.Step.Package);
        writer.WriteString("packageVersion", action.Step.PackageVersion);
        writer.WriteString("started", Text(action.Started));
        if (action.Ended is { } ended)
            writer.WriteString("ended", Text(ended));
        else
            writer.WriteNull("ended");
        writer.WriteString("state", States[(int)action.State]);
        if (action.Error.Length > 0)
            writer.WriteString("error", action.Error);
        writer.WriteNumber("rows", action.Rows);
        writer.WriteNumber("failed", action.Failed);
        writer.WritePropertyName("options");
        writer.WriteJson(action.Step.OptionsJson);
        writer.WritePropertyName("overrides");
        writer.WriteJson(action.Step.RowOverridesJson);
        WriteList(writer, "uses", action.Uses);
        WriteList(writer, "makes", action.Makes);
        writer.WriteStartArray("warnings");
        foreach (StepWarning warning in action.Warnings)
        {
            writer.WriteStartObject();
            writer.WriteString("code", warning.Code);
            writer.WriteString("message", warning.Message);
            if (warning.Row is { } row)
                writer.WriteNumber("row", row);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, RecordedEntity entity)
    {
        writer.WriteStartObject();
        writer.WriteString("id", entity.Id);
        if (entity.IsFile)
        {
            writer.WriteString("kind", "file");
            writer.WriteString("path", entity.Path);
            writer.WriteString("sha256", entity.Sha256);
            writer.WriteNumber("length", entity.Length);
            writer.WriteString("mediaType", entity.MediaType);
            if (entity.Blocks is { } blocks)
            {
                writer.WriteStartObject("blocks");
                writer.WriteNumber("size", blocks.Size);
                writer.WriteString("marks", blocks.Marks);
                writer.WriteEndObject();
            }
        }
        else
        {
            writer.WriteString("kind", "value");
            writer.WriteString("description", entity.Description);
            if (entity.Rows is { } rows)
                Write(writer, rows);
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, RecordedRows rows)
    {
        writer.WriteStartObject("rows");
        writer.WriteString("source", rows.SourceRows);
        if (rows.ByOrder)
            writer.WriteBoolean("byOrder", true);
        if (rows.Axis is { } axis)
        {
            writer.WriteStartObject("axis");
            writer.WriteString("quantity", axis.Quantity);
            writer.WriteString("unit", axis.Unit);
            writer.WriteNumber("first", axis.First);
            writer.WriteNumber("last", axis.Last);
            writer.WriteNumber("points", axis.Points);
            writer.WriteString("intensityUnit", axis.IntensityUnit);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, RecordedEnvironment environment)
    {
        writer.WriteStartObject("environment");
        writer.WriteString("runtime", environment.Runtime);
        writer.WriteString("operatingSystem", environment.OperatingSystem);
        writer.WriteString("architecture", environment.Architecture);
        writer.WriteNumber("vectorDoubles", environment.VectorDoubles);
        WriteList(writer, "instructionSets", environment.InstructionSets);
        if (environment.Threads is { } threads)
            writer.WriteNumber("threads", threads);
        else
            writer.WriteNull("threads");
        writer.WriteString("culture", environment.Culture);
        writer.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        writer.WriteStartArray(name);
        foreach (string value in values)
            writer.WriteStringValue(value);
        writer.WriteEndArray();
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static RecordedAction ReadAction(Cursor at)
    {
        string state = at.Text("state");
        int known = Array.IndexOf(States, state);
        return new RecordedAction
        {
            Number = at.Integer("number"),
            Within = at.OptionalInteger("within"),
            StepId = at.OptionalText("step") ?? string.Empty,
            Step = new StepInfo(at.Text("operation"), at.Integer("version"), at.Text("package"), at.Text("packageVersion"), at.Object("options").Json, at.ListJson("overrides")),
            Started = at.Time("started"),
            Ended = at.OptionalText("ended") is null ? null : at.Time("ended"),
            State = known >= 0 ? (ActionState)known : throw at.Error("state", $"must be one of {string.Join(", ", States)}, but is {state}."),
            Error = at.OptionalText("error") ?? string.Empty,
            Rows = at.Integer("rows"),
            Failed = at.Integer("failed"),
            Uses = at.Texts("uses"),
            Makes = at.Texts("makes"),
            Warnings = [.. at.List("warnings").Select(w => new StepWarning(w.Text("code"), w.Text("message"), w.OptionalInteger("row")))],
        };
    }

    private static RecordedEntity ReadEntity(Cursor at)
    {
        string kind = at.Text("kind");
        return kind switch
        {
            "file" => new RecordedEntity(at.Text("id"), string.Empty, at.Text("path"), at.Text("sha256"), at.Long("length"), at.Text("mediaType")) { Blocks = at.Has("blocks") ? ReadBlocks(at.Object("blocks")) : null },
            "value" => new RecordedEntity(at.Text("id"), at.Text("description")) { Rows = at.Has("rows") ? ReadRows(at.Object("rows")) : null },
            _ => throw at.Error("kind", $"must be file or value, but is {kind}."),
        };
    }

    private static RecordedBlocks ReadBlocks(Cursor at)
    {
        int size = at.Integer("size");
        return size > 0 ? new RecordedBlocks(size, at.Text("marks")) : throw at.Error("size", "must be above 0.");
    }

    private static RecordedRows ReadRows(Cursor at)
    {
        string source = at.Text("source");
        if (!RowRanges.IsValid(source))
            throw at.Error("source", $"must be ranges of rows such as 0-149,151, but is {source}.");
        Cursor axis = at.Has("axis") ? at.Object("axis") : default;
        return new RecordedRows(
            source,
            at.OptionalBoolean("byOrder"),
            at.Has("axis") ? new RecordedAxis(axis.Text("quantity"), axis.Text("unit"), axis.Number("first"), axis.Number("last"), axis.Integer("points"), axis.Text("intensityUnit")) : null);
    }

    private static RecordedEnvironment ReadEnvironment(Cursor at) => new(
        at.Text("runtime"),
        at.Text("operatingSystem"),
        at.Text("architecture"),
        at.Integer("vectorDoubles"),
        at.Texts("instructionSets"),
        at.OptionalInteger("threads"),
        at.Text("culture"));

    /// <summary>An object that is being read; names file, line and path of what is wrong.</summary>
    private readonly struct Cursor(JsonElement element, string path, string file, JsonLines lines)
    {
        public string Json => element.GetRawTextWithoutComments();

        public InputFormatException Error(string name, string problem)
        {
            string at = Join(name);
            return new InputFormatException(file, lines.Of(at), $"{at}: {problem}", Remedy);
        }

        public string Text(string name) => OptionalText(name) ?? throw Error(name, "is missing.");

        public string? OptionalText(string name) => Find(name) is not { } value ? null
            : value.ValueKind == JsonValueKind.String ? value.GetString() : throw Error(name, "must be text.");

        public int Integer(string name) => OptionalInteger(name) ?? throw Error(name, "is missing.");

        public int? OptionalInteger(string name) => Find(name) is not { } value ? null
            : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : throw Error(name, "must be a whole number.");

        public bool Has(string name) => Find(name) is not null;

        public bool OptionalBoolean(string name) => Find(name) is not { } value ? false
            : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Error(name, "must be true or false.");

        public double Number(string name) => Find(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out double number)
            ? number : throw Error(name, "must be a number.");

        public long Long(string name) => Find(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out long number)
            ? number : throw Error(name, "must be a whole number.");

        public DateTimeOffset Time(string name) =>
            DateTimeOffset.TryParse(Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time)
                ? time : throw Error(name, "must be a time.");

        public Cursor Object(string name) => Find(name) is { ValueKind: JsonValueKind.Object } value
            ? new Cursor(value, Join(name), file, lines) : throw Error(name, "must be an object.");

        public string? OptionalObject(string name) => Find(name) is null ? null : Object(name).Json;

        public string ListJson(string name) => Find(name) is { ValueKind: JsonValueKind.Array } value
            ? value.GetRawTextWithoutComments() : throw Error(name, "must be a list.");

        public IReadOnlyList<Cursor> List(string name)
        {
            if (Find(name) is not { ValueKind: JsonValueKind.Array } value)
                throw Error(name, "must be a list.");
            var items = new List<Cursor>();
            foreach (JsonElement item in value.EnumerateArray())
            {
                string at = string.Create(CultureInfo.InvariantCulture, $"{Join(name)}[{items.Count}]");
                if (item.ValueKind != JsonValueKind.Object)
                    throw new InputFormatException(file, lines.Of(at), $"{at}: must be an object.", Remedy);
                items.Add(new Cursor(item, at, file, lines));
            }

            return items;
        }

        public IReadOnlyList<string> Texts(string name)
        {
            if (Find(name) is not { ValueKind: JsonValueKind.Array } value || value.EnumerateArray().Any(i => i.ValueKind != JsonValueKind.String))
                throw Error(name, "must be a list of texts.");
            return [.. value.EnumerateArray().Select(i => i.GetString()!)];
        }

        private string Join(string name) => path.Length == 0 ? name : $"{path}.{name}";

        private JsonElement? Find(string name) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }
}
