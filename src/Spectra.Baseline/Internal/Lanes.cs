using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>A vector of doubles of some width, so that a kernel is written once for all of them.</summary>
/// <remarks>Every operation is correctly rounded (IEEE 754), so a lane holds the same bits whatever the width.</remarks>
internal interface ILanes<T>
    where T : unmanaged, ILanes<T>
{
    /// <summary>Number of lanes.</summary>
    static abstract int Count { get; }

    static abstract T All(double value);

    static abstract T Load(ref double start, nuint offset);

    static abstract void Store(T value, ref double start, nuint offset);

    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator *(T a, T b);

    static abstract T operator /(T a, T b);

    static abstract T operator -(T a);

    /// <summary>a b + c, rounded once.</summary>
    static abstract T Fma(T a, T b, T c);

    /// <summary>c − a b, rounded once.</summary>
    static abstract T Fnma(T a, T b, T c);

    /// <summary>a b − c, rounded once.</summary>
    static abstract T Fms(T a, T b, T c);

    /// <summary>Larger of a and |b|; whatever where b is NaN.</summary>
    static abstract T MaxAbs(T a, T b);

    /// <summary><paramref name="above"/> where the residual exceeds <paramref name="high"/>, <paramref name="below"/> where it is below −<paramref name="high"/>, and otherwise as it was.</summary>
    static abstract T Side(T residual, T high, T old, T above, T below);

    /// <summary>Collects in <paramref name="sum"/> the bits in which a and b differ.</summary>
    static abstract T Differ(T sum, T a, T b);

    /// <summary>Smaller of a and b; whatever where one is NaN.</summary>
    static abstract T Min(T a, T b);

    /// <summary>Larger of a and b; whatever where one is NaN.</summary>
    static abstract T Max(T a, T b);

    /// <summary>Smaller of a and |b|; whatever where b is NaN.</summary>
    static abstract T MinAbs(T a, T b);

    /// <summary><paramref name="then"/> where a is below b, otherwise <paramref name="other"/>, also where one is NaN.</summary>
    static abstract T WhereLess(T a, T b, T then, T other);

    /// <summary>As many values of as many rows as there are lanes, put down value after value: a row becomes a lane.</summary>
    /// <param name="rows">Start of the first row.</param>
    /// <param name="offsets">Distance of every row from the first, in bytes.</param>
    /// <param name="from">First value of the rows.</param>
    /// <param name="lanes">Where the vectors go.</param>
    /// <param name="to">The place of the first vector, in values.</param>
    static abstract void Gather(ref double rows, ReadOnlySpan<nint> offsets, nuint from, ref double lanes, nuint to);

    /// <summary>The other way: vectors are put down as values of rows.</summary>
    /// <param name="v">As many vectors as there are lanes.</param>
    /// <param name="rows">Start of the first row.</param>
    /// <param name="stride">Distance of the rows, in values.</param>
    /// <param name="count">Rows that are wanted.</param>
    static abstract void Scatter(ReadOnlySpan<T> v, ref double rows, nuint stride, int count);
}

