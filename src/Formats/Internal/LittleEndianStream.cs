using System.Runtime.InteropServices;

namespace BigMap.Analysis.Formats.Internal;

/// <summary>Writes numbers with the low byte first, through one small buffer.</summary>
internal static class LittleEndianStream
{
    private const int PartValues = 1 << 13;

    public static async Task WriteAsync<T>(Stream stream, ReadOnlyMemory<T> values, CancellationToken cancellationToken)
        where T : unmanaged
    {
        int size = System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        var buffer = new byte[Math.Min(values.Length, PartValues) * size];
        for (int at = 0; at < values.Length; at += PartValues)
        {
            ReadOnlyMemory<T> part = values[at..Math.Min(values.Length, at + PartValues)];
            Encode(part.Span, buffer, size);
            await stream.WriteAsync(buffer.AsMemory(0, part.Length * size), cancellationToken).ConfigureAwait(false);
        }
    }

    public static void Encode<T>(ReadOnlySpan<T> values, Span<byte> bytes, int size)
        where T : unmanaged
    {
        MemoryMarshal.AsBytes(values).CopyTo(bytes);
        if (BitConverter.IsLittleEndian)
            return;
        for (int at = 0; at < values.Length * size; at += size)
            bytes.Slice(at, size).Reverse();
    }
}
