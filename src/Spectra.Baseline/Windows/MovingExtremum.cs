namespace BigMap.Analysis.Spectra.Baseline.Internal;

/// <summary>Smallest or largest value in a moving window, which at the ends of the data is cut off there. A queue of candidates: cost n, whatever the window.</summary>
internal sealed class MovingExtremum(int length)
{
    private readonly int[] _queue = new int[length];

    /// <summary>Erosion: the smallest value within so many points on either side.</summary>
    public void Smallest(ReadOnlySpan<double> y, int halfWindow, Span<double> result) => Run(y, halfWindow, 1, result);

    /// <summary>Dilation: the largest value within so many points on either side.</summary>
    public void Largest(ReadOnlySpan<double> y, int halfWindow, Span<double> result) => Run(y, halfWindow, -1, result);

    private void Run(ReadOnlySpan<double> y, int halfWindow, int sign, Span<double> result)
    {
        int head = 0, tail = 0, entered = 0;
        for (int i = 0; i < y.Length; i++)
        {
            for (; entered < y.Length && entered <= (long)i + halfWindow; entered++)
            {
                while (tail > head && sign * y[_queue[tail - 1]] >= sign * y[entered])
                    tail--;
                _queue[tail++] = entered;
            }

            while (_queue[head] < i - halfWindow)
                head++;
            result[i] = y[_queue[head]];
        }
    }
}
