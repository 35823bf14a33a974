using System.Runtime.CompilerServices;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Numerics.Tests;

/// <summary>The models of <see cref="PeakProblem"/> in lanes: pseudo-Voigts (height, centre, half width, eta) on a polynomial, or one Gaussian (height, centre, sigma) on an offset.</summary>
internal readonly struct PeakLanes(FitCase[] cases, PeakLanes.Results results) : ILaneProblem
{
    private const double Ln2 = 0.6931471805599453;

    public int ParameterCount => cases[0].Start.Length;

    public int PointCount => cases[0].Y.Length;

    public void Load(int fit, LaneData data)
    {
        FitCase one = cases[fit];
        one.Y.CopyTo(data.Y);
        one.Start.CopyTo(data.Parameters);
        one.Lower.CopyTo(data.Lower);
        one.Upper.CopyTo(data.Upper);
    }

    public void Store(int fit, LaneFit result)
    {
        results.Fits[fit] = result.Result;
        result.Parameters.CopyTo(results.Parameters(fit));
        result.Covariance.CopyTo(results.Covariance(fit));
        result.ErrorStatus.CopyTo(results.Status(fit));
    }

    public void Evaluate<TLanes>(ReadOnlySpan<TLanes> parameters, int first, Span<TLanes> values, Span<TLanes> jacobian)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        ReadOnlySpan<double> x = cases[0].X.AsSpan(first, values.Length);
        if (parameters.Length == 4)
        {
            Gaussian(parameters, x, values, jacobian);
            return;
        }

        int peaks = parameters.Length / 4;
        Polynomial(parameters[(4 * peaks)..], x, values, jacobian[(4 * peaks * x.Length)..]);
        for (int k = 0; k < peaks; k++)
            PseudoVoigt(parameters.Slice(4 * k, 4), x, values, jacobian.Slice(4 * k * x.Length, 4 * x.Length));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Polynomial<TLanes>(ReadOnlySpan<TLanes> c, ReadOnlySpan<double> x, Span<TLanes> values, Span<TLanes> jacobian)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int i = 0; i < x.Length; i++)
        {
            TLanes at = TLanes.Create(x[i]), power = TLanes.Create(1), sum = TLanes.Create(0);
            for (int k = 0; k < c.Length; k++)
            {
                jacobian[(k * x.Length) + i] = power;
                sum = TLanes.MultiplyAdd(c[k], power, sum);
                power *= at;
            }

            values[i] = sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PseudoVoigt<TLanes>(ReadOnlySpan<TLanes> p, ReadOnlySpan<double> x, Span<TLanes> values, Span<TLanes> jacobian)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int n = x.Length;
        TLanes one = TLanes.Create(1), a = p[0], c = p[1], inverse = one / p[2], eta = p[3];
        TLanes twice = (a + a) * inverse, gaussPart = (one - eta) * TLanes.Create(Ln2);
        Span<TLanes> ja = jacobian[..n], jc = jacobian.Slice(n, n), jw = jacobian.Slice(2 * n, n), je = jacobian.Slice(3 * n, n);
        for (int i = 0; i < n; i++)
        {
            TLanes z = (TLanes.Create(x[i]) - c) * inverse, s = z * z;
            TLanes lorentz = one / (one + s), gauss = LaneMath.Exp(s * TLanes.Create(-Ln2)), difference = lorentz - gauss;
            TLanes shape = TLanes.MultiplyAdd(eta, difference, gauss);
            TLanes slope = twice * z * TLanes.MultiplyAdd(eta * lorentz, lorentz, gaussPart * gauss);
            values[i] = TLanes.MultiplyAdd(a, shape, values[i]);
            ja[i] = shape;
            jc[i] = slope;
            jw[i] = slope * z;
            je[i] = a * difference;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gaussian<TLanes>(ReadOnlySpan<TLanes> p, ReadOnlySpan<double> x, Span<TLanes> values, Span<TLanes> jacobian)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int n = x.Length;
        TLanes one = TLanes.Create(1), inverse = one / p[2], height = p[0] * inverse;
        for (int i = 0; i < n; i++)
        {
            TLanes z = (TLanes.Create(x[i]) - p[1]) * inverse;
            TLanes e = LaneMath.Exp(z * z * TLanes.Create(-0.5)), slope = height * e * z;
            values[i] = TLanes.MultiplyAdd(p[0], e, p[3]);
            jacobian[i] = e;
            jacobian[n + i] = slope;
            jacobian[(2 * n) + i] = slope * z;
            jacobian[(3 * n) + i] = one;
        }
    }

    /// <summary>Where results go.</summary>
    internal sealed class Results(int fits, int parameters)
    {
        private readonly double[] _parameters = new double[fits * parameters];
        private readonly double[] _covariances = new double[fits * parameters * parameters];
        private readonly StandardErrorStatus[] _status = new StandardErrorStatus[fits * parameters];

        public LeastSquaresResult[] Fits { get; } = new LeastSquaresResult[fits];

        public Span<double> Parameters(int fit) => _parameters.AsSpan(fit * parameters, parameters);

        public Span<double> Covariance(int fit) => _covariances.AsSpan(fit * parameters * parameters, parameters * parameters);

        public Span<StandardErrorStatus> Status(int fit) => _status.AsSpan(fit * parameters, parameters);
    }
}
