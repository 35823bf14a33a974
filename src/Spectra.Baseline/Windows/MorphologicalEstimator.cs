using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Morphological baseline of one spectrum after the other.</summary>
/// <remarks>
/// <para>R. Perez-Pueyo, M. J. Soneira, S. Ruiz-Moreno, Appl. Spectrosc. 64, 595 (2010), doi:10.1366/000370210791414281.</para>
/// <para>
/// Windows count points: positions and variances are not used. Excluded points are taken to lie on the straight line between their neighbours. There are no weights: the output holds 1 for used points.
/// Owns its scratch memory, allocates nothing per estimate. Not thread-safe.
/// </para>
/// </remarks>
/// <example><code>
/// var estimator = new MorphologicalEstimator(y.Length, new MorphologicalOptions { HalfWindow = 30 });
/// BaselineInfo info = estimator.Estimate(y, baseline);
/// </code></example>
public sealed class MorphologicalEstimator : BaselineEstimator<MorphologicalOptions>
{
    private readonly ScaledRow _row;
    private readonly MovingExtremum _extremum;
    private readonly double[] _eroded;
    private readonly double[] _opened;
    private readonly double[] _dilated;

    /// <summary>Makes an estimator.</summary>
    /// <param name="length">Number of points of every spectrum, at least 1.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public MorphologicalEstimator(int length, MorphologicalOptions? options = null)
        : base(length, options, MorphologicalOptions.Set)
    {
        _row = new ScaledRow(length);
        _extremum = new MovingExtremum(length);
        _eroded = new double[length];
        _opened = new double[length];
        _dilated = new double[length];
    }

    private protected override BaselineInfo EstimateRow(MorphologicalOptions options, BaselineInput input, BaselineOutput output, CancellationToken cancellationToken)
    {
        RowStatus status = _row.Load(input, 1);
        if (status != RowStatus.Ok)
            return new BaselineInfo(status);
        _extremum.Smallest(_row.Y, options.HalfWindow, _eroded);
        _extremum.Largest(_eroded, options.HalfWindow, _opened);
        if (options.Kind == MorphologicalKind.Averaged)
        {
            _extremum.Smallest(_opened, options.HalfWindow, _eroded);
            _extremum.Largest(_opened, options.HalfWindow, _dilated);
            for (int i = 0; i < Length; i++)
                _opened[i] = Math.Min(_opened[i], 0.5 * (_dilated[i] + _eroded[i]));
        }

        _opened.CopyTo(output.Baseline);
        _row.Restore(output.Baseline);
        if (!output.Weights.IsEmpty)
            _row.Used.CopyTo(output.Weights);
        double range = _row.Max - _row.Min;
        return new BaselineInfo { Converged = true, ErrorEstimate = range > 0 && options.Kind == MorphologicalKind.Averaged ? Detrending.Epsilon * Math.Max(Math.Abs(_row.Max), Math.Abs(_row.Min)) / range : 0 };
    }
}
