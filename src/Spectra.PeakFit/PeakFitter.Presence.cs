using System.Numerics.Tensors;
using BigMap.Analysis.Numerics;
using BigMap.Analysis.Spectra.PeakFit.Internal;

namespace BigMap.Analysis.Spectra.PeakFit;

/// <content>Which peaks are there: the model with a peak against the model without it.</content>
public sealed partial class PeakFitter
{
    // Amplitudes this many times above what noise gives need no second fit.
    private const double ObviousFactor = 2;

    // A start has not seen the other peaks: only one that is far from obvious is left out.
    private const double FaintFactor = 1.5;

    // Power with which a peak at the detection limit is found: 95 % (one-sided normal deviate).
    private const double DetectionDeviate = 1.6448536269514722;

    private const int MaxRestarts = 2;

    private readonly double[] _kept;
    private readonly double[] _nullRoots;
    private readonly double[] _worstRoots;
    private readonly double[] _candidate;
    private readonly bool[] _keptActive;
    private readonly double[] _limits;
    private readonly int[] _restarts;
    private readonly ProfileMatch _match;
    private readonly double[] _key;
    private readonly (FalseAlarm Search, double Threshold)[] _thresholds;
    private readonly double[] _profile;
    private readonly double[] _basis;
    private readonly double[] _residuals;
    private readonly double _misfitDeviate;
    private int _basisCount;

    /// <summary>Whether each peak of the last fit is there.</summary>
    public ReadOnlySpan<bool> Present => _problem.Active;

    /// <summary>Detection limits of the last fit: the amplitude (area, or height for shapes with that parameter) that an absent peak would need to be found with a probability of 95 %, wherever it is within its bounds; NaN for a peak that is there.</summary>
    public ReadOnlySpan<double> DetectionLimits => _limits;

    private void Begin()
    {
        _rootLower.CopyTo(_freeLower, 0);
        _rootUpper.CopyTo(_freeUpper, 0);
        _problem.Active.AsSpan().Fill(true);
        _limits.AsSpan().Fill(double.NaN);
        Array.Clear(_restarts);
    }

    private LeastSquaresResult Solve(CancellationToken cancellationToken)
    {
        ApplyPresence();
        var bounds = new ParameterBounds(_rootLower, _rootUpper);
        return CountVaried() == 0 ? _solver.Inspect(_problem, _roots, bounds) : _solver.Solve(_problem, _roots, bounds, cancellationToken);
    }

    /// <summary>Whether a parameter belongs to the background or to a peak that is there.</summary>
    private bool IsInUse(int root)
    {
        if (_layout.NeededByBackground[root] || _layout.Roots[root] >= _layout.BackgroundStart)
            return true;
        foreach (int peak in _layout.UsedBy[root])
        {
            if (_problem.Active[peak])
                return true;
        }

        return false;
    }

    /// <summary>Parameters of absent peaks are held, so that they disturb no other.</summary>
    private void ApplyPresence()
    {
        for (int k = 0; k < _roots.Length; k++)
            (_rootLower[k], _rootUpper[k]) = IsInUse(k) ? (_freeLower[k], _freeUpper[k]) : (_roots[k], _roots[k]);
    }

    private static LeastSquaresResult Sum(LeastSquaresResult counted, LeastSquaresResult result) =>
        result with { Iterations = counted.Iterations + result.Iterations, Evaluations = counted.Evaluations + result.Evaluations };

    private static bool IsBetter(LeastSquaresResult a, LeastSquaresResult b) => a.Status is not (RowStatus.NotFinite or RowStatus.TooFewPoints)
        && (a.ChiSquare < b.ChiSquare * (1 - 1e-9) || (a.ChiSquare <= b.ChiSquare && b.Status == RowStatus.MaxIterations));

