using System.Numerics;

namespace BigMap.Analysis.Formats.Internal.Hdf5;

/// <summary>Where one chunk lies.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Size">Stored bytes.</param>
/// <param name="Mask">Filters that were left out.</param>
internal readonly record struct Hdf5Chunk(long Address, long Size, uint Mask);

/// <summary>Finds the chunks of a dataset, whatever index it has.</summary>
internal sealed class Hdf5ChunkIndex
{
    private readonly Hdf5Bytes _file;
    private readonly Hdf5Layout _layout;
    private readonly Hdf5Space _space;
    private readonly long _chunkBytes;
    private readonly bool _filtered;
    private readonly Dictionary<long, Hdf5Chunk> _chunks = [];
    private readonly long _implicitAddress = Hdf5Bytes.Undefined;
    private readonly long[] _implicitGrid = [];

    public Hdf5ChunkIndex(Hdf5Bytes file, Hdf5Layout layout, Hdf5Space space, int elementSize, bool filtered)
    {
        (_file, _layout, _space, _filtered) = (file, layout, space, filtered);
        Grid = new long[space.Dimensions.Length];
        _chunkBytes = elementSize;
        Int128 total = 1;
        for (int i = 0; i < Grid.Length; i++)
        {
            Grid[i] = ChunksOver(space.Dimensions[i], layout.Chunk[i]);
            total *= Math.Max(1, Grid[i]);
            if (total > long.MaxValue)
                throw file.Damaged("a dataset has more chunks than can be counted.");
            _chunkBytes *= layout.Chunk[i];
        }

        if (layout.Address == Hdf5Bytes.Undefined || space.Count == 0)
            return;
        switch (layout.Index)
        {
            case Hdf5IndexKind.Tree1:
                ReadTree1();
                break;
            case Hdf5IndexKind.Single:
                Add(new long[Grid.Length], layout.Only is { } only ? new(layout.Address, only.Size, only.Mask) : new(layout.Address, _chunkBytes, 0));
                break;
            case Hdf5IndexKind.Implicit:
                _implicitAddress = layout.Address;
                _implicitGrid = LargestGrid();
                break;
            case Hdf5IndexKind.FixedArray:
                ReadFixedArray();
                break;
            case Hdf5IndexKind.ExtensibleArray:
                ReadExtensibleArray();
                break;
            default:
                ReadTree2();
                break;
        }

        if (StoredBytes > file.Available)
            throw file.Damaged("the chunks of a dataset overlap.");
    }

    /// <summary>Chunks along each dimension.</summary>
    public long[] Grid { get; }

    public long StoredBytes { get; private set; }

    public Hdf5Chunk? Find(ReadOnlySpan<long> scaled)
    {
        if (_implicitAddress != Hdf5Bytes.Undefined)
            return new Hdf5Chunk(_implicitAddress + (Linear(scaled, _implicitGrid) * _chunkBytes), _chunkBytes, 0);
        return _chunks.TryGetValue(Linear(scaled, Grid), out Hdf5Chunk chunk) ? chunk : null;
    }

    private static long ChunksOver(long points, int chunk) => points == 0 ? 0 : ((points - 1) / chunk) + 1;

    private static long Linear(ReadOnlySpan<long> scaled, long[] grid)
    {
        long index = 0;
        for (int i = 0; i < grid.Length; i++)
            index = (index * grid[i]) + scaled[i];
        return index;
    }

    private void Add(ReadOnlySpan<long> scaled, Hdf5Chunk chunk)
    {
        for (int i = 0; i < Grid.Length; i++)
        {
            if (scaled[i] < 0 || scaled[i] >= Grid[i])
                throw _file.Damaged("a chunk lies outside its dataset.");
        }

        if (chunk.Address < 0 || chunk.Size <= 0 || chunk.Size > _file.Available || chunk.Address > _file.Available - chunk.Size)
            throw _file.Damaged("a chunk lies outside the file.");
        if (!_filtered && chunk.Size != _chunkBytes)
            throw _file.Damaged($"a chunk has {chunk.Size} bytes, not {_chunkBytes}.", chunk.Address);
        if (!_chunks.TryAdd(Linear(scaled, Grid), chunk))
            throw _file.Damaged("a chunk is there twice.", chunk.Address);
        StoredBytes += chunk.Size;
    }

