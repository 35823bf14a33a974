using System.Globalization;
using System.Text;

namespace BigMap.Analysis.Provenance.Internal;

/// <summary>Rows as ranges, so that a record of a long series stays short: <c>0-149</c>, <c>0-9,12,14-20</c>. Order is kept; empty text is no row.</summary>
internal static class RowRanges
{
    private const int MostRows = 100_000_000;

    public static string Text(int count, Func<int, int> rowAt)
    {
        var text = new StringBuilder();
        for (int i = 0; i < count;)
        {
            int first = rowAt(i), last = first;
            for (i++; i < count && rowAt(i) == last + 1; i++)
                last++;
            if (text.Length > 0)
                text.Append(',');
            text.Append(CultureInfo.InvariantCulture, $"{first}");
            if (last > first)
                text.Append(CultureInfo.InvariantCulture, $"-{last}");
        }

        return text.ToString();
    }

    public static int Count(string ranges) => (int)Split(ranges)!.Sum(r => r.Last - (long)r.First + 1);

    public static bool IsValid(string ranges) => Split(ranges) is { } parts && parts.Sum(r => r.Last - (long)r.First + 1) <= MostRows;

    public static int[] Parse(string ranges)
    {
        if (!IsValid(ranges))
            throw new FormatException($"{ranges} is not a list of ranges of rows.");
        var rows = new List<int>();
        foreach ((int first, int last) in Split(ranges)!)
        {
            for (int row = first; row <= last; row++)
                rows.Add(row);
        }

        return [.. rows];
    }

    private static List<(int First, int Last)>? Split(string ranges)
    {
        var parts = new List<(int, int)>();
        foreach (string part in ranges.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2
                || !int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
                || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last)
                || last < first)
            {
                return null;
            }

            parts.Add((first, last));
        }

        return parts;
    }
}
