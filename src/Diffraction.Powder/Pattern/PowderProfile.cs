using System.Numerics;
using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Diffraction.Powder;

/// <summary>Widths and asymmetry of one powder line, in degrees of 2θ.</summary>
/// <param name="Center">Position of the line, 2θ in degrees, where a sample of no height would put it.</param>
/// <param name="GaussianFwhm">Full width at half maximum of the Gaussian part, Γ_G, degrees; at least 0.</param>
/// <param name="LorentzianFwhm">Full width at half maximum of the Lorentzian part, Γ_L, degrees; at least 0.</param>
/// <param name="Asymmetry">(S + H)/L with S = H: half-heights of sample and detector slit over the goniometer radius; 0 is symmetric.</param>
public readonly record struct LineProfile(double Center, double GaussianFwhm, double LorentzianFwhm, double Asymmetry);

/// <summary>
/// The profile of a powder line: the pseudo-Voigt of Thompson, Cox and Hastings (J. Appl. Cryst. 20 (1987) 79, doi:10.1107/S0021889887087090), convoluted
/// with the axial divergence of Finger, Cox and Jephcoat (J. Appl. Cryst. 27 (1994) 892, doi:10.1107/S0021889894004218).
/// </summary>
/// <remarks>
/// Γ⁵ = Γ_G⁵ + 2.69269 Γ_G⁴Γ_L + 2.42843 Γ_G³Γ_L² + 4.47163 Γ_G²Γ_L³ + 0.07842 Γ_GΓ_L⁴ + Γ_L⁵; η = 1.36603 q − 0.47719 q² + 0.11116 q³, q = Γ_L/Γ.
/// Axial divergence, written over h from 0 to (S + H)/L: cos 2φ = cos 2θ √(1 + h²), weight (1 − h L/(S + H)) / ((1 + h²) sin 2φ), which has no
/// singularity, by Gauss–Legendre quadrature with as many nodes as the shift needs. The area is 1 over all angles. A workspace: not thread-safe;
/// nothing is allocated by a call.
/// </remarks>
/// <example><code>
/// var kernel = new PowderProfile();
/// kernel.Add(twoTheta, new LineProfile(18.7, 0.06, 0.03, 0.02), area: 1200, y);
/// </code></example>
public sealed class PowderProfile
{
    private const double Ln2 = 0.6931471805599453;
    private const int MostNodes = 48;
    private static readonly (double[] T, double[] Weight)[] Rules = [.. Enumerable.Range(0, MostNodes + 1).Select(Legendre)];
    private readonly double[] _position = new double[MostNodes];
    private readonly double[] _weight = new double[MostNodes];
    private readonly double[] _byCenter = new double[MostNodes];
    private readonly double[] _byAsymmetry = new double[MostNodes];
    private readonly double[] _weightByCenter = new double[MostNodes];
    private readonly double[] _weightByAsymmetry = new double[MostNodes];
    private int _nodes;

    /// <summary>Width and mixing of the pseudo-Voigt.</summary>
    /// <param name="gaussianFwhm">Γ_G.</param>
    /// <param name="lorentzianFwhm">Γ_L, same unit.</param>
    /// <returns>Γ, same unit, and η between 0 (Gaussian) and 1 (Lorentzian).</returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative width, or both zero.</exception>
    public static (double Fwhm, double Eta) ThompsonCoxHastings(double gaussianFwhm, double lorentzianFwhm)
    {
        if (!(gaussianFwhm >= 0) || !(lorentzianFwhm >= 0) || !(gaussianFwhm + lorentzianFwhm > 0) || !double.IsFinite(gaussianFwhm + lorentzianFwhm))
            throw new ArgumentOutOfRangeException(nameof(gaussianFwhm), "Widths are finite, not negative, and not both zero.");
        PseudoVoigt shape = PseudoVoigt.Of(gaussianFwhm, lorentzianFwhm);
        return (shape.Fwhm, shape.Eta);
    }

