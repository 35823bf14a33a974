namespace BigMap.Analysis.Reporting.Internal;

/// <summary>A panel that knows its data and how much room it needs around its frame.</summary>
/// <param name="left">Width needed left of the frame.</param>
/// <param name="right">Width needed right of the frame.</param>
/// <param name="draw">Draws into the panel's box with the given left and right margins, which may be larger than asked for.</param>
internal sealed class PreparedPanel(double left, double right, Action<SvgBuilder, Box, double, double> draw)
{
    public double Left { get; } = left;

    public double Right { get; } = right;

    public void Draw(SvgBuilder svg, Box box, double left, double right) => draw(svg, box, left, right);

    /// <summary>The frame's place: whole pixels, so that the edges of maps stay sharp.</summary>
    public static Box Plot(Box box, double left, double right, double top, double bottom) => new(
        Math.Round(box.Left + left) + 0.5,
        Math.Round(box.Top + top) + 0.5,
        Math.Max(Math.Round(box.Left + left) + 20.5, Math.Round(box.Right - right) - 0.5),
        Math.Max(Math.Round(box.Top + top) + 20.5, Math.Round(box.Bottom - bottom) - 0.5));
}
