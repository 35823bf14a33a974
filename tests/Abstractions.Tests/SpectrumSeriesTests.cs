using FsCheck.Xunit;

namespace BigMap.Analysis.Abstractions.Tests;

public sealed class SpectrumSeriesTests
{
    private static readonly Axis X = new(new double[] { 1, 2, 3, 4 }, "x", "u");

    [Fact]
    public void Trim_is_a_view_and_equals_a_trimmed_copy()
    {
        double[] block = [1, 2, 3, 4, 5, 6, 7, 8];
        SpectrumSeries trimmed = SpectrumSeries.Wrap(X, block, 2).Trim(2, 3);
        Assert.Equal([2, 3], trimmed[0].ToArray());
        Assert.Equal([6, 7], trimmed[1].ToArray());
        block[5] = 60;
        Assert.Equal(60, trimmed[1][0]);
        Assert.Equal([3], trimmed.Trim(2.5, 9)[0].ToArray());
    }

    [Fact]
    public void A_trim_outside_the_data_names_the_range_of_the_data() =>
        Assert.Contains("from 1 to 4 u", Assert.Throws<DataMismatchException>(() => Series(2).Trim(7, 9)).Message, StringComparison.Ordinal);

    [Fact]
    public void Slices_and_selections_keep_source_rows_labels_columns_and_variances()
    {
        SpectrumSeries series = Series(6);
        SpectrumSeries part = series.Slice(2..5).Select([2, 0]);
        Assert.Equal([4, 2], new[] { part.SourceRow(0), part.SourceRow(1) });
        Assert.Equal("s4", part.Label(0));
        Assert.Equal(series[4].ToArray(), part[0].ToArray());
        Assert.Equal(series.Variance(2).ToArray(), part.Variance(1).ToArray());
        Assert.Equal(40, ((NumberColumn)part.Columns[0])[0]);
    }

    [Fact]
    public void Wrapping_checks_every_length()
    {
        Assert.Throws<ArgumentException>(() => SpectrumSeries.Wrap(X, new double[7], 2));
        Assert.Throws<ArgumentException>(() => SpectrumSeries.Wrap(X, new double[8], 2, new SeriesAttributes { RowStride = 3 }));
        Assert.Throws<ArgumentException>(() => SpectrumSeries.Wrap(X, new double[8], 2, new SeriesAttributes { Variance = new double[4] }));
        Assert.Throws<ArgumentException>(() => SpectrumSeries.Wrap(X, new double[8], 2, new SeriesAttributes { Labels = ["a"] }));
        Assert.Throws<ArgumentException>(() => SpectrumSeries.Wrap(X, new double[8], 2, new SeriesAttributes { Columns = [new NumberColumn("t", "s", new double[3])] }));
        Assert.Equal(0, SpectrumSeries.Wrap(X, default, 0).Count);
    }

    [Fact]
    public void A_stride_longer_than_the_axis_skips_the_rest()
    {
        SpectrumSeries series = SpectrumSeries.Wrap(X, new double[] { 1, 2, 3, 4, -1, -1, 5, 6, 7, 8 }, 2, new SeriesAttributes { RowStride = 6 });
        Assert.Equal([5, 6, 7, 8], series[1].ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => series[2].Length);
    }

    [Fact]
    public void Poisson_variance_is_the_count_and_is_refused_for_derived_data()
    {
        SpectrumSeries counts = SpectrumSeries.Wrap(X, new[] { 0, 1, 100, double.NaN }, 1).WithPoissonVariance();
        Assert.Equal([1, 1, 100, double.NaN], counts.Variance(0).ToArray());
        Assert.Equal(IntensityKind.Counts, counts.Kind);
        SpectrumSeries derived = counts.WithIntensity(new double[4], default);
        Assert.Throws<DataMismatchException>(derived.WithPoissonVariance);
        Assert.Throws<DataMismatchException>(derived.SpectrumAt(0).AsSeries().WithPoissonVariance);
        Assert.Equal(IntensityKind.Counts, SpectrumSeries.From([counts.SpectrumAt(0), counts.SpectrumAt(0)]).Kind);
        Assert.Equal(IntensityKind.Unspecified, SpectrumSeries.From([counts.SpectrumAt(0), derived.SpectrumAt(0)]).Kind);
    }

    [Fact]
    public void Spectra_with_other_axes_are_not_joined_silently()
    {
        var other = new Axis(new[] { 1, 2, 3, 4.5 }, "x", "u");
        Assert.Contains("Spectrum 1", Assert.Throws<DataMismatchException>(() => SpectrumSeries.From([new Spectrum(X, new double[4]), new Spectrum(other, new double[4])])).Message, StringComparison.Ordinal);
    }

    [Property]
    public bool Trimming_twice_is_trimming_to_the_intersection(byte a, byte b, byte c, byte d)
    {
        double[] x = [.. Enumerable.Range(0, 256).Select(i => (double)i)];
        SpectrumSeries series = SpectrumSeries.Wrap(new Axis(x, "x", "u"), x, 1);
        (double lo1, double hi1) = (Math.Min(a, b), Math.Max(a, b));
        (double lo2, double hi2) = (Math.Min(c, d), Math.Max(c, d));
        double lo = Math.Max(lo1, lo2), hi = Math.Min(hi1, hi2);
        if (lo > hi)
            return true;
        return series.Trim(lo1, hi1).Trim(lo2, hi2)[0].SequenceEqual(series.Trim(lo, hi)[0]);
    }

    internal static SpectrumSeries Series(int rows)
    {
        double[] y = [.. Enumerable.Range(0, rows * 4).Select(i => (double)(i * i % 17))];
        double[] v = [.. y.Select(value => value + 1)];
        return SpectrumSeries.Wrap(X, y, rows, new SeriesAttributes
        {
            Variance = v,
            Labels = [.. Enumerable.Range(0, rows).Select(i => $"s{i}")],
            Columns = [new NumberColumn("time", "s", Enumerable.Range(0, rows).Select(i => 10.0 * i).ToArray())],
        });
    }
}
