using System.Globalization;

namespace BigMap.Analysis.Formats.Internal;

/// <summary>How the points of a file become an ascending axis: as they are, reversed, sorted, or with equal ones merged.</summary>
internal sealed class AxisArrangement
{
    private readonly int[]? _order;
    private readonly int[]? _groups;
    private readonly bool _average;

    private AxisArrangement(double[] values, int[]? order, int[]? groups, bool average, bool descending)
    {
        Values = values;
        _order = order;
        _groups = groups;
        _average = average;
        Descending = descending;
    }

    public double[] Values { get; }

    public bool IsIdentity => _order is null && _groups is null;

    /// <summary>Whether the file listed the points from large to small values.</summary>
    public bool Descending { get; }

    /// <summary>Arranges raw values.</summary>
    /// <param name="raw">Finite values in the order of the file.</param>
    /// <param name="options">Whether sorting and merging are allowed.</param>
    /// <param name="error">Makes the error for a point.</param>
    /// <param name="notes">Receives what was done.</param>
    public static AxisArrangement Of(double[] raw, TextReadOptions options, Func<int, string, string, Exception> error, List<string> notes)
    {
        int up = 0, down = 0, equal = 0;
        for (int i = 1; i < raw.Length; i++)
        {
            if (raw[i] > raw[i - 1])
                up++;
            else if (raw[i] < raw[i - 1])
                down++;
            else
                equal++;
        }

        if (down == 0 && equal == 0)
            return new AxisArrangement(raw, null, null, false, false);
        bool descending = down > up;
        if (Math.Min(up, down) > 0 && !options.SortAxis)
        {
            int at = 1;
            while (descending ? raw[at] <= raw[at - 1] : raw[at] >= raw[at - 1])
                at++;
            throw error(
                at,
                string.Create(CultureInfo.InvariantCulture, $"The axis values are in no order: {raw[at]:R} follows {raw[at - 1]:R}."),
                "If the first column is the axis, set sortAxis to true; otherwise choose another layout.");
        }

        var order = new int[raw.Length];
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        if (Math.Min(up, down) > 0)
        {
            // Equal values keep the order of the file.
            Array.Sort(order, (a, b) => raw[a].CompareTo(raw[b]) is var c && c != 0 ? c : a.CompareTo(b));
            notes.Add("The points were in no order and have been sorted.");
        }
        else if (descending)
        {
            Array.Reverse(order);
            notes.Add("The axis descends in the file; it is stored ascending.");
        }

        var groups = new List<int>();
        for (int i = 0; i < order.Length; i++)
        {
            if (i == 0 || raw[order[i]] != raw[order[i - 1]])
            {
                groups.Add(i);
            }
            else if (options.Duplicates == DuplicatePoints.Refuse)
            {
                int second = Math.Max(order[i], order[i - 1]);
                throw error(
                    second,
                    string.Create(CultureInfo.InvariantCulture, $"The axis value {raw[second]:R} occurs twice."),
                    "Set duplicates to average or keepFirst, or correct the file.");
            }
        }

        bool merged = groups.Count < raw.Length;
        if (merged)
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{raw.Length - groups.Count} points with an axis value that had occurred before were {(options.Duplicates == DuplicatePoints.Average ? "averaged with it" : "left out")}."));
        if (merged && descending)
        {
            // Within equal values the first one of the file comes first.
            groups.Add(order.Length);
            for (int g = 0; g + 1 < groups.Count; g++)
                Array.Sort(order, groups[g], groups[g + 1] - groups[g]);
            groups.RemoveAt(groups.Count - 1);
        }

        var values = new double[groups.Count];
        for (int g = 0; g < values.Length; g++)
            values[g] = raw[order[groups[g]]];
        return new AxisArrangement(values, order, merged ? [.. groups] : null, options.Duplicates == DuplicatePoints.Average, descending);
    }

    /// <summary>Brings one row of the file into the order of the axis.</summary>
    public void Apply(ReadOnlySpan<double> source, Span<double> target, bool variance = false)
    {
        if (_order is null)
        {
            source[..target.Length].CopyTo(target);
            return;
        }

        if (_groups is null)
        {
            for (int i = 0; i < target.Length; i++)
                target[i] = source[_order[i]];
            return;
        }

        for (int g = 0; g < target.Length; g++)
        {
            int start = _groups[g], end = g + 1 < _groups.Length ? _groups[g + 1] : _order.Length;
            double sum = source[_order[start]];
            int n = 1;
            if (_average)
            {
                for (int i = start + 1; i < end; i++, n++)
                    sum += source[_order[i]];
            }

            target[g] = sum / (variance ? (double)n * n : n);
        }
    }
}
