namespace BigMap.Analysis.Provenance.Internal;

/// <summary>Means of values with errors, with a spread τ between them; x: values, u: standard errors, t2: τ².</summary>
internal static class RandomEffects
{
    private const int MostIterations = 200;

    public static (double Mean, double Error) Mean(ReadOnlySpan<double> x, ReadOnlySpan<double> u, double t2)
    {
        double sum = 0, weights = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double w = 1 / ((u[i] * u[i]) + t2);
            weights += w;
            sum += w * (x[i] - x[0]);
        }

        // Differences to the first value: digits common to all are not lost.
        return (x[0] + (sum / weights), 1 / Math.Sqrt(weights));
    }

    public static double ChiSquare(ReadOnlySpan<double> x, ReadOnlySpan<double> u, double t2, double mean)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
            sum += (x[i] - mean) * (x[i] - mean) / ((u[i] * u[i]) + t2);
        return sum;
    }

    public static double DerSimonianLaird(ReadOnlySpan<double> u, double q)
    {
        double first = 0, second = 0;
        foreach (double one in u)
        {
            first += 1 / (one * one);
            second += 1 / (one * one * one * one);
        }

        return Math.Max(0, (q - (u.Length - 1)) / (first - (second / first)));
    }

    /// <summary>Newton's method from τ² = 0; the function falls and is convex, so the steps go up to the root and do not pass it.</summary>
    public static double PauleMandel(ReadOnlySpan<double> x, ReadOnlySpan<double> u)
    {
        double t2 = 0;
        for (int iteration = 0; iteration < MostIterations; iteration++)
        {
            double mean = Mean(x, u, t2).Mean, f = ChiSquare(x, u, t2, mean) - (x.Length - 1), slope = 0;
            if (f <= 0)
                break;
            for (int i = 0; i < x.Length; i++)
            {
                double v = (u[i] * u[i]) + t2;
                slope += (x[i] - mean) * (x[i] - mean) / (v * v);
            }

            double next = t2 + (f / slope);
            if (!(next > t2))
                break;
            t2 = next;
        }

        return t2;
    }
}
