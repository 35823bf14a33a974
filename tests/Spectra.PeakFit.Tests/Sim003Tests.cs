using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Spectra.PeakFit.Tests;

/// <summary>The simulated operando series sim-003 with known truth: 150 patterns, two components of which one appears late and the other vanishes.</summary>
public class Sim003Tests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Two_peaks_on_every_pattern(int degree)
    {
        var data = new GoldenCsv(ReferenceData.File("spectra/sim-003/patterns.csv"));
        var truth = new GoldenCsv(ReferenceData.File("spectra/sim-003/truth.csv"));
        int rows = data.Names.Length - 1;
        SpectrumSeries series = SpectrumSeries.Wrap(
            new Axis(data[0], AxisQuantity.TwoTheta, "deg"),
            Enumerable.Range(1, rows).SelectMany(c => data[c]).ToArray(),
            rows,
            new SeriesAttributes { Kind = IntensityKind.Counts, IntensityUnit = "counts" });
        FitSeries fits = series.Trim(17.6, 20.6).Fit(new PeakFitOptions
        {
            Peaks =
            [
                new() { Name = "H1", Center = Parameter.Between(18.3, 18.8), Fwhm = new(Max: 0.5) },
                new() { Name = "H3", Center = Parameter.Between(19.35, 19.8), Fwhm = new(Max: 0.5) },
            ],
            Background = new() { Degree = degree },
            Weighting = Weighting.Poisson,
        });
        var log = TestContext.Current.TestOutputHelper!;
        log.WriteLine($"degree {degree}: " + string.Join(", ", fits.Info.ToArray().GroupBy(i => i.Status).Select(g => $"{g.Count()} {g.Key}")));
        foreach (int r in Enumerable.Range(0, rows).Where(r => !fits[r].IsUsable)) { log.WriteLine($"row {r}"); log.WriteLine(fits[r].Report()); }
        Assert.All(fits.Info.ToArray(), i => Assert.True(i.Status.IsUsable()));
        foreach ((string peak, string n) in new[] { ("H1", "1"), ("H3", "2") })
        {
            int[] present = [.. Enumerable.Range(0, rows).Where(r => truth["area" + n][r] >= 0.2 * (truth["area1"][r] + truth["area2"][r]))];
            int[] absent = [.. Enumerable.Range(0, rows).Where(r => truth["area" + n][r] == 0)];
            double bias = Median(present.Select(r => (fits[r][$"{peak}.area"] / truth["area" + n][r]) - 1));
            double centre = Median(present.Select(r => fits[r][$"{peak}.center"] - truth["centre" + n][r]));
            double z = Median(present.Select(r => Math.Abs((fits[r][$"{peak}.area"] - truth["area" + n][r]) / fits[r].StandardError($"{peak}.area"))));
            double[] phantom = [.. absent.Select(r => fits[r][$"{peak}.area"] / (truth["area1"][r] + truth["area2"][r]))];
            log.WriteLine($"{peak}: {present.Length} present, area bias {bias:P2}, centre bias {centre:E1} deg, median |z| of the area {z:F2}; {absent.Length} absent, of which {phantom.Count(a => a == 0)} with area 0, median phantom {Median(phantom):P2}, largest {phantom.DefaultIfEmpty().Max():P2}");
            Assert.True(Math.Abs(bias) < 0.015, $"{peak}: median area bias {bias:P2}");
            Assert.True(Math.Abs(centre) < 1e-3);
        }

        double error = fits.Info.ToArray().Select(i => i.ReducedChiSquare).Order().ElementAt(rows / 2);
        log.WriteLine($"median reduced chi-square {error:F3}");
        foreach (StepWarning w in fits.Warnings)
            log.WriteLine(w.ToString());
        Assert.InRange(error, 0.9, 1.15);
        AssertEveryMissingErrorHasAReason(fits);
    }

    private static void AssertEveryMissingErrorHasAReason(FitSeries fits)
    {
        foreach (NumberColumn column in fits.Columns.OfType<NumberColumn>().Where(c => c.HasStandardErrors))
        {
            for (int row = 0; row < column.Count; row++)
                Assert.Equal(double.IsNaN(column.StandardErrors.Span[row]), column.ErrorStatusOf(row) != StandardErrorStatus.Given);
        }
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToArray() is { Length: > 0 } a ? a[a.Length / 2] : double.NaN;
}
