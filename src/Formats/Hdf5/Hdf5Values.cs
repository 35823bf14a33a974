using System.Globalization;
using System.Numerics;
using BigMap.Analysis.Formats.Internal.Hdf5;

namespace BigMap.Analysis.Formats;

/// <summary>Values of an HDF5 dataset or attribute, with type and shape.</summary>
/// <remarks>
/// Values come in C order (last dimension fastest) and in the machine's byte order, whatever the file has. A value that the wanted type
/// cannot hold exactly is refused with its position; nothing is rounded, wrapped or reinterpreted. Thread-safe.
/// </remarks>
public abstract class Hdf5Values
{
    private const int SliceBytes = 1 << 22;
    private readonly long[] _shape;

    private protected Hdf5Values(Hdf5Source source, string path, Hdf5Type type, Hdf5Space space)
    {
        Source = source;
        Path = path;
        Type = type;
        Space = space;
        _shape = space.Dimensions;
        IsNull = space.IsNull;
        Count = space.Count;
    }

    /// <summary>Path inside the file; that of an attribute ends with <c>@name</c>.</summary>
    public string Path { get; }

    /// <summary>Type of the values as the file has them.</summary>
    public Hdf5Type Type { get; }

    /// <summary>Points along each dimension; empty for a single value and for none.</summary>
    public IReadOnlyList<long> Shape => _shape;

    /// <summary>Whether there is no value at all (an empty dataspace).</summary>
    public bool IsNull { get; }

    /// <summary>Number of values.</summary>
    public long Count { get; }

    /// <summary>Why the values cannot be read, or null when they can.</summary>
    public string? Obstacle => StorageObstacle ?? Type.Obstacle;

    /// <summary>Whether the values are numbers, logical values and enumerations among them.</summary>
    public bool IsNumeric => Hdf5Numbers.IsNumber(Type);

    internal Hdf5Source Source { get; }

    internal virtual string? StorageObstacle => null;

    internal Hdf5Space Space { get; }

