using BigMap.Analysis.Electrochemistry.Internal;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Electrochemistry.Tests;

/// <summary>Half-cycles, capacities, dQ/dV and lithiation: against a simulated cell, against definitions, and against what EC-Lab's own export says.</summary>
public sealed class CyclingTests
{
    private static readonly EcLabFile Cell = EcLab.Read(EcLabWriter.Gcpl().ToMpr(), "cell.mpr");

    [Fact]
    public void A_simulated_cell_gives_the_half_cycles_that_it_was_made_of()
    {
        CyclingRecord record = Cell.Cycles();
        double charge = 200 * 0.5 / 60, hold = Enumerable.Range(1, 30).Sum(i => 0.5 * Math.Exp(-i / 10.0) / 60);
        Assert.Equal([CellState.Charge, CellState.Discharge, CellState.Charge, CellState.Discharge], record.HalfCycles.Select(h => h.Direction));
        Assert.Equal([1, 1, 2, 2], record.HalfCycles.Select(h => h.Cycle));
        Assert.Equal([charge + hold, 205 * 0.5 / 60, charge + hold, 200 * 0.5 / 60], record.HalfCycles.Select(h => Math.Round(h.Capacity, 12)), (a, b) => Math.Abs(a - b) < 1e-9);
        int[] firsts = [10, 250, 465, 705];
        Assert.Equal(firsts, record.HalfCycles.Select(h => h.FirstRecord));
        Assert.Equal([249, 464, 704, record.RowCount - 1], record.HalfCycles.Select(h => h.LastRecord));

        var states = (TextColumn)record.Column("state");
        Assert.Equal(["rest", "charge", "cv", "rest", "discharge", "rest", "charge"], Compact(states.Values).Take(7));
        Assert.Equal(10.0, record.ActiveMass);
        Assert.Equal(record.Numbers("capacity")[200] / 10 * 1000, record.Numbers("specific capacity")[200]);

        // Without the instrument's mode, the hold is found from voltage and current.
        var bare = new ResultTable("cycler", [Cell.Column("time"), Cell.Column("Ewe"), Cell.Column("(Q-Qo)")]);
        CyclingRecord again = bare.Cycles();
        Assert.Equal(record.HalfCycles.Select(h => h.FirstRecord), again.HalfCycles.Select(h => h.FirstRecord));
        Assert.Equal(["rest", "charge", "cv", "rest", "discharge", "rest", "charge"], Compact(((TextColumn)again.Column("state")).Values).Take(7));
    }

    [Fact]
    public void Columns_of_other_cyclers_are_found_by_name_and_unit()
    {
        double[] current = [.. Cell.Numbers("dq").Values.ToArray().Select(q => q / 60 * 3600 / 1000)];
        var table = new ResultTable("neware", [
            new NumberColumn("Time (h)", "", Cell.Numbers("time").Values.ToArray().Select(t => t / 3600).ToArray()),
            new NumberColumn("Voltage [mV]", "", Cell.Numbers("Ewe").Values.ToArray().Select(v => v * 1000).ToArray()),
            new NumberColumn("Current_A", "", current),
        ]);
        CyclingRecord record = table.Cycles();
        Assert.Equal(4, record.HalfCycles.Count);
        Assert.Equal(1.667, record.HalfCycles[0].Capacity, 0.2);
        Assert.Equal(Cell.Numbers("Ewe")[100], record.Numbers("voltage")[100], 1e-9);
        Assert.Equal(0.5, record.Numbers("current")[100], 1e-9);

        DataMismatchException noUnit = Assert.Throws<DataMismatchException>(() => new ResultTable("t", [new NumberColumn("time", "s", new double[] { 0, 1 }), new NumberColumn("voltage", "", new double[] { 3, 3 }), new NumberColumn("current", "mA", new double[] { 1, 1 })]).Cycles());
        Assert.Contains("no unit", noUnit.Message, StringComparison.Ordinal);
        Assert.Throws<DataMismatchException>(() => new ResultTable("t", [new NumberColumn("time", "s", new double[] { 1, 0 }), new NumberColumn("voltage", "V", new double[] { 3, 3 }), new NumberColumn("current", "mA", new double[] { 1, 1 })]).Cycles());
        Assert.Throws<DataMismatchException>(() => new ResultTable("t", [new NumberColumn("time", "s", new double[] { 0, 1 }), new NumberColumn("voltage", "V", new double[] { 3, 3 }), new NumberColumn("current", "mA", new double[] { 1, double.NaN })]).Cycles());
        Assert.Throws<DataMismatchException>(() => new ResultTable("t", [new NumberColumn("time", "s", new double[] { 0, 1 }), new NumberColumn("voltage", "V", new double[] { 3, 3 })]).Cycles());
        Assert.Throws<OptionsException>(() => Cell.Cycles(new CycleOptions { ActiveMass = 0 }));
    }

