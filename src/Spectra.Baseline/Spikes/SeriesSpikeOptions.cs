namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Options of the removal of spikes by comparison with neighbouring rows: repeats, or a series that changes slowly.</summary>
/// <remarks>
/// <para>
/// Every row is compared with the median of the rows before and after it. Where it lies above by more than the threshold times the spread of that difference, and that excess is no more than a few points
/// wide at half its height, the points are a spike and get the value of the median, moved by the median difference of the row. A peak that grows from row to row is wide and stays.
/// </para>
/// <para>Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>var options = new SeriesSpikeOptions { Rows = 1 };</code></example>
public sealed record SeriesSpikeOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<SeriesSpikeOptions> Set { get; } = OptionSet.For(new SeriesSpikeOptions())
        .Number("threshold", o => o.Threshold, (o, v) => o with { Threshold = v }, new("Threshold", "How many standard deviations of the difference a spike lies above the neighbouring rows.") { Minimum = 1, Maximum = 1000, Scale = OptionScale.Logarithmic })
        .Integer("rows", o => o.Rows, (o, v) => o with { Rows = v }, new("Rows", "Rows before and after with which a row is compared.") { Minimum = 1, Maximum = 100 })
        .Integer("maxWidth", o => o.MaxWidth, (o, v) => o with { MaxWidth = v }, new("Largest width", "Most points of a spike at half its height; what is wider is taken for a change of the sample.") { Unit = "points", Minimum = 1, Maximum = 100 });

    /// <summary>Standard deviations above the neighbouring rows; 1 to 1000. Default 8.</summary>
    public double Threshold { get; init; } = 8;

    /// <summary>Rows before and after; 1 to 100. Default 2.</summary>
    public int Rows { get; init; } = 2;

    /// <summary>Most points of a spike at half its height; 1 to 100. Default 3.</summary>
    public int MaxWidth { get; init; } = 3;

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsException">At least one is out of range; the message names all.</exception>
    public void Validate() => Set.Validate(this);
}
