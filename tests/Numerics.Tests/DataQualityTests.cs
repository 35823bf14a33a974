using System.Globalization;

namespace BigMap.Analysis.Numerics.Tests;

public class DataQualityTests
{
    private const int Points = 300;

    private static readonly Axis Grid = new(Enumerable.Range(0, Points).Select(i => 10 + (0.1 * i)).ToArray(), AxisQuantity.TwoTheta, "deg");

    /// <summary>A run without faults: a background, a peak that stays, Poisson-like noise, a time column.</summary>
    private static double[][] Rows(int count, int seed = 1)
    {
        var noise = new Noise(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, Points).Select(i =>
        {
            double y = 400 + (3000 * Math.Exp(-Math.Pow((i - 150) / 6.0, 2)));
            return Math.Round(y + (Math.Sqrt(y) * noise.G()));
        }).ToArray())];
    }

    private static SpectrumSeries Series(double[][] rows, double[]? time = null, double[]? variance = null) => SpectrumSeries.Wrap(Grid, rows.SelectMany(r => r).ToArray(), rows.Length, new SeriesAttributes
    {
        Kind = IntensityKind.Counts,
        IntensityUnit = "counts",
        Variance = variance ?? [],
        Columns = [new NumberColumn("time", "s", time ?? Enumerable.Range(0, rows.Length).Select(i => 60.0 * i).ToArray())],
    });

    [Theory]
    [InlineData(Technique.General)]
    [InlineData(Technique.Xrd)]
    [InlineData(Technique.Raman)]
    [InlineData(Technique.NeutronCw)]
    [InlineData(Technique.NeutronTof)]
    [InlineData(Technique.Ftir)]
    [InlineData(Technique.Xps)]
    public void A_run_without_faults_gives_no_finding(Technique technique)
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            QualityReport report = Series(Rows(60, seed)).CheckQuality(new QualityOptions { Technique = technique });
            Assert.True(report.IsClean, report.Report());
        }
    }

    [Fact]
    public void Every_fault_is_found_at_its_place()
    {
        double[][] rows = Rows(60);
        rows[5][40] += 5000;                                     // cosmic ray
        rows[7][200] = 0;                                        // dead point
        rows[9][10] = rows[9][11] = double.NaN;
        Array.Fill(rows[12], double.NaN);
        Array.Fill(rows[14], 7);
        rows[20] = [.. rows[19]];                                // saved twice
        rows[25] = [.. rows[24].Select(v => v + 0.01)];          // saved twice, rounded
        for (int i = 0; i < Points; i++)
            rows[30][i] *= 1.5;                                  // lamp flicker
        for (int i = 145; i < 156; i++)
            rows[35][i] = 2900;                                  // ceiling
        rows[57][250] += 5000;                                   // hot in two rows
        rows[58][250] += 5000;
        double[] time = [.. Enumerable.Range(0, 60).Select(i => 60.0 * (i < 40 ? i : i + 10))];
        time[50] = time[49];
        time[55] = time[53] + 1;
        QualityReport report = Series(rows, time).CheckQuality(new QualityOptions { Technique = Technique.Xrd });
        (FindingKind Kind, int Row, int First, int Last)[] found = [.. report.Findings.Select(f => (f.Kind, f.Row, f.First, f.Last))];
        Assert.Contains((FindingKind.WhitePixel, 5, 40, 40), found);
        Assert.Contains((FindingKind.DeadPixel, 7, 200, 200), found);
        Assert.Contains((FindingKind.NotFinite, 9, 10, 11), found);
        Assert.Contains((FindingKind.EmptyRow, 12, -1, -1), found);
        Assert.Contains((FindingKind.ConstantRow, 14, -1, -1), found);
        Assert.Contains((FindingKind.IsolatedFrame, 14, -1, -1), found);
        Assert.Contains((FindingKind.DuplicateRow, 20, -1, -1), found);
        Assert.Contains((FindingKind.NearDuplicateRow, 25, -1, -1), found);
        Assert.Contains((FindingKind.IsolatedFrame, 30, -1, -1), found);
        Assert.Contains((FindingKind.OutlierFrame, 30, -1, -1), found);
        Assert.Contains((FindingKind.Saturated, 35, 145, 155), found);
        Assert.Contains((FindingKind.HotPoint, 57, 250, 250), found);
        Assert.Contains((FindingKind.HotPoint, 58, 250, 250), found);
        Assert.Contains((FindingKind.TimeGap, 40, -1, -1), found);
        Assert.Contains((FindingKind.DuplicateTime, 50, -1, -1), found);
        Assert.Contains((FindingKind.TimeReversal, 55, -1, -1), found);

        // Only what was put in, and its echo in the neighbouring rows' kinds.
        Assert.DoesNotContain(report.Findings, f => f.Row is not (-1 or 5 or 7 or 9 or 12 or 14 or 20 or 25 or 30 or 35 or 40 or 50 or 55 or 56 or 57 or 58));
        Assert.DoesNotContain(report.Findings, f => f.Kind is FindingKind.Drift or FindingKind.PositionDrift);

        // The table says the same, on the axis.
        Assert.Equal(report.Findings.Count, report.RowCount);
        int at = Array.IndexOf(found, (FindingKind.Saturated, 35, 145, 155));
        Assert.Equal(35, ((IntegerColumn)report.Column("index"))[at]);
        Assert.Equal(Grid.Values[145], report.Numbers("from")[at]);
        Assert.Equal("remove", report.Column("action").Text(at));
        Assert.Contains("duplicateRow: 1, suggested: filter", report.Report());
        Assert.Equal(1, report.CountOf(FindingKind.DuplicateRow));
    }

    [Fact]
    public void A_step_between_two_states_is_no_isolated_frame_and_the_ends_can_be()
    {
        double[][] rows = Rows(30);
        for (int row = 15; row < 30; row++)
        {
            for (int i = 0; i < Points; i++)
                rows[row][i] += 500;
        }

        Assert.DoesNotContain(Series(rows).CheckQuality().Findings, f => f.Kind == FindingKind.IsolatedFrame);
        for (int i = 0; i < Points; i++)
        {
            rows[0][i] += 900;
            rows[29][i] += 900;
        }

        Assert.Equal([0, 29], Series(rows).CheckQuality().Findings.Where(f => f.Kind == FindingKind.IsolatedFrame).Select(f => f.Row));
    }

    [Fact]
    public void Drift_of_intensity_and_of_position()
    {
        double[][] fading = Rows(40), moving = Rows(40);
        var noise = new Noise(3);
        for (int row = 0; row < 40; row++)
        {
            for (int i = 0; i < Points; i++)
            {
                fading[row][i] *= 1 - (0.005 * row);
                double y = 100 + (9000 * Math.Exp(-Math.Pow((i - 150 - (0.3 * row)) / 6.0, 2)));
                moving[row][i] = y + (Math.Sqrt(y) * noise.G());
            }
        }

        QualityFinding drift = Assert.Single(Series(fading).CheckQuality().Findings, f => f.Kind == FindingKind.Drift);
        Assert.Equal(-0.2, drift.Value, 0.03);
        Assert.DoesNotContain(Series(fading).CheckQuality(new QualityOptions { IntensityDrift = 0.5 }).Findings, f => f.Kind == FindingKind.Drift);
        QualityFinding shift = Assert.Single(Series(moving).CheckQuality().Findings, f => f.Kind == FindingKind.PositionDrift);
        Assert.True(shift.Value > 3, shift.Detail);
        Assert.DoesNotContain(Series(moving).CheckQuality(new QualityOptions { Skip = ["positionDrift"] }).Findings, f => f.Kind == FindingKind.PositionDrift);
    }

    [Fact]
    public void Actions_change_what_they_say_and_nothing_else()
    {
        double[][] rows = Rows(20);
        rows[3][50] += 4000;
        rows[4][100] = double.NaN;
        rows[5][0] = double.NaN;
        for (int i = 200; i < 210; i++)
            rows[6][i] = double.NaN;
        rows[8] = [.. rows[7]];
        Array.Fill(rows[9], double.NaN);
        double[] variance = [.. rows.SelectMany(r => r).Select(v => double.IsNaN(v) ? double.NaN : Math.Max(1, v))];
        SpectrumSeries series = Series(rows, variance: variance);
        var sink = new RecordingSink();
        AnalysisContext context = AnalysisContext.Default with { Provenance = sink };

        CleanedSeries filtered = series.Filter(new FilterOptions { Rows = [2] }, context);
        Assert.Equal([2L, 8, 9], ((IntegerColumn)filtered.Column("index")).Values.ToArray());
        Assert.Equal(["by hand", "duplicateRow", "emptyRow"], ((TextColumn)filtered.Column("reason")).Values);
        Assert.Equal(17, filtered.Series.Count);
        Assert.Equal(IntensityKind.Counts, filtered.Series.Kind);
        Assert.Equal(3, filtered.Series.SourceRow(2));
        Assert.Equal(RowStatus.Excluded, filtered.StatusOf(9));

        CleanedSeries imputed = filtered.Series.Impute(new ImputeOptions(), context);
        ReadOnlySpan<double> spike = imputed.Series[2];
        Assert.Equal(0.5 * (rows[3][49] + rows[3][51]), spike[50], 1e-9);
        Assert.Equal(0.25 * (rows[3][49] + rows[3][51]), imputed.Series.Variance(2)[50], 1e-9);
        Assert.Equal(0.5 * (rows[4][99] + rows[4][101]), imputed.Series[3][100], 1e-9);
        Assert.True(double.IsNaN(imputed.Series[4][0]) && double.IsNaN(imputed.Series[5][205]));
        Assert.Equal(RowStatus.NotFinite, imputed.StatusOf(4));
        Assert.Equal(2, imputed.RowCount);
        Assert.Equal(IntensityKind.Derived, imputed.Series.Kind);
        Assert.Equal(rows[3][50], imputed.Numbers("before")[0]);
        Assert.Equal(Math.Sqrt(imputed.Series.Variance(2)[50]), imputed.Numbers("after").StandardErrors.Span[0]);
        for (int i = 0; i < Points; i++)
        {
            if (i != 50)
                Assert.Equal(rows[3][i], spike[i]);
        }

        CleanedSeries removed = series.Remove(new RemoveOptions { Intervals = [new AxisInterval { From = 10.95, To = 11.25 }] }, context);
        Assert.Equal(IntensityKind.Counts, removed.Series.Kind);
        Assert.True(double.IsNaN(removed.Series[3][50]) && double.IsNaN(removed.Series[0][10]) && double.IsNaN(removed.Series.Variance(0)[12]));
        Assert.Equal(rows[0][13], removed.Series[0][13]);
        Assert.Equal((19 * 3) + 1, removed.RowCount);
        Assert.Throws<DataMismatchException>(() => series.Remove(new RemoveOptions { Intervals = [new AxisInterval { From = 1, To = 2 }] }));

        Assert.Equal(["quality.filter", "quality.impute", "quality.remove"], sink.Steps.Select(s => s.Operation));
        Assert.Equal(3, sink.Warnings.Count(w => w.Code == "data_changed"));
        Assert.Equal(3, sink.Outcomes[0].Failed);
        Assert.Contains("imputed, whitePixel: 1", imputed.Report());

        // Without faults the very same series comes back.
        SpectrumSeries clean = Series(Rows(20));
        Assert.Same(clean, clean.Filter().Series);
        Assert.Same(clean, clean.Impute().Series);
        Assert.Same(clean, clean.Remove().Series);
    }

    [Fact]
    public void The_median_takes_the_neighbours_and_a_person_can_exclude_a_row()
    {
        double[][] rows = Rows(10);
        rows[3][50] = double.NaN;
        SpectrumSeries series = Series(rows);
        CleanedSeries imputed = series.Impute(new ImputeOptions { Method = ImputeMethod.Median, Neighbors = 2 });
        double[] near = [rows[3][48], rows[3][49], rows[3][51], rows[3][52]];
        Assert.Equal(Statistics.Median(near), imputed.Series[3][50]);
        Assert.Equal(Statistics.Mad(near) * Math.Sqrt(Math.PI / 8), imputed.Numbers("after").StandardErrors.Span[0], 1e-12);

        var request = new StepRequest<FilterOptions>(new FilterOptions(), [new RowOverride(6, null, "beam dump")]);
        CleanedSeries filtered = QualitySteps.Filter.Run(series, request);
        Assert.Equal([6L], ((IntegerColumn)filtered.Column("index")).Values.ToArray());
        Assert.Empty(QualitySteps.Check.Run(series, new StepRequest<QualityOptions>(new QualityOptions(), [new RowOverride(3, null, "known")])).Findings);
    }

    [Fact]
    public void Tables_are_checked_column_by_column()
    {
        int n = 80;
        var noise = new Noise(9);
        double[] centre = [.. Enumerable.Range(0, n).Select(_ => 18.7 + (0.001 * noise.G()))], width = [.. Enumerable.Range(0, n).Select(i => 0.1 + (0.001 * i) + (0.002 * noise.G()))];
        centre[40] = 19.5;
        centre[41] = double.NaN;
        double[] time = [.. Enumerable.Range(0, n).Select(i => 30.0 * (i < 60 ? i : i + 20))];
        var table = new ResultTable("fits", [new NumberColumn("time", "s", time), new NumberColumn("center", "deg", centre), new NumberColumn("fwhm", "deg", width)]);
        QualityReport report = table.CheckQuality();
        Assert.Contains(report.Findings, f => f is { Kind: FindingKind.OutlierValue, Row: 40, Column: "center" });
        Assert.Contains(report.Findings, f => f is { Kind: FindingKind.NotFinite, Row: 41, Column: "center" });
        Assert.Contains(report.Findings, f => f is { Kind: FindingKind.TimeGap, Row: 60, Column: "time" });
        Assert.Contains(report.Findings, f => f is { Kind: FindingKind.Drift, Column: "fwhm" });
        Assert.True(report.RowCount == 4, report.Report(20));
        Assert.Throws<DataMismatchException>(() => report.Series);
        Assert.Throws<DataMismatchException>(() => table.CheckQuality(new QualityOptions { TimeColumns = ["clock"] }));

        var twice = table.Take([0, 1, 2, 2]);
        Assert.Contains(twice.CheckQuality().Findings, f => f is { Kind: FindingKind.DuplicateRow, Row: 3 });
    }

    [Fact]
    public void Instants_are_times_too()
    {
        DateTimeOffset start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        DateTimeOffset?[] at = [.. Enumerable.Range(0, 20).Select(i => (DateTimeOffset?)start.AddSeconds(i < 10 ? 60 * i : (60 * i) + 600))];
        SpectrumSeries series = Series(Rows(20)).WithColumns([new TimeColumn("start", at)]);
        QualityFinding gap = Assert.Single(series.CheckQuality().Findings);
        Assert.Equal((FindingKind.TimeGap, 10, "start"), (gap.Kind, gap.Row, gap.Column));
        Assert.Equal(11, gap.Value, 1e-9);
    }

    [Fact]
    public void A_lag_is_no_clock_unless_it_is_named()
    {
        SpectrumSeries series = Series(Rows(20)).WithColumns([new NumberColumn("lag", "s", new double[20]), new IntegerColumn("elapsed_time", Enumerable.Range(0, 20).Select(i => i < 10 ? 5L * i : 200 + i).ToArray())]);
        Assert.Equal((FindingKind.TimeGap, 10, "elapsed_time"), Assert.Single(series.CheckQuality().Findings.Select(f => (f.Kind, f.Row, f.Column))));
        Assert.Equal(19, series.CheckQuality(new QualityOptions { TimeColumns = ["lag"] }).CountOf(FindingKind.DuplicateTime));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Few_rows_raise_nothing(int count)
    {
        SpectrumSeries series = Series(Rows(count));
        Assert.True(series.CheckQuality().IsClean);
        Assert.Equal(count, series.Filter().Series.Count);
        Assert.Equal(count, series.Impute().Series.Count);
        var narrow = SpectrumSeries.Wrap(new Axis(new double[] { 1 }, "x", string.Empty), Enumerable.Range(0, count).Select(i => (double)i).ToArray(), count);
        narrow.CheckQuality();
        narrow.CheckQuality(new QualityOptions { FrameWidth = 1 });
        new ResultTable("t", [new NumberColumn("a", string.Empty, new double[count])]).CheckQuality();
    }

    [Fact]
    public void One_thread_two_threads_and_another_culture_give_the_same_report()
    {
        double[][] rows = Rows(50, 4);
        rows[7][30] += 3000.5;
        rows[20] = [.. rows[21]];
        SpectrumSeries series = Series(rows);
        string one = series.CheckQuality(null, AnalysisContext.Default with { MaxDegreeOfParallelism = 1 }).Report(100);
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE");
            Assert.Equal(one, series.CheckQuality(null, AnalysisContext.Default with { MaxDegreeOfParallelism = 2 }).Report(100));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => series.CheckQuality(cancellationToken: stop.Token));
    }

    [Fact]
    public void Wrong_options_are_named_before_any_work()
    {
        Assert.Throws<OptionsException>(() => Series(Rows(3)).CheckQuality(new QualityOptions { Gap = -1 }));
        Assert.Contains("whitePixel", Assert.Throws<OptionsException>(() => Series(Rows(3)).CheckQuality(new QualityOptions { Skip = ["nonsense"] })).Message);
        Assert.Throws<OptionsException>(() => Series(Rows(3)).Filter(new FilterOptions { Kinds = ["whitePixel"] }));
        Assert.Throws<OptionsException>(() => Series(Rows(3)).Filter(new FilterOptions { Rows = [1.5] }));
        Assert.Throws<OptionsException>(() => Series(Rows(3)).Impute(new ImputeOptions { Kinds = ["drift"] }));
        Assert.Throws<OptionsException>(() => new RemoveOptions { Intervals = [new AxisInterval { From = 2, To = 1 }] }.Validate());
        Assert.Throws<DataMismatchException>(() => Series(Rows(3)).CheckQuality(new QualityOptions { FrameWidth = 7 }));
        Assert.Throws<DataMismatchException>(() => Series(Rows(3)).CheckQuality(new QualityOptions { TimeColumns = ["clock"] }));
        foreach (Technique technique in Enum.GetValues<Technique>())
            Assert.Equal(QualityLimits.For(technique), new QualityOptions { Technique = technique }.Limits());
    }

    [Fact]
    public void Every_step_has_a_name_a_title_and_options_that_survive_json()
    {
        Assert.Equal(12, QualitySteps.All.Count);
        Assert.Equal(12, QualitySteps.All.Select(s => s.Operation).Distinct().Count());
        foreach (IStep step in QualitySteps.All)
        {
            Assert.True(step.Title.Length > 0 && step.Description.Length > 0 && step.Operation == step.Operation.ToLowerInvariant());
            var buffer = new System.Buffers.ArrayBufferWriter<byte>();
            using (var writer = new System.Text.Json.Utf8JsonWriter(buffer))
                step.OptionSet.Write(writer, step.OptionSet.Default);
            var faults = new List<OptionFault>();
            object read = step.OptionSet.Read(System.Text.Json.JsonDocument.Parse(buffer.WrittenMemory).RootElement, null, string.Empty, faults);
            step.OptionSet.Check(read, string.Empty, faults);
            Assert.Empty(faults);
        }
    }

    [Fact]
    public void The_faults_of_the_shipped_run_are_found()
    {
        var csv = new GoldenCsv(ReferenceData.Shipped("samples/data/data-quality/raman-run.csv"));
        var times = new GoldenCsv(ReferenceData.Shipped("samples/data/data-quality/raman-run-times.csv"));
        string[] names = [.. csv.Names.Skip(1)];
        SpectrumSeries series = SpectrumSeries.Wrap(new Axis(csv[0], AxisQuantity.RamanShift, "cm^-1"), names.SelectMany(n => csv[n]).ToArray(), names.Length, new SeriesAttributes
        {
            Labels = names,
            Columns = [new NumberColumn("time", "s", times["time"])],
        });
        QualityReport report = series.CheckQuality(new QualityOptions { Technique = Technique.Raman });
        Assert.Equal(
            [
                (FindingKind.WhitePixel, 4), (FindingKind.DeadPixel, 8), (FindingKind.WhitePixel, 11), (FindingKind.DuplicateRow, 18), (FindingKind.WhitePixel, 23), (FindingKind.IsolatedFrame, 29),
                (FindingKind.OutlierFrame, 29), (FindingKind.WhitePixel, 37), (FindingKind.Saturated, 45), (FindingKind.WhitePixel, 52), (FindingKind.TimeGap, 40), (FindingKind.PositionDrift, -1),
            ],
            report.Findings.Select(f => (f.Kind, f.Row)));
        Assert.Equal(2, series.ResolveCurves(new McrOptions { Components = 2 }).Series.Count);
    }
}
