using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Benchmarks;

/// <summary>W2b in its own parameters (height, centre, half width, eta, twice; offset and slope), scalar, for every solver alike.</summary>
internal sealed class PseudoVoigtProblem : ILeastSquaresProblem
{
    private const double Ln2 = 0.6931471805599453;
    private double[] _x = [];
    private double[] _y = [];

    public int ParameterCount => 10;

    public int ResidualCount => _x.Length;

    public void Set(double[] x, double[] y) => (_x, _y) = (x, y);

    public bool Evaluate(ReadOnlySpan<double> parameters, Span<double> residuals, Span<double> jacobian)
    {
        for (int i = 0; i < _x.Length; i++)
            residuals[i] = Value(_x[i], parameters, i, jacobian, _x.Length) - _y[i];
        return true;
    }

    public static double Value(double x, ReadOnlySpan<double> p, int i, Span<double> jacobian, int stride)
    {
        double value = p[8] + (p[9] * x);
        for (int k = 0; k < 8; k += 4)
        {
            double inverse = 1 / p[k + 2], z = (x - p[k + 1]) * inverse;
            double lorentz = 1 / (1 + (z * z)), gauss = Math.Exp(-Ln2 * z * z), eta = p[k + 3];
            double shape = (eta * lorentz) + ((1 - eta) * gauss);
            value += p[k] * shape;
            if (jacobian.IsEmpty)
                continue;
            double slope = 2 * p[k] * z * inverse * ((eta * lorentz * lorentz) + ((1 - eta) * Ln2 * gauss));
            jacobian[(k * stride) + i] = shape;
            jacobian[((k + 1) * stride) + i] = slope;
            jacobian[((k + 2) * stride) + i] = slope * z;
            jacobian[((k + 3) * stride) + i] = p[k] * (lorentz - gauss);
        }

        if (!jacobian.IsEmpty)
        {
            jacobian[(8 * stride) + i] = 1;
            jacobian[(9 * stride) + i] = x;
        }

        return value;
    }
}
