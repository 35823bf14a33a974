using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>The system of <see cref="WhittakerSolver"/>, order 2, for several spectra at once, one per lane: memory, elimination, substitution.</summary>
/// <remarks>
/// Planes of data and weights (those divided by λ), lane after lane, hold the points 0 … N − 1 in their order; N = 2m is even, and where it exceeds the number of points the last one has no weight. The factors lie in one record per pair of
/// points k and N − 1 − k: keep, gain, drive, each for the left and the right side. The elimination walks up the records, the back substitution down; z lies in the place of drive.
/// </remarks>
internal sealed class LockstepSystem<T> : IDisposable
    where T : unmanaged, ILanes<T>
{
    /// <summary>Vectors in a record.</summary>
    public const int Slots = 6;

    private double[] _memory;
    private readonly int _first;
    private readonly int _weights;
    private readonly int _records;

    // The quadratic form in (z of point m − 1, slope across the middle).
    private T _a;
    private T _b;
    private T _c;

    public LockstepSystem(int points)
    {
        Half = Math.Max((points + 1) / 2, 3);

        // Memory that was used before costs no page faults. Nothing is read that was not written.
        int plane = 2 * Half * T.Count;
        _memory = ArrayPool<double>.Shared.Rent((2 * plane) + (Half * Slots * T.Count) + 8);
        _weights = plane;
        _records = 2 * plane;

        // Full vectors should not straddle cache lines: arrays as large as these are not moved.
        unsafe
        {
            fixed (double* start = _memory)
                _first = (int)((64 - ((nuint)start & 63)) & 63) / sizeof(double);
        }
    }

    /// <summary>m, pairs of points.</summary>
    public int Half { get; }

    /// <summary>Place of the last point of the planes.</summary>
    public nuint Last => (nuint)(((2 * Half) - 1) * T.Count);

    /// <summary>The data.</summary>
    public ref double Data => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_memory), _first);

    /// <summary>The weights, divided by λ.</summary>
    public ref double Weights => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_memory), _first + _weights);

    /// <summary>The records.</summary>
    public ref double Records => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_memory), _first + _records);

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<double>.Shared.Return(_memory);
        _memory = [];
    }

    /// <summary>Writes the factors, and what the substitution starts from.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Eliminate(out T haOut, out T hbOut)
    {
        ref double s = ref Records;
        ref double data = ref Data;
        ref double weights = ref Weights;
        nuint lanes = (nuint)T.Count;
        T one = T.All(1), two = T.All(2);
        T a0 = default, b0 = default, c0 = default, ha0 = default, hb0 = default, d0 = one;
        T a1 = default, b1 = default, c1 = default, ha1 = default, hb1 = default, d1 = one;
        nuint at = 0, left = 0, right = Last, end = (nuint)(Half - 1) * lanes;
        while (true)
        {
            T w0 = T.Load(ref weights, left), w1 = T.Load(ref weights, right);
            a0 += w0;
            a1 += w1;
            ha0 = T.Fma(w0, T.Load(ref data, left), ha0);
            ha1 = T.Fma(w1, T.Load(ref data, right), ha1);
            T keep0 = one / d0, keep1 = one / d1;
            T gain0 = b0 * keep0, gain1 = b1 * keep1;
            T drive0 = hb0 * keep0, drive1 = hb1 * keep1;
            T.Store(keep0, ref s, at);
            T.Store(keep1, ref s, at + lanes);
            T.Store(gain0, ref s, at + (2 * lanes));
            T.Store(gain1, ref s, at + (3 * lanes));
            T.Store(drive0, ref s, at + (4 * lanes));
            T.Store(drive1, ref s, at + (5 * lanes));
            ha0 = T.Fnma(gain0, hb0, ha0);
            ha1 = T.Fnma(gain1, hb1, ha1);
            if (left == end)
            {
                a0 = T.Fnma(gain0, b0, a0);
                a1 = T.Fnma(gain1, b1, a1);
                _a = a0 + a1;
                _b = gain0 - gain1 + a1;
                _c = (c0 * keep0) + (c1 * keep1) + a1 - (two * gain1);
                haOut = ha0 + ha1;
                hbOut = drive0 + ha1 - drive1;
                return;
            }

            hb0 = drive0 - ha0;
            hb1 = drive1 - ha1;
            T turn0 = T.Fnma(b0, b0 + two, c0), turn1 = T.Fnma(b1, b1 + two, c1);
            d0 = T.Fma(keep0, turn0, one + a0);
            d1 = T.Fma(keep1, turn1, one + a1);
            c0 = T.Fma(keep0, turn0, a0);
            c1 = T.Fma(keep1, turn1, a1);
            T next0 = T.Fnma(gain0, b0, a0), next1 = T.Fnma(gain1, b1, a1);
            b0 = T.Fms(gain0, one + b0, a0);
            b1 = T.Fms(gain1, one + b1, a1);
            a0 = next0;
            a1 = next1;
            at += Slots * lanes;
            left += lanes;
            right -= lanes;
        }
    }

    /// <summary>z of point m − 1 and the slope across the middle.</summary>
    public void Middle(T ra, T rs, out T middle, out T slope)
    {
        T ratio = _b / _a;
        slope = (rs - (ratio * ra)) / (_c - (ratio * _b));
        middle = (ra - (_b * slope)) / _a;
    }

    /// <summary>Whether the system of a lane has one solution: what <see cref="WhittakerSolver"/> asks, too.</summary>
    public void Determined(Span<bool> lanes)
    {
        Span<double> a = stackalloc double[T.Count], c = stackalloc double[T.Count];
        T.Store(_a, ref MemoryMarshal.GetReference(a), 0);
        T.Store(_c - (_b / _a * _b), ref MemoryMarshal.GetReference(c), 0);
        for (int lane = 0; lane < lanes.Length; lane++)
            lanes[lane] &= a[lane] > 0 && c[lane] > 0;
    }

    /// <summary>Writes z of the points, in their order.</summary>
    /// <param name="ra">What the elimination ended with.</param>
    /// <param name="rs">What the elimination ended with.</param>
    /// <param name="z">Receives z, N vectors.</param>
    /// <param name="settled">1 in lanes whose z stays as it is, otherwise 0.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Substitute(T ra, T rs, ref double z, T settled)
    {
        Middle(ra, rs, out T z0, out T slope0);
        T z1 = z0 + slope0, slope1 = -slope0, zero = default;
        ref double s = ref Records;
        nuint lanes = (nuint)T.Count;
        nuint left = (nuint)(Half - 1) * lanes, right = (nuint)Half * lanes, at = left * Slots;
        while (true)
        {
            T.Store(T.WhereLess(zero, settled, T.Load(ref z, left), z0), ref z, left);
            T.Store(T.WhereLess(zero, settled, T.Load(ref z, right), z1), ref z, right);
            if (at == 0)
                return;
            slope0 = T.Fnma(T.Load(ref s, at + (2 * lanes)), z0, T.Fma(T.Load(ref s, at), slope0, T.Load(ref s, at + (4 * lanes))));
            slope1 = T.Fnma(T.Load(ref s, at + (3 * lanes)), z1, T.Fma(T.Load(ref s, at + lanes), slope1, T.Load(ref s, at + (5 * lanes))));
            z0 -= slope0;
            z1 -= slope1;
            at -= Slots * lanes;
            left -= lanes;
            right += lanes;
        }
    }
}
