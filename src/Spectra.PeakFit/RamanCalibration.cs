namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>The lines of a lamp, where they were found, and the correction of the axis that follows.</summary>
/// <remarks>A table with one row per line in the window: wavelength, reference, measured (with error), residual, used (1 or 0). Immutable, thread-safe.</remarks>
public sealed class RamanCalibration : IResultTable
{
    /// <summary>The first-order line of silicon at room temperature, cm⁻¹.</summary>
    public const double SiliconShift = 520.7;

    internal RamanCalibration(AxisCorrectionOptions correction, double scatter, IReadOnlyList<CalibrationLine> lines)
    {
        Correction = correction;
        Scatter = scatter;
        Lines = lines;
        Columns =
        [
            new NumberColumn("wavelength", "nm", lines.Select(l => l.Wavelength).ToArray()),
            new NumberColumn("reference", "cm^-1", lines.Select(l => l.Reference).ToArray()),
            new NumberColumn("measured", "cm^-1", lines.Select(l => l.Measured).ToArray(), lines.Select(l => l.MeasuredError).ToArray(), lines.Select(l => l.MeasuredError > 0 ? StandardErrorStatus.Given : StandardErrorStatus.NoResult).ToArray()),
            new NumberColumn("residual", "cm^-1", lines.Select(l => l.Residual).ToArray()),
            new IntegerColumn("used", lines.Select(l => l.IsUsed ? 1L : 0L).ToArray()),
        ];
    }

    /// <summary>The correction, without silicon.</summary>
    public AxisCorrectionOptions Correction { get; }

    /// <summary>Standard deviation of the lines about the polynomial beyond their errors, cm⁻¹: steps of the grating, stitching, blends.</summary>
    public double Scatter { get; }

    /// <summary>Every line of the list that lies in the window.</summary>
    public IReadOnlyList<CalibrationLine> Lines { get; }

    /// <inheritdoc/>
    public string Name => "calibration";

    /// <inheritdoc/>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <inheritdoc/>
    public int RowCount => Lines.Count;

    /// <summary>The correction as options of <see cref="PeakFitSteps.CorrectAxis"/>; with the measured place of silicon, moved so that its line comes out at 520.7 cm⁻¹: the lamp does not know the wavelength of the laser.</summary>
    /// <param name="siliconCenter">Centre of the silicon line on the axis as it was measured, cm⁻¹; null for no silicon.</param>
    /// <param name="siliconError">Its standard error, cm⁻¹.</param>
    /// <returns>The options.</returns>
    public AxisCorrectionOptions ToOptions(double? siliconCenter = null, double siliconError = 0)
    {
        if (siliconCenter is not { } center)
            return Correction;
        int n = Correction.Coefficients.Count;
        double t = (center - Correction.Origin) / Correction.Scale;
        double[] coefficients = [.. Correction.Coefficients], covariance = [.. Correction.Covariance], moved = new double[n * n];
        coefficients[0] += SiliconShift - (center + Correction.At(center));

        // Only differences to the place of silicon are left of the polynomial: c₀ = const − Σ cₖ tₛᵏ.
        double[,] map = new double[n, n];
        for (int k = 1; k < n; k++)
        {
            map[0, k] = -Math.Pow(t, k);
            map[k, k] = 1;
        }

        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = i == 0 && j == 0 ? siliconError * siliconError : 0;
                for (int a = 0; a < n; a++)
                {
                    for (int b = 0; b < n; b++)
                        sum += map[i, a] * covariance[(a * n) + b] * map[j, b];
                }

                moved[(i * n) + j] = sum;
            }
        }

        return Correction with { Coefficients = coefficients, Covariance = moved };
    }
}

/// <summary>A line of a lamp.</summary>
/// <param name="Wavelength">In air, nm.</param>
/// <param name="Reference">Its place for the wavelength of the laser, cm⁻¹.</param>
/// <param name="Measured">Where it was found, cm⁻¹; NaN when it was not.</param>
/// <param name="MeasuredError">Standard error of that; NaN when it was not found.</param>
/// <param name="Residual">Reference minus corrected place, cm⁻¹; NaN for a line that is not used.</param>
/// <param name="IsUsed">Whether it takes part.</param>
public readonly record struct CalibrationLine(double Wavelength, double Reference, double Measured, double MeasuredError, double Residual, bool IsUsed);

/// <summary>A series on its corrected axis.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed class CalibratedSeries : ISeriesResult, IBatchResult
{
    internal CalibratedSeries(SpectrumSeries series, double[] errors, IReadOnlyList<StepWarning> warnings)
    {
        Series = series;
        AxisStandardErrors = errors;
        Warnings = warnings;
    }

    /// <inheritdoc/>
    public SpectrumSeries Series { get; }

    /// <summary>Standard error of every value of the axis, in its unit; NaN when it is not known. Errors of neighbouring values are nearly the same, so that differences are known better.</summary>
    public ReadOnlyMemory<double> AxisStandardErrors { get; }

    /// <inheritdoc/>
    public int Count => Series.Count;

    /// <inheritdoc/>
    public IReadOnlyList<StepWarning> Warnings { get; }

    /// <inheritdoc/>
    public RowStatus StatusOf(int row) => RowStatus.Ok;
}
