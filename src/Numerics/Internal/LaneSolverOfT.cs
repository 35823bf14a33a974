using System.Numerics;
using System.Runtime.CompilerServices;

namespace BigMap.Analysis.Numerics.Internal;

/// <summary>
/// Lockstep. One turn: evaluate the model with its Jacobian at the trial point of every lane and sum up AᵀA of A = (J r); judge the trial;
/// solve for the next step. Every decision is a mask, every sum stays within its lane, so no lane sees another.
/// </summary>
internal sealed class LaneSolver<TLanes> : LaneSolver
    where TLanes : unmanaged, ILanes<TLanes>
{
    private const double FirstDamping = 1e-3;

    // A pivot is 1 − R² of a column on those before it. Normal equations lose twice the digits of J: below this the fit goes to the QR core.
    private const double SmallestPivot = 1e-7;
    private const double SmallestDampedPivot = 1e-13;
    private const int MaxTurns = 60;
    private const int TileSize = 256;
    private const int ShortestTile = 24;

    // State of a lane: numbers, flags as 0 or 1.
    private const int Damping = 0;
    private const int Growth = 1;
    private const int Cost = 2;
    private const int Predicted = 3;
    private const int Fresh = 4;
    private const int Polish = 5;
    private const int CostTolerance = 6;
    private const int Turns = 7;
    private const int Failures = 8;
    private const int Freedom = 9;
    private const int PolishSteps = 10;
    private const int LastReduction = 11;
    private const int StateCount = 12;

    private readonly LeastSquaresOptions _options;
    private readonly LevenbergMarquardt _scalar;
    private readonly LaneQueue _queue = new();
    private readonly int _parameterCapacity;
    private readonly int _pointCapacity;
    private readonly LaneMemory<TLanes> _y;
    private readonly LaneMemory<TLanes> _w;
    private readonly LaneMemory<TLanes> _tile;
    private readonly LaneMemory<TLanes> _x;
    private readonly LaneMemory<TLanes> _trial;
    private readonly LaneMemory<TLanes> _start;
    private readonly LaneMemory<TLanes> _lower;
    private readonly LaneMemory<TLanes> _upper;
    private readonly LaneMemory<TLanes> _history;
    private readonly LaneMemory<TLanes> _norm;
    private readonly LaneMemory<TLanes> _scale;
    private readonly LaneMemory<TLanes> _low;
    private readonly LaneMemory<TLanes> _high;
    private readonly LaneMemory<TLanes> _free;
    private readonly LaneMemory<TLanes> _held;
    private readonly LaneMemory<TLanes> _step;
    private readonly LaneMemory<TLanes> _target;
    private readonly LaneMemory<TLanes> _gram;
    private readonly LaneMemory<TLanes> _trialGram;
    private readonly LaneMemory<TLanes> _matrix;
    private readonly LaneMemory<TLanes> _factor;
    private readonly LaneMemory<TLanes> _inverse;
    private readonly LaneMemory<TLanes> _state;
    private readonly int[] _fits = new int[TLanes.Count];
    private readonly double[] _oneY;
    private readonly double[] _oneW;
    private readonly double[] _one;
    private readonly double[] _oneLower;
    private readonly double[] _oneUpper;
    private readonly double[] _covariance;
    private readonly StandardErrorStatus[] _errorStatus;
    private object? _single;
    private int _parameters;
    private int _points;
    private int _tileLength;
    private uint _active;
    private uint _weighted;
    private uint _converged;
    private uint _given;

    public LaneSolver(int parameterCapacity, int pointCapacity, LeastSquaresOptions options)
    {
        int n = parameterCapacity, square = checked((n + 1) * (n + 1));
        _options = options;
        _parameterCapacity = n;
        _pointCapacity = pointCapacity;
        _scalar = new LevenbergMarquardt(n, pointCapacity, options);
        _y = new(pointCapacity);
        _w = new(pointCapacity);
        _tile = new(Math.Max(TileSize, (n + 1) * ShortestTile));
        _x = new(n);
        _trial = new(n);
        _start = new(n);
        _lower = new(n);
        _upper = new(n);
        _history = new(n);
        _norm = new(n);
        _scale = new(n);
        _low = new(n);
        _high = new(n);
        _free = new(n);
        _held = new(n);
        _step = new(n);
        _target = new(n);
        _gram = new(square);
        _trialGram = new(square);
        _matrix = new(n * n);
        _factor = new(n * n);
        _inverse = new(n * n);
        _state = new(StateCount);
        _oneY = new double[pointCapacity];
        _oneW = new double[pointCapacity];
        _one = new double[n];
        _oneLower = new double[n];
        _oneUpper = new double[n];
        _covariance = new double[n * n];
        _errorStatus = new StandardErrorStatus[n];
    }

    public override void Solve<TProblem>(TProblem problem, int first, int count, int chainLength, CancellationToken cancellationToken)
    {
        _parameters = problem.ParameterCount;
        _points = problem.PointCount;
        _tileLength = TileLength(_parameters);
        _queue.Reset(first, count, chainLength);
        _active = 0;
        _weighted = 0;
        _y.Doubles.Clear();
        _w.Doubles.Fill(1);
        _trial.Doubles.Clear();
        for (int lane = 0; lane < TLanes.Count; lane++)
            Refill(problem, lane, -1);
        while (_active != 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Ticks++;
            Evaluate(problem);
            Judge();
            NextStep();
            uint finished = (_converged | _given) & _active;
            if (finished == 0)
                continue;
            if ((_converged & _active) != 0)
                Invert();
            for (; finished != 0; finished &= finished - 1)
            {
                int lane = BitOperations.TrailingZeroCount(finished);
                Finish(problem, lane, cancellationToken);
                Refill(problem, lane, _fits[lane]);
            }
        }
    }

    // Columns of a tile, residuals included, fill half of a first-level cache.
    private static int TileLength(int parameters) => Math.Clamp(TileSize / (parameters + 1) / 4 * 4, ShortestTile, 64);

    private static ref double Element(LaneMemory<TLanes> memory, int index, int lane) => ref memory.Doubles[(index * TLanes.Count) + lane];

    private void Refill<TProblem>(TProblem problem, int lane, int previous)
        where TProblem : ILaneProblem
    {
        int n = _parameters, m = _points;
        Span<double> y = _oneY.AsSpan(0, m), w = _oneW.AsSpan(0, m), p = _one.AsSpan(0, n), lower = _oneLower.AsSpan(0, n), upper = _oneUpper.AsSpan(0, n);
        for (int fit = _queue.After(previous); ; fit = _queue.After(fit))
        {
            uint bit = 1u << lane;
            _fits[lane] = fit;
            if (fit < 0)
            {
                _active &= ~bit;
                return;
            }

            w.Fill(1);
            lower.Fill(double.NegativeInfinity);
            upper.Fill(double.PositiveInfinity);
            problem.Load(fit, new LaneData(y, w, p, lower, upper));
            int varied = 0;
            bool finite = true;
            for (int k = 0; k < n; k++)
            {
                if (!(lower[k] <= upper[k]))
                    throw new ArgumentException($"Parameter {k} of fit {fit} has the lower bound {lower[k]} and the upper bound {upper[k]}.", nameof(problem));
                finite &= double.IsFinite(p[k]);
                varied += lower[k] < upper[k] ? 1 : 0;
            }

            if (m < varied || !finite)
            {
                Span<StandardErrorStatus> none = _errorStatus.AsSpan(0, n);
                none.Fill(StandardErrorStatus.NoResult);
                _covariance.AsSpan(0, n * n).Clear();
                RowStatus status = m < varied ? RowStatus.TooFewPoints : RowStatus.NotFinite;
                problem.Store(fit, new LaneFit(new LeastSquaresResult(status, StopReason.NotStarted, 0, 0, double.NaN), p, _covariance.AsSpan(0, n * n), none));
                continue;
            }

            for (int k = 0; k < n; k++)
            {
                Element(_start, k, lane) = p[k];
                Element(_trial, k, lane) = Math.Clamp(p[k], lower[k], upper[k]);
                Element(_x, k, lane) = Element(_trial, k, lane);
                Element(_lower, k, lane) = lower[k];
                Element(_upper, k, lane) = upper[k];
                Element(_history, k, lane) = 0;
            }

            Scatter(y, _y.Doubles, lane);
            bool weighted = w.ContainsAnyExcept(1);
            if (weighted || (_weighted & bit) != 0)
                Scatter(w, _w.Doubles, lane);
            _weighted = weighted ? _weighted | bit : _weighted & ~bit;
            Element(_state, Damping, lane) = FirstDamping;
            Element(_state, Growth, lane) = 2;
            Element(_state, Cost, lane) = double.PositiveInfinity;
            Element(_state, Predicted, lane) = 0;
            Element(_state, Fresh, lane) = 1;
            Element(_state, Polish, lane) = 0;
            Element(_state, CostTolerance, lane) = _options.CostTolerance;
            Element(_state, Turns, lane) = 0;
            Element(_state, Failures, lane) = 0;
            Element(_state, PolishSteps, lane) = 0;
            Element(_state, LastReduction, lane) = 0;
            Element(_state, Freedom, lane) = Math.Max(1, m - varied);
            _active |= bit;
            return;
        }
    }

    private static void Scatter(ReadOnlySpan<double> values, Span<double> lanes, int lane)
    {
        for (int i = 0, at = lane; i < values.Length; i++, at += TLanes.Count)
            lanes[at] = values[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Evaluate<TProblem>(TProblem problem)
        where TProblem : ILaneProblem
    {
        int n = _parameters, m = _points, columns = n + 1;
        Span<TLanes> gram = _trialGram.Span[..(columns * columns)], tile = _tile.Span;
        gram.Clear();
        ReadOnlySpan<TLanes> p = _trial.Span[..n], y = _y.Span, w = _w.Span;
        for (int first = 0; first < m; first += _tileLength)
        {
            int rows = Math.Min(_tileLength, m - first);
            Span<TLanes> jacobian = tile[..(n * rows)], r = tile.Slice(n * rows, rows);
            problem.Evaluate(p, first, r, jacobian);
            for (int i = 0; i < r.Length; i++)
                r[i] -= y[first + i];

            // A weight of 1 changes nothing, so lanes without weights may pass either way.
            if (_weighted != 0)
            {
                ReadOnlySpan<TLanes> weights = w.Slice(first, rows);
                for (int k = 0; k <= n; k++)
                {
                    Span<TLanes> column = tile.Slice(k * rows, rows);
                    for (int i = 0; i < column.Length; i++)
                        column[i] *= weights[i];
                }
            }

            LaneGram.Add(ref _tile.First, rows * TLanes.Count, rows, columns, ref _trialGram.First);
        }
    }

    /// <summary>Takes trials that reduce the sum of squares as promised; the damping follows Nielsen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Judge()
    {
        int n = _parameters, columns = n + 1;
        Span<TLanes> s = _state.Span, gram = _gram.Span[..(columns * columns)], trialGram = _trialGram.Span[..(columns * columns)], x = _x.Span[..n], trial = _trial.Span[..n];
        TLanes zero = TLanes.Create(0), one = TLanes.Create(1), two = TLanes.Create(2);
        TLanes old = s[Cost], cost = trialGram[^1], predicted = s[Predicted], tolerance = s[CostTolerance], damping = s[Damping];
        TLanes fresh = TLanes.LessThan(zero, s[Fresh]), polish = TLanes.LessThan(zero, s[Polish]);
        TLanes finite = TLanes.LessThan(cost, TLanes.Create(double.MaxValue));
        TLanes actual = old - cost;
        TLanes descends = TLanes.LessThan(TLanes.Create(1e-4) * predicted, actual);

        // As in the scalar core: below 1e-11 of the cost its change is rounding, and small overshoots are forgiven.
        TLanes polishes = TLanes.LessThanOrEqual(cost, old)
            | (TLanes.LessThanOrEqual(predicted, TLanes.Create(1e-11) * old) & TLanes.LessThanOrEqual(cost, TLanes.Create(1 + 1e-10) * old))
            | (TLanes.LessThanOrEqual(predicted, TLanes.Create(1e-4) * old) & TLanes.LessThanOrEqual(cost, TLanes.MultiplyAdd(two, predicted, old)));
        TLanes accepted = finite & (fresh | TLanes.Select(polish, polishes, descends));
        TLanes t = TLanes.MultiplyAdd(two, actual / predicted, -one);
        TLanes less = TLanes.Max(TLanes.Create(1e-20), damping * TLanes.Max(TLanes.Create(0.1), one - (t * t * t)));
        TLanes down = accepted & ~fresh & ~polish, up = ~accepted & ~polish, back = ~accepted & polish;
        TLanes limit = tolerance * old;
        TLanes arrived = down & TLanes.LessThanOrEqual(actual, limit) & TLanes.LessThanOrEqual(predicted, limit);
        s[Damping] = TLanes.Select(down, less, TLanes.Select(up, damping * s[Growth], TLanes.Select(back, TLanes.Min(TLanes.Max(damping, TLanes.Create(1e-6)), one), damping)));
        s[Growth] = TLanes.Select(up, s[Growth] * two, two);
        s[Polish] = TLanes.Select(arrived, one, TLanes.Select(back, zero, s[Polish]));
        s[PolishSteps] = TLanes.Select(polish & accepted, s[PolishSteps] + one, zero);
        s[CostTolerance] = TLanes.Select(back, tolerance * TLanes.Create(1e-3), tolerance);
        s[Failures] = TLanes.Select(back, s[Failures] + one, s[Failures]);
        s[Cost] = TLanes.Select(accepted, cost, old);
        s[Turns] += one;

        // A start without a finite sum of squares, or with one out of the range of doubles, is the scalar core's to describe.
        _given = TLanes.Bits((fresh & (~finite | TLanes.LessThan(cost, TLanes.Create(Householder.SmallestSquares))))
            | TLanes.LessThan(TLanes.Create(2.5), s[Failures]) | TLanes.LessThan(TLanes.Create(Math.Min(MaxTurns, _options.MaxIterations) - 0.5), s[Turns]) | TLanes.LessThan(TLanes.Create(1e20), s[Damping]));
        for (int k = 0; k < x.Length; k++)
            x[k] = TLanes.Select(accepted, trial[k], x[k]);
        for (int k = 0; k < gram.Length; k++)
            gram[k] = TLanes.Select(accepted, trialGram[k], gram[k]);
    }

    /// <summary>Solves (S + λ)d = −g in scaled variables within the bounds, tests for convergence, and sets the next trial.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void NextStep()
    {
        int n = _parameters, columns = n + 1;
        Span<TLanes> s = _state.Span, gram = _gram.Span, x = _x.Span[..n], lower = _lower.Span[..n], upper = _upper.Span[..n];
        Span<TLanes> free = _free.Span[..n], held = _held.Span[..n], d = _step.Span[..n], z = _target.Span[..n], scale = _scale.Span[..n], norms = _norm.Span[..n], history = _history.Span[..n];
        Span<TLanes> low = _low.Span[..n], high = _high.Span[..n], matrix = _matrix.Span[..(n * n)];
        TLanes zero = TLanes.Create(0), one = TLanes.Create(1);
        TLanes polish = TLanes.LessThan(zero, s[Polish]), damping = TLanes.Select(polish, zero, s[Damping]);
        for (int k = 0; k < n; k++)
        {
            TLanes norm = TLanes.Sqrt(gram[(k * columns) + k]), g = gram[(k * columns) + n];
            history[k] = TLanes.Max(history[k], norm);
            TLanes to = TLanes.Select(polish, norm, history[k]);
            to = TLanes.Select(TLanes.LessThan(zero, to), to, one);
            norms[k] = to;
            scale[k] = one / to;
            low[k] = (lower[k] - x[k]) * to;
            high[k] = (upper[k] - x[k]) * to;
            free[k] = ~((TLanes.LessThanOrEqual(x[k], lower[k]) & TLanes.LessThanOrEqual(zero, g)) | (TLanes.LessThanOrEqual(upper[k], x[k]) & TLanes.LessThanOrEqual(g, zero)));
            held[k] = zero;
            d[k] = zero;
        }

        for (int k = 0; k < n; k++)
        {
            for (int j = k; j < n; j++)
                matrix[(j * n) + k] = gram[(k * columns) + j] * (scale[k] * scale[j]);
            matrix[(k * n) + k] += damping;
        }

        TLanes ill = zero;
        TLanes threshold = TLanes.Select(polish, TLanes.Create(SmallestPivot), TLanes.Create(SmallestDampedPivot));
        bool moved = false;
        while (true)
        {
            ill |= Factor(threshold);
            SolveFree(moved);
            if (!StopAtBounds())
                break;
            moved = true;
        }

        // −zᵀ(2g + Sz): of a free variable (S + λ)z = −g; of a held one that has not moved z = 0, and nothing is added.
        TLanes reduction = zero, length = zero, way = zero;
        for (int k = 0; k < n; k++)
        {
            TLanes g = gram[(k * columns) + n] * scale[k], u = (damping * z[k]) - g;
            if (moved)
            {
                TLanes row = zero;
                for (int j = 0; j < n; j++)
                    row = TLanes.MultiplyAdd(j <= k ? matrix[(k * n) + j] : matrix[(j * n) + k], z[j], row);
                u = TLanes.Select(free[k], u, (damping * z[k]) - (g + g + row));
            }

            reduction = TLanes.MultiplyAdd(z[k], u, reduction);
            way = TLanes.MultiplyAdd(z[k], z[k], way);
            TLanes size = x[k] * norms[k];
            length = TLanes.MultiplyAdd(size, size, length);
        }

        // Nothing is known of the model far from the start: the first step is no longer than the start itself.
        TLanes tooLong = TLanes.LessThan(zero, s[Fresh]) & TLanes.LessThan(length, way) & TLanes.LessThan(zero, length);
        TLanes part = TLanes.Select(tooLong, TLanes.Sqrt(length / way), one);
        reduction = TLanes.Select(tooLong, reduction * part, reduction);

        TLanes cost = s[Cost], tolerance = TLanes.Create(_options.OptimumTolerance);
        TLanes optimum = TLanes.LessThanOrEqual(reduction, tolerance * tolerance * cost / s[Freedom]) | TLanes.LessThanOrEqual(cost, zero);
        TLanes stepTolerance = TLanes.Create(_options.StepTolerance);
        TLanes small = TLanes.LessThanOrEqual(way, stepTolerance * stepTolerance * length) | ~TLanes.LessThan(zero, reduction);

        // Parameters are known to eps·|p|: steps of that size no longer become shorter.
        TLanes blurred = TLanes.LessThanOrEqual(reduction, TLanes.Create(1e-28) * length) & TLanes.LessThan(TLanes.Create(0.8) * s[LastReduction], reduction) & TLanes.LessThan(TLanes.Create(2.5), s[PolishSteps]);
        s[LastReduction] = reduction;

        _converged = TLanes.Bits(polish & optimum & ~ill) & ~_given;
        _given |= TLanes.Bits(ill | (polish & blurred & ~optimum));

        // A step too small to be worth a damped trial: from here on without damping.
        TLanes turn = small & ~polish;
        s[Polish] = TLanes.Select(turn, one, s[Polish]);
        s[Predicted] = TLanes.Select(turn, zero, TLanes.Max(reduction, zero));
        s[Fresh] = zero;
        Span<TLanes> trial = _trial.Span[..n];
        for (int k = 0; k < n; k++)
        {
            TLanes inside = TLanes.Min(TLanes.Max(TLanes.MultiplyAdd(part * z[k], scale[k], x[k]), lower[k]), upper[k]);
            TLanes whole = TLanes.Select(TLanes.LessThan(held[k], zero), lower[k], TLanes.Select(TLanes.LessThan(zero, held[k]), upper[k], inside));
            trial[k] = TLanes.Select(turn, x[k], TLanes.Select(tooLong, inside, whole));
        }
    }

    /// <summary>Cholesky's factorisation over the free variables; the others have a row of the unit matrix. Says which lanes have a pivot below the threshold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private TLanes Factor(TLanes threshold)
    {
        int n = _parameters;
        ref TLanes matrix = ref _matrix.First;
        ref TLanes factor = ref _factor.First;
        ref TLanes free = ref _free.First;
        TLanes one = TLanes.Create(1), ill = TLanes.Create(0);
        for (int j = 0; j < n; j++)
        {
            ref TLanes rowJ = ref Unsafe.Add(ref factor, j * n);
            TLanes freeJ = Unsafe.Add(ref free, j);
            TLanes pivot = TLanes.Select(freeJ, Unsafe.Add(ref matrix, (j * n) + j), one);
            for (int k = 0; k < j; k++)
                pivot = TLanes.MultiplyAdd(-Unsafe.Add(ref rowJ, k), Unsafe.Add(ref rowJ, k), pivot);
            TLanes bad = ~TLanes.LessThanOrEqual(threshold, pivot);
            ill |= bad;
            TLanes inverse = one / TLanes.Sqrt(TLanes.Select(bad, one, pivot));
            Unsafe.Add(ref rowJ, j) = inverse;
            int i = j + 1;

            // Two rows at a time: their chains do not wait for each other.
            for (; i + 1 < n; i += 2)
            {
                ref TLanes rowI = ref Unsafe.Add(ref factor, i * n);
                ref TLanes rowI1 = ref Unsafe.Add(ref factor, (i + 1) * n);
                TLanes sum = Unsafe.Add(ref matrix, (i * n) + j) & freeJ & Unsafe.Add(ref free, i);
                TLanes sum1 = Unsafe.Add(ref matrix, ((i + 1) * n) + j) & freeJ & Unsafe.Add(ref free, i + 1);
                for (int k = 0; k < j; k++)
                {
                    TLanes l = -Unsafe.Add(ref rowJ, k);
                    sum = TLanes.MultiplyAdd(Unsafe.Add(ref rowI, k), l, sum);
                    sum1 = TLanes.MultiplyAdd(Unsafe.Add(ref rowI1, k), l, sum1);
                }

                Unsafe.Add(ref rowI, j) = sum * inverse;
                Unsafe.Add(ref rowI1, j) = sum1 * inverse;
            }

            if (i < n)
            {
                ref TLanes rowI = ref Unsafe.Add(ref factor, i * n);
                TLanes sum = Unsafe.Add(ref matrix, (i * n) + j) & freeJ & Unsafe.Add(ref free, i);
                for (int k = 0; k < j; k++)
                    sum = TLanes.MultiplyAdd(Unsafe.Add(ref rowI, k), -Unsafe.Add(ref rowJ, k), sum);
                Unsafe.Add(ref rowI, j) = sum * inverse;
            }
        }

        return ill;
    }

    /// <summary>Solves for the free variables; those that are held keep their step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SolveFree(bool moved)
    {
        int n = _parameters, columns = n + 1;
        Span<TLanes> gram = _gram.Span, scale = _scale.Span[..n], free = _free.Span[..n], d = _step.Span[..n], z = _target.Span[..n];
        Span<TLanes> matrix = _matrix.Span[..(n * n)], factor = _factor.Span[..(n * n)];
        for (int k = 0; k < n; k++)
        {
            TLanes b = -(gram[(k * columns) + n] * scale[k]);
            for (int j = 0; j < n && moved; j++)
                b = TLanes.MultiplyAdd(-(j <= k ? matrix[(k * n) + j] : matrix[(j * n) + k]), d[j] & ~free[j], b);
            b = TLanes.Select(free[k], b, d[k]);
            for (int j = 0; j < k; j++)
                b = TLanes.MultiplyAdd(-factor[(k * n) + j], z[j], b);
            z[k] = b * factor[(k * n) + k];
        }

        for (int k = n - 1; k >= 0; k--)
        {
            TLanes b = z[k];
            for (int j = k + 1; j < n; j++)
                b = TLanes.MultiplyAdd(-factor[(j * n) + k], z[j], b);
            z[k] = b * factor[(k * n) + k];
        }
    }

    /// <summary>Where the target leaves the bounds: goes to the first bound on the way and holds that parameter. False when no lane has left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool StopAtBounds()
    {
        int n = _parameters;
        Span<TLanes> low = _low.Span[..n], high = _high.Span[..n], free = _free.Span[..n], held = _held.Span[..n], d = _step.Span[..n], z = _target.Span[..n];
        TLanes infinity = TLanes.Create(double.PositiveInfinity), zero = TLanes.Create(0), one = TLanes.Create(1), left = zero;
        for (int k = 0; k < n; k++)
            left |= (TLanes.LessThan(z[k], low[k]) | TLanes.LessThan(high[k], z[k])) & free[k];
        if ((TLanes.Bits(left) & _active) == 0)
            return false;
        TLanes alpha = infinity;
        for (int k = 0; k < n; k++)
        {
            TLanes below = TLanes.LessThan(z[k], low[k]), beyond = (below | TLanes.LessThan(high[k], z[k])) & free[k];
            TLanes way = (TLanes.Select(below, low[k], high[k]) - d[k]) / (z[k] - d[k]);
            alpha = TLanes.Select(beyond, TLanes.Min(way, alpha), alpha);
        }

        TLanes part = TLanes.Min(TLanes.Max(alpha, zero), one);
        for (int k = 0; k < n; k++)
        {
            TLanes below = TLanes.LessThan(z[k], low[k]), beyond = (below | TLanes.LessThan(high[k], z[k])) & free[k];
            TLanes bound = TLanes.Select(below, low[k], high[k]);
            TLanes stops = beyond & TLanes.LessThanOrEqual((bound - d[k]) / (z[k] - d[k]), alpha);
            TLanes moved = TLanes.MultiplyAdd(part, z[k] - d[k], d[k]);
            d[k] = TLanes.Select(left & free[k], TLanes.Select(stops, bound, moved), d[k]);
            held[k] = TLanes.Select(stops, TLanes.Select(below, -one, one), held[k]);
            free[k] &= ~stops;
        }

        return true;
    }

    /// <summary>(LLᵀ)⁻¹ over the free variables, from the factors of the last step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Invert()
    {
        int n = _parameters;
        Span<TLanes> factor = _factor.Span[..(n * n)], inverse = _inverse.Span[..(n * n)];
        for (int k = 0; k < n; k++)
        {
            // Column k of L⁻¹; the diagonal of the factor is inverted already.
            inverse[(k * n) + k] = factor[(k * n) + k];
            for (int i = k + 1; i < n; i++)
            {
                TLanes sum = TLanes.Create(0);
                for (int j = k; j < i; j++)
                    sum = TLanes.MultiplyAdd(factor[(i * n) + j], inverse[(j * n) + k], sum);
                inverse[(i * n) + k] = -(sum * factor[(i * n) + i]);
            }
        }

        // L⁻ᵀL⁻¹, lower triangle; element (a, b), a ≥ b, needs rows from a on only.
        for (int a = 0; a < n; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                TLanes sum = TLanes.Create(0);
                for (int i = a; i < n; i++)
                    sum = TLanes.MultiplyAdd(inverse[(i * n) + a], inverse[(i * n) + b], sum);
                inverse[(a * n) + b] = sum;
            }
        }
    }

    private void Finish<TProblem>(TProblem problem, int lane, CancellationToken cancellationToken)
        where TProblem : ILaneProblem
    {
        int n = _parameters, turns = (int)Element(_state, Turns, lane);
        Span<double> p = _one.AsSpan(0, n), covariance = _covariance.AsSpan(0, n * n);
        Span<StandardErrorStatus> errorStatus = _errorStatus.AsSpan(0, n);
        for (int k = 0; k < n; k++)
        {
            p[k] = Element(_x, k, lane);
            _oneLower[k] = Element(_lower, k, lane);
            _oneUpper[k] = Element(_upper, k, lane);
        }

        LeastSquaresResult result;
        if ((_converged & (1u << lane)) != 0 && TryDescribe(lane, p, covariance, errorStatus, out RowStatus status))
        {
            result = new LeastSquaresResult(status, StopReason.Optimum, turns, turns, Element(_state, Cost, lane));
        }
        else
        {
            Fallbacks++;
            Single<TProblem> single = _single as Single<TProblem> ?? new Single<TProblem>(this);
            _single = single;
            single.Set(problem, lane);
            var bounds = new ParameterBounds(_oneLower.AsSpan(0, n), _oneUpper.AsSpan(0, n));
            result = _scalar.Solve(single, p, bounds, cancellationToken);
            if (!result.Status.IsUsable() || _scalar.IsBlind)
            {
                Span<double> again = stackalloc double[n];
                for (int k = 0; k < n; k++)
                    again[k] = Element(_start, k, lane);
                LeastSquaresResult second = _scalar.Solve(single, again, bounds, cancellationToken);
                int iterations = result.Iterations + second.Iterations, evaluations = result.Evaluations + second.Evaluations;
                bool better = second.ChiSquare <= result.ChiSquare;
                if (result.Status.IsUsable() ? second.Status.IsUsable() && better : second.Status.IsUsable() || better || double.IsNaN(result.ChiSquare))
                {
                    result = second;
                    again.CopyTo(p);
                }
                else if (result.Status.IsUsable())
                {
                    _scalar.Inspect(single, p, bounds);
                }

                result = result with { Iterations = iterations, Evaluations = evaluations };
            }

            result = result with { Iterations = result.Iterations + turns, Evaluations = result.Evaluations + turns };
            _scalar.Covariance(covariance, errorStatus);
        }

        problem.Store(_fits[lane], new LaneFit(result, p, covariance, errorStatus));
    }

    /// <summary>Status, covariance and reasons of a converged lane. False when the set of free parameters is not that of the factors.</summary>
    private bool TryDescribe(int lane, ReadOnlySpan<double> p, Span<double> covariance, Span<StandardErrorStatus> errorStatus, out RowStatus status)
    {
        int n = p.Length;
        Span<double> inverse = _inverse.Doubles, scale = _scale.Doubles, free = _free.Doubles;
        covariance.Clear();
        status = RowStatus.Ok;
        for (int k = 0; k < n; k++)
        {
            bool isFree = BitConverter.DoubleToInt64Bits(free[(k * TLanes.Count) + lane]) != 0;
            bool onBound = p[k] == _oneLower[k] || p[k] == _oneUpper[k];
            if (isFree == onBound)
                return false;
            bool isFixed = _oneLower[k] == _oneUpper[k];
            errorStatus[k] = isFixed ? StandardErrorStatus.Fixed : onBound ? StandardErrorStatus.OnBound : StandardErrorStatus.Given;
            if (onBound && !isFixed)
                status = RowStatus.AtBound;

            // A parameter on its bound whose derivatives vanish is undetermined: the scalar core tells them apart.
            if (onBound && !isFixed && !(Element(_gram, (k * (n + 1)) + k, lane) >= Householder.SmallestSquares))
                return false;
        }

        for (int a = 0; a < n; a++)
        {
            for (int b = 0; b <= a && errorStatus[a] == StandardErrorStatus.Given; b++)
            {
                if (errorStatus[b] != StandardErrorStatus.Given)
                    continue;
                double value = inverse[(((a * n) + b) * TLanes.Count) + lane] * scale[(a * TLanes.Count) + lane] * scale[(b * TLanes.Count) + lane];
                covariance[(a * n) + b] = value;
                covariance[(b * n) + a] = value;
            }
        }

        return true;
    }

    /// <summary>One lane as a problem of its own.</summary>
    private sealed class Single<TProblem>(LaneSolver<TLanes> solver) : ILeastSquaresProblem
        where TProblem : ILaneProblem
    {
        private readonly LaneMemory<TLanes> _parameters = new(solver._parameterCapacity);
        private TProblem _problem = default!;
        private int _lane;

        public int ParameterCount => solver._parameters;

        public int ResidualCount => solver._points;

        public void Set(TProblem problem, int lane)
        {
            _problem = problem;
            _lane = lane;
        }

        public bool Evaluate(ReadOnlySpan<double> parameters, Span<double> residuals, Span<double> jacobian)
        {
            int n = parameters.Length, m = residuals.Length;
            Span<TLanes> p = _parameters.Span[..n], tile = solver._tile.Span;
            for (int k = 0; k < n; k++)
                p[k] = TLanes.Create(parameters[k]);
            ReadOnlySpan<double> values = solver._tile.Doubles, y = solver._y.Doubles, w = solver._w.Doubles;
            for (int first = 0; first < m; first += solver._tileLength)
            {
                int rows = Math.Min(solver._tileLength, m - first);
                _problem.Evaluate(p, first, tile.Slice(n * rows, rows), tile[..(n * rows)]);
                for (int i = 0; i < rows; i++)
                {
                    int at = ((first + i) * TLanes.Count) + _lane;
                    residuals[first + i] = (values[(((n * rows) + i) * TLanes.Count) + _lane] - y[at]) * w[at];
                    for (int k = 0; k < n && !jacobian.IsEmpty; k++)
                        jacobian[(k * m) + first + i] = values[(((k * rows) + i) * TLanes.Count) + _lane] * w[at];
                }
            }

            return true;
        }
    }
}
