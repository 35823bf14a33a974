namespace BigMap.Analysis.Formats.Internal;

/// <summary>Where a step may write.</summary>
internal static class OutputName
{
    public static string Resolve(string name, string? folder, string operation)
    {
        if (string.IsNullOrWhiteSpace(name))
            throw new OptionsException(operation, [new OptionFault("file", "must name a file.")]);
        if (folder is null)
            return name;
        string root = Path.GetFullPath(folder);
        string full = Path.GetFullPath(Path.Combine(root, name));
        string relative = Path.GetRelativePath(root, full);
        bool outside = Path.IsPathRooted(name) || name.Contains(':', StringComparison.Ordinal) || relative == "." || relative == ".." || relative.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal) || Path.IsPathRooted(relative);
        return outside
            ? throw new OptionsException(operation, [new OptionFault("file", $"must stay inside the output folder, but is {name}.")])
            : full;
    }
}
