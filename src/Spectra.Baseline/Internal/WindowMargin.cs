using System.Globalization;

namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>Looks for windows that begin or end inside a peak.</summary>
/// <remarks>
/// From the data in the window alone nobody can tell a cut peak from a background that rises to the window's end and that the baseline is too
/// stiff to follow; but in both the corrected intensity does not come down to the background there, and that can be seen. An end is reported when
/// (1) the corrected intensity at the end (median of a few points) is at least a quarter of the largest of the row and 10 times the noise, and
/// (2) going inwards the data themselves come down by at least half of what the corrected intensity does until that has halved: a baseline
/// that merely sags below flat data at the end is not a matter of the window.
/// </remarks>
internal static class WindowMargin
{
    private const double LeastShare = 0.25;
    private const double LeastNoise = 10;
    private const int MostPoints = 15;

    /// <summary>Corrected intensity at an end as a share of the largest of the row; 0 when there is nothing to report.</summary>
    /// <param name="upperEnd">Which end.</param>
    /// <param name="y">Intensities.</param>
    /// <param name="baseline">Baseline.</param>
    /// <param name="largest">Largest corrected intensity (intensity minus baseline) of the row, 0 or more.</param>
    /// <param name="scratch">As many values as there are points.</param>
    public static double ShareAt(bool upperEnd, ReadOnlySpan<double> y, ReadOnlySpan<double> baseline, double largest, Span<double> scratch)
    {
        int n = y.Length;
        int points = Math.Clamp(n / 200, 3, MostPoints);
        if (n < 4 * points)
            return 0;
        Span<double> end = stackalloc double[MostPoints];
        end = end[..points];
        int first = upperEnd ? n - points : 0;
        for (int i = 0; i < points; i++)
            end[i] = y[first + i] - baseline[first + i];
        double level = Median(end);
        if (!(level > 0) || level < LeastShare * largest || level <= LeastNoise * Noise(y, scratch))
            return 0;
        y.Slice(first, points).CopyTo(end);
        double start = Median(end);
        for (int i = 1; i < n; i++)
        {
            int at = upperEnd ? n - 1 - i : i;
            double corrected = y[at] - baseline[at];
            if (corrected <= 0.5 * level)
                return start - y[at] >= 0.5 * (level - corrected) ? level / largest : 0;
        }

        return 0;
    }

    /// <summary>One warning for each end that is cut in at least one row.</summary>
    public static IReadOnlyList<StepWarning> Describe(SpectrumSeries series, ReadOnlySpan<(double Lower, double Upper)> shares, int judged)
    {
        var warnings = new List<StepWarning>();
        Add(warnings, series, shares, judged, upperEnd: false);
        Add(warnings, series, shares, judged, upperEnd: true);
        return warnings;
    }

    private static void Add(List<StepWarning> warnings, SpectrumSeries series, ReadOnlySpan<(double Lower, double Upper)> shares, int judged, bool upperEnd)
    {
        int rows = 0, worst = 0;
        double largest = 0;
        for (int i = 0; i < shares.Length; i++)
        {
            double share = upperEnd ? shares[i].Upper : shares[i].Lower;
            if (share <= 0)
                continue;
            rows++;
            if (share > largest)
                (largest, worst) = (share, i);
        }

        if (rows == 0)
            return;
        warnings.Add(new StepWarning("trim_margin_baseline", string.Create(
            CultureInfo.InvariantCulture,
            $"In {rows} of {judged} rows ({100.0 * rows / judged:F0} %) the corrected intensity does not come down to the baseline at the {(upperEnd ? "upper" : "lower")} end of the window, {(upperEnd ? series.Axis.Last : series.Axis.First):G6} {series.Axis.Unit}: there it is up to {100 * largest:F0} % of the largest (row {series.SourceRow(worst)}). Either the window cuts a peak, whose tail is then lost and pulls the baseline up, or the baseline is too stiff for the background there. Widen the window, or lower lambda.")));
    }

    /// <summary>Standard deviation of the noise from the median of the absolute second differences; peaks and background hardly enter it.</summary>
    private static double Noise(ReadOnlySpan<double> y, Span<double> scratch)
    {
        Span<double> d = scratch[..(y.Length - 2)];
        for (int i = 0; i < d.Length; i++)
            d[i] = Math.Abs((y[i] - y[i + 1]) + (y[i + 2] - y[i + 1]));
        d.Sort();

        // Median of |x| for a normal x is 0.6745 σ; the second difference of white noise has variance 6 σ².
        return d[d.Length / 2] / (0.6745 * Math.Sqrt(6));
    }

    /// <summary>Sorts the values.</summary>
    private static double Median(Span<double> values)
    {
        values.Sort();
        return values[values.Length / 2];
    }
}
