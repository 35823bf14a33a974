namespace BigMap.Analysis.Electrochemistry.Internal;

/// <summary>Sums half-cycles up.</summary>
internal static class CapacitySummary
{
    public static ResultTable Make(CyclingRecord record, CapacityOptions options) => options.Rows == SummaryRows.Cycle ? Cycles(record, options) : HalfCycles(record);

    private static ResultTable HalfCycles(CyclingRecord record)
    {
        IReadOnlyList<HalfCycle> halves = record.HalfCycles;
        (double Lowest, double Highest)[] range = [.. halves.Select(h => Range(record, [h]))];
        var columns = new List<TableColumn>
        {
            new IntegerColumn("half cycle", halves.Select(h => (long)h.Number).ToArray()),
            new IntegerColumn("cycle", halves.Select(h => (long)h.Cycle).ToArray()),
            new TextColumn("direction", [.. halves.Select(h => CyclingRecord.Text(h.Direction))]),
            Numbers("capacity", "mA·h", halves.Select(h => h.Capacity)),
        };
        if (record.ActiveMass is { } mass)
            columns.Add(Numbers("specific capacity", "mA·h/g", halves.Select(h => h.Capacity / mass * 1000)));
        columns.AddRange(
        [
            Numbers("energy", "mW·h", halves.Select(h => h.Energy)),
            Numbers("mean voltage", "V", halves.Select(h => Ratio(h.Energy, h.Capacity))),
            Numbers("lowest voltage", "V", range.Select(r => r.Lowest)),
            Numbers("highest voltage", "V", range.Select(r => r.Highest)),
            Numbers("hold capacity", "mA·h", halves.Select(h => HoldCapacity(record, h))),
            Numbers("start", "s", halves.Select(h => record.TimeValues[h.FirstRecord])),
            Numbers("end", "s", halves.Select(h => record.TimeValues[h.LastRecord])),
        ]);
        return new ResultTable("half-cycles", columns);
    }

    private static ResultTable Cycles(CyclingRecord record, CapacityOptions options)
    {
        IGrouping<int, HalfCycle>[] cycles = [.. record.HalfCycles.GroupBy(h => h.Cycle)];
        double[] charge = Sum(CellState.Charge, h => h.Capacity), discharge = Sum(CellState.Discharge, h => h.Capacity);
        double[] chargeEnergy = Sum(CellState.Charge, h => h.Energy), dischargeEnergy = Sum(CellState.Discharge, h => h.Energy);
        double[] chargeVoltage = [.. chargeEnergy.Zip(charge, Ratio)], dischargeVoltage = [.. dischargeEnergy.Zip(discharge, Ratio)];
        bool forward = options.Efficiency == EfficiencyDefinition.DischargeOverCharge;
        (double Lowest, double Highest)[] range = [.. cycles.Select(c => Range(record, c))];
        var columns = new List<TableColumn>
        {
            new IntegerColumn("cycle", cycles.Select(c => (long)c.Key).ToArray()),
            new IntegerColumn("half cycles", cycles.Select(c => (long)c.Count()).ToArray()),
            Numbers("charge capacity", "mA·h", charge),
            Numbers("discharge capacity", "mA·h", discharge),
        };
        if (record.ActiveMass is { } mass)
        {
            columns.Add(Numbers("specific charge capacity", "mA·h/g", charge.Select(q => q / mass * 1000)));
            columns.Add(Numbers("specific discharge capacity", "mA·h/g", discharge.Select(q => q / mass * 1000)));
        }

        columns.AddRange(
        [
            Numbers("coulombic efficiency", "%", charge.Zip(discharge, (c, d) => 100 * (forward ? Ratio(d, c) : Ratio(c, d)))),
            Numbers("charge energy", "mW·h", chargeEnergy),
            Numbers("discharge energy", "mW·h", dischargeEnergy),
            Numbers("energy efficiency", "%", chargeEnergy.Zip(dischargeEnergy, (c, d) => 100 * Ratio(d, c))),
            Numbers("mean charge voltage", "V", chargeVoltage),
            Numbers("mean discharge voltage", "V", dischargeVoltage),
            Numbers("voltage hysteresis", "V", chargeVoltage.Zip(dischargeVoltage, (c, d) => c - d)),
            Numbers("lowest voltage", "V", range.Select(r => r.Lowest)),
            Numbers("highest voltage", "V", range.Select(r => r.Highest)),
            Numbers("start", "s", cycles.Select(c => record.TimeValues[c.First().FirstRecord])),
            Numbers("end", "s", cycles.Select(c => record.TimeValues[c.Last().LastRecord])),
        ]);
        return new ResultTable("cycles", columns);

        double[] Sum(CellState direction, Func<HalfCycle, double> value) =>
            [.. cycles.Select(c => c.Any(h => h.Direction == direction) ? c.Where(h => h.Direction == direction).Sum(value) : double.NaN)];
    }

    private static (double Lowest, double Highest) Range(CyclingRecord record, IEnumerable<HalfCycle> halves)
    {
        double lowest = double.NaN, highest = double.NaN;
        foreach (HalfCycle half in halves)
        {
            foreach (double v in record.VoltageValues[half.FirstRecord..(half.LastRecord + 1)])
            {
                if (double.IsNaN(v))
                    continue;
                lowest = double.IsNaN(lowest) ? v : Math.Min(lowest, v);
                highest = double.IsNaN(highest) ? v : Math.Max(highest, v);
            }
        }

        return (lowest, highest);
    }

    private static double HoldCapacity(CyclingRecord record, HalfCycle half)
    {
        double sum = 0;
        ReadOnlySpan<double> charge = record.ChargeValues;
        for (int i = Math.Max(1, half.FirstRecord); i <= half.LastRecord; i++)
        {
            if (record.StateOf(i) == CellState.ConstantVoltage)
                sum += charge[i] - charge[i - 1];
        }

        return half.Direction == CellState.Charge ? sum : 0.0 - sum;
    }

    private static double Ratio(double a, double b) => b == 0 ? double.NaN : a / b;

    private static NumberColumn Numbers(string name, string unit, IEnumerable<double> values) => new(name, unit, values.ToArray());
}