    [Fact]
    public void A_spurious_current_in_the_other_direction_does_not_begin_a_half_cycle()
    {
        double[] time = [.. Enumerable.Range(0, 100).Select(i => 60.0 * i)], voltage = [.. time.Select(t => 3 + (t / 1e4))], current = [.. time.Select((_, i) => i == 50 ? -0.01 : i < 5 ? 0 : 1.0)];
        var table = new ResultTable("t", [new NumberColumn("time", "s", time), new NumberColumn("voltage", "V", voltage), new NumberColumn("<I>", "mA", current)]);
        Assert.Single(table.Cycles().HalfCycles);
        Assert.Equal(3, table.Cycles(new CycleOptions { MinimumCharge = 0 }).HalfCycles.Count);
        Assert.Equal("discharge", ((TextColumn)table.Cycles(new CycleOptions { ChargeSign = ChargeSign.Negative }).Column("state"))[20]);
    }

    [Fact]
    public async Task The_files_of_a_sequence_are_one_measurement()
    {
        // The same cell as one file, and cut into three files: two of one acquisition, one of a later one.
        EcLabWriter whole = EcLabWriter.Gcpl();
        using var folder = new TempFolder();
        double later = whole.Records[500][7];
        folder.WriteBytes("b.mpr", Part(0..100, 0));
        folder.WriteBytes("a.mpr", Part(100..500, 0));
        folder.WriteBytes("c.mpr", Part(500..whole.Records.Length, later));
        folder.WriteBytes("notes.txt", [1]);
        EcLabSequence sequence = await EcLab.ReadSequenceAsync(folder.Path);
        Assert.Equal(["a.mpr", "b.mpr", "c.mpr"], sequence.Files.Select(f => Path.GetFileName(f.Path)));
        CyclingRecord one = Cell.Cycles(), joined = sequence.Cycles();
        Assert.Equal(one.Start, joined.Start);
        Assert.Equal(one.RowCount, joined.RowCount);
        Assert.Equal(one.HalfCycles.Select(h => (h.Number, h.Cycle, h.Direction, h.FirstRecord, h.LastRecord)), joined.HalfCycles.Select(h => (h.Number, h.Cycle, h.Direction, h.FirstRecord, h.LastRecord)));
        foreach (string name in (string[])["time", "voltage", "current", "charge", "capacity"])
        {
            // The first record of a file has no record before it, so no mean current.
            for (int i = 0; i < one.RowCount; i++)
                Assert.True(name == "current" && i is 100 or 500 || Math.Abs(one.Numbers(name)[i] - joined.Numbers(name)[i]) < 1e-3, $"{name}, {i}");
        }

        Assert.Equal(3, (await EcLab.ReadSequenceAsync(folder["?.mpr"])).Files.Count);
        Assert.Throws<DataMismatchException>(() => new EcLabSequence([Cell, Cell]).Cycles());
        Assert.Throws<DataMismatchException>(() => sequence.Cycles(new CycleOptions { HalfCycles = HalfCycleSource.Instrument }));
        await Assert.ThrowsAsync<InputFormatException>(() => EcLab.ReadSequenceAsync(folder["*.none"]));

        byte[] Part(Range range, double shift)
        {
            double[][] records = [.. whole.Records[range].Select(r => (double[])[.. r])];
            foreach (double[] r in records)
                r[7] -= shift;
            return new EcLabWriter { Technique = 4, Columns = whole.Columns, Records = records, Start = whole.Start.AddSeconds(shift), ActiveMass = whole.ActiveMass, MolarMass = whole.MolarMass, StartX = 1 }.ToMpr();
        }
    }

