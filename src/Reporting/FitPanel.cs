using System.Text;
using BigMap.Analysis.Reporting.Internal;

namespace BigMap.Analysis.Reporting;

/// <summary>A fit: observed points, model, baseline, components, and the residuals in a strip below.</summary>
/// <remarks>Residuals are (observed − model)/σ when the fit was weighted, with the band ±2 shaded, otherwise observed − model in the unit of the intensity. With more than two points per pixel the observed values are drawn as the line through the smallest and largest value of each half pixel.</remarks>
public sealed record FitPanel : Panel
{
    private const double StripGap = 12;
    private const double LabelHeight = 17;

    /// <summary>The fit.</summary>
    public required FitCurve Curve { get; init; }

    /// <summary>Further lines for the note above the frame, e.g. fitted values. Default none.</summary>
    public IReadOnlyList<string> Annotations { get; init; } = [];

    internal override string Kind => "fit";

    internal override PreparedPanel Prepare(double width, double height)
    {
        Curve.Validate();
        double[] x = Curve.Axis.Values.ToArray(), observed = Curve.Observed.ToArray(), model = Curve.Model.ToArray();
        double[] baseline = Curve.Baseline.IsEmpty ? new double[x.Length] : Curve.Baseline.ToArray();
        bool weighted = !Curve.Sigma.IsEmpty;
        var residual = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
            residual[i] = (observed[i] - model[i]) / (weighted ? Curve.Sigma.Span[i] : 1);

        Limits xLimits = new Limits(x[0], x[^1]).Padded(0.015, 0.015);
        Limits? data = Limits.Union(Limits.Union(Limits.Of(observed), Limits.Of(model)), Curve.Baseline.IsEmpty ? null : Limits.Of(baseline));
        double extent = Limits.Of(residual) is { } r ? Math.Max(Math.Abs(r.Min), Math.Abs(r.Max)) : double.NaN;
        bool hasResidual = double.IsFinite(extent);
        Limits residualLimits = new Limits(-1, 1);
        if (hasResidual)
        {
            extent = Math.Min(weighted ? Math.Max(extent, 3) : extent, 1e299) * 1.1;
            residualLimits = extent > 1e-280 ? new Limits(-extent, extent) : residualLimits;
        }

        var xAxis = new FrameAxis(Curve.Axis.Quantity, Curve.Axis.Unit, xLimits) { Reversed = Curve.Axis.Direction == AxisDirection.Descending, ShowLabels = ShowXLabels };
        var residualAxis = new FrameAxis(height < 340 ? "res." : "residual", weighted ? "σ" : string.Empty, residualLimits) { HasData = hasResidual };
        var legend = new List<LegendEntry> { new(observed.Length > 2 * width ? Mark.Line : Mark.Circle, Colors.Observed, "observed", true), new(Mark.Line, Colors.Model, "model") };
        if (!Curve.Baseline.IsEmpty)
            legend.Add(new LegendEntry(Mark.DashedLine, Colors.Note, "baseline"));
        for (int i = 0; i < Curve.Components.Count && Curve.Components.Count <= 8; i++)
            legend.Add(new LegendEntry(Mark.Fill, Colors.Series(i), Curve.Components[i].Name));
        var notes = new List<string>();
        if (Curve.Label.Length > 0)
            notes.Add(Curve.Label);
        if (Curve.Status != RowStatus.Ok)
            notes.Add("status " + Curve.Status.ToText().Replace('_', ' '));
        if (double.IsFinite(Curve.ReducedChiSquare))
            notes.Add($"reduced χ² = {Typography.Number(Curve.ReducedChiSquare)}");
        notes.AddRange(Annotations);
        var header = new PanelHeader(Title, JoinNotes([.. notes]), legend, width);

        double inner = Math.Max(60, height - header.Height - BottomHeight - StripGap);
        double strip = Math.Round(Math.Clamp(0.24 * inner, Math.Min(46, 0.3 * inner), 150));
        double main = inner - strip;
        int labelRows = Math.Min(3, Curve.Components.Count);
        Limits yLimits = (data ?? new Limits(0, 1)).Padded(0.04, 0.06);
        yLimits = yLimits with { Max = yLimits.Max + (yLimits.Span * labelRows * LabelHeight / Math.Max(main, 80)) };
        var yAxis = new FrameAxis(Curve.IntensityQuantity, Curve.IntensityUnit, yLimits) { HasData = data is not null };
        double leftWidth = Math.Max(XyFrame.LeftWidth(yAxis, main), XyFrame.LeftWidth(residualAxis, strip));
        return new PreparedPanel(leftWidth, 12, (svg, box, left, right) =>
        {
            header.Draw(svg, box.Left, box.Top);
            Box whole = PreparedPanel.Plot(box, left, right, header.Height, BottomHeight);
            Box upper = whole with { Bottom = Math.Max(whole.Top + 20, whole.Bottom - strip - StripGap) }, lower = whole with { Top = Math.Min(whole.Bottom - 10, whole.Bottom - strip) };
            var frame = new XyFrame(upper, xAxis with { ShowLabels = false }, yAxis, box.Left);
            var residuals = new XyFrame(lower, xAxis, residualAxis, box.Left);
            DrawFit(svg, frame, (x, observed, model, baseline));
            frame.DrawAxes(svg);
            if (data is null)
                frame.DrawMessage(svg, "no finite values");
            if (hasResidual)
                DrawResiduals(svg, residuals, x, residual, weighted);
            residuals.DrawAxes(svg);
        });
    }

