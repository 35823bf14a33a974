using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>Weighted straight lines through a value along a series, one or several.</summary>
internal static class TrendFit
{
    // The exact search for breaks is quadratic in the number of rows.
    private const int MostRows = 4000;

    private const int ShortestSegment = 3;

    public static SeriesTrend Find(string name, string unit, int[] rows, double[] t, double[] v, double[] e)
    {
        int n = rows.Length;
        var trend = new SeriesTrend(name, unit) { Rows = n };
        if (n < 2)
            return trend;

        // Positions about their middle in units of their range keep the sums well conditioned.
        double origin = 0.5 * (t.Min() + t.Max()), range = Math.Max(t.Max() - t.Min(), double.Epsilon);
        var sums = new Sums([.. t.Select(x => (x - origin) / range)], v, e);
        double mean = sums.Offset + sums.Mean(0, n), chi = sums.AboutMean(0, n);
        trend = trend with { Mean = mean, ChiSquare = chi, Probability = Distributions.ChiSquareSurvival(chi, n - 1) };
        if (n < 3 || t.Min() == t.Max())
            return trend;
        Line line = sums.Fit(0, n);
        int freedom = n - 2;
        double ratio = Math.Sqrt(Math.Max(1, line.ChiSquare / freedom)), deviate = Math.Abs(line.Slope) / (line.SlopeError * ratio);
        return trend with
        {
            Slope = line.Slope / range,
            SlopeError = line.SlopeError * ratio / range,
            SlopeProbability = 2 * Distributions.StudentTCdf(-deviate, freedom),
            ChangePoints = n <= MostRows ? Breaks(rows, sums, n) : [],
        };
    }

    /// <summary>Optimal partition into lines (B. Jackson et al., IEEE Signal Process. Lett. 12 (2005) 105, doi:10.1109/LSP.2001.838216), three parameters each.</summary>
    private static ChangePoint[] Breaks(int[] rows, Sums sums, int n)
    {
        if (n < 2 * ShortestSegment)
            return [];

        // Errors that are too small would make a break of every wiggle: what neighbours scatter counts where it is more.
        double scale = Math.Max(1, sums.Roughness()), penalty = 3 * Math.Log(n) * scale * scale;
        double[] cost = new double[n + 1];
        int[] from = new int[n + 1];
        Array.Fill(cost, double.PositiveInfinity);
        cost[0] = -penalty;
        for (int end = ShortestSegment; end <= n; end++)
        {
            for (int start = 0; start <= end - ShortestSegment; start++)
            {
                if (double.IsInfinity(cost[start]))
                    continue;
                double c = cost[start] + penalty + sums.Fit(start, end).ChiSquare;
                if (c < cost[end])
                    (cost[end], from[end]) = (c, start);
            }
        }

        var starts = new List<int>();
        for (int end = n; end > 0; end = from[end])
            starts.Insert(0, from[end]);
        return [.. Enumerable.Range(1, starts.Count - 1).Select(i => Describe(rows, sums, starts[i - 1], starts[i], i + 1 < starts.Count ? starts[i + 1] : n, scale))];
    }

    private static ChangePoint Describe(int[] rows, Sums sums, int start, int at, int end, double scale)
    {
        double best = sums.Fit(start, at).ChiSquare + sums.Fit(at, end).ChiSquare;
        int earliest = at, latest = at;
        for (int i = start + 2; i <= end - 2; i++)
        {
            if (sums.Fit(start, i).ChiSquare + sums.Fit(i, end).ChiSquare > best + (scale * scale))
                continue;
            earliest = Math.Min(earliest, i);
            latest = Math.Max(latest, i);
        }

        Line before = sums.Fit(start, at), after = sums.Fit(at, end);
        double t = sums.At(at);
        return new ChangePoint(rows[at], rows[earliest], rows[latest], sums.Offset + before.At(t), scale * before.ErrorAt(t), sums.Offset + after.At(t), scale * after.ErrorAt(t));
    }

    private readonly record struct Line(double Center, double Level, double LevelError, double Slope, double SlopeError, double ChiSquare)
    {
        public double At(double t) => Level + (Slope * (t - Center));

        public double ErrorAt(double t) => Math.Sqrt((LevelError * LevelError) + Math.Pow(SlopeError * (t - Center), 2));
    }

    /// <summary>Running sums of w, wt, wt², wv, wtv, wv².</summary>
    private sealed class Sums
    {
        private readonly double[][] _sums = [.. Enumerable.Range(0, 6).Select(_ => Array.Empty<double>())];
        private readonly double[] _t;
        private readonly double[] _v;
        private readonly double[] _e;

        public Sums(double[] t, double[] v, double[] e)
        {
            int n = t.Length;
            (_t, _v, _e) = (t, v, e);
            Offset = v.Average();
            for (int k = 0; k < 6; k++)
                _sums[k] = new double[n + 1];
            for (int i = 0; i < n; i++)
            {
                double w = 1 / (e[i] * e[i]), y = v[i] - Offset;
                double[] terms = [w, w * t[i], w * t[i] * t[i], w * y, w * t[i] * y, w * y * y];
                for (int k = 0; k < 6; k++)
                    _sums[k][i + 1] = _sums[k][i] + terms[k];
            }
        }

        public double Offset { get; }

        public double At(int i) => _t[i];

        public double Mean(int start, int end) => Sum(3, start, end) / Sum(0, start, end);

        public double AboutMean(int start, int end) => Math.Max(0, Sum(5, start, end) - (Sum(3, start, end) * Sum(3, start, end) / Sum(0, start, end)));

        public Line Fit(int start, int end)
        {
            double w = Sum(0, start, end), t = Sum(1, start, end) / w, level = Sum(3, start, end) / w;
            double tt = Sum(2, start, end) - (w * t * t), tv = Sum(4, start, end) - (w * t * level);
            double slope = tt > 0 ? tv / tt : 0;
            return new Line(t, level, Math.Sqrt(1 / w), slope, tt > 0 ? Math.Sqrt(1 / tt) : double.PositiveInfinity, Math.Max(0, AboutMean(start, end) - (slope * tv)));
        }

        /// <summary>Second differences over what the errors give them, robustly.</summary>
        public double Roughness()
        {
            if (_v.Length < 5)
                return 1;
            double[] d = [.. Enumerable.Range(1, _v.Length - 2).Select(i =>
            {
                // The value in the middle against the line through its neighbours.
                double a = (_t[i + 1] - _t[i]) / (_t[i + 1] - _t[i - 1]), b = 1 - a;
                double error = Math.Sqrt((_e[i] * _e[i]) + (a * a * _e[i - 1] * _e[i - 1]) + (b * b * _e[i + 1] * _e[i + 1]));
                return (_v[i] - (a * _v[i - 1]) - (b * _v[i + 1])) / error;
            })];
            return Statistics.Mad(d);
        }

        private double Sum(int k, int start, int end) => _sums[k][end] - _sums[k][start];
    }
}
