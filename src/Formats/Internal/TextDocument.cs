using System.Buffers;
using System.Text;

namespace BigMap.Analysis.Formats.Internal;

/// <summary>A text file as lines of UTF-8 bytes, whatever its encoding and line ends were.</summary>
internal sealed class TextDocument
{
    private const int MostJoinedLines = 10;
    private static readonly SearchValues<byte> ControlCharacters = SearchValues.Create([1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31]);
    private readonly byte[] _text;
    private readonly List<int> _start = [];
    private readonly List<int> _end = [];
    private readonly List<int>? _number;

    private TextDocument(string file, byte[] utf8, int length, (string Name, string Reason) encoding)
    {
        File = file;
        _text = utf8;
        EncodingName = encoding.Name;
        EncodingReason = encoding.Reason;
        while (length > 0 && utf8[length - 1] == 0x1A)
            length--;
        ReadOnlySpan<byte> text = utf8.AsSpan(0, length);
        CheckThatItIsText(file, text);
        int at = 0, lf = 0, crlf = 0, cr = 0;
        while (at < length)
        {
            int found = text[at..].IndexOfAny((byte)'\n', (byte)'\r');
            _start.Add(at);
            if (found < 0)
            {
                _end.Add(length);
                break;
            }

            int end = at + found;
            _end.Add(end);
            if (text[end] == (byte)'\n')
                (lf, at) = (lf + 1, end + 1);
            else if (end + 1 < length && text[end + 1] == (byte)'\n')
                (crlf, at) = (crlf + 1, end + 2);
            else
                (cr, at) = (cr + 1, end + 1);
        }

        EndsWithLineEnd = length > 0 && text[^1] is (byte)'\n' or (byte)'\r';
        LineEnds = (lf > 0, crlf > 0, cr > 0) switch
        {
            (true, false, false) => "LF",
            (false, true, false) => "CRLF",
            (false, false, true) => "CR",
            (false, false, false) => "none",
            _ => "mixed",
        };
        if (text.Contains((byte)'"'))
            _number = JoinQuotedLines();
    }

    public string File { get; }

    public string EncodingName { get; }

    public string EncodingReason { get; }

    public string LineEnds { get; }

    public bool EndsWithLineEnd { get; }

    public int LineCount => _start.Count;

    public int Bytes => _text.Length;

    public ReadOnlySpan<byte> this[int line] => _text.AsSpan(_start[line], _end[line] - _start[line]);

    public static TextDocument Decode(string file, byte[] bytes, int length, TextEncoding encoding)
    {
        ReadOnlySpan<byte> b = bytes.AsSpan(0, length);
        if (length == 0)
            throw new InputFormatException(file, 0, "The file is empty.", "Check whether it was copied or exported completely.");
        if (b.StartsWith(new byte[] { 0xFF, 0xFE, 0, 0 }) || b.StartsWith(new byte[] { 0, 0, 0xFE, 0xFF }))
            throw new InputFormatException(file, 0, "The file is UTF-32, which is not read.", "Save it as UTF-8.");
        bool utf8Mark = b.StartsWith(new byte[] { 0xEF, 0xBB, 0xBF });
        bool littleMark = b.StartsWith(new byte[] { 0xFF, 0xFE }), bigMark = b.StartsWith(new byte[] { 0xFE, 0xFF });
        TextEncoding found = utf8Mark ? TextEncoding.Utf8 : littleMark ? TextEncoding.Utf16LittleEndian : bigMark ? TextEncoding.Utf16BigEndian : TextEncoding.Auto;
        if (encoding != TextEncoding.Auto && found != TextEncoding.Auto && found != encoding)
            throw new InputFormatException(file, 1, $"The byte order mark says {found}, but encoding is {encoding}.", "Leave the option encoding at auto.");
        string reason = "given";
        if (encoding == TextEncoding.Auto)
        {
            reason = "byte order mark";
            if (found == TextEncoding.Auto)
                (found, reason) = Guess(b);
        }
        else
        {
            found = encoding;
        }

        switch (found)
        {
            case TextEncoding.Utf8:
                int skip = utf8Mark ? 3 : 0;
                if (!System.Text.Unicode.Utf8.IsValid(b[skip..]))
                    throw new InputFormatException(file, 0, "The file is not valid UTF-8.", "Set the option encoding, e.g. to windows1252.");
                if (skip == 0)
                    return new TextDocument(file, bytes, length, ("UTF-8", reason));
                return new TextDocument(file, b[skip..].ToArray(), length - skip, ("UTF-8 with byte order mark", reason));
            case TextEncoding.Windows1252:
                byte[] western = Encoding.Convert(CodePagesEncodingProvider.Instance.GetEncoding(1252)!, Encoding.UTF8, bytes, 0, length);
                return new TextDocument(file, western, western.Length, ("Windows-1252", reason));
            default:
                bool big = found == TextEncoding.Utf16BigEndian;
                if (length % 2 != 0)
                    throw new InputFormatException(file, 0, "The file is UTF-16 but has an odd number of bytes.", "It was cut off; copy or export it again.");
                int mark = littleMark || bigMark ? 2 : 0;
                byte[] wide = Encoding.Convert(new UnicodeEncoding(big, false), Encoding.UTF8, bytes, mark, length - mark);
                return new TextDocument(file, wide, wide.Length, (big ? "UTF-16 big endian" : "UTF-16 little endian", reason));
        }
    }

