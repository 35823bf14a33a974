using System.Globalization;

namespace BigMap.Analysis;

/// <summary>An explicit change of abscissa: a strictly monotonic function with the quantity and unit that it starts from and leads to.</summary>
/// <remarks>
/// Only the abscissa is relabelled: intensities are not multiplied by dx/dx′, because a powder pattern or a spectrum is drawn over the new
/// axis as it was counted. Immutable, thread-safe. Wavelengths are in Å, angles in degrees, energies in eV.
/// </remarks>
/// <example><code>SpectrumSeries overQ = series.Convert(AxisConversion.TwoThetaToQ(1.5406));</code></example>
public sealed class AxisConversion
{
    private readonly Func<double, double> _forward;

    private AxisConversion((string Quantity, string Unit) from, (string Quantity, string Unit) to, string description, Func<double, double> forward)
    {
        FromQuantity = from.Quantity;
        FromUnit = from.Unit;
        ToQuantity = to.Quantity;
        ToUnit = to.Unit;
        Description = description;
        _forward = forward;
    }

    /// <summary>Quantity that the conversion starts from.</summary>
    public string FromQuantity { get; }

    /// <summary>Unit that the conversion starts from.</summary>
    public string FromUnit { get; }

    /// <summary>Quantity that the conversion leads to.</summary>
    public string ToQuantity { get; }

    /// <summary>Unit that the conversion leads to.</summary>
    public string ToUnit { get; }

    /// <summary>The formula with its constants, for records and logs.</summary>
    public string Description { get; }

    /// <summary>q = 4π sin(θ) / λ, from 2θ in degrees to Å⁻¹.</summary>
    /// <param name="wavelength">λ in Å, above 0.</param>
    /// <returns>The conversion.</returns>
    public static AxisConversion TwoThetaToQ(double wavelength) =>
        Diffraction(wavelength, (AxisQuantity.TwoTheta, "deg"), (AxisQuantity.MomentumTransfer, "A^-1"), "q = 4 pi sin(theta) / lambda", t => 4 * Math.PI * SinTheta(t) / wavelength);

    /// <summary>2θ = 2 asin(q λ / 4π), from Å⁻¹ to degrees.</summary>
    /// <param name="wavelength">λ in Å, above 0.</param>
    /// <returns>The conversion; q above 4π/λ has no angle and is refused.</returns>
    public static AxisConversion QToTwoTheta(double wavelength) =>
        Diffraction(wavelength, (AxisQuantity.MomentumTransfer, "A^-1"), (AxisQuantity.TwoTheta, "deg"), "2theta = 2 asin(q lambda / 4 pi)", q => TwoTheta(q * wavelength / (4 * Math.PI)));

    /// <summary>Bragg's law, d = λ / (2 sin θ), from 2θ in degrees to Å.</summary>
    /// <param name="wavelength">λ in Å, above 0.</param>
    /// <returns>The conversion; it reverses the order of the points.</returns>
    public static AxisConversion TwoThetaToD(double wavelength) =>
        Diffraction(wavelength, (AxisQuantity.TwoTheta, "deg"), (AxisQuantity.DSpacing, "A"), "d = lambda / (2 sin(theta))", t => wavelength / (2 * SinTheta(t)));

    /// <summary>Bragg's law, 2θ = 2 asin(λ / 2d), from Å to degrees.</summary>
    /// <param name="wavelength">λ in Å, above 0.</param>
    /// <returns>The conversion; d below λ/2 has no angle and is refused.</returns>
    public static AxisConversion DToTwoTheta(double wavelength) =>
        Diffraction(wavelength, (AxisQuantity.DSpacing, "A"), (AxisQuantity.TwoTheta, "deg"), "2theta = 2 asin(lambda / 2 d)", d => TwoTheta(wavelength / (2 * d)));

    /// <summary>d = 2π / q, from Å⁻¹ to Å.</summary>
    /// <returns>The conversion; it reverses the order of the points.</returns>
    public static AxisConversion QToD() =>
        new((AxisQuantity.MomentumTransfer, "A^-1"), (AxisQuantity.DSpacing, "A"), "d = 2 pi / q", q => 2 * Math.PI / q);

    /// <summary>q = 2π / d, from Å to Å⁻¹.</summary>
    /// <returns>The conversion; it reverses the order of the points.</returns>
    public static AxisConversion DToQ() =>
        new((AxisQuantity.DSpacing, "A"), (AxisQuantity.MomentumTransfer, "A^-1"), "q = 2 pi / d", d => 2 * Math.PI / d);

    /// <summary>E_B = hν − E_K − φ, from kinetic to binding energy in eV.</summary>
    /// <param name="photonEnergy">hν in eV (Al Kα 1486.6), above 0.</param>
    /// <param name="workFunction">φ of the spectrometer in eV; 0 when the instrument has already applied it. Default 0.</param>
    /// <returns>The conversion; it reverses the order of the points.</returns>
    public static AxisConversion KineticToBinding(double photonEnergy, double workFunction = 0)
    {
        CheckEnergy(photonEnergy, workFunction);
        return new(
            (AxisQuantity.KineticEnergy, "eV"),
            (AxisQuantity.BindingEnergy, "eV"),
            string.Create(CultureInfo.InvariantCulture, $"E_B = h nu - E_K - phi, h nu = {photonEnergy:R} eV, phi = {workFunction:R} eV"),
            e => photonEnergy - e - workFunction);
    }

