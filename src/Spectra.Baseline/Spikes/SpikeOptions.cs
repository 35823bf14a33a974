namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Options of the removal of spikes (cosmic rays) from single spectra.</summary>
/// <remarks>
/// <para>
/// Differences between neighbouring points, less their running median, get modified z-scores, (∇y − median) / (1.4826 · median absolute deviation). Where scores beyond the threshold go up and down again within a few points,
/// the points between are a spike; they are replaced by the mean of the sound points around them. After D. A. Whitaker, K. Hayes, Chemom. Intell. Lab. Syst. 179, 82 (2018),
/// doi:10.1016/j.chemolab.2018.06.009, who neither follow the slope of peaks nor limit the width: the first finds spikes on flanks, the second spares real peaks.
/// </para>
/// <para>Immutable, thread-safe.</para>
/// </remarks>
/// <example><code>var options = new SpikeOptions { Threshold = 8, MaxWidth = 2 };</code></example>
public sealed record SpikeOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<SpikeOptions> Set { get; } = OptionSet.For(new SpikeOptions())
        .Number("threshold", o => o.Threshold, (o, v) => o with { Threshold = v }, new("Threshold", "Modified z-score of a difference from which on it is a jump; lower finds smaller spikes and more that are none.") { Minimum = 1, Maximum = 1000, Scale = OptionScale.Logarithmic })
        .Integer("maxWidth", o => o.MaxWidth, (o, v) => o with { MaxWidth = v }, new("Largest width", "Most points of a spike. What is wider is taken for a peak, so this must be below the width of the narrowest peak at its foot.") { Unit = "points", Minimum = 1, Maximum = 100 })
        .Integer("neighbours", o => o.Neighbours, (o, v) => o with { Neighbours = v }, new("Neighbours", "Points on either side of a spike whose mean replaces it.") { Unit = "points", Minimum = 1, Maximum = 100 });

    /// <summary>Modified z-score from which on a difference is a jump; 1 to 1000. Default 8.</summary>
    public double Threshold { get; init; } = 8;

    /// <summary>Most points of a spike; 1 to 100. Default 3.</summary>
    public int MaxWidth { get; init; } = 3;

    /// <summary>Sound points on either side of a spike whose mean replaces it; 1 to 100. Default 3.</summary>
    public int Neighbours { get; init; } = 3;

    /// <summary>Checks every option.</summary>
    /// <exception cref="OptionsException">At least one is out of range; the message names all.</exception>
    public void Validate() => Set.Validate(this);
}
