using System.Text;
using System.Text.Json;
using BigMap.Analysis.Provenance.Internal;

namespace BigMap.Analysis.Provenance;

/// <summary>A protocol: named, ordered steps with all their options, as code and as a JSON file that later releases read.</summary>
/// <remarks>
/// Immutable, thread-safe. A recipe that exists is valid: everything is checked when it is made, before any computation. Two recipes are
/// equal when their JSON is.
/// </remarks>
/// <example><code>
/// Recipe recipe = await Recipe.ReadAsync("lno-003.json", catalogue);
/// RecipeRun run = await recipe.RunAsync(new InputPath("scans/*.xy"), new StepEnvironment(AnalysisContext.Default, "out"));
/// Console.WriteLine(run.Report());
/// </code></example>
public sealed class Recipe : IEquatable<Recipe>
{
    /// <summary>The format that this release writes. It reads it, and <c>bigmap-recipe/1.N</c>.</summary>
    public const string Format = "bigmap-recipe/1";

    private readonly int[] _sources;
    private readonly IReadOnlyList<RowOverride>[] _overrides;
    private readonly Lazy<string> _json;

    /// <summary>Makes a recipe.</summary>
    /// <param name="name">Short name, not empty.</param>
    /// <param name="steps">At least one step, in order.</param>
    /// <param name="title">One line for people.</param>
    /// <param name="description">What the recipe does, for what data, by whom.</param>
    /// <exception cref="RecipeException">Anything is wrong with names, links, types, options or overrides; every fault is listed.</exception>
    public Recipe(string name, IReadOnlyList<RecipeStep> steps, string title = "", string description = "")
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(steps);
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(description);
        var faults = new List<RecipeFault>();
        if (string.IsNullOrWhiteSpace(name))
            faults.Add(new RecipeFault("name", "must not be empty."));
        StepDraft[] drafts = [.. steps.Select((s, i) => Draft(s, i, faults))];
        RecipeChecks.CheckChain(drafts, faults);
        if (faults.Count > 0)
            throw new RecipeException(string.IsNullOrWhiteSpace(name) ? "recipe" : name, faults);

        Name = name;
        Title = title;
        Description = description;
        var canonical = new RecipeStep[steps.Count];
        _sources = new int[steps.Count];
        _overrides = new IReadOnlyList<RowOverride>[steps.Count];
        for (int i = 0; i < canonical.Length; i++)
        {
            _sources[i] = RecipeChecks.Source(drafts, i);
            bool isDefault = _sources[i] == RecipeChecks.DefaultSource(drafts, i);
            canonical[i] = steps[i] with { From = isDefault ? null : steps[i].From, Overrides = drafts[i].Overrides };
            IStep step = steps[i].Step;
            object options = steps[i].Options;
            _overrides[i] = [.. drafts[i].Overrides.Select(o => new RowOverride(o.Row, o.OptionsJson is null ? null : OptionsJson.Merge(step.OptionSet, options, o.OptionsJson, string.Empty, []), o.Reason))];
        }

