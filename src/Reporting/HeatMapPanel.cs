using BigMap.Analysis.Reporting.Internal;

namespace BigMap.Analysis.Reporting;

/// <summary>The direction in which the rows of a series follow each other in a heat map.</summary>
public enum RowDirection
{
    /// <summary>Upwards; the spectral axis runs along x. The default.</summary>
    Up,

    /// <summary>To the right; the spectral axis runs along y. Fits above a panel of results against the same coordinate.</summary>
    Right,
}

/// <summary>A series as heat map: spectral axis against row, or against a column such as time or voltage.</summary>
/// <remarks>
/// Colours run over a range between two percentiles of the finite values, so that one hot pixel does not darken everything; triangles at
/// the ends of the colour bar say that values lie beyond. Where more points or rows fall into a pixel than it can show, it shows their mean
/// or maximum, and the panel says so. Missing values are hatched grey; pauses in time stay white.
/// </remarks>
public sealed record HeatMapPanel : Panel
{
    // Percentiles of more values than this are taken from every k-th.
    private const int PercentileSample = 1_000_000;

    /// <summary>The series.</summary>
    public required SpectrumSeries Series { get; init; }

    /// <summary>Column of the series that places the rows, or null for the row index. Default null. Rows are sorted by it.</summary>
    public string? Against { get; init; }

    /// <summary>The direction in which rows follow each other. Default <see cref="RowDirection.Up"/>.</summary>
    public RowDirection Rows { get; init; }

    /// <summary>What stands for several values in one pixel. Default <see cref="Binning.Mean"/>.</summary>
    public Binning Binning { get; init; }

    /// <summary>The colour map. Default <see cref="ColorMap.Viridis"/>.</summary>
    public ColorMap ColorMap { get; init; }

    /// <summary>Percentile at the dark end of the colour bar, 0 to below <see cref="UpperPercentile"/>. Default 0.5.</summary>
    public double LowerPercentile { get; init; } = 0.5;

    /// <summary>Percentile at the bright end of the colour bar, up to 100. Default 99.5.</summary>
    public double UpperPercentile { get; init; } = 99.5;

    internal override string Kind => "heat-map";

    /// <summary>The interval of coordinates that the rows cover, so that a panel above or below can show the same one.</summary>
    /// <returns>Lower and upper end.</returns>
    public (double Min, double Max) RowInterval()
    {
        Limits limits = RowCells(out _, out _).Limits;
        return (limits.Min, limits.Max);
    }