    private void ReadTree1()
    {
        int rank = Grid.Length;
        var scaled = new long[rank];
        foreach ((byte[] key, long child) in Hdf5Trees.Leaves1(_file, _layout.Address, 1, 8 + (8 * (rank + 1))))
        {
            var cursor = new Hdf5Cursor(_file, key, "a chunk key");
            long size = cursor.U32();
            uint mask = cursor.U32();
            for (int i = 0; i < rank; i++)
            {
                long at = cursor.Count(8);
                if (at % _layout.Chunk[i] != 0)
                    throw _file.Damaged("a chunk begins inside another.", child);
                scaled[i] = at / _layout.Chunk[i];
            }

            if (cursor.U64() != 0)
                throw _file.Damaged("a chunk begins inside a value.", child);
            Add(scaled, new Hdf5Chunk(child, size, mask));
        }
    }

    private void ReadTree2()
    {
        int rank = Grid.Length;
        (int kind, List<byte[]> records) = Hdf5Trees.Records2(_file, _layout.Address, 10, 11);
        if (kind == 11 != _filtered)
            throw _file.Damaged("a chunk index does not fit its filters.");
        var scaled = new long[rank];
        foreach (byte[] record in records)
        {
            var cursor = new Hdf5Cursor(_file, record, "a chunk record");
            long address = cursor.Offset();
            long size = kind == 11 ? cursor.Count(record.Length - _file.OffsetSize - 4 - (8 * rank)) : _chunkBytes;
            uint mask = kind == 11 ? cursor.U32() : 0;
            for (int i = 0; i < rank; i++)
                scaled[i] = cursor.Count(8);
            Add(scaled, new Hdf5Chunk(address, size, mask));
        }
    }

    /// <summary>Chunks along each dimension of the largest size that the dataset may take.</summary>
    private long[] LargestGrid()
    {
        var grid = new long[Grid.Length];
        for (int i = 0; i < grid.Length; i++)
            grid[i] = _space.Maximum[i] < 0 ? Grid[i] : ChunksOver(_space.Maximum[i], _layout.Chunk[i]);
        return grid;
    }

    /// <summary>Takes an element of an array index; elements that were never written are skipped.</summary>
    private void Element(ref Hdf5Cursor cursor, int elementSize, long index, long[] grid, int unlimited)
    {
        long address = cursor.Offset();
        long size = _filtered ? cursor.Count(elementSize - _file.OffsetSize - 4) : _chunkBytes;
        uint mask = _filtered ? cursor.U32() : 0;
        if (address == Hdf5Bytes.Undefined)
            return;
        var scaled = new long[Grid.Length];
        // The unlimited dimension counts slowest.
        for (int i = grid.Length - 1; i >= 0; i--)
        {
            int dimension = unlimited < 0 ? i : i == 0 ? unlimited : i <= unlimited ? i - 1 : i;
            bool slowest = i == 0;
            scaled[dimension] = slowest ? index : index % grid[dimension];
            index = slowest ? 0 : index / grid[dimension];
        }

        Add(scaled, new Hdf5Chunk(address, size, mask));
    }

    private int ElementSize(int stored)
    {
        int least = _filtered ? _file.OffsetSize + 5 : _file.OffsetSize;
        bool good = _filtered ? stored >= least && stored <= _file.OffsetSize + 12 : stored == least;
        return good ? stored : throw _file.Damaged("a chunk index has elements of an impossible size.");
    }

