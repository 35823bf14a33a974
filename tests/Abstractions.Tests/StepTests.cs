namespace BigMap.Analysis.Abstractions.Tests;

public sealed class StepTests
{
    [Fact]
    public void A_step_gives_the_same_numbers_with_and_without_a_record_and_records_everything()
    {
        SpectrumSeries series = SpectrumSeriesTests.Series(4);
        var log = new Log();
        SpectrumSeries recorded = series.Average(new AverageOptions { GroupSize = 2 }, AnalysisContext.Default with { Provenance = log });
        SpectrumSeries plain = series.Average(new AverageOptions { GroupSize = 2 });
        Assert.True(recorded[1].SequenceEqual(plain[1]));
        StepInfo info = Assert.Single(log.Steps);
        Assert.Equal(("series.average", 1, "BigMap.Analysis.Abstractions"), (info.Operation, info.Version, info.Package));
        Assert.Equal("""{"groupSize":2,"mode":"mean","variance":"propagated"}""", info.OptionsJson);
        Assert.Same(series, Assert.IsType<ValueRef>(log.Events[0]).Value);
        Assert.Same(recorded, Assert.IsType<ValueRef>(log.Events[1]).Value);
        Assert.Equal(new StepOutcome(2, 0), log.Events[2]);
        Assert.Equal("end", log.Events[3]);
    }

    [Fact]
    public void A_step_that_fails_is_recorded_as_ended_without_completion()
    {
        var log = new Log();
        Assert.Throws<DataMismatchException>(() => SpectrumSeriesTests.Series(2).Select(new SelectOptions { First = 5 }, AnalysisContext.Default with { Provenance = log }));
        Assert.DoesNotContain(log.Events, e => e is StepOutcome);
        Assert.Single(log.Events.OfType<DataMismatchException>());
        Assert.Equal("end", log.Events[^1]);
    }

    [Fact]
    public void Both_parts_of_a_join_are_recorded()
    {
        var log = new Log();
        SpectrumSeries series = SpectrumSeriesTests.Series(2);
        var table = new ResultTable("t", [new NumberColumn("U", "V", new double[] { 1, 2 })]);
        series.Join(table, new JoinOptions(), AnalysisContext.Default with { Provenance = log });
        Assert.Equal([series, table], log.Events.OfType<ValueRef>().Take(2).Select(v => v.Value));
    }

    [Fact]
    public void Options_out_of_range_are_refused_before_anything_is_recorded()
    {
        var log = new Log();
        OptionsException error = Assert.Throws<OptionsException>(() => SpectrumSeriesTests.Series(2).Select(new SelectOptions { First = -1, Every = 0 }, AnalysisContext.Default with { Provenance = log }));
        Assert.Equal("series.select", error.Subject);
        Assert.Equal(2, error.Faults.Count);
        Assert.Empty(log.Steps);
    }

    [Fact]
    public void Row_overrides_must_fit_the_step()
    {
        var request = new StepRequest<SelectOptions>(new SelectOptions(), [new RowOverride(3, new SelectOptions { First = 1 }, "why"), new RowOverride(4, null, "bad frame")]);
        Assert.Equal(1, request.OptionsFor(3)!.First);
        Assert.Null(request.OptionsFor(4));
        Assert.Equal(0, request.OptionsFor(5)!.First);
        Assert.Throws<ArgumentException>(() => new StepRequest<SelectOptions>(new SelectOptions(), [new RowOverride(3, new AverageOptions(), "why")]));
        Assert.Throws<ArgumentException>(() => new StepRequest<SelectOptions>(new SelectOptions(), [new RowOverride(3, null, "a"), new RowOverride(3, null, "b")]));
    }

    [Fact]
    public void Operations_are_unique_and_described()
    {
        Assert.Equal(SeriesSteps.All.Count, SeriesSteps.All.Select(s => s.Operation).Distinct().Count());
        Assert.All(SeriesSteps.All, s => Assert.True(s.Title.Length > 0 && s.Description.Length > 0 && s.Operation == s.Operation.ToLowerInvariant()));
    }

    [Fact]
    public async Task A_series_in_memory_is_a_source_in_blocks()
    {
        SpectrumSeries series = SpectrumSeriesTests.Series(7);
        var seen = new List<int>();
        await foreach (SpectrumSeries block in new MemorySeriesSource(series).ReadBlocksAsync(3))
        {
            for (int row = 0; row < block.Count; row++)
            {
                seen.Add(block.SourceRow(row));
                Assert.True(block[row].SequenceEqual(series[block.SourceRow(row)]));
            }
        }

        Assert.Equal(Enumerable.Range(0, 7), seen);
    }

    [Fact]
    public async Task A_step_runs_block_by_block_and_gives_what_it_gives_at_once()
    {
        double[] wide = new double[40_000];
        for (int i = 0; i < wide.Length; i++)
            wide[i] = i;
        SpectrumSeries large = SpectrumSeries.Wrap(new Axis(wide, "x", "u"), Enumerable.Range(0, 9 * wide.Length).Select(i => (double)(i % 1013)).ToArray(), 9);
        var request = new StepRequest<ResampleOptions>(new ResampleOptions { From = 10, To = 30_000, Points = 777 });
        var rows = new List<double[]>();
        int blocks = 0;
        await foreach (SpectrumSeries block in SeriesSteps.Resample.RunBlocksAsync(new MemorySeriesSource(large), request, AnalysisContext.Default with { MemoryBudgetBytes = 6 << 20 }))
        {
            blocks++;
            for (int row = 0; row < block.Count; row++)
                rows.Add(block[row].ToArray());
        }

        SpectrumSeries whole = SeriesSteps.Resample.Run(large, request);
        Assert.Equal(5, blocks);
        Assert.Equal(Enumerable.Range(0, 9).Select(row => whole[row].ToArray()), rows);
    }

    private sealed class Log : IProvenanceSink, IProvenanceScope
    {
        public List<StepInfo> Steps { get; } = [];

        public List<object> Events { get; } = [];

        public IProvenanceScope Begin(StepInfo step)
        {
            Steps.Add(step);
            return this;
        }

        public void Use(DataRef input) => Events.Add(input);

        public void Produce(DataRef output) => Events.Add(output);

        public void Warn(StepWarning warning) => Events.Add(warning);

        public void Fail(Exception error) => Events.Add(error);

        public void Complete(StepOutcome outcome) => Events.Add(outcome);

        public void Dispose() => Events.Add("end");
    }
}
