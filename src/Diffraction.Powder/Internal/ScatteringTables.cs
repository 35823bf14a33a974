namespace BigMap.Analysis.Diffraction.Powder.Internal;

/// <summary>Form factors, anomalous dispersion and neutron lengths by element or ion.</summary>
internal static class ScatteringTables
{
    /// <summary>A line of the dispersion table serves wavelengths this near (relative): Kα₂ and the mean of a doublet.</summary>
    private const double LineTolerance = 3e-3;

    private static readonly Lazy<Dictionary<string, double[]>> It1992 = new(() => EmbeddedTable.Numbers("form-factors-it1992"));
    private static readonly Lazy<Dictionary<string, double[]>> Wk1995 = new(() => EmbeddedTable.Numbers("form-factors-wk1995"));
    private static readonly Lazy<Dictionary<string, double[]>> Dispersion = new(() => EmbeddedTable.Numbers("anomalous"));
    private static readonly Lazy<Dictionary<string, double[]>> Neutron = new(() => EmbeddedTable.Numbers("neutron-lengths"));

    private static readonly Lazy<Dictionary<string, double[]>> Weights = new(() => EmbeddedTable.Numbers("atomic-weights"));

    public static bool IsElement(string scatterer) => Normalise(scatterer) == scatterer;

    /// <summary>Ni, Ni3+, O2-, from ni, Ni+3, NI1, O2-; null for what is no element.</summary>
    public static string? Normalise(string text)
    {
        text = text.Trim();
        int letters = 0;
        while (letters < text.Length && char.IsAsciiLetter(text[letters]))
            letters++;
        string? element = null;
        for (int length = Math.Min(2, letters); length > 0 && element is null; length--)
        {
            string candidate = char.ToUpperInvariant(text[0]) + text[1..length].ToLowerInvariant();
            element = candidate == "D" || It1992.Value.ContainsKey(candidate) ? candidate : null;
        }

        if (element is null)
            return null;
        // A charge is written 3+ or +3; digits without a sign number the atoms.
        string rest = text[letters..];
        int plus = rest.IndexOf('+', StringComparison.Ordinal), minus = rest.IndexOf('-', StringComparison.Ordinal), sign = Math.Max(plus, minus);
        string charge = sign < 0 || rest.Length > 2 ? string.Empty : rest.Remove(sign, 1);
        return letters > element.Length || sign < 0 || rest.Length > 2 || charge is not ("" or [>= '1' and <= '9']) ? element
            : $"{element}{(charge.Length == 0 ? "1" : charge)}{rest[sign]}";
    }

    public static string ElementOf(string scatterer) => scatterer.TrimEnd('+', '-').TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');

    /// <summary>a₁ b₁ … c; those of the neutral atom when the ion is not tabulated.</summary>
    public static double[] FormFactor(string scatterer, FormFactorTable table, out bool isNeutral)
    {
        Dictionary<string, double[]> numbers = table == FormFactorTable.WaasmaierKirfel1995 ? Wk1995.Value : It1992.Value;
        string name = ElementOf(scatterer) == "D" ? "H" : scatterer;
        isNeutral = !numbers.ContainsKey(name);
        return numbers.TryGetValue(name, out double[]? ion) || numbers.TryGetValue(ElementOf(name), out ion) ? ion
            : throw new DataMismatchException($"There is no form factor of {scatterer}.");
    }

    public static AnomalousDispersion Anomalous(string scatterer, double wavelength)
    {
        double[] lines = Dispersion.Value["wavelength"];
        int nearest = 0;
        for (int i = 1; i < lines.Length; i++)
        {
            if (Math.Abs(lines[i] - wavelength) < Math.Abs(lines[nearest] - wavelength))
                nearest = i;
        }

        if (Math.Abs((lines[nearest] / wavelength) - 1) > LineTolerance)
        {
            throw new DataMismatchException(FormattableString.Invariant(
                $"f′ and f″ are tabulated at {string.Join(", ", lines.Select(l => FormattableString.Invariant($"{l:G6}")))} Å, not at {wavelength:G8} Å. Give those of your energy in {nameof(XRays)}.{nameof(XRays.Dispersion)}, or switch {nameof(XRays.UseDispersion)} off and accept |F|² that are a few per cent off."));
        }

        string element = ElementOf(scatterer) == "D" ? "H" : ElementOf(scatterer);
        return Dispersion.Value.TryGetValue(element, out double[]? values)
            ? new AnomalousDispersion(values[2 * nearest], values[(2 * nearest) + 1])
            : throw new DataMismatchException($"There are no f′ and f″ of {scatterer} in the table. Give them in {nameof(XRays)}.{nameof(XRays.Dispersion)}.");
    }

    public static double NeutronLength(string scatterer) =>
        Neutron.Value.TryGetValue(ElementOf(scatterer), out double[]? values) ? values[0]
            : throw new DataMismatchException($"There is no neutron scattering length of {scatterer}. Give it in {nameof(Neutrons)}.{nameof(Neutrons.Lengths)}.");

    public static double AtomicWeight(string scatterer) =>
        Weights.Value.TryGetValue(ElementOf(scatterer), out double[]? weight) ? weight[0] : throw new DataMismatchException($"There is no atomic weight of {scatterer}.");
}