    private void ReadFixedArray()
    {
        int o = _file.OffsetSize, l = _file.LengthSize;
        var cursor = new Hdf5Cursor(_file, _file.ReadChecked(_layout.Address, 12 + l + o, "a chunk index"), "a chunk index", _layout.Address);
        cursor.Signature("FAHD"u8);
        cursor.Version(0);
        CheckClient(cursor.U8());
        int size = ElementSize(cursor.U8());
        int pageBits = cursor.U8();
        long count = cursor.Length();
        long address = cursor.Offset();
        if (address == Hdf5Bytes.Undefined)
            return;
        long[] grid = LargestGrid();
        if (count > _file.Available / size || count != Product(grid) || pageBits > 31)
            throw _file.Damaged("a chunk index has an impossible number of elements.");
        long page = 1L << pageBits;
        bool paged = count > page;
        long pages = paged ? ((count - 1) / page) + 1 : 0;
        int head = 6 + o;
        long bitmap = (pages + 7) / 8;
        if (!paged)
        {
            cursor = new Hdf5Cursor(_file, _file.ReadChecked(address, head + (count * size) + 4, "a chunk index"), "a chunk index", address);
            Block(ref cursor, "FADB"u8);
            for (long i = 0; i < count; i++)
                Element(ref cursor, size, i, grid, -1);
            return;
        }

        byte[] first = _file.ReadChecked(address, head + bitmap + 4, "a chunk index");
        cursor = new Hdf5Cursor(_file, first, "a chunk index");
        Block(ref cursor, "FADB"u8);
        long at = address + first.Length;
        for (long p = 0; p < pages; p++)
        {
            long elements = Math.Min(page, count - (p * page));
            if ((first[head + (p / 8)] & (0x80 >> (int)(p % 8))) != 0)
            {
                cursor = new Hdf5Cursor(_file, _file.ReadChecked(at, (elements * size) + 4, "a chunk index"), "a chunk index", at);
                for (long i = 0; i < elements; i++)
                    Element(ref cursor, size, (p * page) + i, grid, -1);
            }

            at += (elements * size) + 4;
        }
    }

    private void Block(ref Hdf5Cursor cursor, ReadOnlySpan<byte> signature)
    {
        cursor.Signature(signature);
        cursor.Version(0);
        CheckClient(cursor.U8());
        if (cursor.Offset() != _layout.Address)
            throw _file.Damaged("a part of a chunk index belongs to another one.");
    }

    private void CheckClient(byte client)
    {
        if (client != (_filtered ? 1 : 0))
            throw _file.Damaged("a chunk index does not fit its filters.");
    }

    private static Int128 Product(long[] values)
    {
        Int128 product = 1;
        foreach (long value in values)
            product = product > long.MaxValue ? product : product * value;
        return product;
    }

    private void ReadExtensibleArray()
    {
        int o = _file.OffsetSize, l = _file.LengthSize;
        var cursor = new Hdf5Cursor(_file, _file.ReadChecked(_layout.Address, 16 + (6 * l) + o, "a chunk index"), "a chunk index", _layout.Address);
        cursor.Signature("EAHD"u8);
        cursor.Version(0);
        CheckClient(cursor.U8());
        int size = ElementSize(cursor.U8());
        int mostBits = cursor.U8(), inIndex = cursor.U8(), leastInBlock = cursor.U8(), leastPointers = cursor.U8(), pageBits = cursor.U8();
        cursor.Skip(4L * l);
        long used = cursor.Length();
        cursor.Skip(l);
        long indexBlock = cursor.Offset();
        int unlimited = Array.IndexOf(_space.Maximum, -1L);
        if (mostBits is 0 or > 64 || leastInBlock == 0 || leastPointers == 0 || pageBits > 31 || unlimited < 0
            || !BitOperations.IsPow2(leastInBlock) || !BitOperations.IsPow2(leastPointers))
            throw _file.Damaged("a chunk index holds impossible sizes.");
        if (indexBlock == Hdf5Bytes.Undefined)
            return;
        var reader = new ExtensibleArray(this, size, unlimited, (mostBits + 7) / 8, 1L << pageBits, used);
        int inIndexBlock = 2 * BitOperations.Log2((uint)leastPointers);
        int blocks = 1 + mostBits - BitOperations.Log2((uint)leastInBlock);
        int direct = 2 * (leastPointers - 1), further = Math.Max(0, blocks - inIndexBlock);
        long length = 6 + o + ((long)inIndex * size) + ((long)(direct + further) * o) + 4;
        cursor = new Hdf5Cursor(_file, _file.ReadChecked(indexBlock, length, "a chunk index"), "a chunk index", indexBlock);
        Block(ref cursor, "EAIB"u8);
        long index = 0;
        for (; index < inIndex; index++)
            reader.Take(ref cursor, index);
        int taken = 0;
        for (int s = 0; s < blocks && index < used; s++)
        {
            long dataBlocks = 1L << (s / 2);
            long elements = (1L << ((s + 1) / 2)) * leastInBlock;
            if (s < inIndexBlock)
            {
                for (long b = 0; b < dataBlocks && taken < direct; b++, taken++)
                    index = reader.DataBlock(cursor.Offset(), index, elements, null, 0);
                continue;
            }

            if (taken < direct)
            {
                cursor.Skip((long)(direct - taken) * o);
                taken = direct;
            }

            index = reader.SecondaryBlock(cursor.Offset(), index, dataBlocks, elements);
        }
    }

