namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>The turns of <see cref="RemlEstimator"/>: find peaks, leave them out, smooth the rest with the λ that suits it.</summary>
internal sealed class PeaksAndBackground
{
    private const int LeastPoints = 12;

    // From this round on points that were once left out stay so: a few points at the edge of detection must not keep the turns going.
    private const int GrowFrom = 6;

    private const double CoreHalfWidths = 3.5;
    private const double LeastBend = 0.8;

    // The expectile of p = 0.01 of standard normal noise.
    private const double StartExpectile = -1.7174368600;

    // The starting baseline bends over a twentieth of the data; what comes out does not depend on it between a 14th and a 24th.
    private const double StartBends = 20;
    private const double StartP = 0.01;

    // Noise of data that have none, as a part of their range: the smoother needs something to weigh smoothness against.
    private const double NoNoise = 1e-6;

    private readonly int _n;
    private readonly ScaledRow _row;
    private readonly AslsEstimator _start;
    private readonly PeakFinder _finder;
    private readonly SmoothWithTails _fit;
    private readonly double[] _y;
    private readonly double[] _above;
    private readonly double[] _baseline;
    private readonly double[] _tail;
    private readonly double[] _variance;
    private readonly double[] _ownVariance;
    private readonly double[] _scratch;
    private readonly bool[] _used;
    private readonly bool[] _out;
    private readonly bool[] _outNow;
    private readonly bool[] _found;
    private double _level;
    private double _slope;
    private bool _done;

    public PeaksAndBackground(int length)
    {
        _n = length;
        _row = new ScaledRow(length);
        _start = new AslsEstimator(length, new AslsOptions { Lambda = Math.Max(1, Math.Pow(length / StartBends, 4)), P = StartP });
        _finder = new PeakFinder(length);
        _fit = new SmoothWithTails(length);
        _y = new double[length];
        _above = new double[length];
        _baseline = new double[length];
        _tail = new double[length];
        _variance = new double[length];
        _ownVariance = new double[length];
        _scratch = new double[length];
        _used = new bool[length];
        _out = new bool[length];
        _outNow = new bool[length];
        _found = new bool[length];
    }

    public IReadOnlyList<LambdaScore> Curve(int points) => _done ? _fit.Curve(points) : [];

    /// <summary>Points that the last row left out.</summary>
    public ReadOnlySpan<bool> LeftOut => _out;

    /// <summary>Ends of the range of log₁₀ λ that was searched for the last row.</summary>
    public (double Low, double High) Searched { get; private set; }

    /// <summary>The criterion of the last row for powers of ten, with other points left out; NaN where it cannot be computed.</summary>
    public void Score(RemlOptions options, ReadOnlySpan<bool> leftOut, ReadOnlySpan<double> powers, Span<double> scores)
    {
        _fit.Load(_y, _variance, _used, leftOut, options.PeakTails ? _finder.Peaks : []);
        _fit.Score(options.Criterion, powers, scores);
    }

    /// <summary>A row with given λ and points left out, after its own peaks are known from <see cref="Run(RemlOptions, BaselineInput, BaselineOutput, CancellationToken)"/>.</summary>
    public BaselineInfo Again(RemlOptions options, BaselineInfo own, double lambda, ReadOnlySpan<bool> leftOut, BaselineOutput output)
    {
        _fit.Load(_y, _variance, _used, leftOut, options.PeakTails ? _finder.Peaks : []);
        if (!_fit.Solve(lambda))
            return new BaselineInfo(RowStatus.Singular) { Solves = own.Solves };
        _fit.Baseline.CopyTo(_baseline);
        _fit.Variance.CopyTo(_ownVariance);
        leftOut.CopyTo(_out);
        Write(output);
        return own with { Lambda = lambda, Solves = own.Solves + _fit.Solves };
    }

