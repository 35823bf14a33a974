using System.Buffers;

namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>Standard deviation of white noise from second differences, and a short smoother.</summary>
internal static class NoiseLevel
{
    // Median of |x| of a standard normal x.
    private const double NormalMedian = 0.6744897501960817;

    private static readonly double[] Binomial = [1.0 / 256, 8.0 / 256, 28.0 / 256, 56.0 / 256, 70.0 / 256, 56.0 / 256, 28.0 / 256, 8.0 / 256, 1.0 / 256];

    /// <summary>median |yᵢ₊₁ − 2yᵢ + yᵢ₋₁| / (0.6745 √6) over triples of used points, from their root mean square where the median is 0; 0 when there is no triple.</summary>
    public static double FromSecondDifferences(ReadOnlySpan<double> y, ReadOnlySpan<bool> excluded)
    {
        double[] rented = ArrayPool<double>.Shared.Rent(Math.Max(1, y.Length));
        int count = 0;
        for (int i = 1; i < y.Length - 1; i++)
        {
            if (excluded.IsEmpty || !(excluded[i - 1] || excluded[i] || excluded[i + 1]))
                rented[count++] = Math.Abs((y[i + 1] - y[i]) - (y[i] - y[i - 1]));
        }

        Span<double> values = rented.AsSpan(0, count);
        values.Sort();
        double median = count == 0 ? 0 : count % 2 == 1 ? values[count / 2] : 0.5 * (values[(count / 2) - 1] + values[count / 2]);

        // Most differences are 0 where counts are few or values coarse: the median then knows nothing, the root mean square does.
        if (median == 0)
        {
            double squares = 0;
            foreach (double value in values)
                squares += value * value;
            median = count == 0 ? 0 : NormalMedian * Math.Sqrt(squares / count);
        }

        ArrayPool<double>.Shared.Return(rented);
        return median / (NormalMedian * Math.Sqrt(6));
    }

    /// <summary>Nine binomial weights, renormalised where points are missing. <paramref name="share"/>, unless empty, receives Σh²/(Σh)², the part of the variance of white noise that is left.</summary>
    public static void Smooth(ReadOnlySpan<double> y, ReadOnlySpan<bool> excluded, Span<double> smooth, Span<double> share)
    {
        for (int i = 0; i < y.Length; i++)
        {
            double sum = 0, norm = 0, squares = 0;
            for (int k = Math.Max(0, i - 4); k <= Math.Min(y.Length - 1, i + 4); k++)
            {
                if (!excluded.IsEmpty && excluded[k])
                    continue;
                double h = Binomial[k - i + 4];
                sum += h * y[k];
                norm += h;
                squares += h * h;
            }

            smooth[i] = norm > 0 ? sum / norm : 0;
            if (!share.IsEmpty)
                share[i] = norm > 0 ? squares / (norm * norm) : 1;
        }
    }
}
