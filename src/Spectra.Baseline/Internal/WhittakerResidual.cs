using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>(w/λ)(r − z) − Dᵀ(Dz), formed through the differences: they are small where z is smooth, and so is their rounding.</summary>
/// <remarks>
/// Arrays are folded (see <see cref="WhittakerSolver"/>): DᵀD is the same read from either end, so both lanes do the same, and beyond the middle
/// each goes on with the points of the other.
/// </remarks>
internal static class WhittakerResidual
{
    /// <summary>Values that z must have room for beyond its own.</summary>
    public const int Room = 6;

    /// <summary>Computes the residual.</summary>
    /// <param name="penalty">λ and d.</param>
    /// <param name="w">Weights.</param>
    /// <param name="r">Data.</param>
    /// <param name="z">Solution, with <see cref="Room"/> values after it that are overwritten.</param>
    /// <param name="residual">Receives the residual, divided by λ.</param>
    public static void Compute((double Lambda, int Order) penalty, ReadOnlySpan<double> w, ReadOnlySpan<double> r, Span<double> z, Span<double> residual)
    {
        int m = w.Length / 2;
        for (int j = 0; j < Room / 2; j++)
        {
            z[2 * (m + j)] = z[(2 * (m - 1 - j)) + 1];
            z[(2 * (m + j)) + 1] = z[2 * (m - 1 - j)];
        }

        if (penalty.Order == 2)
        {
            Compute2(1 / penalty.Lambda, w, r, z, residual);
            return;
        }

        ref double z0 = ref MemoryMarshal.GetReference(z);
        ref double w0 = ref MemoryMarshal.GetReference(w);
        ref double r0 = ref MemoryMarshal.GetReference(r);
        ref double out0 = ref MemoryMarshal.GetReference(residual);

        Vector128<double> inverse = Vector128.Create(1 / penalty.Lambda);
        Vector128<double> e1 = default, e2 = default, e3 = default;
        for (int k = 0; k < m; k++)
        {
            Vector128<double> a = At(ref z0, k), b = At(ref z0, k + 1);
            Vector128<double> e, penalised;
            switch (penalty.Order)
            {
                case 1:
                    e = b - a;
                    penalised = e - e1;
                    break;
                default:
                    Vector128<double> c = At(ref z0, k + 2);
                    Vector128<double> middle = c - b;
                    e = ((At(ref z0, k + 3) - c) - middle) - (middle - (b - a));
                    Vector128<double> step = e1 - e2;
                    penalised = ((e - e1) - step) - (step - (e2 - e3));
                    break;
            }

            (e3, e2, e1) = (e2, e1, e);

            // (−1)ᵈ of Dᵀ written with differences of e that run the other way.
            Vector128<double> pull = At(ref w0, k) * inverse * (At(ref r0, k) - a);
            (pull + penalised).StoreUnsafe(ref out0, (nuint)(2 * k));
        }
    }

    // Order 2: differences of places that lie two apart in the folded array, as many at a time as a vector holds.
    private static void Compute2(double inverseLambda, ReadOnlySpan<double> w, ReadOnlySpan<double> r, ReadOnlySpan<double> z, Span<double> residual)
    {
        ref double z0 = ref MemoryMarshal.GetReference(z);
        ref double w0 = ref MemoryMarshal.GetReference(w);
        ref double r0 = ref MemoryMarshal.GetReference(r);
        ref double out0 = ref MemoryMarshal.GetReference(residual);
        int i = 4;
        for (int j = 0; j < 4; j++)
            residual[j] = Single(z, w, r, j);
        Vector256<double> inverse = Vector256.Create(inverseLambda);
        for (; i <= w.Length - 4; i += 4)
        {
            Vector256<double> a = Vector256.LoadUnsafe(ref z0, (nuint)i - 4), b = Vector256.LoadUnsafe(ref z0, (nuint)i - 2), c = Vector256.LoadUnsafe(ref z0, (nuint)i);
            Vector256<double> d = Vector256.LoadUnsafe(ref z0, (nuint)i + 2), e = Vector256.LoadUnsafe(ref z0, (nuint)i + 4);
            Vector256<double> bc = c - b, cd = d - c, before = bc - (b - a), here = cd - bc, after = (e - d) - cd;
            Vector256<double> pull = Vector256.LoadUnsafe(ref w0, (nuint)i) * inverse * (Vector256.LoadUnsafe(ref r0, (nuint)i) - c);
            (pull - ((after - here) - (here - before))).StoreUnsafe(ref out0, (nuint)i);
        }

        for (; i < w.Length; i++)
            residual[i] = Single(z, w, r, i);

        double Single(ReadOnlySpan<double> z, ReadOnlySpan<double> w, ReadOnlySpan<double> r, int at)
        {
            double after = (z[at + 4] - z[at + 2]) - (z[at + 2] - z[at]);
            double here = at >= 2 ? (z[at + 2] - z[at]) - (z[at] - z[at - 2]) : 0;
            double before = at >= 4 ? (z[at] - z[at - 2]) - (z[at - 2] - z[at - 4]) : 0;
            return (w[at] * inverseLambda * (r[at] - z[at])) - ((after - here) - (here - before));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> At(ref double start, int k) => Vector128.LoadUnsafe(ref start, (nuint)(2 * k));
}
