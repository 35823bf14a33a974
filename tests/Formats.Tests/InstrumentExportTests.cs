using System.Globalization;
using System.Text;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Formats.Tests;

/// <summary>Files shaped like the exports of instruments and programs; the numbers are made up.</summary>
public class InstrumentExportTests
{
    public static TheoryData<string, string, string, double[], double[]> Exports => new()
    {
        { "WiRE, doubled tabs", "#Wave\t\t#Intensity\n1800.5\t\t200.25\n1799.5\t\t201.5\n", "Wave", [1799.5, 1800.5], [201.5, 200.25] },
        { "LabSpec, commented header", "#Acq. time (s)=\t10\n#Accumulations=\t2\n100.5\t200\n101.5\t201\n", "x", [100.5, 101.5], [200, 201] },
        { "Fit2D chi", "title\n2-Theta Angle (Degrees)\nIntensity\n         3\n 1.0 5.0\n 2.0 6.0\n 3.0 7.0\n", "x", [1, 2, 3], [5, 6, 7] },
        { "PANalytical csv", "[Measurement conditions]\nSample identification,nobody\nStart position [°2Th.],5.0\n[Scan points]\nAngle,Intensity\n5.01,100\n5.02,101\n", "Angle", [5.01, 5.02], [100, 101] },
        { "Excel, German", "sep=;\nWellenzahl (cm-1);Absorbanz\n4000,5;0,125\n3999,5;0,25\n", "Wellenzahl", [3999.5, 4000.5], [0.25, 0.125] },
        { "infrared, no header", "3999.5,0.125\n4000.5,0.25\n", "x", [3999.5, 4000.5], [0.125, 0.25] },
        { "columns of Origin, names and units", "Angle\tCounts\ndeg\tcts\n\n10\t5\n11\t6\n", "Angle", [10, 11], [5, 6] },
        { "names with single blanks over wide blanks", "Binding Energy (eV)   Counts per second\n 285.5   10.5\n 284.5   11.5\n", "binding energy", [284.5, 285.5], [11.5, 10.5] },
        { "Fortran columns", "  1.000D+00  5.0000D+02\n  2.000D+00  6.0000D+02\n", "x", [1, 2], [500, 600] },
        { "names after a comment mark", "% 2theta, counts\n10.5, 5\n11.5, 6\n", "2theta", [10.5, 11.5], [5, 6] },
    };

    [Theory]
    [MemberData(nameof(Exports))]
    public async Task Is_read(string name, string text, string quantity, double[] x, double[] y)
    {
        using var folder = new TempFolder();
        ReadResult read = await SeriesReader.ReadAsync(folder.Write("a.txt", text));
        Assert.True(quantity == read.Series.Axis.Quantity, $"{name}: {read.Report}");
        Assert.Equal(x, read.Series.Axis.Values.ToArray());
        Assert.Equal(y, read.Series[0].ToArray());
    }

    [Fact]
    public async Task Bruker_text_with_words_as_labels()
    {
        using var folder = new TempFolder();
        ReadResult read = await SeriesReader.ReadAsync(folder.Write("a.txt", "\t100\t110\t120\nA 1\t1\t2\t3\nA 1\t4\t5\t6\n"));
        Assert.Equal([100.0, 110, 120], read.Series.Axis.Values.ToArray());
        Assert.Equal(["A 1", "A 1 (2)"], [read.Series.Label(0), read.Series.Label(1)]);
        Assert.Equal([4.0, 5, 6], read.Series[1].ToArray());
    }

