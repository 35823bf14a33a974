using System.Security.Cryptography;

namespace BigMap.Analysis.Formats.Internal;

/// <summary>Reads a whole file once and hashes exactly the bytes that are handed on.</summary>
internal static class HashedFile
{
    private const int ChunkBytes = 1 << 20;

    public static async Task<(byte[] Bytes, int Length, FileRef File)> ReadAsync(string path, StepScope scope, TextReadOptions options, CancellationToken cancellationToken)
    {
        long start = scope.Context.Time.GetTimestamp();
        while (true)
        {
            CompleteFile? complete = options.WaitForStable
                ? await options.Stability.WaitAsync(path, scope.Context.Time, cancellationToken).ConfigureAwait(false)
                : null;
            try
            {
                (byte[] bytes, int length, FileRef file, bool unchanged) = await ReadOnceAsync(path, complete, cancellationToken).ConfigureAwait(false);
                if (unchanged)
                    return (bytes, length, file);
                if (complete is null)
                    throw new InputFormatException(path, 0, "The file changed while it was read.", "Set waitForStable to true.");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (complete is null)
                    throw new InputFormatException(path, 0, $"The file cannot be read: {e.Message}", "Check path and permissions; set waitForStable to true if another program is writing it.");
            }

            if (scope.Context.Time.GetElapsedTime(start).TotalSeconds >= options.Stability.TimeoutSeconds)
                throw new FileNotReadyException(path, "changes whenever it is read", options.Stability.TimeoutSeconds);
        }
    }

    private static async Task<(byte[] Bytes, int Length, FileRef File, bool Unchanged)> ReadOnceAsync(string path, CompleteFile? expected, CancellationToken cancellationToken)
    {
        // Sharing everything, so that a program that measures is never hindered.
        var stream = new FileStream(path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0, Options = FileOptions.SequentialScan | FileOptions.Asynchronous });
        await using (stream.ConfigureAwait(false))
        {
            DateTime before = File.GetLastWriteTimeUtc(path);
            long size = stream.Length;
            if (size > Array.MaxLength)
                throw new InputFormatException(path, 0, $"The file has {size} bytes, more than can be read in one piece.", "Read it with RowSpectrumSource if it holds one spectrum per line; otherwise split it.");
            var bytes = new byte[size];
            int length = 0;
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            while (length < bytes.Length)
            {
                int read = await stream.ReadAsync(bytes.AsMemory(length, Math.Min(ChunkBytes, bytes.Length - length)), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                    break;
                hash.AppendData(bytes, length, read);
                length += read;
            }

            bool unchanged = length == size && new FileInfo(path) is { Exists: true } now && now.Length == size && now.LastWriteTimeUtc == before
                && (expected is null || (expected.Length == size && expected.WriteTime.UtcDateTime == before));
            return (bytes, length, new FileRef(path, Convert.ToHexStringLower(hash.GetHashAndReset()), length, MediaType(path)), unchanged);
        }
    }

    public static string MediaType(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".csv" => "text/csv",
        ".xrdml" => "application/xml",
        ".brml" => "application/zip",
        ".tsv" => "text/tab-separated-values",
        _ => "text/plain",
    };
}
