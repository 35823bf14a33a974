namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>A piecewise cubic through anchors, by values and slopes there; straight beyond the ends.</summary>
internal sealed class AnchorCurve(int capacity)
{
    private readonly double[] _x = new double[capacity];
    private readonly double[] _y = new double[capacity];
    private readonly double[] _slope = new double[capacity];
    private readonly double[] _work = new double[capacity];
    private int _count;
    private bool _straight;

    public int Capacity => capacity;

    /// <summary>Takes the anchors of a row.</summary>
    public RowStatus Load(ScaledRow row, AnchorOptions options)
    {
        _count = Math.Max(2, options.Points.Count);
        for (int a = 0; a < _count; a++)
        {
            if (!Average(row, Position(row, options, a), options.HalfWidth, out _x[a], out _y[a]))
                return RowStatus.TooFewPoints;
            if (a > 0 && !(_x[a] > _x[a - 1]))
                return RowStatus.Singular;
        }

        _straight = options.Interpolation == AnchorInterpolation.Linear;
        if (options.Interpolation == AnchorInterpolation.Pchip)
            PchipSlopes();
        else if (!_straight)
            SplineSlopes();
        return RowStatus.Ok;
    }

    /// <summary>1 for every point that was averaged.</summary>
    public void Weights(ScaledRow row, AnchorOptions options, Span<double> weights)
    {
        weights.Clear();
        for (int a = 0; a < _count; a++)
        {
            double at = Position(row, options, a);
            for (int i = 0; i < weights.Length; i++)
            {
                if (Math.Abs(row.X[i] - at) <= options.HalfWidth)
                    weights[i] = row.Used[i];
            }

            if (options.HalfWidth == 0 && Neighbours(row, at, out int left, out int right))
                weights[left] = weights[right] = 1;
        }
    }

    public double At(double x)
    {
        int last = _count - 1;
        if (!_straight && x < _x[0])
            return _y[0] + (_slope[0] * (x - _x[0]));
        if (!_straight && x > _x[last])
            return _y[last] + (_slope[last] * (x - _x[last]));
        int k = 0;
        for (int high = last; high - k > 1;)
        {
            int middle = (k + high) / 2;
            if (_x[middle] <= x)
                k = middle;
            else
                high = middle;
        }

        double h = _x[k + 1] - _x[k], t = (x - _x[k]) / h;
        if (_straight)
            return _y[k] + (t * (_y[k + 1] - _y[k]));
        double u = 1 - t;
        return _y[k] + (t * t * (3 - (2 * t)) * (_y[k + 1] - _y[k])) + (h * t * u * ((u * _slope[k]) - (t * _slope[k + 1])));
    }

    private static double Position(ScaledRow row, AnchorOptions options, int a)
    {
        if (options.Points.Count > 0)
            return options.Points[a];
        int i = a == 0 ? Array.IndexOf(row.Used, 1.0) : Array.LastIndexOf(row.Used, 1.0);
        return row.X[i];
    }

    private static bool Average(ScaledRow row, double at, double halfWidth, out double x, out double y)
    {
        (x, y) = (0, 0);
        if (halfWidth == 0)
        {
            if (!Neighbours(row, at, out int left, out int right))
                return false;
            double share = left == right ? 0 : (at - row.X[left]) / (row.X[right] - row.X[left]);
            (x, y) = (at, row.Y[left] + (share * (row.Y[right] - row.Y[left])));
            return true;
        }

        int count = 0;
        for (int i = 0; i < row.Length; i++)
        {
            if (row.Used[i] == 0 || !(Math.Abs(row.X[i] - at) <= halfWidth))
                continue;
            count++;
            x += row.X[i] - at;
            y += row.Y[i];
        }

        (x, y) = (at + (x / count), y / count);
        return count > 0;
    }

    /// <summary>The used points on either side of a position; both the same where it is a point. False outside the used points.</summary>
    private static bool Neighbours(ScaledRow row, double at, out int left, out int right)
    {
        (left, right) = (-1, -1);
        for (int i = 0; i < row.Length && right < 0; i++)
        {
            if (row.Used[i] == 0)
                continue;
            if (row.X[i] <= at)
                left = i;
            if (row.X[i] >= at)
                right = i;
        }

        return left >= 0 && right >= 0;
    }

    private double Secant(int k) => (_y[k + 1] - _y[k]) / (_x[k + 1] - _x[k]);

    // Weighted harmonic means inside; at the ends the three-point formula, limited so that the sign of the secant is kept.
    private void PchipSlopes()
    {
        int last = _count - 1;
        if (_count == 2)
        {
            _slope[0] = _slope[1] = Secant(0);
            return;
        }

        for (int k = 1; k < last; k++)
        {
            double before = Secant(k - 1), after = Secant(k), h0 = _x[k] - _x[k - 1], h1 = _x[k + 1] - _x[k];
            double w1 = (2 * h1) + h0, w2 = h1 + (2 * h0);
            _slope[k] = before * after > 0 ? (w1 + w2) / ((w1 / before) + (w2 / after)) : 0;
        }

        _slope[0] = EndSlope(_x[1] - _x[0], _x[2] - _x[1], Secant(0), Secant(1));
        _slope[last] = EndSlope(_x[last] - _x[last - 1], _x[last - 1] - _x[last - 2], Secant(last - 1), Secant(last - 2));
    }

    private static double EndSlope(double h0, double h1, double first, double second)
    {
        double slope = ((((2 * h0) + h1) * first) - (h0 * second)) / (h0 + h1);
        if (Math.Sign(slope) != Math.Sign(first))
            return 0;
        return Math.Sign(first) != Math.Sign(second) && Math.Abs(slope) > 3 * Math.Abs(first) ? 3 * first : slope;
    }

    // The tridiagonal system of a natural spline for its slopes.
    private void SplineSlopes()
    {
        int last = _count - 1;
        _work[0] = 0.5;
        _slope[0] = 1.5 * Secant(0);
        for (int k = 1; k <= last; k++)
        {
            double lower, diagonal, upper, right;
            if (k < last)
            {
                double h0 = _x[k] - _x[k - 1], h1 = _x[k + 1] - _x[k];
                (lower, diagonal, upper) = (1 / h0, (2 / h0) + (2 / h1), 1 / h1);
                right = 3 * ((Secant(k - 1) / h0) + (Secant(k) / h1));
            }
            else
            {
                (lower, diagonal, upper, right) = (1, 2, 0, 3 * Secant(last - 1));
            }

            double pivot = diagonal - (lower * _work[k - 1]);
            _work[k] = upper / pivot;
            _slope[k] = (right - (lower * _slope[k - 1])) / pivot;
        }

        for (int k = last - 1; k >= 0; k--)
            _slope[k] -= _work[k] * _slope[k + 1];
    }
}
