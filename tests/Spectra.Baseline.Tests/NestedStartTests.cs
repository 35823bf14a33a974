using BigMap.Analysis.Tests;
using FsCheck.Xunit;
using Xunit;

namespace BigMap.Analysis.Spectra.Baseline.Tests;

/// <summary>The fixed point does not depend on the start: the same bits from a coarse problem as from equal weights, in fewer solves.</summary>
public sealed class NestedStartTests
{
    [Fact]
    public void The_workload_has_the_same_bits_in_at_most_three_solves()
    {
        const int n = 2000, rows = 200;
        int solves = 0;
        AslsEstimator nested = new(n), equal = new(n, new AslsOptions { Start = AslsStart.EqualWeights });
        for (int s = 0; s < rows; s++)
        {
            (BaselineInfo a, BaselineInfo b) = Compare(nested, equal, Workloads.W1(s, n));
            Assert.InRange(a.Solves, 1, 3);
            Assert.InRange(b.Solves, 5, 12);
            solves += a.Solves;
        }

        Assert.InRange(solves, rows, 2 * rows);
    }

    [Theory]
    [InlineData(64, 1e4)]
    [InlineData(65, 1e4)]
    [InlineData(127, 1e5)]
    [InlineData(301, 1e4)]
    [InlineData(1999, 4100)]
    [InlineData(2003, 1e9)]
    [InlineData(5000, 1e14)]
    [InlineData(30_011, 1e10)]
    [InlineData(100_000, 6.25e12)]
    public void Every_length_and_smoothness_has_the_same_bits(int n, double lambda)
    {
        foreach (double p in new[] { 1e-5, 1e-3, 0.01, 0.2, 0.5, 0.97 })
        {
            var options = new AslsOptions { Lambda = lambda, P = p };
            Compare(new(n, options), new(n, options with { Start = AslsStart.EqualWeights }), Workloads.W1(3, n));
        }
    }

    [Theory]
    [MemberData(nameof(Golden.CaseData), MemberType = typeof(Golden))]
    public void Measured_spectra_have_the_same_bits(string name)
    {
        double[] y = Golden.Csv(name)["y"];
        int fromNested = 0, fromEqual = 0;
        foreach (double lambda in new[] { 1e4, 1e5, 1e6, 1e7, 1e9, 1e11, 1e14 })
        {
            foreach (double p in new[] { 1e-4, 1e-3, 0.01, 0.05 })
            {
                var options = new AslsOptions { Lambda = lambda, P = p };
                (BaselineInfo a, BaselineInfo b) = Compare(new(y.Length, options), new(y.Length, options with { Start = AslsStart.EqualWeights }), y);
                (fromNested, fromEqual) = (fromNested + a.Solves, fromEqual + b.Solves);
            }
        }

        Assert.True(fromNested < 0.4 * fromEqual, $"{fromNested} against {fromEqual} solves");
    }

    [Property(Arbitrary = [typeof(AslsCases)], MaxTest = 2000)]
    public void Every_generated_row_has_the_same_bits(AslsCase c)
    {
        // Longer rows than those of the other laws, so that there is a coarse problem.
        double[] y = [.. Enumerable.Range(0, 3).SelectMany(_ => c.Y), .. c.Y.Reverse()];
        AslsOptions options = c.Options with { DifferenceOrder = 2, Lambda = c.Options.Lambda + 5000 };
        Compare(new(y.Length, options), new(y.Length, options with { Start = AslsStart.EqualWeights }), y);
    }

    [Fact]
    public void A_series_takes_as_many_solves_as_its_rows_one_by_one()
    {
        const int n = 700, rows = 21;
        double[][] data = [.. Enumerable.Range(0, rows).Select(s => Workloads.W1(s, n))];
        for (int i = 0; i < n; i++)
            data[4][i] = Math.Round(data[4][i] / 20);
        data[9] = [.. Enumerable.Range(0, n).Select(i => i < 300 ? 0.0 : 5)];
        SpectrumSeries series = SpectrumSeries.Wrap(new Axis(Enumerable.Range(0, n).Select(i => (double)i).ToArray(), AxisQuantity.Index, string.Empty), data.SelectMany(y => y).ToArray(), rows);
        foreach (double p in new[] { 1e-4, 0.01, 0.6 })
        {
            var options = new AslsOptions { Lambda = 1e5, P = p };
            BaselineSeries nested = series.EstimateBaseline(options), equal = series.EstimateBaseline(options with { Start = AslsStart.EqualWeights });
            var estimator = new AslsEstimator(n, options);
            var z = new double[n];
            for (int row = 0; row < rows; row++)
            {
                Assert.Equal(estimator.Estimate(data[row], z), nested.Info[row]);
                Assert.True(nested.Baselines[row].SequenceEqual(z));
                Assert.True(nested.Baselines[row].SequenceEqual(equal.Baselines[row]));
                Assert.True(nested.Info[row].Solves <= equal.Info[row].Solves, $"{row}: {nested.Info[row]}");
            }
        }
    }

    [Fact]
    public void Where_the_result_could_depend_on_the_start_it_is_the_classical_one()
    {
        const int n = 800;
        double[] y = Workloads.W1(5, n), z = new double[n], other = new double[n];
        var excluded = new bool[n];
        excluded[40] = true;
        double[] x = [.. Enumerable.Range(0, n).Select(i => i + (0.3 * Math.Sin(i)))];
        foreach (AslsOptions options in new[]
        {
            new AslsOptions { Lambda = 1e5, DifferenceOrder = 1 }, new AslsOptions { Lambda = 1e7, DifferenceOrder = 3 }, new AslsOptions { MaxIterations = 99 }, new AslsOptions { MaxIterations = 2 },
            new AslsOptions { StopRule = AslsStopRule.WeightChange }, AslsOptions.Prisma(), new AslsOptions { Lambda = 1000 },
        })
        {
            Assert.Equal(new AslsEstimator(n, options with { Start = AslsStart.EqualWeights }).Estimate(y, other), new AslsEstimator(n, options).Estimate(y, z));
            Assert.Equal(other, z);
        }

        AslsOptions uneven = new() { Distance = BaselineDistance.Positions };
        BaselineInput masked = new(y) { Excluded = excluded }, positions = new(y) { X = x };
        Assert.Equal(new AslsEstimator(n, new AslsOptions { Start = AslsStart.EqualWeights }).Estimate(masked, other), new AslsEstimator(n).Estimate(masked, z));
        Assert.Equal(new AslsEstimator(n, uneven with { Start = AslsStart.EqualWeights }).Estimate(positions, other), new AslsEstimator(n, uneven).Estimate(positions, z));
        Assert.Equal(other, z);
    }

    private static (BaselineInfo Nested, BaselineInfo Equal) Compare(AslsEstimator nested, AslsEstimator equal, double[] y)
    {
        double[] z = new double[y.Length], w = new double[y.Length], expected = new double[y.Length], expectedWeights = new double[y.Length];
        BaselineInfo a = nested.Estimate(y, new BaselineOutput(z) { Weights = w }), b = equal.Estimate(y, new BaselineOutput(expected) { Weights = expectedWeights });
        Assert.Equal(b with { Solves = a.Solves }, a);
        Assert.Equal(expected.Select(BitConverter.DoubleToInt64Bits), z.Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(expectedWeights, w);
        return (a, b);
    }
}
