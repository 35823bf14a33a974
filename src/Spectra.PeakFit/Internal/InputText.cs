using System.Globalization;
using System.Text;

namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>Text files of other programs.</summary>
internal static class InputText
{
    /// <summary>UTF-8, without a byte order mark.</summary>
    public static string Decode(byte[] bytes) => Encoding.UTF8.GetString(bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(3) : bytes);

    /// <summary>Comma-separated rows with quoted cells; empty lines are left out. Each row comes with the line where it begins.</summary>
    public static List<(int Line, string[] Cells)> Rows(string text, string file)
    {
        var rows = new List<(int, string[])>();
        var cells = new List<string>();
        var cell = new StringBuilder();
        int line = 1, start = 1;
        bool quoted = false, any = false;
        for (int i = 0; i <= text.Length; i++)
        {
            char c = i < text.Length ? text[i] : '\n';
            if (quoted && i < text.Length)
            {
                if (c == '"' && i + 1 < text.Length && text[i + 1] == '"')
                    cell.Append(text[++i]);
                else if (c == '"')
                    quoted = false;
                else
                    cell.Append(c);
                if (c == '\n')
                    line++;
                continue;
            }

            if (quoted)
                throw new InputFormatException(file, start, "A quotation mark is not closed.", "The file is cut off; download it again.");
            switch (c)
            {
                case '"':
                    (quoted, any) = (true, true);
                    break;
                case ',':
                    cells.Add(cell.ToString());
                    cell.Clear();
                    any = true;
                    break;
                case '\n':
                    if (any || cell.Length > 0)
                        rows.Add((start, [.. cells, cell.ToString()]));
                    cells.Clear();
                    cell.Clear();
                    any = false;
                    start = ++line;
                    break;
                case '\r':
                    break;
                default:
                    cell.Append(c);
                    break;
            }
        }

        return rows;
    }

    /// <summary>A finite number, or a typed error.</summary>
    public static double Number(string cell, string file, int line, string what) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw new InputFormatException(file, line, $"{what} is '{cell}', not a number.", "Use the file as PRISMA writes it, with decimal points.");
}
