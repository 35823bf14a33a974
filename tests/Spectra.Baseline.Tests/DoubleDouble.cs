namespace BigMap.Analysis.Spectra.Baseline.Tests;

/// <summary>The unevaluated sum of two doubles, about 32 digits: for reference solutions. T. J. Dekker, Numer. Math. 18, 224 (1971).</summary>
internal readonly record struct DoubleDouble(double Hi, double Lo)
{
    public static implicit operator DoubleDouble(double value) => new(value, 0);

    public static explicit operator double(DoubleDouble value) => value.Hi + value.Lo;

    public static DoubleDouble operator +(DoubleDouble a, DoubleDouble b)
    {
        DoubleDouble s = TwoSum(a.Hi, b.Hi), t = TwoSum(a.Lo, b.Lo);
        s = Renormalise(s.Hi, s.Lo + t.Hi);
        return Renormalise(s.Hi, s.Lo + t.Lo);
    }

    public static DoubleDouble operator -(DoubleDouble a) => new(-a.Hi, -a.Lo);

    public static DoubleDouble operator -(DoubleDouble a, DoubleDouble b) => a + (-b);

    public static DoubleDouble operator *(DoubleDouble a, DoubleDouble b)
    {
        double product = a.Hi * b.Hi;
        double error = Math.FusedMultiplyAdd(a.Hi, b.Hi, -product);
        return Renormalise(product, error + ((a.Hi * b.Lo) + (a.Lo * b.Hi)));
    }

    public static DoubleDouble operator /(DoubleDouble a, DoubleDouble b)
    {
        double q1 = a.Hi / b.Hi;
        DoubleDouble r = a - (b * q1);
        double q2 = r.Hi / b.Hi;
        r -= b * q2;
        return Renormalise(q1, q2) + (r.Hi / b.Hi);
    }

    public static bool operator >(DoubleDouble a, DoubleDouble b) => a.Hi > b.Hi || (a.Hi == b.Hi && a.Lo > b.Lo);

    public static bool operator <(DoubleDouble a, DoubleDouble b) => b > a;

    private static DoubleDouble TwoSum(double a, double b)
    {
        double s = a + b, v = s - a;
        return new(s, (a - (s - v)) + (b - v));
    }

    private static DoubleDouble Renormalise(double a, double b)
    {
        double s = a + b;
        return new(s, b - (s - a));
    }
}
