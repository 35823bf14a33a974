using System.Buffers.Binary;
using System.IO.Compression;

namespace BigMap.Analysis.Formats.Internal.Hdf5;

/// <summary>One filter of a chunked dataset.</summary>
internal sealed record Hdf5Filter(int Id, string Name, uint[] Values);

/// <summary>Two buffers between which the filters of one chunk after the other work. Not thread-safe.</summary>
internal sealed class Hdf5Scratch
{
    private byte[] _one = [];
    private byte[] _other = [];

    /// <summary>A buffer that is not the one given.</summary>
    public byte[] Besides(byte[] used, int length)
    {
        ref byte[] free = ref ReferenceEquals(used, _one) ? ref _other : ref _one;
        if (free.Length < length)
            free = new byte[length];
        return free;
    }
}

/// <summary>The filters that chunks have gone through, in the order of writing.</summary>
internal sealed class Hdf5Filters
{
    private const int LargestCount = 32;
    private static readonly Dictionary<int, string> KnownNames = new()
    {
        [1] = "deflate", [2] = "shuffle", [3] = "fletcher32", [4] = "szip", [5] = "nbit", [6] = "scaleoffset",
        [305] = "lzo", [307] = "bzip2", [32000] = "lzf", [32001] = "blosc", [32004] = "lz4", [32008] = "bitshuffle", [32013] = "zfp", [32015] = "zstd", [32017] = "sz", [32026] = "blosc2",
    };

    private readonly Hdf5Bytes _file;
    private readonly List<Hdf5Filter> _filters;

    private Hdf5Filters(Hdf5Bytes file, List<Hdf5Filter> filters)
    {
        _file = file;
        _filters = filters;
    }

    public int Count => _filters.Count;

    public IReadOnlyList<string> Names => [.. _filters.Select(f => f.Name)];

    /// <summary>The first filter that is not undone here, or null.</summary>
    public string? Obstacle => _filters.Find(f => f.Id is not (1 or 2 or 3 or 32000)) is { } bad ? $"the filter {bad.Name} ({bad.Id})" : null;

    public static Hdf5Filters None(Hdf5Bytes file) => new(file, []);

    public static Hdf5Filters Decode(Hdf5Bytes file, byte[] data)
    {
        var cursor = new Hdf5Cursor(file, data, "a filter pipeline");
        byte version = cursor.U8();
        int count = cursor.U8();
        if (version is not (1 or 2) || count > LargestCount)
            throw file.Damaged($"a filter pipeline has version {version} and {count} filters.");
        if (version == 1)
            cursor.Skip(6);
        var filters = new List<Hdf5Filter>(count);
        for (int i = 0; i < count; i++)
        {
            int id = cursor.U16();
            int nameLength = version == 1 || id >= 256 ? cursor.U16() : 0;
            cursor.Skip(2);
            int values = cursor.U16();
            if (version == 1)
                nameLength = (nameLength + 7) / 8 * 8;
            string name = Hdf5TypeDecoder.DecodeText(cursor.Take(nameLength), new Hdf5Type(Hdf5Kind.Text, 1));
            var client = new uint[values];
            for (int v = 0; v < values; v++)
                client[v] = cursor.U32();
            if (version == 1 && values % 2 == 1)
                cursor.Skip(4);
            filters.Add(new Hdf5Filter(id, KnownNames.GetValueOrDefault(id, name.Length > 0 ? name : "unknown"), client));
        }

        return new Hdf5Filters(file, filters);
    }

    /// <summary>Undoes the filters of one chunk.</summary>
    /// <param name="stored">The chunk as it is stored, and its length.</param>
    /// <param name="mask">Bit i is set where filter i was left out for this chunk.</param>
    /// <param name="target">Receives the chunk; its length is that of the chunk.</param>
    /// <param name="elementSize">Bytes per value.</param>
    /// <param name="scratch">Memory to work in.</param>
    public void Undo((byte[] Bytes, int Length) stored, uint mask, byte[] target, int elementSize, Hdf5Scratch scratch)
    {
        (byte[] current, int length) = stored;
        for (int i = _filters.Count - 1; i >= 0; i--)
        {
            if (i < 32 && (mask & (1u << i)) != 0)
                continue;
            switch (_filters[i].Id)
            {
                case 1:
                    (current, length) = Inflate(current, length, scratch.Besides(current, target.Length + 4), target.Length);
                    break;
                case 2:
                    current = Unshuffle(current, length, scratch.Besides(current, length), _filters[i].Values is [var size, ..] ? (int)Math.Min(size, int.MaxValue) : elementSize);
                    break;
                case 3:
                    length = CheckFletcher(current, length);
                    break;
                default:
                    (current, length) = Lzf(current, length, scratch.Besides(current, target.Length + 4), target.Length);
                    break;
            }
        }

        if (length != target.Length)
            throw _file.Damaged($"a chunk has {length} bytes after its filters were undone, not {target.Length}.");
        current.AsSpan(0, length).CopyTo(target);
    }

