namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>How a derived quantity is computed.</summary>
public enum DerivedKind : byte
{
    /// <summary>factor · Σ of / Σ over, e.g. a coordination number A_c/(A_f + A_c) or I_D/I_G.</summary>
    Ratio,

    /// <summary>factor · Σ of.</summary>
    Sum,

    /// <summary>factor · λ/(2 sin θ) of one 2θ in degrees: a lattice spacing, or with factor √(h² + k² + l²) a lattice parameter.</summary>
    Spacing,
}

/// <summary>A number computed from values of the fit, with its standard error from their whole covariance.</summary>
/// <example><code>
/// new DerivedQuantity { Name = "cn", Of = ["p820.area", "p859.area"], Over = ["p820.area", "p859.area", "p838.area"] }
/// new DerivedQuantity { Name = "c", Kind = DerivedKind.Spacing, Of = ["H1.center"], Factor = 3, Wavelength = 1.5406, Unit = "angstrom" }
/// </code></example>
public sealed record DerivedQuantity
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<DerivedQuantity> Set { get; } = OptionSet.For(new DerivedQuantity())
        .Text("name", o => o.Name, (o, v) => o with { Name = v }, new("Name", "Name of the column."))
        .Choice("kind", o => o.Kind, (o, v) => o with { Kind = v }, new("Kind", "ratio: sum of values over sum of values; sum; spacing: wavelength/(2 sin theta)."))
        .TextList("of", o => o.Of, (o, v) => o with { Of = v }, new("Of", "Names of the values that are added up, or of the 2theta, e.g. H1.center."))
        .TextList("over", o => o.Over, (o, v) => o with { Over = v }, new("Over", "Names of the values whose sum is the denominator of a ratio."))
        .Number("factor", o => o.Factor, (o, v) => o with { Factor = v }, new("Factor", "Multiplies the result; not 0."))
        .Number("wavelength", o => o.Wavelength, (o, v) => o with { Wavelength = v }, new("Wavelength", "Wavelength of a spacing.") { Minimum = 0 })
        .Text("unit", o => o.Unit, (o, v) => o with { Unit = v }, new("Unit", "Unit of the column."))
        .Rule(o => o.FindFault());

    /// <summary>Name of the column.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>How it is computed. Default <see cref="DerivedKind.Ratio"/>.</summary>
    public DerivedKind Kind { get; init; }

    /// <summary>Names of the values that are added up; of a spacing one 2θ in degrees.</summary>
    public IReadOnlyList<string> Of { get; init; } = [];

    /// <summary>Names of the values whose sum is the denominator of a ratio.</summary>
    public IReadOnlyList<string> Over { get; init; } = [];

    /// <summary>Multiplies the result; not 0. Default 1.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>Wavelength of a spacing, in the unit wanted for it.</summary>
    public double Wavelength { get; init; }

    /// <summary>Unit of the column. Default none.</summary>
    public string Unit { get; init; } = string.Empty;

    private string? FindFault()
    {
        if (Name.Length == 0 || Name != Name.Trim())
            return "a derived quantity needs a name without blanks at its ends.";
        if (Of.Count == 0 || (Kind == DerivedKind.Spacing && Of.Count != 1))
            return $"{Name} needs {(Kind == DerivedKind.Spacing ? "one name" : "at least one name")} under of.";
        if ((Kind == DerivedKind.Ratio) != (Over.Count > 0))
            return Kind == DerivedKind.Ratio ? $"{Name} needs at least one name under over." : $"{Name} is not a ratio: it takes no names under over.";
        if (Kind == DerivedKind.Spacing && Wavelength <= 0)
            return $"{Name} needs a wavelength above 0.";
        return Factor == 0 ? $"the factor of {Name} must not be 0." : null;
    }
}
