namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>A shape with its height at the centre as parameter: f = h · f₁(x; θ)/f₁(c; θ), f₁ of area 1.</summary>
internal sealed class HeightFormShape : ILineShape
{
    private readonly ILineShape _shape;
    private readonly int _area;

    public HeightFormShape(ILineShape shape)
    {
        _shape = shape;
        _area = ShapeGeometry.Find(shape, ShapeParameterRole.Area);
        Parameters = [.. shape.Parameters.Select((p, i) => i == _area ? new ShapeParameter("height", ShapeParameterRole.Height) : p)];
    }

    public string Name => _shape.Name;

    public IReadOnlyList<ShapeParameter> Parameters { get; }

    public void Add(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y)
    {
        Span<double> p = stackalloc double[parameters.Length], gradient = stackalloc double[parameters.Length];
        ToArea(parameters, p, gradient);
        _shape.Add(x, p, y);
    }

    public void AddWithJacobian(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y, Span<double> jacobian)
    {
        int n = x.Length;
        Span<double> p = stackalloc double[parameters.Length], gradient = stackalloc double[parameters.Length];
        ToArea(parameters, p, gradient);
        _shape.AddWithJacobian(x, p, y, jacobian);
        Span<double> byArea = jacobian.Slice(_area * n, n);
        for (int k = 0; k < p.Length; k++)
        {
            if (k != _area && gradient[k] != 0)
                System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(byArea, gradient[k], jacobian.Slice(k * n, n), jacobian.Slice(k * n, n));
        }

        System.Numerics.Tensors.TensorPrimitives.Multiply(byArea, gradient[_area], byArea);
    }

    public double Height(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        gradient.Clear();
        gradient[_area] = 1;
        return parameters[_area];
    }

    public double Fwhm(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        Span<double> p = stackalloc double[parameters.Length];
        ToArea(parameters, p, gradient);
        double width = _shape.Fwhm(p, gradient);
        gradient[_area] = 0;
        return width;
    }

    public double Area(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        Span<double> p = stackalloc double[parameters.Length];
        ToArea(parameters, p, gradient);
        return p[_area];
    }

    /// <summary>a = h/f₁(c; θ) and its derivatives.</summary>
    private void ToArea(ReadOnlySpan<double> parameters, Span<double> p, Span<double> gradient)
    {
        parameters.CopyTo(p);
        p[_area] = 1;
        double unit = _shape.Height(p, gradient), area = parameters[_area] / unit;
        for (int k = 0; k < p.Length; k++)
            gradient[k] = k == _area ? 1 / unit : -area * gradient[k] / unit;
        p[_area] = area;
    }
}

/// <summary>A shape and its copy at 2θ₂ = 2 asin(R sin θ₁), degrees.</summary>
internal sealed class DoubletShape : ILineShape
{
    private const int Chunk = 64;
    private const double Degree = Math.PI / 180;
    private readonly ILineShape _shape;
    private readonly SecondLine _second;
    private readonly int _center;
    private readonly int _amplitude;
    private readonly double _first;
    private readonly double _other;

    public DoubletShape(ILineShape shape, SecondLine second)
    {
        _shape = shape;
        _second = second;
        _center = ShapeGeometry.Find(shape, ShapeParameterRole.Center);
        _amplitude = ShapeGeometry.Amplitude(shape);

        // The area is that of both lines, the height that of the first.
        bool area = shape.Parameters[_amplitude].Role == ShapeParameterRole.Area;
        _first = area ? 1 / (1 + second.IntensityRatio) : 1;
        _other = _first * second.IntensityRatio;
    }

    public string Name => _shape.Name + " doublet";

    public IReadOnlyList<ShapeParameter> Parameters => _shape.Parameters;

    public void Add(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y)
    {
        Span<double> p = stackalloc double[parameters.Length];
        parameters.CopyTo(p);
        p[_amplitude] = parameters[_amplitude] * _first;
        _shape.Add(x, p, y);
        if (Second(parameters[_center], out p[_center], out _))
        {
            p[_amplitude] = parameters[_amplitude] * _other;
            _shape.Add(x, p, y);
        }
    }

    public void AddWithJacobian(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y, Span<double> jacobian)
    {
        int n = x.Length, m = parameters.Length;
        Span<double> p = stackalloc double[m];
        parameters.CopyTo(p);
        p[_amplitude] = parameters[_amplitude] * _first;
        _shape.AddWithJacobian(x, p, y, jacobian);
        Span<double> byAmplitude = jacobian.Slice(_amplitude * n, n);
        System.Numerics.Tensors.TensorPrimitives.Multiply(byAmplitude, _first, byAmplitude);
        if (!Second(parameters[_center], out p[_center], out double slope))
            return;
        p[_amplitude] = parameters[_amplitude] * _other;
        Span<double> scratch = stackalloc double[Chunk * m];
        for (int start = 0; start < n; start += Chunk)
        {
            int count = Math.Min(Chunk, n - start);
            _shape.AddWithJacobian(x.Slice(start, count), p, y.Slice(start, count), scratch[..(count * m)]);
            for (int k = 0; k < m; k++)
            {
                double factor = k == _amplitude ? _other : k == _center ? slope : 1;
                Span<double> target = jacobian.Slice((k * n) + start, count);
                System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(scratch.Slice(k * count, count), factor, target, target);
            }
        }
    }

    public double Height(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        Span<double> p = stackalloc double[parameters.Length];
        parameters.CopyTo(p);
        p[_amplitude] *= _first;
        double height = _shape.Height(p, gradient);
        gradient[_amplitude] *= _first;
        return height;
    }

    public double Fwhm(ReadOnlySpan<double> parameters, Span<double> gradient) => _shape.Fwhm(parameters, gradient);

    public double Area(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        double area = _shape.Area(parameters, gradient);
        if (_first != 1)
            return area;
        for (int k = 0; k < gradient.Length; k++)
            gradient[k] *= 1 + _second.IntensityRatio;
        return area * (1 + _second.IntensityRatio);
    }

    private bool Second(double first, out double second, out double slope)
    {
        double sine = _second.WavelengthRatio * Math.Sin(0.5 * Degree * first);
        second = 2 * Math.Asin(sine) / Degree;
        slope = _second.WavelengthRatio * Math.Cos(0.5 * Degree * first) / Math.Sqrt(1 - (sine * sine));
        return Math.Abs(sine) < 1;
    }
}
