using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>Finds lines of a lamp, fits a polynomial to their shifts, and corrects axes by it.</summary>
internal static class AxisCalibration
{
    // Neighbouring points of a line that a fit of five parameters and a background needs.
    private const int FewestPoints = 9;

    /// <summary>Refractive index of standard air at a wavelength in air (nm): E. R. Peck, K. Reeder, J. Opt. Soc. Am. 62 (1972) 958, doi:10.1364/JOSA.62.000958.</summary>
    public static double AirIndex(double wavelength)
    {
        double s = 1e6 / (wavelength * wavelength);
        return 1 + (1e-8 * (8060.51 + (2480990 / (132.274 - s)) + (17455.7 / (39.32957 - s))));
    }

    /// <summary>Raman shift of a wavelength, both in air.</summary>
    public static double Shift(double laser, double line) => (1e7 / (laser * AirIndex(laser))) - (1e7 / (line * AirIndex(line)));

    public static RamanCalibration Calibrate(SpectrumSeries series, StepRequest<RamanCalibrationOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        RamanCalibrationOptions options = request.Options;
        if (series.Axis.Unit.Length > 0 && series.Axis.Unit != "cm^-1")
            throw new DataMismatchException($"A Raman calibration needs an axis in cm^-1, but this one is in {series.Axis.Unit}.");
        SpectrumSeries lamp = Mean(series, request);
        double[] references = [.. options.Lines.Select(l => Shift(options.LaserWavelength, l))];
        var lines = new List<CalibrationLine>();
        for (int i = 0; i < references.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double reference = references[i], range = options.SearchRange;
            if (reference - range < series.Axis.First || reference + range > series.Axis.Last)
                continue;
            bool alone = (i == 0 || reference - references[i - 1] > 2 * range) && (i == references.Length - 1 || references[i + 1] - reference > 2 * range);
            (double center, double error) = alone ? Find(lamp, reference, range, cancellationToken) : (double.NaN, double.NaN);
            lines.Add(new CalibrationLine(options.Lines[i], reference, center, error, double.NaN, error > 0));
        }

        int found = lines.Count(l => l.IsUsed);
        if (found < options.Degree + 2)
            throw new DataMismatchException(FormattableString.Invariant($"{found} of {lines.Count} lines in the window were found within {options.SearchRange:G4} cm^-1 of their places, but a polynomial of degree {options.Degree} needs {options.Degree + 2}. Check the wavelength of the laser, widen the search range, or take a lower degree."));
        return Correct(lines, options.Degree);
    }

    public static CalibratedSeries Apply(SpectrumSeries series, StepRequest<AxisCorrectionOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        AxisCorrectionOptions options = request.Options;
        double[] x = series.Axis.Values.ToArray(), corrected = [.. x.Select(v => v + options.At(v))];
        for (int i = 1; i < corrected.Length; i++)
        {
            if (!(corrected[i] > corrected[i - 1]))
                throw new DataMismatchException(FormattableString.Invariant($"The correction turns the axis round at {x[i]:G6} {series.Axis.Unit}: it does not belong to this axis, or it is extrapolated too far."));
        }

        int outside = x.Count(v => v < options.From || v > options.To);
        StepWarning[] warnings = outside == 0 ? [] : [new StepWarning("extrapolated", FormattableString.Invariant($"{outside} of {x.Length} points lie outside the lines of the calibration ({options.From:G6} to {options.To:G6} {series.Axis.Unit}): the correction is extrapolated there."))];
        return new CalibratedSeries(series.WithAxis(new Axis(corrected, series.Axis.Quantity, series.Axis.Unit)), [.. x.Select(options.ErrorAt)], warnings);
    }

