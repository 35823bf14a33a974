namespace BigMap.Analysis.Numerics.Tests;

public sealed class RandomNumbersTests
{
    [Fact]
    public void A_seed_and_a_stream_give_the_same_numbers_and_others_other_ones()
    {
        double[] Draw(long seed, long stream)
        {
            var random = new RandomNumbers(seed, stream);
            return [.. Enumerable.Range(0, 50).Select(_ => random.Uniform())];
        }

        Assert.Equal(Draw(1, 2), Draw(1, 2));
        Assert.Empty(Draw(1, 2).Intersect(Draw(1, 3)));
        Assert.Empty(Draw(1, 2).Intersect(Draw(2, 2)));
        Assert.All(Draw(-5, 9), u => Assert.InRange(u, 0, 1 - 1e-16));
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(4)]
    [InlineData(9.99)]
    [InlineData(10)]
    [InlineData(37.5)]
    [InlineData(1200)]
    public void Poisson_numbers_have_the_probabilities_of_the_definition(double mean)
    {
        const int N = 200_000;
        var random = new RandomNumbers(11, (long)(mean * 100));
        int low = (int)Math.Max(0, mean - (6 * Math.Sqrt(mean)) - 6), bins = (int)(12 * Math.Sqrt(mean)) + 16;
        var counts = new double[bins];
        for (int i = 0; i < N; i++)
        {
            double k = random.Poisson(mean);
            Assert.Equal(Math.Floor(k), k);
            counts[Math.Clamp((int)k - low, 0, bins - 1)]++;
        }

        // Pearson's chi-square over bins with at least 10 expected counts.
        double chi = 0, logP = -mean;
        int used = 0;
        for (int k = 1; k < low; k++)
            logP += Math.Log(mean / k);
        for (int b = 0; b < bins; b++)
        {
            int k = low + b;
            if (k > 0)
                logP += Math.Log(mean / k);
            double expected = N * Math.Exp(logP);
            if (expected < 10)
                continue;
            chi += (counts[b] - expected) * (counts[b] - expected) / expected;
            used++;
        }

        Assert.True(Distributions.ChiSquareSurvival(chi, used - 1) > 1e-4, $"chi-square {chi} of {used} bins");
    }

    [Fact]
    public void Large_means_and_normal_numbers_have_their_moments()
    {
        var random = new RandomNumbers(3);
        double[] large = [.. Enumerable.Range(0, 20_000).Select(_ => (random.Poisson(1e9) - 1e9) / Math.Sqrt(1e9))], normal = [.. Enumerable.Range(0, 20_000).Select(_ => random.Normal())];
        foreach (double[] z in new[] { large, normal })
        {
            Assert.Equal(0, z.Average(), 0.03);
            Assert.Equal(1, z.Average(v => v * v), 0.05);
        }

        Assert.Equal(0, random.Poisson(0));
        foreach (double bad in new[] { -1, double.NaN, double.PositiveInfinity, 1e16 })
            Assert.Throws<ArgumentOutOfRangeException>(() => new RandomNumbers(1).Poisson(bad));
    }
}