    [Fact]
    public void The_summary_follows_its_definitions()
    {
        CyclingRecord record = Cell.Cycles();
        ResultTable cycles = record.Capacity(), halves = record.Capacity(new CapacityOptions { Rows = SummaryRows.HalfCycle });
        Assert.Equal(2, cycles.RowCount);
        Assert.Equal(4, halves.RowCount);
        NumberColumn q = record.Numbers("charge"), v = record.Numbers("voltage");
        for (int c = 0; c < 2; c++)
        {
            double charge = cycles.Numbers("charge capacity")[c], discharge = cycles.Numbers("discharge capacity")[c];
            Assert.Equal(halves.Numbers("capacity")[2 * c], charge);
            Assert.Equal(100 * discharge / charge, cycles.Numbers("coulombic efficiency")[c], 1e-10);
            Assert.Equal(100 * charge / discharge, record.Capacity(new CapacityOptions { Efficiency = EfficiencyDefinition.ChargeOverDischarge }).Numbers("coulombic efficiency")[c], 1e-10);
            Assert.Equal(charge / 10 * 1000, cycles.Numbers("specific charge capacity")[c], 1e-9);

            // ∫V dQ, plainly.
            HalfCycle half = record.HalfCycles[2 * c];
            double energy = (q[half.FirstRecord] - (half.FirstRecord > 0 ? q[half.FirstRecord - 1] : 0)) * v[half.FirstRecord];
            for (int i = half.FirstRecord + 1; i <= half.LastRecord; i++)
                energy += (q[i] - q[i - 1]) * (v[i] + v[i - 1]) / 2;
            Assert.Equal(energy, cycles.Numbers("charge energy")[c], 1e-9);
            Assert.Equal(energy / charge, cycles.Numbers("mean charge voltage")[c], 1e-9);
        }

        double hold = Enumerable.Range(1, 30).Sum(i => 0.5 * Math.Exp(-i / 10.0) / 60);
        Assert.Equal(hold, halves.Numbers("hold capacity")[0], 1e-9);
        Assert.Equal(0.0, halves.Numbers("hold capacity")[1]);
    }

    [Fact]
    public void A_cycle_without_discharge_has_no_efficiency()
    {
        EcLabWriter writer = EcLabWriter.Gcpl(cycles: 1);
        double[][] first = writer.Records[..240];
        ResultTable cycles = EcLab.Read(new EcLabWriter { Technique = 4, Columns = writer.Columns, Records = first }.ToMpr(), "x").Cycles().Capacity();
        Assert.Equal(1, cycles.RowCount);
        Assert.True(double.IsNaN(cycles.Numbers("coulombic efficiency")[0]));
        Assert.True(double.IsNaN(cycles.Numbers("discharge capacity")[0]));
    }

    [Fact]
    public void Cycles_can_begin_with_charge_or_discharge()
    {
        Assert.Equal([1, 1, 2, 2], Cell.Cycles(new CycleOptions { CycleStart = CycleStart.Charge }).HalfCycles.Select(h => h.Cycle));
        Assert.Equal([0, 1, 1, 2], Cell.Cycles(new CycleOptions { CycleStart = CycleStart.Discharge }).HalfCycles.Select(h => h.Cycle));
        Assert.Equal(
            Cell.Cycles().HalfCycles.Select(h => Math.Round(h.Capacity, 9)),
            Cell.Cycles(new CycleOptions { HalfCycles = HalfCycleSource.Instrument }).HalfCycles.Select(h => Math.Round(h.Capacity, 9)));
    }

