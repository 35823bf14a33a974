using BigMap.Analysis.Formats.Internal.Hdf5;

namespace BigMap.Analysis.Formats;

/// <summary>An attribute of a group or dataset.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class Hdf5Attribute : Hdf5Values
{
    private readonly byte[] _raw;

    internal Hdf5Attribute(Hdf5Source source, string name, string path, (Hdf5Type Type, Hdf5Space Space, byte[] Raw) content)
        : base(source, path, content.Type, content.Space)
    {
        Name = name;
        _raw = content.Raw;
    }

    /// <summary>Name of the attribute.</summary>
    public string Name { get; }

    internal override Hdf5BoxReader OpenBoxes() => new Hdf5MemoryReader(Source.File, _raw, Space.Dimensions, Type.Size);
}
