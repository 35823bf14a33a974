using System.Text;

namespace BigMap.Analysis;

/// <summary>A table with typed columns: what CSV, HDF5, plots and notebooks read.</summary>
public interface IResultTable
{
    /// <summary>What the table holds, e.g. <c>fits</c>.</summary>
    string Name { get; }

    /// <summary>The columns, in order; every one has <see cref="RowCount"/> rows.</summary>
    IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>Number of rows.</summary>
    int RowCount { get; }
}

/// <summary>A table made of given columns.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
/// <example><code>
/// var table = new ResultTable("cells", [new TextColumn("cell", ["A", "B"]), new NumberColumn("capacity", "mA h", new double[] { 2.1, 2.3 })]);
/// Console.WriteLine(table);
/// </code></example>
public sealed class ResultTable : IResultTable
{
    /// <summary>Makes a table.</summary>
    /// <param name="name">What the table holds.</param>
    /// <param name="columns">At least one column; equal lengths, distinct names.</param>
    /// <exception cref="ArgumentException">No column, different lengths, or a name that occurs twice.</exception>
    public ResultTable(string name, IReadOnlyList<TableColumn> columns)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Count == 0)
            throw new ArgumentException("A table needs at least one column.", nameof(columns));
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (TableColumn column in columns)
        {
            if (column.Count != columns[0].Count)
                throw new ArgumentException($"Column {column.Name} has {column.Count} rows, {columns[0].Name} has {columns[0].Count}.", nameof(columns));
            if (!names.Add(column.Name))
                throw new ArgumentException($"Two columns are named {column.Name}.", nameof(columns));
        }

        Name = name;
        Columns = columns;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <inheritdoc/>
    public int RowCount => Columns[0].Count;

    /// <inheritdoc/>
    public override string ToString() => this.Preview();
}

/// <summary>What every table can do.</summary>
public static class ResultTableExtensions
{
    /// <summary>Finds a column by name.</summary>
    /// <param name="table">The table.</param>
    /// <param name="name">The exact name.</param>
    /// <returns>The column.</returns>
    /// <exception cref="DataMismatchException">There is no such column; the message lists those there are.</exception>
    public static TableColumn Column(this IResultTable table, string name)
    {
        ArgumentNullException.ThrowIfNull(table);
        foreach (TableColumn column in table.Columns)
        {
            if (column.Name == name)
                return column;
        }

        throw new DataMismatchException($"Table {table.Name} has no column {name}. Its columns: {string.Join(", ", table.Columns.Select(c => c.Name))}.");
    }

    /// <summary>Finds a column of numbers by name.</summary>
    /// <param name="table">The table.</param>
    /// <param name="name">The exact name.</param>
    /// <returns>The column.</returns>
    /// <exception cref="DataMismatchException">There is no such column, or it holds no numbers.</exception>
    public static NumberColumn Numbers(this IResultTable table, string name) =>
        table.Column(name) as NumberColumn
        ?? throw new DataMismatchException($"Column {name} of table {table.Name} does not hold numbers.");

    /// <summary>The same table with other rows, or rows in another order.</summary>
    /// <param name="table">The table.</param>
    /// <param name="rows">Rows to take; −1 gives a row of missing values.</param>
    /// <returns>A new table.</returns>
    public static ResultTable Take(this IResultTable table, ReadOnlySpan<int> rows)
    {
        ArgumentNullException.ThrowIfNull(table);
        var columns = new TableColumn[table.Columns.Count];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = table.Columns[i].Take(rows);
        return new ResultTable(table.Name, columns);
    }

    /// <summary>The first rows as aligned text.</summary>
    /// <param name="table">The table.</param>
    /// <param name="rows">How many rows at the most. Default 10.</param>
    /// <returns>Text with a header line, a unit line and the rows.</returns>
    public static string Preview(this IResultTable table, int rows = 10)
    {
        ArgumentNullException.ThrowIfNull(table);
        int shown = Math.Min(rows, table.RowCount);
        var text = new StringBuilder();
        text.Append(table.Name).Append(": ").Append(table.RowCount).Append(" rows, ").Append(table.Columns.Count).Append(" columns\n");
        var lines = new StringBuilder[shown + 2];
        for (int i = 0; i < lines.Length; i++)
            lines[i] = new StringBuilder();
        foreach (TableColumn column in table.Columns)
        {
            var cells = new string[shown + 2];
            cells[0] = column.Name;
            cells[1] = column.Unit;
            for (int r = 0; r < shown; r++)
                cells[r + 2] = Cell(column, r);
            int width = cells.Max(c => c.Length);
            for (int i = 0; i < cells.Length; i++)
                lines[i].Append(cells[i].PadLeft(width)).Append("  ");
        }

        foreach (StringBuilder line in lines)
            text.Append(line.ToString().TrimEnd()).Append('\n');
        if (shown < table.RowCount)
            text.Append("… ").Append(table.RowCount - shown).Append(" more\n");
        return text.ToString();
    }

    private static string Cell(TableColumn column, int row) => column is NumberColumn numbers
        ? numbers.HasStandardErrors && !double.IsNaN(numbers.StandardErrors.Span[row])
            ? MeasuredValue.Format(numbers[row], numbers.StandardErrors.Span[row])
            : double.IsNaN(numbers[row]) ? string.Empty : numbers[row].ToString("G6", System.Globalization.CultureInfo.InvariantCulture)
        : column.Text(row);
}
