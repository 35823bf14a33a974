using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>
/// Matched filter: at every point and for every width a Gaussian on a straight line is fitted to the points within 1.5 widths; what stands out of
/// the noise, is larger than with its neighbours in place and width, and has its top there, is a peak.
/// </summary>
internal static class PeakSearch
{
    private const double WidthRatio = 1.25;
    private const double Reach = 1.5;

    public static PeakSearchResult Run(SpectrumSeries series, StepRequest<PeakSearchOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        ReadOnlySpan<double> x = series.Axis.Values;
        int n = x.Length;
        (double[] y, double[] variance) = Mean(series, request);
        double window = n > 0 ? x[^1] - x[0] : 0, step = window / Math.Max(1, n - 1);
        double narrow = request.Options.MinFwhm ?? 3 * step, wide = Math.Max(narrow, request.Options.MaxFwhm ?? window / 8);
        if (n < 8 || y.Length == 0 || !(variance.Max() > 0))
            return new PeakSearchResult([], series.Axis.Unit, series.IntensityUnit);
        int widths = 1 + (int)Math.Ceiling(Math.Log(wide / narrow) / Math.Log(WidthRatio));
        var map = new Match[widths, n];
        for (int k = 0; k < widths; k++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double w = Math.Min(wide, narrow * Math.Pow(WidthRatio, k));
            for (int i = 0; i < n; i++)
                map[k, i] = At(x, y, variance, i, w);
        }

        // A profile without its straight line changes faster with its place than the profile alone: some four times as many independent tries (measured).
        double threshold = new FalseAlarm(window, narrow, wide, FormFree: false, TwoSided: false).Threshold(request.Options.FalseAlarmRate / 5);
        var candidates = new List<(int Index, double Fwhm, Match Match)>();
        for (int k = 0; k < widths; k++)
        {
            for (int i = 1; i < n - 1; i++)
            {
                double z = map[k, i].Significance;
                bool highest = z > threshold && z >= map[k, i - 1].Significance && z > map[k, i + 1].Significance
                    && (k == 0 || z >= map[k - 1, i].Significance) && (k == widths - 1 || z >= map[k + 1, i].Significance);
                double w = Math.Min(wide, narrow * Math.Pow(WidthRatio, k));
                if (highest && HasTop(x, y, i, w))
                    candidates.Add((i, w, map[k, i]));
            }
        }

        var kept = new List<(double Center, double Fwhm, Match Match)>();
        foreach ((int index, double fwhm, Match match) in candidates.OrderByDescending(c => c.Match.Significance).ThenBy(c => c.Index))
        {
            double center = x[index];
            if (kept.Count < request.Options.MaxPeaks && kept.TrueForAll(o => Math.Abs(o.Center - center) > 0.6 * Math.Max(o.Fwhm, fwhm)))
                kept.Add((center, HalfWidth(x, y, index, fwhm, step), match));
        }

        return new PeakSearchResult(
            [.. kept.OrderBy(p => p.Center).Select((p, i) => new FoundPeak(FormattableString.Invariant($"p{i + 1}"), p.Center, p.Fwhm, p.Match.Height, p.Match.Significance))],
            series.Axis.Unit,
            series.IntensityUnit);
    }

    /// <summary>The mean of the rows that hold numbers, and its variance at every point.</summary>
    private static (double[] Y, double[] Variance) Mean(SpectrumSeries series, StepRequest<PeakSearchOptions> request)
    {
        int n = series.Length, count = 0;
        double[] y = new double[n], variance = new double[n];
        for (int row = 0; row < series.Count; row++)
        {
            if (request.OptionsFor(series.SourceRow(row)) is null || !IsFinite(series[row]))
                continue;
            count++;
            for (int i = 0; i < n; i++)
            {
                y[i] += series[row][i];
                variance[i] += series.HasVariance ? series.Variance(row)[i] : 0;
            }
        }

        if (count == 0 || n < 8)
            return ([], []);
        for (int i = 0; i < n; i++)
        {
            y[i] /= count;
            variance[i] /= (double)count * count;
        }

        if (!series.HasVariance)
        {
            // Var(y₋ − 2y + y₊) = 6σ²
            double[] rough = [.. Enumerable.Range(1, n - 2).Select(i => (y[i - 1] - (2 * y[i]) + y[i + 1]) / Math.Sqrt(6))];
            double sigma = Statistics.MadInPlace(rough);
            Array.Fill(variance, sigma * sigma);
        }

        return (y, variance);
    }

