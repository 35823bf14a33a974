namespace BigMap.Analysis.Formats.Tests;

/// <summary>Run alone: they look at the memory of the whole process.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
[Collection(nameof(MemoryTests))]
public class MemoryTests
{
    [Fact]
    public async Task HDF5_goes_through_in_blocks_both_ways()
    {
        using var folder = new TempFolder();
        string path = folder["m.h5"];
        var generated = new GeneratedSource(24_000, 256);
        await generated.WriteHdf5Async(path);
        Assert.True(generated.MostHeld < 6_000_000, $"{generated.MostHeld} bytes held while writing");
        Assert.True(new FileInfo(path).Length > 48_000_000);
        using Hdf5SeriesSource source = await Hdf5SeriesSource.OpenAsync(path);
        long before = GC.GetTotalMemory(true), most = 0;
        int rows = 0;
        await foreach (SpectrumSeries block in source.ReadBlocksAsync(500))
        {
            for (int i = 0; i < block.Count; i++, rows++)
                Assert.Equal((rows + 0.25, rows + 255.25), (block[i][0], block[i][255]));
            most = Math.Max(most, GC.GetTotalMemory(true) - before);
        }

        Assert.Equal(24_000, rows);
        Assert.True(most < 3_000_000, $"{most} bytes held while reading");
    }

    [Fact]
    public async Task The_source_needs_little_memory()
    {
        using var folder = new TempFolder();
        string path = folder["m.csv"];
        using (var writer = new StreamWriter(path))
        {
            writer.Write("x_um,y_um,100.5,101.5,102.5,103.5\n");
            for (int i = 0; i < 100_000; i++)
                writer.Write("1,2,3.125,4.25,5.5,6\n");
        }

        RowSpectrumSource source = await RowSpectrumSource.OpenAsync(path);
        long before = GC.GetTotalMemory(true), most = 0;
        int blocks = 0;
        await foreach (SpectrumSeries block in source.ReadBlocksAsync(1000))
        {
            Assert.Equal(6.0, block[block.Count - 1][3]);
            if (++blocks % 50 == 0)
                most = Math.Max(most, GC.GetTotalMemory(true) - before);
        }

        Assert.Equal(100, blocks);
        Assert.True(most < 3_000_000, $"{most} bytes held");
    }

    /// <summary>Rows that are made when they are asked for.</summary>
    private sealed class GeneratedSource(int count, int points) : ISeriesSource
    {
        private readonly long _before = GC.GetTotalMemory(true);

        public long MostHeld { get; private set; }

        public Axis Axis { get; } = new(Enumerable.Range(0, points).Select(i => (double)i).ToArray(), AxisQuantity.Index, string.Empty);

        public int Count => count;

        public async IAsyncEnumerable<SpectrumSeries> ReadBlocksAsync(int rowsPerBlock, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            for (int start = 0; start < count; start += 500)
            {
                var y = new double[500 * points];
                for (int i = 0; i < y.Length; i++)
                    y[i] = start + (i / points) + (i % points) + 0.25;
                yield return SpectrumSeries.Wrap(Axis, y, 500, new SeriesAttributes { SourceRows = Enumerable.Range(start, 500).ToArray() });
                MostHeld = Math.Max(MostHeld, GC.GetTotalMemory(true) - _before);
            }

            await Task.CompletedTask;
        }
    }
}
