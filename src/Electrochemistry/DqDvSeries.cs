namespace BigMap.Analysis.Electrochemistry;

/// <summary>dQ/dV of every half-cycle over one voltage axis: a series, so that its peaks can be fitted, and a table, so that it can be written.</summary>
/// <remarks>
/// Positive on charge, negative on discharge. A row is NaN outside the voltages that its half-cycle went through. The source row is the number
/// of the half-cycle less one. Immutable, thread-safe.
/// </remarks>
public sealed class DqDvSeries : ISeriesResult, IBatchResult, IResultTable
{
    private readonly RowStatus[] _statuses;
    private readonly Lazy<IReadOnlyList<TableColumn>> _columns;

    internal DqDvSeries(SpectrumSeries series, RowStatus[] statuses, IReadOnlyList<HalfCycle> halfCycles, IReadOnlyList<StepWarning> warnings)
    {
        Series = series;
        Warnings = warnings;
        _statuses = statuses;
        _columns = new Lazy<IReadOnlyList<TableColumn>>(() => Table(series, halfCycles));
    }

    /// <summary>One row per half-cycle over the voltage.</summary>
    public SpectrumSeries Series { get; }

    /// <summary><c>dqdv</c>.</summary>
    public string Name => "dqdv";

    /// <summary>The finite points, one after the other: <c>half cycle</c>, <c>cycle</c>, <c>direction</c>, <c>voltage</c>, <c>dQ/dV</c>.</summary>
    public IReadOnlyList<TableColumn> Columns => _columns.Value;

    /// <inheritdoc/>
    public int RowCount => Columns[0].Count;

    /// <summary>Number of half-cycles.</summary>
    public int Count => _statuses.Length;

    /// <inheritdoc/>
    public IReadOnlyList<StepWarning> Warnings { get; }

    /// <inheritdoc/>
    public RowStatus StatusOf(int row) => _statuses[row];

    /// <inheritdoc/>
    public override string ToString() => $"dQ/dV of {Count} half-cycles over {Series.Axis}";

    private static TableColumn[] Table(SpectrumSeries series, IReadOnlyList<HalfCycle> halfCycles)
    {
        List<long> half = [], cycle = [];
        List<string> direction = [];
        List<double> voltage = [], value = [];
        for (int row = 0; row < series.Count; row++)
        {
            ReadOnlySpan<double> y = series[row];
            for (int i = 0; i < y.Length; i++)
            {
                if (!double.IsFinite(y[i]))
                    continue;
                half.Add(halfCycles[row].Number);
                cycle.Add(halfCycles[row].Cycle);
                direction.Add(CyclingRecord.Text(halfCycles[row].Direction));
                voltage.Add(series.Axis.Values[i]);
                value.Add(y[i]);
            }
        }

        return
        [
            new IntegerColumn("half cycle", half.ToArray()), new IntegerColumn("cycle", cycle.ToArray()), new TextColumn("direction", direction),
            new NumberColumn("voltage", series.Axis.Unit, voltage.ToArray()), new NumberColumn("dQ/dV", series.IntensityUnit, value.ToArray()),
        ];
    }
}
