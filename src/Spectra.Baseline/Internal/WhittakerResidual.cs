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
                case 2:
                    e = (At(ref z0, k + 2) - b) - (b - a);
                    penalised = (e - e1) - (e1 - e2);
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
            (penalty.Order == 2 ? pull - penalised : pull + penalised).StoreUnsafe(ref out0, (nuint)(2 * k));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> At(ref double start, int k) => Vector128.LoadUnsafe(ref start, (nuint)(2 * k));
}
