namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>What a residual costs in the penalised polynomial: quadratic up to the threshold, less beyond it. Asymmetric: only above the baseline.</summary>
public enum PolynomialCost : byte
{
    /// <summary>Constant above the threshold; quadratic below the baseline, however far.</summary>
    AsymmetricTruncatedQuadratic,

    /// <summary>Constant beyond the threshold on both sides.</summary>
    SymmetricTruncatedQuadratic,

    /// <summary>Linear above the threshold; quadratic below the baseline.</summary>
    AsymmetricHuber,

    /// <summary>Linear beyond the threshold on both sides.</summary>
    SymmetricHuber,

    /// <summary>Falling off as 1/d above the threshold; quadratic below the baseline.</summary>
    AsymmetricIndec,

    /// <summary>Falling off as 1/|d| beyond the threshold on both sides.</summary>
    SymmetricIndec,
}

/// <summary>Options of the penalised polynomial baseline: a polynomial in x under a cost that does not care for peaks.</summary>
/// <remarks>
/// <para>
/// Minimises Σ φ(yᵢ − zᵢ) over polynomials z by half-quadratic minimisation (LEGEND): z⁺ = fit(y + D(y − z)). V. Mazet, C. Carteret, D. Brie, J. Idier, B. Humbert,
/// Chemom. Intell. Lab. Syst. 76, 121 (2005), doi:10.1016/j.chemolab.2004.10.003. Indec: J. Liu, J. Sun, X. Huang, G. Li, B. Liu, Appl. Spectrosc. 69, 834 (2015), doi:10.1366/14-07798.
/// </para>
/// <para>Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>var options = new PenalisedPolynomialOptions { Order = 5, Cost = PolynomialCost.AsymmetricHuber };</code></example>
public sealed record PenalisedPolynomialOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<PenalisedPolynomialOptions> Set { get; } = OptionSet.For(new PenalisedPolynomialOptions())
        .Integer("order", o => o.Order, (o, v) => o with { Order = v }, PolynomialOptionInfo.Order)
        .Choice("cost", o => o.Cost, (o, v) => o with { Cost = v }, new("Cost", "Truncated quadratic ignores peaks altogether, Huber weighs them like their height; asymmetric for peaks that all point upwards."))
        .OptionalNumber("threshold", o => o.Threshold, (o, v) => o with { Threshold = v }, new("Threshold", "Distance from the baseline beyond which points count as peak: about the noise.") { Unit = "intensity", Minimum = 0, MinimumExcluded = true, NullMeaning = "a tenth of the standard deviation of the intensities" })
        .Number("alpha", o => o.Alpha, (o, v) => o with { Alpha = v }, new("Step α", "Share of the longest step for which convergence is proved; it changes speed, not result.") { Minimum = 0, MinimumExcluded = true, Maximum = 1 })
        .Integer("maxIterations", o => o.MaxIterations, (o, v) => o with { MaxIterations = v }, PolynomialOptionInfo.Iterations)
        .Number("tolerance", o => o.Tolerance, (o, v) => o with { Tolerance = v }, new("Tolerance", "The iteration ends when the relative change of the baseline is below this.") { Minimum = 0, Maximum = 1, Scale = OptionScale.Logarithmic });

    /// <summary>Degree of the polynomial; 0 to 30. Default 5.</summary>
    public int Order { get; init; } = 5;

    /// <summary>The cost function φ. Default <see cref="PolynomialCost.AsymmetricTruncatedQuadratic"/>.</summary>
    public PolynomialCost Cost { get; init; }

    /// <summary>Distance beyond which points count as peak, in the unit of the intensity; above 0. Null: a tenth of the standard deviation of the intensities.</summary>
    public double? Threshold { get; init; }

    /// <summary>Step, as a share of the longest allowed (½); above 0, at most 1. Default 0.99.</summary>
    public double Alpha { get; init; } = 0.99;

    /// <summary>Largest number of fits after the first; 0 to 100000. Default 250.</summary>
    public int MaxIterations { get; init; } = 250;

    /// <summary>Relative change ‖z⁺ − z‖/‖z‖ of the baseline below which the iteration ends; 0 to 1. It counts the offset of the data. Default 1e-3.</summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsException">At least one is out of range; the message names all.</exception>
    public void Validate() => Set.Validate(this);
}
