namespace BigMap.Analysis.Provenance;

/// <summary>One step of a recipe.</summary>
/// <remarks>Immutable, thread-safe. Faults are found when the step becomes part of a <see cref="Recipe"/>.</remarks>
/// <param name="Id">Name of the step in its recipe: letters, digits, <c>.</c>, <c>_</c>, <c>-</c>; unique; not <c>input</c>.</param>
/// <param name="Step">The step.</param>
/// <param name="Options">Its options record.</param>
public sealed record RecipeStep(string Id, IStep Step, object Options)
{
    /// <summary>The <see cref="From"/> that stands for the input of the run.</summary>
    public const string RunInput = "input";

    /// <summary>
    /// Id of the step whose result is the input, or <see cref="RunInput"/>. Null: the nearest earlier step that does not write files, and the
    /// input of the run when there is none.
    /// </summary>
    public string? From { get; init; }

    /// <summary>What a person decided for single rows, by source row.</summary>
    public IReadOnlyList<RecipeOverride> Overrides { get; init; } = [];

    /// <summary>Operation name.</summary>
    public string Operation => Step.Operation;

    /// <summary>Version of the operation.</summary>
    public int Version => Step.Version;

    /// <summary>Whether the step only writes files: its output is a <see cref="DataRef"/> or a list of them. Later steps do not go on from it by default.</summary>
    public bool IsWriter => IsWriterType(Step.OutputType);

    /// <summary>Makes a step with options of the matching type.</summary>
    /// <typeparam name="TIn">Input of the step.</typeparam>
    /// <typeparam name="TOptions">Options record.</typeparam>
    /// <typeparam name="TOut">Output of the step.</typeparam>
    /// <param name="id">Name of the step in its recipe.</param>
    /// <param name="step">The step.</param>
    /// <param name="options">Its options; null for the defaults.</param>
    /// <param name="from">Id of the step whose result is the input; null for the default.</param>
    /// <returns>The recipe step.</returns>
    /// <example><code>RecipeStep.Of("trim", TrimSteps.Trim, new TrimOptions { From = 17.4, To = 20.8 })</code></example>
    public static RecipeStep Of<TIn, TOptions, TOut>(string id, Step<TIn, TOptions, TOut> step, TOptions? options = null, string? from = null)
        where TIn : class
        where TOptions : class
        where TOut : class
    {
        ArgumentNullException.ThrowIfNull(step);
        return new RecipeStep(id, step, options ?? step.Options.Default) { From = from };
    }

    internal static bool IsWriterType(Type output) =>
        typeof(DataRef).IsAssignableFrom(output) || typeof(IEnumerable<DataRef>).IsAssignableFrom(output);
}

/// <summary>What a person decided for one row: other options, or to leave it out.</summary>
/// <param name="Row">Source row (<see cref="SpectrumSeries.SourceRow"/>).</param>
/// <param name="Reason">Why; goes into the record. Not empty.</param>
/// <param name="OptionsJson">
/// JSON object with the options that differ for this row, laid over the step's options so that the row follows later changes of the others;
/// null to exclude the row.
/// </param>
public sealed record RecipeOverride(int Row, string Reason, string? OptionsJson)
{
    /// <summary>Whether the row is left out.</summary>
    public bool IsExcluded => OptionsJson is null;
}