    /// <summary>E_K = hν − E_B − φ, from binding to kinetic energy in eV.</summary>
    /// <param name="photonEnergy">hν in eV, above 0.</param>
    /// <param name="workFunction">φ of the spectrometer in eV. Default 0.</param>
    /// <returns>The conversion; it reverses the order of the points.</returns>
    public static AxisConversion BindingToKinetic(double photonEnergy, double workFunction = 0)
    {
        CheckEnergy(photonEnergy, workFunction);
        return new(
            (AxisQuantity.BindingEnergy, "eV"),
            (AxisQuantity.KineticEnergy, "eV"),
            string.Create(CultureInfo.InvariantCulture, $"E_K = h nu - E_B - phi, h nu = {photonEnergy:R} eV, phi = {workFunction:R} eV"),
            e => photonEnergy - e - workFunction);
    }

    /// <summary>Raman shift Δν = 10⁷ (1/λ₀ − 1/λ), from wavelength in nm to cm⁻¹.</summary>
    /// <param name="excitation">Excitation wavelength λ₀ in nm, above 0.</param>
    /// <returns>The conversion.</returns>
    public static AxisConversion WavelengthToRamanShift(double excitation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(excitation);
        return new(
            (AxisQuantity.Wavelength, "nm"),
            (AxisQuantity.RamanShift, "cm^-1"),
            string.Create(CultureInfo.InvariantCulture, $"shift = 1e7 (1 / lambda0 - 1 / lambda), lambda0 = {excitation:R} nm"),
            w => 1e7 * ((1 / excitation) - (1 / w)));
    }

    /// <summary>A conversion of the caller's own.</summary>
    /// <param name="from">Quantity and unit that it starts from.</param>
    /// <param name="to">Quantity and unit that it leads to.</param>
    /// <param name="description">The formula with its constants.</param>
    /// <param name="forward">A strictly monotonic function.</param>
    /// <returns>The conversion.</returns>
    public static AxisConversion Custom((string Quantity, string Unit) from, (string Quantity, string Unit) to, string description, Func<double, double> forward)
    {
        ArgumentNullException.ThrowIfNull(forward);
        return new(from, to, description, forward);
    }

    /// <summary>Converts one value.</summary>
    /// <param name="value">Value in <see cref="FromUnit"/>.</param>
    /// <returns>Value in <see cref="ToUnit"/>; NaN where the function is not defined.</returns>
    public double Convert(double value) => _forward(value);

    /// <summary>Converts an axis; the result ascends again.</summary>
    /// <param name="axis">An axis of <see cref="FromQuantity"/> in <see cref="FromUnit"/>.</param>
    /// <param name="reversed">Whether the order of the points had to be reversed.</param>
    /// <returns>The new axis.</returns>
    /// <exception cref="DataMismatchException">Quantity or unit differ, or a value has no image.</exception>
    public Axis Convert(Axis axis, out bool reversed)
    {
        ArgumentNullException.ThrowIfNull(axis);
        if (axis.Quantity != FromQuantity || axis.Unit != FromUnit)
        {
            throw new DataMismatchException(
                $"This conversion starts from {FromQuantity} in {FromUnit}, but the axis is {axis.Quantity} in {axis.Unit}. Use the conversion for that quantity, or correct the axis when it was read.");
        }

        ReadOnlySpan<double> x = axis.Values;
        var y = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = _forward(x[i]);
            if (!double.IsFinite(y[i]))
            {
                throw new DataMismatchException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Description}: point {i}, {x[i]:R} {FromUnit}, has no value in {ToUnit}. Trim the series to the range where the formula holds."));
            }
        }

        reversed = y.Length > 1 && y[^1] < y[0];
        if (reversed)
            Array.Reverse(y);
        return new Axis(y, ToQuantity, ToUnit, AxisQuantity.UsualDirection(ToQuantity));
    }

    /// <inheritdoc/>
    public override string ToString() => Description;

    private static AxisConversion Diffraction(double wavelength, (string, string) from, (string, string) to, string formula, Func<double, double> forward)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(wavelength);
        return new(from, to, string.Create(CultureInfo.InvariantCulture, $"{formula}, lambda = {wavelength:R} A"), forward);
    }

    private static double SinTheta(double twoTheta) => twoTheta is > 0 and <= 180 ? Math.Sin(twoTheta * Math.PI / 360) : double.NaN;

    private static double TwoTheta(double sinTheta) => sinTheta is > 0 and <= 1 ? Math.Asin(sinTheta) * 360 / Math.PI : double.NaN;

    private static void CheckEnergy(double photonEnergy, double workFunction)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(photonEnergy);
        if (!double.IsFinite(workFunction))
            throw new ArgumentOutOfRangeException(nameof(workFunction), workFunction, "The work function must be finite.");
    }
}
