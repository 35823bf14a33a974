using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Diffraction.Powder;

/// <summary>Simulates patterns in bulk: a row per mixture, with Poisson noise and labels.</summary>
/// <remarks>Rows are independent: the same bits for any number of threads and the same seed.</remarks>
public static class PowderSimulation
{
    /// <summary>Simulates.</summary>
    /// <param name="mixtures">A mixture per row.</param>
    /// <param name="instrument">The instrument.</param>
    /// <param name="options">Range, counts, background, noise; null for the defaults.</param>
    /// <param name="context">Threads and progress; null for the default.</param>
    /// <param name="cancellationToken">Stops between rows.</param>
    /// <returns>Counts over 2θ, with the labels as row labels and as the column <c>label</c>, and a column <c>phase.weight_fraction</c> for each phase that occurs.</returns>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">An impossible instrument or mixture.</exception>
    /// <exception cref="DataMismatchException">An atom has no form factor, or no dispersion at this wavelength.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <example><code>
    /// SpectrumSeries patterns = PowderSimulation.Simulate([new PowderMixture("H1", [new PowderPhase(h1)], [1])], new PowderInstrument());
    /// </code></example>
    public static SpectrumSeries Simulate(IReadOnlyList<PowderMixture> mixtures, PowderInstrument instrument, SimulationOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(mixtures);
        ArgumentNullException.ThrowIfNull(instrument);
        options ??= new SimulationOptions();
        options.Validate();
        instrument.Validate();
        int points = (int)Math.Floor(((options.To - options.From) / options.Step) + 1e-9) + 1;
        var twoTheta = new double[points];
        for (int i = 0; i < points; i++)
            twoTheta[i] = options.From + (i * options.Step);
        double[] background = [.. twoTheta.Select(x => Polynomial(options.Background, points == 1 ? 0 : (2 * (x - options.From) / (twoTheta[^1] - options.From)) - 1))];
        if (background.Any(b => !(b >= 0)))
            throw new OptionsException("simulate", [new OptionFault("background", "The background becomes negative within the range.")]);

        // Mixtures are checked before any work; a bad one is the caller's mistake, not a bad row.
        IReadOnlyList<PowderPhase>[] phases = [.. mixtures.Select(m => m.Scaled())];
        var block = new double[checked(points * mixtures.Count)];
        RowScheduler.Run(
            new RowPlan(mixtures.Count, "simulate", 8),
            context ?? AnalysisContext.Default,
            () => new PatternCalculator(twoTheta, instrument),
            (row, calculator) =>
            {
                Span<double> y = block.AsSpan(row * points, points);
                foreach (PowderPhase phase in phases[row])
                    calculator.Add(phase, y);
                double highest = 0;
                foreach (double v in y)
                    highest = Math.Max(highest, v);
                double scale = highest > 0 ? options.PeakCounts / highest : 0;
                var random = new RandomNumbers(options.Seed, row);
                for (int i = 0; i < y.Length; i++)
                {
                    double mean = (scale * y[i]) + background[i];
                    y[i] = options.Noise ? random.Poisson(mean) : mean;
                }

                return true;
            },
            cancellationToken);
        return SpectrumSeries.Wrap(
            new Axis(twoTheta, AxisQuantity.TwoTheta, "deg"),
            block,
            mixtures.Count,
            new SeriesAttributes
            {
                Labels = [.. mixtures.Select(m => m.Label)],
                Columns = [new TextColumn("label", [.. mixtures.Select(m => m.Label)]), .. Fractions(mixtures)],
                IntensityQuantity = "intensity",
                IntensityUnit = "counts",
                Kind = options.Noise ? IntensityKind.Counts : IntensityKind.Unspecified,
            });
    }

    private static double Polynomial(IReadOnlyList<double> coefficients, double x)
    {
        double value = 0;
        for (int k = coefficients.Count - 1; k >= 0; k--)
            value = (value * x) + coefficients[k];
        return value;
    }

    private static IEnumerable<NumberColumn> Fractions(IReadOnlyList<PowderMixture> mixtures)
    {
        foreach (string name in mixtures.SelectMany(m => m.Phases).Select(p => p.Structure.Name).Distinct())
        {
            var values = new double[mixtures.Count];
            for (int row = 0; row < values.Length; row++)
            {
                PowderMixture mixture = mixtures[row];
                double sum = mixture.WeightFractions.Sum();
                for (int i = 0; i < mixture.Phases.Count; i++)
                    values[row] += mixture.Phases[i].Structure.Name == name ? mixture.WeightFractions[i] / sum : 0;
            }

            yield return new NumberColumn($"{name}.weight_fraction", string.Empty, values);
        }
    }
}