    private static bool IsFinite(ReadOnlySpan<double> values)
    {
        foreach (double v in values)
        {
            if (!double.IsFinite(v))
                return false;
        }

        return true;
    }

    /// <summary>Weighted least squares of a Gaussian of one width on a straight line.</summary>
    private static Match At(ReadOnlySpan<double> x, double[] y, double[] variance, int center, double w)
    {
        // Half a profile at an end cannot be told from a curved background.
        if (x[center] - x[0] < w || x[^1] - x[center] < w)
            return default;
        int from = center, to = center;
        while (from > 0 && x[center] - x[from - 1] <= Reach * w)
            from--;
        while (to < x.Length - 1 && x[to + 1] - x[center] <= Reach * w)
            to++;
        if (to - from < 4)
            return default;
        double s = 0, st = 0, stt = 0, sg = 0, stg = 0, sgg = 0, sy = 0, sty = 0, sgy = 0;
        for (int i = from; i <= to; i++)
        {
            double t = (x[i] - x[center]) / w, g = Math.Exp(-ProfileConstants.FourLn2 * t * t), weight = 1 / variance[i], v = y[i] - y[center];
            s += weight;
            st += weight * t;
            stt += weight * t * t;
            sg += weight * g;
            stg += weight * t * g;
            sgg += weight * g * g;
            sy += weight * v;
            sty += weight * t * v;
            sgy += weight * g * v;
        }

        // What the line cannot follow of the profile, and of the data along it.
        double determinant = (s * stt) - (st * st);
        if (!(determinant > 0))
            return default;
        double a = ((stt * sg) - (st * stg)) / determinant, b = ((s * stg) - (st * sg)) / determinant;
        double norm = sgg - (a * sg) - (b * stg), product = sgy - (a * sy) - (b * sty);
        return norm > 1e-9 * sgg ? new Match(product / norm, product / Math.Sqrt(norm)) : default;
    }

    /// <summary>Whether the mean of the middle is above the means half a width to both sides: flanks and tails of others are not.</summary>
    private static bool HasTop(ReadOnlySpan<double> x, double[] y, int center, double w)
    {
        double middle = Level(x, y, x[center] - (0.25 * w), x[center] + (0.25 * w));
        return middle > Level(x, y, x[center] - (1.25 * w), x[center] - (0.5 * w)) && middle > Level(x, y, x[center] + (0.5 * w), x[center] + (1.25 * w));
    }

    /// <summary>Width at half height above the level of both sides: the widest profile that still matches is broader than the peak.</summary>
    private static double HalfWidth(ReadOnlySpan<double> x, double[] y, int center, double w, double step)
    {
        double c = x[center], side = 0.5 * (Level(x, y, c - (1.5 * w), c - w) + Level(x, y, c + w, c + (1.5 * w)));
        double half = 0.5 * (Level(x, y, c - Math.Max(step, 0.1 * w), c + Math.Max(step, 0.1 * w)) + side);
        int left = center, right = center;
        while (left > 1 && c - x[left] < w && y[left - 1] + y[left] + y[left + 1] > 3 * half)
            left--;
        while (right < x.Length - 2 && x[right] - c < w && y[right - 1] + y[right] + y[right + 1] > 3 * half)
            right++;
        return Math.Max(x[right] - x[left], 2 * step);
    }

    private static double Level(ReadOnlySpan<double> x, double[] y, double from, double to)
    {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < x.Length; i++)
        {
            if (x[i] < from || x[i] > to)
                continue;
            sum += y[i];
            count++;
        }

        return count == 0 ? double.NegativeInfinity : sum / count;
    }

    private readonly record struct Match(double Height, double Significance);
}
