using System.IO.Enumeration;

namespace BigMap.Analysis.Formats.Internal;

/// <summary>Finds the files that a path, folder or pattern means, in order.</summary>
internal static class InputFiles
{
    private static readonly string[] TextEndings = [".txt", ".csv", ".tsv", ".xy", ".xye", ".dat", ".asc", ".prn", ".chi", ".int"];

    public static (List<string> Files, List<string> Skipped) Find(string path, TextReadOptions options)
    {
        var skipped = new List<string>();
        try
        {
            if (File.Exists(path))
                return ([path], skipped);
            List<string> found;
            if (Directory.Exists(path))
            {
                found = Match(path, path, options.FilePattern, skipped);
                if (found.Count == 0)
                    throw new InputFormatException(path, 0, options.FilePattern.Length == 0 ? "The folder holds no text file." : $"The folder holds no file that matches {options.FilePattern}.", "Check the folder, or set filePattern.");
            }
            else
            {
                string pattern = Path.GetFileName(path);
                string folder = Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : ".";
                bool single = pattern.IndexOfAny(['*', '?']) < 0;
                if (single && options.WaitForStable && pattern.Length > 0 && Directory.Exists(folder))
                    return ([path], skipped);
                if (single)
                    throw new InputFormatException(path, 0, "There is no such file or folder.", "Check the path.");
                if (!Directory.Exists(folder))
                    throw new InputFormatException(path, 0, $"There is no folder {folder}.", "Check the path; * and ? may stand in the file name only.");
                found = Match(folder, Path.GetDirectoryName(path) ?? string.Empty, pattern, []);
                if (found.Count == 0)
                    throw new InputFormatException(path, 0, "No file matches the pattern.", "Check the pattern.");
            }

            Sort(found, options.Order);
            return (found, skipped);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputFormatException(path, 0, $"It cannot be opened: {e.Message}", "Check the path and its permissions.");
        }
    }

    public static bool IsCandidate(string name, string pattern)
    {
        // Hidden files, editors' copies and files that another program has not renamed yet.
        if (name[0] is '.' or '~' || name[^1] == '~' || name.EndsWith(".tmp", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".part", StringComparison.OrdinalIgnoreCase))
            return false;
        return pattern.Length > 0
            ? FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: true)
            : TextEndings.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);
    }

    public static void Sort(List<string> files, FileOrder order)
    {
        files.Sort(NaturalOrder.Instance);
        if (order == FileOrder.Time)
        {
            Dictionary<string, DateTime> times = files.ToDictionary(f => f, File.GetLastWriteTimeUtc, StringComparer.Ordinal);
            List<string> sorted = [.. files.OrderBy(f => times[f])];
            files.Clear();
            files.AddRange(sorted);
        }
    }

    private static List<string> Match(string folder, string prefix, string pattern, List<string> skipped)
    {
        var found = new List<string>();
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            string name = Path.GetFileName(file);
            if (IsCandidate(name, pattern))
                found.Add(Path.Combine(prefix, name));
            else
                skipped.Add(name);
        }

        skipped.Sort(NaturalOrder.Instance);
        return found;
    }
}
