using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Electrochemistry.Tests;

/// <summary>Half-cycles and states where the instrument controls the potential: sweeps, steps, holds, loops.</summary>
public sealed class ControlTests
{
    /// <summary>mode, Ns, time, control_V, Ewe, I, dq.</summary>
    private static readonly (int Id, char Type)[] Columns = [(1, 'b'), (2, 'b'), (3, 'b'), (21, 'b'), (31, 'b'), (65, 'b'), (131, 'h'), (4, 'd'), (19, 'f'), (6, 'f'), (8, 'f'), (7, 'd')];

    [Fact]
    public void A_sweep_is_a_half_cycle_whatever_the_sign_of_its_noisy_current()
    {
        // Three full turns between 3 and 4 V; the current is a peak, a capacitive part, and noise that often changes its sign.
        var bench = new Bench();
        bench.Rest(20);
        for (int turn = 0; turn < 3; turn++)
        {
            bench.Sweep(3, 4, 500);
            bench.Sweep(4, 3, 500);
        }

        CyclingRecord record = bench.Read(technique: 6).Cycles();
        Assert.Equal([CellState.Charge, CellState.Discharge, CellState.Charge, CellState.Discharge, CellState.Charge, CellState.Discharge], record.HalfCycles.Select(h => h.Direction));
        Assert.Equal([1, 1, 2, 2, 3, 3], record.HalfCycles.Select(h => h.Cycle));
        Assert.Equal(20, record.HalfCycles[0].FirstRecord);
        for (int h = 1; h < 6; h++)
            Assert.InRange(record.HalfCycles[h].FirstRecord, 20 + (500 * h) - 1, 20 + (500 * h) + 1);
        Assert.Equal(["rest", "sweep"], States(record));

        // Nothing of one direction is in dQ/dV of the other: the peaks are apart by what the cell makes them apart.
        DqDvSeries dqdv = record.DqDv(new DqDvOptions { Step = 0.01, Smoothing = 0 });
        Assert.Empty(dqdv.Warnings);
        for (int h = 0; h < 6; h++)
        {
            double[] y = dqdv.Series[h].ToArray();
            int peak = Enumerable.Range(0, y.Length).Where(i => double.IsFinite(y[i])).MaxBy(i => Math.Abs(y[i]));
            Assert.Equal(h % 2 == 0 ? 3.6 : 3.4, dqdv.Series.Axis.Values[peak], 0.03);
            Assert.Equal(h % 2 == 0 ? 1 : -1, Math.Sign(y[peak]));
        }

        // The same cell the other way round.
        Assert.Equal(CellState.Discharge, bench.Read(technique: 6).Cycles(new CycleOptions { ChargeSign = ChargeSign.Negative }).HalfCycles[0].Direction);
    }

    [Fact]
    public void A_slow_staircase_is_a_sweep_and_a_titration_is_holds()
    {
        // 0.5 mV every 10 records is how a sweep is made; 10 mV every 10 records is a potentiostatic titration.
        foreach ((double step, string expected) in ((double, string)[])[(0.0005, "sweep"), (0.01, "cv")])
        {
            var bench = new Bench();
            for (int k = 0; k < 30; k++)
                bench.Hold(3.5 + (step * k), 10, decay: true);
            CyclingRecord record = bench.Read(technique: 0x7F).Cycles();
            Assert.Equal([expected], States(record));
            Assert.Equal(CellState.Charge, Assert.Single(record.HalfCycles).Direction);
        }

        // In a technique that sweeps, a long stop at the vertex is a hold nevertheless.
        var vertex = new Bench();
        vertex.Sweep(3, 4, 200);
        vertex.Hold(4, 50, decay: true);
        vertex.Sweep(4, 3, 200);
        Assert.Equal(["sweep", "cv", "sweep"], States(vertex.Read(technique: 0x33).Cycles()));
    }

    [Fact]
    public void Potentials_that_step_are_holds_with_the_direction_of_their_charge()
    {
        // CA between two potentials: the tail of each hold is noise around zero.
        var bench = new Bench();
        for (int k = 0; k < 4; k++)
        {
            bench.Hold(k % 2 == 0 ? 4.0 : 3.0, 60, decay: true, toward: k % 2 == 0 ? 1 : -1);
            bench.NextStep();
        }

        CyclingRecord record = bench.Read(technique: 0x18).Cycles();
        Assert.Equal(["cv"], States(record));
        Assert.Equal([CellState.Charge, CellState.Discharge, CellState.Charge, CellState.Discharge], record.HalfCycles.Select(h => h.Direction));
        Assert.Equal([0, 60, 120, 180], record.HalfCycles.Select(h => h.FirstRecord));
        ResultTable halves = record.Capacity(new CapacityOptions { Rows = SummaryRows.HalfCycle });
        Assert.All(halves.Numbers("capacity").Values.ToArray(), c => Assert.True(c > 0));
    }

