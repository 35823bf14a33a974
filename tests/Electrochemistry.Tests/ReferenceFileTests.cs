using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Electrochemistry.Tests;

/// <summary>Recorded files against their golden decoding and against the exports that EC-Lab itself made of them.</summary>
public sealed class ReferenceFileTests
{
    public static IEnumerable<string> Names(string folder) =>
        Directory.GetFiles(Path.Combine(Path.GetDirectoryName(ReferenceData.File("electrochem/README.md"))!, folder)).Order(StringComparer.Ordinal);

    [Fact]
    public void Every_column_of_every_mpr_is_the_golden_one()
    {
        int columns = 0, files = 0;
        foreach (string path in Names("mpr"))
        {
            byte[] bytes = File.ReadAllBytes(path);
            EcLabFile file = EcLab.Read(bytes, path);
            using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(Golden(path, ".json")));
            JsonElement root = golden.RootElement;
            Assert.Equal(root.GetProperty("n_points").GetInt32(), file.RowCount);
            Assert.Equal(root.GetProperty("technique_id").GetInt32(), file.Settings.TechniqueId);
            Assert.Equal(root.GetProperty("technique").GetString(), file.Settings.Technique);
            Assert.Equal(root.GetProperty("modules").EnumerateArray().Select(m => m.GetProperty("name").GetString()), file.Modules.Select(m => m.Name));
            Assert.Equal(root.GetProperty("modules").EnumerateArray().Select(m => m.GetProperty("length").GetInt64()), file.Modules.Select(m => m.Length));
            EcLabColumn[] stored = [.. file.StoredColumns.Where(c => c.StoredAs != "bits")];
            JsonElement[] expected = [.. root.GetProperty("columns").EnumerateArray()];
            Assert.Equal(expected.Select(c => c.GetProperty("name").GetString()), stored.Select(c => c.Name));
            Assert.Equal(expected.Select(c => c.GetProperty("unit").GetString() ?? string.Empty), stored.Select(c => c.Unit));
            for (int i = 0; i < stored.Length; i++)
            {
                Assert.Equal(expected[i].GetProperty("offset").GetInt32(), stored[i].Offset);
                Assert.Equal(expected[i].GetProperty("sha256").GetString(), Hash(file.Column(stored[i].Name), stored[i].StoredAs));
                Assert.Equal(stored[i].Unit, file.Column(stored[i].Name).Unit);
                columns++;
            }

            Assert.Equal(root.GetProperty("flags").EnumerateObject().Select(f => f.Name).Order(StringComparer.Ordinal), file.StoredColumns.Where(c => c.StoredAs == "bits").Select(c => c.Name).Order(StringComparer.Ordinal));
            CheckStart(root, file);
            if (root.GetProperty("loop_indexes") is { ValueKind: JsonValueKind.Array } loops)
                Assert.Equal(loops.EnumerateArray().Select(l => l.GetInt32()).Where(l => l < file.RowCount), file.LoopStarts);
            Assert.DoesNotContain(file.Warnings, w => w.Code != "layout_unverified");
            files++;
        }

