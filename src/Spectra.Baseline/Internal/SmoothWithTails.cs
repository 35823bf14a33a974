namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>Whittaker smoothing of some points, with Lorentzian tails of known shape and unknown amplitude, and the λ that suits.</summary>
/// <remarks>
/// Symbols: M = W + λDᵀD, X the tails, one row each, β their amplitudes with the prior N(½, ¼) (the height that is seen above a first baseline is a poor
/// guess of the tail's), G = M⁻¹WX, F = XᵀW(X − G) + σ²/¼, C = F⁻¹. Weights are relative, σ² is the variance of weight 1.
/// </remarks>
internal sealed class SmoothWithTails
{
    private const int MostTails = 12;
    private const double PriorMean = 0.5;
    private const double PriorVariance = 0.25;
    private const double LargestAmplitude = 1.25;

    // Steps of log₁₀ λ: the grid, the ends of the searches, and what the result is rounded to, so that rounding errors cannot keep turns going.
    private const double GridStep = 1;
    private const double Around = 0.6;
    private const double Tolerance = 0.02;
    private const double WarmTolerance = 0.03;
    private const double Digits = 64;
    private const double AtBound = Tolerance + (1 / Digits);

    private readonly int _n;
    private readonly WhittakerSolver _solver;
    private readonly WhittakerInformation _information;
    private readonly double[] _folded;
    private readonly double[] _right;
    private readonly double[] _solution;
    private readonly double[] _w;
    private readonly double[] _y;
    private readonly double[] _free;
    private readonly double[] _wide;
    private readonly double[] _inverse;
    private readonly double[] _sandwich;
    private readonly double[][] _tails = new double[MostTails][];
    private readonly double[][] _g = new double[MostTails][];
    private readonly double[][] _e = new double[MostTails][];
    private readonly double[] _fixed = new double[MostTails];
    private readonly bool[] _isFixed = new bool[MostTails];
    private readonly int[] _column = new int[MostTails];
    private readonly double[] _c = new double[MostTails * MostTails];
    private readonly double[] _f = new double[MostTails * MostTails];
    private readonly double[] _t = new double[MostTails * MostTails];
    private readonly double[] _half = new double[MostTails * MostTails];
    private readonly double[] _delta = new double[MostTails];
    private readonly List<FoundPeak> _sorted = [];
    private double _sigma2;
    private double _low;
    private double _high;
    private SmoothnessCriterion _criterion;
    private int _count;
    private int _tailCount;
    private int _columns;

    public SmoothWithTails(int length)
    {
        _n = length;
        _solver = new WhittakerSolver(length);
        _information = new WhittakerInformation(length);
        _folded = new double[_solver.FoldedLength];
        _right = new double[_solver.FoldedLength];
        _solution = new double[_solver.FoldedLength];
        _w = new double[length];
        _y = new double[length];
        _free = new double[length];
        _wide = new double[length];
        _inverse = new double[length];
        _sandwich = new double[length];
        Baseline = new double[length];
        Tail = new double[length];
        Variance = new double[length];
    }

    public double[] Baseline { get; }

    public double[] Tail { get; }

    public double[] Variance { get; }

    /// <summary>Factorisations since <see cref="Load"/>.</summary>
    public int Solves { get; private set; }

    /// <summary>Takes data, their variances, what is used at all, what is left out, and the peaks whose tails are to be fitted.</summary>
    public void Load(ReadOnlySpan<double> y, ReadOnlySpan<double> variance, ReadOnlySpan<bool> used, ReadOnlySpan<bool> leftOut, ReadOnlySpan<FoundPeak> peaks)
    {
        Solves = 0;
        y.CopyTo(_y);
        _sigma2 = 0;
        foreach (double v in variance)
            _sigma2 += v / _n;
        _count = 0;
        for (int i = 0; i < _n; i++)
        {
            bool counts = used[i] && !leftOut[i];
            _w[i] = counts ? _sigma2 / variance[i] : 0;
            _count += counts ? 1 : 0;
        }

        // The strongest tails by themselves, what remains together.
        _sorted.Clear();
        foreach (FoundPeak peak in peaks)
            _sorted.Add(peak);
        _sorted.Sort(static (a, b) => (b.Height * b.HalfWidth * b.HalfWidth).CompareTo(a.Height * a.HalfWidth * a.HalfWidth));
        _tailCount = Math.Min(_sorted.Count, MostTails);
        for (int k = 0; k < _sorted.Count; k++)
        {
            FoundPeak peak = _sorted[k];
            double[] tail = _tails[Math.Min(k, MostTails - 1)] ??= new double[_n];
            if (k < MostTails)
                tail.AsSpan().Clear();
            for (int i = 0; i < _n; i++)
            {
                double t = (i - peak.Center) / peak.HalfWidth;
                tail[i] += peak.Height / (1 + (t * t));
            }
        }

        for (int k = 0; k < _tailCount; k++)
        {
            _g[k] ??= new double[_n];
            _e[k] ??= new double[_n];
        }
    }

