using System.Runtime.CompilerServices;
using BigMap.Analysis.Formats.Internal;

namespace BigMap.Analysis.Formats;

/// <summary>How a folder is watched.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed record FolderWatchOptions
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<FolderWatchOptions> Set { get; } = OptionSet.For(new FolderWatchOptions())
        .Text("pattern", o => o.Pattern, (o, v) => o with { Pattern = v }, new("File pattern", "Which files are meant, with * and ?; empty for the usual endings of text files."))
        .Group("stability", o => o.Stability, (o, v) => o with { Stability = v }, FileStability.Set, new("Complete files", "When a file counts as complete; timeoutSeconds is how long it holds up the files after it."))
        .OptionalNumber("idleSeconds", o => o.IdleSeconds, (o, v) => o with { IdleSeconds = v }, new("Idle time", "Watching ends when no file has come or changed for so long.") { Unit = "s", Minimum = 0, MinimumExcluded = true, NullMeaning = "never ends" })
        .TextList("alreadyDone", o => o.AlreadyDone, (o, v) => o with { AlreadyDone = v }, new("Already done", "Names of files that are not given out again, to go on after a stop."));

    /// <summary>Which files are meant, with <c>*</c> and <c>?</c>. Default empty: the usual endings of text files.</summary>
    public string Pattern { get; init; } = string.Empty;

    /// <summary>When a file counts as complete. Default: 1 s without change and a line end at the end.</summary>
    public FileStability Stability { get; init; } = new();

    /// <summary>Watching ends when no file has come or changed for so long, in s, above 0. Default null: it ends by cancelling only.</summary>
    public double? IdleSeconds { get; init; }

    /// <summary>Names (without folder) of files that are not given out again. Default: empty.</summary>
    public IReadOnlyList<string> AlreadyDone { get; init; } = [];

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);
}

/// <summary>Gives out the files of a folder that another program writes, each once, when it is complete; one that changes afterwards again.</summary>
/// <remarks>
/// The folder is listed again and again, because change notices get lost on network drives. Files come in natural order; one that is not
/// complete holds up those after it for at most <see cref="FileStability.TimeoutSeconds"/> from when it was first seen, and is given out
/// when it is complete, marked as late. A file that vanishes is forgotten; one that is renamed counts as new. A file whose length or time of last writing
/// changes after it was given out is given out again, marked as changed: its writer had paused for longer than the quiet time.
/// </remarks>
public static class FolderWatch
{
    /// <summary>Watches a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">What is watched; null for the defaults.</param>
    /// <param name="time">The clock; null for that of the system.</param>
    /// <param name="cancellationToken">Ends watching with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The files, each once.</returns>
    /// <exception cref="InputFormatException">There is no such folder.</exception>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    /// <example><code>
    /// await foreach (CompleteFile file in FolderWatch.WatchAsync("scans", new FolderWatchOptions { Pattern = "*.xy", IdleSeconds = 600 }, cancellationToken: stop))
    ///     Console.WriteLine(file.Path);
    /// </code></example>
    public static IAsyncEnumerable<CompleteFile> WatchAsync(string folder, FolderWatchOptions? options = null, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new FolderWatchOptions();
        options.Validate();
        if (!Directory.Exists(folder))
            throw new InputFormatException(folder, 0, "There is no such folder.", "Check the path.");
        return Watch(folder, options, new Dictionary<string, CompleteFile>(), time ?? TimeProvider.System, cancellationToken);
    }

    /// <summary>Watches a folder, going on where a journal ends: files in it are given out again only when they changed.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="journal">The journal; the caller adds each file when it is worked off.</param>
    /// <param name="options">What is watched; null for the defaults.</param>
    /// <param name="time">The clock; null for that of the system.</param>
    /// <param name="cancellationToken">Ends watching with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The files.</returns>
    /// <exception cref="InputFormatException">There is no such folder.</exception>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public static IAsyncEnumerable<CompleteFile> WatchAsync(string folder, FolderJournal journal, FolderWatchOptions? options = null, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(journal);
        options ??= new FolderWatchOptions();
        options.Validate();
        if (!Directory.Exists(folder))
            throw new InputFormatException(folder, 0, "There is no such folder.", "Check the path.");
        return Watch(folder, options, journal.Files, time ?? TimeProvider.System, cancellationToken);
    }

    private static async IAsyncEnumerable<CompleteFile> Watch(string folder, FolderWatchOptions options, IReadOnlyDictionary<string, CompleteFile> before, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ignored = new HashSet<string>(options.AlreadyDone, StringComparer.Ordinal);
        var done = new Dictionary<string, CompleteFile>(before, StringComparer.Ordinal);
        var pending = new Dictionary<string, Candidate>(StringComparer.Ordinal);
        string? last = null;
        long active = time.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (string name in List(folder, options.Pattern))
            {
                if (!ignored.Contains(name) && !pending.ContainsKey(name) && (!done.TryGetValue(name, out CompleteFile? given) || HasChanged(folder, name, given)))
                {
                    pending[name] = new Candidate(new FileObserver(Path.Combine(folder, name), options.Stability), time.GetTimestamp());
                    active = time.GetTimestamp();
                }
            }

            var ready = new Dictionary<string, CompleteFile>(StringComparer.Ordinal);
            foreach ((string name, Candidate candidate) in pending)
            {
                bool changed = candidate.Observer.Look(time) is { } file && ready.TryAdd(name, file);
                if (changed || candidate.Observer.HasJustChanged)
                    active = time.GetTimestamp();
            }

            foreach (string gone in pending.Where(p => !p.Value.Observer.Exists).Select(p => p.Key).ToList())
                pending.Remove(gone);
            foreach (string name in pending.Keys.Order(NaturalOrder.Instance).ToList())
            {
                if (ready.TryGetValue(name, out CompleteFile? file))
                {
                    bool late = last is not null && NaturalOrder.Instance.Compare(name, last) < 0;
                    pending.Remove(name);
                    bool changed = done.ContainsKey(name);
                    done[name] = file;
                    last = late ? last : name;
                    yield return file with { IsLate = late, IsChanged = changed };
                    active = time.GetTimestamp();
                }
                else if (time.GetElapsedTime(pending[name].Since).TotalSeconds < options.Stability.TimeoutSeconds)
                {
                    break;
                }
            }

            if (options.IdleSeconds is { } idle && time.GetElapsedTime(active).TotalSeconds >= idle)
                yield break;
            await Task.Delay(TimeSpan.FromSeconds(options.Stability.PollSeconds), time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool HasChanged(string folder, string name, CompleteFile given)
    {
        try
        {
            var info = new FileInfo(Path.Combine(folder, name));
            return info.Exists && (info.Length != given.Length || info.LastWriteTimeUtc != given.WriteTime.UtcDateTime);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static List<string> List(string folder, string pattern)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)).Where(n => InputFiles.IsCandidate(n, pattern))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A network drive that is away for a moment.
            return [];
        }
    }

    private sealed record Candidate(FileObserver Observer, long Since);
}
