namespace BigMap.Analysis.Formats;

/// <summary>What the end of a file must look like before it counts as complete.</summary>
public enum FileCompleteness : byte
{
    /// <summary>The last byte ends a line.</summary>
    EndsWithNewline,

    /// <summary>The text ends with <see cref="FileStability.EndMarker"/>, blanks and line ends after it left aside.</summary>
    EndsWithMarker,

    /// <summary>Nothing but that the file no longer changes.</summary>
    Unchanged,
}

/// <summary>When a file that another program writes counts as complete.</summary>
/// <remarks>
/// Size and time of last writing are looked at again and again, because change notices get lost on network drives. Only the
/// reader's own clock is used, so that clocks of other machines may be wrong. Immutable, thread-safe.
/// </remarks>
/// <example><code>await new FileStability { QuietSeconds = 2 }.WaitAsync("scan0042.xy", TimeProvider.System, cancellationToken);</code></example>
public sealed record FileStability
{
    /// <summary>The description of these options.</summary>
    public static OptionSet<FileStability> Set { get; } = OptionSet.For(new FileStability())
        .Number("quietSeconds", o => o.QuietSeconds, (o, v) => o with { QuietSeconds = v }, new("Quiet time", "How long size and write time must stay the same.") { Unit = "s", Minimum = 0, Maximum = 86400 })
        .Number("pollSeconds", o => o.PollSeconds, (o, v) => o with { PollSeconds = v }, new("Poll interval", "Time between two looks at the file.") { Unit = "s", Minimum = 0.001, Maximum = 3600 })
        .Number("timeoutSeconds", o => o.TimeoutSeconds, (o, v) => o with { TimeoutSeconds = v }, new("Timeout", "How long a file is waited for.") { Unit = "s", Minimum = 0, Maximum = 604800 })
        .Choice("completeness", o => o.Completeness, (o, v) => o with { Completeness = v }, new("Completeness", "What the end of the file must look like."))
        .Text("endMarker", o => o.EndMarker, (o, v) => o with { EndMarker = v }, new("End marker", "Text at the end of a complete file; used with endsWithMarker."))
        .Rule(o => o.Completeness == FileCompleteness.EndsWithMarker && string.IsNullOrWhiteSpace(o.EndMarker) ? "endMarker must be given with endsWithMarker." : null);

    /// <summary>How long size and write time must stay the same, in s; 0 to 86400. Default 1.</summary>
    public double QuietSeconds { get; init; } = 1;

    /// <summary>Time between two looks at the file, in s; 0.001 to 3600. Default 0.25.</summary>
    public double PollSeconds { get; init; } = 0.25;

    /// <summary>How long a file is waited for, in s; 0 to 604800. Default 60.</summary>
    public double TimeoutSeconds { get; init; } = 60;

    /// <summary>What the end of the file must look like. Default <see cref="FileCompleteness.EndsWithNewline"/>.</summary>
    public FileCompleteness Completeness { get; init; }

    /// <summary>Text at the end of a complete file. Default empty.</summary>
    public string EndMarker { get; init; } = string.Empty;

    /// <summary>Raises one error with every fault.</summary>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public void Validate() => Set.Validate(this);

    /// <summary>Waits until a file exists, is not locked for writing, has not changed for <see cref="QuietSeconds"/> and ends as demanded.</summary>
    /// <param name="path">The file.</param>
    /// <param name="time">The clock; null for that of the system.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The file as it was found complete.</returns>
    /// <exception cref="FileNotReadyException">It was not complete in time.</exception>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public async Task<CompleteFile> WaitAsync(string path, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Validate();
        time ??= TimeProvider.System;
        var observer = new Internal.FileObserver(path, this);
        long start = time.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (observer.Look(time) is { } complete)
                return complete;
            if (time.GetElapsedTime(start).TotalSeconds >= TimeoutSeconds)
                throw new FileNotReadyException(path, observer.Obstacle, TimeoutSeconds);
            await Task.Delay(TimeSpan.FromSeconds(PollSeconds), time, cancellationToken).ConfigureAwait(false);
        }
    }
}

/// <summary>A file that was found complete.</summary>
/// <param name="Path">The file.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="WriteTime">Time of its last writing.</param>
public sealed record CompleteFile(string Path, long Length, DateTimeOffset WriteTime)
{
    /// <summary>Whether a file that sorts after this one was given out before it: it appeared or was finished late.</summary>
    public bool IsLate { get; init; }

    /// <summary>Whether the file was given out before and has changed since: its writer had only paused. What was made of it must be made again.</summary>
    public bool IsChanged { get; init; }
}

/// <summary>A file was not complete in the time allowed.</summary>
public sealed class FileNotReadyException : AnalysisException
{
    /// <summary>Makes an error that names file, obstacle and remedy.</summary>
    /// <param name="file">The file.</param>
    /// <param name="obstacle">What was missing at the last look.</param>
    /// <param name="seconds">How long it was waited for, in s.</param>
    public FileNotReadyException(string file, string obstacle, double seconds)
        : base(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{file}: {obstacle} after {seconds:G6} s. Set stability.timeoutSeconds higher, or stability.completeness to what the end of such files looks like."))
    {
        File = file;
        Obstacle = obstacle;
    }

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>What was missing at the last look.</summary>
    public string Obstacle { get; }
}
