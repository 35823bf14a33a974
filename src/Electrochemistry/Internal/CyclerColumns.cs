using System.Globalization;

namespace BigMap.Analysis.Electrochemistry.Internal;

/// <summary>Time, voltage, current and charge of a table of records in s, V, mA and mA·h, whatever it calls them.</summary>
internal sealed class CyclerColumns
{
    private static readonly string[] Times = ["time", "test time", "testtime"];
    private static readonly string[] Voltages = ["Ewe", "Ecell", "<Ewe>", "voltage", "potential"];
    private static readonly string[] Currents = ["I", "<I>", "current"];
    private static readonly string[] SweepTechniques = ["CV", "CVA", "LSV"];

    // Charge against the sign of the current: noise around zero makes little of it, a charge without sign or one that begins anew a lot.
    private const double LargestContradiction = 0.05;

    private CyclerColumns()
    {
    }

    public required double[] Time { get; init; }

    public required double[] Voltage { get; init; }

    /// <summary>Current in mA, positive on charge.</summary>
    public required double[] Current { get; init; }

    /// <summary>Charge between the record before and this one, mA·h, positive on charge.</summary>
    public required double[] Increment { get; init; }

    /// <summary>What the instrument controlled: 1 current, 2 potential, 3 nothing, 0 where that is not known.</summary>
    public required byte[] Mode { get; init; }

    /// <summary>Number of the step of the technique: changes with its sequence (Ns), with every loop and from file to file.</summary>
    public required int[] Step { get; init; }

    /// <summary>The potential that was asked for, V, NaN where that is not known; meaningful in mode 2.</summary>
    public required double[] Control { get; init; }

    /// <summary>Whether the technique is one that sweeps the potential.</summary>
    public required bool[] IsSweepTechnique { get; init; }

    public IntegerColumn? InstrumentHalfCycle { get; private init; }

    public static CyclerColumns Of(IResultTable table, CycleOptions options, WorkClock work)
    {
        double[] time = Required(table, options.Time, Times, "time", UnitText.ToSeconds, "s");
        for (int i = 0; i < time.Length; i++)
        {
            work.Poll(i);
            if (!double.IsFinite(time[i]) || (i > 0 && time[i] < time[i - 1]))
                throw new DataMismatchException(string.Create(CultureInfo.InvariantCulture, $"The time of record {i} is {(double.IsFinite(time[i]) ? string.Create(CultureInfo.InvariantCulture, $"{time[i]:R} s, less than that of the record before") : "missing")}. Sort the records, or take the others away."));
        }

        double[] voltage = Difference(table, options.Voltage) ?? Required(table, options.Voltage, Voltages, "voltage", UnitText.ToVolts, "V");
        double sign = options.ChargeSign == ChargeSign.Positive ? 1 : -1;
        (NumberColumn Column, double Factor)? current = Find(table, options.Current, Currents, "current", UnitText.ToMilliamperes, "mA");
        double[] increment = Increments(table, options, time, current) ?? throw new DataMismatchException($"Table {table.Name} has neither a current nor a charge. Its columns: {string.Join(", ", table.Columns.Select(c => c.Name))}. Name one in the options.");
        HashSet<int> loops = Loops(table);
        var amperes = new double[time.Length];
        for (int i = 0; i < amperes.Length; i++)
        {
            work.Poll(i);
            if (!double.IsFinite(increment[i]))
                throw new DataMismatchException($"Record {i} has no finite charge or current, so the charge after it is not known. Take the record away, or name another column in the options.");
            increment[i] = (sign * increment[i]) + 0.0;
            if (current is { } measured)
            {
                amperes[i] = (sign * measured.Factor * measured.Column[i]) + 0.0;
                continue;
            }

            // The mean current since the record before; where no time passed, or none of this technique, there is none of its own.
            bool first = i == 0 || loops.Contains(i);
            double seconds = first ? 0 : time[i] - time[i - 1];
            amperes[i] = seconds > 0 ? increment[i] * 3600 / seconds : increment[i] == 0 || first ? 0 : amperes[i - 1];
        }

        return new CyclerColumns
        {
            Time = time,
            Voltage = voltage,
            Current = amperes,
            Increment = increment,
            Mode = Modes(table, time.Length),
            Step = Steps(table, loops, time.Length),
            Control = Controls(table, time.Length),
            IsSweepTechnique = Filled(time.Length, SweepTechniques.Contains((table as EcLabFile)?.Settings.Technique)),
            InstrumentHalfCycle = table.Columns.FirstOrDefault(c => c.Name == "half cycle") as IntegerColumn,
        };
    }

    /// <summary>Some of the records, some seconds later.</summary>
    public CyclerColumns Part(Range range, double later) => new()
    {
        Time = [.. Time[range].Select(t => t + later)],
        Voltage = Voltage[range],
        Current = Current[range],
        Increment = Increment[range],
        Mode = Mode[range],
        Step = Step[range],
        Control = Control[range],
        IsSweepTechnique = IsSweepTechnique[range],
    };

