using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace BigMap.Analysis.Formats.Internal;

/// <summary>Cuts one line into fields. Lines with quotes go through CsvHelper's parser, all others through a plain scan.</summary>
internal sealed class FieldSplitter(TextSeparator separator)
{
    private readonly byte _separator = Byte(separator);
    private int[] _start = new int[64];
    private int[] _end = new int[64];
    private byte[] _unquoted = [];
    private bool _useUnquoted;

    public int Count { get; private set; }

    public static byte Byte(TextSeparator separator) => separator switch
    {
        TextSeparator.Tab => (byte)'\t',
        TextSeparator.Semicolon => (byte)';',
        TextSeparator.Comma => (byte)',',
        _ => (byte)' ',
    };

    public static string Name(TextSeparator separator) => separator switch
    {
        TextSeparator.Tab => "tab",
        TextSeparator.Semicolon => "semicolon",
        TextSeparator.Comma => "comma",
        _ => "blank",
    };

    public int Split(ReadOnlySpan<byte> line)
    {
        Count = 0;
        _useUnquoted = false;
        if (line.Contains((byte)'"'))
            SplitQuoted(line);
        else if (separator == TextSeparator.Blank)
            SplitBlank(line);
        else
            SplitPlain(line);
        return Count;
    }

    /// <summary>A field of the line that was split last.</summary>
    public ReadOnlySpan<byte> Field(ReadOnlySpan<byte> line, int i)
    {
        ReadOnlySpan<byte> source = _useUnquoted ? _unquoted : line;
        return source[_start[i].._end[i]];
    }

    public string Text(ReadOnlySpan<byte> line, int i) => Encoding.UTF8.GetString(Field(line, i));

    private static bool IsBlank(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\f' or (byte)'\v';

    private void SplitPlain(ReadOnlySpan<byte> line)
    {
        // Fields are short: a plain scan is faster than a vectorised search for each.
        byte separator = _separator;
        int start = 0;
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] != separator)
                continue;
            Add(line, start, i);
            start = i + 1;
        }

        Add(line, start, line.Length);
    }

    private void SplitBlank(ReadOnlySpan<byte> line)
    {
        int at = 0;
        while (true)
        {
            while (at < line.Length && IsBlank(line[at]))
                at++;
            if (at == line.Length)
                return;
            int end = at;
            while (end < line.Length && !IsBlank(line[end]))
                end++;
            Add(line, at, end);
            at = end;
        }
    }

    private void SplitQuoted(ReadOnlySpan<byte> line)
    {
        string text = Encoding.UTF8.GetString(line);
        var buffer = new MemoryStream(line.Length + 8);
        foreach (string field in separator == TextSeparator.Blank ? QuotedWords(text) : QuotedFields(text))
        {
            int start = (int)buffer.Length;
            buffer.Write(Encoding.UTF8.GetBytes(field.Replace('\n', ' ').Replace('\r', ' ').Trim()));
            Push(start, (int)buffer.Length);
        }

        _unquoted = buffer.ToArray();
        _useUnquoted = true;
    }

    private IReadOnlyList<string> QuotedFields(string text)
    {
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = ((char)_separator).ToString(),
            HasHeaderRecord = false,
            BadDataFound = null,
            IgnoreBlankLines = false,
            TrimOptions = TrimOptions.Trim,
            BufferSize = 2048,
        };
        using var parser = new CsvParser(new StringReader(text), configuration);
        return parser.Read() ? parser.Record ?? [] : [];
    }

    private static IReadOnlyList<string> QuotedWords(string text)
    {
        var words = new List<string>();
        int at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
                at++;
            if (at >= text.Length)
                return words;
            bool quoted = text[at] == '"';
            int end = quoted ? text.IndexOf('"', at + 1) : text.AsSpan(at).IndexOfAny(" \t\f\v") + at;
            if (end < at + (quoted ? 1 : 0))
                end = text.Length;
            words.Add(text[(quoted ? at + 1 : at)..end]);
            at = quoted ? end + 1 : end;
        }
    }

    private void Add(ReadOnlySpan<byte> line, int start, int end)
    {
        while (start < end && IsBlank(line[start]))
            start++;
        while (end > start && IsBlank(line[end - 1]))
            end--;
        Push(start, end);
    }

    private void Push(int start, int end)
    {
        if (Count == _start.Length)
        {
            Array.Resize(ref _start, Count * 2);
            Array.Resize(ref _end, Count * 2);
        }

        _start[Count] = start;
        _end[Count++] = end;
    }
}
