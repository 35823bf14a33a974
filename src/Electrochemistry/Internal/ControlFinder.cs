namespace BigMap.Analysis.Electrochemistry.Internal;

/// <summary>What the instrument did at a record, and in which direction.</summary>
/// <param name="State">What happens to the cell.</param>
/// <param name="Sign">1 for the direction of charge, −1 for that of discharge, 0 for neither.</param>
internal readonly record struct RecordState(CellState State, sbyte Sign);

/// <summary>
/// Says for every record whether the cell rests, is driven with a current, is held at a potential or swept in potential. What the instrument
/// controlled decides; the sign of a current decides only where the current was controlled, or where nothing is known of the control.
/// </summary>
internal static class ControlFinder
{
    private const byte Potential = 2, OpenCircuit = 3;
    private const int ShortestHold = 3;
    private const double HoldDecay = 0.9;

    // Set potentials are exact: less than 10 µV apart is the same one.
    private const double SamePotential = 1e-5;

    // A digital sweep is a staircase, of steps far below 2 mV where a step holds several records; potentiostatic titrations step by more.
    private const double LargestStair = 2e-3;

    // A plateau within a sweep that lasts so many times longer than the others is a hold.
    private const int LongPlateau = 10;

    public static RecordState[] Find(CyclerColumns columns, double restCurrent, double holdTolerance, int chargeSign, WorkClock work)
    {
        var states = new RecordState[columns.Time.Length];
        for (int first = 0; first < states.Length;)
        {
            int end = first + 1;
            while (end < states.Length && columns.Mode[end] == columns.Mode[first] && columns.Step[end] == columns.Step[first])
                work.Poll(end++);
            if (columns.Mode[first] != Potential || !Controlled(columns, states, first, end, holdTolerance, chargeSign))
                Driven(columns, states, first, end, restCurrent);
            first = end;
        }

        // Without the instrument's word a stretch of one sign can end in a hold.
        for (int first = 0; first < states.Length;)
        {
            int end = first + 1;
            while (end < states.Length && states[end] == states[first] && columns.Mode[end] == columns.Mode[first])
                work.Poll(end++);
            if (columns.Mode[first] == 0 && states[first].Sign != 0)
                MarkHold(columns, states, first, end, holdTolerance);
            first = end;
        }

        return states;
    }

    private static void Driven(CyclerColumns columns, RecordState[] states, int first, int end, double restCurrent)
    {
        for (int i = first; i < end; i++)
        {
            double current = columns.Current[i];
            bool open = columns.Mode[i] == OpenCircuit && columns.Increment[i] == 0;
            int sign = open || !(Math.Abs(current) > restCurrent) ? 0 : Math.Sign(current);
            states[i] = new RecordState(sign == 0 ? CellState.Rest : sign > 0 ? CellState.Charge : CellState.Discharge, (sbyte)sign);
        }
    }

    /// <summary>Holds and sweeps of a step with controlled potential; false when the records do not tell.</summary>
    private static bool Controlled(CyclerColumns columns, RecordState[] states, int first, int end, double holdTolerance, int chargeSign)
    {
        ReadOnlySpan<double> control = columns.Control.AsSpan(first, end - first);
        if (control.IndexOf(double.NaN) < 0)
        {
            Plateaus(columns, states, first, control, chargeSign);
            return true;
        }

        // The potential that was asked for is not known, but that which was reached.
        ReadOnlySpan<double> voltage = columns.Voltage.AsSpan(first, end - first);
        double lowest = double.PositiveInfinity, highest = double.NegativeInfinity;
        foreach (double v in voltage)
            (lowest, highest) = (Math.Min(lowest, v), Math.Max(highest, v));
        if (voltage.Length < ShortestHold || !double.IsFinite(highest - lowest))
            return false;
        if (highest - lowest <= 2 * holdTolerance)
            Hold(columns, states, first, end);
        else
            Sweep(states, first, voltage, Math.Max(2 * holdTolerance, SamePotential), chargeSign);
        return true;
    }

    private static void Plateaus(CyclerColumns columns, RecordState[] states, int first, ReadOnlySpan<double> control, int chargeSign)
    {
        var starts = new List<int> { 0 };
        for (int i = 1; i < control.Length; i++)
        {
            if (Math.Abs(control[i] - control[starts[^1]]) > SamePotential)
                starts.Add(i);
        }

        starts.Add(control.Length);
        int count = starts.Count - 1;
        int[] lengths = [.. Enumerable.Range(0, count).Select(p => starts[p + 1] - starts[p]).Order()];
        int usual = lengths[count / 2];
        var holds = new bool[count];
        for (int p = 0; p < count; p++)
        {
            int length = starts[p + 1] - starts[p];
            double step = Math.Max(p > 0 ? Math.Abs(control[starts[p]] - control[starts[p - 1]]) : 0, p + 1 < count ? Math.Abs(control[starts[p + 1]] - control[starts[p]]) : 0);
            holds[p] = length >= ShortestHold && (length >= LongPlateau * usual || (!columns.IsSweepTechnique[first] && step >= LargestStair));
        }

        for (int p = 0; p < count;)
        {
            int next = p + 1;
            while (next < count && !holds[p] && !holds[next])
                next++;

            // One value, or two, are no sweep.
            if (next - p < 3)
            {
                for (int k = p; k < next; k++)
                    Hold(columns, states, first + starts[k], first + starts[k + 1]);
            }
            else
            {
                Sweep(states, first + starts[p], control[starts[p]..starts[next]], SamePotential, chargeSign);
            }

            p = next;
        }
    }

    private static void Hold(CyclerColumns columns, RecordState[] states, int first, int end)
    {
        // The current of a hold may end in noise around zero; the charge of the whole says where it went.
        double charge = 0;
        for (int i = first; i < end; i++)
            charge += columns.Increment[i];
        states.AsSpan(first, end - first).Fill(new RecordState(CellState.ConstantVoltage, (sbyte)Math.Sign(charge)));
    }

    private static void Sweep(RecordState[] states, int first, ReadOnlySpan<double> potential, double height, int chargeSign)
    {
        var stretches = new List<(int From, int Sign)>();
        TurningPoints.Find(potential, height, stretches);
        for (int k = 0; k < stretches.Count; k++)
        {
            // The record at the vertex is the last of the way there.
            int from = k == 0 ? 0 : stretches[k].From + 1, to = k + 1 < stretches.Count ? stretches[k + 1].From + 1 : potential.Length;
            states.AsSpan(first + from, to - from).Fill(new RecordState(CellState.Sweep, (sbyte)(chargeSign * stretches[k].Sign)));
        }
    }

    /// <summary>The end of a stretch where the voltage stands still while the current decays.</summary>
    private static void MarkHold(CyclerColumns columns, RecordState[] states, int first, int end, double tolerance)
    {
        double[] v = columns.Voltage;
        int from = end;
        while (from > first && Math.Abs(v[from - 1] - v[end - 1]) <= tolerance)
            from--;
        double[] i = columns.Current;
        while (from < end - 1 && Math.Abs(i[from + 1]) > 0.999 * Math.Abs(i[from]))
            from++;
        if (end - from < ShortestHold || Math.Abs(i[end - 1]) > HoldDecay * Math.Abs(i[from]))
            return;
        for (int k = from + 1; k < end; k++)
        {
            if (Math.Abs(i[k]) > 1.02 * Math.Abs(i[k - 1]))
                return;
        }

        states.AsSpan(from, end - from).Fill(new RecordState(CellState.ConstantVoltage, states[from].Sign));
    }
}
