using System.Buffers.Binary;
using System.Text;

namespace BigMap.Analysis.Formats.Internal.Hdf5;

/// <summary>A datatype that is written.</summary>
internal enum Hdf5OutType : byte
{
    Double,
    Long,
    Text,
}

/// <summary>A group or dataset that is to be written.</summary>
internal abstract class Hdf5OutNode(string name)
{
    public string Name { get; } = name;

    public List<(string Name, object Value)> Attributes { get; } = [];

    public long Address { get; set; }

    /// <summary>Adds an attribute: text, list of texts, long or double.</summary>
    public void Set(string attribute, object value) => Attributes.Add((attribute, value));
}

/// <summary>A group that is to be written.</summary>
internal sealed class Hdf5OutGroup(string name, string nexusClass) : Hdf5OutNode(name)
{
    public string NexusClass { get; } = nexusClass;

    public List<Hdf5OutNode> Children { get; } = [];

    public Hdf5OutGroup Group(string childName, string childClass)
    {
        var group = new Hdf5OutGroup(childName, childClass);
        Children.Add(group);
        return group;
    }

    public Hdf5OutDataset Doubles(string childName, long[] shape, Func<Stream, CancellationToken, Task> write) => Add(new Hdf5OutDataset(childName, Hdf5OutType.Double, shape) { Write = write });

    public Hdf5OutDataset Doubles(string childName, ReadOnlyMemory<double> values) =>
        Doubles(childName, [values.Length], (stream, ct) => LittleEndianStream.WriteAsync(stream, values, ct));

    public Hdf5OutDataset Longs(string childName, ReadOnlyMemory<long> values) =>
        Add(new Hdf5OutDataset(childName, Hdf5OutType.Long, [values.Length]) { Write = (stream, ct) => LittleEndianStream.WriteAsync(stream, values, ct) });

    public Hdf5OutDataset Texts(string childName, IReadOnlyList<string> values) => Add(new Hdf5OutDataset(childName, Hdf5OutType.Text, [values.Count]) { Texts = values });

    public Hdf5OutDataset Text(string childName, string value) => Add(new Hdf5OutDataset(childName, Hdf5OutType.Text, []) { Texts = [value] });

    private Hdf5OutDataset Add(Hdf5OutDataset dataset)
    {
        Children.Add(dataset);
        return dataset;
    }
}

/// <summary>A dataset that is to be written, in one piece.</summary>
internal sealed class Hdf5OutDataset(string name, Hdf5OutType type, long[] shape) : Hdf5OutNode(name)
{
    public Hdf5OutType Type { get; } = type;

    public long[] Shape { get; } = shape;

    public IReadOnlyList<string> Texts { get; init; } = [];

    public Func<Stream, CancellationToken, Task> Write { get; init; } = static (_, _) => Task.CompletedTask;

    public long Bytes => Shape.Aggregate(Type == Hdf5OutType.Text ? 16L : 8L, (a, b) => checked(a * b));

    public long DataAddress { get; set; }
}

/// <summary>
/// Writes an HDF5 file from front to back: sizes are known beforehand, so that every address is, and no byte is written twice. Superblock 2,
/// object headers 2 with checksums, contiguous data, texts of variable length in UTF-8: readable by HDF5 1.8 and later.
/// </summary>
internal sealed class Hdf5Output
{
    private const int SuperblockBytes = 48, LargestCollection = 1 << 16, LeastCollection = 4096;
    private readonly Hdf5OutGroup _root;
    private readonly List<Hdf5OutNode> _nodes = [];
    private readonly Dictionary<string, (int Collection, int Index, int Bytes)> _texts = new(StringComparer.Ordinal);
    private readonly List<List<byte[]>> _collections = [];
    private readonly List<long> _collectionAt = [];
    private long _collectionBytes = LargestCollection;

    private Hdf5Output(Hdf5OutGroup root) => _root = root;

    /// <summary>Writes a tree to a stream that need not be seekable.</summary>
    public static Task WriteAsync(Hdf5OutGroup root, Stream stream, CancellationToken cancellationToken) => new Hdf5Output(root).WriteAsync(stream, cancellationToken);

    private async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        Collect(_root);
        long at = SuperblockBytes;
        foreach (List<byte[]> collection in _collections)
        {
            _collectionAt.Add(at);
            at += CollectionSize(collection);
        }

        foreach (Hdf5OutNode node in _nodes)
        {
            node.Address = at;
            at += Align(Header(node).Length);
        }