    public BaselineInfo Run(RemlOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken)
    {
        _done = false;
        RowStatus status = _row.Load(input, LeastPoints);
        if (status != RowStatus.Ok)
            return new BaselineInfo(status);
        for (int i = 0; i < _n; i++)
            _used[i] = _row.Used[i] != 0;
        RemoveLine(out _level, out _slope);
        bool counts = IsCounts(input);
        for (int i = 0; i < input.Variance.Length; i++)
        {
            if (_used[i] && !(input.Variance[i] >= 0 && double.IsFinite(input.Variance[i])))
                return new BaselineInfo(RowStatus.NotFinite);
        }

        if (!SetVariance(input))
            return Straight(output);
        BaselineInfo started = _start.Estimate(new BaselineInput(_y), _baseline, cancellationToken);
        if (!started.Status.IsUsable())
            return started;
        for (int i = 0; i < _n; i++)
            _baseline[i] -= StartExpectile * Math.Sqrt(_variance[i]);
        int solves = started.Solves;
        _tail.AsSpan().Clear();
        _ownVariance.AsSpan().Clear();
        _out.AsSpan().Clear();
        double lambda = double.NaN, change = double.NaN;
        bool converged = false;
        for (int round = 0; round < options.MaxIterations && !converged; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool tooFew = LeaveOut(round);
            if (tooFew && round > 0)
                break;
            _fit.Load(_y, _variance, _used, _outNow, options.PeakTails && !tooFew ? _finder.Peaks : []);
            (double low, double high) = Range(tooFew);
            Searched = (low, high);
            lambda = _fit.ChooseLambda(low, high, lambda, options.Criterion, cancellationToken);
            if (double.IsNaN(lambda) || !_fit.Solve(lambda))
                return new BaselineInfo(RowStatus.Singular) { Solves = solves + _fit.Solves };
            solves += _fit.Solves;
            _fit.Baseline.CopyTo(_baseline);
            _fit.Tail.CopyTo(_tail);
            _fit.Variance.CopyTo(_ownVariance);
            int changed = 0;
            for (int i = 0; i < _n; i++)
                changed += _out[i] != _outNow[i] ? 1 : 0;
            _outNow.CopyTo(_out, 0);
            change = (double)changed / _n;
            converged = round > 0 && changed == 0;
            if (counts)
            {
                for (int i = 0; i < _n; i++)
                    _variance[i] = _row.Scale(1) * Math.Max(_baseline[i] + _tail[i] + _level + (_slope * i), _row.Scale(1));
            }
        }

        _done = true;
        Write(output);
        return new BaselineInfo
        {
            Status = converged ? RowStatus.Ok : RowStatus.MaxIterations,
            Solves = solves,
            LastChange = change,
            Converged = converged,
            ErrorEstimate = double.NaN,
            Lambda = lambda,
            LambdaAtBound = _fit.IsAtBound(lambda),
        };
    }

    private void Write(BaselineOutput output)
    {
        for (int i = 0; i < _n; i++)
            output.Baseline[i] = _baseline[i] + _level + (_slope * i);
        _row.Restore(output.Baseline);
        for (int i = 0; i < output.Weights.Length; i++)
            output.Weights[i] = _used[i] && !_out[i] ? 1 : 0;
        for (int i = 0; i < output.StandardErrors.Length; i++)
            output.StandardErrors[i] = Math.Sqrt(_ownVariance[i]);
        _row.Restore(output.StandardErrors);
    }

    // A straight row is its own baseline.
    private BaselineInfo Straight(BaselineOutput output)
    {
        _row.Y.CopyTo(output.Baseline);
        _row.Restore(output.Baseline);
        output.Weights.Fill(1);
        output.StandardErrors.Clear();
        return new BaselineInfo { Status = RowStatus.Ok, Converged = true, ErrorEstimate = double.NaN };
    }

    private void RemoveLine(out double level, out double slope)
    {
        double middle = (_n - 1) / 2.0, sum = 0, moment = 0, square = 0;
        for (int i = 0; i < _n; i++)
        {
            sum += _row.Y[i];
            moment += (i - middle) * _row.Y[i];
            square += (i - middle) * (i - middle);
        }

        slope = moment / square;
        level = (sum / _n) - (slope * middle);
        for (int i = 0; i < _n; i++)
            _y[i] = _row.Y[i] - level - (slope * i);
    }

