using System.Buffers.Binary;
using System.Text;

namespace BigMap.Analysis.Formats.Internal.Hdf5;

/// <summary>Goes through a structure of the file; every step is checked against its end.</summary>
/// <param name="file">The file.</param>
/// <param name="bytes">The structure.</param>
/// <param name="what">What errors call it.</param>
/// <param name="address">Where it lies in the file; <see cref="Hdf5Bytes.Undefined"/> where that is not known.</param>
internal ref struct Hdf5Cursor(Hdf5Bytes file, ReadOnlySpan<byte> bytes, string what, long address = Hdf5Bytes.Undefined)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int At { get; private set; }

    public readonly int Left => _bytes.Length - At;

    public ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > Left)
            throw Damaged($"{what} ends too early.");
        ReadOnlySpan<byte> taken = _bytes.Slice(At, (int)count);
        At += (int)count;
        return taken;
    }

    private readonly InputFormatException Damaged(string problem) => file.Damaged(problem, address < 0 ? Hdf5Bytes.Undefined : address + At);

    public void Skip(long count) => Take(count);

    public byte U8() => Take(1)[0];

    public ushort U16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public ulong Unsigned(int size)
    {
        if (size is < 0 or > 8)
            throw Damaged($"{what} has a number of {size} bytes.");
        ulong value = 0;
        ReadOnlySpan<byte> taken = Take(size);
        for (int i = size - 1; i >= 0; i--)
            value = (value << 8) | taken[i];
        return value;
    }

    /// <summary>An address, or <see cref="Hdf5Bytes.Undefined"/>.</summary>
    public long Offset()
    {
        ulong value = Unsigned(file.OffsetSize);
        if (value == (file.OffsetSize == 8 ? ulong.MaxValue : (1UL << (8 * file.OffsetSize)) - 1))
            return Hdf5Bytes.Undefined;
        return value <= long.MaxValue ? (long)value : throw Damaged($"{what} has the address {value}.");
    }

    public long Length() => Count(file.LengthSize);

    public long Count(int size)
    {
        ulong value = Unsigned(size);
        return value <= long.MaxValue ? (long)value : throw Damaged($"{what} has a length of {value}.");
    }

    public void Signature(ReadOnlySpan<byte> expected)
    {
        if (!Take(4).SequenceEqual(expected))
            throw Damaged($"{what} does not begin with {Encoding.ASCII.GetString(expected)}.");
    }

    public void Version(byte expected)
    {
        byte version = U8();
        if (version != expected)
            throw Damaged($"{what} has the unknown version {version}.");
    }

    /// <summary>Text up to a zero byte; the zero is taken too.</summary>
    public string ZeroTerminated()
    {
        int length = _bytes[At..].IndexOf((byte)0);
        if (length < 0)
            throw Damaged($"{what} has a name without end.");
        string text = Encoding.UTF8.GetString(Take(length));
        Skip(1);
        return text;
    }
}