    /// <summary>Records one after the other.</summary>
    public static CyclerColumns Concatenate(IReadOnlyList<CyclerColumns> parts)
    {
        int step = 0;
        var steps = new List<int>();
        foreach (CyclerColumns part in parts)
        {
            int first = part.Step.Length > 0 ? part.Step[0] : 0;
            steps.AddRange(part.Step.Select(s => step + s - first));
            step = steps.Count > 0 ? steps[^1] + 1 : 0;
        }

        return new CyclerColumns
        {
            Time = [.. parts.SelectMany(p => p.Time)],
            Voltage = [.. parts.SelectMany(p => p.Voltage)],
            Current = [.. parts.SelectMany(p => p.Current)],
            Increment = [.. parts.SelectMany(p => p.Increment)],
            Mode = [.. parts.SelectMany(p => p.Mode)],
            Step = [.. steps],
            Control = [.. parts.SelectMany(p => p.Control)],
            IsSweepTechnique = [.. parts.SelectMany(p => p.IsSweepTechnique)],
        };
    }

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
        HashSet<int> loops = Loops(table);
        if (options.Charge is null && Find(table, null, ["dq"], "charge", UnitText.ToMilliampereHours, "mA·h") is { } dq)
            return Scale(dq);
        if (Find(table, options.Charge, ["(Q-Qo)"], "charge", UnitText.ToMilliampereHours, "mA·h") is { } total)
        {
            double[] q = Scale(total);
            var increments = new double[q.Length];

            // (Q-Qo) begins anew with every loop of a sequence.
            for (int i = 0; i < q.Length; i++)
                increments[i] = i == 0 || loops.Contains(i) ? (options.Charge is null ? q[i] : 0) : q[i] - q[i - 1];
            if (options.Charge is not null)
                Check(table, total.Column, increments, time, current);
            return increments;
        }

        if (Measured(table, options, time, current) is { } charge)
            return charge;

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

    /// <summary>Increments of a column that is called charge, with its sign, since some start; one without a unit of charge is something else.</summary>
    private static double[]? Measured(IResultTable table, CycleOptions options, double[] time, (NumberColumn Column, double Factor)? current)
    {
        NumberColumn? column = options.Charge is null ? table.Columns.OfType<NumberColumn>().FirstOrDefault(c => string.Equals(Describe(c).Quantity, "charge", StringComparison.OrdinalIgnoreCase)) : null;
        if (column is null || UnitText.ToMilliampereHours(Describe(column).Unit) is not { } factor)
            return null;
        double[] q = Scale((column, factor));
        var increments = new double[q.Length];
        // The charge of a cycling record begins at 0 before its first record; that of another table may have begun anywhere.
        for (int i = 0; i < q.Length; i++)
            increments[i] = i > 0 ? q[i] - q[i - 1] : table is CyclingRecord ? q[0] : 0;
        Check(table, column, increments, time, current);
        return increments;
    }

    /// <summary>Refuses a charge that runs against the current, or jumps where the current does not.</summary>
    private static void Check(IResultTable table, NumberColumn column, double[] increments, double[] time, (NumberColumn Column, double Factor)? current)
    {
        double against = 0, all = 0;
        int where = -1;
        for (int i = 1; i < increments.Length && current is not null; i++)
        {
            if (!double.IsFinite(increments[i]))
                continue;
            double before = Number(i - 1), after = Number(i), size = Math.Abs(increments[i]);
            int sign = Math.Sign(increments[i]);

            // Between records of opposite current either sign is right, but what flowed is bounded; a charge that begins anew is not.
            double most = 2 * current.Value.Factor * Math.Max(Math.Abs(before), Math.Abs(after)) * (time[i] - time[i - 1]) / 3600;
            double wrong = sign * before < 0 && sign * after < 0 ? size : sign * before < 0 != sign * after < 0 ? Math.Max(0, size - most) : 0;
            all += size;
            against += wrong;
            where = where < 0 && wrong > 0.5 * size ? i : where;
        }

        if (against > LargestContradiction * all)
        {
            throw new DataMismatchException(string.Create(CultureInfo.InvariantCulture, $"Column {column.Name} of table {table.Name} does not follow the current, first in record {where}: it seems to have no sign, or to begin anew with every step. Name the column of the charge since the start, with its sign, in the option charge, or take {column.Name} out of the table; the charge is then the integral of the current."));
        }

        double Number(int i) => current.Value.Column[i] is var v && double.IsFinite(v) ? v : 0;
    }

    private static HashSet<int> Loops(IResultTable table) => table is EcLabFile file ? [.. file.LoopStarts] : [];

    private static byte[] Modes(IResultTable table, int count)
    {
        var modes = new byte[count];
        if (table.Columns.FirstOrDefault(c => c.Name == "mode") is IntegerColumn column)
        {
            for (int i = 0; i < count; i++)
                modes[i] = column[i] is >= 1 and <= 3 and var mode ? (byte)mode : (byte)0;
        }

        return modes;
    }

    private static int[] Steps(IResultTable table, HashSet<int> loops, int count)
    {
        var ns = table.Columns.FirstOrDefault(c => c.Name == "Ns") as IntegerColumn;
        var steps = new int[count];
        for (int i = 1; i < count; i++)
            steps[i] = steps[i - 1] + (loops.Contains(i) || (ns is not null && ns[i] != ns[i - 1]) ? 1 : 0);
        return steps;
    }

    private static double[] Controls(IResultTable table, int count)
    {
        TableColumn? column = table.Columns.FirstOrDefault(c => c.Name == "control_V") ?? table.Columns.FirstOrDefault(c => c is { Name: "control", Unit: "V/mA" });
        return column is NumberColumn numbers ? numbers.Values.ToArray() : Filled(count, double.NaN);
    }

    private static T[] Filled<T>(int count, T value)
    {
        var values = new T[count];
        Array.Fill(values, value);
        return values;
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
