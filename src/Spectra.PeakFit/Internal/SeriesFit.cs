using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>Fits every row of a series and collects what the table shows.</summary>
internal static class SeriesFit
{
    public static FitSeries Run(SpectrumSeries series, StepRequest<PeakFitOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        var model = new PeakModel(request.Options);
        CheckData(series, request.Options);
        var models = new Dictionary<PeakFitOptions, PeakModel>(ReferenceEqualityComparer.Instance) { [request.Options] = model };
        foreach (RowOverride one in request.Overrides)
        {
            if (one.Options is PeakFitOptions own && !models.ContainsKey(own))
                models[own] = CheckOverride(series, model, own, one.Row);
        }

        var rows = new FitRows(series.Count, model.ValueNames.Count);
        bool chained = request.Options.Seeding == Seeding.FromPrevious;
        int block = chained ? request.Options.BlockLength : 1;
        var job = new Job(series, request, models, rows);
        RowScheduler.Run(
            new RowPlan(series.Count, scope.Operation, block),
            scope.Context,
            () => new Workspace(job),
            (row, workspace) => workspace.Fit(row, chained && row % block != 0, cancellationToken),
            cancellationToken);
        return new FitSeries(series, model, models, request, rows);
    }

    private static void CheckData(SpectrumSeries series, PeakFitOptions options)
    {
        foreach (PeakDefinition peak in options.Peaks)
        {
            if (!peak.Center.Vary || options.Ties.Any(t => t.Parameter == $"{peak.Name}.center"))
                continue;
            if (peak.Center.Min > series.Axis.Last || peak.Center.Max < series.Axis.First)
            {
                throw new DataMismatchException(FormattableString.Invariant(
                    $"The bounds of {peak.Name}.center, {peak.Center.Min:R} to {peak.Center.Max:R}, lie outside the data, which run from {series.Axis.First:R} to {series.Axis.Last:R} {series.Axis.Unit}. Choose bounds inside; a peak of which only a tail reaches into the window needs a fixed centre."));
            }
        }

        if (options.Weighting == Weighting.Poisson && series.Kind == IntensityKind.Derived)
        {
            throw new DataMismatchException("Poisson weights need raw counts, but these intensities were computed from others (a baseline was subtracted, or they were normalised), so their variance is not their value. Assign the Poisson variance to the raw counts before that step (WithPoissonVariance) and fit with the weights 'sigma'.");
        }

        if (options.Weighting == Weighting.Sigma && !series.HasVariance)
        {
            throw new DataMismatchException("Weights from the variances need a series that has them. Read a file with standard deviations, assign the Poisson variance to raw counts (WithPoissonVariance), or fit with the weights 'none'.");
        }
    }

    private static PeakModel CheckOverride(SpectrumSeries series, PeakModel model, PeakFitOptions own, int row)
    {
        CheckData(series, own);
        var other = new PeakModel(own);
        if (!other.ValueNames.SequenceEqual(model.ValueNames))
            throw new OptionsException("peakfit.fit", [new OptionFault($"row {row}", $"the override must have the same values as the other rows ({string.Join(", ", model.ValueNames)}), because they share the columns of one table.")]);
        return other;
    }

    internal sealed record Job(SpectrumSeries Series, StepRequest<PeakFitOptions> Request, Dictionary<PeakFitOptions, PeakModel> Models, FitRows Rows);

    internal sealed class Workspace(Job job)
    {
        private readonly Dictionary<PeakModel, PeakFitter> _fitters = [];
        private readonly double[] _noise = new double[job.Series.Length];
        private int _seed = -1;

        public bool Fit(int row, bool mayContinue, CancellationToken cancellationToken)
        {
            FitRows rows = job.Rows;
            if (!mayContinue)
                _seed = -1;
            PeakFitOptions? options = job.Request.OptionsFor(job.Series.SourceRow(row));
            if (options is null)
            {
                rows.Exclude(row);
                return false;
            }

            PeakModel model = job.Models[options];
            if (!_fitters.TryGetValue(model, out PeakFitter? fitter))
                _fitters[model] = fitter = new PeakFitter(model, job.Series.Length);
            Span<double> values = rows.Values(row);
            values.Fill(double.NaN);
            if (_seed >= 0)
                Seed(model.Layout, values);
            ReadOnlySpan<double> y = job.Series[row];
            FitInfo info = fitter.Fit(new FitData(job.Series.Axis.Values, y, job.Series.Variance(row)), values, rows.Errors(row), cancellationToken);
            rows.Store(row, info, fitter);
            rows.Misfit[row] = !info.Status.IsUsable() ? double.PositiveInfinity
                : options.Weighting == Weighting.None ? Relative(info.ReducedChiSquare, y)
                : info.ReducedChiSquare;
            _seed = info.Status.IsUsable() ? row : -1;
            return info.Status.IsUsable();
        }

