namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>Continues data beyond their ends by straight lines fitted to as many points as are added.</summary>
internal sealed class EdgePadding(int length, int largestPad)
{
    private readonly double[] _padded = new double[length + (2 * largestPad)];
    private readonly double[] _other = new double[length + (2 * largestPad)];
    private readonly double[] _kernel = new double[(2 * largestPad) + 1];

    /// <summary>The data with so many points more on either side; at most as many as there are data.</summary>
    public Span<double> Pad(ReadOnlySpan<double> y, int pad)
    {
        Span<double> padded = _padded.AsSpan(0, length + (2 * pad));
        y.CopyTo(padded[pad..]);
        (double first, double slope) = Line(y[..pad]);
        (double firstOfEnd, double slopeOfEnd) = Line(y[^pad..]);
        for (int k = 1; k <= pad; k++)
        {
            padded[pad - k] = first - (slope * k);
            padded[pad + length - 1 + k] = firstOfEnd + (slopeOfEnd * (pad - 1 + k));
        }

        return padded;
    }

    /// <summary>Smooths so many times with a mollifier of the half width h, exp(−1/(1 − (k/h)²)); beyond the padded ends by reflection.</summary>
    public void Mollify(ReadOnlySpan<double> y, int halfWidth, int times, Span<double> smooth)
    {
        // With a half width of 1 the kernel is a single point.
        if (halfWidth < 2)
        {
            y.CopyTo(smooth);
            return;
        }

        Span<double> from = Pad(y, halfWidth), to = _other.AsSpan(0, from.Length);
        Span<double> kernel = _kernel.AsSpan(0, (2 * halfWidth) - 1);
        double sum = 0;
        for (int k = 0; k < kernel.Length; k++)
        {
            double at = (double)(k + 1 - halfWidth) / halfWidth;
            kernel[k] = Math.Exp(-1 / (1 - (at * at)));
            sum += kernel[k];
        }

        int reach = halfWidth - 1, last = from.Length - 1;
        for (int time = 0; time < times; time++)
        {
            for (int i = 0; i <= last; i++)
            {
                double value = 0;
                for (int k = -reach; k <= reach; k++)
                {
                    int at = Math.Abs(i + k);
                    value += kernel[k + reach] * from[at > last ? (2 * last) - at : at];
                }

                to[i] = value / sum;
            }

            Span<double> swap = from;
            from = to;
            to = swap;
        }

        from.Slice(halfWidth, length).CopyTo(smooth);
    }

    /// <summary>Value at the first point and slope of the least-squares line through equidistant points; level for one point.</summary>
    private static (double First, double Slope) Line(ReadOnlySpan<double> y)
    {
        int n = y.Length;
        if (n == 0)
            return (0, 0);
        double mean = 0, moment = 0, middle = (n - 1) / 2.0;
        foreach (double v in y)
            mean += v;
        mean /= n;
        for (int i = 0; i < n; i++)
            moment += (i - middle) * (y[i] - mean);
        double slope = n == 1 ? 0 : moment / (n * (((double)n * n) - 1) / 12);
        return (mean - (slope * middle), slope);
    }
}
