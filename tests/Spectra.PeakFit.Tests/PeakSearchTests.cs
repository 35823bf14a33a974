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
