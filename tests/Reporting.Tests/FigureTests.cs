using System.Xml.Linq;
using System.Globalization;
using System.Text.RegularExpressions;
using BigMap.Analysis.Reporting;
using BigMap.Analysis.Reporting.Internal;

namespace BigMap.Analysis.Tests;

public sealed class FigureTests
{
    private static readonly Dictionary<string, Figure> All = Examples.Gallery();

    private static readonly Dictionary<string, Lazy<string>> Drawn = All.ToDictionary(f => f.Key, f => new Lazy<string>(f.Value.ToSvg));

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryFigureIsWellFormedAndStaysOnItsCanvas(string name)
    {
        Figure figure = All[name];
        string text = Drawn[name].Value;
        var svg = new SvgInspection(text);

        Assert.Equal(figure.Panels.Count, svg.PanelKinds.Length);
        Assert.Equal(figure.Width, svg.Width);
        Assert.Equal(figure.Height, svg.Height);
        string drawn = Regex.Replace(text, "base64,[^\"]*", string.Empty);
        Assert.DoesNotContain("NaN", drawn);
        Assert.DoesNotContain("Infinity", drawn);
        Assert.DoesNotContain("∞", drawn);
        Assert.Empty(svg.Root.DescendantsAndSelf().Attributes("id"));
        Assert.DoesNotContain("url(", text);
        if (name == "small")
            return;
        Assert.All(svg.TextBoxes(), t => Assert.True(
            t.Box.Left >= 0 && t.Box.Top >= 0 && t.Box.Right <= svg.Width && t.Box.Bottom <= svg.Height,
            $"'{t.Text}' reaches from {t.Box.Left:F0},{t.Box.Top:F0} to {t.Box.Right:F0},{t.Box.Bottom:F0} on a canvas of {svg.Width} × {svg.Height}"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryCoordinateLiesOnTheCanvas(string name)
    {
        Figure figure = All[name];
        var svg = new SvgInspection(Drawn[name].Value);
        if (name == "small")
            return;
        foreach (string data in svg.Elements("path").Select(p => p.Attribute("d")!.Value))
        {
            foreach (Match absolute in Regex.Matches(data, @"[ML](-?[\d.]+),(-?[\d.]+)"))
            {
                Assert.InRange(double.Parse(absolute.Groups[1].Value, CultureInfo.InvariantCulture), -12, figure.Width + 12);
                Assert.InRange(double.Parse(absolute.Groups[2].Value, CultureInfo.InvariantCulture), -12, figure.Height + 12);
            }
        }
    }

    [Theory]
    [InlineData("overview")]
    [InlineData("overview-index")]
    [InlineData("overview-1")]
    [InlineData("overview-all-bad")]
    [InlineData("heat")]
    [InlineData("series")]
    [InlineData("map-strip")]
    [InlineData("long")]
    [InlineData("awkward-offset")]
    [InlineData("awkward-tiny")]
    [InlineData("awkward-mixed")]
    public void NoTextCoversAnother(string name)
    {
        List<(string Text, Box Box)> boxes = new SvgInspection(Drawn[name].Value).TextBoxes();
        for (int i = 0; i < boxes.Count; i++)
        {
            for (int k = 0; k < i; k++)
            {
                double across = Math.Min(boxes[i].Box.Right, boxes[k].Box.Right) - Math.Max(boxes[i].Box.Left, boxes[k].Box.Left);
                double down = Math.Min(boxes[i].Box.Bottom, boxes[k].Box.Bottom) - Math.Max(boxes[i].Box.Top, boxes[k].Box.Top);
                Assert.False(across > 1 && down > 1, $"'{boxes[i].Text}' covers '{boxes[k].Text}'");
            }
        }
    }

    [Fact]
    public void TextIsAtLeastNinePoint()
    {
        var svg = new SvgInspection(Drawn["overview"].Value);
        Assert.All(svg.Elements("text"), t => Assert.True(double.Parse(t.Attribute("font-size")!.Value, CultureInfo.InvariantCulture) >= 12, t.Value));
    }

    [Fact]
    public void TheSameFigureGivesTheSameBytesInEveryCulture()
    {
        string[] all = [.. All.Keys], some = ["overview", "overview-1", "long", "awkward-mixed", "map"];
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            // Decimal comma; another minus sign; other digits; another i.
            foreach ((string culture, string[] names) in (ReadOnlySpan<(string, string[])>)[("de-DE", all), ("sv-SE", some), ("fa-IR", some), ("tr-TR", some)])
            {
                CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(culture);
                Dictionary<string, Figure> again = Examples.Gallery();
                Assert.All(names, name => Assert.Equal(Drawn[name].Value, again[name].ToSvg()));
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = before;
        }
    }

    [Fact]
    public void ASmallFigureIsAsApproved()
    {
        SpectrumSeries series = Examples.Operando(6, 21);
        var figure = new Figure
        {
            Title = "Small",
            Caption = "6 rows",
            Width = 700,
            Height = 640,
            ColumnWidths = [1, 1],
            RowHeights = [1, 1],
            Panels =
            [
                new PlacedPanel(new HeatMapPanel { Series = series, Against = "soc", Title = "Series" }),
                new PlacedPanel(new FitPanel { Curve = Examples.Fit(series, 5), Title = "Fit" }, 0, 1),
                new PlacedPanel(ColumnPanel.Of(Examples.Table(6), null, "H1.center"), 1),
                new PlacedPanel(Examples.Map(4, 3), 1, 1),
            ],
        };
        string path = ReferenceData.Shipped("tests/Reporting.Tests/Golden/small.svg");
        string svg = figure.ToSvg();
        if (svg != File.ReadAllText(path))
        {
            string received = Path.Combine(Path.GetTempPath(), "small.received.svg");
            File.WriteAllText(received, svg);
            Assert.Fail($"The figure differs from {path}. Look at {received}; when it is right, replace the approved file with it.");
        }
    }

    [Fact]
    public void OverviewOfTheMainJobStaysBelowOneMegabyte() =>
        Assert.InRange(Drawn["overview"].Value.Length, 10_000, 1_000_000);

    [Fact]
    public async Task SavingReplacesTheFileAndLeavesNothingElse()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string path = Path.Combine(folder, "a.svg");
            await File.WriteAllTextAsync(path, "old");
            Figure figure = Figure.Of(Examples.Map(3, 3));
            await figure.SaveSvgAsync(path);
            Assert.Equal(System.Text.Encoding.UTF8.GetBytes(figure.ToSvg()), await File.ReadAllBytesAsync(path));
            Assert.Equal([path], Directory.GetFiles(folder));

            await File.WriteAllTextAsync(path, "old");
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => figure.SaveSvgAsync(path, new CancellationToken(true)));
            Assert.Equal("old", await File.ReadAllTextAsync(path));
            Assert.Equal([path], Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public void AFigureThatCannotBeDrawnSaysWhy()
    {
        MapPanel panel = Examples.Map(3, 3);
        Assert.Contains("at least one panel", Assert.Throws<ArgumentException>(() => new Figure().ToSvg()).Message);
        Assert.Contains("240 to 10000", Assert.Throws<ArgumentException>(() => (Figure.Of(panel) with { Width = 10 }).ToSvg()).Message);
        Assert.Contains("outside the grid", Assert.Throws<ArgumentException>(() => new Figure { Panels = [new PlacedPanel(panel, 1)] }.ToSvg()).Message);
        Assert.Contains("positive", Assert.Throws<ArgumentException>(() => (Figure.Of(panel) with { RowHeights = [0] }).ToSvg()).Message);
        Assert.Contains("positive", Assert.Throws<ArgumentException>(() => (Figure.Of(panel) with { ColumnWidths = [double.NaN] }).ToSvg()).Message);
    }

    [Fact]
    public void FramesInOneColumnAreAligned()
    {
        SpectrumSeries series = Examples.Operando(20, 50);
        Figure figure = Figure.Of(new HeatMapPanel { Series = series }, ColumnPanel.Of(Examples.Table(20), null, "H1.area"), new SeriesPanel { Series = series });
        double[] lefts = [.. new SvgInspection(figure.ToSvg()).Elements("rect")
            .Where(r => r.Attribute("fill")!.Value == "none" && double.Parse(r.Attribute("width")!.Value, CultureInfo.InvariantCulture) > 100)
            .Select(r => double.Parse(r.Attribute("x")!.Value, CultureInfo.InvariantCulture))];
        Assert.Equal(3, lefts.Length);
        Assert.Single(lefts.Distinct());
    }
}
