namespace BigMap.Analysis.Numerics;

/// <summary>A sum that carries its rounding errors along (Neumaier): as exact as twice the digits for all practical sums.</summary>
internal struct CompensatedSum
{
    private double _sum;
    private double _rest;

    public readonly double Value => _sum + _rest;

    public void Add(double value)
    {
        double sum = _sum + value;
        _rest += Math.Abs(_sum) >= Math.Abs(value) ? _sum - sum + value : value - sum + _sum;
        _sum = sum;
    }
}
