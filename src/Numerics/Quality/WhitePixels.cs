namespace BigMap.Analysis.Numerics;

/// <summary>Finds white and dead pixels: in frames by their surroundings, in spectra by their neighbours. One workspace for any number of frames of one size.</summary>
/// <remarks>
/// <para>Frames: a pixel y is white when (1) y − m &gt; t·σ, m the median of the up to 24 others in the 5 × 5 pixels around it and σ the robust noise of the frame
/// (1.4826 × the median of |y − m|), and (2) y − U &gt; (U − L)/2, with U and L the largest and smallest of the others after a sixth of them was left out at either end. (2) keeps
/// edges: there the others differ as much themselves. Groups of up to five white pixels are found, of three in a corner.</para>
/// <para>Spectra: one or two points are white when the lower of them stands (1) t·σ above both neighbours and (2) farther above these than they stand above the median of the 15 points around,
/// times <c>sharpness</c>. σ is the larger of the noise of the row and of 17 points around, each 1.4826 × median |yᵢ₋₁ − 2yᵢ + yᵢ₊₁|/√6.</para>
/// <para>Dead pixels: the same with the sign turned. NaN is left out. Where σ is 0 (more than half of a frame is flat) any difference counts. No allocation per call. Not thread-safe.</para>
/// </remarks>
/// <example><code>
/// var finder = new WhitePixels(length: 64 * 80);
/// var white = new sbyte[64 * 80];
/// int found = finder.FindInFrame(frame, width: 80, threshold: 8, white); // +1 white, −1 dead
/// </code></example>
public sealed class WhitePixels
{
    private const int Reach = 2, Around = 7, NoiseAround = 8;
    private readonly double[] _residual;
    private readonly double[] _work;
    private readonly double[] _second;
    private readonly double[] _near = new double[24];

    /// <summary>Makes a workspace.</summary>
    /// <param name="length">Points of a frame or spectrum.</param>
    public WhitePixels(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        _residual = new double[length];
        _work = new double[length];
        _second = new double[length];
    }

    /// <summary>Finds white and dead pixels of a frame.</summary>
    /// <param name="frame">The frame, line after line.</param>
    /// <param name="width">Points per line; the frame holds whole lines.</param>
    /// <param name="threshold">t, standard deviations of the noise, above 0.</param>
    /// <param name="marks">Receives +1 for white, −1 for dead, 0 otherwise.</param>
    /// <returns>How many were found.</returns>
    /// <exception cref="ArgumentException">The frame is not whole lines, is larger than the workspace, or there is not one mark per pixel.</exception>
    public int FindInFrame(ReadOnlySpan<double> frame, int width, double threshold, Span<sbyte> marks)
    {
        Check(frame, marks, threshold);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (frame.Length % width != 0)
            throw new ArgumentException($"{frame.Length} pixels are not whole lines of {width}.", nameof(frame));
        int height = frame.Length / width, n = 0;
        for (int row = 0; row < height; row++)
        {
            for (int column = 0; column < width; column++)
            {
                int at = (row * width) + column, count = Gather(frame, width, height, row, column);
                _residual[at] = frame[at] - Statistics.MedianInPlace(_near.AsSpan(0, count));
                if (!double.IsNaN(_residual[at]))
                    _work[n++] = Math.Abs(_residual[at]);
            }
        }

        marks.Clear();
        if (n == 0)
            return 0;
        double sigma = Statistics.NormalConsistency * Statistics.MedianInPlace(_work.AsSpan(0, n));
        int found = 0;
        for (int at = 0; at < frame.Length; at++)
        {
            if (!(Math.Abs(_residual[at]) > threshold * sigma))
                continue;
            int count = Gather(frame, width, height, at / width, at % width), left = (count + 4) / 6;
            Span<double> near = _near.AsSpan(0, count);
            near.Sort();
            double low = near[left], high = near[count - 1 - left], y = frame[at];
            bool white = _residual[at] > 0 && y - high > 0.5 * (high - low), dead = _residual[at] < 0 && low - y > 0.5 * (high - low);
            marks[at] = (sbyte)(white ? 1 : dead ? -1 : 0);
            found += white || dead ? 1 : 0;
        }

        return found;
    }

