using System.Globalization;

namespace BigMap.Analysis.Diffraction.Powder.Internal;

/// <summary>The tables that the package carries.</summary>
internal static class EmbeddedTable
{
    public static IEnumerable<string> Lines(string name)
    {
        using Stream stream = typeof(EmbeddedTable).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The table {name} is missing from the package.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
                yield return line;
        }
    }

    /// <summary>Lines of a label and numbers.</summary>
    public static Dictionary<string, double[]> Numbers(string name)
    {
        var table = new Dictionary<string, double[]>(StringComparer.Ordinal);
        foreach (string line in Lines(name))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            table[words[0]] = [.. words.Skip(1).Select(w => double.Parse(w, CultureInfo.InvariantCulture))];
        }

        return table;
    }
}
