using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Benchmarks;

/// <summary>
/// The models of W2a (Gaussian: height, centre, sigma; offset), W2b, W2c and W3 (pseudo-Voigts: height, centre, half width, eta; on a
/// straight line where two parameters are left), scalar, for every solver alike.
/// </summary>
internal sealed class PseudoVoigtProblem(int parameterCount) : ILeastSquaresProblem
{
    private const double Ln2 = 0.6931471805599453;
    private double[] _x = [];
    private double[] _y = [];

    public int ParameterCount => parameterCount;

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
        if (p.Length == 4)
            return Gaussian(x, p, i, jacobian, stride);
        int end = p.Length / 4 * 4;
        double value = 0;
        if (end < p.Length)
        {
            value = p[end] + (p[end + 1] * x);
            if (!jacobian.IsEmpty)
            {
                jacobian[(end * stride) + i] = 1;
                jacobian[((end + 1) * stride) + i] = x;
            }
        }

        for (int k = 0; k < end; k += 4)
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

        return value;
    }

    private static double Gaussian(double x, ReadOnlySpan<double> p, int i, Span<double> jacobian, int stride)
    {
        double z = (x - p[1]) / p[2], e = Math.Exp(-0.5 * z * z), slope = p[0] * e * z / p[2];
        if (!jacobian.IsEmpty)
        {
            jacobian[i] = e;
            jacobian[stride + i] = slope;
            jacobian[(2 * stride) + i] = slope * z;
            jacobian[(3 * stride) + i] = 1;
        }

        return (p[0] * e) + p[3];
    }
}
