using System.Text.Json;

namespace BigMap.Analysis.Spectra.PeakFit.Tests;

public class ModelTests
{
    private static readonly double[] X = [.. Enumerable.Range(0, 201).Select(i => i * 0.1)];

    [Fact]
    public void An_exact_model_is_recovered_by_every_shape()
    {
        foreach (ILineShape shape in LineShapes.All)
        {
            double[] y = [.. X.Select(x => 2 - (0.1 * (x - 10)) + ScalarShapes.Value(shape.Name, x, 30, 8.2, 1.7, 0.35))];
            FitResult fit = Spectrum(y).Fit(PeakModel.Build().Peak("p", shape).Polynomial(1).ToOptions()).EnsureUsable();
            Assert.Equal(30, fit["p.area"], 1e-8);
            Assert.Equal(8.2, fit["p.center"], 1e-9);
            Assert.Equal(1.7, fit["p.fwhm"], 1e-8);
            Assert.Equal(ScalarShapes.Value(shape.Name, 8.2, 30, 8.2, 1.7, 0.35), fit["p.height"], 1e-8);
            Assert.Equal(2, fit["background.c0"], 1e-8);
            Assert.Equal(-0.1, fit["background.c1"], 1e-9);
        }
    }

    [Fact]
    public void Ties_hold_and_their_errors_follow()
    {
        double[] y = [.. X.Select((x, i) => 5 + ScalarShapes.Value("gaussian", x, 20, 7, 1.2) + ScalarShapes.Value("gaussian", x, 10, 9.5, 1.2) + (0.05 * Math.Sin(12345.6 * i)))];
        PeakFitOptions options = PeakModel.Build()
            .Peak("k1", LineShapes.Gaussian, center: 7.1)
            .Peak("k2", LineShapes.Gaussian)
            .Polynomial(0)
            .Tie("k2.center", "k1.center", offset: 2.5)
            .Tie("k2.fwhm", "k1.fwhm")
            .Tie("k2.area", "k1.area", factor: 0.5)
            .ToOptions();
        FitResult fit = Spectrum(y).Fit(options).EnsureUsable();
        Assert.Equal(fit["k1.center"] + 2.5, fit["k2.center"], 1e-12);
        Assert.Equal(fit["k1.fwhm"], fit["k2.fwhm"]);
        Assert.Equal(0.5 * fit["k1.area"], fit["k2.area"], 1e-12);
        Assert.Equal(0.5 * fit.StandardError("k1.area"), fit.StandardError("k2.area"), 1e-12);
        Assert.Equal(1, fit.Correlation("k1.area", "k2.area"), 1e-9);
        Assert.Equal(4, fit.Variables);
        Assert.Equal(7, fit["k1.center"], 0.01);
    }

