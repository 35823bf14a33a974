using BigMap.Analysis.Reporting.Internal;

namespace BigMap.Analysis.Tests;

public sealed class TypographyTests
{
    [Theory]
    [InlineData("2theta", "deg", "2θ / °")]
    [InlineData("Raman shift", "cm^-1", "Raman shift / cm[−1]")]
    [InlineData("q", "A^-1", "q / A[−1]")]
    [InlineData("H1.center", "deg", "H1 center / °")]
    [InlineData("H1.area", "counts deg", "H1 area / counts deg")]
    [InlineData("H1.eta", "", "H1 η")]
    [InlineData("reduced_chi_square", "", "reduced χ²")]
    [InlineData("x", "um", "x / µm")]
    [InlineData("x_um", "um", "x / µm")]
    [InlineData("_V", "V", " V / V")]
    [InlineData("rate", "counts/s", "rate / (counts/s)")]
    [InlineData("moment", "kg m^2 s^{-2.5}", "moment / kg m[2] s[−2.5]")]
    [InlineData("version 1.5", "", "version 1.5")]
    [InlineData("a^b", "x^", "a^b / x^")]
    [InlineData("voltage", "V", "voltage / V")]
    public void LabelsAreTypeset(string quantity, string unit, string expected) => Assert.Equal(expected, Show(Typography.AxisTitle(quantity, unit, TickSet.Empty)));

    [Fact]
    public void PowersOfTenAndOffsetsStandInTheTitle()
    {
        Assert.Equal("intensity / 10[9]\u00A0counts", Show(Typography.AxisTitle("intensity", "counts", TickSet.Create(0, 2e9, 4))));
        Assert.Equal("intensity / 10[−9]", Show(Typography.AxisTitle("intensity", string.Empty, TickSet.Create(0, 2e-9, 4))));
        Assert.Equal("(x − 1000000000) / 10[−3]\u00A0s", Show(Typography.AxisTitle("x", "s", TickSet.Create(1e9, 1e9 + 0.003, 4))));
        Assert.Equal("(x + 1000000000) / 10[−3]\u00A0s", Show(Typography.AxisTitle("x", "s", TickSet.Create(-1e9, -1e9 + 0.003, 4))));
    }

    [Fact]
    public void ALongTitleLosesItsNameNotItsUnit()
    {
        var style = new TextStyle(14);
        RichText title = Typography.AxisTitle("a name that is much longer than its axis", "cm^-1", TickSet.Create(0, 2e9, 4), style, 150);
        Assert.Matches(@"^a name[a-z ]*… / 10\[9\]\u00A0cm\[−1\]$", Show(title));
        Assert.True(title.Width(14) <= 150);
        Assert.Equal("2θ / °", Show(Typography.AxisTitle("2theta", "deg", TickSet.Empty, style, 150)));
    }

    [Theory]
    [InlineData(1234.5678, "1235")]
    [InlineData(-0.5, "−0.5")]
    [InlineData(2.599e8, "2.599 × 10⁸")]
    [InlineData(-1e-12, "−1 × 10⁻¹²")]
    [InlineData(0, "0")]
    [InlineData(double.NaN, "–")]
    public void NumbersInNotesAreTypeset(double value, string expected) => Assert.Equal(expected, Typography.Number(value));

    [Fact]
    public void RaisedTextIsDrawnSmallerAndComesBackDown()
    {
        var svg = new SvgBuilder();
        svg.Begin(100, 100, "t", string.Empty);
        svg.Text(Typography.AxisTitle("t", "A^-1 s", TickSet.Empty), 1, 20, new TextStyle(10));
        string text = svg.End();
        Assert.Contains(">t / A<tspan dy=\"-3.8\" font-size=\"7.4\">−1</tspan><tspan dy=\"3.8\" dx=\"2.8\">s</tspan></text>", text);
    }

    [Fact]
    public void LongTextIsCutAndKeptAsTooltip()
    {
        var svg = new SvgBuilder();
        svg.Begin(100, 100, "t", string.Empty);
        svg.Text("abcdefghijklmnopqrstuvwxyz & more", 1, 20, new TextStyle(10), 60);
        Assert.Matches("<title>abcdefghijklmnopqrstuvwxyz &amp; more</title>abcdefgh[a-z]*…</text>", svg.End());
        Assert.True(((RichText)"abcdefghijklmnopqrstuvwxyz & more").Shorten(new TextStyle(10), 60).Width(10) <= 60);
    }

    [Fact]
    public void CharactersThatXmlForbidsAreReplaced() =>
        Assert.Equal("&lt;&amp;&gt;&quot;\uFFFD\uFFFD 😀", SvgBuilder.Escape("<&>\"\0\uD800\t😀"));

    [Theory]
    [InlineData(1.0051, "1.01")]
    [InlineData(-0.001, "0")]
    [InlineData(12, "12")]
    [InlineData(-3.5, "-3.5")]
    [InlineData(0.05, "0.05")]
    public void CoordinatesHaveAtMostTwoDecimals(double value, string expected) => Assert.Equal(expected, SvgBuilder.N(value));

    [Fact]
    public void ACoordinateThatIsNotFiniteIsRefused() => Assert.Throws<InvalidOperationException>(() => SvgBuilder.N(double.NaN));

    private static string Show(RichText text) => string.Concat(text.Runs.Select(r => r.Level == 0 ? r.Text : $"[{r.Text}]"));
}