    [Theory]
    [InlineData("ca.issue_149", "cv", 1)]
    [InlineData("lsv", "sweep", 1)]
    [InlineData("cp", "discharge", 1)]
    [InlineData("00_test_04_MB_C01", "cv", 1)]
    public void Recorded_techniques_are_called_what_they_are(string name, string state, int halfCycles)
    {
        CyclingRecord record = ReferenceFileTests.Mpr(name).Cycles();
        Assert.Equal([state], States(record));
        Assert.Equal(halfCycles, record.HalfCycles.Count);
    }

    [Fact]
    public void Recorded_voltammograms_have_two_sweeps_in_each_of_the_cycles_that_the_instrument_counts()
    {
        foreach (string name in (string[])["cv.issue_217", "cva.issue_202"])
        {
            EcLabFile file = ReferenceFileTests.Mpr(name);
            CyclingRecord record = file.Cycles();
            Assert.Equal(["sweep"], States(record).Where(s => s != "cv"));

            // Every half-cycle runs from one vertex of the applied potential to the other.
            NumberColumn control = file.Numbers("control_V");
            // (the record at a vertex is the last of the way there; the last sweep of a recording may be one record long).
            foreach (HalfCycle half in record.HalfCycles)
            {
                double way = control[half.LastRecord] - control[Math.Max(0, half.FirstRecord - 1)];
                Assert.Equal(half.Direction == CellState.Charge ? 1 : -1, Math.Sign(way));
                for (int i = half.FirstRecord + 1; i <= half.LastRecord; i++)
                    Assert.True(Math.Sign(way) * (control[i] - control[i - 1]) >= -2e-5, $"{name}, half-cycle {half.Number}, record {i}");
            }

            double cycles = file.Numbers("cycle number").Values.ToArray().Max();
            Assert.InRange(record.HalfCycles.Count, (2 * cycles) - 1, (2 * cycles) + 1);
        }
    }

    [Fact]
    public async Task Techniques_that_repeat_in_loops_are_put_on_one_time_axis()
    {
        using var folder = new TempFolder();
        foreach (string name in (string[])["ocv", "ca", "cp", "gcpl"])
            folder.WriteBytes($"{name}.mpr", ReferenceFileTests.Content(ReferenceData.File($"electrochem/mpr/{name}.issue_149.mpr")));
        EcLabSequence sequence = await EcLab.ReadSequenceAsync(folder.Path);
        Assert.Contains(sequence.Files, f => f.LoopStarts.Count > 1);
        CyclingRecord record = sequence.Cycles();
        Assert.Equal(sequence.Files.Sum(f => f.RowCount), record.RowCount);
        double[] time = record.Numbers("time").Values.ToArray();
        Assert.Equal(time.Order(), time);

        // What was stored is there, charge and all: each record of each file at its time.
        foreach (EcLabFile file in sequence.Files)
        {
            double shift = (file.AcquisitionStart!.Value - record.Start!.Value).TotalSeconds;
            string potential = file.Columns.Any(c => c.Name == "Ewe") ? "Ewe" : "<Ewe>";
            for (int i = 0; i < file.RowCount; i++)
            {
                double t = file.Numbers("time")[i] + shift, v = file.Numbers(potential)[i];
                Assert.Contains(Enumerable.Range(0, record.RowCount), r => Math.Abs(time[r] - t) < 1e-6 && record.Numbers("voltage")[r] == v);
            }
        }

        double gcpl = sequence.Files.Single(f => f.Settings.Technique == "GCPL").Numbers("dq").Values.ToArray().Sum();
        Assert.True(Math.Abs(record.Numbers("charge")[record.RowCount - 1]) > Math.Abs(gcpl));
        Assert.Superset(new HashSet<string> { "rest", "cv", "charge", "discharge" }, States(record).ToHashSet());
    }

