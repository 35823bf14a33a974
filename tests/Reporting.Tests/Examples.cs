using BigMap.Analysis.Reporting;

namespace BigMap.Analysis.Tests;

/// <summary>Synthetic data of the shapes that figures meet.</summary>
internal static class Examples
{
    public static Axis TwoTheta(int points) =>
        new(Enumerable.Range(0, points).Select(i => 17 + (4.0 * i / Math.Max(1, points - 1))).ToArray(), AxisQuantity.TwoTheta, "deg");

    /// <summary>A peak that moves and fades while another one appears, with a fixed pattern in place of noise.</summary>
    public static SpectrumSeries Operando(int rows, int points)
    {
        Axis axis = TwoTheta(points);
        var y = new double[rows * points];
        for (int r = 0; r < rows; r++)
        {
            double soc = rows == 1 ? 0 : (double)r / (rows - 1);
            for (int i = 0; i < points; i++)
                y[(r * points) + i] = 500 + Peak(axis.Values[i], First(soc)) + Peak(axis.Values[i], Second(soc)) + Ripple((r * 7919) + i);
        }

        double[] socs = [.. Enumerable.Range(0, rows).Select(r => rows == 1 ? 0 : (double)r / (rows - 1))];
        return SpectrumSeries.Wrap(axis, y, rows, new SeriesAttributes { Columns = [new NumberColumn("soc", string.Empty, socs)], IntensityUnit = "counts" });
    }

    public static FitCurve Fit(SpectrumSeries series, int row)
    {
        double soc = series.Count == 1 ? 0 : (double)row / (series.Count - 1);
        double[] x = series.Axis.Values.ToArray(), one = [.. x.Select(v => Peak(v, First(soc)))], two = [.. x.Select(v => Peak(v, Second(soc)))];
        return new FitCurve
        {
            Axis = series.Axis,
            Observed = series[row].ToArray(),
            Model = x.Select((_, i) => 500 + one[i] + two[i]).ToArray(),
            Baseline = x.Select(_ => 500.0).ToArray(),
            Components = [new FitComponent("H1", one), new FitComponent("H3", two)],
            Sigma = series[row].ToArray().Select(Math.Sqrt).ToArray(),
            Label = $"p{row:000}",
            ReducedChiSquare = 1.02,
            IntensityUnit = "counts",
        };
    }

    public static ResultTable Table(int rows, bool allBad = false)
    {
        var status = new RowStatus[rows];
        for (int r = 0; r < rows; r++)
            status[r] = allBad ? RowStatus.NotFinite : r % 40 == 39 ? RowStatus.MaxIterations : r % 50 == 49 ? RowStatus.AtBound : RowStatus.Ok;
        NumberColumn Column(string name, string unit, Func<double, double> value, double error) => new(
            name,
            unit,
            Enumerable.Range(0, rows).Select(r => status[r].IsUsable() ? value(rows == 1 ? 0 : (double)r / (rows - 1)) : double.NaN).ToArray(),
            Enumerable.Range(0, rows).Select(r => status[r].IsUsable() ? error : double.NaN).ToArray());
        return new ResultTable(
            "fits",
            [
                new StatusColumn("status", status),
                Column("H1.center", "deg", s => First(s).Center, 0.002),
                Column("H1.area", "counts deg", s => First(s).Height * 0.15, 4),
                Column("H3.center", "deg", s => Second(s).Center, 0.004),
                Column("H3.area", "counts deg", s => Second(s).Height * 0.2, 4),
            ]);
    }

    public static MapPanel Map(int nx, int ny, Func<int, int, bool>? has = null, double scatter = 0)
    {
        var x = new List<double>();
        var y = new List<double>();
        var v = new List<double>();
        for (int j = 0; j < ny; j++)
        {
            for (int i = 0; i < nx; i++)
            {
                if (has is not null && !has(i, j))
                    continue;
                x.Add((1.5 * i) + (scatter * Ripple((31 * i) + j)));
                y.Add((1.5 * j) + (scatter * Ripple((17 * i) + (5 * j))));
                v.Add((i * 10) + j);
            }
        }

        return new MapPanel { X = new NumberColumn("x", "um", x.ToArray()), Y = new NumberColumn("y", "um", y.ToArray()), Value = new NumberColumn("A.area", "counts cm^-1", v.ToArray()) };
    }

    public static SpectrumSeries Block(double[] values, int points, AxisDirection direction = AxisDirection.Ascending, params IReadOnlyList<TableColumn> columns) => SpectrumSeries.Wrap(
        new Axis(Enumerable.Range(1, points).Select(i => (double)i).ToArray(), AxisQuantity.BindingEnergy, "eV", direction),
        values,
        values.Length / points,
        new SeriesAttributes { Columns = columns });

