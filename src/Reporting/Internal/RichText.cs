using System.Text;

namespace BigMap.Analysis.Reporting.Internal;

/// <summary>Text on one level: 0 on the line, 1 raised, −1 lowered.</summary>
internal readonly record struct TextRun(string Text, int Level);

/// <summary>Text with raised and lowered parts, and an estimate of its width.</summary>
internal sealed class RichText
{
    public const double RaisedScale = 0.74;

    // Advance widths of Helvetica for U+0020..U+007E in 1/1000 em, as in its public font metrics.
    private static readonly short[] Widths =
    [
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
        1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
        333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
    ];

    public RichText(IReadOnlyList<TextRun> runs)
    {
        // Neighbours on one level become one run: renderers drop blanks at the ends of a tspan.
        var merged = new List<TextRun>();
        foreach (TextRun run in runs)
        {
            if (merged.Count > 0 && merged[^1].Level == run.Level)
                merged[^1] = run with { Text = merged[^1].Text + run.Text };
            else
                merged.Add(run);
        }

        Runs = merged;
    }

    public IReadOnlyList<TextRun> Runs { get; }

    public string Plain => string.Concat(Runs.Select(r => r.Text));

    public static implicit operator RichText(string text) => new([new TextRun(text, 0)]);

    /// <summary>Estimated width in pixels, 6 % above Helvetica's so that a slightly wider substitute still fits.</summary>
    public double Width(double size, bool bold = false)
    {
        double width = 0;
        foreach (TextRun run in Runs)
            width += Measure(run.Text) * (run.Level == 0 ? 1 : RaisedScale);
        return width * size * 1e-3 * 1.06 * (bold ? 1.07 : 1);
    }

    /// <summary>The text itself when it fits, otherwise its beginning with an ellipsis.</summary>
    public RichText Shorten(TextStyle style, double maxWidth)
    {
        if (Width(style.Size, style.Bold) <= maxWidth)
            return this;
        var kept = new List<TextRun>();
        double left = maxWidth - ((RichText)"…").Width(style.Size, style.Bold);
        foreach (TextRun run in Runs)
        {
            var part = new StringBuilder();
            foreach (Rune rune in run.Text.EnumerateRunes())
            {
                left -= new RichText([new TextRun(rune.ToString(), run.Level)]).Width(style.Size, style.Bold);
                if (left < 0)
                    break;
                part.Append(rune.ToString());
            }

            if (part.Length > 0)
                kept.Add(new TextRun(part.ToString().TrimEnd(), run.Level));
            if (left < 0)
                break;
        }

        kept.Add(new TextRun("…", 0));
        return new RichText(kept);
    }

    /// <summary>Breaks plain text into lines no wider than allowed, at blanks where there are any; the last line takes what is left.</summary>
    public static List<string> Wrap(string text, double size, double maxWidth, int maxLines)
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        foreach (string word in text.Split([' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && lines.Count < maxLines - 1 && ((RichText)$"{line} {word}").Width(size) > maxWidth)
            {
                lines.Add(line.ToString());
                line.Clear();
            }

            if (line.Length > 0)
                line.Append(' ');
            line.Append(word);
        }

        if (line.Length > 0)
            lines.Add(line.ToString());
        return lines;
    }

    private static double Measure(string text)
    {
        double width = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            width += rune.Value switch
            {
                < 0x20 => 278,
                < 0x7F => Widths[rune.Value - 0x20],
                '·' => 333,
                '−' or '×' or '±' or '≥' or '≤' => 584,
                '°' => 400,
                '²' or '³' or '¹' => 333,
                '…' => 1000,
                '–' => 556,
                >= 0x300 and < 0x370 => 0,
                >= 0x1100 => rune.Value is >= 0x2000 and < 0x2E80 ? 700 : 1000,
                >= 0x80 and < 0x250 => 640,
                _ => 700,
            };
        }

        return width;
    }
}
