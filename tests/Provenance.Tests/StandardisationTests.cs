using BigMap.Analysis.Formats;
using BigMap.Analysis.Numerics;
using BigMap.Analysis.Spectra.Baseline;
using BigMap.Analysis.Spectra.PeakFit;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Provenance.Tests;

public class StandardisationTests
{
    private static readonly StepCatalogue Catalogue = new(SeriesSteps.All, FormatsSteps.All, BaselineSteps.All, PeakFitSteps.All);

    [Fact]
    public void SpreadAndConsensusEqualThePlainFormulas()
    {
        var random = new Random(7);
        for (int n = 2; n < 40; n++)
        {
            RoundRobinEntry[] entries = [.. Enumerable.Range(0, n).Select(i => new RoundRobinEntry($"lab {i}", 2.87 + (0.01 * Normal(random)), 0.001 + (0.02 * random.NextDouble())))];
            Check(RoundRobin.Compare(entries), entries, 1e-12);
        }
    }

    [Fact]
    public void AWorkedCaseGivesTheKnownNumbers()
    {
        // Three values whose errors are equal: everything can be done by hand. Mean 3, s² = 1, τ² = s² − u² = 0.75 in both estimates.
        RoundRobinResult result = RoundRobin.Compare([new("a", 2, 0.5), new("b", 3, 0.5), new("c", 4, 0.5)]);
        Assert.Equal((3.0, 1.0, 3.0), (result.Mean, result.StandardDeviation, result.Median));
        Assert.Equal(1.4826022185056018, result.RobustStandardDeviation, 1e-14);
        Assert.Equal(2.0, result.BirgeRatio, 1e-14);
        Assert.Equal(Math.Sqrt(0.75), result.DerSimonianLairdTau, 1e-14);
        Assert.Equal(Math.Sqrt(0.75), result.PauleMandelTau, 1e-12);
        Assert.Equal(Math.Sqrt(1.0 / 3), result.PauleMandelError, 1e-12);
        Assert.Equal(3, result.Consensus, 1e-14);

        RoundRobinResult without = RoundRobin.Compare([new("a", 2), new("b", 3, 0.5), new("c", 4, 0.5), new("d", double.NaN)]);
        Assert.Equal((3, 3.0), (without.Entries.Count, without.Consensus));
        Assert.True(double.IsNaN(without.WeightedMean));
        Assert.Equal(1.25 * 1.4826022185056018 / Math.Sqrt(3), without.ConsensusError, 1e-14);
        Assert.Equal(0, RoundRobin.Compare([new("a", 2, 1), new("b", 2, 1)]).PauleMandelTau);
        Assert.True(double.IsNaN(RoundRobin.Compare([]).Mean));
        Assert.Throws<ArgumentException>(() => RoundRobin.Compare([new("a", 2), new("a", 3)]));
        Assert.Throws<ArgumentException>(() => RoundRobin.Compare([new("a", 2, 0)]));
    }

    [Theory]
    [InlineData(1e-9)]
    [InlineData(1e9)]
    public void AnyScaleGivesTheSame(double scale)
    {
        RoundRobinEntry[] entries = [new("a", 2.1, 0.3), new("b", 3.3, 0.2), new("c", 4.7, 0.5), new("d", 3.1, 0.1)];
        RoundRobinResult one = RoundRobin.Compare(entries), other = RoundRobin.Compare([.. entries.Select(e => new RoundRobinEntry(e.Participant, e.Value * scale, e.StandardError * scale))]);
        Assert.Equal(one.PauleMandelTau, other.PauleMandelTau / scale, 1e-12);
        Assert.Equal(one.Consensus, other.Consensus / scale, 1e-12);
        Assert.Equal(one.BirgeRatio, other.BirgeRatio, 1e-12);
    }

