namespace BigMap.Analysis.Numerics.Tests;

public class MultivariateTests
{
    private static readonly AnalysisContext One = AnalysisContext.Default with { MaxDegreeOfParallelism = 1 }, Two = AnalysisContext.Default with { MaxDegreeOfParallelism = 2 };

    public static TheoryData<int, int, int> Shapes => new() { { 2, 1, 1 }, { 1, 5, 2 }, { 5, 1, 3 }, { 6, 6, 4 }, { 40, 7, 5 }, { 7, 40, 6 }, { 30, 31, 7 }, { 90, 85, 8 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Principal_components_are_eigenvectors_of_the_covariance(int rows, int columns, int seed)
    {
        var noise = new Noise(seed);
        double[] x = [.. Enumerable.Range(0, rows * columns).Select(i => (noise.G() * Math.Pow(10, -(i % columns) % 5)) + (1000 * (i % columns)))];
        PrincipalComponents pca = PrincipalComponents.Fit(x, columns, new PcaOptions { Components = 1000 });
        Assert.Equal(Math.Min(rows - 1, columns), pca.Count);
        double[] mean = [.. Enumerable.Range(0, columns).Select(j => Enumerable.Range(0, rows).Average(i => x[(i * columns) + j]))];
        double[,] covariance = new double[columns, columns];
        for (int a = 0; a < columns; a++)
        {
            for (int b = 0; b < columns; b++)
                covariance[a, b] = Enumerable.Range(0, rows).Sum(i => (x[(i * columns) + a] - mean[a]) * (x[(i * columns) + b] - mean[b])) / (rows - 1);
        }

        double top = pca.Count == 0 ? 0 : pca.Variances.Span[0];
        for (int k = 0; k < pca.Count; k++)
        {
            double[] p = pca.Loadings.Slice(k * columns, columns).ToArray();
            for (int a = 0; a < columns; a++)
                Assert.Equal(pca.Variances.Span[k] * p[a], Enumerable.Range(0, columns).Sum(b => covariance[a, b] * p[b]), 1e-11 * top);
            Assert.Equal(1, p.Sum(v => v * v), 1e-13);
            Assert.True(p.MaxBy(Math.Abs) > 0);
            for (int l = 0; l < k; l++)
                Assert.Equal(0, Enumerable.Range(0, columns).Sum(j => p[j] * pca.Loadings.Span[(l * columns) + j]), 1e-13);
            for (int i = 0; i < rows; i++)
                Assert.Equal(Enumerable.Range(0, columns).Sum(j => (x[(i * columns) + j] - mean[j]) * p[j]), pca.Scores.Span[(i * pca.Count) + k], 1e-9);
        }

        // All components together leave nothing.
        Assert.All(pca.Residuals.ToArray(), q => Assert.Equal(0, q, 1e-18 + (1e-20 * top)));
    }

    [Fact]
    public void Few_components_are_the_first_of_all()
    {
        double[] x = Mixture(70, 90, 0.05);
        PrincipalComponents few = PrincipalComponents.Fit(x, 90, new PcaOptions { Components = 3 }), all = PrincipalComponents.Fit(x, 90, new PcaOptions { Components = 1000 });
        Assert.Equal((3, 69), (few.Count, all.Count));
        for (int k = 0; k < all.Count; k++)
            Assert.Equal(all.SingularValues.Span[k], few.SingularValues.Span[k], 1e-13 * all.SingularValues.Span[0]);
        for (int i = 0; i < 3 * 90; i++)
            Assert.Equal(all.Loadings.Span[i], few.Loadings.Span[i], 1e-11);
        double left = all.Variances.Span[3..].ToArray().Sum() * 69;
        Assert.Equal(left, few.Residuals.ToArray().Sum(), 1e-10 * left);
    }

    [Fact]
    public void Small_components_keep_their_digits()
    {
        // σ = 1, 1e-3, 1e-6, 1e-9 by construction: rows and columns of a Hadamard matrix.
        double[] sigma = [1, 1e-3, 1e-6, 1e-9];
        var x = new double[8 * 16];
        for (int i = 0; i < 8; i++)
        {
            for (int j = 0; j < 16; j++)
                x[(i * 16) + j] = Enumerable.Range(0, 4).Sum(k => sigma[k] * Sign(i, k + 1) * Sign(j, (3 * k) + 1)) / Math.Sqrt(8 * 16);
        }

        PrincipalComponents pca = PrincipalComponents.Fit(x, 16, new PcaOptions { Components = 8 });
        Assert.True(pca.Count >= 4);
        for (int k = 0; k < 4; k++)
        {
            Assert.Equal(sigma[k], pca.SingularValues.Span[k], 1e-14);
            for (int j = 0; j < 16; j++)
                Assert.Equal(0.25, Math.Abs(pca.Loadings.Span[(k * 16) + j]), 1e-15 / sigma[k] * 10);
        }

        static int Sign(int i, int j) => System.Numerics.BitOperations.PopCount((uint)(i & j)) % 2 == 0 ? 1 : -1;
    }

    [Fact]
    public void Degenerate_matrices()
    {
        Assert.Equal(0, PrincipalComponents.Fit([], 3).Count);
        Assert.Equal(0, PrincipalComponents.Fit([1, 2, 3], 3).Count);
        PrincipalComponents constant = PrincipalComponents.Fit([1e9, 2, 1e9, 2, 1e9, 2], 2);
        Assert.Equal((0, 0.0), (constant.Count, constant.TotalVariance));
        PrincipalComponents line = PrincipalComponents.Fit([1, 2, 2, 4, 3, 6], 2, new PcaOptions { Scaling = PcaScaling.StandardDeviation });
        Assert.Equal(1, line.Count);
        Assert.Equal(2, line.TotalVariance, 1e-14);
        PrincipalComponents raw = PrincipalComponents.Fit([3, 4], 2, new PcaOptions { Center = false });
        Assert.Equal(0, raw.Count);
        PrincipalComponents uncentred = PrincipalComponents.Fit([3, 4, 3, 4], 2, new PcaOptions { Center = false });
        Assert.Equal(1, uncentred.Count);
        Assert.Equal(0.8, uncentred.Loadings.Span[1], 1e-15);
        Assert.Throws<ArgumentException>(() => PrincipalComponents.Fit([1, 2, 3], 2));
        Assert.Throws<ArgumentException>(() => PrincipalComponents.Fit([1, double.NaN], 2));
        Assert.Throws<OptionsException>(() => PrincipalComponents.Fit([1, 2], 2, new PcaOptions { Components = 0 }));
    }

    [Fact]
    public void Bits_do_not_depend_on_threads()
    {
        double[] x = Mixture(150, 90, noise: 0.02);
        Assert.Equal(PrincipalComponents.Fit(x, 90, null, One).Scores.ToArray(), PrincipalComponents.Fit(x, 90, null, Two).Scores.ToArray());
        Assert.Equal(CurveResolution.Nmf(x, 90, null, One).Spectra.ToArray(), CurveResolution.Nmf(x, 90, null, Two).Spectra.ToArray());
        Assert.Equal(CurveResolution.Mcr(x, 90, null, One).Spectra.ToArray(), CurveResolution.Mcr(x, 90, null, Two).Spectra.ToArray());
        Assert.Equal(KMeans.Fit(x, 90, null, One).Centres.ToArray(), KMeans.Fit(x, 90, null, Two).Centres.ToArray());
        Assert.Equal(KMeans.Fit(x, 90, null, One).Choice.ToString(), KMeans.Fit(x, 90, null, Two).Choice.ToString());
    }

    [Fact]
    public void Cancellation_stops_every_method()
    {
        double[] x = Mixture(50, 40, 0.01);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => PrincipalComponents.Fit(x, 40, cancellationToken: stop.Token));
        Assert.Throws<OperationCanceledException>(() => CurveResolution.Nmf(x, 40, cancellationToken: stop.Token));
        Assert.Throws<OperationCanceledException>(() => CurveResolution.Mcr(x, 40, cancellationToken: stop.Token));
        Assert.Throws<OperationCanceledException>(() => KMeans.Fit(x, 40, cancellationToken: stop.Token));
        Assert.Throws<OperationCanceledException>(() => KolmogorovSmirnov.TwoSample(x, x.AsSpan(0, 7), cancellationToken: stop.Token));
    }

    [Fact]
    public void Curve_resolution_finds_pure_components_that_occur_alone()
    {
        double[] x = Mixture(60, 90, 0);
        CurveResolution mcr = CurveResolution.Mcr(x, 90, new McrOptions { Components = 2, Closure = true, Unimodal = true, Tolerance = 1e-12, MaxIterations = 5000 });
        Assert.True(mcr.LackOfFit < 0.1, $"{mcr.LackOfFit}");
        Assert.Equal(100, mcr.ExplainedVariance, 1e-3);
        int first = mcr.Concentrations.Span[0] > 0.5 ? 0 : 1;
        for (int i = 0; i < 60; i++)
        {
            Assert.Equal(1, mcr.Concentrations.Span[2 * i] + mcr.Concentrations.Span[(2 * i) + 1], 1e-12);
            Assert.Equal(1 - Amount(i, 60), mcr.Concentrations.Span[(2 * i) + first], 0.01);
        }

        for (int j = 0; j < 90; j++)
            Assert.Equal(Band(j, 25), mcr.Spectra.Span[(first * 90) + j], 0.01);
    }

    [Fact]
    public void Curve_resolution_obeys_its_constraints_in_noise()
    {
        double[] x = Mixture(80, 90, 0.03);
        CurveResolution mcr = CurveResolution.Mcr(x, 90, new McrOptions { Components = 3, Unimodal = true });
        Assert.All(mcr.Concentrations.ToArray().Concat(mcr.Spectra.ToArray()), v => Assert.True(v >= 0));
        for (int k = 0; k < 3; k++)
        {
            double[] c = [.. Enumerable.Range(0, 80).Select(i => mcr.Concentrations.Span[(3 * i) + k])];
            int top = Array.IndexOf(c, c.Max());
            for (int i = 1; i < 80; i++)
                Assert.True(i <= top ? c[i] >= c[i - 1] : c[i] <= c[i - 1]);
        }

        double squares = x.Sum(v => v * v);
        Assert.Equal(100 * Math.Sqrt(mcr.Residuals.ToArray().Sum() / squares), mcr.LackOfFit, 1e-9);
        CurveResolution nmf = CurveResolution.Nmf(x, 90, new NmfOptions { Components = 2 });
        Assert.True(nmf.Converged);
        Assert.All(nmf.Concentrations.ToArray().Concat(nmf.Spectra.ToArray()), v => Assert.True(v >= 0));
        Assert.All(Enumerable.Range(0, 2), k => Assert.Equal(1, nmf.Spectra.Slice(k * 90, 90).ToArray().Max(), 1e-12));

        // No two components can leave less than the first two singular values do.
        PrincipalComponents best = PrincipalComponents.Fit(x, 90, new PcaOptions { Components = 2, Center = false });
        double least = 100 * Math.Sqrt(best.Residuals.ToArray().Sum() / squares);
        Assert.InRange(nmf.LackOfFit, least, 1.05 * least);
        Assert.InRange(CurveResolution.Mcr(x, 90, new McrOptions { Components = 2 }).LackOfFit, least, 1.05 * least);
    }

    [Fact]
    public void Non_negative_least_squares_is_the_best_of_all_active_sets()
    {
        var noise = new Noise(4);
        for (int trial = 0; trial < 200; trial++)
        {
            int k = 1 + (trial % 4), p = 6;
            double[] a = [.. Enumerable.Range(0, k * p).Select(_ => noise.G())], y = [.. Enumerable.Range(0, p).Select(_ => noise.G())];
            double[] gram = new double[k * k], f = new double[k], c = new double[k];
            for (int i = 0; i < k; i++)
            {
                f[i] = Enumerable.Range(0, p).Sum(j => a[(i * p) + j] * y[j]);
                for (int l = 0; l < k; l++)
                    gram[(i * k) + l] = Enumerable.Range(0, p).Sum(j => a[(i * p) + j] * a[(l * p) + j]);
            }

            new NonNegativeSolver(k).Solve(gram, f, c);

            // The conditions of Karush, Kuhn and Tucker are enough for a convex problem.
            for (int i = 0; i < k; i++)
            {
                double gradient = f[i] - Enumerable.Range(0, k).Sum(l => gram[(i * k) + l] * c[l]);
                Assert.True(c[i] >= 0);
                Assert.True(c[i] > 0 ? Math.Abs(gradient) < 1e-9 : gradient < 1e-9, $"{c[i]} with {gradient}");
            }
        }
    }

    [Theory]
    [InlineData(9, 2, 2)]
    [InlineData(9, 1, 3)]
    [InlineData(8, 3, 4)]
    public void Few_rows_are_clustered_as_the_best_of_all_assignments(int rows, int columns, int clusters)
    {
        for (int seed = 1; seed <= 6; seed++)
        {
            var noise = new Noise(seed);
            double[] x = [.. Enumerable.Range(0, rows * columns).Select(_ => 1e6 + noise.G())];
            double best = double.PositiveInfinity;
            for (int code = 0; code < (int)Math.Pow(clusters, rows); code++)
            {
                int[] label = [.. Enumerable.Range(0, rows).Select(i => code / (int)Math.Pow(clusters, i) % clusters)];
                double inertia = 0;
                foreach (IGrouping<int, int> group in Enumerable.Range(0, rows).GroupBy(i => label[i]))
                {
                    for (int j = 0; j < columns; j++)
                    {
                        double mean = group.Average(i => x[(i * columns) + j] - 1e6);
                        inertia += group.Sum(i => Math.Pow(x[(i * columns) + j] - 1e6 - mean, 2));
                    }
                }

                best = Math.Min(best, inertia);
            }

            KMeans found = KMeans.Fit(x, columns, new KMeansOptions { Clusters = clusters, Starts = 50 });
            Assert.Equal(best, found.Inertia, 1e-9 * best);
            Assert.Equal(0, found.Labels.Span[0]);
        }
    }

    [Fact]
    public void Clusters_of_few_or_equal_rows()
    {
        Assert.Equal(0, KMeans.Fit([], 2).Count);
        Assert.Equal(1, KMeans.Fit([1, 2], 2).Count);
        KMeans same = KMeans.Fit([3, 3, 3, 3, 3], 1, new KMeansOptions { Clusters = 4 });
        Assert.Equal((1, 0.0), (same.Count, same.Inertia));
        KMeans two = KMeans.Fit([3, 3, 7, 3, 7], 1, new KMeansOptions { Clusters = 4 });
        Assert.Equal(2, two.Count);
        Assert.Equal(0, two.Inertia, 1e-30);
        Assert.Equal([0, 0, 1, 0, 1], two.Labels.ToArray());
        Assert.Equal(3, two.Centres.Span[0], 1e-15);
        Assert.Equal(7, two.Centres.Span[1], 1e-15);
        Assert.Equal(1, two.Choice.Numbers("silhouette")[0], 1e-15);
    }

    [Fact]
    public void Bad_and_excluded_rows_of_a_series_have_a_status_and_leave_the_others_as_they_are()
    {
        const int Points = 90;
        double[] x = Mixture(42, Points, 0.01);
        var axis = new Axis(Enumerable.Range(0, Points).Select(i => 100.0 + i).ToArray(), AxisQuantity.RamanShift, "cm^-1");
        SpectrumSeries good = SpectrumSeries.Wrap(axis, x, 42, new SeriesAttributes { Columns = [new NumberColumn("voltage", "V", Enumerable.Range(0, 42).Select(i => 3 + (0.01 * i)).ToArray())] });
        double[] y = [.. x];
        y[(10 * Points) + 5] = double.NaN;
        SpectrumSeries series = good.WithIntensity(y, default);
        int[] rest = [.. Enumerable.Range(0, 42).Where(i => i is not (10 or 20))];
        SpectrumSeries without = good.Select(rest);
        RowOverride[] exclude = [new(20, null, "shutter")];

        PcaResult pca = QualitySteps.PrincipalComponents.Run(series, new(new PcaOptions(), exclude)), plain = without.PrincipalComponents();
        Assert.Equal((RowStatus.NotFinite, RowStatus.Excluded, RowStatus.Ok), (pca.StatusOf(10), pca.StatusOf(20), pca.StatusOf(0)));
        Assert.True(double.IsNaN(pca.Numbers("PC1")[10]) && double.IsNaN(pca.Numbers("Q")[20]));
        Assert.Equal(plain.Numbers("PC1").Values.ToArray(), rest.Select(i => pca.Numbers("PC1")[i]));
        Assert.Equal(plain.Series[0].ToArray(), pca.Series[0].ToArray());
        Assert.True(pca.Series.Axis.SameAs(axis) && pca.Series.Label(0) == "PC1");
        Assert.Equal(3, pca.Numbers("voltage")[0]);
        Assert.True(pca.Explained.Numbers("share")[0] > 0.9);
        Assert.Contains("PC1:", pca.Report());
        Assert.Equal(PrincipalComponents.Fit([.. rest.SelectMany(i => x.AsSpan(i * Points, Points).ToArray())], Points).Loadings.ToArray(), pca.Model.Loadings.ToArray());

        CurveResolutionResult mcr = QualitySteps.Mcr.Run(series, new(new McrOptions { Components = 2 }, exclude));
        Assert.True(double.IsNaN(mcr.Numbers("component1")[10]) && mcr.Numbers("component1")[11] >= 0);
        Assert.Equal((2, "mcr"), (mcr.Series.Count, mcr.Name));
        CurveResolutionResult nmf = series.FactoriseNonNegative(new NmfOptions { Components = 2, MaxIterations = 1, Starts = 1 });
        Assert.Equal(RowStatus.MaxIterations, nmf.StatusOf(0));
        Assert.Equal("not_converged", Assert.Single(nmf.Warnings).Code);

        KMeansResult clusters = QualitySteps.KMeans.Run(series, new(new KMeansOptions { Clusters = 2, Normalization = RowNormalization.Snv }, exclude));
        Assert.Equal(IntegerColumn.Missing, ((IntegerColumn)clusters.Column("cluster"))[10]);
        Assert.Equal((0L, 1L), (((IntegerColumn)clusters.Column("cluster"))[0], ((IntegerColumn)clusters.Column("cluster"))[41]));
        Assert.Equal(40, ((IntegerColumn)clusters.Series.Columns[0]).Values.ToArray().Sum());

        PcaResult nothing = good.Slice(0..1).PrincipalComponents();
        Assert.Equal(RowStatus.TooFewPoints, nothing.StatusOf(0));
        Assert.Equal((0, "pca_components"), (nothing.Series.Count, nothing.Warnings[0].Code));
        Assert.Equal(0, good.Slice(0..0).PrincipalComponents().RowCount);
        Assert.Equal(0, good.Slice(0..0).ResolveCurves().RowCount);
        Assert.Equal(0, good.Slice(0..0).FactoriseNonNegative().RowCount);
        Assert.Equal(0, good.Slice(0..0).Cluster().RowCount);
    }

    private static double Amount(int i, int rows) => 1 / (1 + Math.Exp(-(i - (rows / 2.0)) / 2.5));

    private static double Band(int j, double centre) => Math.Exp(-Math.Pow((j - centre) / 5, 2));

    /// <summary>One band gives way to another along the rows.</summary>
    private static double[] Mixture(int rows, int columns, double noise)
    {
        var random = new Noise(11);
        return [.. Enumerable.Range(0, rows * columns).Select(at =>
        {
            int i = at / columns, j = at % columns;
            double a = Amount(i, rows);
            return ((1 - a) * Band(j, 25)) + (a * Band(j, 60)) + (noise * random.G());
        })];
    }
}