    private static SpectrumSeries Mean(SpectrumSeries series, StepRequest<RamanCalibrationOptions> request)
    {
        var sum = new double[series.Length];
        int count = 0;
        for (int row = 0; row < series.Count; row++)
        {
            if (request.OptionsFor(series.SourceRow(row)) is null || series[row].ContainsAnyExceptInRange(double.MinValue, double.MaxValue))
                continue;
            count++;
            for (int i = 0; i < sum.Length; i++)
                sum[i] += series[row][i];
        }

        if (count == 0)
            throw new DataMismatchException("No row of the lamp holds numbers throughout.");
        return SpectrumSeries.Wrap(series.Axis, sum, 1);
    }

    private static (double Center, double Error) Find(SpectrumSeries lamp, double reference, double range, CancellationToken cancellationToken)
    {
        SpectrumSeries window = lamp.Trim(reference - (2 * range), reference + (2 * range));
        if (window.Length < FewestPoints)
            return (double.NaN, double.NaN);
        FitResult fit = window.Fit(new PeakFitOptions { Peaks = [new() { Name = "line", Center = Parameter.Between(reference - range, reference + range), Fwhm = new(Max: range) }] }, null, cancellationToken)[0];
        bool inside = fit.IsUsable && fit.IsPresent("line") && Math.Abs(fit["line.center"] - reference) < range * (1 - 1e-9);
        return inside && fit.StandardError("line.center") > 0 ? (fit["line.center"], fit.StandardError("line.center")) : (double.NaN, double.NaN);
    }

    /// <summary>Weighted least squares; what the lines scatter beyond their errors is added to each so that χ² is what it should be (R. C. Paule, J. Mandel, J. Res. NBS 87 (1982) 377, doi:10.6028/jres.087.022).</summary>
    private static RamanCalibration Correct(List<CalibrationLine> lines, int degree)
    {
        CalibrationLine[] used = [.. lines.Where(l => l.IsUsed)];
        int n = used.Length, p = degree + 1;
        double from = used.Min(l => l.Measured), to = used.Max(l => l.Measured), origin = 0.5 * (from + to), scale = 0.5 * (to - from);
        double[] coefficients = new double[p], covariance = new double[p * p];
        var solver = new LevenbergMarquardt(p, n);
        double Solve(double scatter)
        {
            Array.Clear(coefficients);
            var problem = new Polynomial([.. used.Select(l => (l.Measured - origin) / scale)], [.. used.Select(l => l.Reference - l.Measured)], [.. used.Select(l => 1 / Math.Sqrt((l.MeasuredError * l.MeasuredError) + (scatter * scatter)))], p);
            return solver.Solve(problem, coefficients).ChiSquare;
        }

        double low = 0, high = 0;
        if (Solve(0) > n - p)
        {
            high = 1e-3;
            while (Solve(high) > n - p && high < 1e6)
                high *= 2;
            for (int k = 0; k < 60; k++)
            {
                double middle = 0.5 * (low + high);
                if (Solve(middle) > n - p)
                    low = middle;
                else
                    high = middle;
            }
        }

        Solve(high);
        solver.Covariance(covariance, new StandardErrorStatus[p]);
        var correction = new AxisCorrectionOptions { Coefficients = coefficients, Covariance = covariance, Origin = origin, Scale = scale, From = from, To = to };
        return new RamanCalibration(correction, high, [.. lines.Select(l => l.IsUsed ? l with { Residual = l.Reference - l.Measured - correction.At(l.Measured) } : l)]);
    }

    private sealed class Polynomial(double[] t, double[] y, double[] weights, int count) : ILeastSquaresProblem
    {
        public int ParameterCount => count;

        public int ResidualCount => t.Length;

        public bool Evaluate(ReadOnlySpan<double> parameters, Span<double> residuals, Span<double> jacobian)
        {
            for (int i = 0; i < t.Length; i++)
            {
                double value = 0, power = 1;
                for (int k = 0; k < count; k++)
                {
                    value += parameters[k] * power;
                    if (!jacobian.IsEmpty)
                        jacobian[(k * t.Length) + i] = power * weights[i];
                    power *= t[i];
                }

                residuals[i] = (value - y[i]) * weights[i];
            }

            return true;
        }
    }
}
