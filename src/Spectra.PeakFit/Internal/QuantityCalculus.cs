namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>Values that are computed from parameters, with their derivatives by the roots. Allocates nothing; not thread-safe.</summary>
internal sealed class QuantityCalculus(ModelLayout layout)
{
    // θ in radians from 2θ in degrees.
    private const double HalfDegree = Math.PI / 360;

    private readonly double[] _peakGradient = new double[layout.Lines.Max(l => l.Parameters.Count)];

    /// <summary>A value; of a peak that is not there the amplitudes are 0 and the others NaN unless parameters say otherwise.</summary>
    public double Value(Quantity quantity, ReadOnlySpan<double> p, ReadOnlySpan<bool> active)
    {
        if (quantity.Kind == QuantityKind.Derived)
            return Derived(quantity.Definition!, Sum(quantity.Of, p, active), Sum(quantity.Over, p, active));
        if (quantity.Peak >= 0 && !active[quantity.Peak] && quantity.Unit is QuantityUnit.Area or QuantityUnit.Intensity)
            return 0;
        return quantity.Parameter >= 0 ? p[quantity.Parameter] : Compute(quantity, p);
    }

    public static double Derived(DerivedQuantity definition, double of, double over)
    {
        double value = definition.Factor * definition.Kind switch
        {
            DerivedKind.Ratio => of / over,
            DerivedKind.Sum => of,
            _ => definition.Wavelength / (2 * Math.Sin(of * HalfDegree)),
        };
        return double.IsFinite(value) ? value : double.NaN;
    }

    /// <summary>gradient += factor · ∂value/∂roots; NaN for what has no finite value.</summary>
    public void AddGradient(Quantity quantity, ReadOnlySpan<double> p, ReadOnlySpan<bool> active, double factor, Span<double> gradient)
    {
        if (quantity.Kind is QuantityKind.Smoothness or QuantityKind.SplineFreedom)
            return;
        if (quantity.Kind == QuantityKind.Derived)
        {
            AddDerived(quantity, p, active, factor, gradient);
            return;
        }

        if (quantity.Parameter >= 0)
        {
            foreach (Term term in layout.Terms[quantity.Parameter])
                gradient[term.Root] += factor * term.Factor;
            return;
        }

        bool given = double.IsFinite(Compute(quantity, p));
        for (int i = 0; i < layout.Lines[quantity.Peak].Parameters.Count; i++)
        {
            foreach (Term term in layout.Terms[layout.PeakStarts[quantity.Peak] + i])
                gradient[term.Root] += given ? factor * (_peakGradient[i] * term.Factor) : double.NaN;
        }
    }

    /// <summary>A number computed from the parameters of a peak; its derivatives stay in the buffer.</summary>
    public double Compute(Quantity quantity, ReadOnlySpan<double> p)
    {
        ILineShape shape = layout.Lines[quantity.Peak];
        ReadOnlySpan<double> own = p.Slice(layout.PeakStarts[quantity.Peak], shape.Parameters.Count);
        Span<double> gradient = _peakGradient.AsSpan(0, own.Length);
        return quantity.Kind switch
        {
            QuantityKind.Height => shape.Height(own, gradient),
            QuantityKind.Fwhm => shape.Fwhm(own, gradient),
            _ => shape.Area(own, gradient),
        };
    }

    private double Sum(int[] places, ReadOnlySpan<double> p, ReadOnlySpan<bool> active)
    {
        double sum = 0;
        foreach (int place in places)
            sum += Value(layout.Quantities[place], p, active);
        return sum;
    }

    private void AddDerived(Quantity quantity, ReadOnlySpan<double> p, ReadOnlySpan<bool> active, double factor, Span<double> gradient)
    {
        DerivedQuantity definition = quantity.Definition!;
        double of = Sum(quantity.Of, p, active), over = Sum(quantity.Over, p, active);
        (double byOf, double byOver) = definition.Kind switch
        {
            DerivedKind.Ratio => (1 / over, -of / (over * over)),
            DerivedKind.Sum => (1.0, 0.0),
            _ => (-definition.Wavelength * HalfDegree * Math.Cos(of * HalfDegree) / (2 * Math.Pow(Math.Sin(of * HalfDegree), 2)), 0.0),
        };
        AddParts(quantity.Of, factor * definition.Factor * byOf, p, active, gradient);
        AddParts(quantity.Over, factor * definition.Factor * byOver, p, active, gradient);
    }

    private void AddParts(int[] places, double factor, ReadOnlySpan<double> p, ReadOnlySpan<bool> active, Span<double> gradient)
    {
        foreach (int place in places)
        {
            // The amplitude of an absent peak is zero whatever the others are.
            Quantity part = layout.Quantities[place];
            if (part.Peak < 0 || active[part.Peak])
                AddGradient(part, p, active, factor, gradient);
        }
    }
}
