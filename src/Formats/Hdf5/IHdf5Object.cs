namespace BigMap.Analysis.Formats;

/// <summary>A group or a dataset of an HDF5 file.</summary>
public interface IHdf5Object
{
    /// <summary>Path inside the file, from <c>/</c>.</summary>
    string Path { get; }

    /// <summary>Its attributes, by name.</summary>
    /// <exception cref="InputFormatException">They are damaged.</exception>
    IReadOnlyList<Hdf5Attribute> Attributes { get; }

    /// <summary>An attribute by name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The attribute, or null when there is none.</returns>
    Hdf5Attribute? Attribute(string name);
}

/// <summary>What a name in a group leads to.</summary>
public enum Hdf5LinkKind : byte
{
    /// <summary>An object.</summary>
    Hard,

    /// <summary>A path in the same file, which need not exist.</summary>
    Soft,

    /// <summary>An object of another file; not followed.</summary>
    External,

    /// <summary>Something else; not followed.</summary>
    Other,
}

/// <summary>A name in a group.</summary>
/// <param name="Name">The name.</param>
/// <param name="Kind">What it leads to.</param>
/// <param name="Target">Path of a soft link, <c>file:path</c> of an external one; empty for a hard link.</param>
public sealed record Hdf5Link(string Name, Hdf5LinkKind Kind, string Target);
