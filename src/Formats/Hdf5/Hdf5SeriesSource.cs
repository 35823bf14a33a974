using System.Runtime.CompilerServices;
using BigMap.Analysis.Formats.Internal.Hdf5;

namespace BigMap.Analysis.Formats;

/// <summary>A series of an HDF5 or NeXus file as a source: read in blocks, in bounded memory.</summary>
/// <remarks>
/// Opening takes the SHA-256 of the file; every reading checks that its length and time of last writing are still the same. Memory: a block takes at
/// most 8 MiB (one row where that is larger; more rows than fit are given in several blocks), decoded chunks at most 16 MiB (one chunk where it is
/// larger), and blocks that nobody holds any more are collected every 16 MiB; besides there are labels and columns. Blocks that are multiples of the
/// chunk length decode each chunk once. Thread-safe: each reading has its own state.
/// </remarks>
/// <example><code>
/// using Hdf5SeriesSource source = await Hdf5SeriesSource.OpenAsync("scan.nxs");
/// await foreach (SpectrumSeries block in source.ReadBlocksAsync(256))
///     Console.WriteLine(block.Count);
/// </code></example>
public sealed class Hdf5SeriesSource : ISeriesSource, IDisposable
{
    private const long LargestBlock = 1 << 23, CollectAfter = 1 << 24;
    private readonly Hdf5File _file;
    private readonly NexusPlan _plan;

    private Hdf5SeriesSource(Hdf5File file, FileRef reference, NexusPlan plan)
    {
        _file = file;
        _plan = plan;
        File = reference;
    }

    /// <inheritdoc/>
    public Axis Axis => _plan.Axis;

    /// <inheritdoc/>
    public int Count => _plan.Rows;

    /// <summary>The file with its SHA-256.</summary>
    public FileRef File { get; }

    /// <summary>What was decided about the file.</summary>
    public FileReport Report => _plan.Report;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What to read; null for the defaults.</param>
    /// <param name="time">The clock, for waiting; null for that of the system.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    /// <returns>The source; to be disposed.</returns>
    /// <exception cref="InputFormatException">The file cannot be read, or holds no such series.</exception>
    /// <exception cref="FileNotReadyException">The file was not complete in time.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public static async Task<Hdf5SeriesSource> OpenAsync(string path, Hdf5ReadOptions? options = null, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new Hdf5ReadOptions();
        options.Validate();
        NexusPlan? plan = null;
        (FileRef reference, Hdf5File file) = await Hdf5SeriesReader.OpenAsync(
            path,
            options,
            time ?? TimeProvider.System,
            opened =>
            {
                plan = new NexusPlan(opened, options);
                return opened;
            },
            cancellationToken).ConfigureAwait(false);
        return new Hdf5SeriesSource(file, reference, plan!);
    }

    /// <inheritdoc/>
    /// <exception cref="InputFormatException">The file is damaged, or is no longer the one that was opened.</exception>
    public async IAsyncEnumerable<SpectrumSeries> ReadBlocksAsync(int rowsPerBlock, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsPerBlock, 1);
        using var rows = new NexusRows(_plan);
        long perRow = sizeof(double) * (long)_plan.Points * (_plan.Errors is null ? 1 : 2), given = 0;
        int most = (int)Math.Clamp(LargestBlock / perRow, 1, rowsPerBlock);
        for (int start = 0; start < Count; start += most)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(most, Count - start);

            // Blocks are large objects, of which the collector lets many gather while it works in the background; the promise of bounded memory needs them gone.
            given += count * perRow;
            if (given > CollectAfter)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
                given = 0;
            }

            SpectrumSeries block = rows.Read(start, count);
            if (_file.HasChanged)
                throw new InputFormatException(File.Path, 0, "The file is no longer the one that was opened.", "Open it again when it is complete.");
            yield return block;
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();
}
