using System.Globalization;
using System.Text.Json;

namespace BigMap.Analysis.Provenance.Internal;

/// <summary>A recipe run that the recorder was told of.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Recipe">The recipe.</param>
/// <param name="InputPath">What it was run on, when that was a path.</param>
/// <param name="Input">What it was run on, when that was a value.</param>
internal sealed record TrackedRun(int Number, Recipe Recipe, string? InputPath, TrackedEntity? Input);

/// <summary>
/// The one recipe that repeats everything that was recorded: recipe runs as they are, direct calls as steps, linked through the objects that
/// went from one to the other. A series that was read with a direct call and then given to a recipe becomes a reading step in front of it.
/// </summary>
internal sealed class EffectiveRecipe
{
    private readonly Dictionary<TrackedEntity, string> _producers = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal) { RecipeStep.RunInput };
    private readonly List<Action<Utf8JsonWriter>> _steps = [];
    private string _fault = string.Empty;

    /// <param name="units">Recipe runs (<see cref="TrackedRun"/>) and direct actions (<see cref="RunningAction"/>) in the order of their starts.</param>
    /// <param name="actions">Every action.</param>
    /// <param name="title">Title of the record.</param>
    public EffectiveRecipe(IReadOnlyList<object> units, IReadOnlyList<RunningAction> actions, string title)
    {
        // What a recipe was run on is the input, even where something else was read before.
        InputPath = units.OfType<TrackedRun>().FirstOrDefault(r => r.InputPath is not null)?.InputPath;
        var added = new List<object>();
        foreach (object unit in units)
        {
            if (unit is TrackedRun run ? Add(run, actions) : unit is RunningAction { State: ActionState.Completed } action && Add(action))
                added.Add(unit);
        }

        if (_fault.Length > 0)
            return;
        if (added is [TrackedRun { InputPath: not null } only])
        {
            Json = only.Recipe.ToJson();
            return;
        }

        if (added.Count == 0)
        {
            Fail(Skipped.Count > 0 ? Skipped[0] : "no step that ended well was recorded.");
            return;
        }

        Recipe? named = units.OfType<TrackedRun>().FirstOrDefault()?.Recipe;
        Json = CanonicalJson.Text(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("format", Recipe.Format);
            writer.WriteString("name", named?.Name ?? "recorded");
            writer.WriteString("title", named?.Title ?? title);
            writer.WriteString("description", named?.Description ?? string.Empty);
            writer.WriteStartArray("steps");
            foreach (Action<Utf8JsonWriter> step in _steps)
                step(writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    /// <summary>The recipe, or null.</summary>
    public string? Json { get; }

    /// <summary>Why there is none.</summary>
    public string Fault => Json is null ? _fault : string.Empty;

    /// <summary>The path that it starts from.</summary>
    public string? InputPath { get; private set; }

    /// <summary>Actions that the recipe does not repeat, with the reason.</summary>
    public List<string> Skipped { get; } = [];

    /// <summary>Id of the step that repeats an action.</summary>
    public Dictionary<RunningAction, string> StepIds { get; } = [];

    private bool Add(TrackedRun run, IReadOnlyList<RunningAction> actions)
    {
        string? input = run.InputPath is { } path ? FromPath(path) : _producers.GetValueOrDefault(run.Input!);
        if (input is null)
        {
            Fail(run.InputPath is { } other
                ? $"there is more than one input: {InputPath} and {other}."
                : $"recipe {run.Recipe.Name} was run on a value that did not come from a recorded step: {run.Input!.Description}.");
        }

        var ids = new string[run.Recipe.Steps.Count];
        for (int i = 0; i < ids.Length; i++)
        {
            RecipeStep step = run.Recipe.Steps[i];
            string id = ids[i] = Unique(step.Id);
            string? from = run.Recipe.SourceIndex(i) is var source && source == RecipeChecks.RunInput ? input : ids[source];
            _steps.Add(writer => Recipe.WriteStep(writer, step, id, from));
            foreach (RunningAction action in actions.Where(a => a.Run == run.Number && a.Label == step.Id))
                Map(action, id);
        }

        return true;
    }

    private bool Add(RunningAction action)
    {
        TrackedEntity[] values = [.. action.Uses.Where(u => u.File is null)];
        TrackedEntity[] files = [.. action.Uses.Where(u => u.File is not null)];
        string operation = action.Step.Operation;
        string? from = values.Length == 1 ? _producers.GetValueOrDefault(values[0])
            : values.Length == 0 && files.Length == 1 ? FromPath(files[0].File!.Path)
            : null;
        if (from is null)
        {
            string reason = (values.Length, files.Length) switch
            {
                (1, _) => $"its input did not come from a recorded step: {values[0].Description}",
                (0, 1) => $"it read another file than the input: {files[0].File!.Path}",
                _ => string.Create(CultureInfo.InvariantCulture, $"it was called directly with {values.Length} values and {files.Length} files, and a recipe step has one input"),
            };
            Skipped.Add(string.Create(CultureInfo.InvariantCulture, $"action {action.Number} ({operation}): {reason}."));
            return false;
        }

        string id = Unique(operation);
        _steps.Add(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("id", id);
            writer.WriteString("operation", operation);
            writer.WriteNumber("version", action.Step.Version);
            writer.WriteString("from", from);
            writer.WritePropertyName("options");
            writer.WriteJson(action.Step.OptionsJson);
            writer.WritePropertyName("overrides");
            writer.WriteJson(action.Step.RowOverridesJson);
            writer.WriteEndObject();
        });
        Map(action, id);
        return true;
    }

    private void Map(RunningAction action, string id)
    {
        StepIds[action] = id;
        foreach (TrackedEntity made in action.Makes)
            _producers[made] = id;
    }

    private string? FromPath(string path)
    {
        InputPath ??= path;
        return Path.GetFullPath(InputPath) == Path.GetFullPath(path) ? RecipeStep.RunInput : null;
    }

    private string Unique(string id)
    {
        string unique = id;
        for (int i = 2; !_ids.Add(unique); i++)
            unique = string.Create(CultureInfo.InvariantCulture, $"{id}-{i}");
        return unique;
    }

    private void Fail(string fault)
    {
        if (_fault.Length == 0)
            _fault = fault;
    }
}
