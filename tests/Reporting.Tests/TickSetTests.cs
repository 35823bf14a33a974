using System.Globalization;
using BigMap.Analysis.Reporting.Internal;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace BigMap.Analysis.Tests;

public sealed class TickSetTests
{
    [Theory]
    [InlineData(17, 21, 6, "17 18 19 20 21", 0, "")]
    [InlineData(0, 1, 6, "0 0.2 0.4 0.6 0.8 1.0", 0, "")]
    [InlineData(-0.3, 0.3, 4, "−0.2 0 0.2", 0, "")]
    [InlineData(-3, 3, 3, "−2 0 2", 0, "")]
    [InlineData(0, 8000, 5, "0 2000 4000 6000 8000", 0, "")]
    [InlineData(0, 2.5e9, 5, "0 0.5 1.0 1.5 2.0 2.5", 9, "")]
    [InlineData(0, 130000, 3, "0 50 100", 3, "")]
    [InlineData(0, 4e-9, 5, "0 1 2 3 4", -9, "")]
    [InlineData(0.001, 0.004, 4, "1 2 3 4", -3, "")]
    [InlineData(1e9, 1e9 + 0.003, 4, "0 1 2 3", -3, "1000000000")]
    [InlineData(1e-300, 5e-300, 5, "1 2 3 4 5", -300, "")]
    public void LabelsAreRoundAndExact(double min, double max, int most, string labels, int exponent, string offset)
    {
        TickSet ticks = TickSet.Create(min, max, most);
        Assert.Equal(labels, string.Join(' ', ticks.Labels));
        Assert.Equal(exponent, ticks.Exponent);
        Assert.Equal(offset, ticks.OffsetText);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(0, double.PositiveInfinity)]
    public void NoIntervalHasNoTicks(double min, double max) => Assert.Empty(TickSet.Create(min, max, 5).Values);

    [Fact]
    public void IndicesHaveWholeTicksOnly() => Assert.Equal("0 1 2", string.Join(' ', TickSet.Create(-0.5, 2.5, 10, integersOnly: true).Labels));

    [Property(MaxTest = 300)]
    public Property LabelsReadBackAsTheirValues() => Prop.ForAll(
        ArbMap.Default.ArbFor<NormalFloat>(), Gen.Choose(-12, 12).ToArbitrary(), Gen.Choose(1, 99).ToArbitrary(),
        (start, exponent, width) =>
        {
            double scale = Math.Pow(10, exponent), min = Math.Clamp(start.Get, -1e6, 1e6) * scale, max = min + (width * scale);
            TickSet ticks = TickSet.Create(min, max, 6);
            Assert.NotEmpty(ticks.Values);
            Assert.InRange(ticks.Values.Length, 1, 7);
            double offset = ticks.OffsetText.Length == 0 ? 0 : Read(ticks.OffsetText);
            for (int i = 0; i < ticks.Values.Length; i++)
            {
                Assert.InRange(ticks.Values[i], min - (1e-5 * (max - min)), max + (1e-5 * (max - min)));
                Assert.Equal(ticks.Values[i], offset + (Read(ticks.Labels[i]) * Math.Pow(10, ticks.Exponent)), 1e-12 * Math.Max(Math.Abs(min), Math.Abs(max)));
            }
        });

    private static double Read(string label) => double.Parse(label.Replace('−', '-'), CultureInfo.InvariantCulture);
}
