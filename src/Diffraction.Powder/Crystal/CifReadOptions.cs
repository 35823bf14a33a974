namespace BigMap.Analysis.Diffraction.Powder;

/// <summary>How a structure is taken from a CIF.</summary>
public sealed record CifReadOptions
{
    /// <summary>The options with their documentation.</summary>
    public static OptionSet<CifReadOptions> Set { get; } = OptionSet.For(new CifReadOptions())
        .Text("block", o => o.Block, (o, v) => o with { Block = v }, new OptionInfo("Block", "Name of the data block, without data_; empty for the first that holds a structure."));

    /// <summary>Name of the data block, without <c>data_</c>; empty (the default) for the first that holds a structure.</summary>
    public string Block { get; init; } = string.Empty;

    /// <summary>Checks the options.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);
}
