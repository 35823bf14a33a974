namespace BigMap.Analysis.Reporting.Internal;

/// <summary>An interval of data values that an axis shows; always finite and of positive length.</summary>
internal readonly record struct Limits(double Min, double Max)
{
    // Beyond this a difference of two values could overflow.
    private const double Largest = 1e300;

    public double Span => Max - Min;

    /// <summary>The finite values' range, or null when there is none.</summary>
    public static Limits? Of(ReadOnlySpan<double> values)
    {
        double min = double.PositiveInfinity, max = double.NegativeInfinity;
        foreach (double value in values)
        {
            if (!double.IsFinite(value))
                continue;
            min = Math.Min(min, value);
            max = Math.Max(max, value);
        }

        return min <= max ? new Limits(min, max) : null;
    }

    public static Limits? Union(Limits? a, Limits? b) =>
        a is not { } x ? b : b is not { } y ? a : new Limits(Math.Min(x.Min, y.Min), Math.Max(x.Max, y.Max));

    /// <summary>Adds room at both ends, as parts of the length; a constant gets a tenth of itself.</summary>
    public Limits Padded(double below, double above)
    {
        double min = Math.Clamp(Min, -Largest, Largest), max = Math.Clamp(Max, -Largest, Largest);
        double size = Math.Max(Math.Abs(min), Math.Abs(max));
        if (max - min <= 1e-12 * size || max - min < 1e-290)
        {
            double room = size < 1e-280 ? 1 : 0.1 * size;
            return new Limits(min - room, max + room);
        }

        return new Limits(min - (below * (max - min)), max + (above * (max - min)));
    }

    /// <summary>Percentiles of finite values (linear between order statistics), or null when there is none. Sorts its argument.</summary>
    public static Limits? Percentiles(Span<double> finite, double lower, double upper)
    {
        if (finite.IsEmpty)
            return null;
        finite.Sort();
        return new Limits(Quantile(finite, lower / 100), Quantile(finite, upper / 100));
    }

    private static double Quantile(ReadOnlySpan<double> sorted, double q)
    {
        double at = q * (sorted.Length - 1);
        int i = Math.Min((int)at, sorted.Length - 1);
        double next = sorted[Math.Min(i + 1, sorted.Length - 1)];
        double f = at - i;
        return (sorted[i] * (1 - f)) + (next * f);
    }
}
