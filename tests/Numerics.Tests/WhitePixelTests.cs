namespace BigMap.Analysis.Numerics.Tests;

public class WhitePixelTests
{
    /// <summary>A 16-bit little-endian npy file of two dimensions; the header is skipped.</summary>
    private static double[] Npy(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int start = 10 + BitConverter.ToUInt16(bytes, 8);
        return [.. Enumerable.Range(0, (bytes.Length - start) / 2).Select(i => (double)BitConverter.ToUInt16(bytes, start + (2 * i)))];
    }

    [Fact]
    public void Every_white_pixel_of_the_golden_frame_is_found_and_nothing_else()
    {
        double[] frame = Npy(ReferenceData.Shipped("tests/data/statistics/whitepixels_u2.npy"));
        int[] truth = [.. File.ReadAllLines(ReferenceData.Shipped("tests/data/statistics/whitepixels_truth.csv")).Skip(1).Where(l => l.Length > 0).Select(l => l.Split(',')).Select(c => (int.Parse(c[0]) * 80) + int.Parse(c[1])).Order()];
        var marks = new sbyte[frame.Length];
        int found = new WhitePixels(frame.Length).FindInFrame(frame, 80, QualityLimits.For(Technique.Tomography).WhitePixel, marks);
        Assert.Equal(28, truth.Length);
        Assert.Equal(truth, Enumerable.Range(0, marks.Length).Where(i => marks[i] > 0));
        Assert.Equal(28, found);

        double[] clean = Npy(ReferenceData.Shipped("tests/data/statistics/whitepixels_clean_u2.npy"));
        Assert.Equal(0, new WhitePixels(frame.Length).FindInFrame(clean, 80, 8, marks));

        // The same through a series, and imputed: within a few steps of what was there.
        var series = Frames(frame, 1);
        CleanedSeries imputed = series.Impute(new ImputeOptions { Check = new QualityOptions { Technique = Technique.Tomography, FrameWidth = 80 } });
        Assert.Equal(28, imputed.RowCount);
        Assert.All(Enumerable.Range(0, clean.Length), i => Assert.True(Math.Abs(clean[i] - imputed.Series[0][i]) <= 80, $"{i}: {clean[i]} against {imputed.Series[0][i]}"));
    }

