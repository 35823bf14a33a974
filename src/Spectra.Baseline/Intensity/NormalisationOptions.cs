namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>What is made equal in all rows.</summary>
public enum NormalisationKind : byte
{
    /// <summary>The trapezoidal area over the interval.</summary>
    Area,

    /// <summary>The largest intensity in the interval.</summary>
    Maximum,

    /// <summary>The square root of the sum of squares over the interval.</summary>
    Vector,

    /// <summary>Standard normal variate: mean 0 and standard deviation 1 (n − 1) over the interval.</summary>
    Snv,
}

/// <summary>Options of normalisation.</summary>
/// <remarks>
/// <para>
/// The factor comes from the interval, and multiplies the whole row. Standard normal variate: R. J. Barnes, M. S. Dhanoa, S. J. Lister, Appl. Spectrosc. 43, 772 (1989), doi:10.1366/0003702894202201.
/// </para>
/// <para>Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>var options = new NormalisationOptions { Kind = NormalisationKind.Maximum, From = 500, To = 540 };</code></example>
public sealed record NormalisationOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<NormalisationOptions> Set { get; } = OptionSet.For(new NormalisationOptions())
        .Choice("kind", o => o.Kind, (o, v) => o with { Kind = v }, new("Made equal", "area, maximum, vector (root of the sum of squares), or snv (mean 0, standard deviation 1)."))
        .OptionalNumber("from", o => o.From, (o, v) => o with { From = v }, new("From", "Lower end of the interval from which the factor comes.") { Unit = "axis", NullMeaning = "the start of the data" })
        .OptionalNumber("to", o => o.To, (o, v) => o with { To = v }, new("To", "Upper end of the interval.") { Unit = "axis", NullMeaning = "the end of the data" })
        .Number("target", o => o.Target, (o, v) => o with { Target = v }, new("Target", "What area, maximum, norm or standard deviation every row gets.") { Minimum = 0, MinimumExcluded = true, Maximum = 1e100, Scale = OptionScale.Logarithmic })
        .Rule(o => o.From > o.To ? "from must not be above to." : null);

    /// <summary>What is made equal. Default <see cref="NormalisationKind.Area"/>.</summary>
    public NormalisationKind Kind { get; init; }

    /// <summary>Lower end of the interval, in the axis unit; null for the start of the data. Default null.</summary>
    public double? From { get; init; }

    /// <summary>Upper end of the interval, in the axis unit; null for the end of the data. Default null.</summary>
    public double? To { get; init; }

    /// <summary>What every row gets; above 0. Default 1.</summary>
    public double Target { get; init; } = 1;

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsException">At least one is out of range; the message names all.</exception>
    public void Validate() => Set.Validate(this);
}
