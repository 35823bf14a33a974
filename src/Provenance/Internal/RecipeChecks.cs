using System.Globalization;

namespace BigMap.Analysis.Provenance.Internal;

/// <summary>A step of a recipe that is still being checked; what is wrong in it may be missing.</summary>
internal sealed class StepDraft(int index)
{
    public string Path { get; } = string.Create(CultureInfo.InvariantCulture, $"steps[{index}]");

    public string? Id { get; set; }

    public IStep? Step { get; set; }

    public object? Options { get; set; }

    public string? From { get; set; }

    public IReadOnlyList<RecipeOverride> Overrides { get; set; } = [];
}

/// <summary>What must hold in every recipe, whether it was written in JSON or in C#.</summary>
internal static class RecipeChecks
{
    /// <summary>Index that stands for the input of the run.</summary>
    public const int RunInput = -1;

    private const int Unresolved = -2;

    /// <summary>Adds every fault of ids, links and types.</summary>
    public static void CheckChain(IReadOnlyList<StepDraft> steps, List<RecipeFault> faults)
    {
        if (steps.Count == 0)
            faults.Add(new RecipeFault("steps", "a recipe needs at least one step."));
        CheckIds(steps, faults);
        Type? runInput = null;
        string runInputUser = string.Empty;
        for (int i = 0; i < steps.Count; i++)
        {
            int source = Source(steps, i, faults);
            if (source == Unresolved || steps[i].Step is not { } step)
                continue;
            if (source != RunInput)
            {
                if (steps[source].Step is { } before && !Accepts(step.InputType, before.OutputType))
                    faults.Add(new RecipeFault(steps[i].Path, $"{step.Operation} takes {Name(step.InputType)}, but step {steps[source].Id} ({before.Operation}) gives {Name(before.OutputType)}."));
            }
            else if (runInput is null)
            {
                runInput = step.InputType;
                runInputUser = steps[i].Id ?? step.Operation;
            }
            else if (!Accepts(step.InputType, runInput))
            {
                faults.Add(new RecipeFault(steps[i].Path, $"{step.Operation} takes {Name(step.InputType)} as input of the run, but step {runInputUser} takes {Name(runInput)}."));
            }
        }
    }

    /// <summary>Adds every fault of options and overrides, and gives the overrides in canonical form: by row, options in order.</summary>
    public static IReadOnlyList<RecipeOverride> CheckOverrides(StepDraft draft, IReadOnlyList<string> paths, List<RecipeFault> faults)
    {
        if (draft.Overrides.Count > 0 && draft.Step is { } step && (step.InputType == typeof(InputPath) || RecipeStep.IsWriterType(step.OutputType)))
            faults.Add(new RecipeFault(draft.Path + ".overrides", $"{step.Operation} reads or writes files; only steps that work on rows can be overridden."));
        var result = new List<RecipeOverride>();
        var rows = new HashSet<int>();
        for (int i = 0; i < draft.Overrides.Count; i++)
        {
            RecipeOverride one = draft.Overrides[i];
            if (one.Row < 0)
                faults.Add(new RecipeFault($"{paths[i]}.row", string.Create(CultureInfo.InvariantCulture, $"must be at least 0, but is {one.Row}.")));
            else if (!rows.Add(one.Row))
                faults.Add(new RecipeFault($"{paths[i]}.row", string.Create(CultureInfo.InvariantCulture, $"row {one.Row} is overridden twice.")));
            if (string.IsNullOrWhiteSpace(one.Reason))
                faults.Add(new RecipeFault($"{paths[i]}.reason", "must say why; it goes into the record."));
            if (one.OptionsJson is null || draft.Step is null)
            {
                result.Add(one);
                continue;
            }

            var found = new List<OptionFault>();
            IOptionSet set = draft.Step.OptionSet;
            object merged = OptionsJson.Merge(set, draft.Options ?? set.Default, one.OptionsJson, $"{paths[i]}.options", found);
            if (draft.Options is null)
            {
                // The step's own options are at fault, so only what the override itself names can be judged.
                string[] named = [.. OptionsJson.Names(one.OptionsJson).Select(n => $"{paths[i]}.options.{n}")];
                found.RemoveAll(f => !Array.Exists(named, n => f.Path.StartsWith(n, StringComparison.Ordinal)));
            }

            faults.AddRange(found.Select(f => new RecipeFault(f.Path, f.Message)));
            if (found.Count == 0)
                result.Add(one with { OptionsJson = OptionsJson.Pick(set, merged, one.OptionsJson) });
        }

        return [.. result.OrderBy(o => o.Row)];
    }

    /// <summary>Index of the step that a step goes on from.</summary>
    public static int Source(IReadOnlyList<StepDraft> steps, int index, List<RecipeFault>? faults = null)
    {
        string? from = steps[index].From;
        if (from is null)
            return DefaultSource(steps, index);
        if (from == RecipeStep.RunInput)
            return RunInput;
        string path = steps[index].Path + ".from";
        for (int i = 0; i < steps.Count; i++)
        {
            if (steps[i].Id != from)
                continue;
            if (i < index)
                return i;
            faults?.Add(new RecipeFault(path, i == index ? $"step {from} cannot go on from itself." : $"step {from} comes later; a step goes on from an earlier one."));
            return Unresolved;
        }

        faults?.Add(new RecipeFault(path, $"there is no step {from}; the steps before are {string.Join(", ", steps.Take(index).Select(s => s.Id).Prepend(RecipeStep.RunInput))}."));
        return Unresolved;
    }

    /// <summary>The nearest earlier step that does not only write files.</summary>
    public static int DefaultSource(IReadOnlyList<StepDraft> steps, int index)
    {
        for (int i = index - 1; i >= 0; i--)
        {
            if (steps[i].Step is not { } step || !RecipeStep.IsWriterType(step.OutputType))
                return i;
        }

        return RunInput;
    }

    /// <summary>Whether a value of one type can be the input of another: by type, or because it contains the series that is wanted.</summary>
    public static bool Accepts(Type wanted, Type given) =>
        wanted.IsAssignableFrom(given) || (wanted == typeof(SpectrumSeries) && typeof(ISeriesResult).IsAssignableFrom(given));

    /// <summary>A value as the input of a step, or null when it cannot be one.</summary>
    public static object? Coerce(object value, Type wanted) => wanted.IsInstanceOfType(value) ? value
        : wanted == typeof(SpectrumSeries) && value is ISeriesResult result ? result.Series
        : wanted == typeof(InputPath) && value is string path ? new InputPath(path)
        : null;

    public static string Name(Type type)
    {
        int generic = type.Name.IndexOf('`', StringComparison.Ordinal);
        return generic < 0 ? type.Name : $"{type.Name[..generic]}<{string.Join(", ", type.GenericTypeArguments.Select(Name))}>";
    }

    private static void CheckIds(IReadOnlyList<StepDraft> steps, List<RecipeFault> faults)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (StepDraft step in steps)
        {
            if (step.Id is not { } id)
                continue;
            if (id.Length == 0 || id.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-')))
                faults.Add(new RecipeFault(step.Path + ".id", $"must consist of letters, digits, '.', '_' and '-', but is \"{id}\"."));
            else if (id == RecipeStep.RunInput)
                faults.Add(new RecipeFault(step.Path + ".id", $"{RecipeStep.RunInput} stands for the input of the run; choose another id."));
            else if (!seen.Add(id))
                faults.Add(new RecipeFault(step.Path + ".id", $"two steps have the id {id}."));
        }
    }
}
