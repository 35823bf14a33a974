
namespace BigMap.Analysis.Provenance.Tests;

public class TuningTests
{
    private static Recipe Chain => new("chain", [
        RecipeStep.Of("a", TestSteps.Scale, new ScaleOptions { Factor = 2 }),
        RecipeStep.Of("b", TestSteps.Scale, new ScaleOptions { Factor = 3 }),
        RecipeStep.Of("file", TestSteps.WriteSeries, new WriteOptions { File = "never.txt" }),
        RecipeStep.Of("sum", TestSteps.Sum),
        RecipeStep.Of("side", TestSteps.Sum, from: "a"),
    ]);

    [Fact]
    public async Task APreviewEqualsARunOnTheChosenRows()
    {
        SpectrumSeries series = TestSteps.MakeSeries(20);
        Recipe recipe = Chain.WithExclusion("b", 7, "bad").WithExclusion("b", 8, "also bad");
        RecipePreview preview = await RecipePreview.OpenAsync(recipe, series, [7, 3, 19]);
        SpectrumSeries all = (await new Recipe("x", [.. recipe.Steps.Where(s => s.Id != "file")]).RunAsync(series)).Result<SpectrumSeries>("b");
        SpectrumSeries some = preview.Result<SpectrumSeries>("b");
        Assert.Equal([7, 3, 19], Enumerable.Range(0, 3).Select(some.SourceRow));
        Assert.Equal(all[3].ToArray(), some[1].ToArray());
        Assert.Equal(all[19].ToArray(), some[2].ToArray());
        Assert.True(double.IsNaN(some[0][0]));
        Assert.False(File.Exists("never.txt"));
        Assert.Throws<ArgumentException>(() => preview.Result<FileRef>("file"));
        Assert.Throws<ArgumentException>(() => preview.Result<SpectrumSeries>("sum"));
    }

    [Fact]
    public async Task OnlyWhatDependsOnAChangeIsRecomputed()
    {
        RecipePreview preview = await RecipePreview.OpenAsync(Chain, TestSteps.MakeSeries(20), [0, 1]);
        ScaleResult a = preview.Result<ScaleResult>("a");
        ResultTable side = preview.Result<ResultTable>("side");
        PreviewUpdate update = preview.Update("b", new ScaleOptions { Factor = 5 });
        Assert.Equal(["b", "sum"], update.Recomputed);
        Assert.Same(a, preview.Result<ScaleResult>("a"));
        Assert.Same(side, preview.Result<ResultTable>("side"));
        Assert.Equal(10 * TestSteps.MakeSeries(20)[1][2], preview.Result<SpectrumSeries>("b")[1][2], 1e-12);
        Assert.Equal(["a", "b", "sum", "side"], preview.Update("a", new ScaleOptions { Factor = 4 }).Recomputed);
        Assert.Empty(preview.Update("a", new ScaleOptions { Factor = 4 }).Recomputed);
        Assert.Equal(["b", "sum"], (await preview.UpdateAsync(preview.Recipe.WithExclusion("b", 1, "no"))).Recomputed);
        Assert.Equal(5, ((ScaleOptions)preview.Recipe["b"].Options).Factor);
        Assert.Equal("chain", preview.Run.Recipe.Name);
    }

    [Fact]
    public async Task AFailedUpdateChangesNothing()
    {
        RecipePreview preview = await RecipePreview.OpenAsync(Chain, TestSteps.MakeSeries(20), [0, 1]);
        ScaleResult before = preview.Result<ScaleResult>("b");
        Assert.Throws<RecipeException>(() => preview.Update("a", new ScaleOptions { Factor = -1 }));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        Assert.ThrowsAny<OperationCanceledException>(() => preview.Update("a", new ScaleOptions { Factor = 9 }, cancelled.Token));
        Assert.Throws<ArgumentException>(() => { preview.UpdateAsync(Runs.Recipe).AsTask().Wait(); });
        Assert.Same(before, preview.Result<ScaleResult>("b"));
        Assert.Equal(2, ((ScaleOptions)preview.Recipe["a"].Options).Factor);
    }

    [Fact]
    public async Task ReadingStepsRunOnceOrAreReplacedByTheLoadedSeries()
    {
        using var folder = new TemporaryFolder();
        string input = folder.Write("in.txt", TestSteps.Text(TestSteps.MakeSeries(9)));
        RecipePreview fromFile = await RecipePreview.OpenAsync(Runs.Recipe, input, [1, 8]);
        RecipePreview loaded = await RecipePreview.OpenAsync(Runs.Recipe, TestSteps.MakeSeries(9), [1, 8]);
        Assert.Equal(TestSteps.Text(fromFile.Result<SpectrumSeries>("scale")), TestSteps.Text(loaded.Result<SpectrumSeries>("scale")));
        Assert.Equal(2, fromFile.Result<SpectrumSeries>("scale").Count);
        File.Delete(input);
        Assert.Equal(["scale", "sum"], fromFile.Update("scale", new ScaleOptions { Factor = 7 }).Recomputed);
        Assert.Throws<InvalidOperationException>(() => fromFile.Update("read", new ReadOptions { Scale = 2 }));
        await Assert.ThrowsAsync<DataMismatchException>(() => RecipePreview.OpenAsync(Chain, TestSteps.MakeSeries(3), [3]));
        await Assert.ThrowsAsync<ArgumentException>(() => RecipePreview.OpenAsync(Chain, TestSteps.MakeSeries(3), []));
        await Assert.ThrowsAsync<ArgumentException>(() => RecipePreview.OpenAsync(Chain, TestSteps.MakeSeries(3), [1, 1]));
    }

