namespace BigMap.Analysis.Numerics;

/// <summary>A vector of doubles in which every lane belongs to another fit: what a model is written in so that many fits run in lockstep.</summary>
/// <remarks>
/// All operations are lane by lane and rounded as IEEE 754 prescribes, so a lane never depends on its neighbours, on its place, or on how wide
/// the vector is. Comparisons give masks (all bits of a lane set or none) for <see cref="Select"/>; a comparison with NaN is false.
/// The solver picks the widest vector that pays on the machine: 8, 4 or 2 lanes. Immutable, thread-safe.
/// </remarks>
/// <typeparam name="TSelf">The vector itself.</typeparam>
/// <example><code>
/// // A Gaussian of height p[0], centre p[1] and σ p[2], for as many fits as there are lanes.
/// static TLanes Gaussian&lt;TLanes&gt;(double x, ReadOnlySpan&lt;TLanes&gt; p)
///     where TLanes : unmanaged, ILanes&lt;TLanes&gt;
/// {
///     TLanes z = (TLanes.Create(x) - p[1]) / p[2];
///     return p[0] * LaneMath.Exp(TLanes.Create(-0.5) * z * z);
/// }
/// </code></example>
public interface ILanes<TSelf>
    where TSelf : unmanaged, ILanes<TSelf>
{
    /// <summary>Number of lanes.</summary>
    static abstract int Count { get; }

    /// <summary>The same value in every lane.</summary>
    /// <param name="value">The value.</param>
    static abstract TSelf Create(double value);

    /// <summary>a + b.</summary>
    /// <param name="a">First summand.</param>
    /// <param name="b">Second summand.</param>
    static abstract TSelf operator +(TSelf a, TSelf b);

    /// <summary>a − b.</summary>
    /// <param name="a">Minuend.</param>
    /// <param name="b">Subtrahend.</param>
    static abstract TSelf operator -(TSelf a, TSelf b);

    /// <summary>−a.</summary>
    /// <param name="a">The value.</param>
    static abstract TSelf operator -(TSelf a);

    /// <summary>a · b.</summary>
    /// <param name="a">First factor.</param>
    /// <param name="b">Second factor.</param>
    static abstract TSelf operator *(TSelf a, TSelf b);

    /// <summary>a / b.</summary>
    /// <param name="a">Numerator.</param>
    /// <param name="b">Denominator.</param>
    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>Both masks.</summary>
    /// <param name="a">First mask.</param>
    /// <param name="b">Second mask.</param>
    static abstract TSelf operator &(TSelf a, TSelf b);

    /// <summary>Either mask.</summary>
    /// <param name="a">First mask.</param>
    /// <param name="b">Second mask.</param>
    static abstract TSelf operator |(TSelf a, TSelf b);

    /// <summary>Not the mask.</summary>
    /// <param name="a">The mask.</param>
    static abstract TSelf operator ~(TSelf a);

    /// <summary>a · b + c, rounded once.</summary>
    /// <param name="a">First factor.</param>
    /// <param name="b">Second factor.</param>
    /// <param name="c">Summand.</param>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>√a.</summary>
    /// <param name="a">The value.</param>
    static abstract TSelf Sqrt(TSelf a);

    /// <summary>|a|.</summary>
    /// <param name="a">The value.</param>
    static abstract TSelf Abs(TSelf a);

    /// <summary>The smaller; b when one of them is NaN.</summary>
    /// <param name="a">First value.</param>
    /// <param name="b">Second value.</param>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>The larger; b when one of them is NaN.</summary>
    /// <param name="a">First value.</param>
    /// <param name="b">Second value.</param>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>Mask of a &lt; b.</summary>
    /// <param name="a">First value.</param>
    /// <param name="b">Second value.</param>
    static abstract TSelf LessThan(TSelf a, TSelf b);

    /// <summary>Mask of a ≤ b.</summary>
    /// <param name="a">First value.</param>
    /// <param name="b">Second value.</param>
    static abstract TSelf LessThanOrEqual(TSelf a, TSelf b);

    /// <summary>a where the mask is set, b elsewhere.</summary>
    /// <param name="mask">A mask.</param>
    /// <param name="a">Taken where the mask is set.</param>
    /// <param name="b">Taken elsewhere.</param>
    static abstract TSelf Select(TSelf mask, TSelf a, TSelf b);

    /// <summary>One bit a lane: whether the mask is set.</summary>
    /// <param name="mask">A mask.</param>
    static abstract uint Bits(TSelf mask);

    /// <summary>a · 2ⁿ, for whole n from −1022 to 1023.</summary>
    /// <param name="a">The value.</param>
    /// <param name="n">The exponent.</param>
    static abstract TSelf Scale(TSelf a, TSelf n);
}