    internal override PreparedPanel Prepare(double width, double height)
    {
        if (!(LowerPercentile >= 0 && LowerPercentile < UpperPercentile && UpperPercentile <= 100))
            throw new ArgumentException(FormattableString.Invariant($"Percentiles {LowerPercentile} and {UpperPercentile} are not an interval between 0 and 100."));
        CellAxis rowCells = RowCells(out int[] order, out Coordinates coordinates);
        var pointCells = new CellAxis(Series.Axis.Values);
        Limits? range = ColorRange(order, out bool below, out bool above, out bool missing);
        bool up = Rows == RowDirection.Up, drawable = order.Length > 0 && range is not null;
        var points = new FrameAxis(Series.Axis.Quantity, Series.Axis.Unit, pointCells.Limits) { Reversed = Series.Axis.Direction == AxisDirection.Descending };
        var rows = new FrameAxis(coordinates.Quantity, coordinates.Unit, rowCells.Limits) { IntegersOnly = coordinates.IsIndex, HasData = order.Length > 0 };
        FrameAxis xAxis = (up ? points : rows) with { ShowLabels = ShowXLabels }, yAxis = up ? rows : points;
        ColorBar? bar = range is { } r ? new ColorBar(r, ColorMap, Series.IntensityQuantity, Series.IntensityUnit) { Below = below, Above = above } : null;

        // The note must be known before the frame is, so the binning is stated for the room that the frame takes at least.
        string note = JoinNotes(
            $"{Typography.Integer(order.Length)} {(order.Length == 1 ? "row" : "rows")} × {Typography.Integer(Series.Length)} points",
            order.Length < Series.Count ? $"{Typography.Integer(Series.Count - order.Length)} rows without {coordinates.Quantity} left out" : string.Empty,
            range is null ? string.Empty : FormattableString.Invariant($"colours: {LowerPercentile:0.##} to {UpperPercentile:0.##} percentile"),
            BinningNote(rowCells, pointCells, width, height),
            missing && range is not null ? "hatched: missing" : string.Empty);
        var header = new PanelHeader(Title, note, [], width);
        double plotHeight = Math.Max(20, height - header.Height - BottomHeight);
        return new PreparedPanel(XyFrame.LeftWidth(yAxis, plotHeight), bar?.Width(plotHeight) ?? 12, (svg, box, left, right) =>
        {
            header.Draw(svg, box.Left, box.Top);
            Box plot = PreparedPanel.Plot(box, left, right, header.Height, BottomHeight);
            var frame = new XyFrame(plot, xAxis, yAxis, box.Left);
            if (drawable)
            {
                CellAxis xCells = up ? pointCells : rowCells, yCells = up ? rowCells : pointCells;
                Range[] columns = xCells.Sample(xCells.SamplesFor(plot.Width), xAxis.Limits);
                Range[] lines = yCells.Sample(yCells.SamplesFor(plot.Height), yAxis.Limits);
                if (xAxis.Reversed)
                    Array.Reverse(columns);
                if (yAxis.Reversed)
                    Array.Reverse(lines);
                Raster raster = Raster.Gather(columns, lines, up ? (c, l) => Series[order[l]][c] : (c, l) => Series[order[c]][l], Binning);
                svg.Image(plot, raster.ToPng(range!.Value, ColorMap));
                bar!.Draw(svg, plot);
            }

            frame.DrawAxes(svg);
            if (!drawable)
                frame.DrawMessage(svg, order.Length == 0 ? "no rows" : "no finite values");
        });
    }

    private CellAxis RowCells(out int[] order, out Coordinates coordinates)
    {
        Coordinates found = Coordinates.Of(Series, Against);
        coordinates = found;
        order = found.Order();
        return new CellAxis([.. order.Select(row => found.Values[row])]);
    }

    private string BinningNote(CellAxis rows, CellAxis points, double width, double height)
    {
        // Frames are never larger than the panel; where even that is too small for all cells, cells share pixels.
        bool up = Rows == RowDirection.Up;
        double rowPixels = up ? height - 70 : width - 150, pointPixels = up ? width - 150 : height - 70;
        string what = (rows.Count > rowPixels, points.Count > pointPixels) switch
        {
            (true, true) => "rows and points",
            (true, false) => "rows",
            (false, true) => "points",
            _ => string.Empty,
        };
        return what.Length == 0 ? string.Empty : $"pixels show the {(Binning == Binning.Max ? "maximum" : "mean")} of {what} in them";
    }

    private Limits? ColorRange(int[] order, out bool below, out bool above, out bool missing)
    {
        missing = false;
        long total = (long)order.Length * Series.Length;
        int step = (int)Math.Max(1, total / PercentileSample);
        var finite = new double[Math.Min(total, (total / step) + 1)];
        int count = 0;
        long at = 0;
        double min = double.PositiveInfinity, max = double.NegativeInfinity;
        foreach (int row in order)
        {
            foreach (double value in Series[row])
            {
                if (!double.IsFinite(value))
                {
                    missing = true;
                    continue;
                }

                min = Math.Min(min, value);
                max = Math.Max(max, value);
                if (at++ % step == 0 && count < finite.Length)
                    finite[count++] = value;
            }
        }

        below = above = false;
        if (Limits.Percentiles(finite.AsSpan(0, count), LowerPercentile, UpperPercentile) is not { } range)
            return null;
        if (!(range.Span > 1e-12 * Math.Max(Math.Abs(range.Min), Math.Abs(range.Max))))
            range = new Limits(min, max);
        range = range.Padded(0, 0);
        below = min < range.Min;
        above = max > range.Max;
        return range;
    }
}
