using System.Security.Cryptography;

namespace BigMap.Analysis.Electrochemistry.Internal;

/// <summary>Reads a whole file once and hashes exactly the bytes that are handed on.</summary>
internal static class HashedBytes
{
    public static async Task<(byte[] Bytes, FileRef File)> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (Directory.Exists(path))
                throw new InputFormatException(path, 0, "This is a folder.", "Name one .mpr or .mpt file.");

            // Sharing everything, so that EC-Lab, which may still be writing, is never hindered.
            var stream = new FileStream(path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0, Options = FileOptions.SequentialScan | FileOptions.Asynchronous });
            await using (stream.ConfigureAwait(false))
            {
                long size = stream.Length;
                if (size > Array.MaxLength)
                    throw new InputFormatException(path, 0, $"The file has {size} bytes, more than can be read in one piece.", "Split the measurement.");
                var bytes = new byte[size];
                await stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
                if (stream.Length != size)
                    throw new InputFormatException(path, 0, "The file grew while it was read.", "Read it again when the measurement has paused or ended, or read a copy.");
                return (bytes, new FileRef(path, Convert.ToHexStringLower(SHA256.HashData(bytes)), size, MediaType(path)));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputFormatException(path, 0, $"The file cannot be read: {e.Message}", "Check path and permissions.");
        }
    }

    private static string MediaType(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".mpt" or ".txt" => "text/plain",
        ".csv" => "text/csv",
        _ => "application/octet-stream",
    };
}
