using System.Text;
using BigMap.Analysis.Reporting.Internal;

namespace BigMap.Analysis.Reporting;

/// <summary>Columns of a result table with error bars against another column or the row index.</summary>
/// <remarks>
/// Rows that are not usable (<see cref="RowStatusText.IsUsable"/>) are crosses: at their value when they have one, otherwise on the lower
/// edge. Rows at a bound are hollow. Lines join usable neighbours and stop at missing values. The y range follows the usable, significant
/// values; points beyond it are arrows on the edge, except pale ones, which are counted only. Nothing is left out silently: the legend counts.
/// </remarks>
public sealed record ColumnPanel : Panel
{
    private const int ManyPoints = 2000;

    /// <summary>The columns; at least one.</summary>
    public required IReadOnlyList<NumberColumn> Columns { get; init; }

    /// <summary>The column that gives x, or null for the row index. Default null.</summary>
    public TableColumn? Against { get; init; }

    /// <summary>One status per row, or empty when all rows are usable. Default empty.</summary>
    public ReadOnlyMemory<RowStatus> Status { get; init; }

    /// <summary>For each column, which rows are to be drawn pale, e.g. the position of a peak whose area is not significant; or empty. Default empty.</summary>
    public IReadOnlyList<ReadOnlyMemory<bool>> Pale { get; init; } = [];

    /// <summary>What pale points are, for the legend. Default <c>not significant</c>.</summary>
    public string PaleText { get; init; } = "not significant";

    /// <summary>The interval of x, or null for that of the data. Default null.</summary>
    public (double Min, double Max)? XRange { get; init; }

    /// <summary>The interval of y, or null for that of the usable data. Default null.</summary>
    public (double Min, double Max)? YRange { get; init; }

    /// <summary>Index of the first of <see cref="Columns"/> in the order of colours, so that panels of one figure can use different ones. Default 0.</summary>
    public int FirstColor { get; init; }

    internal override string Kind => "columns";

    /// <summary>Columns of a table with the status that the table holds.</summary>
    /// <param name="table">The table.</param>
    /// <param name="against">Name of the column that gives x, or null for the row index.</param>
    /// <param name="columns">Names of number columns.</param>
    /// <returns>The panel.</returns>
    /// <exception cref="DataMismatchException">A column does not exist or holds no numbers.</exception>
    public static ColumnPanel Of(IResultTable table, string? against, params IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(columns);
        return new ColumnPanel
        {
            Columns = [.. columns.Select(table.Numbers)],
            Against = against is null ? null : table.Column(against),
            Status = table.Columns.OfType<StatusColumn>().FirstOrDefault()?.Values ?? default,
        };
    }

    internal override PreparedPanel Prepare(double width, double height)
    {
        Check();
        int rows = Columns[0].Count;
        Coordinates x = Against is null
            ? new Coordinates("row", string.Empty, [.. Enumerable.Range(0, rows).Select(i => (double)i)], true)
            : Coordinates.Of(Against);
        Limits? xData = Limits.Of(x.Values);
        Limits xLimits = XRange is { } given ? new Limits(given.Min, given.Max) : (xData ?? new Limits(0, 1)).Padded(0.03, 0.03);
        Limits? yData = YRange is { } y ? new Limits(y.Min, y.Max) : ValueRange(x.Values);
        Limits yLimits = YRange is null ? (yData ?? new Limits(0, 1)).Padded(0.08, 0.08) : yData!.Value;
        var xAxis = new FrameAxis(x.Quantity, x.Unit, xLimits) { IntegersOnly = x.IsIndex, ShowLabels = ShowXLabels, HasData = xData is not null || XRange is not null };
        (string quantity, string unit) = Heading();
        var yAxis = new FrameAxis(quantity, unit, yLimits) { HasData = yData is not null, Grid = true };
        int noX = x.Values.Count(v => !double.IsFinite(v));
        int beyond = x.Values.Count(v => v < xLimits.Min || v > xLimits.Max);
        var points = new List<PointSet>();
        for (int i = 0; i < Columns.Count; i++)
            points.Add(Sort(i, x.Values, xLimits, yLimits));
        var header = new PanelHeader(
            Title,
            JoinNotes(
                beyond == 0 ? string.Empty : $"{Typography.Integer(beyond)} rows beyond the x range not shown",
                noX == 0 ? string.Empty : $"{Typography.Integer(noX)} rows without {x.Quantity} not shown"),
            Legend(points),
            width);
        double plotHeight = Math.Max(20, height - header.Height - BottomHeight);
        return new PreparedPanel(XyFrame.LeftWidth(yAxis, plotHeight), 12, (svg, box, left, right) =>
        {
            header.Draw(svg, box.Left, box.Top);
            var frame = new XyFrame(PreparedPanel.Plot(box, left, right, header.Height, BottomHeight), xAxis, yAxis, box.Left);
            frame.DrawGrid(svg);
            for (int i = 0; i < points.Count; i++)
                DrawColumn(svg, frame, x.Values, i, points[i]);
            frame.DrawAxes(svg);
            if (points.All(p => p.Empty))
                frame.DrawMessage(svg, rows == 0 ? "no rows" : "no finite values");
        });
    }

