using System.Globalization;

namespace BigMap.Analysis.Formats;

/// <summary>What kind of values an HDF5 dataset or attribute holds.</summary>
public enum Hdf5Kind : byte
{
    /// <summary>Whole numbers.</summary>
    Integer,

    /// <summary>IEEE floating-point numbers.</summary>
    Float,

    /// <summary>Text of fixed or variable length.</summary>
    Text,

    /// <summary>Whole numbers with names; h5py writes logical values so.</summary>
    Enumeration,

    /// <summary>Several members side by side.</summary>
    Compound,

    /// <summary>A small array in every element.</summary>
    Array,

    /// <summary>A list of its own length in every element.</summary>
    VariableLength,

    /// <summary>Bytes without a meaning.</summary>
    Opaque,

    /// <summary>Bits.</summary>
    BitField,

    /// <summary>References to objects or regions.</summary>
    Reference,

    /// <summary>Something else; cannot be read.</summary>
    Other,
}

/// <summary>The type of the values of an HDF5 dataset or attribute.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed class Hdf5Type
{
    internal Hdf5Type(Hdf5Kind kind, int size)
    {
        Kind = kind;
        Size = size;
    }

    /// <summary>Kind of the values.</summary>
    public Hdf5Kind Kind { get; }

    /// <summary>Bytes per value in the file.</summary>
    public int Size { get; }

    /// <summary>Whether whole numbers have a sign.</summary>
    public bool IsSigned { get; internal init; }

    /// <summary>Whether the high byte comes first in the file; values are always given out as the machine has them.</summary>
    public bool IsBigEndian { get; internal init; }

    /// <summary>Why values of this type cannot be read; null when they can.</summary>
    public string? Obstacle { get; internal init; }

    /// <summary>Members of a compound; empty otherwise.</summary>
    public IReadOnlyList<Hdf5Member> Members { get; internal init; } = [];

    /// <summary>Names of an enumeration with their values; empty otherwise.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Names { get; internal init; } = [];

    /// <summary>Type of the elements of an array, list or enumeration; null otherwise.</summary>
    public Hdf5Type? Element { get; internal init; }

    /// <summary>Dimensions of an array type; empty otherwise.</summary>
    public IReadOnlyList<int> Dimensions { get; internal init; } = [];

    /// <summary>Whether the type is the enumeration FALSE = 0, TRUE = 1.</summary>
    public bool IsLogical => Kind == Hdf5Kind.Enumeration && Size == 1 && Names.Count == 2
        && Names.Any(n => n is { Key: "FALSE", Value: 0 }) && Names.Any(n => n is { Key: "TRUE", Value: 1 });

    /// <summary>Whether the type is a compound of two equal floating-point numbers <c>r</c> and <c>i</c>.</summary>
    public bool IsComplex => Members is [{ Name: "r", Offset: 0 } r, { Name: "i" } i]
        && r.Type.Kind == Hdf5Kind.Float && i.Type.Kind == Hdf5Kind.Float && r.Type.Size == i.Type.Size && r.Type.IsBigEndian == i.Type.IsBigEndian
        && i.Offset == r.Type.Size && Size == 2 * r.Type.Size;

    internal bool IsVariableText { get; init; }

    /// <summary>Zero-terminated, zero-padded or blank-padded.</summary>
    internal byte Padding { get; init; }

    /// <summary>First bit and number of bits that count, where not all of them do.</summary>
    internal (int Offset, int Count) Bits { get; init; }

    internal bool UsesAllBits => Bits.Offset == 0 && Bits.Count == 8 * Size;

    /// <summary>As numpy would write it: <c>&lt;f8</c>, <c>&gt;i4</c>; text, enumerations and compounds in words.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Kind switch
    {
        Hdf5Kind.Integer => Order + (IsSigned ? "i" : "u") + Number(Size),
        Hdf5Kind.Float => Order + "f" + Number(Size),
        Hdf5Kind.BitField => Order + "V" + Number(Size),
        Hdf5Kind.Text => IsVariableText ? "text" : "S" + Number(Size),
        Hdf5Kind.Enumeration => IsLogical ? "bool" : $"enum of {Element}",
        Hdf5Kind.Compound => IsComplex ? $"{Members[0].Type.Order}c{Number(Size)}" : "{" + string.Join(", ", Members.Select(m => $"{m.Name}: {m.Type}")) + "}",
        Hdf5Kind.Array => $"({string.Join(", ", Dimensions)}){Element}",
        Hdf5Kind.VariableLength => $"list of {Element}",
        Hdf5Kind.Opaque => "V" + Number(Size),
        Hdf5Kind.Reference => "reference",
        _ => "unknown",
    };

    private string Order => Size == 1 ? "|" : IsBigEndian ? ">" : "<";

    private static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A member of a compound type.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Offset">Where it begins in a value, in bytes.</param>
/// <param name="Type">Its type.</param>
public sealed record Hdf5Member(string Name, int Offset, Hdf5Type Type);