    /// <summary>Adds a line to a pattern.</summary>
    /// <param name="twoTheta">Points, degrees.</param>
    /// <param name="line">The line.</param>
    /// <param name="area">Its area, in the unit of <paramref name="y"/> times degrees.</param>
    /// <param name="y">One value per point; is added to.</param>
    /// <exception cref="ArgumentException">Lengths that differ, or a line that is none (center not between 0 and 180, widths negative or both zero, asymmetry negative or above 1).</exception>
    public void Add(ReadOnlySpan<double> twoTheta, LineProfile line, double area, Span<double> y)
    {
        Check(twoTheta.Length, line, y.Length);
        PseudoVoigt shape = PseudoVoigt.Of(line.GaussianFwhm, line.LorentzianFwhm);
        Spread(line, shape.Fwhm, derivatives: false);
        (double gaussHeight, double gaussRate, double lorentzHeight, double lorentzRate) = shape.Constants();
        for (int k = 0; k < _nodes; k++)
        {
            double a = area * _weight[k], position = _position[k];
            Vector<double> g = new(a * gaussHeight), rate = new(-gaussRate), l = new(a * lorentzHeight), width = new(lorentzRate), c = new(position);
            int i = 0;
            for (; i <= twoTheta.Length - Vector<double>.Count; i += Vector<double>.Count)
            {
                Vector<double> d = new Vector<double>(twoTheta[i..]) - c, s = d * d;
                (new Vector<double>(y[i..]) + (g * LaneMath.Exp(s * rate)) + (l / (Vector<double>.One + (s * width)))).CopyTo(y[i..]);
            }

            for (; i < twoTheta.Length; i++)
            {
                double d = twoTheta[i] - position, s = d * d;
                y[i] += (a * gaussHeight * Math.Exp(-gaussRate * s)) + (a * lorentzHeight / (1 + (lorentzRate * s)));
            }
        }
    }

    /// <summary>The line of unit area with its derivatives.</summary>
    /// <param name="twoTheta">Points, degrees.</param>
    /// <param name="line">The line.</param>
    /// <param name="y">Receives the values per degree.</param>
    /// <param name="jacobian">Receives four blocks of one value per point: by center, Gaussian FWHM, Lorentzian FWHM, asymmetry.</param>
    /// <exception cref="ArgumentException">Lengths that do not fit, or a line that is none, see <see cref="Add"/>.</exception>
    public void Evaluate(ReadOnlySpan<double> twoTheta, LineProfile line, Span<double> y, Span<double> jacobian)
    {
        int n = twoTheta.Length;
        Check(n, line, y.Length);
        if (jacobian.Length < 4 * n)
            throw new ArgumentException($"The derivatives need {4 * n} values, but there is room for {jacobian.Length}.", nameof(jacobian));
        PseudoVoigt shape = PseudoVoigt.Of(line.GaussianFwhm, line.LorentzianFwhm);
        Spread(line, shape.Fwhm, derivatives: true);
        y[..n].Clear();
        jacobian[..(4 * n)].Clear();
        Span<double> center = jacobian[..n], gaussian = jacobian.Slice(n, n), lorentzian = jacobian.Slice(2 * n, n), asymmetry = jacobian.Slice(3 * n, n);
        (double gaussHeight, double gaussRate, double lorentzHeight, double lorentzRate) = shape.Constants();
        double eta = shape.Eta, fwhm = shape.Fwhm;
        for (int k = 0; k < _nodes; k++)
        {
            double w = _weight[k], position = _position[k];
            for (int i = 0; i < n; i++)
            {
                double d = twoTheta[i] - position, s = d * d;
                double g = gaussHeight * Math.Exp(-gaussRate * s), reciprocal = 1 / (1 + (lorentzRate * s)), l = lorentzHeight * reciprocal;
                double value = g + l;

                // By the position of the node, and by Γ and η.
                double slope = (2 * gaussRate * d * g) + (2 * lorentzRate * d * l * reciprocal);
                double byFwhm = ((g * ((2 * gaussRate * s) - 1)) + (l * ((2 * lorentzRate * s * reciprocal) - 1))) / fwhm;
                double unitGauss = shape.UnitGauss * Math.Exp(-gaussRate * s), unitLorentz = shape.UnitLorentz * reciprocal;
                double byEta = unitLorentz - unitGauss;
                y[i] += w * value;
                center[i] += (w * slope * _byCenter[k]) + (_weightByCenter[k] * value);
                gaussian[i] += w * ((byFwhm * shape.FwhmByGaussian) + (byEta * shape.EtaByGaussian));
                lorentzian[i] += w * ((byFwhm * shape.FwhmByLorentzian) + (byEta * shape.EtaByLorentzian));
                asymmetry[i] += (w * slope * _byAsymmetry[k]) + (_weightByAsymmetry[k] * value);
            }
        }
    }

