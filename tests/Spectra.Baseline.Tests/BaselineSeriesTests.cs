using System.Globalization;
using System.Text.Json;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Spectra.Baseline.Tests;

public sealed class BaselineSeriesTests
{
    private const int N = 640;

    private static SpectrumSeries Series(int rows, bool variance = false)
    {
        var y = new double[rows * N];
        for (int row = 0; row < rows; row++)
            Workloads.W1(row, N).CopyTo(y, row * N);
        SpectrumSeries series = SpectrumSeries.Wrap(new Axis(Enumerable.Range(0, N).Select(i => 100 + (0.5 * i)).ToArray(), AxisQuantity.RamanShift, "cm^-1"), y, rows);
        return variance ? series.WithPoissonVariance() : series;
    }

    private static double[] All(SpectrumSeries series) => [.. Enumerable.Range(0, series.Count).SelectMany(row => series[row].ToArray())];

    [Fact]
    public void The_series_gives_bit_for_bit_what_the_estimator_gives()
    {
        SpectrumSeries series = Series(20);
        var options = new AslsOptions { Lambda = 1e5, P = 0.003 };
        BaselineSeries result = series.EstimateBaseline(options);
        var estimator = new AslsEstimator(N, options);
        var z = new double[N];
        for (int row = 0; row < series.Count; row++)
        {
            Assert.Equal(estimator.Estimate(series[row], z), result.Info[row]);
            Assert.True(result.Baselines[row].SequenceEqual(z));
            for (int i = 0; i < N; i++)
                Assert.Equal(series[row][i] - z[i], result.Corrected[row][i]);
        }

        Assert.Same(result.Corrected, result.Series);
        Assert.Equal(20, result.Count);
    }

    [Fact]
    public void Threads_and_culture_change_no_bit()
    {
        SpectrumSeries series = Series(30);
        var options = new AslsOptions { Lambda = 1e5 };
        BaselineSeries one = series.EstimateBaseline(options, AnalysisContext.Default with { MaxDegreeOfParallelism = 1 });
        BaselineSeries two = series.EstimateBaseline(options, AnalysisContext.Default with { MaxDegreeOfParallelism = 2 });
        CultureInfo before = CultureInfo.CurrentCulture;
        BaselineSeries german;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            german = series.EstimateBaseline(options);
            Assert.Equal("1000000", AslsOptions.Set.ToJson(new AslsOptions()).Split("\"lambda\":")[1].Split(',')[0]);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        foreach (BaselineSeries other in new[] { two, german })
        {
            Assert.Equal(All(one.Baselines), All(other.Baselines));
            Assert.Equal(All(one.Corrected), All(other.Corrected));
            Assert.True(one.Info.SequenceEqual(other.Info));
            Assert.Equal(one.Warnings, other.Warnings);
        }
    }

    [Fact]
    public void A_view_gives_what_a_copy_gives()
    {
        SpectrumSeries view = Series(6).Trim(150, 300).Slice(1..5);
        SpectrumSeries copy = SpectrumSeries.Wrap(view.Axis, All(view), view.Count);
        Assert.Equal(All(copy.EstimateBaseline(new AslsOptions()).Corrected), All(view.EstimateBaseline(new AslsOptions()).Corrected));
    }

    [Fact]
    public void The_variance_of_the_raw_data_is_carried_over_and_the_result_is_derived()
    {
        SpectrumSeries counts = Series(3, variance: true);
        BaselineSeries result = counts.EstimateBaseline(new AslsOptions());
        for (int row = 0; row < 3; row++)
            Assert.True(result.Corrected.Variance(row).SequenceEqual(counts.Variance(row)));
        Assert.False(result.Baselines.HasVariance);
        Assert.Equal((IntensityKind.Derived, IntensityKind.Derived), (result.Corrected.Kind, result.Baselines.Kind));
        Assert.False(Series(2).EstimateBaseline(new AslsOptions()).Corrected.HasVariance);
    }

