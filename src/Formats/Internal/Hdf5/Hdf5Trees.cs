using System.Numerics;

namespace BigMap.Analysis.Formats.Internal.Hdf5;

/// <summary>Goes through B-trees of version 1 and 2. A node that was visited before, or a tree that does not end, is damage.</summary>
internal static class Hdf5Trees
{
    private const int DeepestTree = 32;

    /// <summary>Leaves of a version-1 tree: key and child of each.</summary>
    public static IEnumerable<(byte[] Key, long Child)> Leaves1(Hdf5Bytes file, long root, byte kind, int keySize)
    {
        var seen = new HashSet<long>();
        var waiting = new Stack<(long Address, int Level)>();
        waiting.Push((root, -1));
        while (waiting.TryPop(out (long Address, int Level) node))
        {
            if (!seen.Add(node.Address))
                throw file.Damaged("a B-tree goes round in a circle.", node.Address);
            (int level, List<(byte[], long)> entries) = Node1(file, node.Address, kind, keySize);
            if (level > DeepestTree || (node.Level >= 0 && level != node.Level))
                throw file.Damaged("the levels of a B-tree do not follow each other.", node.Address);
            if (level > 0)
            {
                for (int i = entries.Count - 1; i >= 0; i--)
                    waiting.Push((entries[i].Item2, level - 1));
                continue;
            }

            foreach ((byte[], long) entry in entries)
                yield return entry;
        }
    }

    private static (int Level, List<(byte[], long)> Entries) Node1(Hdf5Bytes file, long address, byte kind, int keySize)
    {
        int head = 8 + (2 * file.OffsetSize);
        var cursor = new Hdf5Cursor(file, file.Read(address, head, "a B-tree"), "a B-tree", address);
        cursor.Signature("TREE"u8);
        if (cursor.U8() != kind)
            throw file.Damaged("a B-tree holds other things than expected.", address);
        int level = cursor.U8();
        int count = cursor.U16();
        cursor = new Hdf5Cursor(file, file.Read(address + head, (count * (long)(keySize + file.OffsetSize)) + keySize, "a B-tree"), "a B-tree", address + head);
        var entries = new List<(byte[], long)>(count);
        for (int i = 0; i < count; i++)
            entries.Add((cursor.Take(keySize).ToArray(), cursor.Offset()));
        return (level, entries);
    }

    /// <summary>Records of a version-2 tree.</summary>
    /// <param name="file">The file.</param>
    /// <param name="address">Its header.</param>
    /// <param name="kinds">The kinds of records that are expected.</param>
    public static (int Kind, List<byte[]> Records) Records2(Hdf5Bytes file, long address, params ReadOnlySpan<int> kinds)
    {
        int size = 22 + file.OffsetSize + file.LengthSize;
        var cursor = new Hdf5Cursor(file, file.ReadChecked(address, size, "a B-tree header"), "a B-tree header", address);
        cursor.Signature("BTHD"u8);
        cursor.Version(0);
        int kind = cursor.U8();
        if (!kinds.Contains(kind))
            throw file.Damaged("a B-tree holds other things than expected.", address);
        long nodeSize = cursor.U32();
        int recordSize = cursor.U16(), depth = cursor.U16();
        cursor.Skip(2);
        long root = cursor.Offset();
        int rootRecords = cursor.U16();
        long total = cursor.Length();
        var records = new List<byte[]>();
        if (total == 0)
            return (kind, records);
        if (recordSize == 0 || nodeSize < 10 + recordSize || nodeSize > file.Available || depth > DeepestTree || total > file.Available)
            throw file.Damaged("a B-tree header holds impossible sizes.");
        var tree = new Tree2(file, kind, (int)nodeSize, recordSize, depth);
        tree.Read(root, rootRecords, depth, records);
        return records.Count == total ? (kind, records) : throw file.Damaged($"a B-tree has {records.Count} records, not {total}.");
    }

    /// <summary>Bytes that hold numbers up to a limit.</summary>
    public static int BytesFor(ulong limit) => (BitOperations.Log2(Math.Max(1, limit)) / 8) + 1;

    private sealed class Tree2
    {
        private readonly Hdf5Bytes _file;
        private readonly int _kind;
        private readonly int _nodeSize;
        private readonly int _recordSize;
        private readonly int[] _totalSize;
        private readonly int _countSize;
        private readonly HashSet<long> _seen = [];

        public Tree2(Hdf5Bytes file, int kind, int nodeSize, int recordSize, int depth)
        {
            (_file, _kind, _nodeSize, _recordSize) = (file, kind, nodeSize, recordSize);
            var total = new double[depth + 1];
            _totalSize = new int[depth + 1];
            int most = (nodeSize - 10) / recordSize;
            _countSize = BytesFor((ulong)most);
            total[0] = most;
            for (int level = 1; level <= depth; level++)
            {
                int pointer = file.OffsetSize + _countSize + _totalSize[level - 1];
                most = (nodeSize - (10 + pointer)) / (recordSize + pointer);
                if (most < 1)
                    throw file.Damaged("the nodes of a B-tree are too small.");
                total[level] = ((most + 1) * total[level - 1]) + most;
                if (total[level] > long.MaxValue)
                    throw file.Damaged("a B-tree is too deep.");
                _totalSize[level] = BytesFor((ulong)total[level]);
            }
        }

        public void Read(long address, int count, int level, List<byte[]> records)
        {
            if (!_seen.Add(address))
                throw _file.Damaged("a B-tree goes round in a circle.");
            long used = 6 + ((long)count * _recordSize);
            if (level > 0)
                used += (count + 1L) * (_file.OffsetSize + _countSize + (level > 1 ? _totalSize[level - 1] : 0));
            if (used + 4 > _nodeSize)
                throw _file.Damaged("a node of a B-tree holds more than fits into it.");
            byte[] bytes = _file.ReadChecked(address, used + 4, "a node of a B-tree");
            var cursor = new Hdf5Cursor(_file, bytes, "a node of a B-tree");
            cursor.Signature(level > 0 ? "BTIN"u8 : "BTLF"u8);
            cursor.Version(0);
            if (cursor.U8() != _kind)
                throw _file.Damaged("a node of a B-tree holds other things than expected.");
            var own = new byte[count][];
            for (int i = 0; i < count; i++)
                own[i] = cursor.Take(_recordSize).ToArray();
            for (int i = 0; i <= count; i++)
            {
                if (level > 0)
                {
                    long child = cursor.Offset();
                    int children = (int)Math.Min(cursor.Unsigned(_countSize), int.MaxValue);
                    if (level > 1)
                        cursor.Skip(_totalSize[level - 1]);
                    Read(child, children, level - 1, records);
                }

                if (i < count)
                    records.Add(own[i]);
            }
        }
    }
}