    private static void Check(int points, LineProfile line, int values)
    {
        if (values < points)
            throw new ArgumentException($"There are {points} points, but room for {values} values.", nameof(values));
        if (!(line.Center is > 0 and < 180))
            throw new ArgumentException($"A powder line lies between 0 and 180 degrees, not at {line.Center}.", nameof(line));
        if (!(line.GaussianFwhm >= 0) || !(line.LorentzianFwhm >= 0) || !(line.GaussianFwhm + line.LorentzianFwhm > 0) || !double.IsFinite(line.GaussianFwhm + line.LorentzianFwhm))
            throw new ArgumentException("Widths are finite, not negative, and not both zero.", nameof(line));
        if (!(line.Asymmetry is >= 0 and <= 1))
            throw new ArgumentException($"The asymmetry (S + H)/L lies between 0 and 1, not at {line.Asymmetry}.", nameof(line));
    }

    /// <summary>Gauss–Legendre nodes and weights on 0 … 1.</summary>
    private static (double[] T, double[] Weight) Legendre(int n)
    {
        double[] t = new double[n], w = new double[n];
        for (int i = 0; i < n; i++)
        {
            double x = Math.Cos(Math.PI * (i + 0.75) / (n + 0.5)), slope = 1;
            for (int turn = 0; turn < 100; turn++)
            {
                double p = 1, before = 0;
                for (int k = 1; k <= n; k++)
                    (p, before) = (((((2 * k) - 1) * x * p) - ((k - 1) * before)) / k, p);
                slope = n * ((x * p) - before) / ((x * x) - 1);
                double step = p / slope;
                x -= step;
                if (Math.Abs(step) < 1e-15)
                    break;
            }

            t[i] = 0.5 * (1 - x);
            w[i] = 1 / ((1 - (x * x)) * slope * slope);
        }

        return (t, w);
    }