    [Fact]
    public async Task PRISMAs_own_data_set_with_LF_and_CRLF_gives_the_same_numbers()
    {
        string path = ReferenceData.File("spectra/prisma-synthetic/synthetic_dataset.csv");
        using var folder = new TempFolder();
        string text = File.ReadAllText(path).Replace("\r\n", "\n", StringComparison.Ordinal);
        SpectrumSeries lf = (await SeriesReader.ReadAsync(folder.Write("lf.csv", text))).Series;
        SpectrumSeries crlf = (await SeriesReader.ReadAsync(folder.Write("crlf.csv", text.Replace("\n", "\r\n", StringComparison.Ordinal)))).Series;
        Assert.Equal(20, lf.Count);
        Assert.True(lf.Axis.SameAs(crlf.Axis));

        // The same spectra as a folder of text files and as a Bruker export.
        var bruker = new StringBuilder();
        foreach (double x in lf.Axis.Values)
            bruker.Append(CultureInfo.InvariantCulture, $"\t{x}");
        for (int row = 0; row < lf.Count; row++)
        {
            var one = new StringBuilder();
            bruker.Append("\n0.0");
            for (int i = 0; i < lf.Length; i++)
            {
                one.Append(CultureInfo.InvariantCulture, $"{lf.Axis.Values[i]} {lf[row][i]:R}\n");
                bruker.Append(CultureInfo.InvariantCulture, $"\t{lf[row][i]:R}");
            }

            folder.Write($"many/spectrum_{row}.txt", one.ToString());
        }

        SpectrumSeries many = (await SeriesReader.ReadAsync(folder["many"])).Series;
        SpectrumSeries single = (await SeriesReader.ReadAsync(folder.Write("bruker.txt", bruker.Append('\n').ToString()))).Series;
        for (int row = 0; row < lf.Count; row++)
        {
            Assert.Equal(lf[row].ToArray(), crlf[row].ToArray());
            Assert.Equal(lf[row].ToArray(), many[row].ToArray());
            Assert.Equal(lf[row].ToArray(), single[row].ToArray());
            Assert.Equal(lf.Label(row), many.Label(row));
        }
    }

    [Fact]
    public async Task Columns_of_a_CasaXPS_export_are_chosen_by_name()
    {
        string path = ReferenceData.File("xps/raw/casaxps_feo_fe2p_export_cols.txt");
        ReadResult kinetic = await SeriesReader.ReadAsync(path, new TextReadOptions { Columns = ["K.E.", "Counts", "Envelope"] });
        ReadResult binding = await SeriesReader.ReadAsync(path, new TextReadOptions { Columns = ["B.E.", "CPS"] });
        string[] first = File.ReadLines(path).Skip(8).First().Split('\t', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("kinetic energy / eV", kinetic.Series.Axis.Label);
        Assert.Equal("binding energy / eV", binding.Series.Axis.Label);
        Assert.Equal(double.Parse(first[0], CultureInfo.InvariantCulture), kinetic.Series.Axis.First);
        Assert.Equal(double.Parse(first[1], CultureInfo.InvariantCulture), kinetic.Series[0][0]);
        Assert.Equal(double.Parse(first[7], CultureInfo.InvariantCulture), kinetic.Series[1][0]);
        Assert.Equal(double.Parse(first[8], CultureInfo.InvariantCulture), binding.Series.Axis.Last);
        Assert.Equal(double.Parse(first[9], CultureInfo.InvariantCulture), binding.Series[0][^1]);
        Assert.Equal(AxisDirection.Descending, binding.Series.Axis.Direction);
    }

    [Theory]
    [InlineData("diffraction/patterns/cpd-1g.prn")]
    [InlineData("diffraction/patterns/corundum.prn")]
    public async Task Patterns_in_blank_separated_columns(string relative)
    {
        string path = ReferenceData.File(relative);
        double[][] rows = [.. File.ReadLines(path).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(f => f.Length == 2).Select(f => f.Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray())];
        ReadResult read = await SeriesReader.ReadAsync(path, new TextReadOptions { AxisQuantity = "2Theta", AxisUnit = "degrees", IntensityKind = TextIntensityKind.Counts });
        Assert.Equal("2theta / deg", read.Series.Axis.Label);
        Assert.Equal(rows.Select(r => r[0]), read.Series.Axis.Values.ToArray());
        Assert.Equal(rows.Select(r => r[1]), read.Series[0].ToArray());
    }

    /// <summary>Text files of the reference data that are no spectra, or spectra in a form that is not read: an error of our own.</summary>
    [Theory]
    [InlineData("xps/raw/casaxps_feo_fe2p_export_cols.txt")]
    [InlineData("diffraction/patterns/PBSO4.CWN")]
    [InlineData("provenance/crate-example/expected-triples.txt")]
    [InlineData("nist-strd/MGH09.dat")]
    [InlineData("spectra/README.md")]
    [InlineData("spectra/LICENCES.csv")]
    [InlineData("spectra/golden-fits/single_fits.json")]
    public async Task Other_text_is_refused(string relative)
    {
        string path = ReferenceData.File(relative);
        Assert.Equal(path, (await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadAsync(path))).File);
    }
}
