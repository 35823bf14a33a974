using BigMap.Analysis.Reporting;

namespace BigMap.Analysis.Tests;

public sealed class OverviewTests
{
    [Fact]
    public void TheMainJobIsOneHeatMapOneFitPositionsAndAmounts()
    {
        SpectrumSeries series = Examples.Operando(150, 101);
        Figure figure = OverviewFigure.Create(series, Examples.Table(150), Examples.Fit(series, 120), new OverviewOptions { Against = "soc", RecipeName = "lno-003", Source = "simulated data" });
        var svg = new SvgInspection(figure.ToSvg());
        Assert.Equal(["heat-map", "columns", "columns", "fit", "columns"], svg.PanelKinds);
        Assert.Contains("H1 center / °", svg.Texts);
        Assert.Contains("H3 center / °", svg.Texts);
        Assert.Contains("soc", svg.Texts);
        Assert.Contains("simulated data · 150 rows: 144 ok, 3 max iterations, 3 at bound · recipe lno-003", svg.Texts);
        Assert.Contains(svg.Texts, t => t.StartsWith("area below 3 σ (", StringComparison.Ordinal));
    }

    [Fact]
    public void TwoPositionColumnsGiveMaps()
    {
        MapPanel map = Examples.Map(5, 4);
        SpectrumSeries series = Examples.Operando(20, 30).WithColumns([map.X.WithName("x_um"), map.Y.WithName("y_um")]);
        var svg = new SvgInspection(OverviewFigure.Create(series, Examples.Table(20), Examples.Fit(series, 3)).ToSvg());
        Assert.Equal(["heat-map", "fit", "map", "map", "map"], svg.PanelKinds);
        Assert.Contains("Map of H1 area", svg.Texts);
        Assert.Contains("Map of H3 area", svg.Texts);
        Assert.Contains("Map of H1 center", svg.Texts);
    }

    [Fact]
    public void RowsKeepTheIndexTheyWereReadWith()
    {
        SpectrumSeries series = Examples.Operando(150, 30).Slice(100..110);
        var svg = new SvgInspection(OverviewFigure.Create(series, Examples.Table(10), null).ToSvg());
        Assert.Contains("104", svg.Texts);
    }

    [Fact]
    public void ManyPeaksShareOnePanel()
    {
        int rows = 5;
        var table = new ResultTable("fits", [.. Enumerable.Range(0, 5).Select(k => new NumberColumn($"P{k}.center", "eV", Enumerable.Range(0, rows).Select(r => k + (0.1 * r)).ToArray()))]);
        var svg = new SvgInspection(OverviewFigure.Create(Examples.Operando(rows, 30), table, null).ToSvg());
        Assert.Equal(["heat-map", "columns", "series"], svg.PanelKinds);
    }

    [Fact]
    public void WhatDoesNotFitTogetherIsRefused()
    {
        SpectrumSeries series = Examples.Operando(5, 30);
        Assert.Contains("4 rows", Assert.Throws<DataMismatchException>(() => OverviewFigure.Create(series, Examples.Table(4), null)).Message);
        Assert.Contains("peak.position", Assert.Throws<DataMismatchException>(() => OverviewFigure.Create(series, Examples.Table(5), null, new OverviewOptions { PositionParameter = "position" })).Message);
        Assert.Contains("H2.center", Assert.Throws<DataMismatchException>(() => OverviewFigure.Create(series, Examples.Table(5), null, new OverviewOptions { Peaks = ["H2"] })).Message);
        Assert.Contains("soc", Assert.Throws<DataMismatchException>(() => OverviewFigure.Create(series, Examples.Table(5), null, new OverviewOptions { Against = "time" })).Message);
        Assert.Contains("soc", Assert.Throws<DataMismatchException>(() => OverviewFigure.Create(series, Examples.Table(5), null, new OverviewOptions { MapX = "px", MapY = "py" })).Message);
    }

    [Fact]
    public void TheReferenceSeriesFitsIntoOneMegabyte()
    {
        var patterns = new GoldenCsv(ReferenceData.File("spectra/sim-003/patterns.csv"));
        var truth = new GoldenCsv(ReferenceData.File("spectra/sim-003/truth.csv"));
        int rows = patterns.Names.Length - 1;
        var axis = new Axis(patterns[0], AxisQuantity.TwoTheta, "deg");
        double[] y = [.. Enumerable.Range(1, rows).SelectMany(c => patterns[c])];
        SpectrumSeries series = SpectrumSeries.Wrap(axis, y, rows, new SeriesAttributes { Columns = [new NumberColumn("soc", string.Empty, truth["soc"])], IntensityUnit = "counts" });
        var table = new ResultTable(
            "truth",
            [new NumberColumn("H1.center", "deg", truth["centre1"]), new NumberColumn("H1.area", "counts deg", truth["area1"]), new NumberColumn("H3.center", "deg", truth["centre2"]), new NumberColumn("H3.area", "counts deg", truth["area2"])]);
        var fit = new FitCurve { Axis = axis, Observed = series[120].ToArray(), Model = series[119].ToArray() };
        string svg = OverviewFigure.Create(series, table, fit, new OverviewOptions { Against = "soc" }).ToSvg();
        Assert.InRange(svg.Length, 50_000, 1_000_000);
        Assert.Equal(150 * 401, series.Count * series.Length);
    }
}
