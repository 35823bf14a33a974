using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>First weights for one spectrum from the coarse problem of <see cref="CoarseGrid"/>.</summary>
/// <remarks>A lane is a cell here and a spectrum in <see cref="LockstepAsls{T}"/>; the operations are the same in the same order, so the weights are, too.</remarks>
internal sealed class NestedStart
{
    // Room for the widest vectors.
    private const int Widest = 8;

    private readonly int _length;
    private readonly WhittakerSolver _solver;
    private readonly double[] _data;
    private readonly double[] _sum;
    private readonly double[] _count;
    private readonly double[] _weight;
    private readonly double[] _target;
    private readonly double[] _z;
    private readonly double[] _foldedWeight;
    private readonly double[] _foldedTarget;
    private readonly double[] _foldedZ;
    private double _lambda = double.NaN;
    private CoarseGrid? _grid;
    private int _padded;

    public NestedStart(int length)
    {
        _length = length;
        int cells = Math.Max(length / CoarseGrid.NarrowestCell, 1), padded = cells + Widest;
        _solver = new WhittakerSolver(cells);
        _data = new double[length + (Widest * (length / CoarseGrid.FewestCells))];
        (_sum, _count, _weight, _target, _z) = (new double[padded], new double[padded], new double[padded], new double[padded], new double[padded + 2]);
        (_foldedWeight, _foldedTarget, _foldedZ) = (new double[_solver.FoldedLength], new double[_solver.FoldedLength], new double[_solver.FoldedLength]);
    }

    /// <summary>Replaces the detrended points by first weights. False where there is no coarse problem, or it has no solution: then they are as before.</summary>
    public bool TryReplace(Span<double> points, double p, double lambda)
    {
        if (lambda != _lambda)
            Prepare(lambda);
        if (_grid is not { } grid)
            return false;
        return LockstepAsls.LanesHere switch
        {
            8 => Iterate<Lanes512>(grid, points, p) && Weigh<Lanes512>(grid, points, p),
            4 => Iterate<Lanes256>(grid, points, p) && Weigh<Lanes256>(grid, points, p),
            _ => Iterate<Lanes128>(grid, points, p) && Weigh<Lanes128>(grid, points, p),
        };
    }

    private void Prepare(double lambda)
    {
        _lambda = lambda;
        _grid = CoarseGrid.For(_length, lambda);
        if (_grid is not { } grid)
            return;
        _padded = (grid.Cells + Widest - 1) / Widest * Widest;
        _solver.Use(grid.Cells);
    }

    private bool Iterate<T>(CoarseGrid grid, ReadOnlySpan<double> points, double p)
        where T : unmanaged, ILanes<T>
    {
        Arrange<T>(grid, points);
        var some = new CoarseRule<T>(grid, grid.Some, p, (nuint)T.Count);
        AddUp(some);
        ref double sum = ref MemoryMarshal.GetArrayDataReference(_sum);
        ref double target = ref MemoryMarshal.GetArrayDataReference(_target);
        for (nuint cell = 0; cell < (nuint)_padded; cell += (nuint)T.Count)
            T.Store(T.Load(ref sum, cell) / T.All(grid.Some.Count), ref target, cell);
        Array.Fill(_weight, grid.Width);
        Array.Clear(_count);
        for (int solves = 1; solves <= CoarseGrid.MostSolves; solves++)
        {
            if (!Solve(grid))
                return false;
            if (Reweight(grid, some) <= grid.FewestChanges)
                break;
        }

        var all = new CoarseRule<T>(grid, grid.All, p, (nuint)T.Count);
        AddUp(all);
        for (int solves = 1; solves <= CoarseGrid.LastSolves; solves++)
        {
            Reweight(grid, all);
            if (!Solve(grid))
                return false;
        }

        return true;
    }

