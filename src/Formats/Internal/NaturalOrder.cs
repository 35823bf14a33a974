namespace BigMap.Analysis.Formats.Internal;

/// <summary>Orders names as a person would: runs of digits are compared as numbers, everything else by character.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static NaturalOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> a = x, b = y;
        int i = 0, j = 0;
        while (i < a.Length && j < b.Length)
        {
            if (char.IsAsciiDigit(a[i]) && char.IsAsciiDigit(b[j]))
            {
                ReadOnlySpan<char> left = Digits(a, ref i), right = Digits(b, ref j);
                int c = left.Length != right.Length ? left.Length.CompareTo(right.Length) : left.SequenceCompareTo(right);
                if (c != 0)
                    return c;
                continue;
            }

            if (a[i] != b[j])
                return a[i].CompareTo(b[j]);
            i++;
            j++;
        }

        // "a" before "a1"; names that differ in leading zeros only are ordered by character, so that the order is total.
        int rest = (a.Length - i).CompareTo(b.Length - j);
        return rest != 0 ? rest : a.SequenceCompareTo(b);
    }

    private static ReadOnlySpan<char> Digits(ReadOnlySpan<char> text, ref int at)
    {
        int start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        return text[start..at].TrimStart('0');
    }
}
