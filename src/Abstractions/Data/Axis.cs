using System.Globalization;

namespace BigMap.Analysis;

/// <summary>The direction in which the field draws an axis. Values are stored ascending whatever it is.</summary>
public enum AxisDirection : byte
{
    /// <summary>Small values on the left.</summary>
    Ascending,

    /// <summary>Large values on the left: infrared wavenumber, binding energy.</summary>
    Descending,
}

/// <summary>The abscissa of a series: strictly ascending, finite values with a quantity and a unit.</summary>
/// <remarks>Checked once, here, so that nothing later re-checks. Immutable and thread-safe as long as the memory it wraps is not written to.</remarks>
/// <example><code>var axis = new Axis(new double[] { 17.00, 17.01, 17.02 }, AxisQuantity.TwoTheta, "deg");</code></example>
public sealed class Axis
{
    private readonly ReadOnlyMemory<double> _values;

    /// <summary>Wraps values without copying them.</summary>
    /// <param name="values">At least one value, finite and strictly ascending.</param>
    /// <param name="quantity">Name of the quantity; see <see cref="AxisQuantity"/> for the usual ones.</param>
    /// <param name="unit">Unit symbol, e.g. <c>deg</c>, <c>cm^-1</c>, <c>eV</c>.</param>
    /// <param name="direction">The direction in which the field draws this axis.</param>
    /// <exception cref="ArgumentException">The values are empty, not finite, or not strictly ascending; the message names the position.</exception>
    public Axis(ReadOnlyMemory<double> values, string quantity, string unit, AxisDirection direction = AxisDirection.Ascending)
    {
        ArgumentNullException.ThrowIfNull(quantity);
        ArgumentNullException.ThrowIfNull(unit);
        if (FindFault(values.Span) is { } fault)
            throw new ArgumentException(fault, nameof(values));
        _values = values;
        Quantity = quantity;
        Unit = unit;
        Direction = direction;
    }

    private Axis(Axis parent, Range range)
    {
        _values = parent._values[range];
        Quantity = parent.Quantity;
        Unit = parent.Unit;
        Direction = parent.Direction;
    }

    /// <summary>The values, ascending.</summary>
    public ReadOnlySpan<double> Values => _values.Span;

    /// <summary>The values as memory, ascending.</summary>
    public ReadOnlyMemory<double> Memory => _values;

    /// <summary>Name of the quantity.</summary>
    public string Quantity { get; }

    /// <summary>Unit symbol.</summary>
    public string Unit { get; }

    /// <summary>The direction in which the field draws this axis.</summary>
    public AxisDirection Direction { get; }

    /// <summary>Number of points.</summary>
    public int Length => _values.Length;

    /// <summary>Smallest value.</summary>
    public double First => _values.Span[0];

    /// <summary>Largest value.</summary>
    public double Last => _values.Span[^1];

    /// <summary>Whether every point lies within 1/2000 of the mean step of the uniform grid through the ends: room for the rounding of printed columns.</summary>
    public bool IsUniform
    {
        get
        {
            ReadOnlySpan<double> x = Values;
            if (x.Length < 3)
                return true;
            double step = (x[^1] - x[0]) / (x.Length - 1);
            double tolerance = 5e-4 * step;
            for (int i = 1; i < x.Length - 1; i++)
            {
                if (Math.Abs(x[i] - (x[0] + (i * step))) > tolerance)
                    return false;
            }

            return true;
        }
    }

