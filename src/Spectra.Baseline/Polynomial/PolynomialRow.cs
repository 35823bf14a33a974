namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>What the polynomial methods have in common: the loaded row, its basis, fits and their change.</summary>
internal sealed class PolynomialRow(int length)
{
    private readonly OrthogonalPolynomials _all = new(length, 5);
    private readonly OrthogonalPolynomials _some = new(length, 5);
    private readonly double[] _spare = new double[length];
    private bool _masked;

    public ScaledRow Data { get; } = new(length);

    /// <summary>The data, clipped as the method clips them.</summary>
    public double[] Y { get; } = new double[length];

    /// <summary>The present polynomial.</summary>
    public double[] Z { get; } = new double[length];

    /// <summary>The polynomial before.</summary>
    public double[] Before { get; } = new double[length];

    /// <summary>1 for points that enter the fit.</summary>
    public double[] Fitted { get; } = new double[length];

    private double Rounding => 64 * Detrending.Epsilon * Math.Max(Math.Abs(Data.Min), Math.Abs(Data.Max));

    public RowStatus Load(BaselineInput input, int order)
    {
        RowStatus status = Data.Load(input, order + 1);
        if (status != RowStatus.Ok)
            return status;
        Data.Y.CopyTo(Y, 0);
        Data.Used.CopyTo(Fitted, 0);
        _masked = false;
        _all.Prepare(Data.X, Data.Used, order);
        return status;
    }

    /// <summary>Fits what <see cref="Y"/> holds.</summary>
    public void Fit()
    {
        // Without the level, so that a constant is met exactly, and a large one costs no digits.
        double level = (0.5 * Data.Min) + (0.5 * Data.Max);
        for (int i = 0; i < length; i++)
            _spare[i] = Y[i] - level;
        (_masked ? _some : _all).Project(_spare, Z);
        for (int i = 0; i < length; i++)
            Z[i] += level;
    }

    /// <summary>Leaves out points above a limit over the present polynomial. False when too few are left.</summary>
    public bool Mask(double above, int order)
    {
        int left = 0;
        for (int i = 0; i < length; i++)
        {
            if (Y[i] - Z[i] > above + Rounding)
                Fitted[i] = 0;
            left += (int)Fitted[i];
        }

        _some.Prepare(Data.X, Fitted, order);
        _masked = true;
        return left > order;
    }

    /// <summary>Standard deviation (n) of y − z over the used points; 0 when it is but rounding.</summary>
    public double Deviation()
    {
        for (int i = 0; i < length; i++)
            _spare[i] = Y[i] - Z[i];
        double deviation = Data.Moments(_spare).Deviation;
        return deviation > Rounding ? deviation : 0;
    }

    /// <summary>‖z − before‖/‖before‖ over the used points.</summary>
    public double Change()
    {
        double squares = 0, norm = 0;
        for (int i = 0; i < length; i++)
        {
            double step = Z[i] - Before[i];
            squares += Data.Used[i] * step * step;
            norm += Data.Used[i] * Before[i] * Before[i];
        }

        return Math.Sqrt(squares) / Math.Max(Math.Sqrt(norm), Detrending.Epsilon);
    }

    /// <summary>Writes the baseline, after a step of refinement whose size is the estimate of the rounding error.</summary>
    public BaselineInfo Finish(BaselineOutput output, BaselineInfo info)
    {
        double range = Data.Max - Data.Min, size = 0;
        for (int i = 0; i < length; i++)
            Y[i] -= Z[i];
        (_masked ? _some : _all).Project(Y, _spare);
        for (int i = 0; i < length; i++)
        {
            size = Math.Max(size, Data.Used[i] * Math.Abs(_spare[i]));
            output.Baseline[i] = Z[i] + _spare[i];
        }

        Data.Restore(output.Baseline);
        if (!output.Weights.IsEmpty)
            Fitted.CopyTo(output.Weights);
        return info with { ErrorEstimate = range > 0 ? size / range : 0 };
    }
}
