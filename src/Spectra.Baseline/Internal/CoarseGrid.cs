using System.Runtime.CompilerServices;

namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>The coarse problem from which an AsLS iteration of order 2 gets its first weights: z is a parabola in every cell of neighbouring points, and all points count.</summary>
/// <remarks>
/// <para>
/// A baseline bends over some λ^¼ points, so cells half as wide describe it to a small part of the noise, and few points are on the wrong side
/// afterwards (1 to 3 of 2000). With Z the values at the middles of the cells, σ half their central differences and β half their second differences, z = Z + σt + βt², t the distance from the middle;
/// one reweighting solves for new Z with the weights W = Σw and the data Z + Σw(r − z)/W of the cells and with λ/h³ (a second difference of cells is h² times one of points, and there are h times fewer).
/// </para>
/// <para>Data of all points, not decimated or averaged ones: the expectile of averages, or of fewer points, is another one. What is left over where n is no multiple of h lies half at either end and has no part in it.</para>
/// </remarks>
internal readonly struct CoarseGrid
{
    /// <summary>Reweightings at most.</summary>
    public const int MostSolves = 12;

    /// <summary>Least h.</summary>
    public const int NarrowestCell = 4;

    /// <summary>Least number of cells.</summary>
    public const int FewestCells = 16;

    // Fewer points that change sides are not waited for: they are as many as the cells themselves put on the wrong one.
    private const double Tolerance = 1.0 / 256;

    private CoarseGrid(int length, int width, double lambda)
    {
        Width = width;
        Cells = length / width;
        First = length % width / 2;
        Lambda = lambda / ((double)width * width * width);
        FewestChanges = length * Tolerance;
        SumOfSquares = width * (((double)width * width) - 1) / 12;
    }

    /// <summary>First point of the first cell.</summary>
    public int First { get; }

    /// <summary>h, points in a cell.</summary>
    public int Width { get; }

    /// <summary>Number of cells.</summary>
    public int Cells { get; }

    /// <summary>λ of the coarse problem.</summary>
    public double Lambda { get; }

    /// <summary>So many changes of side, or fewer, end the iteration.</summary>
    public double FewestChanges { get; }

    /// <summary>Distance of the first point of a cell from its middle.</summary>
    public double FirstDistance => -0.5 * (Width - 1);

    /// <summary>Σt² over the points of a cell.</summary>
    public double SumOfSquares { get; }

    /// <summary>The grid, or null where cells would be too narrow or too few to gain anything.</summary>
    public static CoarseGrid? For(int length, double lambda)
    {
        int widest = (int)Math.Min(0.5 * Math.Sqrt(Math.Sqrt(lambda)), length / FewestCells), width = widest;
        if (widest < NarrowestCell)
            return null;
        for (int narrower = widest; narrower >= Math.Max(NarrowestCell, widest * 3 / 4); narrower--)
            width = length % narrower < length % width ? narrower : width;
        return new CoarseGrid(length, width, lambda);
    }

    /// <summary>Σr over the points of a cell, or of as many cells as there are lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Sum<T>(ref double data, nuint at, nuint stride)
        where T : unmanaged, ILanes<T>
    {
        T sum = default;
        for (int i = 0; i < Width; i++, at += stride)
            sum += T.Load(ref data, at);
        return sum;
    }

    /// <summary>Weight and data of a cell for the next solve, from z of the last one.</summary>
    /// <param name="data">The points.</param>
    /// <param name="at">The first point of the cell.</param>
    /// <param name="stride">From point to point.</param>
    /// <param name="cell">Z before, at and after the cell, and Σr.</param>
    /// <param name="p">p of the options.</param>
    /// <param name="count">Receives how many points lie below z.</param>
    /// <param name="weight">Receives W.</param>
    /// <returns>Z + Σw(r − z)/W.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Reweight<T>(ref double data, nuint at, nuint stride, (T Before, T Z, T After, T Sum) cell, double p, out T count, out T weight)
        where T : unmanaged, ILanes<T>
    {
        T zero = default, one = T.All(1), t = T.All(FirstDistance), sum = default;
        (T slope, T bend) = Shape(cell.Before, cell.Z, cell.After);
        count = default;
        for (int i = 0; i < Width; i++, at += stride)
        {
            T below = T.Min(T.Load(ref data, at) - T.Fma(t, T.Fma(t, bend, slope), cell.Z), zero);
            sum += below;
            count += T.WhereLess(below, zero, one, zero);
            t += one;
        }

        T all = cell.Sum - T.Fma(cell.Z, T.All(Width), bend * T.All(SumOfSquares));
        weight = T.Fma(T.All(1 - (2 * p)), count, T.All(p * Width));
        return cell.Z + (T.Fma(T.All(1 - (2 * p)), sum, T.All(p) * all) / weight);
    }

    /// <summary>σ and β of a cell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (T Slope, T Bend) Shape<T>(T before, T z, T after)
        where T : unmanaged, ILanes<T> =>
        (T.All(0.5 / Width) * (after - before), T.All(0.5 / ((double)Width * Width)) * ((after - z) - (z - before)));
}
