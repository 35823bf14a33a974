using System.Text;

namespace BigMap.Analysis.Formats.Internal;

/// <summary>Looks at one file again and again and says when it is complete.</summary>
internal sealed class FileObserver(string path, FileStability stability)
{
    private long _length = -1;
    private DateTime _writeTime;
    private long _since;

    /// <summary>What was missing at the last look.</summary>
    public string Obstacle { get; private set; } = "has not been looked at";

    /// <summary>Whether the file was there at the last look.</summary>
    public bool Exists { get; private set; }

    /// <summary>Whether the last look found another size or time than the one before.</summary>
    public bool HasJustChanged { get; private set; }

    public CompleteFile? Look(TimeProvider time)
    {
        HasJustChanged = false;
        try
        {
            var info = new FileInfo(path);
            Exists = info.Exists;
            if (!info.Exists)
            {
                _length = -1;
                Obstacle = "does not exist";
                return null;
            }

            if (info.Length != _length || info.LastWriteTimeUtc != _writeTime)
            {
                bool first = _length < 0;
                HasJustChanged = true;
                (_length, _writeTime, _since) = (info.Length, info.LastWriteTimeUtc, time.GetTimestamp());
                Obstacle = first ? "has only just been seen" : "is still being written";
                if (stability.QuietSeconds > 0)
                    return null;
            }

            if (time.GetElapsedTime(_since).TotalSeconds < stability.QuietSeconds)
            {
                Obstacle = "has changed within the quiet time";
                return null;
            }

            if (_length == 0)
            {
                Obstacle = "is empty";
                return null;
            }

            return EndIsAsDemanded() ? new CompleteFile(path, _length, new DateTimeOffset(_writeTime)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Obstacle = $"cannot be opened ({e.Message})";
            return null;
        }
    }

    private bool EndIsAsDemanded()
    {
        // Sharing for reading only: fails as long as a writer holds the file, where the system tells.
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        if (stability.Completeness == FileCompleteness.Unchanged)
            return true;
        int wanted = (int)Math.Min(stream.Length, 4096);
        var end = new byte[wanted];
        stream.Seek(-wanted, SeekOrigin.End);
        stream.ReadExactly(end);
        if (stability.Completeness == FileCompleteness.EndsWithNewline)
        {
            // A UTF-16 line end has a zero byte before or after the line feed.
            byte last = end[^1] == 0 && wanted > 1 ? end[^2] : end[^1];
            if (last is (byte)'\n' or (byte)'\r' or 0x1A)
                return true;
            Obstacle = "does not end with a line end";
            return false;
        }

        string text = Encoding.Latin1.GetString(end).Replace("\0", string.Empty, StringComparison.Ordinal).TrimEnd();
        if (text.EndsWith(stability.EndMarker.TrimEnd(), StringComparison.Ordinal))
            return true;
        Obstacle = $"does not end with \"{stability.EndMarker}\"";
        return false;
    }
}
