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

    // Parts of a width that a bin may have: the profile changes by less than 1 % within.
    private const double BinsPerWidth = 12;

    // Independent squares in the noise that second differences of n points give through their median absolute deviation, per point (measured).
    private const double FreedomPerPoint = 0.6;

    private const int TokenStride = 256;

    public static PeakSearchResult Run(SpectrumSeries series, StepRequest<PeakSearchOptions> request, StepScope scope, CancellationToken cancellationToken)
    {
        ReadOnlySpan<double> x = series.Axis.Values;
        int n = x.Length;
        (double[] y, double[] variance, Noise noise) = Mean(series, request, cancellationToken);
        double window = n > 0 ? x[^1] - x[0] : 0, step = window / Math.Max(1, n - 1);
        double narrow = request.Options.MinFwhm ?? 3 * step, wide = Math.Max(narrow, request.Options.MaxFwhm ?? window / 8);
        if (n < 8 || y.Length == 0 || !(variance.Max() > 0))
            return new PeakSearchResult([], series.Axis.Unit, series.IntensityUnit);
        int widths = 1 + (int)Math.Ceiling(Math.Log(wide / narrow) / Math.Log(WidthRatio));
        var levels = new WidthMap[widths];
        for (int k = 0; k < widths; k++)
            levels[k] = MakeLevel(series.Axis, y, variance, Math.Min(wide, narrow * Math.Pow(WidthRatio, k)), cancellationToken);

        // A profile without its straight line changes faster with its place than the profile alone: some four times as many independent tries (measured).
        double threshold = noise.Required(new FalseAlarm(window, narrow, wide, FormFree: false, TwoSided: false).Threshold(request.Options.FalseAlarmRate / 5));
        var candidates = new List<(int Index, double Fwhm, Match Match)>();
        for (int k = 0; k < widths; k++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            WidthMap level = levels[k];
            for (int i = 1; i < level.Matches.Length - 1; i++)
            {
                double z = level.Matches[i].Significance;
                if (!(z > threshold && z >= level.Matches[i - 1].Significance && z > level.Matches[i + 1].Significance))
                    continue;
                int middle = level.Middle(i);
                bool highest = (k == 0 || z >= levels[k - 1].Most(level.First[i], level.First[i + 1])) && (k == widths - 1 || z >= levels[k + 1].Most(level.First[i], level.First[i + 1]));
                if (highest && HasTop(x, y, middle, level.Fwhm) && noise.IsMoreThanQuanta(x, y, middle, level.Fwhm, request.Options.FalseAlarmRate))
                    candidates.Add((middle, level.Fwhm, level.Matches[i]));
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

    /// <summary>The mean of the rows that hold numbers, its variance at every point, and where that comes from.</summary>
    private static (double[] Y, double[] Variance, Noise Noise) Mean(SpectrumSeries series, StepRequest<PeakSearchOptions> request, CancellationToken cancellationToken)
    {
        int n = series.Length, count = 0;
        double[] y = new double[n], variance = new double[n];
        for (int row = 0; row < series.Count; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
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
            return ([], [], default);
        for (int i = 0; i < n; i++)
        {
            y[i] /= count;
            variance[i] /= (double)count * count;
        }

        if (series.HasVariance)
            return (y, variance, default);

        // Var(y₋ − 2y + y₊) = 6σ²
        double[] rough = [.. Enumerable.Range(1, n - 2).Select(i => (y[i - 1] - (2 * y[i]) + y[i + 1]) / Math.Sqrt(6))];
        double square = rough.Sum(v => v * v) / rough.Length, sigma = Statistics.MadInPlace(rough);
        if (sigma > 0)
        {
            Array.Fill(variance, sigma * sigma);
            return (y, variance, new Noise(FreedomPerPoint * (n - 2), 0));
        }

        // Most points are equal: few counts, or no noise at all. The mean square is no smaller than the variance, and the smallest bend is that of one count.
        double quantum = Enumerable.Range(1, n - 2).Select(i => Bend(y, i)).Where(v => v > 0).DefaultIfEmpty(0).Min();
        Array.Fill(variance, square);
        return (y, variance, new Noise(FreedomPerPoint * (n - 2), quantum));
    }

    /// <summary>Matches for one width, on points put together where there are many to a width: the cost is that of the points, whatever the width.</summary>
    private static WidthMap MakeLevel(Axis axis, double[] y, double[] variance, double w, CancellationToken cancellationToken)
    {
        ReadOnlySpan<double> x = axis.Values;
        var first = new List<int>();
        for (int i = 0; i < x.Length; i++)
        {
            if (i == 0 || x[i] - x[first[^1]] >= w / BinsPerWidth)
                first.Add(i);
        }

        int bins = first.Count;
        first.Add(x.Length);
        double[] bx = new double[bins], by = new double[bins], weight = new double[bins];
        for (int b = 0; b < bins; b++)
        {
            // One point keeps its numbers as they are.
            int from = first[b];
            (bx[b], by[b], weight[b]) = (x[from], y[from], 1 / variance[from]);
            if (first[b + 1] == from + 1)
                continue;
            double sum = 0, sx = 0, sy = 0;
            for (int i = from; i < first[b + 1]; i++)
            {
                double one = 1 / variance[i];
                sum += one;
                sx += one * (x[i] - x[from]);
                sy += one * (y[i] - y[from]);
            }

            (bx[b], by[b], weight[b]) = (x[from] + (sx / sum), y[from] + (sy / sum), sum);
        }

        var matches = new Match[bins];
        for (int b = 0; b < bins; b++)
        {
            if (b % TokenStride == 0)
                cancellationToken.ThrowIfCancellationRequested();
            matches[b] = At(bx, by, weight, b, w);
        }

        return new WidthMap(w, [.. first], matches);
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
    private static Match At(ReadOnlySpan<double> x, double[] y, double[] weights, int center, double w)
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
            double t = (x[i] - x[center]) / w, g = Math.Exp(-ProfileConstants.FourLn2 * t * t), weight = weights[i], v = y[i] - y[center];
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
        int count = 0, start = x.BinarySearch(from);
        for (int i = start < 0 ? ~start : start; i < x.Length && x[i] <= to; i++)
        {
            sum += y[i];
            count++;
        }

        return count == 0 ? double.NegativeInfinity : sum / count;
    }

    /// <summary>The matches of one width.</summary>
    /// <param name="Fwhm">The width.</param>
    /// <param name="First">First point of each bin, and the number of points.</param>
    /// <param name="Matches">One per bin.</param>
    private sealed record WidthMap(double Fwhm, int[] First, Match[] Matches)
    {
        /// <summary>The point in the middle of a bin.</summary>
        public int Middle(int bin) => (First[bin] + First[bin + 1] - 1) / 2;

        /// <summary>The largest significance of the bin in which an interval of points has its middle, and of its neighbours where the interval reaches into them.</summary>
        public double Most(int from, int to)
        {
            double most = double.NegativeInfinity;
            for (int bin = Find(from); bin < Matches.Length && First[bin] < to; bin++)
                most = Math.Max(most, Matches[bin].Significance);
            return most;
        }

        private int Find(int point)
        {
            int at = Array.BinarySearch(First, point);
            return at < 0 ? ~at - 1 : at;
        }
    }

    /// <summary>How well the noise is known.</summary>
    /// <param name="Freedom">Independent squares in its estimate; 0 where the variances are given.</param>
    /// <param name="Quantum">The size of one count where most points are equal; 0 where noise could be measured.</param>
    private readonly record struct Noise(double Freedom, double Quantum)
    {
        /// <summary>What a height over its estimated error must be to mean as much as a normal deviate (Wallace 1959, doi:10.1214/aoms/1177706093, solved for it).</summary>
        public double Required(double deviate)
        {
            if (Freedom == 0)
                return deviate;
            double u = deviate * ((8 * Freedom) + 3) / ((8 * Freedom) + 1);
            return Math.Sqrt(Freedom * (Math.Exp(Math.Min(600, u * u / Freedom)) - 1));
        }

        /// <summary>Few counts are not normal: what stands in the middle against Poisson's distribution about what stands beside it.</summary>
        public bool IsMoreThanQuanta(ReadOnlySpan<double> x, double[] y, int center, double w, double rate)
        {
            if (Quantum == 0)
                return true;
            double c = x[center], side = 0.5 * (Level(x, y, c - (1.5 * w), c - w) + Level(x, y, c + w, c + (1.5 * w)));
            double inside = 0, beside = 0;
            int points = 0;
            for (int i = 0; i < x.Length; i++)
            {
                // A single count bends the data by 1, −2, 1.
                if (Math.Abs(x[i] - c) > 1.5 * w && i > 0 && i < x.Length - 1)
                    beside += Bend(y, i) / (4 * Quantum);
                if (Math.Abs(x[i] - c) > 0.6 * w)
                    continue;
                inside += (y[i] - side) / Quantum;
                points++;
            }

            // One more than there are beside it: of none nothing is known. Ten widths are tried.
            double mean = points * (beside + 1) / Math.Max(1, x.Length - points), tries = 10.0 * x.Length / Math.Max(1, points);
            return inside > 1e6 * (mean + 1) || (inside > 0 && SpecialFunctions.RegularizedGammaP(inside, mean) * tries <= rate);
        }
    }

    private static double Bend(double[] y, int i) => Math.Abs(y[i - 1] - (2 * y[i]) + y[i + 1]);

    private readonly record struct Match(double Height, double Significance);
}