    /// <summary>Starts with centres and widths drawn within their bounds; the same draws in every row.</summary>
    private LeastSquaresResult TryOtherStarts(LeastSquaresResult first, CancellationToken cancellationToken)
    {
        LeastSquaresResult best = first;
        _roots.CopyTo(_kept, 0);
        var random = new SplitMix((ulong)Model.Options.Seed);
        double window = _problem.X[^1] - _problem.X[0], step = window / Math.Max(1, Length - 1);
        for (int turn = 1; turn < Model.Options.Starts; turn++)
        {
            _parameters.AsSpan().Fill(double.NaN);
            for (int k = 0; k < _roots.Length; k++)
            {
                int p = _layout.Roots[k];
                double u = random.Next();
                if (_freeLower[k] == _freeUpper[k])
                    _parameters[p] = _freeLower[k];
                else if (_layout.Shapes[p]?.Role == ShapeParameterRole.Center)
                    _parameters[p] = Math.Max(_freeLower[k], _problem.X[0]) is var low && Math.Min(_freeUpper[k], _problem.X[^1]) is var high ? low + (u * (high - low)) : double.NaN;
                else if (_layout.Shapes[p]?.Role == ShapeParameterRole.Width)
                    _parameters[p] = Math.Max(_freeLower[k], 2 * step) is var narrow && Math.Min(_freeUpper[k], window / 3) is var wide && wide > narrow ? narrow * Math.Pow(wide / narrow, u) : _freeLower[k];
            }

            Follow();
            _starts.Fill(_problem, _parameters, _lower, _upper);
            for (int k = 0; k < _roots.Length; k++)
                _roots[k] = Math.Clamp(_parameters[_layout.Roots[k]], _freeLower[k], _freeUpper[k]);
            LeastSquaresResult other = Sum(best, Solve(cancellationToken));
            bool better = IsBetter(other, best);
            best = better ? other : Sum(other, best with { Iterations = 0, Evaluations = 0 });
            if (better)
                _roots.CopyTo(_kept, 0);
        }

        _kept.CopyTo(_roots, 0);
        return Restore(best);
    }

    /// <summary>Brings the solver back to a point, for the covariance.</summary>
    private LeastSquaresResult Restore(LeastSquaresResult fit)
    {
        ApplyPresence();
        LeastSquaresResult here = _solver.Inspect(_problem, _roots, new ParameterBounds(_rootLower, _rootUpper));
        return fit with { Status = fit.Status == RowStatus.MaxIterations ? fit.Status : here.Status };
    }

    /// <summary>
    /// A peak whose start is hardly above the noise is left out of the first fit: with nothing to follow, its centre and width would only slow the
    /// others down. Afterwards it is looked for in the residuals.
    /// </summary>
    private bool LeaveOutFaint()
    {
        if (Model.Options.Weighting == Weighting.None || Model.Options.Starts > 1 || _layout.SplineCount > 0 || Length < CountVaried())
            return false;
        double limit = FaintFactor * ObviousFactor * Math.Sqrt(2 * Math.Log(1e4 / Model.Options.FalseAlarmRate));
        bool any = false;
        _basisCount = 0;
        _roots.CopyTo(_candidate, 0);
        for (int g = 0; g < _layout.GroupCount; g++)
        {
            if (!(Math.Sqrt(Match(g).Norm) < limit))
                continue;
            SetGroup(g, false);
            any = true;
        }

        return any;
    }

    /// <summary>Brings back peaks that the residuals show, the clearest first.</summary>
    private LeastSquaresResult AddFaint(LeastSquaresResult fit, CancellationToken cancellationToken)
    {
        for (int turn = 0; turn < _layout.GroupCount; turn++)
        {
            int freedom = Math.Max(1, _problem.ResidualCount - CountVaried()), best = -1;
            double scale = Scale(fit, freedom), most = 0;
            for (int g = 0; g < _layout.GroupCount; g++)
            {
                double found = 0;
                if (IsGroupActive(g) || !FindBest(g, scale, freedom, Model.Options.FalseAlarmRate, ref found) || found <= most)
                    continue;
                (best, most) = (g, found);
                _candidate.CopyTo(_nullRoots, 0);
            }

            if (best < 0)
                return fit;
            _roots.CopyTo(_kept, 0);
            _nullRoots.CopyTo(_roots, 0);
            SetGroup(best, true);
            LeastSquaresResult other = Sum(fit, Solve(cancellationToken));
            if (!IsBetter(other, fit))
            {
                _kept.CopyTo(_roots, 0);
                SetGroup(best, false);
                return Restore(Sum(other, fit with { Iterations = 0, Evaluations = 0 }));
            }

            fit = other;
        }

        return fit;
    }

