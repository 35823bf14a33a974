namespace BigMap.Analysis.Reporting.Internal;

/// <summary>The scale beside a map, with triangles at the ends where values lie beyond it.</summary>
internal sealed record ColorBar(Limits Range, ColorMap Map, string Quantity, string Unit)
{
    private const double BarLeft = 14;
    private const double BarWidth = 14;
    private const int Steps = 64;

    /// <summary>How far the colour map is used; lines on white leave out its bright end.</summary>
    public double MapEnd { get; init; } = 1;

    public bool Below { get; init; }

    public bool Above { get; init; }

    public double Width(double height)
    {
        double widest = 0;
        foreach (string label in Ticks(height).Labels)
            widest = Math.Max(widest, ((RichText)label).Width(XyFrame.TickSize));
        return Math.Ceiling(BarLeft + BarWidth + 9 + Math.Min(90, widest) + 8 + XyFrame.TitleSize + 2);
    }

    public void Draw(SvgBuilder svg, Box plot)
    {
        double left = plot.Right + BarLeft, right = left + BarWidth;
        double top = plot.Top + 10, bottom = plot.Bottom - 10, step = (bottom - top) / Steps;
        for (int i = 0; i < Steps; i++)
        {
            // Each step reaches under the next one: no hairlines between them.
            svg.Rectangle(new Box(left, bottom - ((i + 1) * step), right, Math.Min(bottom, bottom - (i * step) + 0.6)), Colors.Hex(Colors.At(Map, MapEnd * i / (Steps - 1.0))));
        }

        svg.Rectangle(new Box(left, top, right, bottom), "none", Colors.Frame);
        double middle = (left + right) / 2;
        if (Above)
            svg.Path($"M{SvgBuilder.N(left)},{SvgBuilder.N(top)}L{SvgBuilder.N(right)},{SvgBuilder.N(top)}L{SvgBuilder.N(middle)},{SvgBuilder.N(top - 9)}Z", Colors.Frame, 1, Colors.Hex(Colors.At(Map, MapEnd)));
        if (Below)
            svg.Path($"M{SvgBuilder.N(left)},{SvgBuilder.N(bottom)}L{SvgBuilder.N(right)},{SvgBuilder.N(bottom)}L{SvgBuilder.N(middle)},{SvgBuilder.N(bottom + 9)}Z", Colors.Frame, 1, Colors.Hex(Colors.At(Map, 0)));
        TickSet ticks = Ticks(plot.Height);
        double widest = 0;
        for (int i = 0; i < ticks.Values.Length; i++)
        {
            double y = bottom - ((ticks.Values[i] - Range.Min) / Range.Span * (bottom - top));
            svg.Line(right, y, right + 4, y, Colors.Frame);
            svg.Text(ticks.Labels[i], right + 7, y + (0.36 * XyFrame.TickSize), new TextStyle(XyFrame.TickSize), 90);
            widest = Math.Max(widest, Math.Min(90, ((RichText)ticks.Labels[i]).Width(XyFrame.TickSize)));
        }

        svg.AxisTitle((Quantity, Unit, ticks), right + 9 + widest + 8 + (0.8 * XyFrame.TitleSize), (top + bottom) / 2, new TextStyle(XyFrame.TitleSize, Anchor.Middle, Rotate: -90), plot.Height);
    }

    private TickSet Ticks(double height) => TickSet.For(Range, height - 20, (45, 18));
}
