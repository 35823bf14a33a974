using BigMap.Analysis.Formats;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Electrochemistry.Tests;

/// <summary>The files of the sample are what the writer of these tests makes; with BIGMAP_WRITE_SAMPLES=1 they are written anew.</summary>
public sealed class ShippedSampleTests
{
    private const string Folder = "samples/data/electrochemistry";

    [Fact]
    public async Task The_shipped_files_are_what_the_writer_makes()
    {
        byte[] cell = EcLabWriter.Gcpl().ToMpr();
        string path = ReferenceData.Shipped($"{Folder}/half-cell-GCPL.mpr"), fitsPath = ReferenceData.Shipped($"{Folder}/raman-fits.csv");
        ResultTable fits = RamanFits(EcLab.Read(cell, "half-cell-GCPL.mpr"));
        if (Environment.GetEnvironmentVariable("BIGMAP_WRITE_SAMPLES") == "1")
        {
            await OutputFile.WriteAsync(path, cell, "application/octet-stream");
            await fits.WriteCsvAsync(fitsPath);
        }

        // Exponentials may differ in the last digit between machines, so values are compared and not bytes.
        EcLabFile shipped = EcLab.Read(await File.ReadAllBytesAsync(path), path), made = EcLab.Read(cell, "made");
        Assert.Empty(shipped.Warnings);
        AssertSame(made, shipped, 1e-6);
        IResultTable read = await TableReader.ReadCsvAsync(fitsPath);
        Assert.Equal(fits.Columns.Select(c => (c.Name, c.Unit)), read.Columns.Select(c => (c.Name, c.Unit)));
        AssertSame(fits, read, 1e-9);
    }

    private static void AssertSame(IResultTable a, IResultTable b, double tolerance)
    {
        Assert.Equal(a.RowCount, b.RowCount);
        foreach (NumberColumn column in a.Columns.OfType<NumberColumn>())
        {
            for (int row = 0; row < a.RowCount; row++)
                Assert.Equal(column[row], b.Numbers(column.Name)[row], tolerance * Math.Max(1, Math.Abs(column[row])));
        }
    }

    /// <summary>What fits of operando Raman spectra might give: two bands that shift with x, a spectrum every 10 minutes on a clock of its own that is 40 s ahead.</summary>
    private static ResultTable RamanFits(EcLabFile file)
    {
        CyclingRecord record = file.Cycles().Lithiation();
        double[] times = [.. Enumerable.Range(0, 88).Select(i => 20 + (600.0 * i))];
        NumberColumn x = Scans(times).AlignWith(record, new AlignOptions { Method = AlignMethod.Linear, Tolerance = null }).Numbers("x");
        double[] Noise(double phase, double size) => [.. times.Select((_, i) => size * Math.Sin((i * 12.9898) + phase))];
        double[] eg = [.. Noise(0, 0.3).Zip(x.Values.ToArray(), (e, v) => Math.Round(472 + (11 * (1 - v)) + e, 4))], a1g = [.. Noise(1, 0.4).Zip(x.Values.ToArray(), (e, v) => Math.Round(548 - (6 * (1 - v)) + e, 4))];
        double[] egError = [.. times.Select(_ => 0.3)], a1gError = [.. times.Select(_ => 0.4)];
        return new ResultTable("fits", [
            new IntegerColumn("index", Enumerable.Range(0, times.Length).Select(i => (long)i).ToArray()), new NumberColumn("time", "s", times.Select(t => t + 40).ToArray()),
            new NumberColumn("Eg.center", "cm^-1", eg, egError), new NumberColumn("A1g.center", "cm^-1", a1g, a1gError),
        ]);
    }

    private static SpectrumSeries Scans(double[] times) => SpectrumSeries.Wrap(
        new Axis(new double[] { 1, 2 }, AxisQuantity.RamanShift, "cm^-1"),
        new double[2 * times.Length],
        times.Length,
        new SeriesAttributes { Columns = [new NumberColumn("time", "s", times)] });
}
