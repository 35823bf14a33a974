using System.Globalization;
using System.Text;

namespace BigMap.Analysis.Reporting.Internal;

/// <summary>Typesets names of quantities and units: 2theta → 2θ, cm^-1 → cm⁻¹ (raised), chi_square → χ².</summary>
internal static class Typography
{
    private const char Minus = '−';

    /// <summary>A quantity name or column name; dots and underscores between words become blanks, Greek words letters.</summary>
    public static List<TextRun> Quantity(string name)
    {
        var runs = new List<TextRun>();
        foreach (TextRun run in Raised(name))
            runs.Add(run.Level != 0 ? run : run with { Text = GreekWords(run.Text) });
        return runs;
    }

    /// <summary>A unit symbol: exponents raised, deg → °, um → µm.</summary>
    public static List<TextRun> Unit(string unit)
    {
        var runs = new List<TextRun>();
        foreach (TextRun run in Raised(unit))
            runs.Add(run.Level != 0 ? run : run with { Text = UnitWords(run.Text) });
        return runs;
    }

    /// <summary>quantity / unit, with the power of ten and the offset that the tick labels left out.</summary>
    public static RichText AxisTitle(string quantity, string unit, TickSet ticks) => AxisTitle(Name(quantity, unit), unit, ticks);

    /// <summary>The same in a given width: what is shortened is the name, because without offset, power and unit the numbers would be wrong.</summary>
    public static RichText AxisTitle(string quantity, string unit, TickSet ticks, TextStyle style, double maxWidth)
    {
        RichText name = Name(quantity, unit), whole = AxisTitle(name, unit, ticks);
        double excess = whole.Width(style.Size, style.Bold) - maxWidth;
        return excess <= 0 ? whole : AxisTitle(name.Shorten(style, Math.Max(2 * style.Size, name.Width(style.Size, style.Bold) - excess)), unit, ticks);
    }

    // Columns of files carry their unit in the name (x_um); it is not said twice.
    private static RichText Name(string quantity, string unit) =>
        new(Quantity(unit.Length > 0 && quantity.Length > unit.Length + 1 && quantity.EndsWith("_" + unit, StringComparison.Ordinal) ? quantity[..^(unit.Length + 1)] : quantity));

    private static RichText AxisTitle(RichText name, string unit, TickSet ticks)
    {
        List<TextRun> runs = [.. name.Runs];
        if (ticks.OffsetText.Length > 0)
        {
            runs.Insert(0, new TextRun("(", 0));
            runs.Add(new TextRun($" {(ticks.OffsetText[0] == Minus ? "+ " + ticks.OffsetText[1..] : Minus + " " + ticks.OffsetText)})", 0));
        }

        if (unit.Length == 0 && ticks.Exponent == 0)
            return new RichText(runs);
        runs.Add(new TextRun(" / ", 0));
        bool brackets = unit.Contains('/', StringComparison.Ordinal);
        if (brackets)
            runs.Add(new TextRun("(", 0));
        if (ticks.Exponent != 0)
        {
            runs.Add(new TextRun("10", 0));
            runs.Add(new TextRun(Integer(ticks.Exponent), 1));
            if (unit.Length > 0)
                runs.Add(new TextRun("\u00A0", 0));
        }

        runs.AddRange(Unit(unit));
        if (brackets)
            runs.Add(new TextRun(")", 0));
        return new RichText(runs);
    }

    public static string Integer(long value) => value < 0 ? Minus + value.ToString(CultureInfo.InvariantCulture)[1..] : value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A number for a note or a legend, four digits, with a real minus sign.</summary>
    public static string Number(double value)
    {
        if (double.IsNaN(value))
            return "–";
        if (double.IsInfinity(value))
            return value > 0 ? "∞" : Minus + "∞";
        string text = value.ToString("G4", CultureInfo.InvariantCulture).Replace('-', Minus);
        int e = text.IndexOf('E', StringComparison.Ordinal);
        return e < 0 ? text : $"{text[..e]} × 10{Superscript(text[(e + 1)..].TrimStart('+'))}";
    }

    private static string Superscript(string exponent)
    {
        bool negative = exponent[0] == Minus;
        string digits = exponent.TrimStart(Minus).TrimStart('0');
        return (negative ? "⁻" : string.Empty) + string.Concat(digits.Select(d => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d - '0']));
    }

    private static List<TextRun> Raised(string text)
    {
        var runs = new List<TextRun>();
        var plain = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            int end = i + 1;
            bool braces = end < text.Length && text[end] == '{';
            if (text[i] == '^' && end < text.Length)
            {
                int from = braces ? end + 1 : end;
                end = from;
                if (braces)
                {
                    while (end < text.Length && text[end] != '}')
                        end++;
                }
                else
                {
                    if (text[end] is '-' or '+' or Minus)
                        end++;
                    while (end < text.Length && (char.IsAsciiDigit(text[end]) || (text[end] is '.' or '/' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1]))))
                        end++;
                }

                if (end > from && (end < text.Length || !braces))
                {
                    if (plain.Length > 0)
                        runs.Add(new TextRun(plain.ToString(), 0));
                    plain.Clear();
                    runs.Add(new TextRun(text[from..end].Replace('-', Minus), 1));
                    i = braces ? end : end - 1;
                    continue;
                }
            }

            plain.Append(text[i]);
        }

        if (plain.Length > 0)
            runs.Add(new TextRun(plain.ToString(), 0));
        return runs;
    }

    private static string GreekWords(string text)
    {
        string[] words = text.Replace('_', ' ').Split(' ');
        for (int i = 0; i < words.Length; i++)
        {
            string[] parts = words[i].Split('.');
            bool name = parts.Length > 1 && parts.All(p => p.Length > 0) && !parts.All(p => p.All(char.IsAsciiDigit));
            for (int k = 0; k < parts.Length; k++)
                parts[k] = Greek(parts[k]);
            words[i] = string.Join(name ? " " : ".", parts);
        }

        return string.Join(' ', words).Replace("χ square", "χ²", StringComparison.Ordinal);
    }

    private static string Greek(string word) => word switch
    {
        "2theta" or "2Theta" or "twotheta" => "2θ",
        "theta" => "θ",
        "alpha" => "α",
        "beta" => "β",
        "gamma" => "γ",
        "delta" => "δ",
        "eta" => "η",
        "lambda" => "λ",
        "sigma" => "σ",
        "chi" => "χ",
        "phi" => "φ",
        "psi" => "ψ",
        "omega" => "ω",
        "tau" => "τ",
        "rho" => "ρ",
        "stderr" => "standard error",
        _ => word,
    };

    private static string UnitWords(string text)
    {
        string[] words = text.Split(' ');
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = words[i] switch
            {
                "deg" or "degree" or "degrees" when words.Length == 1 => "°",
                "degC" => "°C",
                "um" => "µm",
                "us" => "µs",
                "uA" => "µA",
                "uV" => "µV",
                "Angstrom" or "angstrom" => "Å",
                "ohm" or "Ohm" => "Ω",
                string other => other,
            };
        }

        return string.Join(' ', words);
    }
}
