using System.Numerics;

namespace BigMap.Analysis.Formats.Internal.Hdf5;

/// <summary>The names of an old-style group.</summary>
internal sealed class Hdf5LocalHeap
{
    private readonly Hdf5Bytes _file;
    private readonly byte[] _data;

    public Hdf5LocalHeap(Hdf5Bytes file, long address)
    {
        _file = file;
        var cursor = new Hdf5Cursor(file, file.Read(address, 8 + (2 * file.LengthSize) + file.OffsetSize, "a local heap"), "a local heap", address);
        cursor.Signature("HEAP"u8);
        cursor.Version(0);
        cursor.Skip(3);
        long size = cursor.Length();
        cursor.Skip(file.LengthSize);
        _data = file.Read(cursor.Offset(), size, "a local heap");
    }

    public string Text(long offset)
    {
        if (offset < 0 || offset >= _data.Length)
            throw _file.Damaged("a name lies outside its heap.");
        return new Hdf5Cursor(_file, _data.AsSpan((int)offset), "a local heap").ZeroTerminated();
    }
}

/// <summary>Global heaps: values of variable length. Each collection is read once.</summary>
internal sealed class Hdf5GlobalHeap(Hdf5Bytes file)
{
    private const int MostKept = 64;
    private readonly Lock _lock = new();
    private readonly Dictionary<long, Dictionary<int, byte[]>> _collections = [];
    private readonly Queue<long> _order = [];

    public byte[] Object(long address, int index)
    {
        lock (_lock)
        {
            if (!_collections.TryGetValue(address, out Dictionary<int, byte[]>? objects))
            {
                objects = Read(address);
                if (_order.Count == MostKept)
                    _collections.Remove(_order.Dequeue());
                _order.Enqueue(address);
                _collections[address] = objects;
            }

            return objects.TryGetValue(index, out byte[]? found) ? found : throw file.Damaged($"object {index} is missing from a global heap.", address);
        }
    }

    private Dictionary<int, byte[]> Read(long address)
    {
        int head = 8 + file.LengthSize;
        var cursor = new Hdf5Cursor(file, file.Read(address, head, "a global heap"), "a global heap", address);
        cursor.Signature("GCOL"u8);
        cursor.Version(1);
        cursor.Skip(3);
        long size = cursor.Length();
        if (size < head)
            throw file.Damaged("a global heap is too small.", address);
        cursor = new Hdf5Cursor(file, file.Read(address, size, "a global heap"), "a global heap", address);
        cursor.Skip(head);
        var objects = new Dictionary<int, byte[]>();
        int own = 8 + file.LengthSize;
        while (cursor.Left >= own)
        {
            int index = cursor.U16();
            cursor.Skip(6);
            long length = cursor.Length();
            if (index == 0)
                break;
            if (length > cursor.Left || !objects.TryAdd(index, cursor.Take(length).ToArray()))
                throw file.Damaged("a global heap holds an object that is too long, or one twice.", address + cursor.At);
            cursor.Skip(Math.Min(cursor.Left, (8 - (length % 8)) % 8));
        }

        return objects;
    }
}

/// <summary>A fractal heap: links and attributes of groups that have many.</summary>
internal sealed class Hdf5FractalHeap
{
    private readonly Hdf5Bytes _file;
    private readonly int _idLength;
    private readonly bool _filtered;
    private readonly bool _checked;
    private readonly int _width;
    private readonly long _startSize;
    private readonly long _largestDirect;
    private readonly int _offsetBytes;
    private readonly int _lengthBytes;
    private readonly long _root;
    private readonly int _rootRows;
    private readonly long _hugeTree;
    private readonly Dictionary<long, byte[]> _blocks = [];
    private Dictionary<ulong, (long Address, long Length)>? _huge;

    public Hdf5FractalHeap(Hdf5Bytes file, long address)
    {
        _file = file;
        int o = file.OffsetSize, l = file.LengthSize;
        byte[] bytes = file.Read(address, 22 + (12 * l) + (3 * o) + 4, "a fractal heap");
        var cursor = new Hdf5Cursor(file, bytes, "a fractal heap");
        cursor.Signature("FRHP"u8);
        cursor.Version(0);
        _idLength = cursor.U16();
        int filterLength = cursor.U16();
        byte flags = cursor.U8();
        _checked = (flags & 2) != 0;
        _filtered = filterLength > 0;
        long largestManaged = cursor.U32();
        cursor.Skip(l);
        _hugeTree = cursor.Offset();
        cursor.Skip(l + o + (8L * l));
        _width = cursor.U16();
        _startSize = cursor.Length();
        _largestDirect = cursor.Length();
        int bits = cursor.U16();
        cursor.Skip(2);
        _root = cursor.Offset();
        _rootRows = cursor.U16();
        if (_filtered)
            throw file.Unsupported("A group of the file keeps its names in a compressed heap.", "Copy the file with h5repack.");
        file.CheckSum(bytes.AsSpan(0, cursor.At + 4), "a fractal heap");
        if (_width == 0 || _startSize <= 0 || _largestDirect < _startSize || !BitOperations.IsPow2(_startSize) || !BitOperations.IsPow2(_largestDirect) || bits is 0 or > 64)
            throw file.Damaged("a fractal heap holds impossible sizes.");
        _offsetBytes = (bits + 7) / 8;
        _lengthBytes = Math.Min(Hdf5Trees.BytesFor((ulong)_largestDirect), Hdf5Trees.BytesFor((ulong)largestManaged));
    }