/// <summary>Eight lanes.</summary>
internal readonly struct Lanes512(Vector512<double> v) : ILanes<Lanes512>
{
    private readonly Vector512<double> _v = v;

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator +(Lanes512 a, Lanes512 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator -(Lanes512 a, Lanes512 b) => new(a._v - b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator *(Lanes512 a, Lanes512 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator /(Lanes512 a, Lanes512 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator -(Lanes512 a) => new(-a._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 All(double value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Load(ref double start, nuint offset) => new(Vector512.LoadUnsafe(ref start, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes512 value, ref double start, nuint offset) => value._v.StoreUnsafe(ref start, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Fma(Lanes512 a, Lanes512 b, Lanes512 c) => new(Vector512.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Fnma(Lanes512 a, Lanes512 b, Lanes512 c) =>
        new(Avx512F.IsSupported ? Avx512F.FusedMultiplyAddNegated(a._v, b._v, c._v) : Vector512.FusedMultiplyAdd(-a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Fms(Lanes512 a, Lanes512 b, Lanes512 c) =>
        new(Avx512F.IsSupported ? Avx512F.FusedMultiplySubtract(a._v, b._v, c._v) : Vector512.FusedMultiplyAdd(a._v, b._v, -c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 MaxAbs(Lanes512 a, Lanes512 b) => new(Vector512.MaxNative(a._v, Vector512.Abs(b._v)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Side(Lanes512 residual, Lanes512 high, Lanes512 old, Lanes512 above, Lanes512 below) => new(Vector512.ConditionalSelect(
        Vector512.GreaterThan(residual._v, high._v), above._v, Vector512.ConditionalSelect(Vector512.LessThan(residual._v, -high._v), below._v, old._v)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Differ(Lanes512 sum, Lanes512 a, Lanes512 b) => new(sum._v | (a._v ^ b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Min(Lanes512 a, Lanes512 b) => new(Vector512.MinNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Max(Lanes512 a, Lanes512 b) => new(Vector512.MaxNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 MinAbs(Lanes512 a, Lanes512 b) => new(Vector512.MinNative(a._v, Vector512.Abs(b._v)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 WhereLess(Lanes512 a, Lanes512 b, Lanes512 then, Lanes512 other) => new(Vector512.ConditionalSelect(Vector512.LessThan(a._v, b._v), then._v, other._v));

    public static void Gather(ref double rows, ReadOnlySpan<nint> offsets, nuint from, ref double lanes, nuint to)
    {
        Vector512<double> a = Row(ref rows, offsets, 0, from), b = Row(ref rows, offsets, 1, from), c = Row(ref rows, offsets, 2, from), d = Row(ref rows, offsets, 3, from);
        Vector512<double> e = Row(ref rows, offsets, 4, from), f = Row(ref rows, offsets, 5, from), g = Row(ref rows, offsets, 6, from), h = Row(ref rows, offsets, 7, from);
        Transpose(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h);
        a.StoreUnsafe(ref lanes, to);
        b.StoreUnsafe(ref lanes, to + 8);
        c.StoreUnsafe(ref lanes, to + 16);
        d.StoreUnsafe(ref lanes, to + 24);
        e.StoreUnsafe(ref lanes, to + 32);
        f.StoreUnsafe(ref lanes, to + 40);
        g.StoreUnsafe(ref lanes, to + 48);
        h.StoreUnsafe(ref lanes, to + 56);
    }

    public static void Scatter(ReadOnlySpan<Lanes512> v, ref double rows, nuint stride, int count)
    {
        Vector512<double> a = v[0]._v, b = v[1]._v, c = v[2]._v, d = v[3]._v, e = v[4]._v, f = v[5]._v, g = v[6]._v, h = v[7]._v;
        Transpose(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h);
        a.StoreUnsafe(ref rows);
        if (count == 8)
        {
            b.StoreUnsafe(ref rows, stride);
            c.StoreUnsafe(ref rows, 2 * stride);
            d.StoreUnsafe(ref rows, 3 * stride);
            e.StoreUnsafe(ref rows, 4 * stride);
            f.StoreUnsafe(ref rows, 5 * stride);
            g.StoreUnsafe(ref rows, 6 * stride);
            h.StoreUnsafe(ref rows, 7 * stride);
            return;
        }

        ReadOnlySpan<Vector512<double>> others = [b, c, d, e, f, g, h];
        for (int row = 1; row < count; row++)
            others[row - 1].StoreUnsafe(ref rows, (nuint)row * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Row(ref double rows, ReadOnlySpan<nint> offsets, int row, nuint from) => Vector512.LoadUnsafe(ref Unsafe.AddByteOffset(ref rows, offsets[row]), from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(
        ref Vector512<double> a,
        ref Vector512<double> b,
        ref Vector512<double> c,
        ref Vector512<double> d,
        ref Vector512<double> e,
        ref Vector512<double> f,
        ref Vector512<double> g,
        ref Vector512<double> h)
    {
        Vector512<double> ab0 = Low(a, b), ab1 = High(a, b), cd0 = Low(c, d), cd1 = High(c, d), ef0 = Low(e, f), ef1 = High(e, f), gh0 = Low(g, h), gh1 = High(g, h);
        Vector512<double> p04 = Even(ab0, cd0), p26 = Odd(ab0, cd0), q04 = Even(ef0, gh0), q26 = Odd(ef0, gh0);
        Vector512<double> p15 = Even(ab1, cd1), p37 = Odd(ab1, cd1), q15 = Even(ef1, gh1), q37 = Odd(ef1, gh1);
        (a, e) = (Even(p04, q04), Odd(p04, q04));
        (b, f) = (Even(p15, q15), Odd(p15, q15));
        (c, g) = (Even(p26, q26), Odd(p26, q26));
        (d, h) = (Even(p37, q37), Odd(p37, q37));

        // Values 0, 2, 4, 6 of both, by turns; and 1, 3, 5, 7.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector512<double> Low(Vector512<double> x, Vector512<double> y) => Avx512F.IsSupported ? Avx512F.UnpackLow(x, y) : Vector512.Create(x[0], y[0], x[2], y[2], x[4], y[4], x[6], y[6]);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector512<double> High(Vector512<double> x, Vector512<double> y) => Avx512F.IsSupported ? Avx512F.UnpackHigh(x, y) : Vector512.Create(x[1], y[1], x[3], y[3], x[5], y[5], x[7], y[7]);

        // Pairs 0 and 2 of one, then of the other; and 1 and 3.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector512<double> Even(Vector512<double> x, Vector512<double> y) => Avx512F.IsSupported ? Avx512F.Shuffle4x128(x, y, 0x88) : Vector512.Create(x[0], x[1], x[4], x[5], y[0], y[1], y[4], y[5]);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector512<double> Odd(Vector512<double> x, Vector512<double> y) => Avx512F.IsSupported ? Avx512F.Shuffle4x128(x, y, 0xDD) : Vector512.Create(x[2], x[3], x[6], x[7], y[2], y[3], y[6], y[7]);
    }
}

/// <summary>Four lanes.</summary>
internal readonly struct Lanes256(Vector256<double> v) : ILanes<Lanes256>
{
    private readonly Vector256<double> _v = v;

    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator +(Lanes256 a, Lanes256 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator -(Lanes256 a, Lanes256 b) => new(a._v - b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator *(Lanes256 a, Lanes256 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator /(Lanes256 a, Lanes256 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator -(Lanes256 a) => new(-a._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 All(double value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Load(ref double start, nuint offset) => new(Vector256.LoadUnsafe(ref start, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes256 value, ref double start, nuint offset) => value._v.StoreUnsafe(ref start, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Fma(Lanes256 a, Lanes256 b, Lanes256 c) => new(Vector256.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Fnma(Lanes256 a, Lanes256 b, Lanes256 c) =>
        new(System.Runtime.Intrinsics.X86.Fma.IsSupported ? System.Runtime.Intrinsics.X86.Fma.MultiplyAddNegated(a._v, b._v, c._v) : Vector256.FusedMultiplyAdd(-a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Fms(Lanes256 a, Lanes256 b, Lanes256 c) =>
        new(System.Runtime.Intrinsics.X86.Fma.IsSupported ? System.Runtime.Intrinsics.X86.Fma.MultiplySubtract(a._v, b._v, c._v) : Vector256.FusedMultiplyAdd(a._v, b._v, -c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 MaxAbs(Lanes256 a, Lanes256 b) => new(Vector256.MaxNative(a._v, Vector256.Abs(b._v)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Side(Lanes256 residual, Lanes256 high, Lanes256 old, Lanes256 above, Lanes256 below) => new(Vector256.ConditionalSelect(
        Vector256.GreaterThan(residual._v, high._v), above._v, Vector256.ConditionalSelect(Vector256.LessThan(residual._v, -high._v), below._v, old._v)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Differ(Lanes256 sum, Lanes256 a, Lanes256 b) => new(sum._v | (a._v ^ b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Min(Lanes256 a, Lanes256 b) => new(Vector256.MinNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Max(Lanes256 a, Lanes256 b) => new(Vector256.MaxNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 MinAbs(Lanes256 a, Lanes256 b) => new(Vector256.MinNative(a._v, Vector256.Abs(b._v)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 WhereLess(Lanes256 a, Lanes256 b, Lanes256 then, Lanes256 other) => new(Vector256.ConditionalSelect(Vector256.LessThan(a._v, b._v), then._v, other._v));

    public static void Gather(ref double rows, ReadOnlySpan<nint> offsets, nuint from, ref double lanes, nuint to)
    {
        Vector256<double> a = Row(ref rows, offsets, 0, from), b = Row(ref rows, offsets, 1, from), c = Row(ref rows, offsets, 2, from), d = Row(ref rows, offsets, 3, from);
        Transpose(ref a, ref b, ref c, ref d);
        a.StoreUnsafe(ref lanes, to);
        b.StoreUnsafe(ref lanes, to + 4);
        c.StoreUnsafe(ref lanes, to + 8);
        d.StoreUnsafe(ref lanes, to + 12);
    }

    public static void Scatter(ReadOnlySpan<Lanes256> v, ref double rows, nuint stride, int count)
    {
        Vector256<double> a = v[0]._v, b = v[1]._v, c = v[2]._v, d = v[3]._v;
        Transpose(ref a, ref b, ref c, ref d);
        a.StoreUnsafe(ref rows);
        if (count > 1)
            b.StoreUnsafe(ref rows, stride);
        if (count > 2)
            c.StoreUnsafe(ref rows, 2 * stride);
        if (count > 3)
            d.StoreUnsafe(ref rows, 3 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Row(ref double rows, ReadOnlySpan<nint> offsets, int row, nuint from) => Vector256.LoadUnsafe(ref Unsafe.AddByteOffset(ref rows, offsets[row]), from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(ref Vector256<double> a, ref Vector256<double> b, ref Vector256<double> c, ref Vector256<double> d)
    {
        if (!Avx.IsSupported)
        {
            (a, b, c, d) = (Vector256.Create(a[0], b[0], c[0], d[0]), Vector256.Create(a[1], b[1], c[1], d[1]), Vector256.Create(a[2], b[2], c[2], d[2]), Vector256.Create(a[3], b[3], c[3], d[3]));
            return;
        }

        Vector256<double> ab0 = Avx.UnpackLow(a, b), ab1 = Avx.UnpackHigh(a, b), cd0 = Avx.UnpackLow(c, d), cd1 = Avx.UnpackHigh(c, d);
        (a, b) = (Avx.Permute2x128(ab0, cd0, 0x20), Avx.Permute2x128(ab1, cd1, 0x20));
        (c, d) = (Avx.Permute2x128(ab0, cd0, 0x31), Avx.Permute2x128(ab1, cd1, 0x31));
    }
}

/// <summary>Two lanes.</summary>
internal readonly struct Lanes128(Vector128<double> v) : ILanes<Lanes128>
{
    private readonly Vector128<double> _v = v;

    public static int Count => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator +(Lanes128 a, Lanes128 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator -(Lanes128 a, Lanes128 b) => new(a._v - b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator *(Lanes128 a, Lanes128 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator /(Lanes128 a, Lanes128 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator -(Lanes128 a) => new(-a._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 All(double value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(ref double start, nuint offset) => new(Vector128.LoadUnsafe(ref start, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes128 value, ref double start, nuint offset) => value._v.StoreUnsafe(ref start, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Fma(Lanes128 a, Lanes128 b, Lanes128 c) => new(Vector128.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Fnma(Lanes128 a, Lanes128 b, Lanes128 c)
    {
        if (System.Runtime.Intrinsics.X86.Fma.IsSupported)
            return new(System.Runtime.Intrinsics.X86.Fma.MultiplyAddNegated(a._v, b._v, c._v));
        return new(AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.FusedMultiplySubtract(c._v, a._v, b._v) : Vector128.FusedMultiplyAdd(-a._v, b._v, c._v));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Fms(Lanes128 a, Lanes128 b, Lanes128 c) =>
        new(System.Runtime.Intrinsics.X86.Fma.IsSupported ? System.Runtime.Intrinsics.X86.Fma.MultiplySubtract(a._v, b._v, c._v) : Vector128.FusedMultiplyAdd(a._v, b._v, -c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MaxAbs(Lanes128 a, Lanes128 b) => new(Vector128.MaxNative(a._v, Vector128.Abs(b._v)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Side(Lanes128 residual, Lanes128 high, Lanes128 old, Lanes128 above, Lanes128 below) => new(Vector128.ConditionalSelect(
        Vector128.GreaterThan(residual._v, high._v), above._v, Vector128.ConditionalSelect(Vector128.LessThan(residual._v, -high._v), below._v, old._v)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Differ(Lanes128 sum, Lanes128 a, Lanes128 b) => new(sum._v | (a._v ^ b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Min(Lanes128 a, Lanes128 b) => new(Vector128.MinNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Max(Lanes128 a, Lanes128 b) => new(Vector128.MaxNative(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MinAbs(Lanes128 a, Lanes128 b) => new(Vector128.MinNative(a._v, Vector128.Abs(b._v)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 WhereLess(Lanes128 a, Lanes128 b, Lanes128 then, Lanes128 other) => new(Vector128.ConditionalSelect(Vector128.LessThan(a._v, b._v), then._v, other._v));

    public static void Gather(ref double rows, ReadOnlySpan<nint> offsets, nuint from, ref double lanes, nuint to)
    {
        Vector128<double> a = Vector128.LoadUnsafe(ref Unsafe.AddByteOffset(ref rows, offsets[0]), from), b = Vector128.LoadUnsafe(ref Unsafe.AddByteOffset(ref rows, offsets[1]), from);
        Vector128.Create(a[0], b[0]).StoreUnsafe(ref lanes, to);
        Vector128.Create(a[1], b[1]).StoreUnsafe(ref lanes, to + 2);
    }

    public static void Scatter(ReadOnlySpan<Lanes128> v, ref double rows, nuint stride, int count)
    {
        Vector128<double> a = v[0]._v, b = v[1]._v;
        Vector128.Create(a[0], b[0]).StoreUnsafe(ref rows);
        if (count > 1)
            Vector128.Create(a[1], b[1]).StoreUnsafe(ref rows, stride);
    }

    public Vector128<double> Value => _v;
}
