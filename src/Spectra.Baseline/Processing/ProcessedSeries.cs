namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Rows after a step that worked on each by itself: smoothed, normalised, freed of spikes.</summary>
/// <remarks>A row that could not be done holds NaN, variances included. Immutable, thread-safe.</remarks>
/// <example><code>
/// ProcessedSeries smooth = series.Smooth(new SavitzkyGolayOptions { HalfWindow = 7 });
/// SpectrumSeries next = smooth.Series;
/// </code></example>
public sealed class ProcessedSeries : ISeriesResult, IBatchResult
{
    private readonly RowStatus[] _statuses;
    private readonly NumberColumn? _column;

    internal ProcessedSeries(SpectrumSeries series, RowStatus[] statuses, NumberColumn? column, IReadOnlyList<StepWarning> warnings)
    {
        Series = series;
        _statuses = statuses;
        _column = column;
        Warnings = warnings;
    }

    /// <summary>The rows after the step: the next step goes on with them.</summary>
    public SpectrumSeries Series { get; }

    /// <inheritdoc/>
    public IReadOnlyList<StepWarning> Warnings { get; }

    /// <inheritdoc/>
    public int Count => _statuses.Length;

    /// <inheritdoc/>
    public RowStatus StatusOf(int row) => _statuses[row];

    /// <summary>How each row went, as a table: index (source row), label, status, and what the step found out: the factor of a normalisation, the number of points replaced.</summary>
    /// <returns>One row per spectrum, for <see cref="ResultTable"/> writers.</returns>
    public ResultTable ToTable()
    {
        int[] rows = [.. Enumerable.Range(0, Count)];
        List<TableColumn> columns =
        [
            new IntegerColumn("index", rows.Select(r => (long)Series.SourceRow(r)).ToArray()),
            new TextColumn("label", [.. rows.Select(Series.Label)]),
            new StatusColumn("status", rows.Select(StatusOf).ToArray()),
        ];
        if (_column is not null)
            columns.Add(_column);
        return new ResultTable("rows", columns);
    }

    /// <inheritdoc/>
    public override string ToString() => Series.ToString();
}