    public byte[] Object(ReadOnlySpan<byte> id)
    {
        var cursor = new Hdf5Cursor(_file, id, "a heap id");
        byte head = cursor.U8();
        if (head >> 6 != 0)
            throw _file.Damaged("a heap id has an unknown version.");
        switch ((head >> 4) & 3)
        {
            case 0:
                return Managed(cursor.Count(_offsetBytes), cursor.Count(_lengthBytes));
            case 1:
                return Huge(ref cursor);
            case 2:
                int length = _idLength - 1 <= 16 ? head & 15 : ((head & 15) << 8) | cursor.U8();
                return cursor.Take(length + 1).ToArray();
            default:
                throw _file.Damaged("a heap id is of an unknown kind.");
        }
    }

    private byte[] Huge(ref Hdf5Cursor cursor)
    {
        if (_idLength >= 1 + _file.OffsetSize + _file.LengthSize)
            return _file.Read(cursor.Offset(), cursor.Length(), "a large attribute");
        if (_huge is null)
        {
            _huge = [];
            foreach (byte[] record in Hdf5Trees.Records2(_file, _hugeTree, 1).Records)
            {
                var entry = new Hdf5Cursor(_file, record, "a heap record");
                (long address, long length) = (entry.Offset(), entry.Length());
                _huge[entry.Unsigned(_file.LengthSize)] = (address, length);
            }
        }

        ulong key = cursor.Unsigned(Math.Min(_idLength - 1, _file.LengthSize));
        return _huge.TryGetValue(key, out (long Address, long Length) found)
            ? _file.Read(found.Address, found.Length, "a large attribute")
            : throw _file.Damaged("a large attribute is missing.");
    }

    private byte[] Managed(long offset, long length)
    {
        (byte[] block, long start) = _rootRows == 0
            ? (Direct(_root, _startSize), 0)
            : Find(_root, 0, _rootRows, offset, 0);
        long at = offset - start;
        if (at < 0 || length < 0 || at + length > block.Length)
            throw _file.Damaged("an object lies outside its heap.");
        return block.AsSpan((int)at, (int)length).ToArray();
    }

    /// <summary>Goes down the doubling table to the block that holds an offset.</summary>
    private (byte[] Block, long Start) Find(long indirect, long start, int rows, long offset, int depth)
    {
        int directRows = BitOperations.Log2((ulong)_largestDirect) - BitOperations.Log2((ulong)_startSize) + 2;
        if (depth > 32 || rows > 64)
            throw _file.Damaged("a fractal heap is nested too deeply.");
        long rowStart = start;
        for (int row = 0; row < rows; row++)
        {
            int doublings = Math.Max(0, row - 1);
            if (doublings + BitOperations.Log2((ulong)_startSize) > 56)
                break;
            long size = _startSize << doublings;
            if (offset < rowStart + (size * _width))
            {
                long column = (offset - rowStart) / size;
                long head = 5 + _file.OffsetSize + _offsetBytes;
                long entries = (long)rows * _width;
                byte[] bytes = Cached(indirect, head + (entries * _file.OffsetSize) + 4, "FHIB"u8);
                var cursor = new Hdf5Cursor(_file, bytes, "a fractal heap");
                cursor.Skip(head + (((row * (long)_width) + column) * _file.OffsetSize));
                long child = cursor.Offset();
                long childStart = rowStart + (column * size);
                if (row < directRows)
                    return (Direct(child, size), childStart);
                int childRows = BitOperations.Log2((ulong)size) - BitOperations.Log2((ulong)(_startSize * _width)) + 1;
                return Find(child, childStart, childRows, offset, depth + 1);
            }

            rowStart += size * _width;
        }

        throw _file.Damaged("an object lies outside its heap.");
    }

    private byte[] Direct(long address, long size)
    {
        if (_blocks.TryGetValue(address, out byte[]? known))
            return known;
        byte[] bytes = _file.Read(address, size, "a block of a fractal heap");
        if (!bytes.AsSpan().StartsWith("FHDB"u8))
            throw _file.Damaged("a block of a fractal heap does not begin with FHDB.", address);
        if (_checked)
        {
            // The checksum is taken with its own place filled with zeros.
            int place = 5 + _file.OffsetSize + _offsetBytes;
            if (bytes.Length < place + 4)
                throw _file.Damaged("a block of a fractal heap is too small.", address);
            uint found = BitConverter.ToUInt32(bytes, place);
            bytes.AsSpan(place, 4).Clear();
            if (found != Lookup3.Hash(bytes))
                throw _file.Damaged("the checksum of a block of a fractal heap does not agree.", address);
        }

        return _blocks[address] = bytes;
    }

    private byte[] Cached(long address, long size, ReadOnlySpan<byte> signature)
    {
        if (_blocks.TryGetValue(address, out byte[]? known))
            return known;
        byte[] bytes = _file.ReadChecked(address, size, "an index block of a fractal heap");
        return bytes.AsSpan().StartsWith(signature) ? _blocks[address] = bytes : throw _file.Damaged("an index block of a fractal heap is something else.");
    }
}