    /// <summary>
    /// Backward elimination: the peak that noise explains best goes first, then the others are looked at again. A peak that seems to be absent,
    /// also one whose area ran to zero on the way, first gets a new start where the residuals of the model without it look most like it.
    /// </summary>
    private LeastSquaresResult Select(LeastSquaresResult fit, bool touched, CancellationToken cancellationToken)
    {
        double level = Model.Options.FalseAlarmRate;
        while (true)
        {
            _roots.CopyTo(_kept, 0);
            _problem.Active.CopyTo(_keptActive, 0);
            int freedom = Math.Max(1, _problem.ResidualCount - CountVaried());
            double scale = Scale(fit, freedom);
            bool converged = fit.Status is not RowStatus.MaxIterations && _solver.Covariance(_covariance, _rootStatus) >= 0;
            int worst = -1;
            double worstProbability = level;
            LeastSquaresResult worstFit = default, restarted = default;
            LeastSquaresResult counted = fit;
            bool restart = false;
            for (int g = 0; g < _layout.GroupCount && !restart; g++)
            {
                if (!IsGroupActive(g) || (converged && IsObvious(g, scale, level)))
                    continue;
                touched = true;
                SetGroup(g, false);
                LeastSquaresResult without = Solve(cancellationToken);
                counted = Sum(counted, without);
                if (without.Status is not (RowStatus.NotFinite or RowStatus.TooFewPoints))
                {
                    double gain = Math.Max(0, without.ChiSquare - fit.ChiSquare), found = gain;
                    double probability = FalseAlarmOf(g).Probability(Deviate(gain, scale, freedom));
                    if (probability > level && _restarts[g] < MaxRestarts && FindBest(g, scale, freedom, level, ref found) && found > gain)
                    {
                        _restarts[g]++;
                        SetGroup(g, true);
                        _roots.CopyTo(_nullRoots, 0);
                        _candidate.CopyTo(_roots, 0);
                        restarted = Solve(cancellationToken);
                        counted = Sum(counted, restarted);
                        if (IsBetter(restarted, fit))
                        {
                            restart = true;
                            break;
                        }

                        SetGroup(g, false);
                        _nullRoots.CopyTo(_roots, 0);
                    }

                    if (probability > worstProbability)
                    {
                        (worst, worstProbability, worstFit) = (g, probability, without);
                        _roots.CopyTo(_worstRoots, 0);
                    }
                }

                _kept.CopyTo(_roots, 0);
                _keptActive.CopyTo(_problem.Active, 0);
            }

            if (restart)
            {
                fit = restarted with { Iterations = counted.Iterations, Evaluations = counted.Evaluations };
                continue;
            }

            if (worst < 0)
            {
                _kept.CopyTo(_roots, 0);
                fit = fit with { Iterations = counted.Iterations, Evaluations = counted.Evaluations };
                break;
            }

            _worstRoots.CopyTo(_roots, 0);
            SetGroup(worst, false);
            fit = worstFit with { Iterations = counted.Iterations, Evaluations = counted.Evaluations };
            fit = Restore(fit);
        }

        if (!touched)
            return fit;
        fit = Restore(fit);
        if (fit.Status is not (RowStatus.NotFinite or RowStatus.TooFewPoints))
            FindLimits(fit);
        return fit;
    }

    private bool IsGroupActive(int group)
    {
        for (int k = 0; k < _layout.Group.Length; k++)
        {
            if (_layout.Group[k] == group)
                return _problem.Active[k];
        }

        return false;
    }

    private void SetGroup(int group, bool active)
    {
        for (int k = 0; k < _layout.Group.Length; k++)
        {
            if (_layout.Group[k] == group)
                _problem.Active[k] = active;
        }
    }

    private int LeaderOf(int group)
    {
        int first = Array.IndexOf(_layout.Group, group);
        int root = _layout.Root[_layout.AmplitudeOf(first)];
        for (int k = 0; k < _layout.Group.Length; k++)
        {
            if (_layout.AmplitudeOf(k) == root)
                return k;
        }

        return first;
    }

    /// <summary>What a unit of χ² is: 1 for variances that are known and a model that fits; the reduced χ² where it is larger, or where variances are not known.</summary>
    private double Scale(LeastSquaresResult fit, int freedom)
    {
        double reduced = fit.ChiSquare / freedom;
        return Model.Options.Weighting == Weighting.None ? reduced : Math.Max(1, reduced);
    }

    /// <summary>A gain of χ² in standard deviations of a normal variable (D. L. Wallace, Ann. Math. Stat. 30 (1959) 1121, doi:10.1214/aoms/1177706093, where the variance comes from the residuals).</summary>
    private double Deviate(double gain, double scale, int freedom)
    {
        // What rounding of the data alone can give.
        double largest = 0;
        for (int i = 0; i < Length; i++)
            largest = Math.Max(largest, Math.Abs(_problem.Y[i] * _problem.Weights[i]));
        if (!(gain > 1e-26 * largest * largest * Length))
            return 0;
        double square = gain / scale;
        if (Model.Options.Weighting != Weighting.None)
            return Math.Sqrt(square);
        double v = freedom;
        return Math.Sqrt(v * Math.Log(1 + (square / v))) * ((8 * v) + 1) / ((8 * v) + 3);
    }

