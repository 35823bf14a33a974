using BigMap.Analysis.Numerics.Internal;

namespace BigMap.Analysis.Numerics;

/// <summary>
/// Bounded nonlinear least squares: a workspace made once and used for any number of fits. Nothing is allocated when fitting, and bad data
/// give a status, never an exception.
/// </summary>
/// <remarks>
/// <para>
/// Minimises χ²(p) = ‖r(p)‖² over lower ≤ p ≤ upper. Each step solves min ‖J δ + r‖² + λ‖D δ‖² inside the bounds exactly (active set), from
/// an orthogonal factorisation J = QR, with D the largest norm that each column of J has had (Moré 1978) and λ changed as Nielsen proposes
/// (1999). From 16 parameters on R comes from JᵀJ = RᵀR instead where J is well-conditioned (every pivot above 1e-4, columns scaled to norm 1). Close to the optimum Gauss–Newton steps (λ → 0, D the present norms; with Anderson's acceleration where they converge slowly) take over and go on until what is left is a negligible part
/// of every standard error, or rounding. Convergence is decided there alone: ‖Qᵀr‖ over the free parameters, relative to ‖r‖/√(n − p), is
/// an upper bound of the remaining step in standard errors, whatever the units of data and parameters.
/// </para>
/// <para>
/// At the optimum a parameter that rests on a bound is one whose gradient pushes outwards; it is left out of the covariance. Parameters that
/// the data do not determine (a column of J that is zero, or a combination that changes nothing) have no standard error; the others keep theirs.
/// </para>
/// <para>
/// Not thread-safe; results depend on nothing but the arguments. J. J. Moré, Lecture Notes in Mathematics 630 (1978) 105,
/// doi:10.1007/BFb0067700. D. G. Anderson, J. ACM 12 (1965) 547, doi:10.1145/321296.321305. K. Madsen, H. B. Nielsen, O. Tingleff, Methods for Non-Linear Least Squares Problems, 2nd ed., DTU 2004.
/// </para>
/// </remarks>
/// <example><code>
/// var solver = new LevenbergMarquardt(parameterCapacity: 2, residualCapacity: t.Length);
/// double[] p = [1, 0.1];
/// LeastSquaresResult fit = solver.Solve(new Decay(t, y), p, new ParameterBounds([0, 0], []));
/// var covariance = new double[4];
/// solver.Covariance(covariance, new StandardErrorStatus[2]);
/// </code></example>
public sealed class LevenbergMarquardt
{
    // √λ of the polish: so small that it changes no determined direction, so large that an undetermined one gets a step of zero.
    private const double PolishDamping = 1e-12;

    // Singular values below this part of the largest, all columns scaled to norm 1, cannot be told from rounding.
    private const double RankTolerance = 1e-12;

    private const int MaxPolishSteps = 60;

    // First λ of the attempts.
    private const double ShortFirstStep = 1e-3;
    private const double LongFirstStep = 1e-8;
    private const double CarefulFirstStep = 1;

    private readonly LeastSquaresOptions _options;
    private readonly BoxedStep _step;
    private readonly RankedInverse _inverse;
    private readonly Acceleration _acceleration;
    private readonly GramFactor? _gram;
    private readonly double[] _x;
    private readonly double[] _trial;
    private readonly double[] _start;
    private readonly double[] _best;
    private readonly double[] _lower;
    private readonly double[] _upper;
    private readonly int[] _varied;
    private readonly double[] _residuals;
    private readonly double[] _trialResiduals;
    private readonly double[] _jacobian;
    private readonly double[] _rotated;
    private readonly double[] _diagonal;
    private readonly double[] _norms;
    private readonly double[] _history;
    private readonly double[] _scale;
    private readonly double[] _r;
    private int _parameterCount;
    private int _residualCount;
    private int _variedCount;
    private bool _hasOptimum;
    private bool _blindAtStart;

