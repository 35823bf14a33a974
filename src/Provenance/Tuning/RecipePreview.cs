using BigMap.Analysis.Provenance.Internal;

namespace BigMap.Analysis.Provenance;

/// <summary>What an update of a preview did.</summary>
/// <param name="Recomputed">Ids of the steps that were run again, in order.</param>
/// <param name="Elapsed">Time that it took, by the clock of the context.</param>
public sealed record PreviewUpdate(IReadOnlyList<string> Recomputed, TimeSpan Elapsed);

/// <summary>A recipe on chosen rows, kept up to date while options change: what a panel with sliders needs.</summary>
/// <remarks>
/// The result of every step on the chosen rows is kept; a change recomputes that step and those that go on from it. Steps that only write
/// files are left out, and nothing is recorded. A step whose rows depend on each other (seeding from the previous row, a joint model) sees only
/// the chosen ones. When an update fails or is cancelled, recipe and results stay as they were. One update at a time; results may be read from other threads.
/// </remarks>
/// <example><code>
/// RecipePreview preview = await RecipePreview.OpenAsync(recipe, new InputPath("scans"), [0, 75, 149]);
/// await preview.UpdateAsync("flat", new AslsOptions { Lambda = 1e5 });
/// SpectrumSeries corrected = preview.Result&lt;SpectrumSeries&gt;("flat");
/// </code></example>
public sealed class RecipePreview
{
    private readonly AnalysisContext _context;
    private readonly object _input;
    private readonly int[] _rows;
    private volatile State _state;

    private RecipePreview(AnalysisContext context, object input, int[] rows, State state)
    {
        _context = context;
        _input = input;
        _rows = rows;
        _state = state;
    }

    /// <summary>The recipe with the options of now; <see cref="Recipe.RunAsync(object, StepEnvironment?, CancellationToken)"/> runs it on everything.</summary>
    public Recipe Recipe => _state.Recipe;

    /// <summary>The chosen source rows.</summary>
    public IReadOnlyList<int> Rows => _rows;

    /// <summary>The results of now, as those of a run.</summary>
    public RecipeRun Run => _state.ToRun(_input);

    /// <summary>Opens a preview and computes every step once.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="input">
    /// What the recipe starts from, or, for a recipe that begins with reading steps, the loaded series. The first series on the way (the input
    /// itself, or what a reading step gives) is cut down to the chosen rows.
    /// </param>
    /// <param name="sourceRows">Source rows (<see cref="SpectrumSeries.SourceRow"/>), at least one, each once.</param>
    /// <param name="context">Threads, progress, clock; its provenance sink is not used. Null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The preview.</returns>
    /// <exception cref="DataMismatchException">The input is not what the recipe starts from, or does not have a chosen row.</exception>
    public static async Task<RecipePreview> OpenAsync(Recipe recipe, object input, IReadOnlyList<int> sourceRows, AnalysisContext? context = null, CancellationToken cancellationToken = default)
    {
        RecipePreview preview = Create(recipe, input, sourceRows, context);
        await preview.ComputeAsync(recipe, _ => true, cancellationToken).ConfigureAwait(false);
        return preview;
    }

    /// <summary>Gives a step other options and recomputes from there on.</summary>
    /// <param name="stepId">Id of the step.</param>
    /// <param name="options">Its options record.</param>
    /// <param name="cancellationToken">Stops the work; the preview stays as it was.</param>
    /// <returns>What was recomputed.</returns>
    /// <exception cref="RecipeException">The options cannot be used.</exception>
    public ValueTask<PreviewUpdate> UpdateAsync(string stepId, object options, CancellationToken cancellationToken = default) =>
        UpdateAsync(Recipe.WithOptions(stepId, options), cancellationToken);

