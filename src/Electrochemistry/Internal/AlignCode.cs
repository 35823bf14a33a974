using System.Globalization;
using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Electrochemistry.Internal;

/// <summary>Brings the columns of records to scans by time.</summary>
internal static class AlignCode
{
    public static AlignedSeries Run(AlignInput input, StepRequest<AlignOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        SpectrumSeries series = input.Series;
        (TableColumn[] added, RowStatus[] statuses, AlignmentReport report, StepWarning[] warnings) = Align(series.Columns, series.Count, series.SourceRow, input.Records, request, scope, cancellationToken);
        SpectrumSeries with = series.WithColumns([.. series.Columns, .. added]);
        TableColumn[] rows =
        [
            new IntegerColumn("index", Enumerable.Range(0, series.Count).Select(r => (long)series.SourceRow(r)).ToArray()),
            new TextColumn("label", [.. Enumerable.Range(0, series.Count).Select(series.Label)]),
            .. with.Columns.Where(c => c.Name is not ("index" or "label")),
        ];
        return new AlignedSeries(with, rows, statuses, report, warnings);
    }

    public static AlignedTable Run(AlignTableInput input, StepRequest<AlignOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        IntegerColumn? index = input.Table.Columns.FirstOrDefault(c => c.Name == "index") as IntegerColumn;
        (TableColumn[] added, RowStatus[] statuses, AlignmentReport report, StepWarning[] warnings) = Align(
            input.Table.Columns,
            input.Table.RowCount,
            row => index is not null && index[row] is >= 0 and <= int.MaxValue and var i ? (int)i : row,
            input.Records,
            request,
            scope,
            cancellationToken);
        return new AlignedTable(input.Table.Name, [.. input.Table.Columns, .. added], statuses, report, warnings);
    }

    private static (TableColumn[] Added, RowStatus[] Statuses, AlignmentReport Report, StepWarning[] Warnings) Align(
        IReadOnlyList<TableColumn> scans, int count, Func<int, int> sourceRow, IResultTable records, StepRequest<AlignOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        AlignOptions options = request.Options;
        TableColumn scanTime = ScanTime(scans, options.ScanTime);
        TableColumn recordTime = RecordTime(records, options.RecordTime);
        TableColumn[] wanted = Wanted(records, recordTime, options.Columns);
        (double[] scanSeconds, double[] recordSeconds) = OneAxis(scanTime, recordTime, records, options);
        var matcher = new TimeMatcher(recordSeconds);
        if (matcher.IsEmpty)
            throw new DataMismatchException($"No record of {records.Name} has a time, so nothing can be aligned.");

        var sections = new Sections(records);
        var work = new WorkClock(scope, count, cancellationToken);
        var nearest = new long[count];
        var lag = new double[count];
        var statuses = new RowStatus[count];
        var brackets = new (int Before, int After, double Fraction)[count];
        for (int row = 0; row < count; row++)
        {
            work.Poll(row);
            (nearest[row], lag[row]) = (IntegerColumn.Missing, double.NaN);
            if (request.OptionsFor(sourceRow(row)) is not { } mine)
            {
                statuses[row] = RowStatus.Excluded;
                continue;
            }

            double time = scanSeconds[row] - mine.ClockOffset;
            if (mine.Drift != 0)
                time = matcher.First + ((time - matcher.First) / (1 + mine.Drift));
            int record = matcher.Nearest(time, out lag[row]);
            if (record < 0)
            {
                statuses[row] = RowStatus.NotFinite;
                continue;
            }

            nearest[row] = record;
            statuses[row] = mine.Tolerance is { } tolerance && !(Math.Abs(lag[row]) <= tolerance) ? RowStatus.NoMatch : RowStatus.Ok;
            brackets[row] = mine.Method == AlignMethod.Linear ? matcher.Bracket(time) : (record, record, 0);
            if (!sections.AreOne(brackets[row].Before, brackets[row].After))
                brackets[row] = (record, record, 0);
            work.Report(row);
        }

        work.Report(count);

        var names = new HashSet<string>(scans.Select(c => c.Name), StringComparer.Ordinal);
        var added = new List<TableColumn>
        {
            new IntegerColumn(Unique("record"), nearest),
            new NumberColumn(Unique("lag"), "s", lag),
            new StatusColumn(Unique("aligned"), statuses),
        };
        int[] rows = [.. nearest.Select((r, i) => statuses[i] == RowStatus.Ok ? (int)r : -1)];
        foreach (TableColumn column in wanted)
            added.Add((column is NumberColumn numbers ? Interpolate(numbers, rows, brackets) : column.Take(rows)).WithName(Unique(options.Prefix + column.Name)));
        return ([.. added], statuses, Report(scanSeconds, lag, statuses, matcher, options), [.. Warnings(statuses, lag, sourceRow)]);

        string Unique(string name)
        {
            string unique = name;
            for (int i = 1; !names.Add(unique); i++)
                unique = i == 1 ? $"electrochem.{name}" : string.Create(CultureInfo.InvariantCulture, $"electrochem.{name}.{i}");
            return unique;
        }
    }

