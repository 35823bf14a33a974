using System.Globalization;
using System.Numerics;
using System.Text;
using BigMap.Analysis.Formats.Internal;
using BigMap.Analysis.Formats.Internal.Hdf5;

namespace BigMap.Analysis.Formats;

/// <summary>An array of a NumPy file: versions 1.0, 2.0 and 3.0, both byte orders, C and Fortran order.</summary>
/// <remarks>
/// Values are given out in C order (last dimension fastest) and in the machine's byte order. A value that the wanted type cannot hold exactly is refused
/// with its position. Python objects are refused. Immutable, thread-safe. Format: numpy/lib/format, NEP 1.
/// </remarks>
/// <example><code>
/// NpyArray array = NpyArray.Read("intensity.npy");
/// double[] y = array.Read&lt;double&gt;();          // array.Shape says how it is arranged
/// </code></example>
public sealed class NpyArray
{
    private readonly NpyHeader _header;
    private readonly NpyField[] _fields;
    private readonly byte[] _data;
    private readonly int _dataAt;

    private NpyArray(string path, NpyHeader header, NpyField[] fields, byte[] data, int dataAt)
    {
        Path = path;
        _header = header;
        _fields = fields;
        _data = data;
        _dataAt = dataAt;
        Count = 1;
        foreach (long n in header.Shape)
            Count *= n;
    }

    /// <summary>The file as the caller named it.</summary>
    public string Path { get; }

    /// <summary>Version of the format: <c>1.0</c>, <c>2.0</c> or <c>3.0</c>.</summary>
    public string Version => _header.Version;

    /// <summary>Points along each dimension; empty for a single value.</summary>
    public IReadOnlyList<long> Shape => _header.Shape;

    /// <summary>Number of elements.</summary>
    public long Count { get; }

    /// <summary>Type of the elements as the file has it, e.g. <c>&lt;f8</c>, or a list of fields.</summary>
    public string Descriptor => _fields.Length == 1 && _header.Fields.Count > 1 ? _fields[0].Descriptor : _header.Descriptor.Trim('\'', '"');

    /// <summary>Whether the first dimension runs fastest in the file.</summary>
    public bool IsFortranOrder => _header.FortranOrder;

