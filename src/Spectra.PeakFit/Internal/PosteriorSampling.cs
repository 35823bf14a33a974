using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>The result of one row; no values without one.</summary>
internal readonly record struct PosteriorRow(RowStatus Status, double Acceptance, PosteriorValue[] Values, StandardErrorStatus[] Reasons)
{
    /// <summary>Why a value has no distribution: what the fit says, or that the row has none.</summary>
    public StandardErrorStatus Missing(int value) => Reasons.Length == 0 || Reasons[value] == StandardErrorStatus.Given ? StandardErrorStatus.NoResult : Reasons[value];
}

/// <summary>
/// Two ensembles of walkers with stretch moves (J. Goodman, J. Weare, Commun. Appl. Math. Comput. Sci. 5 (2010) 65,
/// doi:10.2140/camcos.2010.5.65; half of an ensemble against the other, D. Foreman-Mackey et al., doi:10.1086/670067). One starts as wide as
/// the errors of the fit, the other three times as wide, so that R-hat sees when they do not agree.
/// </summary>
internal static class PosteriorSampling
{
    /// <summary>A. Vehtari et al., Bayesian Anal. 16 (2021) 667, doi:10.1214/20-BA1221.</summary>
    public const double LargestRHat = 1.02;

    public const int FewestAutocorrelationTimes = 20;

    private const int Ensembles = 2;

    // a of the density 1/√z on [1/a, a].
    private const double Stretch = 2;

    public static bool IsSampled(Quantity quantity) => quantity.Kind is not (QuantityKind.SplineCoefficient or QuantityKind.Smoothness or QuantityKind.SplineFreedom);

    public static PosteriorSeries Run(FitSeries fits, StepRequest<PosteriorOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        if (fits.Model.Layout.Shared.Length > 0)
            throw new DataMismatchException("The fits share parameters over the whole series; posteriors of single rows would leave out what the shared ones are not known. Sample a fit without shared parameters.");
        var rows = new PosteriorRow[fits.Count];
        RowScheduler.Run(
            new RowPlan(fits.Count, scope.Operation),
            scope.Context,
            () => new object(),
            (row, _) =>
            {
                int source = fits.Input.SourceRow(row);
                rows[row] = request.OptionsFor(source) is { } options
                    ? fits[row].Sample(options, source, cancellationToken)
                    : new PosteriorRow(RowStatus.Excluded, double.NaN, [], []);
                return rows[row].Status.IsUsable();
            },
            cancellationToken);
        return new PosteriorSeries(fits, rows);
    }

