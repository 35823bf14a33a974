namespace BigMap.Analysis.Spectra.Baseline.Tests;

/// <summary>What one would write first: a pentadiagonal LDLᵀ in one loop, d = 2, arrays reused. The measure of speed, not of accuracy.</summary>
internal sealed class ScalarAsls(int n)
{
    private readonly double[] _w = new double[n];
    private readonly double[] _d = new double[n];
    private readonly double[] _l1 = new double[n];
    private readonly double[] _l2 = new double[n];

    public int Estimate(double[] y, double[] z, double lambda, double p, int maxSolves, bool stop)
    {
        Array.Fill(_w, 1);
        for (int solves = 1; ; solves++)
        {
            double dBefore = 0, dBefore2 = 0, l1Before = 0, l2Before = 0, l2Before2 = 0, zBefore = 0, zBefore2 = 0;
            for (int i = 0; i < n; i++)
            {
                double a0 = i == 0 || i == n - 1 ? 1 : i == 1 || i == n - 2 ? 5 : 6;
                double a1 = i == n - 1 ? 0 : i == 0 || i == n - 2 ? -2 : -4;
                double d = _w[i] + (lambda * a0) - (l1Before * l1Before * dBefore) - (l2Before2 * l2Before2 * dBefore2);
                double inverse = 1 / d;
                double l1 = ((lambda * a1) - (l1Before * dBefore * l2Before)) * inverse;
                double l2 = i >= n - 2 ? 0 : lambda * inverse;
                double value = (_w[i] * y[i]) - (l1Before * zBefore) - (l2Before2 * zBefore2);
                (_d[i], _l1[i], _l2[i], z[i]) = (inverse, l1, l2, value);
                (dBefore2, dBefore) = (dBefore, d);
                l1Before = l1;
                (l2Before2, l2Before) = (l2Before, l2);
                (zBefore2, zBefore) = (zBefore, value);
            }

            double next = 0, next2 = 0;
            bool same = true;
            for (int i = n - 1; i >= 0; i--)
            {
                double value = (z[i] * _d[i]) - (_l1[i] * next) - (_l2[i] * next2);
                z[i] = value;
                (next2, next) = (next, value);
                double w = y[i] > value ? p : 1 - p;
                same &= w == _w[i];
                _w[i] = w;
            }

            if ((same && stop) || solves == maxSolves)
                return solves;
        }
    }
}
