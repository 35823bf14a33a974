using System.Globalization;
using System.Text;

namespace BigMap.Analysis.Provenance.Internal;

/// <summary>A field of a line with its place in the file.</summary>
/// <param name="Start">First character, from 0.</param>
/// <param name="Length">Number of characters.</param>
/// <param name="Value">The number; NaN when it is none.</param>
/// <param name="IsNumber">Whether it is one.</param>
internal readonly record struct TextField(int Start, int Length, double Value, bool IsNumber);

/// <summary>A text file cut into lines and fields; every field knows its bytes.</summary>
internal sealed class NumberText
{
    private readonly char[] _text;
    private readonly int _width;

    public NumberText(byte[] bytes)
    {
        bool low = bytes is [0xFF, 0xFE, ..], high = bytes is [0xFE, 0xFF, ..];
        _width = low || high ? 2 : 1;
        _text = new char[bytes.Length / _width];
        for (int i = 0; i < _text.Length; i++)
            _text[i] = _width == 1 ? (char)bytes[i] : low ? (char)(bytes[2 * i] | (bytes[(2 * i) + 1] << 8)) : (char)((bytes[2 * i] << 8) | bytes[(2 * i) + 1]);

        // A byte order mark belongs to no field.
        if (_width == 2)
            _text[0] = ' ';
        else if (bytes is [0xEF, 0xBB, 0xBF, ..])
            _text.AsSpan(0, 3).Fill(' ');
    }

    public ByteRange Bytes(TextField first, TextField last) => new((long)first.Start * _width, (long)(last.Start + last.Length - first.Start) * _width);

    public string Text(TextField field)
    {
        ReadOnlySpan<char> text = _text.AsSpan(field.Start, field.Length);
        return _width == 2 ? text.ToString() : Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(text.ToString()));
    }

    /// <summary>The lines; a separator of a blank stands for any number of blanks, tabs, and marks of XML.</summary>
    public List<List<TextField>> Lines(char separator, bool decimalComma)
    {
        var lines = new List<List<TextField>>();
        for (int start = 0; start < _text.Length;)
        {
            int end = start;
            while (end < _text.Length && _text[end] is not ('\n' or '\r'))
                end++;
            lines.Add(Fields(start, end, separator, decimalComma));
            start = end + (end + 1 < _text.Length && _text[end] == '\r' && _text[end + 1] == '\n' ? 2 : 1);
        }

        return lines;
    }

    private List<TextField> Fields(int start, int end, char separator, bool decimalComma)
    {
        var fields = new List<TextField>();
        int at = start;
        while (at <= end)
        {
            int stop = at;
            bool quoted = stop < end && _text[stop] == '"' && separator != ' ';
            if (quoted)
                stop++;
            while (stop < end && (quoted || !IsSeparator(_text[stop], separator)))
            {
                if (quoted && _text[stop] == '"')
                    quoted = false;
                stop++;
            }

            if (separator != ' ' || stop > at)
                fields.Add(Field(at, stop, decimalComma));
            at = stop + 1;
        }

        return fields;
    }

    private static bool IsSeparator(char c, char separator) => separator == ' ' ? c is ' ' or '\t' or '<' or '>' or '"' : c == separator;

    private TextField Field(int start, int end, bool decimalComma)
    {
        while (start < end && _text[start] is ' ' or '\t' or '"')
            start++;
        while (end > start && _text[end - 1] is ' ' or '\t' or '"')
            end--;
        Span<char> text = stackalloc char[Math.Min(end - start, 64)];
        _text.AsSpan(start, text.Length).CopyTo(text);
        foreach (ref char c in text)
        {
            c = c switch
            {
                ',' when decimalComma => '.',
                '.' when decimalComma => ',',
                'd' or 'D' => 'e',
                _ => c,
            };
        }

        double value = double.NaN;
        bool number = end - start <= 64 && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        return new TextField(start, end - start, number ? value : double.NaN, number);
    }
}
