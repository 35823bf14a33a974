using System.Numerics.Tensors;
using BigMap.Analysis.Spectra.PeakFit.Internal;

namespace BigMap.Analysis.Spectra.PeakFit;

/// <content>The posterior density around a known optimum.</content>
public sealed partial class PeakFitter
{
    /// <summary>Roots that the present problem varies.</summary>
    internal int[] FreeRoots() => [.. Enumerable.Range(0, _roots.Length).Where(k => _rootLower[k] < _rootUpper[k])];

    /// <summary>ln of the posterior density but for a constant: −χ²/2 with penalties and priors, uniform within the bounds; without variances −(n/2) ln χ², the variance integrated out with 1/σ as prior.</summary>
    internal double LogDensity(double[] roots)
    {
        for (int k = 0; k < roots.Length; k++)
        {
            if (!(roots[k] >= _rootLower[k] && roots[k] <= _rootUpper[k]))
                return double.NegativeInfinity;
        }

        if (!_problem.Evaluate(roots, _residuals, []))
            return double.NegativeInfinity;
        double chiSquare = TensorPrimitives.SumOfSquares<double>(_residuals);
        double density = Model.Options.Weighting == Weighting.None ? -0.5 * Length * Math.Log(chiSquare) : -0.5 * chiSquare;
        return double.IsFinite(density) ? density : double.NegativeInfinity;
    }

    /// <summary>Every value at a point.</summary>
    internal void ValuesAt(double[] roots, Span<double> values)
    {
        roots.CopyTo(_roots, 0);
        WriteValues(values);
        WriteAbsent(values);
        WriteDerived(values);
    }

    /// <summary>Starts of walkers: normal with the covariance of the fit where there is one, a tenth of what is allowed elsewhere; all within the bounds.</summary>
    internal double[][] SpreadAround(double[] best, int[] free, int count, double width, ref SplitMix random)
    {
        int n = free.Length;
        double[] factor = new double[n * n], draws = new double[n];
        double unit = Model.Options.Weighting == Weighting.None ? ReducedForSampling() : 1;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = CovarianceOf(free[i], free[j]) * unit;
                for (int k = 0; k < j; k++)
                    sum -= factor[(i * n) + k] * factor[(j * n) + k];
                if (i == j)
                    factor[(i * n) + i] = sum > 1e-12 * CovarianceOf(free[i], free[i]) * unit ? Math.Sqrt(sum) : 0;
                else
                    factor[(i * n) + j] = factor[(j * n) + j] > 0 ? sum / factor[(j * n) + j] : 0;
            }
        }

        var walkers = new double[count][];
        for (int w = 0; w < count; w++)
        {
            walkers[w] = [.. best];
            for (int k = 0; k < n; k++)
                draws[k] = random.Normal();
            for (int i = 0; i < n; i++)
            {
                double shift = 0;
                for (int k = 0; k <= i; k++)
                    shift += factor[(i * n) + k] * draws[k];
                int root = free[i];
                (double low, double high) = (_rootLower[root], _rootUpper[root]);
                if (factor[(i * n) + i] == 0)
                    shift = draws[i] * (double.IsFinite(high - low) ? 0.1 * (high - low) : Math.Max(1e-6, 0.1 * Math.Abs(best[root])));
                double value = best[root] + (width * shift);

                // Back from a bound as far as it went beyond.
                value = value < low ? (2 * low) - value : value > high ? (2 * high) - value : value;
                walkers[w][root] = value >= low && value <= high ? value : best[root] == low || best[root] == high ? Between(best[root], low, high, random.Next()) : best[root];
            }
        }

        return walkers;
    }

    /// <summary>ln of the determinant of the covariance of some roots; NaN when one of them has none.</summary>
    internal double LogDeterminant(int[] free)
    {
        int n = free.Length;
        double[] factor = new double[n * n];
        double sum = 0;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double v = CovarianceOf(free[i], free[j]);
                for (int k = 0; k < j; k++)
                    v -= factor[(i * n) + k] * factor[(j * n) + k];
                factor[(i * n) + j] = i == j ? Math.Sqrt(v) : v / factor[(j * n) + j];
            }

            sum += 2 * Math.Log(factor[(i * n) + i]);
        }

        return sum;
    }

    private double CovarianceOf(int a, int b) => _rootStatus[a] == StandardErrorStatus.Given && _rootStatus[b] == StandardErrorStatus.Given ? _covariance[(a * _roots.Length) + b] : 0;

    private double ReducedForSampling() => ChiSquareOfData() / Math.Max(1, Length - CountVaried());

    private static double Between(double bound, double low, double high, double u) => double.IsFinite(high - low) ? bound + (0.01 * u * (bound == low ? high - low : low - high)) : bound;
}
