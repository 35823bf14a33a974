namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>Makes a parameter a sum of others: parameter = constant + Σ factor · other. The Jacobian stays exact.</summary>
/// <remarks>Value, bounds and the vary switch of that parameter are not used; bounds on it are refused: bound its parts. Amplitudes that take part are always fitted, never tested for being there.</remarks>
/// <example><code>
/// // Three areas that add up to 100.
/// new SumTie { Parameter = "c.area", Constant = 100, Terms = [new() { Of = "a.area", Factor = -1 }, new() { Of = "b.area", Factor = -1 }] }
/// </code></example>
public sealed record SumTie
{
    /// <summary>The description of a sum.</summary>
    public static OptionSet<SumTie> Set { get; } = OptionSet.For(new SumTie())
        .Text("parameter", o => o.Parameter, (o, v) => o with { Parameter = v }, new("Parameter", "The parameter that is the sum, peak.parameter."))
        .Number("constant", o => o.Constant, (o, v) => o with { Constant = v }, new("Constant", "Is added to the terms."))
        .GroupList("terms", o => o.Terms, (o, v) => o with { Terms = v }, SumTerm.Set, new("Terms", "Other parameters with their factors, at least one."))
        .Rule(o => o.Terms.Count == 0 ? "a sum needs at least one term." : null);

    /// <summary>The parameter that is the sum, e.g. <c>c.area</c>.</summary>
    public string Parameter { get; init; } = string.Empty;

    /// <summary>Is added to the terms, in the unit of the parameter. Default 0.</summary>
    public double Constant { get; init; }

    /// <summary>The terms, at least one. Default none.</summary>
    public IReadOnlyList<SumTerm> Terms { get; init; } = [];
}

/// <summary>A term of a <see cref="SumTie"/>.</summary>
public sealed record SumTerm
{
    /// <summary>The description of a term.</summary>
    public static OptionSet<SumTerm> Set { get; } = OptionSet.For(new SumTerm())
        .Text("of", o => o.Of, (o, v) => o with { Of = v }, new("Of", "A parameter, peak.parameter."))
        .Number("factor", o => o.Factor, (o, v) => o with { Factor = v }, new("Factor", "Multiplies it; not 0."))
        .Rule(o => o.Factor == 0 ? "the factor must not be 0; leave the term out instead." : null);

    /// <summary>A parameter, e.g. <c>a.area</c>.</summary>
    public string Of { get; init; } = string.Empty;

    /// <summary>Multiplies it; not 0. Default 1.</summary>
    public double Factor { get; init; } = 1;
}