        Assert.True(files >= 24 && columns >= 290, $"{files} files, {columns} columns");
        TestContext.Current.SendDiagnosticMessage($"{files} files, {columns} columns");
    }

    [Fact]
    public void Every_value_of_the_golden_tables_is_decoded_flags_included()
    {
        foreach (string path in Names("mpr"))
        {
            EcLabFile file = EcLab.Read(File.ReadAllBytes(path), path);
            string[] lines = File.ReadAllLines(Golden(path, ".csv"));
            string[] names = [.. lines[0].Split(',').Select(n => n.IndexOf(" [", StringComparison.Ordinal) is > 0 and var at ? n[..at] : n)];
            Assert.Equal(names.Skip(1), file.Columns.Select(c => c.Name));
            foreach (string line in lines.Skip(1).Where(l => l.Length > 0))
            {
                string[] cells = line.Split(',');
                int row = int.Parse(cells[0], CultureInfo.InvariantCulture);
                for (int c = 1; c < cells.Length; c++)
                {
                    double expected = double.Parse(cells[c], CultureInfo.InvariantCulture);
                    double value = file.Columns[c - 1] switch
                    {
                        IntegerColumn i => i[row],
                        NumberColumn n => n[row],
                        _ => throw new InvalidOperationException(),
                    };

                    // f4 columns are written with the shortest digits of a float.
                    Assert.True(value == expected || (float)value == (float)expected, $"{path}, row {row}, {names[c]}: {value:R} is not {expected:R}");
                }
            }
        }
    }

    [Fact]
    public void Every_export_equals_its_mpr()
    {
        int compared = 0, exact = 0, placeholders = 0;
        foreach (string path in Names("mpt"))
        {
            EcLabFile text = EcLab.Read(Content(path), path);
            string name = Path.GetFileName(path).Replace(".gz", string.Empty, StringComparison.Ordinal).Replace(".mpt", ".mpr", StringComparison.Ordinal);
            EcLabFile binary = EcLab.Read(File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(path)!, "..", "mpr", name)), name);
            Assert.Equal(binary.RowCount, text.RowCount);
            Assert.DoesNotContain(text.Warnings, w => w.Code is not ("incomplete_last_line" or "headings_without_values"));
            if (text.AcquisitionStart is { } start && binary.AcquisitionStart is { } other)
                Assert.True((start - other).Duration() <= TimeSpan.FromMilliseconds(1), $"{name}: {start:O} is not {other:O}");
            bool quality = name is "geis.issue_149.mpr" or "peis.issue_149.mpr";
            foreach (TableColumn column in binary.Columns.Where(c => c.Name != "flags"))
            {
                TableColumn exported = text.Column(column.Name);
                Assert.Equal(column.Unit, exported.Unit);
                Assert.Equal(column.GetType(), exported.GetType());
                double largest = Enumerable.Range(0, column.Count).Select(r => Math.Abs(Value(column, r))).DefaultIfEmpty(0).Max();
                bool isQuality = quality && (column.Name.StartsWith("THD", StringComparison.Ordinal) || column.Name.StartsWith("NS", StringComparison.Ordinal) || column.Name.Contains(" h", StringComparison.Ordinal)) && column.Name != "Ns";
                bool all = true;
                for (int row = 0; row < column.Count; row++)
                {
                    double a = Value(column, row), b = Value(exported, row);
                    bool same = Math.Abs(a - b) <= 1e-6 * largest;
                    if (!same && isQuality && b is -1 or 0)
                    {
                        placeholders++;
                        all = false;
                        continue;
                    }

                    Assert.True(same, $"{name}, {column.Name}, record {row}: {a:R} in the .mpr, {b:R} in the export");
                }

                compared++;
                exact += all ? 1 : 0;
            }
        }

        Assert.True(compared >= 200, $"{compared}");
        TestContext.Current.SendDiagnosticMessage($"{compared} columns compared, {exact} in every row, {placeholders} placeholders of the export");
    }

    [Fact]
    public void Settings_agree_between_mpr_and_export()
    {
        EcLabFile binary = Mpr("gcpl.issue_226.I"), text = EcLab.Read(Content(ReferenceData.File("electrochem/mpt/gcpl.issue_226.I.mpt")), "x");
        Assert.Equal("Test material", binary.Settings.ElectrodeMaterial);
        Assert.Equal("Test electrolyte", text.Settings.Electrolyte);
        Assert.Equal(binary.Settings.ElectrodeMaterial, text.Settings.ElectrodeMaterial);
        Assert.Equal(binary.Settings.Comments, text.Settings.Comments);
        Assert.Equal(binary.Settings.TechniqueId, text.Settings.TechniqueId);
        foreach (Func<EcLabSettings, double?> value in (Func<EcLabSettings, double?>[])[s => s.ActiveMass, s => s.MolarMass, s => s.IonMolarMass, s => s.SurfaceArea, s => s.CharacteristicMass, s => s.BatteryCapacity])
            Assert.Equal(value(text.Settings)!.Value, value(binary.Settings)!.Value, 1e-5 * value(text.Settings)!.Value);
        Assert.Equal(3, binary.Settings.SequenceCount);
        Assert.Null(Mpr("cp").Settings.ActiveMass);
        Assert.Equal("25 °C".Replace(" ", string.Empty, StringComparison.Ordinal), Mpr("ocv").Settings.Comments.Split('\n')[0]);
        EcLabExternalChannel[] channels = [.. Mpr("vsp_ocv_with").ExternalChannels];
        Assert.Equal([new EcLabExternalChannel("Analog IN 1", "Force", "N"), new EcLabExternalChannel("Analog IN 2", "Temperatur", "°C")], channels);
    }

    internal static EcLabFile Mpr(string name) => EcLab.Read(File.ReadAllBytes(ReferenceData.File($"electrochem/mpr/{name}.mpr")), name);

    internal static byte[] Content(string path)
    {
        if (!path.EndsWith(".gz", StringComparison.Ordinal))
            return File.ReadAllBytes(path);
        using var zip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var memory = new MemoryStream();
        zip.CopyTo(memory);
        return memory.ToArray();
    }

    private static void CheckStart(JsonElement root, EcLabFile file)
    {
        if (root.GetProperty("acquisition_start_local") is not { ValueKind: JsonValueKind.String } start)
        {
            Assert.Null(file.AcquisitionStart);
            return;
        }

        DateTime expected = DateTime.Parse(start.GetString()!, CultureInfo.InvariantCulture);
        Assert.True((file.AcquisitionStart!.Value - expected).Duration() <= TimeSpan.FromMilliseconds(1));
    }

    private static string Golden(string path, string ending) => Path.Combine(Path.GetDirectoryName(path)!, "..", "golden", Path.GetFileNameWithoutExtension(path) + ending);

    private static double Value(TableColumn column, int row) => column switch
    {
        IntegerColumn i => i[row],
        NumberColumn n => n[row],
        _ => throw new InvalidOperationException(column.Name),
    };

    private static string Hash(TableColumn column, string storedAs)
    {
        int width = storedAs[1] - '0';
        var bytes = new byte[column.Count * width];
        for (int i = 0; i < column.Count; i++)
        {
            Span<byte> at = bytes.AsSpan(i * width);
            switch (storedAs)
            {
                case "u1":
                    at[0] = checked((byte)((IntegerColumn)column)[i]);
                    break;
                case "u2":
                    BinaryPrimitives.WriteUInt16LittleEndian(at, checked((ushort)((IntegerColumn)column)[i]));
                    break;
                case "u4":
                    BinaryPrimitives.WriteUInt32LittleEndian(at, checked((uint)((IntegerColumn)column)[i]));
                    break;
                case "f4":
                    BinaryPrimitives.WriteSingleLittleEndian(at, (float)((NumberColumn)column)[i]);
                    break;
                default:
                    BinaryPrimitives.WriteDoubleLittleEndian(at, ((NumberColumn)column)[i]);
                    break;
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }
}
