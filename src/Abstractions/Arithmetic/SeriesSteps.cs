namespace BigMap.Analysis;

/// <summary>Options of a step that has none.</summary>
public sealed record NoOptions
{
    private NoOptions()
    {
    }

    /// <summary>The one value.</summary>
    public static NoOptions Instance { get; } = new();

    /// <summary>An empty description.</summary>
    public static OptionSet<NoOptions> Set { get; } = OptionSet.For(Instance);
}

/// <summary>Two series.</summary>
/// <param name="First">The first.</param>
/// <param name="Second">The second.</param>
public sealed record SeriesPair(SpectrumSeries First, SpectrumSeries Second) : ICompositeInput
{
    /// <inheritdoc/>
    public IReadOnlyList<object> Parts => [First, Second];
}

/// <summary>A series and a table whose columns it is given.</summary>
/// <param name="Series">The series.</param>
/// <param name="Table">The table.</param>
public sealed record SeriesJoinInput(SpectrumSeries Series, IResultTable Table) : ICompositeInput
{
    /// <inheritdoc/>
    public IReadOnlyList<object> Parts => [Series, Table];
}

/// <summary>A series and the axis onto which it is interpolated.</summary>
/// <param name="Series">The series.</param>
/// <param name="Target">The axis.</param>
public sealed record ResampleInput(SpectrumSeries Series, Axis Target) : ICompositeInput
{
    /// <inheritdoc/>
    public IReadOnlyList<object> Parts => [Series, Target];
}

/// <summary>The steps of series arithmetic.</summary>
public static class SeriesSteps
{
    /// <summary>Mean, sum or weighted mean of consecutive rows.</summary>
    public static Step<SpectrumSeries, AverageOptions, SpectrumSeries> Average { get; } = new("series.average", 1, AverageOptions.Set, (input, request, _, ct) => SeriesArithmetic.AverageCore(input, request.Options, ct))
    {
        Title = "Average rows",
        Description = "Brings consecutive rows together as mean, sum or weighted mean.",
    };

    /// <summary>Bins of equal width.</summary>
    public static Step<SpectrumSeries, RebinOptions, SpectrumSeries> Rebin { get; } = new("series.rebin", 1, RebinOptions.Set, (input, request, _, _) => SeriesArithmetic.RebinCore(input, request.Options))
    {
        Title = "Rebin",
        Description = "Collects points into bins of equal width; counts are conserved.",
    };

    /// <summary>Linear interpolation onto a uniform grid.</summary>
    public static Step<SpectrumSeries, ResampleOptions, SpectrumSeries> Resample { get; } = new("series.resample", 1, ResampleOptions.Set, (input, request, _, _) => SeriesArithmetic.ResampleCore(input, Grid(input.Axis, request.Options)))
    {
        Title = "Resample",
        Description = "Interpolates linearly onto a uniform grid inside the data.",
    };

    /// <summary>Linear interpolation onto another axis; for code, not for recipes.</summary>
    public static Step<ResampleInput, NoOptions, SpectrumSeries> ResampleOnto { get; } = new("series.resample-onto", 1, NoOptions.Set, (input, _, _, _) => SeriesArithmetic.ResampleCore(input.Series, input.Target))
    {
        Title = "Resample onto an axis",
        Description = "Interpolates linearly onto the axis of another series.",
    };

    /// <summary>Some of the rows.</summary>
    public static Step<SpectrumSeries, SelectOptions, SpectrumSeries> Select { get; } = new("series.select", 1, SelectOptions.Set, (input, request, _, _) => SeriesArithmetic.SelectCore(input, request.Options))
    {
        Title = "Select rows",
        Description = "Keeps the rows from first to last, every n-th.",
    };

    /// <summary>Rows of two series one after the other.</summary>
    public static Step<SeriesPair, NoOptions, SpectrumSeries> Concatenate { get; } = new("series.concatenate", 1, NoOptions.Set, (input, _, _, _) => SeriesArithmetic.ConcatenateCore(input.First, input.Second))
    {
        Title = "Concatenate",
        Description = "Appends the rows of a second series over the same axis.",
    };

    /// <summary>Two ranges of the abscissa, row by row.</summary>
    public static Step<SeriesPair, NoOptions, SpectrumSeries> Merge { get; } = new("series.merge", 1, NoOptions.Set, (input, _, _, _) => SeriesArithmetic.MergeCore(input.First, input.Second))
    {
        Title = "Merge ranges",
        Description = "Joins two ranges of the abscissa row by row; coinciding points become their weighted mean.",
    };

    /// <summary>Columns of a table for the rows of a series.</summary>
    public static Step<SeriesJoinInput, JoinOptions, SpectrumSeries> Join { get; } = new(
        "series.join",
        1,
        JoinOptions.Set,
        (input, request, _, _) => input.Series.WithColumns([.. input.Series.Columns, .. TableJoin.Added(input.Series.RowTable(), input.Table, request.Options)]))
    {
        Title = "Join a table",
        Description = "Adds the columns of a table to the rows of a series, matched by index, nearest value, position or text.",
    };

    /// <summary>All steps of this package.</summary>
    public static IReadOnlyList<IStep> All { get; } = [Average, Rebin, Resample, ResampleOnto, Select, Concatenate, Merge, Join];

    private static Axis Grid(Axis axis, ResampleOptions options)
    {
        var x = new double[options.Points];
        for (int i = 0; i < x.Length; i++)
            x[i] = i == x.Length - 1 ? options.To : options.From + ((options.To - options.From) * i / (x.Length - 1));
        return new Axis(x, axis.Quantity, axis.Unit, axis.Direction);
    }
}