    /// <summary>Number of a line in the file, from 1.</summary>
    public int LineNumber(int line) => (_number is null ? line : _number[line]) + 1;

    private static (TextEncoding Encoding, string Reason) Guess(ReadOnlySpan<byte> b)
    {
        // Latin text in UTF-16 has a zero in every second byte.
        int pairs = Math.Min(b.Length / 2, 2048), even = 0, odd = 0;
        for (int i = 0; i < pairs; i++)
        {
            even += b[2 * i] == 0 ? 1 : 0;
            odd += b[(2 * i) + 1] == 0 ? 1 : 0;
        }

        if (pairs > 1 && odd > 0.9 * pairs && even == 0)
            return (TextEncoding.Utf16LittleEndian, "every second byte is zero");
        if (pairs > 1 && even > 0.9 * pairs && odd == 0)
            return (TextEncoding.Utf16BigEndian, "every second byte is zero");
        return System.Text.Unicode.Utf8.IsValid(b)
            ? (TextEncoding.Utf8, "valid as UTF-8")
            : (TextEncoding.Windows1252, "not valid as UTF-8");
    }

    private static void CheckThatItIsText(string file, ReadOnlySpan<byte> text)
    {
        int zero = text.IndexOf((byte)0);
        int control = 0;
        if (zero < 0)
        {
            ReadOnlySpan<byte> rest = text;
            for (int at; (at = rest.IndexOfAny(ControlCharacters)) >= 0; rest = rest[(at + 1)..])
                control++;
        }

        if (zero >= 0 || control * 100L > text.Length)
        {
            int line = zero < 0 ? 0 : text[..zero].Count((byte)'\n') + 1;
            throw new InputFormatException(file, line, "The file holds bytes that do not occur in text.", "It is a binary file or damaged; read it with the reader of its own format, or export it as text.");
        }
    }

    /// <summary>Joins lines of which a quoted field goes on in the next one; a quote that does not close at a field's end is left alone.</summary>
    private List<int> JoinQuotedLines()
    {
        var number = new List<int>(_start.Count);
        int kept = 0;
        for (int i = 0; i < _start.Count; i++)
        {
            int last = i;
            if (OpensQuote(_text.AsSpan(_start[i], _end[i] - _start[i])))
            {
                for (int j = i + 1; j < Math.Min(_start.Count, i + MostJoinedLines); j++)
                {
                    ReadOnlySpan<byte> next = _text.AsSpan(_start[j], _end[j] - _start[j]);
                    if (next.Count((byte)'"') % 2 == 0)
                        continue;
                    int quote = next.IndexOf((byte)'"');
                    ReadOnlySpan<byte> after = next[(quote + 1)..].TrimStart((byte)' ');
                    if (after.IsEmpty || after[0] is (byte)',' or (byte)';' or (byte)'\t')
                        last = j;
                    break;
                }
            }

            (_start[kept], _end[kept]) = (_start[i], _end[last]);
            kept++;
            number.Add(i);
            i = last;
        }

        _start.RemoveRange(kept, _start.Count - kept);
        _end.RemoveRange(kept, _end.Count - kept);
        return number;
    }

    private static bool OpensQuote(ReadOnlySpan<byte> line)
    {
        if (line.Count((byte)'"') % 2 == 0)
            return false;
        int last = line.LastIndexOf((byte)'"');
        ReadOnlySpan<byte> before = line[..last].TrimEnd((byte)' ');
        return before.IsEmpty || before[^1] is (byte)',' or (byte)';' or (byte)'\t';
    }
}
