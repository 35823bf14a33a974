using System.IO.Enumeration;

namespace BigMap.Analysis.Formats.Internal;

/// <summary>Finds the files that a path, folder or pattern means, in order.</summary>
internal static class InputFiles
{
    private static readonly string[] TextEndings = [".txt", ".csv", ".tsv", ".xy", ".xye", ".dat", ".asc", ".prn", ".chi", ".int"];

    private static readonly string[] Hdf5Endings = [".h5", ".hdf5", ".hdf", ".nxs", ".nx5"];
    private static readonly string[] XrdEndings = [".xrdml", ".brml"];

    public static (List<string> Files, List<string> Skipped) Find(string path, TextReadOptions options) =>
        Find(path, (options.FilePattern, options.Order, options.WaitForStable), TextEndings, "text file");

    public static (List<string> Files, List<string> Skipped) FindHdf5(string path, (string FilePattern, FileOrder Order, bool MayCome) options) =>
        Find(path, options, Hdf5Endings, "HDF5 file");

    public static (List<string> Files, List<string> Skipped) FindXrd(string path, (string FilePattern, FileOrder Order, bool MayCome) options) =>
        Find(path, options, XrdEndings, ".xrdml or .brml file");

    public static bool IsCandidate(string name, string pattern) => IsCandidate(name, pattern, TextEndings);

    private static (List<string> Files, List<string> Skipped) Find(string path, (string FilePattern, FileOrder Order, bool MayCome) options, string[] endings, string what)
    {
        var skipped = new List<string>();
        try
        {
            if (File.Exists(path))
                return ([path], skipped);
            List<string> found;
            if (Directory.Exists(path))
            {
                found = Match(path, path, (options.FilePattern, endings), skipped);
                if (found.Count == 0)
                    throw new InputFormatException(path, 0, options.FilePattern.Length == 0 ? $"The folder holds no {what}." : $"The folder holds no file that matches {options.FilePattern}.", "Check the folder, or set filePattern.");
            }
            else
            {
                string pattern = Path.GetFileName(path);
                string folder = Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : ".";
                bool single = pattern.IndexOfAny(['*', '?']) < 0;
                if (single && options.MayCome && pattern.Length > 0 && Directory.Exists(folder))
                    return ([path], skipped);
                if (single)
                    throw new InputFormatException(path, 0, "There is no such file or folder.", "Check the path.");
                if (!Directory.Exists(folder))
                    throw new InputFormatException(path, 0, $"There is no folder {folder}.", "Check the path; * and ? may stand in the file name only.");
                found = Match(folder, Path.GetDirectoryName(path) ?? string.Empty, (pattern, endings), []);
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

    private static bool IsCandidate(string name, string pattern, string[] endings)
    {
        // Hidden files, editors' copies and files that another program has not renamed yet.
        if (name[0] is '.' or '~' || name[^1] == '~' || name.EndsWith(".tmp", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".part", StringComparison.OrdinalIgnoreCase))
            return false;
        return pattern.Length > 0
            ? FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: true)
            : endings.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);
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

    private static List<string> Match(string folder, string prefix, (string Pattern, string[] Endings) wanted, List<string> skipped)
    {
        var found = new List<string>();
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            string name = Path.GetFileName(file);
            if (IsCandidate(name, wanted.Pattern, wanted.Endings))
                found.Add(Path.Combine(prefix, name));
            else
                skipped.Add(name);
        }

        skipped.Sort(NaturalOrder.Instance);
        return found;
    }
}