    /// <summary>Names of the fields of a structured array; empty for a plain one.</summary>
    public IReadOnlyList<string> Fields => [.. _fields.Select(f => f.Name).Where(n => n.Length > 0)];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The array.</returns>
    /// <exception cref="InputFormatException">It cannot be read, is no npy file, is cut off, or holds Python objects.</exception>
    public static NpyArray Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] bytes;
        try
        {
            long size = new FileInfo(path).Length;
            if (size > Array.MaxLength)
                throw new InputFormatException(path, 0, $"The file has {size} bytes, more than can be read in one piece.", "Save it in parts, or as HDF5.");
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputFormatException(path, 0, $"The file cannot be read: {e.Message}", "Check path and permissions.");
        }

        NpyHeader header = NpyHeader.Parse(path, bytes);
        Int128 expected = header.ElementSize;
        foreach (long n in header.Shape)
            expected = Int128.Min(expected * n, long.MaxValue);
        long found = bytes.Length - header.DataOffset;
        if (found != expected)
        {
            throw InputFormatException.AtByte(
                path,
                found < expected ? bytes.Length : header.DataOffset + (long)expected,
                string.Create(CultureInfo.InvariantCulture, $"Shape and type need {expected} bytes of values, but there are {found}."),
                found < expected ? "It was cut off; copy it again." : "Several arrays in one file are not read; save each in its own.");
        }

        return new NpyArray(path, header, [.. header.Fields], bytes, header.DataOffset);
    }

    /// <summary>One field of a structured array.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The field as an array of the same shape.</returns>
    /// <exception cref="InputFormatException">There is no such field.</exception>
    public NpyArray Field(string name)
    {
        NpyField field = Array.Find(_fields, f => f.Name == name)
            ?? throw Refuse($"it has no field {name}", Fields.Count > 0 ? $"Its fields: {string.Join(", ", Fields)}." : "It is a plain array.");
        return new NpyArray(Path, _header, [field], _data, _dataAt);
    }

    /// <summary>Reads the values as numbers.</summary>
    /// <typeparam name="T"><see cref="double"/>, <see cref="float"/>, <see cref="Half"/> or a whole number of 8 to 64 bits.</typeparam>
    /// <returns>The values in C order.</returns>
    /// <exception cref="InputFormatException">They are no numbers, or one is not exact as <typeparamref name="T"/>.</exception>
    /// <exception cref="ArgumentException">Another type was asked for.</exception>
    public T[] Read<T>()
        where T : unmanaged, INumber<T>
    {
        if (!Hdf5Numbers.IsWanted<T>())
            throw new ArgumentException($"Numbers cannot be read as {typeof(T).Name}; take double, float, Half or a whole number of 8 to 64 bits.");
        NpyField field = Single();
        if (field.Kind is not ('i' or 'u' or 'f' or 'm' or 'M'))
            throw Refuse($"it holds {field.Descriptor}, not numbers", "Read it as what it holds.");
        byte[] raw = ReadBytes();
        var type = new Hdf5Type(field.Kind == 'f' ? Hdf5Kind.Float : Hdf5Kind.Integer, field.ItemSize) { IsSigned = field.Kind != 'u', Bits = (0, 8 * field.ItemSize) };
        var values = new T[raw.Length / field.ItemSize];
        int bad = Hdf5Numbers.Convert(raw, field.ItemSize, type, values);
        return bad < 0
            ? values
            : throw Refuse(string.Create(CultureInfo.InvariantCulture, $"value {bad} is {Hdf5Numbers.Show(raw.AsSpan(bad * field.ItemSize, field.ItemSize), type)}, which {typeof(T).Name} does not hold exactly"), "Read it as double or a wider type.");
    }

    /// <summary>Reads truth values.</summary>
    /// <returns>The values in C order.</returns>
    /// <exception cref="InputFormatException">They are no truth values.</exception>
    public bool[] ReadLogical()
    {
        NpyField field = Single();
        return field.Kind == 'b'
            ? [.. ReadBytes().Select(b => b != 0)]
            : throw Refuse($"it holds {field.Descriptor}, not truth values", "Read it as what it holds.");
    }

    /// <summary>Reads complex numbers.</summary>
    /// <returns>The values in C order.</returns>
    /// <exception cref="InputFormatException">They are no complex numbers.</exception>
    public Complex[] ReadComplex()
    {
        NpyField field = Single();
        if (field.Kind != 'c')
            throw Refuse($"it holds {field.Descriptor}, not complex numbers", "Read it as what it holds.");
        byte[] raw = ReadBytes();
        int half = field.ItemSize / 2;
        var parts = new double[raw.Length / half];
        Hdf5Numbers.Convert(raw, half, new Hdf5Type(Hdf5Kind.Float, half) { Bits = (0, 8 * half) }, parts);
        var values = new Complex[parts.Length / 2];
        for (int i = 0; i < values.Length; i++)
            values[i] = new Complex(parts[2 * i], parts[(2 * i) + 1]);
        return values;
    }

    /// <summary>Reads text: <c>U</c> as it is, <c>S</c> as UTF-8, or Latin-1 where it is none. Zeros at the end are padding.</summary>
    /// <returns>The texts in C order.</returns>
    /// <exception cref="InputFormatException">They are no text, or not valid.</exception>
    public string[] ReadText()
    {
        NpyField field = Single();
        if (field.Kind is not ('U' or 'S'))
            throw Refuse($"it holds {field.Descriptor}, not text", "Read it as what it holds.");
        byte[] raw = ReadBytes();
        var texts = new string[field.ItemSize == 0 ? checked((int)(Count * field.Repeat)) : raw.Length / field.ItemSize];
        var strict = new UTF32Encoding(false, false, true);
        for (int i = 0; i < texts.Length; i++)
        {
            ReadOnlySpan<byte> one = raw.AsSpan(i * field.ItemSize, field.ItemSize);
            try
            {
                texts[i] = field.Kind == 'U' ? strict.GetString(one).TrimEnd('\0') : Hdf5TypeDecoder.DecodeText(one, new Hdf5Type(Hdf5Kind.Text, Math.Max(1, field.ItemSize)) { Padding = 1 });
            }
            catch (ArgumentException)
            {
                throw Refuse(string.Create(CultureInfo.InvariantCulture, $"text {i} is not Unicode"), "The file is damaged; write it again.");
            }
        }

        return texts;
    }

    /// <summary>Reads the values as bytes in C order, the low byte of each number first.</summary>
    /// <returns>The bytes; elements of a structured array without gaps.</returns>
    public byte[] ReadBytes()
    {
        int size = _fields.Sum(f => f.Size), step = _header.ElementSize;
        if (!IsFortranOrder && _fields.Length == _header.Fields.Count && !Array.Exists(_fields, f => f.IsBigEndian && f.Unit > 1))
            return _data[_dataAt..];
        var bytes = new byte[checked(Count * size)];
        long[] stride = Strides();
        var at = new long[_header.Shape.Length];
        for (long i = 0; i < Count; i++)
        {
            long from = 0;
            for (int d = 0; d < at.Length; d++)
                from += at[d] * stride[d];
            int to = (int)(i * size);
            foreach (NpyField field in _fields)
            {
                Span<byte> target = bytes.AsSpan(to, field.Size);
                _data.AsSpan(_dataAt + (int)(from * step) + field.Offset, field.Size).CopyTo(target);
                if (field.IsBigEndian && field.Unit > 1)
                {
                    for (int u = 0; u < target.Length; u += field.Unit)
                        target.Slice(u, field.Unit).Reverse();
                }

                to += field.Size;
            }

            for (int d = at.Length - 1; d >= 0 && ++at[d] == _header.Shape[d]; d--)
                at[d] = 0;
        }

        return bytes;
    }

    /// <summary>Path, type and shape.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Path}: {Descriptor} ({string.Join(", ", Shape.Select(n => n.ToString(CultureInfo.InvariantCulture)))})";

    private long[] Strides()
    {
        var stride = new long[_header.Shape.Length];
        long step = 1;
        for (int k = 0; k < stride.Length; k++)
        {
            int d = IsFortranOrder ? k : stride.Length - 1 - k;
            stride[d] = step;
            step *= _header.Shape[d];
        }

        return stride;
    }

    private NpyField Single() => _fields.Length == 1 ? _fields[0] : throw Refuse("it is structured", $"Read one of its fields: {string.Join(", ", Fields)}.");

    private InputFormatException Refuse(string problem, string remedy) => new(Path, 0, $"The array cannot be read so: {problem}.", remedy);
}
