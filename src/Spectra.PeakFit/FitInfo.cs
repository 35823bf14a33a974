namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>How the fit of one row ended.</summary>
/// <param name="Status">The status; <see cref="RowStatusText.IsUsable"/> says whether the numbers can be used.</param>
/// <param name="Iterations">Jacobians evaluated.</param>
/// <param name="Evaluations">Model curves evaluated.</param>
/// <param name="ChiSquare">Sum of the squared (weighted) residuals.</param>
/// <param name="ReducedChiSquare">χ² divided by points minus varied parameters; NaN without degrees of freedom.</param>
public readonly record struct FitInfo(RowStatus Status, int Iterations, int Evaluations, double ChiSquare, double ReducedChiSquare);

/// <summary>The points of one row.</summary>
/// <param name="x">Points, ascending.</param>
/// <param name="y">Intensities.</param>
/// <param name="variance">Variances, or empty; used with <see cref="Weighting.Sigma"/>.</param>
public readonly ref struct FitData(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> variance = default)
{
    /// <summary>Points, ascending.</summary>
    public ReadOnlySpan<double> X { get; } = x;

    /// <summary>Intensities.</summary>
    public ReadOnlySpan<double> Y { get; } = y;

    /// <summary>Variances, or empty.</summary>
    public ReadOnlySpan<double> Variance { get; } = variance;
}

/// <summary>A fit that cannot be used was asked for its numbers.</summary>
public sealed class FitException : AnalysisException
{
    /// <summary>Makes an error.</summary>
    /// <param name="message">What is wrong and what helps.</param>
    /// <param name="status">The status of the fit.</param>
    public FitException(string message, RowStatus status)
        : base(message) => Status = status;

    /// <summary>The status of the fit.</summary>
    public RowStatus Status { get; }
}
