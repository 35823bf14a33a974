using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace BigMap.Analysis.Formats.Internal.Hdf5;

/// <summary>Turns stored numbers into those of the machine; a number that would not be the same is refused, never rounded or wrapped.</summary>
internal static class Hdf5Numbers
{
    /// <summary>Whether stored bytes are already what a caller wants.</summary>
    public static bool IsPlain<T>(Hdf5Type type)
        where T : unmanaged, INumber<T>
    {
        if (!BitConverter.IsLittleEndian || (type.IsBigEndian && type.Size > 1) || !type.UsesAllBits)
            return false;
        return type.Kind switch
        {
            Hdf5Kind.Float => (typeof(T) == typeof(double) && type.Size == 8) || (typeof(T) == typeof(float) && type.Size == 4) || (typeof(T) == typeof(Half) && type.Size == 2),
            Hdf5Kind.Integer or Hdf5Kind.Enumeration => type.IsSigned
                ? (typeof(T) == typeof(sbyte) && type.Size == 1) || (typeof(T) == typeof(short) && type.Size == 2) || (typeof(T) == typeof(int) && type.Size == 4) || (typeof(T) == typeof(long) && type.Size == 8)
                : (typeof(T) == typeof(byte) && type.Size == 1) || (typeof(T) == typeof(ushort) && type.Size == 2) || (typeof(T) == typeof(uint) && type.Size == 4) || (typeof(T) == typeof(ulong) && type.Size == 8),
            _ => false,
        };
    }

    public static bool IsNumber(Hdf5Type type) => type.Kind is Hdf5Kind.Integer or Hdf5Kind.Float or Hdf5Kind.Enumeration or Hdf5Kind.BitField && type.Obstacle is null;

    /// <summary>Whether a caller may ask for such numbers.</summary>
    public static bool IsWanted<T>() =>
        typeof(T) == typeof(double) || typeof(T) == typeof(float) || typeof(T) == typeof(Half)
        || typeof(T) == typeof(sbyte) || typeof(T) == typeof(short) || typeof(T) == typeof(int) || typeof(T) == typeof(long)
        || typeof(T) == typeof(byte) || typeof(T) == typeof(ushort) || typeof(T) == typeof(uint) || typeof(T) == typeof(ulong);

    /// <summary>Converts stored numbers.</summary>
    /// <param name="raw">The first number.</param>
    /// <param name="step">Bytes from one number to the next.</param>
    /// <param name="type">Their type.</param>
    /// <param name="target">Receives them.</param>
    /// <returns>Index of the first number that the wanted type cannot hold exactly, or −1.</returns>
    public static int Convert<T>(ReadOnlySpan<byte> raw, int step, Hdf5Type type, Span<T> target)
        where T : unmanaged, INumber<T>
    {
        if (step == type.Size && IsPlain<T>(type))
        {
            raw[..(target.Length * type.Size)].CopyTo(MemoryMarshal.AsBytes(target));
            return -1;
        }

        if (type.Kind == Hdf5Kind.Float)
        {
            return type.Size switch
            {
                2 => Floats<Half, T>(raw, step, type.IsBigEndian, target),
                4 => Floats<float, T>(raw, step, type.IsBigEndian, target),
                _ => Floats<double, T>(raw, step, type.IsBigEndian, target),
            };
        }

        // Up to 53 bits fit into a double, up to 24 into a float.
        bool always = (typeof(T) == typeof(double) && type.Size <= 4) || (typeof(T) == typeof(float) && type.Size <= 2);
        for (int i = 0; i < target.Length; i++)
        {
            long value = Integer(raw.Slice(i * step, type.Size), type);
            if (type.IsSigned)
            {
                target[i] = T.CreateSaturating(value);
                if (!always && Int128.CreateSaturating(target[i]) != value)
                    return i;
            }
            else
            {
                target[i] = T.CreateSaturating((ulong)value);
                if (!always && Int128.CreateSaturating(target[i]) != (Int128)(ulong)value)
                    return i;
            }
        }

        return -1;
    }