    /// <summary>Takes another version of the recipe (other options, overrides) and recomputes what differs, and what goes on from that.</summary>
    /// <param name="recipe">A recipe with the same steps: ids, operations, links.</param>
    /// <param name="cancellationToken">Stops the work; the preview stays as it was.</param>
    /// <returns>What was recomputed.</returns>
    /// <exception cref="ArgumentException">The recipe has other steps; open another preview for it.</exception>
    public ValueTask<PreviewUpdate> UpdateAsync(Recipe recipe, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        Recipe old = Recipe;
        bool sameSteps = recipe.Steps.Count == old.Steps.Count;
        for (int i = 0; sameSteps && i < recipe.Steps.Count; i++)
            sameSteps = recipe.Steps[i].Id == old.Steps[i].Id && recipe.Steps[i].Step == old.Steps[i].Step && recipe.SourceIndex(i) == old.SourceIndex(i);
        if (!sameSteps)
            throw new ArgumentException("The recipe has other steps than the preview; open a new preview for it.", nameof(recipe));
        return ComputeAsync(recipe, i => Differs(old, recipe, i), cancellationToken);
    }

    /// <summary>Gives a step other options and recomputes from there on; for steps without I/O.</summary>
    /// <param name="stepId">Id of the step.</param>
    /// <param name="options">Its options record.</param>
    /// <param name="cancellationToken">Stops the work; the preview stays as it was.</param>
    /// <returns>What was recomputed.</returns>
    /// <exception cref="RecipeException">The options cannot be used.</exception>
    /// <exception cref="InvalidOperationException">A step that must be recomputed reads files; call <see cref="UpdateAsync(string, object, CancellationToken)"/>.</exception>
    public PreviewUpdate Update(string stepId, object options, CancellationToken cancellationToken = default)
    {
        Recipe changed = Recipe.WithOptions(stepId, options);
        bool[] stale = Stale(changed, i => Differs(Recipe, changed, i));
        for (int i = 0; i < stale.Length; i++)
        {
            if (stale[i] && changed.Steps[i].Step.InputType == typeof(InputPath))
                throw new InvalidOperationException($"Step {changed.Steps[i].Id} reads files; call UpdateAsync.");
        }

        ValueTask<PreviewUpdate> task = UpdateAsync(changed, cancellationToken);
        return task.IsCompleted ? task.GetAwaiter().GetResult() : task.AsTask().GetAwaiter().GetResult();
    }

    /// <summary>The result of a step on the chosen rows.</summary>
    /// <typeparam name="T">Type of the result; <see cref="SpectrumSeries"/> also for a result that contains one.</typeparam>
    /// <param name="stepId">Id of the step.</param>
    /// <returns>The result.</returns>
    /// <exception cref="ArgumentException">The step was not run (it writes files), or its result is of another type.</exception>
    public T Result<T>(string stepId)
        where T : class
    {
        State state = _state;
        int index = state.Recipe.IndexOf(stepId);
        object? kept = typeof(T) == typeof(SpectrumSeries) ? state.Forwarded[index] : state.Results[index];
        if (kept is null)
            throw new ArgumentException($"Step {stepId} writes files and is not part of a preview.", nameof(stepId));
        return RecipeChecks.Coerce(kept, typeof(T)) as T
            ?? throw new ArgumentException($"The result of step {stepId} is {RecipeChecks.Name(kept.GetType())}, not {RecipeChecks.Name(typeof(T))}.", nameof(stepId));
    }