    /// <summary>Whether amplitudes and their errors speak for themselves.</summary>
    private bool IsObvious(int group, double scale, double level)
    {
        int root = _layout.RootIndex[_layout.Root[_layout.AmplitudeOf(LeaderOf(group))]], n = _roots.Length;
        if (_rootStatus[root] != StandardErrorStatus.Given)
            return false;
        double deviate = Math.Abs(_roots[root]) / Math.Sqrt(_covariance[(root * n) + root] * scale);

        // Threshold for the widest search that makes sense; exp(−t²/2) decides.
        return deviate > ObviousFactor * Math.Sqrt(2 * Math.Log(1e4 / level));
    }

    private FalseAlarm FalseAlarmOf(int group)
    {
        (double from, double to, double narrow, double wide, _, _) = SearchOf(group);
        int leader = LeaderOf(group);
        bool form = false;
        for (int i = 0; i < _layout.Lines[leader].Parameters.Count; i++)
        {
            int p = _layout.PeakStarts[leader] + i;
            form |= _layout.Lines[leader].Parameters[i].Role == ShapeParameterRole.Form && !_layout.IsTied[p] && _freeLower[_layout.RootIndex[p]] < _freeUpper[_layout.RootIndex[p]];
        }

        int amplitude = _layout.RootIndex[_layout.Root[_layout.AmplitudeOf(leader)]];
        return new FalseAlarm(to - from, narrow, wide, form, TwoSided: _freeLower[amplitude] < 0 && _freeUpper[amplitude] > 0);
    }

    /// <summary>Where a peak is searched: centres, widths, and the roots that carry them (−1 for one that is known).</summary>
    private (double From, double To, double Narrow, double Wide, int CenterRoot, int WidthRoot) SearchOf(int group)
    {
        int leader = LeaderOf(group), center = _layout.CenterOf(leader), start = _layout.PeakStarts[leader];
        int widthAt = ShapeGeometry.Find(_layout.Lines[leader], ShapeParameterRole.Width);
        if (widthAt < 0)
            widthAt = ShapeGeometry.Find(_layout.Lines[leader], ShapeParameterRole.PartialWidth);
        ReadOnlySpan<double> p = _problem.Expand(_roots);
        double window = _problem.X[^1] - _problem.X[0], step = window / Math.Max(1, Length - 1);
        (double from, double to, int centerRoot) = (p[center], p[center], -1);
        if (IsSearched(center, group))
        {
            centerRoot = _layout.RootIndex[center];
            from = Math.Max(_freeLower[centerRoot], _problem.X[0]);
            to = Math.Max(from, Math.Min(_freeUpper[centerRoot], _problem.X[^1]));
        }

        int width = start + widthAt;
        (double narrow, double wide, int widthRoot) = (Math.Max(p[width], step), Math.Max(p[width], step), -1);
        if (IsSearched(width, group))
        {
            widthRoot = _layout.RootIndex[width];
            wide = Math.Min(_freeUpper[widthRoot], window);
            narrow = Math.Min(Math.Max(_freeLower[widthRoot], 1.5 * step), wide);
        }

        return (from, to, narrow, wide, centerRoot, widthRoot);
    }

    /// <summary>Whether a parameter is free to be chosen for a peak that is not there yet.</summary>
    private bool IsSearched(int parameter, int group)
    {
        if (_layout.IsTied[parameter])
            return false;
        int root = _layout.RootIndex[parameter];
        if (!(_freeLower[root] < _freeUpper[root]) || _layout.NeededByBackground[root])
            return false;
        foreach (int peak in _layout.UsedBy[root])
        {
            if (_layout.Group[peak] != group && _problem.Active[peak])
                return false;
        }

        return true;
    }

