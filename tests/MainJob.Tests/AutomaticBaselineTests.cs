using System.Globalization;
using BigMap.Analysis.Spectra.Baseline;
using BigMap.Analysis.Spectra.PeakFit;

namespace BigMap.Analysis.Tests;

/// <summary>The coordination number of the simulated FTIR series, with a baseline whose smoothness nobody sets.</summary>
public sealed class AutomaticBaselineTests
{
    [Theory]
    [InlineData(SmoothnessCriterion.Reml, 0)]
    [InlineData(SmoothnessCriterion.Reml, 1)]
    [InlineData(SmoothnessCriterion.Reml, 2)]
    [InlineData(SmoothnessCriterion.Gcv, 2)]
    public void The_coordination_number_is_right_without_setting_lambda(SmoothnessCriterion criterion, int degree)
    {
        double[][] spectra = Columns("spectra/sim-ftir/spectra.csv");
        double[] truth = Columns("spectra/sim-ftir/truth.csv")[1];
        SpectrumSeries series = SpectrumSeries.Wrap(new Axis(spectra[0], AxisQuantity.Wavenumber, "cm^-1"), spectra.Skip(1).SelectMany(s => s).ToArray(), spectra.Length - 1);
        BaselineSeries baseline = series.EstimateBaseline(new RemlOptions { Criterion = criterion });
        PeakFitOptions model = PeakModel.Build()
            .Peak("c1", LineShapes.PseudoVoigt, new Parameter(820, 812, 828), new Parameter(15, 5, 35))
            .Peak("free", LineShapes.PseudoVoigt, new Parameter(838, 832, 844), new Parameter(15, 5, 35))
            .Peak("c2", LineShapes.PseudoVoigt, new Parameter(859, 850, 866), new Parameter(15, 5, 35))
            .Peak("emc", LineShapes.PseudoVoigt, new Parameter(873, 866, 880), new Parameter(10, 4, 25))
            .Polynomial(degree)
            .ToOptions();
        FitSeries fits = baseline.Corrected.Fit(model);
        double sum = 0;
        for (int row = 0; row < fits.Count; row++)
        {
            FitResult fit = fits[row];
            double coordinated = fit["c1.area"] + fit["c2.area"], free = fit["free.area"];
            sum += Math.Pow((coordinated / (coordinated + free)) - truth[row], 2) / fits.Count;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{criterion}, degree {degree}: {Math.Sqrt(sum):F4}");
        Assert.Equal(24, fits.Count);
        Assert.InRange(Math.Sqrt(sum), 0, 0.02);
    }

    private static double[][] Columns(string file)
    {
        double[][] rows = [.. File.ReadLines(ReferenceData.File(file)).Skip(1).Select(l => l.Split(',').Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray())];
        return [.. Enumerable.Range(0, rows[0].Length).Select(c => rows.Select(r => r[c]).ToArray())];
    }
}
