using System.Diagnostics.CodeAnalysis;
using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>AsLS with the smoothness that best recovers a known baseline beyond the ends of the data (erPLS).</summary>
/// <remarks>
/// <para>
/// At either end the spectrum is continued by the straight line through its outermost points, with a Gaussian peak as high as the spectrum on it. Of the values
/// of λ from 10 to 1e12, a quarter of a decade apart, the one is taken whose AsLS baseline comes closest to those lines (root mean square).
/// F. Zhang, X. Tang, A. Tong, B. Wang, J. Wang, Sensors 20, 2015 (2020), doi:10.3390/s20072015.
/// </para>
/// <para>
/// It says how stiff a baseline may be under peaks as wide as the added ones where it is straight, not how the background of the spectrum bends; <see cref="RemlEstimator"/> asks
/// the spectrum itself. Peaks at the very ends spoil the lines. Owns its scratch memory, allocates nothing per estimate. Not thread-safe.
/// </para>
/// </remarks>
/// <example><code>
/// var estimator = new ExtendedRangeEstimator(y.Length);
/// BaselineInfo info = estimator.Estimate(y, baseline);
/// </code></example>
public sealed class ExtendedRangeEstimator : BaselineEstimator<ExtendedRangeOptions>
{
    private const double FirstPower = 1;
    private const double LastPower = 12;
    private const double PowerStep = 0.25;
    private const int LeastPoints = 5;

    private readonly ScaledRow _row;
    private int _extension;
    private AslsEstimator _asls;
    private double[] _long;
    private bool[] _excluded;
    private double[] _z;
    private double[] _best;
    private double[] _w;
    private double[] _bestWeights;
    private readonly AslsOptions[] _trials;
    private readonly LambdaScore[] _curve;
    private ExtendedRangeOptions? _made;
    private (double Left, double LeftSlope, double Right, double RightSlope) _lines;

    /// <summary>Makes an estimator.</summary>
    /// <param name="length">Number of points of every spectrum, at least 1.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public ExtendedRangeEstimator(int length, ExtendedRangeOptions? options = null)
        : base(length, options, ExtendedRangeOptions.Set)
    {
        int trials = (int)Math.Round((LastPower - FirstPower) / PowerStep) + 1;
        _row = new ScaledRow(length);
        Make((options ?? ExtendedRangeOptions.Set.Default).Extension);
        _trials = new AslsOptions[trials];
        _curve = new LambdaScore[trials];
    }

    [MemberNotNull(nameof(_asls), nameof(_long), nameof(_excluded), nameof(_z), nameof(_best), nameof(_w), nameof(_bestWeights))]
    private void Make(double extension)
    {
        _extension = Math.Max(LeastPoints, (int)(extension * Length));
        int total = Length + (2 * _extension);
        _asls = new AslsEstimator(total);
        _long = new double[total];
        _excluded = new bool[total];
        _z = new double[total];
        _best = new double[total];
        _w = new double[total];
        _bestWeights = new double[total];
    }

    /// <summary>Distance of the baseline from the lines beyond the ends, for every λ that was tried with the last spectrum; in the unit of the intensity.</summary>
    public ReadOnlySpan<LambdaScore> Curve => _curve;

    private protected override BaselineInfo EstimateRow(ExtendedRangeOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken)
    {
        _curve.AsSpan().Clear();
        if (Math.Max(LeastPoints, (int)(options.Extension * Length)) != _extension)
            Make(options.Extension);
        RowStatus status = _row.Load(input, 2 * LeastPoints);
        if (status != RowStatus.Ok)
            return new BaselineInfo(status);
        if (!Equals(options, _made))
        {
            for (int t = 0; t < _trials.Length; t++)
                _trials[t] = new AslsOptions { Lambda = Math.Pow(10, FirstPower + (t * PowerStep)), P = options.P, DifferenceOrder = options.DifferenceOrder };
            _made = options;
        }

        Extend();
        double least = double.PositiveInfinity;
        BaselineInfo info = new(RowStatus.Singular);
        int solves = 0;
        for (int t = 0; t < _trials.Length; t++)
        {
            BaselineInfo trial = _asls.Estimate(_trials[t], new BaselineInput(_long) { Excluded = _excluded }, new BaselineOutput(_z) { Weights = _w }, cancellationToken);
            solves += trial.Solves;
            double distance = trial.Status.IsUsable() ? Distance() : double.NaN;
            _curve[t] = new LambdaScore(_trials[t].Lambda, distance / _row.Scale(1));
            if (!(distance < least))
                continue;
            least = distance;
            info = trial with { Lambda = _trials[t].Lambda, LambdaAtBound = t == 0 || t == _trials.Length - 1 };
            _z.CopyTo(_best, 0);
            _w.CopyTo(_bestWeights, 0);
        }

        _best.AsSpan(_extension, Length).CopyTo(output.Baseline);
        _row.Restore(output.Baseline);
        if (!output.Weights.IsEmpty)
            _bestWeights.AsSpan(_extension, Length).CopyTo(output.Weights);
        return info with { Solves = solves };
    }

    // Lines through the outermost points of the spectrum, as many as are added, and Gaussians on them.
    private void Extend()
    {
        double height = _row.Max - _row.Min, width = _extension / 6.0;
        (double left, double leftSlope) = Line(0);
        (double right, double rightSlope) = Line(Length - Math.Min(_extension, Length));
        for (int i = 0; i < _extension; i++)
        {
            double t = (i - ((_extension - 1) / 2.0)) / width, peak = height * Math.Exp(-0.5 * t * t);
            _long[i] = left + (leftSlope * (i - _extension)) + peak;
            _long[_extension + Length + i] = right + (rightSlope * (Length + i)) + peak;
        }

        _row.Y.CopyTo(_long, _extension);
        for (int i = 0; i < Length; i++)
            _excluded[_extension + i] = _row.Used[i] == 0;
        _lines = (left, leftSlope, right, rightSlope);
    }

    private (double Level, double Slope) Line(int from)
    {
        int count = Math.Min(_extension, Length);
        double middle = from + ((count - 1) / 2.0), sum = 0, moment = 0, square = 0;
        for (int i = from; i < from + count; i++)
        {
            sum += _row.Y[i];
            moment += (i - middle) * _row.Y[i];
            square += (i - middle) * (i - middle);
        }

        double slope = square > 0 ? moment / square : 0;
        return ((sum / count) - (slope * middle), slope);
    }

    private double Distance()
    {
        double sum = 0;
        for (int i = 0; i < _extension; i++)
        {
            double left = _z[i] - _lines.Left - (_lines.LeftSlope * (i - _extension));
            double right = _z[_extension + Length + i] - _lines.Right - (_lines.RightSlope * (Length + i));
            sum += (left * left) + (right * right);
        }

        return Math.Sqrt(sum / (2 * _extension));
    }
}
