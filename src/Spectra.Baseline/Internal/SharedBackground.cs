using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>One λ and one set of background points for a whole series.</summary>
internal sealed class SharedBackground
{
    private const int Scores = 49;

    private SharedBackground(double lambda, bool[] leftOut) => (Lambda, LeftOut) = (lambda, leftOut);

    public double Lambda { get; }

    /// <summary>Points that more than half of the rows leave out.</summary>
    public bool[] LeftOut { get; }

    /// <summary>Every row by itself, a vote, and every row once more for the criterion with the common points; null when no row can be used, or too few points are background in most.</summary>
    public static SharedBackground? Find(SpectrumSeries series, StepRequest<RemlOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        int n = series.Length, rows = series.Count;
        var left = new bool[checked(rows * n)];
        var counts = new bool[rows];
        var searched = new (double Low, double High)[rows];
        ForRows((row, estimator) =>
        {
            counts[row] = true;
            estimator.Model.LeftOut.CopyTo(left.AsSpan(row * n, n));
            searched[row] = estimator.Model.Searched;
        });
        int voters = counts.Count(c => c);
        if (voters == 0)
            return null;
        var leftOut = new bool[n];
        for (int i = 0; i < n; i++)
        {
            int votes = 0;
            for (int row = 0; row < rows; row++)
                votes += counts[row] && left[(row * n) + i] ? 1 : 0;
            leftOut[i] = 2 * votes > voters;
        }

        // Rows that agree on too little have nothing to share.
        if (leftOut.Count(l => !l) < Math.Max(8, n / 20))
            return null;
        double low = double.NegativeInfinity, high = double.PositiveInfinity;
        for (int row = 0; row < rows; row++)
        {
            if (counts[row])
                (low, high) = (Math.Max(low, searched[row].Low), Math.Min(high, searched[row].High));
        }

        high = Math.Max(high, low + 1);
        double[] powers = [.. Enumerable.Range(0, Scores).Select(i => low + ((high - low) * i / (Scores - 1)))];
        var scores = new double[rows * Scores];
        ForRows((row, estimator) => estimator.Model.Score(request.Options, leftOut, powers, scores.AsSpan(row * Scores, Scores)));
        var usable = new bool[rows];
        for (int row = 0; row < rows; row++)
            usable[row] = !scores.AsSpan(row * Scores, Scores).ContainsAnyExceptInRange(double.MinValue, double.MaxValue);
        int best = 0;
        double least = double.PositiveInfinity;
        for (int i = 0; i < Scores; i++)
        {
            double sum = 0;
            for (int row = 0; row < rows; row++)
                sum += counts[row] && usable[row] ? scores[(row * Scores) + i] : 0;
            if (sum < least)
                (best, least) = (i, sum);
        }

        return new SharedBackground(Math.Pow(10, powers[best]), leftOut);

        void ForRows(Action<int, RemlEstimator> use) => RowScheduler.Run(
            new RowPlan(rows, scope.Operation),
            scope.Context with { Progress = null },
            () => (Estimator: new RemlEstimator(n, request.Options), Baseline: new double[n]),
            (row, workspace) =>
            {
                if (request.OptionsFor(series.SourceRow(row)) is not { Shared: true } options)
                    return false;
                BaselineInfo info = workspace.Estimator.Estimate(options, new BaselineInput(series[row]) { Variance = series.Variance(row) }, workspace.Baseline, cancellationToken);
                if (info.Lambda is null)
                    return false;
                use(row, workspace.Estimator);
                return true;
            },
            cancellationToken);
    }
}
