using System.Numerics.Tensors;
using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>A shape that is computed point by point: value and derivatives at one x.</summary>
internal interface IPointShape
{
    /// <summary>Value, and the derivatives when they are asked for.</summary>
    double At(double x, Span<double> derivatives);
}

/// <summary>Runs a point shape over points.</summary>
internal static class PointShapes
{
    public static void Add<T>(T shape, ReadOnlySpan<double> x, Span<double> y)
        where T : struct, IPointShape
    {
        for (int i = 0; i < x.Length; i++)
            y[i] += shape.At(x[i], []);
    }

    public static void AddWithJacobian<T>(T shape, ReadOnlySpan<double> x, Span<double> y, Span<double> jacobian, int parameters)
        where T : struct, IPointShape
    {
        Span<double> d = stackalloc double[parameters];
        for (int i = 0; i < x.Length; i++)
        {
            y[i] += shape.At(x[i], d);
            for (int k = 0; k < parameters; k++)
                jacobian[(k * x.Length) + i] = d[k];
        }
    }
}

/// <summary>V = A Re w(z)/(σ√2π), z = (x − c + iγ)/(σ√2).</summary>
internal sealed class VoigtShape : ILineShape
{
    // fwhm = 2√(2 ln 2) σ
    private const double SigmaOfFwhm = 0.42466090014400953;

    public string Name => "voigt";

    public IReadOnlyList<ShapeParameter> Parameters { get; } =
    [
        ShapeParameters.Area, ShapeParameters.Center,
        new("gaussianFwhm", ShapeParameterRole.PartialWidth, 0.6, 0.01),
        new("lorentzianFwhm", ShapeParameterRole.PartialWidth, 0.6, 0),
    ];

    public void Add(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y) => PointShapes.Add(new Point(parameters), x, y);

    public void AddWithJacobian(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y, Span<double> jacobian) => PointShapes.AddWithJacobian(new Point(parameters), x, y, jacobian, 4);

    public double Height(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        double height = new Point(parameters).At(parameters[1], gradient);
        gradient[1] = 0;
        return height;
    }

    private readonly struct Point(ReadOnlySpan<double> p) : IPointShape
    {
        private readonly double _area = p[0];
        private readonly double _center = p[1];
        private readonly double _sigma = p[2] * SigmaOfFwhm;
        private readonly double _gamma = 0.5 * p[3];

        public double At(double x, Span<double> d)
        {
            double value = SpecialFunctions.Voigt(x - _center, _sigma, _gamma, out double byX, out double bySigma, out double byGamma);
            if (d.IsEmpty)
                return _area * value;
            d[0] = value;
            d[1] = -_area * byX;
            d[2] = SigmaOfFwhm * _area * bySigma;
            d[3] = 0.5 * _area * byGamma;
            return _area * value;
        }
    }
}

/// <summary>
/// Pseudo-Voigt whose width and mixing follow from the widths of a Gaussian and a Lorentzian (P. Thompson, D. E. Cox, J. B. Hastings,
/// J. Appl. Cryst. 20 (1987) 79, doi:10.1107/S0021889887087090).
/// </summary>
internal sealed class ThompsonCoxHastingsShape : ILineShape
{
    public string Name => "thompsonCoxHastings";

    public IReadOnlyList<ShapeParameter> Parameters { get; } =
    [
        ShapeParameters.Area, ShapeParameters.Center,
        new("gaussianFwhm", ShapeParameterRole.PartialWidth, 0.6, 0.01),
        new("lorentzianFwhm", ShapeParameterRole.PartialWidth, 0.6, 0),
    ];

    public void Add(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y)
    {
        Mixture m = new(parameters[2], parameters[3]);
        Profiles.Add(new PseudoVoigtKernel(parameters[0], parameters[1], m.Fwhm, m.Eta), x, y);
    }

    public void AddWithJacobian(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y, Span<double> jacobian)
    {
        Mixture m = new(parameters[2], parameters[3]);
        Profiles.AddWithJacobian(new PseudoVoigtKernel(parameters[0], parameters[1], m.Fwhm, m.Eta), x, y, jacobian);
        int n = x.Length;
        Span<double> byWidth = jacobian.Slice(2 * n, n), byEta = jacobian.Slice(3 * n, n);
        for (int i = 0; i < n; i++)
            (byWidth[i], byEta[i]) = ((byWidth[i] * m.FwhmByGauss) + (byEta[i] * m.EtaByGauss), (byWidth[i] * m.FwhmByLorentz) + (byEta[i] * m.EtaByLorentz));
    }

