namespace BigMap.Analysis.Formats.Internal.Hdf5;

/// <summary>Reads boxes of values as they are stored; keeps a few chunks between calls. Not thread-safe.</summary>
internal abstract class Hdf5BoxReader : IDisposable
{
    private byte[] _buffer = [];

    /// <summary>Memory for values on their way to another type; used again by the next call.</summary>
    public Span<byte> Buffer(int length)
    {
        if (_buffer.Length < length)
            _buffer = new byte[length];
        return _buffer.AsSpan(0, length);
    }

    /// <summary>Reads a box of values in C order.</summary>
    /// <param name="start">First value along each dimension.</param>
    /// <param name="count">Values along each dimension; inside the shape.</param>
    /// <param name="target">Receives the bytes.</param>
    public abstract void Read(ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<byte> target);

    public virtual void Dispose()
    {
    }

    /// <summary>Copies a box out of a block of values into a box of another block.</summary>
    public static void Copy(ReadOnlySpan<byte> source, (long[] Shape, long[] Start) from, Span<byte> target, (long[] Shape, long[] Start) to, ReadOnlySpan<long> count, int elementSize)
    {
        int rank = count.Length;
        if (rank == 0)
        {
            source[..elementSize].CopyTo(target);
            return;
        }

        Span<long> at = stackalloc long[rank];
        at.Clear();
        int run = checked((int)(count[rank - 1] * elementSize));
        while (true)
        {
            long s = 0, t = 0;
            for (int i = 0; i < rank; i++)
            {
                s = (s * from.Shape[i]) + from.Start[i] + at[i];
                t = (t * to.Shape[i]) + to.Start[i] + at[i];
            }

            source.Slice((int)(s * elementSize), run).CopyTo(target[(int)(t * elementSize)..]);
            int d = rank - 2;
            while (d >= 0 && ++at[d] == count[d])
                at[d--] = 0;
            if (d < 0)
                return;
        }
    }
}

/// <summary>Values that are in memory already: attributes, compact datasets, members.</summary>
internal sealed class Hdf5MemoryReader(Hdf5Bytes file, byte[] values, long[] shape, int elementSize) : Hdf5BoxReader
{
    public override void Read(ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<byte> target)
    {
        long size = elementSize;
        foreach (long n in shape)
            size *= n;
        if (values.Length < size)
            throw file.Damaged("a dataset is longer than its bytes.");
        Copy(values, (shape, start.ToArray()), target, (count.ToArray(), new long[count.Length]), count, elementSize);
    }
}

/// <summary>Values that were never written: the fill value.</summary>
internal sealed class Hdf5FillReader(byte[] fill) : Hdf5BoxReader
{
    public override void Read(ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<byte> target) => Fill(target, fill);

    public static void Fill(Span<byte> target, byte[] fill)
    {
        if (fill.AsSpan().IndexOfAnyExcept((byte)0) < 0)
        {
            target.Clear();
            return;
        }

        for (int at = 0; at < target.Length; at += fill.Length)
            fill.CopyTo(target[at..]);
    }
}

/// <summary>Values one after the other in the file.</summary>
internal sealed class Hdf5ContiguousReader(Hdf5Bytes file, long address, long[] shape, int elementSize) : Hdf5BoxReader
{
    public override void Read(ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<byte> target)
    {
        // Dimensions that are taken whole join the one before them.
        int rank = shape.Length, inner = rank;
        long run = elementSize;
        while (inner > 0)
        {
            inner--;
            run *= count[inner];
            if (count[inner] != shape[inner])
                break;
        }

        Span<long> at = stackalloc long[rank];
        at.Clear();
        for (int done = 0; done < target.Length; done += (int)run)
        {
            long offset = 0;
            for (int i = 0; i < rank; i++)
                offset = (offset * shape[i]) + start[i] + at[i];
            file.Read(address + (offset * elementSize), target.Slice(done, checked((int)run)), "a dataset");
            for (int d = inner - 1; d >= 0 && ++at[d] == count[d]; d--)
                at[d] = 0;
        }
    }
}

