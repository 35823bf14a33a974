using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BigMap.Analysis.Provenance.Internal;

/// <summary>Reads recipe JSON and finds every fault of it.</summary>
internal sealed class RecipeReader
{
    private static readonly string[] RecipeMembers = ["$schema", "format", "name", "title", "description", "steps"];
    private static readonly string[] StepMembers = ["id", "operation", "version", "from", "options", "overrides"];
    private static readonly string[] OverrideMembers = ["row", "reason", "exclude", "options"];

    private readonly StepCatalogue _catalogue;
    private readonly List<RecipeFault> _faults = [];
    private readonly List<string> _notes = [];
    private bool _newerMinor;

    private RecipeReader(StepCatalogue catalogue) => _catalogue = catalogue;

    public static Recipe Read(string json, StepCatalogue catalogue, string source)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(json.TrimStart('\uFEFF'));
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(utf8, CanonicalJson.Reading);
        }
        catch (JsonException e)
        {
            throw new RecipeException(source, [new RecipeFault(string.Empty, $"is not JSON: {FirstSentence(e.Message)}", (int)(e.LineNumber ?? -1) + 1)]);
        }

        using (document)
        {
            if (JsonLines.OfInvalidText(utf8) is var bad and > 0)
                throw new RecipeException(source, [new RecipeFault(string.Empty, "holds text that is not Unicode.", bad)]);
            var reader = new RecipeReader(catalogue);
            Recipe? recipe = reader.ReadRecipe(document.RootElement);
            if (reader._faults.Count == 0)
                return recipe!;
            var lines = new JsonLines(utf8);
            RecipeFault[] located = [.. reader._faults.Select(f => f with { Line = lines.Of(f.Path) })];
            throw new RecipeException(source, [.. located.OrderBy(f => f.Line)]);
        }
    }

    private static string FirstSentence(string message)
    {
        int end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }

    private Recipe? ReadRecipe(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            Fault(string.Empty, "a recipe is a JSON object.");
            return null;
        }

        ReadFormat(root);
        CheckMembers(root, string.Empty, RecipeMembers);
        string name = Text(root, "name", string.Empty, required: true) ?? string.Empty;
        string title = Text(root, "title", string.Empty) ?? string.Empty;
        string description = Text(root, "description", string.Empty) ?? string.Empty;
        var drafts = new List<StepDraft>();
        if (!root.TryGetProperty("steps", out JsonElement steps))
        {
            Fault("steps", "is missing.");
        }
        else if (steps.ValueKind != JsonValueKind.Array)
        {
            Fault("steps", "must be a list.");
        }
        else
        {
            foreach (JsonElement step in steps.EnumerateArray())
                drafts.Add(ReadStep(step, drafts.Count));
            RecipeChecks.CheckChain(drafts, _faults);
        }

        return _faults.Count > 0 ? null : new Recipe(
            name,
            [.. drafts.Select(d => new RecipeStep(d.Id!, d.Step!, d.Options!) { From = d.From, Overrides = d.Overrides })],
            title,
            description)
        {
            Notes = _notes,
        };
    }

    private void ReadFormat(JsonElement root)
    {
        string? format = Text(root, "format", string.Empty, required: true);
        if (format is null or Recipe.Format)
            return;
        const string newer = Recipe.Format + ".";
        if (format.StartsWith(newer, StringComparison.Ordinal) && int.TryParse(format.AsSpan(newer.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int minor) && minor > 0)
        {
            _newerMinor = true;
            _notes.Add($"The recipe has the newer format {format}; members that {Recipe.Format} does not know were left out.");
            return;
        }

        Fault("format", $"must be {Recipe.Format}, but is {format}. A recipe of another major format needs another release.");
    }

    private StepDraft ReadStep(JsonElement json, int index)
    {
        var draft = new StepDraft(index);
        if (json.ValueKind != JsonValueKind.Object)
        {
            Fault(draft.Path, "a step is a JSON object.");
            return draft;
        }

        CheckMembers(json, draft.Path, StepMembers);
        draft.Id = Text(json, "id", draft.Path, required: true);
        draft.From = Text(json, "from", draft.Path);
        string? operation = Text(json, "operation", draft.Path, required: true);
        int version = Integer(json, "version", draft.Path, out bool hasVersion);
        IReadOnlyList<Func<JsonObject, JsonObject>> upgrades = [];
        if (operation is not null && hasVersion)
        {
            draft.Step = _catalogue.Resolve(operation, version, out upgrades);
            if (draft.Step is null)
                Fault(_catalogue.Find(operation) is null ? draft.Path + ".operation" : draft.Path + ".version", _catalogue.ExplainUnknown(operation, version));
            else if (upgrades.Count > 0)
                _notes.Add(string.Create(CultureInfo.InvariantCulture, $"Step {draft.Id}: {operation} was upgraded from version {version} to {draft.Step.Version}."));
        }

        if (draft.Step is { } step)
        {
            var found = new List<OptionFault>();
            string path = draft.Path + ".options";
            if (json.TryGetProperty("options", out JsonElement options))
            {
                using JsonDocument? upgraded = Upgrade(options, upgrades, path);
                draft.Options = OptionsJson.Read(step.OptionSet, upgraded?.RootElement ?? options, null, path, found);
            }
            else
            {
                draft.Options = step.OptionSet.Default;
                step.OptionSet.Check(draft.Options, path, found);
            }

            _faults.AddRange(found.Select(f => new RecipeFault(f.Path, f.Message)));
            if (found.Count > 0)
                draft.Options = null;
        }

        ReadOverrides(json, draft, upgrades);
        return draft;
    }

    private void ReadOverrides(JsonElement json, StepDraft draft, IReadOnlyList<Func<JsonObject, JsonObject>> upgrades)
    {
        if (!json.TryGetProperty("overrides", out JsonElement list))
            return;
        if (list.ValueKind != JsonValueKind.Array)
        {
            Fault(draft.Path + ".overrides", "must be a list.");
            return;
        }

        var overrides = new List<RecipeOverride>();
        var paths = new List<string>();
        int index = 0;
        foreach (JsonElement item in list.EnumerateArray())
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"{draft.Path}.overrides[{index++}]");
            if (item.ValueKind != JsonValueKind.Object)
            {
                Fault(path, "an override is a JSON object.");
                continue;
            }

            CheckMembers(item, path, OverrideMembers);
            int row = Integer(item, "row", path, out bool hasRow);
            string? reason = Text(item, "reason", path, required: true);
            bool hasOptions = item.TryGetProperty("options", out JsonElement options);
            bool excluded = item.TryGetProperty("exclude", out JsonElement exclude);
            if (excluded && exclude.ValueKind != JsonValueKind.True)
                Fault(path + ".exclude", "must be true, or be left out.");
            if (excluded == hasOptions)
                Fault(path, excluded ? "either excludes the row or gives it options, not both." : "needs options, or exclude.");
            if (hasOptions && options.ValueKind != JsonValueKind.Object)
            {
                Fault(path + ".options", "must be an object.");
                continue;
            }

            if (!hasRow || reason is null || excluded == hasOptions)
                continue;
            using JsonDocument? upgraded = hasOptions ? Upgrade(options, upgrades, path + ".options") : null;
            overrides.Add(new RecipeOverride(row, reason, hasOptions ? (upgraded?.RootElement ?? options).GetRawTextWithoutComments() : null));
            paths.Add(path);
        }

        draft.Overrides = overrides;
        draft.Overrides = RecipeChecks.CheckOverrides(draft, paths, _faults);
    }

    private JsonDocument? Upgrade(JsonElement options, IReadOnlyList<Func<JsonObject, JsonObject>> upgrades, string path)
    {
        if (upgrades.Count == 0 || options.ValueKind != JsonValueKind.Object)
            return null;
        try
        {
            JsonObject json = JsonObject.Create(options)!;
            foreach (Func<JsonObject, JsonObject> upgrade in upgrades)
                json = upgrade(json);
            return JsonDocument.Parse(json.ToJsonString());
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Fault(path, $"options of this older version could not be upgraded: {e.Message}");
            return null;
        }
    }

    private void CheckMembers(JsonElement json, string path, string[] known)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty member in json.EnumerateObject())
        {
            string at = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            if (!seen.Add(member.Name))
                Fault(at, "is given twice.");
            else if (Array.IndexOf(known, member.Name) < 0 && !member.Name.StartsWith("x-", StringComparison.Ordinal) && !_newerMinor)
                Fault(at, $"is unknown; there are {string.Join(", ", known)}, and names of your own that begin with x-.");
        }
    }

    private string? Text(JsonElement json, string name, string path, bool required = false)
    {
        string at = path.Length == 0 ? name : $"{path}.{name}";
        if (!json.TryGetProperty(name, out JsonElement value))
        {
            if (required)
                Fault(at, "is missing.");
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            Fault(at, "must be text.");
            return null;
        }

        string text = value.GetString()!;
        if (!required || text.Trim().Length > 0)
            return text;
        Fault(at, "must not be empty.");
        return null;
    }

    private int Integer(JsonElement json, string name, string path, out bool ok)
    {
        ok = false;
        string at = $"{path}.{name}";
        if (!json.TryGetProperty(name, out JsonElement value))
        {
            Fault(at, "is missing.");
            return 0;
        }

        ok = value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _);
        if (!ok)
            Fault(at, "must be a whole number.");
        return ok ? value.GetInt32() : 0;
    }

    private void Fault(string path, string message) => _faults.Add(new RecipeFault(path, message));
}

/// <summary>Text of an element that can be parsed again with the strict rules.</summary>
internal static class JsonElementText
{
    public static string GetRawTextWithoutComments(this JsonElement element) => CanonicalJson.Text(element.WriteTo, indented: false);
}
