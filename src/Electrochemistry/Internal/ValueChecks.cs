using System.Globalization;

namespace BigMap.Analysis.Electrochemistry.Internal;

/// <summary>Whether the values of a column can be what its name says.</summary>
internal static class ValueChecks
{
    // Far beyond every instrument: a value above it has a wrong bit in its exponent.
    private const double LargestValue = 1e12;
    private const long LargestCount = 10_000_000;

    public static string? Find(TableColumn column)
    {
        switch (column)
        {
            case NumberColumn numbers:
                ReadOnlySpan<double> values = numbers.Values.Span;
                bool isTime = column.Name == "time";
                for (int i = 0; i < values.Length; i++)
                {
                    if (!(Math.Abs(values[i]) <= LargestValue))
                        return string.Create(CultureInfo.InvariantCulture, $"{column.Name} is {values[i]:R} in record {i}.");
                    if (isTime && (values[i] < 0 || (i > 0 && values[i] < values[i - 1])))
                        return string.Create(CultureInfo.InvariantCulture, $"time goes back in record {i}, to {values[i]:R} s.");
                }

                return null;
            case IntegerColumn { Name: "half cycle" or "z cycle" } counts:
                for (int i = 0; i < counts.Count; i++)
                {
                    if (counts[i] > LargestCount || (i > 0 && counts[i] < counts[i - 1]))
                        return string.Create(CultureInfo.InvariantCulture, $"{column.Name} is {counts[i]} in record {i}.");
                }

                return null;
            case IntegerColumn { Name: "mode" } modes:
                return modes.Values.Span.IndexOf(0) is >= 0 and var at ? string.Create(CultureInfo.InvariantCulture, $"mode is 0 in record {at}.") : null;
            default:
                return null;
        }
    }

    /// <summary>
    /// What several columns say about each other. A relation that holds in nearly every record and fails in a few points to damage there; one that
    /// fails often does not hold in this file, and nothing is said.
    /// </summary>
    public static IEnumerable<string> FindContradictions(IReadOnlyList<TableColumn> columns, IReadOnlyList<int> loopStarts)
    {
        if (FindChargeKind(columns) is { } kind)
            yield return kind;
        NumberColumn? q = Numbers("(Q-Qo)"), dq = Numbers("dq"), half = Numbers("Q charge or discharge"), z = Numbers("|Z|"), re = Numbers("Re(Z)"), im = Numbers("-Im(Z)"), phase = Numbers("Phase(Z)");
        if (q is { Unit: "mA·h" } && dq is not null)
        {
            double scale = 1e-6 * Largest(dq);
            if (Contradiction(q.Count, i => i == 0 || loopStarts.Contains(i) || Near(q[i] - q[i - 1], dq[i], scale + (1e-9 * Math.Abs(q[i])))) is { } at)
                yield return $"(Q-Qo) and dq contradict each other in record {at}.";
        }

        if (q is { Unit: "mA·h" } && half is not null && columns.FirstOrDefault(c => c.Name == "half cycle") is IntegerColumn cycles)
        {
            double scale = 1e-6 * Math.Max(Largest(q), Largest(half));
            if (Contradiction(q.Count, i => i == 0 || cycles[i] != cycles[i - 1] || loopStarts.Contains(i) || Near(q[i] - q[i - 1], half[i] - half[i - 1], scale)) is { } at)
                yield return $"(Q-Qo) and Q charge or discharge contradict each other in record {at}.";
        }

        if (z is not null && re is not null && im is not null)
        {
            if (Contradiction(z.Count, i => Near(double.Hypot(re[i], im[i]), z[i], 1e-4 * Math.Abs(z[i]))) is { } at)
                yield return $"|Z|, Re(Z) and -Im(Z) contradict each other in record {at}.";
            if (phase is not null && Contradiction(z.Count, i => Near(Math.Atan2(-im[i], re[i]) * 180 / Math.PI, phase[i], 1e-2)) is { } angle)
                yield return $"Phase(Z), Re(Z) and -Im(Z) contradict each other in record {angle}.";
        }

        NumberColumn? Numbers(string name) => columns.FirstOrDefault(c => c.Name == name) as NumberColumn;
    }

    private static bool Near(double a, double b, double tolerance) => Math.Abs(a - b) <= tolerance;

    private static double Largest(NumberColumn column)
    {
        double largest = 0;
        foreach (double v in column.Values.Span)
            largest = Math.Max(largest, Math.Abs(v));
        return largest;
    }

    private static int? Contradiction(int records, Func<int, bool> holds)
    {
        int failures = 0, first = -1;
        for (int i = 0; i < records; i++)
        {
            if (holds(i))
                continue;
            first = failures++ == 0 ? i : first;
        }

        return failures > 0 && failures <= Math.Max(2, records / 50) && records >= 5 ? first : null;
    }

    /// <summary>dq is the charge since the record before, dQ that since the step began: one wrong bit in the id confuses them, but the charge that was passed tells which it is.</summary>
    private static string? FindChargeKind(IReadOnlyList<TableColumn> columns)
    {
        NumberColumn? total = Find("(Q-Qo)"), step = Find("dQ");
        if (total is null || step is null || total.Count < 3 || Find("dq") is not null)
            return null;
        int moved = 0, increments = 0;
        for (int i = 1; i < total.Count; i++)
        {
            double change = total[i] - total[i - 1];
            if (change == 0)
                continue;
            moved++;
            if (Math.Abs(change - step[i]) <= 1e-6 * Math.Abs(change) && Math.Abs(step[i] - total[i]) > 1e-6 * Math.Abs(total[i]))
                increments++;
        }

        return increments > 0.5 * moved ? "dQ holds the charge since the record before, which is what dq holds." : null;

        NumberColumn? Find(string name) => columns.FirstOrDefault(c => c.Name == name) as NumberColumn;
    }
}
