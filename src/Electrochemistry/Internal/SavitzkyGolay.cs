namespace BigMap.Analysis.Electrochemistry.Internal;

/// <summary>
/// Smoothing by a polynomial in a moving window of 2m + 1 points (Savitzky and Golay, doi:10.1021/ac60214a047); at the ends the polynomial of
/// the outermost window is evaluated off its centre. Weights from Gram's orthogonal polynomials (Gorry, doi:10.1021/ac00205a007).
/// </summary>
internal sealed class SavitzkyGolay
{
    private readonly double[] _weights;
    private readonly int _width;

    public SavitzkyGolay(int halfWidth, int order)
    {
        HalfWidth = halfWidth;
        _width = (2 * halfWidth) + 1;
        order = Math.Min(order, _width - 1);

        // Row s holds the weights for the point s − m of the window; Forsythe's recurrence builds polynomials orthogonal on the points.
        _weights = new double[_width * _width];
        double[] previous = new double[_width], current = new double[_width];
        Array.Fill(current, 1);
        double previousNorm = 1;
        for (int k = 0; k <= order; k++)
        {
            double norm = 0;
            foreach (double p in current)
                norm += p * p;
            for (int s = 0; s < _width; s++)
            {
                for (int i = 0; i < _width; i++)
                    _weights[(s * _width) + i] += current[s] * current[i] / norm;
            }

            double beta = k == 0 ? 0 : norm / previousNorm;
            var next = new double[_width];
            for (int i = 0; i < _width; i++)
                next[i] = ((i - halfWidth) / (double)Math.Max(1, halfWidth) * current[i]) - (beta * previous[i]);
            (previous, current, previousNorm) = (current, next, norm);
        }
    }

    public int HalfWidth { get; }

    /// <summary>Smooths; allocates nothing.</summary>
    public void Smooth(ReadOnlySpan<double> y, Span<double> smooth)
    {
        int n = y.Length;
        for (int i = 0; i < n; i++)
        {
            int start = Math.Clamp(i - HalfWidth, 0, n - _width);
            ReadOnlySpan<double> weights = _weights.AsSpan((i - start) * _width, _width);
            double sum = 0;
            for (int k = 0; k < _width; k++)
                sum += weights[k] * y[start + k];
            smooth[i] = sum;
        }
    }
}
