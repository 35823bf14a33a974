using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using BigMap.Analysis.Formats.Internal;

namespace BigMap.Analysis.Formats;

/// <summary>A text file with one spectrum per line as a source: read in blocks, in bounded memory.</summary>
/// <remarks>
/// Opening goes through the file once, to count the spectra and to take the SHA-256; every reading goes through it again and checks that it
/// is still the same. Memory: two blocks and a few lines. Equal labels are left as they are. Thread-safe: each reading has its own state.
/// </remarks>
/// <example><code>
/// RowSpectrumSource map = await RowSpectrumSource.OpenAsync("map.csv", new TextReadOptions { AxisQuantity = AxisQuantity.RamanShift, AxisUnit = "cm^-1" });
/// await foreach (SpectrumSeries block in map.ReadBlocksAsync(256))
///     Console.WriteLine(block.Count);
/// </code></example>
public sealed class RowSpectrumSource : ISeriesSource
{
    private const int HeadBytes = 1 << 20;
    private readonly TextReadOptions _options;
    private readonly TextPlan _plan;
    private readonly AxisArrangement _arrangement;
    private readonly Encoding _encoding;
    private readonly int _markBytes;
    private readonly int _firstLine;
    private readonly IntensityKind _kind;

    private RowSpectrumSource(FileRef file, TextReadOptions options, TextPlan plan, (AxisArrangement Arrangement, Axis Axis, Encoding Encoding, int MarkBytes, int FirstLine, int Count) found)
    {
        File = file;
        _options = options;
        _plan = plan;
        (_arrangement, Axis, _encoding, _markBytes, _firstLine, Count) = found;
        _kind = options.IntensityKind switch
        {
            TextIntensityKind.Counts => IntensityKind.Counts,
            TextIntensityKind.Derived => IntensityKind.Derived,
            _ => IntensityKind.Unspecified,
        };
        Report = new FileReport(file.Path, Count, Axis.Length) { Decisions = [.. plan.Decisions], Notes = [.. plan.Notes] };
    }

    /// <inheritdoc/>
    public Axis Axis { get; }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>The file with its SHA-256.</summary>
    public FileRef File { get; }