        foreach (Hdf5OutDataset dataset in _nodes.OfType<Hdf5OutDataset>())
        {
            dataset.DataAddress = dataset.Bytes == 0 ? Hdf5Bytes.Undefined : at;
            at = checked(at + Align(dataset.Bytes));
        }

        await stream.WriteAsync(Superblock(at), cancellationToken).ConfigureAwait(false);
        foreach (List<byte[]> collection in _collections)
            await stream.WriteAsync(Collection(collection), cancellationToken).ConfigureAwait(false);
        foreach (Hdf5OutNode node in _nodes)
            await WritePaddedAsync(stream, Header(node), cancellationToken).ConfigureAwait(false);
        foreach (Hdf5OutDataset dataset in _nodes.OfType<Hdf5OutDataset>())
        {
            cancellationToken.ThrowIfCancellationRequested();
            long before = stream.Position;
            if (dataset.Type == Hdf5OutType.Text)
                await WriteTextsAsync(stream, dataset.Texts, cancellationToken).ConfigureAwait(false);
            else
                await dataset.Write(stream, cancellationToken).ConfigureAwait(false);
            if (stream.Position - before != dataset.Bytes)
                throw new DataMismatchException($"{dataset.Name} should have {dataset.Bytes} bytes but has {stream.Position - before}: the source gave another number of rows than it said.");
            await stream.WriteAsync(new byte[Align(dataset.Bytes) - dataset.Bytes], cancellationToken).ConfigureAwait(false);
        }
    }

    private static long Align(long size) => (size + 7) / 8 * 8;

    private static async Task WritePaddedAsync(Stream stream, byte[] bytes, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        await stream.WriteAsync(new byte[Align(bytes.Length) - bytes.Length], cancellationToken).ConfigureAwait(false);
    }

    private void Collect(Hdf5OutNode node)
    {
        if (node is Hdf5OutGroup { NexusClass.Length: > 0 } named)
            node.Attributes.Insert(0, ("NX_class", named.NexusClass));
        _nodes.Add(node);
        foreach ((_, object value) in node.Attributes)
        {
            foreach (string text in value as IReadOnlyList<string> ?? (value is string one ? [one] : []))
                Intern(text);
        }

        if (node is Hdf5OutDataset dataset)
        {
            foreach (string text in dataset.Texts)
                Intern(text);
        }

        foreach (Hdf5OutNode child in (node as Hdf5OutGroup)?.Children ?? [])
            Collect(child);
    }

    private void Intern(string text)
    {
        if (text.Length == 0 || _texts.ContainsKey(text))
            return;
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        long size = 16 + Align(bytes.Length);
        if (_collectionBytes + size > LargestCollection)
        {
            _collections.Add([]);
            _collectionBytes = 32;
        }

        _collections[^1].Add(bytes);
        _collectionBytes += size;
        _texts[text] = (_collections.Count - 1, _collections[^1].Count, bytes.Length);
    }

    private static long CollectionSize(List<byte[]> collection) => Math.Max(LeastCollection, 16 + 16 + collection.Sum(o => 16 + Align(o.Length)));

    private static byte[] Collection(List<byte[]> objects)
    {
        var bytes = new byte[CollectionSize(objects)];
        "GCOL"u8.CopyTo(bytes);
        bytes[4] = 1;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), bytes.Length);
        int at = 16;
        for (int i = 0; i < objects.Count; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)(i + 1));
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at + 2), 1);
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at + 8), objects[i].Length);
            objects[i].CopyTo(bytes, at + 16);
            at += 16 + (int)Align(objects[i].Length);
        }

        // Object 0 is the free space at the end.
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at + 8), bytes.Length - at);
        return bytes;
    }

    private byte[] Superblock(long end)
    {
        var writer = new Writer();
        writer.Bytes([0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A, 2, 8, 8, 0]);
        writer.Long(0);
        writer.Long(-1);
        writer.Long(end);
        writer.Long(_root.Address);
        return writer.WithChecksum();
    }

    private byte[] Header(Hdf5OutNode node)
    {
        var messages = new Writer();
        if (node is Hdf5OutGroup group)
        {
            messages.Message(0x02, static m => m.Bytes([0, 0]).Long(-1).Long(-1));
            messages.Message(0x0A, static m => m.Bytes([0, 0]));
            foreach (Hdf5OutNode child in group.Children)
            {
                byte[] name = Encoding.UTF8.GetBytes(child.Name);
                messages.Message(0x06, m => m.Bytes([1, 0x11, 1]).Short(name.Length).Bytes(name).Long(child.Address));
            }
        }
        else
        {
            var dataset = (Hdf5OutDataset)node;
            messages.Message(0x01, m => Space(m, dataset.Shape));
            messages.Message(0x03, m => Type(m, dataset.Type));
            messages.Message(0x05, static m => m.Bytes([3, 0x0A]));
            messages.Message(0x08, m => m.Bytes([3, 1]).Long(dataset.DataAddress).Long(dataset.Bytes));
        }

        foreach ((string name, object value) in node.Attributes)
            messages.Message(0x0C, m => Attribute(m, name, value));
        var header = new Writer();
        header.Bytes("OHDR"u8).Bytes([2, 2]).Int(messages.Length);
        header.Bytes(messages.Written);
        return header.WithChecksum();
    }

    private static void Space(Writer m, long[] shape)
    {
        m.Bytes([2, (byte)shape.Length, 0, (byte)(shape.Length == 0 ? 0 : 1)]);
        foreach (long n in shape)
            m.Long(n);
    }

    private static void Type(Writer m, Hdf5OutType type)
    {
        switch (type)
        {
            case Hdf5OutType.Double:
                m.Bytes([0x11, 0x20, 0x3F, 0]).Int(8).Short(0).Short(64).Bytes([52, 11, 0, 52]).Int(1023);
                break;
            case Hdf5OutType.Long:
                m.Bytes([0x10, 8, 0, 0]).Int(8).Short(0).Short(64);
                break;
            default:
                m.Bytes([0x19, 1, 1, 0]).Int(16).Bytes([0x10, 0, 0, 0]).Int(1).Short(0).Short(8);
                break;
        }
    }

    private void Attribute(Writer m, string name, object value)
    {
        Hdf5OutType type = value switch { double => Hdf5OutType.Double, long => Hdf5OutType.Long, _ => Hdf5OutType.Text };
        var typeBytes = new Writer();
        Type(typeBytes, type);
        var space = new Writer();
        Space(space, value is IReadOnlyList<string> list ? [list.Count] : []);
        byte[] nameBytes = [.. Encoding.UTF8.GetBytes(name), 0];
        m.Bytes([3, 0]).Short(nameBytes.Length).Short(typeBytes.Length).Short(space.Length).Bytes([1]);
        m.Bytes(nameBytes).Bytes(typeBytes.Written).Bytes(space.Written);
        switch (value)
        {
            case double number:
                m.Long(BitConverter.DoubleToInt64Bits(number));
                break;
            case long whole:
                m.Long(whole);
                break;
            default:
                foreach (string text in value as IReadOnlyList<string> ?? [(string)value])
                    Reference(m, text);
                break;
        }
    }

    private void Reference(Writer m, string text)
    {
        if (text.Length == 0)
        {
            m.Int(0).Long(0).Int(0);
            return;
        }

        (int collection, int index, int bytes) = _texts[text];
        m.Int(bytes).Long(_collectionAt.Count == 0 ? 0 : _collectionAt[collection]).Int(index);
    }

    private async Task WriteTextsAsync(Stream stream, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        for (int at = 0; at < texts.Count;)
        {
            var part = new Writer();
            for (int end = Math.Min(texts.Count, at + 4096); at < end; at++)
                Reference(part, texts[at]);
            await stream.WriteAsync(part.Written.ToArray(), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Little-endian bytes in memory.</summary>
    private sealed class Writer
    {
        private readonly System.Buffers.ArrayBufferWriter<byte> _buffer = new();

        public int Length => _buffer.WrittenCount;

        public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

        public Writer Bytes(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_buffer.GetSpan(Math.Max(1, bytes.Length)));
            _buffer.Advance(bytes.Length);
            return this;
        }

        public Writer Short(int value)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(_buffer.GetSpan(2), checked((ushort)value));
            _buffer.Advance(2);
            return this;
        }

        public Writer Int(int value)
        {
            BinaryPrimitives.WriteInt32LittleEndian(_buffer.GetSpan(4), value);
            _buffer.Advance(4);
            return this;
        }

        public Writer Long(long value)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_buffer.GetSpan(8), value);
            _buffer.Advance(8);
            return this;
        }

        public void Message(byte type, Action<Writer> content)
        {
            var message = new Writer();
            content(message);
            Bytes([type]).Short(message.Length).Bytes([0]).Bytes(message.Written);
        }

        public byte[] WithChecksum()
        {
            uint sum = Lookup3.Hash(Written);
            Int((int)sum);
            return Written.ToArray();
        }
    }
}
