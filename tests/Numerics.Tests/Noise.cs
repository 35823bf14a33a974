namespace BigMap.Analysis.Numerics.Tests;

/// <summary>Uniform and normal numbers for tests, the same on every run.</summary>
internal sealed class Noise(int seed)
{
    private RandomNumbers _numbers = new(seed);

    public double U() => _numbers.Uniform();

    public double G() => _numbers.Normal();
}
