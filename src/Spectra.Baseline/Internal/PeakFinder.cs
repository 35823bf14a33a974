using System.Runtime.InteropServices;

namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>A peak above a baseline, in points.</summary>
internal readonly record struct FoundPeak(double Center, double Height, double HalfWidth);

/// <summary>Finds what rises significantly above a baseline, and the peaks in it.</summary>
internal sealed class PeakFinder(int length)
{
    public static readonly int[] AllBoxes = [3, 7, 15, 31, 63];
    private static readonly int[] NarrowBoxes = [3, 7];

    // Standard deviations of a box sum at which a run counts, and to which it extends; a single point needs one more.
    private const double Threshold = 4;
    private const double Extent = 3;

    // Σh² of the nine binomial weights, and the variance that they add to a peak, as a squared half width: 2 ln 2 · 2.
    private const double SmoothedVariance = 12870.0 / 65536;
    private const double Broadening = 2.772588722239781;

    private const double NoiseProminence = 8;
    private const double RelativeProminence = 0.03;

    private readonly double[] _smooth = new double[length];
    private readonly double[] _sum = new double[length + 1];
    private readonly double[] _sumOfVariance = new double[length + 1];
    private readonly int[] _count = new int[length + 1];
    private readonly byte[] _level = new byte[length];
    private readonly bool[] _flag = new bool[length];
    private readonly bool[] _unused = new bool[length];
    private readonly double[] _sorted = new double[length];
    private readonly List<(FoundPeak Peak, bool BothSides)> _all = [];
    private readonly List<FoundPeak> _peaks = [];

    /// <summary>The peaks of the last <see cref="Find"/>.</summary>
    public ReadOnlySpan<FoundPeak> Peaks => CollectionsMarshal.AsSpan(_peaks);

    /// <summary>Median full width of the peaks, each counting with its area; 0 without peaks.</summary>
    public double UsualWidth()
    {
        if (_peaks.Count == 0)
            return 0;
        _peaks.Sort(static (a, b) => a.HalfWidth.CompareTo(b.HalfWidth));
        double total = 0, sum = 0;
        foreach (FoundPeak peak in _peaks)
            total += peak.Height * peak.HalfWidth;
        foreach (FoundPeak peak in _peaks)
        {
            sum += peak.Height * peak.HalfWidth;
            if (sum >= 0.5 * total)
                return 2 * peak.HalfWidth;
        }

        return 2 * _peaks[^1].HalfWidth;
    }

    /// <summary>Finds the peaks in residuals above a baseline.</summary>
    public void Find(ReadOnlySpan<double> r, ReadOnlySpan<double> variance, ReadOnlySpan<double> baselineVariance, ReadOnlySpan<bool> used)
    {
        for (int i = 0; i < length; i++)
            _unused[i] = !used[i];
        NoiseLevel.Smooth(r, _unused, _smooth, []);
        _flag.AsSpan().Clear();
        Detect(r, variance, baselineVariance, used, _flag, NarrowBoxes);
        _all.Clear();
        for (int i = 0; i < length; i++)
        {
            if (!_flag[i])
                continue;
            int end = i;
            while (end + 1 < length && _flag[end + 1])
                end++;
            FindInRun(i, end, variance);
            i = end;
        }

        // What only one side shows is cut by an end of the data, or is the baseline's own bend there.
        double widest = 0;
        foreach ((FoundPeak peak, bool bothSides) in _all)
            widest = bothSides ? Math.Max(widest, peak.HalfWidth) : widest;
        _peaks.Clear();
        foreach ((FoundPeak peak, bool bothSides) in _all)
        {
            if ((bothSides || peak.HalfWidth <= 1.5 * widest) && peak.HalfWidth <= length / 10.0)
                _peaks.Add(peak);
        }
    }