/// <summary>Values in chunks.</summary>
internal sealed class Hdf5ChunkReader(Hdf5Bytes file, Hdf5ChunkIndex index, Hdf5Filters filters, (Hdf5Layout Layout, long[] Shape, int ElementSize, byte[] Fill) data) : Hdf5BoxReader
{
    private const long MostKept = 1 << 24, LargestExpansion = 1100;
    private readonly Dictionary<long, byte[]> _kept = [];
    private readonly Queue<long> _order = [];
    private readonly long[] _chunkShape = [.. data.Layout.Chunk.Select(n => (long)n)];
    private readonly int _chunkBytes = data.Layout.Chunk.Aggregate(data.ElementSize, (a, b) => a * b);
    private readonly Hdf5Scratch _scratch = new();
    private byte[] _stored = [];

    public override void Read(ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<byte> target)
    {
        int rank = data.Shape.Length;
        if (target.IsEmpty)
            return;
        var first = new long[rank];
        var last = new long[rank];
        for (int i = 0; i < rank; i++)
        {
            first[i] = start[i] / _chunkShape[i];
            last[i] = (start[i] + count[i] - 1) / _chunkShape[i];
        }

        long[] scaled = [.. first];
        long[] targetShape = count.ToArray();
        var from = new long[rank];
        var to = new long[rank];
        var size = new long[rank];
        while (true)
        {
            bool edge = false;
            for (int i = 0; i < rank; i++)
            {
                long origin = scaled[i] * _chunkShape[i];
                from[i] = Math.Max(start[i] - origin, 0);
                to[i] = Math.Max(origin - start[i], 0);
                size[i] = Math.Min(origin + _chunkShape[i], start[i] + count[i]) - origin - from[i];
                edge |= origin + _chunkShape[i] > data.Shape[i];
            }

            if (index.Find(scaled) is { } chunk)
                Copy(Load(chunk, edge), (_chunkShape, from), target, (targetShape, to), size, data.ElementSize);
            else
                FillBox(target, (targetShape, to), size);
            int d = rank - 1;
            while (d >= 0 && ++scaled[d] > last[d])
            {
                scaled[d] = first[d];
                d--;
            }

            if (d < 0)
                return;
        }
    }

    private void FillBox(Span<byte> target, (long[] Shape, long[] Start) to, long[] size)
    {
        long values = 1;
        foreach (long n in size)
            values *= n;
        // A row of fill values at a time.
        var row = new byte[size[^1] * data.ElementSize];
        Hdf5FillReader.Fill(row, data.Fill);
        long rows = values / size[^1];
        var at = new long[size.Length];
        for (long r = 0; r < rows; r++)
        {
            long t = 0;
            for (int i = 0; i < size.Length; i++)
                t = (t * to.Shape[i]) + to.Start[i] + at[i];
            row.CopyTo(target[(int)(t * data.ElementSize)..]);
            for (int d = size.Length - 2; d >= 0 && ++at[d] == size[d]; d--)
                at[d] = 0;
        }
    }

    private byte[] Load(Hdf5Chunk chunk, bool edge)
    {
        if (_kept.TryGetValue(chunk.Address, out byte[]? known))
            return known;
        bool plain = filters.Count == 0 || (edge && data.Layout.PlainEdges);
        // Before anything is allocated: a compressed byte can become 1032 at most.
        if (plain ? chunk.Size != _chunkBytes : _chunkBytes > LargestExpansion * (chunk.Size + 64))
            throw file.Damaged($"a chunk of {chunk.Size} bytes cannot hold {_chunkBytes}.", chunk.Address);
        int room = (int)Math.Max(1, MostKept / _chunkBytes);
        byte[] bytes = _order.Count >= room && _kept.Remove(_order.Dequeue(), out byte[]? old) ? old : new byte[_chunkBytes];
        if (plain)
        {
            file.Read(chunk.Address, bytes, "a chunk");
        }
        else
        {
            // Compressed chunks differ in length: half as much again, so that not each one needs new memory.
            if (_stored.Length < chunk.Size)
                _stored = new byte[Math.Min(file.Available, chunk.Size + (chunk.Size / 2))];
            file.Read(chunk.Address, _stored.AsSpan(0, (int)chunk.Size), "a chunk");
            try
            {
                filters.Undo((_stored, (int)chunk.Size), chunk.Mask, bytes, data.ElementSize, _scratch);
            }
            catch (InputFormatException e)
            {
                throw file.Located(e, chunk.Address);
            }
        }

        _kept[chunk.Address] = bytes;
        _order.Enqueue(chunk.Address);
        return bytes;
    }
}
