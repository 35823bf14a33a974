namespace BigMap.Analysis.Numerics.Internal;

/// <summary>Fits in chains: a lane that has begun a chain also gets the rest of it.</summary>
internal sealed class LaneQueue
{
    private int _first;
    private int _end;
    private int _chainLength;
    private long _next;

    public void Reset(int first, int count, int chainLength)
    {
        _first = first;
        _end = checked(first + count);
        _chainLength = chainLength;
        _next = first;
    }

    /// <summary>The fit after this one in its lane, or −1.</summary>
    public int After(int fit)
    {
        if (fit >= 0 && fit + 1 < _end && (fit + 1 - _first) % _chainLength != 0)
            return fit + 1;
        if (_next >= _end)
            return -1;
        int start = (int)_next;
        _next += _chainLength;
        return start;
    }
}