    private void Check()
    {
        if (Columns.Count == 0)
            throw new ArgumentException("A column panel needs at least one column.");
        int rows = Columns[0].Count;
        foreach (NumberColumn column in Columns)
        {
            if (column.Count != rows)
                throw new DataMismatchException($"Column {column.Name} has {column.Count} rows, {Columns[0].Name} has {rows}.");
        }

        if (Against is not null && Against.Count != rows)
            throw new DataMismatchException($"Column {Against.Name} has {Against.Count} rows, {Columns[0].Name} has {rows}.");
        if (!Status.IsEmpty && Status.Length != rows)
            throw new DataMismatchException($"There are {Status.Length} statuses for {rows} rows.");
        if (Pale.Count != 0 && (Pale.Count != Columns.Count || Pale.Any(p => !p.IsEmpty && p.Length != rows)))
            throw new DataMismatchException($"Pale rows must be given for all {Columns.Count} columns with {rows} rows each, or not at all.");
        foreach ((double Min, double Max)? range in (ReadOnlySpan<(double, double)?>)[XRange, YRange])
        {
            if (range is { } r && !(double.IsFinite(r.Max - r.Min) && r.Max > r.Min))
                throw new ArgumentException(FormattableString.Invariant($"The range {r.Min} to {r.Max} is not an interval."));
        }
    }

    private (string Quantity, string Unit) Heading()
    {
        string unit = Columns.All(c => c.Unit == Columns[0].Unit) ? Columns[0].Unit : string.Empty;
        if (Columns.Count == 1)
            return (Columns[0].Name, unit);
        string[] suffixes = [.. Columns.Select(c => c.Name[(c.Name.LastIndexOf('.') + 1)..]).Distinct(StringComparer.Ordinal)];
        return (suffixes.Length == 1 ? suffixes[0] : string.Join(", ", Columns.Select(c => c.Name)), unit);
    }

    private RowStatus StatusOf(int row) => Status.IsEmpty ? RowStatus.Ok : Status.Span[row];

    private bool IsPale(int column, int row) => Pale.Count > 0 && !Pale[column].IsEmpty && Pale[column].Span[row];

