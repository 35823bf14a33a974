using System.Text;
using BigMap.Analysis.Reporting.Internal;

namespace BigMap.Analysis.Reporting;

/// <summary>A column of results as a map over two position columns: filled cells on a regular grid, dots otherwise.</summary>
/// <remarks>
/// A grid is taken as regular when both coordinates step evenly (within a tenth of a step), no two rows share a place and at least a third of
/// the places are occupied. Rows that are not usable, or have no value, are hatched grey (crosses among dots); places without a row stay white.
/// </remarks>
public sealed record MapPanel : Panel
{
    private const double WidestAspect = 5;

    /// <summary>Position of each row along x.</summary>
    public required NumberColumn X { get; init; }

    /// <summary>Position of each row along y.</summary>
    public required NumberColumn Y { get; init; }

    /// <summary>The value of each row.</summary>
    public required NumberColumn Value { get; init; }

    /// <summary>One status per row, or empty when all rows are usable. Default empty.</summary>
    public ReadOnlyMemory<RowStatus> Status { get; init; }

    /// <summary>The colour map. Default <see cref="ColorMap.Viridis"/>.</summary>
    public ColorMap ColorMap { get; init; }

    /// <summary>Percentile of the usable values at the dark end of the colour bar. Default 1.</summary>
    public double LowerPercentile { get; init; } = 1;

    /// <summary>Percentile of the usable values at the bright end of the colour bar. Default 99.</summary>
    public double UpperPercentile { get; init; } = 99;

    internal override string Kind => "map";

