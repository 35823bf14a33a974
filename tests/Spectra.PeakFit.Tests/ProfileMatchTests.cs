using BigMap.Analysis.Numerics;
using BigMap.Analysis.Spectra.PeakFit.Internal;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Spectra.PeakFit.Tests;

/// <summary>The search for a peak in residuals: its kernel against plain loops, and rows against fits by themselves.</summary>
public class ProfileMatchTests
{
    [Theory]
    [InlineData(3, 1)]
    [InlineData(17, 3)]
    [InlineData(64, 9)]
    [InlineData(301, 8)]
    public void Norm_and_score_are_those_of_plain_projections(int n, int columns)
    {
        var random = new Random(n);
        double[] Draw() => [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() - 0.5)];
        var basis = new List<double[]>();
        for (int j = 0; j < Math.Min(columns, n - 1); j++)
        {
            double[] q = Remove(Remove(Draw(), basis), basis);
            double length = Math.Sqrt(q.Sum(v => v * v));
            basis.Add([.. q.Select(v => v / length)]);
        }

        double[] curve = Draw(), weights = [.. Draw().Select(v => 1 + v)], residuals = Remove(Draw(), basis);
        double[] rest = Remove([.. curve.Zip(weights, (c, w) => c * w)], basis);
        (double norm, double score) = new ProfileMatch(n, columns).Against(curve, weights, [.. basis.SelectMany(q => q.Append(7.0))], n + 1, basis.Count, residuals);
        Assert.Equal(rest.Sum(v => v * v), norm, 1e-12 * n);
        Assert.Equal(rest.Zip(residuals, (a, b) => a * b).Sum(), score, 1e-12 * n);

        double[] followed = [.. basis[0].Zip(weights, (q, w) => 3 * q / w)];
        Assert.Equal((0, 0), new ProfileMatch(n, columns).Against(followed, weights, [.. basis.SelectMany(q => q.Append(7.0))], n + 1, basis.Count, residuals));
    }

    [Fact]
    public void A_row_of_a_series_has_the_bits_of_a_fit_by_itself()
    {
        const int Rows = 12;
        double[] x = [.. Enumerable.Range(0, 240).Select(i => 0.05 * i)];
        var random = new Random(4);
        double[] y = [.. Enumerable.Range(0, Rows).SelectMany(r => x.Select(v => TwoPhaseSeriesTests.Poisson(random, 60 + (2 * v)
            + (r < 8 ? ScalarShapes.Value("pseudoVoigt", v, 400, 3 + (0.05 * r), 0.6, 0.4) : 0) + (r > 3 ? ScalarShapes.Value("gaussian", v, 20 * (r - 3), 8.5, 0.4) : 0))))];
        var options = new PeakFitOptions
        {
            Peaks = [new() { Name = "a", Center = Parameter.Between(2, 5) }, new() { Name = "b", Center = Parameter.Between(7, 10) }],
            Weighting = Weighting.Poisson,
        };
        FitSeries fits = SpectrumSeries.Wrap(new Axis(x, "x", "u"), y, Rows, new SeriesAttributes { Kind = IntensityKind.Counts }).Fit(options);
        Assert.Contains(Enumerable.Range(0, Rows), r => !fits[r].IsPresent("a"));
        Assert.Contains(Enumerable.Range(0, Rows), r => !fits[r].IsPresent("b"));
        var model = new PeakModel(options);
        var used = new PeakFitter(model, x.Length);
        for (int row = Rows - 1; row >= 0; row--)
        {
            foreach (PeakFitter fitter in new[] { used, new PeakFitter(model, x.Length) })
            {
                double[] values = new double[model.ValueNames.Count], errors = new double[values.Length];
                Array.Fill(values, double.NaN);
                fitter.Fit(new FitData(x, y.AsSpan(row * x.Length, x.Length)), values, errors);
                for (int q = 0; q < values.Length; q++)
                {
                    Assert.Equal(BitConverter.DoubleToInt64Bits(fits[row][model.ValueNames[q]]), BitConverter.DoubleToInt64Bits(values[q]));
                    Assert.Equal(BitConverter.DoubleToInt64Bits(fits[row].StandardError(model.ValueNames[q])), BitConverter.DoubleToInt64Bits(errors[q]));
                }

                for (int k = 0; k < 2; k++)
                    Assert.Equal(fits[row].DetectionLimit(model.Options.Peaks[k].Name), fitter.DetectionLimits[k]);
            }
        }
    }

    /// <summary>A search with more curves than are kept gives the same peak.</summary>
    [Fact]
    public void A_long_row_is_searched_beyond_what_is_kept()
    {
        double[] x = [.. Enumerable.Range(0, 20_000).Select(i => 0.001 * i)];
        var random = new Random(8);
        double[] y = [.. x.Select(v => TwoPhaseSeriesTests.Poisson(random, 50 + ScalarShapes.Value("gaussian", v, 12, 13.2, 0.1)))];
        FitResult fit = SpectrumSeries.Wrap(new Axis(x, "x", "u"), y, 1, new SeriesAttributes { Kind = IntensityKind.Counts }).Fit(new PeakFitOptions
        {
            Peaks = [new() { Name = "a", Shape = LineShapes.Gaussian, Center = new(2, 1, 18), Fwhm = Parameter.Between(0.05, 1) }],
            Weighting = Weighting.Poisson,
        })[0];
        Assert.Equal(13.2, fit["a.center"], 5 * fit.StandardError("a.center"));
    }

    private static double[] Remove(double[] values, List<double[]> basis)
    {
        double[] rest = [.. values];
        foreach (double[] q in basis)
        {
            double part = q.Zip(rest, (a, b) => a * b).Sum();
            for (int i = 0; i < rest.Length; i++)
                rest[i] -= part * q[i];
        }

        return rest;
    }
}
