namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>Ties a parameter to another: parameter = factor · other + offset. The Jacobian stays exact.</summary>
/// <remarks>The value and the vary switch of the tied parameter are not used; its bounds hold. Ties may be chained.</remarks>
/// <example><code>new Tie { Parameter = "K2.fwhm", To = "K1.fwhm" } // equal widths</code></example>
public sealed record Tie
{
    /// <summary>The description of a tie.</summary>
    public static OptionSet<Tie> Set { get; } = OptionSet.For(new Tie())
        .Text("parameter", o => o.Parameter, (o, v) => o with { Parameter = v }, new("Parameter", "The parameter that follows, peak.parameter."))
        .Text("to", o => o.To, (o, v) => o with { To = v }, new("To", "The parameter that leads, peak.parameter."))
        .Number("factor", o => o.Factor, (o, v) => o with { Factor = v }, new("Factor", "Multiplies the leading parameter; not 0."))
        .Number("offset", o => o.Offset, (o, v) => o with { Offset = v }, new("Offset", "Is added after the factor."))
        .Rule(o => o.Factor == 0 ? "the factor must not be 0; fix the parameter instead." : null);

    /// <summary>The parameter that follows, e.g. <c>K2.fwhm</c>.</summary>
    public string Parameter { get; init; } = string.Empty;

    /// <summary>The parameter that leads, e.g. <c>K1.fwhm</c>.</summary>
    public string To { get; init; } = string.Empty;

    /// <summary>Multiplies the leading parameter; not 0. Default 1.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>Is added after the factor, in the unit of the parameter. Default 0.</summary>
    public double Offset { get; init; }
}
