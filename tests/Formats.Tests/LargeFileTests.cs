using System.Diagnostics;
using System.Globalization;

namespace BigMap.Analysis.Formats.Tests;

/// <summary>
/// Peak memory of processes of their own that write and read a large HDF5 file: 48 MiB in the ordinary run, 1 GiB with BIGMAP_LONG_TESTS=1. What the
/// test host itself takes is measured and taken off; docs/formats.md has the numbers of whole plain processes.
/// </summary>
public class LargeFileTests
{
    private const string Variable = "BIGMAP_TEST_LARGE_FILE";
    private const int Points = 2048;

    private static int Rows => Environment.GetEnvironmentVariable("BIGMAP_LONG_TESTS") == "1" ? 65536 : 3072;

    [Fact]
    public void A_large_file_goes_through_little_memory_both_ways()
    {
        if (!File.Exists("/proc/self/status"))
            Assert.Skip("The peak of a process is read from /proc.");
        using var folder = new TempFolder();
        string path = folder["large.h5"];
        long nothing = Run("nothing", path, 0);
        long writing = Run("write", path, 0) - nothing;
        Assert.True(new FileInfo(path).Length > 8L * Points * Rows);
        Assert.True(writing < 180L << 20, $"writing took {writing >> 20} MiB");
        var report = new List<string> { string.Create(CultureInfo.InvariantCulture, $"{new FileInfo(path).Length >> 20} MiB; test host alone {nothing >> 20} MiB; writing {writing >> 20} MiB more") };
        foreach (int rows in Rows > 10_000 ? (int[])[64, 512, 65536] : [65536])
        {
            long reading = Run("read", path, rows) - nothing;
            Assert.True(reading < 72L << 20, $"reading blocks of {rows} rows took {reading >> 20} MiB");
            report.Add(string.Create(CultureInfo.InvariantCulture, $"reading blocks of {rows} rows {reading >> 20} MiB more"));
        }

        TestContext.Current.SendDiagnosticMessage(string.Join("; ", report));
    }

    /// <summary>Runs only as the child of the test above.</summary>
    [Fact]
    public async Task Worker()
    {
        string[]? orders = Environment.GetEnvironmentVariable(Variable)?.Split('|');
        if (orders is null)
            Assert.Skip("This is the child process of another test.");
        string path = orders[1];
        if (orders[0] == "write")
            await new Generated(Rows).WriteHdf5Async(path);
        if (orders[0] == "read")
        {
            using Hdf5SeriesSource source = await Hdf5SeriesSource.OpenAsync(path);
            int row = 0;
            await foreach (SpectrumSeries block in source.ReadBlocksAsync(int.Parse(orders[2], CultureInfo.InvariantCulture)))
            {
                for (int i = 0; i < block.Count; i++, row++)
                    Assert.Equal((row * 0.5, (row * 0.5) + Points - 1), (block[i][0], block[i][Points - 1]));
            }

            Assert.Equal(Rows, row);
        }

        string peak = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        await File.WriteAllTextAsync(path + ".peak", peak.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^2].Split('\t')[^1]);
    }

    private static long Run(string what, string path, int rows)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
            start.ArgumentList.Add(typeof(LargeFileTests).Assembly.Location);
        start.ArgumentList.Add("--filter-method");
        start.ArgumentList.Add($"*{nameof(LargeFileTests)}.{nameof(Worker)}");
        start.Environment[Variable] = string.Create(CultureInfo.InvariantCulture, $"{what}|{path}|{rows}");
        File.Delete(path + ".peak");
        using Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0 && File.Exists(path + ".peak"), output);
        return 1024 * long.Parse(File.ReadAllText(path + ".peak"), CultureInfo.InvariantCulture);
    }

    /// <summary>Rows that are made when they are asked for, in the blocks that are asked for.</summary>
    private sealed class Generated(int count) : ISeriesSource
    {
        public Axis Axis { get; } = new(Enumerable.Range(0, Points).Select(i => (double)i).ToArray(), AxisQuantity.Index, string.Empty);

        public int Count => count;

        public async IAsyncEnumerable<SpectrumSeries> ReadBlocksAsync(int rowsPerBlock, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            for (int start = 0; start < count; start += rowsPerBlock)
            {
                int rows = Math.Min(rowsPerBlock, count - start);
                var y = new double[rows * Points];
                for (int i = 0; i < y.Length; i++)
                    y[i] = ((start + (i / Points)) * 0.5) + (i % Points);
                yield return SpectrumSeries.Wrap(Axis, y, rows, new SeriesAttributes { SourceRows = Enumerable.Range(start, rows).ToArray() });
            }

            await Task.CompletedTask;
        }
    }
}
