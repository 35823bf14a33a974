using System.Runtime.CompilerServices;

namespace BigMap.Analysis.Numerics.Internal;

/// <summary>
/// G += AᵀA of a tile of rows, column-major, in lanes: columns three by three, so that nine sums stay in registers. Sums run over the rows in
/// order: neither the length of a tile nor the width of the vector changes a bit.
/// </summary>
internal static class LaneGram
{
    /// <param name="tile">The first value of the first column.</param>
    /// <param name="pitch">Doubles from a column to the next.</param>
    /// <param name="rows">Rows of the tile.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="gram">columns × columns, row-major; only the upper triangle of blocks counts.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<TLanes>(ref TLanes tile, int pitch, int rows, int columns, ref TLanes gram)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int a = 0; a < columns; a += 3)
        {
            ref TLanes left = ref Column(ref tile, a * pitch);
            ref TLanes g = ref Unsafe.Add(ref gram, (a * columns) + a);
            int wide = columns - a;
            if (wide == 1)
            {
                g = Dot(ref left, ref left, rows, g);
                return;
            }

            if (wide == 2)
            {
                TwoWithin(ref left, pitch, rows, columns, ref g);
                return;
            }

            ThreeWithin(ref left, pitch, rows, columns, ref g);
            for (int b = a + 3; b < columns; b += 3)
            {
                ref TLanes right = ref Column(ref tile, b * pitch);
                ref TLanes target = ref Unsafe.Add(ref gram, (a * columns) + b);
                switch (columns - b)
                {
                    case 1:
                        ThreeByOne(ref left, ref right, pitch, rows, columns, ref target);
                        break;
                    case 2:
                        ThreeByTwo(ref left, ref right, pitch, rows, columns, ref target);
                        break;
                    default:
                        ThreeByThree(ref left, ref right, pitch, rows, columns, ref target);
                        break;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref TLanes Column<TLanes>(ref TLanes a, int doubles) => ref Unsafe.As<double, TLanes>(ref Unsafe.Add(ref Unsafe.As<TLanes, double>(ref a), doubles));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Dot<TLanes>(ref TLanes a, ref TLanes b, int rows, TLanes sum)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int i = 0; i < rows; i++)
            sum = TLanes.MultiplyAdd(Unsafe.Add(ref a, i), Unsafe.Add(ref b, i), sum);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoWithin<TLanes>(ref TLanes a, int pitch, int rows, int stride, ref TLanes g)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes g00 = g, g01 = Unsafe.Add(ref g, 1), g11 = Unsafe.Add(ref g, stride + 1);
        ref TLanes p1 = ref Column(ref a, pitch);
        for (int i = 0; i < rows; i++)
        {
            TLanes a0 = Unsafe.Add(ref a, i), a1 = Unsafe.Add(ref p1, i);
            g00 = TLanes.MultiplyAdd(a0, a0, g00);
            g01 = TLanes.MultiplyAdd(a0, a1, g01);
            g11 = TLanes.MultiplyAdd(a1, a1, g11);
        }

        g = g00;
        Unsafe.Add(ref g, 1) = g01;
        Unsafe.Add(ref g, stride + 1) = g11;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ThreeWithin<TLanes>(ref TLanes a, int pitch, int rows, int stride, ref TLanes g)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        ref TLanes g1 = ref Unsafe.Add(ref g, stride);
        ref TLanes g2 = ref Unsafe.Add(ref g1, stride);
        TLanes g00 = g, g01 = Unsafe.Add(ref g, 1), g02 = Unsafe.Add(ref g, 2), g11 = Unsafe.Add(ref g1, 1), g12 = Unsafe.Add(ref g1, 2), g22 = Unsafe.Add(ref g2, 2);
        ref TLanes p1 = ref Column(ref a, pitch);
        ref TLanes p2 = ref Column(ref p1, pitch);
        for (int i = 0; i < rows; i++)
        {
            TLanes a0 = Unsafe.Add(ref a, i), a1 = Unsafe.Add(ref p1, i), a2 = Unsafe.Add(ref p2, i);
            g00 = TLanes.MultiplyAdd(a0, a0, g00);
            g01 = TLanes.MultiplyAdd(a0, a1, g01);
            g02 = TLanes.MultiplyAdd(a0, a2, g02);
            g11 = TLanes.MultiplyAdd(a1, a1, g11);
            g12 = TLanes.MultiplyAdd(a1, a2, g12);
            g22 = TLanes.MultiplyAdd(a2, a2, g22);
        }

        g = g00;
        Unsafe.Add(ref g, 1) = g01;
        Unsafe.Add(ref g, 2) = g02;
        Unsafe.Add(ref g1, 1) = g11;
        Unsafe.Add(ref g1, 2) = g12;
        Unsafe.Add(ref g2, 2) = g22;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ThreeByThree<TLanes>(ref TLanes a, ref TLanes b, int pitch, int rows, int stride, ref TLanes g)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        ref TLanes g1 = ref Unsafe.Add(ref g, stride);
        ref TLanes g2 = ref Unsafe.Add(ref g1, stride);
        TLanes g00 = g, g01 = Unsafe.Add(ref g, 1), g02 = Unsafe.Add(ref g, 2);
        TLanes g10 = g1, g11 = Unsafe.Add(ref g1, 1), g12 = Unsafe.Add(ref g1, 2);
        TLanes g20 = g2, g21 = Unsafe.Add(ref g2, 1), g22 = Unsafe.Add(ref g2, 2);
        ref TLanes p1 = ref Column(ref a, pitch);
        ref TLanes p2 = ref Column(ref p1, pitch);
        ref TLanes q1 = ref Column(ref b, pitch);
        ref TLanes q2 = ref Column(ref q1, pitch);
        for (int i = 0; i < rows; i++)
        {
            TLanes a0 = Unsafe.Add(ref a, i), a1 = Unsafe.Add(ref p1, i), a2 = Unsafe.Add(ref p2, i);
            TLanes b0 = Unsafe.Add(ref b, i);
            g00 = TLanes.MultiplyAdd(a0, b0, g00);
            g10 = TLanes.MultiplyAdd(a1, b0, g10);
            g20 = TLanes.MultiplyAdd(a2, b0, g20);
            TLanes b1 = Unsafe.Add(ref q1, i);
            g01 = TLanes.MultiplyAdd(a0, b1, g01);
            g11 = TLanes.MultiplyAdd(a1, b1, g11);
            g21 = TLanes.MultiplyAdd(a2, b1, g21);
            TLanes b2 = Unsafe.Add(ref q2, i);
            g02 = TLanes.MultiplyAdd(a0, b2, g02);
            g12 = TLanes.MultiplyAdd(a1, b2, g12);
            g22 = TLanes.MultiplyAdd(a2, b2, g22);
        }

        g = g00;
        Unsafe.Add(ref g, 1) = g01;
        Unsafe.Add(ref g, 2) = g02;
        g1 = g10;
        Unsafe.Add(ref g1, 1) = g11;
        Unsafe.Add(ref g1, 2) = g12;
        g2 = g20;
        Unsafe.Add(ref g2, 1) = g21;
        Unsafe.Add(ref g2, 2) = g22;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ThreeByTwo<TLanes>(ref TLanes a, ref TLanes b, int pitch, int rows, int stride, ref TLanes g)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        ref TLanes g1 = ref Unsafe.Add(ref g, stride);
        ref TLanes g2 = ref Unsafe.Add(ref g1, stride);
        TLanes g00 = g, g01 = Unsafe.Add(ref g, 1), g10 = g1, g11 = Unsafe.Add(ref g1, 1), g20 = g2, g21 = Unsafe.Add(ref g2, 1);
        ref TLanes p1 = ref Column(ref a, pitch);
        ref TLanes p2 = ref Column(ref p1, pitch);
        ref TLanes q1 = ref Column(ref b, pitch);
        for (int i = 0; i < rows; i++)
        {
            TLanes a0 = Unsafe.Add(ref a, i), a1 = Unsafe.Add(ref p1, i), a2 = Unsafe.Add(ref p2, i);
            TLanes b0 = Unsafe.Add(ref b, i), b1 = Unsafe.Add(ref q1, i);
            g00 = TLanes.MultiplyAdd(a0, b0, g00);
            g10 = TLanes.MultiplyAdd(a1, b0, g10);
            g20 = TLanes.MultiplyAdd(a2, b0, g20);
            g01 = TLanes.MultiplyAdd(a0, b1, g01);
            g11 = TLanes.MultiplyAdd(a1, b1, g11);
            g21 = TLanes.MultiplyAdd(a2, b1, g21);
        }

        g = g00;
        Unsafe.Add(ref g, 1) = g01;
        g1 = g10;
        Unsafe.Add(ref g1, 1) = g11;
        g2 = g20;
        Unsafe.Add(ref g2, 1) = g21;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ThreeByOne<TLanes>(ref TLanes a, ref TLanes b, int pitch, int rows, int stride, ref TLanes g)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        ref TLanes g1 = ref Unsafe.Add(ref g, stride);
        ref TLanes g2 = ref Unsafe.Add(ref g1, stride);
        TLanes g00 = g, g10 = g1, g20 = g2;
        ref TLanes p1 = ref Column(ref a, pitch);
        ref TLanes p2 = ref Column(ref p1, pitch);
        for (int i = 0; i < rows; i++)
        {
            TLanes b0 = Unsafe.Add(ref b, i);
            g00 = TLanes.MultiplyAdd(Unsafe.Add(ref a, i), b0, g00);
            g10 = TLanes.MultiplyAdd(Unsafe.Add(ref p1, i), b0, g10);
            g20 = TLanes.MultiplyAdd(Unsafe.Add(ref p2, i), b0, g20);
        }

        g = g00;
        g1 = g10;
        g2 = g20;
    }
}
