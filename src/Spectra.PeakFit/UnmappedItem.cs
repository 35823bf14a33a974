namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>Something in the file of another program that has no counterpart here.</summary>
/// <param name="Name">Its name in that file, e.g. <c>p1_gamma</c>.</param>
/// <param name="Reason">Why it was not taken over, and what holds instead.</param>
public sealed record UnmappedItem(string Name, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Reason}";
}