    [Fact]
    public async Task ASweepGivesATable()
    {
        SpectrumSeries series = TestSteps.MakeSeries(20);
        var figure = new KeyFigure("first_sum", "counts", run => run.Result<ResultTable>("sum").Numbers("sum")[0]);
        Recipe recipe = Chain.WithExclusion("b", 3, "bad");
        var sweeps = new List<SweepResult>();
        foreach (int threads in (int[])[1, 2])
        {
            sweeps.Add(await ParameterSweep.RunAsync(
                recipe,
                series,
                [0, 3],
                [SweepAxis.Option("b", "factor", SweepAxis.LogRange(1, 100, 3)), SweepAxis.Option("b", "limits.max", 1e6, 5)],
                [figure],
                AnalysisContext.Default with { MaxDegreeOfParallelism = threads }));
        }

        ResultTable table = sweeps[0].Table;
        Assert.Equal(["b.factor", "b.limits.max", "rows_ok", "rows_failed", "first_sum", "problem"], table.Columns.Select(c => c.Name));
        Assert.Equal([1, 1, 10, 10, 100, 100], table.Numbers("b.factor").Values.ToArray());
        Assert.Equal([1e6, 5, 1e6, 5, 1e6, 5], table.Numbers("b.limits.max").Values.ToArray());
        Assert.All(((IntegerColumn)table.Column("rows_failed")).Values.ToArray(), f => Assert.Equal(1, f));
        Assert.Equal(6, sweeps[0].Elapsed.Count);
        for (int i = 0; i < 6; i++)
        {
            double factor = table.Numbers("b.factor")[i], max = table.Numbers("b.limits.max")[i];
            double expected = 0;
            foreach (double v in series[0])
                expected += Math.Clamp(v * 2 * factor, -1e300, max);
            Assert.Equal(expected, table.Numbers("first_sum")[i]);
        }

        Assert.Equal(sweeps[0].Table.Preview(99), sweeps[1].Table.Preview(99));
    }

    [Fact]
    public async Task ASweepOverChoicesAndWithASetter()
    {
        SpectrumSeries series = TestSteps.MakeSeries(4);
        var figure = new KeyFigure("sum", "", run => run.Result<ResultTable>("sum").Numbers("sum")[0]);
        SweepResult choices = await ParameterSweep.RunAsync(Chain, series, [0], [SweepAxis.Choice("b", "mode", "multiply", "divideBy")], [figure]);
        Assert.Equal(["multiply", "divideBy"], ((TextColumn)choices.Table.Column("b.mode")).Values);
        Assert.Equal(9, choices.Table.Numbers("sum")[0] / choices.Table.Numbers("sum")[1], 1e-12);
        SweepResult setter = await ParameterSweep.RunAsync(Chain, series, [0], [SweepAxis.Setter<ScaleOptions>("b", "both", (o, v) => o with { Factor = v, Offset = v }, 1, 2)], [figure]);
        Assert.Equal(["both", "rows_ok", "rows_failed", "sum", "problem"], setter.Table.Columns.Select(c => c.Name));
    }

    [Fact]
    public async Task AValueThatCannotBeRunGetsAProblemAndNaN()
    {
        Recipe recipe = new("cut", [RecipeStep.Of("cut", Trim, new CutOptions { From = 17 })]);
        var figure = new KeyFigure("points", "", run => run.Result<SpectrumSeries>("cut").Length);
        SweepResult sweep = await ParameterSweep.RunAsync(recipe, TestSteps.MakeSeries(4), [0, 1], [SweepAxis.Option("cut", "from", 99, 18, 17)], [figure]);
        Assert.Equal([double.NaN, 3, 5], sweep.Table.Numbers("points").Values.ToArray());
        Assert.Contains("data run from", sweep.Table.Column("problem").Text(0), StringComparison.Ordinal);
        Assert.Equal(string.Empty, sweep.Table.Column("problem").Text(1));
    }

    [Fact]
    public async Task AWrongSweepIsRefusedBeforeItRuns()
    {
        SpectrumSeries series = TestSteps.MakeSeries(4);
        await Assert.ThrowsAsync<OptionsException>(() => ParameterSweep.RunAsync(Chain, series, [0], [SweepAxis.Option("b", "factor", 1, -1)], []));
        await Assert.ThrowsAsync<OptionsException>(() => ParameterSweep.RunAsync(Chain, series, [0], [SweepAxis.Option("b", "factr", 1)], []));
        await Assert.ThrowsAsync<ArgumentException>(() => ParameterSweep.RunAsync(Chain, series, [0], [SweepAxis.Option("none", "factor", 1)], []));
        await Assert.ThrowsAsync<ArgumentException>(() => ParameterSweep.RunAsync(Chain, series, [0], [], []));
        await Assert.ThrowsAsync<ArgumentException>(() => ParameterSweep.RunAsync(Chain, series, [0], [SweepAxis.Option("b", "factor", 1)], [new KeyFigure("problem", "", _ => 1)]));
        Assert.Throws<ArgumentException>(() => SweepAxis.Option("b", "factor"));
        Assert.Equal([1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9], SweepAxis.LogRange(1e3, 1e9, 7));
        Assert.Equal([0, 0.5, 1], SweepAxis.LinearRange(0, 1, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => SweepAxis.LogRange(0, 1, 3));
    }

    public sealed record CutOptions
    {
        public static OptionSet<CutOptions> Set { get; } = OptionSet.For(new CutOptions())
            .Number("from", o => o.From, (o, v) => o with { From = v }, new("From", "Lower end."));

        public double From { get; init; }
    }

    private static Step<SpectrumSeries, CutOptions, SpectrumSeries> Trim { get; } = new("test.cut", 1, CutOptions.Set, (series, request, _, _) => series.Trim(request.Options.From, 1000));
}
