using BigMap.Analysis.Spectra.PeakFit.Internal;

namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>The fits of a series: a table with one row per spectrum, and every fit by itself.</summary>
/// <remarks>
/// Columns: index (row of the series that was read), label, status, iterations, chi_square, reduced_chi_square, the values of every peak
/// (center, fwhm, area, height, then form parameters such as eta), background coefficients, for every peak present (1, or 0 for a peak that noise
/// explains as well) and its detection limit where it is absent, flags (what the residuals say against the model), then the columns of the series.
/// Immutable, thread-safe.
/// </remarks>
public sealed class FitSeries : IResultTable, IBatchResult
{
    private readonly FitRows _rows;
    private readonly Dictionary<PeakFitOptions, PeakModel> _models;
    private readonly StepRequest<PeakFitOptions> _request;
    private readonly Lazy<IReadOnlyList<StepWarning>> _warnings;

    internal FitSeries(SpectrumSeries input, PeakModel model, Dictionary<PeakFitOptions, PeakModel> models, StepRequest<PeakFitOptions> request, FitRows rows)
    {
        Input = input;
        Model = model;
        _models = models;
        _request = request;
        _rows = rows;
        Columns = BuildColumns();
        _warnings = new Lazy<IReadOnlyList<StepWarning>>(() => FitWarnings.Find(this, rows));
    }

    /// <summary>The series that was fitted.</summary>
    public SpectrumSeries Input { get; }

    /// <summary>The model of every row without an override.</summary>
    public PeakModel Model { get; }

    /// <summary>Number of rows.</summary>
    public int Count => Input.Count;

    /// <summary>How every fit ended.</summary>
    public ReadOnlySpan<FitInfo> Info => _rows.Info;

    /// <inheritdoc/>
    public string Name => "fits";

    /// <inheritdoc/>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <inheritdoc/>
    public int RowCount => Count;

    /// <inheritdoc/>
    public IReadOnlyList<StepWarning> Warnings => _warnings.Value;