    internal override PreparedPanel Prepare(double width, double height)
    {
        Check();
        int[] rows = [.. Enumerable.Range(0, X.Count).Where(i => double.IsFinite(X[i]) && double.IsFinite(Y[i]))];
        var values = new double[X.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = !Status.IsEmpty && !Status.Span[i].IsUsable() ? double.NaN : Value[i];
        double[] finite = [.. rows.Select(r => values[r]).Where(double.IsFinite)];
        Limits? all = Limits.Of(finite);
        Limits? range = Limits.Percentiles(finite, LowerPercentile, UpperPercentile)?.Padded(0, 0);
        int missing = rows.Count(r => !double.IsFinite(values[r]));
        Grid? grid = Grid.Find([.. rows.Select(r => X[r])], [.. rows.Select(r => Y[r])]);
        Limits xLimits = grid?.X.Limits ?? (Limits.Of([.. rows.Select(r => X[r])]) ?? new Limits(0, 1)).Padded(0.05, 0.05);
        Limits yLimits = grid?.Y.Limits ?? (Limits.Of([.. rows.Select(r => Y[r])]) ?? new Limits(0, 1)).Padded(0.05, 0.05);
        var xAxis = new FrameAxis(X.Name, X.Unit, xLimits) { ShowLabels = ShowXLabels, HasData = rows.Length > 0 };
        var yAxis = new FrameAxis(Y.Name, Y.Unit, yLimits) { HasData = rows.Length > 0 };
        double aspect = xLimits.Span / yLimits.Span;
        bool toScale = X.Unit == Y.Unit && aspect is < WidestAspect and > 1 / WidestAspect;
        ColorBar? bar = range is { } r ? new ColorBar(r, ColorMap, Value.Name, Value.Unit) { Below = all!.Value.Min < r.Min, Above = all.Value.Max > r.Max } : null;
        var header = new PanelHeader(
            Title,
            JoinNotes(
                grid is null ? $"{Typography.Integer(rows.Length)} positions, not a regular grid" : $"grid of {Typography.Integer(grid.X.Count)} × {Typography.Integer(grid.Y.Count)}, {Typography.Integer(rows.Length)} rows",
                rows.Length < X.Count ? $"{Typography.Integer(X.Count - rows.Length)} rows without position left out" : string.Empty,
                range is null ? string.Empty : FormattableString.Invariant($"colours: {LowerPercentile:0.##} to {UpperPercentile:0.##} percentile"),
                missing > 0 ? $"{(grid is null ? "crosses" : "hatched")}: not usable ({Typography.Integer(missing)})" : string.Empty,
                X.Unit == Y.Unit && !toScale ? "axes not to scale" : string.Empty),
            [],
            width);
        double plotHeight = Math.Max(20, height - header.Height - BottomHeight);
        return new PreparedPanel(XyFrame.LeftWidth(yAxis, plotHeight), bar?.Width(plotHeight) ?? 12, (svg, box, left, right) =>
        {
            header.Draw(svg, box.Left, box.Top);
            Box plot = PreparedPanel.Plot(box, left, right, header.Height, BottomHeight);
            if (toScale)
                plot = plot.Width / plot.Height > aspect ? plot with { Right = plot.Left + Math.Max(20, Math.Round(plot.Height * aspect)) } : plot with { Bottom = plot.Top + Math.Max(20, Math.Round(plot.Width / aspect)) };
            var frame = new XyFrame(plot, xAxis, yAxis, box.Left);
            if (grid is not null && rows.Length > 0)
            {
                Range[] columns = grid.X.Sample(grid.X.SamplesFor(plot.Width), xLimits), lines = grid.Y.Sample(grid.Y.SamplesFor(plot.Height), yLimits);
                Raster raster = Raster.Gather(columns, lines, (c, l) => values[rows[grid.RowAt(c, l)]], Binning.Mean, (c, l) => grid.RowAt(c, l) >= 0);
                svg.Image(plot, raster.ToPng(range ?? new Limits(0, 1), ColorMap));
            }
            else
            {
                DrawDots(svg, frame, rows, values, range);
            }

            frame.DrawAxes(svg);
            bar?.Draw(svg, plot);
            if (rows.Length == 0 || range is null)
                frame.DrawMessage(svg, rows.Length == 0 ? "no positions" : "no usable values");
        });
    }

    private void DrawDots(SvgBuilder svg, XyFrame frame, int[] rows, double[] values, Limits? range)
    {
        double r = Math.Clamp(0.36 * Math.Sqrt(frame.Plot.Width * frame.Plot.Height / Math.Max(1, rows.Length)), 1.5, 9);
        // One path for each of 64 colours keeps the file small.
        var paths = new StringBuilder[65];
        foreach (int row in rows)
        {
            if (!frame.Shows(X[row], Y[row]))
                continue;
            int level = double.IsFinite(values[row]) && range is { } l ? (int)Math.Clamp(Math.Floor((values[row] - l.Min) / l.Span * 64), 0, 63) : 64;
            (paths[level] ??= new StringBuilder()).Append(Markers.Data(level == 64 ? Mark.Cross : Mark.Circle, frame.X(X[row]), frame.Y(Y[row]), level == 64 ? 0.6 * r : r));
        }

        for (int i = 0; i < paths.Length; i++)
        {
            if (paths[i] is { } path)
                svg.Path(path.ToString(), i == 64 ? Colors.Weak : "none", 1.2, i == 64 ? "none" : Colors.Hex(Colors.At(ColorMap, i / 63.0)));
        }
    }

    private void Check()
    {
        if (Y.Count != X.Count || Value.Count != X.Count || (!Status.IsEmpty && Status.Length != X.Count))
            throw new DataMismatchException($"The columns of a map differ in length: {X.Name} {X.Count}, {Y.Name} {Y.Count}, {Value.Name} {Value.Count}{(Status.IsEmpty ? string.Empty : $", status {Status.Length}")}.");
        if (!(LowerPercentile >= 0 && LowerPercentile < UpperPercentile && UpperPercentile <= 100))
            throw new ArgumentException(FormattableString.Invariant($"Percentiles {LowerPercentile} and {UpperPercentile} are not an interval between 0 and 100."));
    }

    private sealed class Grid
    {
        private readonly int[] _rows;

        private Grid(double[] x, double[] y, int[] rows)
        {
            X = new CellAxis(x);
            Y = new CellAxis(y);
            _rows = rows;
        }

        public CellAxis X { get; }

        public CellAxis Y { get; }

        public int RowAt(int column, int line) => _rows[(line * X.Count) + column];

        public static Grid? Find(double[] x, double[] y)
        {
            if (x.Length < 4 || Levels(x) is not { } xs || Levels(y) is not { } ys || xs.Length < 2 || ys.Length < 2 || (long)xs.Length * ys.Length > 3L * x.Length)
                return null;
            var rows = new int[xs.Length * ys.Length];
            rows.AsSpan().Fill(-1);
            for (int i = 0; i < x.Length; i++)
            {
                int at = (Nearest(ys, y[i]) * xs.Length) + Nearest(xs, x[i]);
                if (rows[at] >= 0)
                    return null;
                rows[at] = i;
            }

            return new Grid(xs, ys, rows);
        }

        /// <summary>The evenly spaced levels of a coordinate, or null when it has none.</summary>
        private static double[]? Levels(double[] values)
        {
            double[] sorted = [.. values];
            Array.Sort(sorted);
            double extent = sorted[^1] - sorted[0];
            if (!(extent > 0) || !double.IsFinite(extent))
                return null;

            // Positions of one level scatter by the rounding of the stage; a step is at least a thousandth of the extent away.
            var levels = new List<double> { sorted[0] };
            foreach (double value in sorted)
            {
                if (value - levels[^1] > 1e-4 * extent)
                    levels.Add(value);
            }

            int n = levels.Count;
            double step = extent / (n - 1);
            for (int i = 0; i < n; i++)
            {
                if (Math.Abs(levels[i] - (sorted[0] + (i * step))) > 0.1 * step)
                    return null;
            }

            return [.. levels];
        }

        private static int Nearest(double[] levels, double value) =>
            (int)Math.Clamp(Math.Round((value - levels[0]) / (levels[^1] - levels[0]) * (levels.Length - 1)), 0, levels.Length - 1);
    }
}
