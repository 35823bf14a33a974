namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>What an estimator is given: the intensities of one spectrum and, where known, what belongs to them.</summary>
/// <remarks>
/// Every part but <see cref="Intensity"/> may be empty. A method that has no use for a part says so and ignores it; none may ignore
/// <see cref="Excluded"/>. Spans and arrays convert to an input by themselves, so <c>estimator.Estimate(y, baseline)</c> is enough for the usual case.
/// </remarks>
/// <example><code>
/// BaselineInfo info = estimator.Estimate(new BaselineInput(y) { Excluded = isPeak }, baseline);
/// </code></example>
public readonly ref struct BaselineInput
{
    /// <summary>An input that holds intensities alone.</summary>
    /// <param name="intensity">The intensities, any unit.</param>
    public BaselineInput(ReadOnlySpan<double> intensity) => Intensity = intensity;

    /// <summary>The intensities, any unit.</summary>
    public ReadOnlySpan<double> Intensity { get; }

    /// <summary>Position of every point, strictly ascending, or empty for points at equal distance 1.</summary>
    public ReadOnlySpan<double> X { get; init; }

    /// <summary>Variance of every intensity, in the squared unit of the intensity, or empty.</summary>
    public ReadOnlySpan<double> Variance { get; init; }

    /// <summary>True for every point that must not be used (a peak, a dead channel), or empty. The value stored there is never read: it may be NaN. The baseline runs through such points all the same.</summary>
    public ReadOnlySpan<bool> Excluded { get; init; }

    /// <summary>An input that holds intensities alone.</summary>
    /// <param name="intensity">The intensities.</param>
    public static implicit operator BaselineInput(ReadOnlySpan<double> intensity) => new(intensity);

    /// <summary>An input that holds intensities alone.</summary>
    /// <param name="intensity">The intensities.</param>
    public static implicit operator BaselineInput(Span<double> intensity) => new(intensity);

    /// <summary>An input that holds intensities alone.</summary>
    /// <param name="intensity">The intensities.</param>
    public static implicit operator BaselineInput(double[] intensity) => new(intensity);

    internal void CheckLengths(int length)
    {
        if (Intensity.Length != length)
            throw new ArgumentException($"The estimator was made for {length} points, but there are {Intensity.Length} intensities.", nameof(Intensity));
        if (!X.IsEmpty && X.Length != length)
            throw new ArgumentException($"There are {length} intensities but {X.Length} positions.", nameof(X));
        if (!Variance.IsEmpty && Variance.Length != length)
            throw new ArgumentException($"There are {length} intensities but {Variance.Length} variances.", nameof(Variance));
        if (!Excluded.IsEmpty && Excluded.Length != length)
            throw new ArgumentException($"There are {length} intensities but {Excluded.Length} marks of excluded points.", nameof(Excluded));
    }
}
