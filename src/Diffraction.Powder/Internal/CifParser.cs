using System.Globalization;

namespace BigMap.Analysis.Diffraction.Powder.Internal;

/// <summary>A value of a CIF with the line it stands on. A quoted "?" is a text, not a missing value.</summary>
internal readonly record struct CifValue(string Text, int Line, bool Quoted)
{
    public bool IsMissing => !Quoted && Text is "?" or "." or "";
}

/// <summary>A table of a CIF.</summary>
internal sealed class CifLoop(IReadOnlyList<string> names, IReadOnlyList<CifValue[]> rows, int line)
{
    public IReadOnlyList<CifValue[]> Rows { get; } = rows;

    public int Line { get; } = line;

    public int Column(params string[] alternatives)
    {
        foreach (string name in alternatives)
        {
            for (int i = 0; i < names.Count; i++)
            {
                if (names[i].Equals(name, StringComparison.OrdinalIgnoreCase))
                    return i;
            }
        }

        return -1;
    }
}

/// <summary>A data block of a CIF.</summary>
internal sealed class CifBlock(string name, int line)
{
    public string Name { get; } = name;

    public int Line { get; } = line;

    public Dictionary<string, CifValue> Items { get; } = new(StringComparer.OrdinalIgnoreCase);

    public List<CifLoop> Loops { get; } = [];

    public CifValue? Find(params string[] alternatives)
    {
        foreach (string name in alternatives)
        {
            if (Items.TryGetValue(name, out CifValue value) && !value.IsMissing)
                return value;
        }

        return null;
    }

    public CifLoop? Loop(params string[] alternatives) => Loops.Find(l => l.Column(alternatives) >= 0);
}

/// <summary>CIF 1.1 (S. R. Hall, F. H. Allen, I. D. Brown, Acta Cryst. A47 (1991) 655, doi:10.1107/S010876739101067X) without save frames.</summary>
internal sealed class CifParser
{
    private readonly string _text;
    private readonly string _file;
    private int _at;
    private int _line = 1;

    private CifParser(string text, string file)
    {
        _text = text.Length > 0 && text[0] == '\uFEFF' ? text[1..] : text;
        _file = file;
    }

    private enum Kind
    {
        End,
        Block,
        Loop,
        Name,
        Value,
        Other,
    }

    public static List<CifBlock> Parse(string text, string file) => new CifParser(text, file).Blocks();

    /// <summary>A number, without the standard uncertainty in brackets.</summary>
    public static bool TryNumber(CifValue value, out double number)
    {
        ReadOnlySpan<char> text = value.Text.AsSpan().Trim();
        int bracket = text.IndexOf('(');
        if (bracket >= 0)
        {
            if (text[^1] != ')' || text[(bracket + 1)..^1].ContainsAnyExcept("0123456789."))
            {
                number = double.NaN;
                return false;
            }

            text = text[..bracket];
        }

        return double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
    }

    private List<CifBlock> Blocks()
    {
        var blocks = new List<CifBlock>();
        CifBlock? block = null;
        (Kind kind, CifValue token) = Next();
        while (kind != Kind.End)
        {
            switch (kind)
            {
                case Kind.Block:
                    block = new CifBlock(token.Text, token.Line);
                    blocks.Add(block);
                    (kind, token) = Next();
                    break;
                case Kind.Name:
                    CifValue name = token;
                    (kind, token) = Next();
                    if (kind != Kind.Value)
                        throw Fault(name.Line, $"{name.Text} has no value.", "Give it a value, or ? where there is none.");
                    Inside(block, name.Line).Items[name.Text] = token;
                    (kind, token) = Next();
                    break;
                case Kind.Loop:
                    (kind, token) = Loop(Inside(block, token.Line), token.Line);
                    break;
                case Kind.Other:
                    // global_, save_ and stop_ frame what is of no use here.
                    (kind, token) = Next();
                    break;
                default:
                    throw Fault(token.Line, $"The value \"{Short(token.Text)}\" belongs to no name.", "Put texts with blanks into quotes, and check the number of columns of the loop before.");
            }
        }

        return blocks.Count > 0 ? blocks : throw Fault(0, "There is no data block.", "A CIF begins with data_ and a name; check that this is one.");
    }

