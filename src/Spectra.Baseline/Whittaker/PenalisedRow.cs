namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>A row on its way through the reweighting loop. Arrays are in the order of the points.</summary>
internal sealed class PenalisedRow(int length)
{
    private readonly Detrending _detrending = new(length);

    /// <summary>The scaled data, offset and all.</summary>
    public ScaledRow Data { get; } = new(length);

    /// <summary>The data without the polynomial that the system does not see.</summary>
    public double[] R { get; } = new double[length];

    /// <summary>The baseline of <see cref="R"/>.</summary>
    public double[] Z { get; } = new double[length];

    /// <summary>Residuals y − z; 0 within rounding of the baseline and for points that are not used.</summary>
    public double[] D { get; } = new double[length];

    /// <summary>max − min of the data.</summary>
    public double Range => _detrending.Range;

    /// <summary>Largest of |<see cref="R"/>|.</summary>
    public double Size => _detrending.Size;

    public int Length => length;

    public RowStatus Load(BaselineInput input, int leastPoints, int detrendOrder)
    {
        RowStatus status = Data.Load(input, leastPoints);
        if (status != RowStatus.Ok)
            return status;
        Data.Y.CopyTo(R, 0);
        return _detrending.Remove(R, detrendOrder) ? RowStatus.Ok : RowStatus.NotFinite;
    }

    /// <summary>Residuals of the present baseline.</summary>
    public void UpdateResiduals()
    {
        double rounding = _detrending.Rounding;
        for (int i = 0; i < D.Length; i++)
        {
            double d = R[i] - Z[i];
            D[i] = Data.Used[i] == 0 || Math.Abs(d) <= rounding ? 0 : d;
        }
    }

    /// <summary>The baseline with polynomial and offset, still scaled.</summary>
    public void WithOffset(Span<double> z)
    {
        Z.CopyTo(z);
        _detrending.Restore(z);
    }

    /// <summary>Number, mean and standard deviation (n − 1) of the residuals below 0, summed in the order of the points.</summary>
    public (int Count, double Mean, double Deviation) NegativeResiduals()
    {
        int count = 0;
        double sum = 0, squares = 0;
        foreach (double d in D)
        {
            if (d < 0)
            {
                count++;
                sum += d;
            }
        }

        double mean = count == 0 ? 0 : sum / count;
        foreach (double d in D)
        {
            if (d < 0)
                squares += (d - mean) * (d - mean);
        }

        // Equal residuals would divide by 0; their spread is then below rounding.
        return (count, mean, count < 2 ? 0 : Math.Max(Math.Sqrt(squares / (count - 1)), Detrending.Epsilon * Size));
    }
}