    public static PosteriorRow Sample(PeakFitter fitter, PosteriorOptions options, int row, CancellationToken cancellationToken)
    {
        int[] free = fitter.FreeRoots();
        int dimension = free.Length, walkers = Math.Max(options.Walkers, 2 * dimension);
        walkers += walkers % 2;
        double[] best = fitter.Roots.ToArray();
        StandardErrorStatus[] reasons = fitter.ErrorStatus.ToArray();
        if (dimension == 0)
            return new PosteriorRow(RowStatus.Singular, double.NaN, [], reasons);
        int[] sampled = [.. Enumerable.Range(0, fitter.Model.ValueNames.Count).Where(q => IsSampled(fitter.Model.Layout.Quantities[q]))];
        var chains = new double[sampled.Length][];
        for (int k = 0; k < sampled.Length; k++)
            chains[k] = new double[Ensembles * options.Steps * walkers];
        double[] values = new double[fitter.Model.ValueNames.Count];
        long accepted = 0;
        for (int ensemble = 0; ensemble < Ensembles; ensemble++)
        {
            var random = new SplitMix(unchecked(((ulong)(uint)options.Seed << 32) + ((ulong)(uint)row * Ensembles) + (ulong)ensemble));
            double[][] at = fitter.SpreadAround(best, free, walkers, ensemble == 0 ? 1 : 3, ref random);
            double[] density = [.. at.Select(fitter.LogDensity)];
            double[] trial = new double[best.Length];
            for (int step = -options.BurnIn; step < options.Steps; step++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                for (int w = 0; w < walkers; w++)
                {
                    // A walker of the first half moves against the second, and the other way round.
                    int half = walkers / 2, other = (w < half ? half : 0) + random.Below(half);
                    double u = random.Next(), root = ((Stretch - 1) * u) + 1, z = root * root / Stretch;
                    at[w].CopyTo(trial, 0);
                    foreach (int k in free)
                        trial[k] = at[other][k] + (z * (at[w][k] - at[other][k]));
                    double there = fitter.LogDensity(trial);
                    if (Math.Log(1 - random.Next()) >= ((dimension - 1) * Math.Log(z)) + there - density[w])
                        continue;
                    trial.CopyTo(at[w], 0);
                    density[w] = there;
                    accepted += step < 0 ? 0 : 1;
                }

                for (int w = 0; w < walkers && step >= 0; w++)
                {
                    fitter.ValuesAt(at[w], values);
                    for (int k = 0; k < sampled.Length; k++)
                        chains[k][(((ensemble * options.Steps) + step) * walkers) + w] = values[sampled[k]];
                }
            }
        }

        var result = new PosteriorValue[values.Length];
        Array.Fill(result, PosteriorValue.None);
        bool converged = true;
        for (int k = 0; k < sampled.Length; k++)
        {
            PosteriorValue one = result[sampled[k]] = Summarise(chains[k], options.Steps, walkers);
            converged &= !(one.StandardDeviation > 0) || (one.RHat <= LargestRHat && options.Steps >= FewestAutocorrelationTimes * one.AutocorrelationTime);
        }

        return new PosteriorRow(converged ? RowStatus.Ok : RowStatus.MaxIterations, accepted / ((double)Ensembles * options.Steps * walkers), result, reasons);
    }

    /// <summary>Quantiles, split R-hat of the four half runs, and the autocorrelation time (A. Sokal's window of five times itself).</summary>
    internal static PosteriorValue Summarise(double[] chain, int steps, int walkers)
    {
        if (Array.Exists(chain, v => !double.IsFinite(v)))
            return PosteriorValue.None;
        double mean = Statistics.Mean(chain), deviation = Statistics.StandardDeviation(chain);
        if (!(deviation > 1e-13 * Math.Abs(mean)))
            return new PosteriorValue(mean, 0, mean, mean, mean, mean, 1, 0);
        double tau = 0;
        for (int ensemble = 0; ensemble < Ensembles; ensemble++)
            tau += Time(chain.AsSpan(ensemble * steps * walkers, steps * walkers), steps, walkers) / Ensembles;
        int half = steps / 2 * walkers;
        double[] means = new double[2 * Ensembles];
        double within = 0;
        for (int part = 0; part < means.Length; part++)
        {
            ReadOnlySpan<double> own = chain.AsSpan((part / 2 * steps * walkers) + (part % 2 * half), half);
            means[part] = Statistics.Mean(own);
            within += Statistics.Variance(own) / means.Length;
        }

        double rhat = Math.Sqrt(1 + (Statistics.Variance(means) / within));
        double[] sorted = [.. chain];
        Array.Sort(sorted);
        double Q(double p) => sorted[(int)Math.Round(p * (sorted.Length - 1))];
        return new PosteriorValue(Q(0.5), deviation, Q(0.025), Q(0.158655), Q(0.841345), Q(0.975), rhat, tau);
    }

    private static double Time(ReadOnlySpan<double> chain, int steps, int walkers)
    {
        double mean = Statistics.Mean(chain), zero = 0, tau = 1;
        foreach (double v in chain)
            zero += (v - mean) * (v - mean);
        zero /= chain.Length;
        for (int lag = 1; lag < steps / 2; lag++)
        {
            double sum = 0;
            int count = (steps - lag) * walkers;
            ReadOnlySpan<double> later = chain[(lag * walkers)..];
            for (int i = 0; i < count; i++)
                sum += (chain[i] - mean) * (later[i] - mean);
            tau += 2 * sum / count / zero;
            if (lag >= 5 * tau)
                break;
        }

        return Math.Max(1, tau);
    }
}
