using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>AsLS of order 2 on several spectra at once, one per lane, all taking the same steps.</summary>
/// <remarks>
/// <para>
/// Does for every lane exactly what <see cref="AslsEstimator"/> and <see cref="WhittakerSolver"/> do for one spectrum, operation by operation, so
/// the bits are the same; a lane that needs more than the usual path (no fixed point within the given solves, a correction that is not small)
/// is reported as not done and goes to the estimator. Lanes that reach their fixed point before the others are solved again with the same
/// weights, which gives the same bits.
/// </para>
/// <para>
/// Why lanes are not refilled: taking out and putting in one lane touches every cache line of all lanes, and the refinement would have to be a
/// pass of its own; the passes it would save (8.0 down to 7.3 per spectrum of W1) are estimated to be used up by that.
/// </para>
/// <para>
/// The memory is one record per pair of points k and N − 1 − k: data, weight, keep, gain, drive, each for the left and the right side, lane
/// after lane. The elimination walks up the records, the back substitution down. z lies in the place of drive.
/// </para>
/// </remarks>
internal sealed class LockstepAsls<T> : LockstepAsls
    where T : struct, ILanes<T>
{
    private const int Slots = 10;

    // Records that are filled or read together.
    private const int Block = 8;

    private double[] _records;
    private readonly int _first;
    private readonly int _m;
    private readonly int _length;
    private readonly AslsOptions _options;
    private readonly double _lambda;

    // What belongs to a lane.
    private readonly Detrending[] _detrending;
    private readonly double[] _data;
    private readonly bool[] _alive;
    private readonly int[] _solves;
    private readonly double[] _rounding;
    private readonly double[] _changed;
    private readonly double[] _largest;
    private T _a;
    private T _b;
    private T _c;

    public LockstepAsls(int length, AslsOptions options, double lambda)
    {
        _length = length;
        _options = options;
        _lambda = lambda;
        _detrending = new Detrending[T.Count];
        for (int lane = 0; lane < T.Count; lane++)
            _detrending[lane] = new Detrending(length);
        _data = new double[T.Count * length];
        _alive = new bool[T.Count];
        _solves = new int[T.Count];
        _m = Math.Max((length + 1) / 2, 3);

        // Memory that was used before costs no page faults. Nothing is read that was not written.
        _records = ArrayPool<double>.Shared.Rent((_m * Slots * T.Count) + 8);

        // Full vectors should not straddle cache lines: arrays as large as these are not moved.
        unsafe
        {
            fixed (double* start = _records)
                _first = (int)((64 - ((nuint)start & 63)) & 63) / sizeof(double);
        }

        _rounding = new double[T.Count];
        _changed = new double[T.Count];
        _largest = new double[T.Count];
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        ArrayPool<double>.Shared.Return(_records);
        _records = [];
    }

    private static nuint Stride
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (nuint)(Slots * T.Count);
    }

    private ref double Start => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_records), _first);

    /// <inheritdoc/>
    public override void Estimate(SpectrumSeries series, int firstRow, Span<double> z, Span<BaselineInfo> info, CancellationToken cancellationToken)
    {
        int running = Load(series, firstRow, info);
        int most = Math.Min(_options.MaxIterations + 1, MostSolves);
        for (int solves = 1; running > 0 && solves <= most; solves++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Eliminate(out T ha, out T hb);
            Substitute(ha, hb, first: solves == 1);
            for (int lane = 0; lane < info.Length; lane++)
            {
                // The bits in which weights differ; as a number they may be anything, but 0 only if there are none.
                if (_alive[lane] && _solves[lane] == 0 && BitConverter.DoubleToUInt64Bits(_changed[lane]) == 0)
                {
                    _solves[lane] = solves;
                    running--;
                }
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        Refine();
        Unload(z, info.Length);
        for (int lane = 0; lane < info.Length; lane++)
        {
            Detrending detrending = _detrending[lane];
            double size = _changed[lane] / detrending.Range;
            bool done = _alive[lane] && _solves[lane] > 0 && _lambda * _largest[lane] <= 2 * detrending.Size && size <= AslsEstimator.RefinementTarget;
            if (done)
            {
                detrending.Restore(z.Slice(lane * _length, _length));
                info[lane] = new BaselineInfo { Status = RowStatus.Ok, Solves = _solves[lane], Converged = true, ErrorEstimate = size };
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Load(SpectrumSeries series, int firstRow, ReadOnlySpan<BaselineInfo> info)
    {
        int lanes = T.Count, alive = 0;
        _solves.AsSpan().Clear();
        for (int lane = 0; lane < lanes; lane++)
        {
            Span<double> data = _data.AsSpan(lane * _length, _length);
            _alive[lane] = false;
            if (lane < info.Length && info[lane].Status == RowStatus.NotRun)
            {
                series[firstRow + lane].CopyTo(data);
                _alive[lane] = _detrending[lane].Remove(data, 2) && _detrending[lane].Range > 0;
            }

            if (_alive[lane])
                alive++;
            else
                data.Clear();
            _rounding[lane] = _alive[lane] ? _detrending[lane].Rounding : 0;
        }

        T unit = T.All(1 / _lambda);
        ref double start = ref Start;
        for (int from = 0; from < _m; from += Block)
        {
            // A few records at a time, lane after lane, so that they stay at hand.
            int to = Math.Min(from + Block, _m);
            for (int lane = 0; lane < lanes; lane++)
            {
                ref double left = ref _data[lane * _length];
                ref double right = ref Unsafe.Add(ref left, (2 * _m) - 1);
                ref double record = ref Unsafe.Add(ref start, (from * Slots * lanes) + lane);
                for (int k = from; k < to; k++)
                {
                    record = Unsafe.Add(ref left, k);
                    Unsafe.Add(ref record, lanes) = k == 0 && 2 * _m > _length ? 0 : Unsafe.Add(ref right, -k);
                    record = ref Unsafe.Add(ref record, Slots * lanes);
                }
            }

            for (int k = from; k < to; k++)
            {
                T.Store(unit, ref start, (nuint)(((k * Slots) + 2) * lanes));
                T.Store(k == 0 && 2 * _m > _length ? default : unit, ref start, (nuint)(((k * Slots) + 3) * lanes));
            }
        }

        return alive;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Unload(Span<double> z, int rows)
    {
        int lanes = T.Count;
        ref double start = ref Start;
        for (int from = 0; from < _m; from += Block)
        {
            int to = Math.Min(from + Block, _m);
            for (int lane = 0; lane < rows; lane++)
            {
                ref double left = ref z[lane * _length];
                ref double right = ref Unsafe.Add(ref left, (2 * _m) - 1);
                ref double record = ref Unsafe.Add(ref start, (((from * Slots) + 8) * lanes) + lane);
                for (int k = from; k < to; k++)
                {
                    Unsafe.Add(ref left, k) = record;
                    if (k > 0 || 2 * _m == _length)
                        Unsafe.Add(ref right, -k) = Unsafe.Add(ref record, lanes);
                    record = ref Unsafe.Add(ref record, Slots * lanes);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Eliminate(out T haOut, out T hbOut)
    {
        ref double s = ref Start;
        nuint lanes = (nuint)T.Count;
        T one = T.All(1), two = T.All(2);
        T a0 = default, b0 = default, c0 = default, ha0 = default, hb0 = default, d0 = one;
        T a1 = default, b1 = default, c1 = default, ha1 = default, hb1 = default, d1 = one;
        nuint at = 0, last = (nuint)(_m - 1) * Stride;
        while (true)
        {
            T w0 = T.Load(ref s, at + (2 * lanes)), w1 = T.Load(ref s, at + (3 * lanes));
            a0 += w0;
            a1 += w1;
            ha0 = T.Fma(w0, T.Load(ref s, at), ha0);
            ha1 = T.Fma(w1, T.Load(ref s, at + lanes), ha1);
            T keep0 = one / d0, keep1 = one / d1;
            T gain0 = b0 * keep0, gain1 = b1 * keep1;
            T drive0 = hb0 * keep0, drive1 = hb1 * keep1;
            T.Store(keep0, ref s, at + (4 * lanes));
            T.Store(keep1, ref s, at + (5 * lanes));
            T.Store(gain0, ref s, at + (6 * lanes));
            T.Store(gain1, ref s, at + (7 * lanes));
            T.Store(drive0, ref s, at + (8 * lanes));
            T.Store(drive1, ref s, at + (9 * lanes));
            ha0 = T.Fnma(gain0, hb0, ha0);
            ha1 = T.Fnma(gain1, hb1, ha1);
            if (at == last)
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
            at += Stride;
        }
    }

    private void Middle(T ra, T rs, out T middle, out T slope)
    {
        T ratio = _b / _a;
        slope = (rs - (ratio * ra)) / (_c - (ratio * _b));
        middle = (ra - (_b * slope)) / _a;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Substitute(T ra, T rs, bool first)
    {
        Middle(ra, rs, out T z0, out T slope0);
        T z1 = z0 + slope0, slope1 = -slope0;
        ref double s = ref Start;
        nuint lanes = (nuint)T.Count;
        T above = T.All(_options.P * (1 / _lambda)), below = T.All((1 - _options.P) * (1 / _lambda)), high = T.Load(ref _rounding[0], 0);
        T changed0 = default, changed1 = default;
        nuint at = (nuint)(_m - 1) * Stride;
        while (true)
        {
            T w0 = T.Load(ref s, at + (2 * lanes)), w1 = T.Load(ref s, at + (3 * lanes));
            T residual0 = T.Load(ref s, at) - z0, residual1 = T.Load(ref s, at + lanes) - z1;
            T next0 = T.Side(residual0, high, first ? below : w0, above, below), next1 = T.Side(residual1, high, first ? below : w1, above, below);
            T.Store(next0, ref s, at + (2 * lanes));
            changed0 = T.Differ(changed0, next0, w0);
            slope0 = T.Fnma(T.Load(ref s, at + (6 * lanes)), z0, T.Fma(T.Load(ref s, at + (4 * lanes)), slope0, T.Load(ref s, at + (8 * lanes))));
            slope1 = T.Fnma(T.Load(ref s, at + (7 * lanes)), z1, T.Fma(T.Load(ref s, at + (5 * lanes)), slope1, T.Load(ref s, at + (9 * lanes))));
            T.Store(z0, ref s, at + (8 * lanes));
            T.Store(z1, ref s, at + (9 * lanes));
            if (at == 0)
            {
                // The outermost place at the right may be no point at all: it has no weight and gets none.
                if (2 * _m == _length)
                {
                    T.Store(next1, ref s, 3 * lanes);
                    changed1 = T.Differ(changed1, next1, w1);
                }

                break;
            }

            T.Store(next1, ref s, at + (3 * lanes));
            changed1 = T.Differ(changed1, next1, w1);
            z0 -= slope0;
            z1 -= slope1;
            at -= Stride;
        }

        T.Store(T.Differ(changed0, changed1, default), ref _changed[0], 0);
    }

    /// <summary>One step of iterative refinement. Afterwards <c>_largest</c> holds the largest residual and <c>_changed</c> the largest correction of every lane.</summary>
    /// <remarks>The residual goes up into the elimination as it is formed. The weights are not needed any more: drive takes their place.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Refine()
    {
        ref double s = ref Start;
        nuint lanes = (nuint)T.Count;
        T ha0 = default, hb0 = default, ha1 = default, hb1 = default;
        T before0 = default, beforeThat0 = default, before1 = default, beforeThat1 = default;
        T largest0 = default, largest1 = default;
        T z0 = Solution(0, 0), z1 = Solution(1, 0), next0 = Solution(0, 1), next1 = Solution(1, 1);
        nuint at = 0;
        for (int k = 0; ; k++)
        {
            T after0 = Solution(0, k + 2), after1 = Solution(1, k + 2);
            T bend0 = (after0 - next0) - (next0 - z0), bend1 = (after1 - next1) - (next1 - z1);
            T penalised0 = (bend0 - before0) - (before0 - beforeThat0), penalised1 = (bend1 - before1) - (before1 - beforeThat1);
            (beforeThat0, before0, beforeThat1, before1) = (before0, bend0, before1, bend1);
            T residual0 = (T.Load(ref s, at + (2 * lanes)) * (T.Load(ref s, at) - z0)) - penalised0;
            T residual1 = (T.Load(ref s, at + (3 * lanes)) * (T.Load(ref s, at + lanes) - z1)) - penalised1;
            (z0, next0, z1, next1) = (next0, after0, next1, after1);
            largest0 = T.MaxAbs(largest0, residual0);
            if (k > 0 || 2 * _m == _length)
                largest1 = T.MaxAbs(largest1, residual1);
            T drive0 = hb0 * T.Load(ref s, at + (4 * lanes)), drive1 = hb1 * T.Load(ref s, at + (5 * lanes));
            T.Store(drive0, ref s, at + (2 * lanes));
            T.Store(drive1, ref s, at + (3 * lanes));
            ha0 = T.Fnma(T.Load(ref s, at + (6 * lanes)), hb0, ha0 + residual0);
            ha1 = T.Fnma(T.Load(ref s, at + (7 * lanes)), hb1, ha1 + residual1);
            if (k == _m - 1)
            {
                (hb0, hb1) = (drive0, drive1);
                break;
            }

            hb0 = drive0 - ha0;
            hb1 = drive1 - ha1;
            at += Stride;
        }

        T.Store(T.MaxAbs(largest0, largest1), ref _largest[0], 0);
        Middle(ha0 + ha1, hb0 + ha1 - hb1, out T c0, out T slope0);
        T c1 = c0 + slope0, slope1 = -slope0;
        largest0 = default;
        largest1 = default;
        while (true)
        {
            largest0 = T.MaxAbs(largest0, c0);
            if (at > 0 || 2 * _m == _length)
                largest1 = T.MaxAbs(largest1, c1);
            slope0 = T.Fnma(T.Load(ref s, at + (6 * lanes)), c0, T.Fma(T.Load(ref s, at + (4 * lanes)), slope0, T.Load(ref s, at + (2 * lanes))));
            slope1 = T.Fnma(T.Load(ref s, at + (7 * lanes)), c1, T.Fma(T.Load(ref s, at + (5 * lanes)), slope1, T.Load(ref s, at + (3 * lanes))));
            T.Store(T.Load(ref s, at + (8 * lanes)) + c0, ref s, at + (8 * lanes));
            T.Store(T.Load(ref s, at + (9 * lanes)) + c1, ref s, at + (9 * lanes));
            if (at == 0)
                break;
            c0 -= slope0;
            c1 -= slope1;
            at -= Stride;
        }

        T.Store(T.MaxAbs(largest0, largest1), ref _changed[0], 0);
    }

    /// <summary>z at place k of a side; beyond the middle a side goes on with the places of the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Solution(int side, int k)
    {
        if (k >= _m)
            (side, k) = (1 - side, (2 * _m) - 1 - k);
        return T.Load(ref Start, (nuint)(((k * Slots) + 8 + side) * T.Count));
    }
}

/// <summary>AsLS of order 2 on several spectra at once, whatever the width of the machine's vectors.</summary>
internal abstract class LockstepAsls : IDisposable
{
    /// <summary>Fewest points for which spectra are taken together.</summary>
    public const int FewestPoints = 8;

    /// <summary>Most points for which it pays: beyond, the records of all lanes no longer fit the cache, and one row at a time is faster.</summary>
    public const int MostPoints = 20_000;

    // From here on the estimator shortens its steps.
    protected const int MostSolves = AslsEstimator.UndampedSolves - 1;

    /// <summary>Spectra that are worked on at once on this machine.</summary>
    public static int LanesHere => HasWide ? Lanes512.Count : Vector256.IsHardwareAccelerated ? Lanes256.Count : Lanes128.Count;

    // Where 512-bit vectors exist but are said to slow the clock down, this kernel gains by them all the same (measured).
    private static bool HasWide => Avx512F.IsSupported || Vector512.IsHardwareAccelerated;

    /// <summary>The kernel for this machine.</summary>
    /// <param name="length">Number of points, at least <see cref="FewestPoints"/>.</param>
    /// <param name="options">Options with difference order 2 and the stop rule of the fixed point.</param>
    /// <param name="lambda">λ in points.</param>
    public static LockstepAsls For(int length, AslsOptions options, double lambda) => LanesHere switch
    {
        8 => new LockstepAsls<Lanes512>(length, options, lambda),
        4 => new LockstepAsls<Lanes256>(length, options, lambda),
        _ => new LockstepAsls<Lanes128>(length, options, lambda),
    };

    /// <summary>Gives the memory back.</summary>
    public abstract void Dispose();

    /// <summary>Estimates at most <see cref="LanesHere"/> baselines, to the fixed point.</summary>
    /// <param name="series">The spectra.</param>
    /// <param name="firstRow">The first of them to work on.</param>
    /// <param name="z">Receives the baselines, row after row.</param>
    /// <param name="info">One for each row; only those with <see cref="RowStatus.NotRun"/> are worked on, and those that need the estimator stay so.</param>
    /// <param name="cancellationToken">Checked before every solve.</param>
    public abstract void Estimate(SpectrumSeries series, int firstRow, Span<double> z, Span<BaselineInfo> info, CancellationToken cancellationToken);
}
