namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>What follows from a shape by its values alone: full width at half maximum, area.</summary>
internal static class ShapeGeometry
{
    public static int Find(ILineShape shape, ShapeParameterRole role)
    {
        IReadOnlyList<ShapeParameter> parameters = shape.Parameters;
        for (int i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].Role == role)
                return i;
        }

        return -1;
    }

    /// <summary>The parameter that the whole curve is proportional to.</summary>
    public static int Amplitude(ILineShape shape) => Find(shape, ShapeParameterRole.Area) is var i && i >= 0 ? i : Find(shape, ShapeParameterRole.Height);

    public static double Area(ILineShape shape, ReadOnlySpan<double> p, Span<double> gradient)
    {
        gradient.Clear();
        int area = Find(shape, ShapeParameterRole.Area);
        if (area < 0)
            return double.NaN;
        gradient[area] = 1;
        return p[area];
    }

    public static double Fwhm(ILineShape shape, ReadOnlySpan<double> p, Span<double> gradient)
    {
        gradient.Clear();
        int width = Find(shape, ShapeParameterRole.Width);
        if (width >= 0)
        {
            gradient[width] = 1;
            return p[width];
        }

        return Search(shape, p, gradient);
    }

    /// <summary>
    /// x± with f(x±) = ½ max f, by bisection and Newton's steps. The derivative of x± follows from that equation, with ∂f/∂x = −∂f/∂c and the
    /// derivative of the maximum that at a fixed place.
    /// </summary>
    private static double Search(ILineShape shape, ReadOnlySpan<double> p, Span<double> gradient)
    {
        int n = p.Length, center = Find(shape, ShapeParameterRole.Center), amplitude = Amplitude(shape);
        Span<double> unit = stackalloc double[n], top = stackalloc double[n], side = stackalloc double[n];
        p.CopyTo(unit);
        unit[amplitude] = 1;
        double scale = 0;
        for (int i = 0; i < n; i++)
        {
            if (shape.Parameters[i].Role == ShapeParameterRole.PartialWidth)
                scale += Math.Abs(unit[i]);
        }

        if (!(scale > 0) || !double.IsFinite(unit[center]))
            return double.NaN;
        double peak = Top(shape, unit, unit[center], scale);
        double height = Slopes(shape, unit, peak, top);
        double width = 0;
        foreach (int sign in new ReadOnlySpan<int>([-1, 1]))
        {
            double near = peak, far = peak + (sign * 0.5 * scale);
            for (int k = 0; k < 60 && Value(shape, unit, far) > 0.5 * height; k++)
                (near, far) = (far, peak + (2 * (far - peak)));
            for (int k = 0; k < 60; k++)
            {
                double middle = 0.5 * (near + far);
                if (Value(shape, unit, middle) > 0.5 * height)
                    near = middle;
                else
                    far = middle;
            }

            double x = 0.5 * (near + far);
            Slopes(shape, unit, x, side);
            width += sign * x;
            for (int i = 0; i < n; i++)
            {
                if (i != amplitude)
                    gradient[i] += sign * ((0.5 * top[i]) - side[i]) / -side[center];
            }
        }

        return width;
    }

    private static double Top(ILineShape shape, ReadOnlySpan<double> p, double center, double scale)
    {
        // The derivative by the centre changes its sign at the maximum.
        Span<double> slopes = stackalloc double[p.Length];
        int c = Find(shape, ShapeParameterRole.Center);
        double low = center - (3 * scale), high = center + (3 * scale);
        for (int k = 0; k < 70; k++)
        {
            double middle = 0.5 * (low + high);
            Slopes(shape, p, middle, slopes);
            if (slopes[c] < 0)
                low = middle;
            else
                high = middle;
        }

        return 0.5 * (low + high);
    }

    private static double Value(ILineShape shape, ReadOnlySpan<double> p, double x)
    {
        double y = 0;
        shape.Add([x], p, new Span<double>(ref y));
        return y;
    }

    private static double Slopes(ILineShape shape, ReadOnlySpan<double> p, double x, Span<double> slopes)
    {
        double y = 0;
        shape.AddWithJacobian([x], p, new Span<double>(ref y), slopes);
        return y;
    }
}
