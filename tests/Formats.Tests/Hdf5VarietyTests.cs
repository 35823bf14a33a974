using System.Security.Cryptography;
using System.Text.Json;

namespace BigMap.Analysis.Formats.Tests;

/// <summary>Every style of index, group and attribute that HDF5 writes, against h5py on the same files.</summary>
public class Hdf5VarietyTests(Hdf5VarietyTests.WrittenByH5py written) : IClassFixture<Hdf5VarietyTests.WrittenByH5py>
{
    [Fact]
    public void Every_style_of_file_equals_h5py()
    {
        TempFolder folder = written.Write();
        using JsonDocument index = JsonDocument.Parse(File.ReadAllBytes(folder["index.json"]));
        int datasets = 0;
        foreach (JsonProperty one in index.RootElement.EnumerateObject())
        {
            using Hdf5File file = Hdf5File.Open(folder[one.Name]);
            foreach (JsonProperty expected in one.Value.EnumerateObject())
            {
                if (expected.Name == "/named")
                    continue;
                IHdf5Object actual = file.Find(expected.Name)!;
                Assert.True(actual is not null, expected.Name);
                foreach (JsonProperty attribute in expected.Value.GetProperty("attrs").EnumerateObject())
                {
                    Hdf5Attribute found = actual.Attribute(attribute.Name)!;
                    if (found.IsNumeric)
                        Assert.Equal(attribute.Value.EnumerateArray().Select(v => v.GetDouble()), found.Read<double>());
                    else
                        Assert.Equal(attribute.Value.EnumerateArray().Select(v => v.GetString()!), found.ReadText());
                }

                if (actual is not Hdf5Dataset dataset)
                    continue;
                datasets++;
                Assert.Equal(expected.Value.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64()), dataset.Shape);
                if (expected.Value.TryGetProperty("text", out JsonElement text))
                    Assert.Equal(text.EnumerateArray().Select(t => t.GetString()!), dataset.ReadText());
                else
                    Assert.True(expected.Value.GetProperty("sha256").GetString() == Convert.ToHexStringLower(SHA256.HashData(dataset.ReadBytes())), one.Name + dataset);
                if (dataset.IsNumeric)
                    CheckBoxes(dataset);
            }
        }

        Assert.Equal(2 * (25 + 301), datasets);
    }

    [Fact]
    public void Soft_links_are_followed_and_shared_groups_are_listed_once()
    {
        TempFolder folder = written.Write();
        foreach (string name in (string[])["old-groups.h5", "new-groups.h5"])
        {
            using Hdf5File file = Hdf5File.Open(folder[name]);
            Assert.Equal([3], file.Dataset("/soft").Read<int>());
            Assert.Equal("/level0/level1", file.Group("relative").Path);
            Assert.Equal(302, file.Objects().OfType<Hdf5Dataset>().Count() + 1);
            Assert.Null(file.Find("/many/none"));
            Assert.Null(file.Find("/soft/below"));
        }
    }

    /// <summary>Boxes against the whole.</summary>
    private static void CheckBoxes(Hdf5Dataset dataset)
    {
        double[] whole = dataset.Read<double>();
        var random = new Random(11);
        int rank = dataset.Shape.Count;
        for (int trial = 0; trial < 5 && rank > 0; trial++)
        {
            var start = new long[rank];
            var count = new long[rank];
            long values = 1;
            for (int d = 0; d < rank; d++)
            {
                start[d] = random.NextInt64(dataset.Shape[d]);
                count[d] = 1 + random.NextInt64(dataset.Shape[d] - start[d]);
                values *= count[d];
            }

            var box = new double[values];
            dataset.Read<double>(start, count, box);
            for (long i = 0; i < values; i++)
            {
                long rest = i, at = 0, step = 1;
                for (int d = rank - 1; d >= 0; d--)
                {
                    at += (start[d] + (rest % count[d])) * step;
                    rest /= count[d];
                    step *= dataset.Shape[d];
                }

                Assert.Equal(whole[at], box[i]);
            }
        }
    }

    /// <summary>The files, written once.</summary>
    public sealed class WrittenByH5py : IDisposable
    {
        private TempFolder? _folder;

        internal TempFolder Write()
        {
            if (_folder is null)
            {
                var folder = new TempFolder();
                Python.Run("hdf5_variety.py", ["h5py"], folder.Path);
                _folder = folder;
            }

            return _folder;
        }

        public void Dispose() => _folder?.Dispose();
    }
}
