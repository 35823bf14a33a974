using BigMap.Analysis.Reporting;
using BigMap.Analysis.Reporting.Internal;

namespace BigMap.Analysis.Tests;

public sealed class PanelTests
{
    private static readonly (byte, byte, byte) Dark = Colors.At(ColorMap.Viridis, 0), Bright = Colors.At(ColorMap.Viridis, 1);
    private static readonly (byte, byte, byte)[] Greys = [(0xC8, 0xC8, 0xC8), (0xAA, 0xAA, 0xAA)];

    [Fact]
    public void AHeatMapShowsEachValueAtItsPlace()
    {
        // Row 0 below, row 1 above; x ascending.
        IndexedPicture picture = Draw(new HeatMapPanel { Series = Examples.Block([0, 1, 1, 1, 1, 0], 3), LowerPercentile = 0, UpperPercentile = 100 }).Pictures()[0];
        Assert.Equal(Dark, picture.At(0.1, 0.9));
        Assert.Equal(Bright, picture.At(0.5, 0.9));
        Assert.Equal(Bright, picture.At(0.1, 0.1));
        Assert.Equal(Dark, picture.At(0.9, 0.1));
    }

    [Fact]
    public void ADescendingAxisRunsTheOtherWay()
    {
        var panel = new HeatMapPanel { Series = Examples.Block([0, 1, 1, 0, 1, 1], 3, AxisDirection.Descending), LowerPercentile = 0, UpperPercentile = 100 };
        IndexedPicture picture = Draw(panel).Pictures()[0];
        Assert.Equal(Dark, picture.At(0.9, 0.5));
        Assert.Equal(Bright, picture.At(0.1, 0.5));
        IndexedPicture turned = Draw(panel with { Rows = RowDirection.Right }).Pictures()[0];
        Assert.Equal(Dark, turned.At(0.5, 0.05));
        Assert.Equal(Bright, turned.At(0.5, 0.9));
        foreach (Panel other in (Panel[])[panel, new SeriesPanel { Series = panel.Series }, new FitPanel { Curve = Curve(panel.Series) }])
        {
            List<(string Text, Box Box)> boxes = Draw(other).TextBoxes();
            Assert.True(boxes.Last(b => b.Text.StartsWith('1')).Box.Left > boxes.Last(b => b.Text.StartsWith('3')).Box.Left);
        }
    }

    [Fact]
    public void MissingValuesAreHatchedAndPausesStayWhite()
    {
        var time = new NumberColumn("time", "h", new double[] { 0, 1, 2, 3, 20, 21 });
        double[] y = [1, 2, 1, 2, double.NaN, double.NaN, 1, 2, 1, 2, 1, 2];
        SvgInspection svg = Draw(new HeatMapPanel { Series = Examples.Block(y, 2, columns: time), Against = "time" });
        IndexedPicture picture = svg.Pictures()[0];
        Assert.Contains(picture.At(0.25, 1 - (2.5 / 22))!.Value, Greys);
        Assert.Null(picture.At(0.25, 0.5));
        Assert.Equal(Dark, picture.At(0.25, 0.99));
        Assert.Contains(svg.Texts, t => t.Contains("hatched: missing"));
    }

    [Fact]
    public void RowsAreSortedByTheColumnAndThoseWithoutItAreCounted()
    {
        var voltage = new NumberColumn("voltage", "V", new double[] { 4.2, 3.0, double.NaN, 3.6 });
        SvgInspection svg = Draw(new HeatMapPanel { Series = Examples.Block([3, 3, 1, 1, 9, 9, 2, 2], 2, columns: voltage), Against = "voltage", LowerPercentile = 0, UpperPercentile = 100 });
        Assert.Equal(Dark, svg.Pictures()[0].At(0.5, 0.95));
        Assert.Equal(Bright, svg.Pictures()[0].At(0.5, 0.05));
        Assert.Contains(svg.Texts, t => t.Contains("3 rows × 2 points") && t.Contains("1 rows without voltage left out"));
        Assert.Contains("voltage / V", svg.Texts);
    }

