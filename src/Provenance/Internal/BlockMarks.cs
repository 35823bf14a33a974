using System.Security.Cryptography;
using System.Text;

namespace BigMap.Analysis.Provenance.Internal;

/// <summary>Marks of the blocks of a file, so that a replay can say which bytes are others now.</summary>
internal static class BlockMarks
{
    private const int SmallestBlock = 4096;
    private const int MostBlocks = 1024;
    private const int MarkBytes = 4;
    private const long LargestFile = 1L << 26;

    /// <summary>The marks; null for a file that is too large, cannot be read, or is not the one with the hash any more.</summary>
    public static RecordedBlocks? TryCompute(string path, string sha256, long length)
    {
        if (length is 0 or > LargestFile)
            return null;
        int size = SmallestBlock;
        while (length > (long)size * MostBlocks)
            size *= 2;
        return TryCompute(path, size) is var (marks, hash) && hash == sha256 ? new RecordedBlocks(size, marks) : null;
    }

    /// <summary>The parts of a file whose bytes are others than they were, neighbours joined.</summary>
    public static IReadOnlyList<ByteRange> Changed(RecordedBlocks recorded, long recordedLength, string path)
    {
        if (TryCompute(path, recorded.Size) is not var (marks, _))
            return [];
        long length = Math.Max(recordedLength, new FileInfo(path).Length);
        const int digits = 2 * MarkBytes;
        int blocks = Math.Max(recorded.Marks.Length, marks.Length) / digits;
        var changed = new List<ByteRange>();
        for (int i = 0; i < blocks; i++)
        {
            ReadOnlySpan<char> before = Mark(recorded.Marks, i), now = Mark(marks, i);
            if (before.SequenceEqual(now))
                continue;
            long start = (long)i * recorded.Size, end = Math.Min(length, start + recorded.Size);
            if (changed.Count > 0 && changed[^1].End == start)
                changed[^1] = changed[^1] with { Length = end - changed[^1].Start };
            else
                changed.Add(new ByteRange(start, end - start));
        }

        return changed;

        static ReadOnlySpan<char> Mark(string marks, int block) => (block + 1) * digits <= marks.Length ? marks.AsSpan(block * digits, digits) : [];
    }

    private static (string Marks, string Sha256)? TryCompute(string path, int size)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
            using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var marks = new StringBuilder();
            var block = new byte[size];
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            for (int read; (read = stream.ReadAtLeast(block, size, throwOnEndOfStream: false)) > 0;)
            {
                whole.AppendData(block, 0, read);
                SHA256.HashData(block.AsSpan(0, read), hash);
                marks.Append(Convert.ToHexStringLower(hash[..MarkBytes]));
            }

            return (marks.ToString(), Convert.ToHexStringLower(whole.GetHashAndReset()));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