    /// <summary>A stored whole number; an unsigned one of 64 bits as its bit pattern.</summary>
    public static long Integer(ReadOnlySpan<byte> raw, Hdf5Type type)
    {
        if (raw.Length > 8)
            return 0;
        ulong value = 0;
        for (int i = 0; i < raw.Length; i++)
            value = (value << 8) | raw[type.IsBigEndian ? i : raw.Length - 1 - i];
        int bits = type.Bits.Count;
        value = (value >> type.Bits.Offset) << (64 - bits);
        return type.IsSigned ? (long)value >> (64 - bits) : (long)(value >> (64 - bits));
    }

    public static string Show(ReadOnlySpan<byte> raw, Hdf5Type type)
    {
        if (type.Kind == Hdf5Kind.Float)
        {
            Span<double> one = stackalloc double[1];
            Convert(raw, type.Size, type, one);
            return one[0].ToString("R", CultureInfo.InvariantCulture);
        }

        long value = Integer(raw[..type.Size], type);
        return type.IsSigned ? value.ToString(CultureInfo.InvariantCulture) : ((ulong)value).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Turns every number of a value round, so that the low byte comes first, members and elements too.</summary>
    public static void ToLittleEndian(Span<byte> value, Hdf5Type type)
    {
        switch (type.Kind)
        {
            case Hdf5Kind.Integer or Hdf5Kind.Float or Hdf5Kind.Enumeration or Hdf5Kind.BitField:
                if (type.IsBigEndian)
                    value[..type.Size].Reverse();
                break;
            case Hdf5Kind.Compound:
                foreach (Hdf5Member member in type.Members)
                    ToLittleEndian(value.Slice(member.Offset, member.Type.Size), member.Type);
                break;
            case Hdf5Kind.Array:
                for (int at = 0; at < type.Size; at += type.Element!.Size)
                    ToLittleEndian(value.Slice(at, type.Element!.Size), type.Element);
                break;
        }
    }

    public static bool IsLittleEndian(Hdf5Type type) => type.Kind switch
    {
        Hdf5Kind.Compound => type.Members.All(m => IsLittleEndian(m.Type)),
        Hdf5Kind.Array => IsLittleEndian(type.Element!),
        _ => !type.IsBigEndian || type.Size == 1,
    };

    private static int Floats<TSource, T>(ReadOnlySpan<byte> raw, int step, bool bigEndian, Span<T> target)
        where TSource : unmanaged, IBinaryFloatingPointIeee754<TSource>
        where T : unmanaged, INumber<T>
    {
        bool whole = typeof(T) != typeof(double) && typeof(T) != typeof(float) && typeof(T) != typeof(Half);
        for (int i = 0; i < target.Length; i++)
        {
            TSource value = Float<TSource>(raw[(i * step)..], bigEndian);
            target[i] = T.CreateSaturating(value);
            bool same = whole
                ? TSource.IsInteger(value) && Int128.CreateSaturating(value) == Int128.CreateSaturating(target[i])
                : TSource.IsNaN(value) || TSource.CreateSaturating(target[i]) == value;
            if (!same)
                return i;
        }

        return -1;
    }

    private static TSource Float<TSource>(ReadOnlySpan<byte> raw, bool bigEndian)
        where TSource : unmanaged, IBinaryFloatingPointIeee754<TSource>
    {
        if (typeof(TSource) == typeof(Half))
            return TSource.CreateTruncating(bigEndian ? BinaryPrimitives.ReadHalfBigEndian(raw) : BinaryPrimitives.ReadHalfLittleEndian(raw));
        return typeof(TSource) == typeof(float)
            ? TSource.CreateTruncating(bigEndian ? BinaryPrimitives.ReadSingleBigEndian(raw) : BinaryPrimitives.ReadSingleLittleEndian(raw))
            : TSource.CreateTruncating(bigEndian ? BinaryPrimitives.ReadDoubleBigEndian(raw) : BinaryPrimitives.ReadDoubleLittleEndian(raw));
    }
}
