namespace BigMap.Analysis.Numerics.Tests;

/// <summary>Inputs at the edge of what a method is for.</summary>
public class QualityEdgeTests
{
    private static SpectrumSeries Series(double[][] rows, params TableColumn[] columns)
    {
        double[] x = [.. Enumerable.Range(0, rows[0].Length).Select(i => (double)i)];
        return SpectrumSeries.Wrap(new Axis(x, AxisQuantity.RamanShift, "cm-1"), rows.SelectMany(r => r).ToArray(), rows.Length, new SeriesAttributes { Columns = columns });
    }

    private static double[][] Noisy(int rows, double level, double peak)
    {
        var noise = new Noise(5);
        return [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, 100).Select(i => level + (0.01 * level * noise.G()) + (peak * Math.Exp(-Math.Pow((i - 50) / 5.0, 2)))).ToArray())];
    }

    [Theory]
    [InlineData("counting_time")]
    [InlineData("exposure time")]
    [InlineData("live-time")]
    public void How_long_was_counted_is_no_clock(string name)
    {
        double[] same = [.. Enumerable.Repeat(2.0, 20)];
        SpectrumSeries series = Series(Noisy(20, 100, 1000), new NumberColumn(name, "s", same));
        Assert.True(series.CheckQuality().IsClean);
        Assert.Equal(20, series.Filter(new FilterOptions { Kinds = ["duplicateTime"] }).Series.Count);
        Assert.Equal(19, series.CheckQuality(new QualityOptions { TimeColumns = [name] }).CountOf(FindingKind.DuplicateTime));
    }

    [Fact]
    public void A_column_of_text_is_refused_as_a_clock()
    {
        var when = new TextColumn("when", [.. Enumerable.Repeat("10:00", 20)]);
        var options = new QualityOptions { TimeColumns = ["when"] };
        Assert.Throws<DataMismatchException>(() => Series(Noisy(20, 100, 1000), when).CheckQuality(options));
        Assert.Throws<DataMismatchException>(() => new ResultTable("t", [when]).CheckQuality(options));
    }

    [Fact]
    public void Accumulated_counts_above_16_bits_are_not_saturated()
    {
        var raman = new QualityOptions { Technique = Technique.Raman };
        Assert.Equal(0, Series(Noisy(3, 100_000, 80_000)).CheckQuality(raman).CountOf(FindingKind.Saturated));
        double[][] cut = [.. Noisy(3, 10_000, 80_000).Select(r => r.Select(v => Math.Min(v, 65535)).ToArray())];
        Assert.Equal(3, Series(cut).CheckQuality(raman).CountOf(FindingKind.Saturated));
        Assert.Equal(3, Series(Noisy(3, 100_000, 80_000)).CheckQuality(raman with { SaturationLevel = 150_000 }).CountOf(FindingKind.Saturated));
    }

    [Theory]
    [InlineData(ImputeMethod.Linear)]
    [InlineData(ImputeMethod.Median)]
    public void Nothing_is_imputed_at_the_ends_of_a_row(ImputeMethod method)
    {
        double[] row = [double.NaN, 2, double.NaN, 4, 5, 6, double.NaN];
        CleanedSeries clean = Series([row]).Impute(new ImputeOptions { Kinds = ["notFinite"], Method = method, Neighbors = 1 });
        Assert.Equal([double.NaN, 2, 3, 4, 5, 6, double.NaN], clean.Series[0].ToArray());
    }

    [Fact]
    public void A_pixel_with_one_good_neighbour_has_no_scatter_to_tell_its_error()
    {
        double[] frame = [.. Enumerable.Repeat(double.NaN, 9)];
        frame[0] = 7;
        CleanedSeries clean = Series([frame]).Impute(new ImputeOptions { Kinds = ["notFinite"], Check = new QualityOptions { FrameWidth = 3 }, MaxPoints = 9 });
        Assert.Equal(7, clean.Series[0][1]);
        Assert.True(double.IsNaN(((NumberColumn)clean.Columns.First(c => c.Name == "after")).StandardErrors.Span[0]));
    }

    [Theory]
    [InlineData(OutlierRule.Mad)]
    [InlineData(OutlierRule.ZScore)]
    [InlineData(OutlierRule.Iqr)]
    public void An_infinity_is_an_outlier_and_hides_no_other(OutlierRule rule)
    {
        double[] values = [1, 1, 1, 1, 1, 9, double.PositiveInfinity, double.NegativeInfinity, double.NaN], scores = new double[9], alone = new double[6];
        Outliers.Score(values, rule, scores);
        Outliers.Score(values.AsSpan(0, 6), rule, alone);
        Assert.Equal([.. alone, double.PositiveInfinity, double.PositiveInfinity, double.NaN], scores);
        Assert.True(scores[5] > 1);
    }

    [Fact]
    public void Components_that_the_data_do_not_support_are_zero()
    {
        CurveResolution nmf = CurveResolution.Nmf([-1, 2, -3, 0.5], 4, new NmfOptions { Components = 3 });
        Assert.All(nmf.Spectra.ToArray().Skip(4), v => Assert.Equal(0, v));
        Assert.All(CurveResolution.Nmf([-1, -2, -3, -4], 2, new NmfOptions { Components = 2 }).Spectra.ToArray(), v => Assert.Equal(0, v));
    }

    [Fact]
    public void The_sign_of_a_component_does_not_hang_on_rounding()
    {
        // Two columns of variance 1 have loadings of ±√½ whatever the data.
        var noise = new Noise(2);
        for (int run = 0; run < 200; run++)
        {
            double[] x = [.. Enumerable.Range(0, 14).Select(_ => noise.G())];
            double[] p = PrincipalComponents.Fit(x, 2, new PcaOptions { Components = 2, Scaling = PcaScaling.StandardDeviation }).Loadings.ToArray();
            Assert.Equal(Math.Sqrt(0.5), p[0], 12);
            Assert.Equal(Math.Sqrt(0.5), p[2], 12);
        }
    }
}
