using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Spectra.PeakFit.Tests;

public class PeakSearchTests
{
    private static readonly double[] X = [.. Enumerable.Range(0, 500).Select(i => 100 + (0.5 * i))];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Peaks_on_a_curved_background_are_found_and_start_a_fit(bool variances)
    {
        for (int seed = 0; seed < 5; seed++)
        {
            SpectrumSeries series = Series(seed, variances, x => ScalarShapes.Value("gaussian", x, 300, 140, 8) + ScalarShapes.Value("lorentzian", x, 900, 220, 12) + ScalarShapes.Value("pseudoVoigt", x, 200, 300.2, 6, 0.4));
            PeakSearchResult found = series.FindPeaks();
            Assert.True(found.RowCount == 3, string.Join("; ", found.Peaks));
            foreach ((FoundPeak peak, double center, double width) in found.Peaks.Zip([140, 220, 300.2], [8.0, 12, 6]).Select(p => (p.First, p.Second, p.Third)))
            {
                Assert.Equal(center, peak.Center, 0.2 * width);
                Assert.InRange(peak.Fwhm / width, 0.5, 1.8);
            }

            FitResult fit = series.Fit(new PeakFitOptions { Peaks = found.Definitions(LineShapes.PseudoVoigt), Background = new() { Degree = 2 } })[0];
            Assert.Equal(900, fit["p2.area"], 4 * fit.StandardError("p2.area"));
            Assert.Equal(FitFlags.None, fit.Flags);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Noise_has_no_peaks(bool variances)
    {
        int found = Enumerable.Range(0, 60).Sum(seed => Series(seed, variances, _ => 0).FindPeaks(new PeakSearchOptions { FalseAlarmRate = 0.02 }).RowCount);
        TestContext.Current.TestOutputHelper?.WriteLine($"{found} in 60 rows of noise");
        Assert.InRange(found, 0, 6);
    }

    /// <summary>Without variances the noise of a short row is known badly, and a height must be more to mean as much.</summary>
    [Theory]
    [InlineData(12)]
    [InlineData(20)]
    [InlineData(30)]
    [InlineData(50)]
    [InlineData(100)]
    public void Noise_in_short_rows_has_no_more_peaks_than_was_asked(int length)
    {
        const int Rows = 600;
        var random = new Random(length);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var axis = new Axis(Enumerable.Range(0, length).Select(i => (double)i).ToArray(), "x", "u");
        int found = Enumerable.Range(0, Rows).Count(_ => SpectrumSeries.Wrap(axis, Enumerable.Range(0, length).Select(_ => 7 + Normal()).ToArray(), 1).FindPeaks(new PeakSearchOptions { FalseAlarmRate = 0.02 }).RowCount > 0);
        TestContext.Current.TestOutputHelper?.WriteLine($"{length} points: {found} of {Rows} rows of noise have peaks, {0.02 * Rows} were asked for");
        Assert.InRange(found, 0, (0.02 * Rows) + (3 * Math.Sqrt(0.02 * Rows)));
    }

    [Fact]
    public void A_clear_peak_in_a_short_row_is_found()
    {
        var random = new Random(2);
        double[] y = [.. Enumerable.Range(0, 30).Select(i => 7 + ScalarShapes.Value("gaussian", i, 400, 14, 4) + (2 * (random.NextDouble() - 0.5)))];
        PeakSearchResult found = SpectrumSeries.Wrap(new Axis(Enumerable.Range(0, 30).Select(i => (double)i).ToArray(), "x", "u"), y, 1).FindPeaks(new PeakSearchOptions { MaxFwhm = 6 });
        Assert.Equal(14, Assert.Single(found.Peaks).Center, 1.0);
    }

    /// <summary>Counting for so short that most points are nought: no peaks in noise, and the true ones where counts gather.</summary>
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.05)]
    [InlineData(0.2)]
    public void Rows_of_which_most_points_are_equal(double level)
    {
        var random = new Random(6);
        SpectrumSeries Row(Func<double, double> peak) => SpectrumSeries.Wrap(new Axis(X, "x", "u"), X.Select(x => TwoPhaseSeriesTests.Poisson(random, level + peak(x))).ToArray(), 1);
        int noise = Enumerable.Range(0, 200).Count(_ => Row(_ => 0).FindPeaks(new PeakSearchOptions { FalseAlarmRate = 0.01 }).RowCount > 0);
        int there = Enumerable.Range(0, 50).Count(_ => Row(x => ScalarShapes.Value("gaussian", x, 25, 222, 5)).FindPeaks() is var found && found.Peaks.Any(p => Math.Abs(p.Center - 222) < 3));
        TestContext.Current.TestOutputHelper?.WriteLine($"{level}: peaks in {noise} of 200 rows of noise; the true one in {there} of 50");
        Assert.InRange(noise, 0, 7);
        Assert.InRange(there, 45, 50);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.7)]
    public void Data_without_noise_have_the_peaks_that_they_have(double slope)
    {
        double[] y = [.. X.Select(x => 3 + (slope * x) + (Math.Abs(x - 220) < 20 ? ScalarShapes.Value("gaussian", x, 300, 220, 6) : 0))];
        PeakSearchResult found = SpectrumSeries.Wrap(new Axis(X, "x", "u"), y, 1).FindPeaks();
        Assert.Contains(found.Peaks, p => Math.Abs(p.Center - 220) < 0.6);
        Assert.InRange(found.RowCount, 1, 3);
    }

    [Fact]
    public void Time_grows_with_the_number_of_points_and_a_search_can_be_cancelled()
    {
        SpectrumSeries Long(int n)
        {
            var random = new Random(n);
            double[] x = [.. Enumerable.Range(0, n).Select(i => 0.01 * i)];
            return SpectrumSeries.Wrap(new Axis(x, "x", "u"), x.Select(v => 100 + ScalarShapes.Value("gaussian", v, 300, 25, 1.5) + random.NextDouble()).ToArray(), 1);
        }

        double Seconds(SpectrumSeries series)
        {
            double best = double.PositiveInfinity;
            for (int turn = 0; turn < 3; turn++)
            {
                TimeSpan start = Environment.CpuUsage.TotalTime;
                Assert.Contains(series.FindPeaks().Peaks, p => Math.Abs(p.Center - 25) < 0.3);
                best = Math.Min(best, (Environment.CpuUsage.TotalTime - start).TotalSeconds);
            }

            return best;
        }

        double small = Seconds(Long(5000)), large = Seconds(Long(20_000));
        TestContext.Current.TestOutputHelper?.WriteLine($"5000 points {1e3 * small:F0} ms, 20,000 points {1e3 * large:F0} ms");

        // Four times the points took sixteen times as long before, 17 s.
        Assert.True(large < 3, $"{large} s");
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => Long(5000).FindPeaks(cancellationToken: source.Token));
        using var soon = new CancellationTokenSource(20);
        Assert.ThrowsAny<OperationCanceledException>(() => Long(200_000).FindPeaks(new PeakSearchOptions { MaxFwhm = 500 }, cancellationToken: soon.Token));
    }

    [Fact]
    public void Bad_rows_are_left_out_and_nothing_gives_nothing()
    {
        SpectrumSeries series = TestSeries.W2b(4, broken: s => s == 2);
        Assert.Equal(2, series.FindPeaks(new PeakSearchOptions { MinFwhm = 4 }).RowCount);
        Assert.Equal(0, series.Slice(2..3).FindPeaks().RowCount);
        Assert.Equal(0, SpectrumSeries.Wrap(new Axis(X, "x", "u"), new double[X.Length], 1).FindPeaks().RowCount);
        Assert.Throws<OptionsException>(() => series.FindPeaks(new PeakSearchOptions { MinFwhm = 5, MaxFwhm = 2 }));
        Assert.Equal(1, series.FindPeaks(new PeakSearchOptions { MinFwhm = 4, MaxPeaks = 1 }).RowCount);
    }

    [Fact]
    public void The_silicon_line_is_found()
    {
        var csv = new GoldenCsv(ReferenceData.File("spectra/raman/si_633.csv"));
        PeakSearchResult found = SpectrumSeries.Wrap(new Axis(csv[0], AxisQuantity.RamanShift, "cm^-1"), csv[1], 1).Trim(480, 560).FindPeaks();
        Assert.Contains(found.Peaks, p => Math.Abs(p.Center - 520) < 3 && p.Significance > 20);
    }

    private static SpectrumSeries Series(int seed, bool variances, Func<double, double> peaks)
    {
        var random = new Random(seed);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double[] y = [.. X.Select(x => 50 + (0.1 * (x - 200)) + (5e-4 * (x - 200) * (x - 200)) + peaks(x) + (2 * Normal()))];
        return SpectrumSeries.Wrap(new Axis(X, AxisQuantity.RamanShift, "cm^-1"), y, 1, new SeriesAttributes { Variance = variances ? Enumerable.Repeat(4.0, y.Length).ToArray() : default });
    }
}
