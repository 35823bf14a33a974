namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>The line shapes of PRISMA, with the height h, the position p and the half width at half maximum w, t = (x − p)/w.</summary>
public enum PrismaLineshape : byte
{
    /// <summary>h/(1 + t²); <c>lorentzian</c>.</summary>
    Lorentzian,

    /// <summary>h·2^(−t²); <c>gaussian</c>.</summary>
    Gaussian,

    /// <summary>h (½·2^(−t²) + ½/(1 + t²)): half of the height, not of the area, is Lorentzian; <c>pseudoVoigt50</c>.</summary>
    PseudoVoigt50,
}

/// <summary>What PRISMA's table of peak parameters does not say.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
/// <example><code>var options = new PrismaImportOptions { Lineshape = settings.Lineshape };</code></example>
public sealed record PrismaImportOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<PrismaImportOptions> Set { get; } = OptionSet.For(new PrismaImportOptions())
        .Choice("lineshape", o => o.Lineshape, (o, v) => o with { Lineshape = v }, new("Line shape", "The line shape of the fit; PRISMA writes it into its file of metadata."));

    /// <summary>The line shape of the fit. Default <see cref="PrismaLineshape.Lorentzian"/>, as in PRISMA.</summary>
    public PrismaLineshape Lineshape { get; init; }
}
