using System.Globalization;
using System.Text;

namespace BigMap.Analysis.Numerics;

/// <summary>A series from which something was left out or in which something was replaced, and the table of every change.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed class CleanedSeries : ISeriesResult, IBatchResult, IResultTable
{
    private readonly string _what;
    private readonly RowStatus[] _statuses;

    internal CleanedSeries(string what, SpectrumSeries series, RowStatus[] statuses, IReadOnlyList<Change> changes, string unit)
    {
        _what = what;
        Series = series;
        _statuses = statuses;
        Columns =
        [
            new IntegerColumn("index", changes.Select(c => c.Index).ToArray()),
            new TextColumn("label", [.. changes.Select(c => c.Label)]),
            new TextColumn("reason", [.. changes.Select(c => c.Reason)]),
            new TextColumn("action", [.. changes.Select(c => c.Action)]),
            new IntegerColumn("point", changes.Select(c => c.Point < 0 ? IntegerColumn.Missing : c.Point).ToArray()),
            new NumberColumn("x", series.Axis.Unit, changes.Select(c => c.X).ToArray()),
            new NumberColumn("before", unit, changes.Select(c => c.Before).ToArray()),
            new NumberColumn("after", unit, changes.Select(c => c.After).ToArray(), changes.Select(c => c.StandardError).ToArray()),
        ];
    }

    /// <summary>The series for the next step.</summary>
    public SpectrumSeries Series { get; }

    /// <summary><c>changes</c>.</summary>
    public string Name => "changes";

    /// <summary>One row per change: <c>index</c> (source row), <c>label</c>, <c>reason</c>, <c>action</c>, <c>point</c>, <c>x</c>, <c>before</c>, <c>after</c> with its standard error.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <inheritdoc/>
    public int RowCount => Columns[0].Count;

    /// <summary>Rows that went in.</summary>
    public int Count => _statuses.Length;

    /// <inheritdoc/>
    public IReadOnlyList<StepWarning> Warnings => RowCount == 0 ? [] : [new StepWarning("data_changed", Report().TrimEnd())];

    /// <summary>Status of a row that went in: <see cref="RowStatus.Excluded"/> where it was left out, <see cref="RowStatus.NotFinite"/> where NaN remain in it.</summary>
    /// <param name="row">Row of the input, from 0.</param>
    /// <returns>The status.</returns>
    public RowStatus StatusOf(int row) => _statuses[row];

    /// <summary>What was done, in one line per reason.</summary>
    /// <returns>Text.</returns>
    public string Report()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{_what}: {(RowCount == 0 ? "nothing was changed" : $"{RowCount} changes")} in {Count} rows, {Series.Count} rows remain.\n");
        var reasons = (TextColumn)Columns[2];
        var actions = (TextColumn)Columns[3];
        foreach (IGrouping<(string, string), int> group in Enumerable.Range(0, RowCount).GroupBy(i => (actions[i], reasons[i])).OrderBy(g => g.First()))
            text.Append(CultureInfo.InvariantCulture, $"  {group.Key.Item1}, {group.Key.Item2}: {group.Count()}\n");
        return text.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{_what}: {RowCount} changes, {Series}";

    internal readonly record struct Change(long Index, string Label, string Reason, string Action, int Point, double X, double Before, double After, double StandardError);
}
