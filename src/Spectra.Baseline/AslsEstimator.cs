using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Asymmetric least-squares (AsLS) baseline of one spectrum after the other.</summary>
/// <remarks>
/// <para>
/// Minimises Σ wᵢ(yᵢ − zᵢ)² + λ Σ (Δᵈz)ᵢ², wᵢ = p where yᵢ &gt; zᵢ, else 1 − p, by repeated solution with the weights of the last z, from w = 1.
/// The weights take two values only and the objective is convex, so the iteration ends in a finite number of steps at the one minimiser.
/// P. H. C. Eilers, Anal. Chem. 75, 3631 (2003), doi:10.1021/ac034173t; P. H. C. Eilers and H. F. M. Boelens (2005).
/// </para>
/// <para>Positions and variances of the input are not used: λ counts points. Excluded points have weight 0.</para>
/// <para>Owns its scratch memory (about 12 doubles per point), allocates nothing per estimate. Not thread-safe.</para>
/// </remarks>
/// <example><code>
/// var asls = new AslsEstimator(y.Length, new AslsOptions { Lambda = 1e6, P = 0.01 });
/// double[] baseline = new double[y.Length];
/// BaselineInfo info = asls.Estimate(y, baseline);
/// </code></example>
public sealed class AslsEstimator : IBaselineEstimator
{
    private const double RefinementTarget = 1e-12;

    // Ordinary rows need 6 to 11; a row that has not ended by then goes round in a circle.
    private const int UndampedSolves = 15;

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
    private int _usedCount;

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

