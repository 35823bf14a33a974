using System.Numerics;
using FsCheck.Xunit;

namespace BigMap.Analysis.Numerics.Tests;

public class StatisticsKernelTests
{
    [Fact]
    public void Moments_keep_their_digits_a_billion_standard_deviations_from_zero()
    {
        var noise = new Noise(1);
        long[] whole = [.. Enumerable.Range(0, 501).Select(_ => (long)(1e6 * noise.G() * noise.G()))];
        Description near = Reference(whole), far = new DescriptiveStatistics().Describe([.. whole.Select(v => (double)(1_000_000_000_000_000 + v))]);
        Same(near.Mean + 1e15, far.Mean);
        Same(near.Variance, far.Variance);
        Same(near.Skewness, far.Skewness);
        Same(near.Kurtosis, far.Kurtosis);
        Same(near.RawMad, far.RawMad);

        // Powers of two change nothing but the scale, out to where squares would overflow or vanish.
        foreach (double scale in (double[])[Math.ScaleB(1, -560), Math.ScaleB(1, 480), Math.ScaleB(1, -400)])
        {
            Description scaled = new DescriptiveStatistics().Describe([.. whole.Select(v => v * scale)]);
            Assert.Equal(new DescriptiveStatistics().Describe([.. whole.Select(v => (double)v)]).Kurtosis, scaled.Kurtosis);
            Assert.Equal(1, Correlation.Pearson([.. whole.Select(v => v * scale)], [.. whole.Select(v => (double)v)]).Coefficient, 1e-15);
        }
    }

    [Property(MaxTest = 200)]
    public void Moments_agree_with_decimals(int[] values)
    {
        long[] whole = [.. values.Select(v => (long)(v % 1000))];
        Description expected = Reference(whole), found = new DescriptiveStatistics().Describe([.. whole.Select(v => (double)v)]);
        Same(expected.Mean, found.Mean);
        Same(expected.Variance, found.Variance);
        Same(expected.Skewness, found.Skewness, 1e-12);
        Same(expected.Kurtosis, found.Kurtosis, 1e-11);
    }

    [Fact]
    public void Missing_constant_and_few_values()
    {
        var workspace = new DescriptiveStatistics();
        Description none = workspace.Describe([double.NaN, double.NaN]);
        Assert.Equal((0, 2), (none.Count, none.Missing));
        Assert.True(double.IsNaN(none.Mean) && double.IsNaN(none.Maximum) && double.IsNaN(none.Median));
        Description one = workspace.Describe([double.NaN, 5]);
        Assert.Equal((1, 1, 5.0, 5.0), (one.Count, one.Missing, one.Mean, one.Median));
        Assert.True(double.IsNaN(one.Variance) && double.IsNaN(one.Skewness));
        Description constant = workspace.Describe([0.1, 0.1, 0.1]);
        Assert.Equal((0.1, 0.0, 0.0), (constant.Mean, constant.Variance, constant.Mad));
        Assert.True(double.IsNaN(constant.Kurtosis));
        Description infinite = workspace.Describe([1, 2, double.PositiveInfinity]);
        Assert.Equal((2.0, double.PositiveInfinity), (infinite.Median, infinite.Maximum));
        Assert.True(double.IsNaN(infinite.Mean));

        var values = new double[1000];
        workspace.Describe(values);
        long before = GC.GetAllocatedBytesForCurrentThread();
        workspace.Describe(values);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Property(MaxTest = 200)]
    public void Ranks_are_one_plus_the_number_below_and_half_of_those_equal(int[] values)
    {
        double[] v = [.. values.Select(i => (double)(i % 7))], ranks = new double[v.Length];
        Correlation.Ranks(v, ranks);
        for (int i = 0; i < v.Length; i++)
            Assert.Equal(0.5 + v.Count(x => x < v[i]) + (0.5 * v.Count(x => x == v[i])), ranks[i]);
    }

