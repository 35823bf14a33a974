using System.Globalization;
using System.Text;

namespace BigMap.Analysis.Formats.Internal.Hdf5;

/// <summary>The shape of a dataset or attribute.</summary>
/// <param name="Dimensions">Points along each dimension; empty for a single value.</param>
/// <param name="Maximum">Largest dimensions, −1 for no limit.</param>
/// <param name="IsNull">Whether there is no value at all.</param>
internal sealed record Hdf5Space(long[] Dimensions, long[] Maximum, bool IsNull)
{
    private const int LargestRank = 32;

    /// <summary>Number of values.</summary>
    public long Count { get; private init; }

    public static Hdf5Space Decode(Hdf5Bytes file, ReadOnlySpan<byte> data)
    {
        var cursor = new Hdf5Cursor(file, data, "a dataspace");
        byte version = cursor.U8();
        if (version is not (1 or 2))
            throw file.Damaged($"a dataspace has the unknown version {version}.");
        int rank = cursor.U8();
        byte flags = cursor.U8();
        byte type = cursor.U8();
        if (version == 1)
            cursor.Skip(4);
        if (rank > LargestRank || (version == 2 && type > 2))
            throw file.Damaged($"a dataspace has {rank} dimensions and type {type}.");
        bool isNull = version == 2 && type == 2;
        var dimensions = new long[isNull ? 0 : rank];
        var maximum = new long[dimensions.Length];
        Int128 count = isNull ? 0 : 1;
        for (int i = 0; i < dimensions.Length; i++)
        {
            dimensions[i] = cursor.Length();
            maximum[i] = dimensions[i];
            count *= dimensions[i];
            if (count > long.MaxValue)
                throw file.Damaged("a dataspace has more values than can be counted.");
        }

        for (int i = 0; i < dimensions.Length && (flags & 1) != 0; i++)
        {
            ulong most = cursor.Unsigned(file.LengthSize);
            maximum[i] = most > long.MaxValue || most == (file.LengthSize == 8 ? ulong.MaxValue : (1UL << (8 * file.LengthSize)) - 1) ? -1 : (long)most;
            if (maximum[i] >= 0 && maximum[i] < dimensions[i])
                throw file.Damaged("a dataspace is larger than its largest size.");
        }

        return new Hdf5Space(dimensions, maximum, isNull) { Count = (long)count };
    }
}

/// <summary>Reads datatype messages.</summary>
internal static class Hdf5TypeDecoder
{
    private const int DeepestNesting = 16;

    public static Hdf5Type Decode(Hdf5Bytes file, ReadOnlySpan<byte> data)
    {
        var cursor = new Hdf5Cursor(file, data, "a datatype");
        return Decode(file, ref cursor, 0);
    }

    private static Hdf5Type Decode(Hdf5Bytes file, ref Hdf5Cursor cursor, int depth)
    {
        if (depth > DeepestNesting)
            throw file.Damaged("datatypes are nested too deeply.");
        byte head = cursor.U8();
        int version = head >> 4, kind = head & 15;
        uint bits = cursor.U8() | ((uint)cursor.U16() << 8);
        uint size = cursor.U32();
        if (version is 0 or > 4 || kind > 10)
            throw file.Damaged($"a datatype has version {version} and class {kind}.");
        if (size is 0 or > int.MaxValue)
            throw file.Damaged($"a datatype has {size} bytes.");
        int bytes = (int)size;
        switch (kind)
        {
            case 0:
            case 4:
                (int Offset, int Count) counted = (cursor.U16(), cursor.U16());
                if (counted.Count == 0 || counted.Offset + counted.Count > 8L * bytes)
                    throw file.Damaged("the bits of an integer type lie outside it.");
                return new Hdf5Type(kind == 0 ? Hdf5Kind.Integer : Hdf5Kind.BitField, bytes)
                {
                    IsSigned = kind == 0 && (bits & 8) != 0,
                    IsBigEndian = (bits & 1) != 0,
                    Bits = counted,
                    Obstacle = bytes > 8 ? $"whole numbers of {bytes} bytes" : null,
                };
            case 1:
                return Float(ref cursor, bits, bytes);
            case 2:
                cursor.Skip(2);
                return new Hdf5Type(Hdf5Kind.Other, bytes) { Obstacle = "values of HDF5's time class" };
            case 3:
                return Text(bits, bytes, false);
            case 5:
                cursor.Skip(Padded((int)(bits & 0xFF)));
                return new Hdf5Type(Hdf5Kind.Opaque, bytes) { Obstacle = "opaque values" };
            case 6:
                return Compound(file, ref cursor, (version, (int)(bits & 0xFFFF), bytes), depth);
            case 7:
                return new Hdf5Type(Hdf5Kind.Reference, bytes) { Obstacle = "references" };
            case 8:
                return Enumeration(file, ref cursor, (version, (int)(bits & 0xFFFF), bytes), depth);
            case 9:
                Hdf5Type element = Decode(file, ref cursor, depth + 1);
                return (bits & 15) == 1
                    ? Text((bits >> 4) & 0xFF, bytes, true)
                    : new Hdf5Type(Hdf5Kind.VariableLength, bytes) { Element = element, Obstacle = "lists of variable length" };
            default:
                return Array(file, ref cursor, (version, bytes), depth);
        }
    }

