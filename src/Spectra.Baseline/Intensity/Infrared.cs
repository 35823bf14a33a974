using System.Globalization;

namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>Transmittance, absorbance and ATR: pointwise, with the variance to first order (exact for ATR).</summary>
internal static class Infrared
{
    public const string Absorbance = "absorbance";
    public const string Transmittance = "transmittance";

    public static ProcessedSeries ToAbsorbance(SpectrumSeries series, StepRequest<AbsorbanceOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        AbsorbanceOptions options = Only(request, scope);
        bool percent = options.Scale == TransmittanceScale.Percent;
        if (options.Scale == TransmittanceScale.Declared)
        {
            if (!Is(series, Transmittance) || series.IntensityUnit is not ("%" or "" or "1"))
                throw new DataMismatchException($"The series holds {Describe(series)}, not transmittance in % or as a fraction. Where it is that all the same, say so with the option scale.");
            percent = series.IntensityUnit == "%";
        }

        double unit = percent ? 0.01 : 1;
        return Map(series, request, scope, new FilterOutput { Quantity = Absorbance, Unit = string.Empty }, (_, t) =>
        {
            // Nothing gets through, or noise goes below nothing: there is no absorbance.
            double fraction = unit * t;
            return fraction > 0 ? (-Math.Log10(fraction), 1 / (t * Math.Log(10))) : (double.NaN, double.NaN);
        }, cancellationToken);
    }

    public static ProcessedSeries ToTransmittance(SpectrumSeries series, StepRequest<TransmittanceOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        TransmittanceOptions options = Only(request, scope);
        CheckAbsorbance(series, options.AssumeAbsorbance);
        double full = options.Percent ? 100 : 1;
        return Map(series, request, scope, new FilterOutput { Quantity = Transmittance, Unit = options.Percent ? "%" : string.Empty }, (_, a) =>
        {
            double t = full * Math.Pow(10, -a);
            return (t, t * Math.Log(10));
        }, cancellationToken);
    }

    public static ProcessedSeries CorrectAtr(SpectrumSeries series, StepRequest<AtrOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        AtrOptions options = Only(request, scope);
        CheckAbsorbance(series, options.AssumeAbsorbance);
        Axis axis = series.Axis;
        double perUnit = (axis.Quantity, axis.Unit) switch
        {
            (AxisQuantity.Wavenumber, "cm^-1") => 0,
            (AxisQuantity.Wavelength, "nm") => 1e7,
            (AxisQuantity.Wavelength, "um") => 1e4,
            _ => throw new DataMismatchException($"The depth that light reaches follows from its wavenumber in cm^-1 or wavelength in nm or um, but the axis is {axis.Label}. Convert the axis first."),
        };
        if (!(axis.First > 0))
            throw new DataMismatchException(string.Create(CultureInfo.InvariantCulture, $"The axis begins at {axis.First:R} {axis.Unit}: wavenumbers and wavelengths are above 0. Trim the series first."));
        var factors = new double[series.Length];
        for (int i = 0; i < factors.Length; i++)
        {
            double wavenumber = perUnit == 0 ? axis.Values[i] : perUnit / axis.Values[i];
            factors[i] = options.ReferenceWavenumber is { } reference ? wavenumber / reference : 1 / options.PenetrationDepth(wavenumber);
        }

        var output = options.ReferenceWavenumber is null ? new FilterOutput { Quantity = Absorbance, Unit = "um^-1" } : new FilterOutput { Quantity = Absorbance, Unit = series.IntensityUnit };
        return Map(series, request, scope, output, (i, a) => (a * factors[i], factors[i]), cancellationToken);
    }

    private static ProcessedSeries Map<TOptions>(
        SpectrumSeries series,
        StepRequest<TOptions> request,
        StepScope scope,
        FilterOutput output,
        Func<int, double, (double Value, double Slope)> map,
        CancellationToken cancellationToken)
        where TOptions : class => FilterStep.RunRows(
        series,
        request,
        scope,
        output,
        static () => 0,
        (int _, TOptions _, int row, Span<double> result, Span<double> variance, out double value) =>
        {
            value = double.NaN;
            ReadOnlySpan<double> y = series[row], v = series.Variance(row);
            bool finite = true;
            for (int i = 0; i < y.Length; i++)
            {
                (result[i], double slope) = map(i, y[i]);
                finite &= double.IsFinite(result[i]);
                if (!variance.IsEmpty)
                    variance[i] = slope * slope * v[i];
            }

            if (finite)
                return RowStatus.Ok;
            result.Fill(double.NaN);
            variance.Fill(double.NaN);
            return RowStatus.NotFinite;
        },
        cancellationToken);

    /// <summary>A conversion of the intensity is one for the whole series.</summary>
    private static TOptions Only<TOptions>(StepRequest<TOptions> request, StepScope scope)
        where TOptions : class
    {
        foreach (RowOverride one in request.Overrides)
        {
            if (one.Options is not null)
                throw new OptionsException(scope.Operation, [new OptionFault(string.Empty, "Rows share one quantity and unit: this conversion cannot differ from row to row.")]);
        }

        return request.Options;
    }

    private static void CheckAbsorbance(SpectrumSeries series, bool assume)
    {
        if (!assume && !Is(series, Absorbance))
            throw new DataMismatchException($"The series holds {Describe(series)}, not absorbance. Convert transmittance first; where it is absorbance all the same, say so with the option assumeAbsorbance.");
    }

    private static bool Is(SpectrumSeries series, string quantity) => string.Equals(series.IntensityQuantity, quantity, StringComparison.OrdinalIgnoreCase);

    private static string Describe(SpectrumSeries series) => series.IntensityUnit.Length == 0 ? series.IntensityQuantity : $"{series.IntensityQuantity} in {series.IntensityUnit}";
}
