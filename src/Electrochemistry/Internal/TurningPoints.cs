namespace BigMap.Analysis.Electrochemistry.Internal;

/// <summary>Where a curve turns round, whatever its noise: the extremes from which it comes back by more than a given height.</summary>
internal static class TurningPoints
{
    /// <summary>Divides values into stretches that rise or fall; each begins with the extreme with which the one before ends.</summary>
    /// <param name="values">The values; those that are not finite are passed over.</param>
    /// <param name="height">How far the curve must come back for an extreme to be one.</param>
    /// <param name="stretches">Receives the index with which a stretch begins, and its sign, 0 for a curve that nowhere moves by more than the height.</param>
    public static void Find(ReadOnlySpan<double> values, double height, List<(int From, int Sign)> stretches)
    {
        stretches.Clear();
        int first = -1, low = -1, high = -1, sign = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double v = values[i];
            if (!double.IsFinite(v))
                continue;
            if (first < 0)
                first = low = high = i;

            // The last of equal extremes in the direction of travel: a plateau at the vertex belongs to the way there.
            if (v > values[high] || (v == values[high] && sign > 0))
                high = i;
            if (v < values[low] || (v == values[low] && sign < 0))
                low = i;
            if (sign <= 0 && v - values[low] > height)
            {
                stretches.Add((sign == 0 ? first : low, 1));
                (sign, high) = (1, i);
            }
            else if (sign >= 0 && values[high] - v > height)
            {
                stretches.Add((sign == 0 ? first : high, -1));
                (sign, low) = (-1, i);
            }
        }

        if (stretches.Count == 0)
            stretches.Add((Math.Max(0, first), 0));
    }
}
