using System.Globalization;

namespace BigMap.Analysis.Formats.Internal;

/// <summary>Makes equal names distinct: the second <c>a</c> becomes <c>a (2)</c>, whatever else there is.</summary>
internal static class UniqueNames
{
    /// <summary>Changes names in place; the first of equal names keeps it.</summary>
    /// <returns>How many were changed.</returns>
    public static int Make(string[] names)
    {
        var taken = new HashSet<string>(names, StringComparer.Ordinal);
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        int changed = 0;
        for (int i = 0; i < names.Length; i++)
        {
            string name = names[i];
            if (!seen.TryGetValue(name, out int count))
            {
                seen[name] = 1;
                continue;
            }

            string candidate;
            do
                candidate = string.Create(CultureInfo.InvariantCulture, $"{name} ({++count})");
            while (!taken.Add(candidate));
            seen[name] = count;
            seen[candidate] = 1;
            names[i] = candidate;
            changed++;
        }

        return changed;
    }
}
