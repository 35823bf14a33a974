using System.Diagnostics;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Electrochemistry.Tests;

/// <summary>Damaged files: only our own errors, quickly, in bounded memory; and never another name, unit or number of columns without a word.</summary>
public sealed class CorruptionTests
{
    private static readonly string[] Ten = ["zir", "vsp_ocv_with", "wait", "ocv.issue_149", "cp.issue_149", "mb.issue_95", "peis.issue_225.ewe_ece", "gcpl.issue_149", "coc.issue_185", "geis.issue_149"];

    [Fact]
    public void Truncated_at_any_offset_is_a_typed_error_or_a_whole_file_without_its_last_modules()
    {
        long tried = 0, read = 0;
        foreach (string name in Ten)
        {
            byte[] bytes = File.ReadAllBytes(ReferenceData.File($"electrochem/mpr/{name}.mpr"));
            EcLabFile whole = EcLab.Read(bytes, name);
            long[] ends = [.. whole.Modules.Select(m => m.Offset + m.Length)];
            for (int length = 0; length < bytes.Length; length++)
            {
                tried++;
                if (Attempt(bytes.AsSpan(0, length), name) is not { } file)
                    continue;

                // Between two modules nothing shows that there were more; the table itself must be the whole one.
                Assert.Contains(length, ends);
                Assert.Equal(whole.RowCount, file.RowCount);
                Assert.Equal(whole.StoredColumns, file.StoredColumns);
                read++;
            }
        }

        TestContext.Current.SendDiagnosticMessage($"{tried} truncations, {read} of them exactly between modules after the data");
    }

    [Fact]
    public void Ten_thousand_structural_mutations_end_in_typed_errors_quickly_and_in_bounded_memory()
    {
        var random = new Generator(0xEC1AB);
        (string Name, byte[] Bytes)[] files = [.. ReferenceFileTests.Names("mpr").Concat(ReferenceFileTests.Names("mpt")).Select(p => (Path.GetFileName(p), ReferenceFileTests.Content(p))).Where(f => f.Item2.Length < 60_000)];
        int refused = 0;
        double slowest = 0;
        long most = 0;
        for (int i = 0; i < 10_000; i++)
        {
            (string name, byte[] original) = files[random.Next(files.Length)];
            byte[] bytes = Mutate(original, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            if (Attempt(bytes, name) is null)
                refused++;
            slowest = Math.Max(slowest, Stopwatch.GetElapsedTime(start).TotalSeconds);
            most = Math.Max(most, (GC.GetAllocatedBytesForCurrentThread() - before) / Math.Max(1000, bytes.Length));
        }

        Assert.True(slowest < 5, $"{slowest} s");
        Assert.True(most < 100, $"{most} bytes per byte of the file");
        TestContext.Current.SendDiagnosticMessage($"{refused} of 10000 refused; slowest {slowest:F3} s; at most {most} bytes allocated per byte of the file");
    }

    [Fact]
    public void Single_bit_flips_never_change_names_units_or_columns_silently()
    {
        var random = new Generator(0xF11B);
        (string Name, byte[] Bytes, EcLabFile File)[] files = [.. ReferenceFileTests.Names("mpr").Select(p => (Path.GetFileName(p), File.ReadAllBytes(p))).Select(f => (f.Item1, f.Item2, EcLab.Read(f.Item2, f.Item1)))];
        int refused = 0, warned = 0, harmless = 0, silent = 0;
        for (int i = 0; i < 10_000; i++)
        {
            (string name, byte[] original, EcLabFile whole) = files[random.Next(files.Length)];
            byte[] bytes = [.. original];
            int bit = random.Next(bytes.Length * 8);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            if (Attempt(bytes, name) is not { } file)
                refused++;
            else if (!file.Warnings.SequenceEqual(whole.Warnings))
                warned++;
            else if (SameTable(file, whole) && file.Settings == whole.Settings && file.AcquisitionStart == whole.AcquisitionStart && file.LoopStarts.SequenceEqual(whole.LoopStarts))
                harmless++;
            else
            {
                silent++;
                if (file.RowCount > 0)
                    AssertSameLayout(whole, file, $"{name}, bit {bit}");
            }
        }

        TestContext.Current.SendDiagnosticMessage($"of 10000 bit flips: {refused} refused, {warned} read with a warning, {harmless} without any effect, {silent} silently other values");
    }

    [Fact]
    public void No_bit_of_the_layout_can_be_flipped_silently()
    {
        int tried = 0;
        foreach (string path in ReferenceFileTests.Names("mpr"))
        {
            byte[] bytes = WithFewRecords(File.ReadAllBytes(path));
            EcLabFile whole = EcLab.Read(bytes, path);
            EcLabModule data = whole.Modules.Single(m => m.Name == "VMP data");
            int columns = bytes[data.Offset + 4];

            // Header of the module, number of records, number of columns, ids and what follows; and the technique, which names a column too.
            IEnumerable<long> places = Enumerable.Range(0, 65 + 5 + (2 * columns) + 60).Select(i => data.Offset - 65 + i).Append(whole.Modules[0].Offset).Concat(Enumerable.Range(0, 65 + 52).Select(i => (long)i));
            foreach (long at in places.Where(p => p >= 0 && p < bytes.Length))
            {
                for (int bit = 0; bit < 8; bit++)
                {
                    tried++;
                    bytes[at] ^= (byte)(1 << bit);

                    // Without records every list of columns comes with the warning that nothing confirms it.
                    if (Attempt(bytes, path) is { } file && file.Warnings.SequenceEqual(whole.Warnings) && !file.Warnings.Any(w => w.Code == "layout_unverified"))
                        AssertSameLayout(whole, file, $"{Path.GetFileName(path)}, byte {at}, bit {bit}");
                    bytes[at] ^= (byte)(1 << bit);
                }
            }
        }

        Assert.True(tried > 10_000);
    }

    [Fact]
    public void A_doubtful_file_can_be_refused()
    {
        byte[] bytes = EcLabWriter.Gcpl().ToMpr();
        int at = Array.LastIndexOf(bytes, (byte)EcLabWriter.PotentialId, EcLabWriter.LastIdOffset(bytes));
        bytes[at] = 38; // −Im(Z), as wide as the potential
        EcLabFile file = EcLab.Read(bytes, "x.mpr");
        Assert.Contains(file.Warnings, w => w.Code == "columns_doubtful");
        Assert.Throws<InputFormatException>(() => EcLab.Read(bytes, "x.mpr", new EcLabReadOptions { RefuseDoubtful = true }));
    }

    /// <summary>The same file with its first 100 records, so that thousands of readings take seconds.</summary>
    private static byte[] WithFewRecords(byte[] bytes)
    {
        EcLabFile whole = EcLab.Read(bytes, "x");
        if (whole.RowCount <= 100 || whole.LoopStarts.Count > 0)
            return bytes;
        EcLabModule data = whole.Modules.Single(m => m.Name == "VMP data");
        int start = data.Version switch { 2 => 0x195, 3 => 0x196, _ => 0x3EF }, size = (int)(data.Length - start) / whole.RowCount, length = start + (100 * size);
        byte[] shorter = [.. bytes.AsSpan(0, (int)data.Offset + length), .. bytes.AsSpan((int)(data.Offset + data.Length))];
        BitConverter.GetBytes(100).CopyTo(shorter, data.Offset);
        BitConverter.GetBytes(length).CopyTo(shorter, data.Offset - (data.Version >= 10 ? 20 : 16));
        return shorter;
    }

    private static EcLabFile? Attempt(ReadOnlySpan<byte> bytes, string name)
    {
        try
        {
            return EcLab.Read(bytes, name);
        }
        catch (InputFormatException e)
        {
            Assert.NotEmpty(e.Problem);
            Assert.NotEmpty(e.Remedy);
            return null;
        }
    }

    private static void AssertSameLayout(EcLabFile expected, EcLabFile actual, string where)
    {
        Assert.True(
            expected.Columns.Select(c => (c.Name, c.Unit)).SequenceEqual(actual.Columns.Select(c => (c.Name, c.Unit))),
            $"{where}: silently {string.Join(", ", actual.Columns.Select(c => c.Name))} instead of {string.Join(", ", expected.Columns.Select(c => c.Name))}");
    }

    private static bool SameTable(EcLabFile a, EcLabFile b)
    {
        if (a.RowCount != b.RowCount || a.Columns.Count != b.Columns.Count)
            return false;
        for (int c = 0; c < a.Columns.Count; c++)
        {
            if (a.Columns[c].Name != b.Columns[c].Name || a.Columns[c].Unit != b.Columns[c].Unit)
                return false;
            bool same = (a.Columns[c], b.Columns[c]) switch
            {
                (NumberColumn x, NumberColumn y) => System.Runtime.InteropServices.MemoryMarshal.AsBytes(x.Values.Span).SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.AsBytes(y.Values.Span)),
                (IntegerColumn x, IntegerColumn y) => x.Values.Span.SequenceEqual(y.Values.Span),
                _ => false,
            };
            if (!same)
                return false;
        }

        return true;
    }