    [Fact]
    public void Current_capacity_and_x_equal_those_that_EC_Lab_exports()
    {
        EcLabFile export = EcLab.Read(ReferenceFileTests.Content(ReferenceData.File("electrochem/mpt/gcpl.pr_182.1.mpt.gz")), "x.mpt");
        EcLabFile binary = ReferenceFileTests.Mpr("gcpl.pr_182.1");
        foreach (HalfCycleSource source in Enum.GetValues<HalfCycleSource>())
        {
            CyclingRecord record = binary.Cycles(new CycleOptions { HalfCycles = source }).Lithiation();
            Assert.Equal(8, record.HalfCycles.Count);
            NumberColumn capacity = record.Numbers("capacity"), current = record.Numbers("current"), x = record.Numbers("x");
            for (int i = 0; i < record.RowCount; i++)
            {
                // The first record: EC-Lab shows its settings where no time has passed yet.
                if (i > 0)
                    Assert.Equal(export.Numbers("<I>")[i], current[i], 1e-6);
                Assert.Equal(export.Numbers("Capacity")[i], capacity[i], 1e-6 * 3.3);
                Assert.Equal(export.Numbers("x")[i], x[i], 2e-6);
            }
        }
    }

    [Theory]
    [InlineData("gcpl.issue_149", 8)]
    [InlineData("gcpl.pr_182.1", 8)]
    [InlineData("mb.issue_95", 2)]
    public void The_sign_of_the_current_gives_the_half_cycles_of_the_instrument(string name, int count)
    {
        EcLabFile file = ReferenceFileTests.Mpr(name);
        CyclingRecord current = file.Cycles(), instrument = file.Cycles(new CycleOptions { HalfCycles = HalfCycleSource.Instrument });
        Assert.Equal(count, current.HalfCycles.Count);
        Assert.Equal(instrument.HalfCycles.Select(h => h.Direction), current.HalfCycles.Select(h => h.Direction));
        for (int i = 0; i < count; i++)
            Assert.Equal(instrument.HalfCycles[i].Capacity, current.HalfCycles[i].Capacity, 1e-3 * instrument.HalfCycles[i].Capacity);
    }

    [Fact]
    public void Capacities_of_half_cycles_equal_those_that_EC_Lab_exports()
    {
        EcLabFile export = EcLab.Read(ReferenceFileTests.Content(ReferenceData.File("electrochem/mpt/gcpl.pr_182.1.mpt.gz")), "x.mpt");
        ResultTable cycles = ReferenceFileTests.Mpr("gcpl.pr_182.1").Cycles(new CycleOptions { CycleStart = CycleStart.Charge }).Capacity();
        NumberColumn number = export.Numbers("cycle number"), charge = export.Numbers("Q charge"), discharge = export.Numbers("Q discharge");
        Assert.Equal([0, 1, 2, 3, 4], ((IntegerColumn)cycles.Column("cycle")).Values.ToArray());
        for (int cycle = 0; cycle < cycles.RowCount; cycle++)
        {
            int[] rows = [.. Enumerable.Range(0, export.RowCount).Where(r => number[r] == cycle)];
            double q = rows.Max(r => charge[r]), d = rows.Max(r => discharge[r]);
            Assert.Equal(q == 0 ? double.NaN : q, cycles.Numbers("charge capacity")[cycle], 1e-4);
            Assert.Equal(d == 0 ? double.NaN : d, cycles.Numbers("discharge capacity")[cycle], 1e-4);
            Assert.Equal(q == 0 || d == 0 ? double.NaN : 100 * d / q, cycles.Numbers("coulombic efficiency")[cycle], 1e-2);
        }
    }