    private static Hdf5Type Float(ref Hdf5Cursor cursor, uint bits, int size)
    {
        int offset = cursor.U16(), precision = cursor.U16();
        byte exponentAt = cursor.U8(), exponentSize = cursor.U8(), mantissaAt = cursor.U8(), mantissaSize = cursor.U8();
        uint bias = cursor.U32();
        uint sign = (bits >> 8) & 0xFF;
        bool vax = (bits & 0x41) is 0x40 or 0x41;
        bool ieee = !vax && offset == 0 && precision == 8 * size && mantissaAt == 0 && ((bits >> 4) & 3) == 2 && (size, exponentAt, exponentSize, mantissaSize, bias, sign) is
            (2, 10, 5, 10, 15, 15) or (4, 23, 8, 23, 127, 31) or (8, 52, 11, 52, 1023, 63);
        return new Hdf5Type(Hdf5Kind.Float, size)
        {
            IsBigEndian = (bits & 1) != 0,
            Bits = (0, 8 * size),
            Obstacle = ieee ? null : string.Create(CultureInfo.InvariantCulture, $"floating-point numbers that are not IEEE ({size} bytes, {exponentSize} bits exponent, {mantissaSize} bits mantissa{(vax ? ", VAX order" : string.Empty)})"),
        };
    }

    private static Hdf5Type Text(uint bits, int size, bool variable) => new(Hdf5Kind.Text, size)
    {
        Padding = (byte)(bits & 15),
        IsVariableText = variable,
        Obstacle = (bits & 15) > 2 ? "text of an unknown padding" : null,
    };

    private static Hdf5Type Compound(Hdf5Bytes file, ref Hdf5Cursor cursor, (int Version, int Members, int Size) head, int depth)
    {
        var members = new List<Hdf5Member>();
        for (int i = 0; i < head.Members; i++)
        {
            string name = Name(ref cursor, head.Version < 3);
            long offset = head.Version < 3 ? cursor.U32() : cursor.Count(BytesFor(head.Size));
            var legacy = new List<int>();
            if (head.Version == 1)
            {
                int rank = cursor.U8();
                cursor.Skip(3 + 4 + 4);
                for (int d = 0; d < 4; d++)
                {
                    uint n = cursor.U32();
                    if (d < rank)
                        legacy.Add(Dimension(file, n));
                }
            }

            Hdf5Type type = Decode(file, ref cursor, depth + 1);
            if (legacy.Count > 0)
                type = ArrayOf(file, type, [.. legacy]);
            if (offset > head.Size - (long)type.Size)
                throw file.Damaged($"member {name} lies outside its compound.");
            members.Add(new Hdf5Member(name, (int)offset, type));
        }

        string? obstacle = members.Find(m => m.Type.Obstacle is not null) is { } bad ? $"a compound whose member {bad.Name} holds {bad.Type.Obstacle}" : null;
        return members.Count == 0
            ? throw file.Damaged("a compound has no members.")
            : new Hdf5Type(Hdf5Kind.Compound, head.Size) { Members = members, Obstacle = obstacle };
    }

