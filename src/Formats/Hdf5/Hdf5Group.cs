using BigMap.Analysis.Formats.Internal.Hdf5;

namespace BigMap.Analysis.Formats;

/// <summary>A group of an HDF5 file.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class Hdf5Group : IHdf5Object
{
    private readonly Lazy<IReadOnlyList<Hdf5Attribute>> _attributes;
    private readonly Lazy<List<Hdf5Entry>> _entries;

    internal Hdf5Group(Hdf5Source source, Hdf5ObjectHeader header, string path, Lazy<List<Hdf5Entry>> entries)
    {
        Path = path;
        Address = header.Address;
        _attributes = new(() => source.Attributes(header, path));
        _entries = entries;
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Hdf5Attribute> Attributes => _attributes.Value;

    /// <summary>The names in the group, in ordinal order.</summary>
    /// <exception cref="InputFormatException">They are damaged.</exception>
    public IReadOnlyList<Hdf5Link> Links => [.. Entries.Select(e => e.Target switch
    {
        null => new Hdf5Link(e.Name, Hdf5LinkKind.Hard, string.Empty),
        (null, var target) => new Hdf5Link(e.Name, Hdf5LinkKind.Soft, target),
        ("", var what) => new Hdf5Link(e.Name, Hdf5LinkKind.Other, what),
        (var file, var target) => new Hdf5Link(e.Name, Hdf5LinkKind.External, $"{file}:{target}"),
    })];

    internal long Address { get; }

    internal IReadOnlyList<Hdf5Entry> Entries => _entries.Value;

    /// <inheritdoc/>
    public Hdf5Attribute? Attribute(string name) => Attributes.FirstOrDefault(a => a.Name == name);

    /// <summary>Path and number of names.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Path}: group of {Entries.Count}";
}
