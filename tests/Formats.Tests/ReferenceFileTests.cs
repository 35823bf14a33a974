using System.Globalization;
using System.Security.Cryptography;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Formats.Tests;

/// <summary>Real and simulated files of the reference data, compared with the independent reader of the golden files.</summary>
public class ReferenceFileTests
{
    [Theory]
    [InlineData("spectra/sim-003/patterns.csv", AxisQuantity.TwoTheta, "deg", 150)]
    [InlineData("spectra/sim-ftir/spectra.csv", AxisQuantity.Wavenumber, "cm^-1", 24)]
    [InlineData("spectra/xrd-lab/repeat_scans_c1_c6.csv", AxisQuantity.TwoTheta, "deg", 6)]
    [InlineData("spectra/xrd-lab/hl1_2.csv", AxisQuantity.TwoTheta, "deg", 1)]
    [InlineData("spectra/tof-series/vulcan_bank1.csv", AxisQuantity.TimeOfFlight, "us", 31)]
    [InlineData("spectra/raman/ps_633.csv", AxisQuantity.RamanShift, "cm^-1", 1)]
    [InlineData("spectra/raman/calcite_633.csv", AxisQuantity.RamanShift, "cm^-1", 1)]
    [InlineData("spectra/raman/si_633.csv", AxisQuantity.RamanShift, "cm^-1", 1)]
    [InlineData("spectra/raman/neon_633.csv", AxisQuantity.RamanShift, "cm^-1", 1)]
    [InlineData("spectra/raman/ps_785.csv", AxisQuantity.RamanShift, "cm^-1", 1)]
    [InlineData("spectra/raman-carbon/testDW38C_pos1.csv", AxisQuantity.RamanShift, "cm^-1", 1)]
    [InlineData("spectra/raman-carbon/testDW38C_pos2.csv", AxisQuantity.RamanShift, "cm^-1", 1)]
    [InlineData("spectra/raman-carbon/Si_spectrum01.csv", AxisQuantity.RamanShift, "cm^-1", 1)]
    [InlineData("spectra/prisma-synthetic/synthetic_dataset.csv", "x", "", 20)]
    [InlineData("spectra/golden-baselines/ps_633_600_1800.csv", "x", "", -1)]
    [InlineData("xps/synthetic/sei_with_litdi_F1s.csv", AxisQuantity.BindingEnergy, "eV", 3)]
    public async Task Every_number_of_a_column_file_is_read(string relative, string quantity, string unit, int count)
    {
        string path = ReferenceData.File(relative);
        ReadResult read = await SeriesReader.ReadAsync(path);
        var golden = new GoldenCsvColumns(path);
        SpectrumSeries series = read.Series;
        Assert.Equal(quantity, series.Axis.Quantity);
        Assert.Equal(unit, series.Axis.Unit);
        if (count > 0)
            Assert.Equal(count, series.Count);
        Assert.Equal(golden.Names.Length - 1, series.Count);
        double[] x = golden.Values[0];
        bool descending = x[0] > x[^1];
        Assert.Equal(descending ? [.. x.Reverse()] : x, series.Axis.Values.ToArray());
        for (int row = 0; row < series.Count; row++)
        {
            double[] y = golden.Values[row + 1];
            Assert.Equal(descending ? [.. y.Reverse()] : y, series[row].ToArray());
            if (series.Count > 1)
                Assert.Equal(golden.Names[row + 1], series.Label(row));
        }

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))), Assert.Single(read.Files).Sha256);
        Assert.NotEmpty(read.Report.ToString());
    }

    [Fact]
    public async Task The_Raman_map_is_one_spectrum_per_line()
    {
        string path = ReferenceData.File("spectra/raman-map/map.csv");
        ReadResult read = await SeriesReader.ReadAsync(path, new TextReadOptions { AxisQuantity = "Raman shift", AxisUnit = "cm-1", IntensityKind = TextIntensityKind.Counts });
        var golden = new GoldenCsvColumns(path);
        Assert.Equal((300, 672), (read.Series.Count, read.Series.Length));
        Assert.Equal("Raman shift / cm^-1", read.Series.Axis.Label);
        Assert.Equal(["x / um (300)", "y / um (300)"], read.Series.Columns.Select(c => c.ToString()));
        Assert.Equal(golden.Values[0], ((NumberColumn)read.Series.Columns[0]).Values.ToArray());
        Assert.Equal(golden.Values[1], ((NumberColumn)read.Series.Columns[1]).Values.ToArray());
        for (int i = 0; i < 672; i++)
        {
            Assert.Equal(double.Parse(golden.Names[i + 2], CultureInfo.InvariantCulture), read.Series.Axis.Values[i]);
            for (int row = 0; row < 300; row++)
                Assert.Equal(golden.Values[i + 2][row], read.Series[row][i]);
        }

        Assert.Equal(IntensityKind.Counts, read.Series.Kind);
        Assert.Equal("rowPerSpectrum", read.Report.Files[0].Decision("layout")!.Value);
        Assert.Equal("2", read.Report.Files[0].Decision("coordinateColumns")!.Value);
    }

    [Fact]
    public async Task The_source_of_the_Raman_map_gives_the_same_rows_in_blocks()
    {
        string path = ReferenceData.File("spectra/raman-map/map.csv");
        var options = new TextReadOptions { AxisQuantity = AxisQuantity.RamanShift, AxisUnit = "cm^-1" };
        SpectrumSeries whole = (await SeriesReader.ReadAsync(path, options)).Series;
        RowSpectrumSource source = await RowSpectrumSource.OpenAsync(path, options);
        Assert.Equal(whole.Count, source.Count);
        Assert.True(whole.Axis.SameAs(source.Axis));
        int row = 0;
        await foreach (SpectrumSeries block in source.ReadBlocksAsync(77))
        {
            for (int i = 0; i < block.Count; i++, row++)
            {
                Assert.Equal(row, block.SourceRow(i));
                Assert.Equal(whole[row].ToArray(), block[i].ToArray());
                Assert.Equal(((NumberColumn)whole.Columns[1])[row], ((NumberColumn)block.Columns[1])[i]);
            }
        }

        Assert.Equal(300, row);
    }

    /// <summary>A plain reader that allows equal names, empty first names and CRLF.</summary>
    private sealed class GoldenCsvColumns
    {
        public GoldenCsvColumns(string path)
        {
            string[] lines = File.ReadAllLines(path);
            Names = lines[0].Split(',');
            string[][] cells = [.. lines.Skip(1).Where(l => l.Length > 0).Select(l => l.Split(','))];
            Values = [.. Names.Select((_, c) => cells.Select(r => double.Parse(r[c], CultureInfo.InvariantCulture)).ToArray())];
        }

        public string[] Names { get; }

        public double[][] Values { get; }
    }
}