    /// <summary>Every figure that must be well-formed whatever is in it.</summary>
    public static Dictionary<string, Figure> Gallery()
    {
        SpectrumSeries operando = Operando(150, 401);
        var all = new Dictionary<string, Figure>
        {
            ["overview"] = OverviewFigure.Create(operando, Table(150), Fit(operando, 120), new OverviewOptions { Against = "soc", RecipeName = "lno-003", Source = "simulated" }),
            ["overview-index"] = OverviewFigure.Create(operando, Table(150), Fit(operando, 120)),
            ["overview-all-bad"] = OverviewFigure.Create(operando, Table(150, allBad: true), null),
            ["overview-1"] = OverviewFigure.Create(Operando(1, 401), Table(1), Fit(Operando(1, 401), 0)),
            ["overview-2"] = OverviewFigure.Create(Operando(2, 30), Table(2), Fit(Operando(2, 30), 1), new OverviewOptions { Against = "soc" }),
            ["overview-0"] = OverviewFigure.Create(Operando(2, 30).Slice(0..0), Table(2).Take([]), null),
            ["heat"] = Figure.Of(new HeatMapPanel { Series = operando, Against = "soc", Title = "series" }),
            ["heat-right"] = Figure.Of(new HeatMapPanel { Series = operando, Rows = RowDirection.Right, ColorMap = ColorMap.Gray, Binning = Binning.Max }),
            ["heat-3000"] = Figure.Of(new HeatMapPanel { Series = Operando(3000, 60) }),
            ["series"] = Figure.Of(new SeriesPanel { Series = operando }, new SeriesPanel { Series = operando, Rows = [3, 1], Shift = 0, Against = "soc" }),
            ["columns-3000"] = Figure.Of(ColumnPanel.Of(Table(3000), null, "H1.center", "H3.center")),
            ["map"] = Figure.Of(Map(12, 8), Map(12, 8, scatter: 0.1)),
            ["map-strip"] = Figure.Of(Map(2, 200, (i, j) => i == 0 || j < 10)),
            ["long"] = Long(),
            ["small"] = Figure.Of(new FitPanel { Curve = Fit(operando, 10), Title = "A title that cannot fit" }, new HeatMapPanel { Series = operando, Title = "Neither can this one, not at all" }) with { Width = 240, Height = 180, Title = "A long title for a very small figure", Caption = "and a caption that is longer than the figure is wide" },
        };
        foreach ((string name, double[] values) in Awkward())
        {
            SpectrumSeries series = Block(values, 4, AxisDirection.Descending);
            var column = new NumberColumn("H1.center", "A^-1", values, values.Select(v => 0.1 * v).ToArray());
            var curve = new FitCurve { Axis = series.Axis, Observed = values[..4], Model = values[4..8], Baseline = values[8..12], Components = [new FitComponent("peak", values[..4])], Sigma = values[4..8] };
            all["awkward-" + name] = Figure.Of(
                new HeatMapPanel { Series = series },
                new FitPanel { Curve = curve },
                new SeriesPanel { Series = series },
                new ColumnPanel { Columns = [column] },
                new ColumnPanel { Columns = [column], Against = column.WithName("voltage") },
                new MapPanel { X = column, Y = new NumberColumn("y", "um", values.Reverse().ToArray()), Value = column }) with { Width = 600, Height = 1800 };
        }

        return all;
    }

    public static Dictionary<string, double[]> Awkward() => new()
    {
        ["nan"] = Repeat(double.NaN),
        ["infinite"] = [double.PositiveInfinity, double.NegativeInfinity, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        ["constant"] = Repeat(5),
        ["zero"] = Repeat(0),
        ["huge"] = [.. Repeat(1).Select((v, i) => 1e9 * (v + i))],
        ["tiny"] = [.. Repeat(1).Select((v, i) => -1e-9 * (v + i))],
        ["mixed"] = [1e9, 1e-9, -1e9, 0, 1, double.NaN, 3, 4, 5, 1e-300, -1e-300, 2],
        ["extreme"] = [double.MaxValue, -double.MaxValue, 1e308, -1e308, 0, 1, double.Epsilon, 2, 3, 4, 5, 6],
        ["denormal"] = [.. Repeat(1).Select((_, i) => i * 5e-324)],
        ["offset"] = [.. Repeat(1).Select((_, i) => 1e9 + (1e-3 * i))],
    };

    private static double[] Repeat(double value) => [.. Enumerable.Repeat(value, 12)];

    private static Figure Long()
    {
        string text = string.Concat(Enumerable.Repeat("a very long label that goes on and on & on <so to say> ", 5));
        var axis = new Axis(new double[] { 1, 2, 3 }, text, text);
        SpectrumSeries series = SpectrumSeries.Wrap(axis, new double[] { 1e6, 2e6, 3e6, 2, 3, 4 }, 2, new SeriesAttributes { Labels = [text, "\0\u0001control\uD800"], IntensityQuantity = text, IntensityUnit = text });
        return new Figure
        {
            Title = text,
            Caption = text,
            ColumnWidths = [1, 1],
            Panels =
            [
                new PlacedPanel(new SeriesPanel { Series = series, Title = text, Note = text }),
                new PlacedPanel(new HeatMapPanel { Series = series, Title = text, Note = text }, 0, 1),
            ],
        };
    }

    private static (double Center, double Height, double Width) First(double soc) => (18.7 - (0.25 * soc), soc < 0.7 ? 8000 : Math.Max(0, 8000 * (0.96 - soc) / 0.26), 0.1);

    private static (double Center, double Height, double Width) Second(double soc) => (19.45 + (0.2 * soc), soc < 0.7 ? 0 : 5000 * (soc - 0.7), 0.15);

    private static double Peak(double x, (double Center, double Height, double Width) p) => p.Height / (1 + ((x - p.Center) / p.Width * (x - p.Center) / p.Width));

    private static double Ripple(int k) => ((((k * 1103515245L) + 12345) & 0x7FFF) / 1638.4) - 10;
}