    [Fact]
    public void Correlations_of_missing_constant_and_few_pairs()
    {
        Assert.True(double.IsNaN(Correlation.Pearson([], []).Coefficient));
        Assert.True(double.IsNaN(Correlation.Pearson([1], [2]).Coefficient));
        Assert.True(double.IsNaN(Correlation.Pearson([1, 2, 3], [4, 4, 4]).Coefficient));
        Assert.True(double.IsNaN(Correlation.Spearman([1, 2, 3], [4, 4, 4]).PValue));
        CorrelationResult two = Correlation.Pearson([1, 2], [5, 3]);
        Assert.Equal((-1.0, 1.0), (two.Coefficient, two.PValue));
        CorrelationResult some = Correlation.Pearson([1, double.NaN, 3, 4, 6], [2, 3, double.NaN, 5, 7]);
        Assert.Equal((3, 2), (some.Count, some.Missing));
        Assert.True(double.IsNaN(some.Lower));
        Assert.Equal(1, Correlation.Spearman([1, 2, 3, 10], [1, 8, 27, 1000]).Coefficient, 1e-15);
        CorrelationResult exact = Correlation.Pearson([1, 2, 3, 4, 5], [2, 4, 6, 8, 10]);
        Assert.Equal((1.0, 0.0, 1.0, 1.0), (exact.Coefficient, exact.PValue, exact.Lower, exact.Upper));
        Assert.Throws<ArgumentException>(() => Correlation.Pearson([1, 2], [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Correlation.Pearson([1, 2], [1, 2], 1));
        Assert.Throws<ArgumentException>(() => Correlation.Ranks([double.NaN], new double[1]));

        // scipy 1.10.1: pearsonr([1, 2, 3, 4, 5, 6], [2, 1, 4, 3, 7, 5]) with its interval, spearmanr of the same.
        CorrelationResult r = Correlation.Pearson([1, 2, 3, 4, 5, 6], [2, 1, 4, 3, 7, 5]);
        Same(0.7917946548886294, r.Coefficient);
        Same(0.06051140336275671, r.PValue);
        Same(-0.05530515967334017, r.Lower);
        Same(0.9761145801153426, r.Upper);
        CorrelationResult rho = Correlation.Spearman([1, 2, 3, 4, 5, 6], [2, 1, 4, 3, 7, 5]);
        Same(0.8285714285714287, rho.Coefficient);
        Same(0.04156268221574334, rho.PValue);
        Assert.True(rho.Lower < r.Coefficient && rho.Upper is > 0.9 and < 1);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 7)]
    [InlineData(5, 5)]
    [InlineData(6, 4)]
    [InlineData(12, 18)]
    [InlineData(40, 33)]
    [InlineData(60, 60)]
    public void Exact_chances_are_those_of_counted_paths(int n1, int n2)
    {
        var noise = new Noise((100 * n1) + n2);
        for (int trial = 0; trial < 12; trial++)
        {
            double shift = trial * 0.4;
            double[] a = [.. Enumerable.Range(0, n1).Select(_ => noise.G())], b = [.. Enumerable.Range(0, n2).Select(_ => noise.G() + shift)];
            KolmogorovSmirnovResult result = KolmogorovSmirnov.TwoSample(a, b);
            long distance = a.Concat(b).Max(x => Math.Abs(((long)a.Count(v => v <= x) * n2) - ((long)b.Count(v => v <= x) * n1)));
            Assert.Equal((double)distance / (n1 * n2), result.Statistic, 1e-15);
            double expected = Paths(n1, n2, distance);
            Assert.True(Math.Abs(result.PValue - expected) <= 1e-12 * expected, $"{result.PValue:R} against {expected:R}");
        }
    }

    [Fact]
    public void Samples_with_ties_missing_values_or_none()
    {
        Assert.True(double.IsNaN(KolmogorovSmirnov.TwoSample([], [1]).PValue));
        Assert.True(double.IsNaN(KolmogorovSmirnov.TwoSample([double.NaN], [1]).Statistic));
        Assert.Equal((0.0, 1.0), (KolmogorovSmirnov.TwoSample([1, 2, 2], [2, 1, 2]).Statistic, KolmogorovSmirnov.TwoSample([1, 2, 2], [2, 1, 2]).PValue));
        KolmogorovSmirnovResult apart = KolmogorovSmirnov.TwoSample([1, 2, 3, double.NaN], [7, 8, 9]);
        Assert.Equal((1.0, 0.1, 3.0), (apart.Statistic, Math.Round(apart.PValue, 14), apart.Location));
        double[] many = [.. Enumerable.Range(0, 10_001).Select(i => (double)i)];
        Assert.False(KolmogorovSmirnov.TwoSample(many, [5000, 6000]).IsExact);

        // The two methods meet for large samples.
        var noise = new Noise(8);
        double[] a = [.. Enumerable.Range(0, 4000).Select(_ => noise.G())], b = [.. Enumerable.Range(0, 3000).Select(_ => noise.G() + 0.03)];
        double exact = KolmogorovSmirnov.TwoSample(a, b).PValue, limit = KolmogorovSmirnov.TwoSample(a, b, KolmogorovSmirnovMethod.Asymptotic).PValue;
        Assert.True(Math.Abs(exact - limit) < 0.02 * exact, $"{exact} against {limit}");
    }

    [Fact]
    public void Outlier_scores_of_flat_and_missing_values()
    {
        double[] values = [1, 1, 1, 1, 1, 1, 9, double.NaN], scores = new double[8];
        Outliers.Score(values, OutlierRule.Mad, scores);
        Assert.Equal(0, scores[0]);
        Assert.Equal(8 / (1.2533141373155003 * 8 / 7), scores[6], 1e-12);
        Assert.True(double.IsNaN(scores[7]));
        Outliers.Score(values, OutlierRule.Iqr, scores);
        Assert.Equal((0.0, double.PositiveInfinity), (scores[0], scores[6]));
        Outliers.Score([2, 2], OutlierRule.ZScore, scores.AsSpan(0, 2));
        Assert.Equal(0, scores[0]);
        Outliers.Score([], OutlierRule.Mad, []);
        Assert.Throws<ArgumentException>(() => Outliers.Score(values, OutlierRule.Mad, new double[3]));
    }

    [Fact]
    public void Tables_are_described_and_correlated()
    {
        double[] x = [1, 2, 3, 4, double.NaN], y = [2, 1, 4, 3, 9];
        var table = new ResultTable("t", [new TextColumn("label", ["a", "b", "c", "d", "e"]), new NumberColumn("x", "V", x), new IntegerColumn("n", new long[] { 5, 6, 7, 8, IntegerColumn.Missing }), new NumberColumn("y", string.Empty, y)]);
        ResultTable described = table.Describe();
        Assert.Equal(["x", "n", "y"], ((TextColumn)described.Column("column")).Values);
        Assert.Equal([4L, 4, 5], ((IntegerColumn)described.Column("count")).Values.ToArray());
        Assert.Equal(2.5, described.Numbers("mean")[0]);
        CorrelationTable r = table.Correlate();
        Assert.Equal(3, r.RowCount);
        Assert.Equal(0.6, r[0, 2].Coefficient, 1e-15);
        Assert.Equal(r[0, 2].Coefficient, r.Matrix.Numbers("y")[0]);
        Assert.Equal(1, r.Matrix.Numbers("n")[0], 1e-15);
        CorrelationTable rank = table.Correlate(new CorrelateOptions { Columns = ["y", "x"], Method = CorrelationMethod.Spearman });
        Assert.Equal(1, rank.RowCount);
        Assert.Equal(0.6, rank.Numbers("coefficient")[0], 1e-15);
        Assert.Throws<DataMismatchException>(() => table.Correlate(new CorrelateOptions { Columns = ["x", "label"] }));
        Assert.Throws<DataMismatchException>(() => table.Correlate(new CorrelateOptions { Columns = ["x"] }));
        Assert.Throws<DataMismatchException>(() => table.Correlate(new CorrelateOptions { Columns = ["x", "z"] }));

        var series = SpectrumSeries.Wrap(new Axis(new double[] { 1, 2, 3 }, "x", string.Empty), new double[] { 1, 2, 6, double.NaN, 4, 4 }, 2);
        ResultTable rows = series.RowStatistics();
        Assert.Equal([3.0, 4], rows.Numbers("mean").Values.ToArray());
        Assert.Equal([0L, 1], ((IntegerColumn)rows.Column("missing")).Values.ToArray());
    }

    /// <summary>1 − (paths inside)/(all paths), in whole numbers.</summary>
    private static double Paths(int n1, int n2, long distance)
    {
        var inside = new BigInteger[n1 + 1, n2 + 1];
        var all = new BigInteger[n1 + 1, n2 + 1];
        for (int i = 0; i <= n1; i++)
        {
            for (int j = 0; j <= n2; j++)
            {
                all[i, j] = i + j == 0 ? 1 : (i > 0 ? all[i - 1, j] : 0) + (j > 0 ? all[i, j - 1] : 0);
                bool within = Math.Abs(((long)i * n2) - ((long)j * n1)) < distance;
                inside[i, j] = !within ? 0 : i + j == 0 ? 1 : (i > 0 ? inside[i - 1, j] : 0) + (j > 0 ? inside[i, j - 1] : 0);
            }
        }

        BigInteger outside = all[n1, n2] - inside[n1, n2];
        return (double)(outside * BigInteger.Pow(10, 60) / all[n1, n2]) / 1e60;
    }

    private static Description Reference(long[] values)
    {
        int n = values.Length;
        if (n == 0)
            return new DescriptiveStatistics().Describe([]);
        decimal mean = values.Sum(v => (decimal)v) / n;
        double m2 = (double)(values.Sum(v => (v - mean) * (v - mean)) / n);
        decimal scale = Math.Max(1, values.Max(v => Math.Abs(v - mean)) / 100);
        double s2 = (double)(values.Sum(v => Power((v - mean) / scale, 2)) / n), s3 = (double)(values.Sum(v => Power((v - mean) / scale, 3)) / n), s4 = (double)(values.Sum(v => Power((v - mean) / scale, 4)) / n);
        double median = Statistics.Median([.. values.Select(v => (double)v)]);
        return new Description(
            n, 0, (double)mean, n > 1 ? m2 * n / (n - 1) : double.NaN, values.Min(), 0, median, 0, values.Max(),
            Statistics.Median([.. values.Select(v => Math.Abs(v - median))]), m2 == 0 ? double.NaN : s3 / Math.Pow(s2, 1.5), m2 == 0 ? double.NaN : (s4 / (s2 * s2)) - 3);
    }

    private static decimal Power(decimal v, int n) => n == 1 ? v : v * Power(v, n - 1);

    private static void Same(double expected, double actual, double tolerance = 0) => Assert.True(
        expected.Equals(actual) || Math.Abs(expected - actual) <= (1e-12 * Math.Abs(expected)) + tolerance, $"expected {expected:R}, found {actual:R}");
}
