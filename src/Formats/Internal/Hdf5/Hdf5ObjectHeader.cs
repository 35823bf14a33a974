namespace BigMap.Analysis.Formats.Internal.Hdf5;

/// <summary>One message of an object header.</summary>
internal sealed record Hdf5Message(int Type, byte Flags, byte[] Data)
{
    public bool IsShared => (Flags & 2) != 0;
}

/// <summary>An object header, version 1 or 2, with the messages of all its parts.</summary>
internal sealed class Hdf5ObjectHeader
{
    private const int LargestKnownMessage = 0x18;
    private readonly Hdf5Bytes _file;
    private readonly List<Hdf5Message> _messages = [];
    private readonly Queue<(long Address, long Length)> _continuations = [];
    private readonly HashSet<long> _seen = [];

    public Hdf5ObjectHeader(Hdf5Bytes file, long address)
    {
        _file = file;
        Address = address;
        Span<byte> start = stackalloc byte[4];
        file.Read(address, start, "an object header");
        if (start.SequenceEqual("OHDR"u8))
            ReadVersion2();
        else if (start[0] == 1)
            ReadVersion1();
        else
            throw file.Damaged($"there is no object header at {address}.", address);
    }

    public long Address { get; }

    public IReadOnlyList<Hdf5Message> Messages => _messages;

    public Hdf5Message? Find(int type) => _messages.Find(m => m.Type == type);

    /// <summary>Data of a message, fetched from where it is shared.</summary>
    public byte[] Resolve(Hdf5Message message) => message.IsShared ? Shared(_file, message.Data, message.Type) : message.Data;

    /// <summary>Follows a shared message to the object that holds it.</summary>
    public static byte[] Shared(Hdf5Bytes file, ReadOnlySpan<byte> data, int type)
    {
        var cursor = new Hdf5Cursor(file, data, "a shared message");
        byte version = cursor.U8(), kind = cursor.U8();
        if (version is 0 or > 3)
            throw file.Damaged($"a shared message has the unknown version {version}.");
        if (version == 3 && kind == 1)
            throw file.Unsupported("The file keeps messages in a shared heap (SOHM).", "Copy it with h5repack.");
        if (version == 1)
            cursor.Skip(6);
        long address = cursor.Offset();
        Hdf5Message? found = new Hdf5ObjectHeader(file, address).Find(type);
        return found is { IsShared: false } ? found.Data : throw file.Damaged("a shared message leads nowhere.");
    }

    private void ReadVersion1()
    {
        var cursor = new Hdf5Cursor(_file, _file.Read(Address, 16, "an object header"), "an object header", Address);
        cursor.Skip(2);
        int count = cursor.U16();
        cursor.Skip(4);
        _continuations.Enqueue((Address + 16, cursor.U32()));
        while (_continuations.TryDequeue(out (long Address, long Length) part) && _messages.Count < count)
        {
            if (!_seen.Add(part.Address))
                throw _file.Damaged("an object header goes round in a circle.", part.Address);
            byte[] bytes = _file.Read(part.Address, part.Length, "an object header");
            cursor = new Hdf5Cursor(_file, bytes, "an object header", part.Address);
            while (cursor.Left >= 8 && _messages.Count < count)
            {
                int type = cursor.U16();
                int size = cursor.U16();
                byte flags = cursor.U8();
                cursor.Skip(3);
                Add(type, flags, cursor.Take(size));
            }
        }

        if (_messages.Count < count)
            throw _file.Damaged($"an object header has {_messages.Count} messages, not {count}.", Address);
    }

    private void ReadVersion2()
    {
        byte[] prefix = _file.Read(Address, Math.Min(64, Math.Max(0, _file.Available - Address)), "an object header");
        var cursor = new Hdf5Cursor(_file, prefix, "an object header", Address);
        cursor.Skip(4);
        cursor.Version(2);
        byte flags = cursor.U8();
        if ((flags & 0x20) != 0)
            cursor.Skip(16);
        if ((flags & 0x10) != 0)
            cursor.Skip(4);
        long size = cursor.Count(1 << (flags & 3));
        int head = cursor.At;
        if (size > _file.Available)
            throw _file.Damaged("an object header is larger than the file.", Address);
        _seen.Add(Address);
        ReadBlock2(_file.ReadChecked(Address, head + size + 4, "an object header"), head, flags, Address);
        while (_continuations.TryDequeue(out (long Address, long Length) part))
        {
            if (!_seen.Add(part.Address))
                throw _file.Damaged("an object header goes round in a circle.", part.Address);
            byte[] bytes = _file.ReadChecked(part.Address, part.Length, "a part of an object header");
            if (!bytes.AsSpan().StartsWith("OCHK"u8))
                throw _file.Damaged("a part of an object header does not begin with OCHK.", part.Address);
            ReadBlock2(bytes, 4, flags, part.Address);
        }
    }

    private void ReadBlock2(byte[] bytes, int head, byte flags, long address)
    {
        int messageHead = (flags & 4) != 0 ? 6 : 4;
        var cursor = new Hdf5Cursor(_file, bytes.AsSpan(0, bytes.Length - 4), "an object header", address);
        cursor.Skip(head);
        while (cursor.Left >= messageHead)
        {
            int type = cursor.U8();
            int size = cursor.U16();
            byte messageFlags = cursor.U8();
            if (messageHead == 6)
                cursor.Skip(2);
            Add(type, messageFlags, cursor.Take(size));
        }
    }

    private void Add(int type, byte flags, ReadOnlySpan<byte> data)
    {
        if (type > LargestKnownMessage && (flags & 0x80) != 0)
            throw _file.Unsupported($"An object header holds a message of type {type} that must be understood, and is not.", "Copy the file with h5repack of an older HDF5.");
        if (type == 0x10)
        {
            var cursor = new Hdf5Cursor(_file, data, "an object header");
            _continuations.Enqueue((cursor.Offset(), cursor.Length()));
        }

        _messages.Add(new Hdf5Message(type, flags, data.ToArray()));
    }
}