    [Fact]
    public void White_pixels_of_a_simulated_tomogram_none_missed_and_less_than_one_percent_false()
    {
        double[] stack = Tiff16(ReferenceData.File("imaging/white_pixels_8x64x64.tif")), mask = Tiff16(ReferenceData.File("imaging/white_pixels_mask.tif"), bytes: 1);
        Assert.Equal(160, mask.Count(v => v > 0));
        QualityReport report = Frames(stack, 8).CheckQuality(new QualityOptions { Technique = Technique.Tomography, FrameWidth = 64 });
        var found = new HashSet<int>();
        foreach (QualityFinding f in report.Findings.Where(f => f.Kind is FindingKind.WhitePixel))
        {
            for (int i = f.First; i <= f.Last; i++)
                found.Add((f.Row * 64 * 64) + i);
        }

        Assert.All(Enumerable.Range(0, mask.Length).Where(i => mask[i] > 0), i => Assert.Contains(i, found));

        // The picture held a few white pixels before any were put in; they count as false here.
        int wrong = found.Count(i => mask[i] == 0);
        Assert.True(wrong <= 0.01 * mask.Count(v => v == 0), $"{wrong} false");
        Assert.True(wrong <= 12, $"{wrong} false");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Generated_frames_with_gradients_edges_and_noise(int seed)
    {
        const int Width = 50, Height = 40;
        var rng = new Noise(seed);
        var frame = new double[Width * Height];
        for (int r = 0; r < Height; r++)
        {
            for (int c = 0; c < Width; c++)
                frame[(r * Width) + c] = 1000 + (5 * r) + (c > 20 + (r / 4) ? 800 : 0) + (200 * Math.Sin(c / 6.0)) + (10 * rng.G());
        }

        var truth = new HashSet<int>();
        for (int k = 0; k < 30; k++)
        {
            int at = (int)(rng.U() * frame.Length);
            frame[at] = k % 2 == 0 ? 65535 : frame[at] + 1500 + (3000 * rng.U());
            truth.Add(at);
        }

        var marks = new sbyte[frame.Length];
        new WhitePixels(frame.Length).FindInFrame(frame, Width, 8, marks);
        int[] found = [.. Enumerable.Range(0, frame.Length).Where(i => marks[i] > 0)];
        Assert.Empty(truth.Except(found));
        Assert.True(found.Except(truth).Count() <= 1, $"{found.Except(truth).Count()} false");

        // Turned upside down white becomes dead.
        double[] negative = [.. frame.Select(v => -v)];
        new WhitePixels(frame.Length).FindInFrame(negative, Width, 8, marks);
        Assert.Equal(found, Enumerable.Range(0, frame.Length).Where(i => marks[i] < 0));
    }

    [Fact]
    public void Groups_are_found_in_the_middle_at_the_edge_and_in_a_corner()
    {
        var noise = new Noise(2);
        double[] frame = [.. Enumerable.Range(0, 30 * 30).Select(_ => 1000 + (10 * noise.G()))];
        int[] truth = [0, 1, 30, 14, 15, 44, 45, 405, 406, 435, 436, 437, 899];
        foreach (int at in truth)
            frame[at] = 60000;
        var marks = new sbyte[frame.Length];
        new WhitePixels(frame.Length).FindInFrame(frame, 30, 8, marks);
        Assert.Equal(truth.Order(), Enumerable.Range(0, frame.Length).Where(i => marks[i] > 0));
    }

    [Fact]
    public void Cosmic_rays_are_found_in_spectra_and_bands_are_left_alone()
    {
        var rng = new Noise(1);
        double[] y = [.. Enumerable.Range(0, 800).Select(i => 500 + (3000 / (1 + Math.Pow((i - 300) / 2.0, 2))) + (900 * Math.Exp(-Math.Pow((i - 520) / 8.0, 2))) + (8 * rng.G()))];
        var marks = new sbyte[y.Length];
        var finder = new WhitePixels(y.Length);
        Assert.Equal(0, finder.FindInSpectrum(y, 6, 0.5, marks));
        y[100] += 150;
        y[305] += 2500;
        y[600] += 700;
        y[601] += 400;
        y[700] -= 200;
        y[0] += 300;
        finder.FindInSpectrum(y, 6, 0.5, marks);
        Assert.Equal([0, 100, 305, 600, 601], Enumerable.Range(0, y.Length).Where(i => marks[i] > 0));
        Assert.Equal([700], Enumerable.Range(0, y.Length).Where(i => marks[i] < 0));
    }

    [Fact]
    public void The_workspace_allocates_nothing_and_degenerate_frames_give_nothing()
    {
        var finder = new WhitePixels(64);
        var marks = new sbyte[64];
        var frame = new double[64];
        Assert.Equal(0, finder.FindInFrame(frame, 8, 8, marks));
        Array.Fill(frame, double.NaN);
        Assert.Equal(0, finder.FindInFrame(frame, 8, 8, marks));
        Assert.Equal(0, finder.FindInSpectrum(frame, 8, 1, marks));
        Assert.Equal(0, finder.FindInFrame([], 8, 8, []));
        Assert.Equal(0, finder.FindInFrame([3], 1, 8, marks.AsSpan(0, 1)));
        Array.Clear(frame);
        frame[20] = 1;
        Assert.Equal(1, finder.FindInFrame(frame, 8, 8, marks));
        long before = GC.GetAllocatedBytesForCurrentThread();
        finder.FindInFrame(frame, 8, 8, marks);
        finder.FindInSpectrum(frame, 8, 1, marks);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Throws<ArgumentException>(() => finder.FindInFrame(frame, 7, 8, marks));
        Assert.Throws<ArgumentOutOfRangeException>(() => finder.FindInFrame(frame, 8, 0, marks));
    }

    private static SpectrumSeries Frames(double[] values, int count)
    {
        int length = values.Length / count;
        var axis = new Axis(Enumerable.Range(0, length).Select(i => (double)i).ToArray(), AxisQuantity.Index, string.Empty);
        return SpectrumSeries.Wrap(axis, values, count);
    }

    /// <summary>The strips of a little-endian TIFF of whole samples, deflated or not: enough for two files.</summary>
    private static double[] Tiff16(string path, int bytes = 2)
    {
        byte[] file = File.ReadAllBytes(path);
        Assert.Equal("II", System.Text.Encoding.ASCII.GetString(file, 0, 2));
        var values = new List<double>();
        for (uint ifd = BitConverter.ToUInt32(file, 4); ifd != 0;)
        {
            int entries = BitConverter.ToUInt16(file, (int)ifd);
            var tags = new Dictionary<int, uint[]>();
            for (int e = 0; e < entries; e++)
            {
                int at = (int)ifd + 2 + (12 * e), type = BitConverter.ToUInt16(file, at + 2), n = (int)BitConverter.ToUInt32(file, at + 4), size = type == 3 ? 2 : type == 4 ? 4 : 1;
                int from = n * size <= 4 ? at + 8 : (int)BitConverter.ToUInt32(file, at + 8);
                if (type is 3 or 4)
                    tags[BitConverter.ToUInt16(file, at)] = [.. Enumerable.Range(0, n).Select(i => size == 2 ? BitConverter.ToUInt16(file, from + (2 * i)) : BitConverter.ToUInt32(file, from + (4 * i)))];
            }

            Assert.False(tags.TryGetValue(317, out uint[]? predictor) && predictor[0] != 1, "a predictor");
            for (int s = 0; s < tags[273].Length; s++)
            {
                var strip = new MemoryStream(file, (int)tags[273][s], (int)tags[279][s]);
                using var data = new MemoryStream();
                if (tags[259][0] == 1)
                {
                    strip.CopyTo(data);
                }
                else
                {
                    using var inflate = new System.IO.Compression.ZLibStream(strip, System.IO.Compression.CompressionMode.Decompress);
                    inflate.CopyTo(data);
                }

                byte[] raw = data.ToArray();
                for (int i = 0; i + bytes <= raw.Length; i += bytes)
                    values.Add(bytes == 2 ? BitConverter.ToUInt16(raw, i) : raw[i]);
            }

            ifd = BitConverter.ToUInt32(file, (int)ifd + 2 + (12 * entries));
        }

        return [.. values];
    }
}
