using BigMap.Analysis.Numerics;
using BigMap.Analysis.Spectra.PeakFit.Internal;

namespace BigMap.Analysis.Spectra.PeakFit;

/// <content>Beyond standard errors: profiles of χ², bootstrap, the error of the curve.</content>
public sealed partial class FitResult
{
    // The noise of the weights: what one unit of χ² is.
    private double Unit => Model.Options.Weighting == Weighting.None ? Info.ReducedChiSquare : 1;

    /// <summary>Interval of a parameter by its profile likelihood: where χ², with all others fitted again, exceeds its minimum by z² (times the reduced χ² with equal weights). Need not be symmetric, and ends at a bound that comes first.</summary>
    /// <remarks>D. J. Venzon, S. H. Moolgavkar, Appl. Stat. 37 (1988) 87, doi:10.2307/2347496.</remarks>
    /// <param name="name">Name of a parameter that the fit varied and that is not tied.</param>
    /// <param name="level">Probability, above 0 and below 1. Default 0.95.</param>
    /// <param name="cancellationToken">Stops within a fit.</param>
    /// <returns>The interval; NaN without a usable result.</returns>
    /// <exception cref="ArgumentException">Not such a parameter, or a level out of range.</exception>
    public ParameterInterval Profile(string name, double level = 0.95, CancellationToken cancellationToken = default)
    {
        int q = Model.IndexOf(name), p = Model.Layout.Quantities[q].Parameter;
        if (p < 0 || Model.Layout.IsTied[p])
            throw new ArgumentException($"{name} is computed from other values; profile those.", nameof(name));
        int root = Model.Layout.RootIndex[p];
        if (Model.Layout.Shared.Contains(root))
            throw new ArgumentException($"{name} is shared by the whole series; its profile would need every row.", nameof(name));
        double z = Deviate(level);
        if (!IsUsable || double.IsNaN(_rows.Values(_row)[q]))
            return new ParameterInterval(double.NaN, double.NaN, false, false);
        (PeakFitter fitter, double[] roots, double least) = Start();
        (double low, double high) = fitter.PresentBounds(root);
        if (low == high)
            throw new ArgumentException($"{name} was not varied.", nameof(name));
        double best = roots[root], error = _rows.Errors(_row)[q], target = z * z * Unit;
        if (!(error > 0))
            error = double.IsFinite(high - low) ? 0.05 * (high - low) : Math.Max(1e-3, 0.05 * Math.Abs(best));
        (double a, bool aBound) = Side(-1, low);
        (double b, bool bBound) = Side(1, high);
        return new ParameterInterval(a, b, aBound, bBound);

        double Excess(double value, double[] from)
        {
            double chi = fitter.ChiSquareWith(root, value, from, cancellationToken);
            return double.IsNaN(chi) ? double.PositiveInfinity : chi - least - target;
        }

        (double Value, bool Bound) Side(int sign, double bound)
        {
            double[] inside = [.. roots], trial = [.. roots];
            double near = best, far = best + (sign * z * error);
            for (int k = 0; k < 40; k++)
            {
                bool beyond = sign < 0 ? far <= bound : far >= bound;
                far = beyond ? bound : far;
                inside.CopyTo(trial, 0);
                if (Excess(far, trial) >= 0)
                    break;
                if (beyond)
                    return (bound, true);
                trial.CopyTo(inside, 0);
                (near, far) = (far, far + (2 * (far - best)));
            }

            for (int k = 0; k < 50 && Math.Abs(far - near) > 1e-5 * error; k++)
            {
                double middle = 0.5 * (near + far);
                inside.CopyTo(trial, 0);
                if (Excess(middle, trial) >= 0)
                {
                    far = middle;
                }
                else
                {
                    near = middle;
                    trial.CopyTo(inside, 0);
                }
            }

            return (0.5 * (near + far), false);
        }
    }