    public double Height(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        Mixture m = new(parameters[2], parameters[3]);
        double unit = ((m.Eta * ProfileConstants.LorentzianHeight) + ((1 - m.Eta) * ProfileConstants.GaussianHeight)) / m.Fwhm, height = parameters[0] * unit;
        double byWidth = -height / m.Fwhm, byEta = parameters[0] * (ProfileConstants.LorentzianHeight - ProfileConstants.GaussianHeight) / m.Fwhm;
        gradient[0] = unit;
        gradient[1] = 0;
        gradient[2] = (byWidth * m.FwhmByGauss) + (byEta * m.EtaByGauss);
        gradient[3] = (byWidth * m.FwhmByLorentz) + (byEta * m.EtaByLorentz);
        return height;
    }

    public double Fwhm(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        Mixture m = new(parameters[2], parameters[3]);
        gradient.Clear();
        (gradient[2], gradient[3]) = (m.FwhmByGauss, m.FwhmByLorentz);
        return m.Fwhm;
    }

    private readonly struct Mixture
    {
        public Mixture(double g, double l)
        {
            double f5 = Math.Pow(g, 5) + (2.69269 * Math.Pow(g, 4) * l) + (2.42843 * g * g * g * l * l) + (4.47163 * g * g * l * l * l) + (0.07842 * g * Math.Pow(l, 4)) + Math.Pow(l, 5);
            Fwhm = Math.Pow(f5, 0.2);
            double fourth = 5 * Math.Pow(Fwhm, 4);
            FwhmByGauss = ((5 * Math.Pow(g, 4)) + (4 * 2.69269 * g * g * g * l) + (3 * 2.42843 * g * g * l * l) + (2 * 4.47163 * g * l * l * l) + (0.07842 * Math.Pow(l, 4))) / fourth;
            FwhmByLorentz = ((2.69269 * Math.Pow(g, 4)) + (2 * 2.42843 * g * g * g * l) + (3 * 4.47163 * g * g * l * l) + (4 * 0.07842 * g * l * l * l) + (5 * Math.Pow(l, 4))) / fourth;
            double r = l / Fwhm, slope = 1.36603 - (2 * 0.47719 * r) + (3 * 0.11116 * r * r);
            Eta = (1.36603 * r) - (0.47719 * r * r) + (0.11116 * r * r * r);
            EtaByGauss = slope * -r / Fwhm * FwhmByGauss;
            EtaByLorentz = slope * ((1 / Fwhm) - (r / Fwhm * FwhmByLorentz));
        }

        public double Fwhm { get; }

        public double FwhmByGauss { get; }

        public double FwhmByLorentz { get; }

        public double Eta { get; }

        public double EtaByGauss { get; }

        public double EtaByLorentz { get; }
    }
}

/// <summary>
/// A symmetric shape with different half widths on both sides, w (1 ∓ s)/2: the height and half of the width are those of each side, so that the
/// area stays that of the symmetric shape of the width w.
/// </summary>
internal sealed class SplitShape(string name, ILineShape shape) : ILineShape
{
    private const int Chunk = 64;

    private readonly int _symmetric = shape.Parameters.Count;

    public string Name => name;

    public IReadOnlyList<ShapeParameter> Parameters { get; } = [.. shape.Parameters, new("asymmetry", ShapeParameterRole.Form, 0, -0.95, 0.95)];

    public void Add(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y)
    {
        Span<double> p = stackalloc double[_symmetric];
        for (int i = 0; i < x.Length;)
        {
            int end = Side(x, i, parameters[1]);
            OneSide(parameters, x[i] < parameters[1], p, out _);
            shape.Add(x[i..end], p, y[i..end]);
            i = end;
        }
    }

