using BigMap.Analysis.Spectra.Baseline.Internal;

namespace BigMap.Analysis.Spectra.Baseline;

/// <summary>Whittaker smoothing of one spectrum after the other.</summary>
/// <remarks>
/// <para>z = (I + λDᵀD)⁻¹ y. P. H. C. Eilers, Anal. Chem. 75, 3631 (2003), doi:10.1021/ac034173t.</para>
/// <para>
/// Variances are those of the linear filter, Var zᵢ = Σ Hᵢⱼ² Var yⱼ, exact up to terms below 1e-18 of the largest; what neighbouring points then have in common is not kept. The first
/// spectrum with variances computes H² and keeps it, unless λ is so large that it would need more than 80 MB. Owns its scratch memory; not thread-safe.
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
    private Hat? _hat;

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
        if (_hat is null || _hat.Lambda != options.Lambda || _hat.Order != options.DifferenceOrder)
            _hat = new Hat(Axis.Length, options.Lambda, options.DifferenceOrder);
        int n = Axis.Length, half = (n + 1) / 2, last = _hat.DistinctRows - 1;
        for (int row = 0; row <= last; row++)
        {
            // Far from the ends every row of H is the same; those near the right end mirror those near the left one.
            ReadOnlySpan<double> squares = _hat.Squares(row);
            for (int i = row; i < (row == last ? half : row + 1); i++)
            {
                result[i] = Sum(squares, variance, i, 1);
                result[n - 1 - i] = Sum(squares, variance, n - 1 - i, -1);
            }
        }
    }

    private static double Sum(ReadOnlySpan<double> squares, ReadOnlySpan<double> variance, int i, int direction)
    {
        int reach = squares.Length / 2;
        double sum = 0;
        for (int k = -reach; k <= reach; k++)
        {
            int j = i + (direction * k);
            if (j >= 0 && j < variance.Length && squares[k + reach] > 0)
                sum += squares[k + reach] * variance[j];
        }

        return sum;
    }

    /// <summary>Squared elements of H = (I + λDᵀD)⁻¹, row by row about the diagonal; kept where that takes little memory.</summary>
    private sealed class Hat
    {
        private const long MostKept = 10_000_000;

        private readonly WhittakerSolver _solver;
        private readonly double[] _unit;
        private readonly double[] _r;
        private readonly double[] _z;
        private readonly double[] _column;
        private readonly double[] _squares;
        private readonly int _reach;
        private readonly bool _kept;

        public Hat(int n, double lambda, int order)
        {
            (Lambda, Order) = (lambda, order);

            // exp(−k sin(π/2d) λ^(−1/2d)) is below 1e-9 from there on.
            double decay = Math.Sin(Math.PI / (2 * order)) / Math.Pow(lambda, 1.0 / (2 * order));
            _reach = (int)Math.Min(n - 1, Math.Ceiling(21 / Math.Min(decay, 5)) + 4);
            DistinctRows = Math.Min((n + 1) / 2, _reach + 1);
            int points = (int)Math.Min(n, (4L * _reach) + 8), width = (2 * _reach) + 1;
            _solver = new WhittakerSolver(points);
            int folded = _solver.FoldedLength;
            _unit = new double[points];
            _column = new double[points];
            _r = new double[folded];
            _z = new double[folded];
            var w = new double[folded];
            Array.Fill(_unit, 1);
            WhittakerSolver.Fold(_unit, w);
            _solver.Solve(w, _r, lambda, order, _z);
            Array.Clear(_unit);
            _kept = (long)DistinctRows * width <= MostKept;
            _squares = new double[_kept ? DistinctRows * width : width];
            for (int row = 0; _kept && row < DistinctRows; row++)
                Compute(row, _squares.AsSpan(row * width, width));
        }

        public double Lambda { get; }

        public int Order { get; }

        public int DistinctRows { get; }

        public ReadOnlySpan<double> Squares(int row)
        {
            int width = (2 * _reach) + 1;
            if (_kept)
                return _squares.AsSpan(row * width, width);
            Compute(row, _squares);
            return _squares;
        }

        private void Compute(int row, Span<double> squares)
        {
            // H is symmetric: a column is a row.
            _unit[row] = 1 / Lambda;
            WhittakerSolver.Fold(_unit, _r);
            _unit[row] = 0;
            _solver.SolveAgain(_r, _z);
            WhittakerSolver.Unfold(_z, _column);
            for (int k = -_reach; k <= _reach; k++)
            {
                int j = row + k;
                squares[k + _reach] = j >= 0 && j < _column.Length ? _column[j] * _column[j] : 0;
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