    /// <summary>Flags, in addition, the points that rise: single ones, and runs whose box sums do.</summary>
    public void Detect(ReadOnlySpan<double> r, ReadOnlySpan<double> variance, ReadOnlySpan<double> baselineVariance, ReadOnlySpan<bool> ok, Span<bool> flag, int[] boxes)
    {
        for (int i = 0; i < length; i++)
        {
            _sum[i + 1] = _sum[i] + (ok[i] ? r[i] : 0);
            _sumOfVariance[i + 1] = _sumOfVariance[i] + (ok[i] ? variance[i] : 0);
            _count[i + 1] = _count[i] + (ok[i] ? 1 : 0);
        }

        for (int i = 0; i < length; i++)
            flag[i] |= ok[i] && r[i] > (Threshold + 1) * Math.Sqrt(variance[i] + baselineVariance[i]);
        foreach (int box in boxes)
        {
            if (box > length / 4)
                break;
            int half = box / 2;
            for (int i = 0; i < length; i++)
            {
                int from = Math.Max(i - half, 0), to = Math.Min(i + half + 1, length);
                double sum = _sum[to] - _sum[from], points = _count[to] - _count[from];
                double deviation = Math.Sqrt(Math.Max(_sumOfVariance[to] - _sumOfVariance[from], 1e-300) + (points * points * baselineVariance[i]));
                _level[i] = (byte)(sum > Threshold * deviation ? 2 : sum > Extent * deviation ? 1 : 0);
            }

            for (int i = 0; i < length; i++)
            {
                if (_level[i] == 0)
                    continue;
                int end = i;
                bool high = false;
                for (; end < length && _level[end] > 0; end++)
                    high |= _level[end] == 2;
                if (high)
                    flag[i..end].Fill(true);
                i = end;
            }
        }
    }

    // Up and down by more than the prominence.
    private void FindInRun(int start, int end, ReadOnlySpan<double> variance)
    {
        double highest = double.NegativeInfinity;
        int count = end - start + 1;
        for (int i = start; i <= end; i++)
        {
            highest = Math.Max(highest, _smooth[i]);
            _sorted[i - start] = variance[i];
        }

        _sorted.AsSpan(0, count).Sort();
        double sigma = Math.Sqrt(count % 2 == 1 ? _sorted[count / 2] : 0.5 * (_sorted[(count / 2) - 1] + _sorted[count / 2]));
        double prominence = Math.Max(NoiseProminence * sigma * Math.Sqrt(SmoothedVariance), RelativeProminence * highest);
        bool rising = start == 0;
        double low = _smooth[start], top = _smooth[start];
        int at = start;
        for (int i = start; i <= end; i++)
        {
            double value = _smooth[i];
            if (rising)
            {
                if (value > top)
                    (top, at) = (value, i);
                if (top - value > prominence)
                {
                    Add(at);
                    rising = false;
                    low = value;
                }
            }
            else
            {
                low = Math.Min(low, value);
                if (value - low > prominence)
                {
                    rising = true;
                    (top, at) = (value, i);
                }
            }
        }

        if (rising && (end == length - 1 || top - _smooth[end] > prominence))
            Add(at);
    }

    private void Add(int center)
    {
        double height = _smooth[center], half = 0.5 * height;
        int a = center, b = center;
        while (a > 0 && _smooth[a] > half)
            a--;
        while (b < length - 1 && _smooth[b] > half)
            b++;
        double left = _smooth[a] <= half && a < center ? center - (a + ((half - _smooth[a]) / (_smooth[a + 1] - _smooth[a]))) : double.NaN;
        double right = _smooth[b] <= half && b > center ? b - ((half - _smooth[b]) / (_smooth[b - 1] - _smooth[b])) - center : double.NaN;
        bool both = !double.IsNaN(left) && !double.IsNaN(right);
        double width = !both ? (double.IsNaN(left) ? right : left)
            : Math.Max(left, right) > 1.5 * Math.Min(left, right) ? Math.Min(left, right) : 0.5 * (left + right);
        if (double.IsNaN(width))
            return;
        width = Math.Sqrt(Math.Max((width * width) - Broadening, 0.25 * width * width));
        _all.Add((new FoundPeak(center, height, width), both));
    }
}