    /// <summary>λ at the minimum of the criterion between two powers of ten; near a previous one where that is still a minimum. NaN when the system is singular.</summary>
    public double ChooseLambda(double low, double high, double previous, SmoothnessCriterion criterion, CancellationToken cancellationToken)
    {
        (_low, _high, _criterion) = (low, high, criterion);
        double q = Search(previous, cancellationToken);
        return double.IsNaN(q) ? double.NaN : Math.Pow(10, Math.Clamp(Math.Round(q * Digits) / Digits, low, high));
    }

    /// <summary>Baseline, tails and variance for a λ. Amplitudes outside 0 … 1.25 are set to the bound.</summary>
    public bool Solve(double lambda)
    {
        _isFixed.AsSpan().Clear();
        _fixed.AsSpan().Clear();
        for (int pass = 0; pass < 4; pass++)
        {
            if (double.IsNaN(Evaluate(lambda)))
                return false;
            bool moved = false;
            for (int c = 0; c < _columns; c++)
            {
                int k = _column[c];
                double amplitude = PriorMean + _delta[c];
                if (amplitude is >= 0 and <= LargestAmplitude || pass == 3)
                    continue;
                (_isFixed[k], _fixed[k]) = (true, amplitude < 0 ? 0 : LargestAmplitude);
                moved = true;
            }

            if (!moved)
                break;
        }

        Tail.AsSpan().Clear();
        for (int k = 0; k < _tailCount; k++)
        {
            if (_isFixed[k])
                AddTo(Tail, _tails[k], _fixed[k]);
        }

        for (int c = 0; c < _columns; c++)
            AddTo(Tail, _tails[_column[c]], PriorMean + _delta[c]);
        return Errors(lambda);
    }

    /// <summary>The criterion for powers of ten.</summary>
    public void Score(SmoothnessCriterion criterion, ReadOnlySpan<double> powers, Span<double> scores)
    {
        _criterion = criterion;
        _isFixed.AsSpan().Clear();
        _fixed.AsSpan().Clear();
        for (int i = 0; i < powers.Length; i++)
            scores[i] = Score(powers[i]);
    }

    /// <summary>Whether λ is at an end of the range that was searched.</summary>
    public bool IsAtBound(double lambda) => Math.Log10(lambda) is var q && (q - _low < AtBound || _high - q < AtBound);

    public LambdaScore[] Curve(int points)
    {
        _isFixed.AsSpan().Clear();
        _fixed.AsSpan().Clear();
        var curve = new LambdaScore[points];
        for (int i = 0; i < points; i++)
        {
            double lambda = Math.Pow(10, _low + ((_high - _low) * i / (points - 1)));
            curve[i] = new LambdaScore(lambda, Evaluate(lambda));
        }

        return curve;
    }

    private static void AddTo(double[] sums, double[] terms, double factor)
    {
        for (int i = 0; i < sums.Length; i++)
            sums[i] += factor * terms[i];
    }

    private double Search(double previous, CancellationToken cancellationToken)
    {
        _isFixed.AsSpan().Clear();
        _fixed.AsSpan().Clear();
        if (!double.IsNaN(previous))
        {
            double q = Math.Log10(previous);
            if (q > _low + 1 && q < _high - 1)
            {
                double here = Score(q);
                if (Score(q - Around) > here && Score(q + Around) > here)
                    return Golden(q - Around, q + Around, WarmTolerance, cancellationToken);
            }
        }

        double best = double.NaN, bestScore = double.PositiveInfinity;
        int last = (int)Math.Ceiling(((_high - _low) / GridStep) - 1e-9);
        for (int step = 0; step <= last; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double q = Math.Min(_low + (step * GridStep), _high), score = Score(q);
            if (score < bestScore)
                (best, bestScore) = (q, score);
        }

        if (double.IsNaN(best) || best == _low)
            return best;
        double inside = Golden(Math.Max(best - GridStep, _low), Math.Min(best + GridStep, _high), Tolerance, cancellationToken);

        // The upper end itself, when the search ran up against it.
        return best == _high && !(Score(inside) < bestScore) ? best : inside;
    }

