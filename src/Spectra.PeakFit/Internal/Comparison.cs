namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>Matches computed values with rows of a fitted series.</summary>
internal static class Comparison
{
    public static ComparisonTable Run(FitSeries fits, StepRequest<ComparisonOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        ComparisonOptions options = request.Options;
        if (!fits.Model.ValueNames.Contains(options.Value))
            throw new DataMismatchException($"The fits have no value {options.Value}; the values are {string.Join(", ", fits.Model.ValueNames)}.");
        NumberColumn? against = null;
        if (options.Against.Length > 0)
        {
            against = fits.Columns.OfType<NumberColumn>().FirstOrDefault(c => c.Name == options.Against)
                ?? throw new DataMismatchException($"The fits have no number column {options.Against} to match computed values by; there are {string.Join(", ", fits.Columns.OfType<NumberColumn>().Select(c => c.Name))}.");
        }

        int q = fits.Model.IndexOf(options.Value);
        var points = new List<ComparedPoint>();
        foreach (ComputedValue computed in options.Computed)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var bare = new ComparedPoint { At = computed.At, Source = computed.Label, Computed = computed.Value, ComputedError = computed.StandardError, Agreement = Agreement.NoMatch };
            int before = points.Count;
            for (int row = 0; row < fits.Count; row++)
            {
                double place = against is null ? fits.Input.SourceRow(row) : against[row];
                if (request.OptionsFor(fits.Input.SourceRow(row)) is not null && Math.Abs(place - computed.At) <= options.Tolerance)
                    points.Add(Compare(bare, fits[row], fits.Input.SourceRow(row), options));
            }

            if (points.Count == before)
                points.Add(bare);
        }

        return new ComparisonTable(points, fits.Model.Layout.Quantities[q].UnitText(fits.Input.Axis.Unit, fits.Input.IntensityUnit), against?.Unit ?? string.Empty);
    }

    private static ComparedPoint Compare(ComparedPoint bare, FitResult fit, int row, ComparisonOptions options)
    {
        double measured = fit.IsUsable ? fit[options.Value] : double.NaN, error = fit.IsUsable ? fit.StandardError(options.Value) : double.NaN;
        double both = Math.Sqrt((error * error) + (bare.ComputedError * bare.ComputedError)), z = both > 0 ? (measured - bare.Computed) / both : double.NaN;
        return bare with
        {
            SourceRow = row,
            Label = fit.Label,
            Measured = measured,
            MeasuredError = error,
            Reason = fit.IsUsable ? fit.ErrorStatus(options.Value) : StandardErrorStatus.NoResult,
            Flags = fit.Flags,
            Z = z,
            Agreement = double.IsNaN(z) ? Agreement.NotComparable : Math.Abs(z) <= options.Limit ? Agreement.Agrees : Agreement.Differs,
        };
    }
}
