using System.Security.Cryptography;

namespace BigMap.Analysis;

/// <summary>Reads whole files and hashes exactly the bytes that are handed on.</summary>
public static class InputFile
{
    /// <summary>Reads a file into memory. It is opened so that a program which still writes it is not hindered.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mediaType">What the record calls its content, e.g. <c>text/csv</c>.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The bytes, and the reference with their SHA-256 for <see cref="StepScope.Use"/>.</returns>
    /// <exception cref="InputFormatException">It is a folder, missing, not readable, larger than an array can be, or grew while it was read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<(byte[] Bytes, FileRef File)> ReadAsync(string path, string mediaType, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(mediaType);
        try
        {
            if (Directory.Exists(path))
                throw new InputFormatException(path, 0, "This is a folder.", "Name one file.");
            var stream = new FileStream(path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0, Options = FileOptions.SequentialScan | FileOptions.Asynchronous });
            await using (stream.ConfigureAwait(false))
            {
                long size = stream.Length;
                if (size > Array.MaxLength)
                    throw new InputFormatException(path, 0, $"The file has {size} bytes, more than can be read in one piece.", "Split it.");
                var bytes = new byte[size];
                await stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
                if (stream.Length != size)
                    throw new InputFormatException(path, 0, "The file grew while it was read.", "Read it again when it is complete, or read a copy.");
                return (bytes, new FileRef(path, Convert.ToHexStringLower(SHA256.HashData(bytes)), size, mediaType));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputFormatException(path, 0, $"The file cannot be read: {e.Message}", "Check path and permissions.");
        }
    }
}