    [Fact]
    public void Lithiation_follows_its_formula()
    {
        CyclingRecord record = Cell.Cycles();
        double capacity = 10e-3 / 97.63 * 96485.33212 / 3.6;
        NumberColumn q = record.Numbers("charge"), fromFile = record.Lithiation().Numbers("x");
        NumberColumn inserts = record.Lithiation(new LithiationOptions { StartX = 0, Direction = LithiationDirection.ChargeInserts, TheoreticalCapacity = 100, ActiveMass = 20 }).Numbers("x");
        NumberColumn two = record.Lithiation(new LithiationOptions { ElectronsPerIon = 2 }).Numbers("x");
        NumberColumn later = record.Lithiation(new LithiationOptions { StartX = 0.5, StartTime = record.Numbers("time")[100] + 1 }).Numbers("x");
        for (int i = 0; i < q.Count; i++)
        {
            Assert.Equal(1 - (q[i] / capacity), fromFile[i], 1e-6);
            Assert.Equal(q[i] / 2, inserts[i], 1e-12);
            Assert.Equal((1 - fromFile[i]) / 2, 1 - two[i], 1e-12);
            Assert.Equal(0.5 - ((q[i] - q[100]) / capacity), later[i], 1e-6);
        }

        Assert.Throws<DataMismatchException>(() => new ResultTable("t", [Cell.Column("time"), Cell.Column("Ewe"), Cell.Column("dq")]).Cycles().Lithiation());
        Assert.Throws<DataMismatchException>(() => record.Lithiation(new LithiationOptions { StartTime = -1 }));
        Assert.Throws<OptionsException>(() => record.Lithiation(new LithiationOptions { MolarMass = 1, TheoreticalCapacity = 1 }));
    }

    [Fact]
    public void DqDv_conserves_charge_and_is_the_derivative()
    {
        // Q(V) = (V − 3) + 0.5·tanh((V − 3.5)/0.05), sampled finely; with voltage noise the area stays.
        double Q(double v) => v - 3 + (0.5 * Math.Tanh((v - 3.5) / 0.05));
        double Slope(double v) => 1 + (0.5 / 0.05 / Math.Pow(Math.Cosh((v - 3.5) / 0.05), 2));
        double[] voltage = [.. Enumerable.Range(0, 4001).Select(i => 3 + (i / 4000.0))];
        CyclingRecord clean = Ramp(voltage, Q), noisy = Ramp([.. voltage.Select((v, i) => v + (0.002 * Math.Sin(i * 12.9898)))], i => Q(voltage[Math.Clamp((int)Math.Round((i - 3) * 4000), 0, 4000)]), voltage);
        DqDvSeries raw = clean.DqDv(new DqDvOptions { Step = 0.005, Smoothing = 0 });
        for (int i = 1; i < raw.Series.Length - 1; i++)
        {
            double v = raw.Series.Axis.Values[i];
            Assert.Equal((Q(v + 0.0025) - Q(v - 0.0025)) / 0.005, raw.Series[0][i], 1e-3);
        }

        foreach (CyclingRecord record in (CyclingRecord[])[clean, noisy])
        {
            DqDvSeries dqdv = record.DqDv(new DqDvOptions { Step = 0.005, Smoothing = 0 });
            double area = 0;
            for (int i = 0; i < dqdv.Series.Length; i++)
                area += double.IsNaN(dqdv.Series[0][i]) || i == 0 || i == dqdv.Series.Length - 1 ? 0 : dqdv.Series[0][i] * 0.005;
            double inner = Q(dqdv.Series.Axis.Values[^1] - 0.0025) - Q(dqdv.Series.Axis.Values[0] + 0.0025);
            Assert.Equal(inner, area, 0.01);
        }

        DqDvSeries smooth = noisy.DqDv(new DqDvOptions { Step = 0.005, Smoothing = 0.02 });
        int peak = smooth.Series.Axis.NearestIndex(3.5);
        Assert.Equal(Slope(3.5), smooth.Series[0][peak], 1.0);
        Assert.Equal(RowStatus.Ok, smooth.StatusOf(0));
    }