    /// <summary>The blocks of an extensible array.</summary>
    private sealed class ExtensibleArray(Hdf5ChunkIndex owner, int size, int unlimited, int offsetBytes, long page, long used)
    {
        private readonly Hdf5Bytes _file = owner._file;
        private readonly long[] _grid = owner.LargestGrid();

        public void Take(ref Hdf5Cursor cursor, long index)
        {
            if (index < used)
                owner.Element(ref cursor, size, index, _grid, unlimited);
            else
                cursor.Skip(size);
        }

        public long SecondaryBlock(long address, long index, long dataBlocks, long elements)
        {
            if (address == Hdf5Bytes.Undefined)
                return index + (dataBlocks * elements);
            long pages = elements > page ? elements / page : 0;
            long bitmapBytes = (pages + 7) / 8;
            if (dataBlocks > _file.Available || bitmapBytes > _file.Available)
                throw _file.Damaged("a chunk index holds impossible sizes.");
            long length = 6 + _file.OffsetSize + offsetBytes + (dataBlocks * bitmapBytes) + (dataBlocks * _file.OffsetSize) + 4;
            byte[] bytes = _file.ReadChecked(address, length, "a chunk index");
            var cursor = new Hdf5Cursor(_file, bytes, "a chunk index");
            owner.Block(ref cursor, "EASB"u8);
            cursor.Skip(offsetBytes);
            int bitmap = cursor.At;
            cursor.Skip(dataBlocks * bitmapBytes);
            for (long b = 0; b < dataBlocks; b++)
                index = DataBlock(cursor.Offset(), index, elements, pages > 0 ? bytes : null, bitmap + (int)(b * bitmapBytes));
            return index;
        }

        public long DataBlock(long address, long index, long elements, byte[]? bitmap, int bitmapAt)
        {
            if (address == Hdf5Bytes.Undefined || index >= used)
                return index + elements;
            int head = 6 + _file.OffsetSize + offsetBytes;
            if (elements <= page)
            {
                var cursor = new Hdf5Cursor(_file, _file.ReadChecked(address, head + (elements * size) + 4, "a chunk index"), "a chunk index", address);
                owner.Block(ref cursor, "EADB"u8);
                cursor.Skip(offsetBytes);
                for (long i = 0; i < elements; i++)
                    Take(ref cursor, index + i);
                return index + elements;
            }

            var start = new Hdf5Cursor(_file, _file.ReadChecked(address, head + 4, "a chunk index"), "a chunk index", address);
            owner.Block(ref start, "EADB"u8);
            long at = address + head + 4;
            for (long p = 0; p < elements / page; p++)
            {
                if (bitmap is null || (bitmap[bitmapAt + (p / 8)] & (0x80 >> (int)(p % 8))) != 0)
                {
                    var cursor = new Hdf5Cursor(_file, _file.ReadChecked(at, (page * size) + 4, "a chunk index"), "a chunk index", at);
                    for (long i = 0; i < page; i++)
                        Take(ref cursor, index + (p * page) + i);
                }

                at += (page * size) + 4;
            }

            return index + elements;
        }
    }
}
