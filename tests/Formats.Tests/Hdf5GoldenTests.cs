using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Formats.Tests;

/// <summary>Every object of the reference files against h5py 3.7.0: equal, or refused by name.</summary>
public class Hdf5GoldenTests
{
    private const string Folder = "provenance/hdf5/";

    public static TheoryData<string> Files => ["NXlauetof.hdf5", "mock_output.nxs", "syn-bigendian.h5", "syn-filtermask.h5", "syn-filters.h5", "syn-types.h5", "syn-userblock.h5", "voltage_and_temperature.nxs", "xrd-panalytical-NXxrd_pan.nxs"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_object_equals_h5py_or_is_refused_by_name(string name)
    {
        string path = name.StartsWith("syn-", StringComparison.Ordinal) ? ReferenceData.Shipped("tests/data/hdf5/" + name) : ReferenceData.File(Folder + name);
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllBytes(path + ".golden.json"));
        using Hdf5File file = Hdf5File.Open(path);
        string[] refused = name == "syn-filters.h5" ? ["/entry/scaleoffset", "/entry/szip"] : name == "syn-types.h5" ? ["/vds"] : [];
        CheckAttributes(file.Root, golden.RootElement.GetProperty("root_attrs"));
        foreach (JsonProperty link in golden.RootElement.GetProperty("links").EnumerateObject())
            Assert.Equal(link.Value.GetString(), file.Root.Links.Single(l => l.Name == link.Name).Kind + "Link");
        JsonElement objects = golden.RootElement.GetProperty("objects");
        Assert.Equal(objects.EnumerateArray().Select(o => o.GetProperty("path").GetString()).Order(StringComparer.Ordinal), file.Objects().Select(o => o.Path).Order(StringComparer.Ordinal));
        foreach (JsonElement expected in objects.EnumerateArray())
        {
            string at = expected.GetProperty("path").GetString()!;
            IHdf5Object actual = file.Find(at)!;
            CheckAttributes(actual, expected.GetProperty("attrs"));
            if (expected.GetProperty("kind").GetString() == "group")
            {
                Assert.IsType<Hdf5Group>(actual);
                continue;
            }

            var dataset = Assert.IsType<Hdf5Dataset>(actual);
            JsonElement shape = expected.GetProperty("shape"), chunks = expected.GetProperty("chunks");
            Assert.Equal(shape.ValueKind == JsonValueKind.Null, dataset.IsNull);
            if (!dataset.IsNull)
                Assert.Equal(shape.EnumerateArray().Select(n => n.GetInt64()), dataset.Shape);
            Assert.Equal(chunks.ValueKind == JsonValueKind.Null ? [] : chunks.EnumerateArray().Select(n => n.GetInt64()), dataset.ChunkShape);
            Assert.Equal(expected.GetProperty("filters").EnumerateArray().Select(f => f.GetString()), dataset.Filters);
            if (refused.Contains(at))
            {
                Assert.Contains(at, Assert.Throws<InputFormatException>(dataset.ReadBytes).Message, StringComparison.Ordinal);
                Assert.NotNull(dataset.Obstacle);
                continue;
            }

            Assert.Null(dataset.Obstacle);
            CheckValues(dataset, expected);
        }

        Assert.Contains("/entry", file.ToString(), StringComparison.Ordinal);
    }

    private static void CheckValues(Hdf5Dataset dataset, JsonElement expected)
    {
        string type = expected.GetProperty("dtype").GetString()!;
        if (expected.TryGetProperty("sha256_le", out JsonElement hash))
        {
            Assert.Equal(hash.GetString(), Convert.ToHexStringLower(SHA256.HashData(dataset.ReadBytes())));
            if (type[1] is not ('b' or 'c') && dataset.Type.Kind != Hdf5Kind.Enumeration)
                Assert.Equal(type, dataset.Type.ToString());
        }

        if (expected.TryGetProperty("first", out JsonElement first) && dataset.IsNumeric && !dataset.Type.IsLogical)
        {
            double[] values = dataset.Read<double>();
            int i = 0;
            foreach (JsonElement one in first.EnumerateArray())
                Assert.Equal(one.ValueKind == JsonValueKind.String ? Special(one.GetString()!) : one.GetDouble(), values[i++]);
            if (expected.TryGetProperty("sum", out JsonElement sum) && sum.ValueKind == JsonValueKind.Number)
                Assert.Equal(sum.GetDouble(), values.Where(double.IsFinite).Sum(), 1e-9 * values.Where(double.IsFinite).Sum(Math.Abs));
        }

        if (type is "|O" or "|S4")
        {
            JsonElement values = expected.GetProperty("values");
            Assert.Equal(values.ValueKind == JsonValueKind.Array ? values.EnumerateArray().Select(v => v.GetString()!) : [values.GetString()!], dataset.ReadText());
        }
        else if (dataset.Type.Kind == Hdf5Kind.Compound && expected.TryGetProperty("values", out JsonElement rows))
        {
            for (int m = 0; m < dataset.Type.Members.Count; m++)
                Assert.Equal(rows.EnumerateArray().Select(r => r[m].GetDouble()), dataset.Member(dataset.Type.Members[m].Name).Read<double>());
        }

        if (type == "|b1")
            Assert.Equal(expected.GetProperty("first").EnumerateArray().Select(b => b.GetBoolean()), dataset.ReadLogical());
        if (type == "<c16")
            Assert.Equal(expected.GetProperty("first").EnumerateArray().Select(c => new System.Numerics.Complex(c[0].GetDouble(), c[1].GetDouble())), dataset.ReadComplex());
    }

    private static void CheckAttributes(IHdf5Object one, JsonElement expected)
    {
        Assert.Equal(expected.EnumerateObject().Select(a => a.Name).Order(StringComparer.Ordinal), one.Attributes.Select(a => a.Name));
        foreach (JsonProperty property in expected.EnumerateObject())
        {
            Hdf5Attribute attribute = one.Attribute(property.Name)!;
            var flat = new List<JsonElement>();
            Flatten(property.Value, flat);
            if (attribute.Type.Kind == Hdf5Kind.Text)
                Assert.Equal(flat.Select(v => v.GetString()!), attribute.ReadText());
            else if (attribute.Type.IsLogical)
                Assert.Equal(flat.Select(v => v.GetBoolean()), attribute.ReadLogical());
            else
                Assert.Equal(flat.Select(v => v.GetDouble()), attribute.Read<double>());
        }
    }

    private static void Flatten(JsonElement value, List<JsonElement> into)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            into.Add(value);
            return;
        }

        foreach (JsonElement one in value.EnumerateArray())
            Flatten(one, into);
    }

    private static double Special(string text) => text switch
    {
        "nan" => double.NaN,
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };
}
