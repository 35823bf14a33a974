using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using BigMap.Analysis.Provenance.Internal;

namespace BigMap.Analysis.Provenance;

/// <summary>The steps that recipes can use: what the caller composes from the packages he has.</summary>
/// <remarks>Immutable, thread-safe. Nothing is discovered: only what is handed in is there.</remarks>
/// <example><code>var catalogue = new StepCatalogue(FormatsSteps.All, BaselineSteps.All, PeakFitSteps.All);</code></example>
public sealed class StepCatalogue
{
    private readonly Dictionary<(string Operation, int Version), IStep> _byName = [];
    private readonly Dictionary<(string Operation, int Version), Func<JsonObject, JsonObject>> _upgrades = [];

    /// <summary>Composes a catalogue.</summary>
    /// <param name="packages">The lists of steps that packages export.</param>
    /// <exception cref="ArgumentException">Two steps have the same operation and version.</exception>
    public StepCatalogue(params IEnumerable<IEnumerable<IStep>> packages)
    {
        ArgumentNullException.ThrowIfNull(packages);
        var steps = new List<IStep>();
        foreach (IStep step in packages.SelectMany(p => p))
        {
            if (!_byName.TryAdd((step.Operation, step.Version), step))
            {
                IStep other = _byName[(step.Operation, step.Version)];
                throw new ArgumentException($"Two steps are named {step.Operation} version {step.Version}: one in {other.Package}, one in {step.Package}.", nameof(packages));
            }

            steps.Add(step);
        }

        Steps = [.. steps.OrderBy(s => s.Operation, StringComparer.Ordinal).ThenBy(s => s.Version)];
    }

    private StepCatalogue(StepCatalogue source)
    {
        Steps = source.Steps;
        _byName = source._byName;
        _upgrades = new(source._upgrades);
    }

    /// <summary>Every step, by operation name and version. Its <see cref="IStep.OptionSet"/> holds what a panel needs: labels, units, ranges, defaults.</summary>
    public IReadOnlyList<IStep> Steps { get; }

    /// <summary>Finds a step.</summary>
    /// <param name="operation">Operation name.</param>
    /// <param name="version">Version, or null for the newest.</param>
    /// <returns>The step, or null.</returns>
    public IStep? Find(string operation, int? version = null) => version is { } v
        ? _byName.GetValueOrDefault((operation, v))
        : Steps.LastOrDefault(s => s.Operation == operation);

    /// <summary>Teaches the catalogue to read options of an operation version that no step here has any more.</summary>
    /// <param name="operation">Operation name.</param>
    /// <param name="fromVersion">The old version; the result belongs to the version after it.</param>
    /// <param name="upgrade">
    /// Makes new options from old ones so that the result stays the same. It is also given the partial options of row overrides, so it must
    /// not rely on a member being there.
    /// </param>
    /// <returns>A catalogue that knows it.</returns>
    /// <exception cref="ArgumentException">There is an upgrade from this version already.</exception>
    public StepCatalogue WithUpgrade(string operation, int fromVersion, Func<JsonObject, JsonObject> upgrade)
    {
        ArgumentException.ThrowIfNullOrEmpty(operation);
        ArgumentNullException.ThrowIfNull(upgrade);
        var copy = new StepCatalogue(this);
        if (!copy._upgrades.TryAdd((operation, fromVersion), upgrade))
            throw new ArgumentException($"There is an upgrade of {operation} from version {fromVersion} already.", nameof(fromVersion));
        return copy;
    }

    /// <summary>A JSON Schema (draft 2020-12) of recipes with these steps: an editor that knows it completes and checks a recipe while it is written.</summary>
    /// <returns>The schema, indented, the same text for the same steps.</returns>
    public string RecipeSchema() => CanonicalJson.Text(RecipeSchemaWriter(Steps));

    internal IStep? Resolve(string operation, int version, out IReadOnlyList<Func<JsonObject, JsonObject>> upgrades)
    {
        var path = new List<Func<JsonObject, JsonObject>>();
        upgrades = path;
        for (int v = version; ; v++)
        {
            if (Find(operation, v) is { } step)
                return step;
            if (!_upgrades.TryGetValue((operation, v), out Func<JsonObject, JsonObject>? upgrade))
                return null;
            path.Add(upgrade);
        }
    }

    internal string ExplainUnknown(string operation, int version)
    {
        IStep[] versions = [.. Steps.Where(s => s.Operation == operation)];
        if (versions.Length > 0)
        {
            return version > versions[^1].Version
                ? string.Create(CultureInfo.InvariantCulture, $"version {version} of {operation} is newer than this catalogue, which has {List(versions)}. Use a newer release of {versions[^1].Package}.")
                : string.Create(CultureInfo.InvariantCulture, $"version {version} of {operation} is not here; the catalogue has {List(versions)}.");
        }

        string[] near = [.. Steps.Select(s => s.Operation).Distinct().Select(o => (Name: o, Far: Distance(o, operation))).Where(o => o.Far <= 3).OrderBy(o => o.Far).Take(3).Select(o => o.Name)];
        return near.Length > 0
            ? $"there is no operation {operation}; did you mean {string.Join(" or ", near)}?"
            : $"there is no operation {operation}; the catalogue has {string.Join(", ", Steps.Select(s => s.Operation).Distinct())}.";
    }

