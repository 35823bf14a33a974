using System.Text.Json;

namespace BigMap.Analysis.Numerics.Tests;

/// <summary>tests/data/statistics: numpy 1.24.2, scipy 1.10.1, scikit-learn 1.2.1.</summary>
public class StatisticsGoldenTests
{
    private static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllText(ReferenceData.Shipped("tests/data/statistics/golden.json"))).RootElement;

    private static double[][] X
    {
        get
        {
            var csv = new GoldenCsv(ReferenceData.Shipped("tests/data/statistics/X.csv"));
            return [.. csv.Names.Select(n => csv[n])];
        }
    }

    private static double[] Flat
    {
        get
        {
            double[][] x = X;
            return [.. Enumerable.Range(0, x[0].Length).SelectMany(i => x.Select(c => c[i]))];
        }
    }

    private static double[] Sample(string name) => [.. File.ReadAllLines(ReferenceData.Shipped($"tests/data/statistics/{name}.csv")).Where(l => l.Length > 0).Select(l => double.Parse(l, System.Globalization.CultureInfo.InvariantCulture))];

    private static void Same(JsonElement expected, double actual, double tolerance) => Same(expected.GetDouble(), actual, tolerance);

    private static void Same(double expected, double actual, double tolerance) => Assert.True(
        Math.Abs(expected - actual) <= tolerance * Math.Abs(expected), $"expected {expected:R}, found {actual:R}");

    [Fact]
    public void Descriptive_statistics_to_1e_12()
    {
        double[][] x = X;
        var workspace = new DescriptiveStatistics();
        for (int c = 0; c < x.Length; c++)
        {
            JsonElement g = Golden.GetProperty("descriptive")[c];
            Description d = workspace.Describe(x[c]);
            Assert.Equal(x[c].Length, d.Count);
            Same(g.GetProperty("mean"), d.Mean, 1e-12);
            Same(g.GetProperty("median"), d.Median, 1e-12);
            Same(g.GetProperty("var_ddof1"), d.Variance, 1e-12);
            Same(g.GetProperty("std_ddof1"), d.StandardDeviation, 1e-12);
            Same(g.GetProperty("min"), d.Minimum, 0);
            Same(g.GetProperty("max"), d.Maximum, 0);
            Same(g.GetProperty("q25_linear"), d.LowerQuartile, 1e-12);
            Same(g.GetProperty("q75_linear"), d.UpperQuartile, 1e-12);
            Same(g.GetProperty("skew_biased"), d.Skewness, 1e-12);
            Same(g.GetProperty("kurtosis_excess_biased"), d.Kurtosis, 1e-12);
            Same(g.GetProperty("mad_raw"), d.RawMad, 1e-12);
        }
    }

    [Fact]
    public void Correlations_to_1e_12()
    {
        double[][] x = X;
        JsonElement matrix = Golden.GetProperty("pearson").GetProperty("matrix");
        for (int i = 0; i < x.Length; i++)
        {
            for (int j = 0; j < x.Length; j++)
                Same(matrix[i][j], Correlation.Pearson(x[i], x[j]).Coefficient, 1e-12);
        }

        Same(Golden.GetProperty("pearson").GetProperty("r01"), Correlation.Pearson(x[0], x[1]).Coefficient, 1e-12);
        Same(Golden.GetProperty("pearson").GetProperty("p01"), Correlation.Pearson(x[0], x[1]).PValue, 1e-12);
        CorrelationResult rho = Correlation.Spearman(x[0], x[1]);
        Same(Golden.GetProperty("spearman01").GetProperty("rho"), rho.Coefficient, 1e-12);
        Same(Golden.GetProperty("spearman01").GetProperty("p"), rho.PValue, 1e-12);
    }

    [Fact]
    public void Principal_components_to_1e_10_up_to_sign()
    {
        JsonElement g = Golden.GetProperty("pca");
        PrincipalComponents pca = PrincipalComponents.Fit(Flat, 5);
        Assert.Equal(5, pca.Count);
        for (int k = 0; k < 5; k++)
        {
            Same(g.GetProperty("singular_values")[k], pca.SingularValues.Span[k], 1e-10);
            Same(g.GetProperty("explained_variance")[k], pca.Variances.Span[k], 1e-10);
            Same(g.GetProperty("ratio")[k], pca.Variances.Span[k] / pca.TotalVariance, 1e-10);
            for (int j = 0; j < 5; j++)
                Assert.Equal(g.GetProperty("components_sign_free")[k][j].GetDouble(), Math.Abs(pca.Loadings.Span[(k * 5) + j]), 1e-10);
        }
    }

    [Fact]
    public void Inertia_of_k_means_to_1e_9()
    {
        JsonElement g = Golden.GetProperty("kmeans");
        KMeans clusters = KMeans.Fit(Flat, 5, new KMeansOptions { Clusters = 3 });
        Same(g.GetProperty("inertia"), clusters.Inertia, 1e-9);
        int[] order = [.. Enumerable.Range(0, 3).OrderBy(c => clusters.Centres.Span[c * 5])];
        for (int c = 0; c < 3; c++)
        {
            for (int j = 0; j < 5; j++)
                Assert.Equal(g.GetProperty("centers_sorted_by_v0")[c][j].GetDouble(), clusters.Centres.Span[(order[c] * 5) + j], 1e-9);
            Assert.Equal(g.GetProperty("sizes_sorted_by_center_v0")[c].GetInt32(), clusters.Labels.ToArray().Count(l => l == order[c]));
        }

        // The silhouette finds the number by itself.
        Assert.Equal(3, KMeans.Fit(Flat, 5).Count);
    }

    [Fact]
    public void Kolmogorov_Smirnov_statistic_to_1e_14_and_exact_p_to_1e_10()
    {
        JsonElement g = Golden.GetProperty("ks_2samp_a_b");
        KolmogorovSmirnovResult exact = KolmogorovSmirnov.TwoSample(Sample("a"), Sample("b"));
        Assert.True(exact.IsExact);
        Assert.Equal((300, 250), (exact.FirstCount, exact.SecondCount));
        Same(g.GetProperty("exact").GetProperty("statistic"), exact.Statistic, 1e-14);
        Same(g.GetProperty("exact").GetProperty("pvalue"), exact.PValue, 1e-10);

        // scipy rounds n₁n₂/(n₁ + n₂) to a whole number and takes the one-sample distribution; the asymptotic series is close to that.
        KolmogorovSmirnovResult limit = KolmogorovSmirnov.TwoSample(Sample("a"), Sample("b"), KolmogorovSmirnovMethod.Asymptotic);
        Assert.False(limit.IsExact);
        Assert.Equal(g.GetProperty("asymp").GetProperty("pvalue").GetDouble(), limit.PValue, 2e-3);
    }

    [Theory]
    [InlineData(OutlierRule.ZScore, "zscore_abs_gt_3")]
    [InlineData(OutlierRule.Iqr, "iqr_1p5")]
    [InlineData(OutlierRule.Mad, "mad_3p5_modified_z")]
    public void Outliers_are_those_of_the_golden_file(OutlierRule rule, string name)
    {
        double[] a = Sample("a"), scores = new double[a.Length];
        Outliers.Score(a, rule, scores);
        int[] expected = [.. Golden.GetProperty("outliers_a").GetProperty(name).EnumerateArray().Select(e => e.GetInt32())];
        Assert.Equal(expected, Enumerable.Range(0, a.Length).Where(i => scores[i] > Outliers.UsualLimit(rule)));
    }
}