    [Fact]
    public void Dqdv_follows_the_voltage_one_way_and_says_what_it_left_out()
    {
        // The current stays positive while the voltage rises to 4 V, falls to 3.2 V and rises again: 100, 80 and 20 records.
        double[] voltage = [.. Enumerable.Range(0, 101).Select(i => 3 + (i / 100.0)), .. Enumerable.Range(1, 80).Select(i => 4 - (i / 100.0))];
        double[] time = [.. voltage.Select((_, i) => 36.0 * i)];
        var table = new ResultTable("t", [new NumberColumn("time", "s", time), new NumberColumn("voltage", "V", voltage), new NumberColumn("<I>", "mA", Enumerable.Repeat(1.0, time.Length).ToArray())]);
        CyclingRecord record = table.Cycles(new CycleOptions { HoldTolerance = 0 });
        DqDvSeries dqdv = record.DqDv(new DqDvOptions { Step = 0.01, Smoothing = 0 });
        Assert.Equal("turns_round", dqdv.Warnings.Single().Code);
        Assert.Contains("44.4 %", dqdv.Warnings.Single().Message, StringComparison.Ordinal);
        for (int i = 1; i < dqdv.Series.Length - 1; i++)
            Assert.Equal(1.0, dqdv.Series[0][i], 1e-9);
    }

    [Fact]
    public void A_measured_charge_is_taken_as_it_is()
    {
        double[] time = [.. Enumerable.Range(0, 200).Select(i => 60.0 * i)], voltage = [.. time.Select((t, i) => 3 + (0.005 * (i < 100 ? i : 200 - i)))];
        double[] current = [.. time.Select((_, i) => i < 100 ? 1.0 : -1.0)], charge = new double[200];

        // What the instrument counted is 3 % more than the few currents that were kept tell.
        for (int i = 1; i < 200; i++)
            charge[i] = charge[i - 1] + (1.03 * current[i] / 60);
        NumberColumn[] columns = [new("time", "s", time), new("voltage", "V", voltage), new("current", "mA", current)];
        CyclingRecord record = new ResultTable("t", [.. columns, new NumberColumn("Charge", "A.h", charge.Select(q => q / 1000).ToArray())]).Cycles();
        for (int i = 0; i < 200; i++)
            Assert.Equal(charge[i], record.Numbers("charge")[i], 1e-12);

        // A record of cycling is made of itself.
        EcLabFile cell = EcLab.Read(EcLabWriter.Gcpl().ToMpr(), "cell.mpr");
        CyclingRecord once = cell.Cycles(), twice = once.Cycles();
        for (int i = 0; i < once.RowCount; i++)
        {
            Assert.Equal(once.Numbers("charge")[i], twice.Numbers("charge")[i], 1e-12);
            Assert.Equal(once.Numbers("capacity")[i], twice.Numbers("capacity")[i], 1e-12);
        }

        // Without sign, or begun anew with each half-cycle, it is not what its name says; without a unit of charge it is anything.
        double[] unsigned = new double[200];
        for (int i = 1; i < 200; i++)
            unsigned[i] = i == 100 ? 0 : unsigned[i - 1] + (1.0 / 60);
        DataMismatchException error = Assert.Throws<DataMismatchException>(() => new ResultTable("t", [.. columns, new NumberColumn("charge", "mA.h", unsigned)]).Cycles());
        Assert.Contains("does not follow the current", error.Message, StringComparison.Ordinal);
        Assert.Equal(99.5 / 60, new ResultTable("t", [.. columns, new NumberColumn("charge", "", unsigned)]).Cycles().HalfCycles[0].Capacity, 0.02);
    }

    [Fact]
    public void Interpolation_ends_where_a_half_cycle_ends()
    {
        CyclingRecord record = EcLab.Read(EcLabWriter.Gcpl().ToMpr(), "cell.mpr").Cycles();
        HalfCycle first = record.HalfCycles[0], second = record.HalfCycles[1];
        double[] time = record.Numbers("time").Values.ToArray();
        double end = time[first.LastRecord], next = time[second.FirstRecord];
        var scans = new ResultTable("fits", [new NumberColumn("time", "s", new[] { end + (0.25 * (next - end)), end + (0.75 * (next - end)), 0.5 * (time[100] + time[101]) })]);
        AlignedTable aligned = scans.AlignWith(record, new AlignOptions { Method = AlignMethod.Linear });
        foreach (string name in (string[])["capacity", "voltage", "charge"])
        {
            NumberColumn of = record.Numbers(name), got = aligned.Numbers(name);
            Assert.Equal(of[first.LastRecord], got[0]);
            Assert.Equal(of[second.FirstRecord], got[1]);
            Assert.Equal(0.5 * (of[100] + of[101]), got[2], 1e-12);
        }
    }

