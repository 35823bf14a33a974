namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>How a value changes along a series: whether it changes at all, a straight line, and the rows where it breaks.</summary>
/// <remarks>Made by <see cref="FitSeries.Trend"/> from the rows whose value has a standard error. Immutable, thread-safe.</remarks>
public sealed record SeriesTrend
{
    internal SeriesTrend(string name, string unit)
    {
        Name = name;
        Unit = unit;
    }

    /// <summary>Name of the value.</summary>
    public string Name { get; }

    /// <summary>Unit of the value.</summary>
    public string Unit { get; }

    /// <summary>Number of rows used.</summary>
    public int Rows { get; internal init; }

    /// <summary>Weighted mean.</summary>
    public double Mean { get; internal init; } = double.NaN;

    /// <summary>χ² about the mean, with <see cref="Rows"/> − 1 degrees of freedom.</summary>
    public double ChiSquare { get; internal init; } = double.NaN;

    /// <summary>Probability of so large a χ² for a value that does not change.</summary>
    public double Probability { get; internal init; } = double.NaN;

    /// <summary>Whether the value changes by more than its standard errors explain: <see cref="Probability"/> below 0.001.</summary>
    public bool Varies => Probability < 1e-3;

    /// <summary>Slope of the weighted straight line, per row or per unit of the column it was fitted against.</summary>
    public double Slope { get; internal init; } = double.NaN;

    /// <summary>Standard error of the slope, enlarged by the scatter about the line where that is larger than the errors of the values (Birge ratio).</summary>
    public double SlopeError { get; internal init; } = double.NaN;

    /// <summary>Probability of so large a slope, of either sign, for a value without one.</summary>
    public double SlopeProbability { get; internal init; } = double.NaN;

    /// <summary>Where one straight line ends and another begins, by the Bayesian information criterion.</summary>
    public IReadOnlyList<ChangePoint> ChangePoints { get; internal init; } = [];
}

/// <summary>A break in a series.</summary>
/// <param name="Row">First row of the new behaviour.</param>
/// <param name="Earliest">Earliest row that χ² + 1 allows for it.</param>
/// <param name="Latest">Latest row that χ² + 1 allows for it.</param>
/// <param name="Before">The old line at the break.</param>
/// <param name="BeforeError">Its standard error.</param>
/// <param name="After">The new line at the break.</param>
/// <param name="AfterError">Its standard error.</param>
public readonly record struct ChangePoint(int Row, int Earliest, int Latest, double Before, double BeforeError, double After, double AfterError);