    public void AddWithJacobian(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y, Span<double> jacobian)
    {
        int n = x.Length, m = _symmetric;
        double w = parameters[2], s = parameters[m];
        Span<double> p = stackalloc double[m], scratch = stackalloc double[Chunk * m];
        for (int i = 0; i < n;)
        {
            int count = Math.Min(Side(x, i, parameters[1]) - i, Chunk);
            OneSide(parameters, x[i] < parameters[1], p, out double sign);
            Span<double> block = scratch[..(m * count)];
            shape.AddWithJacobian(x.Slice(i, count), p, y.Slice(i, count), block);

            // p₀ = A (1 + ςs), p₂ = w (1 + ςs)
            double factor = 1 + (sign * s);
            for (int k = 0; k < m; k++)
            {
                Span<double> target = jacobian.Slice((k * n) + i, count);
                if (k is 0 or 2)
                    TensorPrimitives.Multiply(block.Slice(k * count, count), factor, target);
                else
                    block.Slice(k * count, count).CopyTo(target);
            }

            Span<double> byAsymmetry = jacobian.Slice((m * n) + i, count);
            for (int j = 0; j < count; j++)
                byAsymmetry[j] = sign * ((parameters[0] * block[j]) + (w * block[(2 * count) + j]));
            i += count;
        }
    }

    public double Height(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        double height = shape.Height(parameters[.._symmetric], gradient[.._symmetric]);
        gradient[_symmetric] = 0;
        return height;
    }

    /// <summary>The end of the points on the same side of the centre.</summary>
    private static int Side(ReadOnlySpan<double> x, int start, double center)
    {
        bool low = x[start] < center;
        int end = start + 1;
        while (end < x.Length && (x[end] < center) == low)
            end++;
        return end;
    }

    /// <summary>The symmetric shape that has the same height and the width of one side.</summary>
    private void OneSide(ReadOnlySpan<double> parameters, bool low, Span<double> p, out double sign)
    {
        sign = low ? -1 : 1;
        double factor = 1 + (sign * parameters[_symmetric]);
        parameters[.._symmetric].CopyTo(p);
        p[0] *= factor;
        p[2] *= factor;
    }
}

/// <summary>f = A C/w (1 + K u²)^−m, u = 2 (x − c)/w, K = 2^(1/m) − 1, C = 2 √(K/π) Γ(m)/Γ(m − ½) (M. M. Hall et al., J. Appl. Cryst. 10 (1977) 66, doi:10.1107/S0021889877012849).</summary>
internal sealed class PearsonSevenShape : ILineShape
{
    public string Name => "pearson7";

    public IReadOnlyList<ShapeParameter> Parameters { get; } = [ShapeParameters.Area, ShapeParameters.Center, ShapeParameters.Fwhm, new("m", ShapeParameterRole.Form, 1.5, 0.55, 100)];

    public void Add(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y) => PointShapes.Add(new Point(parameters), x, y);

    public void AddWithJacobian(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y, Span<double> jacobian) => PointShapes.AddWithJacobian(new Point(parameters), x, y, jacobian, 4);

    public double Height(ReadOnlySpan<double> parameters, Span<double> gradient) => new Point(parameters).At(parameters[1], gradient);

    private readonly struct Point : IPointShape
    {
        private readonly double _area;
        private readonly double _center;
        private readonly double _width;
        private readonly double _m;
        private readonly double _k;
        private readonly double _kSlope;
        private readonly double _height;
        private readonly double _heightSlope;

        public Point(ReadOnlySpan<double> p)
        {
            (_area, _center, _width, _m) = (p[0], p[1], p[2], p[3]);
            double power = Math.Pow(2, 1 / _m);
            _k = Gamma.ExpMinusOne(Math.Log(2) / _m);
            _kSlope = -power * Math.Log(2) / (_m * _m);
            _height = 2 * Math.Sqrt(_k / Math.PI) * Gamma.Ratio(_m) / _width;

            // d ln C/dm
            _heightSlope = (0.5 * _kSlope / _k) + Gamma.Digamma(_m) - Gamma.Digamma(_m - 0.5);
        }

        public double At(double x, Span<double> d)
        {
            double u = 2 * (x - _center) / _width, q = 1 + (_k * u * u), log = Math.Log(q);
            double unit = _height * Math.Exp(-_m * log), f = _area * unit;
            if (d.IsEmpty)
                return f;
            double slope = -2 * _m * _k * u / q;
            d[0] = unit;
            d[1] = f * slope * -2 / _width;
            d[2] = -f * (1 + (slope * u)) / _width;
            d[3] = f * (_heightSlope - log - (_m * _kSlope * u * u / q));
            return f;
        }
    }
}

