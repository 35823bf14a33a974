namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>The loop of the Whittaker family: load, solve, reweight, stop test. What tells the members apart is the system and the rule.</summary>
internal sealed class ReweightedLoop<TOptions>
    where TOptions : class, IReweightedOptions
{
    // A solution that iterative refinement moves by more than this is none.
    private const double LargestError = 1e-6;

    private readonly PenalisedRow _row;
    private readonly PenalisedSystem _system;
    private readonly Reweighting<TOptions> _rule;
    private double[] _w;
    private double[] _next;

    private ReweightedLoop(PenalisedRow row, PenalisedSystem system, Reweighting<TOptions> rule)
    {
        (_row, _system, _rule) = (row, system, rule);
        _w = new double[row.Length];
        _next = new double[row.Length];
    }

    /// <summary>A member whose system is that of the Whittaker smoother.</summary>
    public static ReweightedLoop<TOptions> Plain(int length, Func<PenalisedRow, Reweighting<TOptions>> rule) => With(length, static row => new PlainSystem(row), rule);

    /// <summary>A member with a system of its own.</summary>
    public static ReweightedLoop<TOptions> With(int length, Func<PenalisedRow, PenalisedSystem> system, Func<PenalisedRow, Reweighting<TOptions>> rule)
    {
        var row = new PenalisedRow(length);
        return new ReweightedLoop<TOptions>(row, system(row), rule(row));
    }

    public BaselineInfo Run(TOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken)
    {
        int order = options.DifferenceOrder;
        RowStatus status = _row.Load(input, _system.LeastPoints(order), _system.DetrendOrder(order));
        if (status != RowStatus.Ok)
            return new BaselineInfo(status);
        _system.Load(options);
        _rule.Begin(options, _w);
        BaselineInfo info = Iterate(options, cancellationToken);
        if (info.Status is not (RowStatus.Ok or RowStatus.MaxIterations))
            return info;
        double error = _system.Refine();
        if (!(error <= LargestError))
            return new BaselineInfo(RowStatus.Singular) { Solves = info.Solves, ErrorEstimate = error };
        _rule.Finish(_w);
        _row.WithOffset(output.Baseline);
        _row.Data.Restore(output.Baseline);
        if (!output.Weights.IsEmpty)
            _w.CopyTo(output.Weights);
        return info with { ErrorEstimate = error };
    }

    private BaselineInfo Iterate(TOptions options, CancellationToken cancellationToken)
    {
        for (int solves = 1; ; solves++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _rule.Apply(options, _w, _system);
            if (!_system.Solve())
                return new BaselineInfo(RowStatus.Singular) { Solves = solves };
            _row.UpdateResiduals();
            Reweighted step = _rule.Next(options, solves, _w, _next);

            // A baseline that meets every point reproduces any weights.
            double change = !step.End ? WeightChange() : _row.D.AsSpan().ContainsAnyExcept(0.0) ? double.NaN : 0;
            bool met = step.End ? step.Met : (double.IsNaN(step.Change) ? change : step.Change) < options.Tolerance;
            if (met || step.End || solves > options.MaxIterations)
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

            (_w, _next) = (_next, _w);
        }
    }

    private double WeightChange()
    {
        double squares = 0, norm = 0;
        for (int i = 0; i < _w.Length; i++)
        {
            double step = _next[i] - _w[i];
            squares += step * step;
            norm += _w[i] * _w[i];
        }

        return Math.Sqrt(squares / norm);
    }
}