    [Fact]
    public void ManyRowsAreBinnedByMeanOrMaximumAndThePanelSaysSo()
    {
        // 4000 rows, every tenth one 1: their mean is 0.1, their maximum 1.
        var y = new double[4000 * 2];
        for (int row = 0; row < 4000; row += 10)
            y[2 * row] = y[(2 * row) + 1] = 1;
        var panel = new HeatMapPanel { Series = Examples.Block(y, 2), LowerPercentile = 0, UpperPercentile = 100 };
        SvgInspection mean = Draw(panel), max = Draw(panel with { Binning = Binning.Max });
        Assert.True(mean.Pictures()[0].Height <= 560);
        Assert.Contains(mean.Texts, t => t.Contains("pixels show the mean of rows in them"));
        Assert.Contains(max.Texts, t => t.Contains("pixels show the maximum of rows in them"));
        Assert.True(mean.Pictures()[0].Pixels.Average(p => (double)p) is > 20 and < 31);
        Assert.True(max.Pictures()[0].Pixels.Average(p => (double)p) > 200);
        Assert.DoesNotContain(Draw(panel with { Series = Examples.Block([1, 2, 3, 4], 2) }).Texts, t => t.Contains("pixels show"));
    }

    [Fact]
    public void OneHotValueDoesNotDarkenTheMap()
    {
        double[] y = [.. Enumerable.Range(0, 1000).Select(i => (double)(i % 10))];
        y[777] = 1e9;
        SvgInspection svg = Draw(new HeatMapPanel { Series = Examples.Block(y, 10) });
        Assert.Equal(Bright, svg.Pictures()[0].At(0.95, 0.5));
        Assert.Contains(svg.Texts, t => t.Contains("colours: 0.5 to 99.5 percentile"));
        Assert.Contains("8", svg.Texts);
    }

    [Fact]
    public void AHeatMapRefusesWhatItCannotDraw()
    {
        var panel = new HeatMapPanel { Series = Examples.Block([1, 2], 2, columns: new TextColumn("cell", ["a"])) };
        Assert.Contains("cell", Assert.Throws<DataMismatchException>(() => Draw(panel with { Against = "time" })).Message);
        Assert.Contains("neither numbers nor times", Assert.Throws<DataMismatchException>(() => Draw(panel with { Against = "cell" })).Message);
        Assert.Throws<ArgumentException>(() => Draw(panel with { LowerPercentile = 60, UpperPercentile = 40 }));
        Assert.Throws<ArgumentException>(() => Draw(panel with { UpperPercentile = double.NaN }));
    }

    [Fact]
    public void TimesAreDrawnInHours()
    {
        var start = new DateTimeOffset(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);
        var times = new TimeColumn("time", new DateTimeOffset?[] { start, start.AddHours(5), null });
        SvgInspection svg = Draw(new HeatMapPanel { Series = Examples.Block([1, 2, 3, 4, 5, 6], 2, columns: times), Against = "time" });
        Assert.Contains("time since the first / h", svg.Texts);
    }

    [Fact]
    public void EveryRowOfAColumnIsDrawnOrCounted()
    {
        RowStatus[] status = [RowStatus.Ok, RowStatus.AtBound, RowStatus.MaxIterations, RowStatus.NotFinite, RowStatus.Ok, RowStatus.Ok, RowStatus.Ok];
        var column = new NumberColumn("H1.center", "deg", new[] { 1.0, 1.1, 1.2, double.NaN, double.NaN, 1.3, 50 }, new[] { 0.1, 0.1, 0.1, double.NaN, double.NaN, 0.1, 0.1 });
        SvgInspection svg = Draw(new ColumnPanel { Columns = [column], Status = status, Pale = [new[] { false, false, false, false, false, false, true }], PaleText = "weak" });
        Assert.Contains("at a bound (1)", svg.Texts);
        Assert.Contains("row not usable (2)", svg.Texts);
        Assert.Contains("weak (1)", svg.Texts);
        Assert.Equal(2, Subpaths(svg, Colors.Series(0), filled: true));
        Assert.Equal(2, svg.Elements("path").Where(p => p.Attribute("stroke")?.Value == Colors.Bad).Max(p => p.Attribute("d")!.Value.Count(c => c == 'm')));
    }