        /// <summary>Takes the peaks of the row before, except those that had vanished there: from an area of zero no fit finds back.</summary>
        private void Seed(ModelLayout layout, Span<double> values)
        {
            ReadOnlySpan<double> before = job.Rows.Values(_seed);
            ReadOnlySpan<StandardErrorStatus> status = job.Rows.Status(_seed);
            Span<bool> vanished = stackalloc bool[layout.PeakStarts.Length];
            for (int q = 0; q < values.Length; q++)
            {
                Quantity quantity = layout.Quantities[q];
                if (quantity.Peak >= 0)
                    vanished[quantity.Peak] |= status[q] == StandardErrorStatus.Undetermined || (quantity.Unit == QuantityUnit.Area && before[q] == 0);
            }

            for (int q = 0; q < values.Length; q++)
            {
                int peak = layout.Quantities[q].Peak;
                if (peak < 0 || !vanished[peak])
                    values[q] = before[q];
            }
        }

        /// <summary>Mean squared residual over the variance that the scatter of neighbouring points shows.</summary>
        private double Relative(double reducedChiSquare, ReadOnlySpan<double> y)
        {
            if (y.Length < 5)
                return reducedChiSquare;
            double largest = 0;
            for (int i = 1; i < y.Length - 1; i++)
            {
                // Var(y₋ − 2y + y₊) = 6σ²
                _noise[i - 1] = (y[i - 1] - (2 * y[i]) + y[i + 1]) / Math.Sqrt(6);
                largest = Math.Max(largest, Math.Abs(y[i]));
            }

            double sigma = Math.Max(Statistics.MadInPlace(_noise.AsSpan(0, y.Length - 2)), 1e-15 * largest);
            return sigma > 0 ? reducedChiSquare / (sigma * sigma) : reducedChiSquare;
        }
    }
}

/// <summary>The numbers of all rows, row-major.</summary>
internal sealed class FitRows(int count, int width)
{
    public int Width => width;

    public FitInfo[] Info { get; } = new FitInfo[count];

    public double[] AllValues { get; } = new double[count * width];

    public double[] AllErrors { get; } = new double[count * width];

    public double[] AllStarts { get; } = new double[count * width];

    public StandardErrorStatus[] AllStatus { get; } = new StandardErrorStatus[count * width];

    public double[] Misfit { get; } = new double[count];

    /// <summary>The pair of parameters correlated most strongly in each row.</summary>
    public (int A, int B, double Value)[] Correlations { get; } = new (int, int, double)[count];

    public Span<double> Values(int row) => AllValues.AsSpan(row * width, width);

    public Span<double> Errors(int row) => AllErrors.AsSpan(row * width, width);

    public Span<StandardErrorStatus> Status(int row) => AllStatus.AsSpan(row * width, width);

    public void Exclude(int row)
    {
        Values(row).Fill(double.NaN);
        Errors(row).Fill(double.NaN);
        AllStarts.AsSpan(row * width, width).Fill(double.NaN);
        Status(row).Fill(StandardErrorStatus.NoResult);
        Info[row] = new FitInfo(RowStatus.Excluded, 0, 0, double.NaN, double.NaN);
        Misfit[row] = double.PositiveInfinity;
        Correlations[row] = (-1, -1, 0);
    }

    public void Store(int row, FitInfo info, PeakFitter fitter)
    {
        Info[row] = info;
        fitter.ErrorStatus.CopyTo(Status(row));
        fitter.StartValuesUsed.CopyTo(AllStarts.AsSpan(row * width, width));
        Correlations[row] = fitter.StrongestCorrelation();
    }
}
