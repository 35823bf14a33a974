namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>The shape of a peak as a function of x and a few parameters, with its exact derivatives.</summary>
/// <remarks>
/// Implementations are immutable, thread-safe and allocate nothing. The value at a point must not depend on which other points are asked
/// for, so that results are the same for any grid and any number of threads.
/// </remarks>
/// <example><code>
/// double[] p = [2.0, 18.7, 0.1]; // area, center, fwhm
/// LineShapes.Gaussian.Add(x, p, y); // y += f(x; p)
/// </code></example>
public interface ILineShape
{
    /// <summary>Name in recipes, camelCase; never changes.</summary>
    string Name { get; }

    /// <summary>The parameters, in the order of every span of parameters.</summary>
    IReadOnlyList<ShapeParameter> Parameters { get; }

    /// <summary>y += f(x; p).</summary>
    /// <param name="x">Points.</param>
    /// <param name="parameters">One value per parameter.</param>
    /// <param name="y">As many values as <paramref name="x"/>; the peak is added to them.</param>
    void Add(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y);

    /// <summary>y += f(x; p), and the derivatives by every parameter.</summary>
    /// <param name="x">Points.</param>
    /// <param name="parameters">One value per parameter.</param>
    /// <param name="y">As many values as <paramref name="x"/>; the peak is added to them.</param>
    /// <param name="jacobian">Overwritten by one block of as many values as <paramref name="x"/> for each parameter (parameter-major).</param>
    void AddWithJacobian(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y, Span<double> jacobian);

    /// <summary>Value at the centre, and its derivatives.</summary>
    /// <param name="parameters">One value per parameter.</param>
    /// <param name="gradient">Receives one derivative per parameter.</param>
    /// <returns>The height above the background.</returns>
    double Height(ReadOnlySpan<double> parameters, Span<double> gradient);

    /// <summary>Full width at half maximum, and its derivatives.</summary>
    /// <remarks>The parameter with the role <see cref="ShapeParameterRole.Width"/>; a shape without one is searched for the two places of half its maximum.</remarks>
    /// <param name="parameters">One value per parameter.</param>
    /// <param name="gradient">Receives one derivative per parameter.</param>
    /// <returns>The width, in the unit of the axis; NaN when there is none.</returns>
    double Fwhm(ReadOnlySpan<double> parameters, Span<double> gradient) => Internal.ShapeGeometry.Fwhm(this, parameters, gradient);

    /// <summary>Integral over all x, and its derivatives.</summary>
    /// <remarks>The parameter with the role <see cref="ShapeParameterRole.Area"/>; NaN for a shape without one, whose integral is not finite unless it says otherwise here.</remarks>
    /// <param name="parameters">One value per parameter.</param>
    /// <param name="gradient">Receives one derivative per parameter.</param>
    /// <returns>The area, in intensity × axis; NaN when it is not finite.</returns>
    double Area(ReadOnlySpan<double> parameters, Span<double> gradient) => Internal.ShapeGeometry.Area(this, parameters, gradient);
}

/// <summary>A parameter of a line shape.</summary>
/// <param name="Name">Name, e.g. <c>fwhm</c>.</param>
/// <param name="Role">What it is.</param>
/// <param name="Start">Start value of a <see cref="ShapeParameterRole.Form"/> parameter, or part of the full width for a <see cref="ShapeParameterRole.PartialWidth"/>; the others are started from the data.</param>
/// <param name="Minimum">Smallest value of a <see cref="ShapeParameterRole.Form"/> parameter unless the user sets another; in steps of the axis for a <see cref="ShapeParameterRole.PartialWidth"/>.</param>
/// <param name="Maximum">Largest value of a <see cref="ShapeParameterRole.Form"/> parameter unless the user sets another.</param>
public sealed record ShapeParameter(string Name, ShapeParameterRole Role, double Start = 0, double Minimum = double.NegativeInfinity, double Maximum = double.PositiveInfinity);

/// <summary>What a parameter of a line shape is: decides units, automatic starts and default bounds.</summary>
public enum ShapeParameterRole : byte
{
    /// <summary>Integral over x; intensity × axis. Default bounds 0 and none.</summary>
    Area,

    /// <summary>Position; axis. Default bounds: the window.</summary>
    Center,

    /// <summary>Full width at half maximum; axis. Default bounds: one step and the width of the window.</summary>
    Width,

    /// <summary>A pure number that changes the form.</summary>
    Form,

    /// <summary>Amplitude of a shape that has no area parameter: its value at the centre; intensity. Default bounds 0 and none.</summary>
    Height,

    /// <summary>One of the widths that make up the shape (the Gaussian one of a Voigt, the tail of an exponentially modified Gaussian); axis. Started as <see cref="ShapeParameter.Start"/> × the full width seen in the data; bounds <see cref="ShapeParameter.Minimum"/> × the step of the axis and the width of the window.</summary>
    PartialWidth,
}
