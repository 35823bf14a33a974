using System.Globalization;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Spectra.PeakFit.Tests;

public class SeriesTests
{
    private static readonly double[] X = [.. Enumerable.Range(0, 150).Select(i => i * 0.1)];

    [Fact]
    public void A_chain_starts_afresh_in_each_block_and_after_a_failure()
    {
        SpectrumSeries series = TestSeries.W2b(12, broken: s => s == 6);
        FitSeries chained = series.Fit(TestSeries.Model with { Seeding = Seeding.FromPrevious, BlockLength = 4 }), single = series.Fit(TestSeries.Model);
        string[] names = [.. chained.Model.ValueNames];
        for (int row = 0; row < 12; row++)
        {
            if (row == 6)
            {
                Assert.Equal(RowStatus.NotFinite, chained.StatusOf(6));
                continue;
            }

            // The same minimum, though on another way where the row before gave the start.
            bool fresh = row % 4 == 0 || row == 7;
            foreach (string name in names)
            {
                if (fresh)
                    Assert.Equal(single[row][name], chained[row][name]);
                else if (single[row].StandardError(name) is var e && !double.IsNaN(e))
                    Assert.Equal(single[row][name], chained[row][name], 1e-6 * e);
            }
        }
    }

    [Fact]
    public void A_peak_that_comes_and_goes_is_found_again_by_a_chain()
    {
        var random = new Random(5);
        double[] area = [20, 10, 0, 0, 0, 8, 20, 0, 15];
        double[] y = [.. area.SelectMany(a => X.Select(x => 5 + ScalarShapes.Value("gaussian", x, 30, 4, 1) + ScalarShapes.Value("gaussian", x, a, 10, 1) + (0.3 * (random.NextDouble() - 0.5)) - (a == 0 && x > 9 && x < 11 ? 0.3 : 0)))];
        FitSeries fits = SpectrumSeries.Wrap(new Axis(X, "x", "mm"), y, area.Length).Fit(PeakModel.Build()
            .Peak("a", LineShapes.Gaussian, center: Parameter.Between(2, 6))
            .Peak("b", LineShapes.Gaussian, center: Parameter.Between(9.5, 10.5), fwhm: new(null, 0.5, 2))
            .Polynomial(0)
            .Starts(Seeding.FromPrevious)
            .ToOptions());
        for (int row = 0; row < area.Length; row++)
        {
            Assert.True(fits[row].IsUsable);
            Assert.Equal(area[row], fits[row]["b.area"], 0.3);
        }
    }

    [Fact]
    public void Going_back_never_leaves_a_row_worse_and_keeps_the_track()
    {
        // Starts far too narrow, a track that moves: no row may be worse than with the forward chain alone.
        var random = new Random(9);
        double[] y = [.. Enumerable.Range(0, 10).SelectMany(r => X.Select(x => 5 + ScalarShapes.Value("gaussian", x, 30, 4, 0.6) + ScalarShapes.Value("gaussian", x, 22, 11 - (0.1 * r), 0.6) + (0.3 * (random.NextDouble() - 0.5))))];
        SpectrumSeries series = SpectrumSeries.Wrap(new Axis(X, "x", "mm"), y, 10);
        PeakFitOptions options = PeakModel.Build()
            .Peak("a", LineShapes.Gaussian, center: 4.4, fwhm: 0.3, area: 10)
            .Peak("b", LineShapes.Gaussian, center: 10.2, fwhm: 0.3, area: 10)
            .Polynomial(0)
            .Starts(Seeding.FromPrevious)
            .ToOptions() with { TestPeaks = false };
        FitSeries forth = series.Fit(options), both = series.Fit(options with { Seeding = Seeding.BothDirections });
        for (int row = 0; row < 10; row++)
        {
            Assert.True(both[row].Info.ChiSquare <= forth[row].Info.ChiSquare * (1 + 1e-9));
            Assert.Equal(11 - (0.1 * row), both[row]["b.center"], 0.05);
        }
    }

