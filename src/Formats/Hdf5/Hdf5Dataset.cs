using System.Globalization;
using System.Numerics;
using BigMap.Analysis.Formats.Internal.Hdf5;

namespace BigMap.Analysis.Formats;

/// <summary>A dataset of an HDF5 file.</summary>
/// <remarks>Thread-safe. Nothing but its description is read before values are asked for.</remarks>
/// <example><code>
/// using Hdf5File file = Hdf5File.Open("scan.nxs");
/// Hdf5Dataset frames = file.Dataset("/entry/data/intensity");
/// var row = new double[frames.Shape[1]];
/// frames.Read&lt;double&gt;([41, 0], [1, row.Length], row);
/// </code></example>
public sealed class Hdf5Dataset : Hdf5Values, IHdf5Object
{
    /// <summary>What a compressed byte can become at most (deflate: 1032), and what may be allocated besides.</summary>
    private const long LargestExpansion = 1100, AlwaysAllowed = 1 << 26;
    private readonly Lazy<IReadOnlyList<Hdf5Attribute>> _attributes;
    private readonly Lazy<Hdf5ChunkIndex> _index;
    private readonly Hdf5Layout _layout;
    private readonly Hdf5Filters _filters;
    private readonly byte[] _fill;
    private readonly string? _storageObstacle;

