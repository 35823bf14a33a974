using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Asymmetric least-squares (AsLS) baseline of one spectrum after the other.</summary>
/// <remarks>
/// <para>
/// Minimises Σ wᵢ(yᵢ − zᵢ)² + λ Σ (Δᵈz)ᵢ², wᵢ = p where yᵢ &gt; zᵢ, else 1 − p, by repeated solution with the weights of the last z, from those of a coarse problem or from w = 1 (<see cref="AslsStart"/>).
/// The weights take two values only and the objective is convex, so the iteration ends in a finite number of steps at the one minimiser; where
/// full steps do not descend (rare, small p), shorter ones are taken from the 15th on.
/// P. H. C. Eilers, Anal. Chem. 75, 3631 (2003), doi:10.1021/ac034173t; P. H. C. Eilers and H. F. M. Boelens (2005).
/// </para>
/// <para>
/// Positions of the input are used when the options ask for it (<see cref="AslsOptions.CutOff"/>, <see cref="AslsOptions.Distance"/>); variances are not. Excluded points have weight 0.
/// </para>
/// <para>Owns its scratch memory (about 18 doubles per point, 34 with an uneven axis, 64 with standard errors), allocates nothing per estimate after the first of its kind. Not thread-safe.</para>
/// </remarks>
/// <example><code>
/// var asls = new AslsEstimator(y.Length, new AslsOptions { Lambda = 1e6, P = 0.01 });
/// double[] baseline = new double[y.Length];
/// BaselineInfo info = asls.Estimate(y, baseline);
/// </code></example>
public sealed class AslsEstimator : IBaselineEstimator
{
    internal const double RefinementTarget = 1e-12;

    // Ordinary rows need 6 to 11; a row that has not ended by then goes round in a circle.
    internal const int UndampedSolves = 15;

    private readonly AslsOptions _options;
    private readonly WhittakerSolver _solver;
    private readonly Detrending _detrending;
    private readonly double[] _used;
    private readonly double[] _r;
    private readonly double[] _z;
    private readonly double[] _correction;
    private readonly double[] _points;
    private readonly double[] _anchor;
    private readonly double[] _pull;
    private double[] _w;
    private double[] _next;
    private AxisSpacing? _axis;
    private SpacedWhittakerSolver? _spaced;
    private ExpectileError? _errors;
    private NestedStart? _nested;
    private LockstepAsls? _lockstep;
    private double[]? _raw;
    private int _usedCount;
    private bool _allUsed;
    private bool _uneven;
    private bool _settled;
    private bool _continue;
    private double _lambda;

    /// <summary>Makes an estimator.</summary>
    /// <param name="length">Number of points of every spectrum, at least 1.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public AslsEstimator(int length, AslsOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        options ??= AslsOptions.Set.Default;
        options.Validate();
        _options = options;
        Length = length;
        _solver = new WhittakerSolver(length);
        _detrending = new Detrending(length);

