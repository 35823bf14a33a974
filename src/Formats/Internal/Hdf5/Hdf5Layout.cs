namespace BigMap.Analysis.Formats.Internal.Hdf5;

/// <summary>How the values of a dataset lie in the file.</summary>
internal enum Hdf5Storage : byte
{
    Compact,
    Contiguous,
    Chunked,
    Virtual,
}

/// <summary>How chunks are found.</summary>
internal enum Hdf5IndexKind : byte
{
    Tree1,
    Single,
    Implicit,
    FixedArray,
    ExtensibleArray,
    Tree2,
}

/// <summary>A data layout message, versions 1 to 4.</summary>
internal sealed record Hdf5Layout(Hdf5Storage Storage, long Address, long Size)
{
    public byte[] Compact { get; private init; } = [];

    /// <summary>Values along each dimension of a chunk.</summary>
    public int[] Chunk { get; private init; } = [];

    public Hdf5IndexKind Index { get; private init; }

    /// <summary>Whether chunks that stick out over the edge are stored without filters.</summary>
    public bool PlainEdges { get; private init; }

    /// <summary>Stored size and filter mask of the only chunk, where it is filtered.</summary>
    public (long Size, uint Mask)? Only { get; private init; }

    public static Hdf5Layout Decode(Hdf5Bytes file, byte[] data, int elementSize)
    {
        var cursor = new Hdf5Cursor(file, data, "a data layout");
        byte version = cursor.U8();
        if (version is 0 or > 4)
            throw file.Unsupported($"A data layout has version {version}; versions 1 to 4 are read.", "Copy the file with h5repack --high=V110.");
        return version < 3 ? Old(file, ref cursor, elementSize) : New(file, ref cursor, version, elementSize);
    }

    private static Hdf5Layout Old(Hdf5Bytes file, ref Hdf5Cursor cursor, int elementSize)
    {
        int rank = cursor.U8();
        byte kind = cursor.U8();
        cursor.Skip(5);
        long address = kind == 0 ? Hdf5Bytes.Undefined : cursor.Offset();
        var dimensions = new long[rank];
        for (int i = 0; i < rank; i++)
            dimensions[i] = cursor.U32();
        switch (kind)
        {
            case 0:
                byte[] bytes = cursor.Take(cursor.U32()).ToArray();
                return new Hdf5Layout(Hdf5Storage.Compact, 0, bytes.Length) { Compact = bytes };
            case 1:
                // The size is that of the dataspace.
                return new Hdf5Layout(Hdf5Storage.Contiguous, address, -1);
            case 2:
                return new Hdf5Layout(Hdf5Storage.Chunked, address, 0) { Chunk = ChunkShape(file, dimensions, elementSize) };
            default:
                throw file.Damaged($"a data layout has the unknown class {kind}.");
        }
    }

    private static Hdf5Layout New(Hdf5Bytes file, ref Hdf5Cursor cursor, byte version, int elementSize)
    {
        byte kind = cursor.U8();
        switch (kind)
        {
            case 0:
                byte[] bytes = cursor.Take(cursor.U16()).ToArray();
                return new Hdf5Layout(Hdf5Storage.Compact, 0, bytes.Length) { Compact = bytes };
            case 1:
                return new Hdf5Layout(Hdf5Storage.Contiguous, cursor.Offset(), cursor.Length());
            case 2 when version == 3:
                int rank = cursor.U8();
                long address = cursor.Offset();
                var dimensions = new long[rank];
                for (int i = 0; i < rank; i++)
                    dimensions[i] = cursor.U32();
                return new Hdf5Layout(Hdf5Storage.Chunked, address, 0) { Chunk = ChunkShape(file, dimensions, elementSize) };
            case 2:
                return Chunked4(file, ref cursor, elementSize);
            case 3:
                return new Hdf5Layout(Hdf5Storage.Virtual, cursor.Offset(), 0);
            default:
                throw file.Damaged($"a data layout has the unknown class {kind}.");
        }
    }

    private static Hdf5Layout Chunked4(Hdf5Bytes file, ref Hdf5Cursor cursor, int elementSize)
    {
        byte flags = cursor.U8();
        var dimensions = new long[cursor.U8()];
        int width = cursor.U8();
        for (int i = 0; i < dimensions.Length; i++)
            dimensions[i] = cursor.Count(width);
        int[] chunk = ChunkShape(file, dimensions, elementSize);
        (long, uint)? only = null;
        byte kind = cursor.U8();
        switch (kind)
        {
            case 1:
                if ((flags & 2) != 0)
                    only = (cursor.Length(), cursor.U32());
                break;
            case 2:
                break;
            case 3:
                cursor.Skip(1);
                break;
            case 4:
                cursor.Skip(5);
                break;
            case 5:
                cursor.Skip(6);
                break;
            default:
                throw file.Damaged($"a chunk index has the unknown type {kind}.");
        }

        return new Hdf5Layout(Hdf5Storage.Chunked, cursor.Offset(), 0) { Chunk = chunk, Index = (Hdf5IndexKind)kind, PlainEdges = (flags & 1) != 0, Only = only };
    }

    private static int[] ChunkShape(Hdf5Bytes file, long[] dimensions, int elementSize)
    {
        if (dimensions.Length < 2 || dimensions[^1] != elementSize)
            throw file.Damaged("the chunks of a dataset have not the size of its values.");
        long size = elementSize;
        var chunk = new int[dimensions.Length - 1];
        for (int i = 0; i < chunk.Length; i++)
        {
            if (dimensions[i] is 0 or > int.MaxValue || (size *= dimensions[i]) > int.MaxValue)
                throw file.Damaged("a chunk has an impossible size.");
            chunk[i] = (int)dimensions[i];
        }

        return chunk;
    }
}