    /// <summary>Finds white and dead points of a spectrum.</summary>
    /// <param name="spectrum">The spectrum.</param>
    /// <param name="threshold">t, standard deviations of the noise, above 0.</param>
    /// <param name="sharpness">How far a point stands above its neighbours in heights of these above their surroundings.</param>
    /// <param name="marks">Receives +1 for white, −1 for dead, 0 otherwise.</param>
    /// <returns>How many were found.</returns>
    /// <exception cref="ArgumentException">The spectrum is longer than the workspace, or there is not one mark per point.</exception>
    public int FindInSpectrum(ReadOnlySpan<double> spectrum, double threshold, double sharpness, Span<sbyte> marks)
    {
        Check(spectrum, marks, threshold);
        marks.Clear();
        int length = spectrum.Length, n = 0;
        if (length < 5)
            return 0;
        _second[0] = _second[length - 1] = double.NaN;
        for (int i = 1; i < length - 1; i++)
        {
            _second[i] = Math.Abs(spectrum[i - 1] - (2 * spectrum[i]) + spectrum[i + 1]);
            if (!double.IsNaN(_second[i]))
                _work[n++] = _second[i];
        }

        if (n == 0)
            return 0;
        double noise = Statistics.NormalConsistency * Statistics.MedianInPlace(_work.AsSpan(0, n)) / Math.Sqrt(6);
        int found = 0;
        for (int sign = 1; sign >= -1; sign -= 2)
        {
            for (int i = 0; i < length; i++)
            {
                for (int width = Math.Min(2, length - i); width >= 1; width--)
                {
                    // The valley beside a white point is no dead point.
                    bool beside = sign < 0 && ((i > 0 && marks[i - 1] > 0) || (i + width < length && marks[i + width] > 0));
                    if (!beside && IsSharp(spectrum, i, width, sign, (threshold, sharpness, noise)))
                    {
                        marks.Slice(i, width).Fill((sbyte)sign);
                        found += width;
                        i += width - 1;
                        break;
                    }
                }
            }
        }

        return found;
    }

    /// <summary>Robust noise of a spectrum: 1.4826 × median |yᵢ₋₁ − 2yᵢ + yᵢ₊₁|/√6; 0 for fewer than three finite points in a row.</summary>
    internal static double Noise(ReadOnlySpan<double> spectrum, double[] work)
    {
        int n = 0;
        for (int i = 1; i < spectrum.Length - 1; i++)
        {
            double second = Math.Abs(spectrum[i - 1] - (2 * spectrum[i]) + spectrum[i + 1]);
            if (!double.IsNaN(second))
                work[n++] = second;
        }

        return n == 0 ? 0 : Statistics.NormalConsistency * Statistics.MedianInPlace(work.AsSpan(0, n)) / Math.Sqrt(6);
    }

    private bool IsSharp(ReadOnlySpan<double> y, int first, int width, int sign, (double Threshold, double Sharpness, double Noise) limit)
    {
        int last = first + width - 1;
        double left = first > 0 ? sign * y[first - 1] : double.NaN, right = last < y.Length - 1 ? sign * y[last + 1] : double.NaN;
        double neighbour = double.IsNaN(left) ? right : double.IsNaN(right) ? left : Math.Max(left, right);
        double top = sign * y[first];
        if (width == 2)
            top = Math.Min(top, sign * y[last]);
        double excess = top - neighbour;
        if (!(excess > limit.Threshold * limit.Noise))
            return false;

        // The rest only for the few that come so far.
        int n = 0;
        for (int k = Math.Max(0, first - NoiseAround); k <= Math.Min(y.Length - 1, last + NoiseAround); k++)
        {
            // Second differences that the point itself is part of say nothing about noise.
            if ((k < first - 1 || k > last + 1) && !double.IsNaN(_second[k]))
                _work[n++] = _second[k];
        }

        double sigma = n < 4 ? limit.Noise : Math.Max(limit.Noise, Statistics.NormalConsistency * Statistics.MedianInPlace(_work.AsSpan(0, n)) / Math.Sqrt(6));
        if (!(excess > limit.Threshold * sigma))
            return false;
        n = 0;
        for (int k = Math.Max(0, first - Around); k <= Math.Min(y.Length - 1, last + Around); k++)
        {
            if ((k < first || k > last) && !double.IsNaN(y[k]))
                _work[n++] = sign * y[k];
        }

        return n > 0 && excess > limit.Sharpness * (neighbour - Statistics.MedianInPlace(_work.AsSpan(0, n)));
    }

    private int Gather(ReadOnlySpan<double> frame, int width, int height, int row, int column)
    {
        int count = 0;
        for (int r = Math.Max(0, row - Reach); r <= Math.Min(height - 1, row + Reach); r++)
        {
            for (int c = Math.Max(0, column - Reach); c <= Math.Min(width - 1, column + Reach); c++)
            {
                double v = frame[(r * width) + c];
                if ((r != row || c != column) && !double.IsNaN(v))
                    _near[count++] = v;
            }
        }

        return count;
    }

    private void Check(ReadOnlySpan<double> values, Span<sbyte> marks, double threshold)
    {
        if (values.Length > _residual.Length)
            throw new ArgumentException($"The workspace was made for {_residual.Length} points, not {values.Length}.", nameof(values));
        if (marks.Length != values.Length)
            throw new ArgumentException($"There are {values.Length} points but {marks.Length} marks.", nameof(marks));
        if (!(threshold > 0))
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "A threshold is above 0.");
    }
}
