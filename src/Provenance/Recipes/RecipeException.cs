namespace BigMap.Analysis.Provenance;

/// <summary>One fault of a recipe.</summary>
/// <param name="Path">Where, as a JSON path: <c>steps[1].options.lambda</c>; empty for the whole recipe.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
/// <param name="Line">Line in the text, from 1; 0 when the recipe did not come from text.</param>
public sealed record RecipeFault(string Path, string Message, int Line = 0)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        string where = Line > 0 ? $"line {Line}, {Path}" : Path;
        return Path.Length == 0 ? (Line > 0 ? $"line {Line}: {Message}" : Message) : $"{where}: {Message}";
    }
}

/// <summary>A recipe that cannot be used; lists every fault at once. Raised before any computation.</summary>
public sealed class RecipeException : AnalysisException
{
    /// <summary>Makes an error from all faults found.</summary>
    /// <param name="recipe">File or name of the recipe.</param>
    /// <param name="faults">Every fault found, at least one.</param>
    public RecipeException(string recipe, IReadOnlyList<RecipeFault> faults)
        : base($"{recipe}:{(faults ?? throw new ArgumentNullException(nameof(faults))).Count switch { 1 => $" {faults[0]}", _ => string.Concat(faults.Select(f => $"\n  {f}")) }}")
    {
        Recipe = recipe;
        Faults = faults;
    }

    /// <summary>File or name of the recipe.</summary>
    public string Recipe { get; }

    /// <summary>Every fault found, in the order of the text.</summary>
    public IReadOnlyList<RecipeFault> Faults { get; }
}
