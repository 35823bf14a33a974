using FsCheck.Xunit;

namespace BigMap.Analysis.Numerics.Tests;

public class StatisticsTests
{
    [Fact]
    public void Known_values()
    {
        double[] v = [3, 1, 4, 1, 5, 9, 2, 6];
        Assert.Equal(3.875, Statistics.Mean(v));
        Assert.Equal(7.553571428571429, Statistics.Variance(v), 1e-14);
        Assert.Equal(3.5, Statistics.Median(v));
        Assert.Equal(4, Statistics.Median([9, 4, 1]));
        Assert.Equal(1.75, Statistics.Quantile(v, 0.25));
        Assert.Equal(5.25, Statistics.Quantile(v, 0.75));
        Assert.Equal(1, Statistics.Quantile(v, 0));
        Assert.Equal(9, Statistics.Quantile(v, 1));
        Assert.Equal(1.4826022185056018 * 2, Statistics.Mad(v), 1e-14);
        Assert.Equal([3, 1, 4, 1, 5, 9, 2, 6], v);
    }

    [Fact]
    public void Too_few_values_or_a_NaN_give_NaN_and_no_exception()
    {
        Assert.True(double.IsNaN(Statistics.Mean([])));
        Assert.True(double.IsNaN(Statistics.Variance([1])));
        Assert.True(double.IsNaN(Statistics.Median([])));
        Assert.True(double.IsNaN(Statistics.Mad([])));
        double[] v = [1, double.NaN, 3];
        Assert.True(double.IsNaN(Statistics.Mean(v)));
        Assert.True(double.IsNaN(Statistics.Variance(v)));
        Assert.True(double.IsNaN(Statistics.Median(v)));
        Assert.True(double.IsNaN(Statistics.Quantile(v, 1)));
        Assert.True(double.IsNaN(Statistics.Mad(v)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Statistics.Quantile(v, 1.1));
    }

    [Fact]
    public void Variance_of_values_far_from_zero_keeps_its_digits()
    {
        double[] v = [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16];
        Assert.Equal(30, Statistics.Variance(v), 1e-12);
    }

    [Property(MaxTest = 200)]
    public void Quantiles_are_those_of_the_sorted_values(int[] values, int where)
    {
        if (values.Length == 0)
            return;
        double[] v = [.. values.Select(i => (double)(i % 50))], sorted = [.. v.Order()];
        double p = Math.Abs(where % 101) / 100.0, position = p * (v.Length - 1);
        int k = (int)position;
        double expected = k + 1 < v.Length ? sorted[k] + ((position - k) * (sorted[k + 1] - sorted[k])) : sorted[k];
        Assert.Equal(expected, Statistics.Quantile(v, p), 1e-12);
    }

    [Property(MaxTest = 100)]
    public void Mean_and_variance_agree_with_decimals(int[] values)
    {
        if (values.Length < 2)
            return;
        decimal[] d = [.. values.Select(i => (decimal)(i % 100000))];
        decimal mean = d.Sum() / d.Length;
        double[] v = [.. d.Select(i => (double)i)];
        Assert.Equal((double)mean, Statistics.Mean(v), 1e-9);
        Assert.Equal((double)(d.Sum(i => (i - mean) * (i - mean)) / (d.Length - 1)), Statistics.Variance(v), 1e-5);
    }
}