    /// <summary>The fit of a row.</summary>
    /// <param name="row">Row, from 0.</param>
    public FitResult this[int row]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(row));
            PeakFitOptions options = _request.OptionsFor(Input.SourceRow(row)) ?? _request.Options;
            return new FitResult(this, _models[options], _rows, row);
        }
    }

    /// <inheritdoc/>
    public RowStatus StatusOf(int row) => _rows.Info[row].Status;

    /// <summary>Rows in the order in which a person should look at them: first those without a usable result, then by misfit.</summary>
    /// <returns>Every row; the misfit of a weighted fit is its reduced χ², of an unweighted one the reduced χ² over the variance that the scatter of neighbouring points shows.</returns>
    public IReadOnlyList<RowMisfit> RankByMisfit() =>
    [
        .. Enumerable.Range(0, Count)
            .Select(row => new RowMisfit(row, Input.SourceRow(row), Input.Label(row), StatusOf(row), _rows.Misfit[row]))
            .OrderBy(r => r.Status.IsUsable())
            .ThenByDescending(r => double.IsNaN(r.Misfit) ? double.PositiveInfinity : r.Misfit)
            .ThenBy(r => r.Row),
    ];

    /// <summary>How a value changes along the series: whether by more than its errors explain, its slope, and the rows where it breaks.</summary>
    /// <remarks>The errors are those of the fits, also where a fit is flagged as a misfit: a wrong shape moves all rows alike, so that it hardly counts in their differences; the slope has its error from the scatter where that is larger. Breaks are looked for in up to 4000 rows.</remarks>
    /// <param name="name">Name of a value, e.g. <c>H1.center</c>.</param>
    /// <param name="against">Name of a number column of the table to take as abscissa, ascending, e.g. a time; null for the row.</param>
    /// <returns>The trend over the rows that are usable and whose value has a standard error.</returns>
    /// <exception cref="ArgumentException">There is no such value or column.</exception>
    public SeriesTrend Trend(string name, string? against = null)
    {
        int q = Model.IndexOf(name);
        NumberColumn? abscissa = against is null ? null : this.Numbers(against);
        int[] rows = [.. Enumerable.Range(0, Count).Where(row => _rows.Info[row].Status.IsUsable() && _rows.Errors(row)[q] > 0 && (abscissa is null || double.IsFinite(abscissa[row])))];
        return TrendFit.Find(
            name,
            Model.Layout.Quantities[q].UnitText(Input.Axis.Unit, Input.IntensityUnit),
            rows,
            [.. rows.Select(row => abscissa is null ? row : abscissa[row])],
            [.. rows.Select(row => _rows.Values(row)[q])],
            [.. rows.Select(row => _rows.Errors(row)[q])]);
    }

    /// <summary>The series in a few lines for a person: rows with each status, for each value the median, the range and the median standard error of the usable rows, its slope, and whether it varies by more than its errors explain; then absent peaks and warnings.</summary>
    /// <returns>The text.</returns>
    public string Report() => SeriesReport.Build(this);

    /// <inheritdoc/>
    public override string ToString() => $"fits of {Count} spectra, {_rows.Info.Count(i => i.Status.IsUsable())} usable";

    private IReadOnlyList<TableColumn> BuildColumns()
    {
        var columns = new List<TableColumn>
        {
            new IntegerColumn("index", Column(row => (long)Input.SourceRow(row))),
            new TextColumn("label", Column(row => Input.Label(row))),
            new StatusColumn("status", Column(row => _rows.Info[row].Status)),
            new IntegerColumn("iterations", Column(row => (long)_rows.Info[row].Iterations)),
            new NumberColumn("chi_square", string.Empty, Column(row => _rows.Info[row].ChiSquare)),
            new NumberColumn("reduced_chi_square", string.Empty, Column(row => _rows.Info[row].ReducedChiSquare)),
        };
        for (int q = 0; q < _rows.Width; q++)
        {
            int at = q;
            Quantity quantity = Model.Layout.Quantities[q];
            columns.Add(new NumberColumn(
                quantity.Name,
                quantity.UnitText(Input.Axis.Unit, Input.IntensityUnit),
                Column(row => _rows.Values(row)[at]),
                Column(row => _rows.Errors(row)[at]),
                Column(row => _rows.Status(row)[at])));
        }

        for (int k = 0; k < _rows.Peaks; k++)
        {
            int at = k;
            string name = Model.Options.Peaks[k].Name;
            int amplitude = ShapeGeometry.Amplitude(Model.Layout.Lines[k]);
            bool area = Model.Layout.Lines[k].Parameters[amplitude].Role == ShapeParameterRole.Area;
            columns.Add(new IntegerColumn($"{name}.present", Column(row => _rows.Info[row].Status.IsUsable() ? _rows.Present(row)[at] ? 1L : 0L : IntegerColumn.Missing)));
            columns.Add(new NumberColumn(
                $"{name}.{(area ? "area" : "height")}_limit",
                (area ? $"{Input.IntensityUnit} {Input.Axis.Unit}" : Input.IntensityUnit).Trim(),
                Column(row => _rows.Limits(row)[at])));
        }

        columns.Add(new TextColumn("flags", Column(row => _rows.Info[row].Flags.ToText())));
        var taken = columns.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        foreach (TableColumn column in Input.Columns)
        {
            string name = column.Name;
            while (!taken.Add(name))
                name = $"series.{name}";
            columns.Add(name == column.Name ? column : column.WithName(name));
        }

        return columns;
    }

    private T[] Column<T>(Func<int, T> value)
    {
        var column = new T[Count];
        for (int row = 0; row < Count; row++)
            column[row] = value(row);
        return column;
    }
}

/// <summary>How badly a row fits.</summary>
/// <param name="Row">Row of the fits, from 0.</param>
/// <param name="SourceRow">Row of the series that was read.</param>
/// <param name="Label">Label of the row.</param>
/// <param name="Status">Status of the row.</param>
/// <param name="Misfit">1 for a fit as good as the noise allows; larger is worse; infinite without a usable result.</param>
public readonly record struct RowMisfit(int Row, int SourceRow, string Label, RowStatus Status, double Misfit);