    private double Golden(double a, double b, double tolerance, CancellationToken cancellationToken)
    {
        double ratio = (Math.Sqrt(5) - 1) / 2, c = b - (ratio * (b - a)), d = a + (ratio * (b - a)), fc = Score(c), fd = Score(d);
        while (b - a > tolerance)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (fc <= fd)
            {
                (b, d, fd) = (d, c, fc);
                c = b - (ratio * (b - a));
                fc = Score(c);
            }
            else
            {
                (a, c, fc) = (c, d, fd);
                d = a + (ratio * (b - a));
                fd = Score(d);
            }
        }

        return 0.5 * (a + b);
    }

    private double Score(double q) => Evaluate(Math.Pow(10, q));

    /// <summary>Solves for z and β and returns the criterion; NaN when the system is singular.</summary>
    private double Evaluate(double lambda)
    {
        Solves++;
        _columns = 0;
        _y.CopyTo(_free, 0);
        for (int k = 0; k < _tailCount; k++)
        {
            AddTo(_free, _tails[k], -(_isFixed[k] ? _fixed[k] : PriorMean));
            if (!_isFixed[k])
                _column[_columns++] = k;
        }

        WhittakerSolver.Fold(_w, _folded);
        WhittakerSolver.Fold(_free, _right);
        if (!_solver.Solve(_folded, _right, lambda, 2, _solution))
            return double.NaN;
        WhittakerSolver.Unfold(_solution, Baseline);
        double prior = _sigma2 / PriorVariance;
        for (int c = 0; c < _columns; c++)
            Smoothed(_tails[_column[c]], lambda, _g[c]);
        for (int c = 0; c < _columns; c++)
        {
            double[] tail = _tails[_column[c]];
            for (int d = 0; d <= c; d++)
            {
                double[] other = _tails[_column[d]], smooth = _g[d];
                double sum = c == d ? prior : 0;
                for (int i = 0; i < _n; i++)
                    sum += tail[i] * _w[i] * (other[i] - smooth[i]);
                _f[(c * MostTails) + d] = sum;
                _f[(d * MostTails) + c] = sum;
            }
        }

        if (!Invert(out double logDeterminant))
            return double.NaN;
        for (int c = 0; c < _columns; c++)
        {
            double[] tail = _tails[_column[c]];
            double sum = 0;
            for (int i = 0; i < _n; i++)
                sum += tail[i] * _w[i] * (_free[i] - Baseline[i]);
            _half[c] = sum;
        }

        double q = 0;
        for (int c = 0; c < _columns; c++)
        {
            double sum = 0;
            for (int d = 0; d < _columns; d++)
                sum += _c[(c * MostTails) + d] * _half[d];
            _delta[c] = sum;
            q += sum * sum * prior;
        }

        for (int c = 0; c < _columns; c++)
            AddTo(Baseline, _g[c], -_delta[c]);
        for (int c = 0; c < _columns; c++)
            AddTo(_free, _tails[_column[c]], -_delta[c]);
        double rss = 0, bends = 0;
        for (int i = 0; i < _n; i++)
        {
            double residual = _free[i] - Baseline[i];
            rss += _w[i] * residual * residual;
            if (i > 0 && i < _n - 1)
            {
                double bend = (Baseline[i + 1] - Baseline[i]) - (Baseline[i] - Baseline[i - 1]);
                bends += bend * bend;
            }
        }

        return _criterion == SmoothnessCriterion.Reml
            ? ((q + rss + (lambda * bends)) / _sigma2) + _solver.LogDeterminant() + (2 * Math.Log(lambda)) + logDeterminant
            : CrossValidation(lambda, rss);
    }

    // n log(RSS/n) − 2n log(1 − tr H/n).
    private double CrossValidation(double lambda, double rss)
    {
        if (!_information.Compute(_w, [], (lambda, 2), null, _inverse, []))
            return double.NaN;
        double trace = 0;
        for (int i = 0; i < _n; i++)
            trace += _w[i] * _inverse[i];
        for (int c = 0; c < _columns; c++)
        {
            for (int d = 0; d < _columns; d++)
                trace += _c[(c * MostTails) + d] * Product(c, d);
        }

        return _count * (Math.Log(Math.Max(rss, 1e-300) / _count) - (2 * Math.Log(Math.Max(1 - (trace / _count), 1e-12))));
    }

    // Σ E W E, E = X − G.
    private double Product(int c, int d)
    {
        double[] a = _tails[_column[c]], b = _tails[_column[d]], ga = _g[c], gb = _g[d];
        double sum = 0;
        for (int i = 0; i < _n; i++)
            sum += (a[i] - ga[i]) * _w[i] * (b[i] - gb[i]);
        return sum;
    }

    // M⁻¹ W v with the factors of the last solve.
    private void Smoothed(double[] v, double lambda, double[] result)
    {
        for (int i = 0; i < _n; i++)
            _wide[i] = _w[i] * v[i] / lambda;
        WhittakerSolver.Fold(_wide, _right);
        _solver.SolveAgain(_right, _solution);
        WhittakerSolver.Unfold(_solution, result);
    }

    // Mean of the Bayesian variance and that of sampling alone.
    private bool Errors(double lambda)
    {
        if (!_information.Compute(_w, _w, (lambda, 2), null, _inverse, _sandwich))
            return false;
        for (int c = 0; c < _columns; c++)
        {
            for (int d = 0; d < _columns; d++)
                _half[(c * MostTails) + d] = Product(c, d);
        }

        Multiply(_c, _half, _f);
        Multiply(_f, _c, _t);
        for (int c = 0; c < _columns; c++)
        {
            double[] tail = _tails[_column[c]], g = _g[c], e = _e[c];
            for (int i = 0; i < _n; i++)
                e[i] = tail[i] - g[i];
            Smoothed(e, lambda, e);
        }

        for (int i = 0; i < _n; i++)
        {
            double bayes = _inverse[i], sampling = _sandwich[i];
            for (int c = 0; c < _columns; c++)
            {
                double gc = _g[c][i];
                for (int d = 0; d < _columns; d++)
                {
                    double element = _c[(c * MostTails) + d];
                    bayes += gc * element * _g[d][i];
                    sampling += gc * ((_t[(c * MostTails) + d] * _g[d][i]) - (2 * element * _e[d][i]));
                }
            }

            Variance[i] = 0.5 * _sigma2 * Math.Max(0, bayes + Math.Max(0, sampling));
        }

        return true;
    }

    private void Multiply(double[] a, double[] b, double[] product)
    {
        for (int r = 0; r < _columns; r++)
        {
            for (int c = 0; c < _columns; c++)
            {
                double sum = 0;
                for (int k = 0; k < _columns; k++)
                    sum += a[(r * MostTails) + k] * b[(k * MostTails) + c];
                product[(r * MostTails) + c] = sum;
            }
        }
    }

    // C = F⁻¹ by Cholesky, in _half and _t on the way.
    private bool Invert(out double logDeterminant)
    {
        logDeterminant = 0;
        for (int j = 0; j < _columns; j++)
        {
            for (int i = j; i < _columns; i++)
            {
                double sum = _f[(i * MostTails) + j];
                for (int k = 0; k < j; k++)
                    sum -= _half[(i * MostTails) + k] * _half[(j * MostTails) + k];
                if (i == j && !(sum > 0))
                    return false;
                _half[(i * MostTails) + j] = i == j ? Math.Sqrt(sum) : sum / _half[(j * MostTails) + j];
            }

            logDeterminant += 2 * Math.Log(_half[(j * MostTails) + j]);
        }

        for (int column = 0; column < _columns; column++)
        {
            for (int i = 0; i < _columns; i++)
            {
                double sum = i == column ? 1 : 0;
                for (int k = 0; k < i; k++)
                    sum -= _half[(i * MostTails) + k] * _delta[k];
                _delta[i] = sum / _half[(i * MostTails) + i];
            }

            for (int i = _columns - 1; i >= 0; i--)
            {
                double sum = _delta[i];
                for (int k = i + 1; k < _columns; k++)
                    sum -= _half[(k * MostTails) + i] * _delta[k];
                _delta[i] = sum / _half[(i * MostTails) + i];
            }

            for (int i = 0; i < _columns; i++)
                _c[(i * MostTails) + column] = _delta[i];
        }

        return true;
    }
}
