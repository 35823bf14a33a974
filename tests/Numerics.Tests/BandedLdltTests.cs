namespace BigMap.Analysis.Numerics.Tests;

public class BandedLdltTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(7, 1)]
    [InlineData(40, 2)]
    [InlineData(33, 5)]
    public void Agrees_with_a_dense_inverse(int n, int k)
    {
        var random = new Random(n + (100 * k));
        var dense = new double[n, n];
        var bands = new double[(k + 1) * n];
        Array.Fill(bands, double.NaN);
        for (int i = 0; i < n; i++)
        {
            for (int d = 0; d <= k && i + d < n; d++)
            {
                double value = d == 0 ? (2 * k) + 1 + random.NextDouble() : (2 * random.NextDouble()) - 1;
                bands[(d * n) + i] = dense[i, i + d] = dense[i + d, i] = value;
            }
        }

        double[] b = [.. Enumerable.Range(0, n).Select(_ => random.NextDouble())], z = [.. b];
        Assert.True(BandedLdlt.Factor(bands, n, k));
        BandedLdlt.Solve(bands, n, k, z);
        double[,] inverse = LevenbergMarquardtTests.Invert(dense);
        for (int i = 0; i < n; i++)
            Assert.Equal(Enumerable.Range(0, n).Sum(j => inverse[i, j] * b[j]), z[i], 1e-12);
    }

    [Fact]
    public void A_matrix_that_is_not_positive_definite_is_refused()
    {
        Assert.False(BandedLdlt.Factor([1, 1, 2, 0], 2, 1));
        Assert.False(BandedLdlt.Factor([0.0], 1, 0));
        Assert.False(BandedLdlt.Factor([double.NaN], 1, 0));
        Assert.Throws<ArgumentException>(() => BandedLdlt.Factor(new double[3], 2, 1));
        Assert.Throws<ArgumentException>(() => BandedLdlt.Solve(new double[4], 2, 1, new double[3]));
    }
}
