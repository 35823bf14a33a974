namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>One spectrum, checked and brought to a size near 1 by a power of two, with what is stored under the mask replaced.</summary>
/// <remarks>
/// Powers of two are exact: a row times one gives the same bits, and the ends of the double range neither overflow nor underflow on the way.
/// Excluded points get values on the straight line between their used neighbours (at the ends: the value of the nearest), so that nothing
/// can depend on what is stored there, and windows and derivatives see no step.
/// </remarks>
internal sealed class ScaledRow(int length)
{
    private readonly double[] _x = new double[length];
    private double _unscale1;
    private double _unscale2;

    public int Length => length;

    /// <summary>Scaled intensities, offset and all.</summary>
    public double[] Y { get; } = new double[length];

    /// <summary>1 for a point that counts, 0 for an excluded one.</summary>
    public double[] Used { get; } = new double[length];

    public int UsedCount { get; private set; }

    /// <summary>Smallest used value, scaled.</summary>
    public double Min { get; private set; }

    /// <summary>Largest used value, scaled.</summary>
    public double Max { get; private set; }

    /// <summary>Positions: those of the input, or 0, 1, 2 …</summary>
    public ReadOnlySpan<double> X => _x;

    /// <summary>Loads a row that needs at least so many used points.</summary>
    public RowStatus Load(BaselineInput input, int leastPoints)
    {
        ReadOnlySpan<double> y = input.Intensity;
        ReadOnlySpan<bool> excluded = input.Excluded;
        (double min, double max, int count) = (double.PositiveInfinity, double.NegativeInfinity, 0);
        bool finite = true;
        for (int i = 0; i < length; i++)
        {
            bool used = excluded.IsEmpty || !excluded[i];
            Used[i] = used ? 1 : 0;
            if (!used)
                continue;
            count++;
            finite &= double.IsFinite(y[i]);
            min = Math.Min(min, y[i]);
            max = Math.Max(max, y[i]);
        }

        UsedCount = count;
        if (count < Math.Max(leastPoints, 1))
            return RowStatus.TooFewPoints;
        if (!finite)
            return RowStatus.NotFinite;
        for (int i = 0; i < length; i++)
        {
            _x[i] = input.X.IsEmpty ? i : input.X[i];
            if (!double.IsFinite(_x[i]) || (i > 0 && !(_x[i] > _x[i - 1])))
                throw new ArgumentException($"Positions must be finite and ascend strictly, but position {i} does not.", nameof(input));
        }

        // In two factors, because one alone may be beyond the range of doubles.
        double largest = Math.Max(Math.Abs(min), Math.Abs(max));
        int exponent = largest > 0 ? Math.ILogB(largest) : 0, half = exponent / 2;
        (double scale1, double scale2) = (Math.ScaleB(1, -half), Math.ScaleB(1, half - exponent));
        (_unscale1, _unscale2) = (Math.ScaleB(1, half), Math.ScaleB(1, exponent - half));
        (Min, Max) = (min * scale1 * scale2, max * scale1 * scale2);
        for (int i = 0; i < length; i++)
            Y[i] = Used[i] != 0 ? y[i] * scale1 * scale2 : 0;
        if (count < length)
            Bridge();
        return RowStatus.Ok;
    }

    /// <summary>A number in the unit of the intensity, scaled as they are.</summary>
    public double Scale(double value) => value / _unscale1 / _unscale2;

    /// <summary>Puts the scale back.</summary>
    public void Restore(Span<double> z)
    {
        for (int i = 0; i < z.Length; i++)
            z[i] = z[i] * _unscale1 * _unscale2;
    }

    /// <summary>Mean and population standard deviation of the used points of an array.</summary>
    public (double Mean, double Deviation) Moments(ReadOnlySpan<double> values)
    {
        double sum = 0, squares = 0;
        for (int i = 0; i < values.Length; i++)
            sum += Used[i] * values[i];
        double mean = sum / UsedCount;
        for (int i = 0; i < values.Length; i++)
            squares += Used[i] * (values[i] - mean) * (values[i] - mean);
        return (mean, Math.Sqrt(squares / UsedCount));
    }

    private void Bridge()
    {
        int before = -1;
        for (int i = 0; i <= length; i++)
        {
            if (i < length && Used[i] == 0)
                continue;
            for (int k = before + 1; k < i; k++)
            {
                double share = (double)(k - before) / (i - before);
                Y[k] = before < 0 ? Y[i] : i == length ? Y[before] : Y[before] + (share * (Y[i] - Y[before]));
            }

            before = i;
        }
    }
}