    [Fact]
    public void Cancelling_stops_inside_a_row()
    {
        using var source = new CancellationTokenSource();
        var model = new PeakModel(TestSeries.Model);
        var fitter = new PeakFitter(model, 100);
        double[] values = new double[model.ValueNames.Count], errors = new double[values.Length];
        Array.Fill(values, double.NaN);
        SpectrumSeries series = TestSeries.W2b(1);
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => fitter.Fit(new FitData(series.Axis.Values, series[0]), values, errors, source.Token));
    }

    [Fact]
    public void An_empty_series_gives_an_empty_table()
    {
        FitSeries fits = TestSeries.W2b(3).Slice(0..0).Fit(TestSeries.Model);
        Assert.Equal(0, fits.RowCount);
        Assert.Empty(fits.Warnings);
        Assert.Empty(fits.RankByMisfit());
    }

    [Fact]
    public void A_step_is_recorded_with_its_failures_and_gives_the_same_numbers()
    {
        var sink = new Sink();
        SpectrumSeries series = TestSeries.W2b(6, broken: s => s == 2);
        FitSeries recorded = series.Fit(TestSeries.Model, AnalysisContext.Default with { Provenance = sink }), plain = series.Fit(TestSeries.Model);
        Assert.Equal("peakfit.fit", sink.Step!.Operation);
        Assert.Contains("\"name\":\"a\"", sink.Step.OptionsJson);
        Assert.Equal(new StepOutcome(6, 1), sink.Outcome);
        Assert.Equal(plain[3]["a.center"], recorded[3]["a.center"]);
    }

    [Theory]
    [InlineData(1e6)]
    [InlineData(-3e8)]
    public void An_axis_far_from_zero_gives_the_same_peaks(double shift)
    {
        SpectrumSeries near = TestSeries.W2b(20);
        SpectrumSeries far = near.WithAxis(new Axis(near.Axis.Values.ToArray().Select(v => v + shift).ToArray(), near.Axis.Quantity, near.Axis.Unit));
        PeakFitOptions shifted = TestSeries.Model with { Peaks = [.. TestSeries.Model.Peaks.Select(p => p with { Center = Parameter.Between(p.Center.Min!.Value + shift, p.Center.Max!.Value + shift) })] };
        FitSeries a = near.Fit(TestSeries.Model), b = far.Fit(shifted);
        for (int row = 0; row < 20; row++)
        {
            Assert.Equal(a.StatusOf(row), b.StatusOf(row));
            foreach (string name in a.Model.ValueNames.Where(n => !double.IsNaN(a[row].StandardError(n))))
                Assert.Equal(a[row][name] + (name.EndsWith("center") ? shift : 0), b[row][name], 1e-5 * a[row].StandardError(name));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void A_flat_spectrum_has_no_peak_and_says_so(double level)
    {
        FitSeries fits = SpectrumSeries.Wrap(new Axis(X, "x", "mm"), Enumerable.Repeat(level, X.Length).ToArray(), 1).Fit(PeakModel.Build().Peak("p", LineShapes.PseudoVoigt).Polynomial(1).ToOptions());
        Assert.Equal(RowStatus.AtBound, fits.StatusOf(0));
        Assert.Equal(0, fits[0]["p.area"]);
        Assert.Equal(StandardErrorStatus.Absent, fits[0].ErrorStatus("p.area"));
        Assert.Equal(StandardErrorStatus.Absent, fits[0].ErrorStatus("p.center"));
        Assert.Equal(level, fits[0]["background.c0"], 1e-12);
    }

    [Fact]
    public void The_schema_of_the_options_names_the_shapes_and_units()
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new System.Text.Json.Utf8JsonWriter(buffer))
            PeakFitOptions.Set.WriteSchema(writer);
        string schema = System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
        Assert.Contains("\"enum\":[\"gaussian\",\"lorentzian\",\"pseudoVoigt\",\"voigt\"", schema);
        Assert.Contains("\"x-unit\":\"axis\"", schema);
    }

    [Fact]
    public void The_real_Raman_map_is_fitted_in_one_call()
    {
        string[] lines = File.ReadAllLines(ReferenceData.File("spectra/raman-map/map.csv"));
        double[] x = [.. lines[0].Split(',').Skip(2).Select(t => double.Parse(t, CultureInfo.InvariantCulture))];
        double[][] rows = [.. lines.Skip(1).Where(l => l.Length > 0).Select(l => l.Split(',').Skip(2).Select(t => double.Parse(t, CultureInfo.InvariantCulture)).ToArray())];
        Assert.Equal((300, 672), (rows.Length, x.Length));
        SpectrumSeries map = SpectrumSeries.Wrap(new Axis(x, AxisQuantity.RamanShift, "cm^-1"), rows.SelectMany(r => r).ToArray(), rows.Length);
        (double from, double to) = (x[300], x[420]);
        FitSeries fits = map.Trim(from, to).Fit(PeakModel.Build()
            .Peak("p", LineShapes.PseudoVoigt)
            .Peak("q", LineShapes.Lorentzian)
            .Peak("r", LineShapes.Gaussian)
            .Polynomial(3)
            .ToOptions());
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", fits.Info.ToArray().GroupBy(i => i.Status).Select(g => $"{g.Count()} {g.Key}")) + $", {fits.Info.ToArray().Average(i => i.Iterations):F0} Jacobians on average");
        Assert.True(fits.Info.ToArray().Count(i => i.Status.IsUsable()) >= 285);
        Assert.All(fits.Info.ToArray(), i => Assert.True(i.Status.IsUsable() || i.Status is RowStatus.MaxIterations or RowStatus.Singular));
    }

    private sealed class Sink : IProvenanceSink, IProvenanceScope
    {
        public StepInfo? Step { get; private set; }

        public StepOutcome Outcome { get; private set; }

        public IProvenanceScope Begin(StepInfo step)
        {
            Step = step;
            return this;
        }

        public void Use(DataRef input)
        {
        }

        public void Produce(DataRef output)
        {
        }

        public void Warn(StepWarning warning)
        {
        }

        public void Fail(Exception error)
        {
        }

        public void Complete(StepOutcome outcome) => Outcome = outcome;

        public void Dispose()
        {
        }
    }
}
