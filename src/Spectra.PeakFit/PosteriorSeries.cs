namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>Posterior distributions of a fitted series: a table with one row per spectrum.</summary>
/// <remarks>
/// Columns: index, label, status (<c>ok</c>, or <c>max_iterations</c> where the sampling has not converged), acceptance, then for every value of the
/// fit its median with the standard deviation as error, and <c>name.q025</c>, <c>name.q16</c>, <c>name.q84</c>, <c>name.q975</c>, <c>name.rhat</c>,
/// <c>name.tau</c>. Values of an absent peak are missing. Immutable, thread-safe.
/// </remarks>
public sealed class PosteriorSeries : IResultTable, IBatchResult
{
    private readonly Internal.PosteriorRow[] _rows;
    private readonly PeakModel _model;

    internal PosteriorSeries(FitSeries fits, Internal.PosteriorRow[] rows)
    {
        _rows = rows;
        _model = fits.Model;
        SpectrumSeries input = fits.Input;
        var columns = new List<TableColumn>
        {
            new IntegerColumn("index", Column(row => (long)input.SourceRow(row))),
            new TextColumn("label", Column(row => input.Label(row))),
            new StatusColumn("status", Column(row => rows[row].Status)),
            new NumberColumn("acceptance", string.Empty, Column(row => rows[row].Acceptance)),
        };
        for (int q = 0; q < _model.ValueNames.Count; q++)
        {
            int at = q;
            Internal.Quantity quantity = _model.Layout.Quantities[q];
            if (!Internal.PosteriorSampling.IsSampled(quantity))
                continue;
            string unit = quantity.UnitText(input.Axis.Unit, input.IntensityUnit);
            columns.Add(new NumberColumn(
                quantity.Name,
                unit,
                Column(row => Of(row, at).Median),
                Column(row => Of(row, at).StandardDeviation is > 0 and var sd ? sd : double.NaN),
                Column(row => Of(row, at).StandardDeviation > 0 ? StandardErrorStatus.Given : rows[row].Missing(at))));
            columns.Add(new NumberColumn($"{quantity.Name}.q025", unit, Column(row => Of(row, at).Q025)));
            columns.Add(new NumberColumn($"{quantity.Name}.q16", unit, Column(row => Of(row, at).Q16)));
            columns.Add(new NumberColumn($"{quantity.Name}.q84", unit, Column(row => Of(row, at).Q84)));
            columns.Add(new NumberColumn($"{quantity.Name}.q975", unit, Column(row => Of(row, at).Q975)));
            columns.Add(new NumberColumn($"{quantity.Name}.rhat", string.Empty, Column(row => Of(row, at).RHat)));
            columns.Add(new NumberColumn($"{quantity.Name}.tau", "steps", Column(row => Of(row, at).AutocorrelationTime)));
        }

        Columns = columns;
        int unfinished = rows.Count(r => r.Status == RowStatus.MaxIterations);
        Warnings = unfinished == 0 ? [] : [new StepWarning("not_converged", FormattableString.Invariant($"In {unfinished} of {rows.Length} rows the sampling has not converged (split R-hat above {Internal.PosteriorSampling.LargestRHat}, or fewer than {Internal.PosteriorSampling.FewestAutocorrelationTimes} autocorrelation times): take more steps, or look for several minima with more starts of the fit."))];
    }

    /// <inheritdoc/>
    public string Name => "posterior";

    /// <inheritdoc/>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <inheritdoc/>
    public int RowCount => _rows.Length;

    /// <inheritdoc/>
    public int Count => _rows.Length;

    /// <inheritdoc/>
    public IReadOnlyList<StepWarning> Warnings { get; }

    /// <inheritdoc/>
    public RowStatus StatusOf(int row) => _rows[row].Status;

    /// <summary>The posterior distribution of one value in one row.</summary>
    /// <param name="row">Row, from 0.</param>
    /// <param name="name">Name of a value, e.g. <c>H1.area</c>.</param>
    /// <returns>NaN throughout without a result, and for values of an absent peak.</returns>
    /// <exception cref="ArgumentException">There is no such value.</exception>
    public PosteriorValue Of(int row, string name) => Of(row, _model.IndexOf(name));

    /// <inheritdoc/>
    public override string ToString() => $"posteriors of {Count} spectra";

    private PosteriorValue Of(int row, int value) => _rows[row].Values.Length == 0 ? PosteriorValue.None : _rows[row].Values[value];

    private T[] Column<T>(Func<int, T> value)
    {
        var column = new T[_rows.Length];
        for (int row = 0; row < column.Length; row++)
            column[row] = value(row);
        return column;
    }
}

/// <summary>The posterior distribution of one value.</summary>
/// <param name="Median">Median.</param>
/// <param name="StandardDeviation">Standard deviation.</param>
/// <param name="Q025">Quantile 0.025.</param>
/// <param name="Q16">Quantile 0.1587.</param>
/// <param name="Q84">Quantile 0.8413.</param>
/// <param name="Q975">Quantile 0.975.</param>
/// <param name="RHat">Split R-hat over the halves of both ensembles; 1 for sampling that has converged.</param>
/// <param name="AutocorrelationTime">Integrated autocorrelation time in steps.</param>
public readonly record struct PosteriorValue(double Median, double StandardDeviation, double Q025, double Q16, double Q84, double Q975, double RHat, double AutocorrelationTime)
{
    internal static PosteriorValue None { get; } = new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
}
