namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>The baselines of a series and what remains when they are subtracted.</summary>
/// <remarks>
/// A row that has no baseline holds NaN in <see cref="Baselines"/> and in the intensities of <see cref="Corrected"/>. The variances of the raw
/// data are carried over to the corrected ones; the uncertainty of the baseline, which is correlated over many points, is not in them: see <see cref="StandardErrors"/> and <see cref="CovarianceOf"/>. Immutable, thread-safe.
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

    /// <summary>Standard errors of the baselines, in the unit of the intensity, or null: not asked for (<see cref="AslsOptions.StandardErrors"/>, <see cref="RemlOptions.StandardErrors"/>), or not known to the method.</summary>
    public SpectrumSeries? StandardErrors { get; internal init; }

    /// <summary>How each estimate went.</summary>
    public ReadOnlySpan<BaselineInfo> Info => _info;

    /// <inheritdoc/>
    public IReadOnlyList<StepWarning> Warnings { get; }

    /// <inheritdoc/>
    public int Count => _info.Length;

    /// <summary>The corrected spectra: the next step goes on with them.</summary>
    public SpectrumSeries Series => Corrected;

    internal Func<int, IBaselineCovariance>? Covariances { get; init; }

    /// <summary>Covariance of the values of a baseline: what a fit to <see cref="Corrected"/> needs to add the uncertainty of the baseline to its own. AsLS has it.</summary>
    /// <param name="row">Row, from 0. Its baseline is estimated once more for this.</param>
    /// <returns>The covariance; NaN in every product when the row has no baseline.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="NotSupportedException">The method does not know it.</exception>
    public IBaselineCovariance CovarianceOf(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
        return Covariances?.Invoke(row) ?? throw new NotSupportedException("This method does not know the covariance of its baseline; AsLS does.");
    }

    /// <inheritdoc/>
    public RowStatus StatusOf(int row) => _info[row].Status;

    /// <summary>How each estimate went, as a table: index (source row), label, status, solves, converged (1 or 0), last_change, error_estimate; and lambda where it was chosen automatically.</summary>
    /// <returns>One row per spectrum, for <see cref="ResultTable"/> writers.</returns>
    public ResultTable ToTable()
    {
        int[] rows = [.. Enumerable.Range(0, Count)];
        TableColumn[] chosen = _info.Any(i => i.Lambda is not null) ? [new NumberColumn("lambda", string.Empty, _info.Select(i => i.Lambda ?? double.NaN).ToArray())] : [];
        return new ResultTable("baselines",
        [
            new IntegerColumn("index", rows.Select(r => (long)Corrected.SourceRow(r)).ToArray()),
            new TextColumn("label", [.. rows.Select(Corrected.Label)]),
            new StatusColumn("status", rows.Select(StatusOf).ToArray()),
            new IntegerColumn("solves", _info.Select(i => (long)i.Solves).ToArray()),
            new IntegerColumn("converged", _info.Select(i => i.Converged ? 1L : 0).ToArray()),
            new NumberColumn("last_change", string.Empty, _info.Select(i => i.LastChange).ToArray()),
            new NumberColumn("error_estimate", string.Empty, _info.Select(i => i.ErrorEstimate).ToArray()),
            .. chosen,
        ]);
    }

    /// <inheritdoc/>
    public override string ToString() => $"baselines of {Baselines}";
}
