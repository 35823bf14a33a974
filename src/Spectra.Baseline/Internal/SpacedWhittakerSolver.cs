namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>Solves (W + λ DᵀD) z = W r where D holds divided differences of order 1 to 3 on any axis.</summary>
/// <remarks>
/// <para>
/// The penalty is λ ∫ (z⁽ᵈ⁾)² dx by divided differences: with the steps h, the slopes sᵢ = (zᵢ₊₁ − zᵢ)/hᵢ and the curvatures cᵢ = (sᵢ − sᵢ₋₁)/h̄ᵢ,
/// h̄ᵢ = (hᵢ₋₁ + hᵢ)/2, it is λ Σ (Δz)²/h, λ Σ (Δs)²/h̄ or λ Σ (Δc)²/ĥ with ĥᵢ = (xᵢ₊₁ − xᵢ₋₂)/3. On an even axis with h = 1 that is the
/// ordinary penalty.
/// </para>
/// <para>
/// The elimination is that of <see cref="WhittakerSolver"/>, in value, slope and curvature, from left to right, with everything divided by λ. It takes
/// arrays in the folded order of that class.
/// </para>
/// </remarks>
internal sealed class SpacedWhittakerSolver
{
    private readonly int _n;
    private readonly int _folded;
    private readonly double[] _keep;
    private readonly double[] _gainA;
    private readonly double[] _gainB;
    private readonly double[] _factor;
    private readonly double[] _drive;
    private readonly double[] _flux;
    private readonly double[] _natural;
    private AxisSpacing _axis = null!;
    private double _lambda;
    private int _order;
    private double _aa;
    private double _ab;
    private double _ac;
    private double _bb;
    private double _bc;
    private double _cc;

    public SpacedWhittakerSolver(int points, int foldedLength)
    {
        _n = points;
        _folded = foldedLength;
        _keep = new double[points];
        _gainA = new double[points];
        _gainB = new double[points];
        _factor = new double[points];
        _drive = new double[points];
        _flux = new double[points + 2];
        _natural = new double[points + 2];
    }

    /// <summary>Factorises and solves. False when fewer than d points have a weight.</summary>
    public bool Solve(ReadOnlySpan<double> weights, ReadOnlySpan<double> r, (double Lambda, int Order) penalty, AxisSpacing axis, Span<double> z)
    {
        (_lambda, _order) = penalty;
        _axis = axis;
        double inverse = 1 / _lambda;
        double jaa = 0, jab = 0, jac = 0, jbb = 0, jbc = 0, jcc = 0;
        for (int i = 0; i < _n; i++)
        {
            double w = weights[At(i)] * inverse;
            jaa += w;
            _natural[i] = w * r[At(i)];
            if (i == _n - 1)
                break;
            double h = axis.Step[i];
            switch (_order)
            {
                case 1:
                {
                    double keep = 1 / (1 + (jaa * h));
                    (_keep[i], _factor[i]) = (keep, h * keep);
                    jaa *= keep;
                    break;
                }

                case 2:
                {
                    double bend = axis.Share[i], keep = 1 / (1 + (jbb * bend)), factor = bend * keep, gain = jab * factor;
                    (_keep[i], _factor[i], _gainA[i]) = (keep, factor, gain);
                    jaa -= gain * jab;
                    jab *= keep;
                    jbb *= keep;
                    jbb = jbb - (2 * h * jab) + (h * h * jaa);
                    jab -= h * jaa;
                    break;
                }

                default:
                {
                    double bend = axis.Share[i], turn = Turn(i), keep = 1 / (1 + (jcc * turn)), factor = turn * keep, gainA = jac * factor, gainB = jbc * factor;
                    (_keep[i], _factor[i], _gainA[i], _gainB[i]) = (keep, factor, gainA, gainB);
                    jaa -= gainA * jac;
                    jab -= gainA * jbc;
                    jbb -= gainB * jbc;
                    jac *= keep;
                    jbc *= keep;
                    jcc *= keep;

                    // b = b′ − h̄ c′, then a = a′ − h b′.
                    jcc = jcc - (2 * bend * jbc) + (bend * bend * jbb);
                    jac -= bend * jab;
                    jbc = jbc - (bend * jbb) - (h * jac);
                    jbb = jbb - (2 * h * jab) + (h * h * jaa);
                    jab -= h * jaa;
                    break;
                }
            }
        }

        (_aa, _ab, _ac, _bb, _bc, _cc) = (jaa, jab, jac, jbb, jbc, jcc);
        if (!Factor())
            return false;
        Run(z);
        return true;
    }

    /// <summary>Solves (W + λ DᵀD) z = λ s with the factors of the last <see cref="Solve"/>.</summary>
    public void SolveAgain(ReadOnlySpan<double> s, Span<double> z)
    {
        for (int i = 0; i < _n; i++)
            _natural[i] = s[At(i)];
        Run(z);
    }

