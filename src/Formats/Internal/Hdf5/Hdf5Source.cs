using System.Buffers.Binary;

namespace BigMap.Analysis.Formats.Internal.Hdf5;

/// <summary>What the objects of one open file share.</summary>
internal sealed class Hdf5Source(Hdf5Bytes file)
{
    public Hdf5Bytes File { get; } = file;

    public Hdf5GlobalHeap GlobalHeap { get; } = new(file);

    /// <summary>Text that lies in a global heap: length, address, index.</summary>
    public string VariableText(ReadOnlySpan<byte> value, Hdf5Type type, Dictionary<(long, uint), string> known)
    {
        var cursor = new Hdf5Cursor(File, value, "a text");
        uint length = cursor.U32();
        long address = cursor.Offset();
        uint index = cursor.U32();
        if (length == 0 || address is 0 or Hdf5Bytes.Undefined)
            return string.Empty;
        // Equal references give one text, so that memory stays bounded by the file.
        if (known.TryGetValue((address, index), out string? text))
            return text;
        byte[] bytes = GlobalHeap.Object(address, (int)Math.Min(index, int.MaxValue));
        if (bytes.Length < length)
            throw File.Damaged("a text is longer than its place in the heap.", address);
        return known[(address, index)] = Hdf5TypeDecoder.DecodeText(bytes.AsSpan(0, (int)length), type);
    }

    public IReadOnlyList<Hdf5Attribute> Attributes(Hdf5ObjectHeader header, string path)
    {
        try
        {
            return Decode(header, path);
        }
        catch (InputFormatException e)
        {
            throw File.Located(e, header.Address);
        }
    }

    private List<Hdf5Attribute> Decode(Hdf5ObjectHeader header, string path)
    {
        var attributes = new List<Hdf5Attribute>();
        foreach (Hdf5Message message in header.Messages)
        {
            if (message.Type == 0x0C)
                attributes.Add(Attribute(header.Resolve(message), path));
        }

        if (header.Find(0x15) is { } info)
        {
            var cursor = new Hdf5Cursor(File, info.Data, "an attribute info");
            cursor.Version(0);
            if ((cursor.U8() & 1) != 0)
                cursor.Skip(2);
            long heapAddress = cursor.Offset();
            long tree = cursor.Offset();
            if (heapAddress != Hdf5Bytes.Undefined)
            {
                var heap = new Hdf5FractalHeap(File, heapAddress);
                foreach (byte[] record in Hdf5Trees.Records2(File, tree, 8).Records)
                {
                    var entry = new Hdf5Cursor(File, record, "an attribute record");
                    ReadOnlySpan<byte> id = entry.Take(8);
                    if ((entry.U8() & 2) != 0)
                        throw File.Unsupported("The file keeps attributes in a shared heap (SOHM).", "Copy it with h5repack.");
                    attributes.Add(Attribute(heap.Object(id), path));
                }
            }
        }

        attributes.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        for (int i = 1; i < attributes.Count; i++)
        {
            if (attributes[i].Name == attributes[i - 1].Name)
                throw File.Damaged($"{path} has the attribute {attributes[i].Name} twice.");
        }

        return attributes;
    }

    private Hdf5Attribute Attribute(byte[] data, string path)
    {
        var cursor = new Hdf5Cursor(File, data, "an attribute");
        byte version = cursor.U8();
        byte flags = cursor.U8();
        if (version is 0 or > 3)
            throw File.Damaged($"an attribute has the unknown version {version}.");
        int nameLength = cursor.U16(), typeLength = cursor.U16(), spaceLength = cursor.U16();
        if (version == 3)
            cursor.Skip(1);
        bool padded = version == 1;
        string name = new Hdf5Cursor(File, cursor.Take(Padded(nameLength, padded)), "an attribute").ZeroTerminated();
        ReadOnlySpan<byte> typeData = cursor.Take(Padded(typeLength, padded));
        ReadOnlySpan<byte> spaceData = cursor.Take(Padded(spaceLength, padded));
        Hdf5Type type = Hdf5TypeDecoder.Decode(File, version > 1 && (flags & 1) != 0 ? Hdf5ObjectHeader.Shared(File, typeData, 3) : typeData);
        Hdf5Space space = Hdf5Space.Decode(File, version > 1 && (flags & 2) != 0 ? Hdf5ObjectHeader.Shared(File, spaceData, 1) : spaceData);
        decimal size = (decimal)space.Count * type.Size;
        if (size > cursor.Left)
            throw File.Damaged($"the attribute {name} of {path} is longer than its message.");
        return new Hdf5Attribute(this, name, (path == "/" ? string.Empty : path) + "@" + name, (type, space, cursor.Take((long)size).ToArray()));
    }

    private static int Padded(int length, bool padded) => padded ? (length + 7) / 8 * 8 : length;
}