    [Fact]
    public void The_error_of_the_height_agrees_with_the_spread_of_repeated_fits()
    {
        const int Rows = 400;
        var noise = new Random(7);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - noise.NextDouble())) * Math.Cos(2 * Math.PI * noise.NextDouble());
        double[] y = [.. Enumerable.Range(0, Rows).SelectMany(_ => X.Select(x => 3 + ScalarShapes.Value("pseudoVoigt", x, 40, 10, 2, 0.4) + Normal()))];
        FitSeries fits = SpectrumSeries.Wrap(new Axis(X, "x", "mm"), y, Rows).Fit(PeakModel.Build().Peak("p", LineShapes.PseudoVoigt).Polynomial(0).ToOptions());
        foreach (string name in new[] { "p.height", "p.area", "p.fwhm", "p.center" })
        {
            double[] v = [.. Enumerable.Range(0, Rows).Where(r => fits[r].Status == RowStatus.Ok).Select(r => fits[r][name])];
            double mean = v.Average(), spread = Math.Sqrt(v.Sum(a => (a - mean) * (a - mean)) / (v.Length - 1));
            double stated = Enumerable.Range(0, Rows).Where(r => fits[r].Status == RowStatus.Ok).Average(r => fits[r].StandardError(name));
            Assert.InRange(stated / spread, 0.85, 1.15);
        }
    }

    [Fact]
    public void Fixed_bound_and_undetermined_parameters_say_why_they_have_no_error()
    {
        double[] y = [.. X.Select((x, i) => 5 + ScalarShapes.Value("gaussian", x, 20, 7, 1.2) + (0.05 * Math.Sin(12345.6 * i)) - (x > 13 && x < 16 ? 0.5 : 0))];
        PeakFitOptions options = PeakModel.Build()
            .Peak("real", LineShapes.PseudoVoigt, fwhm: Parameter.Fixed(1.2))
            .Peak("absent", LineShapes.Gaussian, center: new(14.5, 14, 15), fwhm: new(1, 0.5, 2), area: 1)
            .Polynomial(0)
            .ToOptions();
        FitResult fit = Spectrum(y).Fit(options);
        Assert.Equal(RowStatus.AtBound, fit.Status);
        Assert.Equal(0, fit["absent.area"]);
        Assert.Equal(StandardErrorStatus.OnBound, fit.ErrorStatus("absent.area"));
        Assert.Equal(StandardErrorStatus.Undetermined, fit.ErrorStatus("absent.center"));
        Assert.Equal(StandardErrorStatus.Undetermined, fit.ErrorStatus("absent.fwhm"));
        Assert.Equal(StandardErrorStatus.Fixed, fit.ErrorStatus("real.fwhm"));
        Assert.Equal(1.2, fit["real.fwhm"]);
        Assert.Equal(StandardErrorStatus.Given, fit.ErrorStatus("real.center"));
        Assert.True(fit.StandardError("real.center") > 0);
        Assert.Contains("not determined by the data", fit.Report());
    }

    [Fact]
    public void Weights_decide_on_chi_square_and_errors()
    {
        double[] y = [.. X.Select((x, i) => Math.Round(40 + ScalarShapes.Value("lorentzian", x, 500, 10, 1.5) + (5 * Math.Sin(1000.7 * i))))];
        PeakFitOptions options = PeakModel.Build().Peak("p", LineShapes.Lorentzian).Polynomial(0).ToOptions();
        SpectrumSeries counts = SpectrumSeries.Wrap(new Axis(X, "x", "mm"), y, 1, new SeriesAttributes { Kind = IntensityKind.Counts });
        FitResult poisson = counts.Fit(options with { Weighting = Weighting.Poisson })[0], sigma = counts.WithPoissonVariance().Fit(options with { Weighting = Weighting.Sigma })[0];
        Assert.Equal(poisson.Info, sigma.Info);
        Assert.Equal(poisson.StandardError("p.area"), sigma.StandardError("p.area"));
        double chi = 0;
        ReadOnlySpan<double> curve = poisson.ModelCurve().Intensity.Span;
        for (int i = 0; i < y.Length; i++)
            chi += (y[i] - curve[i]) * (y[i] - curve[i]) / Math.Max(y[i], 1);
        Assert.Equal(chi, poisson.Info.ChiSquare, 1e-9 * chi);
        Assert.Equal(chi / (201 - 4), poisson.Info.ReducedChiSquare, 1e-9 * chi);

        SpectrumSeries derived = counts.WithIntensity(y, default);
        Assert.Contains("WithPoissonVariance", Assert.Throws<DataMismatchException>(() => derived.Fit(options with { Weighting = Weighting.Poisson })).Message);
        Assert.Throws<DataMismatchException>(() => derived.SpectrumAt(0).Fit(options with { Weighting = Weighting.Poisson }));
        Assert.Throws<DataMismatchException>(() => counts.Fit(options with { Weighting = Weighting.Sigma }));
    }

    [Fact]
    public void Columns_come_in_the_promised_order_with_units()
    {
        SpectrumSeries series = TestSeries.W2b(3).WithColumns([new NumberColumn("time", "s", new double[] { 0, 1, 2 }), new TextColumn("status", ["x", "y", "z"])]);
        FitSeries fits = series.Slice(1..).Fit(TestSeries.Model with { Peaks = [TestSeries.Model.Peaks[0], TestSeries.Model.Peaks[1] with { Shape = LineShapes.Gaussian }] });
        Assert.Equal(
            ["index", "label", "status", "iterations", "chi_square", "reduced_chi_square", "a.center", "a.fwhm", "a.area", "a.height", "a.eta", "b.center", "b.fwhm", "b.area", "b.height", "background.c0", "background.c1", "time", "series.status"],
            fits.Columns.Select(c => c.Name));
        Assert.Equal("1", fits.Column("index").Text(0));
        Assert.Equal("cm^-1", fits.Column("a.fwhm").Unit);
        Assert.Equal("counts cm^-1", fits.Column("a.area").Unit);
        Assert.Equal("counts", fits.Column("a.height").Unit);
        Assert.Equal("counts/(cm^-1)", fits.Column("background.c1").Unit);
        Assert.Equal("2", fits.Column("time").Text(1));
    }

    [Fact]
    public void Curves_add_up()
    {
        FitResult fit = TestSeries.W2b(1).Fit(TestSeries.Model)[0];
        ReadOnlySpan<double> model = fit.ModelCurve().Intensity.Span, a = fit.ComponentCurve("a").Intensity.Span, b = fit.ComponentCurve("b").Intensity.Span;
        ReadOnlySpan<double> background = fit.BackgroundCurve().Intensity.Span, rest = fit.ResidualCurve().Intensity.Span, y = TestSeries.W2b(1)[0];
        double chi = 0;
        for (int i = 0; i < model.Length; i++)
        {
            Assert.Equal(model[i], a[i] + b[i] + background[i], 1e-10 * Math.Abs(model[i]));
            Assert.Equal(y[i] - model[i], rest[i]);
            chi += rest[i] * rest[i];
        }

        Assert.Equal(chi, fit.Info.ChiSquare, 1e-9 * chi);
        Assert.Throws<ArgumentException>(() => fit.ComponentCurve("c"));
    }

    [Fact]
    public void Ranking_puts_failures_first_and_then_the_worst()
    {
        SpectrumSeries series = TestSeries.W2b(6, broken: s => s == 4);
        double[] y = [.. Enumerable.Range(0, 6).SelectMany(r => series[r].ToArray())];
        for (int i = 10; i < 25; i++)
            y[200 + i] += 120 * Math.Exp(-0.1 * (i - 17) * (i - 17));
        FitSeries fits = SpectrumSeries.Wrap(series.Axis, y, 6).Fit(TestSeries.Model);
        IReadOnlyList<RowMisfit> ranking = fits.RankByMisfit();
        Assert.Equal(4, ranking[0].Row);
        Assert.Equal(2, ranking[1].Row);
        Assert.Equal(6, ranking.Count);
        Assert.InRange(ranking[^1].Misfit, 0.3, 3);
    }

    [Fact]
    public void A_narrow_window_is_warned_of_once_per_peak_and_side()
    {
        FitSeries fits = TestSeries.W2b(30).Trim(30, 90).Fit(TestSeries.Model with { MarginWidths = 2 });
        StepWarning[] margins = [.. fits.Warnings.Where(w => w.Code == "trim_margin")];
        StepWarning low = Assert.Single(margins, w => w.Message.Contains("centre of a ") && w.Message.Contains("lower side"));
        Assert.Contains("In 30 of 30 rows the window ends at 30 cm^-1", low.Message);
        Assert.InRange(margins.Length, 1, 4);
        Assert.DoesNotContain(TestSeries.W2b(30).Fit(TestSeries.Model with { MarginWidths = 0 }).Warnings, w => w.Code == "trim_margin");
    }

    [Fact]
    public void An_override_changes_its_row_and_an_exclusion_empties_it()
    {
        SpectrumSeries series = TestSeries.W2b(5);
        PeakFitOptions own = TestSeries.Model with { Peaks = [TestSeries.Model.Peaks[0] with { Eta = Parameter.Fixed(0) }, TestSeries.Model.Peaks[1]] };
        FitSeries fits = PeakFitSteps.Fit.Run(series.Slice(1..), new StepRequest<PeakFitOptions>(TestSeries.Model, [new RowOverride(2, own, "Gaussian"), new RowOverride(3, null, "bad frame")]));
        FitSeries plain = series.Fit(TestSeries.Model);
        Assert.Equal(0, fits[1]["a.eta"]);
        Assert.Equal(StandardErrorStatus.Fixed, fits[1].ErrorStatus("a.eta"));
        Assert.Equal(RowStatus.Excluded, fits.StatusOf(2));
        Assert.True(double.IsNaN(fits[2]["a.center"]));
        Assert.Equal(plain[4]["a.center"], fits[3]["a.center"]);
        PeakFitOptions other = TestSeries.Model with { Peaks = [TestSeries.Model.Peaks[0]] };
        Assert.Throws<OptionsException>(() => PeakFitSteps.Fit.Run(series, new StepRequest<PeakFitOptions>(TestSeries.Model, [new RowOverride(2, other, "one peak")])));
    }

    [Fact]
    public void Options_survive_json_and_the_builder_says_the_same()
    {
        PeakFitOptions options = PeakModel.Build()
            .Peak("k1", LineShapes.Lorentzian, center: new(7, 6, 8), area: Parameter.Fixed(3))
            .Peak("k2", LineShapes.PseudoVoigt, eta: new(null, 0.1, 0.9))
            .Polynomial(2, 1.5)
            .Tie("k2.fwhm", "k1.fwhm", 1.1, 0.2)
            .Weights(Weighting.Poisson)
            .Starts(Seeding.FromPrevious)
            .ToOptions();
        string json = PeakFitOptions.Set.ToJson(options);
        using JsonDocument document = JsonDocument.Parse(json);
        PeakFitOptions read = PeakFitOptions.Set.Read(document.RootElement);
        Assert.Equal(json, PeakFitOptions.Set.ToJson(read));
        Assert.Equal(LineShapes.Lorentzian, read.Peaks[0].Shape);
        Assert.Equal(1.5, read.Background.Coefficients[0].Value);
        Assert.Equal("peakfit.fit", Assert.Single(PeakFitSteps.All).Operation);
    }

    [Theory]
    [InlineData("""{"peaks":[]}""", "at least one peak")]
    [InlineData("""{"peaks":[{"name":"a"},{"name":"a"}]}""", "two peaks are named a")]
    [InlineData("""{"peaks":[{"name":"a.b"}]}""", "has no dot")]
    [InlineData("""{"peaks":[{"name":"a","shape":"triangle"}]}""", "must be one of gaussian, lorentzian, pseudoVoigt")]
    [InlineData("""{"peaks":[{"name":"a","center":{"value":1,"min":2}}]}""", "below the minimum")]
    [InlineData("""{"peaks":[{"name":"a","center":{"min":3,"max":2}}]}""", "above the maximum")]
    [InlineData("""{"peaks":[{"name":"a","fwhm":{"min":0}}]}""", "must be above 0")]
    [InlineData("""{"peaks":[{"name":"a","shape":"gaussian","eta":{"value":0.5}}]}""", "a gaussian has no eta")]
    [InlineData("""{"peaks":[{"name":"a"}],"ties":[{"parameter":"a.fwhm","to":"b.fwhm"}]}""", "which is not a parameter")]
    [InlineData("""{"peaks":[{"name":"a"},{"name":"b"}],"ties":[{"parameter":"a.fwhm","to":"b.fwhm"},{"parameter":"b.fwhm","to":"a.fwhm"}]}""", "in a circle")]
    [InlineData("""{"peaks":[{"name":"a"},{"name":"b"}],"ties":[{"parameter":"a.fwhm","to":"b.fwhm"},{"parameter":"a.fwhm","to":"b.center"}]}""", "tied twice")]
    [InlineData("""{"peaks":[{"name":"a"}],"background":{"degree":0,"coefficients":[{},{}]}}""", "there are 2 coefficients")]
    [InlineData("""{"peaks":[{"name":"a"}],"weights":"none"}""", "weights: is unknown")]
    public void Wrong_options_are_refused_by_name(string json, string message)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.Contains(message, Assert.Throws<OptionsException>(() => PeakFitOptions.Set.Read(document.RootElement)).Message);
    }

    [Fact]
    public void Permuting_rows_permutes_results()
    {
        SpectrumSeries series = TestSeries.W2b(6);
        int[] order = [3, 1, 5, 0, 4, 2];
        FitSeries plain = series.Fit(TestSeries.Model), permuted = series.Select(order).Fit(TestSeries.Model);
        for (int i = 0; i < order.Length; i++)
            Assert.Equal(plain[order[i]]["a.area"], permuted[i]["a.area"]);
    }

    private static Spectrum Spectrum(double[] y) => new(new Axis(X, "x", "mm"), y, default, "made");
}
