namespace BigMap.Analysis;

/// <summary>A series that need not fit into memory: the same rows in blocks.</summary>
/// <remarks>Every block is a <see cref="SpectrumSeries"/> whose <see cref="SpectrumSeries.SourceRow"/> counts through the whole source, so a row-wise step can be run block by block.</remarks>
public interface ISeriesSource
{
    /// <summary>The common axis.</summary>
    Axis Axis { get; }

    /// <summary>Number of rows.</summary>
    int Count { get; }

    /// <summary>Reads the rows in order, in blocks.</summary>
    /// <param name="rowsPerBlock">Rows per block at most, at least 1; a source may give shorter blocks to bound its memory.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The blocks.</returns>
    IAsyncEnumerable<SpectrumSeries> ReadBlocksAsync(int rowsPerBlock, CancellationToken cancellationToken = default);
}

/// <summary>A series in memory as a source.</summary>
/// <param name="series">The series.</param>
public sealed class MemorySeriesSource(SpectrumSeries series) : ISeriesSource
{
    /// <inheritdoc/>
    public Axis Axis => series.Axis;

    /// <inheritdoc/>
    public int Count => series.Count;

    /// <inheritdoc/>
    public async IAsyncEnumerable<SpectrumSeries> ReadBlocksAsync(int rowsPerBlock, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsPerBlock, 1);
        for (int start = 0; start < Count; start += rowsPerBlock)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return series.Slice(start..Math.Min(Count, start + rowsPerBlock));
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }
}
