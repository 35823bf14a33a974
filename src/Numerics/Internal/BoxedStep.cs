namespace BigMap.Analysis.Numerics.Internal;

/// <summary>
/// Minimises ‖R d + c‖² + λ‖d‖² over lower ≤ d ≤ upper, exactly, by an active set (Stark and Parker, Bounded-variable least squares,
/// Computational Statistics 10 (1995) 129). Plain projection of the unbounded step is not enough: the other parameters must know that one
/// has stopped at its bound.
/// </summary>
internal sealed class BoxedStep
{
    private readonly double[] _matrix;
    private readonly double[] _rhs;
    private readonly double[] _diagonal;
    private readonly double[] _residual;
    private readonly int[] _free;

    public BoxedStep(int capacity)
    {
        _matrix = new double[2 * capacity * capacity];
        _rhs = new double[2 * capacity];
        _diagonal = new double[capacity];
        _residual = new double[capacity];
        _free = new int[capacity];
        State = new sbyte[capacity];
        Lower = new double[capacity];
        Upper = new double[capacity];
        Step = new double[capacity];
    }

    /// <summary>0 free, −1 held at the lower bound, +1 held at the upper bound: set by <see cref="Solve"/>.</summary>
    public sbyte[] State { get; }

    public double[] Lower { get; }

    public double[] Upper { get; }

    public double[] Step { get; }

    /// <summary>Reduction ‖c‖² − ‖R d + c‖² of the step found.</summary>
    public double Reduction { get; private set; }

    /// <param name="r">Upper triangle, column-major with leading dimension n.</param>
    /// <param name="c">Right-hand side.</param>
    /// <param name="n">Order.</param>
    /// <param name="damping">√λ, above 0.</param>
    public void Solve(ReadOnlySpan<double> r, ReadOnlySpan<double> c, int n, double damping)
    {
        Span<double> d = Step.AsSpan(0, n);
        d.Clear();
        for (int i = 0; i < n; i++)
        {
            double g = Gradient(r, c, n, i);
            State[i] = Lower[i] >= 0 && g >= 0 ? (sbyte)-1 : Upper[i] <= 0 && g <= 0 ? (sbyte)1 : (sbyte)0;
        }

        int released = -1;
        for (int pass = 0; pass < (4 * n) + 10; pass++)
        {
            int count = 0;
            for (int i = 0; i < n; i++)
            {
                if (State[i] == 0)
                    _free[count++] = i;
            }

            if (count > 0)
            {
                SolveFree(r, c, n, damping, count);
                double alpha = 1;
                int blocking = -1;
                for (int k = 0; k < count; k++)
                {
                    int i = _free[k];
                    double target = _rhs[k];
                    double bound = target < Lower[i] ? Lower[i] : target > Upper[i] ? Upper[i] : double.NaN;
                    if (double.IsNaN(bound))
                        continue;
                    double a = (bound - d[i]) / (target - d[i]);
                    if (a < alpha || blocking < 0)
                    {
                        alpha = Math.Clamp(a, 0, 1);
                        blocking = i;
                    }
                }

                for (int k = 0; k < count; k++)
                {
                    int i = _free[k];
                    d[i] = alpha == 1 && blocking < 0 ? _rhs[k] : Math.Clamp(d[i] + (alpha * (_rhs[k] - d[i])), Lower[i], Upper[i]);
                }

                if (blocking >= 0)
                {
                    int at = Array.IndexOf(_free, blocking, 0, count);
                    bool low = _rhs[at] < Lower[blocking];
                    State[blocking] = low ? (sbyte)-1 : (sbyte)1;
                    d[blocking] = low ? Lower[blocking] : Upper[blocking];

                    // Rounding only: what was let go wants back at once.
                    if (blocking == released)
                        break;
                    continue;
                }
            }

            Residual(r, c, n, d);
            released = -1;
            double worst = 0;
            for (int i = 0; i < n; i++)
            {
                if (State[i] == 0 || Lower[i] == Upper[i])
                    continue;
                double g = Gradient(r, _residual, n, i) + (damping * damping * d[i]);
                double push = State[i] < 0 ? -g : g;
                if (push > worst)
                {
                    worst = push;
                    released = i;
                }
            }

            if (released < 0)
                break;
            State[released] = 0;
        }

        Residual(r, c, n, d);

        // ‖c‖² − ‖u + c‖² = −u(u + 2c) with u = R d: no difference of two large sums.
        double reduction = 0;
        for (int i = 0; i < n; i++)
            reduction -= (_residual[i] - c[i]) * (_residual[i] + c[i]);
        Reduction = reduction;
    }

    // R is upper triangular, so only i ≤ k of a column counts.
    private static double Gradient(ReadOnlySpan<double> r, ReadOnlySpan<double> v, int n, int k)
    {
        double sum = 0;
        for (int i = 0; i <= k; i++)
            sum += r[(k * n) + i] * v[i];
        return sum;
    }

    private void Residual(ReadOnlySpan<double> r, ReadOnlySpan<double> c, int n, ReadOnlySpan<double> d)
    {
        Span<double> residual = _residual.AsSpan(0, n);
        c[..n].CopyTo(residual);
        for (int k = 0; k < n; k++)
        {
            if (d[k] == 0)
                continue;
            for (int i = 0; i <= k; i++)
                residual[i] += r[(k * n) + i] * d[k];
        }
    }

    private void SolveFree(ReadOnlySpan<double> r, ReadOnlySpan<double> c, int n, double damping, int count)
    {
        int rows = n + count;
        Span<double> m = _matrix.AsSpan(0, rows * count);
        Span<double> b = _rhs.AsSpan(0, rows);
        m.Clear();
        b.Clear();
        for (int i = 0; i < n; i++)
            b[i] = -c[i];
        for (int k = 0; k < n; k++)
        {
            if (State[k] == 0 || Step[k] == 0)
                continue;
            for (int i = 0; i <= k; i++)
                b[i] -= r[(k * n) + i] * Step[k];
        }

        for (int k = 0; k < count; k++)
        {
            int source = _free[k];
            r.Slice(source * n, source + 1).CopyTo(m[(k * rows)..]);
            m[(k * rows) + n + k] = damping;
        }

        Householder.Factor(m, rows, count, b, _diagonal);
        Householder.BackSubstitute(m, rows, count, _diagonal, b);
    }
}
