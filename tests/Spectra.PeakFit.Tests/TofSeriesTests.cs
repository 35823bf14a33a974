using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Spectra.PeakFit.Tests;

/// <summary>31 neutron time-of-flight patterns against lmfit (golden-fits/tof_series_pv.csv; window and model from series_manifest.json).</summary>
public class TofSeriesTests
{
    [Theory]
    [InlineData(Seeding.Independent)]
    [InlineData(Seeding.FromPrevious)]
    public void Chi_square_is_never_above_the_golden_one(Seeding seeding)
    {
        var data = new GoldenCsv(ReferenceData.File("spectra/tof-series/vulcan_bank1.csv"));
        var golden = new GoldenCsv(ReferenceData.File("spectra/golden-fits/tof_series_pv.csv"));
        var axis = new Axis(data[0], AxisQuantity.TimeOfFlight, "us");
        int rows = data.Names.Length - 1;
        SpectrumSeries series = SpectrumSeries.Wrap(axis, Enumerable.Range(1, rows).SelectMany(c => data[c]).ToArray(), rows, new SeriesAttributes { Kind = IntensityKind.Counts });
        FitSeries fits = series.Trim(33000, 34900).Fit(new PeakFitOptions
        {
            Peaks = [new() { Name = "p", Center = Parameter.Between(33500, 34400), Fwhm = new(Max: 800) }],
            Weighting = Weighting.Poisson,
            Seeding = seeding,
        });
        Assert.Equal(rows, golden["chisqr"].Length);
        for (int row = 0; row < rows; row++)
        {
            FitResult fit = fits[row];
            Assert.True(fit.IsUsable, fit.Report());
            Assert.True(fit.Info.ChiSquare <= golden["chisqr"][row] * (1 + 1e-9), $"row {row}: {fit.Info.ChiSquare:R} against {golden["chisqr"][row]:R}");
            if (fit.Status == RowStatus.AtBound)
                continue;
            foreach ((string own, string theirs) in new[] { ("p.center", "centre"), ("p.fwhm", "fwhm"), ("p.area", "area"), ("p.eta", "eta"), ("background.c0", "b0"), ("background.c1", "b1") })
            {
                double error = golden[theirs + "_stderr"][row];
                Assert.True(Math.Abs(fit[own] - golden[theirs][row]) <= 1e-3 * error, $"row {row} {own}: {fit[own]:R} against {golden[theirs][row]:R} ± {error:R}");
                Assert.True(Math.Abs(fit.StandardError(own) - error) <= 1e-3 * error, $"row {row} {own}: error {fit.StandardError(own):R} against {error:R}");
            }
        }
    }
}
