using System.Globalization;

namespace BigMap.Analysis.Tests;

/// <summary>A plain CSV of numbers with one header line: how golden results are kept. Deliberately independent of the readers under test.</summary>
internal sealed class GoldenCsv
{
    private readonly Dictionary<string, double[]> _columns = [];

    public GoldenCsv(string path)
    {
        string[] lines = File.ReadAllLines(path);
        Names = lines[0].Split(',');
        string[][] cells = [.. lines.Skip(1).Where(l => l.Length > 0).Select(l => l.Split(','))];
        for (int c = 0; c < Names.Length; c++)
        {
            int at = c;
            _columns[Names[c]] = [.. cells.Select(r => double.Parse(r[at], CultureInfo.InvariantCulture))];
        }
    }

    public string[] Names { get; }

    public double[] this[string column] => _columns[column];

    public double[] this[int column] => _columns[Names[column]];
}
