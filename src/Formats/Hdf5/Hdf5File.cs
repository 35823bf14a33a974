using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using BigMap.Analysis.Formats.Internal.Hdf5;

namespace BigMap.Analysis.Formats;

/// <summary>An HDF5 or NeXus file, opened for reading.</summary>
/// <remarks>
/// Reads superblocks 0 to 3 (behind a user block too), groups old and new, every chunk index, and the filters deflate, shuffle, fletcher32
/// and lzf. What it cannot read it refuses by name; checksums are checked where the file has them. No lock is taken: a program that writes
/// is never hindered. Memory is bounded by the size of the file and of what is asked for. Thread-safe.
/// Format: "HDF5 File Format Specification, version 3.0", The HDF Group.
/// </remarks>
/// <example><code>
/// using Hdf5File file = Hdf5File.Open("scan.nxs");
/// Console.WriteLine(file);                                              // the tree
/// double[] twoTheta = file.Dataset("/entry/data/two_theta").Read&lt;double&gt;();
/// </code></example>
public sealed class Hdf5File : IDisposable
{
    private const int MostSoftLinks = 32;
    private const int LongestTree = 10_000;
    private readonly Hdf5Source _source;
    private readonly ConcurrentDictionary<long, Lazy<List<Hdf5Entry>>> _entries = [];
    private readonly long _root;

    private Hdf5File(Hdf5Bytes file)
    {
        _root = Hdf5Superblock.Read(file);
        _source = new Hdf5Source(file);
        Root = Load(_root, "/") as Hdf5Group ?? throw file.Damaged("its root is not a group.");
    }

    /// <summary>The file as the caller named it.</summary>
    public string Path => _source.File.Path;

    /// <summary>Bytes of the file when it was opened.</summary>
    public long Length => _source.File.Size;

    /// <summary>The root group.</summary>
    public Hdf5Group Root { get; }