    private Limits? ValueRange(double[] x)
    {
        Limits? strong = null, any = null;
        for (int i = 0; i < Columns.Count; i++)
        {
            NumberColumn column = Columns[i];
            for (int row = 0; row < column.Count; row++)
            {
                if (!double.IsFinite(column[row]) || !double.IsFinite(x[row]))
                    continue;
                var value = new Limits(column[row], column[row]);
                any = Limits.Union(any, value);
                if (StatusOf(row).IsUsable() && !IsPale(i, row))
                    strong = Limits.Union(strong, value);
            }
        }

        if (strong is not { } range)
            return any;

        // Error bars may widen the range, but one enormous error must not flatten everything else.
        double most = range.Span > 0 ? 0.25 * range.Span : double.PositiveInfinity;
        Limits widened = range;
        for (int i = 0; i < Columns.Count; i++)
        {
            for (int row = 0; row < Columns[i].Count; row++)
            {
                double error = ErrorOf(i, row);
                if (double.IsFinite(error) && double.IsFinite(Columns[i][row]) && StatusOf(row).IsUsable() && !IsPale(i, row))
                    widened = new Limits(Math.Min(widened.Min, Columns[i][row] - error), Math.Max(widened.Max, Columns[i][row] + error));
            }
        }

        return new Limits(Math.Max(widened.Min, range.Min - most), Math.Min(widened.Max, range.Max + most));
    }

    private double ErrorOf(int column, int row) => Columns[column].HasStandardErrors ? Columns[column].StandardErrors.Span[row] : double.NaN;

    private PointSet Sort(int column, double[] x, Limits xLimits, Limits yLimits)
    {
        var set = new PointSet();
        for (int row = 0; row < x.Length; row++)
        {
            if (!double.IsFinite(x[row]) || x[row] < xLimits.Min || x[row] > xLimits.Max)
                continue;
            double value = Columns[column][row];
            RowStatus status = StatusOf(row);
            if (!status.IsUsable())
                set.Bad.Add(row);
            else if (!double.IsFinite(value))
                set.Missing++;
            else if (IsPale(column, row))
                set.Pale.Add(row);
            else if (value < yLimits.Min || value > yLimits.Max)
                set.Outside.Add(row);
            else if (status == RowStatus.AtBound)
                set.AtBound.Add(row);
            else
                set.Good.Add(row);
        }

        return set;
    }

    private List<LegendEntry> Legend(List<PointSet> points)
    {
        var legend = new List<LegendEntry>();
        if (Columns.Count > 1)
        {
            for (int i = 0; i < Columns.Count; i++)
                legend.Add(new LegendEntry(Markers.Of(FirstColor + i), Colors.Series(FirstColor + i), new RichText(Typography.Quantity(Columns[i].Name))));
        }

        Mark mark = Markers.Of(FirstColor);
        Add(points.SelectMany(p => p.AtBound).Distinct().Count(), mark, Columns.Count == 1 ? Colors.Series(FirstColor) : Colors.Note, "at a bound");
        Add(points.Sum(p => p.Pale.Count), mark, Colors.Missing, PaleText);
        Add(points.Max(p => p.Bad.Count), Mark.Cross, Colors.Bad, "row not usable");
        Add(points.Sum(p => p.Outside.Count), Mark.Triangle, Colors.Weak, "beyond the range");
        return legend;

        void Add(int count, Mark m, string color, string text)
        {
            if (count > 0)
                legend.Add(new LegendEntry(m, color, $"{text} ({Typography.Integer(count)})", true));
        }
    }

