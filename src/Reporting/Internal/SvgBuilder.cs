using System.Text;

namespace BigMap.Analysis.Reporting.Internal;

/// <summary>A rectangle in pixels; y grows downwards.</summary>
internal readonly record struct Box(double Left, double Top, double Right, double Bottom)
{
    public double Width => Right - Left;

    public double Height => Bottom - Top;
}

/// <summary>Where a text is anchored.</summary>
internal enum Anchor
{
    Start,
    Middle,
    End,
}

/// <summary>How a text is set.</summary>
internal readonly record struct TextStyle(double Size, Anchor Anchor = Anchor.Start, bool Bold = false, string Color = Colors.Text, double Rotate = 0);

/// <summary>Writes SVG elements. Uses presentation attributes only: no ids, no styles, no scripts, so that several figures can share one page.</summary>
internal sealed class SvgBuilder
{
    // Kept short: every renderer substitutes a sans-serif of about these widths, and the layout leaves room for wider ones.
    private const string FontStack = "Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif";
    private readonly StringBuilder _text = new();

    public void Begin(double width, double height, string title, string description)
    {
        _text.Append("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"").Append(N(width)).Append("\" height=\"").Append(N(height))
            .Append("\" viewBox=\"0 0 ").Append(N(width)).Append(' ').Append(N(height)).Append("\" role=\"img\" font-family=\"").Append(FontStack)
            .Append("\" fill=\"").Append(Colors.Text).Append("\">\n<title>").Append(Escape(title)).Append("</title>\n");
        if (description.Length > 0)
            _text.Append("<desc>").Append(Escape(description)).Append("</desc>\n");
        Rectangle(new Box(0, 0, width, height), "#ffffff");
    }

    public string End()
    {
        _text.Append("</svg>\n");
        return _text.ToString();
    }

    public void BeginGroup(string attributes) => _text.Append("<g ").Append(attributes).Append(">\n");

    public void EndGroup() => _text.Append("</g>\n");

    public void Rectangle(Box box, string fill, string stroke = "none", double strokeWidth = 1)
    {
        _text.Append("<rect x=\"").Append(N(box.Left)).Append("\" y=\"").Append(N(box.Top)).Append("\" width=\"").Append(N(box.Width))
            .Append("\" height=\"").Append(N(box.Height)).Append("\" fill=\"").Append(fill).Append('"');
        if (stroke != "none")
            _text.Append(" stroke=\"").Append(stroke).Append("\" stroke-width=\"").Append(N(strokeWidth)).Append('"');
        _text.Append("/>\n");
    }

    public void Line(double x1, double y1, double x2, double y2, string color, double width = 1, string dash = "")
    {
        _text.Append("<path d=\"M").Append(N(x1)).Append(',').Append(N(y1)).Append('L').Append(N(x2)).Append(',').Append(N(y2))
            .Append("\" stroke=\"").Append(color).Append("\" stroke-width=\"").Append(N(width)).Append('"');
        Dash(dash);
        _text.Append("/>\n");
    }

    /// <summary>A path given as its data; open unless it closes itself.</summary>
    public void Path(string data, string stroke, double width, string fill = "none", double fillOpacity = 1, string dash = "")
    {
        if (data.Length == 0)
            return;
        _text.Append("<path d=\"").Append(data).Append("\" fill=\"").Append(fill).Append('"');
        if (fill != "none" && fillOpacity < 1)
            _text.Append(" fill-opacity=\"").Append(N(fillOpacity)).Append('"');
        if (stroke != "none")
            _text.Append(" stroke=\"").Append(stroke).Append("\" stroke-width=\"").Append(N(width)).Append("\" stroke-linejoin=\"round\"");
        Dash(dash);
        _text.Append("/>\n");
    }

    public void Image(Box box, byte[] png)
    {
        _text.Append("<image x=\"").Append(N(box.Left)).Append("\" y=\"").Append(N(box.Top)).Append("\" width=\"").Append(N(box.Width))
            .Append("\" height=\"").Append(N(box.Height))
            .Append("\" preserveAspectRatio=\"none\" image-rendering=\"optimizeSpeed\" href=\"data:image/png;base64,").Append(Convert.ToBase64String(png)).Append("\"/>\n");
    }

