using BigMap.Analysis.Electrochemistry.Internal;
using BigMap.Analysis.Formats;
using BigMap.Analysis.Provenance;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Electrochemistry.Tests;

/// <summary>Alignment with scans: the golden case, plain search, clocks, and runs that replay.</summary>
public sealed class AlignmentTests
{
    [Fact]
    public void The_golden_alignment_is_reproduced()
    {
        var records = new GoldenCsv(ReferenceData.File("provenance/align/echem.csv"));
        var scans = new GoldenCsv(ReferenceData.File("provenance/align/scans.csv"));
        var table = new ResultTable("echem", [new NumberColumn("time_s", "", records["time_s"]), new NumberColumn("Ewe", "V", records["Ewe_V"])]);
        SpectrumSeries series = Scans(scans["time_s"]);
        AlignedSeries nearest = series.AlignWith(table, new AlignOptions { Tolerance = 15 }), linear = series.AlignWith(table, new AlignOptions { Tolerance = null, Method = AlignMethod.Linear });
        var record = (IntegerColumn)nearest.Column("record");
        for (int i = 0; i < series.Count; i++)
        {
            bool within = scans["within_15s"][i] == 1;
            Assert.Equal((long)scans["nearest_index"][i], record[i]);
            Assert.Equal(scans["abs_dt_s"][i], Math.Abs(nearest.Numbers("lag")[i]), 6e-5);
            Assert.Equal(within ? RowStatus.Ok : RowStatus.NoMatch, nearest.StatusOf(i));
            Assert.Equal(within ? scans["Ewe_nearest_V"][i] : double.NaN, nearest.Numbers("Ewe")[i]);
            Assert.Equal(scans["Ewe_linear_interp_V"][i], linear.Numbers("Ewe")[i], 6e-8);
        }

        Assert.Equal(scans["within_15s"].Count(w => w == 1), nearest.Report.Aligned);
        Assert.Equal(nearest.Count - nearest.Report.Aligned, nearest.Warnings.Count);
        Assert.Equal(scans["time_s"].Count(t => t < records["time_s"][0]), nearest.Report.Before);
        Assert.Contains(nearest.Series.Columns, c => c.Name == "Ewe");
    }