    [Fact]
    public void A_bad_row_stops_nothing()
    {
        double[] y = All(Series(5));
        y[(2 * N) + 17] = double.NaN;
        SpectrumSeries series = SpectrumSeries.Wrap(Series(1).Axis, y, 5);
        var log = new RecordingSink();
        BaselineSeries result = series.EstimateBaseline(new AslsOptions(), AnalysisContext.Default with { Provenance = log });
        Assert.Equal([RowStatus.Ok, RowStatus.Ok, RowStatus.NotFinite, RowStatus.Ok, RowStatus.Ok], Enumerable.Range(0, 5).Select(result.StatusOf));
        Assert.All(result.Baselines[2].ToArray(), v => Assert.True(double.IsNaN(v)));
        Assert.All(result.Corrected[2].ToArray(), v => Assert.True(double.IsNaN(v)));
        Assert.True(result.Baselines[3].SequenceEqual(Series(5).EstimateBaseline(new AslsOptions()).Baselines[3]));
        Assert.Equal(new StepOutcome(5, 1), Assert.Single(log.Outcomes));
        Assert.Equal("baseline.asls", log.Steps[0].Operation);
    }

    [Fact]
    public void Single_rows_have_their_own_options_or_are_left_out()
    {
        SpectrumSeries series = Series(6).Slice(1..6);
        var other = new AslsOptions { Lambda = 1e3, DifferenceOrder = 3, StopRule = AslsStopRule.WeightNorm };
        BaselineSeries result = BaselineSteps.Asls.Run(series, new StepRequest<AslsOptions>(new AslsOptions(), [new RowOverride(3, other, "stiffer"), new RowOverride(4, null, "beam was off")]));
        Assert.Equal([RowStatus.Ok, RowStatus.Ok, RowStatus.Ok, RowStatus.Excluded, RowStatus.Ok], Enumerable.Range(0, 5).Select(result.StatusOf));
        Assert.True(result.Baselines[2].SequenceEqual(series.EstimateBaseline(other).Baselines[2]));
        Assert.True(result.Baselines[1].SequenceEqual(series.EstimateBaseline(new AslsOptions()).Baselines[1]));
        Assert.All(result.Corrected[3].ToArray(), v => Assert.True(double.IsNaN(v)));
        Assert.Throws<OptionsException>(() => BaselineSteps.Asls.Run(series, new StepRequest<AslsOptions>(new AslsOptions(), [new RowOverride(3, new AslsOptions { P = 2 }, "typo")])));
    }

    [Fact]
    public void Options_of_the_series_as_a_whole_cannot_be_overridden_for_one_row()
    {
        SpectrumSeries series = Series(4);
        OptionsException errors = Assert.Throws<OptionsException>(() => BaselineSteps.Asls.Run(series, new StepRequest<AslsOptions>(new AslsOptions(), [new RowOverride(2, new AslsOptions { StandardErrors = true }, "curious")])));
        Assert.Contains("row 2, standardErrors", errors.Message, StringComparison.Ordinal);
        errors = Assert.Throws<OptionsException>(() => BaselineSteps.Reml.Run(series, new StepRequest<RemlOptions>(new RemlOptions(), [new RowOverride(1, new RemlOptions { Shared = true, StandardErrors = false }, "curious")])));
        Assert.Contains("row 1, standardErrors", errors.Message, StringComparison.Ordinal);
        errors = Assert.Throws<OptionsException>(() => BaselineSteps.Reml.Run(series, new StepRequest<RemlOptions>(new RemlOptions(), [new RowOverride(1, new RemlOptions { Shared = true }, "curious")])));
        Assert.Contains("row 1, shared", errors.Message, StringComparison.Ordinal);

        // A row may stay out of what the others share.
        BaselineSteps.Reml.Run(series, new StepRequest<RemlOptions>(new RemlOptions { Shared = true }, [new RowOverride(1, new RemlOptions(), "another sample")]));
    }

