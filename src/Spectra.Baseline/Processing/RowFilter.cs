namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Works on one spectrum after the other over one axis and carries variances along.</summary>
/// <typeparam name="TOptions">The options record.</typeparam>
/// <remarks>Owns its scratch memory and allocates nothing per spectrum. Not thread-safe: one per thread.</remarks>
public abstract class RowFilter<TOptions>
    where TOptions : class
{
    private readonly TOptions _options;

    private protected RowFilter(Axis axis, TOptions? options, OptionSet<TOptions> set)
    {
        ArgumentNullException.ThrowIfNull(axis);
        options ??= set.Default;
        set.Validate(options);
        _options = options;
        Axis = axis;
    }

    /// <summary>The axis of every spectrum.</summary>
    public Axis Axis { get; }

    /// <summary>Works on one spectrum.</summary>
    /// <param name="intensity">Intensities; never written to.</param>
    /// <param name="variance">Their variances, or empty.</param>
    /// <param name="result">Receives the intensities after the step; another place than <paramref name="intensity"/>.</param>
    /// <param name="resultVariance">Receives their variances; empty where there are none.</param>
    /// <returns>How it went. With any other status than <see cref="RowStatus.Ok"/> the results are NaN.</returns>
    /// <exception cref="ArgumentException">A span has another length than the axis.</exception>
    public RowStatus Process(ReadOnlySpan<double> intensity, ReadOnlySpan<double> variance, Span<double> result, Span<double> resultVariance) =>
        Process(_options, intensity, variance, result, resultVariance, out _);

    internal RowStatus Process(TOptions options, ReadOnlySpan<double> intensity, ReadOnlySpan<double> variance, Span<double> result, Span<double> resultVariance, out double value)
    {
        int n = Axis.Length;
        if (intensity.Length != n || result.Length != n)
            throw new ArgumentException($"The axis has {n} points, but there are {intensity.Length} intensities and room for {result.Length}.", nameof(intensity));
        if (variance.Length != resultVariance.Length || (!variance.IsEmpty && variance.Length != n))
            throw new ArgumentException($"The axis has {n} points, but there are {variance.Length} variances and room for {resultVariance.Length}.", nameof(variance));
        RowStatus status = RowStatus.Ok;
        foreach (double y in intensity)
        {
            if (!double.IsFinite(y))
                status = RowStatus.NotFinite;
        }

        value = double.NaN;
        if (status == RowStatus.Ok)
            status = ProcessRow(options, intensity, variance, result, resultVariance, out value);
        if (status == RowStatus.Ok)
        {
            foreach (double y in result)
            {
                if (!double.IsFinite(y))
                    status = RowStatus.NotFinite;
            }
        }

        if (status == RowStatus.Ok)
            return status;
        value = double.NaN;
        result.Fill(double.NaN);
        resultVariance.Fill(double.NaN);
        return status;
    }

    /// <summary>The work on finite intensities; what it leaves counts with a status of Ok alone.</summary>
    private protected abstract RowStatus ProcessRow(TOptions options, ReadOnlySpan<double> intensity, ReadOnlySpan<double> variance, Span<double> result, Span<double> resultVariance, out double value);
}
