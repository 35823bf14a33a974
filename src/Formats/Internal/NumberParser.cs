using System.Globalization;

namespace BigMap.Analysis.Formats.Internal;

internal enum TokenKind : byte
{
    Number,
    Missing,
    Text,
}

/// <summary>Reads numbers from bytes by a strict grammar: nothing that is not wholly a number becomes one.</summary>
internal static class NumberParser
{
    private const int LongestToken = 512;

    // 10^22 is the largest power of ten that a double holds exactly.
    private static readonly double[] PowersOfTen =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    public static TokenKind Parse(ReadOnlySpan<byte> token, bool decimalComma, out double value)
    {
        value = double.NaN;
        if (token.IsEmpty)
            return TokenKind.Missing;
        if (TryNumber(token, decimalComma ? (byte)',' : (byte)'.', out value))
            return TokenKind.Number;
        value = double.NaN;
        return Word(token, out value);
    }

    /// <summary>Whether commas stand as in <c>1,234</c> or <c>12,345,678</c>, so that they may be thousands separators.</summary>
    public static bool LooksLikeThousands(ReadOnlySpan<byte> token)
    {
        if (!token.IsEmpty && token[0] is (byte)'-' or (byte)'+')
            token = token[1..];
        int first = token.IndexOf((byte)',');
        if (first is < 1 or > 3 || token[0] == (byte)'0')
            return false;
        for (int i = 0; i < first; i++)
        {
            if (!IsDigit(token[i]))
                return false;
        }

        for (int at = first; at < token.Length; at += 4)
        {
            if (token.Length < at + 4 || token[at] != (byte)',' || !IsDigit(token[at + 1]) || !IsDigit(token[at + 2]) || !IsDigit(token[at + 3]))
                return false;
        }

        return true;
    }

    /// <summary>Whether a token is a number with both marks, or with one of them several times: thousands separators.</summary>
    public static bool HasThousands(ReadOnlySpan<byte> token)
    {
        int points = token.Count((byte)'.'), commas = token.Count((byte)',');
        if (points + commas < 2)
            return LooksLikeThousands(token);
        foreach (byte b in token)
        {
            if (!IsDigit(b) && b is not ((byte)'.' or (byte)',' or (byte)'-' or (byte)'+'))
                return false;
        }

        return true;
    }

    private static bool IsDigit(byte b) => (uint)(b - '0') <= 9;

    private static bool TryNumber(ReadOnlySpan<byte> s, byte mark, out double value)
    {
        value = 0;
        int i = 0;
        bool negative = false;
        if (s[0] is (byte)'-' or (byte)'+')
        {
            negative = s[0] == (byte)'-';
            i = 1;
        }
        else if (s.Length > 3 && s[0] == 0xE2 && s[1] == 0x88 && s[2] == 0x92)
        {
            // U+2212, the typographic minus that some programs export.
            negative = true;
            i = 3;
        }

        int numberStart = i;
        ulong mantissa = 0;
        int significant = 0, scale = 0, digits = 0;
        for (; i < s.Length && IsDigit(s[i]); i++, digits++)
        {
            if (significant > 0 || s[i] != (byte)'0')
                significant++;
            if (significant <= 19)
                mantissa = (mantissa * 10) + (ulong)(s[i] - '0');
        }

        int whole = digits;
        if (i < s.Length && s[i] == mark)
        {
            i++;
            for (; i < s.Length && IsDigit(s[i]); i++, digits++)
            {
                if (significant > 0 || s[i] != (byte)'0')
                    significant++;
                if (significant <= 19)
                {
                    mantissa = (mantissa * 10) + (ulong)(s[i] - '0');
                    scale--;
                }
            }

            // A decimal comma needs digits on both sides, otherwise "1," of "1, 2" would be a number.
            if (mark == (byte)',' && (whole == 0 || digits == whole))
                return false;
        }

        if (digits == 0)
            return false;
        if (i < s.Length)
        {
            if (s[i] is not ((byte)'e' or (byte)'E' or (byte)'d' or (byte)'D'))
                return false;
            i++;
            bool negativeExponent = false;
            if (i < s.Length && s[i] is (byte)'-' or (byte)'+')
                negativeExponent = s[i++] == (byte)'-';
            int start = i, exponent = 0;
            for (; i < s.Length && IsDigit(s[i]); i++)
                exponent = Math.Min((exponent * 10) + (s[i] - '0'), 100_000);
            if (i == start || i < s.Length)
                return false;
            scale += negativeExponent ? -exponent : exponent;
        }

        // Clinger's fast path: both numbers are exact doubles, so one operation rounds correctly.
        if (significant <= 19 && mantissa <= 1UL << 53 && scale is >= -22 and <= 22)
        {
            value = scale < 0 ? mantissa / PowersOfTen[-scale] : mantissa * PowersOfTen[scale];
            if (negative)
                value = -value;
            return true;
        }

        return TrySlow(s[numberStart..], mark, negative, out value);
    }

    private static bool TrySlow(ReadOnlySpan<byte> s, byte mark, bool negative, out double value)
    {
        value = 0;
        if (s.Length > LongestToken)
            return false;
        Span<byte> plain = stackalloc byte[LongestToken];
        for (int i = 0; i < s.Length; i++)
            plain[i] = s[i] == mark ? (byte)'.' : s[i] is (byte)'d' or (byte)'D' ? (byte)'e' : s[i];
        if (!double.TryParse(plain[..s.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out value) || !double.IsFinite(value))
            return false;
        if (negative)
            value = -value;
        return true;
    }

    private static TokenKind Word(ReadOnlySpan<byte> token, out double value)
    {
        value = double.NaN;
        if (token.Length > 10)
            return TokenKind.Text;
        Span<char> word = stackalloc char[10];
        for (int i = 0; i < token.Length; i++)
            word[i] = char.ToLowerInvariant((char)token[i]);
        switch (word[..token.Length])
        {
            case "nan" or "-nan" or "+nan" or "nan(ind)" or "-nan(ind)" or "na" or "n/a" or "#n/a" or "null" or "none" or "-" or "--" or "---" or "1.#qnan" or "1.#ind" or "-1.#ind":
                return TokenKind.Missing;
            case "inf" or "+inf" or "infinity" or "+infinity" or "1.#inf":
                value = double.PositiveInfinity;
                return TokenKind.Number;
            case "-inf" or "-infinity" or "-1.#inf":
                value = double.NegativeInfinity;
                return TokenKind.Number;
            default:
                return TokenKind.Text;
        }
    }
}