    private CifBlock Inside(CifBlock? block, int line) => block ?? throw Fault(line, "An item comes before the first data block.", "A CIF begins with data_ and a name; check that this is one.");

    private (Kind Kind, CifValue Token) Loop(CifBlock block, int line)
    {
        var names = new List<string>();
        (Kind kind, CifValue token) = Next();
        for (; kind == Kind.Name; (kind, token) = Next())
            names.Add(token.Text);
        if (names.Count == 0)
            throw Fault(line, "A loop has no columns.", "Names that begin with _ follow loop_.");
        var rows = new List<CifValue[]>();
        var row = new List<CifValue>();
        for (; kind == Kind.Value; (kind, token) = Next())
        {
            row.Add(token);
            if (row.Count < names.Count)
                continue;
            rows.Add([.. row]);
            row.Clear();
        }

        if (row.Count > 0)
            throw Fault(row[^1].Line, $"The last row of the loop of line {line} has {row.Count} of {names.Count} values.", "Complete it, or put texts with blanks into quotes.");
        block.Loops.Add(new CifLoop(names, rows, line));
        return (kind, token);
    }

    private (Kind Kind, CifValue Token) Next()
    {
        while (_at < _text.Length)
        {
            char c = _text[_at];
            if (c == '\n')
            {
                _line++;
                _at++;
            }
            else if (char.IsWhiteSpace(c))
            {
                _at++;
            }
            else if (c == '#')
            {
                while (_at < _text.Length && _text[_at] != '\n')
                    _at++;
            }
            else
            {
                break;
            }
        }

        if (_at >= _text.Length)
            return (Kind.End, new CifValue(string.Empty, _line, false));
        int line = _line;
        char first = _text[_at];
        if (first == ';' && (_at == 0 || _text[_at - 1] is '\n' or '\r'))
            return (Kind.Value, new CifValue(TextField(line), line, true));
        if (first is '\'' or '"')
            return (Kind.Value, new CifValue(QuotedText(first, line), line, true));
        int start = _at;
        while (_at < _text.Length && !char.IsWhiteSpace(_text[_at]))
            _at++;
        string word = _text[start.._at];
        Kind kind = word[0] == '_' ? Kind.Name
            : word.StartsWith("data_", StringComparison.OrdinalIgnoreCase) ? Kind.Block
            : word.Equals("loop_", StringComparison.OrdinalIgnoreCase) ? Kind.Loop
            : word.Equals("global_", StringComparison.OrdinalIgnoreCase) || word.Equals("stop_", StringComparison.OrdinalIgnoreCase) || word.StartsWith("save_", StringComparison.OrdinalIgnoreCase) ? Kind.Other
            : Kind.Value;
        return (kind, new CifValue(kind == Kind.Block ? word[5..] : word, line, false));
    }

    private string TextField(int line)
    {
        int start = ++_at;
        while (true)
        {
            int end = _text.IndexOf('\n', _at);
            if (end < 0 || end + 1 >= _text.Length)
                throw Fault(line, "A text that begins with a semicolon does not end.", "End it with a semicolon at the beginning of a line.");
            _line++;
            _at = end + 1;
            if (_text[_at] != ';')
                continue;
            _at++;
            return _text[start..end].TrimEnd('\r');
        }
    }

    private string QuotedText(char quote, int line)
    {
        int start = ++_at;
        for (; _at < _text.Length && _text[_at] != '\n'; _at++)
        {
            if (_text[_at] != quote || (_at + 1 < _text.Length && !char.IsWhiteSpace(_text[_at + 1])))
                continue;
            _at++;
            return _text[start..(_at - 1)];
        }

        throw Fault(line, "A quoted text does not end on its line.", "Close the quotes.");
    }

    private InputFormatException Fault(int line, string problem, string remedy) => new(_file, line, problem, remedy);

    private static string Short(string text) => text.Length > 40 ? text[..40] + "…" : text;
}
