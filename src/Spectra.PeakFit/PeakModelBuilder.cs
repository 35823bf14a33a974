namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>Builds <see cref="PeakFitOptions"/> step by step; nothing that the options themselves could not say.</summary>
/// <remarks>Immutable: each method returns a new builder, so a common beginning can be shared.</remarks>
public sealed class PeakModelBuilder
{
    private readonly PeakFitOptions _options;

    internal PeakModelBuilder()
        : this(new PeakFitOptions())
    {
    }

    private PeakModelBuilder(PeakFitOptions options) => _options = options;

    /// <summary>Adds a peak.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its line shape.</param>
    /// <param name="center">Centre; null for automatic.</param>
    /// <param name="fwhm">Full width at half maximum; null for automatic.</param>
    /// <param name="area">Area; null for automatic.</param>
    /// <param name="eta">Lorentzian fraction; null for automatic.</param>
    /// <returns>A builder with the peak added.</returns>
    public PeakModelBuilder Peak(string name, ILineShape shape, Parameter? center = null, Parameter? fwhm = null, Parameter? area = null, Parameter? eta = null) => Peak(new PeakDefinition
    {
        Name = name,
        Shape = shape,
        Center = center ?? Parameter.Automatic,
        Fwhm = fwhm ?? Parameter.Automatic,
        Area = area ?? Parameter.Automatic,
        Eta = eta ?? Parameter.Automatic,
    });

    /// <summary>Adds a peak.</summary>
    /// <param name="peak">The peak.</param>
    /// <returns>A builder with the peak added.</returns>
    public PeakModelBuilder Peak(PeakDefinition peak)
    {
        ArgumentNullException.ThrowIfNull(peak);
        return new(_options with { Peaks = [.. _options.Peaks, peak] });
    }

    /// <summary>Sets the background.</summary>
    /// <param name="degree">Degree of the polynomial; −1 for none.</param>
    /// <param name="coefficients">Start values and bounds of c0, c1, …</param>
    /// <returns>A builder with that background.</returns>
    public PeakModelBuilder Polynomial(int degree, params IReadOnlyList<Parameter> coefficients) =>
        new(_options with { Background = new PolynomialBackground { Degree = degree, Coefficients = coefficients } });

    /// <summary>Ties a parameter to another.</summary>
    /// <param name="parameter">The parameter that follows, e.g. <c>K2.fwhm</c>.</param>
    /// <param name="to">The parameter that leads.</param>
    /// <param name="factor">Multiplies the leading parameter.</param>
    /// <param name="offset">Is added after the factor.</param>
    /// <returns>A builder with the tie added.</returns>
    public PeakModelBuilder Tie(string parameter, string to, double factor = 1, double offset = 0) =>
        new(_options with { Ties = [.. _options.Ties, new Tie { Parameter = parameter, To = to, Factor = factor, Offset = offset }] });

    /// <summary>Sets the weights.</summary>
    /// <param name="weighting">Where weights come from.</param>
    /// <returns>A builder with these weights.</returns>
    public PeakModelBuilder Weights(Weighting weighting) => new(_options with { Weighting = weighting });

    /// <summary>Sets where start values come from.</summary>
    /// <param name="seeding">Where start values come from.</param>
    /// <returns>A builder with that seeding.</returns>
    public PeakModelBuilder Starts(Seeding seeding) => new(_options with { Seeding = seeding });

    /// <summary>Ends the description.</summary>
    /// <returns>Valid options.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public PeakFitOptions ToOptions()
    {
        _options.Validate();
        return _options;
    }

    /// <summary>Ends the description.</summary>
    /// <returns>The model.</returns>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public PeakModel ToModel() => new(_options);
}
