namespace BigMap.Analysis.Numerics.Tests;

/// <summary>Uniform and normal numbers for tests, the same on every run.</summary>
internal sealed class Noise(int seed)
{
    private RandomNumbers _bits = new(seed, 0);

    public double U() => _bits.Uniform();

    public double G()
    {
        double u = _bits.Uniform(), v = _bits.Uniform();
        return Math.Sqrt(-2 * Math.Log(1 - u)) * Math.Cos(2 * Math.PI * v);
    }
}
