using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using BigMap.Analysis.Formats.Internal;

namespace BigMap.Analysis.Formats;

/// <summary>Writes arrays as NumPy files, format version 1.0: little-endian float64 in C order.</summary>
/// <remarks>
/// Layout: the bytes <c>93 4E 55 4D 50 59 01 00</c>, the length of the header as a little-endian 16-bit number, the header
/// <c>{'descr': '&lt;f8', 'fortran_order': False, 'shape': (rows, points), }</c> filled with blanks and ended with LF so that the data begin at a
/// multiple of 64 bytes, then the values. NaN and infinities are written as they are. Stateless, thread-safe.
/// </remarks>
/// <example><code>await series.WriteNpyAsync("intensity.npy"); // numpy.load("intensity.npy") gives an array of shape (rows, points)</code></example>
public static class NpyWriter
{
    private const int ChunkValues = 1 << 13;

    /// <summary>Writes the intensities of a series as an array of shape (rows, points).</summary>
    /// <param name="series">The series.</param>
    /// <param name="path">The file; replaced when it exists.</param>
    /// <param name="cancellationToken">Stops writing; then no file is left.</param>
    /// <returns>The file with its SHA-256.</returns>
    public static async Task<FileRef> WriteNpyAsync(this SpectrumSeries series, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(series);
        return await WriteAsync(path, [series.Count, series.Length], Rows(series), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the values of a column as an array of shape (rows,).</summary>
    /// <param name="column">The column.</param>
    /// <param name="path">The file; replaced when it exists.</param>
    /// <param name="cancellationToken">Stops writing; then no file is left.</param>
    /// <returns>The file with its SHA-256.</returns>
    public static async Task<FileRef> WriteNpyAsync(this NumberColumn column, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(column);
        return await WriteAsync(path, [column.Count], [column.Values], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the values of an axis as an array of shape (points,).</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="path">The file; replaced when it exists.</param>
    /// <param name="cancellationToken">Stops writing; then no file is left.</param>
    /// <returns>The file with its SHA-256.</returns>
    public static async Task<FileRef> WriteNpyAsync(this Axis axis, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(axis);
        return await WriteAsync(path, [axis.Length], [axis.Memory], cancellationToken).ConfigureAwait(false);
    }

    internal static byte[] Header(ReadOnlySpan<int> shape)
    {
        var text = new StringBuilder("{'descr': '<f8', 'fortran_order': False, 'shape': (");
        for (int i = 0; i < shape.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"{shape[i]}{(i < shape.Length - 1 ? ", " : shape.Length == 1 ? "," : string.Empty)}");
        text.Append("), }");
        // Magic, version, length (10 bytes), header and line feed together are a multiple of 64.
        int padding = 63 - ((10 + text.Length) % 64);
        text.Append(' ', padding).Append('\n');
        byte[] header = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, 0, 0, .. Encoding.ASCII.GetBytes(text.ToString())];
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), checked((ushort)text.Length));
        return header;
    }

    private static IEnumerable<ReadOnlyMemory<double>> Rows(SpectrumSeries series)
    {
        for (int row = 0; row < series.Count; row++)
            yield return series.SpectrumAt(row).Intensity;
    }

    private static async Task<FileRef> WriteAsync(string path, int[] shape, IEnumerable<ReadOnlyMemory<double>> rows, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        OutputFile file = OutputFile.Create(path);
        await using (file.ConfigureAwait(false))
        {
            await file.Stream.WriteAsync(Header(shape), cancellationToken).ConfigureAwait(false);
            var buffer = new byte[ChunkValues * sizeof(double)];
            foreach (ReadOnlyMemory<double> row in rows)
            {
                for (int at = 0; at < row.Length; at += ChunkValues)
                {
                    ReadOnlyMemory<double> part = row[at..Math.Min(row.Length, at + ChunkValues)];
                    Encode(part.Span, buffer);
                    await file.Stream.WriteAsync(buffer.AsMemory(0, part.Length * sizeof(double)), cancellationToken).ConfigureAwait(false);
                }
            }

            return await file.CommitAsync("application/x-npy", cancellationToken).ConfigureAwait(false);
        }
    }

    private static void Encode(ReadOnlySpan<double> values, Span<byte> bytes)
    {
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(values).CopyTo(bytes);
            return;
        }

        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteDoubleLittleEndian(bytes[(i * sizeof(double))..], values[i]);
    }
}
