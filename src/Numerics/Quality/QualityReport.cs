using System.Globalization;
using System.Text;

namespace BigMap.Analysis.Numerics;

/// <summary>What a check of data quality has found: a list, a table to write, and a text to read.</summary>
/// <remarks>A check changes nothing: as the input of a further step the report of a series stands for that series. Immutable, thread-safe.</remarks>
public sealed class QualityReport : IResultTable, ISeriesResult
{
    private readonly SpectrumSeries? _series;
    private readonly string _subject;

    internal QualityReport(SpectrumSeries? series, string subject, IReadOnlyList<QualityFinding> findings, QualityOptions options, Func<int, (long Index, string Label)> row)
    {
        _series = series;
        _subject = subject;
        Findings = findings;
        Options = options;
        int n = findings.Count;
        var index = new long[n];
        var labels = new string[n];
        var from = new double[n];
        var to = new double[n];
        var points = new long[n];
        for (int i = 0; i < n; i++)
        {
            QualityFinding f = findings[i];
            (index[i], labels[i]) = f.Row < 0 ? (IntegerColumn.Missing, string.Empty) : row(f.Row);
            bool some = f.First >= 0 && series is not null;
            from[i] = some ? series!.Axis.Values[f.First] : double.NaN;
            to[i] = some ? series!.Axis.Values[f.Last] : double.NaN;
            points[i] = some ? f.Last - f.First + 1 : IntegerColumn.Missing;
        }

        Columns =
        [
            new IntegerColumn("index", index),
            new TextColumn("label", labels),
            new TextColumn("kind", [.. findings.Select(f => FindingNames.Of(f.Kind))]),
            new TextColumn("column", [.. findings.Select(f => f.Column)]),
            new NumberColumn("from", series?.Axis.Unit ?? string.Empty, from),
            new NumberColumn("to", series?.Axis.Unit ?? string.Empty, to),
            new IntegerColumn("points", points),
            new NumberColumn("value", string.Empty, findings.Select(f => f.Value).ToArray()),
            new NumberColumn("threshold", string.Empty, findings.Select(f => f.Threshold).ToArray()),
            new TextColumn("action", [.. findings.Select(f => ActionName(f.Action))]),
            new TextColumn("detail", [.. findings.Select(f => f.Detail)]),
        ];
    }

    /// <summary>Every finding: row by row, then those of columns and of the whole.</summary>
    public IReadOnlyList<QualityFinding> Findings { get; }

    /// <summary>The options of the check.</summary>
    public QualityOptions Options { get; }

    /// <summary>Whether nothing was found.</summary>
    public bool IsClean => Findings.Count == 0;

    /// <summary>The series that was checked, unchanged.</summary>
    /// <exception cref="DataMismatchException">It was a table that was checked.</exception>
    public SpectrumSeries Series => _series ?? throw new DataMismatchException("A table was checked, not a series; there is no series to go on with.");

    /// <summary><c>quality</c>.</summary>
    public string Name => "quality";

    /// <summary><c>index</c> (source row), <c>label</c>, <c>kind</c>, <c>column</c>, <c>from</c>, <c>to</c>, <c>points</c>, <c>value</c>, <c>threshold</c>, <c>action</c>, <c>detail</c>.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <inheritdoc/>
    public int RowCount => Findings.Count;

    /// <summary>How many findings of a kind there are.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>Their number.</returns>
    public int CountOf(FindingKind kind) => Findings.Count(f => f.Kind == kind);

    /// <summary>The findings as text: the numbers of each kind, and the first ones of it.</summary>
    /// <param name="perKind">How many of a kind are told at the most. Default 3.</param>
    /// <returns>Text.</returns>
    public string Report(int perKind = 3)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{_subject}: {(IsClean ? "nothing found" : $"{Findings.Count} findings")} with the limits for {Options.Technique}\n");
        foreach (IGrouping<FindingKind, QualityFinding> kind in Findings.GroupBy(f => f.Kind).OrderBy(g => g.Key))
        {
            QualityFinding first = kind.First();
            text.Append(CultureInfo.InvariantCulture, $"  {FindingNames.Of(kind.Key)}: {kind.Count()}, suggested: {ActionName(first.Action)}\n");
            foreach (QualityFinding finding in kind.Take(perKind))
                text.Append("    ").Append(finding.Detail).Append('\n');
            if (kind.Count() > perKind)
                text.Append(CultureInfo.InvariantCulture, $"    … and {kind.Count() - perKind} more\n");
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{_subject}: {Findings.Count} findings";

    private static string ActionName(QualityAction action) => action switch
    {
        QualityAction.Filter => "filter",
        QualityAction.Impute => "impute",
        QualityAction.Remove => "remove",
        _ => "inspect",
    };
}