    private void DrawColumn(SvgBuilder svg, XyFrame frame, double[] x, int column, PointSet set)
    {
        NumberColumn values = Columns[column];
        string color = Colors.Series(FirstColor + column);
        Mark mark = Markers.Of(FirstColor + column);
        int drawn = set.Good.Count + set.AtBound.Count + set.Pale.Count;
        double r = drawn <= 250 ? 3.2 : drawn <= 1000 ? 2.3 : 1.6;

        var joined = new double[x.Length];
        joined.AsSpan().Fill(double.NaN);
        foreach (int row in set.Good.Concat(set.AtBound))
            joined[row] = values[row];
        DrawLines(svg, frame, x, joined, color);

        var bars = new StringBuilder();
        foreach (int row in set.Good.Concat(set.AtBound))
        {
            double error = ErrorOf(column, row);
            if (!double.IsFinite(error) || !(error > 0))
                continue;
            double top = Math.Clamp(frame.Y(values[row] + error), frame.Plot.Top, frame.Plot.Bottom), bottom = Math.Clamp(frame.Y(values[row] - error), frame.Plot.Top, frame.Plot.Bottom);
            if (bottom - top > 2 * r)
                bars.Append('M').Append(SvgBuilder.N(frame.X(x[row]))).Append(',').Append(SvgBuilder.N(top)).Append('V').Append(SvgBuilder.N(bottom));
        }

        svg.Path(bars.ToString(), color, 1.1);
        Draw(set.Pale.Where(row => InRange(frame, values[row])).ToList(), mark, 0.75 * r, Colors.Missing, "#ffffff");
        Draw(set.Good, mark, r, "none", color);
        Draw(set.AtBound, mark, r, color, "#ffffff");
        Draw(set.Bad, Mark.Cross, r, Colors.Bad, "none");
        var arrows = new StringBuilder();
        var seen = new HashSet<(long, bool)>();
        foreach (int row in set.Outside)
        {
            bool high = frame.Y(values[row]) < frame.Plot.Top;
            double at = frame.X(x[row]), edge = high ? frame.Plot.Top + 2 : frame.Plot.Bottom - 2;
            if (seen.Add(((long)Math.Round(2 * at), high)))
                arrows.Append('M').Append(SvgBuilder.N(at)).Append(',').Append(SvgBuilder.N(edge)).Append(high ? "l3,5h-6Z" : "l3,-5h-6Z");
        }

        svg.Path(arrows.ToString(), Colors.Weak, 1, "#ffffff");

        void Draw(List<int> rows, Mark m, double size, string stroke, string fill)
        {
            var path = new StringBuilder();
            // Markers closer than half a pixel cannot be told apart: one of them is enough where there are thousands.
            var places = new HashSet<(long, long)>();
            foreach (int row in rows)
            {
                double px = frame.X(x[row]);
                double py = double.IsFinite(values[row]) ? frame.Y(values[row]) : double.NaN;
                if (!(py >= frame.Plot.Top && py <= frame.Plot.Bottom))
                    py = frame.Plot.Bottom - 6;
                if (rows.Count > ManyPoints && !places.Add(((long)Math.Round(2 * px), (long)Math.Round(2 * py))))
                    continue;
                path.Append(Markers.Data(m, px, py, size));
            }

            svg.Path(path.ToString(), stroke, 1.2, fill);
        }
    }

    private static bool InRange(XyFrame frame, double value) => frame.Y(value) is var y && y >= frame.Plot.Top && y <= frame.Plot.Bottom;

    /// <summary>Joins neighbours, but not across a pause: a step much longer than the usual one.</summary>
    private static void DrawLines(SvgBuilder svg, XyFrame frame, double[] x, double[] y, string color)
    {
        var steps = new List<double>();
        for (int i = 1; i < x.Length; i++)
        {
            if (double.IsFinite(x[i] - x[i - 1]) && x[i] != x[i - 1])
                steps.Add(Math.Abs(x[i] - x[i - 1]));
        }

        steps.Sort();
        double longest = steps.Count == 0 ? double.PositiveInfinity : CellAxis.WidestCell * steps[steps.Count / 2];
        var xs = new List<double>(x.Length);
        var ys = new List<double>(x.Length);
        for (int i = 0; i < x.Length; i++)
        {
            if (i > 0 && Math.Abs(x[i] - x[i - 1]) > longest)
            {
                xs.Add(x[i]);
                ys.Add(double.NaN);
            }

            xs.Add(x[i]);
            ys.Add(y[i]);
        }

        svg.Path(CurvePath.Line(frame, xs.ToArray(), ys.ToArray()), color, 1);
    }

    private sealed class PointSet
    {
        public List<int> Good { get; } = [];

        public List<int> AtBound { get; } = [];

        public List<int> Pale { get; } = [];

        public List<int> Bad { get; } = [];

        public List<int> Outside { get; } = [];

        public int Missing { get; set; }

        public bool Empty => Good.Count + AtBound.Count + Pale.Count + Bad.Count + Outside.Count == 0;
    }
}