/// <summary>A Gaussian convolved with an exponential decay of length |τ| towards higher x (τ &gt; 0) or lower x.</summary>
internal sealed class ExponentialGaussianShape : ILineShape
{
    private const double SigmaOfFwhm = 0.42466090014400953;
    private const double RootTwo = 1.4142135623730951;
    private const double RootTwoPi = 2.5066282746310002;

    public string Name => "exponentialGaussian";

    public IReadOnlyList<ShapeParameter> Parameters { get; } =
    [
        ShapeParameters.Area, ShapeParameters.Center,
        new("gaussianFwhm", ShapeParameterRole.PartialWidth, 0.8, 0.01),
        new("tau", ShapeParameterRole.PartialWidth, 0.2),
    ];

    public void Add(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y) => PointShapes.Add(new Point(parameters), x, y);

    public void AddWithJacobian(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y, Span<double> jacobian) => PointShapes.AddWithJacobian(new Point(parameters), x, y, jacobian, 4);

    public double Height(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        double height = new Point(parameters).At(parameters[1], gradient);
        gradient[1] = 0;
        return height;
    }

    private readonly struct Point(ReadOnlySpan<double> p) : IPointShape
    {
        private readonly double _area = p[0];
        private readonly double _center = p[1];
        private readonly double _sigma = p[2] * SigmaOfFwhm;
        private readonly double _tau = Math.Abs(p[3]);
        private readonly double _sign = p[3] < 0 ? -1 : 1;

        public double At(double x, Span<double> d)
        {
            double u = _sign * (x - _center) / _sigma, t = _tau / _sigma, gauss = Math.Exp(-0.5 * u * u) / (_sigma * RootTwoPi);
            if (t < 3e-3)
                return Short(u, t, gauss, d);
            double z = ((1 / t) - u) / RootTwo;

            // f₁ = exp(−u²/2) erfcx(z)/(2τ), in the far tail exp(1/2t² − u/t) erfc(z)/(2τ).
            double unit = z >= 0
                ? Math.Exp(-0.5 * u * u) * SpecialFunctions.Erfcx(z) / (2 * _tau)
                : Math.Exp((0.5 / (t * t)) - (u / t)) * SpecialFunctions.Erfc(z) / (2 * _tau);
            if (d.IsEmpty)
                return _area * unit;

            // f₁ solves τ f₁′ = g − f₁ along x, and the convolution τ ∂f₁/∂τ = −f₁ + …; all from f₁ and g.
            double byX = (gauss - unit) / _tau, second = ((-u * gauss / _sigma) - byX) / _tau;
            d[0] = unit;
            d[1] = -_sign * _area * byX;
            d[2] = SigmaOfFwhm * _area * _sigma * second;

            // ln f₁ by τ: −1/τ − σ²/τ³ + u σ/τ² − (erfc′/erfc)(z) σ/(√2 τ²), which is −(f₁ + τ f₁′ + …)/τ.
            double slope = (-unit / _tau) - (unit / (t * t) / _tau) + (unit * u / t / _tau) + (gauss * _sigma / (_tau * _tau) * (_sigma / _tau));
            d[3] = _sign * _area * slope;
            return _area * unit;
        }

        /// <summary>Series in τ/σ: f₁ = Σ (−t)ᵏ g⁽ᵏ⁾ = g (1 + u t + (u² − 1) t² + (u³ − 3u) t³ + …).</summary>
        private double Short(double u, double t, double gauss, Span<double> d)
        {
            double h1 = u, h2 = (u * u) - 1, h3 = u * ((u * u) - 3), h4 = (u * h3) - (3 * h2), h5 = (u * h4) - (4 * h3), h6 = (u * h5) - (5 * h4);
            double unit = gauss * (1 + (t * (h1 + (t * (h2 + (t * (h3 + (t * h4))))))));
            if (d.IsEmpty)
                return _area * unit;
            d[0] = unit;

            // g⁽ᵏ⁾ = (−1/σ)ᵏ hₖ g
            d[1] = _sign * _area * gauss / _sigma * (h1 + (t * (h2 + (t * (h3 + (t * (h4 + (t * h5))))))));
            d[2] = SigmaOfFwhm * _area * gauss / _sigma * (h2 + (t * (h3 + (t * (h4 + (t * (h5 + (t * h6))))))));
            d[3] = _sign * _area * gauss / _sigma * (h1 + (t * ((2 * h2) + (t * ((3 * h3) + (t * ((4 * h4) + (5 * t * h5))))))));
            return _area * unit;
        }
    }
}