    [Fact]
    public void ARangeGivenByTheCallerLosesNoPointSilently()
    {
        var column = new NumberColumn("a", string.Empty, new double[] { 1, 2, 3, 40, 5 });
        SvgInspection svg = Draw(new ColumnPanel { Columns = [column], YRange = (0, 10), XRange = (0, 3.5) });
        Assert.Contains("beyond the range (1)", svg.Texts);
        Assert.Contains(svg.Texts, t => t.Contains("1 rows beyond the x range not shown"));
    }

    [Fact]
    public void LinesStopAtMissingValuesAndPauses()
    {
        double[] y = [1, 2, double.NaN, 4, 5, 6, 7];
        Assert.Equal(2, LinePieces([0, 1, 2, 3, 4, 5, 6], y));
        Assert.Equal(3, LinePieces([0, 1, 2, 3, 4, 50, 51], y));

        static int LinePieces(double[] x, double[] y) => Draw(new ColumnPanel { Columns = [new NumberColumn("a", string.Empty, y)], Against = new NumberColumn("time", "h", x) })
            .Elements("path").Single(p => p.Attribute("stroke")?.Value == Colors.Series(0)).Attribute("d")!.Value.Count(c => c == 'M');
    }

    [Fact]
    public void OneEnormousErrorDoesNotFlattenTheOthers()
    {
        var column = new NumberColumn("a", string.Empty, new double[] { 1, 2, 3 }, new[] { 0.1, 1e6, 0.1 });
        Assert.DoesNotContain(Draw(new ColumnPanel { Columns = [column] }).Texts, t => t.Contains("10", StringComparison.Ordinal));
    }

    [Fact]
    public void ColumnsThatDoNotFitTogetherAreRefused()
    {
        var a = new NumberColumn("a", string.Empty, new double[] { 1, 2 });
        var b = new NumberColumn("b", string.Empty, new double[] { 1 });
        Assert.Contains("b has 1 rows", Assert.Throws<DataMismatchException>(() => Draw(new ColumnPanel { Columns = [a, b] })).Message);
        Assert.Throws<DataMismatchException>(() => Draw(new ColumnPanel { Columns = [a], Against = b }));
        Assert.Throws<DataMismatchException>(() => Draw(new ColumnPanel { Columns = [a], Status = new RowStatus[3] }));
        Assert.Throws<DataMismatchException>(() => Draw(new ColumnPanel { Columns = [a], Pale = [new bool[1]] }));
        Assert.Throws<ArgumentException>(() => Draw(new ColumnPanel { Columns = [] }));
        Assert.Throws<ArgumentException>(() => Draw(new ColumnPanel { Columns = [a], YRange = (1, 1) }));
        Assert.Throws<DataMismatchException>(() => ColumnPanel.Of(new ResultTable("t", [a]), null, "c"));
    }

    [Fact]
    public void AFitShowsItsPartsAndResidualsInSigma()
    {
        SvgInspection svg = Draw(new FitPanel { Curve = Examples.Fit(Examples.Operando(150, 401), 120), Annotations = ["fitted"] });
        Assert.Contains("residual / σ", svg.Texts);
        Assert.Contains("p120 · reduced χ² = 1.02 · fitted", svg.Texts);
        Assert.Equal(2, svg.Texts.Count(t => t == "H1"));
        Assert.Equal(2, svg.Texts.Count(t => t == "H3"));
        Assert.Equal(2, svg.Elements("path").Count(p => p.Attribute("fill-opacity")?.Value == "0.22"));
        Assert.Contains("baseline", svg.Texts);
        Assert.Equal(401, svg.Elements("path").Where(p => p.Attribute("stroke")?.Value == Colors.Observed).Max(p => p.Attribute("d")!.Value.Count(c => c == 'Z')));
        Assert.DoesNotContain("residual / σ", Draw(new FitPanel { Curve = Examples.Fit(Examples.Operando(3, 41), 1) with { Sigma = default } }).Texts);
    }

