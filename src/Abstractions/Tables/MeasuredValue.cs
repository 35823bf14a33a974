using System.Globalization;

namespace BigMap.Analysis;

/// <summary>A value with its standard error and unit.</summary>
/// <param name="Value">The value.</param>
/// <param name="StandardError">Its standard error; NaN when there is none.</param>
/// <param name="Unit">Unit symbol.</param>
public readonly record struct MeasuredValue(double Value, double StandardError, string Unit)
{
    /// <summary>Writes a value with its error in brackets, two digits where the error begins with 1 and one otherwise: <c>18.69988(18)</c>.</summary>
    /// <param name="value">The value.</param>
    /// <param name="standardError">The standard error.</param>
    /// <returns>The text, with the invariant culture.</returns>
    public static string Format(double value, double standardError)
    {
        if (!double.IsFinite(value))
            return value.ToString(CultureInfo.InvariantCulture);
        if (!double.IsFinite(standardError) || standardError <= 0)
            return value.ToString("G8", CultureInfo.InvariantCulture);
        int exponent = (int)Math.Floor(Math.Log10(standardError));
        double leading = standardError / Math.Pow(10, exponent);
        int digits = leading < 1.95 ? 2 : 1;
        int decimals = digits - 1 - exponent;
        if (decimals > 12 || decimals < -6 || Math.Abs(value) >= 1e15)
            return string.Create(CultureInfo.InvariantCulture, $"{value:G6} ± {standardError:G2}");
        if (decimals <= 0)
        {
            double unit = Math.Pow(10, -decimals);
            return string.Create(CultureInfo.InvariantCulture, $"{Math.Round(value / unit) * unit:F0}({Math.Round(standardError / unit) * unit:F0})");
        }

        double error = Math.Round(standardError * Math.Pow(10, decimals));
        return string.Create(CultureInfo.InvariantCulture, $"{value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)}({error:F0})");
    }

    /// <inheritdoc/>
    public override string ToString() => Unit is { Length: > 0 } ? $"{Format(Value, StandardError)} {Unit}" : Format(Value, StandardError);
}
