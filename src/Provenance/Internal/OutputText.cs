using System.Globalization;
using System.Security.Cryptography;

namespace BigMap.Analysis.Provenance.Internal;

/// <summary>An output file with a header and one line for each row, commas between the fields.</summary>
internal sealed class OutputText
{
    private readonly NumberText _text;
    private readonly List<TextField> _header;
    private readonly List<List<TextField>> _rows;
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);

    private OutputText(NumberText text, List<List<TextField>> lines, bool identical)
    {
        _text = text;
        _header = lines[0];
        _rows = lines[1..];
        for (int i = 0; i < _header.Count; i++)
            _columns.TryAdd(_text.Text(_header[i]), i);
        IsIdentical = identical;
    }

    public bool IsIdentical { get; }

    public int Rows => _rows.Count;

    public int Columns => _header.Count;

    public static OutputText? TryOpen(string path, RecordedEntity file)
    {
        if (!file.MediaType.StartsWith("text/csv", StringComparison.Ordinal) || !File.Exists(path))
            return null;
        byte[] bytes = File.ReadAllBytes(path);
        var text = new NumberText(bytes);
        List<List<TextField>> lines = text.Lines(',', decimalComma: false);
        bool table = lines.Count > 0 && lines.TrueForAll(l => l.Count == lines[0].Count);
        return table ? new OutputText(text, lines, Convert.ToHexStringLower(SHA256.HashData(bytes)) == file.Sha256) : null;
    }

    public int ColumnIndex(string column) => _columns.TryGetValue(column, out int index)
        ? index : throw new ArgumentException($"There is no column {column}; there are {string.Join(", ", _columns.Keys)}.", nameof(column));

    public (string Value, ByteRange? Bytes) Cell(int row, string column)
    {
        if (row >= _rows.Count)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"There is no row {row}; there are {_rows.Count}."), nameof(row));
        TextField field = _rows[row][ColumnIndex(column)];
        return (_text.Text(field), _text.Bytes(field, field));
    }

    public int? WholeNumber(int row, string column) =>
        _columns.TryGetValue(column, out int index) && row < _rows.Count && _rows[row][index] is { IsNumber: true, Value: >= 0 } field && field.Value == Math.Floor(field.Value) ? (int)field.Value : null;
}
