namespace BigMap.Analysis.Electrochemistry.Internal;

/// <summary>Finds the record nearest in time, and the two between which a time lies. Records may be in any order; those without a time are passed over.</summary>
internal sealed class TimeMatcher
{
    // Times are decimal numbers: a scan half way between two records is so in decimal, not in binary.
    private const double TieTolerance = 1e-9;
    private readonly double[] _times;
    private readonly int[] _order;

    public TimeMatcher(ReadOnlySpan<double> times)
    {
        var order = new List<int>(times.Length);
        for (int i = 0; i < times.Length; i++)
        {
            if (double.IsFinite(times[i]))
                order.Add(i);
        }

        double[] all = times.ToArray();
        _order = [.. order];
        Array.Sort(_order, (a, b) => all[a] != all[b] ? all[a].CompareTo(all[b]) : a.CompareTo(b));
        _times = [.. _order.Select(i => all[i])];
    }

    public bool IsEmpty => _times.Length == 0;

    public double First => _times[0];

    public double Last => _times[^1];

    /// <summary>Index of the nearest record, the lowest on a tie; −1 for no record or no time.</summary>
    public int Nearest(double time, out double lag)
    {
        lag = double.NaN;
        if (!double.IsFinite(time) || IsEmpty)
            return -1;
        int at = LowerBound(time);
        double best = Math.Min(at > 0 ? time - _times[at - 1] : double.PositiveInfinity, at < _times.Length ? _times[at] - time : double.PositiveInfinity);
        int record = int.MaxValue;
        for (int k = at - 1; k >= 0 && time - _times[k] <= best + TieTolerance; k--)
            Propose(k, ref record, ref lag);
        for (int k = at; k < _times.Length && _times[k] - time <= best + TieTolerance; k++)
            Propose(k, ref record, ref lag);
        return record;

        void Propose(int k, ref int lowest, ref double itsLag)
        {
            if (_order[k] < lowest)
                (lowest, itsLag) = (_order[k], _times[k] - time);
        }
    }

    /// <summary>The records before and after a time and how far it is between them, 0 to 1; the same one twice on a record and beyond the ends.</summary>
    public (int Before, int After, double Fraction) Bracket(double time)
    {
        int at = LowerBound(time);
        if (at == _times.Length)
            return (LowestAt(_times.Length - 1), LowestAt(_times.Length - 1), 0);
        if (at == 0 || _times[at] == time)
            return (_order[at], _order[at], 0);
        return (LowestAt(at - 1), _order[at], (time - _times[at - 1]) / (_times[at] - _times[at - 1]));
    }

    // Of records of one time, the lowest comes first in the order.
    private int LowestAt(int k)
    {
        while (k > 0 && _times[k - 1] == _times[k])
            k--;
        return _order[k];
    }

    private int LowerBound(double time)
    {
        int low = 0, high = _times.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_times[middle] < time)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
