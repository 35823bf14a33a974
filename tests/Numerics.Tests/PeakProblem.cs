using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Numerics.Tests;

/// <summary>The model of W2a (one Gaussian and an offset) or of W2b and W2c (two pseudo-Voigts on a line), in plain scalar code with exact derivatives.</summary>
internal sealed class PeakProblem(FitCase data) : ILeastSquaresProblem
{
    private const double Ln2 = 0.6931471805599453;

    public int ParameterCount => data.Start.Length;

    public int ResidualCount => data.Y.Length;

    public int Evaluations { get; private set; }

    public bool Evaluate(ReadOnlySpan<double> parameters, Span<double> residuals, Span<double> jacobian)
    {
        Evaluations++;
        int n = data.Y.Length;
        Span<double> g = stackalloc double[parameters.Length];
        for (int i = 0; i < n; i++)
        {
            residuals[i] = (parameters.Length == 4 ? Gaussian(data.X[i], parameters, g) : TwoPeaks(data.X[i], parameters, g)) - data.Y[i];
            for (int k = 0; k < g.Length && !jacobian.IsEmpty; k++)
                jacobian[(k * n) + i] = g[k];
        }

        return true;
    }

    private static double Gaussian(double x, ReadOnlySpan<double> p, Span<double> g)
    {
        double d = x - p[1], e = Math.Exp(-(d * d) / (2 * p[2] * p[2]));
        g[0] = e;
        g[1] = p[0] * e * d / (p[2] * p[2]);
        g[2] = p[0] * e * d * d / (p[2] * p[2] * p[2]);
        g[3] = 1;
        return (p[0] * e) + p[3];
    }

    private static double TwoPeaks(double x, ReadOnlySpan<double> p, Span<double> g)
    {
        int peaks = p.Length / 4;
        double f = 0;
        if (p.Length > 4 * peaks)
        {
            f = p[4 * peaks] + (p[(4 * peaks) + 1] * x);
            (g[4 * peaks], g[(4 * peaks) + 1]) = (1, x);
        }

        for (int at = 0; at < 4 * peaks; at += 4)
        {
            double z = (x - p[at + 1]) / p[at + 2], e = Math.Exp(-Ln2 * z * z), q = 1 / (1 + (z * z));
            double m = (p[at + 3] * q) + ((1 - p[at + 3]) * e);
            double dz = p[at] * ((p[at + 3] * -2 * z * q * q) - ((1 - p[at + 3]) * 2 * Ln2 * z * e));
            g[at] = m;
            g[at + 1] = -dz / p[at + 2];
            g[at + 2] = -dz * z / p[at + 2];
            g[at + 3] = p[at] * (q - e);
            f += p[at] * m;
        }

        return f;
    }
}
