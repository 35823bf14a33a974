namespace BigMap.Analysis.Numerics;

/// <summary>SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, doi:10.1145/2714064.2660195): the same numbers everywhere for a seed and a stream.</summary>
internal struct SplitMix(int seed, int stream)
{
    private ulong _state = (unchecked((ulong)seed) * 0x9E3779B97F4A7C15) + (unchecked((ulong)stream) * 0xD1B54A32D192ED03) + 0x632BE59BD9B4E019;

    /// <summary>The next number, from 0 to below 1.</summary>
    public double Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
