using System.Globalization;

namespace BigMap.Analysis.Electrochemistry.Internal;

/// <summary>Time, voltage, current and charge of a table of records in s, V, mA and mA·h, whatever it calls them.</summary>
internal sealed class CyclerColumns
{
    private static readonly string[] Times = ["time", "test time", "testtime"];
    private static readonly string[] Voltages = ["Ewe", "Ecell", "<Ewe>", "voltage", "potential"];
    private static readonly string[] Currents = ["I", "<I>", "current"];

    private CyclerColumns()
    {
    }

    public required double[] Time { get; init; }

    public required double[] Voltage { get; init; }

    /// <summary>Current in mA, positive on charge.</summary>
    public required double[] Current { get; init; }

    /// <summary>Charge between the record before and this one, mA·h, positive on charge.</summary>
    public required double[] Increment { get; init; }

    public IntegerColumn? Mode { get; private init; }

    public IntegerColumn? InstrumentHalfCycle { get; private init; }

    public static CyclerColumns Of(IResultTable table, CycleOptions options)
    {
        double[] time = Required(table, options.Time, Times, "time", UnitText.ToSeconds, "s");
        for (int i = 0; i < time.Length; i++)
        {
            if (!double.IsFinite(time[i]) || (i > 0 && time[i] < time[i - 1]))
                throw new DataMismatchException(string.Create(CultureInfo.InvariantCulture, $"The time of record {i} is {(double.IsFinite(time[i]) ? string.Create(CultureInfo.InvariantCulture, $"{time[i]:R} s, less than that of the record before") : "missing")}. Sort the records, or take the others away."));
        }

        double[] voltage = Difference(table, options.Voltage) ?? Required(table, options.Voltage, Voltages, "voltage", UnitText.ToVolts, "V");
        double sign = options.ChargeSign == ChargeSign.Positive ? 1 : -1;
        (NumberColumn Column, double Factor)? current = Find(table, options.Current, Currents, "current", UnitText.ToMilliamperes, "mA");
        double[] increment = Increments(table, options, time, current) ?? throw new DataMismatchException($"Table {table.Name} has neither a current nor a charge. Its columns: {string.Join(", ", table.Columns.Select(c => c.Name))}. Name one in the options.");
        var amperes = new double[time.Length];
        for (int i = 0; i < amperes.Length; i++)
        {
            if (!double.IsFinite(increment[i]))
                throw new DataMismatchException($"Record {i} has no finite charge or current, so the charge after it is not known. Take the record away, or name another column in the options.");
            increment[i] *= sign;
            if (current is { } measured)
            {
                amperes[i] = sign * measured.Factor * measured.Column[i];
                continue;
            }

            // The mean current since the record before; where no time passed there is none of its own.
            double seconds = i == 0 ? 0 : time[i] - time[i - 1];
            amperes[i] = seconds > 0 ? increment[i] * 3600 / seconds : increment[i] == 0 || i == 0 ? 0 : amperes[i - 1];
        }

        return new CyclerColumns
        {
            Time = time,
            Voltage = voltage,
            Current = amperes,
            Increment = increment,
            Mode = table.Columns.FirstOrDefault(c => c.Name == "mode") as IntegerColumn,
            InstrumentHalfCycle = table.Columns.FirstOrDefault(c => c.Name == "half cycle") as IntegerColumn,
        };
    }

    /// <summary>The same records some seconds later.</summary>
    public CyclerColumns Later(double seconds) => seconds == 0 ? this : new CyclerColumns { Time = [.. Time.Select(t => t + seconds)], Voltage = Voltage, Current = Current, Increment = Increment, Mode = Mode };

    /// <summary>Records one after the other. What the instrument controlled is known only where every part says so.</summary>
    public static CyclerColumns Concatenate(IReadOnlyList<CyclerColumns> parts) => new()
    {
        Time = [.. parts.SelectMany(p => p.Time)],
        Voltage = [.. parts.SelectMany(p => p.Voltage)],
        Current = [.. parts.SelectMany(p => p.Current)],
        Increment = [.. parts.SelectMany(p => p.Increment)],
        Mode = parts.All(p => p.Mode is not null) ? new IntegerColumn("mode", parts.SelectMany(p => p.Mode!.Values.ToArray()).ToArray()) : null,
    };

