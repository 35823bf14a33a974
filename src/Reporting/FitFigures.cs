using BigMap.Analysis.Spectra.PeakFit;

namespace BigMap.Analysis.Reporting;

/// <summary>Figures of peak fits.</summary>
public static class FitFigures
{
    /// <summary>The curves of one fit: points, model, background, peaks, and the standard deviations that weighted it.</summary>
    /// <param name="fits">The fits.</param>
    /// <param name="row">Row, from 0.</param>
    /// <returns>The curves; model curves are NaN where the row has no result.</returns>
    /// <example><code>await Figure.Of(new FitPanel { Curve = fits.CurveOf(12) }).SaveSvgAsync("fit-12.svg");</code></example>
    public static FitCurve CurveOf(this FitSeries fits, int row)
    {
        ArgumentNullException.ThrowIfNull(fits);
        FitResult fit = fits[row];
        Spectrum observed = fits.Input.SpectrumAt(row);
        var sigma = new double[fits.Model.Options.Weighting == Weighting.None ? 0 : observed.Axis.Length];
        for (int i = 0; i < sigma.Length; i++)
            sigma[i] = Math.Sqrt(fits.Model.Options.Weighting == Weighting.Sigma ? observed.Variance.Span[i] : Math.Max(observed.Intensity.Span[i], 1));
        return new FitCurve
        {
            Axis = observed.Axis,
            Observed = observed.Intensity,
            Model = fit.ModelCurve().Intensity,
            Baseline = fit.BackgroundCurve().Intensity,
            Components = [.. fits.Model.Options.Peaks.Select(p => new FitComponent(p.Name, fit.ComponentCurve(p.Name).Intensity))],
            Sigma = sigma,
            Label = fit.Label,
            Status = fit.Status,

            // Without weights it is the variance of the residuals in units of the intensity, not a measure of the fit.
            ReducedChiSquare = sigma.Length == 0 ? double.NaN : fit.Info.ReducedChiSquare,
            IntensityQuantity = fits.Input.IntensityQuantity,
            IntensityUnit = fits.Input.IntensityUnit,
        };
    }

    /// <summary>The overview of a fitted series, with the fit of a representative row.</summary>
    /// <param name="fits">The fits.</param>
    /// <param name="options">What to show and to say, or null for the defaults.</param>
    /// <returns>The figure.</returns>
    /// <remarks>
    /// Representative is the usable row with the most peaks whose area is significant; among these one with no parameter at a bound, where there is one;
    /// and among these the one whose reduced χ² is the median, so that the picture neither flatters nor shows an accident.
    /// </remarks>
    public static Figure Overview(this FitSeries fits, OverviewOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(fits);
        options ??= new OverviewOptions();
        return OverviewFigure.Create(fits.Input, fits, Representative(fits, options.Significance) is { } row ? fits.CurveOf(row) : null, options);
    }

    private static int? Representative(FitSeries fits, double significance)
    {
        var candidates = new List<(int Row, int Peaks, bool Ok, double Misfit)>();
        for (int row = 0; row < fits.Count; row++)
        {
            if (!fits.StatusOf(row).IsUsable())
                continue;
            FitResult fit = fits[row];
            int peaks = fits.Model.Options.Peaks.Count(p => fit[$"{p.Name}.area"] > significance * fit.StandardError($"{p.Name}.area"));
            candidates.Add((row, peaks, fit.Status == RowStatus.Ok, fit.Info.ReducedChiSquare));
        }

        if (candidates.Count == 0)
            return null;
        int most = candidates.Max(c => c.Peaks);
        candidates.RemoveAll(c => c.Peaks != most);

        // A peak at a bound can look significant by chance, because less of it was left free.
        if (candidates.Exists(c => c.Ok))
            candidates.RemoveAll(c => !c.Ok);
        var best = candidates.OrderBy(c => c.Misfit).ThenBy(c => c.Row).ToArray();
        return best[best.Length / 2].Row;
    }
}