        // The weights are updated four at a time; what is added at the end has weight 0.
        int padded = (_solver.FoldedLength + 3) & ~3;
        _used = new double[padded];
        _r = new double[padded];
        _w = new double[padded];
        _next = new double[padded];
        _z = new double[padded + WhittakerResidual.Room];
        _correction = new double[padded];
        _points = new double[padded];
        _anchor = new double[padded];
        _pull = new double[padded];
    }

    /// <inheritdoc/>
    public int Length { get; }

    private int Folded => _solver.FoldedLength;

    /// <inheritdoc/>
    public BaselineInfo Estimate(BaselineInput input, BaselineOutput output, CancellationToken cancellationToken = default) =>
        Estimate(_options, input, output, cancellationToken);

    /// <summary>The same with other options: rows of a series may have their own.</summary>
    internal BaselineInfo Estimate(AslsOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken)
    {
        input.CheckLengths(Length);
        output.CheckLengths(Length);
        cancellationToken.ThrowIfCancellationRequested();
        RowStatus status = Load(options, input);
        BaselineInfo info = status == RowStatus.Ok ? Iterate(options, cancellationToken) : new BaselineInfo(status);
        if (info.Status is (RowStatus.Ok or RowStatus.MaxIterations) && !IsFinite(_z.AsSpan(0, Folded)))
            info = new BaselineInfo(RowStatus.NotFinite) { Solves = info.Solves };
        if (info.Status is not (RowStatus.Ok or RowStatus.MaxIterations))
        {
            output.Baseline.Fill(double.NaN);
            output.Weights.Fill(double.NaN);
            return info;
        }

        info = info with { ErrorEstimate = Refine(options) };
        WhittakerSolver.Unfold(_z.AsSpan(0, Folded), output.Baseline);
        _detrending.Restore(output.Baseline);
        if (!output.Weights.IsEmpty)
            WhittakerSolver.Unfold(_w.AsSpan(0, Folded), output.Weights);
        return info;
    }

    private RowStatus Load(AslsOptions options, BaselineInput input)
    {
        Span<double> points = _points.AsSpan(0, Length);
        points.Fill(1);
        _usedCount = Length;
        for (int i = 0; i < input.Excluded.Length; i++)
        {
            if (input.Excluded[i])
            {
                points[i] = 0;
                _usedCount--;
            }
        }

        if (_usedCount <= options.DifferenceOrder)
            return RowStatus.TooFewPoints;
        WhittakerSolver.Fold(points, _used.AsSpan(0, Folded));
        input.Intensity.CopyTo(points);
        if (_usedCount < Length)
            HideExcluded(input.Excluded, points);
        if (!_detrending.Remove(points, options.DifferenceOrder))
            return RowStatus.NotFinite;
        WhittakerSolver.Fold(points, _r.AsSpan(0, Folded));
        return RowStatus.Ok;
    }

    private static bool IsFinite(ReadOnlySpan<double> values)
    {
        Vector128<double> nothing = default;
        for (int i = 0; i < values.Length; i += 2)
            nothing += Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(values), (nuint)i) * Vector128<double>.Zero;
        return Vector128.Sum(nothing) == 0;
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

    private BaselineInfo Iterate(AslsOptions options, CancellationToken cancellationToken)
    {
        _used.CopyTo(_w, 0);
        double norm = _usedCount;
        for (int solves = 1; ; solves++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_solver.Solve(_w.AsSpan(0, Folded), _r.AsSpan(0, Folded), options.Lambda, options.DifferenceOrder, _z.AsSpan(0, Folded)))
                return new BaselineInfo(RowStatus.Singular) { Solves = solves };
            (double squaredChange, double nextNorm) = options.StopRule == AslsStopRule.WeightNorm ? ReweightWithTies(options.P) : Reweight(_z, options.P, first: solves == 1);
            double change = Math.Sqrt(squaredChange / norm);
            bool met = change == 0 || options.StopRule switch
            {
                AslsStopRule.WeightChange => change < options.Tolerance,
                AslsStopRule.WeightNorm => nextNorm == norm || nextNorm == 0,
                _ => false,
            };
            if (met || solves > options.MaxIterations)
            {
                return new BaselineInfo
                {
                    Status = met ? RowStatus.Ok : RowStatus.MaxIterations,
                    Solves = solves,
                    LastChange = change,
                    Converged = met,
                };
            }

            if (options.StopRule == AslsStopRule.FixedPoint && solves >= UndampedSolves)
                nextNorm = Damp(options.P, start: solves == UndampedSolves);
            (_w, _next) = (_next, _w);
            norm = nextNorm;
        }
    }

    /// <summary>Weights that follow from z, their squared distance from the present ones, and their squared norm.</summary>
    /// <remarks>A point within rounding of the baseline keeps its side: which one it is on changes nothing, and must not keep the iteration going.</remarks>
    private (double SquaredChange, double Norm) Reweight(double[] z, double p, bool first)
    {
        Vector256<double> above = Vector256.Create(p), below = Vector256.Create(1 - p);
        Vector256<double> high = Vector256.Create(_detrending.Rounding), low = -high;
        Vector256<double> change = default, norm = default;
        ref double used0 = ref MemoryMarshal.GetArrayDataReference(_used);
        ref double r0 = ref MemoryMarshal.GetArrayDataReference(_r);
        ref double z0 = ref MemoryMarshal.GetArrayDataReference(z);
        ref double w0 = ref MemoryMarshal.GetArrayDataReference(_w);
        ref double next0 = ref MemoryMarshal.GetArrayDataReference(_next);
        Vector256<double> firstSide = first ? Vector256<double>.AllBitsSet : Vector256<double>.Zero;
        for (nuint i = 0; i < (nuint)_w.Length; i += 4)
        {
            Vector256<double> w = Vector256.LoadUnsafe(ref w0, i);
            Vector256<double> residual = Vector256.LoadUnsafe(ref r0, i) - Vector256.LoadUnsafe(ref z0, i);
            Vector256<double> onIt = Vector256.ConditionalSelect(firstSide, below, w);
            Vector256<double> next = Vector256.ConditionalSelect(Vector256.LessThan(residual, low), below, onIt);
            next = Vector256.ConditionalSelect(Vector256.GreaterThan(residual, high), above, next) * Vector256.LoadUnsafe(ref used0, i);
            Vector256<double> step = next - w;
            change += step * step;
            norm += next * next;
            next.StoreUnsafe(ref next0, i);
        }

        return (Vector256.Sum(change), Vector256.Sum(norm));
    }

    /// <summary>Sets the next weights from the best point between the last one and the new solution, instead of from the solution itself.</summary>
    /// <remarks>
    /// The iteration is Newton's on a convex, piecewise quadratic function F. On rare rows (d = 3, small p) full steps go round in a circle; steps
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

        double t = 1, low = 0, high = 1;
        if (Slope(1, p) > 0)
        {
            // F′ is increasing and its zero is bracketed; the exact zero is not needed.
            double target = 0.1 * Math.Abs(Slope(0, p));
            for (int i = 0; i < 60; i++)
            {
                t = 0.5 * (low + high);
                double slope = Slope(t, p);
                if (Math.Abs(slope) <= target)
                    break;
                if (slope > 0)
                    high = t;
                else
                    low = t;
            }
        }

        for (int i = 0; i < Folded; i++)
        {
            _pull[i] += t * ((_w[i] * (_r[i] - _z[i])) - _pull[i]);
            _anchor[i] += t * (_z[i] - _anchor[i]);
        }

        return Reweight(_anchor, p, first: false).Norm;
    }

    private double Slope(double t, double p)
    {
        double sum = 0;
        for (int i = 0; i < Folded; i++)
        {
            double step = _z[i] - _anchor[i];
            double pull = _pull[i] + (t * ((_w[i] * (_r[i] - _z[i])) - _pull[i]));
            double residual = _r[i] - _anchor[i] - (t * step);
            sum += step * (pull - (_used[i] * (residual > 0 ? p : 1 - p) * residual));
        }

        return sum;
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
    private double Refine(AslsOptions options)
    {
        double size = double.PositiveInfinity;
        for (int step = 0; step < 4; step++)
        {
            WhittakerResidual.Compute((options.Lambda, options.DifferenceOrder), _w.AsSpan(0, Folded), _r.AsSpan(0, Folded), _z, _next.AsSpan(0, Folded));
            _solver.SolveAgain(_next.AsSpan(0, Folded), _correction.AsSpan(0, Folded));
            double largest = LargestCorrection();
            double next = _detrending.Range > 0 ? largest / _detrending.Range : 0;
            if (!(next < size))
                return size;
            size = next;
            for (int i = 0; i < Folded; i++)
                _z[i] += _correction[i];
            if (size <= RefinementTarget)
                return size;
        }

        return size;
    }

    private double LargestCorrection()
    {
        Vector256<double> largest = default;
        for (nuint i = 0; i < (nuint)_correction.Length; i += 4)
        {
            largest = Vector256.MaxNative(largest, Vector256.Abs(
                Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_correction), i) * Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_used), i)));
        }

        return Math.Max(Math.Max(largest[0], largest[1]), Math.Max(largest[2], largest[3]));
    }
}
