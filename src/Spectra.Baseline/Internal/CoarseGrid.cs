using System.Runtime.CompilerServices;

namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>The coarse problem from which an AsLS iteration of order 2 gets its first weights: z is a parabola in every cell of neighbouring points, and all points count in the end.</summary>
/// <remarks>
/// <para>
/// A baseline bends over some λ^¼ points, so cells half as wide describe it to a small part of the noise, and few points are on the wrong side
/// afterwards (1 to 3 of 2000). With Z the values at the middles of the cells, σ half their central differences and β half their second differences, z = Z + σt + βt², t the distance from the middle;
/// one reweighting solves for new Z with the weights W = Σw and the data Z + Σw(r − z)/W of the cells and with λ/h³ (a second difference of cells is h² times one of points, and there are h times fewer).
/// </para>
/// <para>Every fourth point is enough until hardly any changes sides; two solves with all of them follow. Averages would not do: their expectile is another one. What is left over where n is no multiple of h lies half at either end and has no part in it.</para>
/// </remarks>
internal readonly struct CoarseGrid
{
    /// <summary>Solves at most with a part of the points.</summary>
    public const int MostSolves = 12;

    /// <summary>Solves with all points, which follow.</summary>
    public const int LastSolves = 2;

    /// <summary>Least h.</summary>
    public const int NarrowestCell = 4;

    /// <summary>Least number of cells.</summary>
    public const int FewestCells = 16;

    // Half of λ^¼, with some allowance for round numbers.
    private const double WidthPerBend = 0.52;

    // A point in so many that changes sides is not waited for.
    private const double Tolerance = 1.0 / 64;

    private CoarseGrid(int length, int width, double lambda)
    {
        Width = width;
        Cells = length / width;
        First = length % width / 2;
        Lambda = lambda / ((double)width * width * width);
        All = new Sample(width, 1);
        Some = new Sample(width, width < 8 ? 2 : 4);
        FewestChanges = (double)Cells * Some.Count * Tolerance;
    }

    /// <summary>All points.</summary>
    public Sample All { get; }

    /// <summary>Those that are enough at first.</summary>
    public Sample Some { get; }

    /// <summary>First point of the first cell.</summary>
    public int First { get; }

    /// <summary>h, points in a cell.</summary>
    public int Width { get; }

    /// <summary>Number of cells.</summary>
    public int Cells { get; }

    /// <summary>λ of the coarse problem.</summary>
    public double Lambda { get; }

    /// <summary>So many changes of side, or fewer, end the iteration with a part of the points.</summary>
    public double FewestChanges { get; }

    /// <summary>Distance of the first point of a cell from its middle.</summary>
    public double FirstDistance => -0.5 * (Width - 1);

    /// <summary>The grid, or null where cells would be too narrow or too few to gain anything.</summary>
    public static CoarseGrid? For(int length, double lambda)
    {
        int widest = (int)Math.Min(WidthPerBend * Math.Sqrt(Math.Sqrt(lambda)), length / FewestCells), width = widest;
        if (widest < NarrowestCell)
            return null;
        for (int narrower = widest; narrower >= Math.Max(NarrowestCell, widest * 3 / 4); narrower--)
            width = length % narrower < length % width ? narrower : width;
        return new CoarseGrid(length, width, lambda);
    }

    /// <summary>Points at equal distances out of a cell.</summary>
    public readonly struct Sample
    {
        /// <summary>Takes points out of a cell.</summary>
        public Sample(int width, int step)
        {
            Step = step;
            First = (step - 1) / 2;
            Count = (width - First + step - 1) / step;
            Share = (double)width / Count;
            for (int i = 0; i < Count; i++)
            {
                double t = First + (i * step) - (0.5 * (width - 1));
                Distance += t;
                SquaredDistance += t * t;
            }
        }

        /// <summary>From one to the next.</summary>
        public int Step { get; }

        /// <summary>The first of them.</summary>
        public int First { get; }

        /// <summary>How many.</summary>
        public int Count { get; }

        /// <summary>Points of the cell for which one stands.</summary>
        public double Share { get; }

        /// <summary>Σt.</summary>
        public double Distance { get; }

        /// <summary>Σt².</summary>
        public double SquaredDistance { get; }
    }
}

/// <summary>What is done with every cell of a <see cref="CoarseGrid"/>, lane by lane; a lane may be another cell or the same cell of another spectrum.</summary>
internal readonly struct CoarseRule<T>
    where T : unmanaged, ILanes<T>
{
    private readonly int _count;
    private readonly nuint _first;
    private readonly nuint _step;
    private readonly T _toSlope;
    private readonly T _toBend;
    private readonly T _firstDistance;
    private readonly T _stepDistance;
    private readonly T _points;
    private readonly T _distance;
    private readonly T _squaredDistance;
    private readonly T _p;
    private readonly T _more;
    private readonly T _least;
    private readonly T _share;

    /// <summary>The rule for the points of a sample.</summary>
    /// <param name="grid">The grid.</param>
    /// <param name="sample">The points that count.</param>
    /// <param name="p">p of the options.</param>
    /// <param name="stride">From point to point.</param>
    public CoarseRule(CoarseGrid grid, CoarseGrid.Sample sample, double p, nuint stride)
    {
        _count = sample.Count;
        _first = (nuint)sample.First * stride;
        _step = (nuint)sample.Step * stride;
        _toSlope = T.All(0.5 / grid.Width);
        _toBend = T.All(0.5 / ((double)grid.Width * grid.Width));
        _firstDistance = T.All(sample.First + grid.FirstDistance);
        _stepDistance = T.All(sample.Step);
        _points = T.All(sample.Count);
        _distance = T.All(sample.Distance);
        _squaredDistance = T.All(sample.SquaredDistance);
        _p = T.All(p);
        _more = T.All(1 - (2 * p));
        _least = T.All(p * sample.Count);
        _share = T.All(sample.Share);
    }

    /// <summary>Σr over the points of a cell that begins at a place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Sum(ref double data, nuint at)
    {
        T sum = default;
        at += _first;
        for (int i = 0; i < _count; i++, at += _step)
            sum += T.Load(ref data, at);
        return sum;
    }

    /// <summary>σ and β of a cell from Z before, at and after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (T Slope, T Bend) Shape(T before, T z, T after) => (_toSlope * (after - before), _toBend * ((after - z) - (z - before)));

    /// <summary>Weight and data of a cell for the next solve, from z of the last one.</summary>
    /// <param name="data">The points.</param>
    /// <param name="at">The first point of the cell.</param>
    /// <param name="cell">Z before, at and after the cell, and Σr.</param>
    /// <param name="count">Receives how many points lie below z.</param>
    /// <param name="weight">Receives W.</param>
    /// <returns>Z + Σw(r − z)/Σw.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Reweight(ref double data, nuint at, (T Before, T Z, T After, T Sum) cell, out T count, out T weight)
    {
        T zero = default, one = T.All(1), t = _firstDistance, sum = default, z = cell.Z, step = _stepDistance, below = default;
        (T slope, T bend) = Shape(cell.Before, z, cell.After);
        at += _first;
        for (int i = 0; i < _count; i++, at += _step)
        {
            T under = T.Min(T.Load(ref data, at) - T.Fma(t, T.Fma(t, bend, slope), z), zero);
            sum += under;
            below += T.WhereLess(under, zero, one, zero);
            t += step;
        }

        T all = cell.Sum - T.Fma(z, _points, T.Fma(slope, _distance, bend * _squaredDistance)), points = T.Fma(_more, below, _least);
        count = below;
        weight = points * _share;
        return z + (T.Fma(_more, sum, _p * all) / points);
    }
}
