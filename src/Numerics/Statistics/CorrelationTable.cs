namespace BigMap.Analysis.Numerics;

/// <summary>Correlations of the columns of a table: one row per pair, and the same coefficients as a matrix.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed class CorrelationTable : IResultTable
{
    private readonly CorrelationResult[] _results;

    internal CorrelationTable(string[] names, CorrelationResult[] results)
    {
        _results = results;
        int n = names.Length;
        List<string> first = [], second = [];
        List<CorrelationResult> pairs = [];
        for (int i = 0; i < n; i++)
        {
            for (int j = i + 1; j < n; j++)
            {
                first.Add(names[i]);
                second.Add(names[j]);
                pairs.Add(results[(i * n) + j]);
            }
        }

        Columns =
        [
            new TextColumn("first", first), new TextColumn("second", second),
            Numbers("coefficient", r => r.Coefficient), Numbers("p", r => r.PValue), Numbers("lower", r => r.Lower), Numbers("upper", r => r.Upper),
            new IntegerColumn("count", pairs.Select(r => (long)r.Count).ToArray()), new IntegerColumn("missing", pairs.Select(r => (long)r.Missing).ToArray()),
        ];
        var matrix = new List<TableColumn> { new TextColumn("column", names) };
        for (int j = 0; j < n; j++)
        {
            int at = j;
            matrix.Add(new NumberColumn(names[j] == "column" ? "column'" : names[j], string.Empty, Enumerable.Range(0, n).Select(i => results[(i * n) + at].Coefficient).ToArray()));
        }

        Matrix = new ResultTable("correlation matrix", matrix);
        NumberColumn Numbers(string name, Func<CorrelationResult, double> of) => new(name, string.Empty, pairs.Select(of).ToArray());
    }

    /// <summary><c>correlations</c>.</summary>
    public string Name => "correlations";

    /// <summary><c>first</c>, <c>second</c>, <c>coefficient</c>, <c>p</c>, <c>lower</c>, <c>upper</c>, <c>count</c>, <c>missing</c>; one row per pair.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <inheritdoc/>
    public int RowCount => Columns[0].Count;

    /// <summary>The coefficients as a symmetric matrix: <c>column</c> and one column per column.</summary>
    public ResultTable Matrix { get; }

    /// <summary>Everything about one pair.</summary>
    /// <param name="first">Place of a column among those correlated, from 0.</param>
    /// <param name="second">Place of the other.</param>
    /// <returns>Coefficient, p-value, interval.</returns>
    public CorrelationResult this[int first, int second] => _results[(first * (Matrix.Columns.Count - 1)) + second];

    /// <inheritdoc/>
    public override string ToString() => this.Preview();
}