    /// <summary>Says why values cannot be an axis, or null when they can.</summary>
    /// <param name="values">The candidate values.</param>
    /// <returns>A message that names the first offending position (counted from 0), or null.</returns>
    public static string? FindFault(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
            return "An axis needs at least one value.";
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
                return string.Create(CultureInfo.InvariantCulture, $"Axis value {i} is {values[i]}; every value must be finite.");
            if (i > 0 && !(values[i] > values[i - 1]))
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"Axis values must ascend strictly, but value {i} ({values[i]:R}) follows {values[i - 1]:R}. Sort the points, or merge equal ones, first.");
            }
        }

        return null;
    }

    /// <summary>Indices of the points inside an interval.</summary>
    /// <param name="from">Lower end, in the axis unit.</param>
    /// <param name="to">Upper end, in the axis unit.</param>
    /// <param name="includeEnds">Whether points equal to an end are inside. Default true.</param>
    /// <returns>The range of indices; empty when no point lies inside.</returns>
    /// <exception cref="ArgumentException">An end is NaN, or <paramref name="from"/> is above <paramref name="to"/>.</exception>
    public Range IndexRange(double from, double to, bool includeEnds = true)
    {
        if (double.IsNaN(from) || double.IsNaN(to) || from > to)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The interval {from} to {to} is not an interval."));
        int start = includeEnds ? LowerBound(from) : UpperBound(from);
        int end = includeEnds ? UpperBound(to) : LowerBound(to);
        return start..Math.Max(start, end);
    }

    /// <summary>Index of the point nearest to a value; the lower one on a tie.</summary>
    /// <param name="value">A finite value, in the axis unit.</param>
    /// <returns>The index.</returns>
    public int NearestIndex(double value)
    {
        ReadOnlySpan<double> x = Values;
        int i = LowerBound(value);
        if (i == 0)
            return 0;
        if (i == x.Length)
            return x.Length - 1;
        return value - x[i - 1] <= x[i] - value ? i - 1 : i;
    }

    /// <summary>A part of the axis; shares the memory.</summary>
    /// <param name="range">Range of indices, not empty.</param>
    /// <returns>The part.</returns>
    /// <exception cref="ArgumentException">The range is empty.</exception>
    public Axis Slice(Range range)
    {
        if (range.GetOffsetAndLength(Length).Length == 0)
            throw new ArgumentException("A slice of an axis cannot be empty.", nameof(range));
        return new Axis(this, range);
    }

    /// <summary>Whether another axis has the same quantity, unit and, bit for bit, the same values.</summary>
    /// <param name="other">The other axis.</param>
    /// <returns>True when they agree.</returns>
    public bool SameAs(Axis other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ReferenceEquals(this, other)
            || (Quantity == other.Quantity && Unit == other.Unit && Values.SequenceEqual(other.Values));
    }

    /// <summary>Quantity with unit, for labels: <c>Raman shift / cm^-1</c>.</summary>
    public string Label => Unit.Length == 0 ? Quantity : $"{Quantity} / {Unit}";

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Quantity} {First:G6} to {Last:G6} {Unit}, {Length} points{(IsUniform ? string.Empty : ", non-uniform")}");

    private int LowerBound(double value)
    {
        ReadOnlySpan<double> x = Values;
        int lo = 0, hi = x.Length;
        while (lo < hi)
        {
            int mid = (lo + hi) >>> 1;
            if (x[mid] < value)
                lo = mid + 1;
            else
                hi = mid;
        }

        return lo;
    }

    private int UpperBound(double value)
    {
        ReadOnlySpan<double> x = Values;
        int lo = 0, hi = x.Length;
        while (lo < hi)
        {
            int mid = (lo + hi) >>> 1;
            if (x[mid] <= value)
                lo = mid + 1;
            else
                hi = mid;
        }

        return lo;
    }
}

/// <summary>The usual names of axis quantities. Any other text is allowed; these are the ones that conversions know.</summary>
public static class AxisQuantity
{
    /// <summary>Scattering angle 2θ; deg.</summary>
    public const string TwoTheta = "2theta";

    /// <summary>Momentum transfer q = 4π sin θ / λ; Å^-1.</summary>
    public const string MomentumTransfer = "q";

    /// <summary>Lattice-plane spacing d = λ / (2 sin θ); Å.</summary>
    public const string DSpacing = "d-spacing";

    /// <summary>Neutron time of flight; us.</summary>
    public const string TimeOfFlight = "time of flight";

    /// <summary>Raman shift; cm^-1.</summary>
    public const string RamanShift = "Raman shift";

    /// <summary>Wavenumber of infrared spectroscopy; cm^-1.</summary>
    public const string Wavenumber = "wavenumber";

    /// <summary>Wavelength of light; nm.</summary>
    public const string Wavelength = "wavelength";

    /// <summary>Binding energy of photoelectrons; eV.</summary>
    public const string BindingEnergy = "binding energy";

    /// <summary>Kinetic energy of photoelectrons; eV.</summary>
    public const string KineticEnergy = "kinetic energy";

    /// <summary>Position of a point without a calibrated abscissa.</summary>
    public const string Index = "index";

    /// <summary>The direction in which the field draws a quantity: wavenumber and binding energy descend.</summary>
    /// <param name="quantity">A quantity name.</param>
    /// <returns>The usual direction.</returns>
    public static AxisDirection UsualDirection(string quantity) =>
        quantity is Wavenumber or BindingEnergy ? AxisDirection.Descending : AxisDirection.Ascending;
}
