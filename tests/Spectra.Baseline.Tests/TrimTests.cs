using System.Text.Json;

namespace BigMap.Analysis.Spectra.Baseline.Tests;

public sealed class TrimTests
{
    private static readonly SpectrumSeries Ten = SpectrumSeries.Wrap(
        new Axis(new double[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, AxisQuantity.TwoTheta, "deg"),
        Enumerable.Range(0, 20).Select(i => (double)i).ToArray(),
        2);

    [Theory]
    [InlineData(2.0, 4.0, true, 2, 4)]
    [InlineData(2.0, 4.0, false, 3, 3)]
    [InlineData(null, 4.0, true, 1, 4)]
    [InlineData(2.5, null, true, 3, 10)]
    [InlineData(null, null, false, 1, 10)]
    [InlineData(5.0, 5.0, true, 5, 5)]
    public void The_points_inside_stay(double? from, double? to, bool includeEnds, double first, double last)
    {
        SpectrumSeries trimmed = Ten.Trim(new TrimOptions { From = from, To = to, IncludeEnds = includeEnds });
        Assert.Equal((first, last), (trimmed.Axis.First, trimmed.Axis.Last));
        Assert.Equal(10 + first - 1, trimmed[1][0]);
    }

    [Fact]
    public void A_trim_is_a_view_with_variances_labels_and_source_rows()
    {
        var y = new double[20];
        SpectrumSeries series = SpectrumSeries.Wrap(Ten.Axis, y, 2, new SeriesAttributes { Variance = Enumerable.Range(0, 20).Select(i => (double)i).ToArray(), Labels = ["a", "b"], SourceRows = new[] { 4, 9 } });
        SpectrumSeries trimmed = series.Trim(new TrimOptions { From = 3, To = 5 });
        y[12] = 77;
        Assert.Equal(77, trimmed[1][0]);
        Assert.Equal([12.0, 13, 14], trimmed.Variance(1).ToArray());
        Assert.Equal(("b", 9), (trimmed.Label(1), trimmed.SourceRow(1)));
    }

    [Fact]
    public void An_interval_outside_the_data_is_an_error_that_names_their_range()
    {
        foreach (TrimOutside outside in new[] { TrimOutside.Refuse, TrimOutside.RefusePartial })
        {
            foreach ((double? from, double? to) in new (double?, double?)[] { (11, 20), (-5, 0.5), (11, null), (4.2, 4.8) })
            {
                var error = Assert.Throws<DataMismatchException>(() => Ten.Trim(new TrimOptions { From = from, To = to, Outside = outside }));
                Assert.Contains("the data run from 1 to 10 deg", error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void An_interval_that_reaches_beyond_the_data_warns_or_is_refused()
    {
        var log = new RecordingSink();
        AnalysisContext context = AnalysisContext.Default with { Provenance = log };
        Assert.Equal(3, Ten.Trim(new TrimOptions { From = 8, To = 12 }, context).Length);
        Assert.Equal("trim_partly_outside", Assert.Single(log.Warnings).Code);
        Assert.Contains("the data run from 1 to 10 deg", log.Warnings[0].Message, StringComparison.Ordinal);

        // Less than a step beyond is how one asks for everything.
        Assert.Equal(10, Ten.Trim(new TrimOptions { From = 0.5, To = 10.5, Outside = TrimOutside.RefusePartial }, context).Length);
        Assert.Single(log.Warnings);
        Assert.Throws<DataMismatchException>(() => Ten.Trim(new TrimOptions { From = 8, To = 12, Outside = TrimOutside.RefusePartial }));
    }

    [Fact]
    public void PRISMA_excludes_the_ends_and_keeps_everything_when_nothing_lies_inside()
    {
        Assert.Equal([3.0, 4], Ten.Trim(TrimOptions.Prisma(2, 5)).Axis.Values.ToArray());
        var log = new RecordingSink();
        Assert.Equal(10, Ten.Trim(TrimOptions.Prisma(20, 30), AnalysisContext.Default with { Provenance = log }).Length);
        Assert.Equal("trim_outside", Assert.Single(log.Warnings).Code);
    }

    [Fact]
    public void Faulty_options_are_refused_before_any_work()
    {
        Assert.Contains("from must not be above to", Assert.Throws<OptionsException>(() => Ten.Trim(new TrimOptions { From = 5, To = 4 })).Message, StringComparison.Ordinal);
        Assert.Throws<OptionsException>(() => Ten.Trim(new TrimOptions { From = double.NaN }));
        Assert.Throws<OptionsException>(() => new TrimOptions { To = double.PositiveInfinity }.Validate());
        Assert.Throws<OptionsException>(() => BaselineSteps.Trim.Run(Ten, new StepRequest<TrimOptions>(new TrimOptions(), [new RowOverride(1, new TrimOptions { From = 2 }, "other window")])));
    }

    [Fact]
    public void Counts_get_their_variance_before_a_baseline_and_not_after()
    {
        var log = new RecordingSink();
        SpectrumSeries counts = Ten.WithPoissonVariance(AnalysisContext.Default with { Provenance = log });
        Assert.Equal([1.0, 1, 2, 3], counts.Variance(0)[..4].ToArray());
        Assert.Equal(IntensityKind.Counts, counts.Kind);
        Assert.Equal("spectra.poisson-variance", Assert.Single(log.Steps).Operation);
        SpectrumSeries corrected = counts.EstimateBaseline(new AslsOptions()).Corrected;
        Assert.Throws<DataMismatchException>(() => corrected.WithPoissonVariance(AnalysisContext.Default));
    }

    [Fact]
    public void Options_survive_JSON_with_every_default_and_null()
    {
        foreach (TrimOptions options in new[] { new TrimOptions(), TrimOptions.Prisma(1.5, 2e-3 + 7), new TrimOptions { To = 4, Outside = TrimOutside.RefusePartial } })
        {
            using JsonDocument json = JsonDocument.Parse(TrimOptions.Set.ToJson(options));
            Assert.Equal(options, TrimOptions.Set.Read(json.RootElement));
        }
    }
}
