using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>The loop of a filter over the rows of a series.</summary>
internal static class FilterStep
{
    /// <summary>Work on one row of a series; the value goes into the table.</summary>
    public delegate RowStatus RowWork<in TWorkspace, in TOptions>(TWorkspace workspace, TOptions options, int row, Span<double> result, Span<double> variance, out double value);

    /// <summary>Runs a filter.</summary>
    public static ProcessedSeries Run<TOptions, TFilter>(SpectrumSeries series, StepRequest<TOptions> request, StepScope scope, FilterOutput output, Func<TFilter> make, CancellationToken cancellationToken)
        where TOptions : class
        where TFilter : RowFilter<TOptions> => RunRows(
        series,
        request,
        scope,
        output,
        make,
        (TFilter filter, TOptions options, int row, Span<double> result, Span<double> variance, out double value) =>
            filter.Process(options, series[row], series.Variance(row), result, variance, out value),
        cancellationToken);

    /// <summary>Runs any work on rows.</summary>
    public static ProcessedSeries RunRows<TOptions, TWorkspace>(
        SpectrumSeries series,
        StepRequest<TOptions> request,
        StepScope scope,
        FilterOutput output,
        Func<TWorkspace> make,
        RowWork<TWorkspace, TOptions> work,
        CancellationToken cancellationToken)
        where TOptions : class
    {
        int n = series.Length;
        var y = new double[checked(series.Count * n)];
        var v = series.HasVariance ? new double[y.Length] : [];
        var statuses = new RowStatus[series.Count];
        var values = new double[series.Count];
        RowScheduler.Run(
            new RowPlan(series.Count, scope.Operation),
            scope.Context,
            make,
            (row, workspace) =>
            {
                Span<double> result = y.AsSpan(row * n, n), variance = v.Length == 0 ? default : v.AsSpan(row * n, n);
                if (request.OptionsFor(series.SourceRow(row)) is { } options)
                {
                    statuses[row] = work(workspace, options, row, result, variance, out values[row]);
                }
                else
                {
                    statuses[row] = RowStatus.Excluded;
                    values[row] = double.NaN;
                    result.Fill(double.NaN);
                    variance.Fill(double.NaN);
                }

                return statuses[row].IsUsable();
            },
            cancellationToken);
        SpectrumSeries made = SpectrumSeries.Wrap(series.Axis, y, series.Count, series.DescribeRows() with
        {
            Variance = v,
            Kind = IntensityKind.Derived,
            IntensityQuantity = output.Quantity ?? series.IntensityQuantity,
            IntensityUnit = output.Unit ?? series.IntensityUnit,
        });
        NumberColumn? column = output.ValueName is { } name ? new NumberColumn(name, string.Empty, values) : null;
        return new ProcessedSeries(made, statuses, column, output.Warn?.Invoke(values) ?? []);
    }
}

/// <summary>What a filter makes of a series besides numbers.</summary>
internal sealed record FilterOutput
{
    /// <summary>Quantity of the result; null: as before.</summary>
    public string? Quantity { get; init; }

    /// <summary>Unit of the result; null: as before.</summary>
    public string? Unit { get; init; }

    /// <summary>Name of the value per row in the table; null: none.</summary>
    public string? ValueName { get; init; }

    /// <summary>Warnings from the values.</summary>
    public Func<double[], IReadOnlyList<StepWarning>>? Warn { get; init; }
}
