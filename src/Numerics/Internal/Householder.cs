using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BigMap.Analysis.Numerics.Internal;

/// <summary>Orthogonal factorisation of column-major matrices by Householder reflections (Golub and Van Loan, 4th ed., section 5.2).</summary>
/// <remarks>The order of summation depends on the vector width alone, never on how memory is aligned: results are bit-identical on any thread.</remarks>
internal static class Householder
{
    /// <summary>Sums of squares below this are near the end of the range of doubles, where a reflection would divide by zero: such a column counts as zero.</summary>
    public const double SmallestSquares = 1e-290;

    /// <summary>
    /// A = QR in place: R(i, k), i &lt; k, stays in the k-th column, R(k, k) goes to <paramref name="diagonal"/>; <paramref name="b"/> becomes Qᵀb.
    /// </summary>
    public static void Factor(Span<double> a, int rows, int columns, Span<double> b, Span<double> diagonal)
    {
        for (int k = 0; k < columns; k++)
        {
            int length = rows - k;
            if (length <= 0)
            {
                diagonal[k] = 0;
                continue;
            }

            ref double v = ref a[(k * rows) + k];
            double squares = Dot(ref v, ref v, length);
            if (squares < SmallestSquares)
            {
                diagonal[k] = 0;
                continue;
            }

            double norm = Math.Sqrt(squares);

            // The sign that does not cancel.
            double alpha = v > 0 ? -norm : norm;
            diagonal[k] = alpha;
            double head = v - alpha;
            v = head;
            double beta = -1 / (alpha * head);
            int j = k + 1;
            for (; j + 1 < columns; j += 2)
                ReflectTwo(ref v, ref a[(j * rows) + k], ref a[((j + 1) * rows) + k], beta, length);
            if (j < columns)
                Reflect(ref v, ref a[(j * rows) + k], beta, length);
            Reflect(ref v, ref b[k], beta, length);
        }
    }

    /// <summary>Solves R z = b in place with the factors; diagonal elements must not be zero.</summary>
    public static void BackSubstitute(ReadOnlySpan<double> a, int rows, int columns, ReadOnlySpan<double> diagonal, Span<double> b)
    {
        for (int k = columns - 1; k >= 0; k--)
        {
            double z = b[k] / diagonal[k];
            b[k] = z;
            ReadOnlySpan<double> column = a.Slice(k * rows, k);
            for (int i = 0; i < column.Length; i++)
                b[i] -= column[i] * z;
        }
    }

    public static double SumOfSquares(ReadOnlySpan<double> a) => a.IsEmpty ? 0 : Dot(ref MemoryMarshal.GetReference(a), ref MemoryMarshal.GetReference(a), a.Length);

    public static double Product(ReadOnlySpan<double> a, ReadOnlySpan<double> b) => a.IsEmpty ? 0 : Dot(ref MemoryMarshal.GetReference(a), ref MemoryMarshal.GetReference(b[..a.Length]), a.Length);

    private static double Dot(ref double a, ref double b, int length)
    {
        int i = 0;
        double sum = 0;
        if (length >= Vector<double>.Count)
        {
            Vector<double> s0 = Vector<double>.Zero, s1 = Vector<double>.Zero;
            for (; i <= length - (2 * Vector<double>.Count); i += 2 * Vector<double>.Count)
            {
                s0 = Vector.FusedMultiplyAdd(Load(ref a, i), Load(ref b, i), s0);
                s1 = Vector.FusedMultiplyAdd(Load(ref a, i + Vector<double>.Count), Load(ref b, i + Vector<double>.Count), s1);
            }

            if (i <= length - Vector<double>.Count)
            {
                s0 = Vector.FusedMultiplyAdd(Load(ref a, i), Load(ref b, i), s0);
                i += Vector<double>.Count;
            }

            sum = Vector.Sum(s0 + s1);
        }

        for (; i < length; i++)
            sum += Unsafe.Add(ref a, i) * Unsafe.Add(ref b, i);
        return sum;
    }

    private static void Reflect(ref double v, ref double a, double beta, int length)
    {
        double s = beta * Dot(ref v, ref a, length);
        var factor = new Vector<double>(-s);
        int i = 0;
        for (; i <= length - Vector<double>.Count; i += Vector<double>.Count)
            Store(ref a, i, Vector.FusedMultiplyAdd(factor, Load(ref v, i), Load(ref a, i)));
        for (; i < length; i++)
            Unsafe.Add(ref a, i) -= s * Unsafe.Add(ref v, i);
    }

    // Two columns at a time: v is loaded once for both.
    private static void ReflectTwo(ref double v, ref double a, ref double b, double beta, int length)
    {
        Vector<double> va = Vector<double>.Zero, vb = Vector<double>.Zero;
        int i = 0;
        for (; i <= length - Vector<double>.Count; i += Vector<double>.Count)
        {
            Vector<double> w = Load(ref v, i);
            va = Vector.FusedMultiplyAdd(w, Load(ref a, i), va);
            vb = Vector.FusedMultiplyAdd(w, Load(ref b, i), vb);
        }

        double sa = Vector.Sum(va), sb = Vector.Sum(vb);
        for (; i < length; i++)
        {
            sa += Unsafe.Add(ref v, i) * Unsafe.Add(ref a, i);
            sb += Unsafe.Add(ref v, i) * Unsafe.Add(ref b, i);
        }

        sa *= beta;
        sb *= beta;
        Vector<double> fa = new(-sa), fb = new(-sb);
        i = 0;
        for (; i <= length - Vector<double>.Count; i += Vector<double>.Count)
        {
            Vector<double> w = Load(ref v, i);
            Store(ref a, i, Vector.FusedMultiplyAdd(fa, w, Load(ref a, i)));
            Store(ref b, i, Vector.FusedMultiplyAdd(fb, w, Load(ref b, i)));
        }

        for (; i < length; i++)
        {
            Unsafe.Add(ref a, i) -= sa * Unsafe.Add(ref v, i);
            Unsafe.Add(ref b, i) -= sb * Unsafe.Add(ref v, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<double> Load(ref double p, int i) => Vector.LoadUnsafe(ref p, (nuint)i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(ref double p, int i, Vector<double> value) => value.StoreUnsafe(ref p, (nuint)i);
}
