using BigMap.Analysis.Spectra.PeakFit.Internal;

namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>Whether a fit may find that a peak is not there.</summary>
public enum PeakPresence : byte
{
    /// <summary>Tested in every row: a peak that noise explains as well is reported absent and takes no part in the fit.</summary>
    Tested,

    /// <summary>Always fitted.</summary>
    Required,
}

/// <summary>Which amplitude of a peak is the parameter of the fit; the other one is computed from it, with its error.</summary>
public enum AmplitudeForm : byte
{
    /// <summary>The area.</summary>
    Area,

    /// <summary>The height at the centre: for bounds and ties on heights.</summary>
    Height,
}

/// <summary>One peak of a model.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
/// <example><code>var g = new PeakDefinition { Name = "G", Shape = LineShapes.PseudoVoigt, Center = new(1585, 1560, 1610) };</code></example>
public sealed record PeakDefinition
{
    /// <summary>The description of a peak.</summary>
    public static OptionSet<PeakDefinition> Set { get; } = SetFor(LineShapes.All);

    /// <summary>Name of the peak; parameters are called <c>name.parameter</c>. Without a dot. Default <c>peak</c>.</summary>
    public string Name { get; init; } = "peak";

    /// <summary>Line shape, from <see cref="LineShapes"/> or your own; for recipes with your own see <see cref="LineShapeCatalogue"/>. Default pseudo-Voigt.</summary>
    public ILineShape Shape { get; init; } = LineShapes.PseudoVoigt;

    /// <summary>Position, in the axis unit. Default: from the data, inside the window.</summary>
    public Parameter Center { get; init; } = Parameter.Automatic;

    /// <summary>Full width at half maximum, in the axis unit, above 0. Default: from the data, between one step and the width of the window.</summary>
    public Parameter Fwhm { get; init; } = Parameter.Automatic;

    /// <summary>Area, intensity × axis. Default: from the data, at least 0.</summary>
    public Parameter Area { get; init; } = Parameter.Automatic;

    /// <summary>Lorentzian fraction of a pseudo-Voigt. Default: start 0.5, 0 to 1.</summary>
    public Parameter Eta { get; init; } = Parameter.Automatic;

    /// <summary>Height at the centre, intensity; the parameter of the fit with <see cref="AmplitudeForm.Height"/> and for shapes that have no area. Default: from the data, at least 0.</summary>
    public Parameter Height { get; init; } = Parameter.Automatic;

    /// <summary>Start values and bounds of the other parameters of the shape, by name. Default none: all automatic.</summary>
    public IReadOnlyList<NamedParameter> Parameters { get; init; } = [];

    /// <summary>Whether area or height is the parameter of the fit. Default <see cref="AmplitudeForm.Area"/>.</summary>
    public AmplitudeForm Amplitude { get; init; }

    /// <summary>A second line at a fixed wavelength ratio, on a 2θ axis. Default none.</summary>
    public SecondLine SecondLine { get; init; } = SecondLine.None;

    /// <summary>Whether a fit may find that the peak is not there. Default <see cref="PeakPresence.Tested"/>.</summary>
    public PeakPresence Presence { get; init; }

    /// <summary>Raises one error that names every fault.</summary>
    /// <exception cref="OptionsException">The peak cannot be used.</exception>
    public void Validate() => SetFor([.. LineShapes.All, Shape]).Validate(this);

    internal static OptionSet<PeakDefinition> SetFor(IReadOnlyList<ILineShape> shapes) => OptionSet.For(new PeakDefinition())
        .Text("name", o => o.Name, (o, v) => o with { Name = v }, new("Name", "Name of the peak; parameters are called name.parameter."))
        .Text("shape", o => o.Shape.Name, (o, v) => o with { Shape = shapes.FirstOrDefault(s => s.Name == v) ?? new UnknownShape(v) }, new("Line shape", "Shape of the peak."), [.. shapes.Select(s => s.Name).Distinct(StringComparer.Ordinal)])
        .Group("center", o => o.Center, (o, v) => o with { Center = v }, Parameter.Set, new("Centre", "Position of the maximum.") { Unit = "axis" })
        .Group("fwhm", o => o.Fwhm, (o, v) => o with { Fwhm = v }, Parameter.Set, new("FWHM", "Full width at half maximum.") { Unit = "axis" })
        .Group("area", o => o.Area, (o, v) => o with { Area = v }, Parameter.Set, new("Area", "Integral over the axis. For a dip, give a negative minimum."))
        .Group("eta", o => o.Eta, (o, v) => o with { Eta = v }, Parameter.Set, new("Lorentzian fraction", "Mixing η of a pseudo-Voigt: 0 Gaussian, 1 Lorentzian."))
        .Group("height", o => o.Height, (o, v) => o with { Height = v }, Parameter.Set, new("Height", "Value at the centre; with the amplitude 'height' and for shapes without area.") { Unit = "intensity" })
        .GroupList("parameters", o => o.Parameters, (o, v) => o with { Parameters = v }, NamedParameter.Set, new("Other parameters", "Start values and bounds of the other parameters of the shape, by name."))
        .Choice("amplitude", o => o.Amplitude, (o, v) => o with { Amplitude = v }, new("Amplitude", "Whether area or height is the parameter of the fit; the other is computed."))
        .Group("secondLine", o => o.SecondLine, (o, v) => o with { SecondLine = v }, SecondLine.Set, new("Second line", "A second line at a fixed wavelength ratio (K-alpha2), on a 2theta axis."))
        .Choice("presence", o => o.Presence, (o, v) => o with { Presence = v }, new("Presence", "tested: reported absent where noise explains it as well; required: always fitted."))
        .Rule(o => o.FindFault());