        Steps = canonical;
        _json = new Lazy<string>(() => CanonicalJson.Text(Write));
    }

    /// <summary>Short name.</summary>
    public string Name { get; }

    /// <summary>One line for people.</summary>
    public string Title { get; }

    /// <summary>What the recipe does, for what data, by whom.</summary>
    public string Description { get; }

    /// <summary>The steps, in order.</summary>
    public IReadOnlyList<RecipeStep> Steps { get; }

    /// <summary>What happened while reading: options upgraded from older versions, members of a newer minor format left out. Not part of the recipe.</summary>
    public IReadOnlyList<string> Notes { get; internal init; } = [];

    /// <summary>What the run must be given.</summary>
    public Type InputType => Steps[Array.IndexOf(_sources, RecipeChecks.RunInput)].Step.InputType;

    /// <summary>The step with an id.</summary>
    /// <param name="id">Its id.</param>
    /// <exception cref="ArgumentException">There is no such step; the message lists those there are.</exception>
    public RecipeStep this[string id] => Steps[IndexOf(id)];

    /// <summary>Reads a recipe from JSON; comments and trailing commas are allowed.</summary>
    /// <param name="json">The text.</param>
    /// <param name="catalogue">The steps that it can use.</param>
    /// <param name="source">File name or the like, for error messages.</param>
    /// <returns>The recipe.</returns>
    /// <exception cref="RecipeException">Unknown operation, version, parameter; missing, wrong or out-of-range values; duplicate ids; dangling links; types that do not fit. Every fault is listed, with path and line.</exception>
    public static Recipe Parse(string json, StepCatalogue catalogue, string source = "recipe")
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(catalogue);
        return RecipeReader.Read(json, catalogue, source);
    }

    /// <summary>Reads a recipe file (UTF-8).</summary>
    /// <param name="path">The file.</param>
    /// <param name="catalogue">The steps that it can use.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The recipe.</returns>
    /// <exception cref="RecipeException">The recipe cannot be used; every fault is listed.</exception>
    /// <exception cref="InputFormatException">The file does not exist.</exception>
    public static async Task<Recipe> ReadAsync(string path, StepCatalogue catalogue, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new InputFormatException(path, 0, "there is no such recipe.", "Check the path.");
        string json;
        try
        {
            json = await CanonicalJson.ReadFileAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (DecoderFallbackException)
        {
            throw new RecipeException(path, [new RecipeFault(string.Empty, "is not UTF-8 text.")]);
        }

        return Parse(json, catalogue, path);
    }

    /// <summary>The recipe as JSON: indented, LF, every option written out, the same text for equal recipes on every machine.</summary>
    /// <returns>The text.</returns>
    public string ToJson() => _json.Value;

    /// <summary>Writes the recipe to a file (under a temporary name first).</summary>
    /// <param name="path">The file; replaced when it exists.</param>
    /// <param name="cancellationToken">Stops writing.</param>
    /// <returns>A task.</returns>
    public Task WriteAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return CanonicalJson.WriteFileAsync(path, ToJson(), cancellationToken);
    }

    /// <summary>Id of the step that a step goes on from, or <see cref="RecipeStep.RunInput"/>.</summary>
    /// <param name="id">Id of a step.</param>
    /// <returns>The other id.</returns>
    public string SourceOf(string id) => _sources[IndexOf(id)] is var i && i == RecipeChecks.RunInput ? RecipeStep.RunInput : Steps[i].Id;

    /// <summary>The decisions for single rows of a step, with complete options.</summary>
    /// <param name="id">Id of a step.</param>
    /// <returns>One entry per row, by row.</returns>
    public IReadOnlyList<RowOverride> OverridesOf(string id) => _overrides[IndexOf(id)];

    /// <summary>The same recipe with other options in one step; overrides keep what they say and follow in everything else.</summary>
    /// <param name="id">Id of the step.</param>
    /// <param name="options">Its options record.</param>
    /// <returns>A recipe.</returns>
    /// <exception cref="RecipeException">The options cannot be used.</exception>
    public Recipe WithOptions(string id, object options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return With(this[id] with { Options = options });
    }

    /// <summary>The same recipe with one option changed by its JSON path.</summary>
    /// <param name="id">Id of the step.</param>
    /// <param name="path">Path of the option inside the step's options: <c>lambda</c>, <c>peaks[0].center.max</c>.</param>
    /// <param name="valueJson">The value as JSON: <c>1e6</c>, <c>"poisson"</c>, <c>null</c>.</param>
    /// <returns>A recipe.</returns>
    /// <exception cref="OptionsException">There is no such option, or the value is not allowed.</exception>
    public Recipe WithOption(string id, string path, string valueJson)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(valueJson);
        RecipeStep step = this[id];
        return With(step with { Options = OptionsJson.With(step.Step.OptionSet, step.Options, path, valueJson, $"{Name}, step {id}") });
    }

    /// <summary>The same recipe with other options for one row of one step. What equals the step's options is not part of the override.</summary>
    /// <param name="id">Id of the step.</param>
    /// <param name="row">Source row.</param>
    /// <param name="options">Options record for this row.</param>
    /// <param name="reason">Why; goes into the record.</param>
    /// <returns>A recipe; an earlier override of the row is replaced.</returns>
    /// <exception cref="RecipeException">The options cannot be used, or there is no reason.</exception>
    public Recipe WithOverride(string id, int row, object options, string reason)
    {
        ArgumentNullException.ThrowIfNull(options);
        RecipeStep step = this[id];
        if (!step.Step.OptionSet.Default.GetType().IsInstanceOfType(options))
            throw new RecipeException(Name, [new RecipeFault($"steps[{IndexOf(id)}].overrides", $"{step.Operation} takes {step.Step.OptionSet.Default.GetType().Name}, not {options.GetType().Name}.")]);
        var faults = new List<OptionFault>();
        step.Step.OptionSet.Check(options, string.Empty, faults);
        if (faults.Count > 0)
            throw new RecipeException(Name, [.. faults.Select(f => new RecipeFault($"steps[{IndexOf(id)}].overrides.{f.Path}", f.Message))]);
        return WithOverride(step, new RecipeOverride(row, reason, OptionsJson.Difference(step.Step.OptionSet, step.Options, options)));
    }

    /// <summary>The same recipe without one row in one step: the row gets <see cref="RowStatus.Excluded"/>.</summary>
    /// <param name="id">Id of the step.</param>
    /// <param name="row">Source row.</param>
    /// <param name="reason">Why; goes into the record.</param>
    /// <returns>A recipe; an earlier override of the row is replaced.</returns>
    /// <exception cref="RecipeException">There is no reason.</exception>
    public Recipe WithExclusion(string id, int row, string reason) => WithOverride(this[id], new RecipeOverride(row, reason, null));

    /// <summary>The same recipe without an override.</summary>
    /// <param name="id">Id of the step.</param>
    /// <param name="row">Source row.</param>
    /// <returns>A recipe.</returns>
    public Recipe WithoutOverride(string id, int row) => With(this[id] with { Overrides = [.. this[id].Overrides.Where(o => o.Row != row)] });

    /// <summary>The same recipe with the step of the same id replaced.</summary>
    /// <param name="step">The new step.</param>
    /// <returns>A recipe.</returns>
    /// <exception cref="RecipeException">The recipe would not be valid.</exception>
    public Recipe With(RecipeStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        RecipeStep[] steps = [.. Steps];
        steps[IndexOf(step.Id)] = step;
        return new Recipe(Name, steps, Title, Description) { Notes = Notes };
    }

    /// <summary>The same recipe with a step in front: what took the input of the run now takes its result. Puts a reading step before a recipe for loaded data.</summary>
    /// <param name="step">The new first step.</param>
    /// <returns>A recipe.</returns>
    /// <exception cref="RecipeException">The recipe would not be valid.</exception>
    /// <example><code>Recipe fromFile = recipe.Prepend(RecipeStep.Of("read", FormatsSteps.Read));</code></example>
    public Recipe Prepend(RecipeStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var steps = new List<RecipeStep> { step };
        for (int i = 0; i < Steps.Count; i++)
            steps.Add(Steps[i] with { From = _sources[i] == RecipeChecks.RunInput ? step.Id : Steps[_sources[i]].Id });
        return new Recipe(Name, steps, Title, Description) { Notes = Notes };
    }

    /// <summary>Runs the recipe.</summary>
    /// <param name="input">A path (<see cref="InputPath"/> or text) or an object of <see cref="InputType"/>.</param>
    /// <param name="environment">Threads, progress, provenance, clock, and the folder for files that steps write; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <returns>The result of every step.</returns>
    /// <exception cref="DataMismatchException">The input is not what the recipe starts from.</exception>
    /// <exception cref="AnalysisException">What a step raised; a recorder keeps what was done until then.</exception>
    public Task<RecipeRun> RunAsync(object input, StepEnvironment? environment = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        return RecipeRunner.RunAsync(this, input, environment ?? new StepEnvironment(AnalysisContext.Default), cancellationToken);
    }

    /// <summary>Runs the recipe with the steps of a catalogue instead of those it was made with.</summary>
    /// <param name="input">A path (<see cref="InputPath"/> or text) or an object of <see cref="InputType"/>.</param>
    /// <param name="catalogue">The steps.</param>
    /// <param name="environment">Threads, progress, provenance, clock, and the folder for files that steps write.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <returns>The result of every step.</returns>
    /// <exception cref="RecipeException">The catalogue cannot carry the recipe out.</exception>
    public Task<RecipeRun> RunAsync(object input, StepCatalogue catalogue, StepEnvironment environment, CancellationToken cancellationToken = default) =>
        Parse(ToJson(), catalogue, Name).RunAsync(input, environment, cancellationToken);

    /// <inheritdoc/>
    public bool Equals(Recipe? other) => other is not null && (ReferenceEquals(this, other) || ToJson() == other.ToJson());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Recipe);

    /// <inheritdoc/>
    public override int GetHashCode() => ToJson().GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {string.Join(" → ", Steps.Select(s => s.Id))}";

    internal int IndexOf(string id)
    {
        for (int i = 0; i < Steps.Count; i++)
        {
            if (Steps[i].Id == id)
                return i;
        }

        throw new ArgumentException($"Recipe {Name} has no step {id}; its steps are {string.Join(", ", Steps.Select(s => s.Id))}.", nameof(id));
    }

    internal int SourceIndex(int step) => _sources[step];

    internal IReadOnlyList<RowOverride> OverridesAt(int step) => _overrides[step];

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("format", Format);
        writer.WriteString("name", Name);
        writer.WriteString("title", Title);
        writer.WriteString("description", Description);
        writer.WriteStartArray("steps");
        foreach (RecipeStep step in Steps)
            WriteStep(writer, step, step.Id, step.From);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    internal static void WriteStep(Utf8JsonWriter writer, RecipeStep step, string id, string? from)
    {
        writer.WriteStartObject();
        writer.WriteString("id", id);
        writer.WriteString("operation", step.Operation);
        writer.WriteNumber("version", step.Version);
        if (from is not null)
            writer.WriteString("from", from);
        writer.WritePropertyName("options");
        step.Step.OptionSet.Write(writer, step.Options);
        if (step.Overrides.Count > 0)
        {
            writer.WriteStartArray("overrides");
            foreach (RecipeOverride one in step.Overrides)
            {
                writer.WriteStartObject();
                writer.WriteNumber("row", one.Row);
                writer.WriteString("reason", one.Reason);
                if (one.OptionsJson is null)
                {
                    writer.WriteBoolean("exclude", true);
                }
                else
                {
                    writer.WritePropertyName("options");
                    writer.WriteJson(one.OptionsJson);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static StepDraft Draft(RecipeStep step, int index, List<RecipeFault> faults)
    {
        var draft = new StepDraft(index) { Id = step.Id ?? string.Empty, Step = step.Step, From = step.From, Overrides = step.Overrides };
        if (step.Step is null)
        {
            faults.Add(new RecipeFault(draft.Path + ".operation", "is missing."));
            return draft;
        }

        Type expected = step.Step.OptionSet.Default.GetType();
        if (!expected.IsInstanceOfType(step.Options))
        {
            faults.Add(new RecipeFault(draft.Path + ".options", $"{step.Operation} takes {expected.Name}, not {step.Options?.GetType().Name ?? "null"}."));
            return draft;
        }

        var found = new List<OptionFault>();
        step.Step.OptionSet.Check(step.Options, draft.Path + ".options", found);
        faults.AddRange(found.Select(f => new RecipeFault(f.Path, f.Message)));
        if (found.Count == 0)
            draft.Options = step.Options;
        draft.Overrides = RecipeChecks.CheckOverrides(draft, [.. step.Overrides.Select((_, i) => $"{draft.Path}.overrides[{i}]")], faults);
        return draft;
    }

    private Recipe WithOverride(RecipeStep step, RecipeOverride one) =>
        With(step with { Overrides = [.. step.Overrides.Where(o => o.Row != one.Row), one] });
}
