using System.Globalization;

namespace BigMap.Analysis.Formats.Tests;

public class AxisRoundingTests
{
    [Fact]
    public async Task Axes_that_differ_in_a_printed_digit_are_one_axis()
    {
        using var folder = new TempFolder();
        folder.Write("s/a.xy", "# 2theta_deg counts\n8.02 1\n8.04 2\n8.06 3\n");
        folder.Write("s/b.xy", "# 2theta_deg counts\n8.02 4\n8.040001 5\n8.059999 6\n");
        ReadResult read = await SeriesReader.ReadAsync(folder["s"], new TextReadOptions { AxisQuantity = AxisQuantity.TwoTheta, AxisUnit = "deg" });
        Assert.Equal([8.02, 8.04, 8.06], read.Series.Axis.Values.ToArray());
        Assert.Equal([4.0, 5, 6], read.Series[1].ToArray());
        Assert.NotEqual(IntensityKind.Derived, read.Series.Kind);
        Assert.Contains("b.xy", Assert.Single(read.Report.Warnings, w => w.Code == "axis_rounded").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.0009, true)]
    [InlineData(0.0011, false)]
    [InlineData(-0.0011, false)]
    public async Task The_tolerance_is_a_thousandth_of_the_local_step(double steps, bool accepted)
    {
        using var folder = new TempFolder();
        // The steps next to the point are 0.5 and 2: the smaller one counts.
        folder.Write("s/a.xy", "10 1\n10.5 2\n12.5 3\n");
        folder.Write("s/b.xy", string.Create(CultureInfo.InvariantCulture, $"10 1\n{10.5 + (0.5 * steps):R} 2\n12.5 3\n"));
        var options = new TextReadOptions { AxisQuantity = AxisQuantity.TwoTheta, AxisUnit = "deg" };
        if (accepted)
            Assert.Equal(10.5, (await SeriesReader.ReadAsync(folder["s"], options)).Series.Axis.Values[1]);
        else
            Assert.Contains("onAxisMismatch", (await Assert.ThrowsAsync<InputFormatException>(() => SeriesReader.ReadAsync(folder["s"], options))).Remedy, StringComparison.Ordinal);
    }
}
