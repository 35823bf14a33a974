using BigMap.Analysis.Formats.Internal;
using BigMap.Analysis.Formats.Internal.Hdf5;

namespace BigMap.Analysis.Formats;

/// <summary>Writes series as NeXus/HDF5.</summary>
/// <remarks>
/// <c>/entry/data</c> is an <c>NXdata</c> group: <c>intensity</c> (rows × points, float64, one piece), the axis, <c>intensity_errors</c> (σ, the
/// square root of the variance), labels, source rows and columns, each with its unit. <c>/entry/process</c> (<c>NXprocess</c>) says what wrote it; notes
/// are <c>NXnote</c> groups in it. Names that NeXus does not allow are changed; <c>long_name</c> keeps the original. Equal input gives equal bytes.
/// </remarks>
public static class SeriesHdf5
{
    /// <summary>Writes a series.</summary>
    /// <param name="series">The series.</param>
    /// <param name="path">The file; replaced when it exists.</param>
    /// <param name="options">Title and notes; its file name is replaced by <paramref name="path"/>. Null for the defaults.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops writing; then no file is left.</param>
    /// <returns>The file with its SHA-256.</returns>
    /// <example><code>await corrected.WriteHdf5Async("corrected.h5"); // h5py: f["entry/data/intensity"][:]</code></example>
    public static async Task<FileRef> WriteHdf5Async(this SpectrumSeries series, string path, SeriesHdf5Options? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        await FormatsSteps.WriteSeriesHdf5
            .RunAsync(series, new StepRequest<SeriesHdf5Options>((options ?? new SeriesHdf5Options()) with { File = path }), new StepEnvironment(context ?? AnalysisContext.Default), cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Writes a series that need not fit into memory. Blocks go through a temporary file beside <paramref name="path"/>, so that the source is read once.</summary>
    /// <param name="source">The source.</param>
    /// <param name="path">The file; replaced when it exists.</param>
    /// <param name="options">Title and notes; its file name is replaced by <paramref name="path"/>. Null for the defaults.</param>
    /// <param name="context">Provenance, and the memory budget from which the block length is taken; null for the default.</param>
    /// <param name="cancellationToken">Stops writing; then no file is left.</param>
    /// <returns>The file with its SHA-256.</returns>
    /// <exception cref="DataMismatchException">Blocks do not fit together.</exception>
    public static async Task<FileRef> WriteHdf5Async(this ISeriesSource source, string path, SeriesHdf5Options? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        await FormatsSteps.WriteSourceHdf5
            .RunAsync(source, new StepRequest<SeriesHdf5Options>((options ?? new SeriesHdf5Options()) with { File = path }), new StepEnvironment(context ?? AnalysisContext.Default), cancellationToken)
            .ConfigureAwait(false);

    internal static ValueTask<FileRef> WriteAsync(SpectrumSeries series, SeriesHdf5Options options, StepScope scope, CancellationToken cancellationToken)
    {
        var rows = new SeriesRows(series.Axis, series.Count)
        {
            Intensity = (stream, ct) => WriteRowsAsync(stream, series, false, ct),
            Errors = series.HasVariance ? (stream, ct) => WriteRowsAsync(stream, series, true, ct) : null,
            Quantity = series.IntensityQuantity,
            Unit = series.IntensityUnit,
            Kind = series.Kind,
        };
        rows.Take(series);
        return WriteAsync(rows, options, scope, cancellationToken);
    }

    internal static async ValueTask<FileRef> WriteAsync(ISeriesSource source, SeriesHdf5Options options, StepScope scope, CancellationToken cancellationToken)
    {
        string path = OutputName.Resolve(options.File, scope.OutputFolder, scope.Operation);
        var spool = new Spool(Path.GetFullPath(path));
        await using (spool.ConfigureAwait(false))
        {
            SeriesRows? rows = null;
            int count = 0;
            // A block in the source, one being made, and one that waits to be collected.
            long perBlock = Math.Min(scope.Context.MemoryBudgetBytes / 16, 8 << 20) / (sizeof(double) * (long)source.Axis.Length);
            await foreach (SpectrumSeries block in source.ReadBlocksAsync((int)Math.Clamp(perBlock, 1, int.MaxValue), cancellationToken).ConfigureAwait(false))
            {
                rows ??= new SeriesRows(source.Axis, source.Count)
                {
                    Intensity = spool.CopyIntensityAsync,
                    Errors = block.HasVariance ? spool.CopyErrorsAsync : null,
                    Quantity = block.IntensityQuantity,
                    Unit = block.IntensityUnit,
                    Kind = block.Kind,
                };
                if (!block.Axis.SameAs(source.Axis) || block.HasVariance != rows.Errors is not null || block.Kind != rows.Kind)
                    throw new DataMismatchException($"The block from row {count} on has another axis, kind or no variance. A source must give equal blocks.");
                rows.Take(block);
                count += block.Count;
                await WriteRowsAsync(spool.Intensity(), block, false, cancellationToken).ConfigureAwait(false);
                if (block.HasVariance)
                    await WriteRowsAsync(spool.Errors(), block, true, cancellationToken).ConfigureAwait(false);
            }

            if (count != source.Count)
                throw new DataMismatchException($"The source gave {count} rows but had said {source.Count}.");
            rows ??= new SeriesRows(source.Axis, 0) { Intensity = static (_, _) => Task.CompletedTask };
            return await WriteAsync(rows, options, scope, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async ValueTask<FileRef> WriteAsync(SeriesRows rows, SeriesHdf5Options options, StepScope scope, CancellationToken cancellationToken)
    {
        string path = OutputName.Resolve(options.File, scope.OutputFolder, scope.Operation);
        (Hdf5OutGroup root, Hdf5OutGroup entry) = NexusOutput.File(options.Title);
        entry.Set("default", "data");
        Hdf5OutGroup data = entry.Group("data", "NXdata");
        var names = new List<string> { "intensity", "intensity_errors" };
        string axisName = NexusOutput.Unique(rows.Axis.Quantity, names);
        data.Set("signal", "intensity");
        data.Set("axes", (string[])[".", axisName]);
        data.Set(axisName + "_indices", 1L);

        Hdf5OutDataset axis = data.Doubles(axisName, rows.Axis.Memory);
        axis.Set("units", rows.Axis.Unit);
        axis.Set(NexusOutput.OriginalName, rows.Axis.Quantity);
        axis.Set(NexusOutput.Role, "axis");
        axis.Set(NexusOutput.Direction, rows.Axis.Direction == AxisDirection.Ascending ? "ascending" : "descending");
        Hdf5OutDataset intensity = data.Doubles("intensity", [rows.Count, rows.Axis.Length], rows.Intensity);
        intensity.Set("units", rows.Unit);
        intensity.Set(NexusOutput.OriginalName, rows.Quantity);
        intensity.Set(NexusOutput.Kind, rows.Kind switch { IntensityKind.Counts => "counts", IntensityKind.Derived => "derived", _ => "unspecified" });
        if (rows.Errors is { } errors)
        {
            intensity.Set("uncertainties", "intensity_errors");
            data.Doubles("intensity_errors", [rows.Count, rows.Axis.Length], errors).Set("units", rows.Unit);
        }

        string labels = NexusOutput.Unique("label", names), source = NexusOutput.Unique("source_row", names);
        if (rows.HasOwnLabels)
        {
            data.Texts(labels, rows.Labels).Set(NexusOutput.Role, "label");
            data.Set(labels + "_indices", 0L);
        }

        data.Longs(source, rows.SourceRows.ToArray()).Set(NexusOutput.Role, "source row");
        data.Set(source + "_indices", 0L);
        List<string> columns = NexusOutput.Write(data, rows.Columns(), names);
        foreach (string column in columns)
            data.Set(column + "_indices", 0L);
        if (columns.Count > 0)
            data.Set(NexusOutput.Columns, columns);
        NexusOutput.Process(entry, scope.Operation, SeriesHdf5Options.Set.ToJson(options with { Notes = [] }), options.Notes);

        OutputFile file = OutputFile.Create(path, options.File);
        await using (file.ConfigureAwait(false))
        {
            await Hdf5Output.WriteAsync(root, file.Stream, cancellationToken).ConfigureAwait(false);
            FileRef written = await file.CommitAsync("application/x-hdf5", cancellationToken).ConfigureAwait(false);
            scope.Produce(written);
            return written;
        }
    }

    private static async Task WriteRowsAsync(Stream stream, SpectrumSeries series, bool errors, CancellationToken cancellationToken)
    {
        var sigma = new double[errors ? series.Length : 0];
        for (int row = 0; row < series.Count; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!errors)
            {
                await LittleEndianStream.WriteAsync(stream, series.SpectrumAt(row).Intensity, cancellationToken).ConfigureAwait(false);
                continue;
            }

            Sigma(series.Variance(row), sigma);
            await LittleEndianStream.WriteAsync<double>(stream, sigma, cancellationToken).ConfigureAwait(false);
        }
    }

    private static void Sigma(ReadOnlySpan<double> variance, Span<double> sigma)
    {
        for (int i = 0; i < variance.Length; i++)
            sigma[i] = Math.Sqrt(variance[i]);
    }

    /// <summary>What is written of a series besides its numbers, gathered block by block.</summary>
    private sealed class SeriesRows(Axis axis, int count)
    {
        private readonly List<List<TableColumn>> _columns = [];

        public Axis Axis => axis;

        public int Count => count;

        public required Func<Stream, CancellationToken, Task> Intensity { get; init; }

        public Func<Stream, CancellationToken, Task>? Errors { get; init; }

        public string Quantity { get; init; } = "intensity";

        public string Unit { get; init; } = string.Empty;

        public IntensityKind Kind { get; init; }

        public List<string> Labels { get; } = [];

        /// <summary>Whether labels say more than the number of the source row.</summary>
        public bool HasOwnLabels { get; private set; }

        public List<long> SourceRows { get; } = [];

        public void Take(SpectrumSeries block)
        {
            for (int row = 0; row < block.Count; row++)
            {
                Labels.Add(block.Label(row));
                SourceRows.Add(block.SourceRow(row));
                HasOwnLabels |= Labels[^1] != SourceRows[^1].ToString(System.Globalization.CultureInfo.InvariantCulture);
            }

            if (_columns.Count == 0)
                _columns.AddRange(block.Columns.Select(_ => new List<TableColumn>()));
            if (block.Columns.Count != _columns.Count)
                throw new DataMismatchException("The blocks of a source have not the same columns.");
            for (int c = 0; c < _columns.Count; c++)
                _columns[c].Add(block.Columns[c]);
        }

        public IReadOnlyList<TableColumn> Columns() => [.. _columns.Select(ColumnParts.Join)];
    }

    /// <summary>Blocks on their way into the file.</summary>
    private sealed class Spool(string path) : IAsyncDisposable
    {
        private FileStream? _intensity;
        private FileStream? _errors;

        public Stream Intensity() => _intensity ??= Open();

        public Stream Errors() => _errors ??= Open();

        public Task CopyIntensityAsync(Stream target, CancellationToken cancellationToken) => CopyAsync(_intensity, target, cancellationToken);

        public Task CopyErrorsAsync(Stream target, CancellationToken cancellationToken) => CopyAsync(_errors, target, cancellationToken);

        public async ValueTask DisposeAsync()
        {
            if (_intensity is not null)
                await _intensity.DisposeAsync().ConfigureAwait(false);
            if (_errors is not null)
                await _errors.DisposeAsync().ConfigureAwait(false);
        }

        private static async Task CopyAsync(FileStream? from, Stream target, CancellationToken cancellationToken)
        {
            if (from is null)
                return;
            from.Position = 0;
            await from.CopyToAsync(target, 1 << 17, cancellationToken).ConfigureAwait(false);
        }

        private FileStream Open()
        {
            string folder = Path.GetDirectoryName(path)!;
            Directory.CreateDirectory(folder);
            return new FileStream(Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 17, FileOptions.Asynchronous | FileOptions.DeleteOnClose);
        }
    }
}
