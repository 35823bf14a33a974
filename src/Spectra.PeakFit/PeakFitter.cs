using System.Numerics.Tensors;
using BigMap.Analysis.Numerics;
using BigMap.Analysis.Spectra.PeakFit.Internal;

namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>Fits one model to rows of one length: a workspace made once, for batches, live streams and inner loops. A fit allocates nothing.</summary>
/// <remarks>
/// Not thread-safe: one per thread. Results depend on the arguments alone. NaN or an infinity anywhere in the row gives
/// <see cref="RowStatus.NotFinite"/>; fewer points than varied parameters <see cref="RowStatus.TooFewPoints"/>; never an exception.
/// </remarks>
/// <example><code>
/// var model = new PeakModel(options);
/// var fitter = new PeakFitter(model, x.Length);
/// double[] values = new double[model.ValueNames.Count], errors = new double[values.Length];
/// Array.Fill(values, double.NaN);                       // start from the data
/// FitInfo info = fitter.Fit(new FitData(x, y), values, errors);
/// </code></example>
public sealed partial class PeakFitter
{
    private readonly ModelLayout _layout;
    private readonly CurveProblem _problem;
    private readonly StartValues _starts;
    private readonly LevenbergMarquardt _solver;
    private readonly double[] _parameters;
    private readonly double[] _lower;
    private readonly double[] _upper;
    private readonly double[] _roots;
    private readonly double[] _rootLower;
    private readonly double[] _rootUpper;
    private readonly double[] _freeLower;
    private readonly double[] _freeUpper;
    private readonly double[] _covariance;
    private readonly StandardErrorStatus[] _rootStatus;
    private readonly double[] _gradient;
    private readonly double[] _otherGradient;
    private readonly StandardErrorStatus[] _errorStatus;
    private readonly double[] _startValues;
    private readonly double[] _values;
    private SharedValues? _shared;

