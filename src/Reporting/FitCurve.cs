namespace BigMap.Analysis.Reporting;

/// <summary>One component of a fitted curve, e.g. a peak.</summary>
/// <param name="Name">Its name, e.g. <c>H1</c>.</param>
/// <param name="Values">Its values without the baseline, one per point of the axis.</param>
public sealed record FitComponent(string Name, ReadOnlyMemory<double> Values);

/// <summary>What a figure of a fit needs: points, model, baseline, components, errors. Made from the result of any fit.</summary>
/// <remarks>Immutable, thread-safe as long as the memory it wraps is not written to.</remarks>
/// <example><code>
/// var curve = new FitCurve { Axis = axis, Observed = y, Model = fitted, Baseline = background, Components = [new("H1", h1), new("H3", h3)], Sigma = sigma };
/// string svg = Figure.Of(new FitPanel { Curve = curve }).ToSvg();
/// </code></example>
public sealed record FitCurve
{
    /// <summary>The axis of all curves.</summary>
    public required Axis Axis { get; init; }

    /// <summary>The observed values; NaN where there is none.</summary>
    public required ReadOnlyMemory<double> Observed { get; init; }

    /// <summary>The whole model, baseline included.</summary>
    public required ReadOnlyMemory<double> Model { get; init; }

    /// <summary>The baseline of the model, or empty for zero. Components stand on it.</summary>
    public ReadOnlyMemory<double> Baseline { get; init; }

    /// <summary>The components without the baseline.</summary>
    public IReadOnlyList<FitComponent> Components { get; init; } = [];

    /// <summary>Standard deviations that weighted the fit, or empty for an unweighted one; residuals are drawn in units of them.</summary>
    public ReadOnlyMemory<double> Sigma { get; init; }

    /// <summary>Which row this is, e.g. its label. Default empty.</summary>
    public string Label { get; init; } = string.Empty;

    /// <summary>What became of the fit. Default <see cref="RowStatus.Ok"/>.</summary>
    public RowStatus Status { get; init; }

    /// <summary>Reduced χ², or NaN when it is not known. Default NaN.</summary>
    public double ReducedChiSquare { get; init; } = double.NaN;

    /// <summary>Name of the intensity. Default <c>intensity</c>.</summary>
    public string IntensityQuantity { get; init; } = "intensity";

    /// <summary>Unit of the intensity. Default empty.</summary>
    public string IntensityUnit { get; init; } = string.Empty;

    /// <summary>Checks that all curves have the length of the axis.</summary>
    /// <exception cref="DataMismatchException">One has not; the message names it.</exception>
    public void Validate()
    {
        Check("observed", Observed, false);
        Check("model", Model, false);
        Check("baseline", Baseline, true);
        Check("sigma", Sigma, true);
        foreach (FitComponent component in Components)
            Check(component.Name, component.Values, false);
    }

    private void Check(string name, ReadOnlyMemory<double> values, bool mayBeEmpty)
    {
        if (values.Length != Axis.Length && !(mayBeEmpty && values.IsEmpty))
            throw new DataMismatchException($"The curve {name} of the fit has {values.Length} points, the axis has {Axis.Length}.");
    }
}