    /// <summary>What of the records belongs together: capacities and charges begin anew with every half-cycle, step or loop, so that between two of them there is nothing to interpolate.</summary>
    private sealed class Sections(IResultTable records)
    {
        private readonly IntegerColumn[] _whole = [.. records.Columns.OfType<IntegerColumn>().Where(c => c.Name is "half cycle" or "cycle" or "Ns" or "z cycle")];
        private readonly NumberColumn[] _numbers = [.. records.Columns.OfType<NumberColumn>().Where(c => c.Name is "cycle number" or "half cycle" or "cycle")];
        private readonly int[] _loops = [.. (records as EcLabFile)?.LoopStarts.Order() ?? Enumerable.Empty<int>()];

        public bool AreOne(int a, int b)
        {
            if (a == b)
                return true;
            foreach (IntegerColumn column in _whole)
            {
                if (column[a] != column[b])
                    return false;
            }

            foreach (NumberColumn column in _numbers)
            {
                if (!column[a].Equals(column[b]))
                    return false;
            }

            return Pass(a) == Pass(b);
        }

        private int Pass(int record) => Array.BinarySearch(_loops, record) is var at && at < 0 ? ~at : at + 1;
    }

    private static NumberColumn Interpolate(NumberColumn column, int[] rows, (int Before, int After, double Fraction)[] brackets)
    {
        var values = new double[rows.Length];
        ReadOnlySpan<double> y = column.Values.Span;
        for (int i = 0; i < values.Length; i++)
        {
            (int before, int after, double fraction) = brackets[i];

            // On a record it is taken alone, so that a missing neighbour does not matter.
            values[i] = rows[i] < 0 ? double.NaN : fraction == 0 ? y[before] : ((1 - fraction) * y[before]) + (fraction * y[after]);
        }

        return new NumberColumn(column.Name, column.Unit, values);
    }

    private static TableColumn ScanTime(IReadOnlyList<TableColumn> scans, string? name)
    {
        if (name is not null)
            return scans.FirstOrDefault(c => c.Name == name) ?? throw new DataMismatchException($"The scans have no column {name}. Their columns: {string.Join(", ", scans.Select(c => c.Name))}.");
        TimeColumn[] instants = [.. scans.OfType<TimeColumn>()];
        return instants.Length == 1
            ? instants[0]
            : scans.FirstOrDefault(IsTime) ?? throw new DataMismatchException($"The scans have no column that says when they were taken. Their columns: {string.Join(", ", scans.Select(c => c.Name))}. Name it in scanTime.");
    }

    private static TableColumn RecordTime(IResultTable records, string? name) => name is not null
        ? records.Column(name)
        : records.Columns.FirstOrDefault(IsTime) ?? records.Columns.OfType<TimeColumn>().FirstOrDefault()
            ?? throw new DataMismatchException($"Table {records.Name} has no column of times. Its columns: {string.Join(", ", records.Columns.Select(c => c.Name))}. Name it in recordTime.");

    private static bool IsTime(TableColumn column) => column is NumberColumn or IntegerColumn or TimeColumn && string.Equals(CyclerColumns.Describe(column).Quantity, "time", StringComparison.OrdinalIgnoreCase);

    private static TableColumn[] Wanted(IResultTable records, TableColumn time, IReadOnlyList<string> names) =>
        names.Count > 0 ? [.. names.Select(records.Column)] : [.. records.Columns.Where(c => c != time)];

