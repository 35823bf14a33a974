using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace BigMap.Analysis.Formats.Internal;

/// <summary>One field of a structured array, or the only one of a plain array.</summary>
/// <param name="Name">Name; empty for a plain array.</param>
/// <param name="Offset">Where it begins in an element.</param>
/// <param name="Descriptor">Type as numpy writes it, e.g. <c>&lt;f8</c>.</param>
/// <param name="Repeat">Elements of a subarray; 1 for none.</param>
internal sealed record NpyField(string Name, int Offset, string Descriptor, int Repeat)
{
    public char Kind => Descriptor[1];

    public bool IsBigEndian => Descriptor[0] == '>';

    /// <summary>Bytes of one element.</summary>
    public int ItemSize { get; } = SizeOf(Descriptor);

    public int Size => checked(ItemSize * Repeat);

    /// <summary>Bytes that are turned round together.</summary>
    public int Unit => Kind switch { 'U' => 4, 'c' => ItemSize / 2, 'S' or 'V' or 'b' => 1, _ => ItemSize };

    private static int SizeOf(string descriptor) => int.TryParse(descriptor.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? checked(descriptor[1] == 'U' ? 4 * n : n) : 0;
}

/// <summary>The header of an npy file: a Python dictionary written as text.</summary>
internal sealed class NpyHeader
{
    private const int LargestHeader = 1 << 24;
    private readonly string _file;
    private readonly string _text;
    private readonly int _textAt;
    private readonly Encoding _encoding;
    private int _at;

    private NpyHeader(string file, int textAt, ReadOnlySpan<byte> text, Encoding encoding) => (_file, _textAt, _encoding, _text) = (file, textAt, encoding, encoding.GetString(text));

    public string Version { get; private init; } = string.Empty;

    /// <summary>Where the values begin.</summary>
    public int DataOffset { get; private init; }

    public string Descriptor { get; private set; } = string.Empty;

    public bool FortranOrder { get; private set; }

    public long[] Shape { get; private set; } = [];

    public List<NpyField> Fields { get; private set; } = [];

    public int ElementSize { get; private set; }

    public static NpyHeader Parse(string file, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 10 || bytes[0] != 0x93 || !bytes[1..6].SequenceEqual("NUMPY"u8))
            throw InputFormatException.AtByte(file, 0, "It is not an npy file: its signature is missing.", "Write it with numpy.save; an .npz archive must be unpacked first.");
        int major = bytes[6], minor = bytes[7];
        if (major is 0 or > 3 || minor != 0)
            throw InputFormatException.AtByte(file, 6, $"It has npy version {major}.{minor}; 1.0, 2.0 and 3.0 are read.", "Write it again with numpy.save.");
        int head = major == 1 ? 10 : 12;
        if (bytes.Length < head)
            throw CutOff(file, bytes.Length);
        long length = major == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (length > LargestHeader || head + length > bytes.Length)
            throw CutOff(file, bytes.Length);
        ReadOnlySpan<byte> text = bytes.Slice(head, (int)length);
        var header = new NpyHeader(file, head, text, major == 3 ? Encoding.UTF8 : Encoding.Latin1)
        {
            Version = string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}"),
            DataOffset = head + (int)length,
        };
        try
        {
            header.Dictionary();
        }
        catch (OverflowException)
        {
            throw header.Broken("a size is too large");
        }

