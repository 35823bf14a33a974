using System.Globalization;
using System.Text;
using BigMap.Analysis.Provenance.Internal;

namespace BigMap.Analysis.Provenance;

/// <summary>What became of one step of a run.</summary>
/// <param name="Step">The step.</param>
/// <param name="Result">What it gave.</param>
/// <param name="Rows">Rows worked on; 0 for a step that does not work on rows.</param>
/// <param name="Failed">Rows without a usable result.</param>
/// <param name="Statuses">Number of rows with each status, for a result that has one per row.</param>
/// <param name="Warnings">What a person should know about the result.</param>
/// <param name="Files">Files that the step wrote.</param>
/// <param name="Elapsed">Time that it took, by the clock of the context.</param>
public sealed record StepRun(
    RecipeStep Step,
    object Result,
    int Rows,
    int Failed,
    IReadOnlyDictionary<RowStatus, int> Statuses,
    IReadOnlyList<StepWarning> Warnings,
    IReadOnlyList<FileRef> Files,
    TimeSpan Elapsed);

/// <summary>The results of a recipe that was run.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed class RecipeRun
{
    private const int MostAlike = 3;

    internal RecipeRun(Recipe recipe, object input, IReadOnlyList<StepRun> steps)
    {
        Recipe = recipe;
        Input = input;
        Steps = steps;
    }

    /// <summary>The recipe.</summary>
    public Recipe Recipe { get; }

    /// <summary>What it was run on.</summary>
    public object Input { get; }

    /// <summary>The steps that were run, in order.</summary>
    public IReadOnlyList<StepRun> Steps { get; }

    /// <summary>Every warning of every step.</summary>
    public IReadOnlyList<StepWarning> Warnings => [.. Steps.SelectMany(s => s.Warnings)];

    /// <summary>Every file that was written.</summary>
    public IReadOnlyList<FileRef> Files => [.. Steps.SelectMany(s => s.Files)];

    /// <summary>The last step whose result has a status per row, or null.</summary>
    public StepRun? LastBatch => Steps.LastOrDefault(s => s.Result is IBatchResult);

    /// <summary>The result of a step.</summary>
    /// <typeparam name="T">Type of the result; <see cref="SpectrumSeries"/> also for a result that contains one.</typeparam>
    /// <param name="id">Id of the step.</param>
    /// <returns>The result.</returns>
    /// <exception cref="ArgumentException">There is no such step, or its result is of another type.</exception>
    public T Result<T>(string id)
        where T : class
    {
        foreach (StepRun step in Steps)
        {
            if (step.Step.Id == id)
            {
                return RecipeChecks.Coerce(step.Result, typeof(T)) as T
                    ?? throw new ArgumentException($"The result of step {id} is {RecipeChecks.Name(step.Result.GetType())}, not {RecipeChecks.Name(typeof(T))}.", nameof(id));
            }
        }

        throw new ArgumentException($"No step {id} was run; there are {string.Join(", ", Steps.Select(s => s.Step.Id))}.", nameof(id));
    }

    /// <summary>A short account for people: each step with its rows, what failed, warnings, files.</summary>
    /// <returns>Lines of text.</returns>
    public string Report()
    {
        var text = new StringBuilder();
        text.Append(Recipe.Name);
        if (Recipe.Title.Length > 0)
            text.Append(": ").Append(Recipe.Title);
        text.Append('\n');
        int width = Steps.Select(s => s.Step.Id.Length).DefaultIfEmpty().Max();
        int operationWidth = Steps.Select(s => s.Step.Operation.Length).DefaultIfEmpty().Max();
        foreach (StepRun step in Steps)
        {
            text.Append("  ").Append(step.Step.Id.PadRight(width)).Append("  ").Append(step.Step.Operation.PadRight(operationWidth));
            if (step.Rows > 0)
                text.Append(CultureInfo.InvariantCulture, $"  {step.Rows} rows");
            string statuses = string.Join(", ", step.Statuses.Where(s => s.Key != RowStatus.Ok).OrderBy(s => s.Key).Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Value} {s.Key.ToText()}")));
            if (statuses.Length > 0)
                text.Append(": ").Append(statuses);
            foreach (FileRef file in step.Files)
                text.Append("  → ").Append(file.Path);
            text.Append('\n');
            foreach (IGrouping<string, StepWarning> alike in step.Warnings.GroupBy(w => w.Code))
            {
                int count = alike.Count();
                foreach (StepWarning warning in alike.Take(count > MostAlike ? 1 : count))
                    text.Append("      ! ").Append(warning).Append('\n');
                if (count > MostAlike)
                    text.Append(CultureInfo.InvariantCulture, $"      ! {count - 1} more of this kind ({alike.Key})\n");
            }
        }

        return text.ToString();
    }
}
