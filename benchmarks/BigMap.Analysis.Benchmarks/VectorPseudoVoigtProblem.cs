using System.Numerics;
using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Benchmarks;

/// <summary>Pseudo-Voigts (height, centre, half width, eta) without a background, several points at a time: one large fit as a technique package writes it.</summary>
internal sealed class VectorPseudoVoigtProblem(int parameterCount) : ILeastSquaresProblem
{
    private const double Ln2 = 0.6931471805599453;
    private double[] _x = [];
    private double[] _y = [];

    public int ParameterCount => parameterCount;

    public int ResidualCount => _x.Length;

    public void Set(double[] x, double[] y)
    {
        if (x.Length % Vector<double>.Count != 0)
            throw new ArgumentException("Whole vectors only.", nameof(x));
        (_x, _y) = (x, y);
    }

    public bool Evaluate(ReadOnlySpan<double> parameters, Span<double> residuals, Span<double> jacobian)
    {
        int m = _x.Length;
        for (int i = 0; i < m; i++)
            residuals[i] = -_y[i];
        for (int k = 0; k < parameters.Length; k += 4)
        {
            Vector<double> a = new(parameters[k]), c = new(parameters[k + 1]), inverse = new(1 / parameters[k + 2]), eta = new(parameters[k + 3]), one = Vector<double>.One;
            for (int i = 0; i < m; i += Vector<double>.Count)
            {
                Vector<double> z = (new Vector<double>(_x, i) - c) * inverse, s = z * z;
                Vector<double> lorentz = one / (one + s), gauss = LaneMath.Exp(s * -Ln2), difference = lorentz - gauss;
                Vector<double> shape = gauss + (eta * difference);
                (new Vector<double>(residuals[i..]) + (a * shape)).CopyTo(residuals[i..]);
                if (jacobian.IsEmpty)
                    continue;
                Vector<double> slope = 2 * a * z * inverse * ((eta * lorentz * lorentz) + ((one - eta) * Ln2 * gauss));
                shape.CopyTo(jacobian[((k * m) + i)..]);
                slope.CopyTo(jacobian[(((k + 1) * m) + i)..]);
                (slope * z).CopyTo(jacobian[(((k + 2) * m) + i)..]);
                (a * difference).CopyTo(jacobian[(((k + 3) * m) + i)..]);
            }
        }

        return true;
    }
}
