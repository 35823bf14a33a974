using System.Globalization;
using BigMap.Analysis.Spectra.PeakFit.Internal;

namespace BigMap.Analysis.Spectra.PeakFit;

/// <summary>Checks a line shape against its own values: derivatives by differences, area by integration, height and width.</summary>
/// <remarks>For the tests of a shape of your own. Every run looks at 41 points within four widths of the centre.</remarks>
/// <example><code>
/// Assert.Empty(LineShapeCheck.Run(new MyShape(), [2.0, 18.7, 0.1, 0.4]));
/// </code></example>
public static class LineShapeCheck
{
    private const double Tolerance = 1e-6;

    /// <summary>Checks a shape at given parameters.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="parameters">One value per parameter, inside their bounds.</param>
    /// <returns>What is wrong, one sentence each; empty when derivatives, value without derivatives, height, fwhm and area agree within 1e-6 of their largest value.</returns>
    /// <exception cref="ArgumentException">Another number of parameters, or a shape without centre or amplitude.</exception>
    public static IReadOnlyList<string> Run(ILineShape shape, params ReadOnlySpan<double> parameters)
    {
        ArgumentNullException.ThrowIfNull(shape);
        int m = shape.Parameters.Count, center = ShapeGeometry.Find(shape, ShapeParameterRole.Center), amplitude = ShapeGeometry.Amplitude(shape);
        if (parameters.Length != m)
            throw new ArgumentException($"The shape {shape.Name} has {m} parameters, but {parameters.Length} values were given.", nameof(parameters));
        if (center < 0 || amplitude < 0)
            throw new ArgumentException($"The shape {shape.Name} has no parameter that is its centre, or none that is its area or height.", nameof(shape));
        double[] p = parameters.ToArray(), gradient = new double[m];
        double width = shape.Fwhm(p, gradient);
        var faults = new List<string>();
        if (!(width > 0))
            return [$"fwhm is {width.ToString(CultureInfo.InvariantCulture)}."];
        double[] x = [.. Enumerable.Range(-20, 41).Select(i => p[center] + (0.2 * i * width) + (0.013 * width))];
        CheckValues(shape, p, x, faults);
        CheckDerivatives(shape, p, x, width, faults);
        CheckNumber("height", q => shape.Height(q, new double[m]), g => shape.Height(p, g), p, width, faults);
        CheckNumber("fwhm", q => shape.Fwhm(q, new double[m]), g => shape.Fwhm(p, g), p, width, faults);
        if (ShapeGeometry.Find(shape, ShapeParameterRole.Area) >= 0 && double.IsFinite(shape.Area(p, gradient)))
            CheckArea(shape, p, center, width, faults);
        return faults;
    }

    /// <summary>∫ f dx with x = c + ¼ w sinh t: fine at the centre, far into algebraic tails.</summary>
    internal static double Integrate(ILineShape shape, ReadOnlySpan<double> p, double center, double width)
    {
        const int Count = 400_000;
        double[] x = new double[Count], weight = new double[Count], y = new double[Count];
        for (int i = 0; i < Count; i++)
        {
            double t = ((2.0 * (i + 0.5) / Count) - 1) * 40;
            x[i] = center + (width * 0.25 * Math.Sinh(t));
            weight[i] = width * 0.25 * Math.Cosh(t) * 80 / Count;
        }

        shape.Add(x, p, y);
        double sum = 0;
        for (int i = 0; i < Count; i++)
            sum += weight[i] * y[i];
        return sum;
    }

    private static void CheckArea(ILineShape shape, double[] p, int center, double width, List<string> faults)
    {
        double area = shape.Area(p, new double[p.Length]), integral = Integrate(shape, p, p[center], width);
        if (!(Math.Abs(integral - area) <= Tolerance * Math.Abs(area)))
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"The area is {area:G9}, but the integral of the curve is {integral:G9}."));
    }

    private static void CheckValues(ILineShape shape, double[] p, double[] x, List<string> faults)
    {
        double[] y = new double[x.Length], z = new double[x.Length], jacobian = new double[x.Length * p.Length];
        Array.Fill(y, 1);
        shape.Add(x, p, y);
        shape.AddWithJacobian(x, p, z, jacobian);
        double scale = z.Max(Math.Abs);
        for (int i = 0; i < x.Length; i++)
        {
            if (!(Math.Abs(y[i] - 1 - z[i]) <= 1e-12 * (1 + scale)))
            {
                faults.Add(string.Create(CultureInfo.InvariantCulture, $"At {x[i]:G6} Add adds {y[i] - 1:G9}, but AddWithJacobian adds {z[i]:G9}."));
                return;
            }
        }
    }

    private static void CheckDerivatives(ILineShape shape, double[] p, double[] x, double width, List<string> faults)
    {
        int n = x.Length;
        double[] y = new double[n], jacobian = new double[n * p.Length];
        shape.AddWithJacobian(x, p, y, jacobian);
        for (int k = 0; k < p.Length; k++)
        {
            double[] difference = Difference(q => { var v = new double[n]; shape.Add(x, q, v); return v; }, p, k, Scale(shape, p, k, width));
            double scale = Enumerable.Range(0, n).Max(i => Math.Abs(jacobian[(k * n) + i])), worst = 0;
            int at = 0;
            for (int i = 0; i < n; i++)
            {
                double error = Math.Abs(difference[i] - jacobian[(k * n) + i]);
                if (!(error <= worst))
                    (worst, at) = (error, i);
            }

            if (!(worst <= Tolerance * scale) && worst > 1e-9 * y.Max(Math.Abs))
                faults.Add(string.Create(CultureInfo.InvariantCulture, $"The derivative by {shape.Parameters[k].Name} at {x[at]:G6} is {jacobian[(k * n) + at]:G9}, but differences give {difference[at]:G9}."));
        }
    }

    private static void CheckNumber(string name, Func<double[], double> value, Func<double[], double> withGradient, double[] p, double width, List<string> faults)
    {
        var gradient = new double[p.Length];
        double height = withGradient(gradient);
        for (int k = 0; k < p.Length; k++)
        {
            double difference = Difference(q => [value(q)], p, k, Math.Max(1e-3 * width, Math.Abs(p[k])))[0];
            if (!(Math.Abs(difference - gradient[k]) <= 1e-5 * (Math.Abs(gradient[k]) + (Math.Abs(height) / Math.Max(width, Math.Abs(p[k]))))))
                faults.Add(string.Create(CultureInfo.InvariantCulture, $"The derivative of {name} by parameter {k} is {gradient[k]:G9}, but differences give {difference:G9}."));
        }
    }

    private static double Scale(ILineShape shape, double[] p, int k, double width) => shape.Parameters[k].Role switch
    {
        ShapeParameterRole.Center => width,
        ShapeParameterRole.PartialWidth or ShapeParameterRole.Width => Math.Max(Math.Abs(p[k]), 0.05 * width),
        ShapeParameterRole.Form => Math.Max(Math.Abs(p[k]), 0.1),
        _ => Math.Max(Math.Abs(p[k]), 1e-300),
    };

    /// <summary>Fourth-order central differences, one-sided differences avoided by a small step.</summary>
    private static double[] Difference(Func<double[], double[]> value, double[] p, int k, double scale)
    {
        double h = 2e-4 * scale;
        double[] At(double step)
        {
            double[] q = [.. p];
            q[k] += step;
            return value(q);
        }

        double[] a = At(-2 * h), b = At(-h), c = At(h), d = At(2 * h);
        return [.. a.Select((v, i) => ((8 * (c[i] - b[i])) - (d[i] - v)) / (12 * h))];
    }
}
