using System.Diagnostics;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Formats.Tests;

/// <summary>Cut-off and damaged files: an error of our own that names the file and helps, in bounded time and memory.</summary>
public class Hdf5DamageTests
{
    private static readonly string[] Shipped = ["syn-bigendian.h5", "syn-filtermask.h5", "syn-filters.h5", "syn-types.h5", "syn-userblock.h5"];

    private static readonly string[] References = ["provenance/hdf5/NXlauetof.hdf5", "provenance/hdf5/mock_output.nxs", "provenance/hdf5/voltage_and_temperature.nxs", "provenance/hdf5/xrd-panalytical-NXxrd_pan.nxs", "imaging/formats/stack.h5"];

    /// <summary>About 120 offsets and 40 mutations a file in the ordinary run; every offset and 1,100 mutations with BIGMAP_LONG_TESTS=1.</summary>
    private static bool Thorough => Environment.GetEnvironmentVariable("BIGMAP_LONG_TESTS") == "1";

    public static TheoryData<string> Files => [.. Shipped, .. References];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_cut_off_anywhere_is_refused(string name)
    {
        byte[] whole = File.ReadAllBytes(PathOf(name));
        using var folder = new TempFolder();
        string path = folder["cut.h5"];
        var slowest = TimeSpan.Zero;
        int step = Thorough ? 1 : Math.Max(7, whole.Length / 120);
        File.WriteAllBytes(path, whole);
        for (int length = whole.Length - 1; length >= 0; length -= step)
        {
            using (FileStream file = File.OpenWrite(path))
                file.SetLength(length);
            long start = Stopwatch.GetTimestamp();
            InputFormatException error = Assert.Throws<InputFormatException>(() => ReadEverything(path));
            Assert.Equal(path, error.File);
            Assert.NotEmpty(error.Remedy);
            slowest = Max(slowest, Stopwatch.GetElapsedTime(start));
        }

        Assert.True(slowest < TimeSpan.FromSeconds(5), slowest.ToString());
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_changed_file_is_read_or_refused(string name)
    {
        byte[] whole = File.ReadAllBytes(PathOf(name));
        using var folder = new TempFolder();
        string path = folder["changed.h5"];
        var random = new Random(20260 + name.Length);
        int read = 0, trials = Thorough ? 1100 : 40;
        var slowest = TimeSpan.Zero;
        long most = 0;
        for (int trial = 0; trial < trials; trial++)
        {
            byte[] bytes = Mutations.Apply(whole, random);
            File.WriteAllBytes(path, bytes);
            long start = Stopwatch.GetTimestamp(), allocated = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ReadEverything(path);
                read++;
            }
            catch (InputFormatException error)
            {
                Assert.Equal(path, error.File);
                Assert.NotEmpty(error.Remedy);
            }

            slowest = Max(slowest, Stopwatch.GetElapsedTime(start));
            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - allocated);
        }

        Assert.True(slowest < TimeSpan.FromSeconds(5), slowest.ToString());
        // Twice what one dataset may become, and the structures.
        Assert.True(most < (3L << 26) + (3300L * whole.Length), $"{most} bytes");
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {read} of {trials} could still be read; slowest {slowest.TotalMilliseconds:F0} ms, most allocated {most >> 20} MiB");
    }

    [Theory]
    [InlineData("")]
    [InlineData("not HDF5 at all, but text that is long enough to be looked at")]
    public void Other_files_are_refused(string text)
    {
        using var folder = new TempFolder();
        Assert.Contains("not an HDF5 file", Assert.Throws<InputFormatException>(() => Hdf5File.Open(folder.Write("a.h5", text))).Message, StringComparison.Ordinal);
        Assert.Throws<InputFormatException>(() => Hdf5File.Open(folder["none.h5"]));
        Assert.Throws<InputFormatException>(() => Hdf5File.Open(folder.Path));
    }

    internal static void ReadEverything(string path)
    {
        using Hdf5File file = Hdf5File.Open(path);
        _ = file.Root.Attributes.Count;
        foreach (IHdf5Object one in file.Objects())
        {
            foreach (Hdf5Attribute attribute in one.Attributes)
                ReadValues(attribute);
            if (one is Hdf5Dataset dataset)
                ReadValues(dataset);
        }
    }

    private static void ReadValues(Hdf5Values values)
    {
        if (values.Obstacle is not null)
            return;
        if (values.Type.Kind == Hdf5Kind.Text)
            _ = values.ReadText();
        else
            _ = values.ReadBytes();
        if (values.Type.Kind == Hdf5Kind.Float)
            _ = values.Read<double>();
    }

    private static string PathOf(string name) => name.Contains('/', StringComparison.Ordinal)
        ? ReferenceData.File(name)
        : ReferenceData.Shipped("tests/data/hdf5/" + name);

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
