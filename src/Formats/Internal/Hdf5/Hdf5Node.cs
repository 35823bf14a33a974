namespace BigMap.Analysis.Formats.Internal.Hdf5;

/// <summary>What a link leads to.</summary>
/// <param name="Name">Name in its group.</param>
/// <param name="Address">Address of the object, for a hard link.</param>
/// <param name="Target">Path, for a soft link; file and path for an external one.</param>
internal sealed record Hdf5Entry(string Name, long Address, (string? File, string Path)? Target);

/// <summary>Reads the links of a group, old style and new.</summary>
internal static class Hdf5Links
{
    public static List<Hdf5Entry> Read(Hdf5Bytes file, Hdf5ObjectHeader header)
    {
        var entries = new List<Hdf5Entry>();
        if (header.Find(0x11) is { } table)
            ReadOld(file, table.Data, entries);
        foreach (Hdf5Message message in header.Messages)
        {
            if (message.Type == 0x06)
                entries.Add(Link(file, header.Resolve(message)));
        }

        if (header.Find(0x02) is { } info)
            ReadDense(file, info.Data, entries);
        entries.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        for (int i = 1; i < entries.Count; i++)
        {
            if (entries[i].Name == entries[i - 1].Name)
                throw file.Damaged($"a group holds the name {entries[i].Name} twice.");
        }

        return entries;
    }

    public static bool IsGroup(Hdf5ObjectHeader header) => header.Find(0x11) is not null || header.Find(0x02) is not null || header.Find(0x06) is not null || header.Find(0x0A) is not null;

    private static void ReadOld(Hdf5Bytes file, byte[] table, List<Hdf5Entry> entries)
    {
        var cursor = new Hdf5Cursor(file, table, "a symbol table");
        long tree = cursor.Offset();
        var heap = new Hdf5LocalHeap(file, cursor.Offset());
        int entrySize = (2 * file.OffsetSize) + 24;
        foreach ((_, long child) in Hdf5Trees.Leaves1(file, tree, 0, file.LengthSize))
        {
            cursor = new Hdf5Cursor(file, file.Read(child, 8, "a symbol table"), "a symbol table", child);
            cursor.Signature("SNOD"u8);
            cursor.Version(1);
            cursor.Skip(1);
            int count = cursor.U16();
            cursor = new Hdf5Cursor(file, file.Read(child + 8, (long)count * entrySize, "a symbol table"), "a symbol table", child + 8);
            for (int i = 0; i < count; i++)
            {
                string name = heap.Text(cursor.Offset());
                long address = cursor.Offset();
                uint cache = cursor.U32();
                cursor.Skip(4);
                uint link = cursor.U32();
                cursor.Skip(12);
                entries.Add(new Hdf5Entry(name, address, cache == 2 ? (null, heap.Text(link)) : null));
            }
        }
    }

    private static void ReadDense(Hdf5Bytes file, byte[] info, List<Hdf5Entry> entries)
    {
        var cursor = new Hdf5Cursor(file, info, "a link info");
        cursor.Version(0);
        if ((cursor.U8() & 1) != 0)
            cursor.Skip(8);
        long heapAddress = cursor.Offset();
        long tree = cursor.Offset();
        if (heapAddress == Hdf5Bytes.Undefined)
            return;
        var heap = new Hdf5FractalHeap(file, heapAddress);
        foreach (byte[] record in Hdf5Trees.Records2(file, tree, 5).Records)
            entries.Add(Link(file, heap.Object(record.AsSpan(Math.Min(4, record.Length)))));
    }

    private static Hdf5Entry Link(Hdf5Bytes file, byte[] data)
    {
        var cursor = new Hdf5Cursor(file, data, "a link");
        cursor.Version(1);
        byte flags = cursor.U8();
        int kind = (flags & 8) != 0 ? cursor.U8() : 0;
        if ((flags & 4) != 0)
            cursor.Skip(8);
        if ((flags & 16) != 0)
            cursor.Skip(1);
        string name = System.Text.Encoding.UTF8.GetString(cursor.Take(cursor.Count(1 << (flags & 3))));
        switch (kind)
        {
            case 0:
                return new Hdf5Entry(name, cursor.Offset(), null);
            case 1:
                return new Hdf5Entry(name, Hdf5Bytes.Undefined, (null, System.Text.Encoding.UTF8.GetString(cursor.Take(cursor.U16()))));
            case 64:
                var value = new Hdf5Cursor(file, cursor.Take(cursor.U16()), "an external link");
                value.Skip(1);
                string other = value.ZeroTerminated();
                return new Hdf5Entry(name, Hdf5Bytes.Undefined, (other, value.ZeroTerminated()));
            default:
                return new Hdf5Entry(name, Hdf5Bytes.Undefined, (string.Empty, $"link of the unknown kind {kind}"));
        }
    }
}