    [Fact]
    public void CurvesOfManyPointsAreThinnedButKeepTheirExtremes()
    {
        double[] y = [.. Enumerable.Range(0, 100_000).Select(i => i == 54_321 ? 100.0 : i == 23_456 ? -100.0 : i % 2)];
        SvgInspection svg = Draw(new SeriesPanel { Series = Examples.Block(y, y.Length) });
        string path = svg.Elements("path").Select(p => p.Attribute("d")!.Value).MaxBy(d => d.Length)!;
        Assert.InRange(path.Length, 1000, 120_000);
        double[] heights = [.. path.Split('M', 'L').Where(p => p.Length > 0).Select(p => double.Parse(p.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Single(heights, h => h == heights.Min());
        Assert.Single(heights, h => h == heights.Max());
        Assert.True(heights.Max() - heights.Min() > 400);
    }

    [Fact]
    public void AFitWhoseCurvesDifferInLengthIsRefused()
    {
        FitCurve curve = Examples.Fit(Examples.Operando(3, 20), 1);
        Assert.Contains("model", Assert.Throws<DataMismatchException>(() => Draw(new FitPanel { Curve = curve with { Model = new double[3] } })).Message);
        Assert.Contains("H9", Assert.Throws<DataMismatchException>(() => Draw(new FitPanel { Curve = curve with { Components = [new FitComponent("H9", default)] } })).Message);
    }

    [Fact]
    public void ASeriesPanelSaysWhichRowsItShows()
    {
        SpectrumSeries series = Examples.Operando(150, 50);
        SvgInspection spread = Draw(new SeriesPanel { Series = series });
        Assert.Contains(spread.Texts, t => t.StartsWith("12 of 150 rows · each shifted by ", StringComparison.Ordinal));
        SvgInspection chosen = Draw(new SeriesPanel { Series = series, Rows = [3, 140], Shift = 0 });
        Assert.Contains("3", chosen.Texts);
        Assert.Contains("140", chosen.Texts);
        Assert.Throws<ArgumentOutOfRangeException>(() => Draw(new SeriesPanel { Series = series, Rows = [150] }));
        Assert.Throws<ArgumentException>(() => Draw(new SeriesPanel { Series = series, Shift = double.NaN }));
    }

    [Fact]
    public void ARegularGridIsAPictureAndScatteredPositionsAreDots()
    {
        IndexedPicture picture = Draw(Examples.Map(5, 4)).Pictures()[0];
        Assert.Equal(Dark, picture.At(0.05, 0.95));
        Assert.Equal(Bright, picture.At(0.95, 0.05));
        SvgInspection holes = Draw(Examples.Map(5, 4, (i, j) => i != 2 || j != 3));
        Assert.Null(holes.Pictures()[0].At(0.5, 0.1));
        SvgInspection dots = Draw(Examples.Map(5, 4, scatter: 0.1));
        Assert.Empty(dots.Pictures());
        Assert.Contains(dots.Texts, t => t.Contains("not a regular grid"));
        Assert.Single(Draw(Examples.Map(5, 4, scatter: 1e-6)).Pictures());
    }

    [Fact]
    public void RowsOfAMapThatAreNotUsableAreHatchedAndCounted()
    {
        MapPanel map = Examples.Map(3, 3);
        var status = new RowStatus[9];
        status[4] = RowStatus.Singular;
        SvgInspection svg = Draw(map with { Status = status });
        Assert.Contains(svg.Pictures()[0].At(0.5, 0.5)!.Value, Greys);
        Assert.Contains(svg.Texts, t => t.Contains("hatched: not usable (1)"));
        Assert.Throws<DataMismatchException>(() => Draw(map with { Status = new RowStatus[2] }));
        Assert.Throws<DataMismatchException>(() => Draw(map with { X = new NumberColumn("x", "um", new double[2]) }));
    }

    [Fact]
    public void TwoRowsAtOnePlaceAreNoGrid()
    {
        MapPanel map = Examples.Map(3, 3);
        double[] x = map.X.Values.ToArray();
        x[0] = x[1];
        Assert.Empty(Draw(map with { X = new NumberColumn("x", "um", x) }).Pictures());
    }

    private static FitCurve Curve(SpectrumSeries series) => new() { Axis = series.Axis, Observed = series[0].ToArray(), Model = series[0].ToArray() };

    private static SvgInspection Draw(Panel panel) => new(Figure.Of(panel).ToSvg());

    private static int Subpaths(SvgInspection svg, string color, bool filled) =>
        svg.Elements("path").Where(p => filled && p.Attribute("fill")?.Value == color && p.Attribute("stroke") is null).Sum(p => p.Attribute("d")!.Value.Count(c => c == 'M'));
}