    [Fact]
    public async Task ThreeAnalystsOnTheSimulatedSeriesEqualAnIndependentComputation()
    {
        using var folder = new TemporaryFolder();
        string[] names = ["fixed", "automatic", "joint"];
        RoundRobinParticipant[] participants = [.. names.Select(n => new RoundRobinParticipant(n, Recipe.Parse(File.ReadAllText(ReferenceData.Shipped($"samples/recipes/round-robin-{n}.json")), Catalogue), run => run.Result<FitSeries>("fit")))];
        IReadOnlyList<KeyValuePair<string, IResultTable>> tables = await RoundRobin.RunAsync(participants, new InputPath(ReferenceData.Shipped("samples/data/operando-lno-003/patterns.csv")), null, folder.Path, TestContext.Current.CancellationToken);
        Dictionary<string, string[]> written = names.ToDictionary(n => n, n => File.ReadAllLines(folder[n + "/fits.csv"]));
        foreach (string column in (string[])["H1.area", "H1.center", "H3.area"])
        {
            ResultTable comparison = RoundRobin.CompareTables(tables, column);
            Assert.Equal(150, comparison.RowCount);
            int checkedRows = 0;
            for (int row = 0; row < 150; row++)
            {
                // From the files that the participants wrote.
                var entries = new List<RoundRobinEntry>();
                foreach (string name in names)
                {
                    string[] lines = written[name];
                    int at = Array.IndexOf(lines[0].Split(','), column);
                    string[] cells = lines[row + 1].Split(',');
                    if (cells[2] is "ok" or "at_bound" && cells[at].Length > 0)
                        entries.Add(new RoundRobinEntry(name, N(cells[at]), cells[at + 1].Length > 0 && N(cells[at + 1]) > 0 ? N(cells[at + 1]) : double.NaN));
                }

                Plain expected = Plain.Of([.. entries]);
                Assert.Equal(entries.Count, ((IntegerColumn)comparison.Column("participants"))[row]);
                Same(expected.Mean, comparison.Numbers("mean")[row]);
                Same(expected.StandardDeviation, comparison.Numbers("standard_deviation")[row], expected.Mean);
                Same(expected.Median, comparison.Numbers("median")[row]);
                Same(expected.Robust, comparison.Numbers("robust_standard_deviation")[row], expected.Mean);
                Same(expected.WeightedMean, comparison.Numbers("weighted_mean")[row]);
                Same(expected.Birge, comparison.Numbers("birge_ratio")[row], 1);
                Same(expected.Tau, comparison.Numbers("tau")[row], expected.Mean);
                Same(double.IsNaN(expected.PauleMandel) ? expected.Median : expected.PauleMandel, comparison.Numbers("consensus")[row]);
                checkedRows += double.IsNaN(expected.PauleMandel) ? 0 : 1;
            }

            Assert.True(checkedRows > 30, $"{column}: {checkedRows}");
            ResultTable deviations = RoundRobin.Deviations(comparison, names);
            Assert.Equal(3, deviations.RowCount);
            Assert.True(File.Exists(folder["joint/provenance.json"]));
        }

        static double N(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

        static void Same(double expected, double actual, double scale = double.NaN)
        {
            if (double.IsNaN(expected))
                Assert.True(double.IsNaN(actual));
            else
                Assert.Equal(expected, actual, 1e-12 * Math.Max(Math.Abs(expected), double.IsNaN(scale) ? 0 : Math.Abs(scale)));
        }
    }

    [Fact]
    public void TablesOfOtherLaboratoriesAreMatchedByIndexAndBadRowsAreLeftOut()
    {
        ResultTable Make(long[] index, double[] values, RowStatus[] statuses) => new("t", [new IntegerColumn("index", index), new StatusColumn("status", statuses), new NumberColumn("a", "deg", values)]);
        KeyValuePair<string, IResultTable>[] tables =
        [
            new("A", Make([0, 1, 2], [1, 2, 3], [RowStatus.Ok, RowStatus.Ok, RowStatus.MaxIterations])),
            new("B", Make([1, 2, 5], [2.5, 3.5, 9], [RowStatus.Ok, RowStatus.AtBound, RowStatus.Ok])),
        ];
        ResultTable comparison = RoundRobin.CompareTables(tables, "a");
        Assert.Equal(new long[] { 0, 1, 2, 5 }, ((IntegerColumn)comparison.Column("index")).Values.ToArray());
        Assert.Equal(new long[] { 1, 2, 1, 1 }, ((IntegerColumn)comparison.Column("participants")).Values.ToArray());
        Assert.Equal([1, 2.25, 3.5, 9], comparison.Numbers("consensus").Values.ToArray());
        Assert.Equal("deg", comparison.Numbers("tau").Unit);
        KeyValuePair<string, IResultTable>[] unlike = [new("A", new ResultTable("t", [new NumberColumn("a", "deg", new double[] { 1 })])), new("B", new ResultTable("t", [new NumberColumn("a", "deg", new double[] { 1, 2 })]))];
        Assert.Throws<DataMismatchException>(() => RoundRobin.CompareTables(unlike, "a"));
        Assert.Throws<DataMismatchException>(() => RoundRobin.CompareTables(tables, "b"));
    }

    [Fact]
    public void TablesInDifferentUnitsAreRefused()
    {
        static KeyValuePair<string, IResultTable> Make(string name, string unit, double value) => new(name, new ResultTable("t", [new NumberColumn("a", unit, new[] { value })]));
        DataMismatchException error = Assert.Throws<DataMismatchException>(() => RoundRobin.CompareTables([Make("A", "Å", 2.87), Make("B", "Å", 2.88), Make("C", "nm", 0.287)], "a"));
        Assert.Contains("nm in the table of C", error.Message, StringComparison.Ordinal);
        Assert.Equal("Å", RoundRobin.CompareTables([Make("A", string.Empty, 2.87), Make("B", "Å", 2.88)], "a").Numbers("consensus").Unit);
    }

    [Fact]
    public async Task AParticipantThatFailsLeavesItsRecord()
    {
        using var folder = new TemporaryFolder();
        string input = folder.Write("in.txt", TestSteps.Text(TestSteps.MakeSeries(3)));
        var good = new Recipe("good", [RecipeStep.Of("read", TestSteps.Read), RecipeStep.Of("sum", TestSteps.Sum)]);
        var bad = new Recipe("bad", [RecipeStep.Of("read", TestSteps.Read), RecipeStep.Of("fail", TestSteps.Fail)]);
        RoundRobinParticipant[] participants = [new("a", good, r => r.Result<ResultTable>("sum")), new("b", bad, r => r.Result<ResultTable>("sum"))];
        await Assert.ThrowsAsync<DataMismatchException>(() => RoundRobin.RunAsync(participants, input, outputFolder: folder["out"], cancellationToken: TestContext.Current.CancellationToken));
        ProvenanceRecord record = await ProvenanceRecord.ReadAsync(folder["out/b/provenance.json"], TestContext.Current.CancellationToken);
        Assert.Equal(ActionState.Failed, record.Actions[^1].State);
    }

    [Fact]
    public void EqualValuesOfMostParticipantsDoNotMakeTheConsensusCertain()
    {
        RoundRobinResult result = RoundRobin.Compare([new("a", 1), new("b", 1), new("c", 1), new("d", 5)]);
        Assert.Equal((0.0, 1.0, 2.0), (result.RobustStandardDeviation, result.Consensus, result.StandardDeviation));
        Assert.Equal(1.25 * 2 / 2, result.ConsensusError, 1e-14);
        Assert.Equal(0, RoundRobin.Compare([new("a", 1), new("b", 1)]).ConsensusError);
        Assert.True(double.IsNaN(RoundRobin.Compare([new("a", 1, 0.1)]).ConsensusError));
        Assert.True(double.IsNaN(RoundRobin.Compare([]).Consensus));
    }

    [Fact]
    public void AccuracyPrecisionAndReproducibilityAreThoseOfIso5725()
    {
        // Two groups of two: means 2 and 5, s_r² = (2 + 2)/2 = 2, s_d² = 9, s_L² = (9 − 2)/2.
        ProtocolFigures figures = Repeatability.Estimate([[1, 3], [4, 6]], reference: 3);
        Assert.Equal(0.5, figures.Accuracy, 1e-14);
        Assert.Equal(Math.Sqrt(2), figures.Precision, 1e-14);
        Assert.Equal(Math.Sqrt(3.5 + 2), figures.Reproducibility, 1e-14);
        Assert.True(double.IsNaN(Repeatability.Estimate([[1], [2]]).Precision));
        Assert.Equal(Math.Sqrt(0.5), Repeatability.Estimate([[1], [2]]).Reproducibility, 1e-14);
        Assert.True(double.IsNaN(Repeatability.Estimate([]).Accuracy));
    }

    // Table of limits for an average run length of 500 (Lucas and Saccucci 1990; also Montgomery, Statistical Quality Control, EWMA schemes).
    [Theory]
    [InlineData(0.4, 3.054)]
    [InlineData(0.25, 2.998)]
    [InlineData(0.2, 2.962)]
    [InlineData(0.1, 2.814)]
    [InlineData(0.05, 2.615)]
    public void LimitsAreThoseOfTheTables(double weight, double sigmas)
    {
        MonitorResult result = ProtocolMonitor.Watch([], new MonitorOptions { Weight = weight, FalseAlarmRate = 1 / 500.0 });
        Assert.Equal(sigmas, result.Limit / Math.Sqrt(weight / (2 - weight)), 0.006);
    }

    [Fact]
    public void AThousandRunsWithoutDriftRaiseAtMostOnePercentFalseAlarms()
    {
        int all = 0;
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            double[] values = [.. Enumerable.Range(0, 1000).Select(_ => 18.7 + (2e-4 * Normal(random)))];
            MonitorResult result = ProtocolMonitor.Watch(values);
            Assert.InRange(result.Alarms.Count, 0, 10);
            all += result.Alarms.Count;
        }

        // Designed for 0.002 a run, 40 in 20,000.
        Assert.InRange(all, 15, 70);
    }