    /// <summary>Puts as many cells as there are lanes beside each other, point after point.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Arrange<T>(CoarseGrid grid, ReadOnlySpan<double> points)
        where T : unmanaged, ILanes<T>
    {
        int cells = grid.Cells, width = grid.Width;
        ref double source = ref Unsafe.Add(ref MemoryMarshal.GetReference(points), grid.First);
        ref double data = ref MemoryMarshal.GetArrayDataReference(_data);
        Span<nint> offsets = stackalloc nint[Widest];
        for (int cell = 0; cell < cells; cell += T.Count)
        {
            ref double first = ref Unsafe.Add(ref source, cell * width);
            ref double block = ref Unsafe.Add(ref data, cell * width);
            for (int lane = 0; lane < T.Count; lane++)
                offsets[lane] = Math.Min(lane, cells - 1 - cell) * width * sizeof(double);
            int i = 0;
            for (; i <= width - T.Count; i += T.Count)
                T.Gather(ref first, offsets, (nuint)i, ref block, (nuint)(i * T.Count));
            for (; i < width; i++)
            {
                for (int lane = 0; lane < T.Count; lane++)
                    Unsafe.Add(ref block, (i * T.Count) + lane) = Unsafe.Add(ref Unsafe.AddByteOffset(ref first, offsets[lane]), i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddUp<T>(in CoarseRule<T> rule)
        where T : unmanaged, ILanes<T>
    {
        ref double data = ref MemoryMarshal.GetArrayDataReference(_data);
        ref double sum = ref MemoryMarshal.GetArrayDataReference(_sum);
        nuint block = 0, width = (nuint)_grid.GetValueOrDefault().Width;
        for (nuint cell = 0; cell < (nuint)_padded; cell += (nuint)T.Count, block += width * (nuint)T.Count)
            T.Store(rule.Sum(ref data, block), ref sum, cell);
    }

    private bool Solve(CoarseGrid grid)
    {
        int cells = grid.Cells, length = _solver.FoldedLength;
        WhittakerSolver.Fold(_weight.AsSpan(0, cells), _foldedWeight.AsSpan(0, length));
        WhittakerSolver.Fold(_target.AsSpan(0, cells), _foldedTarget.AsSpan(0, length));
        if (!_solver.Solve(_foldedWeight.AsSpan(0, length), _foldedTarget.AsSpan(0, length), grid.Lambda, 2, _foldedZ.AsSpan(0, length)))
            return false;
        WhittakerSolver.Unfold(_foldedZ.AsSpan(0, length), _z.AsSpan(1, cells));
        _z[0] = _z[1] + (_z[1] - _z[2]);
        _z[cells + 1] = _z[cells] + (_z[cells] - _z[cells - 1]);
        return true;
    }

    /// <summary>Weights and data of all cells from their z; returns how many points have changed sides.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private double Reweight<T>(CoarseGrid grid, in CoarseRule<T> rule)
        where T : unmanaged, ILanes<T>
    {
        ref double data = ref MemoryMarshal.GetArrayDataReference(_data);
        ref double z = ref MemoryMarshal.GetArrayDataReference(_z);
        ref double sum = ref MemoryMarshal.GetArrayDataReference(_sum);
        ref double weight = ref MemoryMarshal.GetArrayDataReference(_weight);
        ref double target = ref MemoryMarshal.GetArrayDataReference(_target);
        ref double count = ref MemoryMarshal.GetArrayDataReference(_count);
        Span<double> lanes = stackalloc double[Widest];
        T changed = default;
        double changes = 0;
        int cells = grid.Cells, last = cells - T.Count;
        for (int at = 0; at < cells; at += T.Count)
        {
            nuint cell = (nuint)at;
            T next = rule.Reweight(ref data, cell * (nuint)grid.Width, (T.Load(ref z, cell), T.Load(ref z, cell + 1), T.Load(ref z, cell + 2), T.Load(ref sum, cell)), out T below, out T w);
            T.Store(next, ref target, cell);
            T.Store(w, ref weight, cell);
            T before = T.Load(ref count, cell);
            T.Store(below, ref count, cell);
            if (at <= last)
            {
                changed += T.Max(below - before, before - below);
                continue;
            }

            // The last lanes may be no cells.
            T.Store(before, ref MemoryMarshal.GetReference(lanes), 0);
            for (int i = at; i < cells; i++)
                changes += Math.Abs(_count[i] - lanes[i - at]);
        }

        T.Store(changed, ref MemoryMarshal.GetReference(lanes), 0);
        foreach (double lane in lanes[..T.Count])
            changes += lane;
        return changes;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Weigh<T>(CoarseGrid grid, Span<double> points, double p)
        where T : unmanaged, ILanes<T>
    {
        ref double r = ref MemoryMarshal.GetReference(points);
        Span<double> numbers = stackalloc double[Widest], few = stackalloc double[Widest];
        for (int i = 0; i < Widest; i++)
            numbers[i] = i;
        T ramp = T.Load(ref MemoryMarshal.GetReference(numbers), 0), above = T.All(p), below = T.All(1 - p), zero = default;
        var rule = new CoarseRule<T>(grid, grid.All, p, 1);
        for (int cell = 0; cell < grid.Cells; cell++)
        {
            T z = T.All(_z[cell + 1]);
            (T slope, T bend) = rule.Shape(T.All(_z[cell]), z, T.All(_z[cell + 2]));
            int from = grid.First + (cell * grid.Width), to = from + grid.Width;
            double distance = grid.FirstDistance;

            // What is left over at the ends goes on with the outermost cells.
            if (cell == 0)
                (distance, from) = (distance - from, 0);
            if (cell == grid.Cells - 1)
                to = _length;
            int i = from;
            for (; i <= to - T.Count; i += T.Count)
            {
                T t = T.All(distance + (i - from)) + ramp;
                T residual = T.Load(ref r, (nuint)i) - T.Fma(t, T.Fma(t, bend, slope), z);
                T.Store(T.WhereLess(residual, zero, below, above), ref r, (nuint)i);
            }

            if (i == to)
                continue;
            points[i..to].CopyTo(few);
            T rest = T.All(distance + (i - from)) + ramp;
            T.Store(T.WhereLess(T.Load(ref MemoryMarshal.GetReference(few), 0) - T.Fma(rest, T.Fma(rest, bend, slope), z), zero, below, above), ref MemoryMarshal.GetReference(few), 0);
            few[..(to - i)].CopyTo(points[i..to]);
        }

        return true;
    }
}
