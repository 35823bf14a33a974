using System.Globalization;

namespace BigMap.Analysis.Diffraction.Powder;

/// <summary>A unit cell: lengths in Å, angles in degrees.</summary>
/// <remarks>Immutable, thread-safe. 1/d² = h G* hᵀ with the reciprocal metric tensor G* = G⁻¹, Gᵢⱼ = aᵢ·aⱼ.</remarks>
/// <example><code>double d = UnitCell.Hexagonal(2.876, 14.19).D((0, 0, 3)); // 4.73 Å</code></example>
public sealed record UnitCell
{
    private readonly double[] _metric;
    private readonly double[] _reciprocal;

    /// <summary>Makes a cell.</summary>
    /// <param name="a">a in Å, above 0.</param>
    /// <param name="b">b in Å, above 0.</param>
    /// <param name="c">c in Å, above 0.</param>
    /// <param name="alpha">α in degrees, between 0 and 180.</param>
    /// <param name="beta">β in degrees, between 0 and 180.</param>
    /// <param name="gamma">γ in degrees, between 0 and 180.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length or angle out of range, or angles that close no cell.</exception>
    public UnitCell(double a, double b, double c, double alpha = 90, double beta = 90, double gamma = 90)
    {
        Length(a, nameof(a));
        Length(b, nameof(b));
        Length(c, nameof(c));
        Angle(alpha, nameof(alpha));
        Angle(beta, nameof(beta));
        Angle(gamma, nameof(gamma));
        (A, B, C, Alpha, Beta, Gamma) = (a, b, c, alpha, beta, gamma);
        double ca = Cosine(alpha), cb = Cosine(beta), cg = Cosine(gamma);
        double squared = 1 - (ca * ca) - (cb * cb) - (cg * cg) + (2 * ca * cb * cg);
        if (!(squared > 1e-12))
            throw new ArgumentOutOfRangeException(nameof(gamma), $"The angles {alpha}, {beta}, {gamma} close no cell.");
        Volume = a * b * c * Math.Sqrt(squared);
        _metric = [a * a, a * b * cg, a * c * cb, a * b * cg, b * b, b * c * ca, a * c * cb, b * c * ca, c * c];
        double v2 = Volume * Volume;
        double[] g = _metric;
        _reciprocal = new double[9];
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                int i1 = (j + 1) % 3, i2 = (j + 2) % 3, j1 = (i + 1) % 3, j2 = (i + 2) % 3;
                _reciprocal[(3 * i) + j] = ((g[(3 * i1) + j1] * g[(3 * i2) + j2]) - (g[(3 * i1) + j2] * g[(3 * i2) + j1])) / v2;
            }
        }
    }

    /// <summary>a in Å.</summary>
    public double A { get; }

    /// <summary>b in Å.</summary>
    public double B { get; }

    /// <summary>c in Å.</summary>
    public double C { get; }

    /// <summary>α in degrees.</summary>
    public double Alpha { get; }

    /// <summary>β in degrees.</summary>
    public double Beta { get; }

    /// <summary>γ in degrees.</summary>
    public double Gamma { get; }

    /// <summary>Volume in Å³.</summary>
    public double Volume { get; }

    /// <summary>G, 3 × 3 row-major, Å².</summary>
    public ReadOnlySpan<double> MetricTensor => _metric;

    /// <summary>G* = G⁻¹, 3 × 3 row-major, Å⁻².</summary>
    public ReadOnlySpan<double> ReciprocalMetricTensor => _reciprocal;

    /// <summary>A cubic cell.</summary>
    /// <param name="a">a in Å.</param>
    /// <returns>The cell.</returns>
    public static UnitCell Cubic(double a) => new(a, a, a);

    /// <summary>A hexagonal cell, or a rhombohedral one on hexagonal axes.</summary>
    /// <param name="a">a in Å.</param>
    /// <param name="c">c in Å.</param>
    /// <returns>The cell.</returns>
    public static UnitCell Hexagonal(double a, double c) => new(a, a, c, 90, 90, 120);

    /// <summary>A tetragonal cell.</summary>
    /// <param name="a">a in Å.</param>
    /// <param name="c">c in Å.</param>
    /// <returns>The cell.</returns>
    public static UnitCell Tetragonal(double a, double c) => new(a, a, c);

    /// <summary>A monoclinic cell with the unique axis b.</summary>
    /// <param name="a">a in Å.</param>
    /// <param name="b">b in Å.</param>
    /// <param name="c">c in Å.</param>
    /// <param name="beta">β in degrees.</param>
    /// <returns>The cell.</returns>
    public static UnitCell Monoclinic(double a, double b, double c, double beta) => new(a, b, c, 90, beta, 90);

    /// <summary>1/d².</summary>
    /// <param name="h">Miller indices.</param>
    /// <returns>1/d² in Å⁻².</returns>
    public double InverseDSquared((int H, int K, int L) h)
    {
        double[] g = _reciprocal;
        return (h.H * h.H * g[0]) + (h.K * h.K * g[4]) + (h.L * h.L * g[8]) + (2 * ((h.H * h.K * g[1]) + (h.H * h.L * g[2]) + (h.K * h.L * g[5])));
    }

    /// <summary>Spacing of the lattice planes.</summary>
    /// <param name="h">Miller indices, not all zero.</param>
    /// <returns>d in Å; infinite for 0 0 0.</returns>
    public double D((int H, int K, int L) h) => 1 / Math.Sqrt(InverseDSquared(h));

    /// <inheritdoc/>
    public bool Equals(UnitCell? other) => other is not null && (A, B, C, Alpha, Beta, Gamma) == (other.A, other.B, other.C, other.Alpha, other.Beta, other.Gamma);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(A, B, C, Alpha, Beta, Gamma);

    /// <summary>Lengths and angles, <c>2.876 2.876 14.19 Å, 90 90 120°</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{A:G8} {B:G8} {C:G8} Å, {Alpha:G6} {Beta:G6} {Gamma:G6}°");

    /// <summary>Square of a distance between two points.</summary>
    internal double DistanceSquared(double x, double y, double z)
    {
        double[] g = _metric;
        return (x * x * g[0]) + (y * y * g[4]) + (z * z * g[8]) + (2 * ((x * y * g[1]) + (x * z * g[2]) + (y * z * g[5])));
    }

    /// <summary>Right angles and 120° must give exact metrics: the cosine of 90° in radians is 6e-17.</summary>
    private static double Cosine(double degrees) => degrees switch
    {
        90 => 0,
        60 => 0.5,
        120 => -0.5,
        _ => Math.Cos(degrees * (Math.PI / 180)),
    };

    private static void Length(double value, string name)
    {
        if (!(value > 0 && value < 1e6))
            throw new ArgumentOutOfRangeException(name, $"The length {name} of a cell is between 0 and 1e6 Å, not {value.ToString(CultureInfo.InvariantCulture)}.");
    }

    private static void Angle(double value, string name)
    {
        if (!(value > 0 && value < 180))
            throw new ArgumentOutOfRangeException(name, $"The angle {name} of a cell is between 0 and 180 degrees, not {value.ToString(CultureInfo.InvariantCulture)}.");
    }
}
