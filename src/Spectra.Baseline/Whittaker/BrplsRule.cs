namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>Posterior probability that a point is background: residuals normal (σ) for background, normal plus exponential (μ) for peaks.</summary>
/// <remarks>
/// w = 1 / (1 + √(π/2) β/(1 − β) σ/μ · erfcx(−u)), u = (d/σ − σ/μ)/√2. For a share β of peaks the baseline is iterated until it changes little;
/// then β becomes 1 − mean w, until that repeats. What is returned is the last baseline that still differed from the one before by the tolerance.
/// </remarks>
internal sealed class BrplsRule(PenalisedRow row) : Reweighting<BrplsOptions>(row)
{
    private readonly double[] _present = new double[row.Length];
    private readonly double[] _before = new double[row.Length];
    private readonly double[] _kept = new double[row.Length];
    private readonly double[] _keptWeights = new double[row.Length];
    private double _beta;
    private int _inner;
    private int _outer;

    public override void Begin(BrplsOptions options, Span<double> w)
    {
        base.Begin(options, w);
        (_beta, _inner, _outer) = (0.5, 0, 0);
        Row.Data.Y.CopyTo(_before, 0);
    }

    public override Reweighted Next(BrplsOptions options, int solves, ReadOnlySpan<double> w, Span<double> next)
    {
        if (solves == 1)
            Keep(w);
        if (!Weigh(next))
            return Reweighted.Nothing;
        Row.WithOffset(_present);
        double squares = 0, norm = 0;
        for (int i = 0; i < _present.Length; i++)
        {
            double used = Row.Data.Used[i], step = _present[i] - _before[i];
            squares += used * step * step;
            norm += used * _before[i] * _before[i];
        }

        bool settled = Math.Sqrt(squares) < options.Tolerance * Math.Max(Math.Sqrt(norm), Detrending.Epsilon);
        if (!settled || solves == 1)
        {
            Keep(w);
            _present.CopyTo(_before, 0);
        }

        if (!settled && _inner++ < options.MaxIterations)
            return new Reweighted { Change = double.PositiveInfinity };
        double sum = 0;
        foreach (double value in next)
            sum += value;
        double share = 1 - (sum / Row.Data.UsedCount);
        if (Math.Abs(_beta - share) < options.ShareTolerance)
            return Reweighted.Nothing;
        if (_outer++ >= options.ShareIterations)
            return new Reweighted { End = true };
        (_beta, _inner) = (share, 0);
        return new Reweighted { Change = double.PositiveInfinity };
    }

    public override void Finish(Span<double> w)
    {
        _kept.CopyTo(Row.Z, 0);
        _keptWeights.CopyTo(w);
    }

    private void Keep(ReadOnlySpan<double> w)
    {
        Row.Z.CopyTo(_kept, 0);
        w.CopyTo(_keptWeights);
    }

    private bool Weigh(Span<double> next)
    {
        int below = 0, above = 0;
        double squares = 0, sum = 0;
        foreach (double d in Row.D)
        {
            if (d < 0)
            {
                below++;
                squares += d * d;
            }
            else if (d > 0)
            {
                above++;
                sum += d;
            }
        }

        if (below < 2 || above < 2)
            return false;
        double mu = sum / above, sigma = Math.Sqrt(squares / below);
        double factor = Math.Sqrt(0.5 * Math.PI) * _beta / Math.Max(1 - _beta, Detrending.Epsilon) * sigma / mu;
        for (int i = 0; i < next.Length; i++)
        {
            double u = ((Row.D[i] / sigma) - (sigma / mu)) / Math.Sqrt(2);
            next[i] = Row.Data.Used[i] == 0 ? 0 : 1 / (1 + (factor * ErrorFunction.Scaled(-u)));
        }

        return true;
    }
}
