using System.Globalization;
using System.Text;

namespace BigMap.Analysis.Numerics;

/// <summary>
/// Principal components of a series: a table of scores (one row per row of the series), a series of loadings (one row per component), and a table of
/// explained variances. Rows with values that are not finite, and excluded ones, have a status and no scores.
/// </summary>
/// <remarks>As the input of a further step it stands for the loadings. Immutable, thread-safe.</remarks>
public sealed class PcaResult : IResultTable, IBatchResult, ISeriesResult
{
    private readonly RowStatus[] _statuses;

    internal PcaResult(Observations rows, PrincipalComponents model, string[] warnings)
    {
        Model = model;
        _statuses = rows.Statuses;
        string[] names = Observations.Names("PC", model.Count);
        Series = Observations.Curves(rows.Series, model.Loadings.ToArray(), names, "loading", string.Empty);
        var columns = new List<TableColumn>(rows.Head());
        int count = model.Count;
        for (int k = 0; k < count; k++)
        {
            int at = k;
            columns.Add(rows.Column(names[k], string.Empty, i => model.Scores.Span[(i * count) + at]));
        }

        columns.Add(rows.Column("Q", string.Empty, i => count == 0 ? double.NaN : model.Residuals.Span[i]));
        columns.Add(rows.Column("T2", string.Empty, i =>
        {
            double sum = count == 0 ? double.NaN : 0;
            for (int k = 0; k < count; k++)
                sum += model.Scores.Span[(i * count) + k] * model.Scores.Span[(i * count) + k] / model.Variances.Span[k];
            return sum;
        }));
        Columns = Observations.Join(columns, rows.Series.Columns);
        Warnings = [.. warnings.Select(w => new StepWarning("pca_components", w))];
        Explained = Table(model);
    }

    /// <summary>Loadings, means, scales and singular values as numbers.</summary>
    public PrincipalComponents Model { get; }

    /// <summary>The loadings over the axis of the series, one row per component.</summary>
    public SpectrumSeries Series { get; }

    /// <summary>One row per component: <c>component</c>, <c>singular value</c>, <c>variance</c>, <c>share</c>, <c>cumulative</c> (parts of 1).</summary>
    public ResultTable Explained { get; }

    /// <summary><c>scores</c>.</summary>
    public string Name => "scores";

    /// <summary><c>index</c>, <c>label</c>, <c>status</c>, <c>PC1</c> …, <c>Q</c> (squares left over), <c>T2</c> (Hotelling's T²), then the columns of the series.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <inheritdoc/>
    public int RowCount => _statuses.Length;

    /// <inheritdoc/>
    public int Count => _statuses.Length;

    /// <inheritdoc/>
    public IReadOnlyList<StepWarning> Warnings { get; }

    /// <inheritdoc/>
    public RowStatus StatusOf(int row) => _statuses[row];

    /// <summary>The explained variances in a few lines.</summary>
    /// <returns>Text.</returns>
    public string Report()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Principal components of {_statuses.Count(s => s == RowStatus.Ok)} of {Count} rows\n");
        for (int k = 0; k < Model.Count; k++)
            text.Append(CultureInfo.InvariantCulture, $"  PC{k + 1}: {100 * Explained.Numbers("share")[k]:F2} % of the variance, {100 * Explained.Numbers("cumulative")[k]:F2} % with those before\n");
        foreach (StepWarning warning in Warnings)
            text.Append("  ").Append(warning.Message).Append('\n');
        return text.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Model.Count} principal components of {Count} rows";

    private static ResultTable Table(PrincipalComponents model)
    {
        int n = model.Variances.Length;
        var number = new long[n];
        var share = new double[n];
        var cumulative = new double[n];
        double sum = 0;
        for (int k = 0; k < n; k++)
        {
            number[k] = k + 1;
            sum += model.Variances.Span[k];
            share[k] = model.Variances.Span[k] / model.TotalVariance;
            cumulative[k] = sum / model.TotalVariance;
        }

        return new ResultTable("explained variance",
        [
            new IntegerColumn("component", number), new NumberColumn("singular value", string.Empty, model.SingularValues), new NumberColumn("variance", string.Empty, model.Variances),
            new NumberColumn("share", string.Empty, share), new NumberColumn("cumulative", string.Empty, cumulative),
        ]);
    }
}
