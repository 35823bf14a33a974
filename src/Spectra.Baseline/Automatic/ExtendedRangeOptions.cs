namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Options of AsLS with the smoothness chosen by extended range (erPLS).</summary>
/// <remarks>Immutable, thread-safe.</remarks>
/// <example><code>BaselineSeries result = series.EstimateBaseline(new ExtendedRangeOptions { P = 0.01 });</code></example>
public sealed record ExtendedRangeOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<ExtendedRangeOptions> Set { get; } = OptionSet.For(new ExtendedRangeOptions())
        .Number("p", o => o.P, (o, v) => o with { P = v }, new("Asymmetry p", "Weight of points above the baseline; those below have 1 − p.") { Minimum = 1e-9, Maximum = 1 - 1e-9, Scale = OptionScale.Logarithmic })
        .Number("extension", o => o.Extension, (o, v) => o with { Extension = v }, new("Extension", "Length that is added at either end, as a part of the spectrum.") { Minimum = 0.02, Maximum = 0.5 })
        .Integer("differenceOrder", o => o.DifferenceOrder, (o, v) => o with { DifferenceOrder = v }, new("Difference order d", "What costs nothing: 1 a constant, 2 a straight line, 3 a parabola.") { Minimum = 1, Maximum = 3 });

    /// <summary>p, the weight of points above the baseline; 1e-9 to 1 − 1e-9. Default 0.01.</summary>
    public double P { get; init; } = 0.01;

    /// <summary>Length that is added at either end, as a part of the spectrum; 0.02 to 0.5. Default 0.1.</summary>
    public double Extension { get; init; } = 0.1;

    /// <summary>d, the order of the differences that are penalised; 1, 2 or 3. Default 2.</summary>
    public int DifferenceOrder { get; init; } = 2;

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsException">At least one is out of range; the message names all.</exception>
    public void Validate() => Set.Validate(this);
}