    /// <summary>Makes a workspace.</summary>
    /// <param name="parameterCapacity">Largest number of parameters, at least 1.</param>
    /// <param name="residualCapacity">Largest number of residuals, at least 1.</param>
    /// <param name="options">Stop rules; null for the defaults.</param>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    public LevenbergMarquardt(int parameterCapacity, int residualCapacity, LeastSquaresOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parameterCapacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(residualCapacity, 1);
        _options = options ?? new LeastSquaresOptions();
        _options.Validate();
        ParameterCapacity = parameterCapacity;
        ResidualCapacity = residualCapacity;
        _step = new BoxedStep(parameterCapacity);
        _inverse = new RankedInverse(parameterCapacity);
        _acceleration = new Acceleration(parameterCapacity);
        _gram = parameterCapacity >= GramFactor.SmallestOrder ? new GramFactor(parameterCapacity) : null;
        _x = new double[parameterCapacity];
        _trial = new double[parameterCapacity];
        _start = new double[parameterCapacity];
        _best = new double[parameterCapacity];
        _lower = new double[parameterCapacity];
        _upper = new double[parameterCapacity];
        _varied = new int[parameterCapacity];
        _residuals = new double[residualCapacity];
        _trialResiduals = new double[residualCapacity];
        _jacobian = new double[checked(parameterCapacity * residualCapacity)];
        _rotated = new double[residualCapacity];
        _diagonal = new double[parameterCapacity];
        _norms = new double[parameterCapacity];
        _history = new double[parameterCapacity];
        _scale = new double[parameterCapacity];
        _r = new double[parameterCapacity * parameterCapacity];
    }

    /// <summary>Largest number of parameters.</summary>
    public int ParameterCapacity { get; }

    /// <summary>Largest number of residuals.</summary>
    public int ResidualCapacity { get; }

    /// <summary>Fits.</summary>
    /// <param name="problem">The problem; no larger than the workspace.</param>
    /// <param name="parameters">Start values in (moved into the bounds), result out; unchanged when the status is <see cref="RowStatus.NotFinite"/> or <see cref="RowStatus.TooFewPoints"/>.</param>
    /// <param name="bounds">Bounds; equal ones fix a parameter.</param>
    /// <param name="cancellationToken">Checked before every iteration.</param>
    /// <returns>Status, counts and sum of squares.</returns>
    /// <exception cref="ArgumentException">Sizes that do not fit, or a lower bound above the upper one.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public LeastSquaresResult Solve(ILeastSquaresProblem problem, Span<double> parameters, ParameterBounds bounds = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        Prepare(problem, parameters, bounds);
        int n = _parameterCount, m = _residualCount;
        if (m < _variedCount)
            return new LeastSquaresResult(RowStatus.TooFewPoints, StopReason.NotStarted, 0, 0, double.NaN);

        Span<double> x = _x.AsSpan(0, n);
        foreach (double value in x)
        {
            if (!double.IsFinite(value))
                return new LeastSquaresResult(RowStatus.NotFinite, StopReason.NotStarted, 0, 0, double.NaN);
        }

        x.CopyTo(_start);
        int limit = (_options.MaxIterations + 1) / 2;
        Run run = Iterate(problem, ShortFirstStep, limit, cancellationToken);
        if (run.Reason == StopReason.NotStarted)
            return new LeastSquaresResult(RowStatus.NotFinite, StopReason.NotStarted, 1, 1, double.NaN);
        if (!run.Converged && _options.MaxIterations > limit)
            run = TryAgain(problem, run, LongFirstStep, _options.MaxIterations - limit, cancellationToken);
        else if (run.Converged && HasLostInfluence)
            run = TryAgain(problem, run, CarefulFirstStep, limit, cancellationToken);
        x.CopyTo(parameters);
        _hasOptimum = run.Converged;
        return new LeastSquaresResult(_hasOptimum ? Describe() : RowStatus.MaxIterations, run.Reason, run.Iterations, run.Evaluations, run.Cost);
    }

    /// <summary>Looks at a point without moving: afterwards <see cref="Covariance"/> and <see cref="BoundState"/> hold for it.</summary>
    /// <param name="problem">The problem; no larger than the workspace.</param>
    /// <param name="parameters">A point, usually the result of an earlier fit; moved into the bounds.</param>
    /// <param name="bounds">Bounds; equal ones fix a parameter.</param>
    /// <returns>Status as if the point were an optimum, and the sum of squares.</returns>
    /// <exception cref="ArgumentException">Sizes that do not fit, or a lower bound above the upper one.</exception>
    public LeastSquaresResult Inspect(ILeastSquaresProblem problem, ReadOnlySpan<double> parameters, ParameterBounds bounds = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        Prepare(problem, parameters, bounds);
        Span<double> residuals = _residuals.AsSpan(0, _residualCount), jacobian = _jacobian.AsSpan(0, _parameterCount * _residualCount);
        if (_residualCount < _variedCount)
            return new LeastSquaresResult(RowStatus.TooFewPoints, StopReason.NotStarted, 0, 0, double.NaN);
        bool finite = problem.Evaluate(_x.AsSpan(0, _parameterCount), residuals, jacobian);
        double cost = Householder.SumOfSquares(residuals);
        if (!finite || !double.IsFinite(cost) || !Factorise(jacobian, residuals))
            return new LeastSquaresResult(RowStatus.NotFinite, StopReason.NotStarted, 1, 1, double.NaN);
        _hasOptimum = true;
        return new LeastSquaresResult(Describe(), StopReason.NotStarted, 1, 1, cost);
    }

    /// <summary>Where a parameter of the last fit stands.</summary>
    /// <param name="parameter">Parameter, from 0.</param>
    /// <returns>−1 on its lower bound, +1 on its upper bound, 0 otherwise.</returns>
    public int BoundState(int parameter)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)parameter, (uint)_parameterCount, nameof(parameter));
        return _lower[parameter] == _upper[parameter] ? 0
            : _x[parameter] == _lower[parameter] ? -1
            : _x[parameter] == _upper[parameter] ? 1
            : 0;
    }

    /// <summary>Covariance of the last fit, (JᵀJ)⁻¹ over the parameters that are free and determined.</summary>
    /// <param name="covariance">Receives n × n values, row-major; rows and columns of parameters without a standard error are zero. For residuals that were not divided by their standard deviation, multiply by χ²/(n − p).</param>
    /// <param name="status">Receives for each parameter whether it has a standard error, and why not.</param>
    /// <returns>Number of parameters with a standard error; 0 when the last fit did not converge.</returns>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public int Covariance(Span<double> covariance, Span<StandardErrorStatus> status)
    {
        int n = _parameterCount;
        if (covariance.Length < n * n)
            throw new ArgumentException($"A covariance of {n} parameters needs {n * n} values, but there are {covariance.Length}.", nameof(covariance));
        if (status.Length < n)
            throw new ArgumentException($"There are {n} parameters but room for {status.Length} reasons.", nameof(status));
        covariance[..(n * n)].Clear();
        status[..n].Fill(_hasOptimum ? StandardErrorStatus.Fixed : StandardErrorStatus.NoResult);
        if (!_hasOptimum)
            return 0;
        int rank = Rank();
        for (int a = 0; a < _variedCount; a++)
            status[_varied[a]] = BoundState(_varied[a]) != 0 && _norms[a] > 0 ? StandardErrorStatus.OnBound : StandardErrorStatus.Undetermined;
        for (int a = 0; a < _inverse.Count; a++)
        {
            if (_inverse.IsDetermined(a))
                status[_varied[_inverse.Column(a)]] = StandardErrorStatus.Given;
        }

        int given = 0;
        for (int a = 0; a < rank; a++)
        {
            if (!_inverse.IsDetermined(a))
                continue;
            given++;
            int i = _varied[_inverse.Column(a)];
            for (int b = 0; b <= a; b++)
            {
                if (!_inverse.IsDetermined(b))
                    continue;
                int j = _varied[_inverse.Column(b)];
                double value = _inverse.Covariance(a, b) / (_norms[_inverse.Column(a)] * _norms[_inverse.Column(b)]);
                covariance[(i * n) + j] = value;
                covariance[(j * n) + i] = value;
            }
        }

        return given;
    }

    /// <summary>Whether a parameter has no influence at the end of the last fit.</summary>
    internal bool IsBlind => _norms.AsSpan(0, _variedCount).Contains(0);

    /// <summary>Whether a parameter acts at the start of the last fit but not at its end: the component that it belongs to has become zero on the way.</summary>
    private bool HasLostInfluence => !_blindAtStart && IsBlind;

    private Run Iterate(ILeastSquaresProblem problem, double damping, int limit, CancellationToken cancellationToken)
    {
        int n = _parameterCount, m = _residualCount;
        Span<double> x = _x.AsSpan(0, n), trial = _trial.AsSpan(0, n);
        Span<double> residuals = _residuals.AsSpan(0, m), trialResiduals = _trialResiduals.AsSpan(0, m), jacobian = _jacobian.AsSpan(0, n * m);
        var run = new Run { CostTolerance = _options.CostTolerance, Damping = damping, Growth = 2, LastStep = double.PositiveInfinity, FailureCost = double.PositiveInfinity };
        run.Reason = StopReason.IterationLimit;
        bool current = false, evaluated = false, refused = false;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!current)
            {
                if (run.Iterations == limit)
                    return run;
                run.Iterations++;
                bool finite = true;
                if (!evaluated)
                {
                    run.Evaluations++;
                    finite = problem.Evaluate(x, residuals, jacobian);
                }

                run.Cost = Householder.SumOfSquares(residuals);
                if (!finite || !double.IsFinite(run.Cost) || Underflows(run.Cost, residuals) || !Factorise(jacobian, residuals))
                {
                    run.Reason = run.Iterations == 1 ? StopReason.NotStarted : StopReason.Stalled;
                    return run;
                }

                current = true;
                if (run.Iterations == 1)
                    _blindAtStart = _norms.AsSpan(0, _variedCount).Contains(0);
            }

            if (run.Polish)
            {
                if (!run.Shortened && PolishStep(ref run, x))
                    return run;
            }
            else
            {
                ScaleBy(_history, x);
                _step.Solve(_r, _rotated, _variedCount, Math.Sqrt(run.Damping));
                run.Reduction = _step.Reduction;
                run.Step = Norm(_step.Step);

                // Nothing is known of the model far from the start: the first step is no longer than the start itself.
                double length = ScaledNorm(x);
                if (run.Iterations == 1 && length > 0 && run.Step > length && run.Damping < 1e6)
                {
                    run.Damping *= 4;
                    continue;
                }

                if (!(run.Step > _options.StepTolerance * length && run.Reduction > 0 && run.Damping < 1e40))
                {
                    run.Polish = true;
                    run.LastStep = double.PositiveInfinity;
                    continue;
                }
            }

            // The Jacobian has done its work in R, and most trials are taken: theirs is evaluated at once, except after one that was not.
            MakeTrial(x, trial);
            run.Evaluations++;
            evaluated = !refused;
            bool ok = problem.Evaluate(trial, trialResiduals, evaluated ? jacobian : []);
            double cost = Householder.SumOfSquares(trialResiduals);
            ok &= double.IsFinite(cost);
            bool accepted = run.Polish ? JudgePolish(ref run, ok, cost) : Judge(ref run, ok, cost);
            if (accepted)
            {
                trial.CopyTo(x);
                if (evaluated)
                    trialResiduals.CopyTo(residuals);
                current = false;
                refused = false;
                continue;
            }

            refused = true;
            if (run.Failures > 6)
            {
                run.Reason = StopReason.Stalled;
                return run;
            }
        }
    }

    /// <summary>
    /// A curved valley is sometimes left by one long step; and a component that a long step has sent to zero is kept by short ones. The better of
    /// both attempts counts.
    /// </summary>
    private Run TryAgain(ILeastSquaresProblem problem, Run first, double damping, int limit, CancellationToken cancellationToken)
    {
        int n = _parameterCount;
        _x.AsSpan(0, n).CopyTo(_best);
        _start.AsSpan(0, n).CopyTo(_x);
        _history.AsSpan().Clear();
        Run second = Iterate(problem, damping, limit, cancellationToken);
        int iterations = first.Iterations + second.Iterations, evaluations = first.Evaluations + second.Evaluations;
        if (first.Converged ? !(second.Converged && second.Cost < first.Cost) : !second.Converged && !(second.Cost < first.Cost))
        {
            second = first;
            _best.AsSpan(0, n).CopyTo(_x);
            if (first.Converged && problem.Evaluate(_x.AsSpan(0, n), _residuals.AsSpan(0, _residualCount), _jacobian.AsSpan(0, n * _residualCount)))
                Factorise(_jacobian.AsSpan(0, n * _residualCount), _residuals.AsSpan(0, _residualCount));
        }

        second.Iterations = iterations;
        second.Evaluations = evaluations;
        return second;
    }

    private void Prepare(ILeastSquaresProblem problem, ReadOnlySpan<double> parameters, ParameterBounds bounds)
    {
        int n = problem.ParameterCount, m = problem.ResidualCount;
        if (n < 1 || n > ParameterCapacity || m < 1 || m > ResidualCapacity)
            throw new ArgumentException($"The problem has {n} parameters and {m} residuals; the workspace was made for 1 to {ParameterCapacity} and 1 to {ResidualCapacity}.", nameof(problem));
        if (parameters.Length != n)
            throw new ArgumentException($"The problem has {n} parameters, but {parameters.Length} start values were given.", nameof(parameters));
        if ((!bounds.Lower.IsEmpty && bounds.Lower.Length != n) || (!bounds.Upper.IsEmpty && bounds.Upper.Length != n))
            throw new ArgumentException($"The problem has {n} parameters, but {bounds.Lower.Length} lower and {bounds.Upper.Length} upper bounds were given.", nameof(bounds));
        _parameterCount = n;
        _residualCount = m;
        _variedCount = 0;
        _hasOptimum = false;
        for (int i = 0; i < n; i++)
        {
            double low = bounds.Lower.IsEmpty ? double.NegativeInfinity : bounds.Lower[i];
            double high = bounds.Upper.IsEmpty ? double.PositiveInfinity : bounds.Upper[i];
            if (!(low <= high))
                throw new ArgumentException($"Parameter {i} has the lower bound {low} and the upper bound {high}.", nameof(bounds));
            _lower[i] = low;
            _upper[i] = high;
            _x[i] = double.IsFinite(parameters[i]) ? Math.Clamp(parameters[i], low, high) : parameters[i];
            if (low < high)
            {
                _history[_variedCount] = 0;
                _varied[_variedCount++] = i;
            }
        }
    }

    /// <summary>Squares below the range of doubles would look like a perfect fit.</summary>
    private static bool Underflows(double cost, ReadOnlySpan<double> residuals) => cost < Householder.SmallestSquares && residuals.ContainsAnyExcept(0.0);

    /// <summary>QR of the varied columns; R unscaled, and the rotated residuals. Many well-conditioned columns: the same from JᵀJ = RᵀR.</summary>
    private bool Factorise(Span<double> jacobian, ReadOnlySpan<double> residuals)
    {
        int m = _residualCount, k = _variedCount;
        for (int a = 0; a < k; a++)
        {
            int source = _varied[a];
            if (source != a)
                jacobian.Slice(source * m, m).CopyTo(jacobian.Slice(a * m, m));
        }

        _scale.AsSpan(0, k).Fill(1);
        if (_gram is not null && k >= GramFactor.SmallestOrder && m >= 4 * k && _gram.TryFactor(jacobian, residuals, _norms.AsSpan(0, k), _r, _rotated))
        {
            for (int a = 0; a < k; a++)
                _history[a] = Math.Max(_history[a], _norms[a]);
            return true;
        }

        for (int a = 0; a < k; a++)
        {
            Span<double> column = jacobian.Slice(a * m, m);
            double squares = Householder.SumOfSquares(column), norm = Math.Sqrt(squares);
            if (!double.IsFinite(norm))
                return false;
            if (squares < Householder.SmallestSquares)
            {
                column.Clear();
                norm = 0;
            }

            _norms[a] = norm;
            _history[a] = Math.Max(_history[a], norm);
        }

        residuals.CopyTo(_rotated);
        Householder.Factor(jacobian, m, k, _rotated, _diagonal);
        for (int a = 0; a < k; a++)
        {
            jacobian.Slice(a * m, a).CopyTo(_r.AsSpan(a * k));
            _r[(a * k) + a] = _diagonal[a];
        }

        return true;
    }

    /// <summary>Brings R and the bounds of the step to the variables z = D p.</summary>
    private void ScaleBy(ReadOnlySpan<double> d, ReadOnlySpan<double> x)
    {
        int k = _variedCount;
        for (int a = 0; a < k; a++)
        {
            double to = d[a] > 0 ? d[a] : 1;
            double factor = _scale[a] / to;
            if (factor != 1)
            {
                for (int i = 0; i <= a; i++)
                    _r[(a * k) + i] *= factor;
                _scale[a] = to;
            }

            int p = _varied[a];
            _step.Lower[a] = (_lower[p] - x[p]) * to;
            _step.Upper[a] = (_upper[p] - x[p]) * to;
        }
    }

    /// <summary>The Gauss–Newton step, and whether it is worth taking.</summary>
    private bool PolishStep(ref Run run, ReadOnlySpan<double> x)
    {
        ScaleBy(_norms, x);
        _step.Solve(_r, _rotated, _variedCount, PolishDamping);
        run.Reduction = _step.Reduction;
        run.Step = Norm(_step.Step);
        double noise = Math.Sqrt(run.Cost / Math.Max(1, _residualCount - _variedCount));
        if (run.Cost == 0 || Math.Sqrt(Math.Max(0, run.Reduction)) <= _options.OptimumTolerance * noise)
        {
            run.Reason = StopReason.Optimum;
            return true;
        }

        // Parameters are known to eps·|p|, so residuals to eps·‖D p‖; steps that change them by no more than that no longer become shorter.
        double length = ScaledNorm(x), decrement = Math.Sqrt(Math.Max(0, run.Reduction));
        bool blurred = decrement <= 1e-14 * length;
        if (run.Step <= 4e-16 * length || (blurred && ((run.Step > 0.9 * run.LastStep && run.PolishSteps >= 3) || run.Failures > 3)))
        {
            run.Reason = StopReason.Rounding;
            return true;
        }

        bool slow = run.PolishSteps > 0 && decrement > 0.1 * run.LastDecrement;
        if (run.PolishSteps == 0)
            _acceleration.Clear();
        run.Accelerated = _acceleration.Apply(_step, new Acceleration.Point(x, _varied.AsSpan(0, _variedCount), _scale), _r, slow);
        run.LastDecrement = decrement;
        run.LastStep = run.Step;
        run.PolishSteps++;
        return false;
    }

    private bool JudgePolish(ref Run run, bool finite, double cost)
    {
        // Below 1e-11 of the cost its change is rounding; the length of the step decides then.
        // Gauss-Newton steps that overshoot a little teach the acceleration what it needs.
        bool accepted = finite && (cost <= run.Cost
            || (run.Reduction <= 1e-11 * run.Cost && cost <= run.Cost * (1 + 1e-10))
            || (run.Reduction <= 1e-4 * run.Cost && cost <= run.Cost + (2 * run.Reduction)));
        run.Shortened = false;
        if (accepted && run.PolishSteps < MaxPolishSteps)
        {
            run.Shortenings = 0;
            return true;
        }

        if (finite && run.PolishSteps < MaxPolishSteps && Shorten(ref run, cost))
            return false;
        run.Shortenings = 0;
        run.Failures = run.Cost < 0.9 * run.FailureCost ? 1 : run.Failures + 1;
        run.FailureCost = run.Cost;
        run.Polish = false;
        run.PolishSteps = 0;
        run.CostTolerance *= 1e-3;
        run.Damping = Math.Clamp(run.Damping, 1e-6, 1);
        run.Growth = 2;
        return false;
    }

    /// <summary>
    /// Where the second derivative that JᵀJ lacks is large, Gauss–Newton steps overshoot: the parabola through both costs and the slope tells by how much.
    /// </summary>
    private bool Shorten(ref Run run, double cost)
    {
        if (run.Accelerated)
        {
            // The plain step first.
            run.PolishSteps = 0;
            return true;
        }

        double curvature = cost - run.Cost + (2 * run.Reduction);
        if (run.Shortenings == 4 || !(curvature > 0))
            return false;
        double factor = Math.Clamp(run.Reduction / curvature, 0.05, 0.7);
        for (int a = 0; a < _variedCount; a++)
        {
            // A bound that the whole step would have reached is not reached now.
            if (_step.Step[a] != 0)
                _step.State[a] = 0;
            _step.Step[a] *= factor;
        }

        // Of the shorter step, slope and reduction shrink by the same factor.
        run.Reduction *= factor;
        run.Shortenings++;
        run.Shortened = true;
        return true;
    }

    private bool Judge(ref Run run, bool finite, double cost)
    {
        double actual = finite ? run.Cost - cost : double.NegativeInfinity;
        double ratio = actual / run.Reduction;
        if (finite && ratio > 1e-4)
        {
            double t = (2 * ratio) - 1;
            run.Damping = Math.Max(1e-20, run.Damping * Math.Max(0.1, 1 - (t * t * t)));
            run.Growth = 2;
            if (actual <= run.CostTolerance * run.Cost && run.Reduction <= run.CostTolerance * run.Cost)
            {
                run.Polish = true;
                run.LastStep = double.PositiveInfinity;
            }

            return true;
        }

        run.Damping *= run.Growth;
        run.Growth *= 2;
        return false;
    }

    private void MakeTrial(ReadOnlySpan<double> x, Span<double> trial)
    {
        x.CopyTo(trial);
        for (int a = 0; a < _variedCount; a++)
        {
            int p = _varied[a];
            trial[p] = _step.State[a] < 0 ? _lower[p]
                : _step.State[a] > 0 ? _upper[p]
                : Math.Clamp(x[p] + (_step.Step[a] / _scale[a]), _lower[p], _upper[p]);
        }
    }

    private double Norm(ReadOnlySpan<double> step) => Math.Sqrt(Householder.SumOfSquares(step[.._variedCount]));

    private double ScaledNorm(ReadOnlySpan<double> x)
    {
        double sum = 0;
        for (int a = 0; a < _variedCount; a++)
        {
            double z = x[_varied[a]] * _scale[a];
            sum += z * z;
        }

        return Math.Sqrt(sum);
    }

    private int Rank()
    {
        // The columns that are free, each divided by its own norm: what is determined must not depend on units.
        int k = _variedCount;
        _inverse.Begin(k);
        for (int a = 0; a < k; a++)
        {
            if (BoundState(_varied[a]) == 0)
                _inverse.Add(a, _r.AsSpan(a * k, a + 1), _norms[a] > 0 ? _scale[a] / _norms[a] : 0);
        }

        return _inverse.Factor(RankTolerance);
    }

    private RowStatus Describe()
    {
        bool bound = false, blind = false;
        for (int a = 0; a < _variedCount; a++)
        {
            bool on = BoundState(_varied[a]) != 0;
            bound |= on;
            blind |= !on && _norms[a] == 0;
        }

        // A parameter without influence is explained by another that rests on its bound (a peak of area zero has no place).
        int rank = Rank();
        if (rank < _inverse.Count - _inverse.ZeroCount || (blind && !bound))
            return RowStatus.Singular;
        return bound ? RowStatus.AtBound : RowStatus.Ok;
    }

    private struct Run
    {
        public double Cost;
        public double CostTolerance;
        public double Damping;
        public double Growth;
        public double Reduction;
        public double Step;
        public double LastStep;
        public double FailureCost;
        public double LastDecrement;
        public bool Accelerated;
        public bool Shortened;
        public int Shortenings;
        public int Iterations;
        public int Evaluations;
        public int Failures;
        public int PolishSteps;
        public bool Polish;
        public StopReason Reason;

        public readonly bool Converged => Reason is StopReason.Optimum or StopReason.Rounding;
    }
}
