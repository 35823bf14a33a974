namespace BigMap.Analysis.Reporting.Internal;

/// <summary>How a legend shows an entry.</summary>
internal enum Mark
{
    Circle,
    Square,
    Triangle,
    Diamond,
    Cross,
    Line,
    DashedLine,
    Fill,
    Hatch,
}

/// <summary>One entry of a legend.</summary>
internal readonly record struct LegendEntry(Mark Mark, string Color, RichText Text, bool Hollow = false);

/// <summary>Title, notes and legend above the frame of a panel, where they can cover no data.</summary>
internal sealed class PanelHeader
{
    private const double TitleSize = 15;
    private const double NoteSize = 12;
    private const double LegendSize = 12.5;
    private const double Symbol = 22;
    private const double Gap = 14;
    private readonly string _title;
    private readonly List<string> _notes;
    private readonly List<List<LegendEntry>> _legend = [];
    private readonly double _width;

    public PanelHeader(string title, string note, IReadOnlyList<LegendEntry> legend, double width)
    {
        _title = title;
        _width = width;
        _notes = RichText.Wrap(note, NoteSize, width, 2);
        double used = double.PositiveInfinity;
        foreach (LegendEntry entry in legend)
        {
            double wide = Symbol + Math.Min(entry.Text.Width(LegendSize), width - Symbol) + Gap;
            if (used + wide - Gap > width)
            {
                _legend.Add([]);
                used = 0;
            }

            _legend[^1].Add(entry);
            used += wide;
        }
    }

    public double Height => (_title.Length > 0 ? 21 : 0) + (_notes.Count * 16) + (_legend.Count * 18) + 5;

    public void Draw(SvgBuilder svg, double left, double top)
    {
        double y = top;
        if (_title.Length > 0)
        {
            svg.Text(_title, left, y + 14, new TextStyle(TitleSize, Bold: true), _width);
            y += 21;
        }

        foreach (string note in _notes)
        {
            svg.Text(note, left, y + 11, new TextStyle(NoteSize, Color: Colors.Note), _width);
            y += 16;
        }

        foreach (List<LegendEntry> line in _legend)
        {
            double x = left;
            foreach (LegendEntry entry in line)
            {
                DrawSymbol(svg, entry, x + 8, y + 8);
                svg.Text(entry.Text, x + Symbol, y + 12.5, new TextStyle(LegendSize), _width - Symbol);
                x += Symbol + Math.Min(entry.Text.Width(LegendSize), _width - Symbol) + Gap;
            }

            y += 18;
        }
    }

    private static void DrawSymbol(SvgBuilder svg, LegendEntry entry, double x, double y)
    {
        switch (entry.Mark)
        {
            case Mark.Line:
                svg.Line(x - 8, y, x + 8, y, entry.Color, 2);
                break;
            case Mark.DashedLine:
                svg.Line(x - 8, y, x + 8, y, entry.Color, 1.6, "5 3");
                break;
            case Mark.Fill:
                svg.Path($"M{SvgBuilder.N(x - 8)},{SvgBuilder.N(y - 5)}h16v10h-16Z", entry.Color, 1, entry.Color, 0.25);
                break;
            case Mark.Hatch:
                svg.Rectangle(new Box(x - 8, y - 5, x + 8, y + 5), Colors.Missing);
                svg.Path($"M{SvgBuilder.N(x - 8)},{SvgBuilder.N(y + 5)}l10,-10M{SvgBuilder.N(x - 2)},{SvgBuilder.N(y + 5)}l10,-10", Colors.MissingDark, 2);
                break;
            default:
                svg.Path(Markers.Data(entry.Mark, x, y, 4), entry.Mark == Mark.Cross || entry.Hollow ? entry.Color : "none", 1.4, entry.Mark == Mark.Cross ? "none" : entry.Hollow ? "#ffffff" : entry.Color);
                break;
        }
    }
}
