using System.Globalization;
using System.Text;

namespace BigMap.Analysis.Diffraction.Powder;

/// <summary>One symmetry operation of a crystal, x′ = R x + t, in fractional coordinates; R of whole numbers, t in 24ths of an axis between 0 and 1.</summary>
/// <remarks>Immutable, thread-safe. Two operations are equal when they differ by whole translations only.</remarks>
/// <example><code>SymmetryOperation glide = SymmetryOperation.Parse("x, 1/2-y, z+1/2");</code></example>
public readonly struct SymmetryOperation : IEquatable<SymmetryOperation>
{
    internal const int Denominator = 24;
    private readonly sbyte _r11;
    private readonly sbyte _r12;
    private readonly sbyte _r13;
    private readonly sbyte _r21;
    private readonly sbyte _r22;
    private readonly sbyte _r23;
    private readonly sbyte _r31;
    private readonly sbyte _r32;
    private readonly sbyte _r33;
    private readonly sbyte _t1;
    private readonly sbyte _t2;
    private readonly sbyte _t3;

    internal SymmetryOperation(ReadOnlySpan<int> rotation, ReadOnlySpan<int> translation)
    {
        (_r11, _r12, _r13) = ((sbyte)rotation[0], (sbyte)rotation[1], (sbyte)rotation[2]);
        (_r21, _r22, _r23) = ((sbyte)rotation[3], (sbyte)rotation[4], (sbyte)rotation[5]);
        (_r31, _r32, _r33) = ((sbyte)rotation[6], (sbyte)rotation[7], (sbyte)rotation[8]);
        (_t1, _t2, _t3) = (Wrap(translation[0]), Wrap(translation[1]), Wrap(translation[2]));
    }

    /// <summary>The identity, x, y, z.</summary>
    public static SymmetryOperation Identity { get; } = new([1, 0, 0, 0, 1, 0, 0, 0, 1], [0, 0, 0]);

    /// <summary>The inversion at the origin, −x, −y, −z.</summary>
    public static SymmetryOperation Inversion { get; } = new([-1, 0, 0, 0, -1, 0, 0, 0, -1], [0, 0, 0]);

    /// <summary>Determinant of R: +1 for rotations, −1 for inversions, mirrors and rotoinversions.</summary>
    public int Determinant =>
        (_r11 * ((_r22 * _r33) - (_r23 * _r32))) - (_r12 * ((_r21 * _r33) - (_r23 * _r31))) + (_r13 * ((_r21 * _r32) - (_r22 * _r31)));

    internal int Trace => _r11 + _r22 + _r33;

    internal bool IsTranslation => HasRotationOf(Identity);

    /// <summary>An element of R.</summary>
    /// <param name="row">Row, 0 to 2.</param>
    /// <param name="column">Column, 0 to 2.</param>
    /// <returns>The element.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 to 2.</exception>
    public int Rotation(int row, int column) => ((row * 3) + column, row, column) switch
    {
        (_, < 0 or > 2, _) => throw new ArgumentOutOfRangeException(nameof(row)),
        (_, _, < 0 or > 2) => throw new ArgumentOutOfRangeException(nameof(column)),
        (0, _, _) => _r11,
        (1, _, _) => _r12,
        (2, _, _) => _r13,
        (3, _, _) => _r21,
        (4, _, _) => _r22,
        (5, _, _) => _r23,
        (6, _, _) => _r31,
        (7, _, _) => _r32,
        _ => _r33,
    };

    /// <summary>A component of t as a fraction of the axis, 0 ≤ t &lt; 1.</summary>
    /// <param name="row">Component, 0 to 2.</param>
    /// <returns>The fraction.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 to 2.</exception>
    public double Translation(int row) => (double)TranslationPart(row) / Denominator;

    /// <summary>Reads a triplet such as <c>x,y,z</c>, <c>-y, x-y, z+1/3</c> or <c>1/2+X,.5-y,-z</c>.</summary>
    /// <param name="triplet">The triplet.</param>
    /// <returns>The operation.</returns>
    /// <exception cref="FormatException">It is not a triplet, or not a symmetry of any lattice.</exception>
    public static SymmetryOperation Parse(string triplet)
    {
        ArgumentNullException.ThrowIfNull(triplet);
        string[] parts = triplet.Split(',');
        if (parts.Length != 3)
            throw new FormatException($"\"{triplet}\" is not a symmetry operation: three terms with commas between, such as x,y,z, are needed.");
        Span<int> rotation = stackalloc int[9], translation = stackalloc int[3];
        for (int row = 0; row < 3; row++)
            ParseTerm(triplet, parts[row], rotation.Slice(3 * row, 3), out translation[row]);
        var operation = new SymmetryOperation(rotation, translation);
        return operation.Determinant is 1 or -1 && operation.Order() > 0
            ? operation
            : throw new FormatException($"\"{triplet}\" is not a symmetry operation of a crystal.");
    }

    /// <summary>This operation after another one.</summary>
    /// <param name="first">What is done before.</param>
    /// <returns>The product, its translation between 0 and 1.</returns>
    public SymmetryOperation After(SymmetryOperation first)
    {
        Span<int> rotation = stackalloc int[9], translation = stackalloc int[3];
        for (int i = 0; i < 3; i++)
        {
            translation[i] = TranslationPart(i);
            for (int k = 0; k < 3; k++)
            {
                translation[i] += Rotation(i, k) * first.TranslationPart(k);
                for (int j = 0; j < 3; j++)
                    rotation[(3 * i) + j] += Rotation(i, k) * first.Rotation(k, j);
            }
        }

        return new SymmetryOperation(rotation, translation);
    }

    /// <summary>Moves a point.</summary>
    /// <param name="x">Fractional coordinates.</param>
    /// <returns>R x + t, not wrapped into the cell.</returns>
    public (double X, double Y, double Z) Apply((double X, double Y, double Z) x) =>
        ((_r11 * x.X) + (_r12 * x.Y) + (_r13 * x.Z) + Translation(0),
        (_r21 * x.X) + (_r22 * x.Y) + (_r23 * x.Z) + Translation(1),
        (_r31 * x.X) + (_r32 * x.Y) + (_r33 * x.Z) + Translation(2));

    /// <summary>The reflection h R that has the same |F| as h.</summary>
    /// <param name="h">Miller indices, as a row.</param>
    /// <returns>h R.</returns>
    public (int H, int K, int L) Transform((int H, int K, int L) h) =>
        ((h.H * _r11) + (h.K * _r21) + (h.L * _r31), (h.H * _r12) + (h.K * _r22) + (h.L * _r32), (h.H * _r13) + (h.K * _r23) + (h.L * _r33));

    /// <inheritdoc/>
    public bool Equals(SymmetryOperation other) => HasRotationOf(other) && _t1 == other._t1 && _t2 == other._t2 && _t3 == other._t3;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SymmetryOperation other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine((_r11, _r12, _r13), (_r21, _r22, _r23), (_r31, _r32, _r33), (_t1, _t2, _t3));

    /// <summary>Whether two operations are the same but for whole translations.</summary>
    /// <param name="left">An operation.</param>
    /// <param name="right">Another.</param>
    /// <returns>Whether they are.</returns>
    public static bool operator ==(SymmetryOperation left, SymmetryOperation right) => left.Equals(right);

    /// <summary>Whether two operations differ by more than whole translations.</summary>
    /// <param name="left">An operation.</param>
    /// <param name="right">Another.</param>
    /// <returns>Whether they do.</returns>
    public static bool operator !=(SymmetryOperation left, SymmetryOperation right) => !left.Equals(right);

    /// <summary>The triplet, <c>-y,x-y,z+1/3</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (int i = 0; i < 3; i++)
        {
            if (i > 0)
                text.Append(',');
            int start = text.Length;
            for (int j = 0; j < 3; j++)
            {
                int r = Rotation(i, j);
                if (r == 0)
                    continue;
                text.Append(r < 0 ? "-" : text.Length > start ? "+" : string.Empty);
                if (Math.Abs(r) != 1)
                    text.Append(CultureInfo.InvariantCulture, $"{Math.Abs(r)}");
                text.Append("xyz"[j]);
            }

            int t = TranslationPart(i);
            if (t == 0 && text.Length > start)
                continue;
            int common = (int)System.Numerics.BigInteger.GreatestCommonDivisor(t, Denominator);
            text.Append(text.Length > start ? "+" : string.Empty).Append(CultureInfo.InvariantCulture, $"{t / common}");
            if (t != 0)
                text.Append(CultureInfo.InvariantCulture, $"/{Denominator / common}");
        }

        return text.ToString();
    }

    internal int TranslationPart(int row) => row switch
    {
        0 => _t1,
        1 => _t2,
        2 => _t3,
        _ => throw new ArgumentOutOfRangeException(nameof(row)),
    };

    internal bool HasRotationOf(SymmetryOperation other) =>
        _r11 == other._r11 && _r12 == other._r12 && _r13 == other._r13
        && _r21 == other._r21 && _r22 == other._r22 && _r23 == other._r23
        && _r31 == other._r31 && _r32 == other._r32 && _r33 == other._r33;

    /// <summary>Power of R that is the identity; 0 for a matrix that no lattice allows.</summary>
    internal int Order() => (Determinant, Trace) switch
    {
        (1, 3) or (-1, -3) when IsTranslation || HasRotationOf(Inversion) => IsTranslation ? 1 : 2,
        (1, -1) or (-1, 1) => Power(2),
        (1, 0) => Power(3),
        (-1, 0) => Power(6),
        (1, 1) or (-1, -1) => Power(4),
        (1, 2) or (-1, -2) => Power(6),
        _ => 0,
    };

    private static sbyte Wrap(int t) => (sbyte)(((t % Denominator) + Denominator) % Denominator);

    private static void ParseTerm(string triplet, string term, Span<int> rotation, out int translation)
    {
        double shift = 0;
        int sign = 1, i = 0;
        bool any = false;
        while (i < term.Length)
        {
            char c = char.ToLowerInvariant(term[i]);
            if (char.IsWhiteSpace(c))
            {
                i++;
            }
            else if (c is '+' or '-')
            {
                sign = c == '-' ? -1 : 1;
                i++;
            }
            else if (c is 'x' or 'y' or 'z')
            {
                rotation[c - 'x'] += sign;
                sign = 1;
                any = true;
                i++;
            }
            else if (char.IsAsciiDigit(c) || c == '.')
            {
                double number = ParseNumber(term, ref i);
                if (i < term.Length && term[i] == '/')
                {
                    i++;
                    number /= ParseNumber(term, ref i);
                }

                // 2x or 2*x.
                int next = i;
                while (next < term.Length && term[next] is ' ' or '*')
                    next++;
                char variable = next < term.Length ? char.ToLowerInvariant(term[next]) : ' ';
                if (variable is 'x' or 'y' or 'z' && number == Math.Round(number) && number < 4)
                {
                    rotation[variable - 'x'] += sign * (int)number;
                    i = next + 1;
                }
                else
                {
                    shift += sign * number;
                }

                sign = 1;
                any = true;
            }
            else
            {
                throw new FormatException($"\"{triplet}\" is not a symmetry operation: \"{term[i]}\" is not expected.");
            }
        }

        // 0.33 or 0.3333 stand for 1/3.
        double parts = shift * Denominator, whole = Math.Round(parts);
        if (!any || !(Math.Abs(parts - whole) <= 0.1))
            throw new FormatException($"\"{triplet}\" is not a symmetry operation: {(any ? "the translations of crystals are multiples of 1/24" : "a term is empty")}.");
        translation = (int)Math.IEEERemainder(whole, Denominator);
    }

    private static double ParseNumber(string term, ref int i)
    {
        int start = i;
        while (i < term.Length && (char.IsAsciiDigit(term[i]) || term[i] == '.'))
            i++;
        return double.TryParse(term.AsSpan(start, i - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw new FormatException($"\"{term}\" is not a term of a symmetry operation.");
    }

    private int Power(int order)
    {
        SymmetryOperation power = this;
        for (int k = 1; k < order; k++)
            power = power.After(this);
        return power.IsTranslation ? order : 0;
    }
}
