using BigMap.Analysis.Spectra.PeakFit;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Reporting.Tests;

public sealed class FitFiguresTests
{
    private static readonly PeakFitOptions Model = new()
    {
        Peaks = [new PeakDefinition { Name = "A", Center = Parameter.Between(8, 14) }, new PeakDefinition { Name = "B", Center = Parameter.Between(26, 34) }],
        Weighting = Weighting.Poisson,
    };

    [Fact]
    public void The_curves_of_a_fit_are_those_of_its_model()
    {
        FitSeries fits = Series(3).Fit(Model);
        FitCurve curve = fits.CurveOf(1);
        curve.Validate();
        ReadOnlySpan<double> model = curve.Model.Span, background = curve.Baseline.Span, a = curve.Components[0].Values.Span, b = curve.Components[1].Values.Span;
        double chiSquare = 0;
        for (int i = 0; i < model.Length; i++)
        {
            Assert.Equal(model[i], background[i] + a[i] + b[i], 1e-9 * model[i]);
            double r = (curve.Observed.Span[i] - model[i]) / curve.Sigma.Span[i];
            chiSquare += r * r;
        }

        Assert.Equal(fits[1].Info.ChiSquare, chiSquare, 1e-9 * chiSquare);
        Assert.Equal(fits[1].Info.ReducedChiSquare, curve.ReducedChiSquare);
        Assert.Equal(["A", "B"], curve.Components.Select(c => c.Name));
        Assert.True(double.IsNaN(Series(1).Fit(Model with { Weighting = Weighting.None }).CurveOf(0).ReducedChiSquare));
    }

    [Fact]
    public void The_overview_shows_a_row_with_both_peaks_and_survives_rows_without_a_result()
    {
        string svg = Series(5).Fit(Model).Overview(new OverviewOptions { Title = "five rows" }).ToSvg();
        Assert.Contains("five rows", svg, StringComparison.Ordinal);
        Assert.Contains("s3", svg, StringComparison.Ordinal); // the only row in which B is strong
        SpectrumSeries bad = Series(2);
        string none = bad.WithIntensity(Enumerable.Repeat(double.NaN, bad.Count * bad.Length).ToArray(), default).Fit(Model with { Weighting = Weighting.None }).Overview().ToSvg();
        Assert.DoesNotContain("NaN", none, StringComparison.Ordinal);
    }

    [Fact]
    public void The_overview_shows_a_row_without_a_parameter_at_a_bound_where_there_is_one()
    {
        // Two rows are broader than allowed; the free one has the smallest misfit, so it is not the median of all.
        double[] x = [.. Enumerable.Range(0, 80).Select(i => 0.5 * i)];
        double[] y = [.. ((double[])[3, 2, 3.2]).SelectMany(w => x.Select((v, i) => 50 + (900 * Math.Exp(-Math.Pow((v - 11) / w, 2))) + (i % 3)))];
        SpectrumSeries series = SpectrumSeries.Wrap(new Axis(x, "x", "u"), y, 3, new SeriesAttributes { Labels = ["broad", "free", "broader"] });
        FitSeries fits = series.Fit(new PeakFitOptions { Peaks = [new PeakDefinition { Name = "A", Shape = LineShapes.Gaussian, Center = Parameter.Between(8, 14), Fwhm = Parameter.Between(1, 4) }] });
        Assert.Equal([RowStatus.AtBound, RowStatus.Ok, RowStatus.AtBound], Enumerable.Range(0, 3).Select(fits.StatusOf));
        string svg = fits.Overview().ToSvg();
        Assert.Contains(">free", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("status at bound", svg, StringComparison.Ordinal);
    }

    private static SpectrumSeries Series(int rows)
    {
        const int n = 80;
        double[] x = [.. Enumerable.Range(0, n).Select(i => 0.5 * i)], y = new double[rows * n];
        var rng = new Workloads.Rng(11, 4);
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < n; i++)
            {
                double value = 50 + (900 * Math.Exp(-Math.Pow((x[i] - 11) / 2, 2))) + (row == 3 ? 500 * Math.Exp(-Math.Pow((x[i] - 30) / 2, 2)) : 0);
                y[(row * n) + i] = Math.Round(value + (Math.Sqrt(value) * rng.G()));
            }
        }

        return SpectrumSeries.Wrap(new Axis(x, "x", "u"), y, rows, new SeriesAttributes { Labels = [.. Enumerable.Range(0, rows).Select(i => $"s{i}")], Kind = IntensityKind.Counts });
    }
}
