namespace BigMap.Analysis.Provenance.Internal;

/// <summary>Finds the input files of a record: where it says, or below another place that a person names.</summary>
internal sealed class InputLocator
{
    private readonly string _recordFolder;
    private readonly string _recordedRoot;
    private readonly string? _root;

    /// <param name="recorded">Input path of the record: file, folder or pattern.</param>
    /// <param name="recordFolder">Folder of the record.</param>
    /// <param name="moved">Where the data are now, or null.</param>
    public InputLocator(string recorded, string recordFolder, string? moved)
    {
        _recordFolder = recordFolder;
        Path = moved is null ? Resolve(recorded) : System.IO.Path.GetFullPath(moved);
        _recordedRoot = Resolve(recorded);
        _root = moved is null ? null : Path;
    }

    /// <summary>The input path of the replay.</summary>
    public string Path { get; }

    /// <summary>Where an input file of the record is now.</summary>
    public string Locate(string recorded)
    {
        string then = Resolve(recorded);
        if (_root is null)
            return then;
        if (then == _recordedRoot)
            return _root;
        string relative = System.IO.Path.GetRelativePath(Folder(_recordedRoot, then), then);
        if (relative.StartsWith("..", StringComparison.Ordinal) || System.IO.Path.IsPathRooted(relative))
            return then;
        return System.IO.Path.Combine(Folder(_root, string.Empty), relative);
    }

    // The part of a file, folder or pattern that is a folder. A folder that is gone is known by the files that lay in it.
    private static string Folder(string path, string file)
    {
        if (Directory.Exists(path) || file.StartsWith(path + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal))
            return path;
        string folder = path;
        do
        {
            folder = System.IO.Path.GetDirectoryName(folder) ?? folder;
        }
        while (folder.AsSpan().IndexOfAny('*', '?') >= 0);
        return folder;
    }

    /// <summary>Relative paths in a record are relative to its folder, or to where the process was started then.</summary>
    private string Resolve(string path)
    {
        string beside = System.IO.Path.GetFullPath(path, _recordFolder);
        if (System.IO.Path.IsPathRooted(path) || Exists(beside))
            return beside;
        string here = System.IO.Path.GetFullPath(path);
        return Exists(here) ? here : beside;
    }

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path)
        || (path.AsSpan().IndexOfAny('*', '?') >= 0 && Directory.Exists(Folder(path, string.Empty)));
}
