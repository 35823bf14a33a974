using System.Text;

namespace BigMap.Analysis.Formats.Tests;

/// <summary>Bruker .raw of version 3, made here from the documented layout: no recorded file was at hand.</summary>
public class BrukerRawTests
{
    [Fact]
    public async Task Ranges_become_rows_with_their_columns()
    {
        using var folder = new TempFolder();
        folder.WriteBytes("scan.raw", Raw([(20, 0.02, [5, 7, 0, 123456]), (20, 0.02, [1, 2, 3, 4])]));
        foreach (ReadResult read in (ReadResult[])[await SeriesReader.ReadXrdAsync(folder["scan.raw"]), await SeriesReader.ReadXrdAsync(folder.Path, new XrdReadOptions { FilePattern = "*.raw" })])
        {
            SpectrumSeries series = read.Series;
            Assert.Equal((AxisQuantity.TwoTheta, "deg", 2, 4), (series.Axis.Quantity, series.Axis.Unit, series.Count, series.Length));
            Assert.Equal([20, 20 + 0.02, 20 + (2 * 0.02), 20 + (3 * 0.02)], series.Axis.Values.ToArray());
            Assert.Equal([5.0, 7, 0, 123456], series[0].ToArray());
            Assert.Equal((IntensityKind.Counts, "counts"), (series.Kind, series.IntensityUnit));
            var columns = new ResultTable("c", series.Columns);
            Assert.Equal(1.25, columns.Numbers("counting_time")[1]);
            Assert.Equal((1.5406, 1.54439), (columns.Numbers("wavelength")[0], columns.Numbers("wavelength_ka2")[0]));
            Assert.Equal("03/14/2026 09:26:53", columns.Column("start_time").Text(0));
        }

        // A folder is not searched for .raw unless that is asked for: other makers use the ending too.
        await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadXrdAsync(folder.Path));
        SpectrumSeries down = (await SeriesReader.ReadXrdAsync(folder.WriteBytes("down.raw", Raw([(30, -0.5, [1, 2.5f])])))).Series;
        Assert.Equal([29.5, 30], down.Axis.Values.ToArray());
        Assert.Equal([2.5, 1], down[0].ToArray());
        Assert.Equal(IntensityKind.Unspecified, down.Kind);
    }

    [Fact]
    public async Task What_cannot_be_read_truly_is_refused_with_its_byte()
    {
        using var folder = new TempFolder();
        byte[] good = Raw([(20, 0.02, [5, 7, 0, 123456])]);
        await Refused(good[..^1], good.Length - 1, "ends within the 4 points");
        await Refused([.. good, 0], good.Length, "1 more bytes");
        await Refused(Changed(712, BitConverter.GetBytes(320u)), 712, "320 bytes, not 304");
        await Refused(Changed(712 + 8, BitConverter.GetBytes(12.0)), 720, "which axis moved");
        await Refused(Changed(712 + 176, BitConverter.GetBytes(0.0)), 720, "cannot be");
        await Refused(Changed(712 + 176, BitConverter.GetBytes(1e-300)), 888, "which cannot be");
        await Refused(Changed(712 + 176, BitConverter.GetBytes(130.0)), 888, "which cannot be");
        await Refused(Changed(712 + 304 + 44, BitConverter.GetBytes(float.NaN)), 1060, "Point 2");
        await Refused(Changed(12, BitConverter.GetBytes(0u)), 12, "0 ranges");
        foreach (string version in (string[])["RAW4.00", "RAW2\0\0\0", "RAW \0\0\0"])
            await Refused(Changed(0, Encoding.ASCII.GetBytes(version)), 0, "Bruker .raw file, version");
        for (int length = 0; length < good.Length; length++)
            Assert.Equal(folder["cut.raw"], (await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadXrdAsync(folder.WriteBytes("cut.raw", good[..length])))).File);
        await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadXrdAsync(folder.WriteBytes("good.raw", good), new XrdReadOptions { Axis = "Omega" }));

        byte[] Changed(int at, byte[] bytes)
        {
            byte[] copy = [.. good];
            bytes.CopyTo(copy, at);
            return copy;
        }

        async Task Refused(byte[] bytes, long offset, string problem)
        {
            InputFormatException error = await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadXrdAsync(folder.WriteBytes("bad.raw", bytes)));
            Assert.Equal(offset, error.Offset);
            Assert.Contains(problem, error.Problem, StringComparison.Ordinal);
            Assert.NotEmpty(error.Remedy);
        }
    }

    private static byte[] Raw((double Start, double Step, float[] Counts)[] ranges)
    {
        var file = new MemoryStream();
        var header = new byte[712];
        "RAW1.01"u8.CopyTo(header);
        BitConverter.GetBytes(1u).CopyTo(header, 8);
        BitConverter.GetBytes((uint)ranges.Length).CopyTo(header, 12);
        "03/14/2026"u8.CopyTo(header.AsSpan(16));
        "09:26:53"u8.CopyTo(header.AsSpan(26));
        BitConverter.GetBytes(1.5406).CopyTo(header, 624);
        BitConverter.GetBytes(1.54439).CopyTo(header, 632);
        file.Write(header);
        foreach ((double start, double step, float[] counts) in ranges)
        {
            var range = new byte[304];
            BitConverter.GetBytes(304u).CopyTo(range, 0);
            BitConverter.GetBytes((uint)counts.Length).CopyTo(range, 4);
            BitConverter.GetBytes(start / 2).CopyTo(range, 8);
            BitConverter.GetBytes(start).CopyTo(range, 16);
            BitConverter.GetBytes(step).CopyTo(range, 176);
            BitConverter.GetBytes(1.25f).CopyTo(range, 192);
            BitConverter.GetBytes(40u).CopyTo(range, 256);
            file.Write(range);
            file.Write(new byte[40]);
            foreach (float count in counts)
                file.Write(BitConverter.GetBytes(count));
        }

        return file.ToArray();
    }
}
