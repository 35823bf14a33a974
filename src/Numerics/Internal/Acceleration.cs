namespace BigMap.Analysis.Numerics.Internal;

/// <summary>
/// Anderson's acceleration of the Gauss–Newton iteration: with large residuals that iteration converges slowly or not at all, because JᵀJ is
/// not the whole second derivative. The combination of the last steps that leaves the shortest one, in standard errors, makes up for what is missing.
/// D. G. Anderson, J. ACM 12 (1965) 547, doi:10.1145/321296.321305.
/// </summary>
internal sealed class Acceleration
{
    private const int Depth = 8;

    private readonly int _capacity;
    private readonly double[] _previousX;
    private readonly double[] _previousStep;
    private readonly sbyte[] _previousState;
    private readonly double[] _dx;
    private readonly double[] _ds;
    private readonly double[] _step;
    private readonly double[] _matrix;
    private readonly double[] _rhs;
    private readonly double[] _diagonal = new double[Depth];
    private int _pairs;
    private bool _started;

    public Acceleration(int capacity)
    {
        _capacity = capacity;
        _previousX = new double[capacity];
        _previousStep = new double[capacity];
        _previousState = new sbyte[capacity];
        _dx = new double[Depth * capacity];
        _ds = new double[Depth * capacity];
        _step = new double[capacity];
        _matrix = new double[Depth * capacity];
        _rhs = new double[capacity];
    }

    public void Clear()
    {
        _pairs = 0;
        _started = false;
    }

    /// <summary>Remembers the plain step, and replaces it where that is asked for and possible; says whether it did.</summary>
    public bool Apply(BoxedStep step, Point at, ReadOnlySpan<double> r, bool replace)
    {
        int n = at.Varied.Length;
        bool same = _started;
        for (int a = 0; a < n; a++)
        {
            _step[a] = step.State[a] == 0 ? step.Step[a] / at.Scale[a] : 0;
            same &= _previousState[a] == step.State[a];
        }

        if (same)
        {
            int slot = _pairs % Depth * _capacity;
            for (int a = 0; a < n; a++)
            {
                _dx[slot + a] = at.X[at.Varied[a]] - _previousX[a];
                _ds[slot + a] = _step[a] - _previousStep[a];
            }

            _pairs++;
        }
        else
        {
            _pairs = 0;
        }

        _started = true;
        for (int a = 0; a < n; a++)
        {
            _previousX[a] = at.X[at.Varied[a]];
            _previousStep[a] = _step[a];
            _previousState[a] = step.State[a];
        }

        return replace && _pairs > 0 && Replace(step, at.Scale, r, n);
    }

    private bool Replace(BoxedStep step, ReadOnlySpan<double> scale, ReadOnlySpan<double> r, int n)
    {
        int depth = Math.Min(Math.Min(_pairs, Depth), n);
        for (int j = 0; j < depth; j++)
            Rotate(_ds.AsSpan(Slot(j), n), scale, r, _matrix.AsSpan(j * n, n));
        Rotate(_step.AsSpan(0, n), scale, r, _rhs.AsSpan(0, n));
        Householder.Factor(_matrix.AsSpan(0, depth * n), n, depth, _rhs.AsSpan(0, n), _diagonal);
        double largest = 0;
        for (int j = 0; j < depth; j++)
        {
            largest = Math.Max(largest, Math.Abs(_diagonal[j]));
            if (!(Math.Abs(_diagonal[j]) > 1e-8 * largest))
            {
                depth = j;
                break;
            }
        }

        if (depth == 0)
            return false;
        Householder.BackSubstitute(_matrix, n, depth, _diagonal, _rhs);
        for (int a = 0; a < n; a++)
        {
            double s = _step[a];
            for (int j = 0; j < depth; j++)
                s -= _rhs[j] * (_dx[Slot(j) + a] + _ds[Slot(j) + a]);
            s *= scale[a];
            if (step.State[a] == 0 && !(s >= step.Lower[a] && s <= step.Upper[a]))
                return false;
            _step[a] = s;
        }

        for (int a = 0; a < n; a++)
        {
            if (step.State[a] == 0)
                step.Step[a] = _step[a];
        }

        return true;
    }

    /// <summary>The newest pair is number 0.</summary>
    private int Slot(int j) => (_pairs - 1 - j) % Depth * _capacity;

    /// <summary>R D v: lengths in the metric of the residuals.</summary>
    private static void Rotate(ReadOnlySpan<double> v, ReadOnlySpan<double> scale, ReadOnlySpan<double> r, Span<double> result)
    {
        int n = v.Length;
        result.Clear();
        for (int k = 0; k < n; k++)
        {
            double z = v[k] * scale[k];
            for (int i = 0; i <= k; i++)
                result[i] += r[(k * n) + i] * z;
        }
    }

    /// <summary>Where the iteration stands.</summary>
    internal readonly ref struct Point(ReadOnlySpan<double> x, ReadOnlySpan<int> varied, ReadOnlySpan<double> scale)
    {
        public ReadOnlySpan<double> X { get; } = x;

        public ReadOnlySpan<int> Varied { get; } = varied;

        public ReadOnlySpan<double> Scale { get; } = scale;
    }
}
