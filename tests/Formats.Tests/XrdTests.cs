using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Formats.Tests;

public class XrdTests
{
    [Fact]
    public async Task A_real_xrdml_scan_equals_its_NeXus_twin()
    {
        string path = ReferenceData.File("provenance/hdf5/xrd-panalytical.xrdml");
        ReadResult read = await SeriesReader.ReadXrdAsync(path);
        SpectrumSeries twin = (await SeriesReader.ReadHdf5Async(ReferenceData.File("provenance/hdf5/xrd-panalytical-NXxrd_pan.nxs"))).Series;
        Assert.Equal((AxisQuantity.TwoTheta, "deg", 5027), (read.Series.Axis.Quantity, read.Series.Axis.Unit, read.Series.Length));
        Assert.Equal(twin[0].ToArray(), read.Series[0].ToArray());
        for (int i = 0; i < twin.Length; i++)
            Assert.Equal(twin.Axis.Values[i], read.Series.Axis.Values[i], 1e-12 * 70);
        Assert.Equal((IntensityKind.Counts, "counts"), (read.Series.Kind, read.Series.IntensityUnit));
        var table = new ResultTable("c", read.Series.Columns);
        Assert.Equal(39.27, table.Numbers("counting_time")[0]);
        Assert.Equal(1.540598, table.Numbers("wavelength")[0]);
        Assert.Equal(260.6, table.Numbers("Phi")[0]);
        Assert.Equal(new DateTimeOffset(2021, 3, 16, 13, 10, 14, TimeSpan.FromHours(3)), ((TimeColumn)table.Column("start_time"))[0]);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))), read.Files[0].Sha256);
        InputFormatException error = await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadXrdAsync(path, new XrdReadOptions { Axis = "Phi" }));
        Assert.Contains("2Theta, Omega", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attenuated_counts_are_corrected_once_with_their_variance()
    {
        using var folder = new TempFolder();
        string raw = folder.Write("raw.xrdml", Xrdml("<beamAttenuationFactors>1 1 10</beamAttenuationFactors><counts unit=\"counts\">4 0 7</counts>"));
        SpectrumSeries series = (await SeriesReader.ReadXrdAsync(raw)).Series;
        Assert.Equal([4.0, 0, 70], series[0].ToArray());
        Assert.Equal([4.0, 1, 700], series.Variance(0).ToArray());
        Assert.Equal(IntensityKind.Derived, series.Kind);
        string corrected = folder.Write("corrected.xrdml", Xrdml("<beamAttenuationFactors>1 1 10</beamAttenuationFactors><intensities unit=\"counts\">4 0 70</intensities>"));
        SpectrumSeries same = (await SeriesReader.ReadXrdAsync(corrected)).Series;
        Assert.Equal(series[0].ToArray(), same[0].ToArray());
        Assert.Equal(series.Variance(0).ToArray(), same.Variance(0).ToArray());
    }

    [Fact]
    public async Task Listed_positions_several_scans_and_folders()
    {
        using var folder = new TempFolder();
        string Body(string counts) => $"<positions axis=\"2Theta\" unit=\"deg\"><listPositions>12 11 10</listPositions></positions><countingTimes>1 1 1</countingTimes><intensities unit=\"counts\">{counts}</intensities>";
        string text = "<xrdMeasurements><xrdMeasurement>" +
            $"<scan status=\"Completed\"><dataPoints>{Body("1 2 3")}</dataPoints></scan><scan status=\"Aborted\"><dataPoints>{Body("4 5 6")}</dataPoints></scan><scan status=\"Aborted\"/>" +
            "</xrdMeasurement></xrdMeasurements>";
        folder.Write("in/a.xrdml", text);
        folder.Write("in/b.xrdml", text);
        ReadResult read = await SeriesReader.ReadXrdAsync(folder["in"]);
        Assert.Equal([10.0, 11, 12], read.Series.Axis.Values.ToArray());
        Assert.Equal([3.0, 2, 1], read.Series[0].ToArray());
        Assert.Equal(["a", "a (2)", "b", "b (2)"], Enumerable.Range(0, 4).Select(read.Series.Label));
        Assert.Contains(read.Report.Warnings, w => w.Message.Contains("Aborted", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<commonDivergenceCorrection>2</commonDivergenceCorrection><counts>1 2 3</counts>", "divergence")]
    [InlineData("<beamAttenuationFactors>1 2</beamAttenuationFactors><counts>1 2 3</counts>", "2 beam attenuation")]
    [InlineData("<beamAttenuationFactors>1 0 1</beamAttenuationFactors><counts>1 2 3</counts>", "above 0")]
    [InlineData("<counts>1 x 3</counts>", "value 2")]
    [InlineData("<counts>", "XML")]
    [InlineData("", "no scan")]
    public async Task Scans_that_cannot_be_read_truly_are_refused(string points, string reason)
    {
        using var folder = new TempFolder();
        string path = folder.Write("a.xrdml", Xrdml(points));
        InputFormatException error = await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadXrdAsync(path));
        Assert.Equal(path, error.File);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task External_entities_are_not_followed()
    {
        using var folder = new TempFolder();
        string path = folder.Write("a.xrdml", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><xrdMeasurements>&e;</xrdMeasurements>");
        await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadXrdAsync(path));
    }

    [Fact]
    public async Task A_brml_archive_is_read_by_its_own_description()
    {
        using var folder = new TempFolder();
        string path = Brml(folder, "a.brml", "1", "<RawDataView Start=\"4\" Length=\"1\" xsi:type=\"RecordedRawDataView\"><Recording VisibleName=\"LynxEye\"><Unit Base=\"Counts\"/></Recording></RawDataView>");
        SpectrumSeries series = (await SeriesReader.ReadXrdAsync(path)).Series;
        Assert.Equal([10.0, 10.02, 10.04], series.Axis.Values.ToArray());
        Assert.Equal([100.0, 110, 95], series[0].ToArray());
        Assert.Equal((IntensityKind.Counts, AxisQuantity.TwoTheta), (series.Kind, series.Axis.Quantity));
        var table = new ResultTable("c", series.Columns);
        Assert.Equal((0.5, 1.5406), (table.Numbers("counting_time")[0], table.Numbers("wavelength")[0]));
        Assert.Contains("absorber", (await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadXrdAsync(Brml(folder, "b.brml", "2.5", "<RawDataView Start=\"4\" Length=\"1\" xsi:type=\"RecordedRawDataView\"><Recording/></RawDataView>")))).Message, StringComparison.Ordinal);
        Assert.Contains("snapshot", (await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadXrdAsync(Brml(folder, "c.brml", "1", "<RawDataView Start=\"4\" Length=\"190\" xsi:type=\"RecordedRawDataView\"><Recording/></RawDataView>")))).Message, StringComparison.Ordinal);

        byte[] whole = File.ReadAllBytes(path);
        var random = new Random(3);
        for (int trial = 0; trial < 300; trial++)
        {
            string damaged = folder.WriteBytes("d.brml", trial < 100 ? whole[..(whole.Length * trial / 100)] : Mutations.Apply(whole, random));
            try
            {
                await SeriesReader.ReadXrdAsync(damaged);
            }
            catch (InputFormatException error)
            {
                Assert.Equal(damaged, error.File);
            }
        }
    }

    private static string Xrdml(string points)
    {
        string positions = points.Length == 0 ? string.Empty : "<positions axis=\"2Theta\" unit=\"deg\"><startPosition>10</startPosition><endPosition>11</endPosition></positions><commonCountingTime unit=\"seconds\">2</commonCountingTime>";
        return $"<?xml version=\"1.0\"?><xrdMeasurements xmlns=\"http://www.xrdml.com/XRDMeasurement/2.1\"><xrdMeasurement><scan scanAxis=\"Gonio\" status=\"Completed\"><dataPoints>{positions}{points}</dataPoints></scan></xrdMeasurement></xrdMeasurements>";
    }

    private static string Brml(TempFolder folder, string name, string absorber, string recorded)
    {
        string path = folder[name];
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        using (Stream stream = archive.CreateEntry("Experiment0/RawData0.xml").Open())
        {
            var xml = new StringBuilder("<RawData xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><TimeStampStarted>2021-03-16T13:10:14.5+01:00</TimeStampStarted>");
            xml.Append("<FixedInformation><Instrument><Tube><WaveLengthAlpha1 Unit=\"Å\" Value=\"1.5406\"/></Tube></Instrument></FixedInformation><DataRoutes><DataRoute RouteFlag=\"Final\"><ScanInformation VisibleName=\"Coupled TwoTheta/Theta\"/>");
            xml.Append($"<Datum>0.5,{absorber},10.00,5.00,100</Datum><Datum>0.5,{absorber},10.02,5.01,110</Datum><Datum>0.5,{absorber},10.04,5.02,95</Datum>");
            xml.Append("<DataViews><RawDataView Start=\"0\" Length=\"1\" LogicName=\"MeasuredTime\" xsi:type=\"FixedRawDataView\"/><RawDataView Start=\"1\" Length=\"1\" LogicName=\"AbsorptionFactor\" xsi:type=\"FixedRawDataView\"/>");
            xml.Append("<RawDataView Start=\"2\" Length=\"2\" xsi:type=\"VaryingRawDataView\"><Varying><FieldDefinitions FieldName=\"TwoTheta\"/><FieldDefinitions FieldName=\"Theta\"/></Varying></RawDataView>");
            xml.Append(recorded).Append("</DataViews></DataRoute></DataRoutes></RawData>");
            stream.Write(Encoding.UTF8.GetBytes(xml.ToString()));
        }

        return path;
    }
}
