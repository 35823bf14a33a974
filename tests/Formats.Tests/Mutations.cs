using System.Buffers.Binary;

namespace BigMap.Analysis.Formats.Tests;

/// <summary>Structural damage: fields overwritten with extreme values, blocks moved, removed, repeated, bits flipped.</summary>
internal static class Mutations
{
    public static byte[] Apply(byte[] whole, Random random)
    {
        byte[] bytes = [.. whole];
        int changes = 1 + random.Next(4);
        for (int i = 0; i < changes && bytes.Length > 64; i++)
        {
            // Most of the structure is near the beginning.
            int at = random.Next(3) == 0 ? random.Next(Math.Min(bytes.Length, 2048)) : random.Next(bytes.Length);
            switch (random.Next(8))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes[at] = random.Next(2) == 0 ? (byte)0xFF : (byte)0;
                    break;
                case 3 when at + 8 <= bytes.Length:
                    BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), random.Next(4) switch { 0 => long.MaxValue, 1 => -1, 2 => bytes.Length, _ => random.NextInt64(bytes.Length) });
                    break;
                case 4 when at + 4 <= bytes.Length:
                    BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), random.Next(3) switch { 0 => int.MaxValue, 1 => -1, _ => random.Next(bytes.Length) });
                    break;
                case 5:
                    int length = Math.Min(random.Next(1, 64), bytes.Length - at);
                    bytes.AsSpan(random.Next(bytes.Length - length), length).ToArray().CopyTo(bytes, at);
                    break;
                case 6:
                    int removed = Math.Min(random.Next(1, 32), bytes.Length - at);
                    bytes = [.. bytes[..at], .. bytes[(at + removed)..]];
                    break;
                default:
                    int inserted = random.Next(1, 32);
                    bytes = [.. bytes[..at], .. new byte[inserted], .. bytes[at..]];
                    break;
            }
        }

        return bytes;
    }
}
