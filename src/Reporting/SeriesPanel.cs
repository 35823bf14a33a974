using BigMap.Analysis.Reporting.Internal;

namespace BigMap.Analysis.Reporting;

/// <summary>Chosen rows of a series as curves, over each other or shifted upwards one by one.</summary>
public sealed record SeriesPanel : Panel
{
    private const int LegendRows = 8;

    // The yellow end of the map is too pale for a line on white.
    private const double MapEnd = 0.88;

    /// <summary>The series.</summary>
    public required SpectrumSeries Series { get; init; }

    /// <summary>The rows to draw, or empty for at most <see cref="MaxRows"/> evenly spread ones. Default empty.</summary>
    public IReadOnlyList<int> Rows { get; init; } = [];

    /// <summary>How many rows to draw when none are chosen, 1 or more. Default 12.</summary>
    public int MaxRows { get; init; } = 12;

    /// <summary>Shift from one row to the next, as a part of the largest range that a row has; 0 draws them over each other. Default 0.2.</summary>
    public double Shift { get; init; } = 0.2;

    /// <summary>Column of the series that colours stand for, or null for the row index. Default null.</summary>
    public string? Against { get; init; }

    internal override string Kind => "series";

    internal override PreparedPanel Prepare(double width, double height)
    {
        if (!double.IsFinite(Shift) || Shift < 0)
            throw new ArgumentException(FormattableString.Invariant($"A shift of {Shift} cannot be drawn; it must be 0 or above."));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRows, 1);
        int[] rows = Rows.Count > 0 ? [.. Rows] : Spread(Series.Count, MaxRows);
        Coordinates coordinates = Coordinates.Of(Series, Against);
        double largest = 0;
        foreach (int row in rows)
            largest = Math.Max(largest, Limits.Of(Series[row]) is { } r ? Math.Min(1e299, r.Max) - Math.Max(-1e299, r.Min) : 0);
        double step = Shift * largest;
        var curves = new double[rows.Length][];
        Limits? range = null;
        int empty = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            curves[i] = Series[rows[i]].ToArray();
            for (int k = 0; k < curves[i].Length; k++)
                curves[i][k] += i * step;
            Limits? own = Limits.Of(curves[i]);
            empty += own is null ? 1 : 0;
            range = Limits.Union(range, own);
        }

        double[] x = Series.Axis.Values.ToArray();
        var xAxis = new FrameAxis(Series.Axis.Quantity, Series.Axis.Unit, new Limits(x[0], x[^1]).Padded(0.01, 0.01)) { Reversed = Series.Axis.Direction == AxisDirection.Descending, ShowLabels = ShowXLabels };
        var yAxis = new FrameAxis(Series.IntensityQuantity, Series.IntensityUnit, (range ?? new Limits(0, 1)).Padded(0.03, 0.05)) { HasData = range is not null };
        var legend = new List<LegendEntry>();
        bool names = rows.Length <= LegendRows;
        for (int i = 0; i < rows.Length && names; i++)
            legend.Add(new LegendEntry(Mark.Line, Color(i, rows.Length), Against is null ? Series.Label(rows[i]) : $"{coordinates.Quantity} {Typography.Number(coordinates.Values[rows[i]])}"));
        Limits? shown = Limits.Of([.. rows.Select(r => coordinates.Values[r])]);
        ColorBar? bar = names || shown is null || shown.Value.Span <= 0 ? null : new ColorBar(shown.Value, ColorMap.Viridis, coordinates.Quantity, coordinates.Unit) { MapEnd = MapEnd };
        var header = new PanelHeader(
            Title,
            JoinNotes(
                rows.Length < Series.Count ? $"{Typography.Integer(rows.Length)} of {Typography.Integer(Series.Count)} rows" : string.Empty,
                step > 0 && rows.Length > 1 ? $"each shifted by {Typography.Number(step)}" : string.Empty,
                empty > 0 ? $"{Typography.Integer(empty)} without finite values" : string.Empty),
            legend,
            width);
        double plotHeight = Math.Max(20, height - header.Height - BottomHeight);
        return new PreparedPanel(XyFrame.LeftWidth(yAxis, plotHeight), bar?.Width(plotHeight) ?? 12, (svg, box, left, right) =>
        {
            header.Draw(svg, box.Left, box.Top);
            var frame = new XyFrame(PreparedPanel.Plot(box, left, right, header.Height, BottomHeight), xAxis, yAxis, box.Left);
            for (int i = curves.Length - 1; i >= 0; i--)
            {
                string color = bar is null ? Color(i, rows.Length) : Colors.Hex(Colors.At(ColorMap.Viridis, double.IsFinite(coordinates.Values[rows[i]]) ? MapEnd * (coordinates.Values[rows[i]] - shown!.Value.Min) / shown.Value.Span : 0));
                svg.Path(CurvePath.Line(frame, x, curves[i]), color, 1.3);
            }

            frame.DrawAxes(svg);
            bar?.Draw(svg, frame.Plot);
            if (range is null)
                frame.DrawMessage(svg, rows.Length == 0 ? "no rows" : "no finite values");
        });
    }

    private static string Color(int index, int count) => Colors.Hex(Colors.At(ColorMap.Viridis, count < 2 ? 0.25 : MapEnd * index / (count - 1)));

    private static int[] Spread(int count, int most)
    {
        int n = Math.Min(count, most);
        var rows = new int[n];
        for (int i = 0; i < n; i++)
            rows[i] = n == 1 ? 0 : (int)((long)i * (count - 1) / (n - 1));
        return rows;
    }
}
