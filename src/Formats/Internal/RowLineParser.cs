using System.Globalization;
using System.Text;

namespace BigMap.Analysis.Formats.Internal;

/// <summary>Reads the lines of a layout with one spectrum per line: coordinates, then intensities.</summary>
internal sealed class RowLineParser
{
    private readonly TextPlan _plan;
    private readonly FieldSplitter _splitter;
    private readonly double[] _raw;
    private readonly ColumnKind[] _kinds;
    private readonly (string Name, string Unit)[] _names;
    private List<object?>[] _cells;
    private List<string> _labels = [];
    private bool _first = true;

    public RowLineParser(TextPlan plan, AxisArrangement arrangement)
    {
        _plan = plan;
        Arrangement = arrangement;
        _splitter = new FieldSplitter(plan.Separator);
        _raw = new double[plan.Axis.Length];
        _kinds = new ColumnKind[plan.Coordinates];
        _names = new (string, string)[plan.Coordinates];
        _cells = new List<object?>[plan.Coordinates];
        for (int i = 0; i < _names.Length; i++)
        {
            AxisName name = AxisName.Parse(plan.Names[i]);
            // The names of known quantities are left as written: x_um is x in um, but a column "q" stays "q".
            string unit = name.Unit;
            string text = name.Quantity ? plan.Names[i].Trim() : name.Name;
            _names[i] = text.Length == 0 ? (string.Create(CultureInfo.InvariantCulture, $"coordinate{i + 1}"), unit) : (text, unit);
            _cells[i] = [];
        }

        MakeNamesDistinct();
        LabelColumn = plan.Coordinates == 1 && plan.Names[0].Length == 0 ? 0 : -1;
    }

    private enum ColumnKind : byte
    {
        Number,
        Time,
        Text,
    }

    public AxisArrangement Arrangement { get; }

    /// <summary>Coordinate column that holds the labels, or −1.</summary>
    public int LabelColumn { get; private set; }

    public long Missing { get; private set; }

    public bool AllCounts { get; private set; } = true;

    public IReadOnlyList<string> Labels => _labels;

    /// <summary>Parses one record into a row in the order of the axis.</summary>
    public void Parse(ReadOnlySpan<byte> line, int lineNumber, Span<double> target, Func<int, string, string, InputFormatException> error)
    {
        int n = _splitter.Split(line);
        int fields = _plan.FieldCount;
        if (n == fields + 1 && _splitter.Field(line, n - 1).IsEmpty)
            n--;
        if (n != fields)
            throw error(lineNumber, $"The line has {n} fields where {fields} are expected.", "Correct the line.");
        int k = _plan.Coordinates;
        for (int i = 0; i < k; i++)
            AddCoordinate(line, i, lineNumber, error);
        _first = false;
        for (int i = 0; i < _raw.Length; i++)
        {
            ReadOnlySpan<byte> token = _splitter.Field(line, i + k);
            TokenKind kind = NumberParser.Parse(token, _plan.DecimalComma, out double value);
            if (kind == TokenKind.Text)
                throw error(lineNumber, TextSeriesParser.NotANumber(token, i + k), TextSeriesParser.NotANumberRemedy(token));
            if (kind == TokenKind.Missing)
                Missing++;
            else if (value < 0 || value != Math.Floor(value))
                AllCounts = false;
            _raw[i] = value;
        }

        Arrangement.Apply(_raw, target);
    }

    /// <summary>The coordinates gathered since the last call, as columns.</summary>
    public IReadOnlyList<TableColumn> TakeColumns(out string[] labels)
    {
        var columns = new TableColumn[_cells.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            (string name, string unit) = _names[i];
            columns[i] = _kinds[i] switch
            {
                ColumnKind.Number => new NumberColumn(name, unit, _cells[i].Select(c => (double)c!).ToArray()),
                ColumnKind.Time => new TimeColumn(name, _cells[i].Select(c => (DateTimeOffset?)c).ToArray()),
                _ => new TextColumn(name, [.. _cells[i].Select(c => (string)c!)]),
            };
            _cells[i] = [];
        }

        labels = [.. _labels];
        _labels = [];
        return columns;
    }

    private static bool TryTime(string text, out DateTimeOffset time)
    {
        time = default;
        // Without an offset an instant is not known.
        bool offset = text.Length >= 17 && (text[^1] == 'Z' || (text[^3] == ':' && text[^6] is '+' or '-'));
        return offset && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out time);
    }

    private void AddCoordinate(ReadOnlySpan<byte> line, int i, int lineNumber, Func<int, string, string, InputFormatException> error)
    {
        ReadOnlySpan<byte> token = _splitter.Field(line, i);
        TokenKind kind = NumberParser.Parse(token, _plan.DecimalComma, out double value);
        string? text = kind == TokenKind.Text || i == LabelColumn || _kinds[i] != ColumnKind.Number || _first ? Encoding.UTF8.GetString(token) : null;
        if (_first && kind == TokenKind.Text)
        {
            _kinds[i] = TryTime(text!, out _) ? ColumnKind.Time : ColumnKind.Text;
            bool named = _names[i].Name.ToLowerInvariant() is "label" or "name" or "sample" or "spectrum" or "id" or "file";
            if (LabelColumn < 0 && _kinds[i] == ColumnKind.Text && (named || _plan.Coordinates == 1))
                LabelColumn = i;
        }

        if (i == LabelColumn)
            _labels.Add(text ?? Encoding.UTF8.GetString(token));
        switch (_kinds[i])
        {
            case ColumnKind.Number when kind == TokenKind.Text:
                throw error(lineNumber, $"Coordinate {_names[i].Name} is \"{text}\", which is not a number as in the lines before.", "Correct the line.");
            case ColumnKind.Number:
                _cells[i].Add(value);
                break;
            case ColumnKind.Time:
                if (text!.Length == 0)
                    _cells[i].Add(null);
                else if (TryTime(text, out DateTimeOffset time))
                    _cells[i].Add(time);
                else
                    throw error(lineNumber, $"Coordinate {_names[i].Name} is \"{text}\", which is not a time with its offset as in the lines before.", "Correct the line.");
                break;
            default:
                _cells[i].Add(text);
                break;
        }
    }

    private void MakeNamesDistinct()
    {
        string[] names = [.. _names.Select(n => n.Name)];
        UniqueNames.Make(names);
        for (int i = 0; i < names.Length; i++)
            _names[i].Name = names[i];
    }
}
