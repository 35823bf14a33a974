using System.Globalization;

namespace BigMap.Analysis.Electrochemistry;

/// <summary>Scans and the records that they are brought together with.</summary>
/// <param name="Series">The scans.</param>
/// <param name="Records">The records: a <see cref="CyclingRecord"/>, an <see cref="EcLabFile"/>, or any table with times.</param>
public sealed record AlignInput(SpectrumSeries Series, IResultTable Records) : ICompositeInput
{
    /// <inheritdoc/>
    public IReadOnlyList<object> Parts => [Series, Records];
}

/// <summary>A table with a row per scan, e.g. of fits, and the records that it is brought together with.</summary>
/// <param name="Table">The table.</param>
/// <param name="Records">The records.</param>
public sealed record AlignTableInput(IResultTable Table, IResultTable Records) : ICompositeInput
{
    /// <inheritdoc/>
    public IReadOnlyList<object> Parts => [Table, Records];
}

/// <summary>How well scans and records fit together in time.</summary>
/// <param name="Scans">Number of scans.</param>
/// <param name="Aligned">Scans with a record within the tolerance.</param>
/// <param name="Before">Scans before the first record.</param>
/// <param name="After">Scans after the last record.</param>
/// <param name="MedianDistance">Median distance of the nearest record, s; NaN without scans that have a time.</param>
/// <param name="LargestDistance">Largest distance of the nearest record, s.</param>
/// <param name="MedianLag">Median of record time minus scan time, s: far from 0, a clock offset is likely.</param>
public sealed record AlignmentReport(int Scans, int Aligned, int Before, int After, double MedianDistance, double LargestDistance, double MedianLag)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Aligned} of {Scans} scans aligned; {Before} before the first record, {After} after the last; nearest record {MedianDistance:G4} s away in the median, {LargestDistance:G4} s at most, lag {MedianLag:G4} s");
}

/// <summary>Rows of scans with the electrochemical columns of their time.</summary>
/// <remarks>
/// The columns added are <c>record</c> (index of the nearest record, also of scans beyond the tolerance), <c>lag</c> (its time minus that of the scan, s),
/// <c>aligned</c> (<c>ok</c>; <c>no_match</c> for no record within the tolerance, <c>not_finite</c> for no time, <c>excluded</c>), then those asked for,
/// without values where a scan is not aligned. Immutable, thread-safe.
/// </remarks>
public class AlignedTable : IResultTable, IBatchResult
{
    private readonly RowStatus[] _statuses;

    internal AlignedTable(string name, IReadOnlyList<TableColumn> columns, RowStatus[] statuses, AlignmentReport report, IReadOnlyList<StepWarning> warnings)
    {
        Name = name;
        Columns = columns;
        _statuses = statuses;
        Report = report;
        Warnings = warnings;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The columns of the scans, then those added.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <inheritdoc/>
    public int RowCount => _statuses.Length;

    /// <inheritdoc/>
    public int Count => _statuses.Length;

    /// <summary>How well scans and records fit together.</summary>
    public AlignmentReport Report { get; }

    /// <inheritdoc/>
    public IReadOnlyList<StepWarning> Warnings { get; }

    /// <inheritdoc/>
    public RowStatus StatusOf(int row) => _statuses[row];

    /// <inheritdoc/>
    public override string ToString() => Report.ToString();
}

/// <summary>A series with the electrochemical columns of its scans; as a table, one row per scan.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed class AlignedSeries : AlignedTable, ISeriesResult
{
    internal AlignedSeries(SpectrumSeries series, IReadOnlyList<TableColumn> columns, RowStatus[] statuses, AlignmentReport report, IReadOnlyList<StepWarning> warnings)
        : base("scans", columns, statuses, report, warnings) => Series = series;

    /// <summary>The series with the columns added.</summary>
    public SpectrumSeries Series { get; }
}