    [Fact]
    public void Nearest_and_interpolation_equal_a_plain_search_for_any_order_of_records()
    {
        var random = new SplitMix(7);
        for (int round = 0; round < 200; round++)
        {
            double[] times = [.. Enumerable.Range(0, 1 + random.Next(40)).Select(_ => random.Next(60) / 10.0)];
            double[] values = [.. times.Select((_, i) => (double)i)];
            var matcher = new TimeMatcher(times);
            for (int k = 0; k < 50; k++)
            {
                double t = (random.Next(90) - 10) / 20.0;
                int expected = 0;
                for (int i = 1; i < times.Length; i++)
                {
                    if (Math.Abs((decimal)times[i] - (decimal)t) < Math.Abs((decimal)times[expected] - (decimal)t))
                        expected = i;
                }

                Assert.Equal(expected, matcher.Nearest(t, out double lag));
                Assert.Equal(times[expected] - t, lag, 1e-12);
                (int before, int after, double fraction) = matcher.Bracket(t);
                double[] sorted = [.. times.Order()];
                if (t <= sorted[0] || t >= sorted[^1] || times.Contains(t))
                    Assert.Equal((Array.IndexOf(times, Math.Clamp(t, sorted[0], sorted[^1])), 0.0), (before, fraction));
                else
                    Assert.Equal(t, ((1 - fraction) * times[before]) + (fraction * times[after]), 1e-9);
            }
        }

        var any = new TimeMatcher([1.0, 2.0, 3.0]);
        any.Nearest(1.4, out _);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        any.Nearest(2.6, out _);
        any.Bracket(2.6);
        Assert.Equal(allocated, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Clock_offset_and_drift_are_undone()
    {
        EcLabFile file = EcLab.Read(EcLabWriter.Gcpl().ToMpr(), "cell.mpr");
        CyclingRecord record = file.Cycles().Lithiation();
        double[] exact = [.. Enumerable.Range(0, 50).Select(i => 60.0 * 13 * i)];

        // The scan clock is 100 s ahead and runs fast by 1 in 1000.
        double[] shown = [.. exact.Select(t => (t * 1.001) + 100)];
        AlignedSeries aligned = Scans(shown).AlignWith(record, new AlignOptions { ClockOffset = 100, Drift = 0.001, Tolerance = 1e-6 });
        Assert.Equal(50, aligned.Report.Aligned);
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(13L * i, ((IntegerColumn)aligned.Column("record"))[i]);
            Assert.Equal(record.Numbers("voltage")[13 * i], aligned.Numbers("voltage")[i]);
            Assert.Equal(record.Numbers("x")[13 * i], aligned.Numbers("x")[i]);
            Assert.Equal(((TextColumn)record.Column("state"))[13 * i], ((TextColumn)aligned.Column("state"))[i]);
            Assert.Equal(((IntegerColumn)record.Column("cycle"))[13 * i], ((IntegerColumn)aligned.Series.Columns.Single(c => c.Name == "cycle"))[i]);
        }

        // Left as they are, the clocks show in the report.
        Assert.True(Math.Abs(Scans(shown).AlignWith(record, new AlignOptions { Tolerance = 1e-6 }).Report.LargestDistance) > 1);
    }

    [Fact]
    public void Instants_of_scans_meet_the_local_start_of_the_file_once_its_zone_is_stated()
    {
        var writer = EcLabWriter.Gcpl();
        CyclingRecord record = EcLab.Read(writer.ToMpr(), "cell.mpr").Cycles();
        var start = new DateTimeOffset(writer.Start, TimeSpan.FromHours(2));
        DateTimeOffset?[] instants = [start.AddSeconds(600), start.ToUniversalTime().AddSeconds(1230), null];
        SpectrumSeries series = Scans(new double[3]).WithColumns([new TimeColumn("taken", instants)]);
        DataMismatchException error = Assert.Throws<DataMismatchException>(() => series.AlignWith(record));
        Assert.Contains("utcOffset", error.Message, StringComparison.Ordinal);
        AlignedSeries aligned = series.AlignWith(record, new AlignOptions { UtcOffset = 2 });
        Assert.Equal(10, ((IntegerColumn)aligned.Column("record"))[0]);
        Assert.Equal(20, ((IntegerColumn)aligned.Column("record"))[1]);
        Assert.Equal(-30, aligned.Numbers("lag")[1], 1e-6);
        Assert.Equal(RowStatus.NotFinite, aligned.StatusOf(2));
        Assert.Equal(IntegerColumn.Missing, ((IntegerColumn)aligned.Column("cycle"))[2]);
    }

    [Fact]
    public void Tables_are_aligned_too_and_a_person_can_exclude_a_row()
    {
        CyclingRecord record = EcLab.Read(EcLabWriter.Gcpl().ToMpr(), "cell.mpr").Cycles();
        var fits = new ResultTable("fits", [new IntegerColumn("index", new long[] { 5, 6, 7 }), new NumberColumn("time", "min", new double[] { 1, 20, 1e6 }), new NumberColumn("Eg.center", "cm^-1", new double[] { 470, 471, 472 })]);
        var request = new StepRequest<AlignOptions>(new AlignOptions { Columns = ["voltage", "state"], Prefix = "cell." }, [new RowOverride(6, null, "laser off")]);
        AlignedTable aligned = ElectrochemistrySteps.AlignTable.Run(new AlignTableInput(fits, record), request);
        Assert.Equal(["index", "time", "Eg.center", "record", "lag", "aligned", "cell.voltage", "cell.state"], aligned.Columns.Select(c => c.Name));
        Assert.Equal([RowStatus.Ok, RowStatus.Excluded, RowStatus.NoMatch], Enumerable.Range(0, 3).Select(aligned.StatusOf));
        Assert.Equal("out_of_tolerance", aligned.Warnings.Single().Code);
        Assert.Equal(7, aligned.Warnings.Single().Row);
        Assert.Throws<DataMismatchException>(() => fits.AlignWith(record, new AlignOptions { ScanTime = "none" }));
        Assert.Throws<DataMismatchException>(() => fits.AlignWith(record, new AlignOptions { Columns = ["none"] }));
        Assert.Throws<OptionsException>(() => fits.AlignWith(record, new AlignOptions { Tolerance = -1 }));
    }

    [Fact]
    public async Task A_recipe_from_a_cycler_file_to_tables_replays_byte_for_byte()
    {
        using var folder = new TempFolder();
        string path = folder.WriteBytes("cell.mpr", EcLabWriter.Gcpl().ToMpr());
        var recorder = new ProvenanceRecorder("cell", AnalysisContext.Default);
        var catalogue = new StepCatalogue(ElectrochemistrySteps.All, FormatsSteps.All);
        var recipe = new Recipe("cell",
        [
            RecipeStep.Of("read", ElectrochemistrySteps.Read, new EcLabReadOptions()),
            RecipeStep.Of("cycles", ElectrochemistrySteps.Cycles, new CycleOptions { ActiveMass = 12 }, "read"),
            RecipeStep.Of("x", ElectrochemistrySteps.Lithiation, new LithiationOptions(), "cycles"),
            RecipeStep.Of("capacity", ElectrochemistrySteps.Capacity, new CapacityOptions(), "x"),
            RecipeStep.Of("capacity.csv", FormatsSteps.WriteTable, new TableCsvOptions { File = "capacity.csv" }, "capacity"),
            RecipeStep.Of("dqdv", ElectrochemistrySteps.DqDv, new DqDvOptions(), "x"),
            RecipeStep.Of("dqdv.csv", FormatsSteps.WriteTable, new TableCsvOptions { File = "dqdv.csv" }, "dqdv"),
            RecipeStep.Of("records.csv", FormatsSteps.WriteTable, new TableCsvOptions { File = "records.csv" }, "x"),
        ]);
        await recipe.RunAsync(new InputPath(path), new StepEnvironment(AnalysisContext.Default with { Provenance = recorder }, folder["out"]));
        await recorder.SaveAsync(folder["out/provenance.json"]);
        foreach (string culture in (string[])["", "de-DE"])
        {
            ReplayReport report = await ReadingTests.InCulture(culture, () => Replay.RunAsync(folder["out/provenance.json"], catalogue, new ReplayOptions { OutputFolder = folder["again" + culture] }));
            Assert.True(report.IsIdentical, report.Report());
            Assert.Equal(6, report.Outputs.Count);
        }
    }

    [Fact]
    public async Task One_call_brings_a_cycler_file_to_a_series_and_records_it()
    {
        using var folder = new TempFolder();
        string path = folder.WriteBytes("cell.mpr", EcLabWriter.Gcpl().ToMpr());
        var sink = new RecordingSink();
        AlignedSeries aligned = await Scans([0, 600, 1200]).AlignWithFileAsync(new AlignFileOptions { File = path, WithX = true }, AnalysisContext.Default with { Provenance = sink });
        Assert.Equal(3, aligned.Report.Aligned);
        Assert.Superset(new HashSet<string> { "voltage", "current", "capacity", "state", "half cycle", "cycle", "x" }, aligned.Series.Columns.Select(c => c.Name).ToHashSet());
        Assert.Contains(sink.Used, u => u is FileRef { Path: var p } && p == path);
        await Assert.ThrowsAsync<OptionsException>(() => Scans([0]).AlignWithFileAsync(new AlignFileOptions()));
    }

    private static SpectrumSeries Scans(double[] times)
    {
        var axis = new Axis(new double[] { 1, 2 }, AxisQuantity.TwoTheta, "deg");
        return SpectrumSeries.Wrap(axis, new double[2 * times.Length], times.Length, new SeriesAttributes { Columns = [new NumberColumn("time", "s", times)] });
    }

    private sealed class SplitMix(ulong state)
    {
        public int Next(int below)
        {
            ulong z = state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return (int)((z ^ (z >> 31)) % (ulong)below);
        }
    }
}
