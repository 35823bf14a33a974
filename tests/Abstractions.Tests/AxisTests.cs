namespace BigMap.Analysis.Abstractions.Tests;

public sealed class AxisTests
{
    [Theory]
    [InlineData(new double[0], "at least one")]
    [InlineData(new[] { 1, double.NaN }, "value 1 is NaN")]
    [InlineData(new[] { double.PositiveInfinity }, "finite")]
    [InlineData(new double[] { 1, 2, 2 }, "value 2 (2) follows 2")]
    [InlineData(new double[] { 3, 2 }, "ascend strictly")]
    public void A_faulty_axis_is_refused_with_the_position(double[] values, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => new Axis(values, AxisQuantity.TwoTheta, "deg")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(2, 4, true, 1, 4)]
    [InlineData(2, 4, false, 2, 3)]
    [InlineData(1.5, 4.5, false, 1, 4)]
    [InlineData(-5, 50, true, 0, 5)]
    [InlineData(2.2, 2.8, true, 2, 2)]
    [InlineData(6, 9, true, 5, 5)]
    public void An_interval_takes_the_points_inside(double from, double to, bool ends, int start, int end)
    {
        var axis = new Axis(new double[] { 1, 2, 3, 4, 5 }, "x", string.Empty);
        Assert.Equal(start..end, axis.IndexRange(from, to, ends));
    }

    [Fact]
    public void The_nearest_point_is_the_lower_one_on_a_tie()
    {
        var axis = new Axis(new double[] { 1, 2, 4 }, "x", string.Empty);
        Assert.Equal([0, 0, 1, 1, 2, 2], new[] { -9, 1.5, 1.6, 3, 3.1, 99 }.Select(axis.NearestIndex));
    }

    [Fact]
    public void A_rounded_grid_is_uniform_and_a_stitched_one_is_not()
    {
        double[] printed = [.. Enumerable.Range(0, 2000).Select(i => Math.Round(20 + (0.0167113 * i), 6))];
        Assert.True(new Axis(printed, "x", string.Empty).IsUniform);
        printed[1000] += 0.001;
        Assert.False(new Axis(printed, "x", string.Empty).IsUniform);
    }

    [Fact]
    public void Conversions_agree_with_their_formulas_and_with_their_inverses()
    {
        const double lambda = 1.540598;
        Assert.Equal(4 * Math.PI * Math.Sin(15 * Math.PI / 180) / lambda, AxisConversion.TwoThetaToQ(lambda).Convert(30), 14);
        Assert.Equal(lambda / (2 * Math.Sin(15 * Math.PI / 180)), AxisConversion.TwoThetaToD(lambda).Convert(30), 14);
        foreach (double t in new[] { 0.5, 18.7, 90, 150 })
        {
            Assert.Equal(t, AxisConversion.QToTwoTheta(lambda).Convert(AxisConversion.TwoThetaToQ(lambda).Convert(t)), 11);
            Assert.Equal(t, AxisConversion.DToTwoTheta(lambda).Convert(AxisConversion.TwoThetaToD(lambda).Convert(t)), 11);
            Assert.Equal(AxisConversion.TwoThetaToD(lambda).Convert(t), AxisConversion.QToD().Convert(AxisConversion.TwoThetaToQ(lambda).Convert(t)), 11);
        }

        Assert.Equal(1486.6 - 1201.6 - 4.2, AxisConversion.KineticToBinding(1486.6, 4.2).Convert(1201.6), 10);
        Assert.Equal(520.0, AxisConversion.WavelengthToRamanShift(632.8).Convert(1 / ((1 / 632.8) - 520e-7)), 9);
    }

    [Fact]
    public void A_conversion_that_reverses_the_order_reverses_rows_and_variances()
    {
        var axis = new Axis(new double[] { 10, 20, 40 }, AxisQuantity.TwoTheta, "deg");
        SpectrumSeries series = SpectrumSeries.Wrap(axis, new double[] { 1, 2, 3 }, 1, new SeriesAttributes { Variance = new double[] { 4, 5, 6 } });
        SpectrumSeries d = series.Convert(AxisConversion.TwoThetaToD(1.5406));
        Assert.Equal([3, 2, 1], d[0].ToArray());
        Assert.Equal([6, 5, 4], d.Variance(0).ToArray());
        Assert.Equal("A", d.Axis.Unit);
        Assert.True(d.Axis.First < d.Axis.Last);
        SpectrumSeries back = d.Convert(AxisConversion.DToTwoTheta(1.5406));
        Assert.Equal([1, 2, 3], back[0].ToArray());
        Assert.Equal(10, back.Axis.First, 10);
    }

    [Fact]
    public void A_conversion_refuses_another_quantity_another_unit_and_values_without_image()
    {
        var q = new Axis(new double[] { 1, 20 }, AxisQuantity.MomentumTransfer, "A^-1");
        Assert.Contains("starts from 2theta", Assert.Throws<DataMismatchException>(() => AxisConversion.TwoThetaToD(1.5).Convert(q, out _)).Message, StringComparison.Ordinal);
        Assert.Contains("point 1", Assert.Throws<DataMismatchException>(() => AxisConversion.QToTwoTheta(1.5).Convert(q, out _)).Message, StringComparison.Ordinal);
        var radians = new Axis(new double[] { 1, 2 }, AxisQuantity.TwoTheta, "rad");
        Assert.Throws<DataMismatchException>(() => AxisConversion.TwoThetaToD(1.5).Convert(radians, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => AxisConversion.TwoThetaToD(0));
    }
}