    /// <summary>Repeats the fit on simulated data: the fitted curve with noise of the stated variances or, with equal weights, with its own residuals drawn again.</summary>
    /// <remarks>B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap, 1993. The peaks that are there stay there; shared parameters stay as they are.</remarks>
    /// <param name="count">Number of repetitions, 2 to 1,000,000. Default 200.</param>
    /// <param name="seed">Seed: the same draws on every machine. Default 1.</param>
    /// <param name="cancellationToken">Stops within a fit.</param>
    /// <returns>The values of every repetition that had an optimum.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is out of range.</exception>
    /// <exception cref="FitException">The fit is not usable.</exception>
    public FitBootstrap Bootstrap(int count = 200, int seed = 1, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 1_000_000);
        EnsureUsable();
        (PeakFitter fitter, double[] roots, _) = Start();
        double[] curve = ModelCurve().Intensity.ToArray(), rest = ResidualCurve().Intensity.ToArray(), y = new double[Points], weights = fitter.Weights.ToArray();
        double stretch = Math.Sqrt(Points / (double)Math.Max(1, Points - Variables)), mean = rest.Average();
        var random = new SplitMix((ulong)seed);
        var draws = new List<double[]>(count);
        for (int turn = 0; turn < count; turn++)
        {
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = curve[i] + (Model.Options.Weighting == Weighting.None
                    ? stretch * (rest[random.Below(rest.Length)] - mean)
                    : random.Normal() / weights[i]);
            }

            var values = new double[ValueNames.Count];
            if (fitter.Refit(y, roots, values, cancellationToken))
                draws.Add(values);
        }

        return new FitBootstrap(Model, count, draws);
    }

    /// <summary>Standard error of the fitted curve at every point, from the covariance of all parameters; times 1.96 it is a 95 % confidence band.</summary>
    /// <returns>The standard error on the axis of the data; NaN without a usable result.</returns>
    public Spectrum ModelStandardError()
    {
        var errors = new double[Points];
        if (_inspected.Value is { } fitter && IsUsable)
        {
            lock (_inspected)
                fitter.CurveErrors(errors, Unit);
        }
        else
        {
            Array.Fill(errors, double.NaN);
        }

        return new Spectrum(_series.Input.Axis, errors, default, "standard error of the model");
    }

    /// <summary>ln of the evidence of the model by Laplace's approximation: ∫ likelihood × prior over the parameters that were varied. Compares models of the same data with the same weights.</summary>
    /// <remarks>
    /// ln Z = −½ Σ ln 2πσ² − ½ χ² + (p/2) ln 2π + ½ ln|C| + ln prior (D. J. C. MacKay, Neural Comput. 4 (1992) 415, doi:10.1162/neco.1992.4.3.415). A
    /// parameter with a prior of its own has that one, every other is uniform within its bounds, so that wide bounds cost; a prior on a computed
    /// value counts as one more datum. Not to be trusted where a parameter rests on a bound or several minima are alike.
    /// </remarks>
    /// <returns>ln Z; NaN without variances, without a usable result, or when a varied parameter has neither finite bounds nor a prior (default areas and backgrounds have none), or rests on a bound.</returns>
    public double LaplaceEvidence()
    {
        if (!IsUsable || Model.Options.Weighting == Weighting.None || Model.Layout.SplineCount > 0 || Model.Layout.Shared.Length > 0)
            return double.NaN;
        (PeakFitter fitter, _, double least) = Start();
        double sum = -0.5 * least;
        foreach (double weight in fitter.Weights)
            sum += Math.Log(weight) - (0.5 * Math.Log(2 * Math.PI));
        int[] free = fitter.FreeRoots();
        foreach (int root in free)
        {
            (double low, double high) = fitter.PresentBounds(root);
            string name = Model.Layout.Names[Model.Layout.Roots[root]];
            if (!Model.Options.Priors.Any(p => p.Of == name))
                sum -= Math.Log(high - low);
        }

        foreach (Prior prior in Model.Options.Priors.Where(p => !double.IsNaN(this[p.Of])))
            sum -= Math.Log(prior.StandardDeviation * Math.Sqrt(2 * Math.PI));
        sum += (0.5 * free.Length * Math.Log(2 * Math.PI)) + (0.5 * fitter.LogDeterminant(free));
        return double.IsFinite(sum) ? sum : double.NaN;
    }

    /// <summary>The posterior distribution of this fit.</summary>
    internal PosteriorRow Sample(PosteriorOptions options, int row, CancellationToken cancellationToken)
    {
        if (!IsUsable)
            return new PosteriorRow(Status, double.NaN, [], []);
        (PeakFitter fitter, _, _) = Start();
        return PosteriorSampling.Sample(fitter, options, row, cancellationToken);
    }

    private static double Deviate(double level) => level > 0 && level < 1
        ? -Distributions.NormalQuantile(0.5 * (1 - level))
        : throw new ArgumentException($"A level lies between 0 and 1, but {level} was given.", nameof(level));

    /// <summary>The fitter at this result, its roots, and what it minimises there: χ² and penalties.</summary>
    private (PeakFitter Fitter, double[] Roots, double Least) Start()
    {
        var fitter = new PeakFitter(Model, Points);
        LeastSquaresResult here = fitter.GoTo(new FitData(_series.Input.Axis.Values, _series.Input[_row], _series.Input.Variance(_row)), _rows.Values(_row), _rows.Present(_row), _rows.Shared?.Copy());
        return (fitter, fitter.Roots.ToArray(), here.ChiSquare);
    }
}