    /// <summary>What was decided about the file.</summary>
    public FileReport Report { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to read; the layout is taken as one spectrum per line. Null for the defaults.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    /// <returns>The source.</returns>
    /// <exception cref="InputFormatException">The file cannot be read, or does not hold one spectrum per line.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public static async Task<RowSpectrumSource> OpenAsync(string path, TextReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new TextReadOptions();
        options.Validate();
        try
        {
            return await OpenFileAsync(path, options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputFormatException(path, 0, $"The file cannot be read: {e.Message}", "Check path and permissions.");
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InputFormatException">A line cannot be read, or the file is no longer the one that was opened.</exception>
    public async IAsyncEnumerable<SpectrumSeries> ReadBlocksAsync(int rowsPerBlock, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsPerBlock, 1);
        int length = Axis.Length;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var lines = new LineStream(File.Path, hash, _encoding, _markBytes);
        await using (lines.ConfigureAwait(false))
        {
            var parser = new RowLineParser(_plan, _arrangement);
            int start = 0;
            while (start < Count)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int rows = Math.Min(rowsPerBlock, Count - start);
                var block = new double[rows * length];
                for (int row = 0; row < rows; row++)
                {
                    if (!await NextRecordAsync(lines, cancellationToken).ConfigureAwait(false))
                        throw Changed();
                    parser.Parse(lines.Line, lines.Number, block.AsSpan(row * length, length), (line, problem, remedy) => new InputFormatException(File.Path, line, problem, remedy));
                }

                // The last block is given out only when the hash says that the file is the one that was opened.
                if (start + rows == Count && (await NextRecordAsync(lines, cancellationToken).ConfigureAwait(false) || Convert.ToHexStringLower(hash.GetHashAndReset()) != File.Sha256))
                    throw Changed();
                IReadOnlyList<TableColumn> columns = parser.TakeColumns(out string[] labels);
                var source = new int[rows];
                for (int row = 0; row < rows; row++)
                    source[row] = start + row;
                yield return SpectrumSeries.Wrap(Axis, block, rows, new SeriesAttributes
                {
                    Labels = labels,
                    Columns = columns,
                    SourceRows = source,
                    Kind = _kind,
                    IntensityQuantity = _plan.IntensityQuantity,
                    IntensityUnit = _plan.IntensityUnit,
                });
                start += rows;
            }
        }
    }

    private static async Task<RowSpectrumSource> OpenFileAsync(string path, TextReadOptions options, CancellationToken cancellationToken)
    {
        (byte[] head, bool whole) = await ReadHeadAsync(path, cancellationToken).ConfigureAwait(false);
        TextDocument document = Head(path, head, whole, options);
        TextPlan plan = new TextPlanner(document, options.Layout == TextLayout.Auto ? options : options with { Layout = TextLayout.RowPerSpectrum }).Plan();
        if (plan.Layout != TextLayout.RowPerSpectrum)
            throw new InputFormatException(path, 0, "The file does not hold one spectrum per line.", "Read it with SeriesReader, or set layout to rowPerSpectrum with coordinateColumns.");
        int axisLine = document.LineNumber(plan.NameLine), firstLine = plan.FirstData < document.LineCount ? document.LineNumber(plan.FirstData) : document.LineNumber(document.LineCount - 1) + 1;
        AxisArrangement arrangement = AxisArrangement.Of(
            plan.Axis,
            options,
            (i, problem, remedy) => new InputFormatException(path, axisLine, $"Column {i + plan.Coordinates + 1}: {problem}", remedy),
            plan.Notes);
        Axis axis = TextSeriesParser.MakeAxis(plan, arrangement, path, axisLine);
        (Encoding encoding, int mark) = document.EncodingName switch
        {
            "UTF-8" => (Encoding.UTF8, 0),
            "UTF-8 with byte order mark" => (Encoding.UTF8, 3),
            "Windows-1252" => (CodePagesEncodingProvider.Instance.GetEncoding(1252)!, 0),
            "UTF-16 big endian" => (new UnicodeEncoding(true, false), head[0] == 0xFE ? 2 : 0),
            _ => ((Encoding)new UnicodeEncoding(false, false), head[0] == 0xFF ? 2 : 0),
        };

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var lines = new LineStream(path, hash, encoding, mark);
        await using (lines.ConfigureAwait(false))
        {
            int count = 0;
            while (await lines.NextAsync(cancellationToken).ConfigureAwait(false))
            {
                if (lines.Number >= firstLine && !TextPlanner.IsBlank(lines.Line) && !TextPlanner.IsComment(lines.Line, plan.Separator))
                    count++;
            }

            if (count == 0)
                throw new InputFormatException(path, 0, "There is no spectrum after the line with axis values.", "Check whether the file is complete.");
            var file = new FileRef(path, Convert.ToHexStringLower(hash.GetHashAndReset()), lines.Bytes, HashedFile.MediaType(path));
            return new RowSpectrumSource(file, options, plan, (arrangement, axis, encoding, mark, firstLine, count));
        }
    }

    /// <summary>The beginning of a file: at least three lines, or all of it.</summary>
    private static async Task<(byte[] Bytes, bool Whole)> ReadHeadAsync(string path, CancellationToken cancellationToken)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.Asynchronous);
        await using (stream.ConfigureAwait(false))
        {
            long wanted = HeadBytes;
            while (true)
            {
                var bytes = new byte[Math.Min(wanted, stream.Length)];
                stream.Position = 0;
                int read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                bool whole = read >= stream.Length;
                // Zero bytes of UTF-16 do not disturb the count.
                if (whole || bytes.AsSpan(0, read).Count((byte)'\n') + bytes.AsSpan(0, read).Count((byte)'\r') > 6 || wanted > (1 << 28))
                    return (bytes[..read], whole);
                wanted *= 4;
            }
        }
    }

    private static TextDocument Head(string path, byte[] head, bool whole, TextReadOptions options)
    {
        int length = head.Length;
        if (!whole)
        {
            // Only complete lines count; in UTF-16 a line feed is followed or preceded by a zero.
            bool wide = head.AsSpan(0, Math.Min(length, 4096)).Contains((byte)0);
            length = head.AsSpan().LastIndexOfAny((byte)'\n', (byte)'\r') + 1;
            if (wide && length % 2 != 0)
                length = Math.Min(head.Length, length + 1);
        }

        return TextDocument.Decode(path, head, length, options.Encoding);
    }

    private async ValueTask<bool> NextRecordAsync(LineStream lines, CancellationToken cancellationToken)
    {
        while (await lines.NextAsync(cancellationToken).ConfigureAwait(false))
        {
            if (lines.Number >= _firstLine && !TextPlanner.IsBlank(lines.Line) && !TextPlanner.IsComment(lines.Line, _plan.Separator))
                return true;
        }

        return false;
    }

    private InputFormatException Changed() => new(File.Path, 0, "The file is no longer the one that was opened.", "Open it again; wait until it is complete first.");
}
