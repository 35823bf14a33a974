namespace BigMap.Analysis.Numerics.Tests;

/// <summary>Uniform and normal numbers for tests, the same on every run.</summary>
internal sealed class Noise(int seed)
{
    private SplitMix _bits = new(seed, 0);

    public double U() => _bits.Next();

    public double G()
    {
        double u = _bits.Next(), v = _bits.Next();
        return Math.Sqrt(-2 * Math.Log(1 - u)) * Math.Cos(2 * Math.PI * v);
    }
}
