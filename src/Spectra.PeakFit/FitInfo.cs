namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>How the fit of one row ended.</summary>
/// <param name="Status">The status; <see cref="RowStatusText.IsUsable"/> says whether the numbers can be used.</param>
/// <param name="Iterations">Jacobians evaluated, those of every start and of the tests of peaks included.</param>
/// <param name="Evaluations">Model curves evaluated.</param>
/// <param name="ChiSquare">Sum of the squared (weighted) residuals.</param>
/// <param name="ReducedChiSquare">χ² divided by points minus varied parameters (of a spline those that it amounts to); NaN without degrees of freedom.</param>
public readonly record struct FitInfo(RowStatus Status, int Iterations, int Evaluations, double ChiSquare, double ReducedChiSquare)
{
    /// <summary>Number of varied parameters; those of absent peaks do not count, and a spline counts with the number of parameters that it amounts to, rounded.</summary>
    public int Variables { get; init; }

    /// <summary>What the residuals say against the model.</summary>
    public FitFlags Flags { get; init; }

    /// <summary>Deviation of the number of sign runs of the residuals from that of independent ones, in standard deviations; below 0 for residuals that hang together.</summary>
    public double RunsDeviation { get; init; }

    /// <summary>Lag-1 autocorrelation of the residuals; about 0 ± 1/√n for a model that fits.</summary>
    public double Autocorrelation { get; init; }
}

/// <summary>What the residuals of a fit say against its model: a usable result whose standard errors are too small.</summary>
[Flags]
public enum FitFlags : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>χ² is larger than the variances allow; <c>chi_square</c>. Never set with <see cref="Weighting.None"/>.</summary>
    ChiSquare = 1,

    /// <summary>Residuals of one sign stand together; <c>runs</c>.</summary>
    Runs = 2,

    /// <summary>Neighbouring residuals are alike; <c>autocorrelation</c>.</summary>
    Autocorrelation = 4,
}

/// <summary>Names of flags in tables.</summary>
public static class FitFlagsText
{
    /// <summary>The flags as in tables: names with blanks between them.</summary>
    /// <param name="flags">The flags.</param>
    /// <returns>For example <c>chi_square runs</c>; empty for none.</returns>
    public static string ToText(this FitFlags flags) => string.Join(' ', new[] { "chi_square", "runs", "autocorrelation" }.Where((_, i) => ((int)flags & (1 << i)) != 0));
}

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
