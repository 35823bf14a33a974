namespace BigMap.Analysis.Electrochemistry;

/// <summary>A cycler file and how it is read, divided into cycles and aligned: the whole way in one step.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed record AlignFileOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<AlignFileOptions> Set { get; } = OptionSet.For(new AlignFileOptions())
        .Text("file", o => o.File, (o, v) => o with { File = v }, new OptionInfo("Cycler file", "A .mpr or .mpt, or a folder or pattern for those of one measurement."))
        .Group("read", o => o.Read, (o, v) => o with { Read = v }, EcLabReadOptions.Set, new OptionInfo("Reading", "How the file is read."))
        .Group("cycles", o => o.Cycles, (o, v) => o with { Cycles = v }, CycleOptions.Set, new OptionInfo("Cycles", "How it is divided into cycles."))
        .Boolean("withX", o => o.WithX, (o, v) => o with { WithX = v }, new OptionInfo("Content x", "Whether the content x is computed."))
        .Group("lithiation", o => o.Lithiation, (o, v) => o with { Lithiation = v }, LithiationOptions.Set, new OptionInfo("Lithiation", "How x follows from the charge."))
        .Group("align", o => o.Align, (o, v) => o with { Align = v }, AlignOptions.Set, new OptionInfo("Alignment", "How scans and records are brought together."))
        .Rule(o => string.IsNullOrWhiteSpace(o.File) ? "file must name a .mpr or .mpt." : null);

    /// <summary>The file, or a folder or pattern for the files of one measurement. Must be given.</summary>
    public string File { get; init; } = string.Empty;

    /// <summary>How the file is read.</summary>
    public EcLabReadOptions Read { get; init; } = new();

    /// <summary>How it is divided into cycles.</summary>
    public CycleOptions Cycles { get; init; } = new();

    /// <summary>Whether the content x is computed. Default false.</summary>
    public bool WithX { get; init; }

    /// <summary>How x follows from the charge.</summary>
    public LithiationOptions Lithiation { get; init; } = new();

    /// <summary>How scans and records are brought together.</summary>
    public AlignOptions Align { get; init; } = new();

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);
}