    [Fact]
    public void No_zero_is_negative()
    {
        CyclingRecord record = EcLab.Read(EcLabWriter.Gcpl().ToMpr(), "cell.mpr").Cycles(new CycleOptions { ChargeSign = ChargeSign.Negative }).Lithiation(new LithiationOptions { StartX = 0 });
        IResultTable[] tables = [record, record.Capacity(), record.Capacity(new CapacityOptions { Rows = SummaryRows.HalfCycle }), record.DqDv()];
        foreach (NumberColumn column in tables.SelectMany(t => t.Columns.OfType<NumberColumn>()))
            Assert.All(column.Values.ToArray(), v => Assert.False(v == 0 && double.IsNegative(v), column.Name));
    }

    [Fact]
    public void Long_work_says_how_far_it_is_and_can_be_stopped()
    {
        const int n = 200_000;
        double[] time = [.. Enumerable.Range(0, n).Select(i => (double)i)];
        var table = new ResultTable("t", [new NumberColumn("time", "s", time), new NumberColumn("voltage", "V", time.Select(t => 3 + (t / n)).ToArray()), new NumberColumn("current", "mA", Enumerable.Repeat(1.0, n).ToArray())]);
        var reports = new List<BatchProgress>();
        using var source = new CancellationTokenSource();
        CyclingRecord record = table.Cycles(context: AnalysisContext.Default with { Progress = new Direct(reports.Add) });
        Assert.Equal((n, n, "electrochem.cycles"), (reports[^1].Done, reports[^1].Total, reports[^1].Step));

        // Stopped by the first report, long after the beginning.
        var clock = new Ticking();
        AnalysisContext stopping = AnalysisContext.Default with { Time = clock, Progress = new Direct(_ => source.Cancel()) };
        Assert.ThrowsAny<OperationCanceledException>(() => table.Cycles(context: stopping, cancellationToken: source.Token));
        using var another = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => table.AlignWith(record, context: stopping with { Progress = new Direct(_ => another.Cancel()) }, cancellationToken: another.Token));
    }

    private static string[] States(CyclingRecord record)
    {
        var states = new List<string>();
        foreach (string? state in ((TextColumn)record.Column("state")).Values)
        {
            if (states.Count == 0 || states[^1] != state)
                states.Add(state!);
        }

        return [.. states];
    }

    private sealed class Direct(Action<BatchProgress> report) : IProgress<BatchProgress>
    {
        public void Report(BatchProgress value) => report(value);
    }

    /// <summary>A clock that moves by a minute with every look.</summary>
    private sealed class Ticking : TimeProvider
    {
        private long _now;

        public override long GetTimestamp() => _now += 60 * TimestampFrequency;
    }

    /// <summary>Makes records of controlled potential from a cell that is simulated plainly.</summary>
    private sealed class Bench
    {
        private readonly List<double[]> _records = [];
        private readonly Random _random = new(5);
        private double _time;
        private int _step;

        public void Rest(int count)
        {
            for (int i = 0; i < count; i++)
                Add(3, 0, 3, 0);
        }

        public void Sweep(double from, double to, int count)
        {
            int sign = Math.Sign(to - from);
            for (int i = 1; i <= count; i++)
            {
                double v = from + ((to - from) * i / count), peak = (v - (3.5 + (0.1 * sign))) / 0.03;
                Add(2, v, v, sign * (0.02 + Math.Exp(-peak * peak)) + (0.05 * (_random.NextDouble() - 0.5)));
            }
        }

        public void Hold(double potential, int count, bool decay, int toward = 1)
        {
            for (int i = 0; i < count; i++)
                Add(2, potential, potential + (1e-4 * (_random.NextDouble() - 0.5)), (decay ? toward * Math.Exp(-i / 3.0) : toward) + (0.01 * (_random.NextDouble() - 0.5)));
        }

        public void NextStep() => _step++;

        public EcLabFile Read(byte technique) =>
            EcLab.Read(new EcLabWriter { Technique = technique, Columns = Columns, Records = [.. _records] }.ToMpr(), "bench.mpr");

        private void Add(int mode, double control, double voltage, double current)
        {
            _time += 10;
            double flags = mode | (current > 0 ? 4 : 0);
            _records.Add([flags, flags, flags, flags, flags, flags, _step, _time, control, voltage, current, current * 10 / 3600]);
        }
    }
}