    /// <summary>Quantity and unit of a column: its unit where it has one, otherwise what its name ends with: <c>time/s</c>, <c>time_s</c>, <c>Voltage(V)</c>, <c>Current [mA]</c>.</summary>
    public static (string Quantity, string Unit) Describe(TableColumn column)
    {
        if (column.Unit.Length > 0)
            return (column.Name, column.Unit);
        string name = column.Name.Trim();
        if (name.Length == 0)
            return (name, string.Empty);
        if (name[^1] is ')' or ']' && name.LastIndexOfAny(['(', '[']) is > 0 and var open)
            return (name[..open].TrimEnd(), name[(open + 1)..^1].Trim());
        (string quantity, string unit) = UnitText.Split(name);
        if (unit.Length > 0)
            return (quantity, unit);
        return name.LastIndexOf('_') is > 0 and var at && UnitText.Split($"{name[..at]}/{name[(at + 1)..]}") is { Unit.Length: > 0 } split ? split : (name, string.Empty);
    }

    private static double[]? Increments(IResultTable table, CycleOptions options, double[] time, (NumberColumn Column, double Factor)? current)
    {
        HashSet<int> loops = table is EcLabFile file ? [.. file.LoopStarts] : [];
        if (options.Charge is null && Find(table, null, ["dq"], "charge", UnitText.ToMilliampereHours, "mA·h") is { } dq)
            return Scale(dq);
        if (Find(table, options.Charge, ["(Q-Qo)"], "charge", UnitText.ToMilliampereHours, "mA·h") is { } total)
        {
            double[] q = Scale(total);
            var increments = new double[q.Length];

            // (Q-Qo) begins anew with every loop of a sequence.
            for (int i = 0; i < q.Length; i++)
                increments[i] = i == 0 || loops.Contains(i) ? (options.Charge is null ? q[i] : 0) : q[i] - q[i - 1];
            return increments;
        }

        if (current is { } measured)
        {
            double[] milliamperes = Scale(measured);
            bool isMean = measured.Column.Name.StartsWith('<');
            var increments = new double[time.Length];

            // No charge is known for what happened between two loops.
            for (int i = 1; i < time.Length; i++)
                increments[i] = loops.Contains(i) ? 0 : (time[i] - time[i - 1]) / 3600 * (isMean ? milliamperes[i] : 0.5 * (milliamperes[i] + milliamperes[i - 1]));
            return increments;
        }

        // Open circuit: the instrument says that it drove nothing.
        bool rests = table is EcLabFile { Settings.Technique: "OCV" } || (table.Columns.FirstOrDefault(c => c.Name == "mode") is IntegerColumn mode && mode.Values.Span.IndexOfAnyExcept(3L) < 0);
        return rests ? new double[time.Length] : null;
    }

    private static double[]? Difference(IResultTable table, string? name)
    {
        if (name is null || table.Columns.Any(c => c.Name == name) || name.IndexOf('-', StringComparison.Ordinal) is not (> 0 and var at))
            return null;
        double[] a = Required(table, name[..at], [], "voltage", UnitText.ToVolts, "V"), b = Required(table, name[(at + 1)..], [], "voltage", UnitText.ToVolts, "V");
        for (int i = 0; i < a.Length; i++)
            a[i] -= b[i];
        return a;
    }

    private static double[] Required(IResultTable table, string? name, string[] usual, string what, Func<string, double?> factor, string unit) =>
        Find(table, name, usual, what, factor, unit) is { } found
            ? Scale(found)
            : throw new DataMismatchException($"Table {table.Name} has no column of the {what}. Its columns: {string.Join(", ", table.Columns.Select(c => c.Name))}. Name it in the option {what}.");

    private static (NumberColumn Column, double Factor)? Find(IResultTable table, string? name, string[] usual, string what, Func<string, double?> factor, string unit)
    {
        NumberColumn? column = null;
        if (name is not null)
            column = table.Numbers(name);
        foreach (string one in usual)
            column ??= table.Columns.OfType<NumberColumn>().FirstOrDefault(c => string.Equals(Describe(c).Quantity.Replace('_', ' '), one, one.Length > 2 && !one.StartsWith('<') ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal));
        if (column is null)
            return null;
        string given = Describe(column).Unit;
        return factor(given) is { } f
            ? (column, f)
            : throw new DataMismatchException($"Column {column.Name} of table {table.Name} has {(given.Length == 0 ? "no unit" : $"the unit {given}")}, so it cannot be taken as the {what} in {unit}. Give it a unit, e.g. by naming it {column.Name}/{unit}.");
    }

    private static double[] Scale((NumberColumn Column, double Factor) found)
    {
        var values = new double[found.Column.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = found.Factor == 1 ? found.Column[i] : found.Column[i] * found.Factor;
        return values;
    }
}
