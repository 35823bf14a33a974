namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>What a file of lmfit does not say by itself.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
/// <example><code>
/// var options = new LmfitImportOptions { From = 17.6, To = 20.6, Components = [new() { Prefix = "p1_", Model = "gaussian" }] };
/// </code></example>
public sealed record LmfitImportOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<LmfitImportOptions> Set { get; } = OptionSet.For(new LmfitImportOptions())
        .OptionalNumber("from", o => o.From, (o, v) => o with { From = v }, new("Window from", "First x of the window that will be fitted; the background is converted to the middle of the window.") { Unit = "axis", NullMeaning = "first x of a saved result" })
        .OptionalNumber("to", o => o.To, (o, v) => o with { To = v }, new("Window to", "Last x of that window.") { Unit = "axis", NullMeaning = "last x of a saved result" })
        .GroupList("components", o => o.Components, (o, v) => o with { Components = v }, LmfitComponent.Set, new("Components", "Models by prefix, for parameters that were saved without their model."))
        .Rule(o => (o.From is null) != (o.To is null) ? "from and to are given together." : o.From >= o.To ? "from must be below to." : null);

    /// <summary>First x of the window that will be fitted, axis unit. Default: of the x in a saved result; unknown for parameters alone.</summary>
    public double? From { get; init; }

    /// <summary>Last x of that window, axis unit. Default as for <see cref="From"/>.</summary>
    public double? To { get; init; }

    /// <summary>Models by prefix, for parameters saved without their model where names and hints leave it open. Default none.</summary>
    public IReadOnlyList<LmfitComponent> Components { get; init; } = [];
}

/// <summary>Which model of lmfit the parameters with a prefix belong to.</summary>
/// <example><code>new LmfitComponent { Prefix = "p1_", Model = "expgaussian" }</code></example>
public sealed record LmfitComponent
{
    /// <summary>The description of a component.</summary>
    public static OptionSet<LmfitComponent> Set { get; } = OptionSet.For(new LmfitComponent())
        .Text("prefix", o => o.Prefix, (o, v) => o with { Prefix = v }, new("Prefix", "Prefix of the parameters; may be empty."))
        .Text("model", o => o.Model, (o, v) => o with { Model = v }, new("Model", "Name of the function in lmfit.lineshapes, e.g. pvoigt."));

    /// <summary>Prefix of the parameters, e.g. <c>p1_</c>. Default empty.</summary>
    public string Prefix { get; init; } = string.Empty;

    /// <summary>Name of the function in lmfit.lineshapes: <c>gaussian</c>, <c>lorentzian</c>, <c>pvoigt</c>, <c>voigt</c>, <c>split_lorentzian</c>, <c>pearson7</c>, <c>moffat</c>, <c>expgaussian</c>, <c>breit_wigner</c>, <c>constant</c>, <c>linear</c>, <c>parabolic</c>, <c>polynomial</c>. Default <c>gaussian</c>.</summary>
    public string Model { get; init; } = "gaussian";
}
