using System.Text;

namespace BigMap.Analysis.Formats.Internal;

/// <summary>A column name taken apart: <c>two_theta_deg</c>, <c>Binding Energy (eV)</c>, <c>x_um</c>.</summary>
/// <param name="Name">The name without its unit; the canonical one where it is a known quantity.</param>
/// <param name="Unit">Canonical unit symbol, or the text in brackets as it stands; empty when there is none.</param>
/// <param name="Quantity">Whether the name is a known axis quantity.</param>
/// <param name="Certain">Whether the name cannot well be the label of a spectrum.</param>
internal readonly record struct AxisName(string Name, string Unit, bool Quantity, bool Certain)
{
    private static readonly Dictionary<string, string> Quantities = new(StringComparer.Ordinal)
    {
        ["2theta"] = AxisQuantity.TwoTheta, ["twotheta"] = AxisQuantity.TwoTheta, ["2th"] = AxisQuantity.TwoTheta, ["tth"] = AxisQuantity.TwoTheta,
        ["2θ"] = AxisQuantity.TwoTheta, ["ttheta"] = AxisQuantity.TwoTheta, ["angle2theta"] = AxisQuantity.TwoTheta, ["2thetaangle"] = AxisQuantity.TwoTheta, ["diffractionangle"] = AxisQuantity.TwoTheta,
        ["ramanshift"] = AxisQuantity.RamanShift, ["shift"] = AxisQuantity.RamanShift, ["raman"] = AxisQuantity.RamanShift, ["ramanshifts"] = AxisQuantity.RamanShift,
        ["wavenumber"] = AxisQuantity.Wavenumber, ["wavenumbers"] = AxisQuantity.Wavenumber, ["wn"] = AxisQuantity.Wavenumber,
        ["q"] = AxisQuantity.MomentumTransfer, ["momentumtransfer"] = AxisQuantity.MomentumTransfer, ["scatteringvector"] = AxisQuantity.MomentumTransfer,
        ["d"] = AxisQuantity.DSpacing, ["dspacing"] = AxisQuantity.DSpacing,
        ["tof"] = AxisQuantity.TimeOfFlight, ["timeofflight"] = AxisQuantity.TimeOfFlight,
        ["wavelength"] = AxisQuantity.Wavelength, ["lambda"] = AxisQuantity.Wavelength, ["λ"] = AxisQuantity.Wavelength,
        ["bindingenergy"] = AxisQuantity.BindingEnergy, ["be"] = AxisQuantity.BindingEnergy,
        ["kineticenergy"] = AxisQuantity.KineticEnergy, ["ke"] = AxisQuantity.KineticEnergy,
        ["index"] = AxisQuantity.Index, ["channel"] = AxisQuantity.Index, ["pixel"] = AxisQuantity.Index, ["point"] = AxisQuantity.Index,
    };

    private static readonly Dictionary<string, string> Units = new(StringComparer.Ordinal)
    {
        ["deg"] = "deg", ["degree"] = "deg", ["degrees"] = "deg", ["°"] = "deg", ["º"] = "deg", ["Deg"] = "deg", ["Degrees"] = "deg", ["DEG"] = "deg", ["rad"] = "rad", ["mrad"] = "mrad",
        ["cm-1"] = "cm^-1", ["cm^-1"] = "cm^-1", ["cm^(-1)"] = "cm^-1", ["cm^{-1}"] = "cm^-1", ["1/cm"] = "cm^-1", ["cm⁻¹"] = "cm^-1", ["cm−1"] = "cm^-1", ["cm1"] = "cm^-1", ["/cm"] = "cm^-1", ["rel. 1/cm"] = "cm^-1", ["CM-1"] = "cm^-1",
        ["m-1"] = "m^-1", ["m^-1"] = "m^-1", ["1/m"] = "m^-1",
        ["A-1"] = "A^-1", ["A^-1"] = "A^-1", ["1/A"] = "A^-1", ["Å-1"] = "A^-1", ["Å^-1"] = "A^-1", ["Å⁻¹"] = "A^-1", ["1/Å"] = "A^-1", ["invA"] = "A^-1", ["A1"] = "A^-1", ["1/angstrom"] = "A^-1", ["angstrom^-1"] = "A^-1", ["Angstrom^-1"] = "A^-1",
        ["nm-1"] = "nm^-1", ["nm^-1"] = "nm^-1", ["1/nm"] = "nm^-1", ["nm⁻¹"] = "nm^-1", ["nm1"] = "nm^-1", ["invnm"] = "nm^-1",
        ["A"] = "A", ["Å"] = "A", ["\u212B"] = "A", ["angstrom"] = "A", ["Angstrom"] = "A", ["angstroms"] = "A",
        ["nm"] = "nm", ["um"] = "um", ["µm"] = "um", ["μm"] = "um", ["micron"] = "um", ["microns"] = "um", ["mm"] = "mm", ["cm"] = "cm", ["m"] = "m", ["pm"] = "pm",
        ["eV"] = "eV", ["ev"] = "eV", ["EV"] = "eV", ["keV"] = "keV", ["meV"] = "meV", ["kev"] = "keV",
        ["us"] = "us", ["µs"] = "us", ["μs"] = "us", ["usec"] = "us", ["microseconds"] = "us", ["ms"] = "ms", ["ns"] = "ns", ["s"] = "s", ["sec"] = "s", ["seconds"] = "s", ["min"] = "min", ["h"] = "h", ["hours"] = "h",
        ["V"] = "V", ["mV"] = "mV", ["mA"] = "mA", ["uA"] = "uA", ["µA"] = "uA", ["K"] = "K", ["degC"] = "degC", ["°C"] = "degC", ["mAh"] = "mA h", ["mA.h"] = "mA h",
        ["Hz"] = "Hz", ["THz"] = "THz", ["%"] = "%", ["counts"] = "counts", ["cts"] = "counts", ["cps"] = "counts/s", ["CPS"] = "counts/s", ["counts/s"] = "counts/s", ["a.u."] = "a.u.", ["arb. units"] = "a.u.", ["arb.u."] = "a.u.",
    };

    /// <summary>What kind of unit a known quantity takes, and the unit that the field means when none is written.</summary>
    private static readonly Dictionary<string, (string[] Allowed, string Usual)> UnitsOf = new(StringComparer.Ordinal)
    {
        [AxisQuantity.TwoTheta] = (["deg", "rad", "mrad"], "deg"),
        [AxisQuantity.RamanShift] = (["cm^-1", "m^-1", "meV"], "cm^-1"),
        [AxisQuantity.Wavenumber] = (["cm^-1", "m^-1"], "cm^-1"),
        [AxisQuantity.MomentumTransfer] = (["A^-1", "nm^-1", "m^-1"], string.Empty),
        [AxisQuantity.DSpacing] = (["A", "nm", "pm"], string.Empty),
        [AxisQuantity.TimeOfFlight] = (["us", "ms", "ns", "s"], string.Empty),
        [AxisQuantity.Wavelength] = (["A", "nm", "um", "pm"], string.Empty),
        [AxisQuantity.BindingEnergy] = (["eV", "keV", "meV"], "eV"),
        [AxisQuantity.KineticEnergy] = (["eV", "keV", "meV"], "eV"),
    };

    public static AxisName Parse(string header)
    {
        string text = header.Trim().Trim('"').Trim();
        (string name, string unit) = SplitUnit(text);
        if (unit.StartsWith("°2", StringComparison.Ordinal) || unit.StartsWith("deg 2", StringComparison.OrdinalIgnoreCase))
            return new AxisName(AxisQuantity.TwoTheta, "deg", true, true);
        string key = Key(name);
        bool known = Quantities.TryGetValue(key, out string? quantity);
        bool certain = known && quantity != AxisQuantity.Index && (key.Length > 3 || key is "tof" or "2th" or "tth" or "2θ" || name is "B.E." or "K.E." || (unit.Length > 0 && IsAllowed(quantity!, unit)));
        return new AxisName(known ? quantity! : name, unit, known, certain);
    }

    /// <summary>The canonical name of a quantity, or the text itself.</summary>
    public static string CanonicalQuantity(string quantity) => Quantities.GetValueOrDefault(Key(quantity), quantity.Trim());

    /// <summary>The canonical symbol of a unit, or the text itself.</summary>
    public static string CanonicalUnit(string unit) => Units.GetValueOrDefault(unit.Trim(), unit.Trim());

    public static bool IsUnit(string text) => Units.ContainsKey(text.Trim().Trim('(', ')', '[', ']').Trim());

    /// <summary>Whether a unit can belong to a quantity; true for quantities and units that are not known.</summary>
    public static bool IsAllowed(string quantity, string unit) =>
        unit.Length == 0 || !UnitsOf.TryGetValue(quantity, out var units) || !Units.ContainsValue(unit) || units.Allowed.Contains(unit);

    public static string AllowedUnits(string quantity) => UnitsOf.TryGetValue(quantity, out var units) ? string.Join(", ", units.Allowed) : string.Empty;

    /// <summary>The unit that the field means when none is written; empty when there is no such convention.</summary>
    public static string UsualUnit(string quantity) => UnitsOf.TryGetValue(quantity, out var units) ? units.Usual : string.Empty;

    /// <summary>Whether a name says that a column holds standard deviations.</summary>
    public static bool IsSigma(string header)
    {
        string text = header.Trim().Trim('"').Trim().ToLowerInvariant();
        int bracket = text.IndexOfAny(['(', '[']);
        if (bracket > 0)
            text = text[..bracket].TrimEnd();
        if (text is "e" or "s" or "σ" or "sd" or "s.d." or "esd" or "e.s.d." or "err" or "yerr" or "dy" or "di")
            return true;
        string[] parts = text.Split('_', ' ', '.', '-');
        return parts.Any(p => p is "sigma" or "error" or "err" or "errors" or "esd" or "stderr" or "std" or "stddev" or "stdev" or "uncertainty" or "errorbar");
    }

    /// <summary>Whether a name says that a column holds counts.</summary>
    public static bool IsCounts(string header) => Key(header) is "counts" or "count" or "intensitycounts" or "cts" or "intensitycts" or "ycounts";

    private static (string Name, string Unit) SplitUnit(string text)
    {
        if (text.Length > 2 && text[^1] is ')' or ']')
        {
            char open = text[^1] == ')' ? '(' : '[';
            int at = text.LastIndexOf(open);
            if (at > 0)
            {
                string inside = text[(at + 1)..^1].Trim();
                return (text[..at].TrimEnd(' ', '_', '/', ','), CanonicalUnit(inside));
            }
        }

        int slash = text.IndexOf(" / ", StringComparison.Ordinal);
        if (slash > 0)
            return (text[..slash].Trim(), CanonicalUnit(text[(slash + 3)..]));
        foreach (char mark in "/,_ ")
        {
            int at = mark == '/' ? text.IndexOf(mark, StringComparison.Ordinal) : text.LastIndexOf(mark);
            if (at > 0 && at < text.Length - 1 && Units.TryGetValue(text[(at + 1)..].Trim(), out string? unit))
                return (text[..at].TrimEnd(), unit);
        }

        return (text, string.Empty);
    }

    private static string Key(string name)
    {
        var key = new StringBuilder(name.Length);
        foreach (char c in name.ToLowerInvariant())
        {
            if (char.IsLetterOrDigit(c))
                key.Append(c == 'ϑ' ? 'θ' : c);
        }

        return key.ToString();
    }
}