    private static void DrawResiduals(SvgBuilder svg, XyFrame frame, double[] x, double[] residual, bool weighted)
    {
        if (weighted && frame.Y(2) > frame.Plot.Top)
            svg.Rectangle(new Box(frame.Plot.Left, frame.Y(2), frame.Plot.Right, frame.Y(-2)), "#efefef");
        svg.Line(frame.Plot.Left, frame.Y(0), frame.Plot.Right, frame.Y(0), Colors.Model, 1);
        svg.Path(CurvePath.Line(frame, x, residual), Colors.Observed, 0.9);
    }

    private void DrawFit(SvgBuilder svg, XyFrame frame, (double[] X, double[] Observed, double[] Model, double[] Baseline) c)
    {
        var labels = new List<(double X, double Peak, string Name, string Color)>();
        for (int k = 0; k < Curve.Components.Count; k++)
        {
            ReadOnlySpan<double> component = Curve.Components[k].Values.Span;
            var top = new double[c.X.Length];
            int peak = -1;
            for (int i = 0; i < top.Length; i++)
            {
                top[i] = component[i] + c.Baseline[i];
                if (double.IsFinite(top[i]) && (peak < 0 || component[i] > component[peak]))
                    peak = i;
            }

            string color = Colors.Series(k);
            svg.Path(CurvePath.Area(frame, c.X, top, c.Baseline), "none", 0, color, 0.22);
            svg.Path(CurvePath.Line(frame, c.X, top), color, 1.2);
            if (peak >= 0 && component[peak] > 0)
                labels.Add((frame.X(c.X[peak]), frame.Y(top[peak]), Curve.Components[k].Name, color));
        }

        if (!Curve.Baseline.IsEmpty)
            svg.Path(CurvePath.Line(frame, c.X, c.Baseline), Colors.Note, 1.3, dash: "5 3");
        if (c.X.Length > 2 * frame.Plot.Width)
        {
            svg.Path(CurvePath.Line(frame, c.X, c.Observed), Colors.Observed, 0.9);
        }
        else
        {
            double r = c.X.Length > frame.Plot.Width / 2 ? 1.5 : c.X.Length > frame.Plot.Width / 5 ? 2 : 2.8;
            var points = new StringBuilder();
            for (int i = 0; i < c.X.Length; i++)
            {
                if (double.IsFinite(c.Observed[i]) && frame.Shows(c.X[i], c.Observed[i]))
                    points.Append(Markers.Data(Mark.Circle, frame.X(c.X[i]), frame.Y(c.Observed[i]), r));
            }

            svg.Path(points.ToString(), Colors.Observed, 0.8, "#ffffff");
        }

        svg.Path(CurvePath.Line(frame, c.X, c.Model), Colors.Model, 1.8);
        DrawLabels(svg, frame, labels);
    }

    private static void DrawLabels(SvgBuilder svg, XyFrame frame, List<(double X, double Peak, string Name, string Color)> labels)
    {
        // Names stand in rows in the headroom; a name goes into the first row where it touches no other, else it stays in the legend only.
        var rowEnds = new List<(double From, double To)>[] { [], [], [] };
        foreach ((double x, double peak, string name, string color) in labels.OrderBy(l => l.X))
        {
            RichText text = name;
            double half = text.Width(13, true) / 2;
            double at = Math.Clamp(x, frame.Plot.Left + half + 2, Math.Max(frame.Plot.Left + half + 2, frame.Plot.Right - half - 2));
            if (2 * half > frame.Plot.Width - 4)
                continue;
            for (int row = 0; row < Math.Min(3, labels.Count); row++)
            {
                if (rowEnds[row].Any(e => at - half < e.To + 6 && at + half > e.From - 6))
                    continue;
                rowEnds[row].Add((at - half, at + half));
                double y = frame.Plot.Top + 15 + (LabelHeight * row);
                if (peak > y + 8)
                    svg.Line(x, y + 4, x, peak - 3, color, 0.9, "2 3");
                svg.Text(text, at, y, new TextStyle(13, Anchor.Middle, true, color));
                break;
            }
        }
    }
}
