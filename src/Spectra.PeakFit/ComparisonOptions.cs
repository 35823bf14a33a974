namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>A value of a fitted series against values computed by simulations.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
/// <example><code>
/// // Coordination numbers against molecular dynamics, by concentration (a column of the series).
/// ComparisonTable table = fits.Compare(new ComparisonOptions
/// {
///     Value = "cn",
///     Against = "concentration",
///     Computed = [new() { At = 0.5, Value = 0.71, StandardError = 0.02 }, new() { At = 1.0, Value = 0.64, StandardError = 0.02 }],
/// });
/// </code></example>
public sealed record ComparisonOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<ComparisonOptions> Set { get; } = OptionSet.For(new ComparisonOptions())
        .Text("value", o => o.Value, (o, v) => o with { Value = v }, new("Value", "The fitted or derived value that is compared, e.g. a coordination number."))
        .Text("against", o => o.Against, (o, v) => o with { Against = v }, new("Against", "Number column by which computed values are matched, e.g. a concentration; empty for the row of the series that was read."))
        .GroupList("computed", o => o.Computed, (o, v) => o with { Computed = v }, ComputedValue.Set, new("Computed values", "Values from simulations, at least one."))
        .Number("tolerance", o => o.Tolerance, (o, v) => o with { Tolerance = v }, new("Tolerance", "Largest distance at which a row counts as the place of a computed value, in the unit of the column.") { Minimum = 0 })
        .Number("limit", o => o.Limit, (o, v) => o with { Limit = v }, new("Limit", "Difference in standard errors beyond which the two differ.") { Minimum = 0, MinimumExcluded = true, Maximum = 100 })
        .Rule(o => o.Value.Length == 0 ? "the value to compare must be named." : null)
        .Rule(o => o.Computed.Count == 0 ? "there must be at least one computed value." : null);

    /// <summary>The value that is compared, e.g. <c>cn</c>.</summary>
    public string Value { get; init; } = string.Empty;

    /// <summary>Number column of the fits by which computed values are matched; empty for the row of the series that was read. Default empty.</summary>
    public string Against { get; init; } = string.Empty;

    /// <summary>Values from simulations, at least one. Default none.</summary>
    public IReadOnlyList<ComputedValue> Computed { get; init; } = [];

    /// <summary>Largest distance at which a row counts as the place of a computed value, in the unit of the column, at least 0. Default 1e-9.</summary>
    public double Tolerance { get; init; } = 1e-9;

    /// <summary>|z| beyond which the two differ, above 0. Default 2.576 (1 % by chance).</summary>
    public double Limit { get; init; } = 2.576;

    /// <summary>Raises one error that names every fault.</summary>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public void Validate() => Set.Validate(this);
}

/// <summary>A value computed by a simulation.</summary>
public sealed record ComputedValue
{
    /// <summary>The description of a computed value.</summary>
    public static OptionSet<ComputedValue> Set { get; } = OptionSet.For(new ComputedValue())
        .Number("at", o => o.At, (o, v) => o with { At = v }, new("At", "Where: a value of the column, or a row."))
        .Number("value", o => o.Value, (o, v) => o with { Value = v }, new("Value", "The computed value."))
        .Number("standardError", o => o.StandardError, (o, v) => o with { StandardError = v }, new("Standard error", "Its standard error, e.g. from block averages; 0 for an exact value.") { Minimum = 0 })
        .Text("label", o => o.Label, (o, v) => o with { Label = v }, new("Label", "What it comes from, e.g. the force field."));

    /// <summary>Where: a value of the column, or a row.</summary>
    public double At { get; init; }

    /// <summary>The computed value, in the unit of the fitted one.</summary>
    public double Value { get; init; }

    /// <summary>Its standard error, at least 0. Default 0: exact.</summary>
    public double StandardError { get; init; }

    /// <summary>What it comes from. Default empty.</summary>
    public string Label { get; init; } = string.Empty;
}