    /// <summary>Text at a baseline position; shortened with an ellipsis when it is wider than allowed, and then carrying the whole text as a tooltip.</summary>
    public void Text(RichText text, double x, double y, TextStyle style, double maxWidth = double.PositiveInfinity, RichText? whole = null)
    {
        RichText shown = text.Shorten(style, maxWidth);
        _text.Append("<text x=\"").Append(N(x)).Append("\" y=\"").Append(N(y)).Append("\" font-size=\"").Append(N(style.Size)).Append('"');
        if (style.Anchor != Anchor.Start)
            _text.Append(" text-anchor=\"").Append(style.Anchor == Anchor.Middle ? "middle" : "end").Append('"');
        if (style.Bold)
            _text.Append(" font-weight=\"bold\"");
        if (style.Color != Colors.Text)
            _text.Append(" fill=\"").Append(style.Color).Append('"');
        if (style.Rotate != 0)
            _text.Append(" transform=\"rotate(").Append(N(style.Rotate)).Append(' ').Append(N(x)).Append(' ').Append(N(y)).Append(")\"");
        _text.Append('>');
        if (whole is null ? !ReferenceEquals(shown, text) : shown.Plain != whole.Plain)
            _text.Append("<title>").Append(Escape((whole ?? text).Plain)).Append("</title>");
        double shift = 0;
        foreach (TextRun run in shown.Runs)
        {
            double wanted = run.Level switch { > 0 => -0.38 * style.Size, < 0 => 0.2 * style.Size, _ => 0 };
            if (run.Level == 0 && wanted == shift)
            {
                _text.Append(Escape(run.Text));
                continue;
            }

            // Some renderers drop blanks at the start of a tspan, so they are moved instead of written.
            string shownText = run.Text.TrimStart(' ', '\u00A0');
            _text.Append("<tspan dy=\"").Append(N(wanted - shift)).Append('"');
            if (shownText.Length < run.Text.Length)
                _text.Append(" dx=\"").Append(N(0.28 * style.Size * (run.Text.Length - shownText.Length))).Append('"');
            if (run.Level != 0)
                _text.Append(" font-size=\"").Append(N(style.Size * RichText.RaisedScale)).Append('"');
            _text.Append('>').Append(Escape(shownText)).Append("</tspan>");
            shift = wanted;
        }

        _text.Append("</text>\n");
    }

    /// <summary>The title of an axis; when it is too wide its name is shortened, and the whole of it becomes a tooltip.</summary>
    public void AxisTitle((string Quantity, string Unit, TickSet Ticks) title, double x, double y, TextStyle style, double maxWidth)
    {
        RichText whole = Typography.AxisTitle(title.Quantity, title.Unit, title.Ticks);
        Text(Typography.AxisTitle(title.Quantity, title.Unit, title.Ticks, style, maxWidth), x, y, style, maxWidth, whole);
    }

    /// <summary>A pixel position with at most two decimals: far below what an eye resolves, and free of rounding noise of the last bits.</summary>
    public static string N(double value)
    {
        if (!double.IsFinite(value))
            throw new InvalidOperationException("A coordinate of a figure is not finite.");
        long hundredths = (long)Math.Round(Math.Clamp(value, -1e7, 1e7) * 100, MidpointRounding.AwayFromZero);
        if (hundredths == 0)
            return "0";
        string sign = hundredths < 0 ? "-" : string.Empty;
        long whole = Math.Abs(hundredths) / 100, rest = Math.Abs(hundredths) % 100;
        string digits = whole.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return rest == 0 ? sign + digits
            : rest % 10 == 0 ? $"{sign}{digits}.{(char)('0' + (rest / 10))}"
            : $"{sign}{digits}.{(char)('0' + (rest / 10))}{(char)('0' + (rest % 10))}";
    }

    /// <summary>Text for XML; characters that XML 1.0 does not allow become the replacement character.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                escaped.Append(c).Append(text[++i]);
                continue;
            }

            _ = c switch
            {
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                '"' => escaped.Append("&quot;"),
                '\t' or '\n' or '\r' => escaped.Append(' '),
                < ' ' or '\uFFFE' or '\uFFFF' => escaped.Append('\uFFFD'),
                _ when char.IsSurrogate(c) => escaped.Append('\uFFFD'),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }

    private void Dash(string dash)
    {
        if (dash.Length > 0)
            _text.Append(" stroke-dasharray=\"").Append(dash).Append('"');
    }
}
