namespace BigMap.Analysis.Formats;

/// <summary>A document that is kept inside an HDF5 file as <c>NXnote</c>: provenance, a recipe, remarks.</summary>
/// <example><code>var note = new Hdf5Note { Name = "provenance", MediaType = "application/json", Text = File.ReadAllText("provenance.json") };</code></example>
public sealed record Hdf5Note
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<Hdf5Note> Set { get; } = OptionSet.For(new Hdf5Note())
        .Text("name", o => o.Name, (o, v) => o with { Name = v }, new("Name", "Name of the note in the file."))
        .Text("mediaType", o => o.MediaType, (o, v) => o with { MediaType = v }, new("Media type", "What kind of text it is."))
        .Text("text", o => o.Text, (o, v) => o with { Text = v }, new("Text", "The document."))
        .Rule(o => string.IsNullOrWhiteSpace(o.Name) ? "name must not be empty." : null);

    /// <summary>Name of the note in the file; signs that NeXus does not allow become <c>_</c>. Default <c>note</c>.</summary>
    public string Name { get; init; } = "note";

    /// <summary>Media type. Default <c>text/plain</c>.</summary>
    public string MediaType { get; init; } = "text/plain";

    /// <summary>The document. Default empty.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option cannot be used.</exception>
    public void Validate() => Set.Validate(this);
}