    private Hdf5Dataset(Hdf5Source source, Hdf5ObjectHeader header, string path, (Hdf5Type Type, Hdf5Space Space, Hdf5Layout Layout) found)
        : base(source, path, found.Type, found.Space)
    {
        Hdf5Bytes file = source.File;
        Address = header.Address;
        _layout = found.Layout;
        _filters = header.Find(0x0B) is { } pipeline ? Hdf5Filters.Decode(file, header.Resolve(pipeline)) : Hdf5Filters.None(file);
        _fill = FillValue(file, header);
        _attributes = new(() => source.Attributes(header, path));
        _index = new(() => new Hdf5ChunkIndex(file, _layout, Space, Type.Size, _filters.Count > 0));
        ChunkShape = [.. _layout.Chunk.Select(n => (long)n)];
        _storageObstacle = header.Find(0x07) is not null ? "values in another file (external storage)"
            : _layout.Storage == Hdf5Storage.Virtual ? "a virtual dataset, composed of others"
            : _filters.Obstacle;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Hdf5Attribute> Attributes => _attributes.Value;

    /// <summary>Values along each dimension of a chunk; empty for a dataset that is not chunked.</summary>
    public IReadOnlyList<long> ChunkShape { get; }

    /// <summary>The filters that chunks have gone through: <c>deflate</c>, <c>shuffle</c>, <c>fletcher32</c> …</summary>
    public IReadOnlyList<string> Filters => _filters.Names;

    /// <summary>The unit: text of the attribute <c>units</c>, or empty.</summary>
    public string Unit => Attribute("units") is { Type.Kind: Hdf5Kind.Text, Obstacle: null, Count: 1 } unit ? unit.ReadText()[0] : string.Empty;

    internal long Address { get; }

    internal override string? StorageObstacle => _storageObstacle;

    /// <inheritdoc/>
    public Hdf5Attribute? Attribute(string name) => Attributes.FirstOrDefault(a => a.Name == name);

    /// <summary>Reads a box of values as numbers.</summary>
    /// <typeparam name="T"><see cref="double"/>, <see cref="float"/>, <see cref="Half"/> or a whole number of 8 to 64 bits.</typeparam>
    /// <param name="start">First value along each dimension.</param>
    /// <param name="count">Values along each dimension.</param>
    /// <param name="target">Receives the values in C order; exactly as long as the box.</param>
    /// <exception cref="InputFormatException">The values cannot be read, are no numbers, or one is not exact as <typeparamref name="T"/>.</exception>
    /// <exception cref="ArgumentException">The box is not inside the dataset, or has not the length of <paramref name="target"/>.</exception>
    public void Read<T>(ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<T> target)
        where T : unmanaged, INumber<T>
    {
        CheckBox(start, count, target.Length);
        Require<T>();
        if (!target.IsEmpty)
            ReadNumbers(start.ToArray(), count.ToArray(), target);
    }

    internal void CheckBox(ReadOnlySpan<long> start, ReadOnlySpan<long> count, long length)
    {
        if (start.Length != Shape.Count || count.Length != Shape.Count)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{Path} has {Shape.Count} dimensions, the box {start.Length} and {count.Length}."), nameof(start));
        Int128 values = IsNull ? 0 : 1;
        for (int i = 0; i < start.Length; i++)
        {
            if (start[i] < 0 || count[i] < 0 || start[i] > Shape[i] - count[i])
                throw new ArgumentOutOfRangeException(nameof(start), string.Create(CultureInfo.InvariantCulture, $"Dimension {i} of {Path} has {Shape[i]} points; {count[i]} from {start[i]} are not inside."));
            values = Int128.Min(values * count[i], long.MaxValue);
        }

        if (values != length)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The box has {values} values, the target {length}."), nameof(count));
    }

    internal static Hdf5Dataset Create(Hdf5Source source, Hdf5ObjectHeader header, string path)
    {
        Hdf5Bytes file = source.File;
        Hdf5Message type = header.Find(0x03) ?? throw file.Damaged($"{path} has no datatype.");
        Hdf5Message space = header.Find(0x01) ?? throw file.Damaged($"{path} has no dataspace.");
        Hdf5Type decoded = Hdf5TypeDecoder.Decode(file, header.Resolve(type));
        Hdf5Space shape = Hdf5Space.Decode(file, header.Resolve(space));
        Hdf5Layout layout = Hdf5Layout.Decode(file, header.Resolve(header.Find(0x08)!), decoded.Size);
        if (layout.Storage == Hdf5Storage.Chunked && layout.Chunk.Length != shape.Dimensions.Length)
            throw file.Damaged($"the chunks of {path} have not the dimensions of the dataset.");
        decimal bytes = (decimal)shape.Count * decoded.Size;
        if (layout.Storage == Hdf5Storage.Contiguous && layout.Address != Hdf5Bytes.Undefined && header.Find(0x07) is null
            && ((layout.Size >= 0 && layout.Size < bytes) || layout.Address + bytes > file.Available))
            throw file.Damaged($"the values of {path} lie outside the file.");
        if (layout.Storage == Hdf5Storage.Compact && layout.Compact.Length < bytes)
            throw file.Damaged($"{path} is longer than its bytes.");
        return new Hdf5Dataset(source, header, path, (decoded, shape, layout));
    }

    internal override Hdf5BoxReader OpenBoxes() => _layout switch
    {
        { Storage: Hdf5Storage.Compact } => new Hdf5MemoryReader(Source.File, _layout.Compact, Space.Dimensions, Type.Size),
        { Storage: Hdf5Storage.Contiguous, Address: Hdf5Bytes.Undefined } => new Hdf5FillReader(_fill),
        { Storage: Hdf5Storage.Contiguous } => new Hdf5ContiguousReader(Source.File, _layout.Address, Space.Dimensions, Type.Size),
        _ => new Hdf5ChunkReader(Source.File, _index.Value, _filters, (_layout, Space.Dimensions, Type.Size, _fill)),
    };

    /// <summary>Refuses values that were never written, where they would take far more memory than the file.</summary>
    internal void CheckStored(int valueSize)
    {
        long stored = _layout.Storage == Hdf5Storage.Chunked ? _index.Value.StoredBytes : _layout.Address == Hdf5Bytes.Undefined ? 0 : Count * Type.Size;
        decimal wanted = (decimal)Count * Math.Max(valueSize, Type.Size);
        if (wanted > AlwaysAllowed + ((decimal)stored * LargestExpansion))
            throw Refuse(string.Create(CultureInfo.InvariantCulture, $"it would take {wanted} bytes, but only {stored} are stored"), "Read the part that was written.");
    }

    private protected override void CheckSize(int valueSize)
    {
        base.CheckSize(valueSize);
        CheckStored(valueSize);
    }

    private byte[] FillValue(Hdf5Bytes file, Hdf5ObjectHeader header)
    {
        byte[] fill = [];
        if (header.Find(0x05) is { } message)
        {
            var cursor = new Hdf5Cursor(file, header.Resolve(message), "a fill value");
            byte version = cursor.U8();
            bool given;
            if (version == 3)
            {
                given = (cursor.U8() & 0x20) != 0;
            }
            else if (version is 1 or 2)
            {
                cursor.Skip(2);
                given = cursor.U8() != 0;
            }
            else
            {
                throw file.Damaged($"a fill value has the unknown version {version}.");
            }

            if (given || version == 1)
                fill = cursor.Take(cursor.U32()).ToArray();
        }
        else if (header.Find(0x04) is { } old)
        {
            var cursor = new Hdf5Cursor(file, header.Resolve(old), "a fill value");
            fill = cursor.Take(cursor.U32()).ToArray();
        }

        if (fill.Length == 0)
            return new byte[Type.Size];
        return fill.Length == Type.Size ? fill : throw file.Damaged("a fill value has not the size of the values.");
    }
}
