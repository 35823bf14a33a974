using System.Buffers.Binary;

namespace BigMap.Analysis.Reporting.Internal;

/// <summary>Writes a picture of at most 256 colours as PNG (ISO/IEC 15948), equal pixels giving equal bytes.</summary>
internal static class Png
{
    private static readonly uint[] CrcTable = MakeCrcTable();

    /// <summary>Encodes colour indices, row by row from the top.</summary>
    /// <param name="width">Pixels per row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="pixels">Colour indices.</param>
    /// <param name="palette">Red, green, blue of each colour.</param>
    /// <param name="transparent">The index of the colour that is transparent.</param>
    public static byte[] Encode(int width, int height, ReadOnlySpan<byte> pixels, ReadOnlySpan<byte> palette, int transparent)
    {
        using var stream = new MemoryStream();
        stream.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8;
        header[9] = 3;
        header[10] = header[11] = header[12] = 0;
        Chunk(stream, "IHDR"u8, header);
        Chunk(stream, "PLTE"u8, palette);
        var alpha = new byte[transparent + 1];
        alpha.AsSpan(0, transparent).Fill(255);
        Chunk(stream, "tRNS"u8, alpha);
        var raw = new byte[(width + 1) * height];
        for (int row = 0; row < height; row++)
            pixels.Slice(row * width, width).CopyTo(raw.AsSpan((row * (width + 1)) + 1));
        Chunk(stream, "IDAT"u8, Deflate.Zlib(raw));
        Chunk(stream, "IEND"u8, []);
        return stream.ToArray();
    }

    private static void Chunk(MemoryStream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        stream.Write(type);
        stream.Write(data);
        uint crc = Crc(Crc(0xFFFFFFFF, type), data) ^ 0xFFFFFFFF;
        BinaryPrimitives.WriteUInt32BigEndian(number, crc);
        stream.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (byte value in data)
            crc = CrcTable[(crc ^ value) & 0xFF] ^ (crc >> 8);
        return crc;
    }

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint c = i;
            for (int k = 0; k < 8; k++)
                c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
            table[i] = c;
        }

        return table;
    }
}
