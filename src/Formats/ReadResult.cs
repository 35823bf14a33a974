namespace BigMap.Analysis.Formats;

/// <summary>A series that was read, with the account of how.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed class ReadResult : ISeriesResult
{
    /// <summary>Puts a result together; readers of other formats use it too.</summary>
    /// <param name="series">The series.</param>
    /// <param name="report">How it was read.</param>
    /// <param name="files">The files with the SHA-256 of the bytes that were parsed, in the order of the series.</param>
    public ReadResult(SpectrumSeries series, ReadReport report, IReadOnlyList<FileRef> files)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(files);
        Series = series;
        Report = report;
        Files = files;
    }

    /// <inheritdoc/>
    public SpectrumSeries Series { get; }

    /// <summary>What was decided, file by file.</summary>
    public ReadReport Report { get; }

    /// <summary>The files, each with the SHA-256 of exactly the bytes that were parsed.</summary>
    public IReadOnlyList<FileRef> Files { get; }

    /// <inheritdoc/>
    public override string ToString() => Series.ToString();
}
