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
        foreach (object unit in units)
        {
            if (unit is TrackedRun run)
                Add(run, actions);
            else if (unit is RunningAction { State: ActionState.Completed } action)
                Add(action);
        }

        if (units is [TrackedRun { InputPath: not null } only])
        {
            Json = only.Recipe.ToJson();
            return;
        }

        if (_steps.Count == 0)
            Fail("no step that ended well was recorded.");
        if (_fault.Length > 0)
            return;
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

    /// <summary>Id of the step that repeats an action.</summary>
    public Dictionary<RunningAction, string> StepIds { get; } = [];

    private void Add(TrackedRun run, IReadOnlyList<RunningAction> actions)
    {
        string? input = run.InputPath is { } path ? FromPath(path) : Producer(run.Input!);
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
    }

    private void Add(RunningAction action)
    {
        TrackedEntity[] values = [.. action.Uses.Where(u => u.File is null)];
        TrackedEntity[] files = [.. action.Uses.Where(u => u.File is not null)];
        string operation = action.Step.Operation;
        string id = Unique(operation);
        string? from = null;
        if (values.Length == 1)
            from = Producer(values[0]);
        else if (values.Length == 0 && files.Length == 1)
            from = FromPath(files[0].File!.Path);
        else
            Fail(string.Create(CultureInfo.InvariantCulture, $"{operation} was called directly with {values.Length} values and {files.Length} files; a recipe step has one input. Run it in a recipe."));
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
    }

    private void Map(RunningAction action, string id)
    {
        StepIds[action] = id;
        foreach (TrackedEntity made in action.Makes)
            _producers[made] = id;
    }

    private string? Producer(TrackedEntity value)
    {
        if (_producers.TryGetValue(value, out string? id))
            return id;
        Fail($"a value that was used did not come from a recorded step: {value.Description}.");
        return null;
    }

    private string FromPath(string path)
    {
        if (InputPath is not null && Path.GetFullPath(InputPath) != Path.GetFullPath(path))
            Fail($"there is more than one input: {InputPath} and {path}.");
        InputPath ??= path;
        return RecipeStep.RunInput;
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
