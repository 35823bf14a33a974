using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>Values of shared parameters, with their covariance in units of the weights (σ² = 1), or of the data with equal weights.</summary>
internal sealed class SharedValues(double[] values, double[] covariance, StandardErrorStatus[] status, Dictionary<int, double[]> rows, int roots)
{
    /// <summary>The parameters of each row at the common optimum.</summary>
    public Dictionary<int, double[]> Rows => rows;

    public double[] Values => values;

    public double[] Covariance => covariance;

    public StandardErrorStatus[] Status => status;

    /// <summary>Room for the derivatives of the parameters of a row by the shared ones.</summary>
    public double[] Gain { get; } = new double[roots * values.Length];

    public SharedValues Copy() => new(values, covariance, status, rows, Gain.Length / Math.Max(1, values.Length));
}

/// <summary>
/// A series with parameters that all rows share: the parameters of each row are eliminated, so that the outer problem has the shared ones alone
/// (the arrow-shaped normal equations reduced to their tip). For every trial the rows are fitted with the shared values held; the derivatives of the
/// residuals by a shared parameter are those at fixed rows, orthogonal to what the rows can follow.
/// </summary>
internal sealed class SharedFit : ILeastSquaresProblem
{
    private readonly SpectrumSeries _series;
    private readonly PeakModel _model;
    private readonly AnalysisContext _context;
    private readonly string _operation;
    private readonly int[] _rows;
    private readonly double[][] _roots;
    private readonly double[][] _trialRoots;
    private readonly CancellationToken _cancellationToken;

    public SharedFit(SpectrumSeries series, PeakModel model, StepScope scope, int[] rows, double[][] roots, CancellationToken cancellationToken)
    {
        _series = series;
        _model = model;
        _context = scope.Context with { Progress = null };
        _operation = scope.Operation;
        _rows = rows;
        _roots = roots;
        _trialRoots = [.. roots.Select(r => (double[])r.Clone())];
        _cancellationToken = cancellationToken;
    }

    public int ParameterCount => _model.Layout.Shared.Length;

    public int ResidualCount => _rows.Length * _series.Length;

    /// <summary>Finds the shared values, and their covariance.</summary>
    public static SharedValues? Solve(SpectrumSeries series, PeakModel model, StepScope scope, int[] rows, CancellationToken cancellationToken)
    {
        int count = model.Layout.Shared.Length, all = model.Layout.Roots.Length;
        var roots = new double[rows.Length][];
        var variances = new double[rows.Length][];
        var usable = new bool[rows.Length];
        double[] lower = new double[count], upper = new double[count];

        // Each row by itself first: starts, and how much each row says of a shared parameter.
        var free = new PeakModel(model.Options with { Shared = [], Derived = [], TestPeaks = false, Seeding = Seeding.Independent });
        RowScheduler.Run(
            new RowPlan(rows.Length, scope.Operation),
            scope.Context with { Progress = null },
            () => new PeakFitter(free, series.Length),
            (i, fitter) =>
            {
                double[] values = new double[free.ValueNames.Count], errors = new double[values.Length];
                Array.Fill(values, double.NaN);
                FitInfo info = fitter.Fit(new FitData(series.Axis.Values, series[rows[i]], series.Variance(rows[i])), values, errors, cancellationToken);
                usable[i] = info.Status is not (RowStatus.NotFinite or RowStatus.TooFewPoints);
                roots[i] = fitter.Roots.ToArray();
                variances[i] = [.. model.Layout.Shared.Select(fitter.VarianceOf)];
                if (i == 0)
                {
                    for (int s = 0; s < count; s++)
                        (lower[s], upper[s]) = fitter.BoundsOf(model.Layout.Shared[s]);
                }

                return usable[i];
            },
            cancellationToken);
        int[] kept = [.. Enumerable.Range(0, rows.Length).Where(i => usable[i])];
        if (kept.Length == 0)
            return null;
        var start = new double[count];
        for (int s = 0; s < count; s++)
        {
            double sum = 0, weight = 0;
            foreach (int i in kept)
            {
                double w = variances[i][s] > 0 ? 1 / variances[i][s] : 0;
                sum += w * roots[i][model.Layout.Shared[s]];
                weight += w;
            }

            start[s] = Math.Clamp(weight > 0 ? sum / weight : roots[kept[0]][model.Layout.Shared[s]], lower[s], upper[s]);
        }

        var problem = new SharedFit(series, model, scope, [.. kept.Select(i => rows[i])], [.. kept.Select(i => roots[i])], cancellationToken);
        var solver = new LevenbergMarquardt(count, problem.ResidualCount, new LeastSquaresOptions { MaxIterations = model.Options.MaxIterations, OptimumTolerance = 1e-6 });
        LeastSquaresResult fit = solver.Solve(problem, start, new ParameterBounds(lower, upper), cancellationToken);
        var covariance = new double[count * count];
        var status = new StandardErrorStatus[count];
        solver.Covariance(covariance, status);
        if (model.Options.Weighting == Weighting.None)
        {
            int own = all - count;
            double freedom = Math.Max(1, problem.ResidualCount - (kept.Length * own) - count);
            for (int i = 0; i < covariance.Length; i++)
                covariance[i] *= fit.ChiSquare / freedom;
        }

        problem.Evaluate(start, new double[problem.ResidualCount], new double[problem.ResidualCount * count]);
        return new SharedValues(start, covariance, status, Enumerable.Range(0, kept.Length).ToDictionary(i => problem._rows[i], i => problem._roots[i]), all);
    }

    public bool Evaluate(ReadOnlySpan<double> parameters, Span<double> residuals, Span<double> jacobian)
    {
        int n = _series.Length, count = ParameterCount;
        double[] shared = parameters.ToArray(), r = new double[residuals.Length], j = new double[jacobian.Length];
        bool withJacobian = j.Length > 0;
        var fine = new bool[_rows.Length];
        double[][] target = withJacobian ? _roots : _trialRoots;
        RowScheduler.Run(
            new RowPlan(_rows.Length, _operation),
            _context,
            () => (Fitter: new PeakFitter(_model, n), Block: new double[withJacobian ? n * count : 0]),
            (i, workspace) =>
            {
                int row = _rows[i];
                _roots[i].CopyTo(_trialRoots[i], 0);
                fine[i] = workspace.Fitter.SolveOwn(new FitData(_series.Axis.Values, _series[row], _series.Variance(row)), shared, target[i], _cancellationToken);
                workspace.Fitter.Eliminate(r.AsSpan(i * n, n), workspace.Block);
                for (int s = 0; s < count && withJacobian; s++)
                    workspace.Block.AsSpan(s * n, n).CopyTo(j.AsSpan((s * r.Length) + (i * n), n));
                return fine[i];
            },
            _cancellationToken);
        r.CopyTo(residuals);
        j.CopyTo(jacobian);
        return !fine.Contains(false);
    }
}
