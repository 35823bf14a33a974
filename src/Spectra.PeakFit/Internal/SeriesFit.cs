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

        var rows = new FitRows(series.Count, model);
        bool chained = request.Options.Seeding != Seeding.Independent, both = request.Options.Seeding == Seeding.BothDirections && request.Options.Shared.Count == 0;
        int block = chained ? request.Options.BlockLength : 1;
        SharedValues? shared = null;
        if (model.Layout.Shared.Length > 0)
        {
            if (models.Count > 1)
                throw new OptionsException("peakfit.fit", [new OptionFault("shared", "rows of a series with shared parameters can be excluded, but cannot have options of their own.")]);
            int[] fitted = [.. Enumerable.Range(0, series.Count).Where(row => request.OptionsFor(series.SourceRow(row)) is not null)];
            shared = fitted.Length == 0 ? null : SharedFit.Solve(series, model, scope, fitted, cancellationToken);
        }

        rows.Shared = shared;
        var job = new Job(series, request, models, rows, shared);
        RowScheduler.Run(
            new RowPlan(series.Count, scope.Operation, block),
            scope.Context,
            () => new Workspace(job),
            (row, workspace) =>
            {
                bool usable = workspace.Fit(row, chained && row % block != 0, cancellationToken);
                if (both && (row + 1 == series.Count || (row + 1) % block == 0))
                    workspace.GoBack(row - (row % block), row, cancellationToken);
                return usable;
            },
            cancellationToken);
        return new FitSeries(series, model, models, request, rows);
    }

    private static void CheckData(SpectrumSeries series, PeakFitOptions options)
    {
        foreach (PeakDefinition peak in options.Peaks)
        {
            if (!peak.Center.Vary || options.Ties.Any(t => t.Parameter == $"{peak.Name}.center") || options.Sums.Any(s => s.Parameter == $"{peak.Name}.center"))
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

    internal sealed record Job(SpectrumSeries Series, StepRequest<PeakFitOptions> Request, Dictionary<PeakFitOptions, PeakModel> Models, FitRows Rows, SharedValues? Shared);

    internal sealed class Workspace(Job job)
    {
        private readonly Dictionary<PeakModel, PeakFitter> _fitters = [];
        private readonly double[] _noise = new double[job.Series.Length];
        private readonly SharedValues? _shared = job.Shared?.Copy();
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
            FitInfo info = _shared is null
                ? fitter.Fit(Data(row), values, rows.Errors(row), cancellationToken)
                : fitter.FitWithShared(Data(row), row, _shared, values, rows.Errors(row), cancellationToken);
            Store(row, info, fitter, options);
            _seed = info.Status.IsUsable() ? row : -1;
            return info.Status.IsUsable();
        }

        /// <summary>Fits a block again from its end to its start, each row from the one after it, and keeps what is better.</summary>
        public void GoBack(int first, int last, CancellationToken cancellationToken)
        {
            FitRows rows = job.Rows;
            double[] values = new double[rows.Width], errors = new double[rows.Width];
            for (int row = last - 1; row >= first; row--)
            {
                if (job.Request.OptionsFor(job.Series.SourceRow(row)) is not { } options || !rows.Info[row + 1].Status.IsUsable() || rows.Info[row].Status is RowStatus.NotFinite or RowStatus.TooFewPoints)
                    continue;
                PeakFitter fitter = _fitters[job.Models[options]];
                Array.Fill(values, double.NaN);
                _seed = row + 1;
                Seed(fitter.Model.Layout, values);
                FitInfo info = fitter.Fit(Data(row), values, errors, cancellationToken), before = rows.Info[row];
                bool better = (info.Status.IsUsable() && !before.Status.IsUsable())
                    || (info.Status.IsUsable() && info.ChiSquare + (2 * info.Variables * Unit(info, options)) < (before.ChiSquare + (2 * before.Variables * Unit(info, options))) * (1 - 1e-9));
                if (!better)
                    continue;
                values.CopyTo(rows.Values(row));
                errors.CopyTo(rows.Errors(row));
                Store(row, info, fitter, options);
            }

            _seed = -1;
        }

        /// <summary>What one unit of χ² is, so that fits with different peaks are compared by Akaike's criterion.</summary>
        private static double Unit(FitInfo info, PeakFitOptions options) => options.Weighting == Weighting.None && double.IsFinite(info.ReducedChiSquare) ? info.ReducedChiSquare : 1;

        private FitData Data(int row) => new(job.Series.Axis.Values, job.Series[row], job.Series.Variance(row));

        private void Store(int row, FitInfo info, PeakFitter fitter, PeakFitOptions options)
        {
            job.Rows.Store(row, info, fitter);
            job.Rows.Misfit[row] = !info.Status.IsUsable() ? double.PositiveInfinity
                : options.Weighting == Weighting.None ? Relative(info.ReducedChiSquare, job.Series[row])
                : info.ReducedChiSquare;
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
                    vanished[quantity.Peak] |= status[q] is StandardErrorStatus.Absent or StandardErrorStatus.Undetermined || (quantity.Unit == QuantityUnit.Area && before[q] == 0);
            }

            for (int q = 0; q < values.Length; q++)
            {
                int peak = layout.Quantities[q].Peak;
                if (layout.Quantities[q].Parameter < 0)
                    continue;
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
internal sealed class FitRows(int count, PeakModel model)
{
    private readonly int width = model.ValueNames.Count;

    public int Width => width;

    /// <summary>Values of shared parameters; null for none.</summary>
    public SharedValues? Shared { get; set; }

    public int Peaks { get; } = model.Options.Peaks.Count;

    public FitInfo[] Info { get; } = new FitInfo[count];

    public double[] AllValues { get; } = new double[count * model.ValueNames.Count];

    public double[] AllErrors { get; } = new double[count * model.ValueNames.Count];

    public double[] AllStarts { get; } = new double[count * model.ValueNames.Count];

    public StandardErrorStatus[] AllStatus { get; } = new StandardErrorStatus[count * model.ValueNames.Count];

    public double[] Misfit { get; } = new double[count];

    /// <summary>The pairs of parameters correlated beyond the limit, by row; null for none.</summary>
    public List<(int A, int B, double Value)>?[] Correlations { get; } = new List<(int, int, double)>?[count];

    /// <summary>Whether each peak is there.</summary>
    public bool[] AllPresent { get; } = new bool[count * model.Options.Peaks.Count];

    public double[] AllLimits { get; } = new double[count * model.Options.Peaks.Count];

    public Span<double> Values(int row) => AllValues.AsSpan(row * width, width);

    public Span<double> Errors(int row) => AllErrors.AsSpan(row * width, width);

    public Span<StandardErrorStatus> Status(int row) => AllStatus.AsSpan(row * width, width);

    public Span<bool> Present(int row) => AllPresent.AsSpan(row * Peaks, Peaks);

    public Span<double> Limits(int row) => AllLimits.AsSpan(row * Peaks, Peaks);

    public void Exclude(int row)
    {
        Values(row).Fill(double.NaN);
        Errors(row).Fill(double.NaN);
        Limits(row).Fill(double.NaN);
        AllStarts.AsSpan(row * width, width).Fill(double.NaN);
        Status(row).Fill(StandardErrorStatus.NoResult);
        Info[row] = new FitInfo(RowStatus.Excluded, 0, 0, double.NaN, double.NaN) { RunsDeviation = double.NaN, Autocorrelation = double.NaN };
        Misfit[row] = double.PositiveInfinity;
    }

    public void Store(int row, FitInfo info, PeakFitter fitter)
    {
        Info[row] = info;
        fitter.ErrorStatus.CopyTo(Status(row));
        fitter.StartValuesUsed.CopyTo(AllStarts.AsSpan(row * width, width));
        fitter.Present.CopyTo(Present(row));
        fitter.DetectionLimits.CopyTo(Limits(row));
        var pairs = new List<(int, int, double)>();
        if (info.Status.IsUsable())
            fitter.ListCorrelations(fitter.Model.Options.CorrelationLimit, pairs);
        Correlations[row] = pairs.Count == 0 ? null : pairs;
    }
}