/// <summary>
/// Resonances on a continuum, both without a finite area. Breit–Wigner–Fano: f = H (1 + κε)²/(1 + ε²), κ = 1/q. Fano: f = H (q + ε)²/((1 + ε²)(1 + q²)),
/// H its maximum. ε = 2 (x − c)/w (U. Fano, Phys. Rev. 124 (1961) 1866, doi:10.1103/PhysRev.124.1866).
/// </summary>
internal sealed class FanoShape(bool breitWigner) : ILineShape
{
    public string Name => breitWigner ? "breitWignerFano" : "fano";

    public IReadOnlyList<ShapeParameter> Parameters { get; } =
    [
        new("height", ShapeParameterRole.Height), ShapeParameters.Center, ShapeParameters.Fwhm,
        breitWigner ? new("inverseQ", ShapeParameterRole.Form, 0, -2, 2) : new("q", ShapeParameterRole.Form, 2, -100, 100),
    ];

    public void Add(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y) => PointShapes.Add(new Point(parameters, breitWigner), x, y);

    public void AddWithJacobian(ReadOnlySpan<double> x, ReadOnlySpan<double> parameters, Span<double> y, Span<double> jacobian) => PointShapes.AddWithJacobian(new Point(parameters, breitWigner), x, y, jacobian, 4);

    public double Height(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        gradient.Clear();
        gradient[0] = 1;
        return parameters[0];
    }

    private readonly struct Point(ReadOnlySpan<double> p, bool breitWigner) : IPointShape
    {
        private readonly double _height = p[0];
        private readonly double _center = p[1];
        private readonly double _width = p[2];
        private readonly double _q = p[3];
        private readonly bool _breitWigner = breitWigner;

        public double At(double x, Span<double> d)
        {
            double e = 2 * (x - _center) / _width, lorentz = 1 / (1 + (e * e));
            double s = _breitWigner ? 1 + (_q * e) : _q + e, byE = _breitWigner ? _q : 1, byQ = _breitWigner ? e : 1;
            double norm = _breitWigner ? 1 : 1 / (1 + (_q * _q)), unit = s * s * lorentz * norm;
            if (d.IsEmpty)
                return _height * unit;
            double slope = 2 * s * lorentz * norm * (byE - (s * e * lorentz));
            d[0] = unit;
            d[1] = _height * slope * -2 / _width;
            d[2] = -_height * slope * e / _width;
            d[3] = _height * ((2 * s * lorentz * norm * byQ) - (_breitWigner ? 0 : unit * 2 * _q * norm));
            return _height * unit;
        }
    }
}

/// <summary>What the Pearson VII needs.</summary>
internal static class Gamma
{
    /// <summary>Γ(m)/Γ(m − ½), m &gt; ½: recurrence up to large arguments, where Stirling's series holds.</summary>
    public static double Ratio(double m)
    {
        // Γ(m)/Γ(m − ½) = (m − ½)/m · Γ(m + 1)/Γ(m + ½)
        double factor = 1;
        while (m < 20)
        {
            factor *= (m - 0.5) / m;
            m++;
        }

        return factor * Math.Exp(LogStirling(m) - LogStirling(m - 0.5));
    }

    /// <summary>ψ(x), x &gt; 0.</summary>
    public static double Digamma(double x)
    {
        double sum = 0;
        while (x < 10)
            sum -= 1 / x++;
        double y = 1 / (x * x);
        return sum + Math.Log(x) - (0.5 / x) - (y * ((1.0 / 12) - (y * ((1.0 / 120) - (y * ((1.0 / 252) - (y * ((1.0 / 240) - (y * ((1.0 / 132) - (y * (691.0 / 32760))))))))))));
    }

    /// <summary>eˣ − 1 without loss for small x.</summary>
    public static double ExpMinusOne(double x) => Math.Abs(x) > 0.3 ? Math.Exp(x) - 1 : 2 * Math.Exp(0.5 * x) * Math.Sinh(0.5 * x);

    private static double LogStirling(double x)
    {
        double y = 1 / (x * x);
        return ((x - 0.5) * Math.Log(x)) - x + ((1.0 / 12) - (y * ((1.0 / 360) - (y * ((1.0 / 1260) - (y * (1.0 / 1680))))))) / x;
    }
}
