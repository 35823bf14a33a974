using System.Security.Cryptography;

namespace BigMap.Analysis.Provenance.Internal;

/// <summary>SHA-256 of files.</summary>
internal static class FileHash
{
    /// <summary>The hash in lower-case hexadecimal, or empty when there is no such file.</summary>
    public static async Task<string> TryComputeAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            return string.Empty;
        FileStream stream = File.OpenRead(path);
        await using (stream.ConfigureAwait(false))
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));
    }
}
