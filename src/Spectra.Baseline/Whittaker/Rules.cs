namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>w = p above, 1 − p below; w² in the system, and λ₁ for differences between used neighbours. First weights from a parabola in x.</summary>
internal sealed class IaslsRule(PenalisedRow row) : Reweighting<IaslsOptions>(row)
{
    private readonly OrthogonalPolynomials _parabola = new(row.Length, 2);

    public override void Begin(IaslsOptions options, Span<double> w)
    {
        ScaledRow data = Row.Data;
        Span<double> fit = w;
        _parabola.Prepare(data.X, data.Used, 2);
        _parabola.Project(data.Y, fit);
        for (int i = 0; i < w.Length; i++)
            w[i] = data.Used[i] * (data.Y[i] > fit[i] ? options.P : 1 - options.P);
    }

    public override void Apply(IaslsOptions options, ReadOnlySpan<double> w, PenalisedSystem system)
    {
        var first = (FirstOrderSystem)system;
        for (int i = 0; i < w.Length; i++)
        {
            first.A[i] = w[i] * w[i];
            first.S[i] = 1;
            first.C[i] = i < w.Length - 1 ? options.Lambda1 * Row.Data.Used[i] * Row.Data.Used[i + 1] : 0;
        }
    }

    public override Reweighted Next(IaslsOptions options, int solves, ReadOnlySpan<double> w, Span<double> next)
    {
        for (int i = 0; i < next.Length; i++)
            next[i] = w[i] == 0 ? 0 : Row.D[i] > 0 ? options.P : Row.D[i] < 0 ? 1 - options.P : w[i];
        return Reweighted.ByWeights;
    }
}

/// <summary>w = exp(t |d| / Σ|d⁻|) below the baseline, 0 above.</summary>
internal sealed class AirplsRule(PenalisedRow row) : Reweighting<AirplsOptions>(row)
{
    private const int LargestPower = 50;

    private double _sum;

    public override void Begin(AirplsOptions options, Span<double> w)
    {
        base.Begin(options, w);
        _sum = 0;
        for (int i = 0; i < w.Length; i++)
            _sum += Row.Data.Used[i] * Math.Abs(Row.Data.Y[i]);
    }

    public override Reweighted Next(AirplsOptions options, int solves, ReadOnlySpan<double> w, Span<double> next)
    {
        (int count, double mean, _) = Row.NegativeResiduals();
        if (count < 2)
            return Reweighted.Nothing;
        double below = -mean * count, factor = Math.Min(solves, LargestPower) / below;
        for (int i = 0; i < next.Length; i++)
            next[i] = Row.D[i] < 0 ? Math.Exp(-factor * Row.D[i]) : 0;
        return new Reweighted { Change = below / Math.Max(_sum, Detrending.Epsilon) };
    }
}

/// <summary>w = 1 / (1 + exp(2 (d − (2σ − m)) / σ)), m and σ of the negative residuals.</summary>
internal sealed class ArplsRule<TOptions>(PenalisedRow row) : Reweighting<TOptions>(row)
    where TOptions : class, IReweightedOptions
{
    public override Reweighted Next(TOptions options, int solves, ReadOnlySpan<double> w, Span<double> next)
    {
        (int count, double m, double sigma) = Row.NegativeResiduals();
        if (count < 2)
            return Reweighted.Nothing;
        for (int i = 0; i < next.Length; i++)
            next[i] = Row.Data.Used[i] / (1 + Math.Exp(2 * (Row.D[i] - ((2 * sigma) - m)) / sigma));
        return Reweighted.ByWeights;
    }
}

/// <summary>w = ½ (1 − s/(1 + |s|)), s = eᵗ (d − (2σ − m)) / σ; rows of the penalty scaled by 1 − η w, and |D₁z|² beside it.</summary>
internal sealed class DrplsRule(PenalisedRow row) : Reweighting<DrplsOptions>(row)
{
    public override void Apply(DrplsOptions options, ReadOnlySpan<double> w, PenalisedSystem system)
    {
        var first = (FirstOrderSystem)system;
        for (int i = 0; i < w.Length; i++)
        {
            first.A[i] = w[i];
            first.S[i] = 1 - (options.Eta * w[i]);
            first.C[i] = i < w.Length - 1 ? 1 : 0;
        }
    }

    public override Reweighted Next(DrplsOptions options, int solves, ReadOnlySpan<double> w, Span<double> next) => SoftStep.Next(Row, Math.Exp(Math.Min(solves, 100)), next);
}

/// <summary>The rule of LSRPLS: that of drPLS with 10ᵗ for eᵗ, in the plain system.</summary>
internal sealed class LsrplsRule(PenalisedRow row) : Reweighting<LsrplsOptions>(row)
{
    public override Reweighted Next(LsrplsOptions options, int solves, ReadOnlySpan<double> w, Span<double> next) => SoftStep.Next(Row, Math.Pow(10, Math.Min(solves, 100)), next);
}

/// <summary>A step at d = 2σ − m that grows steeper with every iteration.</summary>
internal static class SoftStep
{
    public static Reweighted Next(PenalisedRow row, double steepness, Span<double> next)
    {
        (int count, double m, double sigma) = row.NegativeResiduals();
        if (count < 2)
            return Reweighted.Nothing;
        for (int i = 0; i < next.Length; i++)
        {
            double s = steepness / sigma * (row.D[i] - ((2 * sigma) - m));
            next[i] = row.Data.Used[i] * 0.5 * (1 - (s / (1 + Math.Abs(s))));
        }

        return Reweighted.ByWeights;
    }
}