        // The weights are updated eight at a time; what is added at the end has weight 0.
        int padded = (_solver.FoldedLength + 7) & ~7;
        _used = new double[padded];
        _r = new double[padded];
        _w = new double[padded];
        _next = new double[padded];
        _z = new double[padded + WhittakerResidual.Room];
        _correction = new double[padded];
        _points = new double[padded];
        if (options.UsesPositions)
            MakePositions();
        if (options.StartsNested)
            _nested = new NestedStart(length);
        _anchor = new double[padded];
        _pull = new double[padded];
    }

    /// <inheritdoc/>
    public int Length { get; }

    /// <summary>Covariance of the values of the last baseline that was estimated together with its standard errors.</summary>
    /// <exception cref="InvalidOperationException">There is none yet.</exception>
    public IBaselineCovariance Covariance => _errors ?? throw new InvalidOperationException("Estimate a baseline with its standard errors first.");

    private int Folded => _solver.FoldedLength;

    /// <inheritdoc/>
    public BaselineInfo Estimate(BaselineInput input, BaselineOutput output, CancellationToken cancellationToken = default) =>
        Estimate(_options, input, output, cancellationToken);

    /// <summary>Estimates the baselines of many spectra of one even axis, several at a time, into memory of the caller: for those who work through one batch after the other and keep nothing.</summary>
    /// <param name="intensities">The spectra, one row of <see cref="Length"/> points after the other.</param>
    /// <param name="baselines">Receives the baselines in the same layout; other memory than the intensities.</param>
    /// <param name="info">Receives how each estimate went: one for every row.</param>
    /// <param name="cancellationToken">Checked at least once per linear solve.</param>
    /// <remarks>
    /// Every baseline and every <see cref="BaselineInfo"/> is that of <see cref="Estimate(BaselineInput, BaselineOutput, CancellationToken)"/>, bit for bit. A bad row has a status and NaN, and the others go on. Allocates nothing after the first call (which takes about 80 doubles per point). One thread; the extension
    /// <see cref="BaselineSeriesExtensions.EstimateBaseline(SpectrumSeries, AslsOptions, AnalysisContext?, CancellationToken)"/> uses several and keeps its result.
    /// </remarks>
    /// <exception cref="ArgumentException">The lengths do not fit together, the memory overlaps, or the options count positions, of which there are none here.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the output is undefined.</exception>
    /// <example><code>
    /// var asls = new AslsEstimator(points);                                    // one per thread
    /// while (detector.Read(block))                                             // rows × points values
    ///     asls.EstimateRows(block, baselines, info);
    /// </code></example>
    public void EstimateRows(ReadOnlySpan<double> intensities, Span<double> baselines, Span<BaselineInfo> info, CancellationToken cancellationToken = default)
    {
        int rows = info.Length;
        if (intensities.Length != (long)rows * Length || baselines.Length != intensities.Length)
            throw new ArgumentException($"{rows} rows of {Length} points are {(long)rows * Length} values, but there are {intensities.Length} intensities and room for {baselines.Length} values of baselines.", nameof(intensities));
        if (intensities.Overlaps(baselines))
            throw new ArgumentException("The baselines need other memory than the intensities.", nameof(baselines));
        if (_options.UsesPositions)
            throw new ArgumentException("The options count positions. State lambda and the distance points here, or use Estimate, which takes positions.", nameof(intensities));
        if (LockstepAsls.Takes(_options, Length) && rows > 1)
            _lockstep ??= LockstepAsls.For(Length, _options, _options.Lambda);
        int block = LockstepAsls.LanesFor(Length);
        info.Fill(new BaselineInfo(RowStatus.NotRun));
        for (int first = 0; first < rows; first += block)
        {
            int end = Math.Min(first + block, rows);
            if (_lockstep is not null && rows > 1)
                _lockstep.Estimate(intensities[(first * Length)..(end * Length)], baselines[(first * Length)..(end * Length)], info[first..end], cancellationToken);
            for (int row = first; row < end; row++)
            {
                if (info[row].Status == RowStatus.NotRun)
                    info[row] = Estimate(_options, intensities.Slice(row * Length, Length), baselines.Slice(row * Length, Length), cancellationToken);
            }
        }
    }

    /// <summary>Estimates the baseline of the next frame of a stream, from the weights of the last one.</summary>
    /// <param name="input">Intensities and what belongs to them; never written to.</param>
    /// <param name="output">Receives the baseline.</param>
    /// <param name="cancellationToken">Checked at least once per linear solve.</param>
    /// <returns>How it went. A stream that changes slowly needs about two solves a frame, also where <see cref="AslsStart.Nested"/> cannot be used.</returns>
    /// <remarks>
    /// With the stop rule <see cref="AslsStopRule.FixedPoint"/> the baseline is that of <see cref="Estimate(BaselineInput, BaselineOutput, CancellationToken)"/>, bit for bit: the fixed point does not
    /// depend on where one starts; only the number of solves does. The other rules, and a frame after a bad one, start as that does.
    /// </remarks>
    /// <exception cref="ArgumentException">A part of input or output has another length than <see cref="Length"/>.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the output is undefined.</exception>
    public BaselineInfo EstimateNext(BaselineInput input, BaselineOutput output, CancellationToken cancellationToken = default)
    {
        _continue = _settled && _options.StopRule == AslsStopRule.FixedPoint;
        return Estimate(_options, input, output, cancellationToken);
    }

    /// <summary>The same with other options: rows of a series may have their own.</summary>
    internal BaselineInfo Estimate(AslsOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken)
    {
        bool fromLast = _continue;
        _continue = false;
        _settled = false;
        input.CheckLengths(Length);
        output.CheckLengths(Length);
        cancellationToken.ThrowIfCancellationRequested();
        TakePositions(options, input.X);
        RowStatus status = Load(options, input);
        BaselineInfo info = status != RowStatus.Ok ? new BaselineInfo(status)
            : !fromLast && Nest(options, cancellationToken) is { } nested ? nested
            : Iterate(options, fromLast ? AslsFirst.Last : AslsFirst.Equal, options.MaxIterations, cancellationToken);
        if (info.Status is (RowStatus.Ok or RowStatus.MaxIterations) && !IsFinite(_z.AsSpan(0, Folded)))
            info = new BaselineInfo(RowStatus.NotFinite) { Solves = info.Solves };
        if (info.Status is not (RowStatus.Ok or RowStatus.MaxIterations))
        {
            output.Baseline.Fill(double.NaN);
            output.Weights.Fill(double.NaN);
            output.StandardErrors.Fill(double.NaN);
            return info;
        }

        if (!output.StandardErrors.IsEmpty)
        {
            // The baseline may take the place of the intensities.
            _raw ??= new double[Length];
            input.Intensity.CopyTo(_raw);
        }

        _settled = info.Converged;
        info = info with { ErrorEstimate = Refine(options) };
        WhittakerSolver.Unfold(_z.AsSpan(0, Folded), output.Baseline);
        _detrending.Restore(output.Baseline);
        if (!output.Weights.IsEmpty)
        {
            WhittakerSolver.Unfold(_w.AsSpan(0, Folded), output.Weights);
            for (int i = 0; _uneven && i < Length; i++)
                output.Weights[i] /= _axis!.Share[i];
        }

        if (!output.StandardErrors.IsEmpty)
        {
            _errors ??= new ExpectileError(Length);
            var data = new BaselineInput(_raw) { Variance = input.Variance, Excluded = input.Excluded };
            _errors.Compute(options.P, (_lambda, options.DifferenceOrder), _uneven ? _axis : null, data, output.Baseline, output.StandardErrors);
        }

        return info;
    }

    [MemberNotNull(nameof(_axis), nameof(_spaced))]
    private void MakePositions()
    {
        _axis ??= new AxisSpacing(Length);
        _spaced ??= new SpacedWhittakerSolver(Length, Folded);
    }

    private void TakePositions(AslsOptions options, ReadOnlySpan<double> x)
    {
        bool uneven = false, changed = false;
        double meanStep = 1;
        if (options.UsesPositions && !x.IsEmpty)
        {
            MakePositions();
            changed = _axis.Set(x);
            (uneven, meanStep) = (!_axis.IsEven, _axis.MeanStep);
        }

        if (uneven != _uneven || (uneven && changed))
        {
            _uneven = uneven;
            _allUsed = false;
            _detrending.Use(uneven ? _axis : null);
        }

        _lambda = options.LambdaFor(meanStep);
    }

    private RowStatus Load(AslsOptions options, BaselineInput input)
    {
        Span<double> points = _points.AsSpan(0, Length);
        bool allUsed = !input.Excluded.Contains(true);
        if (!allUsed || !_allUsed)
        {
            points.Fill(1);
            if (_uneven)
                _axis!.Share.CopyTo(points);
            for (int i = 0; i < input.Excluded.Length; i++)
                points[i] = input.Excluded[i] ? 0 : points[i];
            WhittakerSolver.Fold(points, _used.AsSpan(0, Folded));
            _allUsed = allUsed;
            _usedCount = allUsed ? Length : input.Excluded.Count(false);
        }

        if (_usedCount <= options.DifferenceOrder)
            return RowStatus.TooFewPoints;
        input.Intensity.CopyTo(points);
        if (!allUsed)
            HideExcluded(input.Excluded, points);
        if (!_detrending.Remove(points, options.DifferenceOrder))
            return RowStatus.NotFinite;
        WhittakerSolver.Fold(points, _r.AsSpan(0, Folded));
        return RowStatus.Ok;
    }

    private static bool IsFinite(ReadOnlySpan<double> values)
    {
        Vector256<double> nothing = default, more = default;
        ref double v0 = ref MemoryMarshal.GetReference(values);
        int i = 0;
        for (; i <= values.Length - 8; i += 8)
        {
            nothing += Vector256.LoadUnsafe(ref v0, (nuint)i) * Vector256<double>.Zero;
            more += Vector256.LoadUnsafe(ref v0, (nuint)i + 4) * Vector256<double>.Zero;
        }

        double sum = Vector256.Sum(nothing + more);
        for (; i < values.Length; i++)
            sum += values[i] * 0;
        return sum == 0;
    }

    /// <summary>Excluded points get the value of the used point before them (the first ones that of the first used point), so that nothing depends on what is stored there.</summary>
    private static void HideExcluded(ReadOnlySpan<bool> excluded, Span<double> points)
    {
        double value = points[excluded.IndexOf(false)];
        for (int i = 0; i < points.Length; i++)
        {
            if (excluded[i])
                points[i] = value;
            else
                value = points[i];
        }
    }

    /// <summary>From the weights of the coarse problem to the fixed point, or null: then it is for the classical start.</summary>
    /// <remarks>Taken only where the result cannot depend on the start: the fixed point is reached by full steps, and no point lies so near to the baseline that rounding could put it on either side.</remarks>
    private BaselineInfo? Nest(AslsOptions options, CancellationToken cancellationToken)
    {
        Span<double> points = _points.AsSpan(0, Length);
        if (_uneven || !options.StartsNested || _usedCount < Length || !(_detrending.Range > 0) || !(_nested ??= new NestedStart(Length)).TryReplace(points, options.P, _lambda))
            return null;
        WhittakerSolver.Fold(points, _w.AsSpan(0, Folded));
        BaselineInfo info = Iterate(options, AslsFirst.Given, UndampedSolves - 2, cancellationToken);
        return info.Converged && Nearest() > NearestFor(options.P, _detrending) ? info : null;
    }

    /// <summary>Distance from the baseline, scaled, within which it is not certain on which side the classical iteration leaves a point.</summary>
    /// <remarks>It may leave one on the wrong side whose distance is below the rounding; on the right side the distance of the same point is then up to (1 − p)/p times as large.</remarks>
    internal static double NearestFor(double p, Detrending detrending) => detrending.Rounding / Math.Min(p, 1 - p);

    /// <summary>Smallest distance of a used point from the baseline, scaled.</summary>
    private double Nearest()
    {
        Vector256<double> nearest = Vector256.Create(double.PositiveInfinity);
        for (nuint i = 0; i < (nuint)_used.Length; i += 4)
        {
            Vector256<double> distance = Vector256.Abs(Vector256.LoadUnsafe(ref _r[0], i) - Vector256.LoadUnsafe(ref _z[0], i));
            Vector256<double> isUsed = Vector256.GreaterThan(Vector256.LoadUnsafe(ref _used[0], i), Vector256<double>.Zero);
            nearest = Vector256.ConditionalSelect(isUsed, Vector256.MinNative(nearest, distance), nearest);
        }

        return Math.Min(Math.Min(nearest[0], nearest[1]), Math.Min(nearest[2], nearest[3]));
    }

    private BaselineInfo Iterate(AslsOptions options, AslsFirst start, int maxIterations, CancellationToken cancellationToken)
    {
        if (start == AslsFirst.Last)
        {
            // What is used now may not be what was used then.
            for (int i = 0; i < _w.Length; i++)
                _w[i] = _used[i] * (_w[i] > 0 && _w[i] < 0.5 * _used[i] == options.P < 0.5 ? options.P : 1 - options.P);
        }
        else if (start == AslsFirst.Equal)
        {
            _used.CopyTo(_w, 0);
        }

        double norm = _uneven || start == AslsFirst.Last ? SumOfSquares(_w) : _usedCount;
        for (int solves = 1; ; solves++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!Solve(options.DifferenceOrder))
                return new BaselineInfo(RowStatus.Singular) { Solves = solves };
            (double squaredChange, double nextNorm) = options.StopRule == AslsStopRule.WeightNorm ? ReweightWithTies(options.P) : Reweight(_z, options.P, first: solves == 1 && start == AslsFirst.Equal);
            double change = Math.Sqrt(squaredChange / norm);
            bool met = options.StopRule switch
            {
                AslsStopRule.WeightChange => change < options.Tolerance,
                AslsStopRule.WeightNorm => nextNorm == norm || nextNorm == 0,
                _ => change == 0,
            };
            if (met || solves > maxIterations)
            {
                bool converged = met || change == 0;
                return new BaselineInfo
                {
                    Status = converged ? RowStatus.Ok : RowStatus.MaxIterations,
                    Solves = solves,
                    LastChange = change,
                    Converged = converged,
                };
            }

            if (options.StopRule == AslsStopRule.FixedPoint && solves >= UndampedSolves)
                nextNorm = Damp(options.P, start: solves == UndampedSolves);
            (_w, _next) = (_next, _w);
            norm = nextNorm;
        }
    }

    private bool Solve(int order) => _uneven
        ? _spaced!.Solve(_w.AsSpan(0, Folded), _r.AsSpan(0, Folded), (_lambda, order), _axis!, _z.AsSpan(0, Folded))
        : _solver.Solve(_w.AsSpan(0, Folded), _r.AsSpan(0, Folded), _lambda, order, _z.AsSpan(0, Folded));

    /// <summary>What an iteration starts from.</summary>
    private enum AslsFirst
    {
        Equal,
        Last,
        Given,
    }

    private static double SumOfSquares(double[] values)
    {
        double sum = 0;
        foreach (double value in values)
            sum += value * value;
        return sum;
    }

    /// <summary>Weights that follow from z, their squared distance from the present ones, and their squared norm.</summary>
    /// <remarks>A point within rounding of the baseline keeps its side: which one it is on changes nothing, and must not keep the iteration going.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private (double SquaredChange, double Norm) Reweight(double[] z, double p, bool first)
    {
        // At first no point has a side: all are below that are not above.
        Vector256<double> above = Vector256.Create(p), below = Vector256.Create(1 - p);
        Vector256<double> high = Vector256.Create(_detrending.Rounding), low = first ? Vector256.Create(double.PositiveInfinity) : -high;
        Vector256<double> change = default, norm = default, change2 = default, norm2 = default;
        ref double r0 = ref MemoryMarshal.GetArrayDataReference(_r);
        ref double z0 = ref MemoryMarshal.GetArrayDataReference(z);
        ref double w0 = ref MemoryMarshal.GetArrayDataReference(_w);
        ref double next0 = ref MemoryMarshal.GetArrayDataReference(_next);
        ref double used0 = ref MemoryMarshal.GetArrayDataReference(_used);
        nuint length = (nuint)_w.Length;
        for (nuint i = 0; i < length; i += 8)
        {
            Side(i, ref change, ref norm, ref r0, ref z0, ref w0, ref next0, ref used0, above, below, high, low);
            Side(i + 4, ref change2, ref norm2, ref r0, ref z0, ref w0, ref next0, ref used0, above, below, high, low);
        }

        return (Vector256.Sum(change + change2), Vector256.Sum(norm + norm2));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Side(
            nuint i,
            ref Vector256<double> change,
            ref Vector256<double> norm,
            ref double r0,
            ref double z0,
            ref double w0,
            ref double next0,
            ref double used0,
            Vector256<double> above,
            Vector256<double> below,
            Vector256<double> high,
            Vector256<double> low)
        {
            Vector256<double> w = Vector256.LoadUnsafe(ref w0, i), used = Vector256.LoadUnsafe(ref used0, i);
            Vector256<double> residual = Vector256.LoadUnsafe(ref r0, i) - Vector256.LoadUnsafe(ref z0, i);
            Vector256<double> next = Vector256.ConditionalSelect(Vector256.LessThan(residual, low), below * used, w);
            next = Vector256.ConditionalSelect(Vector256.GreaterThan(residual, high), above * used, next);
            Vector256<double> step = next - w;
            change = Vector256.FusedMultiplyAdd(step, step, change);
            norm = Vector256.FusedMultiplyAdd(next, next, norm);
            next.StoreUnsafe(ref next0, i);
        }
    }

    /// <summary>Sets the next weights from the best point between the last one and the new solution, instead of from the solution itself.</summary>
    /// <remarks>
    /// The iteration is Newton's on a convex, piecewise quadratic function F. At small p full steps can go round in a circle; steps
    /// that minimise F along their direction descend, so that no set of weights can come again and the iteration ends. Along z + t·δ, with v = λ DᵀD z,
    /// F′(t)/2 = Σ δ (v + t(v⁺ − v)) − Σ w δ (r − z − t δ), where a solution z⁺ for the weights w has v⁺ = w(r − z⁺): λ itself, and its rounding,
    /// do not appear.
    /// </remarks>
    private double Damp(double p, bool start)
    {
        if (start)
        {
            _z.AsSpan(0, _anchor.Length).CopyTo(_anchor);
            for (int i = 0; i < Folded; i++)
                _pull[i] = _w[i] * (_r[i] - _z[i]);
            return Reweight(_anchor, p, first: false).Norm;
        }

        // The full step is taken when it lowers F as it should (Armijo); otherwise the zero of F′, which increases, is enclosed, not found exactly.
        double t = 1, atStart = Along(0, p).Slope;
        (double slope, double change) = Along(1, p);
        double low = 0, high = 1;
        for (int i = 0; i < 60 && !(t == 1 && change <= 1e-3 * atStart) && !(Math.Abs(slope) <= -0.1 * atStart && t < 1); i++)
        {
            if (slope > 0)
                high = t;
            else
                low = t;
            t = 0.5 * (low + high);
            (slope, change) = Along(t, p);
        }

        for (int i = 0; i < Folded; i++)
        {
            _pull[i] += t * ((_w[i] * (_r[i] - _z[i])) - _pull[i]);
            _anchor[i] += t * (_z[i] - _anchor[i]);
        }

        return Reweight(_anchor, p, first: false).Norm;
    }

    /// <summary>F′(t)/2 and (F(t) − F(0))/2.</summary>
    private (double Slope, double Change) Along(double t, double p)
    {
        double slope = 0, change = 0;
        for (int i = 0; i < Folded; i++)
        {
            double step = _z[i] - _anchor[i], before = _r[i] - _anchor[i], after = before - (t * step);
            double turn = (_w[i] * (_r[i] - _z[i])) - _pull[i];
            double weightBefore = _used[i] * (before > 0 ? p : 1 - p), weightAfter = _used[i] * (after > 0 ? p : 1 - p);
            slope += step * (_pull[i] + (t * turn) - (weightAfter * after));
            change += (t * step * (_pull[i] + (0.5 * t * turn))) + (0.5 * ((weightAfter * after * after) - (weightBefore * before * before)));
        }

        return (slope, change);
    }

    /// <summary>Weights that follow from z, with weight 0 where y = z, as PRISMA. The norm comes from whole numbers, so that sets of equal size have equal norms whatever the order of summation.</summary>
    private (double SquaredChange, double Norm) ReweightWithTies(double p)
    {
        double change = 0;
        int above = 0, below = 0;
        for (int i = 0; i < _w.Length; i++)
        {
            double next = 0;
            if (_used[i] != 0 && _r[i] > _z[i])
            {
                next = p;
                above++;
            }
            else if (_used[i] != 0 && _r[i] < _z[i])
            {
                next = 1 - p;
                below++;
            }

            change += (next - _w[i]) * (next - _w[i]);
            _next[i] = next;
        }

        return (change, (p * p * above) + ((1 - p) * (1 - p) * below));
    }

    /// <summary>One step of iterative refinement with the factors at hand, more when it is large; returns the size of the last step, relative to the range of the data.</summary>
    /// <remarks>
    /// The solution is good to some 0.002 ε/p already, whatever λ is; this brings it to a few ε, and says how good it was. From λ near 1e15 on λ Dᵀ(Dz) is
    /// but the rounding of z and a step would do harm: then what is returned is the larger of 0.1 ε/p and of what the condition that no polynomial of
    /// degree below d is left in w(r − z), which is free of λ, shows.
    /// </remarks>
    private double Refine(AslsOptions options)
    {
        if (!(_detrending.Range > 0))
            return 0;
        double size = double.PositiveInfinity;
        for (int step = 0; step < 4; step++)
        {
            Span<double> residual = _next.AsSpan(0, Folded);
            if (_uneven)
                _spaced!.Residual(_w.AsSpan(0, Folded), _r.AsSpan(0, Folded), _z.AsSpan(0, Folded), residual);
            else
                WhittakerResidual.Compute((_lambda, options.DifferenceOrder), _w.AsSpan(0, Folded), _r.AsSpan(0, Folded), _z, residual);
            if (!(_lambda * LargestUsed(_next) <= 2 * _detrending.Size))
                return Math.Max(PolynomialLeft(options.DifferenceOrder) / _detrending.Range, 0.1 * Detrending.Epsilon / Math.Min(options.P, 1 - options.P));
            if (_uneven)
                _spaced!.SolveAgain(residual, _correction.AsSpan(0, Folded));
            else
                _solver.SolveAgain(residual, _correction.AsSpan(0, Folded));
            double next = LargestUsed(_correction) / _detrending.Range;
            if (!(next < size))
                return size;
            size = next;
            Add(_correction, _z);
            if (size <= RefinementTarget)
                return size;
        }

        return size;
    }

    /// <summary>Largest value at the ends of the straight lines and parabolas that the weighted least-squares condition leaves in z.</summary>
    private double PolynomialLeft(int order)
    {
        double middle = (Length - 1) / 2.0, largest = 0;
        for (int degree = 0; degree < order; degree++)
        {
            double moment = 0, norm = 0;
            for (int i = 0; i < Length; i++)
            {
                int at = 2 * i < Folded ? 2 * i : (2 * (Folded - 1 - i)) + 1;
                double t = ((_uneven ? _axis!.Position[i] : i) - middle) / (middle + 1);
                double q = degree == 0 ? 1 : degree == 1 ? t : t * t;
                moment += q * _w[at] * (_r[at] - _z[at]);
                norm += q * q * _w[at];
            }

            largest = Math.Max(largest, Math.Abs(moment) / norm);
        }

        return largest;
    }

    private static void Add(double[] terms, double[] sums)
    {
        ref double t0 = ref MemoryMarshal.GetArrayDataReference(terms);
        ref double s0 = ref MemoryMarshal.GetArrayDataReference(sums);
        for (nuint i = 0; i < (nuint)terms.Length; i += 4)
            (Vector256.LoadUnsafe(ref s0, i) + Vector256.LoadUnsafe(ref t0, i)).StoreUnsafe(ref s0, i);
    }

    private double LargestUsed(double[] values)
    {
        Vector256<double> largest = default;
        for (nuint i = 0; i < (nuint)values.Length; i += 4)
        {
            Vector256<double> isUsed = Vector256.GreaterThan(Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_used), i), Vector256<double>.Zero);
            largest = Vector256.MaxNative(largest, Vector256.Abs(Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(values), i) & isUsed));
        }

        return Math.Max(Math.Max(largest[0], largest[1]), Math.Max(largest[2], largest[3]));
    }
}
