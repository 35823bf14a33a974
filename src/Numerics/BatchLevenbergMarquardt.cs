using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using BigMap.Analysis.Numerics.Internal;

namespace BigMap.Analysis.Numerics;

/// <summary>
/// Bounded least squares for many fits of one model: as many fits as a vector has lanes run in lockstep, and a lane that finishes takes the
/// next fit of the queue. A workspace made once; nothing is allocated when fitting, and bad data give a status, never an exception.
/// </summary>
/// <remarks>
/// <para>
/// The method is that of <see cref="LevenbergMarquardt"/> on the normal equations: JᵀJ and Jᵀr are accumulated while the model is evaluated,
/// the columns of J scaled to norm 1, and (JᵀJ + λD²)δ = −Jᵀr is solved by Cholesky's factorisation inside the bounds (a parameter that
/// reaches its bound is held there and the others are solved for again). Convergence is decided by the same rule, the length of the remaining
/// Gauss–Newton step in standard errors. A fit for which the normal equations are not good enough (a pivot below 1e-7, no convergence within 60
/// iterations, a model that is not finite) is finished by <see cref="LevenbergMarquardt"/>, which works by orthogonal factorisation.
/// </para>
/// <para>
/// The result of a fit depends on its own data alone: not on its neighbours, its lane, the width of the vector or the number of threads.
/// Not thread-safe: one workspace per thread.
/// </para>
/// </remarks>
/// <example><code>
/// var solver = new BatchLevenbergMarquardt(parameterCapacity: 2, pointCapacity: t.Length);
/// solver.Solve(new Decays(t, curves, results), first: 0, count: curves.Length);
/// </code></example>
public sealed class BatchLevenbergMarquardt
{
    private readonly LaneSolver _solver;

    /// <summary>Makes a workspace.</summary>
    /// <param name="parameterCapacity">Largest number of parameters, at least 1.</param>
    /// <param name="pointCapacity">Largest number of points of a curve, at least 1.</param>
    /// <param name="options">Stop rules; null for the defaults.</param>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public BatchLevenbergMarquardt(int parameterCapacity, int pointCapacity, LeastSquaresOptions? options = null)
        : this(parameterCapacity, pointCapacity, options, BestLaneCount)
    {
    }

    internal BatchLevenbergMarquardt(int parameterCapacity, int pointCapacity, LeastSquaresOptions? options, int lanes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parameterCapacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(pointCapacity, 1);
        options ??= new LeastSquaresOptions();
        options.Validate();
        ParameterCapacity = parameterCapacity;
        PointCapacity = pointCapacity;
        _solver = lanes switch
        {
            8 => new LaneSolver<Lanes512>(parameterCapacity, pointCapacity, options),
            4 => new LaneSolver<Lanes256>(parameterCapacity, pointCapacity, options),
            _ => new LaneSolver<Lanes128>(parameterCapacity, pointCapacity, options),
        };
        LaneCount = lanes;
    }

    /// <summary>Largest number of parameters.</summary>
    public int ParameterCapacity { get; }

    /// <summary>Largest number of points of a curve.</summary>
    public int PointCapacity { get; }

    /// <summary>Number of fits that run in lockstep on this machine.</summary>
    public int LaneCount { get; }

    /// <summary>Fits finished by <see cref="LevenbergMarquardt"/> since the workspace was made.</summary>
    internal int FallbackCount => _solver.Fallbacks;

    /// <summary>Lockstep iterations since the workspace was made.</summary>
    internal long Ticks => _solver.Ticks;

    // The runtime calls 512 bits accelerated only where mixed code would not lose by a lower clock; a fit is long enough to gain anyway.
    private static int BestLaneCount => Avx512F.IsSupported || Vector512.IsHardwareAccelerated ? 8 : Vector256.IsHardwareAccelerated ? 4 : 2;

    /// <summary>Fits a part of a batch.</summary>
    /// <typeparam name="TProblem">The problem; a struct for speed.</typeparam>
    /// <param name="problem">The problem; no larger than the workspace.</param>
    /// <param name="first">Number of the first fit.</param>
    /// <param name="count">Number of fits, 0 or more.</param>
    /// <param name="chainLength">
    /// Fits of a chain run one after the other in one lane: <see cref="ILaneProblem.Load"/> of a fit is called after <see cref="ILaneProblem.Store"/>
    /// of the fit before it, so that it may start from there. Chains are counted from <paramref name="first"/>. Default 1, all independent.
    /// </param>
    /// <param name="cancellationToken">Checked before every iteration.</param>
    /// <exception cref="ArgumentException">The problem is larger than the workspace.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; fits that were stored stay.</exception>
    public void Solve<TProblem>(TProblem problem, int first, int count, int chainLength = 1, CancellationToken cancellationToken = default)
        where TProblem : ILaneProblem
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(chainLength, 1);
        int n = problem.ParameterCount, m = problem.PointCount;
        if (n < 1 || n > ParameterCapacity || m < 1 || m > PointCapacity)
            throw new ArgumentException($"The problem has {n} parameters and {m} points; the workspace was made for 1 to {ParameterCapacity} and 1 to {PointCapacity}.", nameof(problem));
        _solver.Solve(problem, first, count, chainLength, cancellationToken);
    }
}