    [Theory]
    [InlineData(0, 3.0, 8)]
    [InlineData(0, -1.5, 25)]
    [InlineData(0.1, 0, 45)]
    [InlineData(-0.05, 0, 70)]
    public void AnInjectedDriftRaisesTheAlarm(double perRun, double step, int within)
    {
        int late = 0;
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(1000 + seed);
            double[] values = [.. Enumerable.Range(0, 60 + within).Select(i => 18.7 + (2e-4 * (Normal(random) + (i < 60 ? 0 : step + (perRun * (i - 59))))))];
            late += ProtocolMonitor.Watch(values).Alarms.Any(a => a >= 60) ? 0 : 1;
        }

        Assert.InRange(late, 0, 1);
    }

    [Fact]
    public void AKnownBandMissingValuesAndConstantRuns()
    {
        MonitorResult known = ProtocolMonitor.Watch([0, 0, 4, 4, double.NaN, 4], new MonitorOptions { Centre = 0, StandardDeviation = 1, Weight = 0.5, FalseAlarmRate = 0.001 });
        Assert.Equal([2, 5], known.Alarms.Where(a => a is 2 or 5));
        Assert.True(double.IsNaN(known.Scores[4]));
        Assert.Empty(ProtocolMonitor.Watch([1, 1, 1, 1, 1, 1]).Alarms);
        foreach (double constant in (double[])[0, 0.1, 1.0 / 3, -2.8752, 1e-300, 12345.678, 1e15 / 7])
        {
            double[] same = new double[200];
            same.AsSpan().Fill(constant);
            Assert.Empty(ProtocolMonitor.Watch(same).Alarms);
        }

        Assert.NotEmpty(ProtocolMonitor.Watch([1, 1, 1, 1, 1, 1.1]).Alarms);
        Assert.True(double.IsNaN(ProtocolMonitor.Watch([0, double.PositiveInfinity], new MonitorOptions { Centre = 0, StandardDeviation = 1 }).Scores[1]));
        Assert.Empty(ProtocolMonitor.Watch([]).Scores);
        MonitorResult trend = ProtocolMonitor.Watch([1, 3, 5, 7]);
        Assert.Equal((2.0, 0.0), (trend.Trend, trend.TrendError));
        Assert.Throws<OptionsException>(() => ProtocolMonitor.Watch([1], new MonitorOptions { Centre = 1 }));
        Assert.Throws<OptionsException>(() => ProtocolMonitor.Watch([1], new MonitorOptions { Weight = 0 }));
    }

    [Fact]
    public async Task FiguresAreKeptWithTheVersionOfTheProtocol()
    {
        using var folder = new TemporaryFolder();
        Recipe recipe = Runs.Recipe;
        string version = ProtocolLog.VersionOf(recipe);
        Assert.Equal(version, ProtocolLog.VersionOf(recipe.WithExclusion("scale", 5, "beam")));
        Assert.NotEqual(version, ProtocolLog.VersionOf(recipe.WithOption("scale", "factor", "2.6")));
        ProtocolLog log = ProtocolLog.Empty;
        for (int i = 0; i < 3; i++)
            log = log.With(new ProtocolRun(DateTimeOffset.UnixEpoch.AddDays(i), recipe.Name, i < 2 ? version : "other", new Dictionary<string, double> { ["precision"] = 0.1 * i, ["accuracy"] = i == 1 ? double.NaN : -i }));
        await log.WriteAsync(folder["log.jsonl"], TestContext.Current.CancellationToken);
        ProtocolLog read = await ProtocolLog.ReadAsync(folder["log.jsonl"], TestContext.Current.CancellationToken);
        Assert.Equal(log.Values("accuracy"), read.Values("accuracy"));
        Assert.Equal([0, 0.1], read.Values("precision", version));
        Assert.All(read.Values("none"), v => Assert.True(double.IsNaN(v)));
        Assert.Equal(version, read.Runs[0].Version);
        Assert.Empty((await ProtocolLog.ReadAsync(folder["none.jsonl"], TestContext.Current.CancellationToken)).Runs);
        folder.Write("bad.jsonl", File.ReadAllText(folder["log.jsonl"]) + "{}\n");
        Assert.Equal(4, (await Assert.ThrowsAsync<InputFormatException>(() => ProtocolLog.ReadAsync(folder["bad.jsonl"], TestContext.Current.CancellationToken))).Line);
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static void Check(RoundRobinResult actual, RoundRobinEntry[] entries, double tolerance)
    {
        Plain expected = Plain.Of(entries);
        Assert.Equal(expected.Mean, actual.Mean, tolerance);
        Assert.Equal(expected.StandardDeviation, actual.StandardDeviation, tolerance);
        Assert.Equal(expected.Median, actual.Median, tolerance);
        Assert.Equal(expected.Robust, actual.RobustStandardDeviation, tolerance);
        Assert.Equal(expected.WeightedMean, actual.WeightedMean, tolerance);
        Assert.Equal(expected.WeightedMeanError, actual.WeightedMeanError, tolerance);
        Assert.Equal(expected.Birge, actual.BirgeRatio, tolerance);
        Assert.Equal(expected.DerSimonianLaird, actual.DerSimonianLairdMean, tolerance);
        Assert.Equal(expected.Tau, actual.PauleMandelTau, tolerance);
        Assert.Equal(expected.PauleMandel, actual.PauleMandelMean, tolerance);
    }

    /// <summary>The formulas as the papers print them; Paule–Mandel by bisection.</summary>
    private sealed record Plain(double Mean, double StandardDeviation, double Median, double Robust, double WeightedMean, double WeightedMeanError, double Birge, double DerSimonianLaird, double Tau, double PauleMandel)
    {
        public static Plain Of(RoundRobinEntry[] e)
        {
            int n = e.Length;
            const double nan = double.NaN;
            if (n == 0)
                return new Plain(nan, nan, nan, nan, nan, nan, nan, nan, nan, nan);
            double mean = e.Average(i => i.Value);
            double deviation = n < 2 ? nan : Math.Sqrt(e.Sum(i => (i.Value - mean) * (i.Value - mean)) / (n - 1));
            double median = Middle([.. e.Select(i => i.Value)]);
            double robust = n < 2 ? nan : Middle([.. e.Select(i => Math.Abs(i.Value - median))]) / Distributions.NormalQuantile(0.75);
            if (n < 2 || e.Any(i => double.IsNaN(i.StandardError)))
                return new Plain(mean, deviation, median, robust, nan, nan, nan, nan, nan, nan);
            double Weighted(double t2) => e.Sum(i => i.Value / ((i.StandardError * i.StandardError) + t2)) / e.Sum(i => 1 / ((i.StandardError * i.StandardError) + t2));
            double Chi(double t2) => e.Sum(i => Math.Pow(i.Value - Weighted(t2), 2) / ((i.StandardError * i.StandardError) + t2));
            double w1 = e.Sum(i => Math.Pow(i.StandardError, -2)), w2 = e.Sum(i => Math.Pow(i.StandardError, -4)), q = Chi(0);
            double laird = Math.Max(0, (q - (n - 1)) / (w1 - (w2 / w1)));
            double low = 0, high = q > n - 1 ? e.Max(i => i.Value) - e.Min(i => i.Value) : 0;
            high *= high * n;
            for (int k = 0; k < 300; k++)
            {
                double middle = 0.5 * (low + high);
                if (Chi(middle) > n - 1)
                    low = middle;
                else
                    high = middle;
            }

            return new Plain(mean, deviation, median, robust, Weighted(0), 1 / Math.Sqrt(w1), Math.Sqrt(q / (n - 1)), Weighted(laird), Math.Sqrt(high), Weighted(high));
        }

        private static double Middle(double[] x)
        {
            Array.Sort(x);
            return x.Length % 2 == 1 ? x[x.Length / 2] : 0.5 * (x[(x.Length / 2) - 1] + x[x.Length / 2]);
        }
    }
}
