namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>What happens when an interval and the data do not overlap as they should.</summary>
public enum TrimOutside : byte
{
    /// <summary>An interval without a single point is an error. One that reaches beyond the data gives the points there are, and a warning.</summary>
    Refuse,

    /// <summary>An interval that reaches beyond the data, by more than one step of the axis, is an error too.</summary>
    RefusePartial,

    /// <summary>An interval without a single point leaves the data as they are: what PRISMA does, silently; here with a warning.</summary>
    KeepAll,
}

/// <summary>Options of trimming: the interval of the axis that stays.</summary>
/// <remarks>
/// PRISMA keeps from &lt; x &lt; to (ends excluded), and everything when nothing lies inside: <see cref="Prisma"/>. Immutable, thread-safe.
/// </remarks>
/// <example><code>var window = new TrimOptions { From = 17.6, To = 20.6 };</code></example>
public sealed record TrimOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<TrimOptions> Set { get; } = OptionSet.For(new TrimOptions())
        .OptionalNumber("from", o => o.From, (o, v) => o with { From = v }, new("From", "Lower end of the interval that stays.") { Unit = "axis", NullMeaning = "the start of the data" })
        .OptionalNumber("to", o => o.To, (o, v) => o with { To = v }, new("To", "Upper end of the interval that stays.") { Unit = "axis", NullMeaning = "the end of the data" })
        .Boolean("includeEnds", o => o.IncludeEnds, (o, v) => o with { IncludeEnds = v }, new("Include ends", "Whether points that lie exactly on an end stay."))
        .Choice("outside", o => o.Outside, (o, v) => o with { Outside = v }, new("Outside the data", "refuse: an interval without a point is an error. refusePartial: one that reaches beyond the data is, too. keepAll: as PRISMA, an interval without a point changes nothing."))
        .Rule(o => o.From > o.To ? "from must not be above to." : null);

    /// <summary>Lower end, in the axis unit; null for the start of the data. Default null.</summary>
    public double? From { get; init; }

    /// <summary>Upper end, in the axis unit; null for the end of the data. Default null.</summary>
    public double? To { get; init; }

    /// <summary>Whether points that lie exactly on an end stay. Default true.</summary>
    public bool IncludeEnds { get; init; } = true;

    /// <summary>What happens outside the data. Default <see cref="TrimOutside.Refuse"/>.</summary>
    public TrimOutside Outside { get; init; } = TrimOutside.Refuse;

    /// <summary>The interval as PRISMA reads it: ends excluded; everything stays when nothing lies inside.</summary>
    /// <param name="from">Lower end, in the axis unit.</param>
    /// <param name="to">Upper end, in the axis unit.</param>
    /// <returns>The options.</returns>
    public static TrimOptions Prisma(double from, double to) => new() { From = from, To = to, IncludeEnds = false, Outside = TrimOutside.KeepAll };

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsException">At least one is out of range; the message names all.</exception>
    public void Validate() => Set.Validate(this);
}
