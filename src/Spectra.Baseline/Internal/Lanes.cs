using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>A vector of doubles of some width, so that a kernel is written once for all of them.</summary>
/// <remarks>Every operation is correctly rounded (IEEE 754), so a lane holds the same bits whatever the width.</remarks>
internal interface ILanes<T>
    where T : struct, ILanes<T>
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

    public Vector128<double> Value => _v;
}