    /// <summary>(w/λ)(r − z) − Dᵀ(Dz) of the last penalty, formed through the differences.</summary>
    public void Residual(ReadOnlySpan<double> weights, ReadOnlySpan<double> r, ReadOnlySpan<double> z, Span<double> residual)
    {
        double inverse = 1 / _lambda;

        // _natural[i + 1] = qᵢ, whose differences are the derivative with respect to the slopes; _flux[i + 1] that with respect to zᵢ₊₁ − zᵢ.
        _natural.AsSpan().Clear();
        _flux.AsSpan().Clear();
        for (int i = 0; i < _n - 1; i++)
            _flux[i + 1] = (z[At(i + 1)] - z[At(i)]) / _axis.Step[i];
        if (_order > 1)
        {
            for (int i = 1; i < _n - 1; i++)
                _natural[i + 1] = (_flux[i + 1] - _flux[i]) / _axis.Share[i];
            if (_order == 3)
            {
                // Curvatures to third derivatives, tᵢ at the second of its two points, and back.
                for (int i = _n - 2; i >= 2; i--)
                    _natural[i + 1] = (_natural[i + 1] - _natural[i]) / Turn(i);
                _natural[2] = 0;
                for (int i = 1; i < _n - 1; i++)
                    _natural[i + 1] = (_natural[i + 1] - (i + 1 < _n - 1 ? _natural[i + 2] : 0)) / _axis.Share[i];
            }

            for (int i = 0; i < _n - 1; i++)
                _flux[i + 1] = (_natural[i + 1] - _natural[i + 2]) / _axis.Step[i];
        }

        residual.Clear();
        for (int i = 0; i < _n; i++)
        {
            double pull = _flux[i] - (i < _n - 1 ? _flux[i + 1] : 0);
            residual[At(i)] = (weights[At(i)] * inverse * (r[At(i)] - z[At(i)])) - pull;
        }
    }

    private int At(int i) => 2 * i < _folded ? 2 * i : (2 * (_folded - 1 - i)) + 1;

    private double Turn(int i) => i < 2 ? 1 : (_axis.Step[i - 2] + _axis.Step[i - 1] + _axis.Step[i]) / 3;

    // From the right side in _natural, up and back.
    private void Run(Span<double> z)
    {
        double a = 0, b = 0, c = 0;
        for (int i = 0; i < _n; i++)
        {
            a += _natural[i];
            if (i == _n - 1)
                break;
            double h = _axis.Step[i];
            switch (_order)
            {
                case 1:
                    _drive[i] = a * _factor[i];
                    a *= _keep[i];
                    break;
                case 2:
                    _drive[i] = b * _factor[i];
                    a -= _gainA[i] * b;
                    b = (_keep[i] * b) - (h * a);
                    break;
                default:
                    _drive[i] = c * _factor[i];
                    a -= _gainA[i] * c;
                    b -= _gainB[i] * c;
                    c = (_keep[i] * c) - (_axis.Share[i] * b);
                    b -= h * a;
                    break;
            }
        }

        (a, b, c) = SolveEnd(a, b, c);
        for (int i = _n - 1; ; i--)
        {
            z[At(i)] = a;
            if (i == 0)
                break;
            switch (_order)
            {
                case 1:
                    a = (_keep[i - 1] * a) + _drive[i - 1];
                    break;
                case 2:
                    a -= _axis.Step[i - 1] * b;
                    b = (_keep[i - 1] * b) + _drive[i - 1] - (_gainA[i - 1] * a);
                    break;
                default:
                    a -= _axis.Step[i - 1] * b;
                    b -= _axis.Share[i - 1] * c;
                    c = (_keep[i - 1] * c) + _drive[i - 1] - (_gainA[i - 1] * a) - (_gainB[i - 1] * b);
                    break;
            }
        }

        // Places that no point has.
        for (int i = _n; i < _folded; i++)
            z[At(i)] = 0;
    }

    // L D Lᵀ of the last information matrix, in place.
    private bool Factor()
    {
        if (!(_aa > 0))
            return false;
        if (_order == 1)
            return true;
        double ab = _ab / _aa, ac = _ac / _aa;
        _bb -= ab * _ab;
        if (!(_bb > 0))
            return false;
        if (_order == 3)
        {
            double bc = (_bc - (ac * _ab)) / _bb;
            _cc -= (ac * _ac) + (bc * bc * _bb);
            if (!(_cc > 0))
                return false;
            _bc = bc;
        }

        (_ab, _ac) = (ab, ac);
        return true;
    }

    private (double A, double B, double C) SolveEnd(double a, double b, double c)
    {
        if (_order == 1)
            return (a / _aa, 0, 0);
        b -= _ab * a;
        if (_order == 3)
            c = (c - (_ac * a) - (_bc * b)) / _cc;
        else
            c = 0;
        b = (b / _bb) - (_order == 3 ? _bc * c : 0);
        return ((a / _aa) - (_ab * b) - (_order == 3 ? _ac * c : 0), b, c);
    }
}