    /// <summary>A preview that has computed nothing yet; the first update computes everything.</summary>
    internal static RecipePreview Create(Recipe recipe, object input, IReadOnlyList<int> sourceRows, AnalysisContext? context)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(sourceRows);
        if (sourceRows.Count == 0 || sourceRows.Distinct().Count() != sourceRows.Count)
            throw new ArgumentException("Choose at least one row, and each once.", nameof(sourceRows));
        bool loaded = recipe.InputType == typeof(InputPath) && input is SpectrumSeries or ISeriesResult;
        object start = loaded ? input : RecipeRunner.AsRunInput(recipe, input);
        int[] rows = [.. sourceRows];
        return new RecipePreview((context ?? AnalysisContext.Default) with { Provenance = null }, Cut(start, rows), rows, new State(recipe));
    }

    private static bool Differs(Recipe old, Recipe recipe, int i)
    {
        RecipeStep a = old.Steps[i], b = recipe.Steps[i];
        return !(ReferenceEquals(a.Options, b.Options) || a.Step.OptionSet.ToJson(a.Options) == b.Step.OptionSet.ToJson(b.Options))
            || !a.Overrides.SequenceEqual(b.Overrides);
    }

    private static object Cut(object value, int[] sourceRows)
    {
        SpectrumSeries? series = value as SpectrumSeries ?? (value as ISeriesResult)?.Series;
        if (series is null)
            return value;
        var positions = new Dictionary<int, int>();
        for (int row = 0; row < series.Count; row++)
            positions.TryAdd(series.SourceRow(row), row);
        var rows = new int[sourceRows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            if (!positions.TryGetValue(sourceRows[i], out rows[i]))
                throw new DataMismatchException($"The data have no row {sourceRows[i].ToString(System.Globalization.CultureInfo.InvariantCulture)}; they have {series.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)} rows.");
        }

        return series.Select(rows);
    }

    /// <summary>Which steps must be run: those that changed and those that go on from one that is run.</summary>
    private static bool[] Stale(Recipe recipe, Func<int, bool> changed)
    {
        var stale = new bool[recipe.Steps.Count];
        for (int i = 0; i < stale.Length; i++)
            stale[i] = changed(i) || (recipe.SourceIndex(i) is var source && source != RecipeChecks.RunInput && stale[source]);
        return stale;
    }

    private async ValueTask<PreviewUpdate> ComputeAsync(Recipe recipe, Func<int, bool> changed, CancellationToken cancellationToken)
    {
        long began = _context.Time.GetTimestamp();
        var next = new State(recipe, _state);
        bool[] stale = Stale(recipe, i => changed(i) || next.Results[i] is null);
        var recomputed = new List<string>();
        var environment = new StepEnvironment(_context);
        for (int i = 0; i < stale.Length; i++)
        {
            RecipeStep step = recipe.Steps[i];
            if (!stale[i] || step.IsWriter)
                continue;
            cancellationToken.ThrowIfCancellationRequested();
            object? from = recipe.SourceIndex(i) is var source && source == RecipeChecks.RunInput ? _input : next.Forwarded[source];
            if (from is null)
                continue;
            if (step.Step.InputType == typeof(InputPath) && from is SpectrumSeries loaded)
            {
                next.Results[i] = next.Forwarded[i] = loaded;
                continue;
            }

            object input = RecipeChecks.Coerce(from, step.Step.InputType) ?? throw RecipeRunner.NotAccepted(step, from);
            RowOverride[] overrides = [.. recipe.OverridesAt(i).Where(o => Array.IndexOf(_rows, o.Row) >= 0)];
            object result = await step.Step.RunAsync(input, step.Options, overrides, environment, cancellationToken).ConfigureAwait(false);
            next.Results[i] = result;
            next.IsCut[i] = from is SpectrumSeries or ISeriesResult || (source != RecipeChecks.RunInput && next.IsCut[source]);
            next.Forwarded[i] = next.IsCut[i] ? result : Cut(result, _rows);
            recomputed.Add(step.Id);
        }

        _state = next;
        return new PreviewUpdate(recomputed, _context.Time.GetElapsedTime(began));
    }

    /// <summary>Recipe and results, replaced as a whole.</summary>
    private sealed class State
    {
        public State(Recipe recipe, State? old = null)
        {
            Recipe = recipe;
            Results = old is null ? new object?[recipe.Steps.Count] : [.. old.Results];
            Forwarded = old is null ? new object?[recipe.Steps.Count] : [.. old.Forwarded];
            IsCut = old is null ? new bool[recipe.Steps.Count] : [.. old.IsCut];
        }

        public Recipe Recipe { get; }

        /// <summary>What each step gave; null for a step that writes files.</summary>
        public object?[] Results { get; }

        /// <summary>What later steps are given: the result, cut down to the chosen rows where it is the first series.</summary>
        public object?[] Forwarded { get; }

        /// <summary>Whether the chosen rows were taken before a step, so that its own rows are not to be chosen from again.</summary>
        public bool[] IsCut { get; }

        public RecipeRun ToRun(object input)
        {
            var steps = new List<StepRun>();
            for (int i = 0; i < Results.Length; i++)
            {
                if (Forwarded[i] is { } result)
                    steps.Add(RecipeRunner.Describe(Recipe.Steps[i], result, (result as IBatchResult)?.Warnings ?? [], [], TimeSpan.Zero));
            }

            return new RecipeRun(Recipe, input, steps);
        }
    }
}
