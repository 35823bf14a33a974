using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Spectra.PeakFit.Tests;

/// <summary>Drifts and breaks along a series.</summary>
public class TrendTests
{
    private static readonly double[] X = [.. Enumerable.Range(0, 120).Select(i => 10 + (0.05 * i))];

    [Fact]
    public void Six_scans_of_one_sample_show_the_drift_and_the_misfit()
    {
        var data = new GoldenCsv(ReferenceData.File("spectra/xrd-lab/repeat_scans_c1_c6.csv"));
        var golden = new GoldenCsv(ReferenceData.File("spectra/golden-fits/xrd_repeats_doublet_pv.csv"));
        SpectrumSeries series = SpectrumSeries.Wrap(new Axis(data[0], AxisQuantity.TwoTheta, "deg"), Enumerable.Range(1, 6).SelectMany(c => data[c]).ToArray(), 6, new SeriesAttributes { Kind = IntensityKind.Counts }).Trim(51.0, 53.2);
        FitSeries fits = series.Fit(new PeakFitOptions
        {
            Peaks = [new() { Name = "Ka", Center = Parameter.Between(51.7, 52.2), Fwhm = Parameter.Between(0.03, 0.5), SecondLine = SecondLine.CopperKAlpha2 }],
            Background = new() { Degree = 1 },
            Weighting = Weighting.Poisson,
        });
        TestContext.Current.TestOutputHelper!.WriteLine(fits.Report());
        for (int row = 0; row < 6; row++)
        {
            FitResult fit = fits[row];
            Assert.True(fit.Info.ChiSquare <= golden["chisqr"][row] * (1 + 1e-9), $"{fit.Info.ChiSquare:R} against {golden["chisqr"][row]:R}");
            Assert.Equal(golden["centre"][row], fit["Ka.center"], 1e-3 * golden["centre_stderr"][row]);
            Assert.Equal(golden["centre_stderr"][row], fit.StandardError("Ka.center"), 1e-3 * golden["centre_stderr"][row]);
            Assert.Equal(1.5 * golden["area"][row], fit["Ka.area"], 1e-3 * golden["area_stderr"][row]);
            Assert.True(fit.Info.ReducedChiSquare > 5);
            Assert.True(fit.Flags.HasFlag(FitFlags.ChiSquare));
            Assert.Contains("misfit", fit.Report(), StringComparison.Ordinal);
        }

        Assert.Equal("chi_square", fits.Column("flags").Text(0).Split(' ')[0]);
        Assert.Contains("In 6 of 6 rows the model does not describe the data", Assert.Single(fits.Warnings, w => w.Code == "misfit").Message, StringComparison.Ordinal);

        SeriesTrend drift = fits.Trend("Ka.center");
        TestContext.Current.TestOutputHelper!.WriteLine($"{drift}");
        Assert.True(drift.Varies);
        Assert.InRange(drift.Slope, 1.5e-4, 3.5e-4);
        Assert.True(drift.Slope > 2 * drift.SlopeError);
        Assert.False(fits.Trend("Ka.area").Varies);
    }

    [Fact]
    public void A_value_that_does_not_change_has_no_trend_and_one_that_does_has_the_right_one()
    {
        const int Rows = 60;
        int varies = 0, steep = 0;
        for (int seed = 0; seed < 12; seed++)
        {
            FitSeries still = Fit(Rows, _ => 12.5, seed), moving = Fit(Rows, r => 12.5 + (0.002 * r), seed);
            varies += still.Trend("p.center").Varies ? 1 : 0;
            Assert.Empty(still.Trend("p.center").ChangePoints);
            SeriesTrend trend = moving.Trend("p.center");
            Assert.True(trend.Varies);
            steep += Math.Abs(trend.Slope - 0.002) > 2.58 * trend.SlopeError ? 1 : 0;
            Assert.Empty(trend.ChangePoints);
            Assert.Equal(0.5 * trend.Slope, moving.Trend("p.center", "time").Slope, 1e-9);
        }

        Assert.Equal(0, varies);
        Assert.InRange(steep, 0, 1);
    }

    [Theory]
    [InlineData(0.15)]
    [InlineData(0)]
    public void Breaks_are_found_where_they_are(double step)
    {
        const int Rows = 80, At = 47;
        FitSeries fits = Fit(Rows, r => 12 + (0.004 * r) + (r >= At ? step + (step == 0 ? 0.03 * (r - At) : 0) : 0), 4);
        ChangePoint change = Assert.Single(fits.Trend("p.center").ChangePoints);
        TestContext.Current.TestOutputHelper!.WriteLine(change.ToString());
        Assert.InRange(At, change.Earliest - (step == 0 ? 2 : 0), change.Latest + (step == 0 ? 2 : 0));
        Assert.InRange(change.Row, At - 3, At + 3);
        Assert.Equal(12 + (0.004 * change.Row), change.Before, 4 * change.BeforeError);
        if (step > 0)
            Assert.Equal(change.Before + step, change.After, 4 * (change.BeforeError + change.AfterError));
    }

    private static FitSeries Fit(int rows, Func<int, double> center, int seed)
    {
        var random = new Random(seed);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double[] y = [.. Enumerable.Range(0, rows).SelectMany(r => X.Select(x => 5 + ScalarShapes.Value("gaussian", x, 100, center(r), 0.6) + (3 * Normal())))];
        SpectrumSeries series = SpectrumSeries.Wrap(new Axis(X, "x", "mm"), y, rows, new SeriesAttributes { Variance = Enumerable.Repeat(9.0, y.Length).ToArray() });
        return series.WithColumns([new NumberColumn("time", "s", Enumerable.Range(0, rows).Select(r => 2.0 * r).ToArray())]).Fit(new PeakFitOptions
        {
            Peaks = [new() { Name = "p", Shape = LineShapes.Gaussian }],
            Background = new() { Degree = 0 },
            Weighting = Weighting.Sigma,
        });
    }
}