    private static byte[] Mutate(byte[] original, Generator random)
    {
        List<byte> bytes = [.. original];
        int times = 1 + random.Next(3);
        for (int i = 0; i < times && bytes.Count > 16; i++)
        {
            int at = random.Next(bytes.Count), length = 1 + random.Next(Math.Min(200, bytes.Count - at));
            switch (random.Next(8))
            {
                case 0:
                    bytes.RemoveRange(at, length);
                    break;
                case 1:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 2:
                    bytes.InsertRange(at, "MODULEVMP data  "u8.ToArray());
                    break;
                case 3:
                    for (int k = at; k < at + length; k++)
                        bytes[k] = (byte)random.Next(256);
                    break;
                case 4:
                    for (int k = at; k < at + Math.Min(4, length); k++)
                        bytes[k] = 0xFF;
                    break;
                case 5:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 6:
                    // The counts and ids of a module, where most of the structure is.
                    int module = IndexOf(bytes, "VMP data"u8.ToArray());
                    if (module >= 0 && module + 120 < bytes.Count)
                        bytes[module + random.Next(120)] = (byte)random.Next(256);
                    break;
                default:
                    bytes[at] = (byte)"\t\n\r,.-E+X\0"[random.Next(10)];
                    break;
            }
        }

        return [.. bytes];
    }

    private static int IndexOf(List<byte> bytes, byte[] pattern)
    {
        ReadOnlySpan<byte> span = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes);
        return span.IndexOf(pattern);
    }

    /// <summary>SplitMix64, so that every run tries the same.</summary>
    private sealed class Generator(ulong state)
    {
        public int Next(int below)
        {
            ulong z = state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
            return (int)(z % (ulong)below);
        }
    }
}
