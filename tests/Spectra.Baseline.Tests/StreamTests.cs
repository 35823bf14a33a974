using BigMap.Analysis.Tests;
using Xunit;

namespace BigMap.Analysis.Spectra.Baseline.Tests;

/// <summary>Frame after frame, each from the weights of the last.</summary>
public sealed class StreamTests
{
    [Theory]
    [InlineData(false, 0.01)]
    [InlineData(true, 0.001)]
    [InlineData(false, 0.9)]
    public void A_frame_from_the_last_one_has_the_bits_of_one_from_the_start(bool uneven, double p)
    {
        const int n = 800;
        double[] x = [.. Enumerable.Range(0, n).Select(i => i + (uneven ? 0.4 * Math.Sin(i) : 0))];
        var options = new AslsOptions { Lambda = 1e5, P = p, Distance = BaselineDistance.Positions };
        AslsEstimator stream = new(n, options), fresh = new(n, options);
        var (a, b) = (new double[n], new double[n]);
        double[] first = Workloads.W1(1, n), last = Workloads.W1(2, n);
        int fromLast = 0, fromStart = 0;
        var excluded = new bool[n];
        for (int frame = 0; frame < 40; frame++)
        {
            double[] y = [.. first.Zip(last, (u, v) => u + (frame * (v - u) / 400))];
            if (frame == 10)
                y[3] = double.NaN;
            excluded[50 + (frame / 5)] = frame % 2 == 0;
            BaselineInfo next = stream.EstimateNext(new BaselineInput(y) { X = x, Excluded = excluded }, a), alone = fresh.Estimate(new BaselineInput(y) { X = x, Excluded = excluded }, b);
            Assert.Equal(b, a);
            Assert.Equal(alone with { Solves = next.Solves }, next);
            if (frame is not (0 or 10 or 11))
                (fromLast, fromStart) = (fromLast + next.Solves, fromStart + alone.Solves);
        }

        Assert.True(fromLast < 0.6 * fromStart, $"{fromLast} against {fromStart} solves");
    }

    [Fact]
    public void Other_stop_rules_start_anew()
    {
        double[] y = Workloads.W1(4, 300), z = new double[300];
        var asls = new AslsEstimator(300, AslsOptions.Prisma(-2, 5));
        Assert.Equal(asls.Estimate(y, z), asls.EstimateNext(y, z));
    }
}
