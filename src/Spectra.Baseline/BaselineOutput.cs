namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Where an estimator puts its results. Every part but <see cref="Baseline"/> may be empty: then it is not given.</summary>
/// <remarks>Spans and arrays convert to an output by themselves. The baseline may be the memory of the intensities: they are read before it is written.</remarks>
public readonly ref struct BaselineOutput
{
    /// <summary>An output for the baseline alone.</summary>
    /// <param name="baseline">Receives the baseline.</param>
    public BaselineOutput(Span<double> baseline) => Baseline = baseline;

    /// <summary>Receives the baseline, in the unit of the intensity; NaN when there is none.</summary>
    public Span<double> Baseline { get; }

    /// <summary>Receives the weights with which the baseline was computed (for AsLS p above, 1 − p below, 0 where excluded), or empty.</summary>
    public Span<double> Weights { get; init; }

    /// <summary>
    /// Receives the standard error of the baseline at every point, in the unit of the intensity, or empty: the spread of the estimate around its own mean. NaN with methods that
    /// do not know it; AsLS does.
    /// </summary>
    public Span<double> StandardErrors { get; init; }

    /// <summary>An output for the baseline alone.</summary>
    /// <param name="baseline">Receives the baseline.</param>
    public static implicit operator BaselineOutput(Span<double> baseline) => new(baseline);

    /// <summary>An output for the baseline alone.</summary>
    /// <param name="baseline">Receives the baseline.</param>
    public static implicit operator BaselineOutput(double[] baseline) => new(baseline);

    internal void CheckLengths(int length)
    {
        if (Baseline.Length != length)
            throw new ArgumentException($"The estimator was made for {length} points, but there is room for {Baseline.Length} values of the baseline.", nameof(Baseline));
        if (!StandardErrors.IsEmpty && StandardErrors.Length != length)
            throw new ArgumentException($"The estimator was made for {length} points, but there is room for {StandardErrors.Length} standard errors.", nameof(StandardErrors));
        if (!Weights.IsEmpty && Weights.Length != length)
            throw new ArgumentException($"The estimator was made for {length} points, but there is room for {Weights.Length} weights.", nameof(Weights));
    }
}