        return header;
    }

    private static InputFormatException CutOff(string file, long length) => InputFormatException.AtByte(file, length, "The file ends within its header.", "It was cut off; copy it again.");

    private InputFormatException Broken(string what) => Fault($"The npy header cannot be read: {what} at character {_at + 1}.", "Write the file again with numpy.save.");

    private InputFormatException Fault(string problem, string remedy) => InputFormatException.AtByte(_file, _textAt + _encoding.GetByteCount(_text.AsSpan(0, Math.Min(_at, _text.Length))), problem, remedy);

    private void Dictionary()
    {
        Expect('{');
        bool hasShape = false, hasOrder = false;
        while (!Accept('}'))
        {
            string key = Quoted();
            Expect(':');
            switch (key)
            {
                case "descr":
                    int start = SkipBlanks();
                    ElementSize = Type(0);
                    Descriptor = _text[start.._at].Trim();
                    break;
                case "fortran_order":
                    hasOrder = true;
                    FortranOrder = Word() switch { "True" => true, "False" => false, _ => throw Broken("fortran_order is neither True nor False") };
                    break;
                case "shape":
                    hasShape = true;
                    Shape = [.. Tuple()];
                    break;
                default:
                    throw Broken($"the unknown key {key}");
            }

            if (!Accept(',') && Peek() != '}')
                throw Broken("a comma is missing");
        }

        if (!hasShape || !hasOrder || Descriptor.Length == 0)
            throw Broken("descr, fortran_order or shape is missing");
    }

    /// <summary>A type: text, or a list of fields.</summary>
    private int Type(int offset)
    {
        if (Peek() is '\'' or '"')
        {
            NpyField field = Field(string.Empty, offset, Quoted(), 1);
            Fields.Add(field);
            return field.Size;
        }

        Expect('[');
        int size = 0;
        while (!Accept(']'))
        {
            Expect('(');
            // A title may stand before the name.
            string name = Accept('(') ? Titled() : Quoted();
            Expect(',');
            if (Peek() is not ('\'' or '"'))
                throw Fault($"Field {name} is itself structured.", "Save its members as arrays of their own.");
            string descriptor = Quoted();
            long repeat = 1;
            if (Accept(',') && Peek() == '(')
            {
                foreach (long n in Tuple())
                    repeat = checked(repeat * n);
            }

            Accept(',');
            Expect(')');
            NpyField field = Field(name, size, descriptor, checked((int)repeat));
            Fields.Add(field);
            size = checked(size + field.Size);
            if (!Accept(',') && Peek() != ']')
                throw Broken("a comma is missing");
        }

        return Fields.Count > 0 ? size : throw Broken("a structured type has no fields");
    }

    private NpyField Field(string name, int offset, string descriptor, int repeat)
    {
        if (descriptor.Contains('O', StringComparison.Ordinal))
            throw Fault("It holds Python objects, which only Python can read, and which may run code when they are read.", "Save numbers or text, e.g. numpy.save(path, array.astype(float)).");
        if (descriptor.Length < 3 || descriptor[0] is not ('<' or '>' or '|' or '=') || !"biufcSUVmM".Contains(descriptor[1], StringComparison.Ordinal))
            throw Fault($"The type {descriptor} is not read.", "Save it as a number, truth value, complex number or text.");
        string plain = descriptor[1] is 'm' or 'M' && descriptor.IndexOf('[', StringComparison.Ordinal) is > 0 and var bracket ? descriptor[..bracket] : descriptor;
        var field = new NpyField(name, offset, plain, repeat);
        bool known = plain[1] switch
        {
            'b' => field.ItemSize == 1,
            'i' or 'u' => field.ItemSize is 1 or 2 or 4 or 8,
            'f' => field.ItemSize is 2 or 4 or 8,
            'c' => field.ItemSize is 8 or 16,
            'm' or 'M' => field.ItemSize == 8,
            _ => true,
        };
        return known ? field : throw Fault($"The type {descriptor} is not read.", "Save it as float64 or complex128.");
    }

    private string Titled()
    {
        Quoted();
        Expect(',');
        string name = Quoted();
        Expect(')');
        return name;
    }

    private List<long> Tuple()
    {
        Expect('(');
        var values = new List<long>();
        while (!Accept(')'))
        {
            // Python 2 wrote long numbers with an L.
            string word = Word().TrimEnd('L');
            if (!long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long value) || values.Count > 32)
                throw Broken("the shape is not one of whole numbers");
            values.Add(value);
            if (!Accept(',') && Peek() != ')')
                throw Broken("a comma is missing");
        }

        return values;
    }

    private string Word()
    {
        SkipBlanks();
        int start = _at;
        while (_at < _text.Length && char.IsAsciiLetterOrDigit(_text[_at]))
            _at++;
        return _text[start.._at];
    }

    private string Quoted()
    {
        char quote = Peek();
        if (quote is not ('\'' or '"'))
            throw Broken("a quote is missing");
        var text = new StringBuilder();
        for (_at++; _at < _text.Length && _text[_at] != quote; _at++)
        {
            if (_text[_at] != '\\')
            {
                text.Append(_text[_at]);
                continue;
            }

            _at++;
            int digits = _at >= _text.Length ? -1 : _text[_at] switch { 'x' => 2, 'u' => 4, 'U' => 8, '\\' or '\'' or '"' => 0, _ => -1 };
            if (digits < 0 || _at + digits >= _text.Length)
                throw Broken("a name holds an unknown escape");
            if (digits == 0)
                text.Append(_text[_at]);
            else if (int.TryParse(_text.AsSpan(_at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code) && Rune.IsValid(code))
                text.Append(new Rune(code).ToString());
            else
                throw Broken("a name holds an unknown escape");
            _at += digits;
        }

        if (_at >= _text.Length)
            throw Broken("a quote is missing");
        _at++;
        return text.ToString();
    }

    private int SkipBlanks()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            _at++;
        return _at;
    }

    private char Peek() => SkipBlanks() < _text.Length ? _text[_at] : '\0';

    private bool Accept(char wanted)
    {
        if (Peek() != wanted)
            return false;
        _at++;
        return true;
    }

    private void Expect(char wanted)
    {
        if (!Accept(wanted))
            throw Broken($"{wanted} is missing");
    }
}
