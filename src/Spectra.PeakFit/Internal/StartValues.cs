using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>Start values from the data, for whatever neither the options nor the row before give.</summary>
internal sealed class StartValues
{
    private readonly ModelLayout _layout;
    private readonly double[] _rest;
    private readonly double[] _buffer;
    private readonly double[] _shape;
    private readonly double[] _gradient;
    private readonly bool[] _done;

    public StartValues(ModelLayout layout, int length)
    {
        _layout = layout;
        int most = layout.Lines.Max(l => l.Parameters.Count);
        _rest = new double[length];
        _buffer = new double[length];
        _shape = new double[most];
        _gradient = new double[most];
        _done = new bool[layout.Lines.Length];
    }

    /// <summary>Replaces every NaN among the parameters.</summary>
    /// <param name="problem">The row.</param>
    /// <param name="parameters">All parameters; NaN is to be found.</param>
    /// <param name="lower">Their lower bounds.</param>
    /// <param name="upper">Their upper bounds.</param>
    public void Fill(CurveProblem problem, Span<double> parameters, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper)
    {
        if (!parameters.ContainsNaN())
            return;
        FillBackground(problem, parameters, lower, upper);
        ReadOnlySpan<double> x = problem.X;
        for (int i = 0; i < x.Length; i++)
            _rest[i] = problem.Y[i] - PeakModel.Polynomial(parameters[_layout.BackgroundStart.._layout.SplineStart], problem.Offsets[i]);
        Array.Clear(_done);
        for (int turn = 0; turn < _done.Length; turn++)
        {
            int peak = NextPeak(parameters, lower, upper);
            _done[peak] = true;
            FillPeak(peak, x, parameters, lower, upper);
            Subtract(peak, x, parameters);
        }
    }

    /// <summary>Peaks whose place is known best come first; what they explain is taken away before the others look for theirs.</summary>
    private int NextPeak(ReadOnlySpan<double> parameters, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper)
    {
        int best = -1;
        double narrowest = double.PositiveInfinity;
        for (int k = 0; k < _done.Length; k++)
        {
            if (_done[k])
                continue;
            int center = Find(k, ShapeParameterRole.Center);
            double freedom = center < 0 || !double.IsNaN(parameters[center]) ? -1 : upper[center] - lower[center];
            if (best < 0 || freedom < narrowest)
            {
                best = k;
                narrowest = freedom;
            }
        }

        return best;
    }

    private void FillPeak(int peak, ReadOnlySpan<double> x, Span<double> parameters, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper)
    {
        int start = _layout.PeakStarts[peak];
        ILineShape shape = _layout.Lines[peak];
        int center = Find(peak, ShapeParameterRole.Center), width = Find(peak, ShapeParameterRole.Width), area = _layout.AmplitudeOf(peak);
        int top = Top(x, parameters[center], lower[center], upper[center]);
        if (double.IsNaN(parameters[center]))
            parameters[center] = Math.Clamp(x[top], lower[center], upper[center]);
        double height = Smooth(top);
        if (width >= 0 && double.IsNaN(parameters[width]))
            parameters[width] = Math.Clamp(HalfWidth(x, top, height), lower[width], upper[width]);
        for (int i = 0; i < shape.Parameters.Count; i++)
        {
            if (!double.IsNaN(parameters[start + i]))
                continue;
            if (shape.Parameters[i].Role == ShapeParameterRole.Form)
                parameters[start + i] = Math.Clamp(shape.Parameters[i].Start, lower[start + i], upper[start + i]);
            else if (shape.Parameters[i].Role == ShapeParameterRole.PartialWidth)
                parameters[start + i] = Math.Clamp(shape.Parameters[i].Start * HalfWidth(x, top, height), lower[start + i], upper[start + i]);
        }

        if (!double.IsNaN(parameters[area]))
            return;

        // A peak of area zero has no derivative by its place and width, so it never starts there.
        double least = 0.02 * Spread();
        height = upper[area] <= 0 ? Math.Min(height, -least) : lower[area] >= 0 || height >= 0 ? Math.Max(height, least) : height;
        Span<double> p = _shape.AsSpan(0, shape.Parameters.Count);
        parameters.Slice(start, p.Length).CopyTo(p);
        p[area - start] = 1;
        parameters[area] = Math.Clamp(height / shape.Height(p, _gradient), lower[area], upper[area]);
    }

