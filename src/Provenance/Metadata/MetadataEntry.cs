namespace BigMap.Analysis.Provenance;

/// <summary>Something that a person wrote down: the sample, the beamline, the temperature.</summary>
/// <param name="Key">Name, unique in its book: <c>sample</c>, <c>temperature</c>.</param>
/// <param name="Value">The value as text; numbers with a point and no unit.</param>
/// <param name="Unit">Unit symbol; empty for none.</param>
/// <param name="Term">IRI of the ontology term that says what the value is; empty for none. <see cref="Ontology"/> has common ones.</param>
public sealed record MetadataEntry(string Key, string Value, string Unit = "", string Term = "")
{
    /// <inheritdoc/>
    public override string ToString() => Unit.Length == 0 ? $"{Key} = {Value}" : $"{Key} = {Value} {Unit}";
}

/// <summary>One change of the metadata.</summary>
/// <param name="When">When.</param>
/// <param name="Who">Who made it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Before">The entry before; null when it was new.</param>
/// <param name="After">The entry after; null when it was removed.</param>
public sealed record MetadataEdit(DateTimeOffset When, string Who, string Reason, MetadataEntry? Before, MetadataEntry? After)
{
    /// <summary>Name of the entry.</summary>
    public string Key => (After ?? Before)!.Key;
}