    /// <summary>Whether length or time of last writing are no longer those when it was opened.</summary>
    public bool HasChanged => _source.File.HasChanged();

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The open file; to be disposed.</returns>
    /// <exception cref="InputFormatException">It is not there, not HDF5, cut off, damaged, or marked as being written.</exception>
    public static Hdf5File Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = new Hdf5Bytes(path);
        try
        {
            return new Hdf5File(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Finds a group or dataset; soft links are followed.</summary>
    /// <param name="path">Path from the root.</param>
    /// <returns>The object, or null when there is none.</returns>
    /// <exception cref="InputFormatException">The way there is damaged, goes round in a circle, or leads into another file.</exception>
    public IHdf5Object? Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        int links = 0;
        return Walk(path, ref links);
    }

    /// <summary>A dataset by path.</summary>
    /// <param name="path">Path from the root.</param>
    /// <returns>The dataset.</returns>
    /// <exception cref="InputFormatException">There is none; the message lists some that there are.</exception>
    public Hdf5Dataset Dataset(string path) => Find(path) as Hdf5Dataset
        ?? throw new InputFormatException(Path, 0, $"There is no dataset {path}.", $"Its datasets: {Some(Objects().OfType<Hdf5Dataset>().Select(d => d.Path))}.");

    /// <summary>A group by path.</summary>
    /// <param name="path">Path from the root.</param>
    /// <returns>The group.</returns>
    /// <exception cref="InputFormatException">There is none; the message lists some that there are.</exception>
    public Hdf5Group Group(string path) => Find(path) as Hdf5Group
        ?? throw new InputFormatException(Path, 0, $"There is no group {path}.", $"Its groups: {Some(Objects().OfType<Hdf5Group>().Select(g => g.Path))}.");

    /// <summary>Every group and dataset below the root, each once, parents before children, names in ordinal order. Links into other files and soft links are not followed.</summary>
    /// <returns>The objects.</returns>
    /// <exception cref="InputFormatException">A part is damaged.</exception>
    public IEnumerable<IHdf5Object> Objects()
    {
        var seen = new HashSet<long> { _root };
        var waiting = new Stack<(Hdf5Group Group, int Next)>();
        waiting.Push((Root, 0));
        while (waiting.TryPop(out (Hdf5Group Group, int Next) at))
        {
            if (at.Next == at.Group.Entries.Count)
                continue;
            waiting.Push((at.Group, at.Next + 1));
            Hdf5Entry entry = at.Group.Entries[at.Next];
            if (entry.Target is not null || !seen.Add(entry.Address) || Load(entry.Address, Join(at.Group.Path, entry.Name)) is not { } found)
                continue;
            yield return found;
            if (found is Hdf5Group group)
                waiting.Push((group, 0));
        }
    }

    /// <summary>The tree: one line per object and link, with types, shapes and units.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        var text = new StringBuilder(Path).Append('\n');
        int lines = 0;
        foreach (IHdf5Object one in Objects().Prepend(Root))
        {
            if (lines++ == LongestTree)
                return text.Append("…\n").ToString();
            if (one is Hdf5Group group)
            {
                text.Append(group.Path).Append(ClassOf(group) is { Length: > 0 } name ? $" ({name})" : string.Empty).Append('\n');
                foreach (Hdf5Link link in group.Links.Where(l => l.Kind != Hdf5LinkKind.Hard))
                    text.Append(CultureInfo.InvariantCulture, $"{Join(group.Path, link.Name)} -> {link.Target}\n");
            }
            else if (one is Hdf5Dataset dataset)
            {
                text.Append(dataset);
                if (dataset.Unit.Length > 0)
                    text.Append(' ').Append(dataset.Unit);
                if (dataset.Obstacle is { } obstacle)
                    text.Append(" (cannot be read: ").Append(obstacle).Append(')');
                text.Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _source.File.Dispose();

    /// <summary>The NeXus class of a group, or empty.</summary>
    internal static string ClassOf(IHdf5Object one) => TextOf(one, "NX_class");

    /// <summary>The text of an attribute, or empty when there is none that is one text.</summary>
    internal static string TextOf(IHdf5Object one, string attribute) =>
        one.Attribute(attribute) is { Type.Kind: Hdf5Kind.Text, Obstacle: null, Count: 1 } text ? text.ReadText()[0] : string.Empty;

    internal static string Join(string parent, string name) => parent == "/" ? "/" + name : parent + "/" + name;

    /// <summary>The objects that names in a group lead to; links that lead nowhere are left out.</summary>
    internal IEnumerable<(string Name, IHdf5Object Object)> Children(Hdf5Group group)
    {
        foreach (Hdf5Entry entry in group.Entries)
        {
            if (entry.Target is { File: not null })
                continue;
            if (Find(Join(group.Path, entry.Name)) is { } found)
                yield return (entry.Name, found);
        }
    }

    private static string Some(IEnumerable<string> paths)
    {
        string[] first = [.. paths.Take(13)];
        return first.Length == 0 ? "none" : string.Join(", ", first.Take(12)) + (first.Length > 12 ? ", …" : string.Empty);
    }

    private IHdf5Object? Walk(string path, ref int links)
    {
        IHdf5Object? at = Root;
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".")
                continue;
            if (at is not Hdf5Group group || Find(group.Entries, part) is not { } entry)
                return null;
            string here = Join(group.Path, part);
            switch (entry.Target)
            {
                case null:
                    at = Load(entry.Address, here);
                    break;
                case (null, var target):
                    if (++links > MostSoftLinks)
                        throw _source.File.Damaged($"{here} is a link that goes round in a circle.");
                    at = Walk(target.StartsWith('/') ? target : Join(group.Path, target), ref links);
                    break;
                case ({ Length: > 0 } file, var target):
                    throw new InputFormatException(Path, 0, $"{here} is a link to {target} in {file}.", "Open that file instead.");
                default:
                    throw new InputFormatException(Path, 0, $"{here} is a {entry.Target.Value.Path}.", "Choose another object.");
            }
        }

        return at;
    }

    private IHdf5Object? Load(long address, string path)
    {
        if (address == Hdf5Bytes.Undefined)
            throw _source.File.Damaged($"{path} leads nowhere.");
        try
        {
            var header = new Hdf5ObjectHeader(_source.File, address);
            if (header.Find(0x08) is not null)
                return Hdf5Dataset.Create(_source, header, path);
            // A named datatype is neither.
            return Hdf5Links.IsGroup(header)
                ? new Hdf5Group(_source, header, path, _entries.GetOrAdd(address, _ => new Lazy<List<Hdf5Entry>>(() => Links(header))))
                : null;
        }
        catch (InputFormatException e)
        {
            // What a message of the object holds lies somewhere in its header.
            throw _source.File.Located(e, address);
        }
    }

    private List<Hdf5Entry> Links(Hdf5ObjectHeader header)
    {
        try
        {
            return Hdf5Links.Read(_source.File, header);
        }
        catch (InputFormatException e)
        {
            throw _source.File.Located(e, header.Address);
        }
    }

    private static Hdf5Entry? Find(IReadOnlyList<Hdf5Entry> sorted, string name)
    {
        int low = 0, high = sorted.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = string.CompareOrdinal(sorted[middle].Name, name);
            if (order == 0)
                return sorted[middle];
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }
}