    [Fact]
    public void DqDv_of_charge_is_positive_of_discharge_negative_and_the_same_for_any_number_of_threads()
    {
        CyclingRecord record = Cell.Cycles();
        DqDvSeries one = record.DqDv(context: AnalysisContext.Default with { MaxDegreeOfParallelism = 1 }), two = record.DqDv(context: AnalysisContext.Default with { MaxDegreeOfParallelism = 2 });
        Assert.Equal(4, one.Count);
        for (int row = 0; row < one.Count; row++)
        {
            Assert.Equal(one.Series[row].ToArray(), two.Series[row].ToArray());
            double[] finite = [.. one.Series[row].ToArray().Where(double.IsFinite)];
            Assert.True(finite.Length > 50);
            Assert.Equal(row % 2 == 0 ? 1 : -1, Math.Sign(finite.Average()));
        }

        Assert.Equal(one.RowCount, Enumerable.Range(0, 4).Sum(r => one.Series[r].ToArray().Count(double.IsFinite)));
        var request = new StepRequest<DqDvOptions>(new DqDvOptions(), [new RowOverride(1, null, "formation")]);
        DqDvSeries excluded = ElectrochemistrySteps.DqDv.Run(record, request);
        Assert.Equal(RowStatus.Excluded, excluded.StatusOf(1));
        Assert.All(excluded.Series[1].ToArray(), v => Assert.True(double.IsNaN(v)));
        Assert.Throws<DataMismatchException>(() => record.DqDv(new DqDvOptions { From = 0, To = 100, Step = 1e-6 }));
        Assert.Throws<OptionsException>(() => record.DqDv(new DqDvOptions { From = 4, To = 3 }));
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(5, 2)]
    [InlineData(7, 4)]
    [InlineData(3, 0)]
    public void Smoothing_is_the_least_squares_polynomial(int half, int order)
    {
        double[] y = [.. Enumerable.Range(0, 40).Select(i => Math.Sin(i * 1.7) + (0.1 * i))];
        var smooth = new double[y.Length];
        var filter = new SavitzkyGolay(half, order);
        filter.Smooth(y, smooth);
        long before = GC.GetAllocatedBytesForCurrentThread();
        filter.Smooth(y, smooth);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        for (int i = 0; i < y.Length; i++)
        {
            int start = Math.Clamp(i - half, 0, y.Length - (2 * half) - 1);
            Assert.Equal(Polynomial(y.AsSpan(start, (2 * half) + 1), order, i - start), smooth[i], 1e-9);
        }
    }

    /// <summary>Normal equations by elimination: slow and plain.</summary>
    private static double Polynomial(ReadOnlySpan<double> y, int order, int at)
    {
        int n = order + 1;
        var a = new double[n, n + 1];
        double c = (y.Length - 1) / 2.0;
        for (int i = 0; i < y.Length; i++)
        {
            double t = (i - c) / c;
            for (int r = 0; r < n; r++)
            {
                for (int k = 0; k < n; k++)
                    a[r, k] += Math.Pow(t, r + k);
                a[r, n] += Math.Pow(t, r) * y[i];
            }
        }

        for (int p = 0; p < n; p++)
        {
            for (int r = 0; r < n; r++)
            {
                if (r == p)
                    continue;
                double f = a[r, p] / a[p, p];
                for (int k = p; k <= n; k++)
                    a[r, k] -= f * a[p, k];
            }
        }

        double value = 0;
        for (int r = 0; r < n; r++)
            value += a[r, n] / a[r, r] * Math.Pow((at - c) / c, r);
        return value;
    }

    private static CyclingRecord Ramp(double[] voltage, Func<double, double> q, double[]? nominal = null)
    {
        nominal ??= voltage;
        double[] time = [.. voltage.Select((_, i) => 10.0 * i)], charge = [.. nominal.Select(v => q(v) - q(nominal[0]))];
        return new ResultTable("ramp", [new NumberColumn("time", "s", time), new NumberColumn("voltage", "V", voltage), new NumberColumn("(Q-Qo)", "mA·h", charge)]).Cycles(new CycleOptions { HoldTolerance = 0, RestCurrent = 0 });
    }

    private static IEnumerable<string> Compact(IEnumerable<string> values)
    {
        string last = string.Empty;
        foreach (string value in values)
        {
            if (value != last)
                yield return last = value;
        }
    }
}