    /// <summary>Reads every value as a number.</summary>
    /// <typeparam name="T"><see cref="double"/>, <see cref="float"/>, <see cref="Half"/> or a whole number of 8 to 64 bits.</typeparam>
    /// <returns>The values in C order.</returns>
    /// <exception cref="InputFormatException">The values cannot be read, are no numbers, or one is not exact as <typeparamref name="T"/>.</exception>
    /// <exception cref="ArgumentException">Another type was asked for.</exception>
    /// <example><code>double[] y = file.Dataset("/entry/data/intensity").Read&lt;double&gt;();</code></example>
    public T[] Read<T>()
        where T : unmanaged, INumber<T>
    {
        Require<T>();
        if (Count == 0)
            return [];
        CheckSize(System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
        var values = new T[Count];
        ReadNumbers(new long[_shape.Length], _shape, values);
        return values;
    }

    /// <summary>Reads logical values: those of the enumeration FALSE, TRUE.</summary>
    /// <returns>The values in C order.</returns>
    /// <exception cref="InputFormatException">The values cannot be read, or are not logical.</exception>
    public bool[] ReadLogical()
    {
        if (!Type.IsLogical)
            throw Refuse($"it holds {Type}, not logical values", "Read it as what it holds.");
        byte[] raw = ReadStored();
        var values = new bool[raw.Length];
        for (int i = 0; i < raw.Length; i++)
            values[i] = raw[i] is 0 or 1 ? raw[i] == 1 : throw Refuse($"value {i} is {raw[i]}, neither FALSE nor TRUE", "Read it as whole numbers.");
        return values;
    }

    /// <summary>Reads complex numbers: compounds of <c>r</c> and <c>i</c>.</summary>
    /// <returns>The values in C order.</returns>
    /// <exception cref="InputFormatException">The values cannot be read, or are not complex.</exception>
    public Complex[] ReadComplex()
    {
        if (!Type.IsComplex)
            throw Refuse($"it holds {Type}, not complex numbers", "Read it as what it holds.");
        double[] r = Member("r").Read<double>(), i = Member("i").Read<double>();
        var values = new Complex[r.Length];
        for (int k = 0; k < values.Length; k++)
            values[k] = new Complex(r[k], i[k]);
        return values;
    }

    /// <summary>Reads text. Fixed-length text ends at its padding; bytes that are not UTF-8 are taken as Latin-1.</summary>
    /// <returns>The texts in C order.</returns>
    /// <exception cref="InputFormatException">The values cannot be read, or are no text.</exception>
    public string[] ReadText()
    {
        if (Type.Kind != Hdf5Kind.Text)
            throw Refuse($"it holds {Type}, not text", "Read it as what it holds.");
        byte[] raw = ReadStored();
        var texts = new string[raw.Length / Type.Size];
        var known = new Dictionary<(long, uint), string>();
        for (int i = 0; i < texts.Length; i++)
        {
            ReadOnlySpan<byte> one = raw.AsSpan(i * Type.Size, Type.Size);
            texts[i] = Type.IsVariableText ? Source.VariableText(one, Type, known) : Hdf5TypeDecoder.DecodeText(one, Type);
        }

        return texts;
    }

    /// <summary>Reads the values as bytes in C order, the low byte of each number first.</summary>
    /// <returns><see cref="Count"/> values of <see cref="Hdf5Type.Size"/> bytes each.</returns>
    /// <exception cref="InputFormatException">The values cannot be read, or lie outside the dataset (text of variable length).</exception>
    public byte[] ReadBytes()
    {
        if (Type.IsVariableText)
            throw Refuse("it holds text of variable length", "Read it with ReadText.");
        byte[] raw = ReadStored();
        if (!Hdf5Numbers.IsLittleEndian(Type))
        {
            for (int at = 0; at < raw.Length; at += Type.Size)
                Hdf5Numbers.ToLittleEndian(raw.AsSpan(at, Type.Size), Type);
        }

        return raw;
    }

    /// <summary>One member of compound values.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Its values, in the shape of the compound's.</returns>
    /// <exception cref="InputFormatException">There is no such member.</exception>
    public Hdf5Values Member(string name)
    {
        Hdf5Member member = Type.Members.FirstOrDefault(m => m.Name == name)
            ?? throw Refuse($"it holds {Type}, which has no member {name}", "Choose one of its members.");
        return new Hdf5MemberValues(this, member);
    }

    /// <summary>What the values are, for people.</summary>
    /// <returns>Path, type, shape.</returns>
    public override string ToString() =>
        $"{Path}: {Type}{(IsNull ? " empty" : _shape.Length == 0 ? string.Empty : " [" + string.Join(", ", _shape.Select(n => n.ToString(CultureInfo.InvariantCulture))) + "]")}";

    internal InputFormatException Refuse(string problem, string remedy) => new(Source.File.Path, 0, $"{Path} cannot be read: {problem}.", remedy);

    internal void Require<T>()
        where T : unmanaged, INumber<T>
    {
        if (!Hdf5Numbers.IsWanted<T>())
            throw new ArgumentException($"Numbers cannot be read as {typeof(T).Name}; take double, float, Half or a whole number of 8 to 64 bits.");
        RefuseObstacle();
        if (!IsNumeric)
            throw Refuse($"it holds {Type}, not numbers", Type.Kind == Hdf5Kind.Compound ? "Read one of its members." : "Read it as what it holds.");
    }

    private void RefuseObstacle(bool storageOnly = false)
    {
        if ((storageOnly ? StorageObstacle : Obstacle) is { } obstacle)
            throw Refuse($"{obstacle} cannot be read here", "Convert it, e.g. with h5repack (h5repack -f GZIP=1 for another filter).");
    }

    /// <summary>Reads numbers of a box of values, in slices that keep memory small.</summary>
    internal void ReadNumbers<T>(long[] start, long[] count, Span<T> target)
        where T : unmanaged, INumber<T>
    {
        using Hdf5BoxReader reader = OpenBoxes();
        ReadNumbers(reader, start, count, target);
    }

    internal void ReadNumbers<T>(Hdf5BoxReader reader, long[] start, long[] count, Span<T> target)
        where T : unmanaged, INumber<T>
    {
        if (Hdf5Numbers.IsPlain<T>(Type))
        {
            reader.Read(start, count, System.Runtime.InteropServices.MemoryMarshal.AsBytes(target));
            return;
        }

        long done = 0;
        foreach ((long[] from, long[] size, int values) in Slices(start, count))
        {
            Span<byte> raw = reader.Buffer(checked(values * Type.Size));
            reader.Read(from, size, raw);
            int bad = Hdf5Numbers.Convert(raw, Type.Size, Type, target.Slice((int)done, values));
            if (bad >= 0)
                throw Inexact<T>(done + bad, raw.Slice(bad * Type.Size, Type.Size), Type);
            done += values;
        }
    }

    internal InputFormatException Inexact<T>(long at, ReadOnlySpan<byte> raw, Hdf5Type type) =>
        Refuse(string.Create(CultureInfo.InvariantCulture, $"value {at} is {Hdf5Numbers.Show(raw, type)}, which {typeof(T).Name} does not hold exactly"), $"Read it as {(type.Kind == Hdf5Kind.Float ? "double" : "a wider type")}.");

    /// <summary>Bytes as they are stored, filters undone.</summary>
    /// <param name="anyType">Whether values of a type that cannot be read are wanted too, e.g. for one member of a compound.</param>
    internal virtual byte[] ReadStored(bool anyType = false)
    {
        RefuseObstacle(anyType);
        if (Count == 0)
            return [];
        CheckSize(Type.Size);
        var raw = new byte[Count * Type.Size];
        using Hdf5BoxReader reader = OpenBoxes();
        reader.Read(new long[_shape.Length], _shape, raw);
        return raw;
    }

    internal abstract Hdf5BoxReader OpenBoxes();

    private protected virtual void CheckSize(int valueSize)
    {
        if (Count > Array.MaxLength / Math.Max(1, valueSize))
            throw Refuse($"it has {Count} values, more than fit into one block of memory", "Read it in parts.");
    }

    private IEnumerable<(long[] Start, long[] Count, int Values)> Slices(long[] start, long[] count)
    {
        long inner = 1;
        for (int i = 1; i < count.Length; i++)
            inner *= count[i];
        if (count.Length == 0)
        {
            yield return (start, count, 1);
            yield break;
        }

        long rows = Math.Clamp(SliceBytes / Math.Max(1, inner * Type.Size), 1, count[0]);
        for (long row = 0; row < count[0]; row += rows)
        {
            long[] from = [.. start], size = [.. count];
            from[0] += row;
            size[0] = Math.Min(rows, count[0] - row);
            yield return (from, size, checked((int)(size[0] * inner)));
        }
    }
}
