namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Options of stating that intensities are raw counts; there are none.</summary>
public sealed record PoissonVarianceOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<PoissonVarianceOptions> Set { get; } = OptionSet.For(new PoissonVarianceOptions());

    /// <summary>Checks every option.</summary>
    public void Validate() => Set.Validate(this);
}