    /// <summary>Makes a workspace.</summary>
    /// <param name="model">The model.</param>
    /// <param name="length">Points of a row, at least 1.</param>
    public PeakFitter(PeakModel model, int length)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        Model = model;
        Length = length;
        _layout = model.Layout;
        _problem = new CurveProblem(_layout, length);
        _starts = new StartValues(_layout, length);
        int n = _layout.Roots.Length, all = _layout.Parameters;
        _solver = new LevenbergMarquardt(n, _problem.ResidualCount, new LeastSquaresOptions { MaxIterations = model.Options.MaxIterations });
        _parameters = new double[all];
        _lower = new double[all];
        _upper = new double[all];
        _roots = new double[n];
        _rootLower = new double[n];
        _rootUpper = new double[n];
        _freeLower = new double[n];
        _freeUpper = new double[n];
        _kept = new double[n];
        _nullRoots = new double[n];
        _worstRoots = new double[n];
        _candidate = new double[n];
        _keptActive = new bool[_layout.Lines.Length];
        _limits = new double[_layout.Lines.Length];
        _restarts = new int[_layout.GroupCount];
        _match = new ProfileMatch(length, n);
        _key = new double[all + 1];
        _thresholds = new (FalseAlarm, double)[_layout.GroupCount];
        _profile = new double[length];
        _basis = new double[n * _problem.ResidualCount];
        _residuals = new double[_problem.ResidualCount];
        _smoothness = new SmoothnessEstimate(_layout.SplineCount);
        _misfitDeviate = model.Options.MisfitLevel > 0 ? -Distributions.NormalQuantile(model.Options.MisfitLevel) : double.PositiveInfinity;
        _covariance = new double[n * n];
        _rootStatus = new StandardErrorStatus[n];
        _gradient = new double[n];
        _otherGradient = new double[n];
        _errorStatus = new StandardErrorStatus[model.ValueNames.Count];
        _startValues = new double[model.ValueNames.Count];
        _values = new double[model.ValueNames.Count];
    }

    /// <summary>The model.</summary>
    public PeakModel Model { get; }

    /// <summary>Points of a row.</summary>
    public int Length { get; }

    /// <summary>Why standard errors of the last fit are missing, in the order of <see cref="PeakModel.ValueNames"/>.</summary>
    public ReadOnlySpan<StandardErrorStatus> ErrorStatus => _errorStatus;

    /// <summary>Start values of the last fit, in the order of <see cref="PeakModel.ValueNames"/>.</summary>
    public ReadOnlySpan<double> StartValuesUsed => _startValues;

    /// <summary>Fits a row.</summary>
    /// <param name="data">The points; variances are needed with <see cref="Weighting.Sigma"/>.</param>
    /// <param name="values">
    /// Start values in, result out, in the order of <see cref="PeakModel.ValueNames"/>. NaN takes the start from the options or the data;
    /// heights and tied parameters are computed, whatever stands there. NaN when there is no result.
    /// </param>
    /// <param name="standardErrors">Receives standard errors; NaN where there is none, see <see cref="ErrorStatus"/>.</param>
    /// <param name="cancellationToken">Checked before every iteration.</param>
    /// <returns>How the fit ended.</returns>
    /// <exception cref="ArgumentException">Sizes that do not fit.</exception>
    /// <exception cref="OptionsException">A tie makes the bounds of a parameter empty.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public FitInfo Fit(FitData data, Span<double> values, Span<double> standardErrors, CancellationToken cancellationToken = default)
    {
        Check(data, values.Length, standardErrors.Length);
        SetBounds(data.X);
        if (!_problem.Load(data, Model.Options.Weighting))
            return Fail(RowStatus.NotFinite, values, standardErrors);
        SetStarts(values);
        Begin();
        StartSmoothness();
        bool tests = Model.Options.TestPeaks && _layout.GroupCount > 0, faint = tests && LeaveOutFaint();
        LeastSquaresResult fit = Solve(cancellationToken);
        if (fit.Status is RowStatus.NotFinite or RowStatus.TooFewPoints)
            return Fail(fit.Status, values, standardErrors);
        if (Model.Options.Starts > 1)
            fit = TryOtherStarts(fit, cancellationToken);
        fit = Smoothen(fit, cancellationToken);
        if (faint)
            fit = AddFaint(fit, cancellationToken);
        if (tests)
            fit = Smoothen(Select(fit, faint, cancellationToken), cancellationToken);
        return Finish(fit, values, standardErrors);
    }

    /// <summary>Correlation of two values of the last fit.</summary>
    /// <param name="a">Position in <see cref="PeakModel.ValueNames"/>.</param>
    /// <param name="b">Position in <see cref="PeakModel.ValueNames"/>.</param>
    /// <returns>−1 to 1; NaN when one of them has no standard error.</returns>
    public double Correlation(int a, int b)
    {
        if (_errorStatus[a] != StandardErrorStatus.Given || _errorStatus[b] != StandardErrorStatus.Given)
            return double.NaN;
        Gradient(a, _gradient);
        Gradient(b, _otherGradient);
        double aa = Quadratic(_gradient, _gradient), bb = Quadratic(_otherGradient, _otherGradient), ab = Quadratic(_gradient, _otherGradient);
        return aa > 0 && bb > 0 ? Math.Clamp(ab / Math.Sqrt(aa * bb), -1, 1) : double.NaN;
    }

    /// <summary>Parameters that the last fit varied, with those that ended on a bound.</summary>
    internal int CountVaried()
    {
        int varied = 0;
        for (int k = 0; k < _roots.Length; k++)
            varied += _rootLower[k] < _rootUpper[k] ? 1 : 0;
        return varied;
    }

    /// <summary>Looks at an earlier result without fitting: standard errors and correlations are those of that point.</summary>
    internal FitInfo Inspect(FitData data, Span<double> values, Span<double> standardErrors, ReadOnlySpan<bool> present, SharedValues? shared = null)
    {
        Check(data, values.Length, standardErrors.Length);
        if (!_problem.Load(data, Model.Options.Weighting))
            return Fail(RowStatus.NotFinite, values, standardErrors);
        SetBounds(data.X);
        for (int q = 0; q < _layout.Quantities.Length; q++)
        {
            int p = _layout.Quantities[q].Parameter;
            if (p >= 0 && !_layout.IsTied[p])
                _roots[_layout.RootIndex[p]] = double.IsNaN(values[q]) ? _rootLower[_layout.RootIndex[p]] is var low && double.IsFinite(low) ? low : 1 : values[q];
        }

        HoldFixed();
        if (shared is not null)
            Hold(shared.Values);
        Begin();
        ReadSmoothness(values);
        present.CopyTo(_problem.Active);
        ApplyPresence();
        LeastSquaresResult fit = _solver.Inspect(_problem, _roots, new ParameterBounds(_rootLower, _rootUpper));
        _shared = shared;
        FitInfo info = fit.Status is RowStatus.NotFinite or RowStatus.TooFewPoints ? Fail(fit.Status, values, standardErrors) : Finish(fit, values, standardErrors);
        _shared = null;
        return info;
    }

    /// <summary>Visits every pair of parameters, at least one of them of a peak, that is correlated beyond a limit.</summary>
    internal void ListCorrelations(double limit, ICollection<(int A, int B, double Value)> pairs)
    {
        int n = _layout.Roots.Length;
        for (int i = 0; i < n; i++)
        {
            if (_rootStatus[i] != StandardErrorStatus.Given)
                continue;
            for (int j = 0; j < i; j++)
            {
                if (_rootStatus[j] != StandardErrorStatus.Given || _layout.Roots[j] >= _layout.BackgroundStart || _layout.Roots[i] >= _layout.SplineStart)
                    continue;
                double r = _covariance[(i * n) + j] / Math.Sqrt(_covariance[(i * n) + i] * _covariance[(j * n) + j]);
                if (Math.Abs(r) > limit)
                    pairs.Add((_layout.Roots[j], _layout.Roots[i], r));
            }
        }
    }

    private void Check(FitData data, int values, int errors)
    {
        int count = _layout.Quantities.Length;
        if (data.X.Length != Length || data.Y.Length != Length)
            throw new ArgumentException($"The workspace was made for {Length} points, but there are {data.X.Length} x and {data.Y.Length} y.", nameof(data));
        if (Model.Options.Weighting == Weighting.Sigma && data.Variance.Length != Length)
            throw new ArgumentException($"Weights from the variances need {Length} of them, but there are {data.Variance.Length}.", nameof(data));
        if (values != count || errors != count)
            throw new ArgumentException($"The model has {count} values, but there is room for {values} values and {errors} standard errors.", nameof(values));
    }

    private void SetBounds(ReadOnlySpan<double> x)
    {
        double window = x[^1] - x[0], step = window / Math.Max(1, x.Length - 1);
        for (int i = 0; i < _layout.Parameters; i++)
        {
            Parameter definition = _layout.Definitions[i];
            (double low, double high) = (_layout.Shapes[i]?.Role, _layout.IsTied[i]) switch
            {
                (ShapeParameterRole.Area or ShapeParameterRole.Height, _) => (0, double.PositiveInfinity),
                (ShapeParameterRole.PartialWidth, _) => (double.IsFinite(_layout.Shapes[i]!.Minimum) ? step * _layout.Shapes[i]!.Minimum : -window, window),
                (ShapeParameterRole.Center, false) => (x[0], x[^1]),
                (ShapeParameterRole.Width, _) => (step, window),
                (ShapeParameterRole.Form, _) => (_layout.Shapes[i]!.Minimum, _layout.Shapes[i]!.Maximum),
                _ => (double.NegativeInfinity, double.PositiveInfinity),
            };

            // What the user states wins over a default that contradicts it.
            (double least, double most) = Stated(i);
            if (least < low)
                low = _layout.Shapes[i]?.Role is not (ShapeParameterRole.Width or ShapeParameterRole.PartialWidth) ? double.NegativeInfinity : least > 0 ? 1e-3 * least : Math.Min(low, least);
            if (most > high)
                high = double.PositiveInfinity;
            _lower[i] = definition.Min ?? low;
            _upper[i] = definition.Max ?? high;
        }

        for (int k = 0; k < _roots.Length; k++)
        {
            int p = _layout.Roots[k];
            (_rootLower[k], _rootUpper[k]) = (_lower[p], _upper[p]);
        }

        for (int i = 0; i < _layout.Parameters; i++)
        {
            if (_layout.IsTied[i] && !_layout.IsSum(i))
                NarrowRoot(i);
        }
    }

    /// <summary>The smallest of the values that the user allows or gives as a start, and the largest; of a tied parameter also what follows from those of its root.</summary>
    private (double Least, double Most) Stated(int i)
    {
        Parameter definition = _layout.Definitions[i];
        double least = Math.Min(definition.Max ?? double.PositiveInfinity, definition.Value ?? double.PositiveInfinity);
        double most = Math.Max(definition.Min ?? double.NegativeInfinity, definition.Value ?? double.NegativeInfinity);
        if (!_layout.IsTied[i] || _layout.IsSum(i))
            return (least, most);
        double factor = _layout.Factor[i], offset = _layout.Offset[i];
        Parameter root = _layout.Definitions[_layout.Root[i]];
        if (root.Value is { } value)
            (least, most) = (Math.Min(least, (factor * value) + offset), Math.Max(most, (factor * value) + offset));
        if ((factor > 0 ? root.Max : root.Min) is { } top)
            least = Math.Min(least, (factor * top) + offset);
        if ((factor > 0 ? root.Min : root.Max) is { } bottom)
            most = Math.Max(most, (factor * bottom) + offset);
        return (least, most);
    }

    private void NarrowRoot(int i)
    {
        int k = _layout.RootIndex[_layout.Root[i]];
        double a = (_lower[i] - _layout.Offset[i]) / _layout.Factor[i], b = (_upper[i] - _layout.Offset[i]) / _layout.Factor[i];
        _rootLower[k] = Math.Max(_rootLower[k], Math.Min(a, b));
        _rootUpper[k] = Math.Min(_rootUpper[k], Math.Max(a, b));
        bool empty = !(_rootLower[k] <= _rootUpper[k]);
        if (_layout.Definitions[_layout.Root[i]] is { Vary: false, Value: { } held })
        {
            // A value that is not varied is never moved; a bound that it meets but for rounding is met.
            double slack = 1e-12 * Math.Max(Math.Abs(held), Math.Abs(_layout.Offset[i] / _layout.Factor[i]));
            empty = held < Math.Min(a, b) - slack || held > Math.Max(a, b) + slack;
        }

        if (empty)
        {
            throw new OptionsException(nameof(PeakFitOptions), [new OptionFault("ties", $"the bounds of {_layout.Names[i]} and those, or the value, of {_layout.Names[_layout.Root[i]]}, to which it is tied, exclude each other.")]);
        }
    }

    private void SetStarts(ReadOnlySpan<double> values)
    {
        _parameters.AsSpan().Fill(double.NaN);
        for (int q = 0; q < _layout.Quantities.Length; q++)
        {
            int p = _layout.Quantities[q].Parameter;
            if (p < 0)
                continue;
            Parameter definition = _layout.Definitions[p];
            double given = definition is { Vary: false, Value: not null } ? double.NaN : values[q];
            _parameters[p] = double.IsFinite(given) ? Math.Clamp(given, _lower[p], _upper[p]) : definition.Value ?? double.NaN;
        }

        // A follower whose leader has a value knows its own.
        Follow();
        _starts.Fill(_problem, _parameters, _lower, _upper);
        for (int k = 0; k < _roots.Length; k++)
        {
            int p = _layout.Roots[k];
            _roots[k] = _layout.Definitions[p] is { Vary: false, Value: { } held } ? held : Math.Clamp(_parameters[p], _rootLower[k], _rootUpper[k]);
        }

        HoldFixed();
        WriteValues(_startValues);
    }

    /// <summary>Followers from the parameters that they follow; NaN where those are to be found.</summary>
    private void Follow()
    {
        for (int i = 0; i < _parameters.Length; i++)
        {
            if (!_layout.IsTied[i])
                continue;
            double sum = 0;
            foreach (Term term in _layout.Terms[i])
                sum += term.Factor * _parameters[_layout.Roots[term.Root]];
            _parameters[i] = sum + _layout.Offset[i];
        }
    }

    private void HoldFixed()
    {
        for (int k = 0; k < _roots.Length; k++)
        {
            if (!_layout.Definitions[_layout.Roots[k]].Vary)
                _rootLower[k] = _rootUpper[k] = _roots[k];
        }
    }

    private void WriteValues(Span<double> values)
    {
        ReadOnlySpan<double> p = _problem.Expand(_roots);
        for (int q = 0; q < values.Length; q++)
        {
            Quantity quantity = _layout.Quantities[q];
            values[q] = quantity.Parameter >= 0 ? p[quantity.Parameter] : quantity.Kind switch
            {
                QuantityKind.Derived => double.NaN,
                QuantityKind.Smoothness => _problem.Smoothness,
                QuantityKind.SplineFreedom => _splineFreedom,
                _ => _problem.Calculus.Compute(quantity, p),
            };
        }
    }

    /// <summary>Derived quantities from the other values.</summary>
    private void WriteDerived(Span<double> values)
    {
        for (int q = 0; q < values.Length; q++)
        {
            Quantity quantity = _layout.Quantities[q];
            if (quantity.Kind != QuantityKind.Derived)
                continue;
            values[q] = QuantityCalculus.Derived(quantity.Definition!, SumOf(quantity.Of, values), SumOf(quantity.Over, values));
        }

        values.CopyTo(_values);
    }

    private static double SumOf(int[] places, ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (int place in places)
            sum += values[place];
        return sum;
    }

    private ReadOnlySpan<double> PeakParameters(ReadOnlySpan<double> p, int peak) => p.Slice(_layout.PeakStarts[peak], _layout.Lines[peak].Parameters.Count);

    /// <summary>What is known of a peak that is not there: its amplitudes are zero; its place and form are nothing, unless a peak that is there shares them.</summary>
    private void WriteAbsent(Span<double> values)
    {
        for (int q = 0; q < values.Length; q++)
        {
            Quantity quantity = _layout.Quantities[q];
            if (quantity.Peak < 0 || _problem.Active[quantity.Peak])
                continue;
            bool amplitude = quantity.Unit is QuantityUnit.Area or QuantityUnit.Intensity;
            if (amplitude)
                values[q] = quantity.Kind == QuantityKind.Area && double.IsNaN(values[q]) ? double.NaN : 0;
            else if (quantity.Parameter < 0 || !IsKnown(quantity.Parameter))
                values[q] = double.NaN;
        }
    }

    /// <summary>Whether everything that a parameter is made from takes part in the fit.</summary>
    private bool IsKnown(int parameter)
    {
        foreach (Term term in _layout.Terms[parameter])
        {
            if (!IsInUse(term.Root))
                return false;
        }

        return true;
    }

    private FitInfo Finish(LeastSquaresResult fit, Span<double> values, Span<double> standardErrors)
    {
        SetSplineFreedom();
        WriteValues(values);
        WriteAbsent(values);
        WriteDerived(values);
        _solver.Covariance(_covariance, _rootStatus);
        double variables = CountVaried() - _layout.SplineCount + _splineFreedom, freedom = Length - variables + PriorFreedom();
        double chiSquare = _problem.ResidualCount == Length ? fit.ChiSquare : ChiSquareOfData();
        double reduced = freedom > 0 ? chiSquare / freedom : double.NaN;
        bool scaled = Model.Options.Weighting == Weighting.None;
        if (_shared is { } shared && fit.Status != RowStatus.MaxIterations)
            AddSharedCovariance(shared, scaled && reduced > 0 ? reduced : 1);
        for (int q = 0; q < values.Length; q++)
        {
            _errorStatus[q] = StatusOf(q);
            if (_errorStatus[q] == StandardErrorStatus.Given && scaled && freedom <= 0)
                _errorStatus[q] = StandardErrorStatus.NoDegreesOfFreedom;
            standardErrors[q] = _errorStatus[q] == StandardErrorStatus.Given
                ? Math.Sqrt(Quadratic(_gradient, _gradient) * (scaled ? reduced : 1))
                : double.NaN;

            // A fraction that is 0 or 1 because a peak is absent has derivatives of zero; that is no error of zero.
            if (standardErrors[q] <= 1e-12 * Math.Abs(values[q]) && DependsOnAbsent(_layout.Quantities[q]))
                (_errorStatus[q], standardErrors[q]) = (StandardErrorStatus.Absent, double.NaN);
        }

        // A row in which every peak is tested and none is found has its amplitudes on their bound.
        RowStatus status = fit.Status == RowStatus.Ok && !_problem.Active.AsSpan().Contains(true) ? RowStatus.AtBound : fit.Status;
        return Judge(new FitInfo(status, fit.Iterations, fit.Evaluations, chiSquare, reduced) { Variables = (int)Math.Round(variables) }, freedom);
    }

    /// <summary>What priors take of the parameters: n − tr(hat matrix) is more than points minus parameters by Σ g C gᵀ/σ².</summary>
    private double PriorFreedom()
    {
        double sum = 0;
        for (int j = 0; j < _layout.Priors.Length; j++)
        {
            if (!_problem.Counts(j))
                continue;
            Gradient(_layout.Priors[j], _gradient);
            double sigma = Model.Options.Priors[j].StandardDeviation;
            sum += Quadratic(_gradient, _gradient) / (sigma * sigma);
        }

        return sum;
    }

    /// <summary>χ² without penalties.</summary>
    private double ChiSquareOfData()
    {
        _problem.Evaluate(_roots, _residuals, []);
        return TensorPrimitives.SumOfSquares<double>(_residuals.AsSpan(0, Length));
    }

    /// <summary>Tests of the residuals.</summary>
    private FitInfo Judge(FitInfo info, double freedom)
    {
        _problem.Evaluate(_roots, _residuals, []);
        ReadOnlySpan<double> residuals = _residuals.AsSpan(0, Length);
        (_, double runs) = ResidualTests.Runs(residuals);
        double lag = ResidualTests.Lag1(residuals);
        FitFlags flags = FitFlags.None;
        if (freedom > 0 && info.Status.IsUsable())
        {
            if (Model.Options.Weighting != Weighting.None && Distributions.ChiSquareSurvival(info.ChiSquare, freedom) < Model.Options.MisfitLevel)
                flags |= FitFlags.ChiSquare;
            if (runs < -_misfitDeviate)
                flags |= FitFlags.Runs;
            if (lag * Math.Sqrt(Length) > _misfitDeviate)
                flags |= FitFlags.Autocorrelation;
        }

        return info with { Flags = flags, RunsDeviation = runs, Autocorrelation = lag };
    }

    /// <summary>Whether a value has a standard error; leaves its gradient by the roots in the buffer.</summary>
    private StandardErrorStatus StatusOf(int quantity)
    {
        Quantity q = _layout.Quantities[quantity];
        if (q.Peak >= 0 && !_problem.Active[q.Peak])
        {
            if (q.Unit is QuantityUnit.Area or QuantityUnit.Intensity || q.Parameter < 0 || !IsKnown(q.Parameter))
                return StandardErrorStatus.Absent;
        }

        if (q.Kind is QuantityKind.Smoothness or QuantityKind.SplineFreedom)
            return StandardErrorStatus.NotApplicable;
        if (q.Kind == QuantityKind.Derived && double.IsNaN(_values[quantity]))
            return DependsOnAbsent(q) ? StandardErrorStatus.Absent : StandardErrorStatus.Undetermined;
        Gradient(quantity, _gradient);
        bool free = false, bound = false, undetermined = false, none = false;
        for (int k = 0; k < _gradient.Length; k++)
        {
            if (_gradient[k] == 0)
                continue;
            if (double.IsNaN(_gradient[k]))
                return StandardErrorStatus.NotApplicable;
            free |= _rootStatus[k] == StandardErrorStatus.Given;
            bound |= _rootStatus[k] == StandardErrorStatus.OnBound;
            undetermined |= _rootStatus[k] == StandardErrorStatus.Undetermined;
            none |= _rootStatus[k] == StandardErrorStatus.NoResult;
        }

        return none ? StandardErrorStatus.NoResult
            : undetermined ? StandardErrorStatus.Undetermined
            : free ? StandardErrorStatus.Given
            : bound ? StandardErrorStatus.OnBound
            : DependsOnAbsent(q) ? StandardErrorStatus.Absent
            : StandardErrorStatus.Fixed;
    }

    private bool DependsOnAbsent(Quantity quantity)
    {
        return Any(quantity.Of) || Any(quantity.Over);

        bool Any(int[] places)
        {
            foreach (int place in places)
            {
                if (_layout.Quantities[place].Peak is >= 0 and int peak && !_problem.Active[peak])
                    return true;
            }

            return false;
        }
    }

    private void Gradient(int quantity, Span<double> gradient)
    {
        gradient.Clear();
        _problem.Calculus.AddGradient(_layout.Quantities[quantity], _problem.Expand(_roots), _problem.Active, 1, gradient);
    }

    private double Quadratic(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            if (a[i] == 0)
                continue;
            double row = 0;
            for (int j = 0; j < b.Length; j++)
                row += _covariance[(i * a.Length) + j] * b[j];
            sum += a[i] * row;
        }

        return sum;
    }

    private FitInfo Fail(RowStatus status, Span<double> values, Span<double> standardErrors)
    {
        values.Fill(double.NaN);
        standardErrors.Fill(double.NaN);
        _limits.AsSpan().Fill(double.NaN);
        _startValues.AsSpan().Fill(double.NaN);
        _errorStatus.AsSpan().Fill(StandardErrorStatus.NoResult);
        _rootStatus.AsSpan().Fill(StandardErrorStatus.NoResult);
        return new FitInfo(status, 0, 0, double.NaN, double.NaN) { RunsDeviation = double.NaN, Autocorrelation = double.NaN };
    }
}
