namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>The baselines of a series and what remains when they are subtracted.</summary>
/// <remarks>
/// A row that has no baseline holds NaN in <see cref="Baselines"/> and in the intensities of <see cref="Corrected"/>. The variances of the raw
/// data are carried over to the corrected ones: the baseline is taken as exact, its own uncertainty is not in them. Immutable, thread-safe.
/// </remarks>
/// <example><code>
/// BaselineSeries result = series.EstimateBaseline(new AslsOptions { Lambda = 1e6 });
/// SpectrumSeries corrected = result.Corrected;
/// </code></example>
public sealed class BaselineSeries : ISeriesResult, IBatchResult
{
    private readonly BaselineInfo[] _info;

    internal BaselineSeries(SpectrumSeries baselines, SpectrumSeries corrected, BaselineInfo[] info, IReadOnlyList<StepWarning> warnings)
    {
        Baselines = baselines;
        Corrected = corrected;
        _info = info;
        Warnings = warnings;
    }

    /// <summary>The baselines, in the unit of the intensity; without variances.</summary>
    public SpectrumSeries Baselines { get; }

    /// <summary>Intensities minus baselines, with the variances of the intensities where those have any.</summary>
    public SpectrumSeries Corrected { get; }

    /// <summary>How each estimate went.</summary>
    public ReadOnlySpan<BaselineInfo> Info => _info;

    /// <inheritdoc/>
    public IReadOnlyList<StepWarning> Warnings { get; }

    /// <inheritdoc/>
    public int Count => _info.Length;

    /// <summary>The corrected spectra: the next step goes on with them.</summary>
    public SpectrumSeries Series => Corrected;

    /// <inheritdoc/>
    public RowStatus StatusOf(int row) => _info[row].Status;

    /// <summary>How each estimate went, as a table: index (source row), label, status, solves, converged (1 or 0), last_change, error_estimate.</summary>
    /// <returns>One row per spectrum, for <see cref="ResultTable"/> writers.</returns>
    public ResultTable ToTable()
    {
        int[] rows = [.. Enumerable.Range(0, Count)];
        return new ResultTable("baselines",
        [
            new IntegerColumn("index", rows.Select(r => (long)Corrected.SourceRow(r)).ToArray()),
            new TextColumn("label", [.. rows.Select(Corrected.Label)]),
            new StatusColumn("status", rows.Select(StatusOf).ToArray()),
            new IntegerColumn("solves", _info.Select(i => (long)i.Solves).ToArray()),
            new IntegerColumn("converged", _info.Select(i => i.Converged ? 1L : 0).ToArray()),
            new NumberColumn("last_change", string.Empty, _info.Select(i => i.LastChange).ToArray()),
            new NumberColumn("error_estimate", string.Empty, _info.Select(i => i.ErrorEstimate).ToArray()),
        ]);
    }

    /// <inheritdoc/>
    public override string ToString() => $"baselines of {Baselines}";
}