    /// <summary>Scan and record times in seconds from one zero.</summary>
    private static (double[] Scans, double[] Records) OneAxis(TableColumn scans, TableColumn records, IResultTable table, AlignOptions options)
    {
        if (scans is not TimeColumn instants)
        {
            return records is TimeColumn
                ? throw new DataMismatchException($"The records have instants ({records.Name}), the scans only numbers ({scans.Name}). Name a column of instants in scanTime, or one of numbers in recordTime.")
                : (Seconds(scans, "scans"), Seconds(records, "records"));
        }

        DateTimeOffset zero;
        double[] recordSeconds;
        if (records is TimeColumn recordInstants)
        {
            zero = recordInstants.Values.ToArray().FirstOrDefault(t => t is not null) ?? DateTimeOffset.UnixEpoch;
            recordSeconds = Since(recordInstants, zero);
        }
        else
        {
            DateTime start = (table as CyclingRecord)?.Start ?? (table as EcLabFile)?.AcquisitionStart
                ?? throw new DataMismatchException("The scans have instants, but it is not known when the records began. Name a column of numbers in scanTime, or take records from a file that says when it began.");
            double offset = options.UtcOffset ?? throw new DataMismatchException($"The scans have instants; the records began at {start.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture)} local time, of which the file does not say the zone. Set utcOffset to the hours by which it was ahead of UTC.");
            zero = new DateTimeOffset(DateTime.SpecifyKind(start, DateTimeKind.Unspecified), TimeSpan.Zero).AddHours(-offset);
            recordSeconds = Seconds(records, "records");
        }

        return (Since(instants, zero), recordSeconds);
    }

    private static double[] Since(TimeColumn column, DateTimeOffset zero)
    {
        var seconds = new double[column.Count];
        for (int i = 0; i < seconds.Length; i++)
            seconds[i] = column[i] is { } t ? (t - zero).TotalSeconds : double.NaN;
        return seconds;
    }

    private static double[] Seconds(TableColumn column, string what)
    {
        string unit = CyclerColumns.Describe(column).Unit;

        // A bare number named time is taken as seconds; anything else would be a guess.
        double factor = unit.Length == 0 ? 1 : UnitText.ToSeconds(unit) ?? throw new DataMismatchException($"Column {column.Name} of the {what} has the unit {unit}, which is not one of time.");
        var seconds = new double[column.Count];
        for (int i = 0; i < seconds.Length; i++)
        {
            seconds[i] = factor * column switch
            {
                NumberColumn numbers => numbers[i],
                IntegerColumn integers => integers[i] == IntegerColumn.Missing ? double.NaN : integers[i],
                _ => throw new DataMismatchException($"Column {column.Name} of the {what} holds neither numbers nor instants."),
            };
        }

        return seconds;
    }

    private static AlignmentReport Report(double[] scans, double[] lag, RowStatus[] statuses, TimeMatcher matcher, AlignOptions options)
    {
        double[] lags = [.. lag.Where(double.IsFinite)];
        double[] distances = [.. lags.Select(Math.Abs)];
        double[] times = [.. scans.Select(t => options.Drift == 0 ? t - options.ClockOffset : matcher.First + ((t - options.ClockOffset - matcher.First) / (1 + options.Drift)))];
        return new AlignmentReport(
            scans.Length,
            statuses.Count(s => s == RowStatus.Ok),
            times.Count(t => t < matcher.First),
            times.Count(t => t > matcher.Last),
            Statistics.Median(distances),
            distances.Length == 0 ? double.NaN : distances.Max(),
            Statistics.Median(lags));
    }

    private static IEnumerable<StepWarning> Warnings(RowStatus[] statuses, double[] lag, Func<int, int> sourceRow)
    {
        for (int row = 0; row < statuses.Length; row++)
        {
            if (statuses[row] == RowStatus.NoMatch)
                yield return new StepWarning("out_of_tolerance", string.Create(CultureInfo.InvariantCulture, $"The nearest record is {Math.Abs(lag[row]):G6} s away."), sourceRow(row));
            else if (statuses[row] == RowStatus.NotFinite)
                yield return new StepWarning("no_time", "The scan has no time.", sourceRow(row));
        }
    }
}
