namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014, doi:10.1145/2660193.2660195): the same numbers on every machine.</summary>
internal struct SplitMix(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Uniform in [0, 1).</summary>
    public double Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / 9007199254740992.0);
    }

    /// <summary>Standard normal.</summary>
    public double Normal()
    {
        double u = Next(), v = Next();
        return Math.Sqrt(-2 * Math.Log(1 - u)) * Math.Cos(2 * Math.PI * v);
    }

    /// <summary>Uniform among 0 … count − 1.</summary>
    public int Below(int count) => (int)(Next() * count);
}