    private void Subtract(int peak, ReadOnlySpan<double> x, ReadOnlySpan<double> parameters)
    {
        ILineShape shape = _layout.Lines[peak];
        Span<double> p = _shape.AsSpan(0, shape.Parameters.Count);
        parameters.Slice(_layout.PeakStarts[peak], p.Length).CopyTo(p);
        p[_layout.AmplitudeOf(peak) - _layout.PeakStarts[peak]] *= -1;
        shape.Add(x, p, _rest);
    }

    private int Find(int peak, ShapeParameterRole role)
    {
        IReadOnlyList<ShapeParameter> parameters = _layout.Lines[peak].Parameters;
        for (int i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].Role == role)
                return _layout.PeakStarts[peak] + i;
        }

        return -1;
    }

    /// <summary>Index of the highest point (mean of three) where the centre may be.</summary>
    private int Top(ReadOnlySpan<double> x, double known, double low, double high)
    {
        int best = -1, nearest = 0;
        double target = double.IsNaN(known) ? 0.5 * (low + high) : known;
        for (int i = 0; i < x.Length; i++)
        {
            if (Math.Abs(x[i] - target) < Math.Abs(x[nearest] - target))
                nearest = i;
            if (double.IsNaN(known) && x[i] >= low && x[i] <= high && (best < 0 || Smooth(i) > Smooth(best)))
                best = i;
        }

        return best < 0 ? nearest : best;
    }

    private double Smooth(int i)
    {
        int from = Math.Max(0, i - 1), to = Math.Min(_rest.Length - 1, i + 1);
        double sum = 0;
        for (int k = from; k <= to; k++)
            sum += _rest[k];
        return sum / (to - from + 1);
    }

    private double HalfWidth(ReadOnlySpan<double> x, int top, double height)
    {
        int left = top, right = top;
        while (left > 0 && Smooth(left) > 0.5 * height)
            left--;
        while (right < x.Length - 1 && Smooth(right) > 0.5 * height)
            right++;

        // The steeper side is the one that no neighbour widens.
        double a = x[top] - x[left], b = x[right] - x[top];
        double half = a > 0 && b > 0 ? Math.Min(a, b) : Math.Max(a, b);
        // Noise is one or two points wide; a peak that starts wider than it is finds its width, one that starts on a spike stays there.
        double window = x[^1] - x[0];
        return Math.Min(Math.Max(2 * half, 4 * window / Math.Max(1, x.Length - 1)), 0.25 * window);
    }

    private double Spread()
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (double v in _rest)
        {
            low = Math.Min(low, v);
            high = Math.Max(high, v);
        }

        return high - low;
    }

    /// <summary>A line through the medians of the tenths at both ends; a constant is the lower of them.</summary>
    private void FillBackground(CurveProblem problem, Span<double> parameters, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper)
    {
        int first = _layout.BackgroundStart, degree = _layout.SplineStart - first - 1;
        for (int i = _layout.SplineStart; i < _layout.Parameters; i++)
            parameters[i] = double.IsNaN(parameters[i]) ? 0 : parameters[i];
        if (degree < 0)
            return;
        int n = problem.Y.Length, k = Math.Max(1, n / 10);
        double left = EndMedian(problem.Y.AsSpan(0, k)), right = EndMedian(problem.Y.AsSpan(n - k));
        double distance = problem.X[^1] - problem.X[0];
        double slope = degree >= 1 && distance > 0 ? (right - left) / distance : 0;
        double level = degree >= 1 ? 0.5 * (left + right) : Math.Min(left, right);
        for (int c = 0; c <= degree; c++)
        {
            if (double.IsNaN(parameters[first + c]))
                parameters[first + c] = Math.Clamp(c == 0 ? level : c == 1 ? slope : 0, lower[first + c], upper[first + c]);
        }
    }

    private double EndMedian(ReadOnlySpan<double> values)
    {
        values.CopyTo(_buffer);
        return Statistics.MedianInPlace(_buffer.AsSpan(0, values.Length));
    }
}

internal static class NaNSpan
{
    public static bool ContainsNaN(this Span<double> values)
    {
        foreach (double v in values)
        {
            if (double.IsNaN(v))
                return true;
        }

        return false;
    }
}
