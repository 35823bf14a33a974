namespace BigMap.Analysis.Electrochemistry.Internal;

/// <summary>Units as EC-Lab and other cyclers write them: recognising them in headings, and factors to the units in which this package computes.</summary>
internal static class UnitText
{
    private static readonly string[] Bases = ["V", "A", "W", "s", "Hz", "Ohm", "Ω", "F", "S", "C", "h", "g", "m", "min", "d", "K", "mol", "Pa", "bar", "N", "J", "deg", "%", "°C", "°", "T", "L", "l", "eV"];
    private static readonly string[] Prefixes = ["", "m", "µ", "μ", "u", "n", "p", "k", "M", "G", "c", "d"];
    private static readonly string[] Exponents = ["", "-1", "-2", "-3", "2", "3", "²", "³", "⁻¹", "⁻²"];

    private static readonly HashSet<string> Factors = [.. Bases.SelectMany(b => Prefixes.SelectMany(p => Exponents.Select(e => p + b + e)))];

    /// <summary>
    /// Divides a heading into quantity and unit: the longest end after a slash that reads as a unit, so that <c>Q charge/discharge/mA.h</c> is
    /// (Q charge/discharge, mA.h), <c>control/V/mA</c> is (control, V/mA), and <c>ox/red</c> has none.
    /// </summary>
    public static (string Quantity, string Unit) Split(string heading)
    {
        heading = heading.Trim();

        // Some versions write <Ewe/V> for <Ewe>/V.
        if (heading is ['<', .. var inner, '>'] && inner.IndexOf('/') is > 0 and var slash && IsUnit(inner[(slash + 1)..]))
            return ($"<{inner[..slash]}>", inner[(slash + 1)..]);
        for (int at = heading.IndexOf('/', StringComparison.Ordinal); at > 0; at = heading.IndexOf('/', at + 1))
        {
            string unit = heading[(at + 1)..].Trim();
            if (IsUnit(unit))
                return (heading[..at].TrimEnd(), unit);
        }

        return (heading, string.Empty);
    }

    /// <summary>Factor from a unit of charge to mA·h.</summary>
    public static double? ToMilliampereHours(string unit) => Normal(unit) switch
    {
        "mA·h" => 1,
        "A·h" => 1e3,
        "µA·h" => 1e-3,
        "nA·h" => 1e-6,
        "C" => 1 / 3.6,
        "mC" => 1e-3 / 3.6,
        "A·s" => 1 / 3.6,
        "mA·s" => 1e-3 / 3.6,
        _ => null,
    };

    /// <summary>Factor from a unit of current to mA.</summary>
    public static double? ToMilliamperes(string unit) => Normal(unit) switch
    {
        "mA" => 1,
        "A" => 1e3,
        "µA" => 1e-3,
        "nA" => 1e-6,
        _ => null,
    };

    /// <summary>Factor from a unit of potential to V.</summary>
    public static double? ToVolts(string unit) => Normal(unit) switch
    {
        "V" => 1,
        "mV" => 1e-3,
        _ => null,
    };

    /// <summary>Factor from a unit of time to s.</summary>
    public static double? ToSeconds(string unit) => Normal(unit) switch
    {
        "s" => 1,
        "ms" => 1e-3,
        "min" => 60,
        "h" => 3600,
        "d" => 86400,
        _ => null,
    };

    /// <summary>Factor from a unit of mass to mg.</summary>
    public static double? ToMilligrams(string unit) => Normal(unit) switch
    {
        "mg" => 1,
        "g" => 1e3,
        "kg" => 1e6,
        "µg" => 1e-3,
        _ => null,
    };

    /// <summary>Factor from a unit of area to cm².</summary>
    public static double? ToSquareCentimetres(string unit) => Normal(unit) switch
    {
        "cm²" => 1,
        "mm²" => 1e-2,
        "dm²" => 1e2,
        "m²" => 1e4,
        "µm²" => 1e-8,
        _ => null,
    };

    private static string Normal(string unit)
    {
        unit = unit.Trim().Replace('μ', 'µ').Replace('.', '·').Replace(' ', '·').Replace('*', '·').Replace("^2", "²", StringComparison.Ordinal);
        return unit switch
        {
            "mAh" => "mA·h",
            "Ah" => "A·h",
            "uA·h" or "µAh" or "uAh" => "µA·h",
            "uA" => "µA",
            "sec" => "s",
            "hr" => "h",
            "ug" => "µg",
            "cm2" => "cm²",
            "mm2" => "mm²",
            _ => unit,
        };
    }

    private static bool IsUnit(string text) => text.Length > 0 && text.Split('/').All(part => part.Split('.', '·').All(Factors.Contains));
}