    // The variances that raw counts are given.
    private bool IsCounts(BaselineInput input)
    {
        if (input.Variance.IsEmpty)
            return false;
        for (int i = 0; i < _n; i++)
        {
            double expected = Math.Max(input.Intensity[i], 1);
            if (_used[i] && !(Math.Abs(input.Variance[i] - expected) <= 1e-9 * expected))
                return false;
        }

        return true;
    }

    private bool SetVariance(BaselineInput input)
    {
        double known = 0;
        for (int i = 0; i < input.Variance.Length; i++)
            known = Math.Max(known, _used[i] ? _row.Scale(_row.Scale(input.Variance[i])) : 0);
        if (!(known > 0))
        {
            for (int i = 0; i < _n; i++)
                _found[i] = !_used[i];
            
            // From the data as they are: without the line, values that were equal differ by rounding.
            double sigma = NoiseLevel.FromSecondDifferences(_row.Y, _found), range = 0;
            foreach (double y in _y)
                range = Math.Max(range, Math.Abs(y));
            if (!(range > 1e-12 * Math.Max(Math.Abs(_row.Min), Math.Abs(_row.Max))))
                return false;
            sigma = Math.Max(sigma, NoNoise * range);
            _variance.AsSpan().Fill(sigma * sigma);
            return true;
        }

        for (int i = 0; i < _n; i++)
        {
            _scratch[i] = _used[i] ? _row.Scale(_row.Scale(input.Variance[i])) : 0;
            _found[i] = !_used[i];
        }

        NoiseLevel.Smooth(_scratch, _found, _variance, []);
        double mean = 0;
        foreach (double v in _variance)
            mean += v / _n;

        // Gaps that are wider than the smoother, and points of variance 0.
        for (int i = 0; i < _n; i++)
            _variance[i] = _variance[i] > 1e-6 * mean ? _variance[i] : mean;
        return true;
    }

    /// <summary>Sets the points that are left out in this round; true when too few would be left, which in the first round takes the lowest fifth instead.</summary>
    private bool LeaveOut(int round)
    {
        for (int i = 0; i < _n; i++)
            _above[i] = _y[i] - _baseline[i];
        _finder.Find(_above, _variance, _ownVariance, _used);
        _outNow.AsSpan().Clear();
        foreach (FoundPeak peak in _finder.Peaks)
        {
            int from = Math.Max((int)Math.Floor(peak.Center - (CoreHalfWidths * peak.HalfWidth)), 0);
            int to = Math.Min((int)Math.Ceiling(peak.Center + (CoreHalfWidths * peak.HalfWidth)), _n - 1);
            for (int i = from; i <= to; i++)
                _outNow[i] = true;
        }

        if (round > 0)
        {
            for (int i = 0; i < _n; i++)
            {
                _above[i] -= _tail[i];
                _found[i] = _used[i] && !_outNow[i];
            }

            _finder.Detect(_above, _variance, _ownVariance, _found, _outNow, PeakFinder.AllBoxes);
        }

        if (round >= GrowFrom)
        {
            for (int i = 0; i < _n; i++)
                _outNow[i] |= _out[i];
        }

        int left = 0;
        for (int i = 0; i < _n; i++)
            left += _used[i] && !_outNow[i] ? 1 : 0;
        if (left >= Math.Max(8, _n / 20))
            return false;
        if (round > 0)
            return true;
        int count = 0;
        for (int i = 0; i < _n; i++)
        {
            _above[i] = _y[i] - _baseline[i];
            if (_used[i])
                _scratch[count++] = _above[i];
        }

        _scratch.AsSpan(0, count).Sort();
        double highest = _scratch[Math.Min(Math.Max(8, _n / 5), count - 1)];
        for (int i = 0; i < _n; i++)
            _outNow[i] = _above[i] > highest;
        return true;
    }

    private (double Low, double High) Range(bool tooFew)
    {
        double low = Math.Max(2, 4 * Math.Log10(_n / 64.0));
        if (!tooFew && _finder.UsualWidth() is > 0 and double width)
            low = Math.Max(low, 4 * Math.Log10(LeastBend * width));
        return (low, Math.Max(4 * Math.Log10(_n / 2.0), low + 2));
    }
}