/// <summary>w = ½ (1 − s/√(1 + s²)), s = eᵗ (d − 2σ) / σ.</summary>
internal sealed class IarplsRule(PenalisedRow row) : Reweighting<IarplsOptions>(row)
{
    public override Reweighted Next(IarplsOptions options, int solves, ReadOnlySpan<double> w, Span<double> next)
    {
        (int count, _, double sigma) = Row.NegativeResiduals();
        if (count < 2)
            return Reweighted.Nothing;
        double steepness = Math.Exp(Math.Min(solves, 100)) / sigma;
        for (int i = 0; i < next.Length; i++)
        {
            double s = steepness * (Row.D[i] - (2 * sigma));
            next[i] = Row.Data.Used[i] * 0.5 * (1 - (s / Math.Sqrt(1 + (s * s))));
        }

        return Reweighted.ByWeights;
    }
}

/// <summary>w = 1 / (1 + exp(k (d − σ) / σ)); row i of the penalty is multiplied by αᵢ = |dᵢ| / max |d| of the residuals before.</summary>
/// <remarks>Dividing row i by αᵢ makes the system that of the Whittaker smoother with weights w/α.</remarks>
internal sealed class AsplsRule(PenalisedRow row) : Reweighting<AsplsOptions>(row)
{
    // z is y to 14 digits there already.
    private const double SmallestAlpha = 1e-14;

    private readonly double[] _alpha = new double[row.Length];

    public override void Begin(AsplsOptions options, Span<double> w)
    {
        base.Begin(options, w);
        Array.Fill(_alpha, 1);
    }

    public override void Apply(AsplsOptions options, ReadOnlySpan<double> w, PenalisedSystem system)
    {
        for (int i = 0; i < w.Length; i++)
            system.A[i] = w[i] / Math.Max(_alpha[i], SmallestAlpha);
    }

    public override Reweighted Next(AsplsOptions options, int solves, ReadOnlySpan<double> w, Span<double> next)
    {
        (int count, _, double sigma) = Row.NegativeResiduals();
        if (count < 2)
            return Reweighted.Nothing;
        double largest = 0;
        foreach (double d in Row.D)
            largest = Math.Max(largest, Math.Abs(d));
        for (int i = 0; i < next.Length; i++)
        {
            next[i] = Row.Data.Used[i] / (1 + Math.Exp(options.AsymmetricCoefficient * (Row.D[i] - sigma) / sigma));
            _alpha[i] = Math.Abs(Row.D[i]) / largest;
        }

        return Reweighted.ByWeights;
    }
}

/// <summary>w = p exp(−d/k) above, 1 − p below.</summary>
internal sealed class PsalsaRule(PenalisedRow row) : Reweighting<PsalsaOptions>(row)
{
    private double _k;

    public override void Begin(PsalsaOptions options, Span<double> w)
    {
        base.Begin(options, w);
        _k = options.K is { } k ? Row.Data.Scale(k) : Row.Data.Moments(Row.Data.Y).Deviation / 10;
    }

    public override Reweighted Next(PsalsaOptions options, int solves, ReadOnlySpan<double> w, Span<double> next)
    {
        for (int i = 0; i < next.Length; i++)
        {
            double d = Row.D[i];
            next[i] = Row.Data.Used[i] * (d > 0 ? options.P * Math.Exp(-d / _k) : 1 - options.P);
        }

        return Reweighted.ByWeights;
    }
}

/// <summary>w = p exp(−(d/k)²/2) above, 1 − p below, times what the first and second derivatives of the smoothed data leave.</summary>
internal sealed class DerpsalsaRule(PenalisedRow row) : Reweighting<DerpsalsaOptions>(row)
{
    private const int Smooths = 16;

    private readonly double[] _screen = new double[row.Length];
    private readonly double[] _first = new double[row.Length];
    private readonly double[] _second = new double[row.Length];
    private readonly EdgePadding _smooth = new(row.Length, row.Length + 2);
    private double _k;

    public override void Begin(DerpsalsaOptions options, Span<double> w)
    {
        base.Begin(options, w);
        ScaledRow data = Row.Data;
        int n = Row.Length, halfWindow = Math.Min(options.SmoothHalfWindow ?? n / 200, n);
        _k = options.K is { } k ? data.Scale(k) : data.Moments(data.Y).Deviation / 10;
        _smooth.Mollify(data.Y, halfWindow, Smooths, _screen);
        Gradient(_screen, _first);
        Gradient(_first, _second);
        double rms1 = RootMeanSquare(_first), rms2 = RootMeanSquare(_second);
        for (int i = 0; i < n; i++)
        {
            double a = rms1 > 0 ? _first[i] / rms1 : 0, b = rms2 > 0 ? _second[i] / rms2 : 0;
            _screen[i] = Math.Exp(-0.5 * a * a) * Math.Exp(-0.5 * b * b);
        }
    }

    public override Reweighted Next(DerpsalsaOptions options, int solves, ReadOnlySpan<double> w, Span<double> next)
    {
        for (int i = 0; i < next.Length; i++)
        {
            double d = Row.D[i];
            next[i] = Row.Data.Used[i] * (d > 0 ? options.P * Math.Exp(-0.5 * (d / _k) * (d / _k)) : 1 - options.P) * _screen[i];
        }

        return Reweighted.ByWeights;
    }

    private static void Gradient(ReadOnlySpan<double> y, Span<double> gradient)
    {
        int n = y.Length;
        gradient[0] = y[1] - y[0];
        gradient[n - 1] = y[n - 1] - y[n - 2];
        for (int i = 1; i < n - 1; i++)
            gradient[i] = 0.5 * (y[i + 1] - y[i - 1]);
    }

    private double RootMeanSquare(double[] values)
    {
        double sum = 0;
        for (int i = 0; i < values.Length; i++)
            sum += Row.Data.Used[i] * values[i] * values[i];
        return Math.Sqrt(sum / Row.Data.UsedCount);
    }
}
