using System.Globalization;

namespace BigMap.Analysis.Numerics;

/// <summary>
/// Factors of a series: a table of amounts (one row per row of the series) and a series of the components' spectra. Rows with values that are not finite,
/// and excluded ones, have a status and no amounts.
/// </summary>
/// <remarks>As the input of a further step it stands for the spectra. Immutable, thread-safe.</remarks>
public sealed class CurveResolutionResult : IResultTable, IBatchResult, ISeriesResult
{
    private readonly RowStatus[] _statuses;

    internal CurveResolutionResult(Observations rows, CurveResolution model, string name)
    {
        Model = model;
        Name = name;
        _statuses = rows.Statuses;
        if (!model.Converged)
        {
            for (int row = 0; row < _statuses.Length; row++)
                _statuses[row] = _statuses[row] == RowStatus.Ok ? RowStatus.MaxIterations : _statuses[row];
        }

        string[] names = Observations.Names("component", model.Count);
        Series = Observations.Curves(rows.Series, model.Spectra.ToArray(), names, rows.Series.IntensityQuantity, string.Empty);
        var columns = new List<TableColumn>(rows.Head());
        int length = rows.Series.Length;
        for (int k = 0; k < model.Count; k++)
        {
            int at = k;
            columns.Add(rows.Column(names[k], rows.Series.IntensityUnit, i => model.Concentrations.Span[(i * model.Count) + at]));
        }

        columns.Add(rows.Column("rms residual", rows.Series.IntensityUnit, i => Math.Sqrt(model.Residuals.Span[i] / length)));
        Columns = Observations.Join(columns, rows.Series.Columns);
        Warnings = model.Converged ? [] : [new StepWarning("not_converged", string.Create(CultureInfo.InvariantCulture, $"The tolerance was not reached in {model.Iterations} iterations. Allow more, or ask for fewer components."))];
    }

    /// <summary>The factors as numbers.</summary>
    public CurveResolution Model { get; }

    /// <summary>The spectra of the components over the axis of the series.</summary>
    public SpectrumSeries Series { get; }

    /// <summary><c>nmf</c> or <c>mcr</c>.</summary>
    public string Name { get; }

    /// <summary><c>index</c>, <c>label</c>, <c>status</c>, <c>component1</c> …, <c>rms residual</c>, then the columns of the series.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <inheritdoc/>
    public int RowCount => _statuses.Length;

    /// <inheritdoc/>
    public int Count => _statuses.Length;

    /// <inheritdoc/>
    public IReadOnlyList<StepWarning> Warnings { get; }

    /// <inheritdoc/>
    public RowStatus StatusOf(int row) => _statuses[row];

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name}: {Model.Count} components of {Count} rows, lack of fit {Model.LackOfFit:G4} %, {Model.ExplainedVariance:F3} % explained, {Model.Iterations} iterations{(Model.Converged ? string.Empty : ", not converged")}");
}