    [Fact]
    public void Cancelling_stops_within_one_row()
    {
        SpectrumSeries series = Series(50);
        using var source = new CancellationTokenSource();
        int done = 0;
        var progress = new Callback(p =>
        {
            done = p.Done;
            if (p.Done >= 5)
                source.Cancel();
        });
        AnalysisContext context = AnalysisContext.Default with { MaxDegreeOfParallelism = 1, Progress = progress, Time = new HurryingClock() };
        Assert.Throws<OperationCanceledException>(() => series.EstimateBaseline(new AslsOptions(), context, source.Token));
        Assert.Equal(5, done);

        // Inside a row the token is looked at before every solve.
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => new AslsEstimator(N).Estimate(series[0].ToArray(), new double[N], cancelled.Token));
    }

    [Fact]
    public void How_it_went_is_a_table()
    {
        double[] y = All(Series(3));
        y[N + 3] = double.NaN;
        BaselineSeries result = SpectrumSeries.Wrap(Series(1).Axis, y, 3, new SeriesAttributes { Labels = ["a", "b", "c"] }).Slice(1..3).EstimateBaseline(new AslsOptions());
        ResultTable table = result.ToTable();
        Assert.Equal(["index", "label", "status", "solves", "converged", "last_change", "error_estimate"], table.Columns.Select(c => c.Name));
        Assert.Equal(["1", "b", "not_finite", "0", "0", string.Empty, string.Empty], table.Columns.Select(c => c.Text(0)));
        Assert.Equal(["2", "c", "ok", result.Info[1].Solves.ToString(CultureInfo.InvariantCulture), "1", "0"], table.Columns.Select(c => c.Text(1)).Take(6));
    }

    [Fact]
    public void A_spectrum_is_a_series_of_one_row()
    {
        SpectrumSeries series = Series(3);
        Assert.True(series.SpectrumAt(2).AsSeries().EstimateBaseline(new AslsOptions()).Baselines[0].SequenceEqual(series.EstimateBaseline(new AslsOptions()).Baselines[2]));
    }

    [Fact]
    public void Steps_have_stable_names_and_options_survive_JSON()
    {
        Assert.Equal(["spectra.trim", "spectra.poisson-variance", "baseline.asls"], BaselineSteps.All.Select(s => s.Operation).Take(3));
        Assert.All(BaselineSteps.All, s => Assert.True(s.Title.Length > 0 && s.Description.Length > 0 && s.Version == 1));
        foreach (AslsOptions options in new[] { new AslsOptions(), AslsOptions.Prisma(), AslsOptions.Prisma(-2.7, 4.1), new AslsOptions { StopRule = AslsStopRule.WeightChange, Tolerance = 0, DifferenceOrder = 1, MaxIterations = 9 }, new AslsOptions { CutOff = 120.5, Distance = BaselineDistance.Positions } })
        {
            string text = AslsOptions.Set.ToJson(options);
            using JsonDocument json = JsonDocument.Parse(text);
            Assert.Equal(options, AslsOptions.Set.Read(json.RootElement));
        }

        Assert.Equal("""{"lambda":1000000,"cutOff":null,"distance":"points","p":0.01,"differenceOrder":2,"maxIterations":500,"stopRule":"fixedPoint","tolerance":0.001,"start":"nested","standardErrors":false}""", AslsOptions.Set.ToJson(new AslsOptions()).Replace(" ", string.Empty, StringComparison.Ordinal).Replace("\n", string.Empty, StringComparison.Ordinal));
    }

    private sealed class Callback(Action<BatchProgress> action) : IProgress<BatchProgress>
    {
        public void Report(BatchProgress value) => action(value);
    }

    /// <summary>A second passes between any two looks at it, so that every row is reported.</summary>
    private sealed class HurryingClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Increment(ref _now);
    }
}
