namespace BigMap.Analysis.Numerics;

/// <summary>
/// min ‖A c − y‖² for c ≥ 0 from G = AᵀA and f = Aᵀy by the active set of C. L. Lawson and R. J. Hanson (Solving Least Squares Problems, 1974, chapter 23).
/// A direction that G does not determine stays 0.
/// </summary>
internal sealed class NonNegativeSolver(int k)
{
    private const double Indefinite = 1e-13;
    private readonly bool[] _free = new bool[k];
    private readonly bool[] _barred = new bool[k];
    private readonly int[] _set = new int[k];
    private readonly double[] _factor = new double[k * k];
    private readonly double[] _trial = new double[k];

    public void Solve(ReadOnlySpan<double> gram, ReadOnlySpan<double> f, Span<double> c)
    {
        c.Clear();
        _free.AsSpan().Clear();
        _barred.AsSpan().Clear();
        double size = 0;
        for (int a = 0; a < k; a++)
            size = Math.Max(size, Math.Abs(f[a]));
        for (int round = 0; round < 3 * k; round++)
        {
            int enter = -1;
            double steepest = 1e-14 * size;
            for (int a = 0; a < k; a++)
            {
                if (_free[a] || _barred[a])
                    continue;
                double w = f[a];
                for (int b = 0; b < k; b++)
                    w -= gram[(a * k) + b] * c[b];
                if (w > steepest)
                    (enter, steepest) = (a, w);
            }

            if (enter < 0)
                return;
            _free[enter] = true;
            for (int inner = 0; inner <= k; inner++)
            {
                if (!SolveFree(gram, f))
                {
                    _free[enter] = false;
                    _barred[enter] = true;
                    break;
                }

                double step = 1;
                int leave = -1;
                for (int a = 0; a < k; a++)
                {
                    if (_free[a] && _trial[a] <= 0 && c[a] / (c[a] - _trial[a]) is var t && (t < step || leave < 0))
                        (leave, step) = (a, Math.Min(step, t));
                }

                if (leave >= 0 && leave == enter && c[enter] == 0)
                {
                    // Rounding: the gradient said up, the solution says down.
                    _free[enter] = false;
                    _barred[enter] = true;
                    break;
                }

                for (int a = 0; a < k; a++)
                {
                    if (_free[a])
                        c[a] = leave < 0 ? _trial[a] : Math.Max(0, c[a] + (step * (_trial[a] - c[a])));
                }

                if (leave < 0)
                    break;
                c[leave] = 0;
                _free[leave] = false;
            }
        }
    }

    private bool SolveFree(ReadOnlySpan<double> gram, ReadOnlySpan<double> f)
    {
        int n = 0;
        for (int a = 0; a < k; a++)
        {
            if (_free[a])
                _set[n++] = a;
        }

        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = gram[(_set[i] * k) + _set[j]];
                for (int m = 0; m < j; m++)
                    sum -= _factor[(i * k) + m] * _factor[(j * k) + m];
                if (i == j && !(sum > Indefinite * gram[(_set[i] * k) + _set[i]]))
                    return false;
                _factor[(i * k) + j] = i == j ? Math.Sqrt(sum) : sum / _factor[(j * k) + j];
            }
        }

        _trial.AsSpan().Clear();
        Span<double> z = stackalloc double[n];
        for (int i = 0; i < n; i++)
        {
            double sum = f[_set[i]];
            for (int m = 0; m < i; m++)
                sum -= _factor[(i * k) + m] * z[m];
            z[i] = sum / _factor[(i * k) + i];
        }

        for (int i = n - 1; i >= 0; i--)
        {
            double sum = z[i];
            for (int m = i + 1; m < n; m++)
                sum -= _factor[(m * k) + i] * z[m];
            z[i] = sum / _factor[(i * k) + i];
            _trial[_set[i]] = z[i];
        }

        return true;
    }
}
