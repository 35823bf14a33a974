namespace BigMap.Analysis.Electrochemistry.Internal;

/// <summary>Finds the files that a path, folder or pattern means, by name.</summary>
internal static class SequenceFiles
{
    public static IReadOnlyList<string> Find(string path)
    {
        try
        {
            if (File.Exists(path))
                return [path];
            string[] found;
            if (Directory.Exists(path))
            {
                found = Match(path, path, "*.mpr");
                if (found.Length == 0)
                    found = Match(path, path, "*.mpt");
            }
            else
            {
                string pattern = Path.GetFileName(path), prefix = Path.GetDirectoryName(path) ?? string.Empty, folder = prefix.Length == 0 ? "." : prefix;
                found = pattern.IndexOfAny(['*', '?']) >= 0 && Directory.Exists(folder) ? Match(folder, prefix, pattern) : [];
            }

            return found.Length > 0 ? found : throw new InputFormatException(path, 0, "There is no such file, and no .mpr or .mpt that it could mean.", "Check the path.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputFormatException(path, 0, $"It cannot be opened: {e.Message}", "Check the path and its permissions.");
        }
    }

    private static string[] Match(string folder, string prefix, string pattern) =>
        [.. Directory.EnumerateFiles(folder, pattern).Select(f => Path.GetFileName(f)).Where(n => n[0] is not ('.' or '~')).Order(StringComparer.Ordinal).Select(n => Path.Combine(prefix, n))];
}
