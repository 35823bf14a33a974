using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>AsLS of order 2 on several spectra at once, one per lane, all taking the same steps.</summary>
/// <remarks>
/// Does for every lane exactly what <see cref="AslsEstimator"/>, <see cref="NestedStart"/> and <see cref="WhittakerSolver"/> do for one spectrum, operation by operation, so
/// the bits are the same; a lane that needs more than the usual path (no fixed point within the given solves, a point on its baseline, a correction that is not small)
/// is reported as not done and goes to the estimator. Lanes that reach their fixed point before the others are solved again with the same
/// weights, which gives the same bits.
/// </remarks>
internal sealed class LockstepAsls<T> : LockstepAsls
    where T : unmanaged, ILanes<T>
{
    private readonly LockstepSystem<T> _fine;
    private readonly LockstepSystem<T>? _coarse;
    private readonly CoarseGrid? _grid;
    private readonly int _length;
    private readonly AslsOptions _options;
    private readonly double _lambda;

    // Of the cells: z with one more before and after, Σr, points below z.
    private readonly double[] _cellZ = [];
    private readonly double[] _cellSum = [];
    private readonly double[] _cellCount = [];

    // What belongs to a lane.
    private readonly Detrending[] _detrending;
    private readonly bool[] _alive;
    private readonly bool[] _determined;
    private readonly int[] _solves;
    private readonly double[] _rounding;
    private readonly double[] _changed;
    private readonly double[] _largest;
    private readonly double[] _nearest;
    private readonly double[] _settled;
    private readonly double[] _numbers;

    public LockstepAsls(int length, AslsOptions options, double lambda)
    {
        _length = length;
        _options = options;
        _lambda = lambda;
        _fine = new LockstepSystem<T>(length);
        _grid = options.StartsNested ? CoarseGrid.For(length, lambda) : null;
        if (_grid is { } grid)
        {
            _coarse = new LockstepSystem<T>(grid.Cells);
            int room = ((2 * _coarse.Half) + 2) * T.Count;
            (_cellZ, _cellSum, _cellCount) = (new double[room], new double[room], new double[room]);
        }

        _detrending = new Detrending[T.Count];
        for (int lane = 0; lane < T.Count; lane++)
            _detrending[lane] = new Detrending(length);
        (_alive, _determined) = (new bool[T.Count], new bool[T.Count]);
        _solves = new int[T.Count];
        (_rounding, _changed, _largest, _nearest, _settled) = (new double[T.Count], new double[T.Count], new double[T.Count], new double[T.Count], new double[T.Count]);
        _numbers = new double[6 * T.Count];
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _fine.Dispose();
        _coarse?.Dispose();
    }

    private bool IsFull
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * _fine.Half == _length;
    }

    /// <inheritdoc/>
    protected override void Estimate(ref double rows, ReadOnlySpan<nint> offsets, Span<double> z, Span<BaselineInfo> info, CancellationToken cancellationToken)
    {
        int running = Load(ref rows, offsets, info);
        bool nested = _grid is not null && running > 0;
        if (nested)
            FindWeights(_grid.GetValueOrDefault(), cancellationToken);
        else
            SetUnitWeights();
        int most = Math.Min(_options.MaxIterations + 1, MostSolves);
        for (int solves = 1; running > 0 && solves <= most; solves++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _fine.Eliminate(out T ha, out T hb);
            Substitute(ha, hb, first: solves == 1 && !nested);
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
            if (nested)
                done &= _determined[lane] && _nearest[lane] > AslsEstimator.NearestFor(_options.P, detrending);
            if (done)
                info[lane] = new BaselineInfo { Status = RowStatus.Ok, Solves = _solves[lane], Converged = true, ErrorEstimate = size };
        }
    }

    /// <summary>Transposes the rows and detrends them, as <see cref="Detrending.Remove"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Load(ref double rows, ReadOnlySpan<nint> offsets, ReadOnlySpan<BaselineInfo> info)
    {
        GatherRows(ref rows, offsets);
        for (int lane = 0; lane < T.Count; lane++)
        {
            _alive[lane] = lane < info.Length && info[lane].Status == RowStatus.NotRun && _numbers[(2 * T.Count) + lane] == 0;
            _detrending[lane].TakeExtremes(_alive[lane] ? _numbers[lane] : 0, _alive[lane] ? _numbers[T.Count + lane] : 0);
            _alive[lane] &= _detrending[lane].Range > 0;
        }

        Detrend();
        int alive = 0;
        for (int lane = 0; lane < T.Count; lane++)
        {
            _solves[lane] = 0;
            _detrending[lane].TakeSize(_largest[lane]);
            _rounding[lane] = _alive[lane] ? _detrending[lane].Rounding : 0;
            alive += _alive[lane] ? 1 : 0;
        }

        return alive;
    }

    /// <summary>Transposes the rows; the first <c>_numbers</c> are then the smallest and largest value of every lane, and 0 where all are finite.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void GatherRows(ref double rows, ReadOnlySpan<nint> offsets)
    {
        int n = _length, i = 0;
        nuint lanes = (nuint)T.Count;
        ref double data = ref _fine.Data;
        T low = T.All(double.PositiveInfinity), high = T.All(double.NegativeInfinity), nothing = default, zero = default;
        int boundary = BeforeBoundary(ref rows);
        while (i < n)
        {
            nuint at = (nuint)i * lanes, end = at + lanes;
            if (i >= boundary && i <= n - T.Count)
            {
                T.Gather(ref rows, offsets, (nuint)i, ref data, at);
                end = at + (lanes * lanes);
                i += T.Count;
            }
            else
            {
                for (int lane = 0; lane < T.Count; lane++)
                    Unsafe.Add(ref data, (i * T.Count) + lane) = Unsafe.Add(ref Unsafe.AddByteOffset(ref rows, offsets[lane]), i);
                i++;
            }

            for (; at < end; at += lanes)
            {
                T value = T.Load(ref data, at);
                low = T.Min(low, value);
                high = T.Max(high, value);

                // 0 · x is NaN for a NaN and an infinity alike.
                nothing += value * zero;
            }
        }

        if (!IsFull)
        {
            T.Store(zero, ref data, _fine.Last);
            T.Store(zero, ref _fine.Weights, _fine.Last);
        }

        ref double numbers = ref MemoryMarshal.GetArrayDataReference(_numbers);
        T.Store(low, ref numbers, 0);
        T.Store(high, ref numbers, lanes);
        T.Store(nothing, ref numbers, 2 * lanes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Detrend()
    {
        int n = _length;
        nuint lanes = (nuint)T.Count, at = 0;
        ref double data = ref _fine.Data;
        T scale = Lanes(static d => d.Scale), level = Lanes(static d => d.Level);

        // Sums of every fourth point, as there.
        T a = default, b = default, c = default, d = default, ta = default, tb = default, tc = default, td = default;
        double t = -((n - 1) / 2.0);
        int i = 0;
        for (; i <= n - 4; i += 4, t += 4, at += 4 * lanes)
        {
            T value = (T.Load(ref data, at) * scale) - level;
            a += value;
            ta += value * T.All(t);
            value = (T.Load(ref data, at + lanes) * scale) - level;
            b += value;
            tb += value * T.All(t + 1);
            value = (T.Load(ref data, at + (2 * lanes)) * scale) - level;
            c += value;
            tc += value * T.All(t + 2);
            value = (T.Load(ref data, at + (3 * lanes)) * scale) - level;
            d += value;
            td += value * T.All(t + 3);
        }

        T s0 = SumOfFour(a, b, c, d), s1 = SumOfFour(ta, tb, tc, td);
        for (; i < n; i++, t++, at += lanes)
        {
            T value = (T.Load(ref data, at) * scale) - level;
            s0 += value;
            s1 += value * T.All(t);
        }

        T.Store(s0, ref _numbers[0], 0);
        T.Store(s1, ref _numbers[0], lanes);
        for (int lane = 0; lane < T.Count; lane++)
            _detrending[lane].TakeSums((_numbers[lane], _numbers[T.Count + lane], 0), 2);
        T constant = Lanes(static d => d.Constant), line = Lanes(static d => d.Line), size = default;
        t = -((n - 1) / 2.0);
        at = 0;
        for (i = 0; i < n; i++, t++, at += lanes)
        {
            T value = (T.Load(ref data, at) * scale) - level - (constant + (T.All(t) * line));
            T.Store(value, ref data, at);
            size = T.MaxAbs(size, value);
        }

        T.Store(size, ref _largest[0], 0);
    }

    /// <summary>The sums of the lanes, each in the order of <see cref="Vector256.Sum{T}"/>.</summary>
    private T SumOfFour(T a, T b, T c, T d)
    {
        nuint lanes = (nuint)T.Count;
        ref double numbers = ref MemoryMarshal.GetArrayDataReference(_numbers);
        T.Store(a, ref numbers, 0);
        T.Store(b, ref numbers, lanes);
        T.Store(c, ref numbers, 2 * lanes);
        T.Store(d, ref numbers, 3 * lanes);
        for (int lane = 0; lane < T.Count; lane++)
            _numbers[(4 * T.Count) + lane] = Vector256.Sum(Vector256.Create(_numbers[lane], _numbers[T.Count + lane], _numbers[(2 * T.Count) + lane], _numbers[(3 * T.Count) + lane]));
        return T.Load(ref numbers, 4 * lanes);
    }

    private T Lanes(Func<Detrending, double> number)
    {
        for (int lane = 0; lane < T.Count; lane++)
            _numbers[(5 * T.Count) + lane] = number(_detrending[lane]);
        return T.Load(ref _numbers[0], (nuint)(5 * T.Count));
    }

    private void SetUnitWeights()
    {
        T unit = T.All(1 / _lambda);
        ref double weights = ref _fine.Weights;
        for (nuint i = 0; i < (nuint)(_length * T.Count); i += (nuint)T.Count)
            T.Store(unit, ref weights, i);
    }

    /// <summary>First weights from the coarse problem, as <see cref="NestedStart"/>.</summary>
    private void FindWeights(CoarseGrid grid, CancellationToken cancellationToken)
    {
        _determined.AsSpan().Fill(true);
        _settled.AsSpan().Clear();
        var some = new CoarseRule<T>(grid, grid.Some, _options.P, (nuint)T.Count);
        AddUp(grid, some);
        SetUnitWeights(grid);
        for (int solves = 1; solves <= CoarseGrid.MostSolves; solves++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Solve(grid);
            Reweight(grid, some);
            if (HaveSettled(grid))
                break;
        }

        _settled.AsSpan().Clear();
        var all = new CoarseRule<T>(grid, grid.All, _options.P, (nuint)T.Count);
        AddUp(grid, all);
        for (int solves = 1; solves <= CoarseGrid.LastSolves; solves++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Reweight(grid, all);
            Solve(grid);
        }

        Weigh(grid, all, inverse: 1 / _lambda);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddUp(CoarseGrid grid, in CoarseRule<T> rule)
    {
        nuint lanes = (nuint)T.Count, width = (nuint)grid.Width * lanes, end = (nuint)grid.Cells * lanes, from = (nuint)grid.First * lanes;
        ref double data = ref _fine.Data;
        ref double sum = ref MemoryMarshal.GetArrayDataReference(_cellSum);
        for (nuint cell = 0; cell < end; cell += lanes, from += width)
            T.Store(rule.Sum(ref data, from), ref sum, cell);
    }

    private void SetUnitWeights(CoarseGrid grid)
    {
        nuint lanes = (nuint)T.Count, end = (nuint)grid.Cells * lanes;
        ref double sum = ref MemoryMarshal.GetArrayDataReference(_cellSum);
        ref double target = ref _coarse!.Data;
        ref double weight = ref _coarse.Weights;
        T unit = T.All(grid.Width) * T.All(1 / grid.Lambda);
        for (nuint cell = 0; cell < end; cell += lanes)
        {
            T.Store(T.Load(ref sum, cell) / T.All(grid.Some.Count), ref target, cell);
            T.Store(unit, ref weight, cell);
        }

        if (2 * _coarse.Half > grid.Cells)
        {
            T.Store(default, ref target, end);
            T.Store(default, ref weight, end);
        }

        Array.Clear(_cellCount);
    }

    private void Solve(CoarseGrid grid)
    {
        nuint lanes = (nuint)T.Count, end = (nuint)grid.Cells * lanes;
        ref double z = ref MemoryMarshal.GetArrayDataReference(_cellZ);
        _coarse!.Eliminate(out T ha, out T hb);
        _coarse.Determined(_determined);
        _coarse.Substitute(ha, hb, ref Unsafe.Add(ref z, T.Count), T.Load(ref _settled[0], 0));
        T first = T.Load(ref z, lanes), last = T.Load(ref z, end);
        T.Store(first + (first - T.Load(ref z, 2 * lanes)), ref z, 0);
        T.Store(last + (last - T.Load(ref z, end - lanes)), ref z, end + lanes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Reweight(CoarseGrid grid, in CoarseRule<T> rule)
    {
        nuint lanes = (nuint)T.Count, width = (nuint)grid.Width * lanes, end = (nuint)grid.Cells * lanes, from = (nuint)grid.First * lanes;
        ref double data = ref _fine.Data;
        ref double target = ref _coarse!.Data;
        ref double weight = ref _coarse.Weights;
        ref double z = ref MemoryMarshal.GetArrayDataReference(_cellZ);
        ref double sum = ref MemoryMarshal.GetArrayDataReference(_cellSum);
        ref double count = ref MemoryMarshal.GetArrayDataReference(_cellCount);
        T changed = default, inverse = T.All(1 / grid.Lambda);
        for (nuint cell = 0; cell < end; cell += lanes, from += width)
        {
            T next = rule.Reweight(ref data, from, (T.Load(ref z, cell), T.Load(ref z, cell + lanes), T.Load(ref z, cell + (2 * lanes)), T.Load(ref sum, cell)), out T below, out T w);
            T.Store(next, ref target, cell);
            T.Store(w * inverse, ref weight, cell);
            T before = T.Load(ref count, cell);
            T.Store(below, ref count, cell);
            changed += T.Max(below - before, before - below);
        }

        T.Store(changed, ref _changed[0], 0);
    }

    /// <summary>Whether hardly a point has changed sides, in every lane; a lane that has settled keeps its z.</summary>
    private bool HaveSettled(CoarseGrid grid)
    {
        bool all = true;
        for (int lane = 0; lane < T.Count; lane++)
        {
            if (_changed[lane] <= grid.FewestChanges)
                _settled[lane] = 1;
            all &= !_alive[lane] || _settled[lane] == 1;
        }

        return all;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Weigh(CoarseGrid grid, in CoarseRule<T> rule, double inverse)
    {
        nuint lanes = (nuint)T.Count, at = 0;
        ref double data = ref _fine.Data;
        ref double weights = ref _fine.Weights;
        T above = T.All(_options.P * inverse), below = T.All((1 - _options.P) * inverse), zero = default, one = T.All(1);
        for (int cell = 0; cell < grid.Cells; cell++)
        {
            ref double place = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_cellZ), cell * T.Count);
            T z = T.Load(ref place, lanes);
            (T slope, T bend) = rule.Shape(T.Load(ref place, 0), z, T.Load(ref place, 2 * lanes));
            int points = grid.Width;
            double distance = grid.FirstDistance;

            // What is left over at the ends goes on with the outermost cells.
            if (cell == 0)
                (distance, points) = (distance - grid.First, points + grid.First);
            if (cell == grid.Cells - 1)
                points = _length - (int)(at / lanes);
            T t = T.All(distance);
            for (int i = 0; i < points; i++, at += lanes)
            {
                T residual = T.Load(ref data, at) - T.Fma(t, T.Fma(t, bend, slope), z);
                T.Store(T.WhereLess(residual, zero, below, above), ref weights, at);
                t += one;
            }
        }
    }

    /// <summary>z of the fine problem, and the weights that follow from it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Substitute(T ra, T rs, bool first)
    {
        _fine.Middle(ra, rs, out T z0, out T slope0);
        T z1 = z0 + slope0, slope1 = -slope0;
        ref double s = ref _fine.Records;
        ref double data = ref _fine.Data;
        ref double weights = ref _fine.Weights;
        nuint lanes = (nuint)T.Count, stride = LockstepSystem<T>.Slots * lanes;
        T above = T.All(_options.P * (1 / _lambda)), below = T.All((1 - _options.P) * (1 / _lambda)), high = T.Load(ref _rounding[0], 0);
        T changed0 = default, changed1 = default;
        nuint left = (nuint)(_fine.Half - 1) * lanes, right = (nuint)_fine.Half * lanes, at = (nuint)(_fine.Half - 1) * stride;
        while (true)
        {
            T w0 = T.Load(ref weights, left), w1 = T.Load(ref weights, right);
            T residual0 = T.Load(ref data, left) - z0, residual1 = T.Load(ref data, right) - z1;
            T next0 = T.Side(residual0, high, first ? below : w0, above, below), next1 = T.Side(residual1, high, first ? below : w1, above, below);
            T.Store(next0, ref weights, left);
            changed0 = T.Differ(changed0, next0, w0);
            slope0 = T.Fnma(T.Load(ref s, at + (2 * lanes)), z0, T.Fma(T.Load(ref s, at), slope0, T.Load(ref s, at + (4 * lanes))));
            slope1 = T.Fnma(T.Load(ref s, at + (3 * lanes)), z1, T.Fma(T.Load(ref s, at + lanes), slope1, T.Load(ref s, at + (5 * lanes))));
            T.Store(z0, ref s, at + (4 * lanes));
            T.Store(z1, ref s, at + (5 * lanes));
            if (at == 0)
            {
                // The outermost place at the right may be no point at all: it has no weight and gets none.
                if (IsFull)
                {
                    T.Store(next1, ref weights, right);
                    changed1 = T.Differ(changed1, next1, w1);
                }

                break;
            }

            T.Store(next1, ref weights, right);
            changed1 = T.Differ(changed1, next1, w1);
            z0 -= slope0;
            z1 -= slope1;
            at -= stride;
            left -= lanes;
            right += lanes;
        }

        T.Store(T.Differ(changed0, changed1, default), ref _changed[0], 0);
    }

    /// <summary>One step of iterative refinement. Afterwards the data are z, and <c>_largest</c> holds the largest residual, <c>_changed</c> the largest correction and <c>_nearest</c> the smallest distance of a point from z of every lane.</summary>
    private void Refine()
    {
        FormResidual(out T ha, out T hb);
        Correct(ha, hb);
    }

    /// <remarks>The residual goes up into the elimination as it is formed. The weights are not needed any more: drive takes their place.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FormResidual(out T haOut, out T hbOut)
    {
        ref double s = ref _fine.Records;
        ref double data = ref _fine.Data;
        ref double weights = ref _fine.Weights;
        nuint lanes = (nuint)T.Count, stride = LockstepSystem<T>.Slots * lanes, last = (nuint)(_fine.Half - 1) * stride;
        T ha0 = default, hb0 = default, ha1 = default, hb1 = default;
        T before0 = default, beforeThat0 = default, before1 = default, beforeThat1 = default;
        T largest0 = default, largest1 = default, nearest0 = T.All(double.PositiveInfinity), nearest1 = nearest0;
        nuint at = 0, left = 0, right = _fine.Last;
        T z0 = T.Load(ref s, 4 * lanes), z1 = T.Load(ref s, 5 * lanes), next0 = T.Load(ref s, stride + (4 * lanes)), next1 = T.Load(ref s, stride + (5 * lanes));
        while (true)
        {
            // Beyond the middle a side goes on with the places of the other.
            nuint after = at + (2 * stride) + (4 * lanes), other = lanes;
            if (at + (2 * stride) > last)
                (after, other) = ((2 * last) - at - stride + (5 * lanes), 0 - lanes);
            T after0 = T.Load(ref s, after), after1 = T.Load(ref s, after + other);
            T bend0 = (after0 - next0) - (next0 - z0), bend1 = (after1 - next1) - (next1 - z1);
            T distance0 = T.Load(ref data, left) - z0, distance1 = T.Load(ref data, right) - z1;
            T residual0 = (T.Load(ref weights, left) * distance0) - ((bend0 - before0) - (before0 - beforeThat0));
            T residual1 = (T.Load(ref weights, right) * distance1) - ((bend1 - before1) - (before1 - beforeThat1));
            (beforeThat0, before0, beforeThat1, before1) = (before0, bend0, before1, bend1);
            (z0, next0, z1, next1) = (next0, after0, next1, after1);
            largest0 = T.MaxAbs(largest0, residual0);
            nearest0 = T.MinAbs(nearest0, distance0);
            if (at > 0 || IsFull)
            {
                largest1 = T.MaxAbs(largest1, residual1);
                nearest1 = T.MinAbs(nearest1, distance1);
            }

            T drive0 = hb0 * T.Load(ref s, at), drive1 = hb1 * T.Load(ref s, at + lanes);
            T.Store(drive0, ref weights, left);
            T.Store(drive1, ref weights, right);
            ha0 = T.Fnma(T.Load(ref s, at + (2 * lanes)), hb0, ha0 + residual0);
            ha1 = T.Fnma(T.Load(ref s, at + (3 * lanes)), hb1, ha1 + residual1);
            if (at == last)
            {
                T.Store(T.MaxAbs(largest0, largest1), ref _largest[0], 0);
                T.Store(T.Min(nearest0, nearest1), ref _nearest[0], 0);
                haOut = ha0 + ha1;
                hbOut = drive0 + ha1 - drive1;
                return;
            }

            hb0 = drive0 - ha0;
            hb1 = drive1 - ha1;
            at += stride;
            left += lanes;
            right -= lanes;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Correct(T ha, T hb)
    {
        _fine.Middle(ha, hb, out T c0, out T slope0);
        T c1 = c0 + slope0, slope1 = -slope0, largest0 = default, largest1 = default;
        ref double s = ref _fine.Records;
        ref double data = ref _fine.Data;
        ref double weights = ref _fine.Weights;
        nuint lanes = (nuint)T.Count, stride = LockstepSystem<T>.Slots * lanes;
        nuint left = (nuint)(_fine.Half - 1) * lanes, right = (nuint)_fine.Half * lanes, at = (nuint)(_fine.Half - 1) * stride;
        while (true)
        {
            largest0 = T.MaxAbs(largest0, c0);
            if (at > 0 || IsFull)
                largest1 = T.MaxAbs(largest1, c1);
            slope0 = T.Fnma(T.Load(ref s, at + (2 * lanes)), c0, T.Fma(T.Load(ref s, at), slope0, T.Load(ref weights, left)));
            slope1 = T.Fnma(T.Load(ref s, at + (3 * lanes)), c1, T.Fma(T.Load(ref s, at + lanes), slope1, T.Load(ref weights, right)));
            T.Store(T.Load(ref s, at + (4 * lanes)) + c0, ref data, left);
            T.Store(T.Load(ref s, at + (5 * lanes)) + c1, ref data, right);
            if (at == 0)
                break;
            c0 -= slope0;
            c1 -= slope1;
            at -= stride;
            left -= lanes;
            right += lanes;
        }

        T.Store(T.MaxAbs(largest0, largest1), ref _changed[0], 0);
    }

    /// <summary>Puts line, level and scale back, as <see cref="Detrending.Restore"/>, and the lanes into rows.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Unload(Span<double> z, int rows)
    {
        int n = _length;
        nuint lanes = (nuint)T.Count, at = 0;
        ref double data = ref _fine.Data;
        ref double row0 = ref MemoryMarshal.GetReference(z);
        T constant = Lanes(static d => d.Constant), line = Lanes(static d => d.Line), level = Lanes(static d => d.Level), unscale = Lanes(static d => d.Unscale);
        double t = -((n - 1) / 2.0);
        Span<T> block = stackalloc T[T.Count];
        int i = 0, boundary = BeforeBoundary(ref row0);
        while (i < n)
        {
            if (i >= boundary && i <= n - T.Count)
            {
                for (int j = 0; j < T.Count; j++, t++, at += lanes)
                    block[j] = (T.Load(ref data, at) + (constant + (T.All(t) * line)) + level) * unscale;
                T.Scatter(block, ref Unsafe.Add(ref row0, i), (nuint)n, rows);
                i += T.Count;
                continue;
            }

            T.Store((T.Load(ref data, at) + (constant + (T.All(t) * line)) + level) * unscale, ref _numbers[0], 0);
            for (int lane = 0; lane < rows; lane++)
                z[(lane * n) + i] = _numbers[lane];
            (i, t, at) = (i + 1, t + 1, at + lanes);
        }
    }

    /// <summary>Values before the first one with which a vector begins where a cache line does: rows are of use to the caller as they lie in memory, and vectors across two lines cost twice.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe int BeforeBoundary(ref double row) => (int)((0 - (nuint)Unsafe.AsPointer(ref row)) & (nuint)((T.Count * sizeof(double)) - 1)) / sizeof(double);
}

/// <summary>AsLS of order 2 on several spectra at once, whatever the width of the machine's vectors.</summary>
internal abstract class LockstepAsls : IDisposable
{
    /// <summary>Fewest points for which spectra are taken together.</summary>
    private const int FewestPoints = 8;

    // Longer rows go fewer at a time, because the memory of all lanes has to stay near (measured with 1 MiB of second-level cache; the minima are flat).
    private const int MostPointsOfEight = 7_000;
    private const int MostPointsOfFour = 40_000;

    // From here on the estimator shortens its steps.
    protected const int MostSolves = AslsEstimator.UndampedSolves - 1;

    /// <summary>Spectra that are worked on at once on this machine, at most.</summary>
    public static int LanesHere => HasWide ? Lanes512.Count : Vector256.IsHardwareAccelerated ? Lanes256.Count : Lanes128.Count;

    // Where 512-bit vectors exist but are said to slow the clock down, this kernel gains by them all the same (measured).
    private static bool HasWide => Avx512F.IsSupported || Vector512.IsHardwareAccelerated;

    /// <summary>Whether it can do such rows.</summary>
    public static bool Takes(AslsOptions options, int length) => options is { DifferenceOrder: 2, StopRule: AslsStopRule.FixedPoint } && length >= FewestPoints;

    /// <summary>Spectra of a length that are worked on at once on this machine.</summary>
    public static int LanesFor(int length) => Math.Min(LanesHere, length <= MostPointsOfEight ? 8 : length <= MostPointsOfFour ? 4 : 2);

    /// <summary>The kernel for this machine.</summary>
    /// <param name="length">Number of points, at least <see cref="FewestPoints"/>.</param>
    /// <param name="options">Options with difference order 2 and the stop rule of the fixed point.</param>
    /// <param name="lambda">λ in points.</param>
    public static LockstepAsls For(int length, AslsOptions options, double lambda) => LanesFor(length) switch
    {
        8 => new LockstepAsls<Lanes512>(length, options, lambda),
        4 => new LockstepAsls<Lanes256>(length, options, lambda),
        _ => new LockstepAsls<Lanes128>(length, options, lambda),
    };

    /// <summary>Gives the memory back.</summary>
    public abstract void Dispose();

    /// <summary>Estimates at most <see cref="LanesFor"/> baselines, to the fixed point.</summary>
    /// <param name="series">The spectra.</param>
    /// <param name="firstRow">The first of them to work on.</param>
    /// <param name="z">Receives the baselines, row after row.</param>
    /// <param name="info">One for each row; only those with <see cref="RowStatus.NotRun"/> are worked on, and those that need the estimator stay so.</param>
    /// <param name="cancellationToken">Checked before every solve.</param>
    public void Estimate(SpectrumSeries series, int firstRow, Span<double> z, Span<BaselineInfo> info, CancellationToken cancellationToken)
    {
        // Rows of a series lie in one block of memory. Lanes beyond the last row repeat the first.
        ref double rows = ref MemoryMarshal.GetReference(series[firstRow]);
        Span<nint> offsets = stackalloc nint[Lanes512.Count];
        for (int lane = 1; lane < info.Length; lane++)
            offsets[lane] = Unsafe.ByteOffset(ref rows, ref MemoryMarshal.GetReference(series[firstRow + lane]));
        Estimate(ref rows, offsets, z, info, cancellationToken);
    }

    /// <summary>The same for rows that follow one another.</summary>
    public void Estimate(ReadOnlySpan<double> rows, Span<double> z, Span<BaselineInfo> info, CancellationToken cancellationToken)
    {
        Span<nint> offsets = stackalloc nint[Lanes512.Count];
        for (int lane = 1; lane < info.Length; lane++)
            offsets[lane] = (nint)lane * (rows.Length / info.Length) * sizeof(double);
        Estimate(ref MemoryMarshal.GetReference(rows), offsets, z, info, cancellationToken);
    }

    /// <summary>The same for rows at any distances, in bytes, from the first one.</summary>
    protected abstract void Estimate(ref double rows, ReadOnlySpan<nint> offsets, Span<double> z, Span<BaselineInfo> info, CancellationToken cancellationToken);
}
