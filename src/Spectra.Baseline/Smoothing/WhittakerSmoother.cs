using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Whittaker smoothing of one spectrum after the other.</summary>
/// <remarks>
/// <para>z = (I + λDᵀD)⁻¹ y. P. H. C. Eilers, Anal. Chem. 75, 3631 (2003), doi:10.1021/ac034173t.</para>
/// <para>
/// Variances are those of the linear filter, Var zᵢ = Σ Hᵢⱼ² Var yⱼ, exact up to terms below 1e-18 of the largest; what neighbouring points then have in common is not kept. The first
/// spectrum with variances computes H². Owns its scratch memory; not thread-safe.
/// </para>
/// </remarks>
/// <example><code>
/// var smoother = new WhittakerSmoother(axis, new WhittakerSmoothingOptions { Lambda = 100 });
/// RowStatus status = smoother.Process(y, variance, smooth, smoothVariance);
/// </code></example>
public sealed class WhittakerSmoother : RowFilter<WhittakerSmoothingOptions>
{
    private readonly PenalisedRow _row;
    private readonly PlainSystem _system;
    private readonly SmootherOptions _present = new();
    private double[] _squares = [];
    private int _reach;
    private int _distinct;
    private double _squaresLambda;
    private int _squaresOrder;

    /// <summary>Makes a smoother.</summary>
    /// <param name="axis">The axis of every spectrum.</param>
    /// <param name="options">Options, or null for the defaults.</param>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public WhittakerSmoother(Axis axis, WhittakerSmoothingOptions? options = null)
        : base(axis, options, WhittakerSmoothingOptions.Set)
    {
        _row = new PenalisedRow(axis.Length);
        _system = new PlainSystem(_row);
        Array.Fill(_system.A, 1);
    }

    private protected override RowStatus ProcessRow(WhittakerSmoothingOptions options, ReadOnlySpan<double> intensity, ReadOnlySpan<double> variance, Span<double> result, Span<double> resultVariance, out double value)
    {
        value = double.NaN;
        RowStatus status = _row.Load(intensity, options.DifferenceOrder + 1, options.DifferenceOrder);
        if (status != RowStatus.Ok)
            return status;
        (_present.Lambda, _present.DifferenceOrder) = (options.Lambda, options.DifferenceOrder);
        _system.Load(_present);
        if (!_system.Solve())
            return RowStatus.Singular;
        _system.Refine();
        _row.WithOffset(result);
        _row.Data.Restore(result);
        if (!variance.IsEmpty)
            Propagate(options, variance, resultVariance);
        return RowStatus.Ok;
    }

    private void Propagate(WhittakerSmoothingOptions options, ReadOnlySpan<double> variance, Span<double> result)
    {
        if (_squaresLambda != options.Lambda || _squaresOrder != options.DifferenceOrder)
            ComputeSquares(options);
        int n = Axis.Length;
        for (int i = 0; i < n; i++)
        {
            // Far from the ends every row of H is the same; those near the right end mirror those near the left one.
            bool mirrored = i >= (n + 1) / 2;
            int row = Math.Min(mirrored ? n - 1 - i : i, _distinct - 1);
            ReadOnlySpan<double> squares = _squares.AsSpan(row * ((2 * _reach) + 1), (2 * _reach) + 1);
            double sum = 0;
            for (int k = -_reach; k <= _reach; k++)
            {
                int j = mirrored ? i - k : i + k;
                if (j >= 0 && j < n && squares[k + _reach] > 0)
                    sum += squares[k + _reach] * variance[j];
            }

            result[i] = sum;
        }
    }

    private void ComputeSquares(WhittakerSmoothingOptions options)
    {
        int n = Axis.Length;

        // exp(−k sin(π/2d) λ^(−1/2d)) is below 1e-9 from there on.
        double decay = Math.Sin(Math.PI / (2 * options.DifferenceOrder)) / Math.Pow(options.Lambda, 1.0 / (2 * options.DifferenceOrder));
        _reach = (int)Math.Min(n - 1, Math.Ceiling(21 / Math.Min(decay, 5)) + 4);
        _distinct = Math.Min((n + 1) / 2, _reach + 1);
        int points = Math.Min(n, (4 * _reach) + 8), width = (2 * _reach) + 1;
        _squares = new double[_distinct * width];
        (_squaresLambda, _squaresOrder) = (options.Lambda, options.DifferenceOrder);
        var solver = new WhittakerSolver(points);
        int folded = solver.FoldedLength;
        double[] unit = new double[points], w = new double[folded], r = new double[folded], z = new double[folded], column = new double[points];
        Array.Fill(unit, 1);
        WhittakerSolver.Fold(unit, w);
        solver.Solve(w, r, options.Lambda, options.DifferenceOrder, z);
        Array.Clear(unit);
        for (int i = 0; i < _distinct; i++)
        {
            // H is symmetric: a column is a row.
            unit[i] = 1 / options.Lambda;
            WhittakerSolver.Fold(unit, r);
            unit[i] = 0;
            solver.SolveAgain(r, z);
            WhittakerSolver.Unfold(z, column);
            for (int k = -_reach; k <= _reach; k++)
            {
                int j = i + k;
                if (j >= 0 && j < points)
                    _squares[(i * width) + k + _reach] = column[j] * column[j];
            }
        }
    }

    private sealed class SmootherOptions : IReweightedOptions
    {
        public double Lambda { get; set; }

        public int DifferenceOrder { get; set; }

        public int MaxIterations => 0;

        public double Tolerance => 0;
    }
}
