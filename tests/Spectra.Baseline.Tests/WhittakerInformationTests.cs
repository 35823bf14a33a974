using BigMap.Analysis.Spectra.Baseline.Internal;
using BigMap.Analysis.Tests;
using Xunit;

namespace BigMap.Analysis.Spectra.Baseline.Tests;

/// <summary>Diagonals of the inverse against dense inversion.</summary>
public sealed class WhittakerInformationTests
{
    public static TheoryData<int, int, bool> Cases => new() { { 1, 7, false }, { 1, 30, true }, { 2, 5, false }, { 2, 6, true }, { 2, 61, false }, { 2, 60, true }, { 3, 6, false }, { 3, 7, true }, { 3, 40, false }, { 3, 41, true } };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Diagonals_and_determinant_are_those_of_the_dense_matrix(int order, int n, bool even)
    {
        var random = new Random((7 * n) + order);
        double[] x = [.. Enumerable.Range(0, n).Select(i => i + (even ? 0 : 0.8 * random.NextDouble()))];
        var axis = new AxisSpacing(n);
        axis.Set(x);
        double[] w = [.. x.Select((_, i) => i % 7 == 3 ? 0 : random.NextDouble() < 0.5 ? 0.01 : 0.99)], s = [.. x.Select(_ => random.NextDouble())];
        var information = new WhittakerInformation(n);
        var (inverse, sandwich) = (new double[n], new double[n]);
        var logs = new List<double>();
        foreach (double lambda in new[] { 0.1, 10, 1000 })
        {
            double[,] a = Dense(axis, even, order, w, lambda), m = Inverse(a, out double logDeterminant);
            Assert.True(information.Compute(w, s, (lambda, order), even ? null : axis, inverse, sandwich));
            logs.Add(information.LogDeterminant + (n * Math.Log(lambda)) - logDeterminant);
            for (int i = 0; i < n; i++)
            {
                double expected = 0;
                for (int k = 0; k < n; k++)
                    expected += m[i, k] * s[k] * m[k, i];
                Assert.Equal(1, inverse[i] / m[i, i], 1e-7);
                Assert.Equal(1, sandwich[i] / expected, 1e-7);
            }
        }

        // The constant that is left out does not depend on λ.
        Assert.All(logs, v => Assert.Equal(logs[0], v, 1e-6));
        if (even)
            Assert.Equal(0, logs[0], 1e-6);
    }

    [Fact]
    public void At_any_smoothness_the_inverse_is_that_of_the_straight_line()
    {
        // λ → ∞: the variance of a value of the weighted least-squares line.
        const int n = 1001;
        double[] w = [.. Enumerable.Range(0, n).Select(i => i % 3 == 0 ? 0.99 : 0.01)];
        double s0 = w.Sum(), s1 = w.Select((v, i) => v * i).Sum(), s2 = w.Select((v, i) => v * i * (double)i).Sum();
        var (inverse, sandwich) = (new double[n], new double[n]);
        Assert.True(new WhittakerInformation(n).Compute(w, w, (1e30, 2), null, inverse, sandwich));
        for (int i = 0; i < n; i++)
        {
            double expected = (s2 - (2 * i * s1) + ((double)i * i * s0)) / ((s0 * s2) - (s1 * s1));
            Assert.Equal(1, inverse[i] / expected, 1e-10);

            // S = W: the sandwich of a projection is its inverse.
            Assert.Equal(1, sandwich[i] / expected, 1e-9);
        }
    }

    [Fact]
    public void Too_few_weights_are_refused()
    {
        var inverse = new double[6];
        Assert.False(new WhittakerInformation(6).Compute([0, 0, 1, 0, 0, 0], [], (10, 2), null, inverse, []));
        Assert.False(new WhittakerInformation(6).Compute([0, 0, 0, 0, 0, 0], [], (10, 1), null, inverse, []));
        Assert.True(new WhittakerInformation(6).Compute([0, 0, 1, 0, 1, 0], [], (10, 2), null, inverse, []));
    }

    private static double[,] Dense(AxisSpacing axis, bool even, int order, double[] w, double lambda)
    {
        int n = w.Length;
        double[] at = even ? [.. Enumerable.Range(0, n).Select(i => (double)i)] : axis.Position;
        var a = new double[n, n];
        for (int row = 0; row < n - order; row++)
        {
            double factorial = order == 3 ? 6 : order, measure = (at[row + order] - at[row]) / order;
            var d = new double[order + 1];
            for (int j = 0; j <= order; j++)
            {
                d[j] = factorial;
                for (int k = 0; k <= order; k++)
                    d[j] /= k == j ? 1 : at[row + j] - at[row + k];
            }

            for (int i = 0; i <= order; i++)
            {
                for (int j = 0; j <= order; j++)
                    a[row + i, row + j] += lambda * measure * d[i] * d[j];
            }
        }

        for (int i = 0; i < n; i++)
            a[i, i] += w[i];
        return a;
    }

    // By Cholesky.
    private static double[,] Inverse(double[,] a, out double logDeterminant)
    {
        int n = a.GetLength(0);
        var l = new double[n, n];
        logDeterminant = 0;
        for (int j = 0; j < n; j++)
        {
            for (int i = j; i < n; i++)
            {
                double sum = a[i, j];
                for (int k = 0; k < j; k++)
                    sum -= l[i, k] * l[j, k];
                l[i, j] = i == j ? Math.Sqrt(sum) : sum / l[j, j];
            }

            logDeterminant += 2 * Math.Log(l[j, j]);
        }

        var inverse = new double[n, n];
        for (int column = 0; column < n; column++)
        {
            var v = new double[n];
            for (int i = 0; i < n; i++)
            {
                double sum = i == column ? 1 : 0;
                for (int k = 0; k < i; k++)
                    sum -= l[i, k] * v[k];
                v[i] = sum / l[i, i];
            }

            for (int i = n - 1; i >= 0; i--)
            {
                for (int k = i + 1; k < n; k++)
                    v[i] -= l[k, i] * v[k];
                v[i] /= l[i, i];
            }

            for (int i = 0; i < n; i++)
                inverse[i, column] = v[i];
        }

        return inverse;
    }
}
