using System.Text;

namespace BigMap.Analysis.Reporting.Internal;

/// <summary>One axis of a frame.</summary>
internal sealed record FrameAxis(string Quantity, string Unit, Limits Limits)
{
    public bool Reversed { get; init; }

    public bool IntegersOnly { get; init; }

    public bool ShowLabels { get; init; } = true;

    public bool HasData { get; init; } = true;

    public bool Grid { get; init; }

    public TickSet Ticks(double pixels, double pixelsPerTick, double closest) =>
        HasData ? TickSet.For(Limits, pixels, (pixelsPerTick, closest), IntegersOnly) : TickSet.Empty;
}

/// <summary>A rectangle with an x and a y axis: maps values to pixels and draws frame, ticks and titles.</summary>
internal sealed class XyFrame
{
    public const double TickSize = 12.5;
    public const double TitleSize = 14;
    public const double BottomHeight = 44;
    public const double BottomHeightWithoutLabels = 10;
    private const double TickLength = 5;
    private readonly FrameAxis _x;
    private readonly FrameAxis _y;
    private readonly double _left;

    /// <summary>Makes a frame.</summary>
    /// <param name="plot">Its place.</param>
    /// <param name="x">The x axis.</param>
    /// <param name="y">The y axis.</param>
    /// <param name="left">Left end of the panel: where the title of the y axis stands, so that titles of panels below each other line up.</param>
    public XyFrame(Box plot, FrameAxis x, FrameAxis y, double left)
    {
        Plot = plot;
        _left = left;
        _x = x;
        _y = y;
    }

    public Box Plot { get; }

    public static double LeftWidth(FrameAxis y, double plotHeight)
    {
        double widest = 0;
        foreach (string label in YTicks(y, plotHeight).Labels)
            widest = Math.Max(widest, ((RichText)label).Width(TickSize));
        return Math.Ceiling(TickLength + 4 + Math.Min(widest, 90) + 8 + TitleSize + 4);
    }

    public bool Shows(double x, double y) => X(x) is var px && px >= Plot.Left && px <= Plot.Right && Y(y) is var py && py >= Plot.Top && py <= Plot.Bottom;

    public double X(double value) => Position(value, _x, Plot.Left, Plot.Right);

    public double Y(double value) => Position(value, _y, Plot.Bottom, Plot.Top);

    public void DrawGrid(SvgBuilder svg)
    {
        if (_y.Grid)
        {
            foreach (double value in YTicks(_y, Plot.Height).Values)
                svg.Line(Plot.Left, Y(value), Plot.Right, Y(value), Colors.Grid);
        }

        if (_x.Grid)
        {
            foreach (double value in XTicks().Values)
                svg.Line(X(value), Plot.Top, X(value), Plot.Bottom, Colors.Grid);
        }
    }

    public void DrawAxes(SvgBuilder svg)
    {
        svg.Rectangle(Plot, "none", Colors.Frame);
        TickSet yTicks = YTicks(_y, Plot.Height);
        var marks = new StringBuilder();
        for (int i = 0; i < yTicks.Values.Length; i++)
        {
            double y = Y(yTicks.Values[i]);
            marks.Append('M').Append(SvgBuilder.N(Plot.Left)).Append(',').Append(SvgBuilder.N(y)).Append('h').Append(SvgBuilder.N(-TickLength));
            if (!_y.ShowLabels)
                continue;
            svg.Text(yTicks.Labels[i], Plot.Left - TickLength - 4, y + (0.36 * TickSize), new TextStyle(TickSize, Anchor.End), 90);
        }

        double middle = (Plot.Top + Plot.Bottom) / 2;
        if (_y.ShowLabels)
            svg.AxisTitle((_y.Quantity, _y.Unit, yTicks), _left + (0.82 * TitleSize), middle, new TextStyle(TitleSize, Anchor.Middle, Rotate: -90), Plot.Height + 16);
        TickSet xTicks = XTicks();
        for (int i = 0; i < xTicks.Values.Length; i++)
        {
            double x = X(xTicks.Values[i]);
            marks.Append('M').Append(SvgBuilder.N(x)).Append(',').Append(SvgBuilder.N(Plot.Bottom)).Append('v').Append(SvgBuilder.N(TickLength));
            if (_x.ShowLabels)
                svg.Text(xTicks.Labels[i], x, Plot.Bottom + TickLength + 14, new TextStyle(TickSize, Anchor.Middle));
        }

        svg.Path(marks.ToString(), Colors.Frame, 1);
        if (_x.ShowLabels)
            svg.AxisTitle((_x.Quantity, _x.Unit, xTicks), (Plot.Left + Plot.Right) / 2, Plot.Bottom + 39, new TextStyle(TitleSize, Anchor.Middle), Plot.Width + 40);
    }

    /// <summary>Says that there is nothing to draw, instead of an empty frame.</summary>
    public void DrawMessage(SvgBuilder svg, string message) =>
        svg.Text(message, (Plot.Left + Plot.Right) / 2, (Plot.Top + Plot.Bottom) / 2, new TextStyle(TitleSize, Anchor.Middle, Color: Colors.Note), Plot.Width - 8);

    private static TickSet YTicks(FrameAxis y, double height) => y.Ticks(height, height < 200 ? 24 : 38, 14);

    private static double Position(double value, FrameAxis axis, double start, double end)
    {
        double t = (value - axis.Limits.Min) / axis.Limits.Span;
        double at = axis.Reversed ? end + (t * (start - end)) : start + (t * (end - start));
        return Math.Clamp(at, -1e6, 1e6);
    }

    private TickSet XTicks()
    {
        // Wide labels need fewer ticks; two rounds settle it because fewer ticks never have longer labels.
        double spacing = 70;
        TickSet ticks = _x.Ticks(Plot.Width, spacing, spacing);
        for (int round = 0; round < 4 && ticks.Values.Length > 1; round++)
        {
            double widest = ticks.Labels.Max(l => ((RichText)l).Width(TickSize)) + 12;
            if (Math.Abs(X(ticks.Values[1]) - X(ticks.Values[0])) >= widest)
                break;
            spacing *= 1.5;
            ticks = _x.Ticks(Plot.Width, spacing, spacing);
        }

        return ticks;
    }
}
