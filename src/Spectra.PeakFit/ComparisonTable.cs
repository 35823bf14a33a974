namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>Whether a measured and a computed value agree.</summary>
public enum Agreement : byte
{
    /// <summary>They differ by no more than the limit; <c>agrees</c>.</summary>
    Agrees,

    /// <summary>They differ by more; <c>differs</c>.</summary>
    Differs,

    /// <summary>The measured value, or the error of both, is missing; <c>not_comparable</c>.</summary>
    NotComparable,

    /// <summary>No row of the series is at that place; <c>no_match</c>.</summary>
    NoMatch,
}

/// <summary>Measured against computed values: a table with one row per computed value and matching row of the series.</summary>
/// <remarks>
/// Columns: index (row of the series that was read; missing without a match), label, at, source, measured, computed, difference (measured − computed,
/// each with its standard error), z (difference over its error), agreement, flags of the fit. The numbers of a figure are these columns. Immutable, thread-safe.
/// </remarks>
public sealed class ComparisonTable : IResultTable
{
    internal ComparisonTable(IReadOnlyList<ComparedPoint> points, string unit, string againstUnit)
    {
        Points = points;
        ComparedPoint[] compared = [.. points.Where(p => double.IsFinite(p.Z))];
        ChiSquare = compared.Length == 0 ? double.NaN : compared.Sum(p => p.Z * p.Z);
        Degrees = compared.Length;
        Probability = compared.Length == 0 ? double.NaN : Numerics.Distributions.ChiSquareSurvival(ChiSquare, Degrees);
        double[] Column(Func<ComparedPoint, double> value) => [.. points.Select(value)];
        NumberColumn Numbers(string name, Func<ComparedPoint, double> value, Func<ComparedPoint, double> error, Func<ComparedPoint, StandardErrorStatus> reason) =>
            new(name, unit, Column(value), Column(p => error(p) is >= 0 and var e ? e : double.NaN), points.Select(p => error(p) >= 0 ? StandardErrorStatus.Given : reason(p)).ToArray());
        Columns =
        [
            new IntegerColumn("index", points.Select(p => p.SourceRow < 0 ? IntegerColumn.Missing : p.SourceRow).ToArray()),
            new TextColumn("label", [.. points.Select(p => p.Label)]),
            new NumberColumn("at", againstUnit, Column(p => p.At)),
            new TextColumn("source", [.. points.Select(p => p.Source)]),
            Numbers("measured", p => p.Measured, p => p.MeasuredError, p => p.Reason),
            Numbers("computed", p => p.Computed, p => p.ComputedError, _ => StandardErrorStatus.NoResult),
            Numbers("difference", p => p.Measured - p.Computed, p => Math.Sqrt((p.MeasuredError * p.MeasuredError) + (p.ComputedError * p.ComputedError)), p => p.Reason),
            new NumberColumn("z", string.Empty, Column(p => p.Z)),
            new TextColumn("agreement", [.. points.Select(p => ToText(p.Agreement))]),
            new TextColumn("flags", [.. points.Select(p => p.Flags.ToText())]),
        ];
    }

    /// <summary>One per computed value and matching row.</summary>
    public IReadOnlyList<ComparedPoint> Points { get; }

    /// <summary>Σz² over what could be compared; NaN for nothing.</summary>
    public double ChiSquare { get; }

    /// <summary>Number of points that could be compared.</summary>
    public int Degrees { get; }

    /// <summary>Probability of so large a χ² when measured and computed values are the same; NaN for nothing.</summary>
    public double Probability { get; }

    /// <inheritdoc/>
    public string Name => "comparison";

    /// <inheritdoc/>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <inheritdoc/>
    public int RowCount => Points.Count;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Points.Count(p => p.Agreement == Agreement.Agrees)} of {Points.Count} computed values agree, chi-square {ChiSquare:G4} for {Degrees}");

    private static string ToText(Agreement agreement) => agreement switch
    {
        Agreement.Agrees => "agrees",
        Agreement.Differs => "differs",
        Agreement.NotComparable => "not_comparable",
        _ => "no_match",
    };
}

/// <summary>A measured and a computed value.</summary>
public sealed record ComparedPoint
{
    internal ComparedPoint()
    {
    }

    /// <summary>Row of the series that was read; −1 without a match.</summary>
    public int SourceRow { get; internal init; } = -1;

    /// <summary>Label of the row; empty without a match.</summary>
    public string Label { get; internal init; } = string.Empty;

    /// <summary>Where the computed value is.</summary>
    public double At { get; internal init; }

    /// <summary>What the computed value comes from.</summary>
    public string Source { get; internal init; } = string.Empty;

    /// <summary>The measured value; NaN when it is missing.</summary>
    public double Measured { get; internal init; } = double.NaN;

    /// <summary>Its standard error; NaN when there is none.</summary>
    public double MeasuredError { get; internal init; } = double.NaN;

    /// <summary>The computed value.</summary>
    public double Computed { get; internal init; }

    /// <summary>Its standard error; 0 for an exact value.</summary>
    public double ComputedError { get; internal init; }

    /// <summary>(measured − computed)/√(their squared errors); NaN when it cannot be said.</summary>
    public double Z { get; internal init; } = double.NaN;

    /// <summary>Whether they agree.</summary>
    public Agreement Agreement { get; internal init; }

    /// <summary>What the residuals of the fit say against its model: with any of them the measured error is too small.</summary>
    public FitFlags Flags { get; internal init; }

    internal StandardErrorStatus Reason { get; init; } = StandardErrorStatus.NoResult;
}
