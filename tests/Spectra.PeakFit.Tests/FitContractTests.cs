using System.Globalization;

namespace BigMap.Analysis.Spectra.PeakFit.Tests;

/// <summary>What every fit promises whatever the data are.</summary>
public class FitContractTests
{
    [Fact]
    public void A_fit_on_a_workspace_allocates_nothing()
    {
        SpectrumSeries series = TestSeries.W2b(20);
        var model = new PeakModel(TestSeries.Model);
        var fitter = new PeakFitter(model, series.Length);
        double[] values = new double[model.ValueNames.Count], errors = new double[values.Length];
        for (int turn = 0; turn < 2; turn++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int row = 0; row < series.Count; row++)
            {
                Array.Fill(values, double.NaN);
                fitter.Fit(new FitData(series.Axis.Values, series[row]), values, errors);
                fitter.Correlation(0, 1);
            }

            if (turn == 1)
                Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void The_workspace_and_the_series_give_the_same_bits()
    {
        SpectrumSeries series = TestSeries.W2b(12);
        FitSeries fits = series.Fit(TestSeries.Model);
        var fitter = new PeakFitter(fits.Model, series.Length);
        double[] values = new double[fits.Model.ValueNames.Count], errors = new double[values.Length];
        for (int row = 0; row < series.Count; row++)
        {
            Array.Fill(values, double.NaN);
            FitInfo info = fitter.Fit(new FitData(series.Axis.Values, series[row]), values, errors);
            Assert.Equal(fits.Info[row], info);
            for (int q = 0; q < values.Length; q++)
            {
                Assert.Equal(values[q], fits[row][fits.Model.ValueNames[q]]);
                Assert.Equal(errors[q], fits[row].StandardError(fits.Model.ValueNames[q]));
            }
        }
    }

    [Theory]
    [InlineData(Seeding.Independent)]
    [InlineData(Seeding.FromPrevious)]
    [InlineData(Seeding.BothDirections)]
    public void Threads_and_culture_do_not_change_a_bit(Seeding seeding)
    {
        SpectrumSeries series = TestSeries.W2b(60, broken: s => s % 13 == 5);
        PeakFitOptions options = TestSeries.Model with { Seeding = seeding, BlockLength = 8 };
        string one = Text(series.Fit(options, AnalysisContext.Default with { MaxDegreeOfParallelism = 1 }));
        string many = Text(series.Fit(options, AnalysisContext.Default with { MaxDegreeOfParallelism = 3 }));
        CultureInfo culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            FitSeries german = series.Fit(options);
            Assert.Equal(one, Text(german));
            Assert.DoesNotContain(",5", german[0].Report());
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        Assert.Equal(one, many);
    }

    [Fact]
    public void Cancelling_stops_within_one_row()
    {
        SpectrumSeries series = TestSeries.W2b(200);
        using var source = new CancellationTokenSource();
        var context = AnalysisContext.Default with { MaxDegreeOfParallelism = 1, Time = new CancelAfter(source, 5) , Progress = new Progress() };
        Assert.Throws<OperationCanceledException>(() => series.Fit(TestSeries.Model, context, source.Token));
    }

    [Theory]
    [InlineData(1e-9, 1)]
    [InlineData(1e9, 1)]
    [InlineData(1, 1e-4)]
    [InlineData(1, 1e4)]
    [InlineData(1e9, 1e-4)]
    public void Scaling_and_stretching_give_equivalent_fits(double yScale, double xScale)
    {
        const int Rows = 40;
        FitSeries plain = TestSeries.W2b(Rows).Fit(TestSeries.Model);
        FitSeries scaled = TestSeries.W2b(Rows, yScale, xScale).Fit(TestSeries.Stretched(xScale));
        for (int row = 0; row < Rows; row++)
        {
            Assert.Equal(plain[row].Status, scaled[row].Status);
            Assert.True(plain[row].IsUsable);
            Assert.True(plain[row].Info.Iterations > 2);
            Assert.Equal(1, scaled[row].Info.ChiSquare / (yScale * yScale) / plain[row].Info.ChiSquare, 1e-9);
            foreach (string name in plain.Model.ValueNames)
            {
                double unit = name.EndsWith("center") || name.EndsWith("fwhm") ? xScale
                    : name.EndsWith("area") ? xScale * yScale
                    : name.EndsWith("eta") ? 1
                    : name.EndsWith("c1") ? yScale / xScale
                    : yScale;
                double error = plain[row].StandardError(name);
                if (double.IsNaN(error))
                    continue;
                Assert.True(Math.Abs((scaled[row][name] / unit) - plain[row][name]) <= 1e-6 * error, $"row {row} {name}: {scaled[row][name] / unit:R} against {plain[row][name]:R} ± {error:R}");
                Assert.Equal(1, scaled[row].StandardError(name) / unit / error, 1e-6);
            }
        }
    }

    [Theory]
    [InlineData("constant", 100)]
    [InlineData("zero", 100)]
    [InlineData("nan", 100)]
    [InlineData("infinite", 100)]
    [InlineData("huge", 100)]
    [InlineData("tiny", 100)]
    [InlineData("spike", 100)]
    [InlineData("negative", 100)]
    [InlineData("line", 100)]
    [InlineData("constant", 1)]
    [InlineData("spike", 2)]
    [InlineData("spike", 3)]
    [InlineData("spike", 9)]
    [InlineData("spike", 10)]
    public void A_bad_row_gets_a_status_and_never_stops_the_batch(string kind, int length)
    {
        double[] Row() => [.. Enumerable.Range(0, length).Select(i => kind switch
        {
            "constant" => 5.0,
            "zero" => 0,
            "nan" => i == length / 2 ? double.NaN : 1,
            "infinite" => i == length / 2 ? double.PositiveInfinity : 1,
            "huge" => 1e300 * (1 + (i % 3)),
            "tiny" => 1e-310 * (1 + (i % 3)),
            "negative" => -5 - (i % 4),
            "line" => 3 + (0.25 * i),
            _ => i == length / 2 ? 1000 : 0,
        })];
        double[] good = length == 100 ? TestSeries.W2b(1)[0].ToArray() : Row();
        var axis = new Axis(Enumerable.Range(0, length).Select(i => (double)i).ToArray(), "x", "mm");
        SpectrumSeries series = SpectrumSeries.Wrap(axis, good.Concat(Row()).Concat(good).ToArray(), 3);
        PeakFitOptions options = length == 100 ? TestSeries.Model : PeakModel.Build().Peak("a", LineShapes.PseudoVoigt).Peak("b", LineShapes.Gaussian).Polynomial(1).ToOptions();
        foreach (Weighting weighting in new[] { Weighting.None, Weighting.Poisson })
        {
            FitSeries fits = series.Fit(options with { Weighting = weighting });
            RowStatus status = fits.StatusOf(1);
            if (length == 100)
            {
                Assert.True(fits[0].IsUsable);
                Assert.Equal(fits.Info[0], fits.Info[2]);
            }

            if (kind is "nan" or "infinite")
                Assert.Equal(RowStatus.NotFinite, status);
            if (length < 9)
                Assert.Equal(RowStatus.TooFewPoints, status);
            if (!status.IsUsable())
                Assert.Throws<FitException>(() => fits[1].EnsureUsable());
            if (status is RowStatus.NotFinite or RowStatus.TooFewPoints)
                Assert.All(fits.Model.ValueNames, n => Assert.True(double.IsNaN(fits[1][n]) && double.IsNaN(fits[1].StandardError(n)) && fits[1].ErrorStatus(n) == StandardErrorStatus.NoResult));
            foreach (NumberColumn column in fits.Columns.OfType<NumberColumn>().Where(c => c.HasStandardErrors))
                Assert.Equal(double.IsNaN(column.StandardErrors.Span[1]), column.ErrorStatusOf(1) != StandardErrorStatus.Given);
            Assert.NotEmpty(fits[1].Report());
        }
    }

    private static string Text(FitSeries fits) => string.Join(
        "\n",
        fits.Columns.Select(c => c.Name + ":" + string.Join(",", Enumerable.Range(0, c.Count).Select(r => c.Text(r) + (c is NumberColumn n ? "|" + n.StandardErrorText(r) : string.Empty)))));

    private sealed class Progress : IProgress<BatchProgress>
    {
        public void Report(BatchProgress value) => Assert.InRange(value.Done, 0, 6);
    }

    /// <summary>A clock that is read after each row: cancels after some rows.</summary>
    private sealed class CancelAfter(CancellationTokenSource source, int rows) : TimeProvider
    {
        private int _reads;

        public override long GetTimestamp()
        {
            if (++_reads > rows)
                source.Cancel();
            return _reads * TimestampFrequency;
        }
    }
}