    private (byte[] Bytes, int Length) Inflate(byte[] bytes, int length, byte[] inflated, int most)
    {
        try
        {
            using var source = new MemoryStream(bytes, 0, length, writable: false);
            using var zlib = new ZLibStream(source, CompressionMode.Decompress);
            // A checksum may lie inside the compressed part.
            int at = zlib.ReadAtLeast(inflated.AsSpan(0, most + 4), most + 4, throwOnEndOfStream: false);
            if (at == most + 4 && zlib.ReadByte() >= 0)
                throw _file.Damaged("a chunk is larger than it should be when it is decompressed.");
            return (inflated, at);
        }
        catch (InvalidDataException)
        {
            throw _file.Damaged("a chunk cannot be decompressed.");
        }
    }

    private static byte[] Unshuffle(byte[] bytes, int length, byte[] plain, int size)
    {
        if (size <= 1 || length < size)
            return bytes;
        int count = length / size;
        for (int b = 0; b < size; b++)
        {
            ReadOnlySpan<byte> lane = bytes.AsSpan(b * count, count);
            for (int i = 0; i < lane.Length; i++)
                plain[(i * size) + b] = lane[i];
        }

        bytes.AsSpan(count * size, length - (count * size)).CopyTo(plain.AsSpan(count * size));
        return plain;
    }

    private int CheckFletcher(byte[] bytes, int length)
    {
        if (length < 4)
            throw _file.Damaged("a chunk is too short for its checksum.");
        uint found = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(length - 4));
        uint sum = Fletcher32(bytes.AsSpan(0, length - 4));
        // Early versions stored the bytes of each half the other way round.
        uint swapped = ((sum & 0x00FF00FF) << 8) | ((sum >> 8) & 0x00FF00FF);
        if (found != sum && found != swapped)
            throw _file.Damaged("the checksum (fletcher32) of a chunk does not agree.");
        return length - 4;
    }

    public static uint Fletcher32(ReadOnlySpan<byte> bytes)
    {
        uint a = 0, b = 0;
        int words = bytes.Length / 2, at = 0;
        while (words > 0)
        {
            int block = Math.Min(words, 360);
            words -= block;
            for (; block > 0; block--, at += 2)
            {
                a += (uint)((bytes[at] << 8) | bytes[at + 1]);
                b += a;
            }

            a = (a & 0xFFFF) + (a >> 16);
            b = (b & 0xFFFF) + (b >> 16);
        }

        if (bytes.Length % 2 == 1)
        {
            a += (uint)(bytes[^1] << 8);
            b += a;
            a = (a & 0xFFFF) + (a >> 16);
            b = (b & 0xFFFF) + (b >> 16);
        }

        a = (a & 0xFFFF) + (a >> 16);
        b = (b & 0xFFFF) + (b >> 16);
        return (b << 16) | a;
    }

    /// <summary>LZF: literal runs, and copies of what came before.</summary>
    private (byte[] Bytes, int Length) Lzf(byte[] bytes, int length, byte[] plain, int most)
    {
        int room = most + 4;
        int at = 0, to = 0;
        while (at < length)
        {
            int control = bytes[at++];
            if (control < 32)
            {
                int run = control + 1;
                if (run > length - at || run > room - to)
                    throw Broken();
                bytes.AsSpan(at, run).CopyTo(plain.AsSpan(to));
                at += run;
                to += run;
                continue;
            }

            int count = control >> 5;
            if (count == 7)
                count += at < length ? bytes[at++] : throw Broken();
            count += 2;
            int back = ((control & 31) << 8) + (at < length ? bytes[at++] : throw Broken()) + 1;
            if (back > to || count > room - to)
                throw Broken();
            for (; count > 0; count--, to++)
                plain[to] = plain[to - back];
        }

        return (plain, to);

        InputFormatException Broken() => _file.Damaged("a chunk cannot be decompressed (lzf).");
    }
}
