using System.Globalization;

namespace BigMap.Analysis.Provenance.Internal;

/// <summary>Carries out the steps of a recipe.</summary>
internal static class RecipeRunner
{
    public static async Task<RecipeRun> RunAsync(Recipe recipe, object input, StepEnvironment environment, CancellationToken cancellationToken)
    {
        object start = AsRunInput(recipe, input);
        IProvenanceSink? sink = environment.Context.Provenance;
        int run = (sink as ProvenanceRecorder)?.BeginRun(recipe, start, environment.Context) ?? 0;
        if (environment.OutputFolder is { } folder)
            Directory.CreateDirectory(folder);
        var results = new object[recipe.Steps.Count];
        var written = new Dictionary<string, string>(StringComparer.Ordinal);
        var steps = new StepRun[recipe.Steps.Count];
        for (int i = 0; i < steps.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RecipeStep step = recipe.Steps[i];
            object from = recipe.SourceIndex(i) is var source && source == RecipeChecks.RunInput ? start : results[source];
            object value = RecipeChecks.Coerce(from, step.Step.InputType) ?? throw NotAccepted(step, from);
            (sink as ProvenanceRecorder)?.Alias(value, from);
            IReadOnlyList<RowOverride> overrides = recipe.OverridesAt(i);
            var listener = new RunSink(sink, run, step.Id, environment.OutputFolder, written, AbsentRows(value, overrides));
            long began = environment.Context.Time.GetTimestamp();
            StepEnvironment listened = environment with { Context = environment.Context with { Provenance = listener } };
            results[i] = await step.Step.RunAsync(value, step.Options, overrides, listened, cancellationToken).ConfigureAwait(false);
            steps[i] = Describe(step, results[i], listener.Warnings, listener.Files, environment.Context.Time.GetElapsedTime(began));
        }

        return new RecipeRun(recipe, start, steps);
    }

    public static object AsRunInput(Recipe recipe, object input)
    {
        if (RecipeChecks.Coerce(input, recipe.InputType) is { } start)
            return start;
        string remedy = recipe.InputType == typeof(InputPath) ? " Give it the path of the data."
            : input is InputPath or string ? " Read the file first, or begin the recipe with a reading step."
            : string.Empty;
        throw new DataMismatchException($"Recipe {recipe.Name} starts from {RecipeChecks.Name(recipe.InputType)}, but was given {RecipeChecks.Name(input.GetType())}.{remedy}");
    }

    public static DataMismatchException NotAccepted(RecipeStep step, object value) =>
        new($"Step {step.Id} ({step.Operation}) takes {RecipeChecks.Name(step.Step.InputType)}, but was given {RecipeChecks.Name(value.GetType())}.");

    public static StepRun Describe(RecipeStep step, object result, IReadOnlyList<StepWarning> warnings, IReadOnlyList<FileRef> files, TimeSpan elapsed)
    {
        var statuses = new Dictionary<RowStatus, int>();
        int rows = 0, failed = 0;
        if (result is IBatchResult batch)
        {
            rows = batch.Count;
            for (int row = 0; row < rows; row++)
            {
                RowStatus status = batch.StatusOf(row);
                statuses[status] = statuses.GetValueOrDefault(status) + 1;
                if (!status.IsUsable())
                    failed++;
            }
        }
        else if (RecipeChecks.Coerce(result, typeof(SpectrumSeries)) is SpectrumSeries series)
        {
            rows = series.Count;
        }

        return new StepRun(step, result, rows, failed, statuses, warnings, files, elapsed);
    }

    /// <summary>An override of a row that the data do not have changes nothing; a person should know.</summary>
    private static IReadOnlyList<StepWarning> AbsentRows(object value, IReadOnlyList<RowOverride> overrides)
    {
        if (overrides.Count == 0 || value is not SpectrumSeries series)
            return [];
        var rows = new HashSet<int>();
        for (int row = 0; row < series.Count; row++)
            rows.Add(series.SourceRow(row));
        return [.. overrides.Where(o => !rows.Contains(o.Row)).Select(o => new StepWarning(
            "override_row_absent",
            string.Create(CultureInfo.InvariantCulture, $"the recipe overrides row {o.Row} ({o.Reason}), which these data do not have."),
            o.Row))];
    }
}
