using System.Globalization;

namespace BigMap.Analysis.Reporting.Internal;

/// <summary>Ticks at 1, 2 or 5 times a power of ten. Labels are built from integers, so they carry no rounding noise.</summary>
internal sealed class TickSet
{
    private TickSet(double[] values, string[] labels, int exponent, string offsetText)
    {
        Values = values;
        Labels = labels;
        Exponent = exponent;
        OffsetText = offsetText;
    }

    public double[] Values { get; }

    public string[] Labels { get; }

    /// <summary>Power of ten that the labels are to be multiplied by; 0 for none. It belongs into the axis title.</summary>
    public int Exponent { get; }

    /// <summary>What is to be added to the labels; empty for nothing. It belongs into the axis title.</summary>
    public string OffsetText { get; }

    public static TickSet Empty { get; } = new([], [], 0, string.Empty);

    /// <summary>Ticks for a length in pixels.</summary>
    /// <param name="limits">The interval.</param>
    /// <param name="pixels">Its length.</param>
    /// <param name="spacing">Pixels from tick to tick: usually at least, and never less than.</param>
    /// <param name="integersOnly">Whether only whole numbers make sense.</param>
    public static TickSet For(Limits limits, double pixels, (double Usual, double Closest) spacing, bool integersOnly = false)
    {
        int most = Math.Max(2, (int)(pixels / spacing.Usual));
        TickSet ticks = Create(limits.Min, limits.Max, most, integersOnly);

        // One or two ticks do not show a scale: take the next finer step when its labels still stand apart.
        for (int more = most + 1; ticks.Values.Length < 3 && more <= 5 * most; more++)
        {
            TickSet finer = Create(limits.Min, limits.Max, more, integersOnly);
            if (finer.Values.Length > 1 && (finer.Values[1] - finer.Values[0]) / limits.Span * pixels < spacing.Closest)
                break;
            ticks = finer;
        }

        return ticks;
    }

    public static TickSet Create(double min, double max, int maxTicks, bool integersOnly = false)
    {
        if (!(max > min) || !double.IsFinite(max - min) || maxTicks < 1)
            return Empty;
        double rough = (max - min) / maxTicks;
        int e = Exponent10(rough);
        int m = 1;
        double power = PowerOfTen(e);
        foreach (int candidate in (ReadOnlySpan<int>)[1, 2, 5, 10])
        {
            m = candidate;
            if (candidate * power >= rough * (1 - 1e-9))
                break;
        }

        if (m == 10)
            (m, e) = (1, e + 1);
        if (integersOnly && e < 0)
            (m, e) = (1, 0);
        double first = Math.Ceiling((Divide(min, e) / m) - 1e-6), last = Math.Floor((Divide(max, e) / m) + 1e-6);
        if (!(Math.Abs(first) < 1e15 && Math.Abs(last) < 1e15) || last < first)
            return Empty;
        long k0 = (long)first, k1 = (long)last;
        var values = new double[k1 - k0 + 1];
        var n = new long[values.Length];
        long largest = 0;
        for (int i = 0; i < values.Length; i++)
        {
            n[i] = (k0 + i) * m;
            values[i] = Scale(n[i], e);
            largest = Math.Max(largest, Math.Abs(n[i]));
        }

        // More than six digits in a label cannot be compared by eye: take the first tick out into the title.
        long offset = 0;
        if (largest >= 1_000_000 && (n[^1] - n[0]) * 100 < largest)
        {
            long unit = 1;
            while (unit < n[^1] - n[0])
                unit *= 10;
            long shifted = n[0] + (unit / 2);
            offset = shifted - (((shifted % unit) + unit) % unit);
            largest = Math.Max(Math.Abs(n[^1] - offset), Math.Abs(n[0] - offset));
        }

        int top = e + Digits(largest) - 1;
        int exponent = top >= 5 || top <= -3 ? 3 * (int)Math.Floor(top / 3.0) : 0;
        var labels = new string[values.Length];
        for (int i = 0; i < labels.Length; i++)
            labels[i] = Decimal(n[i] - offset, e - exponent);
        if (labels.All(l => l == "0"))
            exponent = 0;
        return new TickSet(values, labels, exponent, offset == 0 ? string.Empty : Trimmed(Decimal(offset, e)));
    }

    /// <summary>Largest power of ten not above a positive value.</summary>
    public static int Exponent10(double value)
    {
        int e = (int)Math.Floor(Math.Log10(value));
        if (PowerOfTen(e) > value)
            e--;
        else if (PowerOfTen(e + 1) <= value)
            e++;
        return e;
    }

    // Parsed rather than computed, so that the result does not depend on the mathematical library of the machine.
    private static double PowerOfTen(int e) => double.Parse("1e" + e.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static double Scale(long n, int e) => double.Parse(n.ToString(CultureInfo.InvariantCulture) + "e" + e.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static double Divide(double value, int e) => e >= 0 ? value / PowerOfTen(e) : e < -300 ? value * PowerOfTen(300) * PowerOfTen(-e - 300) : value * PowerOfTen(-e);

    private static int Digits(long n) => Math.Abs(n).ToString(CultureInfo.InvariantCulture).Length;

    private static string Trimmed(string text) => text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;

    /// <summary>n·10^e as text.</summary>
    private static string Decimal(long n, int e)
    {
        if (n == 0)
            return "0";
        string digits = Math.Abs(n).ToString(CultureInfo.InvariantCulture);
        if (e > 18)
            digits = $"{digits}e{e.ToString(CultureInfo.InvariantCulture)}";
        else if (e >= 0)
            digits += new string('0', e);
        else
        {
            digits = digits.PadLeft(1 - e, '0');
            digits = $"{digits[..^-e]}.{digits[^-e..]}";
        }

        return n < 0 ? "−" + digits : digits;
    }
}
