using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Electrochemistry.Tests;

/// <summary>Every column id in every version of the data module, written by the writer of these tests; ids that are not known are named.</summary>
public sealed class ColumnIdTests
{
    private static readonly int[] Versions = [0, 2, 3, 10, 11];

    private static readonly double[] Values = [1.5, 2, 200];

    [Fact]
    public void Every_known_id_is_decoded_in_every_version()
    {
        int tried = 0;
        foreach (string line in File.ReadLines(ReferenceData.File("electrochem/mpr-columns.csv")).Skip(1))
        {
            string[] cells = line.Split(',');
            int id = int.Parse(cells[0], System.Globalization.CultureInfo.InvariantCulture);
            char type = cells[2] switch { "<f4" => 'f', "<f8" => 'd', "<u1" => 'c', "<u2" => 'h', "<u4" => 'i', _ => 'b' };
            string name = cells[3], unit = cells[4];
            if (name.Length == 0)
            {
                // Three ids have only the heading of an export.
                string heading = cells[6].Replace("Ohm", "Ω", StringComparison.Ordinal);
                (name, unit) = (heading[..heading.LastIndexOf('/')], heading[(heading.LastIndexOf('/') + 1)..]);
            }

            foreach (int version in Versions.Where(v => v > 0 || id < 256))
            {
                (int Id, char Type) other = (byte)id == 4 ? (131, 'h') : (4, 'd');
                double[] values = type is 'f' or 'd' ? Values : [.. Values.Select(Math.Floor)];
                EcLabFile file = Read(version, [(id, type), other], [.. values.Select((v, i) => (double[])[v, i])]);
                EcLabColumn stored = file.StoredColumns.Single(c => c.Id == id);
                Assert.Equal((name, unit), (stored.Name, stored.Unit));
                Assert.Equal(3, file.RowCount);
                TableColumn column = file.Column(name);
                for (int i = 0; i < 3; i++)
                {
                    int mask = type == 'b' ? int.Parse(cells[5][2..], System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture) : 0;
                    double expected = type == 'b' ? ((int)values[i] & mask) / (mask & -mask) : values[i];
                    Assert.Equal(expected, column is NumberColumn n ? n[i] : ((IntegerColumn)column)[i]);
                }

                // What follows it is where it should be.
                TableColumn next = file.Columns.First(c => c.Name == (other.Id == 4 ? "time" : "Ns"));
                Assert.Equal(2.0, next is NumberColumn t ? t[2] : ((IntegerColumn)next)[2]);
                tried++;
            }
        }

        Assert.Equal((170 * 4) + File.ReadLines(ReferenceData.File("electrochem/mpr-columns.csv")).Skip(1).Count(l => int.Parse(l.Split(',')[0], System.Globalization.CultureInfo.InvariantCulture) < 256), tried);
    }

    [Fact]
    public void Every_other_id_is_refused_by_its_number_and_place()
    {
        HashSet<byte> known = [.. Enumerable.Range(0, 256).Where(low => Attempt(11, low, out _)).Select(low => (byte)low)];
        Assert.Equal(109, known.Count);
        foreach (int version in Versions)
        {
            for (int id = 0; id < (version == 0 ? 256 : 65536); id += version == 0 ? 1 : 37)
            {
                if (Attempt(version, id, out InputFormatException? error))
                {
                    Assert.Contains((byte)id, known);
                    continue;
                }

                Assert.DoesNotContain((byte)id, known);
                Assert.Contains($" id {id},", error!.Problem, StringComparison.Ordinal);
                Assert.Contains(".mpt", error.Remedy, StringComparison.Ordinal);
                Assert.True(error.Offset > 0);
            }
        }
    }

    [Fact]
    public void Flags_share_one_byte_where_the_first_of_them_stands_in_whatever_order_they_come()
    {
        foreach (int version in Versions)
        {
            EcLabFile file = Read(version, [(4, 'd'), (65, 'b'), (6, 'f'), (1, 'b'), (3, 'b')], [[1, 0x8A, 3.5, 0, 0], [2, 0x03, 3.25, 0, 0]]);
            Assert.Equal([0, 8, 8, 9, 8, 8], file.StoredColumns.Select(c => c.Offset));
            Assert.Equal([1L, 0L], ((IntegerColumn)file.Column("counter inc.")).Values.ToArray());
            Assert.Equal([2L, 3L], ((IntegerColumn)file.Column("mode")).Values.ToArray());
            Assert.Equal([1L, 0L], ((IntegerColumn)file.Column("error")).Values.ToArray());
            Assert.Equal([3.5, 3.25], file.Numbers("Ewe").Values.ToArray());

            // An unusual order is no reason to refuse, but one to say so.
            Assert.Contains(file.Warnings, w => w.Code == "columns_doubtful");
        }
    }

    [Fact]
    public void A_quantity_that_depends_on_its_company_or_technique_is_named_by_it()
    {
        foreach (int id in (int[])[174, 430])
        {
            Assert.Equal(("<Ewe>", "V"), Named([(4, 'd'), (id, 'f')], id));
            foreach (int potential in (int[])[6, 77])
                Assert.Equal(("Phase(Zwe-ce)", "deg"), Named([(4, 'd'), (potential, 'f'), (id, 'f')], id));
        }

        (string, string) Named((int Id, char Type)[] columns, int id)
        {
            EcLabColumn column = Read(11, columns, [[.. columns.Select(_ => 1.0)]]).StoredColumns.Single(c => c.Id == id);
            return (column.Name, column.Unit);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(9)]
    [InlineData(12)]
    [InlineData(200)]
    public void Another_version_is_refused(int version)
    {
        InputFormatException error = Assert.Throws<InputFormatException>(() => Read(version, [(4, 'd'), (6, 'f')], [[1, 2]]));
        Assert.Contains($"version {version}", error.Problem, StringComparison.Ordinal);
    }

    private static bool Attempt(int version, int id, out InputFormatException? error)
    {
        error = null;
        try
        {
            Read(version, [(4, 'd'), (id, 'f')], []);
            return true;
        }
        catch (InputFormatException e)
        {
            error = e;
            return false;
        }
    }

    private static EcLabFile Read(int version, (int Id, char Type)[] columns, double[][] records) =>
        EcLab.Read(new EcLabWriter { Technique = 4, Columns = columns, Records = records, DataVersion = version }.ToMpr(), "x.mpr");
}
