namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>One peak of a model.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
/// <example><code>var g = new PeakDefinition { Name = "G", Shape = LineShapes.PseudoVoigt, Center = new(1585, 1560, 1610) };</code></example>
public sealed record PeakDefinition
{
    /// <summary>The description of a peak.</summary>
    public static OptionSet<PeakDefinition> Set { get; } = OptionSet.For(new PeakDefinition())
        .Text("name", o => o.Name, (o, v) => o with { Name = v }, new("Name", "Name of the peak; parameters are called name.parameter."))
        .Text("shape", o => o.Shape.Name, (o, v) => o with { Shape = LineShapes.All.FirstOrDefault(s => s.Name == v) ?? new Internal.UnknownShape(v) }, new("Line shape", "Shape of the peak; all are in area form."), new Internal.ShapeNames([.. LineShapes.All.Select(s => s.Name)]))
        .Group("center", o => o.Center, (o, v) => o with { Center = v }, Parameter.Set, new("Centre", "Position of the maximum.") { Unit = "axis" })
        .Group("fwhm", o => o.Fwhm, (o, v) => o with { Fwhm = v }, Parameter.Set, new("FWHM", "Full width at half maximum.") { Unit = "axis" })
        .Group("area", o => o.Area, (o, v) => o with { Area = v }, Parameter.Set, new("Area", "Integral over the axis. For a dip, give a negative minimum."))
        .Group("eta", o => o.Eta, (o, v) => o with { Eta = v }, Parameter.Set, new("Lorentzian fraction", "Mixing η of a pseudo-Voigt: 0 Gaussian, 1 Lorentzian."))
        .Rule(o => o.FindFault());

    /// <summary>Name of the peak; parameters are called <c>name.parameter</c>. Without a dot. Default <c>peak</c>.</summary>
    public string Name { get; init; } = "peak";

    /// <summary>Line shape, from <see cref="LineShapes"/> or your own; a recipe can name only the former. Default pseudo-Voigt.</summary>
    public ILineShape Shape { get; init; } = LineShapes.PseudoVoigt;

    /// <summary>Position, in the axis unit. Default: from the data, inside the window.</summary>
    public Parameter Center { get; init; } = Parameter.Automatic;

    /// <summary>Full width at half maximum, in the axis unit, above 0. Default: from the data, between one step and the width of the window.</summary>
    public Parameter Fwhm { get; init; } = Parameter.Automatic;

    /// <summary>Area, intensity × axis. Default: from the data, at least 0.</summary>
    public Parameter Area { get; init; } = Parameter.Automatic;

    /// <summary>Lorentzian fraction of a pseudo-Voigt. Default: start 0.5, 0 to 1.</summary>
    public Parameter Eta { get; init; } = Parameter.Automatic;

    /// <summary>Raises one error that names every fault.</summary>
    /// <exception cref="OptionsException">The peak cannot be used.</exception>
    public void Validate() => Set.Validate(this);

    internal Parameter this[ShapeParameter parameter] => parameter.Role switch
    {
        ShapeParameterRole.Center => Center,
        ShapeParameterRole.Width => Fwhm,
        ShapeParameterRole.Area => Area,
        _ => parameter.Name == "eta" ? Eta : Parameter.Automatic,
    };

    private string? FindFault()
    {
        if (Shape is Internal.UnknownShape)
            return $"the shape '{Shape.Name}' is not known: shape must be one of {string.Join(", ", LineShapes.All.Select(s => s.Name))}.";
        foreach (ShapeParameterRole role in new[] { ShapeParameterRole.Area, ShapeParameterRole.Center, ShapeParameterRole.Width })
        {
            if (Shape.Parameters.Count(p => p.Role == role) != 1)
                return $"the line shape {Shape.Name} must have exactly one parameter that is its {role.ToString().ToLowerInvariant()}.";
        }

        if (Shape.Parameters.Select(p => p.Name).Append("height").Distinct(StringComparer.Ordinal).Count() != Shape.Parameters.Count + 1)
            return $"the parameters of the line shape {Shape.Name} must have different names, and none may be called height.";
        if (Name.Length == 0 || Name.Contains('.', StringComparison.Ordinal) || Name != Name.Trim() || Name == "background")
            return $"the name '{Name}' cannot be used: a name is not empty, has no dot and no blank at an end, and is not 'background'.";
        if (Fwhm.Min <= 0 || Fwhm.Value <= 0 || Fwhm.Max <= 0)
            return "fwhm and its bounds must be above 0.";
        return Eta != Parameter.Automatic && Shape.Parameters.All(p => p.Name != "eta") ? $"a {Shape.Name} has no eta." : null;
    }
}