/// <summary>An interval of a parameter.</summary>
/// <param name="Lower">Lower end.</param>
/// <param name="Upper">Upper end.</param>
/// <param name="LowerIsBound">Whether the lower end is a bound that came first.</param>
/// <param name="UpperIsBound">Whether the upper end is a bound that came first.</param>
public readonly record struct ParameterInterval(double Lower, double Upper, bool LowerIsBound, bool UpperIsBound);

/// <summary>The values of repeated fits of simulated data.</summary>
/// <remarks>Immutable, thread-safe.</remarks>
public sealed class FitBootstrap
{
    private readonly PeakModel _model;
    private readonly List<double[]> _draws;

    internal FitBootstrap(PeakModel model, int asked, List<double[]> draws)
    {
        _model = model;
        Asked = asked;
        _draws = draws;
    }

    /// <summary>Number of repetitions that were asked for.</summary>
    public int Asked { get; }

    /// <summary>Number of repetitions that had an optimum.</summary>
    public int Count => _draws.Count;

    /// <summary>The values of one name in all repetitions.</summary>
    /// <param name="name">Name of a value.</param>
    /// <returns>One number per repetition.</returns>
    /// <exception cref="ArgumentException">There is no such value.</exception>
    public IReadOnlyList<double> Values(string name)
    {
        int q = _model.IndexOf(name);
        return [.. _draws.Select(d => d[q])];
    }

    /// <summary>Standard deviation over the repetitions.</summary>
    /// <param name="name">Name of a value.</param>
    /// <returns>The standard error; NaN for fewer than two repetitions.</returns>
    /// <exception cref="ArgumentException">There is no such value.</exception>
    public double StandardError(string name) => Numerics.Statistics.StandardDeviation([.. Values(name)]);

    /// <summary>Percentile interval.</summary>
    /// <param name="name">Name of a value.</param>
    /// <param name="level">Probability, above 0 and below 1. Default 0.95.</param>
    /// <returns>The interval.</returns>
    /// <exception cref="ArgumentException">There is no such value, or a level out of range.</exception>
    public ParameterInterval Interval(string name, double level = 0.95)
    {
        if (!(level > 0 && level < 1))
            throw new ArgumentException($"A level lies between 0 and 1, but {level} was given.", nameof(level));
        double[] values = [.. Values(name)];
        return new ParameterInterval(Numerics.Statistics.Quantile(values, 0.5 * (1 - level)), Numerics.Statistics.Quantile(values, 0.5 * (1 + level)), false, false);
    }
}
