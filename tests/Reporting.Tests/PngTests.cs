using System.IO.Compression;
using BigMap.Analysis.Reporting;
using BigMap.Analysis.Reporting.Internal;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace BigMap.Analysis.Tests;

public sealed class PngTests
{
    [Property(MaxTest = 200)]
    public Property WhatIsCompressedComesBack() => Prop.ForAll(
        Gen.Choose(0, 3000).ToArbitrary(), Gen.Choose(1, 256).ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(),
        (length, alphabet, seed) => RoundTrip(Bytes(length, alphabet, seed)));

    [Fact]
    public void LongAndRepetitiveDataComeBack()
    {
        RoundTrip([]);
        RoundTrip(new byte[300_000]);
        RoundTrip(Bytes(200_000, 256, 1));
        RoundTrip([.. Enumerable.Range(0, 100_000).Select(i => (byte)(i / 700))]);
        byte[] page = Bytes(40_000, 256, 2);
        RoundTrip([.. page, .. page]);

        // Counts like Fibonacci numbers ask for codes longer than DEFLATE allows.
        var skewed = new List<byte>();
        for (int symbol = 0, a = 1, b = 1; symbol < 26; symbol++, (a, b) = (b, a + b))
            skewed.AddRange(Enumerable.Repeat((byte)(symbol * 7), 1).Concat(Enumerable.Range(0, Math.Min(a, 30_000)).SelectMany(k => new[] { (byte)(symbol * 7), (byte)(k % 3) })));
        RoundTrip([.. skewed]);
    }

    [Fact]
    public void RepeatedRowsCostLittle() =>
        Assert.InRange(Deflate.Zlib([.. Enumerable.Range(0, 400).SelectMany(_ => Bytes(600, 256, 3))]).Length, 600, 5000);

    [Fact]
    public void ViridisIsThePublishedTable()
    {
        // Entries 0, 28, 85, 128, 142 and 255 of the published 256-colour table; none but the first and last are control points.
        (int Index, double R, double G, double B)[] published =
            [(0, 0.267004, 0.004874, 0.329415), (28, 0.281412, 0.155834, 0.469201), (60, 0.237441, 0.305202, 0.541921), (128, 0.127568, 0.566949, 0.550556), (142, 0.119699, 0.618490, 0.536347), (255, 0.993248, 0.906157, 0.143936)];
        foreach ((int index, double r, double g, double b) in published)
        {
            (byte red, byte green, byte blue) = Colors.At(ColorMap.Viridis, index / 255.0);
            Assert.InRange(red - (255 * r), -2.5, 2.5);
            Assert.InRange(green - (255 * g), -2.5, 2.5);
            Assert.InRange(blue - (255 * b), -2.5, 2.5);
        }
    }

    [Theory]
    [InlineData(ColorMap.Viridis, 1)]
    [InlineData(ColorMap.Gray, -1)]
    public void LightnessOfEveryMapRunsOneWay(ColorMap map, int sign)
    {
        double[] light = [.. Enumerable.Range(0, 65).Select(i => Colors.At(map, i / 64.0)).Select(c => sign * ((0.2126 * c.R) + (0.7152 * c.G) + (0.0722 * c.B)))];
        Assert.Equal(light.Order(), light);
        Assert.True(light[^1] - light[0] > 150);
    }

    private static byte[] Bytes(int length, int alphabet, int seed)
    {
        var data = new byte[length];
        ulong state = (ulong)seed;
        for (int i = 0; i < length; i++)
        {
            state = (state * 6364136223846793005) + 1442695040888963407;
            data[i] = (byte)((state >> 33) % (ulong)alphabet);
        }

        return data;
    }

    private static void RoundTrip(byte[] data)
    {
        byte[] packed = Deflate.Zlib(data);
        using var zlib = new ZLibStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var raw = new MemoryStream();
        zlib.CopyTo(raw);
        Assert.Equal(data, raw.ToArray());
        Assert.Equal(packed, Deflate.Zlib(data));
    }
}
