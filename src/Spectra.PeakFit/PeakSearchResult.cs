namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>Peaks found in the mean of a series, by position: a table with name, center, fwhm, height and significance.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed class PeakSearchResult : IResultTable
{
    internal PeakSearchResult(IReadOnlyList<FoundPeak> peaks, string axisUnit, string intensityUnit)
    {
        Peaks = peaks;
        NumberColumn Numbers(string name, string unit, Func<FoundPeak, double> value) => new(name, unit, peaks.Select(value).ToArray());
        Columns =
        [
            new TextColumn("name", [.. peaks.Select(p => p.Name)]),
            Numbers("center", axisUnit, p => p.Center),
            Numbers("fwhm", axisUnit, p => p.Fwhm),
            Numbers("height", intensityUnit, p => p.Height),
            Numbers("significance", string.Empty, p => p.Significance),
        ];
    }

    /// <summary>The peaks, by position.</summary>
    public IReadOnlyList<FoundPeak> Peaks { get; }

    /// <inheritdoc/>
    public string Name => "peaks";

    /// <inheritdoc/>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <inheritdoc/>
    public int RowCount => Peaks.Count;

    /// <summary>The peaks for a fit: each starts where it was found, and stays within one width of there and within a factor 4 of its width.</summary>
    /// <param name="shape">Line shape; its full width must be a parameter.</param>
    /// <returns>One definition per peak.</returns>
    public IReadOnlyList<PeakDefinition> Definitions(ILineShape shape) =>
    [
        .. Peaks.Select(p => new PeakDefinition
        {
            Name = p.Name,
            Shape = shape,
            Center = new Parameter(p.Center, p.Center - p.Fwhm, p.Center + p.Fwhm),
            Fwhm = new Parameter(p.Fwhm, p.Fwhm / 4, p.Fwhm * 4),
        }),
    ];

    /// <inheritdoc/>
    public override string ToString() => $"{Peaks.Count} peaks";
}

/// <summary>A peak that was found.</summary>
/// <param name="Name">p1, p2, … by position.</param>
/// <param name="Center">Place of the best matching profile.</param>
/// <param name="Fwhm">Full width at half height above both sides.</param>
/// <param name="Height">Height of the best matching profile above a straight line.</param>
/// <param name="Significance">Height over its standard error.</param>
public readonly record struct FoundPeak(string Name, double Center, double Fwhm, double Height, double Significance);
