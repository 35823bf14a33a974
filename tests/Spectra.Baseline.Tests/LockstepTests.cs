using BigMap.Analysis.Tests;
using BigMap.Analysis.Spectra.Baseline.Internal;
using Xunit;

namespace BigMap.Analysis.Spectra.Baseline.Tests;

/// <summary>Several spectra at once give the bits of one at a time, at any vector width.</summary>
public sealed class LockstepTests
{
    public static TheoryData<int, int, double, double> Cases
    {
        get
        {
            var cases = new TheoryData<int, int, double, double>();
            foreach (int n in new[] { 8, 9, 15, 100, 301, 2000 })
            {
                foreach (int rows in new[] { 2, 7, 8, 9, 19 })
                    cases.Add(n, rows, n < 200 ? 100 : 1e6, 0.01);
                cases.Add(n, 11, 1e13, 1e-4);
                cases.Add(n, 11, 1e-3, 0.3);
                cases.Add(n, 11, 1e40, 1e-3);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_series_has_the_bits_of_the_estimator(int n, int rows, double lambda, double p)
    {
        double[][] data = [.. Enumerable.Range(0, rows).Select(s => Row(s, n))];
        var options = new AslsOptions { Lambda = lambda, P = p };
        Compare(data, options, Series(data).EstimateBaseline(options));
    }

    [Fact]
    public void Rows_without_a_usual_path_go_to_the_estimator()
    {
        const int n = 120;
        double[][] data = [.. Enumerable.Range(0, 17).Select(s => Row(s, n))];
        data[1][5] = double.NaN;
        data[3].AsSpan().Fill(4);
        data[4] = [.. Enumerable.Range(0, n).Select(i => 2.0 * i)];
        data[6][7] = double.PositiveInfinity;
        for (int i = 0; i < n; i++)
            data[9][i] *= 1e300;
        for (int i = 0; i < n; i++)
            data[10][i] *= 1e-300;
        var options = new AslsOptions { Lambda = 1e4, P = 1e-4 };
        BaselineSeries result = Series(data).EstimateBaseline(options);
        Compare(data, options, result);
        Assert.Equal(RowStatus.NotFinite, result.StatusOf(1));
        Assert.Equal(RowStatus.Ok, result.StatusOf(3));
        Compare(data, options with { MaxIterations = 3 }, Series(data).EstimateBaseline(options with { MaxIterations = 3 }));
    }

    [Theory]
    [InlineData(7_001)]
    [InlineData(40_001)]
    public void Long_rows_go_fewer_at_a_time_with_the_same_bits(int n)
    {
        double[][] data = [.. Enumerable.Range(0, 5).Select(s => Row(s, n))];
        var options = new AslsOptions { Lambda = 1e9 };
        Compare(data, options, Series(data).EstimateBaseline(options));
        double[] y = [.. data.SelectMany(row => row)], z = new double[y.Length];
        new AslsEstimator(n, options).EstimateRows(y, z, new BaselineInfo[5], TestContext.Current.CancellationToken);
        BaselineSeries series = Series(data).EstimateBaseline(options);
        Assert.True(series.Baselines[4].SequenceEqual(z.AsSpan(4 * n, n)));
    }

    [Fact]
    public void Every_width_gives_the_same_bits()
    {
        const int n = 333, rows = 8;
        double[][] data = [.. Enumerable.Range(0, rows).Select(s => Row(s, n))];
        SpectrumSeries series = Series(data);
        var options = new AslsOptions { Lambda = 1e5, P = 0.01 };
        using var eight = new LockstepAsls<Lanes512>(n, options, options.Lambda);
        using var four = new LockstepAsls<Lanes256>(n, options, options.Lambda);
        using var two = new LockstepAsls<Lanes128>(n, options, options.Lambda);
        double[] wide = Run(eight, 8), half = Run(four, 4), narrow = Run(two, 2);
        Assert.Equal(wide, half);
        Assert.Equal(wide, narrow);

        double[] Run(LockstepAsls kernel, int lanes)
        {
            var z = new double[rows * n];
            var info = new BaselineInfo[rows];
            for (int row = 0; row < rows; row++)
                info[row] = new BaselineInfo(RowStatus.NotRun);
            for (int row = 0; row < rows; row += lanes)
                kernel.Estimate(series, row, z.AsSpan(row * n, lanes * n), info.AsSpan(row, lanes), TestContext.Current.CancellationToken);
            Assert.All(info, i => Assert.Equal(RowStatus.Ok, i.Status));
            return z;
        }
    }

    [Fact]
    public void Nothing_is_allocated_for_a_group()
    {
        const int n = 500;
        int lanes = LockstepAsls.LanesHere;
        SpectrumSeries series = Series([.. Enumerable.Range(0, lanes).Select(s => Row(s, n))]);
        var options = new AslsOptions();
        using LockstepAsls kernel = LockstepAsls.For(n, options, options.Lambda);
        var z = new double[lanes * n];
        var info = new BaselineInfo[lanes];
        long before = 0;
        for (int i = 0; i < 4; i++)
        {
            info.AsSpan().Fill(new BaselineInfo(RowStatus.NotRun));
            before = GC.GetAllocatedBytesForCurrentThread();
            kernel.Estimate(series, 0, z, info, CancellationToken.None);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(500, 2, 0.01)]
    [InlineData(301, 2, 1e-4)]
    [InlineData(90, 1, 0.01)]
    [InlineData(6, 2, 0.01)]
    public void Rows_in_memory_of_the_caller_are_those_of_the_estimator_and_allocate_nothing(int n, int order, double p)
    {
        const int rows = 19;
        double[][] data = [.. Enumerable.Range(0, rows).Select(s => Row(s, n))];
        data[5][n / 2] = double.NaN;
        data[17].AsSpan().Fill(3);
        double[] y = [.. data.SelectMany(row => row)], z = new double[y.Length], one = new double[n];
        var info = new BaselineInfo[rows];
        var options = new AslsOptions { Lambda = 1e5, P = p, DifferenceOrder = order };
        AslsEstimator many = new(n, options), single = new(n, options);
        long allocated = long.MaxValue;
        for (int call = 0; call < 5; call++)
        {
            Array.Fill(z, -1);
            long before = GC.GetAllocatedBytesForCurrentThread();
            many.EstimateRows(y, z, info, TestContext.Current.CancellationToken);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, allocated);
        for (int row = 0; row < rows; row++)
        {
            Assert.Equal(single.Estimate(data[row], one), info[row]);
            Assert.Equal(one.Select(BitConverter.DoubleToInt64Bits), z.Skip(row * n).Take(n).Select(BitConverter.DoubleToInt64Bits));
        }

        Assert.Equal((RowStatus.NotFinite, RowStatus.Ok), (info[5].Status, info[17].Status));
        many.EstimateRows([], [], []);
        many.EstimateRows(data[0], one, info.AsSpan(0, 1));
        Assert.Equal(single.Estimate(data[0], z.AsSpan(0, n)), info[0]);
        Assert.Throws<ArgumentException>(() => many.EstimateRows(y, z.AsSpan(1), info));
        Assert.Throws<ArgumentException>(() => many.EstimateRows(y, y, info));
        Assert.Throws<ArgumentException>(() => new AslsEstimator(n, options with { CutOff = 100 }).EstimateRows(y, z, info));
    }

    private static void Compare(double[][] data, AslsOptions options, BaselineSeries result)
    {
        int n = data[0].Length;
        var estimator = new AslsEstimator(n, options);
        var z = new double[n];
        for (int row = 0; row < data.Length; row++)
        {
            BaselineInfo info = estimator.Estimate(data[row], z);
            Assert.Equal(info, result.Info[row]);
            Assert.Equal(z.Select(BitConverter.DoubleToInt64Bits), result.Baselines[row].ToArray().Select(BitConverter.DoubleToInt64Bits));
        }
    }

    private static SpectrumSeries Series(double[][] data) => SpectrumSeries.Wrap(
        new Axis(Enumerable.Range(0, data[0].Length).Select(i => (double)i).ToArray(), AxisQuantity.Index, string.Empty), data.SelectMany(y => y).ToArray(), data.Length);

    private static double[] Row(int seed, int n) => Workloads.W1(seed, n);
}