    /// <summary>Where axial divergence puts the line, with which weights, and how both move with the center and with (S + H)/L.</summary>
    private void Spread(LineProfile line, double fwhm, bool derivatives)
    {
        const double Degree = 180 / Math.PI;
        double angle = line.Center / Degree;
        (double sine, double cosine) = Math.SinCos(angle);

        // Below a few degrees the cone of the reflection is narrower than the slit is high: h ends at tan 2θ.
        double end = line.Asymmetry, most = cosine > 0 ? 0.999 * sine / cosine : double.PositiveInfinity;
        bool cut = end > most;
        double reach = cut ? most : end;
        double shift = Degree * Math.Abs(Math.Acos(Math.Clamp(cosine * Math.Sqrt(1 + (reach * reach)), -1, 1)) - angle);
        if (!(shift > 1e-7 * fwhm))
        {
            _nodes = 1;
            (_position[0], _weight[0]) = (line.Center, 1);
            (_byCenter[0], _byAsymmetry[0], _weightByCenter[0], _weightByAsymmetry[0]) = (1, 0, 0, 0);
            return;
        }

        _nodes = Math.Clamp((int)(6 + (5 * Math.Sqrt(shift / fwhm)) + (3 * shift / fwhm)), 6, MostNodes);
        (double[] t, double[] rule) = Rules[_nodes];
        double sum = 0, sumByCenter = 0, sumByAsymmetry = 0;
        for (int k = 0; k < _nodes; k++)
        {
            double h = reach * t[k], root = Math.Sqrt(1 + (h * h)), c = cosine * root, phi = Math.Acos(Math.Clamp(c, -1, 1)), s = Math.Sin(phi);
            double w = rule[k] * (1 - (h / end)) / (root * root * s);
            _position[k] = phi * Degree;
            _weight[k] = w;
            sum += w;
            if (!derivatives)
                continue;
            double phiByAngle = sine * root / s, phiByH = -cosine * h / (root * s), hByEnd = cut ? 0 : t[k];
            double byAngle = -c / s * phiByAngle;
            double byEnd = (hByEnd * ((-2 * h / (root * root)) - (c / s * phiByH))) + (cut ? h / (end * (end - h)) : 0);
            _byCenter[k] = phiByAngle;
            _byAsymmetry[k] = Degree * phiByH * hByEnd;
            _weightByCenter[k] = w * byAngle / Degree;
            _weightByAsymmetry[k] = w * byEnd;
            sumByCenter += _weightByCenter[k];
            sumByAsymmetry += _weightByAsymmetry[k];
        }

        for (int k = 0; k < _nodes; k++)
        {
            _weight[k] /= sum;
            _weightByCenter[k] = (_weightByCenter[k] - (_weight[k] * sumByCenter)) / sum;
            _weightByAsymmetry[k] = (_weightByAsymmetry[k] - (_weight[k] * sumByAsymmetry)) / sum;
        }
    }

    private readonly record struct PseudoVoigt(double Fwhm, double Eta, double FwhmByGaussian, double FwhmByLorentzian, double EtaByGaussian, double EtaByLorentzian)
    {
        public double UnitGauss => 2 * Math.Sqrt(Ln2 / Math.PI) / Fwhm;

        public double UnitLorentz => 2 / (Math.PI * Fwhm);

        public static PseudoVoigt Of(double g, double l)
        {
            double g2 = g * g, g3 = g2 * g, g4 = g2 * g2, l2 = l * l, l3 = l2 * l, l4 = l2 * l2;
            double fifth = (g4 * g) + (2.69269 * g4 * l) + (2.42843 * g3 * l2) + (4.47163 * g2 * l3) + (0.07842 * g * l4) + (l4 * l);
            double fwhm = Math.Pow(fifth, 0.2), per = fwhm / (5 * fifth);
            double byG = per * ((5 * g4) + (4 * 2.69269 * g3 * l) + (3 * 2.42843 * g2 * l2) + (2 * 4.47163 * g * l3) + (0.07842 * l4));
            double byL = per * ((2.69269 * g4) + (2 * 2.42843 * g3 * l) + (3 * 4.47163 * g2 * l2) + (4 * 0.07842 * g * l3) + (5 * l4));
            double q = l / fwhm, eta = q * (1.36603 + (q * (-0.47719 + (q * 0.11116)))), slope = 1.36603 + (q * ((-2 * 0.47719) + (q * 3 * 0.11116)));
            return new PseudoVoigt(fwhm, eta, byG, byL, slope * -q * byG / fwhm, slope * (1 - (q * byL)) / fwhm);
        }

        /// <summary>Height and rate of (1 − η) G = h exp(−r d²) and of η L = h / (1 + r d²).</summary>
        public (double GaussHeight, double GaussRate, double LorentzHeight, double LorentzRate) Constants() =>
            ((1 - Eta) * UnitGauss, 4 * Ln2 / (Fwhm * Fwhm), Eta * UnitLorentz, 4 / (Fwhm * Fwhm));
    }
}
