using System.Text;
using BigMap.Analysis.Reporting.Internal;

namespace BigMap.Analysis.Reporting;

/// <summary>A panel and its place on the grid of a figure.</summary>
/// <param name="Panel">The panel.</param>
/// <param name="Row">First row of the grid, from 0.</param>
/// <param name="Column">First column of the grid, from 0.</param>
/// <param name="RowSpan">Number of rows. Default 1.</param>
/// <param name="ColumnSpan">Number of columns. Default 1.</param>
public sealed record PlacedPanel(Panel Panel, int Row = 0, int Column = 0, int RowSpan = 1, int ColumnSpan = 1);

/// <summary>One or several panels on a grid, drawn as SVG.</summary>
/// <remarks>
/// The same figure gives the same bytes on every machine, in every culture: no dates, no random names, numbers with at most two decimals,
/// a fixed list of fonts. Frames of panels in one grid column are aligned. The smallest text is 12 px, which is 9 pt where the figure is
/// shown at its own size. Immutable, thread-safe.
/// </remarks>
/// <example><code>
/// var figure = Figure.Of(new HeatMapPanel { Series = series, Title = "raw patterns" });
/// await figure.SaveSvgAsync("series.svg");
/// </code></example>
public sealed record Figure
{
    private const double Margin = 14;
    private const double Spacing = 18;
    private const double TitleSize = 19;
    private const double CaptionSize = 13;

    /// <summary>Heading of the figure. Default empty.</summary>
    public string Title { get; init; } = string.Empty;

    /// <summary>Text under the panels, broken into at most three lines. Default empty.</summary>
    public string Caption { get; init; } = string.Empty;

    /// <summary>Width in pixels, 240 to 10 000. Default 1200.</summary>
    public int Width { get; init; } = 1200;

    /// <summary>Height in pixels, 180 to 10 000. Default 800.</summary>
    public int Height { get; init; } = 800;

    /// <summary>Relative widths of the grid's columns. Default one column.</summary>
    public IReadOnlyList<double> ColumnWidths { get; init; } = [1];

    /// <summary>Relative heights of the grid's rows. Default one row.</summary>
    public IReadOnlyList<double> RowHeights { get; init; } = [1];

    /// <summary>The panels and their places.</summary>
    public IReadOnlyList<PlacedPanel> Panels { get; init; } = [];

    /// <summary>A figure of panels below each other.</summary>
    /// <param name="panels">At least one panel.</param>
    /// <returns>The figure, 1200 pixels wide, and 420 high for each panel (560 for a single one).</returns>
    public static Figure Of(params IReadOnlyList<Panel> panels)
    {
        ArgumentNullException.ThrowIfNull(panels);
        return new Figure
        {
            Height = panels.Count == 1 ? 560 : 420 * panels.Count,
            RowHeights = [.. panels.Select(_ => 1.0)],
            Panels = [.. panels.Select((p, i) => new PlacedPanel(p, i))],
        };
    }

    /// <summary>Draws the figure.</summary>
    /// <returns>An SVG document.</returns>
    /// <exception cref="ArgumentException">The size or the grid cannot be used, or a panel's data do not fit together.</exception>
    public string ToSvg()
    {
        Check();
        var svg = new SvgBuilder();
        svg.Begin(Width, Height, Title.Length > 0 ? Title : "Figure", Caption);
        double top = Margin;
        if (Title.Length > 0)
        {
            svg.Text(Title, Margin, top + TitleSize - 2, new TextStyle(TitleSize, Bold: true), Width - (2 * Margin));
            top += TitleSize + 14;
        }

        List<string> caption = RichText.Wrap(Caption, CaptionSize, Width - (2 * Margin), 3);
        double bottom = Height - Margin - (caption.Count == 0 ? 0 : (caption.Count * 18) + 6);
        double[] x = Edges(ColumnWidths, Margin, Width - Margin), y = Edges(RowHeights, top, bottom);
        var prepared = new (PreparedPanel Panel, Box Box)[Panels.Count];
        var left = new double[ColumnWidths.Count];
        var right = new double[ColumnWidths.Count];
        for (int i = 0; i < prepared.Length; i++)
        {
            PlacedPanel p = Panels[i];
            var box = new Box(
                x[p.Column],
                y[p.Row],
                x[p.Column + p.ColumnSpan] - (p.Column + p.ColumnSpan < ColumnWidths.Count ? Spacing : 0),
                y[p.Row + p.RowSpan] - (p.Row + p.RowSpan < RowHeights.Count ? Spacing / 2 : 0));
            prepared[i] = (p.Panel.Prepare(box.Width, box.Height), box);
            left[p.Column] = Math.Max(left[p.Column], prepared[i].Panel.Left);
            right[p.Column + p.ColumnSpan - 1] = Math.Max(right[p.Column + p.ColumnSpan - 1], prepared[i].Panel.Right);
        }

        for (int i = 0; i < prepared.Length; i++)
        {
            PlacedPanel p = Panels[i];
            svg.BeginGroup($"class=\"panel {p.Panel.Kind}\" role=\"group\"");
            prepared[i].Panel.Draw(svg, prepared[i].Box, left[p.Column], right[p.Column + p.ColumnSpan - 1]);
            svg.EndGroup();
        }

        for (int i = 0; i < caption.Count; i++)
            svg.Text(caption[i], Margin, bottom + 18 + (18 * i), new TextStyle(CaptionSize, Color: Colors.Note), Width - (2 * Margin));
        return svg.End();
    }

    /// <summary>Draws the figure into a file, UTF-8 without a byte-order mark; written under a temporary name in the same folder, then renamed.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="cancellationToken">Cancels writing; the file is then unchanged.</param>
    /// <exception cref="ArgumentException">As for <see cref="ToSvg"/>.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <returns>A task that ends when the file is complete.</returns>
    public async Task SaveSvgAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string svg = ToSvg();
        await OutputFile.WriteAsync(path, Encoding.UTF8.GetBytes(svg), "image/svg+xml", cancellationToken).ConfigureAwait(false);
    }

    private static double[] Edges(IReadOnlyList<double> parts, double from, double to)
    {
        var edges = new double[parts.Count + 1];
        double sum = parts.Sum(), at = 0;
        edges[0] = from;
        for (int i = 0; i < parts.Count; i++)
        {
            at += parts[i];
            edges[i + 1] = Math.Round(from + ((to - from) * at / sum));
        }

        return edges;
    }

    private void Check()
    {
        if (Width is < 240 or > 10_000 || Height is < 180 or > 10_000)
            throw new ArgumentException($"A figure of {Width} × {Height} pixels cannot be drawn: width must be 240 to 10000, height 180 to 10000.");
        if (Panels.Count == 0)
            throw new ArgumentException("A figure needs at least one panel.");
        foreach (IReadOnlyList<double> parts in (ReadOnlySpan<IReadOnlyList<double>>)[ColumnWidths, RowHeights])
        {
            if (parts.Count == 0 || parts.Any(p => !double.IsFinite(p) || p <= 0))
                throw new ArgumentException("Relative widths and heights of a figure's grid must be positive numbers, at least one of each.");
        }

        foreach (PlacedPanel p in Panels)
        {
            if (p.Row < 0 || p.Column < 0 || p.RowSpan < 1 || p.ColumnSpan < 1 || p.Row + p.RowSpan > RowHeights.Count || p.Column + p.ColumnSpan > ColumnWidths.Count)
                throw new ArgumentException($"A panel at row {p.Row}, column {p.Column}, spanning {p.RowSpan} × {p.ColumnSpan}, lies outside the grid of {RowHeights.Count} × {ColumnWidths.Count}.");
        }
    }
}
