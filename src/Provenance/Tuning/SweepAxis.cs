using System.Globalization;
using System.Text.Json;
using BigMap.Analysis.Provenance.Internal;

namespace BigMap.Analysis.Provenance;

/// <summary>One option that a sweep varies, with its values.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed class SweepAxis
{
    private readonly IReadOnlyList<Func<Recipe, Recipe>> _changes;

    private SweepAxis(string name, IReadOnlyList<Func<Recipe, Recipe>> changes, IReadOnlyList<double>? numbers, IReadOnlyList<string> texts)
    {
        if (changes.Count == 0)
            throw new ArgumentException($"The sweep over {name} has no values.", nameof(changes));
        Name = name;
        _changes = changes;
        Numbers = numbers;
        Texts = texts;
    }

    /// <summary>Name of its column: <c>step.option</c>.</summary>
    public string Name { get; }

    /// <summary>Number of values.</summary>
    public int Count => _changes.Count;

    /// <summary>The values, when they are numbers; otherwise null.</summary>
    public IReadOnlyList<double>? Numbers { get; }

    /// <summary>The values as text.</summary>
    public IReadOnlyList<string> Texts { get; }

    /// <summary>Varies a number by its JSON path.</summary>
    /// <param name="stepId">Id of the step.</param>
    /// <param name="path">Path inside its options: <c>lambda</c>, <c>peaks[0].fwhm.max</c>.</param>
    /// <param name="values">The values.</param>
    /// <returns>The axis.</returns>
    public static SweepAxis Option(string stepId, string path, params IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new SweepAxis(
            $"{stepId}.{path}",
            [.. values.Select(v => (Func<Recipe, Recipe>)(recipe => recipe.WithOption(stepId, path, Text(v))))],
            values,
            [.. values.Select(Text)]);
    }

    /// <summary>Varies a choice or text by its JSON path.</summary>
    /// <param name="stepId">Id of the step.</param>
    /// <param name="path">Path inside its options.</param>
    /// <param name="values">The values as they stand in JSON, without quotes: <c>poisson</c>.</param>
    /// <returns>The axis.</returns>
    public static SweepAxis Choice(string stepId, string path, params IReadOnlyList<string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new SweepAxis(
            $"{stepId}.{path}",
            [.. values.Select(v => (Func<Recipe, Recipe>)(recipe => recipe.WithOption(stepId, path, $"\"{JsonEncodedText.Encode(v)}\"")))],
            null,
            values);
    }

    /// <summary>Varies a number with code: for an option that stands for several, e.g. the same λ in two steps.</summary>
    /// <typeparam name="TOptions">Options record of the step.</typeparam>
    /// <param name="stepId">Id of the step.</param>
    /// <param name="name">Name of the column.</param>
    /// <param name="set">Makes options with a value.</param>
    /// <param name="values">The values.</param>
    /// <returns>The axis.</returns>
    public static SweepAxis Setter<TOptions>(string stepId, string name, Func<TOptions, double, TOptions> set, params IReadOnlyList<double> values)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(values);
        return new SweepAxis(
            name,
            [.. values.Select(v => (Func<Recipe, Recipe>)(recipe => recipe.WithOptions(stepId, set(Typed<TOptions>(recipe, stepId), v))))],
            values,
            [.. values.Select(Text)]);
    }

    /// <summary>Values in equal factors, ends included: <c>LogRange(1e3, 1e9, 7)</c> gives 1e3, 1e4, … 1e9.</summary>
    /// <param name="from">First value, above 0.</param>
    /// <param name="to">Last value, above 0.</param>
    /// <param name="count">Number of values, at least 2.</param>
    /// <returns>The values; powers of ten are exact.</returns>
    public static IReadOnlyList<double> LogRange(double from, double to, int count)
    {
        if (!(from > 0) || !(to > 0) || !double.IsFinite(from) || !double.IsFinite(to))
            throw new ArgumentOutOfRangeException(nameof(from), "The ends of a logarithmic range must be finite and above 0.");
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        double a = Math.Log10(from), b = Math.Log10(to);
        var values = new double[count];
        for (int i = 0; i < count; i++)
        {
            // Thirteen digits: what lies between is chosen for its order of magnitude, and a person should recognise 1e5 in a table.
            double value = Math.Pow(10, a + ((b - a) * i / (count - 1)));
            values[i] = double.Parse(value.ToString("E12", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        }

        (values[0], values[^1]) = (from, to);
        return values;
    }

    /// <summary>Values in equal steps, ends included.</summary>
    /// <param name="from">First value.</param>
    /// <param name="to">Last value.</param>
    /// <param name="count">Number of values, at least 2.</param>
    /// <returns>The values.</returns>
    public static IReadOnlyList<double> LinearRange(double from, double to, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        var values = new double[count];
        for (int i = 0; i < count; i++)
            values[i] = from + ((to - from) * i / (count - 1));
        values[^1] = to;
        return values;
    }

    internal Recipe Apply(Recipe recipe, int index) => _changes[index](recipe);

    internal TableColumn Column(IReadOnlyList<int> index) => Numbers is { } numbers
        ? new NumberColumn(Name, string.Empty, index.Select(i => numbers[i]).ToArray())
        : new TextColumn(Name, [.. index.Select(i => Texts[i])]);

    private static string Text(double value) => double.IsFinite(value)
        ? value.ToString("R", CultureInfo.InvariantCulture)
        : throw new ArgumentException("A sweep goes over finite values.");

    private static TOptions Typed<TOptions>(Recipe recipe, string stepId)
        where TOptions : class =>
        recipe[stepId].Options as TOptions
        ?? throw new ArgumentException($"Step {stepId} takes {RecipeChecks.Name(recipe[stepId].Options.GetType())}, not {RecipeChecks.Name(typeof(TOptions))}.");
}