    internal Parameter this[ShapeParameter parameter] => parameter.Role switch
    {
        ShapeParameterRole.Center => Center,
        ShapeParameterRole.Width => Fwhm,
        ShapeParameterRole.Area => Area,
        ShapeParameterRole.Height => Height,
        _ when parameter.Name == "eta" && Eta != Parameter.Automatic => Eta,
        _ => Parameters.FirstOrDefault(p => p.Name == parameter.Name)?.Definition ?? Parameter.Automatic,
    };

    /// <summary>The shape as it is fitted: in height form, with its second line.</summary>
    internal ILineShape Line()
    {
        ILineShape line = Amplitude == AmplitudeForm.Height && ShapeGeometry.Find(Shape, ShapeParameterRole.Area) >= 0 ? new HeightFormShape(Shape) : Shape;
        return SecondLine.WavelengthRatio > 0 ? new DoubletShape(line, SecondLine) : line;
    }

    private string? FindFault()
    {
        if (Shape is UnknownShape)
            return $"the shape '{Shape.Name}' is not known.";
        if (ShapeFault() is { } fault)
            return fault;
        if (Name.Length == 0 || Name.Contains('.', StringComparison.Ordinal) || Name != Name.Trim() || Name == "background")
            return $"the name '{Name}' cannot be used: a name is not empty, has no dot and no blank at an end, and is not 'background'.";
        if (Fwhm.Min <= 0 || Fwhm.Value <= 0 || Fwhm.Max <= 0)
            return "fwhm and its bounds must be above 0.";
        bool area = ShapeGeometry.Find(Shape, ShapeParameterRole.Area) >= 0;
        if (!area && Area != Parameter.Automatic)
            return $"a {Shape.Name} has no area: its integral over all x is not finite. Its amplitude is height.";
        if (area && Amplitude == AmplitudeForm.Height && Area != Parameter.Automatic)
            return "area is computed when the amplitude is height: give height.";
        if (area && Amplitude == AmplitudeForm.Area && Height != Parameter.Automatic)
            return "height is computed when the amplitude is area: give area, or choose the amplitude height.";
        if (ShapeGeometry.Find(Shape, ShapeParameterRole.Width) < 0 && Fwhm != Parameter.Automatic)
            return $"the fwhm of a {Shape.Name} is computed from {string.Join(" and ", Shape.Parameters.Where(p => p.Role == ShapeParameterRole.PartialWidth).Select(p => p.Name))}: give those under parameters.";
        if (Eta != Parameter.Automatic && Shape.Parameters.All(p => p.Name != "eta"))
            return $"a {Shape.Name} has no eta.";
        return ParametersFault();
    }

    private string? ParametersFault()
    {
        ShapeParameter[] others = [.. Shape.Parameters.Where(p => p.Role is ShapeParameterRole.Form or ShapeParameterRole.PartialWidth)];
        foreach (NamedParameter one in Parameters)
        {
            if (others.All(p => p.Name != one.Name))
                return $"a {Shape.Name} has no parameter '{one.Name}' to be named here; {(others.Length == 0 ? "it has none of that kind" : $"there are {string.Join(", ", others.Select(p => p.Name))}")}.";
            if (Parameters.Count(p => p.Name == one.Name) > 1 || (one.Name == "eta" && Eta != Parameter.Automatic))
                return $"{one.Name} is given twice.";
        }

        return null;
    }

    private string? ShapeFault()
    {
        if (Shape.Parameters.Count(p => p.Role is ShapeParameterRole.Area or ShapeParameterRole.Height) != 1)
            return $"the line shape {Shape.Name} must have exactly one parameter that is its area, or else its height.";
        if (Shape.Parameters.Count(p => p.Role == ShapeParameterRole.Center) != 1)
            return $"the line shape {Shape.Name} must have exactly one parameter that is its center.";
        int widths = Shape.Parameters.Count(p => p.Role == ShapeParameterRole.Width);
        if (widths != 1 && !(widths == 0 && Shape.Parameters.Any(p => p.Role == ShapeParameterRole.PartialWidth)))
            return $"the line shape {Shape.Name} must have exactly one parameter that is its width, or else partial widths.";
        string[] computed = ShapeGeometry.Find(Shape, ShapeParameterRole.Area) >= 0 ? ["height"] : ["area"];
        if (widths == 0)
            computed = [.. computed, "fwhm"];
        return Shape.Parameters.Select(p => p.Name).Concat(computed).Distinct(StringComparer.Ordinal).Count() != Shape.Parameters.Count + computed.Length
            ? $"the parameters of the line shape {Shape.Name} must have different names, and none may be called {string.Join(" or ", computed)}."
            : null;
    }
}
