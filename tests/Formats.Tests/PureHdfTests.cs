using PureHDF;

namespace BigMap.Analysis.Formats.Tests;

/// <summary>A second, independent reader (PureHDF) reads every HDF5 file that is written here.</summary>
public class PureHdfTests
{
    [Fact]
    public async Task Every_series_that_is_written_is_read_by_another_library()
    {
        using var folder = new TempFolder();
        SpectrumSeries few = Hdf5WritingTests.Series(5), none = Hdf5WritingTests.Series(0);
        var plain = SpectrumSeries.Wrap(new Axis(new double[] { 1, 2, 3 }, AxisQuantity.TwoTheta, "deg"), Enumerable.Range(0, 3000).Select(i => i / 7.0).ToArray(), 1000);
        foreach ((string name, SpectrumSeries series) in ((string, SpectrumSeries)[])[("few", few), ("none", none), ("plain", plain)])
        {
            await series.WriteHdf5Async(folder[name + ".h5"], new SeriesHdf5Options { Title = "α scan", Notes = [new Hdf5Note { Name = "provenance", MediaType = "application/json", Text = "{\"α\":1}" }] });
            await new MemorySeriesSource(series).WriteHdf5Async(folder[name + "-source.h5"]);
            foreach (string path in (string[])[folder[name + ".h5"], folder[name + "-source.h5"]])
            {
                using var file = PureHDF.H5File.OpenRead(path);
                IH5Group data = file.Group("/entry/data");
                Assert.Equal("NXdata", data.Attribute("NX_class").Read<string>());
                string axis = data.Attribute("axes").Read<string[]>()[1];
                Assert.Equal(series.Axis.Values.ToArray(), data.Dataset(axis).Read<double[]>());
                Assert.Equal(series.Axis.Unit, data.Dataset(axis).Attribute("units").Read<string>());
                IH5Dataset signal = data.Dataset(data.Attribute("signal").Read<string>());
                Assert.Equal([(ulong)series.Count, (ulong)series.Length], signal.Space.Dimensions);
                if (series.Count == 0)
                    continue;
                double[,] rows = signal.Read<double[,]>();
                double[,]? sigma = series.HasVariance ? data.Dataset(signal.Attribute("uncertainties").Read<string>()).Read<double[,]>() : null;
                for (int row = 0; row < series.Count; row++)
                {
                    for (int i = 0; i < series.Length; i++)
                    {
                        Assert.Equal(BitConverter.DoubleToInt64Bits(series[row][i]), BitConverter.DoubleToInt64Bits(rows[row, i]));
                        Assert.Equal(series.HasVariance ? Math.Sqrt(series.Variance(row)[i]) : 0, sigma?[row, i] ?? 0);
                    }
                }

                Assert.Equal(Enumerable.Range(0, series.Count).Select(r => (long)series.SourceRow(r)), data.Dataset("source_row").Read<long[]>());
                if (name != "few")
                    continue;
                Assert.Equal(Enumerable.Range(0, series.Count).Select(series.Label), data.Dataset("label").Read<string[]>());
                Assert.Equal("V", data.Dataset("voltage").Attribute("units").Read<string>());
                Assert.Equal("BigMap.Analysis.Formats", file.Dataset("/entry/process/program").Read<string>());
            }
        }

        using var noted = PureHDF.H5File.OpenRead(folder["few.h5"]);
        Assert.Equal("α scan", noted.Dataset("/entry/title").Read<string>());
        Assert.Equal("{\"α\":1}", noted.Dataset("/entry/process/provenance/data").Read<string>());
    }

    [Fact]
    public async Task Every_table_that_is_written_is_read_by_another_library()
    {
        using var folder = new TempFolder();
        ResultTable table = Hdf5WritingTests.Table();
        var many = new ResultTable("many", [.. Enumerable.Range(0, 500).Select(i => new NumberColumn($"column {i}", i % 2 == 0 ? "Å" : "", new[] { i + 0.25, double.NaN, -0.0, double.PositiveInfinity }))]);
        var empty = new ResultTable("empty", [new NumberColumn("v", "V", Array.Empty<double>()), new TextColumn("t", []), new IntegerColumn("n", Array.Empty<long>())]);
        foreach (ResultTable one in (ResultTable[])[table, many, empty])
        {
            string path = folder[one.Name + ".h5"];
            await one.WriteHdf5Async(path);
            using var file = PureHDF.H5File.OpenRead(path);
            IH5Group entry = file.Group(file.Attribute("default").Read<string>()), group = entry.Group(entry.Attribute("default").Read<string>());
            var found = group.Children().OfType<IH5Dataset>().Where(d => d.Attributes().Any(a => a.Name == "long_name")).ToDictionary(d => d.Attribute("long_name").Read<string>());
            foreach (TableColumn column in one.Columns)
            {
                IH5Dataset dataset = found[column.Name];
                Assert.Equal([(ulong)one.RowCount], dataset.Space.Dimensions);
                if (column is NumberColumn numbers)
                {
                    // PureHDF gives no text for one of no letters.
                    Assert.Equal(column.Unit, dataset.Attribute("units").Read<string?>() ?? string.Empty);
                    if (one.RowCount > 0)
                        Assert.Equal(numbers.Values.ToArray().Select(BitConverter.DoubleToInt64Bits), dataset.Read<double[]>().Select(BitConverter.DoubleToInt64Bits));
                    if (numbers.HasStandardErrors)
                        Assert.Equal(numbers.StandardErrors.ToArray(), group.Dataset(dataset.Attribute("uncertainties").Read<string>()).Read<double[]>());
                }
                else if (one.RowCount > 0 && column is IntegerColumn integers)
                {
                    Assert.Equal(integers.Values.ToArray(), dataset.Read<long[]>());
                }
                else if (one.RowCount > 0)
                {
                    Assert.Equal(Enumerable.Range(0, one.RowCount).Select(column.Text), dataset.Read<string?[]>().Select(t => t ?? string.Empty));
                }
            }
        }
    }
}