    private static Hdf5Type Enumeration(Hdf5Bytes file, ref Hdf5Cursor cursor, (int Version, int Count, int Size) head, int depth)
    {
        Hdf5Type element = Decode(file, ref cursor, depth + 1);
        if (element.Kind != Hdf5Kind.Integer || element.Size != head.Size || element.Size > 8)
            throw file.Damaged("an enumeration is not of whole numbers.");
        var names = new string[head.Count <= cursor.Left ? head.Count : throw file.Damaged("an enumeration has more names than bytes.")];
        for (int i = 0; i < names.Length; i++)
            names[i] = Name(ref cursor, head.Version < 3);
        var pairs = new KeyValuePair<string, long>[names.Length];
        for (int i = 0; i < names.Length; i++)
            pairs[i] = new(names[i], Hdf5Numbers.Integer(cursor.Take(element.Size), element));
        return new Hdf5Type(Hdf5Kind.Enumeration, head.Size)
        {
            Names = pairs,
            Element = element,
            IsSigned = element.IsSigned,
            IsBigEndian = element.IsBigEndian,
            Bits = element.Bits,
            Obstacle = element.Obstacle,
        };
    }

    private static Hdf5Type Array(Hdf5Bytes file, ref Hdf5Cursor cursor, (int Version, int Size) head, int depth)
    {
        if (head.Version < 2)
            throw file.Damaged("an array type has version 1.");
        int rank = cursor.U8();
        if (head.Version == 2)
            cursor.Skip(3);
        var dimensions = new int[rank];
        for (int i = 0; i < rank; i++)
            dimensions[i] = Dimension(file, cursor.U32());
        if (head.Version == 2)
            cursor.Skip(4L * rank);
        Hdf5Type array = ArrayOf(file, Decode(file, ref cursor, depth + 1), dimensions);
        return array.Size == head.Size ? array : throw file.Damaged("an array type has not the size of its elements.");
    }

    private static Hdf5Type ArrayOf(Hdf5Bytes file, Hdf5Type element, int[] dimensions)
    {
        long size = element.Size;
        foreach (int n in dimensions)
        {
            size *= n;
            if (size > int.MaxValue)
                throw file.Damaged("an array type is too large.");
        }

        return new Hdf5Type(Hdf5Kind.Array, (int)size) { Element = element, Dimensions = dimensions, Obstacle = element.Obstacle };
    }

    private static int Dimension(Hdf5Bytes file, uint n) => n is 0 or > int.MaxValue ? throw file.Damaged("an array type has an impossible dimension.") : (int)n;

    private static string Name(ref Hdf5Cursor cursor, bool padded)
    {
        int start = cursor.At;
        string name = cursor.ZeroTerminated();
        if (padded)
            cursor.Skip(Padded(cursor.At - start) - (cursor.At - start));
        return name;
    }

    private static int Padded(int length) => (length + 7) / 8 * 8;

    /// <summary>Bytes that hold an offset below a size.</summary>
    private static int BytesFor(int size) => size < 1 << 8 ? 1 : size < 1 << 16 ? 2 : size < 1 << 24 ? 3 : 4;

    public static string DecodeText(ReadOnlySpan<byte> bytes, Hdf5Type type)
    {
        if (type.Padding != 2)
        {
            int end = bytes.IndexOf((byte)0);
            if (end >= 0 && (type.Padding == 0 || bytes[end..].IndexOfAnyExcept((byte)0) < 0))
                bytes = bytes[..end];
            else
                bytes = bytes.TrimEnd((byte)0);
        }
        else
        {
            bytes = bytes.TrimEnd((byte)' ');
        }

        return System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : Encoding.Latin1.GetString(bytes);
    }
}