    /// <summary>
    /// Score test: for every centre and width the profile, made orthogonal to what the model without the peak can follow, against the residuals.
    /// Leaves the best as a start.
    /// </summary>
    private bool FindBest(int group, double scale, int freedom, double level, ref double found)
    {
        MakeBasis();
        int amplitude = _layout.RootIndex[_layout.Root[_layout.AmplitudeOf(LeaderOf(group))]];
        bool dips = _freeLower[amplitude] < 0, bumps = _freeUpper[amplitude] > 0;
        (double from, double to, double narrow, double wide, int centerRoot, int widthRoot) = SearchOf(group);
        _roots.CopyTo(_candidate, 0);
        ResetForms(group);
        double best = 0, bestCenter = from, bestWidth = narrow, bestAmplitude = 0;
        int place = 0;
        _match.Begin(_problem.X, _key.Length);
        for (double width = narrow; ; width *= 2)
        {
            double w = Math.Min(width, wide), spacing = Math.Max(0.5 * w, (to - from) / 200);
            int count = centerRoot < 0 ? 1 : 1 + (int)Math.Ceiling((to - from) / spacing);
            for (int i = 0; i < count; i++)
            {
                double c = count == 1 ? from : from + ((to - from) * i / (count - 1));
                SetCandidate(centerRoot, c, widthRoot, w, amplitude, 1);
                (double norm, double score) = Match(group, place++, _residuals);
                if (!(norm > 0) || (score < 0 ? !dips : !bumps))
                    continue;
                double gain = score * score / norm;
                if (gain > best)
                    (best, bestCenter, bestWidth, bestAmplitude) = (gain, c, w, score / norm);
            }

            if (widthRoot < 0 || w >= wide)
                break;
        }

        found = best;
        SetCandidate(centerRoot, bestCenter, widthRoot, bestWidth, amplitude, Math.Clamp(bestAmplitude, _freeLower[amplitude], _freeUpper[amplitude]));

        // Between the grid points, and with another form, up to half as much again.
        return best > 0 && FalseAlarmOf(group).Probability(Deviate(1.5 * best, scale, freedom)) <= level;
    }

    /// <summary>A form that ran to its bound on the way is no start.</summary>
    private void ResetForms(int group)
    {
        for (int k = 0; k < _layout.Group.Length; k++)
        {
            if (_layout.Group[k] != group)
                continue;
            for (int i = 0; i < _layout.Lines[k].Parameters.Count; i++)
            {
                ShapeParameter parameter = _layout.Lines[k].Parameters[i];
                int p = _layout.PeakStarts[k] + i;
                if (parameter.Role == ShapeParameterRole.Form && IsSearched(p, group) && _layout.RootIndex[p] is var root)
                    _candidate[root] = Math.Clamp(_layout.Definitions[p].Value ?? parameter.Start, _freeLower[root], _freeUpper[root]);
            }
        }
    }

    private void SetCandidate(int centerRoot, double center, int widthRoot, double width, int amplitudeRoot, double amplitude)
    {
        if (centerRoot >= 0)
            _candidate[centerRoot] = center;
        if (widthRoot >= 0)
            _candidate[widthRoot] = width;
        _candidate[amplitudeRoot] = amplitude;
    }

    /// <summary>Orthonormal basis of the derivatives of the present model, and its residuals, data minus model, without what the basis follows.</summary>
    private void MakeBasis()
    {
        _problem.Evaluate(_roots, _residuals, _basis);
        TensorPrimitives.Negate(_residuals, _residuals);
        Orthonormalise(onlyFree: false);
        Project(_residuals, _basisCount);
    }

    /// <summary>Turns the columns of varied parameters (of those that do not rest on a bound) into an orthonormal basis, in place.</summary>
    private void Orthonormalise(bool onlyFree)
    {
        int n = _problem.ResidualCount;
        _basisCount = 0;
        for (int k = 0; k < _roots.Length; k++)
        {
            if (!(_rootLower[k] < _rootUpper[k]) || (onlyFree && (_roots[k] == _rootLower[k] || _roots[k] == _rootUpper[k])))
                continue;
            AddToBasis(_basis.AsSpan(k * n, n));
        }
    }

    /// <summary>Adds a column to the orthonormal basis at the front of the same memory, unless the basis follows it.</summary>
    private void AddToBasis(ReadOnlySpan<double> source)
    {
        Span<double> column = _basis.AsSpan(_basisCount * _problem.ResidualCount, source.Length);
        source.CopyTo(column);
        double before = TensorPrimitives.Norm<double>(column);
        for (int turn = 0; turn < 2; turn++)
            Project(column, _basisCount);
        double norm = TensorPrimitives.Norm<double>(column);
        if (!(norm > 1e-10 * before))
            return;
        TensorPrimitives.Multiply(column, 1 / norm, column);
        _basisCount++;
    }

