using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using BigMap.Analysis.Formats.Internal;

namespace BigMap.Analysis.Formats;

/// <summary>Writes arrays as NumPy files: little-endian, C order. <see cref="NpyArray"/> reads them.</summary>
/// <remarks>
/// Layout: the bytes <c>93 4E 55 4D 50 59</c>, the version, the length of the header, the header
/// <c>{'descr': '&lt;f8', 'fortran_order': False, 'shape': (rows, points), }</c> filled with blanks and ended with LF so that the data begin at a
/// multiple of 64 bytes, then the values. The version is the oldest that can hold the header: 1.0; 2.0 beyond 65535 bytes; 3.0 with names outside
/// Latin-1. NaN and infinities are written as they are. Stateless, thread-safe.
/// </remarks>
/// <example><code>await series.WriteNpyAsync("intensity.npy"); // numpy.load("intensity.npy") gives an array of shape (rows, points)</code></example>
public static class NpyWriter
{
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

    /// <summary>Writes values of any shape.</summary>
    /// <typeparam name="T"><see cref="double"/>, <see cref="float"/>, <see cref="Half"/>, a whole number of 8 to 64 bits, <see cref="bool"/> or <see cref="Complex"/>.</typeparam>
    /// <param name="path">The file; replaced when it exists.</param>
    /// <param name="values">The values in C order.</param>
    /// <param name="shape">Points along each dimension; empty for a single value.</param>
    /// <param name="cancellationToken">Stops writing; then no file is left.</param>
    /// <returns>The file with its SHA-256.</returns>
    /// <exception cref="ArgumentException">Another type, or a shape that has not as many values.</exception>
    /// <example><code>await NpyWriter.WriteAsync("mask.npy", mask, [64, 80]);</code></example>
    public static async Task<FileRef> WriteAsync<T>(string path, ReadOnlyMemory<T> values, IReadOnlyList<int> shape, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(shape);
        string descriptor = Descriptor<T>() ?? throw new ArgumentException($"Values of type {typeof(T).Name} have no type in npy that is written here.", nameof(values));
        if (shape.Any(n => n < 0) || shape.Aggregate(1L, (a, b) => a * b) != values.Length)
            throw new ArgumentException($"There are {values.Length} values, which the shape ({string.Join(", ", shape)}) does not hold.", nameof(shape));
        OutputFile file = OutputFile.Create(path);
        await using (file.ConfigureAwait(false))
        {
            await file.Stream.WriteAsync(Header($"'{descriptor}'", [.. shape]), cancellationToken).ConfigureAwait(false);
            if (typeof(T) == typeof(Complex))
                await LittleEndianStream.WriteAsync<double>(file.Stream, MemoryMarshal.Cast<T, double>(values.Span).ToArray(), cancellationToken).ConfigureAwait(false);
            else
                await LittleEndianStream.WriteAsync(file.Stream, values, cancellationToken).ConfigureAwait(false);
            return await file.CommitAsync("application/x-npy", cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes a table as a structured array, one field per column; standard errors follow as <c>&lt;name&gt;.stderr</c>, text as fixed-length Unicode. Version 3.0 where a name needs it.</summary>
    /// <param name="table">The table.</param>
    /// <param name="path">The file; replaced when it exists.</param>
    /// <param name="cancellationToken">Stops writing; then no file is left.</param>
    /// <returns>The file with its SHA-256.</returns>
    /// <exception cref="DataMismatchException">Two fields would have the same name.</exception>
    /// <example><code>await fits.WriteNpyAsync("fits.npy"); // pandas.DataFrame(numpy.load("fits.npy"))</code></example>
    public static async Task<FileRef> WriteNpyAsync(this IResultTable table, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentException.ThrowIfNullOrEmpty(path);
        OutputFile file = OutputFile.Create(path);
        await using (file.ConfigureAwait(false))
        {
            await NpyTable.WriteAsync(table, file.Stream, cancellationToken).ConfigureAwait(false);
            return await file.CommitAsync("application/x-npy", cancellationToken).ConfigureAwait(false);
        }
    }

    internal static string Quote(string name) => "'" + name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal).Replace("\n", "\\x0a", StringComparison.Ordinal).Replace("\r", "\\x0d", StringComparison.Ordinal) + "'";

    internal static byte[] Header(ReadOnlySpan<int> shape) => Header("'<f8'", shape);

    internal static byte[] Header(string descriptor, ReadOnlySpan<int> shape)
    {
        var text = new StringBuilder($"{{'descr': {descriptor}, 'fortran_order': False, 'shape': (");
        for (int i = 0; i < shape.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"{shape[i]}{(i < shape.Length - 1 ? ", " : shape.Length == 1 ? "," : string.Empty)}");
        text.Append("), }");
        // The oldest version that can hold it, as numpy does.
        bool latin = !descriptor.AsSpan().ContainsAnyExceptInRange('\0', '\u00FF');
        byte[] body = latin ? Encoding.Latin1.GetBytes(text.ToString()) : Encoding.UTF8.GetBytes(text.ToString());
        byte version = !latin ? (byte)3 : body.Length + 64 > ushort.MaxValue ? (byte)2 : (byte)1;
        int head = version == 1 ? 10 : 12;
        // Magic, version, length, header and line feed together are a multiple of 64.
        int padding = 63 - ((head + body.Length) % 64);
        byte[] header = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', version, 0, .. new byte[head - 8], .. body, .. Enumerable.Repeat((byte)' ', padding), (byte)'\n'];
        if (version == 1)
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)(header.Length - head));
        else
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), header.Length - head);
        return header;
    }

    private static string? Descriptor<T>() =>
        typeof(T) == typeof(double) ? "<f8" : typeof(T) == typeof(float) ? "<f4" : typeof(T) == typeof(Half) ? "<f2"
        : typeof(T) == typeof(sbyte) ? "|i1" : typeof(T) == typeof(short) ? "<i2" : typeof(T) == typeof(int) ? "<i4" : typeof(T) == typeof(long) ? "<i8"
        : typeof(T) == typeof(byte) ? "|u1" : typeof(T) == typeof(ushort) ? "<u2" : typeof(T) == typeof(uint) ? "<u4" : typeof(T) == typeof(ulong) ? "<u8"
        : typeof(T) == typeof(bool) ? "|b1" : typeof(T) == typeof(Complex) ? "<c16" : null;

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
            foreach (ReadOnlyMemory<double> row in rows)
                await LittleEndianStream.WriteAsync(file.Stream, row, cancellationToken).ConfigureAwait(false);

            return await file.CommitAsync("application/x-npy", cancellationToken).ConfigureAwait(false);
        }
    }
}
