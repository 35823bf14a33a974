using System.Text;

namespace BigMap.Analysis.Reporting.Internal;

/// <summary>Path data of curves: gaps at values that are not finite, clipped to the frame, thinned where several points share a pixel.</summary>
internal static class CurvePath
{
    /// <summary>A line through points. With ascending x and more than two points per pixel, each half pixel keeps its first, smallest, largest and last point.</summary>
    public static string Line(XyFrame frame, ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var path = new StringBuilder();
        bool thin = x.Length > 2 * frame.Plot.Width;
        Pen pen = new(path, frame.Plot);
        int i = 0;
        while (i < x.Length)
        {
            if (!double.IsFinite(x[i]) || !double.IsFinite(y[i]))
            {
                pen.Lift();
                i++;
                continue;
            }

            if (!thin)
            {
                pen.To(frame.X(x[i]), frame.Y(y[i]));
                i++;
                continue;
            }

            int column = (int)Math.Floor(2 * frame.X(x[i]));
            int end = i + 1, low = i, high = i;
            while (end < x.Length && double.IsFinite(x[end]) && double.IsFinite(y[end]) && (int)Math.Floor(2 * frame.X(x[end])) == column)
            {
                if (y[end] < y[low])
                    low = end;
                if (y[end] > y[high])
                    high = end;
                end++;
            }

            int previous = -1;
            foreach (int k in (ReadOnlySpan<int>)[i, Math.Min(low, high), Math.Max(low, high), end - 1])
            {
                if (k > previous)
                    pen.To(frame.X(x[k]), frame.Y(y[k]));
                previous = Math.Max(previous, k);
            }

            i = end;
        }

        return path.ToString();
    }

    /// <summary>The closed area between two curves over the same ascending x; y is clamped to the frame.</summary>
    public static string Area(XyFrame frame, ReadOnlySpan<double> x, ReadOnlySpan<double> upper, ReadOnlySpan<double> lower)
    {
        var path = new StringBuilder();
        int step = Math.Max(1, (int)(x.Length / (2 * frame.Plot.Width)));
        int i = 0;
        while (i < x.Length)
        {
            int start = i;
            while (i < x.Length && double.IsFinite(upper[i]) && double.IsFinite(lower[i]))
                i++;
            if (i - start > 1)
            {
                int count = 0;
                for (int k = start; k < i; k = k + step < i || k == i - 1 ? k + step : i - 1)
                    Add(path, frame, x[k], upper[k], count++ == 0 ? 'M' : 'L');
                for (int k = i - 1; k >= start; k = k - step >= start || k == start ? k - step : start)
                    Add(path, frame, x[k], lower[k], 'L');
                path.Append('Z');
            }

            i++;
        }

        return path.ToString();
    }

    private static void Add(StringBuilder path, XyFrame frame, double x, double y, char command) =>
        path.Append(command).Append(SvgBuilder.N(Math.Clamp(frame.X(x), frame.Plot.Left, frame.Plot.Right))).Append(',')
            .Append(SvgBuilder.N(Math.Clamp(frame.Y(y), frame.Plot.Top, frame.Plot.Bottom)));

    /// <summary>Draws segments, each clipped to a box (Liang and Barsky).</summary>
    private struct Pen(StringBuilder path, Box box)
    {
        private double _x;
        private double _y;
        private bool _down;
        private bool _drawn;

        public void Lift() => _down = false;

        public void To(double x, double y)
        {
            x = Math.Clamp(x, -1e6, 1e6);
            y = Math.Clamp(y, -1e6, 1e6);
            if (_down)
                Segment(_x, _y, x, y);
            else
                _drawn = false;
            _x = x;
            _y = y;
            _down = true;
        }

        private void Segment(double x0, double y0, double x1, double y1)
        {
            double t0 = 0, t1 = 1, dx = x1 - x0, dy = y1 - y0;
            if (!Cut(-dx, x0 - box.Left, ref t0, ref t1) || !Cut(dx, box.Right - x0, ref t0, ref t1)
                || !Cut(-dy, y0 - box.Top, ref t0, ref t1) || !Cut(dy, box.Bottom - y0, ref t0, ref t1))
            {
                _drawn = false;
                return;
            }

            if (t0 > 0 || !_drawn)
                path.Append('M').Append(SvgBuilder.N(x0 + (t0 * dx))).Append(',').Append(SvgBuilder.N(y0 + (t0 * dy)));
            path.Append('L').Append(SvgBuilder.N(x0 + (t1 * dx))).Append(',').Append(SvgBuilder.N(y0 + (t1 * dy)));
            _drawn = t1 == 1;
        }

        private static bool Cut(double p, double q, ref double t0, ref double t1)
        {
            if (p == 0)
                return q >= 0;
            double r = q / p;
            if (p < 0)
                t0 = Math.Max(t0, r);
            else
                t1 = Math.Min(t1, r);
            return t0 <= t1;
        }
    }
}