    private void Project(Span<double> column, int count)
    {
        for (int j = 0; j < count; j++)
        {
            ReadOnlySpan<double> q = _basis.AsSpan(j * _problem.ResidualCount, column.Length);
            double part = TensorPrimitives.Dot(q, column);
            TensorPrimitives.MultiplyAdd(q, -part, column, column);
        }
    }

    /// <summary>The curve of a group at the candidate against the residuals.</summary>
    /// <param name="group">The group.</param>
    /// <param name="place">Place in the search, where the curve may be known from the row before; −1 outside of it.</param>
    /// <param name="residuals">Residuals orthogonal to the basis; empty when the score is not wanted.</param>
    private (double Norm, double Score) Match(int group, int place = -1, ReadOnlySpan<double> residuals = default)
    {
        ReadOnlySpan<double> p = _problem.Expand(_candidate);
        Span<double> curve = _profile;
        bool known = false;
        if (place < 0)
        {
            Array.Clear(_profile);
        }
        else
        {
            _key.AsSpan().Clear();
            _key[^1] = group;
            for (int k = 0; k < _layout.Group.Length; k++)
            {
                if (_layout.Group[k] == group)
                    PeakParameters(p, k).CopyTo(_key.AsSpan(_layout.PeakStarts[k]));
            }

            known = _match.TryFind((place * _layout.GroupCount) + group, _key, _profile, out curve);
        }

        for (int k = 0; k < _layout.Group.Length && !known; k++)
        {
            if (_layout.Group[k] == group)
                _layout.Lines[k].Add(_problem.X, PeakParameters(p, k), curve);
        }

        return _match.Against(curve, _problem.Weights, _basis, _problem.ResidualCount, _basisCount, residuals);
    }

    /// <summary>
    /// The amplitude that is found with 95 % probability, at the worst of five places in its range, for the width of its start, or else the mean
    /// width of the peaks that are there.
    /// </summary>
    private void FindLimits(LeastSquaresResult fit)
    {
        bool made = false;
        int freedom = Math.Max(1, _problem.ResidualCount - CountVaried());
        double scale = Scale(fit, freedom);
        for (int g = 0; g < _layout.GroupCount; g++)
        {
            if (IsGroupActive(g))
                continue;
            if (!made)
                MakeBasis();
            made = true;
            (double from, double to, double narrow, double wide, int centerRoot, int widthRoot) = SearchOf(g);
            int leader = LeaderOf(g), amplitude = _layout.RootIndex[_layout.Root[_layout.AmplitudeOf(leader)]];
            double width = widthRoot < 0 ? narrow : Math.Clamp(_layout.Definitions[_layout.Roots[widthRoot]].Value ?? MeanWidth() ?? Math.Sqrt(narrow * wide), narrow, wide);
            double threshold = ThresholdOf(g) + DetectionDeviate, least = double.PositiveInfinity;
            _roots.CopyTo(_candidate, 0);
            for (int i = 0; i < (centerRoot < 0 ? 1 : 5); i++)
            {
                SetCandidate(centerRoot, from + ((to - from) * i / 4), widthRoot, width, amplitude, 1);
                least = Math.Min(least, Match(g).Norm);
            }

            double limit = threshold * Math.Sqrt(scale / least);
            for (int k = 0; k < _layout.Group.Length; k++)
            {
                if (_layout.Group[k] == g)
                    _limits[k] = limit * Math.Abs(_layout.Factor[_layout.AmplitudeOf(k)]);
            }
        }
    }

    /// <summary>Most rows are searched within the same bounds.</summary>
    private double ThresholdOf(int group)
    {
        FalseAlarm search = FalseAlarmOf(group);
        if (_thresholds[group].Search != search)
            _thresholds[group] = (search, search.Threshold(Model.Options.FalseAlarmRate));
        return _thresholds[group].Threshold;
    }

    private double? MeanWidth()
    {
        double sum = 0;
        int count = 0;
        ReadOnlySpan<double> p = _problem.Expand(_roots);
        for (int k = 0; k < _layout.Lines.Length; k++)
        {
            int width = ShapeGeometry.Find(_layout.Lines[k], ShapeParameterRole.Width);
            if (!_problem.Active[k] || width < 0)
                continue;
            sum += p[_layout.PeakStarts[k] + width];
            count++;
        }

        return count == 0 ? null : sum / count;
    }
}
