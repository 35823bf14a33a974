using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace BigMap.Analysis.Formats;

/// <summary>Which files of a folder were worked off, kept in a file so that work goes on after a stop or a crash where it was.</summary>
/// <remarks>
/// One line of JSON per file, written through to the disk: name, length, time of last writing. A line that a crash cut off is dropped. A file counts as
/// worked off when <see cref="AddAsync"/> has returned, so a crash repeats at most the one in hand. An addition that fails leaves nothing behind: what it wrote is
/// taken back, at the latest before the next one. Not thread-safe; one process at a time.
/// </remarks>
/// <example><code>
/// await using FolderJournal journal = await FolderJournal.OpenAsync("out/done.jsonl");
/// await foreach (CompleteFile file in FolderWatch.WatchAsync("scans", journal, new FolderWatchOptions { Pattern = "*.xy" }, cancellationToken: stop))
/// {
///     await WorkOnAsync(file.Path);
///     await journal.AddAsync(file);
/// }
/// </code></example>
public sealed class FolderJournal : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly Dictionary<string, CompleteFile> _files;

    // Where the last whole line ends. Behind it may be what a failed addition left.
    private long _end;
    private bool _isClean = true;

    internal FolderJournal(Stream stream, long end, Dictionary<string, CompleteFile> files)
    {
        _stream = stream;
        _end = end;
        _files = files;
    }

    /// <summary>The files that were worked off, by name without folder; of one that was worked off again, the last.</summary>
    public IReadOnlyDictionary<string, CompleteFile> Files => _files;

    /// <summary>Opens a journal, or begins one.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    /// <returns>The journal; to be disposed.</returns>
    /// <exception cref="InputFormatException">The file is no journal, is damaged, or is in use by another process.</exception>
    public static async Task<FolderJournal> OpenAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileStream? stream = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 0, FileOptions.Asynchronous | FileOptions.WriteThrough);
            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
            // What follows the last line end was cut off by a crash.
            int end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
            var files = new Dictionary<string, CompleteFile>(StringComparer.Ordinal);
            int line = 0;
            foreach (string text in Encoding.UTF8.GetString(bytes, 0, end).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                CompleteFile file = Parse(path, text, ++line);
                files[file.Path] = file;
            }

            // Only what a crash can leave of a line of ours is dropped; another file is not touched.
            ReadOnlySpan<byte> tail = bytes.AsSpan(end), begin = "{\"name\":\""u8;
            if (!tail[..Math.Min(tail.Length, begin.Length)].SequenceEqual(begin[..Math.Min(tail.Length, begin.Length)]))
                throw new InputFormatException(path, line + 1, "The file is no journal.", "Choose another file for the journal.");
            stream.SetLength(end);
            return new FolderJournal(stream, end, files);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (stream is not null)
                await stream.DisposeAsync().ConfigureAwait(false);
            throw new InputFormatException(path, 0, $"The journal cannot be opened: {e.Message}", "End the process that uses it, or choose another file.");
        }
        catch
        {
            if (stream is not null)
                await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Notes that a file was worked off.</summary>
    /// <param name="file">The file as it was given out.</param>
    /// <param name="cancellationToken">Stops before anything is written.</param>
    /// <returns>A task that ends when the line is on the disk.</returns>
    /// <exception cref="IOException">It cannot be written, e.g. because the disk is full; the file does not count as worked off, and the journal can be used further.</exception>
    public async Task AddAsync(CompleteFile file, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        cancellationToken.ThrowIfCancellationRequested();
        string name = Path.GetFileName(file.Path);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteNumber("length", file.Length);
            json.WriteString("written", file.WriteTime.ToString("O", CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        if (!_isClean)
            _stream.SetLength(_end);
        _isClean = false;
        try
        {
            // Not to be stopped half-way: a line is whole or dropped.
            _stream.Position = _end;
            await _stream.WriteAsync(buffer.WrittenMemory, CancellationToken.None).ConfigureAwait(false);
            await _stream.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception)
        {
            TakeBack();
            throw;
        }

        _isClean = true;
        _end += buffer.WrittenCount;
        _files[name] = file with { Path = name };
    }

    /// <summary>Closes the journal.</summary>
    /// <returns>A task that ends when it is closed.</returns>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private void TakeBack()
    {
        try
        {
            _stream.SetLength(_end);
            _isClean = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next addition tries again, and opening the journal drops a line without end.
        }
    }

    private static CompleteFile Parse(string path, string text, int line)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            return new CompleteFile(
                json.RootElement.GetProperty("name").GetString() ?? throw new FormatException("The name is missing."),
                json.RootElement.GetProperty("length").GetInt64(),
                DateTimeOffset.ParseExact(json.RootElement.GetProperty("written").GetString() ?? string.Empty, "O", CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InputFormatException(path, line, $"This is not a line of a journal: {e.Message}", "Choose another file, or remove it to begin anew.");
        }
    }
}
