using System.Text.Json;

namespace BigMap.Analysis.Spectra.PeakFit.Tests;

public class ModelTests
{
    private static readonly double[] X = [.. Enumerable.Range(0, 201).Select(i => i * 0.1)];

    [Fact]
    public void An_exact_model_is_recovered_by_every_shape()
    {
        foreach (ILineShape shape in new[] { LineShapes.Gaussian, LineShapes.Lorentzian, LineShapes.PseudoVoigt })
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
            .ToOptions() with { TestPeaks = false };
        FitResult fit = Spectrum(y).Fit(options);
        Assert.Equal(RowStatus.AtBound, fit.Status);
        Assert.True(fit.IsPresent("absent"));
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
            ["index", "label", "status", "iterations", "chi_square", "reduced_chi_square", "a.center", "a.fwhm", "a.area", "a.height", "a.eta", "b.center", "b.fwhm", "b.area", "b.height", "background.c0", "background.c1", "a.present", "a.area_limit", "b.present", "b.area_limit", "flags", "time", "series.status"],
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
        Assert.Equal(["peakfit.fit", "peakfit.find", "peakfit.sample", "peakfit.compare", "peakfit.calibrate-raman", "peakfit.correct-axis", "peakfit.import-lmfit", "peakfit.import-prisma"], PeakFitSteps.All.Select(s => s.Operation));
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

    [Fact]
    public void A_value_that_is_not_varied_stays_where_it_is_whatever_follows_it()
    {
        // 0.1 · 0.5 is narrower than a step of the axis, 12 · 1.5 wider than the window: defaults, which must give way.
        double[] y = [.. X.Select(x => 3 + ScalarShapes.Value("gaussian", x, 20, 4, 1.2) + ScalarShapes.Value("gaussian", x, 10, 9, 1.2))];
        var series = SpectrumSeries.Wrap(new Axis(X, "x", "mm"), y, 1);
        foreach ((double width, double factor) in new[] { (0.5, 0.1), (1.5, 12) })
        {
            PeakFitOptions options = PeakModel.Build()
                .Peak("a", LineShapes.Gaussian, center: new(4, 3, 5), fwhm: Parameter.Fixed(width))
                .Peak("b", LineShapes.Gaussian, center: new(9, 8, 10))
                .Polynomial(0).Tie("b.fwhm", "a.fwhm", factor).ToOptions();
            FitResult fit = series.Fit(options)[0];
            Assert.Equal(width, fit["a.fwhm"]);
            Assert.Equal(factor * width, fit["b.fwhm"], 1e-12);
            Assert.Equal(StandardErrorStatus.Fixed, fit.ErrorStatus("b.fwhm"));
            FitResult free = series.Fit(options with { Peaks = [options.Peaks[0] with { Fwhm = new(width, 0.9 * width, 1.1 * width) }, options.Peaks[1]] })[0];
            Assert.InRange(free["a.fwhm"], 0.9 * width, 1.1 * width);
            Assert.Equal(factor * free["a.fwhm"], free["b.fwhm"], 1e-12);
        }

        // Bounds that are stated do not give way: that is a contradiction.
        Assert.Contains("exclude each other", Assert.Throws<OptionsException>(() => series.Fit(PeakModel.Build()
            .Peak("a", LineShapes.Gaussian, fwhm: Parameter.Fixed(0.5))
            .Peak("b", LineShapes.Gaussian, fwhm: new(null, 1, 2))
            .Tie("b.fwhm", "a.fwhm").ToOptions())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Correlations_of_a_result_know_what_was_fixed_and_variables_what_was_varied()
    {
        double[] y = [.. X.Select((x, i) => 5 + (0.3 * x) + ScalarShapes.Value("pseudoVoigt", x, 20, 7, 2, 0.5) + (0.05 * Math.Sin(12345.6 * i)))];
        PeakFitOptions options = PeakModel.Build()
            .Peak("p", LineShapes.PseudoVoigt, center: new(null, 5, 9), fwhm: Parameter.Fixed(2), eta: Parameter.Fixed(0.5))
            .Peak("q", LineShapes.Gaussian, center: new(11, 10, 12), fwhm: new(null, 2, 2))
            .Polynomial(1).Tie("q.area", "p.area", 0.001).ToOptions() with { TestPeaks = false };
        FitResult fit = SpectrumSeries.Wrap(new Axis(X, "x", "mm"), y, 1).Fit(options)[0];
        var fitter = new PeakFitter(fit.Model, X.Length);
        double[] values = new double[fit.ValueNames.Count], errors = new double[values.Length];
        Array.Fill(values, double.NaN);
        FitInfo info = fitter.Fit(new FitData(X, y), values, errors);
        for (int a = 0; a < values.Length; a++)
        {
            for (int b = 0; b < a; b++)
                Assert.Equal(fitter.Correlation(a, b), fit.Correlation(fit.ValueNames[a], fit.ValueNames[b]), 1e-9);
        }

        Assert.Equal(double.NaN, fit.Correlation("p.fwhm", "p.area"));

        // center, area, q.center, c0, c1
        Assert.Equal(5, fit.Variables);
        Assert.Equal(info.ChiSquare / (X.Length - 5), info.ReducedChiSquare, 1e-12);

        // A bound of a follower can hold its root.
        FitResult held = SpectrumSeries.Wrap(new Axis(X, "x", "mm"), y, 1).Fit(PeakModel.Build()
            .Peak("p", LineShapes.Gaussian, center: 7)
            .Peak("q", LineShapes.Gaussian, center: new(11, 10, 12), fwhm: new(null, 2, 2))
            .Polynomial(0).Tie("q.fwhm", "p.fwhm").ToOptions() with { TestPeaks = false })[0];
        Assert.Equal(5, held.Variables);
        Assert.Equal(held.Info.ChiSquare / (X.Length - 5), held.Info.ReducedChiSquare, 1e-12);
    }

    [Fact]
    public void A_line_shape_of_ones_own_can_be_fitted_directly_but_not_named_in_a_recipe()
    {
        double[] y = [.. X.Select((x, i) => 5 + (12 / Math.Cosh((x - 7) / 0.8) / Math.Cosh((x - 7) / 0.8)) + (0.02 * Math.Sin(12345.6 * i * i)))];
        var options = new PeakFitOptions { Peaks = [new PeakDefinition { Name = "s", Shape = new SquaredSecant(), Center = Parameter.Between(5, 9) }], Background = new() { Degree = 0 } };
        FitSeries fits = SpectrumSeries.Wrap(new Axis(X, "x", "mm"), y, 1).Fit(options);
        FitResult fit = fits[0].EnsureUsable();
        Assert.Equal(7, fit["s.position"], 0.01);
        Assert.Equal(12, fit["s.height"], 0.05);
        Assert.Equal(2 * 12 * 0.8, fit["s.area"], 0.1);
        Assert.Equal(2 * 0.8 * Math.Acosh(Math.Sqrt(2)), fit["s.width"], 0.01);
        Assert.Empty(fits.Warnings);
        Assert.Contains("s.position", fit.Report(), StringComparison.Ordinal);

        string json = PeakFitOptions.Set.ToJson(options);
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.Contains("must be one of gaussian, lorentzian, pseudoVoigt", Assert.Throws<OptionsException>(() => PeakFitOptions.Set.Read(document.RootElement)).Message, StringComparison.Ordinal);
        Assert.Contains("exactly one parameter that is its width", Assert.Throws<OptionsException>(
            () => new PeakModel(new PeakFitOptions { Peaks = [new PeakDefinition { Shape = new SquaredSecant(complete: false) }] })).Message, StringComparison.Ordinal);
        Assert.Equal(LineShapes.All.Select(s => s.Name), PeakDefinition.Set.Options.Single(o => o.Name == "shape").Choices);
    }

    /// <summary>f = A / (2 s) sech²((x − c)/s), w = 2 s arcosh √2.</summary>
    private sealed class SquaredSecant(bool complete = true) : ILineShape
    {
        private static readonly double Unit = Math.Acosh(Math.Sqrt(2));

        public string Name => "squaredSecant";

        public IReadOnlyList<ShapeParameter> Parameters { get; } =
        [
            new("position", ShapeParameterRole.Center),
            new("area", ShapeParameterRole.Area),
            new("width", complete ? ShapeParameterRole.Width : ShapeParameterRole.Form),
        ];

        public void Add(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y) => AddWithJacobian(x, parameters, y, new double[3 * x.Length]);

        public void AddWithJacobian(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y, Span<double> jacobian)
        {
            double c = parameters[0], area = parameters[1], w = parameters[2];
            for (int i = 0; i < x.Length; i++)
            {
                double u = 2 * Unit * (x[i] - c) / w, unit = Unit / w / (Math.Cosh(u) * Math.Cosh(u)), slope = -2 * Math.Tanh(u) * area * unit;
                y[i] += area * unit;
                jacobian[i] = slope * -2 * Unit / w;
                jacobian[x.Length + i] = unit;
                jacobian[(2 * x.Length) + i] = -((area * unit) + (slope * u)) / w;
            }
        }

        public double Height(ReadOnlySpan<double> parameters, Span<double> gradient)
        {
            double height = parameters[1] * Unit / parameters[2];
            (gradient[0], gradient[1], gradient[2]) = (0, Unit / parameters[2], -height / parameters[2]);
            return height;
        }
    }

    [Fact]
    public void A_centre_that_can_only_lie_outside_the_data_is_refused_before_any_work()
    {
        var axis = new Axis(new double[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 }, "x", "u");
        SpectrumSeries series = SpectrumSeries.Wrap(axis, new double[] { 1, 1, 2, 5, 9, 5, 2, 1, 1 }, 1);
        var inside = new PeakDefinition { Name = "A", Center = Parameter.Between(4, 6) };
        DataMismatchException error = Assert.Throws<DataMismatchException>(() => series.Fit(new PeakFitOptions { Peaks = [inside, new PeakDefinition { Name = "B", Center = Parameter.Between(20, 30) }] }));
        Assert.Contains("B.center, 20 to 30", error.Message, StringComparison.Ordinal);
        Assert.Contains("1 to 9 u", error.Message, StringComparison.Ordinal);

        // A fixed neighbour outside, whose tail reaches in, is a model that people use.
        Assert.NotNull(series.Fit(new PeakFitOptions { Peaks = [inside, new PeakDefinition { Name = "B", Center = Parameter.Fixed(12), Fwhm = Parameter.Fixed(2) }] }));
    }
}
