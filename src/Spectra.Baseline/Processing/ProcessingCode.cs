using System.Globalization;

namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>What the processing steps run.</summary>
internal static class ProcessingCode
{
    public static ProcessedSeries SmoothWhittaker(SpectrumSeries series, StepRequest<WhittakerSmoothingOptions> request, StepScope scope, CancellationToken cancellationToken) =>
        FilterStep.Run(series, request, scope, new FilterOutput(), () => new WhittakerSmoother(series.Axis, request.Options), cancellationToken);

    public static ProcessedSeries SmoothSavitzkyGolay(SpectrumSeries series, StepRequest<SavitzkyGolayOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        int derivative = request.Options.Derivative;
        foreach (RowOverride one in request.Overrides)
        {
            if (one.Options is SavitzkyGolayOptions other && other.Derivative != derivative)
                throw new OptionsException(scope.Operation, [new OptionFault($"row {one.Row}.derivative", "Rows share one quantity: the derivative cannot differ from row to row.")]);
        }

        string power = derivative > 1 ? "^" + derivative.ToString(CultureInfo.InvariantCulture) : string.Empty;
        FilterOutput output = derivative == 0 ? new FilterOutput() : new FilterOutput
        {
            Quantity = $"d{power} {series.IntensityQuantity}",
            Unit = $"{(series.IntensityUnit.Length == 0 ? "1" : series.IntensityUnit)}/({(series.Axis.Unit.Length == 0 ? "1" : series.Axis.Unit)}){power}",
        };
        return FilterStep.Run(series, request, scope, output, () => new SavitzkyGolayFilter(series.Axis, request.Options), cancellationToken);
    }

    public static ProcessedSeries RemoveSpikes(SpectrumSeries series, StepRequest<SpikeOptions> request, StepScope scope, CancellationToken cancellationToken) =>
        FilterStep.Run(series, request, scope, Replaced, () => new SpikeFilter(series.Axis, request.Options), cancellationToken);

    public static ProcessedSeries RemoveSpikesBetweenRows(SpectrumSeries series, StepRequest<SeriesSpikeOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        if (series.Count == 1)
            throw new DataMismatchException("One row alone has no neighbours to be compared with. Use the removal of spikes from single spectra.");
        return FilterStep.RunRows(
            series,
            request,
            scope,
            Replaced,
            () => new SeriesSpikes(series),
            static (SeriesSpikes spikes, SeriesSpikeOptions options, int row, Span<double> result, Span<double> variance, out double value) => spikes.Process(options, row, result, variance, out value),
            cancellationToken);
    }

    public static ProcessedSeries Normalise(SpectrumSeries series, StepRequest<NormalisationOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        CheckInterval(series.Axis, request.Options);
        foreach (RowOverride one in request.Overrides)
        {
            if (one.Options is NormalisationOptions other)
            {
                CheckInterval(series.Axis, other);
                if (other.Kind != request.Options.Kind)
                    throw new OptionsException(scope.Operation, [new OptionFault($"row {one.Row}.kind", "Rows share one quantity: what is made equal cannot differ from row to row.")]);
            }
        }

        string unit = request.Options.Kind == NormalisationKind.Area && series.Axis.Unit.Length > 0 ? $"1/({series.Axis.Unit})" : string.Empty;
        var output = new FilterOutput { Quantity = "normalised " + series.IntensityQuantity, Unit = unit, ValueName = "factor" };
        return FilterStep.Run(series, request, scope, output, () => new Normaliser(series.Axis, request.Options), cancellationToken);
    }

    private static FilterOutput Replaced { get; } = new() { ValueName = "replaced", Warn = DescribeReplaced };

    private static IReadOnlyList<StepWarning> DescribeReplaced(double[] replaced)
    {
        double points = 0;
        int rows = 0;
        foreach (double count in replaced)
        {
            if (count > 0)
            {
                rows++;
                points += count;
            }
        }

        return rows == 0 ? [] : [new StepWarning("spikes_replaced", string.Create(CultureInfo.InvariantCulture, $"{points:F0} points in {rows} of {replaced.Length} rows were taken for spikes and replaced."))];
    }

    private static void CheckInterval(Axis axis, NormalisationOptions options)
    {
        if (Normaliser.Interval(axis, options).Length == 0)
        {
            throw new DataMismatchException(string.Create(
                CultureInfo.InvariantCulture,
                $"No point lies between {options.From ?? axis.First:R} and {options.To ?? axis.Last:R} {axis.Unit}: the data run from {axis.First:R} to {axis.Last:R} {axis.Unit}. Choose an interval inside the data."));
        }
    }
}
