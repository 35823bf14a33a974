namespace BigMap.Analysis.Numerics;

/// <summary>Random numbers that are the same on every machine for a seed and a stream: SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, doi:10.1145/2660193.2660195).</summary>
/// <remarks>
/// One stream per row makes a result independent of the number of threads. Normal and Poisson numbers go through log, cos and exp, whose last bit may
/// differ between processors. A mutable value: pass it by reference. Not thread-safe. Not for secrets.
/// </remarks>
/// <example><code>
/// var random = new RandomNumbers(seed: 7, stream: row);
/// double counts = random.Poisson(350.2);
/// </code></example>
public struct RandomNumbers
{
    private ulong _state;

    /// <summary>Starts a stream.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="stream">Which of the streams of this seed, e.g. a row.</param>
    public RandomNumbers(long seed, long stream = 0) => _state = Mix(unchecked((ulong)seed)) + (unchecked((ulong)stream) * 0xD1B54A32D192ED03);

    /// <summary>A uniform number.</summary>
    /// <returns>From 0 to below 1, with 53 random bits.</returns>
    public double Uniform() => (Mix(_state += 0x9E3779B97F4A7C15) >> 11) * (1.0 / (1UL << 53));

    /// <summary>A standard normal number (G. E. P. Box, M. E. Muller, doi:10.1214/aoms/1177706645, one of the pair).</summary>
    /// <returns>Mean 0, variance 1.</returns>
    public double Normal()
    {
        double u = Uniform(), v = Uniform();
        return Math.Sqrt(-2 * Math.Log(1 - u)) * Math.Cos(2 * Math.PI * v);
    }

    /// <summary>A Poisson number: products of uniform numbers below a mean of 10, above it transformed rejection with squeeze (W. Hörmann, doi:10.1016/0167-6687(93)90997-4).</summary>
    /// <param name="mean">The mean, 0 to 1e15.</param>
    /// <returns>A whole number.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A mean that is negative, not finite, or above 1e15.</exception>
    public double Poisson(double mean)
    {
        if (!(mean is >= 0 and <= 1e15))
            throw new ArgumentOutOfRangeException(nameof(mean), mean, "The mean of a Poisson number lies between 0 and 1e15.");
        return mean < 10 ? Few(mean) : Many(mean);
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private double Few(double mean)
    {
        double limit = Math.Exp(-mean), product = Uniform();
        int k = 0;
        for (; product > limit; k++)
            product *= Uniform();
        return k;
    }

    private double Many(double mean)
    {
        double root = Math.Sqrt(mean), b = 0.931 + (2.53 * root), a = -0.059 + (0.02483 * b), inverse = 1.1239 + (1.1328 / (b - 3.4)), squeeze = 0.9277 - (3.6224 / (b - 2)), log = Math.Log(mean);
        while (true)
        {
            double u = Uniform() - 0.5, v = Uniform(), near = 0.5 - Math.Abs(u);
            double k = Math.Floor((((2 * a / near) + b) * u) + mean + 0.43);
            if (near >= 0.07 && v <= squeeze)
                return k;
            if (k < 0 || (near < 0.013 && v > near))
                continue;
            if (Math.Log(v * inverse / ((a / (near * near)) + b)) <= (k * log) - mean - SpecialFunctions.LogGamma(k + 1))
                return k;
        }
    }
}