    private static string List(IStep[] versions) => string.Join(", ", versions.Select(s => s.Version.ToString(CultureInfo.InvariantCulture)));

    // Levenshtein distance.
    private static int Distance(string a, string b)
    {
        int[] previous = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 0; i < a.Length; i++)
        {
            var current = new int[b.Length + 1];
            current[0] = i + 1;
            for (int j = 0; j < b.Length; j++)
                current[j + 1] = Math.Min(Math.Min(current[j], previous[j + 1]) + 1, previous[j] + (a[i] == b[j] ? 0 : 1));
            previous = current;
        }

        return previous[^1];
    }

    private static Action<Utf8JsonWriter> RecipeSchemaWriter(IReadOnlyList<IStep> steps) => writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
        writer.WriteString("title", Recipe.Format);
        writer.WriteString("type", "object");
        writer.WriteStartObject("properties");
        WriteProperty(writer, "$schema", "string", "Address of a JSON Schema, for editors.");
        writer.WriteStartObject("format");
        writer.WriteString("type", "string");
        writer.WriteString("pattern", "^bigmap-recipe/1(\\.[0-9]+)?$");
        writer.WriteEndObject();
        WriteProperty(writer, "name", "string", "Short name.");
        WriteProperty(writer, "title", "string", "One line for people.");
        WriteProperty(writer, "description", "string", "What the recipe does, for what data, by whom.");
        writer.WriteStartObject("steps");
        writer.WriteString("type", "array");
        writer.WriteNumber("minItems", 1);
        writer.WriteStartObject("items");
        writer.WriteStartArray("oneOf");
        foreach (IStep step in steps)
        {
            writer.WriteStartObject();
            writer.WriteString("$ref", "#/$defs/" + DefinitionName(step));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
        WriteExtensions(writer);
        WriteRequired(writer, "format", "name", "steps");
        writer.WriteStartObject("$defs");
        foreach (IStep step in steps)
            WriteDefinition(writer, step);
        writer.WriteEndObject();
        writer.WriteEndObject();
    };

    private static string DefinitionName(IStep step) => string.Create(CultureInfo.InvariantCulture, $"{step.Operation}.v{step.Version}");

    private static void WriteDefinition(Utf8JsonWriter writer, IStep step)
    {
        writer.WriteStartObject(DefinitionName(step));
        writer.WriteString("title", step.Title);
        writer.WriteString("description", step.Description);
        writer.WriteString("type", "object");
        writer.WriteStartObject("properties");
        writer.WriteStartObject("id");
        writer.WriteString("type", "string");
        writer.WriteString("pattern", "^[A-Za-z0-9._-]+$");
        writer.WriteEndObject();
        writer.WriteStartObject("operation");
        writer.WriteString("const", step.Operation);
        writer.WriteEndObject();
        writer.WriteStartObject("version");
        writer.WriteNumber("const", step.Version);
        writer.WriteEndObject();
        WriteProperty(writer, "from", "string", "Id of the step whose result is the input, or \"input\". Default: the nearest earlier step that does not write files.");
        writer.WritePropertyName("options");
        step.OptionSet.WriteSchema(writer);
        writer.WriteStartObject("overrides");
        writer.WriteString("type", "array");
        writer.WriteStartObject("items");
        writer.WriteString("type", "object");
        writer.WriteStartObject("properties");
        writer.WriteStartObject("row");
        writer.WriteString("type", "integer");
        writer.WriteNumber("minimum", 0);
        writer.WriteEndObject();
        WriteProperty(writer, "reason", "string", "Why; goes into the record.");
        writer.WriteStartObject("exclude");
        writer.WriteBoolean("const", true);
        writer.WriteEndObject();
        writer.WriteStartObject("options");
        writer.WriteString("$ref", $"#/$defs/{DefinitionName(step)}/properties/options");
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteBoolean("additionalProperties", false);
        WriteRequired(writer, "row", "reason");
        writer.WriteStartArray("oneOf");
        foreach (string one in (ReadOnlySpan<string>)["exclude", "options"])
        {
            writer.WriteStartObject();
            WriteRequired(writer, one);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
        WriteExtensions(writer);
        WriteRequired(writer, "id", "operation", "version");
        writer.WriteEndObject();
    }

    private static void WriteProperty(Utf8JsonWriter writer, string name, string type, string description)
    {
        writer.WriteStartObject(name);
        writer.WriteString("type", type);
        writer.WriteString("description", description);
        writer.WriteEndObject();
    }

    // Members named x-… are a person's own; no other unknown member is accepted.
    private static void WriteExtensions(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("patternProperties");
        writer.WriteStartObject("^x-");
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteBoolean("additionalProperties", false);
    }

    private static void WriteRequired(Utf8JsonWriter writer, params ReadOnlySpan<string> names)
    {
        writer.WriteStartArray("required");
        foreach (string name in names)
            writer.WriteStringValue(name);
        writer.WriteEndArray();
    }
}
