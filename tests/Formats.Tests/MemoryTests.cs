namespace BigMap.Analysis.Formats.Tests;

/// <summary>Run alone: they look at the memory of the whole process.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
[Collection(nameof(MemoryTests))]
public class MemoryTests
{
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
}
