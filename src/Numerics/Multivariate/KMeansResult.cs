using System.Globalization;

namespace BigMap.Analysis.Numerics;

/// <summary>
/// Clusters of a series: a table with the cluster of every row, and a series of the mean of the rows of every cluster. Rows with values that are not finite,
/// and excluded ones, have a status and no cluster.
/// </summary>
/// <remarks>As the input of a further step it stands for the means. Immutable, thread-safe.</remarks>
public sealed class KMeansResult : IResultTable, IBatchResult, ISeriesResult
{
    private readonly RowStatus[] _statuses;

    internal KMeansResult(Observations rows, KMeans model)
    {
        Model = model;
        _statuses = rows.Statuses;
        SpectrumSeries series = rows.Series;
        var cluster = new long[series.Count];
        Array.Fill(cluster, IntegerColumn.Missing);
        var means = new double[model.Count * series.Length];
        var counts = new int[model.Count];
        for (int i = 0; i < rows.Count; i++)
            counts[model.Labels.Span[i]]++;
        for (int i = 0; i < rows.Count; i++)
        {
            int own = model.Labels.Span[i];
            cluster[rows.Rows[i]] = own;
            VectorKernels.AddScaled(means.AsSpan(own * series.Length, series.Length), 1.0 / counts[own], series[rows.Rows[i]]);
        }

        string[] names = new string[model.Count];
        for (int c = 0; c < names.Length; c++)
            names[c] = string.Create(CultureInfo.InvariantCulture, $"cluster {c}");
        Series = Observations.Curves(series, means, names, series.IntensityQuantity, series.IntensityUnit)
            .WithColumns([new IntegerColumn("rows", counts.Select(n => (long)n).ToArray())]);
        int columns = model.Count == 0 ? 0 : model.Centres.Length / model.Count;
        var distance = rows.Column("distance", string.Empty, i => Math.Sqrt(
            VectorKernels.SquaredDistance(rows.Values.AsSpan(i * columns, columns), model.Centres.Span.Slice(model.Labels.Span[i] * columns, columns))));
        Columns = Observations.Join([.. rows.Head(), new IntegerColumn("cluster", cluster), distance], series.Columns);
        Warnings = model.Converged ? [] : [new StepWarning("not_converged", "The best start did not come to its end. Allow more iterations.")];
    }

    /// <summary>Labels, centres, inertia and the numbers of clusters that were tried.</summary>
    public KMeans Model { get; }

    /// <summary>Mean of the rows of every cluster, with the column <c>rows</c>: how many there are.</summary>
    public SpectrumSeries Series { get; }

    /// <summary><c>clusters</c>.</summary>
    public string Name => "clusters";

    /// <summary><c>index</c>, <c>label</c>, <c>status</c>, <c>cluster</c> (from 0), <c>distance</c> to its centre, then the columns of the series.</summary>
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
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Model.Count} clusters of {Count} rows, inertia {Model.Inertia:G6}");
}
